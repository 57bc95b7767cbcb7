//! Real sockets of this process, on loopback, at ports of the kernel's choice.

mod diag;
mod other;
mod table;
mod tcp;

use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use socket2::{Domain, SockAddr, Socket, Type};

use super::diag::Row;
use super::*;
use crate::trace::{Arg, Descriptor, SocketState, Value};

fn me() -> i32 {
    std::process::id() as i32
}

fn descriptor(fd: &impl AsRawFd) -> Descriptor {
    Descriptor { program: 0, pid: me(), fd: fd.as_raw_fd() }
}

/// What a look through this process's own descriptor finds.
fn peek(fd: &impl AsRawFd) -> SocketState {
    let descriptor = descriptor(fd);
    let seen = Peek::open(me()).unwrap().socket(descriptor).unwrap().unwrap();
    assert_eq!(seen.holders, [descriptor]);
    seen
}

/// Looks until it is so: a segment on loopback may arrive a moment after the call that sent it.
fn peek_until(fd: &impl AsRawFd, so: impl Fn(&SocketState) -> bool) -> SocketState {
    until(|| Some(peek(fd)).filter(&so)).unwrap_or_else(|| panic!("still {:?}", peek(fd)))
}

fn until<T>(look: impl Fn() -> Option<T>) -> Option<T> {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        let seen = look();
        if seen.is_some() || Instant::now() > end {
            return seen;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn state(seen: &SocketState) -> &str {
    seen.state.as_deref().unwrap_or("none")
}

/// The namespace's row of this cookie.
fn row(cookie: u64) -> Option<Row> {
    let all = Diag::open().unwrap().sockets(Want::ALL).unwrap();
    all.into_iter().find(|row| row.state.cookie == cookie)
}

fn loopback(domain: Domain) -> SockAddr {
    let text = if domain == Domain::IPV6 { "[::1]:0" } else { "127.0.0.1:0" };
    text.parse::<std::net::SocketAddr>().unwrap().into()
}

/// A listening socket.
fn listener(domain: Domain, backlog: i32) -> Socket {
    let socket = Socket::new(domain, Type::STREAM, None).unwrap();
    socket.bind(&loopback(domain)).unwrap();
    socket.listen(backlog).unwrap();
    socket
}

/// A socket that is connected to it.
fn client(listener: &Socket) -> Socket {
    let address = listener.local_addr().unwrap();
    let socket = Socket::new(address.domain(), Type::STREAM, None).unwrap();
    socket.connect(&address).unwrap();
    socket
}

/// A connection: the end that connected, and the end that accepted.
fn connection(domain: Domain) -> (Socket, Socket) {
    let listener = listener(domain, 5);
    let client = client(&listener);
    (client, listener.accept().unwrap().0)
}

fn text(socket: &Socket) -> String {
    socket.local_addr().unwrap().as_socket().unwrap().to_string()
}

/// `setsockopt` with an int.
fn set(socket: &Socket, level: libc::c_int, name: libc::c_int, value: libc::c_int) {
    let length = size_of_val(&value) as libc::socklen_t;
    let value = (&raw const value).cast();
    // SAFETY: `value` leads to the int above, which lives on, and `length` is its size.
    let answer = unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, value, length) };
    assert_eq!(answer, 0, "{}", Errno::last());
}

/// Closes so that the peer is told RST.
fn reset(socket: Socket) {
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    drop(socket);
}

#[test]
fn what_is_no_socket() {
    let peek = Peek::open(me()).unwrap();
    let file = OwnedFd::from(std::fs::File::open("/proc/self/stat").unwrap());
    assert_eq!(peek.socket(descriptor(&file)), Ok(None));
    let flags = nix::fcntl::OFlag::O_PATH;
    let path = nix::fcntl::open("/proc", flags, nix::sys::stat::Mode::empty()).unwrap();
    assert_eq!(peek.socket(descriptor(&path)), Ok(None));
    let closed = Descriptor { fd: i32::MAX, ..descriptor(&file) };
    assert_eq!(peek.socket(closed), Err(Errno::EBADF));
    assert_eq!(Peek::open(i32::MAX).err(), Some(Errno::ESRCH));
    assert_eq!(Peek::open(0).err(), Some(Errno::EINVAL));
}

/// A look leaves no descriptor behind: the peer hears of the close at once.
#[test]
fn the_duplicate_holds_no_fin_back() {
    let (client, server) = connection(Domain::IPV4);
    peek(&client);
    drop(client);
    peek_until(&server, |seen| state(seen) == "CLOSE_WAIT");
}

/// A child that has inherited a socket: the same socket, another holder.
#[test]
fn a_socket_of_a_child() {
    let (client, _server) = connection(Domain::IPV4);
    let stdin = OwnedFd::from(client.try_clone().unwrap());
    let mut child = std::process::Command::new("sleep").arg("60").stdin(stdin).spawn().unwrap();
    let pid = child.id() as i32;
    let there = Descriptor { program: 1, pid, fd: 0 };
    let seen = Peek::open(pid).and_then(|child| child.socket(there));
    let links = (kind(pid, 0), kind(me(), client.as_raw_fd()));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(links.0, links.1);
    let (seen, here) = (seen.unwrap().unwrap(), peek(&client));
    assert_eq!(seen.cookie, here.cookie);
    let mut table = Table::new();
    table.update(vec![seen, here]);
    let mut holders = [there, descriptor(&client)];
    holders.sort();
    assert_eq!(table.sockets().next().unwrap().holders, holders);
}
