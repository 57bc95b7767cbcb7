//! `many_threads [ADDRESS [PORT]]`: answers line after line on port 12000 in upper case, with a thread for each client.
//! Before: `many_fork`. Next: `many_select`. Partner: `many_client`. Twin: `c-reference/many_threads.c`.

use std::os::fd::OwnedFd;
use std::thread;

use sockstep::calls::*;
use sockstep::program::{
    Lines, arguments, fail, print, recv_line, send_all, standard_streams, upper,
};

/// Line after line, until the client closes or is gone.
fn serve(ns: &OwnedFd) {
    let mut lines = Lines::new();

    while let Ok(n @ 1..) = recv_line(ns, &mut lines) {
        let line = &lines.buf[..n];
        if send_all(ns, &upper(line).unwrap_or_else(|_| line.to_vec())).is_err() {
            return;
        }
        lines.used(n);
    }
}

/// A thread's beginning and end.
fn serve_and_close(ns: OwnedFd) {
    serve(&ns);
    close(ns).unwrap_or_else(|e| perror("close", e));
}

fn main() {
    standard_streams();
    let args = arguments("many_threads [ADDRESS [PORT]]", c"127.0.0.1", 12000);

    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(&args.address);

    let sd = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| fail("socket", e));
    setsockopt(&sd, SOL_SOCKET, SO_REUSEADDR, &1).unwrap_or_else(|e| fail("setsockopt", e));
    bind(&sd, &sin).unwrap_or_else(|e| fail("bind", e));
    listen(&sd, SOMAXCONN).unwrap_or_else(|e| fail("listen", e));
    print(&[b"The server is ready to receive\n"]);

    loop {
        let (ns, _cli, _clientlen) =
            accept::<sockaddr_in>(&sd).unwrap_or_else(|e| fail("accept", e));

        // The thread owns the socket; nobody waits for its end.
        if let Err(e) = thread::Builder::new().spawn(move || serve_and_close(ns)) {
            eprintln!("pthread_create: {}", strerror(e.raw_os_error().unwrap_or(0)));
        }
    }
}
