//! `many_epoll_edge [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]`: answers line after line on port 12000 in
//! upper case, and is told once when a socket becomes ready, not as long as it is: it serves until EAGAIN.
//! Before: `many_epoll`. Partner: `many_client`. Twin: `c-reference/many_epoll_edge.c`.

use std::ffi::c_int;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use sockstep::calls::*;
use sockstep::program::{Clients, TURN, arguments, fail, print, standard_streams, stop_on};

const USAGE: &str = "many_epoll_edge [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]";

/// What each client is watched for, from its first moment to its last.
const EDGES: u32 = EPOLLIN | EPOLLOUT | EPOLLET;

/// Adds a socket to the list in the kernel, or changes what it is watched for.
fn watch(epfd: &OwnedFd, op: c_int, fd: &OwnedFd, events: u32) -> Result<()> {
    let mut event = epoll_event { events, u64: fd.as_raw_fd() as u64 };
    epoll_ctl(epfd, op, fd, Some(&mut event))
}

/// Takes all from the accept queue.
fn accept_all(epfd: &OwnedFd, clients: &mut Clients) {
    while let Some(ns) = clients.accept_client() {
        let Some(client) = clients.get(ns) else { continue };
        if let Err(e) = watch(epfd, EPOLL_CTL_ADD, &client.ns, EDGES) {
            perror("epoll_ctl", e);
            clients.refuse(ns);
        }
    }
}

/// Serves a client until it waits: what is there already nobody will tell of again.
fn serve_watched(epfd: &OwnedFd, clients: &mut Clients, ns: RawFd) {
    for _ in 0..TURN {
        if !clients.serve(ns) {
            return;
        }
    }

    // It has had its turn. Setting the same anew makes the kernel look, and tell of it after the others.
    let Some(client) = clients.get(ns) else { return };
    watch(epfd, EPOLL_CTL_MOD, &client.ns, EDGES).unwrap_or_else(|e| fail("epoll_ctl", e));
}

fn main() {
    standard_streams();
    let args = arguments(USAGE, c"127.0.0.1", 12000);

    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(&args.address);

    let sd = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| fail("socket", e));
    setsockopt(&sd, SOL_SOCKET, SO_REUSEADDR, &1).unwrap_or_else(|e| fail("setsockopt", e));
    bind(&sd, &sin).unwrap_or_else(|e| fail("bind", e));
    listen(&sd, SOMAXCONN).unwrap_or_else(|e| fail("listen", e));
    let flags = fcntl(&sd, F_GETFL, 0).unwrap_or_else(|e| fail("fcntl", e));
    fcntl(&sd, F_SETFL, flags | O_NONBLOCK).unwrap_or_else(|e| fail("fcntl", e));

    let stop = stop_on(SIGTERM);

    let epfd = epoll_create1(EPOLL_CLOEXEC).unwrap_or_else(|e| fail("epoll_create1", e));
    watch(&epfd, EPOLL_CTL_ADD, &stop, EPOLLIN).unwrap_or_else(|e| fail("epoll_ctl", e));
    watch(&epfd, EPOLL_CTL_ADD, &sd, EPOLLIN).unwrap_or_else(|e| fail("epoll_ctl", e));
    let mut clients = Clients::new(&args, sd);
    let mut events = [epoll_event { events: 0, u64: 0 }; 1024];
    let mut accepts = true;
    print(&[b"The server is ready to receive\n"]);

    while !clients.are_done() {
        if accepts != clients.accepts()
            && let Some(sd) = clients.sd()
        {
            accepts = clients.accepts();
            let events = if accepts { EPOLLIN } else { 0 };
            watch(&epfd, EPOLL_CTL_MOD, sd, events).unwrap_or_else(|e| fail("epoll_ctl", e));
        }

        let n = match epoll_wait(&epfd, &mut events, clients.timeout()) {
            Ok(n) => n,
            Err(Errno::EINTR) => continue,
            Err(e) => fail("epoll_wait", e),
        };
        clients.look_at_clock();

        let listening = clients.sd().map_or(-1, AsRawFd::as_raw_fd);
        let mut stops = false;
        for event in &events[..n] {
            match event.u64 as RawFd {
                fd if fd == listening => accept_all(&epfd, &mut clients),
                fd if fd == stop.as_raw_fd() => stops = true,
                ns => serve_watched(&epfd, &mut clients, ns),
            }
        }
        if stops {
            accept_all(&epfd, &mut clients);
            clients.stop(&stop);
        }
        if clients.are_ending() {
            for ns in clients.all() {
                serve_watched(&epfd, &mut clients, ns);
            }
        }
        clients.close_idle();
    }

    close(epfd).unwrap_or_else(|e| perror("close", e));
    close(stop).unwrap_or_else(|e| perror("close", e));
}
