//! `upper_udp_client [HOST [PORT]]`: sends a line to port 12000 as one datagram and prints the answer.
//! Partner: `upper_udp_server`. Twin: `c-reference/upper_udp_client.c`.

use std::io::Write;
use std::process::exit;

use sockstep::calls::*;
use sockstep::program::{arguments, fail, lookup, print, read_line, standard_streams};

fn main() {
    let patience = timeval { tv_sec: 2, tv_usec: 0 };
    let mut buf = [0; 2048];

    standard_streams();
    let args = arguments("upper_udp_client [HOST [PORT]]", c"localhost", 12000);
    let sin = lookup(&args.address, args.port, SOCK_DGRAM);

    print(&[b"Input lowercase sentence:"]);
    let line = read_line();

    let sd = socket(AF_INET, SOCK_DGRAM, 0).unwrap_or_else(|e| fail("socket", e));
    setsockopt(&sd, SOL_SOCKET, SO_RCVTIMEO, &patience).unwrap_or_else(|e| fail("setsockopt", e));
    sendto(&sd, &line, 0, &sin).unwrap_or_else(|e| fail("sendto", e));

    let (n, _from, _fromlen) =
        recvfrom::<sockaddr_in>(&sd, &mut buf, MSG_TRUNC).unwrap_or_else(|e| {
            if e != Errno::EAGAIN {
                fail("recvfrom", e);
            }
            complain("no answer within 2 seconds: nobody is there, or UDP lost the question or the answer");
            exit(1)
        });
    if n > buf.len() {
        let held = buf.len();
        complain(&format!("the answer is {n} bytes, the buffer holds {held}: the rest is lost"));
    }
    print(&[&buf[..n.min(buf.len())]]);
    print(&[b"\n"]);

    close(sd).unwrap_or_else(|e| fail("close", e));
}

fn complain(what: &str) {
    let _ = std::io::stderr().write_all(format!("recvfrom: {what}\n").as_bytes());
}
