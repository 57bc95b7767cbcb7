//! Messages, their pieces and what they carry besides.

use super::{Regions, entry, exit, ints, longs, loopback};
use crate::observe::Call;

/// A control message, padded for the next one.
fn control(level: i32, kind: i32, data: &[u8]) -> Vec<u8> {
    let mut raw = longs([16 + data.len() as u64]);
    raw.extend(ints([level, kind]));
    raw.extend(data);
    raw.resize(raw.len().next_multiple_of(8), 0);
    raw
}

/// `struct msghdr`; the pieces lie at 0x200, the name at 0x300, the control messages at 0x400.
fn header(namelen: u32, pieces: u64, controllen: u64, flags: i32) -> Vec<u8> {
    let name = if namelen == 0 { 0 } else { 0x300 };
    let control = if controllen == 0 { 0 } else { 0x400 };
    let mut raw = longs([name, namelen.into(), 0x200, pieces, control, controllen]);
    raw.extend(ints([flags, 0]));
    raw
}

fn memory(header: &[u8], control: &[u8]) -> Regions {
    Regions::default()
        .with(0x100, header)
        .with(0x200, longs([0x500, 3, 0x600, 20]))
        .with(0x300, loopback())
        .with(0x400, control)
        .with(0x500, b"abcdefgh")
        .with(0x600, [b'z'; 32])
}

#[test]
fn a_sent_message_is_shown_in_full() {
    let rights = control(libc::SOL_SOCKET, libc::SCM_RIGHTS, &ints([3, 4]));
    let memory = memory(&header(16, 2, rights.len() as u64, 99), &rights);
    assert_eq!(
        entry(Call::Sendmsg, [5, 0x100, libc::MSG_NOSIGNAL as u64, 0, 0, 0], &memory),
        "sockfd=fd5 msg={msg_name=127.0.0.1:9001 msg_namelen=16 \
         msg_iov=[{iov_base='abc'/3 iov_len=3} {iov_base='zzzzzzzzzzzzzzzz'/20 iov_len=20}]/2 \
         msg_iovlen=2 msg_control=[{cmsg_len=24 cmsg_level=SOL_SOCKET cmsg_type=SCM_RIGHTS \
         cmsg_data=[fd3 fd4]/2}]/1 msg_controllen=24} flags=MSG_NOSIGNAL"
    );
    assert_eq!(entry(Call::Sendmsg, [5, 0, 0, 0, 0, 0], &memory), "sockfd=fd5 msg=NULL flags=0");
    assert_eq!(
        entry(Call::Sendmsg, [5, 0x120, 0, 0, 0, 0], &memory),
        "sockfd=fd5 msg=!120 flags=0"
    );
}

#[test]
fn a_received_message_is_what_the_kernel_has_written() {
    let ttl = control(libc::IPPROTO_IP, libc::IP_TTL, &ints([64]));
    let before = memory(&header(128, 2, 64, 0), &[0; 64]);
    let after = memory(&header(16, 2, ttl.len() as u64, libc::MSG_EOR | libc::MSG_TRUNC), &ttl);
    let args = [5, 0x100, 0, 0, 0, 0];
    assert_eq!(
        entry(Call::Recvmsg, args, &before),
        "sockfd=fd5 msg={msg_name=*300 msg_namelen=len128 \
         msg_iov=[{iov_base=*500 iov_len=3} {iov_base=*600 iov_len=20}]/2 msg_iovlen=2 \
         msg_control=*400 msg_controllen=len64} flags=0"
    );
    assert_eq!(
        exit(Call::Recvmsg, args, 5, &before, &after),
        "msg={msg_name=127.0.0.1:9001 msg_namelen=len16 \
         msg_iov=[{iov_base='abc'/3 iov_len=3} {iov_base='zz'/2 iov_len=20}]/2 msg_iovlen=2 \
         msg_control=[{cmsg_len=20 cmsg_level=IPPROTO_IP cmsg_type=IP_TTL cmsg_data=64}]/1 \
         msg_controllen=len24 msg_flags=MSG_TRUNC|MSG_EOR}"
    );
    assert_eq!(exit(Call::Recvmsg, args, -11, &before, &after), "");
}

#[test]
fn control_messages_are_taken_apart() {
    let mut info = ints([1]);
    info.extend([127, 0, 0, 1, 127, 0, 0, 2]);
    let info6 = [[0; 15].as_slice(), &[1], &ints([3])].concat();
    let refused = [ints([libc::ECONNREFUSED]).as_slice(), &[2, 3, 3, 0], &ints([0, 0])].concat();
    for (level, kind, data, shown) in [
        (
            libc::SOL_SOCKET,
            libc::SCM_CREDENTIALS,
            ints([7, 0, 0]),
            "SOL_SOCKET cmsg_type=SCM_CREDENTIALS cmsg_data={pid=7 uid=0 gid=0}",
        ),
        (
            libc::SOL_SOCKET,
            libc::SCM_TIMESTAMP,
            longs([1, 2]),
            "SOL_SOCKET cmsg_type=SCM_TIMESTAMP cmsg_data={tv_sec=1 tv_usec=2}",
        ),
        (
            libc::SOL_SOCKET,
            libc::SCM_TIMESTAMPNS,
            longs([1, 2]),
            "SOL_SOCKET cmsg_type=SCM_TIMESTAMPNS cmsg_data={tv_sec=1 tv_nsec=2}",
        ),
        (
            libc::IPPROTO_IP,
            libc::IP_PKTINFO,
            info,
            "IPPROTO_IP cmsg_type=IP_PKTINFO cmsg_data={ipi_ifindex=1 \
             ipi_spec_dst=inet_addr(\"127.0.0.1\") ipi_addr=inet_addr(\"127.0.0.2\")}",
        ),
        (
            libc::IPPROTO_IPV6,
            libc::IPV6_PKTINFO,
            info6,
            "IPPROTO_IPV6 cmsg_type=IPV6_PKTINFO cmsg_data={ipi6_addr=\"::1\" ipi6_ifindex=3}",
        ),
        (
            libc::IPPROTO_IP,
            libc::IP_RECVERR,
            refused,
            "IPPROTO_IP cmsg_type=IP_RECVERR cmsg_data={ee_errno=ECONNREFUSED ee_origin=2 \
             ee_type=3 ee_code=3 ee_info=0 ee_data=0}",
        ),
        (1, 99, b"??".to_vec(), "SOL_SOCKET cmsg_type=99 cmsg_data='??'/2"),
    ] {
        let raw = control(level, kind, &data);
        let memory = memory(&header(0, 1, raw.len() as u64, 0), &raw);
        let line = entry(Call::Sendmsg, [5, 0x100, 0, 0, 0, 0], &memory);
        assert!(line.contains(&format!("cmsg_level={shown}}}]/1")), "{line} has not {shown}");
    }
}

#[test]
fn control_messages_that_are_none_are_bytes() {
    let mut bad = control(libc::SOL_SOCKET, libc::SCM_RIGHTS, &ints([3, 4]));
    bad.extend(longs([4, 0]));
    let memory = memory(&header(0, 1, 40, 0), &bad);
    let line = entry(Call::Sendmsg, [5, 0x100, 0, 0, 0, 0], &memory);
    assert!(line.contains("cmsg_data=[fd3 fd4]/2} '\\x04"), "{line}");
    assert!(line.contains("'/16]/2 msg_controllen=40"), "{line}");

    let missing = Regions::default().with(0x100, header(0, 0, 8, 0));
    let line = entry(Call::Sendmsg, [5, 0x100, 0, 0, 0, 0], &missing);
    assert!(line.contains("msg_iov=[]/0 msg_iovlen=0 msg_control=!400"), "{line}");
}

#[test]
fn many_messages_at_once() {
    let two = |first: u32, second: u32| {
        let each = |length: u32| [header(0, 2, 0, 0), ints([length as i32, 0])].concat();
        [each(first), each(second)].concat()
    };
    let before = memory(&two(0, 0), &[]).with(0x700, longs([9, 0]));
    let after = memory(&two(5, 2), &[]).with(0x700, longs([8, 0]));
    let args = [5, 0x100, 2, libc::MSG_WAITFORONE as u64, 0x700, 0];
    let sent = entry(Call::Sendmmsg, args, &before);
    assert!(
        sent.starts_with("sockfd=fd5 msgvec=[{msg_hdr={msg_name=NULL msg_namelen=0 "),
        "{sent}"
    );
    assert!(sent.ends_with("]/2 vlen=2 flags=MSG_WAITFORONE"), "{sent}");
    assert_eq!(
        exit(Call::Sendmmsg, args, 2, &before, &after),
        "msgvec=[{msg_len=5} {msg_len=2}]/2"
    );

    let awaited = entry(Call::Recvmmsg, args, &before);
    assert!(awaited.contains("{iov_base=*500 iov_len=3}"), "{awaited}");
    assert!(awaited.ends_with("flags=MSG_WAITFORONE timeout={tv_sec=9 tv_nsec=0}"), "{awaited}");
    let came = exit(Call::Recvmmsg, args, 1, &before, &after);
    assert!(
        came.contains("{iov_base='abc'/3 iov_len=3} {iov_base='zz'/2 iov_len=20}]/2"),
        "{came}"
    );
    assert!(came.ends_with("msg_len=5}]/1 timeout={tv_sec=8 tv_nsec=0}"), "{came}");
}

#[test]
fn pieces_are_filled_one_after_the_other() {
    let memory = memory(&[], &[]);
    let args = [5, 0x200, 2, 0, 0, 0];
    assert_eq!(
        entry(Call::Writev, args, &memory),
        "fd=fd5 iov=[{iov_base='abc'/3 iov_len=3} {iov_base='zzzzzzzzzzzzzzzz'/20 iov_len=20}]/2 \
         iovcnt=2"
    );
    assert_eq!(
        entry(Call::Readv, args, &memory),
        "fd=fd5 iov=[{iov_base=*500 iov_len=3} {iov_base=*600 iov_len=20}]/2 iovcnt=2"
    );
    for (result, line) in [
        (2, "iov=[{iov_base='ab'/2 iov_len=3} {iov_base=''/0 iov_len=20}]/2"),
        (4, "iov=[{iov_base='abc'/3 iov_len=3} {iov_base='z'/1 iov_len=20}]/2"),
        (-1, ""),
    ] {
        assert_eq!(exit(Call::Readv, args, result, &memory, &memory), line);
    }
    let huge = entry(Call::Writev, [5, 0x200, u64::MAX, 0, 0, 0], &memory);
    assert!(huge.ends_with("]/18446744073709551615 iovcnt=-1"), "{huge}");
}
