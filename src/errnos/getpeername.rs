//! The rows of `getpeername`. Twin: `c-reference/errnos/getpeername.h`.

use super::arrange::*;
use super::sockets::*;
use super::why::STILL_A_PEER;

const C: &str = "getpeername";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || {
        let mut length = 16;
        Ok(came(raw::getpeername(&NO_FD, Good, At(&mut length))))
    }),
    fails(C, "a closed descriptor", EBADF, || {
        let mut length = 16;
        Ok(came(raw::getpeername(&closed()?, Good, At(&mut length))))
    }),
    fails(C, "a file", ENOTSOCK, || Ok(came(getpeername::<sockaddr_in>(&file()?)))),
    fails(C, "the address at a bad pointer", EFAULT, || {
        let p = connected()?;
        let mut length = 16;
        Ok(came(raw::getpeername(&p.a, Wild, At(&mut length))))
    }),
    fails(C, "the address is read-only memory", EFAULT, || {
        let p = connected()?;
        let mut length = 16;
        Ok(came(raw::getpeername(&p.a, ReadOnly, At(&mut length))))
    }),
    fails(C, "addrlen is a bad pointer", EFAULT, || {
        let p = connected()?;
        Ok(came(raw::getpeername(&p.a, Good, Length::Wild)))
    }),
    fails(C, "addrlen -1", EINVAL, || {
        let p = connected()?;
        let mut length = socklen_t::MAX;
        Ok(came(raw::getpeername(&p.a, Good, At(&mut length))))
    }),
    fails(C, "not connected, addrlen -1", ENOTCONN, || {
        let mut length = socklen_t::MAX;
        Ok(came(raw::getpeername(&tcp()?, Good, At(&mut length))))
    }),
    fails(C, "not connected", ENOTCONN, || {
        let sd = tcp()?;
        Ok(came(getpeername::<sockaddr_in>(&sd)))
    }),
    fails(C, "a listening socket", ENOTCONN, || {
        let sd = listener(5)?;
        Ok(came(getpeername::<sockaddr_in>(&sd)))
    }),
    fails(C, "a connection that is under way", ENOTCONN, || {
        let full = full_queue()?;
        let sin = name_of(&full.a)?;
        let sd = tcp()?;
        non_blocking(&sd)?;
        let _ = connect(&sd, &sin);
        Ok(came(getpeername::<sockaddr_in>(&sd)))
    }),
    fails(C, "the peer has reset the connection", ENOTCONN, || {
        let sd = reset()?;
        Ok(came(getpeername::<sockaddr_in>(&sd)))
    }),
    works(C, "after shutdown(SHUT_RDWR)", || {
        let p = connected()?;
        shutdown(&p.a, SHUT_RDWR)?;
        Ok(came(getpeername::<sockaddr_in>(&p.a)))
    })
    .differs(&[posix("EINVAL", STILL_A_PEER)]),
    fails(C, "both ends have sent FIN", ENOTCONN, || {
        let p = connected()?;
        shutdown(&p.a, SHUT_WR)?;
        wait_for(&p.b, POLLIN)?;
        shutdown(&p.b, SHUT_WR)?;
        wait_for(&p.a, POLLIN)?;
        Ok(came(getpeername::<sockaddr_in>(&p.a)))
    }),
    fails(C, "UDP: not connected", ENOTCONN, || {
        let sd = bound(udp()?)?;
        Ok(came(getpeername::<sockaddr_in>(&sd)))
    }),
];
