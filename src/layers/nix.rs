//! The welcome pair on `nix`: the same functions, with Rust's types for arguments and results.
//!
//! ```text
//! socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3
//! setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
//! bind(3, {sa_family=AF_INET, sin_port=htons(9001), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
//! listen(3, 5) = 0
//! accept(3, NULL, NULL) = 4
//! getpeername(4, {sa_family=AF_INET, sin_port=htons(…), sin_addr=inet_addr("127.0.0.1")}, [16]) = 0
//! sendto(4, "Welcome to Network Server!!\0", 28, MSG_NOSIGNAL, NULL, 0) = 28
//! recvfrom(4, "I want a HTTP Service.\0", 256, 0, NULL, NULL) = 23
//! close(4) = 0
//!
//! socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3
//! connect(3, {sa_family=AF_INET, sin_port=htons(9001), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
//! recvfrom(3, "Welcome to Network Server!!\0", 256, 0, NULL, NULL) = 28
//! sendto(3, "I want a HTTP Service.\0", 23, MSG_NOSIGNAL, NULL, 0) = 23
//! close(3) = 0
//! ```
//!
//! - **Hides** the pointers and lengths. A result of -1 is an `Err` that holds `errno`.
//! - **Adds** no policy: `SO_REUSEADDR`, the backlog and `MSG_NOSIGNAL` are written below, a program
//!   started by `exec` inherits both sockets, `EINTR` is an error.
//! - **Out of reach**: the address that `accept` fills; two NULLs are handed in. `getpeername` asks for it in a
//!   call of its own, which says `ENOTCONN` when the client has reset the connection by then. The backlog
//!   has to be from -1 to 4096: `Backlog::new` turns others away, the kernel takes any.
//! - **By halves**: `socket` gives an owner, which closes when it goes; `accept` gives a number, as in C.

use std::convert::Infallible;
use std::net::SocketAddrV4;
use std::os::fd::{AsRawFd, RawFd};

use nix::sys::socket::{
    AddressFamily, Backlog, MsgFlags, SockFlag, SockType, SockaddrIn, accept, bind, connect,
    getpeername, listen, recv, send, setsockopt, socket, sockopt,
};
use nix::unistd::close;

use super::{
    Error, GREETING, Result, WISH, next_client, print_client, print_from_client, print_from_server,
};

/// Greets each client and prints what it says, for ever.
pub fn server(at: SocketAddrV4) -> Result<Infallible> {
    let sd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)
        .map_err(Error::of("socket"))?;
    setsockopt(&sd, sockopt::ReuseAddr, &true).map_err(Error::of("setsockopt"))?;
    bind(sd.as_raw_fd(), &SockaddrIn::from(at)).map_err(Error::of("bind"))?;
    let backlog = Backlog::new(5).map_err(Error::of("Backlog::new"))?;
    listen(&sd, backlog).map_err(Error::of("listen"))?;

    loop {
        let ns = accept(sd.as_raw_fd()).map_err(Error::of("accept"))?;
        let outcome = welcome(ns);
        let closed = close(ns).map_err(Error::of("close"));
        next_client(outcome.and(closed))?;
    }
}

/// One client, on its connected socket.
fn welcome(ns: RawFd) -> Result<()> {
    let mut buf = [0; 256];

    let cli: SockaddrIn = getpeername(ns).map_err(Error::of("getpeername"))?;
    print_client(cli.ip())?;

    send(ns, GREETING, MsgFlags::MSG_NOSIGNAL).map_err(Error::of("send"))?;
    let n = recv(ns, &mut buf, MsgFlags::empty()).map_err(Error::of("recv"))?;

    print_from_client(&buf[..n])
}

/// Prints the greeting and says what it wants.
pub fn client(at: SocketAddrV4) -> Result<()> {
    let mut buf = [0; 256];

    let sd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)
        .map_err(Error::of("socket"))?;
    connect(sd.as_raw_fd(), &SockaddrIn::from(at)).map_err(Error::of("connect"))?;
    let n = recv(sd.as_raw_fd(), &mut buf, MsgFlags::empty()).map_err(Error::of("recv"))?;

    print_from_server(&buf[..n])?;

    send(sd.as_raw_fd(), WISH, MsgFlags::MSG_NOSIGNAL).map_err(Error::of("send"))?;
    close(sd).map_err(Error::of("close"))
}
