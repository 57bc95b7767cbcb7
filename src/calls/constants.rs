//! The constants, in their C spelling. Each is what the C headers of this machine define.

use libc::c_int;
#[rustfmt::skip]
pub use libc::{
    // Address families, socket's first argument.
    AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC,
    // Flags and codes of getaddrinfo.
    AI_CANONNAME, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE, EAI_AGAIN, EAI_BADFLAGS, EAI_FAIL,
    EAI_FAMILY, EAI_MEMORY, EAI_NODATA, EAI_NONAME, EAI_OVERFLOW, EAI_SERVICE, EAI_SOCKTYPE,
    EAI_SYSTEM,
    // Flags of descriptors (fcntl), and of the files and sockets behind them.
    FD_CLOEXEC, O_NONBLOCK,
    // IPv4 addresses, in HOST byte order: htonl(INADDR_LOOPBACK).
    INADDR_ANY, INADDR_BROADCAST, INADDR_LOOPBACK, INADDR_NONE,
    // What epoll_ctl does, and epoll_create1's flag.
    EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD,
    // Protocols, socket's third argument.
    IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP,
    // Flags of send, recv and their kin.
    MSG_DONTROUTE, MSG_DONTWAIT, MSG_MORE, MSG_NOSIGNAL, MSG_OOB, MSG_PEEK, MSG_TRUNC,
    MSG_WAITALL,
    // What poll is asked for and answers.
    POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLPRI,
    // How to shut down.
    SHUT_RD, SHUT_RDWR, SHUT_WR,
    // Signals that a socket program meets.
    SIGCHLD, SIGHUP, SIGINT, SIGPIPE, SIGTERM,
    // sigaction: a call that the handler interrupted goes on (not poll, select, epoll_wait).
    SA_RESTART,
    // Types, socket's second argument, and the flags that may join them.
    SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM,
    // The largest backlog the headers know; the kernel's own limit is net.core.somaxconn.
    SOMAXCONN,
    // waitpid: do not wait; and how a child has ended.
    WEXITSTATUS, WIFEXITED, WNOHANG,
};

use super::{FcntlCmd, Level, Resource, SigHandler, SockOpt, linger, timeval};

/// `signal`, `sigaction`: the default action.
pub const SIG_DFL: SigHandler = SigHandler(libc::SIG_DFL);
/// `signal`, `sigaction`: the signal is thrown away. (SIGCHLD: children that end leave no zombie.)
pub const SIG_IGN: SigHandler = SigHandler(libc::SIG_IGN);

/// `epoll_ctl`, `epoll_wait`: there is something to receive, or to accept.
pub const EPOLLIN: u32 = libc::EPOLLIN as u32;
/// `epoll_ctl`, `epoll_wait`: there is room to send, or a `connect` is done, well or not.
pub const EPOLLOUT: u32 = libc::EPOLLOUT as u32;
/// `epoll_ctl`, `epoll_wait`: the peer will send no more: its FIN has come.
pub const EPOLLRDHUP: u32 = libc::EPOLLRDHUP as u32;
/// `epoll_wait`: an error waits on the socket (`SO_ERROR`); told unasked.
pub const EPOLLERR: u32 = libc::EPOLLERR as u32;
/// `epoll_wait`: both directions are closed, or it was never connected; told unasked.
pub const EPOLLHUP: u32 = libc::EPOLLHUP as u32;
/// `epoll_ctl`: edge-triggered: told when something new has come, not as long as something is there.
pub const EPOLLET: u32 = libc::EPOLLET as u32;

/// `fcntl`: the descriptor's own flags.
pub const F_GETFD: FcntlCmd = FcntlCmd(libc::F_GETFD);
/// `fcntl`: sets the descriptor's own flags, `FD_CLOEXEC` or 0.
pub const F_SETFD: FcntlCmd = FcntlCmd(libc::F_SETFD);
/// `fcntl`: the flags of what is behind the descriptor.
pub const F_GETFL: FcntlCmd = FcntlCmd(libc::F_GETFL);
/// `fcntl`: sets the flags of what is behind the descriptor, `O_NONBLOCK` for one.
pub const F_SETFL: FcntlCmd = FcntlCmd(libc::F_SETFL);

/// `getrlimit`, `setrlimit`: one more than the highest descriptor that the process may get.
pub const RLIMIT_NOFILE: Resource = Resource(libc::RLIMIT_NOFILE as c_int);

/// The level of options that every socket has ([socket(7)](https://man7.org/linux/man-pages/man7/socket.7.html)).
pub const SOL_SOCKET: Level<{ libc::SOL_SOCKET }> = Level;
/// The level of IPv4 ([ip(7)](https://man7.org/linux/man-pages/man7/ip.7.html)), the same number as `IPPROTO_IP`.
pub const SOL_IP: Level<{ libc::IPPROTO_IP }> = Level;
/// The level of TCP ([tcp(7)](https://man7.org/linux/man-pages/man7/tcp.7.html)), the same number as `IPPROTO_TCP`.
pub const SOL_TCP: Level<{ libc::IPPROTO_TCP }> = Level;

/// Options: name, level, type of the value, and what it is.
macro_rules! options {
    ($($(#[doc = $what:expr])+ $name:ident: $level:ident, $value:ty;)+) => {
        $($(#[doc = $what])+ pub const $name: SockOpt<{ libc::$level }, $value> = SockOpt::new(libc::$name);)+
    };
}

options! {
    /// 1 on a listening socket; only `getsockopt`.
    SO_ACCEPTCONN: SOL_SOCKET, c_int;
    /// UDP: may send to a broadcast address.
    SO_BROADCAST: SOL_SOCKET, c_int;
    /// The address family; only `getsockopt`.
    SO_DOMAIN: SOL_SOCKET, c_int;
    /// The error that waits on the socket, an errno or 0; reading clears it. Only `getsockopt`.
    SO_ERROR: SOL_SOCKET, c_int;
    /// TCP: probe a peer that has been silent for long.
    SO_KEEPALIVE: SOL_SOCKET, c_int;
    /// What `close` does with bytes not yet sent; with a time of 0 it sends RST.
    SO_LINGER: SOL_SOCKET, linger;
    /// The socket's memory, in bytes, as sock_diag(7) numbers it (`SK_MEMINFO_…`): what was received, how far that may grow,
    /// what is being sent, how far that may grow, …, the ninth: how many packets were dropped. Only `getsockopt`.
    SO_MEMINFO: SOL_SOCKET, [u32; 9];
    /// TCP: urgent bytes stay in the stream.
    SO_OOBINLINE: SOL_SOCKET, c_int;
    /// The protocol, `IPPROTO_TCP` for one; only `getsockopt`.
    SO_PROTOCOL: SOL_SOCKET, c_int;
    /// The receive buffer's size in bytes; Linux doubles what is set.
    SO_RCVBUF: SOL_SOCKET, c_int;
    /// How many bytes must be there before `recv` returns.
    SO_RCVLOWAT: SOL_SOCKET, c_int;
    /// How long `recv`, `recvfrom` and `accept` wait before they fail with `EAGAIN`; 0 is for ever.
    SO_RCVTIMEO: SOL_SOCKET, timeval;
    /// `bind` succeeds although connections in TIME_WAIT hold the port.
    SO_REUSEADDR: SOL_SOCKET, c_int;
    /// Several sockets may bind one port, if all of them have this.
    SO_REUSEPORT: SOL_SOCKET, c_int;
    /// The send buffer's size in bytes; Linux doubles what is set.
    SO_SNDBUF: SOL_SOCKET, c_int;
    /// How long `send` waits before it fails with `EAGAIN`, and `connect` with `EINPROGRESS`; 0 is for ever.
    SO_SNDTIMEO: SOL_SOCKET, timeval;
    /// The type, `SOCK_STREAM` for one; only `getsockopt`.
    SO_TYPE: SOL_SOCKET, c_int;
    /// UDP: ICMP errors are kept for `MSG_ERRQUEUE`, and told to unconnected sockets too.
    IP_RECVERR: IPPROTO_IP, c_int;
    /// Type of service, the second byte of the IPv4 header.
    IP_TOS: IPPROTO_IP, c_int;
    /// Time to live, in hops.
    IP_TTL: IPPROTO_IP, c_int;
    /// Send no partial segments until this is off again.
    TCP_CORK: IPPROTO_TCP, c_int;
    /// `accept` waits until the client has sent something, in seconds.
    TCP_DEFER_ACCEPT: IPPROTO_TCP, c_int;
    /// Seconds of silence before the first keep-alive probe.
    TCP_KEEPIDLE: IPPROTO_TCP, c_int;
    /// The largest segment, in bytes.
    TCP_MAXSEG: IPPROTO_TCP, c_int;
    /// Send small segments at once (Nagle's algorithm off).
    TCP_NODELAY: IPPROTO_TCP, c_int;
    /// Acknowledge at once rather than a little later.
    TCP_QUICKACK: IPPROTO_TCP, c_int;
    /// How often `connect` sends its SYN again before it gives up (since Linux 6.5 some
    /// times more: `net.ipv4.tcp_syn_linear_timeouts`).
    TCP_SYNCNT: IPPROTO_TCP, c_int;
    /// Milliseconds that sent bytes may stay unacknowledged before the connection is given up.
    TCP_USER_TIMEOUT: IPPROTO_TCP, c_int;
}
