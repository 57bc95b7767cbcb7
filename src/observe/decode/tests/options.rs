//! Socket options and ioctls.

use super::{Regions, entry, exit, ints, longs};
use crate::observe::Call;
use crate::observe::decode::options::of_level;

fn set(level: i32, name: i32, value: &[u8]) -> String {
    let memory = Regions::default().with(0x100, value);
    let args = [3, level as u64, name as u64, 0x100, value.len() as u64, 0];
    entry(Call::Setsockopt, args, &memory)
}

#[test]
fn options_have_their_names_and_values() {
    use libc::{IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, SOL_SOCKET};
    let group = [224, 0, 0, 9];
    let group6 = [[0xff, 2].as_slice(), &[0; 13], &[1], &ints([2])].concat();
    for (level, name, value, line) in [
        (SOL_SOCKET, libc::SO_REUSEADDR, ints([1]), "SOL_SOCKET optname=SO_REUSEADDR optval=1"),
        (
            SOL_SOCKET,
            libc::SO_LINGER,
            ints([1, 0]),
            "SOL_SOCKET optname=SO_LINGER optval={l_onoff=1 l_linger=0}",
        ),
        (
            SOL_SOCKET,
            libc::SO_RCVTIMEO,
            longs([2, 500_000]),
            "SOL_SOCKET optname=SO_RCVTIMEO optval={tv_sec=2 tv_usec=500000}",
        ),
        (
            SOL_SOCKET,
            libc::SO_BINDTODEVICE,
            b"lo\0".to_vec(),
            "SOL_SOCKET optname=SO_BINDTODEVICE optval=\"lo\"",
        ),
        (IPPROTO_TCP, libc::TCP_NODELAY, ints([1]), "IPPROTO_TCP optname=TCP_NODELAY optval=1"),
        (
            IPPROTO_TCP,
            libc::TCP_CONGESTION,
            b"cubic".to_vec(),
            "IPPROTO_TCP optname=TCP_CONGESTION optval=\"cubic\"",
        ),
        (IPPROTO_IP, libc::IP_TTL, vec![64], "IPPROTO_IP optname=IP_TTL optval=64"),
        (
            IPPROTO_IP,
            libc::IP_MTU_DISCOVER,
            ints([libc::IP_PMTUDISC_DO]),
            "IPPROTO_IP optname=IP_MTU_DISCOVER optval=IP_PMTUDISC_DO",
        ),
        (
            IPPROTO_IP,
            libc::IP_ADD_MEMBERSHIP,
            [group, [0; 4]].concat(),
            "IPPROTO_IP optname=IP_ADD_MEMBERSHIP \
             optval={imr_multiaddr=inet_addr(\"224.0.0.9\") imr_interface=htonl(INADDR_ANY)}",
        ),
        (
            IPPROTO_IP,
            libc::IP_ADD_MEMBERSHIP,
            [group.as_slice(), &[0; 4], &ints([1])].concat(),
            "IPPROTO_IP optname=IP_ADD_MEMBERSHIP optval={imr_multiaddr=inet_addr(\"224.0.0.9\") \
             imr_address=htonl(INADDR_ANY) imr_ifindex=1}",
        ),
        (
            IPPROTO_IP,
            libc::IP_MULTICAST_IF,
            vec![127, 0, 0, 1],
            "IPPROTO_IP optname=IP_MULTICAST_IF optval={s_addr=inet_addr(\"127.0.0.1\")}",
        ),
        (
            IPPROTO_IPV6,
            libc::IPV6_ADD_MEMBERSHIP,
            group6,
            "IPPROTO_IPV6 optname=IPV6_ADD_MEMBERSHIP \
             optval={ipv6mr_multiaddr=\"ff02::1\" ipv6mr_interface=2}",
        ),
        (IPPROTO_UDP, libc::UDP_GRO, ints([1]), "IPPROTO_UDP optname=UDP_GRO optval=1"),
        (IPPROTO_UDP, 999, vec![7], "IPPROTO_UDP optname=999 optval='\\x07'/1"),
        (4711, 1, ints([1]), "4711 optname=1 optval='\\x01\\x00\\x00\\x00'/4"),
        (
            SOL_SOCKET,
            libc::SO_REUSEADDR,
            vec![1],
            "SOL_SOCKET optname=SO_REUSEADDR optval='\\x01'/1",
        ),
    ] {
        let length = value.len();
        assert_eq!(set(level, name, &value), format!("sockfd=fd3 level={line} optlen={length}"));
    }
}

#[test]
fn values_that_are_not_there_do_no_harm() {
    let memory = Regions::default().with(0x100, [1, 0]);
    let level = libc::SOL_SOCKET as u64;
    let name = libc::SO_REUSEADDR as u64;
    for (value, length, line) in [
        (0, 4, "optval=NULL optlen=4"),
        (0x100, u64::from(-1i32 as u32), "optval=*100 optlen=-1"),
        (0x100, 4, "optval='\\x01\\x00'/4 optlen=4"),
        (0x900, 4, "optval=!900 optlen=4"),
        (0x100, 0x7fff_ffff, "optval='\\x01\\x00'/2147483647 optlen=2147483647"),
    ] {
        let shown = entry(Call::Setsockopt, [3, level, name, value, length, 0], &memory);
        assert!(shown.ends_with(line), "{shown} is not {line}");
    }
}

fn got(level: i32, name: i32, value: &[u8], room: i32, result: i64) -> String {
    let before = Regions::default().with(0x100, [0; 512]).with(0x800, ints([room]));
    let length = ints([value.len() as i32]);
    let after = Regions::default().with(0x100, value).with(0x800, length);
    let args = [3, level as u64, name as u64, 0x100, 0x800, 0];
    exit(Call::Getsockopt, args, result, &before, &after)
}

#[test]
fn answers_are_as_long_as_there_was_room() {
    use libc::SOL_SOCKET as SOCKET;
    for (name, value, room, line) in [
        (libc::SO_ERROR, ints([libc::ECONNREFUSED]), 4, "optval=ECONNREFUSED optlen=len4"),
        (libc::SO_ERROR, ints([0]), 4, "optval=0 optlen=len4"),
        (libc::SO_TYPE, ints([libc::SOCK_DGRAM]), 4, "optval=SOCK_DGRAM optlen=len4"),
        (libc::SO_DOMAIN, ints([libc::AF_INET6]), 4, "optval=AF_INET6 optlen=len4"),
        (libc::SO_PROTOCOL, ints([libc::IPPROTO_TCP]), 4, "optval=IPPROTO_TCP optlen=len4"),
        (libc::SO_RCVBUF, ints([131_072]), 2, "optval='\\x00\\x00'/2 optlen=len4"),
        (libc::SO_PEERCRED, ints([7, 0, 5]), 12, "optval={pid=7 uid=0 gid=5} optlen=len12"),
    ] {
        assert_eq!(got(SOCKET, name, &value, room, 0), line);
    }
    let groups = got(SOCKET, libc::SO_PEERGROUPS, &[0; 8], 4, -i64::from(libc::ERANGE));
    assert_eq!(groups, "optlen=len8");
    assert_eq!(got(SOCKET, libc::SO_ERROR, &[0; 4], 4, -i64::from(libc::ENOTSOCK)), "");

    let mut info = vec![0; size_of::<libc::tcp_info>()];
    info[0] = 10;
    info[std::mem::offset_of!(libc::tcp_info, tcpi_sacked)] = 5;
    let listening = got(libc::IPPROTO_TCP, libc::TCP_INFO, &info, 512, 0);
    assert!(listening.starts_with("optval={tcpi_state=TCP_LISTEN "), "{listening}");
    assert!(listening.contains("tcpi_unacked=0 tcpi_sacked=5 "), "{listening}");
}

/// A number that stood twice would hide the second name.
#[test]
fn no_option_of_a_level_stands_twice() {
    use libc::{IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, SOL_NETLINK, SOL_PACKET};
    for level in [libc::SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP] {
        assert!(of_level(level.into()).len() > 5);
    }
    for level in [
        libc::SOL_SOCKET,
        IPPROTO_IP,
        IPPROTO_IPV6,
        IPPROTO_TCP,
        IPPROTO_UDP,
        SOL_NETLINK,
        SOL_PACKET,
    ] {
        let options = of_level(level.into());
        for (at, option) in options.iter().enumerate() {
            let twin = options[..at].iter().find(|other| other.0 == option.0);
            assert_eq!(twin.map(|twin| twin.1), None, "{}", option.1);
        }
    }
}

#[test]
fn ioctls_follow_their_argument() {
    let mut request = b"lo".to_vec();
    request.resize(16, 0);
    let memory = Regions::default().with(0x100, ints([1])).with(0x200, [0; 40]);
    let device = memory.with(0x200, [request.clone(), vec![0; 24]].concat());
    let index = device.clone().with(0x200, [request, ints([1]), vec![0; 20]].concat());
    for (request, name, arg, entered, answered) in [
        (libc::FIONBIO, "FIONBIO", 0x100, " arg=1", ""),
        (libc::FIONREAD, "FIONREAD", 0x100, " arg=*100", "arg=1"),
        (libc::FIONREAD, "FIONREAD", 0x900, " arg=*900", "arg=!900"),
        (libc::FIONCLEX, "FIONCLEX", 0x900, "", ""),
        (
            libc::SIOCGIFINDEX,
            "SIOCGIFINDEX",
            0x200,
            " arg={ifr_name=\"lo\"}",
            "arg={ifr_name=\"lo\" ifr_ifindex=1}",
        ),
        (
            libc::SIOCGIFFLAGS,
            "SIOCGIFFLAGS",
            0x200,
            " arg={ifr_name=\"lo\"}",
            "arg={ifr_name=\"lo\" ifr_flags=IFF_UP}",
        ),
        (libc::SIOCGIFCONF, "SIOCGIFCONF", 0x200, " arg=*200", ""),
    ] {
        let args = [3, request, arg, 0, 0, 0];
        let line = format!("fd=fd3 request={name}{entered}");
        assert_eq!(entry(Call::Ioctl, args, &device), line);
        assert_eq!(exit(Call::Ioctl, args, 0, &device, &index), answered);
        assert_eq!(exit(Call::Ioctl, args, -22, &device, &index), "");
    }
    let unknown = entry(Call::Ioctl, [3, 0x1234, 0x900, 0, 0, 0], &device);
    assert_eq!(unknown, "fd=fd3 request=4660 arg=*900");
}
