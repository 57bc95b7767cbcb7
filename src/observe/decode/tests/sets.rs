//! poll, select and epoll.

use super::{Regions, entry, exit, ints, longs};
use crate::observe::Call;

/// `struct pollfd`
fn member(fd: i32, events: i16, revents: i16) -> Vec<u8> {
    [ints([fd]), events.to_ne_bytes().to_vec(), revents.to_ne_bytes().to_vec()].concat()
}

#[test]
fn poll_tells_what_it_waits_for_and_what_has_happened() {
    let events = libc::POLLIN | libc::POLLRDHUP;
    let set = |revents| [member(4, events, revents), member(5, libc::POLLOUT, 0)].concat();
    let time = |left| longs([left, 0]);
    let before = Regions::default().with(0x100, set(9)).with(0x200, time(5));
    let after =
        Regions::default().with(0x100, set(libc::POLLIN | libc::POLLHUP)).with(0x200, time(3));
    let args = [0x100, 2, 0x200, 0, 8, 0];
    let waits = "fds=[{fd=fd4 events=POLLIN|POLLRDHUP} {fd=fd5 events=POLLOUT}]/2 nfds=2";
    let happened = "fds=[{fd=fd4 events=POLLIN|POLLRDHUP revents=POLLIN|POLLHUP} \
                    {fd=fd5 events=POLLOUT revents=0}]/2";
    assert_eq!(
        entry(Call::Ppoll, args, &before),
        format!("{waits} tmo_p={{tv_sec=5 tv_nsec=0}} sigmask=NULL")
    );
    let left = "tmo_p={tv_sec=3 tv_nsec=0}";
    let returned = |result| exit(Call::Ppoll, args, result, &before, &after);
    assert_eq!(returned(1), format!("{happened} {left}"));
    assert_eq!(returned(-i64::from(libc::EINTR)), left);
    assert_eq!(returned(-514), left);
    assert_eq!(returned(-i64::from(libc::EINVAL)), "");
    #[cfg(target_arch = "x86_64")]
    {
        let args = [0x100, 2, u64::from(-1i32 as u32), 0, 0, 0];
        assert_eq!(entry(Call::Poll, args, &before), format!("{waits} timeout=-1"));
        assert_eq!(exit(Call::Poll, args, 1, &before, &after), happened);
    }
}

#[test]
fn many_members_are_counted_and_not_all_kept() {
    let many: Vec<u8> = (0..100).flat_map(|fd| member(fd, 1, 0)).collect();
    let memory = Regions::default().with(0x100, many);
    for count in [100, 4_000_000_000] {
        let shown = entry(Call::Ppoll, [0x100, count, 0, 0, 0, 0], &memory);
        assert!(
            shown.contains(&format!("{{fd=fd63 events=POLLIN}}]/{count} nfds={count}")),
            "{shown}"
        );
    }
    let none = entry(Call::Ppoll, [0x900, 3, 0, 0, 0, 0], &memory);
    assert_eq!(none, "fds=!900 nfds=3 tmo_p=NULL sigmask=NULL");
    let partly = entry(Call::Ppoll, [0x100 + 98 * 8, 3, 0, 0, 0, 0], &memory);
    assert!(
        partly.starts_with("fds=[{fd=fd98 events=POLLIN} {fd=fd99 events=POLLIN}]/3"),
        "{partly}"
    );
}

#[test]
fn select_sets_are_lists_of_descriptors() {
    let set = |first: u64, second: u64| longs([first, second]);
    let before = Regions::default()
        .with(0x100, set(1 << 3 | 1 << 5, 1 << 2))
        .with(0x200, set(1 << 5, 0))
        .with(0x300, longs([1, 500]))
        .with(0x400, longs([0x500, 8]));
    let after = before.clone().with(0x100, set(1 << 5, 0)).with(0x200, set(0, 0));
    let args = [67, 0x100, 0x200, 0, 0x300, 0x400];
    assert_eq!(
        entry(Call::Pselect6, args, &before),
        "nfds=67 readfds=[fd3 fd5 fd66]/3 writefds=[fd5]/1 exceptfds=NULL \
         timeout={tv_sec=1 tv_nsec=500} sigmask=*500"
    );
    let nfds_counts = entry(Call::Pselect6, [66, 0x100, 0, 0, 0, 0], &before);
    assert!(nfds_counts.contains("readfds=[fd3 fd5]/2"), "{nfds_counts}");
    assert_eq!(
        exit(Call::Pselect6, args, 1, &before, &after),
        "readfds=[fd5]/1 writefds=[]/0 timeout={tv_sec=1 tv_nsec=500}"
    );
    #[cfg(target_arch = "x86_64")]
    {
        let shown = entry(Call::Select, args, &before);
        assert!(shown.ends_with("timeout={tv_sec=1 tv_usec=500}"), "{shown}");
        let after = exit(Call::Select, args, 0, &before, &after);
        assert!(after.starts_with("readfds=[fd5]/1"), "{after}");
    }
    let negative = [u64::from(-1i32 as u32), 0x100, 0, 0, 0, 0];
    let shown = entry(Call::Pselect6, negative, &before);
    assert!(shown.starts_with("nfds=-1 readfds=*100"), "{shown}");
}

/// As the kernel lays it out on this machine.
fn event(events: i32, data: u64) -> Vec<u8> {
    let mut raw = vec![0; size_of::<libc::epoll_event>()];
    raw[..4].copy_from_slice(&events.to_ne_bytes());
    raw[std::mem::offset_of!(libc::epoll_event, u64)..][..8].copy_from_slice(&data.to_ne_bytes());
    raw
}

#[test]
fn epoll_tells_its_events() {
    let wish = event(libc::EPOLLIN | libc::EPOLLET, 7);
    let memory = Regions::default().with(0x100, wish);
    let ctl = |op: i32| entry(Call::EpollCtl, [3, op as u64, 7, 0x100, 0, 0], &memory);
    assert_eq!(
        ctl(libc::EPOLL_CTL_ADD),
        "epfd=fd3 op=EPOLL_CTL_ADD fd=fd7 event={events=EPOLLIN|EPOLLET data=7}"
    );
    assert_eq!(ctl(libc::EPOLL_CTL_DEL), "epfd=fd3 op=EPOLL_CTL_DEL fd=fd7 event=*100");

    for (data, told) in
        [(0x1_0000_0003, "4294967299"), (u64::MAX, "-1"), (0x5555_0000_1000, "*555500001000")]
    {
        let memory = Regions::default().with(0x100, event(libc::EPOLLOUT, data));
        let shown = entry(Call::EpollCtl, [3, 3, 7, 0x100, 0, 0], &memory);
        assert_eq!(
            shown,
            format!("epfd=fd3 op=EPOLL_CTL_MOD fd=fd7 event={{events=EPOLLOUT data={told}}}")
        );
    }

    let told = [event(libc::EPOLLIN, 7), event(libc::EPOLLHUP, 0x7fff_0000_1234)].concat();
    let after = memory.clone().with(0x100, told);
    let args = [3, 0x100, 64, u64::from(-1i32 as u32), 0, 8];
    assert_eq!(
        entry(Call::EpollPwait, args, &memory),
        "epfd=fd3 events=*100 maxevents=64 timeout=-1 sigmask=NULL"
    );
    assert_eq!(
        exit(Call::EpollPwait, args, 2, &memory, &after),
        "events=[{events=EPOLLIN data=7} {events=EPOLLHUP data=*7fff00001234}]/2"
    );
    assert_eq!(exit(Call::EpollPwait, args, 0, &memory, &after), "events=[]/0");
    let args = [3, 0x100, 64, 0x200, 0, 8];
    let memory = memory.with(0x200, longs([0, 9]));
    assert_eq!(
        entry(Call::EpollPwait2, args, &memory),
        "epfd=fd3 events=*100 maxevents=64 timeout={tv_sec=0 tv_nsec=9} sigmask=NULL"
    );
}
