//! The welcome pair on bare `libc`: the C library's functions, as C declares them.
//!
//! ```text
//! socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3
//! setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
//! bind(3, {sa_family=AF_INET, sin_port=htons(9001), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
//! listen(3, 5) = 0
//! accept(3, {sa_family=AF_INET, sin_port=htons(…), sin_addr=inet_addr("127.0.0.1")}, [16]) = 4
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
//! - **Hides** nothing: each call below is one system call.
//! - **Adds** nothing. `SO_REUSEADDR`, the backlog and `MSG_NOSIGNAL` are there because they are written
//!   below; a program started by `exec` inherits both sockets; a call that a signal interrupts fails with
//!   `EINTR`.
//! - **Out of reach** is nothing that the kernel offers. The price: the compiler checks no pointer and no
//!   length, and a descriptor is a number without an owner, so every path has to lead to its `close`.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::RawFd;

use libc::{c_int, in_addr, sa_family_t, socklen_t};

use super::{
    Error, GREETING, Result, WISH, next_client, print_client, print_from_client, print_from_server,
};

/// Greets each client and prints what it says, for ever.
pub fn server(at: SocketAddrV4) -> Result<Infallible> {
    // SAFETY: `socket` takes three integers and touches no memory of ours.
    let sd = check("socket", unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) })?;

    let Err(error) = serve(sd, at);

    // SAFETY: `socket` made `sd` for this function, and nothing uses the number after this line.
    unsafe { libc::close(sd) };
    Err(error)
}

/// All that is done with the listening socket between `socket` and `close`.
fn serve(sd: RawFd, at: SocketAddrV4) -> Result<Infallible> {
    let (on, on_len): (c_int, _) = (1, size_of::<c_int>() as socklen_t);
    let sin = sockaddr_in(at);
    let sin_len = size_of_val(&sin) as socklen_t;

    // SAFETY: the kernel reads `on_len` bytes, which is the size of the integer `on`, ours and
    // initialised, and keeps no pointer to it.
    let set = unsafe {
        libc::setsockopt(sd, libc::SOL_SOCKET, libc::SO_REUSEADDR, (&raw const on).cast(), on_len)
    };
    check("setsockopt", set)?;
    // SAFETY: the kernel copies `sin_len` bytes, the size of `sin`, which is ours and all initialised:
    // a `sockaddr_in` has no padding.
    check("bind", unsafe { libc::bind(sd, (&raw const sin).cast(), sin_len) })?;
    // SAFETY: `listen` takes two integers and touches no memory of ours.
    check("listen", unsafe { libc::listen(sd, 5) })?;

    loop {
        let mut cli = sockaddr_in(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));
        let mut clientlen = size_of_val(&cli) as socklen_t;
        // SAFETY: `clientlen` tells the kernel the size of `cli`, beyond which it does not write; both
        // are ours, and any bytes are a valid `sockaddr_in`.
        let ns = unsafe { libc::accept(sd, (&raw mut cli).cast(), &mut clientlen) };
        let ns = check("accept", ns)?;

        let outcome = welcome(ns, Ipv4Addr::from(cli.sin_addr.s_addr.to_ne_bytes()));

        // SAFETY: `accept` made `ns` for this turn of the loop, and nothing uses the number after it.
        let closed = check("close", unsafe { libc::close(ns) });
        next_client(outcome.and(closed.map(drop)))?;
    }
}

/// One client, on its connected socket.
fn welcome(ns: RawFd, client: Ipv4Addr) -> Result<()> {
    let mut buf = [0; 256];

    print_client(client)?;

    // SAFETY: the kernel reads `GREETING.len()` bytes from `GREETING`, which lives as long as the program.
    let sent =
        unsafe { libc::send(ns, GREETING.as_ptr().cast(), GREETING.len(), libc::MSG_NOSIGNAL) };
    check("send", sent)?;
    // SAFETY: the kernel writes at most `buf.len()` bytes into `buf`, which is ours and which nobody else
    // looks at meanwhile.
    let n = check("recv", unsafe { libc::recv(ns, buf.as_mut_ptr().cast(), buf.len(), 0) })?;

    print_from_client(&buf[..n as usize])
}

/// Prints the greeting and says what it wants.
pub fn client(at: SocketAddrV4) -> Result<()> {
    // SAFETY: `socket` takes three integers and touches no memory of ours.
    let sd = check("socket", unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) })?;

    let outcome = ask(sd, at);

    // SAFETY: `socket` made `sd` for this function, and nothing uses the number after this line.
    let closed = check("close", unsafe { libc::close(sd) });
    outcome.and(closed.map(drop))
}

/// All that the client does with its socket between `socket` and `close`.
fn ask(sd: RawFd, at: SocketAddrV4) -> Result<()> {
    let (mut buf, sin) = ([0; 256], sockaddr_in(at));
    let sin_len = size_of_val(&sin) as socklen_t;

    // SAFETY: the kernel copies `sin_len` bytes, the size of `sin`, which is ours and all initialised.
    check("connect", unsafe { libc::connect(sd, (&raw const sin).cast(), sin_len) })?;
    // SAFETY: the kernel writes at most `buf.len()` bytes into `buf`, which is ours and which nobody else
    // looks at meanwhile.
    let n = check("recv", unsafe { libc::recv(sd, buf.as_mut_ptr().cast(), buf.len(), 0) })?;

    print_from_server(&buf[..n as usize])?;

    // SAFETY: the kernel reads `WISH.len()` bytes from `WISH`, which lives as long as the program.
    let sent = unsafe { libc::send(sd, WISH.as_ptr().cast(), WISH.len(), libc::MSG_NOSIGNAL) };
    check("send", sent).map(drop)
}

/// The address as the kernel wants it: port and address in network byte order.
fn sockaddr_in(at: SocketAddrV4) -> libc::sockaddr_in {
    libc::sockaddr_in {
        sin_family: libc::AF_INET as sa_family_t,
        sin_port: libc::htons(at.port()),
        sin_addr: in_addr { s_addr: u32::from_ne_bytes(at.ip().octets()) },
        sin_zero: [0; 8],
    }
}

/// -1 says that the reason is in `errno`, which `last_os_error` reads; any other result is the answer.
fn check<T: From<i8> + PartialEq>(call: &'static str, result: T) -> Result<T> {
    if result == T::from(-1) {
        return Err(Error::of(call)(io::Error::last_os_error()));
    }
    Ok(result)
}
