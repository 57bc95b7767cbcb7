//! The welcome pair on `std::net`: a type for what a socket is used for, and a method for each use.
//!
//! ```text
//! socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3
//! setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
//! bind(3, {sa_family=AF_INET, sin_port=htons(9001), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
//! listen(3, 128) = 0
//! accept4(3, {sa_family=AF_INET, sin_port=htons(…), sin_addr=inet_addr("127.0.0.1")}, [128 => 16], SOCK_CLOEXEC) = 4
//! sendto(4, "Welcome to Network Server!!\0", 28, MSG_NOSIGNAL, NULL, 0) = 28
//! recvfrom(4, "I want a HTTP Service.\0", 256, 0, NULL, NULL) = 23
//! close(4) = 0
//!
//! socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3
//! connect(3, {sa_family=AF_INET, sin_port=htons(9001), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
//! recvfrom(3, "Welcome to Network Server!!\0", 256, 0, NULL, NULL) = 28
//! sendto(3, "I want a HTTP Service.\0", 23, MSG_NOSIGNAL, NULL, 0) = 23
//! close(3) = 0
//! ```
//!
//! - **Hides** that a socket is made, named and set to listen one after the other: `TcpListener::bind` is
//!   four calls, and its error does not say which of them failed. The owner closes the descriptor, and what
//!   `close` answers is lost. A debug build asks `fcntl(4, F_GETFD)` before: if the number has been closed
//!   behind the owner's back, the program aborts.
//! - **Adds** `SOCK_CLOEXEC` to both sockets, for `accept` by way of `accept4`; `SO_REUSEADDR`; a backlog of
//!   128; `MSG_NOSIGNAL`. `accept` and `connect` are called again after `EINTR`, and so is `send`, by `write_all`;
//!   `read` hands `EINTR` out.
//! - **Out of reach**: another backlog, and whatever has to be said between `socket` and `bind` or `connect`,
//!   be it an option or the client's own port.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, SocketAddrV4, TcpListener, TcpStream};

use super::{
    Error, GREETING, Result, WISH, next_client, print_client, print_from_client, print_from_server,
};

/// Greets each client and prints what it says, for ever.
pub fn server(at: SocketAddrV4) -> Result<Infallible> {
    let sd = TcpListener::bind(at).map_err(Error::of("TcpListener::bind"))?;

    loop {
        let (ns, cli) = sd.accept().map_err(Error::of("accept"))?;
        next_client(welcome(ns, cli))?;
    }
}

/// One client, on its connected socket.
fn welcome(mut ns: TcpStream, cli: SocketAddr) -> Result<()> {
    let mut buf = [0; 256];

    print_client(cli.ip())?;

    ns.write_all(GREETING).map_err(Error::of("write_all"))?;
    let n = ns.read(&mut buf).map_err(Error::of("read"))?;

    print_from_client(&buf[..n])
}

/// Prints the greeting and says what it wants.
pub fn client(at: SocketAddrV4) -> Result<()> {
    let mut buf = [0; 256];

    let mut sd = TcpStream::connect(at).map_err(Error::of("TcpStream::connect"))?;
    let n = sd.read(&mut buf).map_err(Error::of("read"))?;

    print_from_server(&buf[..n])?;

    sd.write_all(WISH).map_err(Error::of("write_all"))
}
