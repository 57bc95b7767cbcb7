//! `many_fork [ADDRESS [PORT]]`: answers line after line on port 12000 in upper case, with a process for each client.
//! Before: `many_iterative`. Next: `many_threads`. Partner: `many_client`. Twin: `c-reference/many_fork.c`.

use std::os::fd::OwnedFd;
use std::process::exit;

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

fn main() {
    standard_streams();
    let args = arguments("many_fork [ADDRESS [PORT]]", c"127.0.0.1", 12000);

    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(&args.address);

    let sd = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| fail("socket", e));
    setsockopt(&sd, SOL_SOCKET, SO_REUSEADDR, &1).unwrap_or_else(|e| fail("setsockopt", e));
    bind(&sd, &sin).unwrap_or_else(|e| fail("bind", e));
    listen(&sd, SOMAXCONN).unwrap_or_else(|e| fail("listen", e));
    // A child that has ended is a zombie until its parent waits for it: the handler does.
    sigaction(SIGCHLD, sig_reap(), 0).unwrap_or_else(|e| fail("sigaction", e));
    print(&[b"The server is ready to receive\n"]);

    loop {
        let (ns, _cli, _clientlen) = match accept::<sockaddr_in>(&sd) {
            Ok(accepted) => accepted,
            Err(Errno::EINTR) => continue, // SIGCHLD
            Err(e) => fail("accept", e),
        };

        match fork() {
            Err(e) => eprintln!("{e}"),
            Ok(0) => {
                close(sd).unwrap_or_else(|e| perror("close", e));
                serve(&ns);
                exit(0);
            }
            Ok(_child) => (),
        }
        // The child holds it, too: it stays open there.
        close(ns).unwrap_or_else(|e| perror("close", e));
    }
}
