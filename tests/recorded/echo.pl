# A line there and back: server or client.
use strict;
use IO::Socket::INET;

my ($what, $port) = @ARGV;
if ($what eq "server") {
    my $server = IO::Socket::INET->new(
        LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 5, ReuseAddr => 1, Proto => "tcp") or die $@;
    my $client = $server->accept;
    my $line = <$client>;
    print $client uc $line;
    close $client;
} else {
    my $server = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port, Proto => "tcp") or die $@;
    print $server "hello\n";
    print scalar <$server>;
}
