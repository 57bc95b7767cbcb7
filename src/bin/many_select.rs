//! `many_select [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]`: answers line after line on port 12000 in
//! upper case, one thread for all clients: it waits for all sockets at once.
//! Before: `many_threads`. Next: `many_poll`. Partner: `many_client`. Twin: `c-reference/many_select.c`.

use std::os::fd::AsRawFd;
use std::process::exit;

use sockstep::calls::*;
use sockstep::program::{Clients, Wants, arguments, fail, print, standard_streams, stop_on};

const USAGE: &str = "many_select [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]";

/// Takes all from the accept queue.
fn accept_all(clients: &mut Clients) {
    while let Some(ns) = clients.accept_client() {
        // FD_SET of such a descriptor would write behind the end of the set.
        if ns as usize >= FD_SETSIZE {
            clients.refuse(ns);
        }
    }
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
    if stop.as_raw_fd() as usize >= FD_SETSIZE {
        eprintln!("select: descriptor {} is above {}", stop.as_raw_fd(), FD_SETSIZE - 1);
        exit(1);
    }
    let mut clients = Clients::new(&args, sd);
    print(&[b"The server is ready to receive\n"]);

    while !clients.are_done() {
        let (mut readable, mut writable) = (FdSet::new(), FdSet::new());
        readable.set(stop.as_raw_fd());
        let mut highest = stop.as_raw_fd();
        let listening = clients.sd().map_or(-1, AsRawFd::as_raw_fd);
        if clients.accepts() {
            readable.set(listening);
            highest = highest.max(listening);
        }
        for (ns, wants) in clients.sockets() {
            match wants {
                Wants::ToReceive => readable.set(ns),
                Wants::ToSend => writable.set(ns),
            };
            highest = highest.max(ns);
        }

        let ms = i64::from(clients.timeout());
        let mut timeout = timeval { tv_sec: ms / 1000, tv_usec: ms % 1000 * 1000 };
        let timeout = (ms >= 0).then_some(&mut timeout);
        match select(highest + 1, Some(&mut readable), Some(&mut writable), None, timeout) {
            Ok(_) => (),
            Err(Errno::EINTR) => continue, // the sets are as they were
            Err(e) => fail("select", e),
        }
        clients.look_at_clock();

        // The kernel has left in the sets what is ready; who that is one has to ask for each.
        for ns in clients.all() {
            if readable.isset(ns) || writable.isset(ns) {
                clients.serve(ns);
            }
        }
        if readable.isset(listening) {
            accept_all(&mut clients);
        }
        if readable.isset(stop.as_raw_fd()) {
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
