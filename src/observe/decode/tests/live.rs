//! Calls that this process really makes: what the kernel has written there is decoded from its own
//! memory.

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::FileExt;

use super::{ints, line, longs, loopback};
use crate::observe::{Call, Decoder, Memory};

/// This process's memory.
struct Own(File);

impl Own {
    fn open() -> Self {
        Own(File::open("/proc/self/mem").unwrap())
    }
}

impl Memory for Own {
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
        self.0.read_at(buffer, address).unwrap_or(0)
    }
}

fn at<T>(value: &mut [T]) -> u64 {
    value.as_mut_ptr() as u64
}

/// Makes the call; its value or negative errno, its arguments at the entry and at the exit.
fn make(call: Call, args: [u64; 6]) -> (i64, String, String) {
    let (decoder, memory) = (Decoder::default(), Own::open());
    let entered = decoder.entry(call, &args, &memory);
    let [a, b, c, d, e, f] = args;
    // SAFETY: every pointer that a test passes is one to a local buffer of the length passed beside
    // it, which lives until the test ends, and nothing else uses it during the call.
    let value = unsafe { libc::syscall(call.number(), a, b, c, d, e, f) };
    let result = match value {
        -1 => -i64::from(std::io::Error::last_os_error().raw_os_error().unwrap()),
        value => value,
    };
    let exit = decoder.exit(call, &args, &entered, result, &memory);
    (result, line(&entered), line(&exit))
}

/// The descriptor that a call has made.
fn made(call: Call, args: [u64; 6]) -> OwnedFd {
    let (fd, ..) = make(call, args);
    assert!(fd >= 0, "{}: {fd}", call.name());
    // SAFETY: the kernel has just made this descriptor, and nobody else knows it.
    unsafe { OwnedFd::from_raw_fd(fd as i32) }
}

fn socket(family: i32, kind: i32) -> OwnedFd {
    made(Call::Socket, [family as u64, kind as u64, 0, 0, 0, 0])
}

fn number(fd: &OwnedFd) -> u64 {
    fd.as_raw_fd() as u64
}

/// A connected pair of unix sockets.
fn pair(kind: i32) -> [OwnedFd; 2] {
    let mut sv = [0i32; 2];
    let (result, _, exit) =
        make(Call::Socketpair, [libc::AF_UNIX as u64, kind as u64, 0, at(&mut sv), 0, 0]);
    assert_eq!((result, exit), (0, format!("sv=[fd{} fd{}]/2", sv[0], sv[1])));
    // SAFETY: the kernel has just made this descriptor, and nobody else knows it.
    let first = unsafe { OwnedFd::from_raw_fd(sv[0]) };
    // SAFETY: as the first.
    [first, unsafe { OwnedFd::from_raw_fd(sv[1]) }]
}

#[test]
fn a_bound_socket_tells_its_address_and_options() {
    let fd = socket(libc::AF_INET, libc::SOCK_STREAM);
    let mut addr = loopback();
    addr[2..4].fill(0); // the kernel picks the port
    let bound = make(Call::Bind, [number(&fd), at(&mut addr), 16, 0, 0, 0]);
    assert_eq!((bound.0, bound.2.as_str()), (0, ""));
    let (mut name, mut length) = ([0u8; 64], [64u32]);
    let args = [number(&fd), at(&mut name), at(&mut length), 0, 0, 0];
    let (_, entry, exit) = make(Call::Getsockname, args);
    assert!(entry.ends_with("addrlen=len64"), "{entry}");
    let port = u16::from_be_bytes([name[2], name[3]]);
    assert_eq!(exit, format!("addr=127.0.0.1:{port} addrlen=len16"));

    make(Call::Listen, [number(&fd), 7, 0, 0, 0, 0]);
    let (mut info, mut length) = ([0u8; 512], [512u32]);
    let level = libc::IPPROTO_TCP as u64;
    let name = libc::TCP_INFO as u64;
    let args = [number(&fd), level, name, at(&mut info), at(&mut length), 0];
    let (_, _, exit) = make(Call::Getsockopt, args);
    assert!(exit.starts_with("optval={tcpi_state=TCP_LISTEN "), "{exit}");
    assert!(exit.contains("tcpi_unacked=0 tcpi_sacked=7 "), "{exit}");
    let (mut number_of, mut length) = ([0i32], [4u32]);
    let socket = libc::SOL_SOCKET as u64;
    for (option, shown) in [
        (libc::SO_TYPE, "SOCK_STREAM"),
        (libc::SO_DOMAIN, "AF_INET"),
        (libc::SO_PROTOCOL, "IPPROTO_TCP"),
        (libc::SO_ACCEPTCONN, "1"),
        (libc::SO_ERROR, "0"),
    ] {
        let value = at(&mut number_of);
        let args = [number(&fd), socket, option as u64, value, at(&mut length), 0];
        let (_, _, exit) = make(Call::Getsockopt, args);
        assert_eq!(exit, format!("optval={shown} optlen=len4"));
    }
}

#[test]
fn a_message_carries_bytes_and_a_descriptor() {
    let [from, to] = pair(libc::SOCK_DGRAM);
    let (mut hello, mut world) = (*b"hello ", *b"world");
    let mut iov = longs([at(&mut hello), 6, at(&mut world), 5]);
    let mut control = longs([20]);
    control.extend(ints([libc::SOL_SOCKET, libc::SCM_RIGHTS, from.as_raw_fd(), 0]));
    let mut header = longs([0, 0, at(&mut iov), 2, at(&mut control), 24, 0]);
    let (result, entry, _) = make(Call::Sendmsg, [number(&from), at(&mut header), 0, 0, 0, 0]);
    assert_eq!(result, 11);
    assert!(entry.contains("{iov_base='world'/5 iov_len=5}]/2"), "{entry}");

    let (mut first, mut second, mut name) = ([0u8; 4], [0u8; 64], [0u8; 128]);
    let mut iov = longs([at(&mut first), 4, at(&mut second), 64]);
    let mut control = [0u8; 128];
    let mut header = longs([at(&mut name), 128, at(&mut iov), 2, at(&mut control), 128, 0]);
    let flags = libc::MSG_CMSG_CLOEXEC as u64;
    let (result, entry, exit) = make(Call::Recvmsg, [number(&to), at(&mut header), flags, 0, 0, 0]);
    assert_eq!(result, 11);
    assert!(entry.contains("msg_controllen=len128} flags=MSG_CMSG_CLOEXEC"), "{entry}");
    let fd = i32::from_ne_bytes(*control[16..].first_chunk().unwrap());
    assert_eq!(
        exit,
        format!(
            "msg={{msg_name=(empty) msg_namelen=len0 msg_iov=[{{iov_base='hell'/4 iov_len=4}} \
             {{iov_base='o world'/7 iov_len=64}}]/2 msg_iovlen=2 msg_control=[{{cmsg_len=20 \
             cmsg_level=SOL_SOCKET cmsg_type=SCM_RIGHTS cmsg_data=[fd{fd}]/1}}]/1 \
             msg_controllen=len24 msg_flags=MSG_CMSG_CLOEXEC}}"
        )
    );
    // SAFETY: the message has made this descriptor, and nobody else knows it.
    drop(unsafe { OwnedFd::from_raw_fd(fd) });
}

#[test]
fn waiting_tells_who_is_ready() {
    let [a, b] = pair(libc::SOCK_STREAM);
    let mut hello = *b"hello";
    make(Call::Write, [number(&a), at(&mut hello), 5, 0, 0, 0]);
    let fd = number(&b);

    let mut set = ints([fd as i32, libc::POLLIN.into(), -1, libc::POLLIN.into()]);
    let mut time = longs([5, 0]);
    let (result, _, exit) = make(Call::Ppoll, [at(&mut set), 2, at(&mut time), 0, 8, 0]);
    assert_eq!(result, 1);
    let ready = format!(
        "fds=[{{fd=fd{fd} events=POLLIN revents=POLLIN}} {{fd=fd-1 events=POLLIN revents=0}}]/2 \
         tmo_p={{tv_sec=4 tv_nsec="
    );
    assert!(exit.starts_with(&ready), "{exit}");

    let mut readable = [0u64; 16];
    readable[fd as usize / 64] |= 1 << (fd % 64);
    let mut writable = readable;
    let mut time = longs([5, 0]);
    let sets = [fd + 1, at(&mut readable), at(&mut writable), 0, at(&mut time), 0];
    let (result, _, exit) = make(Call::Pselect6, sets);
    assert_eq!(result, 2);
    let ready = format!("readfds=[fd{fd}]/1 writefds=[fd{fd}]/1 timeout={{tv_sec=4 tv_nsec=");
    assert!(exit.starts_with(&ready), "{exit}");

    let epoll = made(Call::EpollCreate1, [libc::EPOLL_CLOEXEC as u64, 0, 0, 0, 0, 0]);
    let mut event = vec![0u8; size_of::<libc::epoll_event>()];
    event[..4].copy_from_slice(&(libc::EPOLLIN | libc::EPOLLRDHUP).to_ne_bytes());
    let data = std::mem::offset_of!(libc::epoll_event, u64);
    event[data..data + 8].copy_from_slice(&77u64.to_ne_bytes());
    let add = libc::EPOLL_CTL_ADD as u64;
    let (result, entry, _) = make(Call::EpollCtl, [number(&epoll), add, fd, at(&mut event), 0, 0]);
    assert_eq!(result, 0);
    assert!(entry.ends_with("event={events=EPOLLIN|EPOLLRDHUP data=77}"), "{entry}");
    let mut events = [0u8; 160];
    let wait = [number(&epoll), at(&mut events), 10, 0, 0, 8];
    let (_, _, exit) = make(Call::EpollPwait, wait);
    assert_eq!(exit, "events=[{events=EPOLLIN data=77}]/1");

    let mut waits = [0i32];
    let ioctl = [fd, libc::FIONREAD, at(&mut waits), 0, 0, 0];
    assert_eq!(make(Call::Ioctl, ioctl).2, "arg=5");
    let mut buffer = [0u8; 64];
    let (_, _, exit) = make(Call::Recvfrom, [fd, at(&mut buffer), 64, 0, 0, 0]);
    assert_eq!(exit, "buf='hello'/5");
    let (result, _, exit) =
        make(Call::Recvfrom, [fd, at(&mut buffer), 64, libc::MSG_DONTWAIT as u64, 0, 0]);
    assert_eq!((result, exit.as_str()), (-i64::from(libc::EAGAIN), ""));
}

#[test]
fn a_datagram_brings_its_sender() {
    let [from, to] = [(); 2].map(|()| socket(libc::AF_INET, libc::SOCK_DGRAM));
    let (mut addr, mut length) = (loopback(), [16u32]);
    addr[2..4].fill(0);
    make(Call::Bind, [number(&to), at(&mut addr), 16, 0, 0, 0]);
    make(Call::Getsockname, [number(&to), at(&mut addr), at(&mut length), 0, 0, 0]);
    let mut data = *b"0123456789";
    let sent = [number(&from), at(&mut data), 10, 0, at(&mut addr), 16];
    let (result, entry, _) = make(Call::Sendto, sent);
    assert_eq!(result, 10);
    let port = u16::from_be_bytes([addr[2], addr[3]]);
    assert!(entry.ends_with(&format!("dest_addr=127.0.0.1:{port} addrlen=16")), "{entry}");

    make(Call::Getsockname, [number(&from), at(&mut addr), at(&mut length), 0, 0, 0]);
    let port = u16::from_be_bytes([addr[2], addr[3]]);
    let (mut buffer, mut source, mut room) = ([0u8; 4], [0u8; 16], [16u32]);
    let flags = libc::MSG_TRUNC as u64;
    let args = [number(&to), at(&mut buffer), 4, flags, at(&mut source), at(&mut room)];
    let (result, _, exit) = make(Call::Recvfrom, args);
    assert_eq!(result, 10);
    assert_eq!(exit, format!("buf='0123'/4 src_addr=127.0.0.1:{port} addrlen=len16"));
}
