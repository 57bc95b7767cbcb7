//! The rows of `shutdown`. Twin: `c-reference/errnos/shutdown.h`.

use super::arrange::*;
use super::looks::*;
use super::sockets::*;
use super::why::{LISTENER, NOT_ASKED};

const C: &str = "shutdown";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || Ok(came(raw::shutdown(&NO_FD, SHUT_RDWR)))),
    fails(C, "a closed descriptor", EBADF, || Ok(came(raw::shutdown(&closed()?, SHUT_RDWR)))),
    fails(C, "a file", ENOTSOCK, || Ok(came(shutdown(&file()?, SHUT_RDWR)))),
    fails(C, "how is 3", EINVAL, || {
        let p = connected()?;
        Ok(came(shutdown(&p.a, 3)))
    }),
    fails(C, "how is -1", EINVAL, || {
        let p = connected()?;
        Ok(came(shutdown(&p.a, -1)))
    }),
    fails(C, "how is 3, and the socket is not connected", EINVAL, || {
        let sd = tcp()?;
        Ok(came(shutdown(&sd, 3)))
    }),
    fails(C, "a stream that is not connected", ENOTCONN, || {
        let sd = tcp()?;
        Ok(came(shutdown(&sd, SHUT_RDWR)))
    }),
    fails(C, "a bound stream that is not connected", ENOTCONN, || {
        let sd = bound(tcp()?)?;
        Ok(came(shutdown(&sd, SHUT_RDWR)))
    }),
    works(C, "a listening socket, SHUT_RD", || {
        let sd = listener(5)?;
        let o = came(shutdown(&sd, SHUT_RD));
        Ok(o.then(said("then accept", raw::accept(&sd, Null, Length::Null))))
    })
    .after("then accept: EINVAL")
    .differs(&both("ENOTCONN", LISTENER)),
    works(C, "a listening socket, SHUT_WR", || {
        let sd = listener(5)?;
        let _client = client_of(&sd)?;
        let o = came(shutdown(&sd, SHUT_WR));
        Ok(o.then(queue(&sd)?))
    })
    .after("then accept: the connection is still there")
    .differs(&both("ENOTCONN", LISTENER)),
    works(C, "SHUT_WR twice", || {
        let p = connected()?;
        shutdown(&p.a, SHUT_WR)?;
        Ok(came(shutdown(&p.a, SHUT_WR)))
    }),
    fails(C, "both ends have sent FIN", ENOTCONN, || {
        let p = connected()?;
        shutdown(&p.a, SHUT_WR)?;
        wait_for(&p.b, POLLIN)?;
        shutdown(&p.b, SHUT_WR)?;
        wait_for(&p.a, POLLIN)?;
        Ok(came(shutdown(&p.a, SHUT_WR)))
    }),
    fails(C, "the peer has reset the connection", ENOTCONN, || {
        let sd = reset()?;
        Ok(came(shutdown(&sd, SHUT_RDWR)))
    }),
    fails(C, "UDP: not connected", ENOTCONN, || {
        let sd = bound(udp()?)?;
        patience(&sd, SO_RCVTIMEO, 900)?;
        let o = came(shutdown(&sd, SHUT_RDWR));
        Ok(o.then(said("then recv", recv(&sd, &mut [0; 9], 0))))
    })
    .after("then recv: 0"),
    works(C, "UDP: connected", || {
        let p = datagrams()?;
        Ok(came(shutdown(&p.a, SHUT_RDWR)))
    }),
    works(C, "AF_UNIX: a stream that is not connected", || {
        let sd = local(SOCK_STREAM)?;
        Ok(came(shutdown(&sd, SHUT_RDWR)))
    })
    .differs(&both("ENOTCONN", NOT_ASKED)),
];
