//! `many_client [--connections N] [--lines N] [HOST [PORT]]`: holds N connections to port 12000 at once, sends a line on each and
//! then receives the answers, as often as there are lines.
//! Partner: each server whose name begins with `many_`. Twin: `c-reference/many_client.c`.

use std::process::exit;

use sockstep::calls::*;
use sockstep::program::{
    Lines, arguments, descriptors, fail, lookup, print, recv_line, send_all, standard_streams,
};

fn main() {
    let mut lines = Lines::new();
    let mut sds = Vec::new();
    let (mut sent, mut right) = (0_u64, 0_u64);

    standard_streams();
    let usage = "many_client [--connections N] [--lines N] [HOST [PORT]]";
    let args = arguments(usage, c"localhost", 12000);
    let sin = lookup(&args.address, args.port, SOCK_STREAM);
    let connections = descriptors(args.connections);

    for _ in 0..connections {
        let sd = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| fail("socket", e));
        let two_seconds = timeval { tv_sec: 2, tv_usec: 0 };
        setsockopt(&sd, SOL_SOCKET, SO_RCVTIMEO, &two_seconds)
            .unwrap_or_else(|e| fail("setsockopt", e));
        connect(&sd, &sin).unwrap_or_else(|e| fail("connect", e));
        sds.push(sd);
    }

    'all: for line in 1..=args.lines {
        for (k, sd) in sds.iter().enumerate() {
            let question = format!("line {line} of connection {}\n", k + 1);
            if let Err(e) = send_all(sd, question.as_bytes()) {
                eprintln!("connection {}: send: {}", k + 1, strerror(e as i32));
                break 'all;
            }
            sent += 1;
        }
        for (k, sd) in sds.iter().enumerate() {
            let answer = format!("LINE {line} OF CONNECTION {}\n", k + 1);
            lines.length = 0;
            match recv_line(sd, &mut lines) {
                Ok(n) if lines.buf[..n] == *answer.as_bytes() => right += 1,
                Ok(0) => eprintln!("connection {}: closed by the server", k + 1),
                Ok(_) => eprintln!("connection {}: a wrong answer", k + 1),
                Err(Errno::EAGAIN) => {
                    eprintln!("connection {}: no answer within 2 seconds", k + 1);
                    break 'all;
                }
                Err(e) => eprintln!("connection {}: recv: {}", k + 1, strerror(e as i32)),
            }
        }
    }

    let count = format!("{connections} connections, {sent} lines sent, {right} answered right\n");
    print(&[count.as_bytes()]);
    for sd in sds {
        close(sd).unwrap_or_else(|e| perror("close", e));
    }
    exit(i32::from(right < u64::from(args.lines) * u64::from(args.connections)));
}
