//! What the rows are put together from: sockets in a certain state, limits, files, signals. And the names that
//! every row uses. Twin: `c-reference/errnos/arrange.h`.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) use Errno::*;
#[rustfmt::skip]
pub(super) use libc::{
    AF_INET, AF_INET6, AF_PACKET, AF_UNIX, AF_UNSPEC, INADDR_ANY, INADDR_LOOPBACK, IP_ADD_MEMBERSHIP,
    IP_DROP_MEMBERSHIP, IP_MTU, IP_RECVERR, IP_TTL, IPPROTO_ICMP, IPPROTO_IP, IPPROTO_IPV6,
    IPPROTO_TCP, IPPROTO_UDP, IPV6_V6ONLY, MSG_DONTWAIT, MSG_ERRQUEUE, MSG_FASTOPEN, MSG_NOSIGNAL,
    MSG_OOB, MSG_PEEK, POLLERR, POLLIN, POLLOUT, SA_RESTART, SHUT_RD, SHUT_RDWR, SHUT_WR, SIGPIPE,
    SO_BINDTODEVICE, SO_BROADCAST, SO_DEBUG, SO_DETACH_FILTER, SO_ERROR, SO_MARK, SO_OOBINLINE, SO_PRIORITY,
    SO_RCVBUF, SO_RCVBUFFORCE, SO_RCVTIMEO, SO_REUSEADDR, SO_SNDBUF, SO_SNDTIMEO, SO_TYPE,
    SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_STREAM, SOL_SOCKET, SOL_UDP,
    TCP_CONGESTION, TCP_INFO, TCP_MAXSEG, TCP_NODELAY, TCP_SYNCNT, TCP_USER_TIMEOUT, UDP_SEGMENT,
    c_int, c_short,
};

pub(super) use super::raw::Length::At;
pub(super) use super::raw::Pointer::{Good, Null, ReadOnly, To, Wild};
pub(super) use super::raw::{self, Length};
pub(super) use super::row::{Row, both, came, fails, man, posix, said, works};
pub(super) use crate::calls::{
    Errno, Result, SockAddr, bind, close, connect, getpeername, getsockname, htonl, htons,
    in_addr_t, inet_pton, listen, ntohs, poll, pollfd, recv, sa_family_t, send, sendto, shutdown,
    sockaddr_in, sockaddr_in6, sockaddr_un, socket, socketpair, socklen_t, zeroed,
};

pub(super) const NO_FD: RawFd = -1;
/// 192.0.2.1: the world has a route that rejects it.
pub(super) const UNREACHABLE: in_addr_t = 0xc000_0201;
/// 198.51.100.1.
pub(super) const NO_ROUTE: in_addr_t = 0xc633_6401;
/// 127.255.255.255.
pub(super) const BROADCAST: in_addr_t = 0x7fff_ffff;
/// A port where nobody listens, and that the kernel gives to nobody.
pub(super) const NOBODY: u16 = 9;
/// Milliseconds that anything may take that is going to happen.
pub(super) const LIMIT: c_int = 5000;

// ---- Descriptors and addresses ----------------------------------------------------------------

pub(super) fn tcp() -> Result<OwnedFd> {
    socket(AF_INET, SOCK_STREAM, 0)
}

pub(super) fn udp() -> Result<OwnedFd> {
    socket(AF_INET, SOCK_DGRAM, 0)
}

pub(super) fn tcp6() -> Result<OwnedFd> {
    socket(AF_INET6, SOCK_STREAM, 0)
}

pub(super) fn udp6() -> Result<OwnedFd> {
    socket(AF_INET6, SOCK_DGRAM, 0)
}

pub(super) fn local(ty: c_int) -> Result<OwnedFd> {
    socket(AF_UNIX, ty, 0)
}

pub(super) fn file() -> Result<OwnedFd> {
    let file = std::fs::File::options().read(true).write(true).open("/dev/null");
    file.map(OwnedFd::from).map_err(io)
}

/// A number that was a socket's, and is nobody's.
pub(super) fn closed() -> Result<RawFd> {
    let sd = tcp()?;
    let number = sd.as_raw_fd();
    close(sd)?;
    Ok(number)
}

pub(super) fn ip(address: in_addr_t, port: u16) -> sockaddr_in {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(port);
    sin.sin_addr.s_addr = htonl(address);
    sin
}

pub(super) fn ip6(address: &std::ffi::CStr, port: u16) -> Result<sockaddr_in6> {
    let mut sin6: sockaddr_in6 = zeroed();
    sin6.sin6_family = AF_INET6 as sa_family_t;
    sin6.sin6_port = htons(port);
    inet_pton(AF_INET6, address, &mut sin6.sin6_addr)?;
    Ok(sin6)
}

pub(super) fn path(text: &str) -> sockaddr_un {
    let mut sun: sockaddr_un = zeroed();
    sun.sun_family = AF_UNIX as sa_family_t;
    for (to, from) in sun.sun_path.iter_mut().zip(text.bytes()) {
        *to = from as libc::c_char;
    }
    sun
}

/// An address's bytes, for a call that is given a length by hand.
pub(super) fn bytes<A: SockAddr>(address: &A) -> Vec<u8> {
    let (pointer, length) = (address.as_ptr().cast::<u8>(), A::LEN as usize);
    // SAFETY: `SockAddr` promises that the structure is `LEN` bytes without padding; it outlives the slice.
    unsafe { std::slice::from_raw_parts(pointer, length) }.to_vec()
}

pub(super) fn name_of(sd: &OwnedFd) -> Result<sockaddr_in> {
    Ok(getsockname(sd)?.0)
}

// ---- Waiting and options ----------------------------------------------------------------------

pub(super) fn wait_for(sd: &OwnedFd, events: c_short) -> Result<()> {
    let mut set = [pollfd { fd: sd.as_raw_fd(), events, revents: 0 }];
    match poll(&mut set, LIMIT) {
        Ok(1) if set[0].revents & events != 0 => Ok(()),
        Err(errno) => Err(errno),
        Ok(_) => Err(ETIMEDOUT),
    }
}

pub(super) fn non_blocking(sd: &OwnedFd) -> Result<()> {
    // SAFETY: three integers by value.
    Errno::result(unsafe { libc::fcntl(sd.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) }).map(drop)
}

pub(super) fn set(sd: &OwnedFd, level: c_int, option: c_int, value: c_int) -> Result<()> {
    raw::setsockopt(sd, level, option, To(&value.to_ne_bytes()), 4)
}

pub(super) fn patience(sd: &OwnedFd, option: c_int, milliseconds: i64) -> Result<()> {
    let time = time(0, milliseconds * 1000);
    raw::setsockopt(sd, SOL_SOCKET, option, To(&time), time.len() as socklen_t)
}

/// A `struct timeval`, its bytes.
pub(super) fn time(seconds: i64, microseconds: i64) -> Vec<u8> {
    let seconds = (seconds as libc::time_t).to_ne_bytes();
    [&seconds[..], &(microseconds as libc::suseconds_t).to_ne_bytes()].concat()
}

pub(super) fn linger(sd: &OwnedFd, seconds: c_int) -> Result<()> {
    let on = crate::calls::linger { l_onoff: 1, l_linger: seconds };
    crate::calls::setsockopt(sd, crate::calls::SOL_SOCKET, crate::calls::SO_LINGER, &on)
}

/// A `struct ip_mreq`, its bytes: a group, and lo.
pub(super) fn member(group: in_addr_t) -> Vec<u8> {
    [group.to_be_bytes(), INADDR_LOOPBACK.to_be_bytes()].concat()
}

/// The kernel may choose one port only for this socket, and it is taken.
pub(super) fn one_port(sd: &OwnedFd, taken: sockaddr_in) -> Result<()> {
    const IP_LOCAL_PORT_RANGE: c_int = 51; // <linux/in.h>
    let port = u32::from(ntohs(taken.sin_port));
    set(sd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, (port << 16 | port) as c_int)
}

/// So many descriptors more may be opened.
pub(super) fn descriptors_left(count: u64) -> Result<()> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is ours, and the kernel writes one structure there.
    Errno::result(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) })?;
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: `limit` is a whole structure that the kernel reads.
    Errno::result(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) })?;
    let lowest = tcp()?.as_raw_fd();
    limit.rlim_cur = lowest as libc::rlim_t + count as libc::rlim_t;
    // SAFETY: as above.
    Errno::result(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }).map(drop)
}

// ---- Files ------------------------------------------------------------------------------------

/// The errno in an error of std's.
pub(super) fn io(error: std::io::Error) -> Errno {
    error.raw_os_error().map_or(EIO, Errno::from_raw)
}

pub(super) fn locked_folder() -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o600).create("locked").map_err(io)
}

pub(super) fn link_loop() -> Result<()> {
    std::os::unix::fs::symlink("loop", "loop").map_err(io)
}

pub(super) fn plain_file() -> Result<()> {
    std::fs::write("file", "").map_err(io)
}

/// A symbolic link to a name that is longer than any name may be.
pub(super) fn long_link() -> Result<()> {
    std::os::unix::fs::symlink("x".repeat(256), "long").map_err(io)
}

pub(super) fn no_permission(path: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o000)).map_err(io)
}

// ---- Signals ----------------------------------------------------------------------------------

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

/// How many signals have come.
pub(super) fn signals() -> usize {
    SIGNALS.load(Ordering::Relaxed)
}

extern "C" fn count(_: c_int) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

pub(super) fn handle(number: c_int, flags: c_int) -> Result<()> {
    // SAFETY: integers, and a pointer that may be null: all zeros are a value.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = count as extern "C" fn(c_int) as libc::sighandler_t;
    action.sa_flags = flags;
    // SAFETY: `action` is whole, and its handler adds one to an atomic, which a signal may do at any time.
    Errno::result(unsafe { libc::sigaction(number, &action, std::ptr::null_mut()) }).map(drop)
}

/// From now on a signal comes every 5 ms: one of them while the call sleeps.
pub(super) fn interrupt(flags: c_int) -> Result<()> {
    handle(libc::SIGALRM, flags)?;
    timer(5000)
}

/// No more of them.
pub(super) fn quiet() -> Result<()> {
    timer(0)
}

fn timer(microseconds: libc::suseconds_t) -> Result<()> {
    let time = libc::timeval { tv_sec: 0, tv_usec: microseconds };
    let timer = libc::itimerval { it_interval: time, it_value: time };
    // SAFETY: `timer` is a whole structure that the kernel reads; where the old one goes may be null.
    Errno::result(unsafe { libc::setitimer(libc::ITIMER_REAL, &timer, std::ptr::null_mut()) })
        .map(drop)
}
