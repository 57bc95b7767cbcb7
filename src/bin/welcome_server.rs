//! `welcome_server [ADDRESS [PORT]]`: greets each client on port 9001 and prints what it says.
//! Partner: `welcome_client`. Twin: `c-reference/welcome_server.c`.

use sockstep::calls::*;
use sockstep::program::{arguments, fail, print, standard_streams, text};

fn main() {
    let mut buf = [0; 256];

    standard_streams();
    let args = arguments("welcome_server [ADDRESS [PORT]]", c"127.0.0.1", 9001);

    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(&args.address);

    let sd = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| fail("socket", e));
    setsockopt(&sd, SOL_SOCKET, SO_REUSEADDR, &1).unwrap_or_else(|e| fail("setsockopt", e));
    bind(&sd, &sin).unwrap_or_else(|e| fail("bind", e));
    listen(&sd, 5).unwrap_or_else(|e| fail("listen", e));

    loop {
        let (ns, cli, _clientlen) =
            accept::<sockaddr_in>(&sd).unwrap_or_else(|e| fail("accept", e));
        let client = inet_ntoa(cli.sin_addr);
        print(&[b"*** Send a Message to Client(", client.as_bytes(), b")\n"]);

        if let Err(e) = send(&ns, b"Welcome to Network Server!!\0", MSG_NOSIGNAL) {
            perror("send", e);
        } else {
            match recv(&ns, &mut buf, 0) {
                Err(e) => perror("recv", e),
                Ok(0) => print(&[b"** The client closed without a word\n"]),
                Ok(n) => print(&[b"** From Client : ", text(&buf[..n]), b"\n"]),
            }
        }

        close(ns).unwrap_or_else(|e| perror("close", e));
    }
}
