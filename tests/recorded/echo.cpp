// A line there and back: server or client, in C++.
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <string>
#include <string_view>

class Socket {
public:
    explicit Socket(int fd) : fd(fd) {}
    Socket(const Socket &) = delete;
    ~Socket() { ::close(fd); }
    void say(std::string_view text) const { ::send(fd, text.data(), text.size(), MSG_NOSIGNAL); }
    std::string hear() const
    {
        std::array<char, 64> text;
        auto got = ::recv(fd, text.data(), text.size(), 0);
        return {text.data(), static_cast<std::size_t>(got > 0 ? got : 0)};
    }
    const int fd;
};

int main(int argc, char **argv)
{
    addrinfo hints{}, *found;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    if (argc < 3 || getaddrinfo("127.0.0.1", argv[2], &hints, &found) != 0) {
        return 1;
    }
    Socket socket{::socket(found->ai_family, found->ai_socktype, found->ai_protocol)};
    if (argv[1] == std::string{"server"}) {
        ::bind(socket.fd, found->ai_addr, found->ai_addrlen);
        ::listen(socket.fd, SOMAXCONN);
        Socket peer{::accept(socket.fd, nullptr, nullptr)};
        peer.say(peer.hear() + ", from C++");
    } else {
        ::connect(socket.fd, found->ai_addr, found->ai_addrlen);
        socket.say("hello");
        std::cout << socket.hear() << std::endl;
    }
    freeaddrinfo(found);
}
