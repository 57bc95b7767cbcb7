//! `welcome_client [ADDRESS [PORT]]`: prints the greeting from port 9001 and says what it wants.
//! Partner: `welcome_server`. Twin: `c-reference/welcome_client.c`.

use sockstep::calls::*;
use sockstep::program::{arguments, fail, print, standard_streams, text};

fn main() {
    let mut buf = [0; 256];

    standard_streams();
    let args = arguments("welcome_client [ADDRESS [PORT]]", c"127.0.0.1", 9001);

    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(&args.address);

    let sd = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| fail("socket", e));
    connect(&sd, &sin).unwrap_or_else(|e| fail("connect", e));

    let n = recv(&sd, &mut buf, 0).unwrap_or_else(|e| fail("recv", e));
    if n == 0 {
        print(&[b"** The server closed without a word\n"]);
        std::process::exit(1);
    }
    print(&[b"** From Server : ", text(&buf[..n]), b"\n"]);

    let wish = b"I want a HTTP Service.\0";
    buf[..wish.len()].copy_from_slice(wish);
    send(&sd, &buf[..wish.len()], MSG_NOSIGNAL).unwrap_or_else(|e| fail("send", e));
    close(sd).unwrap_or_else(|e| fail("close", e));
}
