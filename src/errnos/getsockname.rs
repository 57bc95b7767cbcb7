//! The rows of `getsockname`. Twin: `c-reference/errnos/getsockname.h`.

use super::arrange::*;
use super::sockets::*;

const C: &str = "getsockname";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || {
        let mut length = 16;
        Ok(came(raw::getsockname(&NO_FD, Good, At(&mut length))))
    }),
    fails(C, "a closed descriptor", EBADF, || {
        let mut length = 16;
        Ok(came(raw::getsockname(&closed()?, Good, At(&mut length))))
    }),
    fails(C, "a file", ENOTSOCK, || Ok(came(getsockname::<sockaddr_in>(&file()?)))),
    fails(C, "the address at a bad pointer", EFAULT, || {
        let mut length = 16;
        Ok(came(raw::getsockname(&tcp()?, Wild, At(&mut length))))
    }),
    fails(C, "the address is read-only memory", EFAULT, || {
        let mut length = 16;
        Ok(came(raw::getsockname(&tcp()?, ReadOnly, At(&mut length))))
    }),
    fails(C, "addrlen is a bad pointer", EFAULT, || {
        Ok(came(raw::getsockname(&tcp()?, Good, Length::Wild)))
    }),
    fails(C, "addrlen is a null pointer", EFAULT, || {
        Ok(came(raw::getsockname(&tcp()?, Good, Length::Null)))
    }),
    fails(C, "addrlen -1", EINVAL, || {
        let mut length = socklen_t::MAX;
        Ok(came(raw::getsockname(&tcp()?, Good, At(&mut length))))
    }),
    works(C, "addrlen 0, a bad pointer for the address", || {
        let mut length = 0;
        let o = came(raw::getsockname(&tcp()?, Wild, At(&mut length)));
        Ok(o.then(said("and addrlen", Ok(length))))
    })
    .after("and addrlen: 16"),
    works(C, "a socket without a name", || {
        let sd = tcp()?;
        let name = getsockname::<sockaddr_in>(&sd);
        let port = name.map(|(sin, _)| u32::from(ntohs(sin.sin_port)));
        Ok(came(name).then(said("and the port", port)))
    })
    .after("and the port: 0"),
    works(C, "after shutdown(SHUT_RDWR)", || {
        let p = connected()?;
        shutdown(&p.a, SHUT_RDWR)?;
        Ok(came(getsockname::<sockaddr_in>(&p.a)))
    }),
];
