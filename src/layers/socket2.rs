//! The welcome pair on `socket2`: one type for all sockets, and a method for each call.
//!
//! ```text
//! socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3
//! setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
//! bind(3, {sa_family=AF_INET, sin_port=htons(9001), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
//! listen(3, 5) = 0
//! accept4(3, {sa_family=AF_INET, sin_port=htons(…), sin_addr=inet_addr("127.0.0.1")}, [128 => 16], SOCK_CLOEXEC) = 4
//! sendto(4, "Welcome to Network Server!!\0", 28, 0, NULL, 0) = 28
//! recvfrom(4, "I want a HTTP Service.\0", 256, 0, NULL, NULL) = 23
//! close(4) = 0
//!
//! socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3
//! connect(3, {sa_family=AF_INET, sin_port=htons(9001), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
//! recvfrom(3, "Welcome to Network Server!!\0", 256, 0, NULL, NULL) = 28
//! sendto(3, "I want a HTTP Service.\0", 23, 0, NULL, 0) = 23
//! close(3) = 0
//! ```
//!
//! - **Hides** the structures: an address is a `SockAddr`, an option a method with a type. The owner closes
//!   the descriptor, and what `close` answers is lost. A debug build asks `fcntl(4, F_GETFD)` before: if the
//!   number has been closed behind the owner's back, the program aborts.
//! - **Adds** `SOCK_CLOEXEC` to both sockets, for `accept` by way of `accept4`: a program started by `exec`
//!   inherits neither. Room for the largest address, 128 bytes, of which the kernel fills 16.
//! - **Leaves** `MSG_NOSIGNAL` out: where `send` fails with `EPIPE`, strace shows a `SIGPIPE` beside it, and
//!   the program lives because Rust's runtime ignores that signal from its start. `EINTR` from `accept`,
//!   `connect` and `recv` is an error; after `EINTR` from `send`, `write_all` sends again (the standard
//!   library's `Write` does, `Socket::send` does not).
//! - **Out of reach** is little: `Socket::new_raw` and `accept_raw` leave `SOCK_CLOEXEC` out, `send_with_flags`
//!   takes the flags.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::SocketAddrV4;

use socket2::{Domain, SockAddr, Socket, Type};

use super::{
    Error, GREETING, Result, WISH, next_client, print_client, print_from_client, print_from_server,
};

/// Greets each client and prints what it says, for ever.
pub fn server(at: SocketAddrV4) -> Result<Infallible> {
    let sd = Socket::new(Domain::IPV4, Type::STREAM, None).map_err(Error::of("socket"))?;
    sd.set_reuse_address(true).map_err(Error::of("setsockopt"))?;
    sd.bind(&at.into()).map_err(Error::of("bind"))?;
    sd.listen(5).map_err(Error::of("listen"))?;

    loop {
        let (ns, cli) = sd.accept().map_err(Error::of("accept"))?;
        next_client(welcome(ns, cli))?;
    }
}

/// One client, on its connected socket.
fn welcome(mut ns: Socket, cli: SockAddr) -> Result<()> {
    let mut buf = [0; 256];

    let cli = cli.as_socket_ipv4().expect("an IPv4 socket has IPv4 clients");
    print_client(*cli.ip())?;

    ns.write_all(GREETING).map_err(Error::of("send"))?;
    let n = ns.read(&mut buf).map_err(Error::of("recv"))?;

    print_from_client(&buf[..n])
}

/// Prints the greeting and says what it wants.
pub fn client(at: SocketAddrV4) -> Result<()> {
    let mut buf = [0; 256];

    let mut sd = Socket::new(Domain::IPV4, Type::STREAM, None).map_err(Error::of("socket"))?;
    sd.connect(&at.into()).map_err(Error::of("connect"))?;
    let n = sd.read(&mut buf).map_err(Error::of("recv"))?;

    print_from_server(&buf[..n])?;

    sd.write_all(WISH).map_err(Error::of("send"))
}
