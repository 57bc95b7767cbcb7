//! The ring of packets that the kernel fills and this process empties: memory that both of them
//! see.
//!
//! A packet socket (`AF_PACKET`) with a ring, after packet(7) and the kernel's `packet_mmap`. It
//! has three advantages over `recvmsg`: to find that nothing is there costs no system call; its
//! room is not limited by `net.core.rmem_max`, which gives an ordinary user room for six large
//! segments; and every packet has its time from the first one on (a socket's own time stamps are
//! switched on a moment after it asks for them).

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicU32, Ordering};

use memmap2::{MmapOptions, MmapRaw};
use nix::net::if_::if_nametoindex;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

/// Bytes of the ring for one packet: a header of the kernel's (80 bytes) and the packet's first
/// 432.
const FRAME: usize = 512;
/// The ring's memory comes in blocks: whole pages, be they 4 or 64 KiB, and whole frames.
const BLOCK: usize = 1 << 16;
const BLOCKS: usize = 64;
/// How many packets it holds.
pub(super) const FRAMES: usize = BLOCKS * BLOCK / FRAME;

/// The packets of `lo`.
pub(super) struct Ring {
    socket: OwnedFd,
    memory: MmapRaw,
    /// The frame that the kernel fills next, or has filled.
    next: usize,
}

impl Ring {
    /// Listens to `lo` of the calling thread's network namespace, and to the interface of this name.
    pub fn open(other: Option<&str>) -> io::Result<Ring> {
        // Protocol 0: nothing comes before `bind`, so nothing comes from another interface.
        let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
        let socket = socket(AddressFamily::Packet, SockType::Datagram, flags, None)?;
        let lo = if_nametoindex("lo")?;
        let other = other.map(if_nametoindex).transpose()?;
        keep(&socket, lo, other.unwrap_or(0))?;
        let memory = share(&socket)?;
        bind(&socket, if other.is_some() { ALL_INTERFACES } else { lo })?;
        Ok(Ring { socket, memory, next: 0 })
    }

    /// Shows the next packet, if there is one: nanoseconds since 1970, and its first bytes from the
    /// IP header on.
    pub fn take<T>(&mut self, look: impl FnOnce(u64, &[u8]) -> T) -> Option<T> {
        let frame = self.memory.as_mut_ptr().wrapping_add(self.next * FRAME);
        // SAFETY: `next` is below FRAMES, so the frame lies in the mapping, which lives as long as
        // `self`; it begins at a multiple of 512, and with the status. Both sides use that word
        // atomically only.
        let status = unsafe { AtomicU32::from_ptr(frame.cast()) };
        if status.load(Ordering::Acquire) & libc::TP_STATUS_USER == 0 {
            return None;
        }
        // SAFETY: the frame is inside the mapping and aligned, as above; any bytes are a valid
        // tpacket2_hdr. With TP_STATUS_USER set the kernel leaves the frame alone until the status
        // is set back.
        let header = unsafe { frame.cast::<libc::tpacket2_hdr>().read() };
        let start = usize::from(header.tp_net).min(FRAME);
        let length = (header.tp_snaplen as usize).min(FRAME - start);
        // SAFETY: start + length is at most FRAME: all of it is inside the frame, initialised by
        // the kernel, and left alone by it until the status is set back below, after the last use
        // of `bytes`.
        let bytes = unsafe { std::slice::from_raw_parts(frame.wrapping_add(start), length) };
        let time = u64::from(header.tp_sec) * 1_000_000_000 + u64::from(header.tp_nsec);
        let seen = look(time, bytes);
        status.store(libc::TP_STATUS_KERNEL, Ordering::Release);
        self.next = (self.next + 1) % FRAMES;
        Some(seen)
    }

    /// How many packets found the ring full since this was asked last: the kernel counts from 0
    /// again.
    pub fn lost(&mut self) -> io::Result<u32> {
        let mut counts = MaybeUninit::<libc::tpacket_stats>::zeroed();
        let mut length = size_of::<libc::tpacket_stats>() as libc::socklen_t;
        // SAFETY: the descriptor is open; `counts` has room for `length` bytes, and `length` may be
        // written.
        let answer = unsafe {
            libc::getsockopt(
                self.socket.as_raw_fd(),
                libc::SOL_PACKET,
                libc::PACKET_STATISTICS,
                counts.as_mut_ptr().cast(),
                &mut length,
            )
        };
        checked(answer)?;
        // SAFETY: it was zeroed, and two integers may have any bytes.
        Ok(unsafe { counts.assume_init() }.tp_drops)
    }
}

/// What [`bind`] takes for "whichever".
const ALL_INTERFACES: u32 = 0;

/// On `lo` each packet passes twice, as it is sent and as it is received. The filter keeps the
/// first: there the sender's call is still in progress, while it may be received later, from a
/// softirq of another CPU. On the other interface what is sent and what arrives are different things.
fn keep(socket: &OwnedFd, lo: u32, other: u32) -> io::Result<()> {
    let step = |code: u32, jt, jf, k| libc::sock_filter { code: code as u16, jt, jf, k };
    let packet_type = (libc::SKF_AD_OFF + libc::SKF_AD_PKTTYPE) as u32;
    let interface = (libc::SKF_AD_OFF + libc::SKF_AD_IFINDEX) as u32;
    let mut steps = [
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, interface),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 3, 0, other),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 3, lo),
        step(libc::BPF_LD | libc::BPF_B | libc::BPF_ABS, 0, 0, packet_type),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, libc::PACKET_OUTGOING.into()),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, u32::MAX),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, 0),
    ];
    let program = libc::sock_fprog { len: steps.len() as u16, filter: steps.as_mut_ptr() };
    set(socket, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &program)
}

/// Makes the ring, and maps it.
fn share(socket: &OwnedFd) -> io::Result<MmapRaw> {
    let version = libc::tpacket_versions::TPACKET_V2 as libc::c_int;
    set(socket, libc::SOL_PACKET, libc::PACKET_VERSION, &version)?;
    let ring = libc::tpacket_req {
        tp_block_size: BLOCK as u32,
        tp_block_nr: BLOCKS as u32,
        tp_frame_size: FRAME as u32,
        tp_frame_nr: FRAMES as u32,
    };
    set(socket, libc::SOL_PACKET, libc::PACKET_RX_RING, &ring)?;
    MmapOptions::new().len(BLOCKS * BLOCK).map_raw(socket)
}

/// Only who asks for all protocols is shown what is sent.
fn bind(socket: &OwnedFd, interface: u32) -> io::Result<()> {
    let address = libc::sockaddr_ll {
        sll_family: libc::AF_PACKET as u16,
        sll_protocol: (libc::ETH_P_ALL as u16).to_be(),
        sll_ifindex: interface as i32,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    let length = size_of_val(&address) as libc::socklen_t;
    // SAFETY: the descriptor is open; `address` is a whole sockaddr_ll of that length and outlives
    // the call.
    checked(unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length) })
}

/// `setsockopt` with the structure that the option takes.
fn set<T>(socket: &OwnedFd, level: i32, option: i32, value: &T) -> io::Result<()> {
    let length = size_of::<T>() as libc::socklen_t;
    // SAFETY: the descriptor is open; the kernel reads `length` bytes at `value`, which is that
    // long and outlives the call (as do the filter's steps that a sock_fprog points to), and writes
    // nothing.
    checked(unsafe {
        libc::setsockopt(socket.as_raw_fd(), level, option, (&raw const *value).cast(), length)
    })
}

fn checked(answer: libc::c_int) -> io::Result<()> {
    if answer == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
