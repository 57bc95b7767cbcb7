//! A wire that one of the programs holds: each packet waits at its middle until that program sends it on, keeps it back or
//! lets another one overtake it.
//!
//! The wire is a pair of virtual Ethernet devices in the run's own network. `wire0` is this host, 10.0.0.1, and its only
//! route leads to 10.0.0.2. What is sent there comes out at `wire1`, where a packet socket hands it to the program that
//! holds the wire. That program swaps the packet's two addresses and sends it back: it arrives from 10.0.0.2. So both ends of
//! a connection are sockets of this one host, while every packet leaves it through a device, with a real device's MTU
//! and checksums, and comes back as a stranger's. The swap leaves the checksums right: they are sums, in any order.
//!
//! It needs no second host, no `/dev/net/tun` and no root, only the run's own network.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, Ordering};

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage,
    NetlinkPayload,
};
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo, LinkMessage,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};
use nix::fcntl::{FcntlArg, fcntl};
use nix::net::if_::if_nametoindex;
use nix::sys::socket::{AddressFamily as Family, SockFlag, SockType, socket};

use super::error::in_words;
use super::sandbox::Missing;

/// This host's end of the wire.
pub const NEAR: &str = "wire0";
/// The end at which packets wait.
const FAR: &str = "wire1";
/// This host's address on the wire.
pub const HERE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
/// The host that seems to be at the other end.
pub const THERE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

/// The descriptor under which programs have the far end.
pub const FD: RawFd = 100;

/// Lays the wire in the network namespace of the calling thread, which has to be the run's own. The descriptor is the
/// packet socket at its far end; programs that are started from now on inherit it as [`FD`].
pub fn lay() -> Result<OwnedFd, Missing> {
    laid().map_err(|error| {
        let cure = match error.raw_os_error() {
            // The kernel knows no such kind of device.
            Some(libc::EOPNOTSUPP) => {
                " (a pair of virtual Ethernet devices is needed: the kernel's module veth; sudo modprobe veth)"
            }
            // F_DUPFD from RLIMIT_NOFILE on, or no number below it is free.
            Some(libc::EINVAL | libc::EMFILE) => {
                " (descriptor 100 is needed: does ulimit -n allow fewer?)"
            }
            _ => "",
        };
        Missing::new(format!("no wire to hold packets on: {}{cure}", in_words(&error)))
    })
}

fn laid() -> io::Result<OwnedFd> {
    let mut route = Route::open()?;
    route.ask(RouteNetlinkMessage::NewLink(pair()), NLM_F_CREATE | NLM_F_EXCL)?;
    let (near, far) = (if_nametoindex(NEAR)?, if_nametoindex(FAR)?);
    for end in [NEAR, FAR] {
        // An interface that speaks IPv6 says so on the wire. Where the kernel has no IPv6 there is no such file.
        let _ = std::fs::write(format!("/proc/sys/net/ipv6/conf/{end}/disable_ipv6"), "1");
    }
    finish_checksums(NEAR)?;
    route.ask(RouteNetlinkMessage::NewAddress(address(near)), NLM_F_CREATE | NLM_F_EXCL)?;
    for index in [near, far] {
        route.ask(RouteNetlinkMessage::SetLink(up(index)), 0)?;
    }
    listen(far)
}

/// The two ends, each the other's peer.
fn pair() -> LinkMessage {
    let named = |name: &str| {
        let mut message = LinkMessage::default();
        message.attributes.push(LinkAttribute::IfName(name.into()));
        message
    };
    let mut message = named(NEAR);
    message.attributes.push(LinkAttribute::LinkInfo(vec![
        LinkInfo::Kind(InfoKind::Veth),
        LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(named(FAR)))),
    ]));
    message
}

/// 10.0.0.1, with 10.0.0.2 at the other end.
fn address(interface: u32) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.family = AddressFamily::Inet;
    message.header.prefix_len = 32;
    message.header.index = interface;
    message.attributes = vec![
        AddressAttribute::Local(IpAddr::V4(HERE)),
        AddressAttribute::Address(IpAddr::V4(THERE)),
    ];
    message
}

/// Up, and without ARP: there is nobody to ask.
fn up(interface: u32) -> LinkMessage {
    let mut message = LinkMessage::default();
    message.header.index = interface;
    message.header.flags = LinkFlags::Up | LinkFlags::Noarp;
    message.header.change_mask = LinkFlags::Up | LinkFlags::Noarp;
    message
}

/// A conversation with the kernel about interfaces.
struct Route(Socket);

impl Route {
    fn open() -> io::Result<Route> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Route(socket))
    }

    fn ask(&mut self, what: RouteNetlinkMessage, flags: u16) -> io::Result<()> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | NLM_F_ACK | flags;
        let mut message = NetlinkMessage::new(header, NetlinkPayload::from(what));
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.0.send(&bytes, 0)?;
        let (answer, _) = self.0.recv_from_full()?;
        let answer = NetlinkMessage::<RouteNetlinkMessage>::deserialize(&answer);
        match answer.map_err(io::Error::other)?.payload {
            NetlinkPayload::Error(error) if error.code.is_some() => Err(error.to_io()),
            NetlinkPayload::Error(_) => Ok(()),
            other => Err(io::Error::other(format!("the kernel answers {other:?}"))),
        }
    }
}

mod ioctl {
    /// linux/sockios.h, which libc leaves out; the same on every machine.
    const SIOCETHTOOL: libc::c_ulong = 0x8946;
    nix::ioctl_write_ptr_bad!(
        /// `ioctl(fd, SIOCETHTOOL, &ifreq)`.
        ethtool,
        SIOCETHTOOL,
        libc::ifreq
    );
}

/// Has the kernel fill in checksums, and cut long segments up, before a packet leaves: virtual devices promise to do both and
/// never do.
fn finish_checksums(interface: &str) -> io::Result<()> {
    /// linux/ethtool.h: `struct ethtool_value` with the command ETHTOOL_STXCSUM.
    #[repr(C)]
    struct Value {
        command: u32,
        data: u32,
    }
    const ETHTOOL_STXCSUM: u32 = 0x17;
    let mut value = Value { command: ETHTOOL_STXCSUM, data: 0 };
    let any = socket(Family::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    let mut ifr_name = [0; libc::IFNAMSIZ];
    for (to, from) in ifr_name.iter_mut().zip(interface.bytes()) {
        *to = from as libc::c_char;
    }
    let ifr_ifru = libc::__c_anonymous_ifr_ifru { ifru_data: (&raw mut value).cast() };
    let request = libc::ifreq { ifr_name, ifr_ifru };
    // SAFETY: the descriptor is open; `request` is a whole ifreq whose name ends in NUL and whose data leads to a whole
    // ethtool_value; both outlive the call, and for this command the kernel only reads them.
    unsafe { ioctl::ethtool(any.as_raw_fd(), &request) }?;
    Ok(())
}

/// A packet socket at one interface: whole frames, IPv4 only. It is not close-on-exec, since another program is to hold it.
fn listen(interface: u32) -> io::Result<OwnedFd> {
    let socket = socket(Family::Packet, SockType::Raw, SockFlag::empty(), None)?;
    let address = libc::sockaddr_ll {
        sll_family: libc::AF_PACKET as u16,
        sll_protocol: (libc::ETH_P_IP as u16).to_be(),
        sll_ifindex: interface as i32,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    let length = size_of_val(&address) as libc::socklen_t;
    // SAFETY: the descriptor is open; `address` is a whole sockaddr_ll of that length and outlives the call.
    if unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length) } == -1 {
        return Err(io::Error::last_os_error());
    }
    let numbered = fcntl(&socket, FcntlArg::F_DUPFD(FD))?;
    // SAFETY: the kernel has just made this descriptor for us, and nobody else knows its number.
    let numbered = unsafe { OwnedFd::from_raw_fd(numbered) };
    match numbered.as_raw_fd() {
        FD => Ok(numbered),
        other => Err(io::Error::other(format!("descriptor {FD} is taken, {other} was free"))),
    }
}

/// The far end, in a program that has inherited it. It is given once.
pub fn take() -> io::Result<OwnedFd> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    let file = std::fs::read_link(format!("/proc/self/fd/{FD}"))?;
    if !file.to_string_lossy().starts_with("socket:") || TAKEN.swap(true, Ordering::Relaxed) {
        return Err(io::Error::other("no wire was laid for this program"));
    }
    // SAFETY: the descriptor is open: it was inherited at the start of the program, where nobody else knows of it, and
    // TAKEN sees to it that it is owned once.
    Ok(unsafe { OwnedFd::from_raw_fd(FD) })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::UdpSocket;

    use super::*;
    use crate::observe::sandbox::tests::{in_a_process, sandbox};
    use crate::observe::wire;

    /// A datagram to 10.0.0.2 comes out at the far end, whole; sent back with its addresses swapped it arrives from there.
    #[test]
    fn what_goes_to_the_other_host_waits_and_comes_back_as_its() {
        in_a_process(|| {
            if sandbox().is_none() {
                return;
            }
            let far = lay().unwrap();
            assert_eq!(far.as_raw_fd(), FD);
            let mut seen = wire::open(Some(NEAR)).unwrap();
            let base = wire::Realtime::now();
            let here = UdpSocket::bind((HERE, 12000)).unwrap();
            here.send_to(b"hello", (THERE, 12000)).unwrap();
            let mut frames = std::fs::File::from(far);
            let mut frame = [0; 2000];
            let length = frames.read(&mut frame).unwrap();
            assert_eq!(length, 14 + 20 + 8 + 5, "Ethernet, IP, UDP, five bytes");
            frame[26..34].rotate_left(4);
            frames.write_all(&frame[..length]).unwrap();
            let mut buf = [0; 10];
            let (length, from) = here.recv_from(&mut buf).unwrap();
            assert_eq!((&buf[..length], from.ip()), (&b"hello"[..], IpAddr::V4(THERE)));
            let ways: Vec<_> =
                seen.drain(base).into_iter().map(|(_, packet)| (packet.from, packet.to)).collect();
            let way =
                |from: Ipv4Addr, to: Ipv4Addr| (format!("{from}:12000"), format!("{to}:12000"));
            assert_eq!(ways, [way(HERE, THERE), way(THERE, HERE)]);
        });
    }

    #[test]
    fn no_wire_is_taken_where_none_was_laid() {
        in_a_process(|| {
            assert!(take().is_err());
            // Nor is another thing that has the number.
            let file = std::fs::File::open("/dev/null").unwrap();
            let other = fcntl(&file, FcntlArg::F_DUPFD(FD)).unwrap();
            assert_eq!(other, FD);
            assert!(take().is_err());
        });
    }
}
