//! `upper_tcp_server [--keep-open] [ADDRESS [PORT]]`: answers on port 12000 in upper case. One `recv` and
//! one answer a connection, as in the notes; with `--keep-open` line after line, until the client closes.
//! Partner: `upper_tcp_client`. Twin: `c-reference/upper_tcp_server.c`.

use std::os::fd::OwnedFd;

use sockstep::calls::*;
use sockstep::program::{
    Lines, arguments, fail, print, recv_line, send_all, standard_streams, upper,
};

/// Sends what came back in upper case; false if the client cannot be reached any more.
fn answer(ns: &OwnedFd, cli: &sockaddr_in, buf: &[u8]) -> bool {
    let answer = upper(buf).unwrap_or_else(|good| {
        let (client, port) = (inet_ntoa(cli.sin_addr), ntohs(cli.sin_port));
        let note =
            format!("** {client}:{port} sent bytes that are not UTF-8, from byte {good} on\n");
        print(&[note.as_bytes()]);
        buf.to_vec()
    });

    if let Err(e) = send_all(ns, &answer) {
        perror("send", e);
        return false;
    }
    true
}

/// Line after line, until the client closes.
fn keep_open(ns: &OwnedFd, cli: &sockaddr_in, lines: &mut Lines) -> Result<()> {
    loop {
        let n = recv_line(ns, lines)?;
        if n == 0 || !answer(ns, cli, &lines.buf[..n]) {
            return Ok(());
        }
        lines.used(n);
    }
}

/// One `recv`, one answer.
fn once(ns: &OwnedFd, cli: &sockaddr_in, lines: &mut Lines) -> Result<()> {
    let n = recv(ns, &mut lines.buf, 0)?;
    if n > 0 {
        answer(ns, cli, &lines.buf[..n]);
    }
    Ok(())
}

fn main() {
    let mut lines = Lines::new();

    standard_streams();
    let args = arguments("upper_tcp_server [--keep-open] [ADDRESS [PORT]]", c"127.0.0.1", 12000);

    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(&args.address);

    let sd = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| fail("socket", e));
    setsockopt(&sd, SOL_SOCKET, SO_REUSEADDR, &1).unwrap_or_else(|e| fail("setsockopt", e));
    bind(&sd, &sin).unwrap_or_else(|e| fail("bind", e));
    listen(&sd, 1).unwrap_or_else(|e| fail("listen", e));
    print(&[b"The server is ready to receive\n"]);

    loop {
        let (ns, cli, _clientlen) =
            accept::<sockaddr_in>(&sd).unwrap_or_else(|e| fail("accept", e));

        lines.length = 0;
        let ended = if args.keep_open {
            keep_open(&ns, &cli, &mut lines)
        } else {
            once(&ns, &cli, &mut lines)
        };
        ended.unwrap_or_else(|e| perror("recv", e));

        close(ns).unwrap_or_else(|e| perror("close", e));
    }
}
