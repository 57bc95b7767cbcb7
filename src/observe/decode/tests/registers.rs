//! Calls with plain arguments, and with buffers and addresses.

use super::{DECODER, Regions, entry, exit, ints, longs, loopback, show};
use crate::observe::{Call, descriptors};

/// Registers have garbage in their upper halves.
const HIGH: u64 = 0xdead_beef_0000_0000;

fn bits(number: i32) -> u64 {
    HIGH | u64::from(number as u32)
}

#[test]
fn plain_arguments_have_their_names() {
    let inet = bits(libc::AF_INET);
    let all_interfaces = u64::from((libc::ETH_P_ALL as u16).to_be());
    let memory = Regions::default();
    for (call, args, line) in [
        (
            Call::Socket,
            [inet, bits(libc::SOCK_STREAM), 0, 9, 9, 9],
            "domain=AF_INET type=SOCK_STREAM protocol=0",
        ),
        (
            Call::Socket,
            [
                libc::AF_INET6 as u64,
                bits(libc::SOCK_DGRAM | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK),
                bits(libc::IPPROTO_UDP),
                0,
                0,
                0,
            ],
            "domain=AF_INET6 type=SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK protocol=IPPROTO_UDP",
        ),
        (
            Call::Socket,
            [bits(libc::AF_PACKET), bits(libc::SOCK_RAW), all_interfaces, 0, 0, 0],
            "domain=AF_PACKET type=SOCK_RAW protocol=htons(ETH_P_ALL)",
        ),
        (
            Call::Socket,
            [bits(libc::AF_NETLINK), bits(libc::SOCK_RAW), 0, 0, 0, 0],
            "domain=AF_NETLINK type=SOCK_RAW protocol=NETLINK_ROUTE",
        ),
        (
            Call::Socket,
            [bits(-1), bits(9 | libc::SOCK_CLOEXEC), bits(-2), 0, 0, 0],
            "domain=-1 type=9|SOCK_CLOEXEC protocol=-2",
        ),
        (Call::Listen, [bits(3), bits(-1), 0, 0, 0, 0], "sockfd=fd3 backlog=-1"),
        (Call::Shutdown, [bits(3), bits(1), 0, 0, 0, 0], "sockfd=fd3 how=SHUT_WR"),
        (Call::Shutdown, [bits(3), bits(7), 0, 0, 0, 0], "sockfd=fd3 how=7"),
        (Call::Close, [bits(-1), 0, 0, 0, 0, 0], "fd=fd-1"),
        (Call::Dup3, [3, 4, bits(libc::O_CLOEXEC), 0, 0, 0], "oldfd=fd3 newfd=fd4 flags=O_CLOEXEC"),
        (Call::EpollCreate1, [bits(libc::EPOLL_CLOEXEC), 0, 0, 0, 0, 0], "flags=EPOLL_CLOEXEC"),
        (
            Call::CloseRange,
            [3, u64::MAX, bits(4), 0, 0, 0],
            "first=3 last=4294967295 flags=CLOSE_RANGE_CLOEXEC",
        ),
        (Call::Fcntl, [3, bits(libc::F_GETFL), 77, 0, 0, 0], "fd=fd3 cmd=F_GETFL"),
        (
            Call::Fcntl,
            [3, bits(libc::F_SETFL), bits(libc::O_RDWR | libc::O_NONBLOCK), 0, 0, 0],
            "fd=fd3 cmd=F_SETFL arg=O_RDWR|O_NONBLOCK",
        ),
        (
            Call::Fcntl,
            [3, bits(libc::F_SETFD), bits(libc::FD_CLOEXEC), 0, 0, 0],
            "fd=fd3 cmd=F_SETFD arg=FD_CLOEXEC",
        ),
        (
            Call::Fcntl,
            [3, bits(libc::F_DUPFD_CLOEXEC), bits(10), 0, 0, 0],
            "fd=fd3 cmd=F_DUPFD_CLOEXEC arg=10",
        ),
    ] {
        assert_eq!(entry(call, args, &memory), line, "{}", call.name());
    }
    let getfl = [3, libc::F_GETFL as u64, 0, 0, 0, 0];
    let answer = DECODER.answer(Call::Fcntl, &getfl, (libc::O_RDWR | libc::O_NONBLOCK).into());
    assert_eq!(answer.map(|value| show(&value)), Some("O_RDWR|O_NONBLOCK".into()));
}

#[test]
fn buffers_are_cut_and_what_cannot_be_read_says_so() {
    let memory = Regions::default()
        .with(0x100, b"hello world")
        .with(0x200, [b'x'; 100])
        .with(0x400, loopback());
    for (args, line) in [
        (
            [3, 0x100, 11, bits(libc::MSG_NOSIGNAL), 0, 0],
            "buf='hello world'/11 len=11 flags=MSG_NOSIGNAL dest_addr=NULL addrlen=0",
        ),
        (
            [3, 0x200, 100, bits(libc::MSG_NOSIGNAL | 0x80_0000), 0x400, 16],
            "buf='xxxxxxxxxxxxxxxx'/100 len=100 flags=MSG_NOSIGNAL|0x800000 \
             dest_addr=127.0.0.1:9001 addrlen=16",
        ),
        (
            [3, 0x108, 8, bits(libc::MSG_DONTWAIT | libc::MSG_MORE), 0x400, bits(-1)],
            "buf='rld'/8 len=8 flags=MSG_DONTWAIT|MSG_MORE dest_addr=*400 addrlen=-1",
        ),
        ([3, 0x900, 8, 0, 0x400, 17], "buf=!900 len=8 flags=0 dest_addr=!400 addrlen=17"),
        ([3, 0x900, 0, 0, 0, 0], "buf=''/0 len=0 flags=0 dest_addr=NULL addrlen=0"),
        (
            [3, 0x100, 1 << 63, 0, 0x400, 8],
            "buf='hello world'/9223372036854775808 len=9223372036854775807 flags=0 \
             dest_addr=127.0.0.1:9001 addrlen=8",
        ),
    ] {
        assert_eq!(entry(Call::Sendto, args, &memory), format!("sockfd=fd3 {line}"));
    }
    let written = entry(Call::Write, [4, 0x100, 5, 0, 0, 0], &memory);
    assert_eq!(written, "fd=fd4 buf='hello'/5 count=5");
}

#[test]
fn addresses_come_back_no_longer_than_their_room() {
    let room = |room: i32| Regions::default().with(0x400, [0; 16]).with(0x500, ints([room]));
    let filled = |length: i32| room(length).with(0x400, loopback());
    let args = [3, 0x400, 0x500, bits(libc::SOCK_CLOEXEC), 0, 0];
    assert_eq!(
        entry(Call::Accept4, args, &room(16)),
        "sockfd=fd3 addr=*400 addrlen=len16 flags=SOCK_CLOEXEC"
    );
    for (call, before, result, after) in [
        (Call::Accept4, 16, 4, "addr=127.0.0.1:9001 addrlen=len16"),
        (Call::Accept, 128, 4, "addr=127.0.0.1:9001 addrlen=len16"),
        (Call::Getsockname, 6, 0, "addr=AF_INET (6 bytes) addrlen=len16"),
        (Call::Getpeername, 0, 0, "addr=(empty) addrlen=len16"),
        (Call::Accept, 16, -libc::EAGAIN, ""),
        (Call::Getpeername, 16, -libc::ENOTCONN, ""),
    ] {
        assert_eq!(exit(call, args, result.into(), &room(before), &filled(16)), after);
    }
    let nobody = [3, 0, 0x999, 0, 0, 0];
    let memory = Regions::default();
    assert_eq!(entry(Call::Accept, nobody, &memory), "sockfd=fd3 addr=NULL addrlen=*999");
    assert_eq!(entry(Call::Getsockname, nobody, &memory), "sockfd=fd3 addr=NULL addrlen=!999");
    assert_eq!(exit(Call::Accept, nobody, 4, &memory, &memory), "");
}

#[test]
fn what_comes_is_as_long_as_the_result() {
    let before = Regions::default().with(0x100, [0; 64]).with(0x400, [0; 16]);
    let before = before.with(0x500, ints([16]));
    let after = before.clone().with(0x100, [b'y'; 64]).with(0x400, loopback());
    let args = [3, 0x100, 32, 0, 0x400, 0x500];
    let entered = "sockfd=fd3 buf=*100 len=32 flags=0 src_addr=*400 addrlen=len16";
    assert_eq!(entry(Call::Recvfrom, args, &before), entered);
    for (result, line) in [
        (3, "buf='yyy'/3 src_addr=127.0.0.1:9001 addrlen=len16"),
        (0, "buf=''/0 src_addr=127.0.0.1:9001 addrlen=len16"),
        // MSG_TRUNC: the datagram was longer than the room.
        (60, "buf='yyyyyyyyyyyyyyyy'/32 src_addr=127.0.0.1:9001 addrlen=len16"),
        (-i64::from(libc::ECONNREFUSED), ""),
    ] {
        assert_eq!(exit(Call::Recvfrom, args, result, &before, &after), line);
    }
    let tcp = [3, 0x100, 32, 0, 0, 0];
    assert_eq!(exit(Call::Recvfrom, tcp, 2, &before, &after), "buf='yy'/2");
    assert_eq!(exit(Call::Read, tcp, 2, &before, &after), "buf='yy'/2");
    assert_eq!(entry(Call::Read, tcp, &before), "fd=fd3 buf=*100 count=32");
}

#[test]
fn offsets_and_pairs_come_back() {
    let before = Regions::default().with(0x100, longs([5])).with(0x200, [0; 8]);
    let after = before.clone().with(0x100, longs([9])).with(0x200, ints([3, 4]));
    let sendfile = [7, 8, 0x100, 4, 0, 0];
    assert_eq!(entry(Call::Sendfile, sendfile, &before), "out_fd=fd7 in_fd=fd8 offset=5 count=4");
    assert_eq!(exit(Call::Sendfile, sendfile, 4, &before, &after), "offset=9");
    let splice = [7, 0x100, 8, 0, 4, libc::SPLICE_F_MORE.into()];
    assert_eq!(
        entry(Call::Splice, splice, &before),
        "fd_in=fd7 off_in=5 fd_out=fd8 off_out=NULL len=4 flags=SPLICE_F_MORE"
    );
    assert_eq!(exit(Call::Splice, splice, 4, &before, &after), "off_in=9");
    let pair = [libc::AF_UNIX as u64, libc::SOCK_STREAM as u64, 0, 0x200, 0, 0];
    assert_eq!(
        entry(Call::Socketpair, pair, &before),
        "domain=AF_UNIX type=SOCK_STREAM protocol=0 sv=*200"
    );
    assert_eq!(exit(Call::Socketpair, pair, 0, &before, &after), "sv=[fd3 fd4]/2");
}

#[test]
fn descriptors_are_those_that_may_be_sockets() {
    let mut polled = Vec::new();
    for fd in [5, -1, 6] {
        polled.extend(ints([fd, 1]));
    }
    let memory = Regions::default().with(0x100, polled).with(0x200, longs([1 << 3 | 1 << 9]));
    let memory = memory.with(0x300, longs([1 << 3 | 1 << 4]));
    for (call, args, fds) in [
        (Call::Socket, [2, 1, 0, 0, 0, 0], vec![]),
        (Call::Bind, [3, 1, 0, 0, 0, 0], vec![3]),
        (Call::Read, [bits(-1), 1, 0, 0, 0, 0], vec![-1]),
        (Call::Sendfile, [3, 4, 0, 0, 0, 0], vec![3, 4]),
        (Call::Splice, [3, 0, 5, 0, 0, 0], vec![3, 5]),
        (Call::EpollCtl, [3, 1, 5, 0, 0, 0], vec![3, 5]),
        (Call::EpollPwait, [3, 1, 5, 0, 0, 0], vec![3]),
        (Call::EpollCreate1, [0; 6], vec![]),
        (Call::Ppoll, [0x100, 3, 0, 0, 0, 0], vec![5, 6]),
        (Call::Ppoll, [0x999, 3, 0, 0, 0, 0], vec![]),
        (Call::Pselect6, [9, 0x200, 0, 0x300, 0, 0], vec![3, 4]),
        (Call::Pselect6, [10, 0x200, 0, 0x300, 0, 0], vec![3, 4, 9]),
        (Call::Pselect6, [bits(-1), 0x200, 0, 0x300, 0, 0], vec![]),
    ] {
        assert_eq!(descriptors(call, &args, &memory), fds, "{}", call.name());
    }
}
