//! The socket options: their names by level, and what their values are.

use super::constants::{int, level, named};
use super::option_values::decode;
use super::reader::{Raw, Reader, pointer};
use crate::trace::{Arg, Value};

/// An option: its number, its name, and what its value is.
pub(super) type Options = &'static [(i32, &'static str, Kind)];

/// What an option's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An `int`; IPv4's options take and give a single byte, too.
    Int,
    /// A 64-bit number; one option takes and gives 32 bits, too.
    Long,
    /// A file descriptor.
    Fd,
    /// `struct linger`
    Linger,
    /// `struct timeval`
    Timeval,
    /// An errno, or 0.
    Errno,
    /// An address family.
    Family,
    /// A socket's type.
    Type,
    /// An internet protocol.
    Protocol,
    /// `struct ucred`
    Ucred,
    /// `struct in_addr`, `ip_mreq` or `ip_mreqn`: the length tells.
    Membership,
    /// `struct ipv6_mreq`
    Membership6,
    /// `struct ip_mreq_source`
    Source,
    /// `struct tcp_info`
    TcpInfo,
    /// A string.
    Text,
    /// `IP_PMTUDISC_…`
    Discover,
    /// A socket address.
    Address,
    /// SO_MEMINFO: nine numbers.
    Memory,
    /// Nothing that is taken apart.
    Raw,
}

/// Longer than any option that is taken apart.
const LONGEST: usize = 512;

/// Makes the tables. An option stands by its name; one that libc lacks has its number behind it.
macro_rules! options {
    ($($table:ident { $($kind:ident: $($name:ident $(= $number:literal)?)+;)+ })+) => {
        $(const $table: Options =
            &[$($((option!($name $($number)?), stringify!($name), Kind::$kind),)+)+];)+
    };
}

macro_rules! option {
    ($name:ident) => {
        libc::$name as i32
    };
    ($name:ident $number:literal) => {
        $number
    };
}

options! {
    SOCKET {
        Int: SO_REUSEADDR SO_REUSEPORT SO_BROADCAST SO_KEEPALIVE SO_RCVBUF SO_SNDBUF SO_ACCEPTCONN
            SO_DEBUG SO_DONTROUTE SO_OOBINLINE SO_RCVLOWAT SO_SNDLOWAT SO_SNDBUFFORCE SO_RCVBUFFORCE
            SO_NO_CHECK SO_PRIORITY SO_BSDCOMPAT SO_PASSCRED SO_PASSSEC SO_TIMESTAMP SO_TIMESTAMPNS
            SO_TIMESTAMPING SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_MARK
            SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE
            SO_BUSY_POLL SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BPF_EXTENSIONS SO_INCOMING_CPU
            SO_INCOMING_NAPI_ID SO_CNX_ADVICE SO_ZEROCOPY SO_BINDTOIFINDEX SO_DETACH_FILTER
            SO_DETACH_REUSEPORT_BPF SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD
            SO_SECURITY_AUTHENTICATION SO_SECURITY_ENCRYPTION_TRANSPORT
            SO_SECURITY_ENCRYPTION_NETWORK SO_PASSRIGHTS = 83 SO_RCVPRIORITY = 82;
        Errno: SO_ERROR;
        Type: SO_TYPE;
        Family: SO_DOMAIN;
        Protocol: SO_PROTOCOL;
        Linger: SO_LINGER;
        Timeval: SO_RCVTIMEO SO_SNDTIMEO SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW;
        Ucred: SO_PEERCRED;
        Text: SO_BINDTODEVICE SO_PEERSEC;
        Long: SO_COOKIE SO_NETNS_COOKIE SO_MAX_PACING_RATE;
        Fd: SO_ATTACH_BPF SO_ATTACH_REUSEPORT_EBPF SO_PEERPIDFD;
        Address: SO_PEERNAME;
        Memory: SO_MEMINFO;
        Raw: SO_ATTACH_FILTER SO_ATTACH_REUSEPORT_CBPF SO_PEERGROUPS SO_TXTIME;
    }
    IP {
        Int: IP_TTL IP_TOS IP_HDRINCL IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_RECVERR
            IP_RECVTTL IP_RECVTOS IP_MTU IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR
            IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE
            IP_RECVERR_RFC4884 = 26 IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_MULTICAST_ALL
            IP_LOCAL_PORT_RANGE = 51 IP_UNICAST_IF;
        Protocol: IP_PROTOCOL = 52;
        Discover: IP_MTU_DISCOVER;
        Membership: IP_MULTICAST_IF IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP;
        Source: IP_ADD_SOURCE_MEMBERSHIP IP_DROP_SOURCE_MEMBERSHIP IP_BLOCK_SOURCE
            IP_UNBLOCK_SOURCE;
        Raw: IP_OPTIONS IP_PKTOPTIONS IP_IPSEC_POLICY IP_XFRM_POLICY IP_MSFILTER MCAST_JOIN_GROUP
            MCAST_BLOCK_SOURCE MCAST_UNBLOCK_SOURCE MCAST_LEAVE_GROUP MCAST_JOIN_SOURCE_GROUP
            MCAST_LEAVE_SOURCE_GROUP MCAST_MSFILTER;
    }
    IPV6 {
        Int: IPV6_V6ONLY IPV6_CHECKSUM IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS
            IPV6_MULTICAST_LOOP IPV6_ROUTER_ALERT IPV6_MTU IPV6_RECVERR IPV6_MULTICAST_ALL
            IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 = 31 IPV6_FLOWINFO IPV6_FLOWINFO_SEND
            IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_HOPLIMIT IPV6_RECVHOPOPTS
            IPV6_RECVRTHDR IPV6_RECVDSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS
            IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT
            IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND
            IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_2292HOPLIMIT;
        Family: IPV6_ADDRFORM;
        Discover: IPV6_MTU_DISCOVER;
        Membership6: IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_JOIN_ANYCAST IPV6_LEAVE_ANYCAST;
        Raw: IPV6_NEXTHOP IPV6_AUTHHDR IPV6_2292PKTOPTIONS IPV6_FLOWLABEL_MGR IPV6_IPSEC_POLICY
            IPV6_XFRM_POLICY IPV6_PKTINFO IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RTHDR IPV6_DSTOPTS
            IPV6_PATHMTU MCAST_JOIN_GROUP MCAST_BLOCK_SOURCE MCAST_UNBLOCK_SOURCE MCAST_LEAVE_GROUP
            MCAST_JOIN_SOURCE_GROUP MCAST_LEAVE_SOURCE_GROUP MCAST_MSFILTER;
    }
    TCP {
        Int: TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT
            TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_THIN_LINEAR_TIMEOUTS
            TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN
            TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_FASTOPEN_CONNECT TCP_FASTOPEN_NO_COOKIE
            TCP_INQ TCP_TX_DELAY = 37 TCP_IS_MPTCP = 43 TCP_RTO_MAX_MS = 44 TCP_RTO_MIN_US = 45
            TCP_DELACK_MAX_US = 46;
        Text: TCP_CONGESTION TCP_ULP;
        TcpInfo: TCP_INFO;
        Raw: TCP_MD5SIG TCP_COOKIE_TRANSACTIONS TCP_REPAIR_OPTIONS TCP_CC_INFO TCP_SAVED_SYN
            TCP_REPAIR_WINDOW TCP_MD5SIG_EXT TCP_FASTOPEN_KEY TCP_ZEROCOPY_RECEIVE
            TCP_AO_ADD_KEY = 38 TCP_AO_DEL_KEY = 39 TCP_AO_INFO = 40 TCP_AO_GET_KEYS = 41
            TCP_AO_REPAIR = 42;
    }
    UDP {
        Int: UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO;
    }
    NETLINK {
        Int: NETLINK_ADD_MEMBERSHIP NETLINK_DROP_MEMBERSHIP NETLINK_PKTINFO NETLINK_BROADCAST_ERROR
            NETLINK_NO_ENOBUFS NETLINK_LISTEN_ALL_NSID NETLINK_CAP_ACK NETLINK_EXT_ACK
            NETLINK_GET_STRICT_CHK;
        Raw: NETLINK_RX_RING NETLINK_TX_RING NETLINK_LIST_MEMBERSHIPS;
    }
    PACKET {
        Int: PACKET_AUXDATA PACKET_ORIGDEV PACKET_VERSION PACKET_HDRLEN PACKET_RESERVE PACKET_LOSS
            PACKET_VNET_HDR PACKET_TIMESTAMP PACKET_TX_HAS_OFF PACKET_QDISC_BYPASS PACKET_FANOUT
            PACKET_COPY_THRESH PACKET_IGNORE_OUTGOING PACKET_VNET_HDR_SZ;
        Raw: PACKET_ADD_MEMBERSHIP PACKET_DROP_MEMBERSHIP PACKET_RECV_OUTPUT PACKET_RX_RING
            PACKET_STATISTICS PACKET_TX_RING PACKET_TX_TIMESTAMP PACKET_ROLLOVER_STATS
            PACKET_FANOUT_DATA;
    }
}

/// The options of a level.
pub(super) fn of_level(level: i64) -> Options {
    match i32::try_from(level) {
        Ok(libc::SOL_SOCKET) => SOCKET,
        Ok(libc::IPPROTO_IP) => IP,
        Ok(libc::IPPROTO_IPV6) => IPV6,
        Ok(libc::IPPROTO_TCP) => TCP,
        Ok(libc::IPPROTO_UDP | libc::IPPROTO_UDPLITE) => UDP,
        Ok(libc::SOL_NETLINK) => NETLINK,
        Ok(libc::SOL_PACKET) => PACKET,
        _ => &[],
    }
}

/// The option of this number.
pub(super) fn find(level: i64, number: i64) -> Option<(&'static str, Kind)> {
    let option = of_level(level).iter().find(|option| i64::from(option.0) == number)?;
    Some((option.1, option.2))
}

/// `int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen);`
pub(super) fn set(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let length = int(a[4]);
    let value = match u64::try_from(length) {
        Ok(length) => value(a, length, r),
        // The kernel says EINVAL and looks no further.
        Err(_) => pointer(a[3]),
    };
    let mut args = names(a);
    args.extend([Arg::new("optval", value), Arg::new("optlen", Value::Int(length))]);
    args
}

/// `int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen);`
pub(super) fn get(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let mut args = names(a);
    args.extend([
        Arg::new("optval", pointer(a[3])),
        Arg::new("optlen", super::addresses::length(a[4], r)),
    ]);
    args
}

/// What `getsockopt` has written.
pub(super) fn got(a: &[u64; 6], entered: &[Arg], r: Reader) -> Vec<Arg> {
    let after = super::addresses::length(a[4], r);
    let written = super::addresses::written(entered, "optlen", &after);
    vec![Arg::new("optval", value(a, written, r)), Arg::new("optlen", after)]
}

fn names(a: &[u64; 6]) -> Vec<Arg> {
    let (of, number) = (int(a[1]), int(a[2]));
    let option = named(number, find(of, number).map(|option| option.0));
    let mut args = Vec::with_capacity(5);
    args.extend([
        Arg::new("sockfd", super::constants::fd(a[0])),
        Arg::new("level", level(of)),
        Arg::new("optname", option),
    ]);
    args
}

/// The option's value, as many bytes long as this; bytes alone where it is not what it should be.
fn value(a: &[u64; 6], length: u64, r: Reader) -> Value {
    let (of, number) = (int(a[1]), int(a[2]));
    let kind = find(of, number).map_or(Kind::Raw, |option| option.1);
    if kind == Kind::Raw || a[3] == 0 {
        return r.bytes(a[3], length);
    }
    let size = usize::try_from(length).map_or(LONGEST, |length| length.min(LONGEST));
    let raw = r.some(a[3], size);
    let decoded = if raw.len() == size { decode(kind, of, Raw(&raw)) } else { None };
    decoded.unwrap_or_else(|| r.bytes(a[3], length))
}
