//! The running picture: what is put together, and what is said of it.

use super::*;
use crate::trace::What;

fn socket(cookie: u64, state: &'static str) -> SocketState {
    SocketState {
        cookie,
        family: "AF_INET".into(),
        kind: "SOCK_STREAM".into(),
        protocol: "IPPROTO_TCP".into(),
        local: Some("127.0.0.1:9001".into()),
        peer: Some("127.0.0.1:40000".into()),
        state: Some(state.into()),
        receive_queue: 0,
        send_queue: 0,
        accept_queue: None,
        options: Vec::new(),
        error_pending: false,
        holders: Vec::new(),
    }
}

fn held(fd: i32, state: SocketState) -> SocketState {
    SocketState { holders: vec![Descriptor { program: 0, pid: 1, fd }], ..state }
}

#[test]
fn new_changed_same_and_gone() {
    let mut table = Table::new();
    let (one, two) = (socket(1, "LISTEN"), held(3, socket(2, "ESTABLISHED")));
    let both = vec![two.clone(), one.clone()];
    assert_eq!(table.update(both.clone()), [What::Socket(one.clone()), What::Socket(two.clone())]);
    assert_eq!(table.update(both), []);
    assert_eq!(table.sockets().collect::<Vec<_>>(), [&one, &two]);
    let later = held(3, socket(2, "CLOSE_WAIT"));
    let events = [What::Socket(later.clone()), What::SocketGone { cookie: 1 }];
    assert_eq!(table.update(vec![later.clone()]), events);
    assert_eq!((table.get(1), table.get(2)), (None, Some(&later)));
}

#[test]
fn both_sides_of_one_socket_in_any_order() {
    let option = Arg::new("SO_REUSEADDR", Value::Int(1));
    let close = SocketState {
        options: vec![option],
        error_pending: true,
        peer: None,
        receive_queue: 1,
        ..held(3, socket(7, "CLOSE"))
    };
    let waits = socket(7, "TIME_WAIT");
    let whole = SocketState { peer: waits.peer.clone(), ..close.clone() };
    let whole = SocketState { state: waits.state.clone(), ..whole };
    for now in [vec![close.clone(), waits.clone()], vec![waits, close]] {
        assert_eq!(Table::new().update(now), [What::Socket(whole.clone())]);
    }
}

#[test]
fn two_descriptors_of_one_socket() {
    let seen = |fd| held(fd, socket(7, "ESTABLISHED"));
    let mut table = Table::new();
    table.update(vec![seen(5), seen(4), socket(7, "ESTABLISHED"), seen(4)]);
    let fds: Vec<_> = table.get(7).unwrap().holders.iter().map(|holder| holder.fd).collect();
    assert_eq!(fds, [4, 5]);
    // One of them is looked at: the other is not forgotten. A whole picture without it forgets it.
    assert_eq!(table.refresh(vec![seen(5)]), []);
    assert_eq!(table.update(vec![seen(5)]), [What::Socket(seen(5))]);
}

#[test]
fn a_look_at_a_few() {
    let mut table = Table::new();
    table.update(vec![
        socket(1, "LISTEN"),
        socket(2, "TIME_WAIT"),
        held(3, socket(3, "CLOSE_WAIT")),
    ]);
    // Nobody is gone because nobody looked.
    let new = held(4, socket(4, "ESTABLISHED"));
    assert_eq!(table.refresh(vec![new.clone()]), [What::Socket(new)]);
    assert!(table.get(1).is_some());
    // TCP_INFO says CLOSE where the namespace has said TIME_WAIT.
    let close = SocketState { peer: None, ..held(5, socket(2, "CLOSE")) };
    let whole = held(5, socket(2, "TIME_WAIT"));
    assert_eq!(table.refresh(vec![close.clone()]), [What::Socket(whole)]);
    // In the whole picture the namespace is heard: TIME_WAIT is over.
    table.update(vec![close.clone()]);
    assert_eq!(table.get(2), Some(&close));
}

#[test]
fn a_fin_alone_is_seen_by_the_namespace_only() {
    let mut table = Table::new();
    let fin = |count| SocketState { receive_queue: count, ..socket(3, "CLOSE_WAIT") };
    table.update(vec![fin(1), held(3, fin(0))]);
    assert_eq!(table.refresh(vec![held(3, fin(0))]), []);
    assert_eq!(table.update(vec![held(3, fin(0)), fin(0)]), [What::Socket(held(3, fin(0)))]);
    table.update(vec![held(3, fin(11)), fin(11)]);
    assert_eq!(table.refresh(vec![held(3, fin(0))]), [What::Socket(held(3, fin(0)))]);
}
