//! `upper_udp_server [ADDRESS [PORT]]`: answers each datagram on port 12000 with its text in upper
//! case. Partner: `upper_udp_client`. Twin: `c-reference/upper_udp_server.c`.

use sockstep::calls::*;
use sockstep::program::{arguments, fail, print, standard_streams, upper};

fn main() {
    let mut buf = [0; 2048];

    standard_streams();
    let args = arguments("upper_udp_server [ADDRESS [PORT]]", c"127.0.0.1", 12000);

    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(&args.address);

    let sd = socket(AF_INET, SOCK_DGRAM, 0).unwrap_or_else(|e| fail("socket", e));
    bind(&sd, &sin).unwrap_or_else(|e| fail("bind", e));
    print(&[b"The server is ready to receive\n"]);

    loop {
        let (n, cli, _clientlen) = recvfrom::<sockaddr_in>(&sd, &mut buf, MSG_TRUNC)
            .unwrap_or_else(|e| fail("recvfrom", e));
        let client = format!("{}:{}", inet_ntoa(cli.sin_addr), ntohs(cli.sin_port));

        let length = n.min(buf.len());
        if n > buf.len() {
            let held = buf.len();
            let note =
                format!("** {client} sent {n} bytes, the buffer holds {held}: the rest is lost\n");
            print(&[note.as_bytes()]);
        }

        let answer = upper(&buf[..length]).unwrap_or_else(|good| {
            let note = format!("** {client} sent bytes that are not UTF-8, from byte {good} on\n");
            print(&[note.as_bytes()]);
            buf[..length].to_vec()
        });

        if let Err(e) = sendto(&sd, &answer, 0, &cli) {
            perror("sendto", e);
        }
    }
}
