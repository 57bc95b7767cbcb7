//! `upper_tcp_client [HOST [PORT]]`: sends a line to port 12000, newline included, and prints the answer.
//! Partner: `upper_tcp_server`. Twin: `c-reference/upper_tcp_client.c`.

use sockstep::calls::*;
use sockstep::program::{
    Lines, arguments, fail, lookup, print, read_line, recv_line, send_all, standard_streams,
};

fn main() {
    let mut lines = Lines::new();

    standard_streams();
    let args = arguments("upper_tcp_client [HOST [PORT]]", c"localhost", 12000);
    let sin = lookup(&args.address, args.port, SOCK_STREAM);

    print(&[b"Input lowercase sentence:"]);
    let mut line = read_line();

    let sd = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| fail("socket", e));
    connect(&sd, &sin).unwrap_or_else(|e| fail("connect", e));

    line.push(b'\n');
    send_all(&sd, &line).unwrap_or_else(|e| fail("send", e));

    // The answer may come in pieces. It ends with its newline, or when the server closes.
    let mut last = None;
    let mut received = Ok(0);
    while last != Some(b'\n') {
        received = recv_line(&sd, &mut lines);
        let Ok(n @ 1..) = received else { break };
        if last.is_none() {
            print(&[b"From Server: "]);
        }
        print(&[&lines.buf[..n]]);
        last = Some(lines.buf[n - 1]);
        lines.used(n);
    }
    if last.is_some_and(|last| last != b'\n') {
        print(&[b"\n"]);
    }
    received.unwrap_or_else(|e| fail("recv", e));
    if last.is_none() {
        print(&[b"** The server closed without a word\n"]);
        std::process::exit(1);
    }

    close(sd).unwrap_or_else(|e| fail("close", e));
}
