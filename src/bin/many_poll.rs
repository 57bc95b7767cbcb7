//! `many_poll [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]`: answers line after line on port 12000 in
//! upper case, and waits with a list of the sockets, which has no greatest descriptor.
//! Before: `many_select`. Next: `many_epoll`. Partner: `many_client`. Twin: `c-reference/many_poll.c`.

use std::os::fd::{AsRawFd, RawFd};

use sockstep::calls::*;
use sockstep::program::{Clients, Wants, arguments, fail, print, standard_streams, stop_on};

const USAGE: &str = "many_poll [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]";

/// An entry of the list; poll passes over one whose descriptor is -1.
fn watched(fd: RawFd, events: i16) -> pollfd {
    pollfd { fd, events, revents: 0 }
}

/// Takes all from the accept queue.
fn accept_all(clients: &mut Clients) {
    while clients.accept_client().is_some() {}
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
    let mut clients = Clients::new(&args, sd);
    let mut fds = Vec::new();
    print(&[b"The server is ready to receive\n"]);

    while !clients.are_done() {
        fds.clear();
        fds.push(watched(stop.as_raw_fd(), POLLIN));
        let listening = clients.sd().filter(|_| clients.accepts());
        fds.push(watched(listening.map_or(-1, AsRawFd::as_raw_fd), POLLIN));
        for (ns, wants) in clients.sockets() {
            fds.push(match wants {
                Wants::ToReceive => watched(ns, POLLIN),
                Wants::ToSend => watched(ns, POLLOUT),
            });
        }

        match poll(&mut fds, clients.timeout()) {
            Ok(_) => (),
            Err(Errno::EINTR) => continue,
            Err(e) => fail("poll", e),
        }
        clients.look_at_clock();

        for ready in fds[2..].iter().filter(|fd| fd.revents != 0) {
            clients.serve(ready.fd);
        }
        if fds[1].revents != 0 {
            accept_all(&mut clients);
        }
        if fds[0].revents != 0 {
            accept_all(&mut clients);
            clients.stop(&stop);
        }
        if clients.are_ending() {
            for ns in clients.all() {
                clients.serve(ns);
            }
        }
        clients.close_idle();
    }

    close(stop).unwrap_or_else(|e| perror("close", e));
}
