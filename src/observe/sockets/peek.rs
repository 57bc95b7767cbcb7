//! One socket, seen through a program's descriptor.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use libc::{IPPROTO_TCP, SOL_SOCKET, c_int};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use socket2::SockRef;

use super::{ask, names, options};
use crate::trace::{AcceptQueue, Arg, Descriptor, SocketState, Text, Value};

/// The pseudo-option for the descriptor's flag.
const NONBLOCK: &str = "O_NONBLOCK";

/// A process whose sockets are looked at.
///
/// For each look a descriptor is duplicated from the process, asked, and closed before the look is
/// over: a duplicate that lives on would hold the FIN back when the program closes its own. No
/// question takes anything away: the pending error is found by `poll`, for SO_ERROR would clear it.
#[derive(Debug)]
pub struct Peek(OwnedFd);

impl Peek {
    /// Opens the process. That needs the right to trace it: one's own child, or root.
    pub fn open(pid: i32) -> Result<Self, Errno> {
        ask::pidfd_open(pid).map(Peek)
    }

    /// What the kernel holds of the socket behind the descriptor; `None` if it is no socket, an
    /// error if it is not open (EBADF) or the process is gone (ESRCH).
    ///
    /// `receive_queue` and `send_queue` are the kernel's own measures:
    /// - TCP: bytes. Once the peer's FIN is there and unread it counts as one more, as in `ss`.
    ///   When it is all that is left, a descriptor does not show it, only [`super::Diag`] does.
    /// - UDP and the rest: memory, as in `ss`: each datagram with the kernel's bookkeeping (768
    ///   bytes and more for a few bytes of payload). It is not 0 exactly as long as a datagram
    ///   waits, and be it empty.
    /// - AF_UNIX: to receive, bytes (SOCK_DGRAM: of the first datagram); to send, the memory,
    ///   bookkeeping included, of what the peer has not yet read.
    pub fn socket(&self, descriptor: Descriptor) -> Result<Option<SocketState>, Errno> {
        self.look(descriptor, None)
    }

    /// As [`Peek::socket`], at half the price, where no option can have changed since `known` was
    /// seen: its options are taken over, O_NONBLOCK excepted. Another socket's `known` does no
    /// harm.
    pub fn again(
        &self,
        descriptor: Descriptor,
        known: &SocketState,
    ) -> Result<Option<SocketState>, Errno> {
        self.look(descriptor, Some(known))
    }

    /// What the socket's buffers hold and may hold, in bytes of memory, the kernel's bookkeeping
    /// included.
    pub fn memory(&self, descriptor: Descriptor) -> Result<Memory, Errno> {
        const SEND: usize = libc::SK_MEMINFO_WMEM_ALLOC as usize;
        const QUEUED: usize = libc::SK_MEMINFO_WMEM_QUEUED as usize;
        const MAY_SEND: usize = libc::SK_MEMINFO_SNDBUF as usize;
        let duplicate = ask::pidfd_getfd(self.0.as_fd(), descriptor.fd)?;
        let words: [u32; 9] = ask::option(duplicate.as_fd(), SOL_SOCKET, libc::SO_MEMINFO)?;
        // TCP counts what it queues; the others count what is on its way.
        Ok(Memory { send: words[QUEUED].max(words[SEND]), may_send: words[MAY_SEND] })
    }

    fn look(
        &self,
        descriptor: Descriptor,
        known: Option<&SocketState>,
    ) -> Result<Option<SocketState>, Errno> {
        let duplicate = ask::pidfd_getfd(self.0.as_fd(), descriptor.fd)?;
        let seen = look(duplicate.as_fd(), known);
        drop(duplicate);
        match seen {
            Ok(mut state) => {
                state.holders.push(descriptor);
                Ok(Some(state))
            }
            // EBADF: opened with O_PATH, which leads to a file's name only.
            Err(Errno::ENOTSOCK | Errno::EBADF) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// How full a socket's send buffer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// What is in it.
    pub send: u32,
    /// How much may be.
    pub may_send: u32,
}

/// What a protocol keeps of a socket besides its addresses.
#[derive(Default)]
struct Flow {
    state: Option<Text>,
    receive_queue: u32,
    send_queue: u32,
    accept_queue: Option<AcceptQueue>,
}

fn look(fd: BorrowedFd, known: Option<&SocketState>) -> Result<SocketState, Errno> {
    let [first, second] = ask::option(fd, SOL_SOCKET, libc::SO_COOKIE)?;
    let cookie = options::word(first, second);
    let number = |option| ask::option(fd, SOL_SOCKET, option).map(|[value]| value as c_int);
    let protocol = number(libc::SO_PROTOCOL)?;

    let socket = SockRef::from(&fd);
    let local = socket.local_addr().ok();
    let family = match &local {
        Some(address) => c_int::from(address.family()),
        None => number(libc::SO_DOMAIN)?,
    };
    let inet = matches!(family, libc::AF_INET | libc::AF_INET6);
    let tcp = inet && protocol == IPPROTO_TCP;
    let kind = match protocol {
        IPPROTO_TCP if inet => libc::SOCK_STREAM,
        _ => number(libc::SO_TYPE)?,
    };

    let flow = match (tcp, family, kind) {
        (true, ..) => of_tcp(fd)?,
        (_, libc::AF_UNIX, kind) => of_unix(fd, kind),
        _ => of_datagrams(fd),
    };
    let peer = match flow.state.as_deref() {
        Some("LISTEN" | "CLOSE") => None,
        Some("SYN_SENT") => called_peer(fd, family),
        _ => socket.peer_addr().ok().as_ref().and_then(names::address),
    };

    Ok(SocketState {
        cookie,
        family: names::family(family),
        kind: names::kind(kind),
        protocol: names::protocol(family, protocol),
        local: local.as_ref().and_then(names::address),
        peer,
        state: flow.state,
        receive_queue: flow.receive_queue,
        send_queue: flow.send_queue,
        accept_queue: flow.accept_queue,
        options: options_of(fd, family, tcp, known.filter(|known| known.cookie == cookie)),
        error_pending: error_pending(fd),
        holders: Vec::new(),
    })
}

/// The peer that a connection is being made to: `getpeername` denies it until it is there,
/// SO_PEERNAME does not. The kernel wants to be asked for no more bytes than the address has.
fn called_peer(fd: BorrowedFd, family: c_int) -> Option<String> {
    let mut bytes = [0; 28];
    let words: &[u32] = if family == libc::AF_INET {
        &ask::option::<4>(fd, SOL_SOCKET, libc::SO_PEERNAME).ok()?
    } else {
        &ask::option::<7>(fd, SOL_SOCKET, libc::SO_PEERNAME).ok()?
    };
    for (four, word) in bytes.chunks_exact_mut(4).zip(words) {
        four.copy_from_slice(&word.to_ne_bytes());
    }
    names::sockaddr(family, &bytes)
}

fn options_of(fd: BorrowedFd, family: c_int, tcp: bool, known: Option<&SocketState>) -> Vec<Arg> {
    let mut all = match known {
        Some(known) => known.options.iter().filter(|one| one.name != NONBLOCK).cloned().collect(),
        None => options::changed(fd, family, tcp),
    };
    if fcntl(fd, FcntlArg::F_GETFL).is_ok_and(|flags| flags & libc::O_NONBLOCK != 0) {
        all.push(Arg::new(NONBLOCK, Value::Int(1)));
    }
    all
}

/// The layout of `struct tcp_info` is part of the system call interface: the state is the first
/// byte, `tcpi_unacked` the word at byte 24, `tcpi_sacked` the next one. The kernel writes as much
/// as is asked for.
fn of_tcp(fd: BorrowedFd) -> Result<Flow, Errno> {
    let [first, _, _, _, _, _, unacked, sacked] =
        ask::option::<8>(fd, IPPROTO_TCP, libc::TCP_INFO)?;
    let [state, ..] = first.to_ne_bytes();
    let state = names::state(state);
    Ok(match state.as_ref() {
        // Of a listening socket the two fields say something else: the accept queue and its
        // backlog.
        "LISTEN" => Flow {
            accept_queue: Some(AcceptQueue { length: unacked, backlog: sacked }),
            state: Some(state),
            ..Flow::default()
        },
        // SIOCOUTQ says 0 here, although the SYN is on its way and takes a place in the sequence
        // space.
        "SYN_SENT" => Flow { send_queue: unacked, state: Some(state), ..Flow::default() },
        _ => Flow {
            receive_queue: with_fin(ask::unread(fd).unwrap_or(0), &state),
            send_queue: ask::unsent(fd).unwrap_or(0),
            state: Some(state),
            accept_queue: None,
        },
    })
}

/// SIOCINQ leaves a FIN out that the rest of the kernel counts. It comes last: whatever is unread,
/// it is, too.
fn with_fin(unread: u32, state: &str) -> u32 {
    let fin = matches!(state, "CLOSE_WAIT" | "LAST_ACK" | "CLOSING") && unread > 0;
    unread + u32::from(fin)
}

/// The memory of what waits in AF_UNIX is the sender's until it is read: SO_MEMINFO would say 0.
fn of_unix(fd: BorrowedFd, kind: c_int) -> Flow {
    if kind != libc::SOCK_DGRAM && ask::option(fd, SOL_SOCKET, libc::SO_ACCEPTCONN) == Ok([1]) {
        return Flow { state: Some("LISTEN".into()), ..Flow::default() };
    }
    Flow {
        receive_queue: ask::unread(fd).unwrap_or(0),
        send_queue: ask::unsent(fd).unwrap_or(0),
        ..Flow::default()
    }
}

/// SIOCINQ would say how long the first datagram is, and nothing of those behind it.
fn of_datagrams(fd: BorrowedFd) -> Flow {
    const RECEIVE: usize = libc::SK_MEMINFO_RMEM_ALLOC as usize;
    const SEND: usize = libc::SK_MEMINFO_WMEM_ALLOC as usize;
    let memory: [u32; 9] = ask::option(fd, SOL_SOCKET, libc::SO_MEMINFO).unwrap_or_default();
    Flow { receive_queue: memory[RECEIVE], send_queue: memory[SEND], ..Flow::default() }
}

/// Whether the next call would fail with an error that waits, or one lies in the error queue
/// (IP_RECVERR). `poll` answers POLLERR unasked, and leaves the error where it is.
fn error_pending(fd: BorrowedFd) -> bool {
    let mut asked = [PollFd::new(fd, PollFlags::POLLERR)];
    let answered = poll(&mut asked, PollTimeout::ZERO);
    let [one] = asked;
    answered.is_ok() && one.revents().is_some_and(|seen| seen.contains(PollFlags::POLLERR))
}
