//! All TCP and UDP sockets of a network namespace, by NETLINK_SOCK_DIAG.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use libc::c_int;
use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::inet::{
    ExtensionFlags, InetRequest, InetResponse, InetResponseHeader, SocketId, StateFlags,
};
use netlink_sys::protocols::NETLINK_SOCK_DIAG;
use netlink_sys::{Socket, SocketAddr as Netlink};
use nix::errno::Errno;

use super::names;
use crate::trace::{AcceptQueue, SocketState};

/// The states 1 to 11, and 13: bound to a port and nothing more. A kernel before 6.8 knows none of
/// that number and leaves such sockets out.
const STATES: u32 = 0b10_1111_1111_1110;
/// The number of LISTEN.
const LISTEN: u8 = 10;
/// The kernel sends no more than 32 KiB at once.
const BUFFER: usize = 64 << 10;

/// A conversation with the network namespace that the thread was in when it began.
#[derive(Debug)]
pub struct Diag {
    socket: Socket,
    buffer: Vec<u8>,
    sequence: u32,
}

/// What to ask for: each family and protocol is a question of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// Sockets of AF_INET.
    pub ipv4: bool,
    /// Sockets of AF_INET6, those among them that speak IPv4.
    pub ipv6: bool,
    /// TCP.
    pub tcp: bool,
    /// UDP.
    pub udp: bool,
}

impl Want {
    /// Everything.
    pub const ALL: Want = Want { ipv4: true, ipv6: true, tcp: true, udp: true };
}

/// A socket of the namespace.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What the kernel holds of it. Options, errors and holders are not to be had this way.
    pub state: SocketState,
    /// Its inode, by which `/proc/PID/fd` leads to its holders; 0: no descriptor has ever led to
    /// it, or none does any more.
    pub inode: u32,
}

impl Diag {
    /// Opens the conversation, with the network namespace that the calling thread is in.
    pub fn open() -> Result<Self, Errno> {
        let socket = Socket::new(NETLINK_SOCK_DIAG).map_err(errno)?;
        socket.connect(&Netlink::new(0, 0)).map_err(errno)?;
        Ok(Diag { socket, buffer: Vec::with_capacity(BUFFER), sequence: 0 })
    }

    /// The sockets of the namespace, in all states: handshakes under way, connections that wait for
    /// `accept`, orphans, TIME_WAIT; but none without a port. Other people's are there, too, in a
    /// shared namespace.
    ///
    /// The queues are those that `ss` shows: of TCP bytes, an unread FIN or unacknowledged SYN
    /// counted as one; of UDP memory, bookkeeping included.
    pub fn sockets(&mut self, want: Want) -> Result<Vec<Row>, Errno> {
        let mut rows = Vec::new();
        let families = [(want.ipv4, SocketId::new_v4()), (want.ipv6, SocketId::new_v6())];
        for (_, id) in families.into_iter().filter(|(wanted, _)| *wanted) {
            if want.tcp {
                self.ask(libc::IPPROTO_TCP, id.clone(), NLM_F_DUMP, &mut rows)?;
            }
            if want.udp {
                match self.ask(libc::IPPROTO_UDP, id, NLM_F_DUMP, &mut rows) {
                    // The kernel is built without it. UDP sockets have descriptors to look through.
                    Err(Errno::ENOENT) => {}
                    other => other?,
                }
            }
        }
        Ok(rows)
    }

    /// Of the TCP connections among the known sockets, both ends as they are now, whoever holds
    /// them, or nobody: the end that waits for `accept`, the orphan, the one in TIME_WAIT.
    ///
    /// [`Diag::sockets`] lets the kernel walk through its whole table of connections, which is as
    /// large as the machine's memory allows; this goes straight to each. Known is best both the
    /// last picture and what was seen since.
    pub fn ends<'a>(
        &mut self,
        known: impl IntoIterator<Item = &'a SocketState>,
    ) -> Result<Vec<Row>, Errno> {
        self.connections(known.into_iter().filter_map(tuples).flatten().collect())
    }

    /// The same, of the other ends alone: for a connection that was just seen to be ESTABLISHED
    /// through a descriptor, which then tells all of its own end.
    pub fn far_ends<'a>(
        &mut self,
        known: impl IntoIterator<Item = &'a SocketState>,
    ) -> Result<Vec<Row>, Errno> {
        self.connections(known.into_iter().filter_map(tuples).map(|[_, far]| far).collect())
    }

    fn connections(&mut self, tuples: BTreeSet<Tuple>) -> Result<Vec<Row>, Errno> {
        let mut rows = Vec::with_capacity(tuples.len());
        for (local, peer) in tuples {
            let id = SocketId {
                source_port: local.port(),
                destination_port: peer.port(),
                source_address: local.ip(),
                destination_address: peer.ip(),
                interface_id: interface(local),
                // All ones: whatever its cookie is.
                cookie: [0xff; 8],
            };
            match self.ask(libc::IPPROTO_TCP, id, 0, &mut rows) {
                // No such connection any more.
                Err(Errno::ENOENT) => {}
                other => other?,
            }
        }
        // Where there is no such connection, the kernel answers with the socket that listens there.
        rows.retain(|row| row.state.peer.is_some());
        rows.sort_unstable_by_key(|row| row.state.cookie);
        rows.dedup_by_key(|row| row.state.cookie);
        Ok(rows)
    }

    /// Asks one question and adds the answer to the rows.
    fn ask(
        &mut self,
        protocol: c_int,
        id: SocketId,
        flags: u16,
        rows: &mut Vec<Row>,
    ) -> Result<(), Errno> {
        self.sequence = self.sequence.wrapping_add(1);
        let request = request(protocol, id, flags, self.sequence);
        retry(|| self.socket.send(&request, 0))?;
        loop {
            self.buffer.clear();
            retry(|| self.socket.recv(&mut self.buffer, 0))?;
            if read(&self.buffer, self.sequence, protocol, rows)? {
                return Ok(());
            }
        }
    }
}

/// The bytes of a question. No extension is asked for: what they tell is not shown.
fn request(protocol: c_int, socket_id: SocketId, flags: u16, sequence: u32) -> Vec<u8> {
    let family = if socket_id.source_address.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST | flags;
    header.sequence_number = sequence;
    let request = SockDiagMessage::InetRequest(InetRequest {
        family: family as u8,
        protocol: protocol as u8,
        extensions: ExtensionFlags::empty(),
        states: StateFlags::from_bits_retain(STATES),
        socket_id,
    });
    let mut message = NetlinkMessage::new(header, request.into());
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

/// Reads one message from the kernel, many answers in a row, and says whether it was the last.
fn read(
    mut bytes: &[u8],
    sequence: u32,
    protocol: c_int,
    rows: &mut Vec<Row>,
) -> Result<bool, Errno> {
    while !bytes.is_empty() {
        let message =
            NetlinkMessage::<SockDiagMessage>::deserialize(bytes).or(Err(Errno::EPROTO))?;
        // Each answer begins at a multiple of four bytes.
        let length = (message.header.length as usize).next_multiple_of(4).max(16);
        bytes = bytes.get(length..).unwrap_or_default();
        // An answer to an earlier question, which was given up, is not for us.
        if message.header.sequence_number != sequence {
            continue;
        }
        match message.payload {
            NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) => {
                rows.push(row(protocol, *response));
                if message.header.flags & netlink_packet_core::NLM_F_MULTIPART == 0 {
                    return Ok(true);
                }
            }
            NetlinkPayload::Done(done) => return success(done.code).map(|()| true),
            NetlinkPayload::Error(error) => return success(error.raw_code()).map(|()| true),
            _ => {}
        }
    }
    Ok(false)
}

/// The kernel's outcome: 0, or an errno with a minus before it.
fn success(code: i32) -> Result<(), Errno> {
    if code < 0 { Err(Errno::from_raw(code.saturating_neg())) } else { Ok(()) }
}

fn row(protocol: c_int, response: InetResponse) -> Row {
    let header = response.header;
    let tcp = protocol == libc::IPPROTO_TCP;
    let listens = tcp && header.state == LISTEN;
    let family = c_int::from(header.family);
    let id = &header.socket_id;
    let [a, b, c, d, e, f, g, h] = id.cookie;
    // The kernel writes the lower half first, each half in the machine's own order.
    let cookie = u64::from(u32::from_ne_bytes([e, f, g, h])) << 32
        | u64::from(u32::from_ne_bytes([a, b, c, d]));
    let InetResponseHeader { recv_queue, send_queue, .. } = header;
    let queue = AcceptQueue { length: recv_queue, backlog: send_queue };
    let state = SocketState {
        cookie,
        family: names::family(family),
        kind: names::kind(if tcp { libc::SOCK_STREAM } else { libc::SOCK_DGRAM }),
        protocol: names::protocol(family, protocol),
        local: address(id, id.source_address, id.source_port),
        // A connect that failed leaves the peer's address behind, without its port: getpeername knows of none.
        peer: address(id, id.destination_address, id.destination_port)
            .filter(|_| id.destination_port != 0),
        state: tcp.then(|| names::state(header.state)),
        receive_queue: if listens { 0 } else { recv_queue },
        send_queue: if listens { 0 } else { send_queue },
        accept_queue: listens.then_some(queue),
        options: Vec::new(),
        error_pending: false,
        holders: Vec::new(),
    };
    Row { state, inode: header.inode }
}

/// An end's own address, and its peer's.
type Tuple = (SocketAddr, SocketAddr);

/// The connection's two addresses, as the one end has them, and the other.
fn tuples(known: &SocketState) -> Option<[Tuple; 2]> {
    let address = |text: &Option<String>| text.as_deref()?.parse::<SocketAddr>().ok();
    let (local, peer) = (address(&known.local)?, address(&known.peer)?);
    (known.protocol == "IPPROTO_TCP").then_some([(local, peer), (peer, local)])
}

/// The interface to which a link-local address belongs.
fn interface(address: SocketAddr) -> u32 {
    match address {
        SocketAddr::V6(v6) => v6.scope_id(),
        SocketAddr::V4(_) => 0,
    }
}

/// A link-local address means something on its interface only, as `getsockname` says it, too.
fn address(id: &SocketId, ip: IpAddr, port: u16) -> Option<String> {
    names::ip_address(match ip {
        IpAddr::V6(v6) if v6.is_unicast_link_local() => {
            SocketAddrV6::new(v6, port, 0, id.interface_id).into()
        }
        ip => SocketAddr::new(ip, port),
    })
}

/// Does it once more if a signal came in between.
fn retry(mut call: impl FnMut() -> io::Result<usize>) -> Result<usize, Errno> {
    loop {
        match call().map_err(errno) {
            Err(Errno::EINTR) => {}
            other => return other,
        }
    }
}

fn errno(error: io::Error) -> Errno {
    Errno::from_raw(error.raw_os_error().unwrap_or(libc::EIO))
}
