//! The constants of the socket calls, and how a number finds its name.

use std::fmt::Write;

use crate::observe::decode::reader::pointer;
use crate::trace::{SocketAddress, Value};

/// Numbers and their names. All fit 32 bits, as the kernel takes them.
pub(super) type Table = &'static [(u32, &'static str)];

/// Makes tables. A constant stands by its name; one that libc lacks has its number behind it.
macro_rules! tables {
    ($($(#[$doc:meta])* $table:ident: $($name:ident $(= $number:literal)?)+;)+) => {
        $($(#[$doc])* pub(super) const $table: Table =
            &[$((constant!($name $($number)?), stringify!($name))),+];)+
    };
}

macro_rules! constant {
    ($name:ident) => {
        libc::$name as u32
    };
    ($name:ident $number:literal) => {
        $number
    };
}
pub(super) use constant;

tables! {
    TYPES: SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_DCCP SOCK_PACKET = 10;
    TYPE_FLAGS: SOCK_CLOEXEC SOCK_NONBLOCK;
    PROTOCOLS: IPPROTO_TCP IPPROTO_UDP IPPROTO_ICMP IPPROTO_ICMPV6 IPPROTO_RAW IPPROTO_IGMP
        IPPROTO_IPIP IPPROTO_EGP IPPROTO_PUP IPPROTO_IDP IPPROTO_TP IPPROTO_DCCP IPPROTO_IPV6
        IPPROTO_RSVP IPPROTO_GRE IPPROTO_ESP IPPROTO_AH IPPROTO_MTP IPPROTO_BEETPH IPPROTO_ENCAP
        IPPROTO_PIM IPPROTO_COMP IPPROTO_SCTP IPPROTO_UDPLITE IPPROTO_MPLS IPPROTO_ETHERNET
        IPPROTO_MPTCP;
    NETLINKS: NETLINK_ROUTE NETLINK_USERSOCK NETLINK_FIREWALL NETLINK_SOCK_DIAG NETLINK_NFLOG
        NETLINK_XFRM NETLINK_SELINUX NETLINK_ISCSI NETLINK_AUDIT NETLINK_FIB_LOOKUP
        NETLINK_CONNECTOR NETLINK_NETFILTER NETLINK_IP6_FW NETLINK_DNRTMSG NETLINK_KOBJECT_UEVENT
        NETLINK_GENERIC NETLINK_SCSITRANSPORT NETLINK_ECRYPTFS NETLINK_RDMA NETLINK_CRYPTO;
    /// The levels of options. Those of internet protocols are the protocols' numbers.
    LEVELS: SOL_SOCKET IPPROTO_TCP IPPROTO_IP IPPROTO_IPV6 IPPROTO_UDP IPPROTO_ICMPV6 IPPROTO_RAW
        IPPROTO_SCTP IPPROTO_DCCP IPPROTO_UDPLITE SOL_NETLINK SOL_PACKET SOL_BLUETOOTH SOL_ALG
        SOL_TIPC SOL_RXRPC SOL_TLS SOL_XDP SOL_VSOCK = 287 SOL_MPTCP = 284 SOL_X25 SOL_ATM SOL_AAL
        SOL_IRDA SOL_LLC SOL_DCCP SOL_PPPOL2TP SOL_PNPIPE SOL_RDS SOL_IUCV SOL_CAIF SOL_NFC
        SOL_CAN_RAW;
    /// Flags of send, recv and their kin, and of a received `struct msghdr`.
    MESSAGE_FLAGS: MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_CTRUNC MSG_PROXY = 0x10 MSG_TRUNC MSG_DONTWAIT
        MSG_EOR MSG_WAITALL MSG_FIN MSG_SYN MSG_CONFIRM MSG_RST MSG_ERRQUEUE MSG_NOSIGNAL MSG_MORE
        MSG_WAITFORONE MSG_BATCH = 0x40000 MSG_ZEROCOPY MSG_FASTOPEN MSG_CMSG_CLOEXEC;
    HOWS: SHUT_RD SHUT_WR SHUT_RDWR;
    FCNTLS: F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW
        F_SETOWN F_GETOWN F_SETSIG = 10 F_GETSIG = 11 F_SETOWN_EX = 15 F_GETOWN_EX = 16 F_OFD_GETLK
        F_OFD_SETLK F_OFD_SETLKW F_SETLEASE F_GETLEASE F_NOTIFY F_SETPIPE_SZ F_GETPIPE_SZ
        F_ADD_SEALS F_GET_SEALS;
    DESCRIPTOR_FLAGS: FD_CLOEXEC;
    /// Of an open file. `O_SYNC` has `O_DSYNC` in it, `O_TMPFILE` has `O_DIRECTORY`: the greater
    /// stands first.
    STATUS_FLAGS: O_WRONLY O_RDWR O_APPEND O_NONBLOCK O_ASYNC O_SYNC O_DSYNC O_DIRECT O_LARGEFILE
        O_TMPFILE O_DIRECTORY O_NOATIME O_NOFOLLOW O_CLOEXEC O_PATH;
    POLL: POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL POLLRDNORM POLLRDBAND POLLWRNORM
        POLLWRBAND POLLMSG = 0x400 POLLRDHUP;
    EPOLL: EPOLLIN EPOLLPRI EPOLLOUT EPOLLERR EPOLLHUP EPOLLRDNORM EPOLLRDBAND EPOLLWRNORM
        EPOLLWRBAND EPOLLMSG EPOLLRDHUP EPOLLEXCLUSIVE EPOLLWAKEUP EPOLLONESHOT EPOLLET;
    EPOLL_OPS: EPOLL_CTL_ADD EPOLL_CTL_DEL EPOLL_CTL_MOD;
    EPOLL_FLAGS: EPOLL_CLOEXEC;
    DUP_FLAGS: O_CLOEXEC;
    SPLICE_FLAGS: SPLICE_F_MOVE SPLICE_F_NONBLOCK SPLICE_F_MORE SPLICE_F_GIFT;
    CLOSE_RANGE_FLAGS: CLOSE_RANGE_UNSHARE CLOSE_RANGE_CLOEXEC;
    /// Of `SOL_SOCKET`; the other levels' control messages are named as their options.
    CONTROLS: SCM_RIGHTS SCM_CREDENTIALS SCM_SECURITY = 0x03 SCM_PIDFD = 0x04 SCM_TIMESTAMP
        SCM_TIMESTAMPNS SCM_TIMESTAMPING SCM_WIFI_STATUS SCM_TXTIME SCM_TIMESTAMPING_OPT_STATS
        SCM_TIMESTAMPING_PKTINFO;
    DISCOVER: IP_PMTUDISC_DONT IP_PMTUDISC_WANT IP_PMTUDISC_DO IP_PMTUDISC_PROBE
        IP_PMTUDISC_INTERFACE IP_PMTUDISC_OMIT;
    DISCOVER6: IPV6_PMTUDISC_DONT IPV6_PMTUDISC_WANT IPV6_PMTUDISC_DO IPV6_PMTUDISC_PROBE
        IPV6_PMTUDISC_INTERFACE IPV6_PMTUDISC_OMIT;
    /// TCP's states, as `TCP_INFO` counts them.
    STATES: TCP_ESTABLISHED = 1 TCP_SYN_SENT = 2 TCP_SYN_RECV = 3 TCP_FIN_WAIT1 = 4
        TCP_FIN_WAIT2 = 5 TCP_TIME_WAIT = 6 TCP_CLOSE = 7 TCP_CLOSE_WAIT = 8 TCP_LAST_ACK = 9
        TCP_LISTEN = 10 TCP_CLOSING = 11;
    INTERFACE_FLAGS: IFF_UP IFF_BROADCAST IFF_DEBUG IFF_LOOPBACK IFF_POINTOPOINT IFF_NOTRAILERS
        IFF_RUNNING IFF_NOARP IFF_PROMISC IFF_ALLMULTI IFF_MASTER IFF_SLAVE IFF_MULTICAST
        IFF_PORTSEL IFF_AUTOMEDIA IFF_DYNAMIC;
}

/// The name of a number.
pub(super) fn name(raw: i64, table: Table) -> Option<&'static str> {
    let raw = i32::try_from(raw).map(|n| n as u32).or_else(|_| u32::try_from(raw)).ok()?;
    table.iter().find(|(number, _)| *number == raw).map(|(_, name)| *name)
}

/// A number by its name, or alone.
pub(super) fn named(raw: i64, name: Option<&'static str>) -> Value {
    match name {
        Some(name) => Value::Named { raw, name: name.into() },
        None => Value::Int(raw),
    }
}

/// One of the table's constants.
pub(super) fn one(raw: i64, table: Table) -> Value {
    named(raw, name(raw, table))
}

/// Flags joined by `|`; what the table does not know comes last, in hexadecimal. None at all is 0,
/// as in C.
pub(super) fn flags(raw: i64, table: Table) -> Value {
    if raw == 0 {
        return Value::Int(0);
    }
    if let Some(name) = name(raw, table) {
        return named(raw, Some(name));
    }
    let mut rest = raw as u32;
    let mut text = String::new();
    for (flag, name) in table {
        // O_LARGEFILE is 0 where all files may be large.
        if *flag != 0 && rest & flag == *flag {
            rest &= !flag;
            join(&mut text, name);
        }
    }
    if rest != 0 {
        join(&mut text, "");
        let _ = write!(text, "{rest:#x}");
    }
    Value::Named { raw, name: text.into() }
}

fn join(text: &mut String, flag: &str) {
    if !text.is_empty() {
        text.push('|');
    }
    text.push_str(flag);
}

/// The low half of a register: an `int`.
pub(super) fn int(register: u64) -> i64 {
    i64::from(register as i32)
}

/// An address family.
pub(super) fn family(raw: i64) -> Value {
    named(raw, SocketAddress::family_name(raw))
}

/// A socket's type, and the flags that may join it.
pub(super) fn socket_type(raw: i64) -> Value {
    let joined = raw & i64::from(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK);
    let kind = raw & !joined;
    if joined == 0 {
        return one(raw, TYPES);
    }
    let mut text = name(kind, TYPES).map_or_else(|| kind.to_string(), String::from);
    for (flag, name) in TYPE_FLAGS {
        if joined & i64::from(*flag) != 0 {
            join(&mut text, name);
        }
    }
    Value::Named { raw, name: text.into() }
}

/// A protocol of the family. 0 lets the kernel choose; of netlink's it is one like the others.
pub(super) fn protocol(family: i64, raw: i64) -> Value {
    match i32::try_from(family) {
        Ok(libc::AF_INET | libc::AF_INET6) => internet_protocol(raw),
        Ok(libc::AF_NETLINK) => one(raw, NETLINKS),
        // In network byte order.
        Ok(libc::AF_PACKET) => {
            match SocketAddress::ether_type_name(u16::from_be(raw as u16).into()) {
                Some(name) if raw != 0 => {
                    Value::Named { raw, name: format!("htons({name})").into() }
                }
                _ => Value::Int(raw),
            }
        }
        _ => Value::Int(raw),
    }
}

/// A protocol of the internet families.
pub(super) fn internet_protocol(raw: i64) -> Value {
    one(raw, PROTOCOLS)
}

/// What an option's level is.
pub(super) fn level(raw: i64) -> Value {
    one(raw, LEVELS)
}

/// A descriptor in a register.
pub(super) fn fd(register: u64) -> Value {
    Value::Fd(register as i32)
}

/// A handle: a small number as it is, a pointer as one.
pub(super) fn handle(raw: u64) -> Value {
    u32::try_from(raw).map_or_else(|_| pointer(raw), |small| Value::Int(small.into()))
}
