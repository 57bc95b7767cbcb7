//! Sockets in a certain state. Twin: the part of `c-reference/errnos/arrange.h` of that name.

use super::arrange::*;
use std::os::fd::OwnedFd;

/// Two sockets.
pub(super) struct Pair {
    pub(super) a: OwnedFd,
    pub(super) b: OwnedFd,
}

pub(super) fn bind_loopback(sd: &OwnedFd) -> Result<()> {
    bind(sd, &ip(INADDR_LOOPBACK, 0))
}

pub(super) fn bound(sd: OwnedFd) -> Result<OwnedFd> {
    bind_loopback(&sd)?;
    Ok(sd)
}

pub(super) fn listener(backlog: c_int) -> Result<OwnedFd> {
    let sd = bound(tcp()?)?;
    listen(&sd, backlog)?;
    Ok(sd)
}

/// A client whose connection waits in the listener's queue.
pub(super) fn client_of(sd: &OwnedFd) -> Result<OwnedFd> {
    let sin = name_of(sd)?;
    let client = tcp()?;
    connect(&client, &sin)?;
    wait_for(sd, POLLIN)?;
    Ok(client)
}

/// A TCP connection: `a` is the client's end, `b` the server's.
pub(super) fn connected() -> Result<Pair> {
    let sd = listener(5)?;
    let a = client_of(&sd)?;
    let b = raw::accept(&sd, Null, Length::Null)?;
    close(sd)?;
    Ok(Pair { a, b })
}

/// `a` listens, and its queue is full with `b`.
pub(super) fn full_queue() -> Result<Pair> {
    let a = listener(0)?;
    let b = client_of(&a)?;
    Ok(Pair { a, b })
}

/// The end of a TCP connection whose other end was reset.
pub(super) fn reset() -> Result<OwnedFd> {
    let Pair { a, b } = connected()?;
    linger(&b, 0)?;
    close(b)?;
    wait_for(&a, POLLERR)?;
    Ok(a)
}

/// `a` is a UDP socket that is connected to `b`.
pub(super) fn datagrams() -> Result<Pair> {
    let a = udp()?;
    let b = bound(udp()?)?;
    connect(&a, &name_of(&b)?)?;
    Ok(Pair { a, b })
}

/// The same with a datagram that waits at `b`.
pub(super) fn datagram() -> Result<Pair> {
    let p = datagrams()?;
    send(&p.a, b"hello", 0)?;
    wait_for(&p.b, POLLIN)?;
    Ok(p)
}

/// A UDP socket that has heard that nobody listens.
pub(super) fn refused() -> Result<OwnedFd> {
    let sd = udp()?;
    connect(&sd, &ip(INADDR_LOOPBACK, NOBODY))?;
    send(&sd, b"hello", 0)?;
    wait_for(&sd, POLLERR)?;
    Ok(sd)
}

pub(super) fn local_pair(ty: c_int) -> Result<Pair> {
    let (a, b) = socketpair(AF_UNIX, ty, 0)?;
    Ok(Pair { a, b })
}

/// An AF_UNIX socket with this path.
pub(super) fn at_path(ty: c_int, text: &str) -> Result<OwnedFd> {
    let sd = local(ty)?;
    bind(&sd, &path(text))?;
    Ok(sd)
}

/// Sends until the buffers are full, and makes the send buffer small then: what the peer still takes makes no room.
pub(super) fn fill(sd: &OwnedFd) -> Result<()> {
    let room = vec![0; 1 << 18];
    while send(sd, &room, MSG_DONTWAIT).is_ok() {}
    set(sd, SOL_SOCKET, SO_SNDBUF, 0)
}

/// A TCP connection on which `a` was given up: `b` reads nothing, and `a` does not wait.
pub(super) fn given_up() -> Result<Pair> {
    let p = connected()?;
    set(&p.a, IPPROTO_TCP, TCP_USER_TIMEOUT, 1)?;
    fill(&p.a)?;
    wait_for(&p.a, POLLERR)?;
    Ok(p)
}

/// The same for datagrams: until the peer's queue takes no more.
pub(super) fn fill_datagrams(sd: &OwnedFd) -> Result<()> {
    while send(sd, b"hello", MSG_DONTWAIT).is_ok() {}
    Ok(())
}

/// A name of which a connection in TIME_WAIT is left.
pub(super) fn time_wait(reuse_address: c_int) -> Result<sockaddr_in> {
    let p = connected()?;
    let sin = name_of(&p.a)?;
    set(&p.a, SOL_SOCKET, SO_REUSEADDR, reuse_address)?;
    shutdown(&p.a, SHUT_WR)?;
    wait_for(&p.b, POLLIN)?;
    close(p.b)?;
    wait_for(&p.a, POLLIN)?;
    close(p.a)?;
    Ok(sin)
}
