//! The rows of `accept`. Twin: `c-reference/errnos/accept.h`.

use super::arrange::*;
use super::looks::*;
use super::sockets::*;
use super::why::DEAD_CONNECTION;

const C: &str = "accept";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || Ok(came(raw::accept(&NO_FD, Null, Length::Null)))),
    fails(C, "a closed descriptor", EBADF, || {
        Ok(came(raw::accept(&closed()?, Null, Length::Null)))
    }),
    fails(C, "a file", ENOTSOCK, || Ok(came(raw::accept(&file()?, Null, Length::Null)))),
    fails(C, "UDP", EOPNOTSUPP, || {
        let sd = bound(udp()?)?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "AF_UNIX: a datagram socket", EOPNOTSUPP, || {
        let sd = at_path(SOCK_DGRAM, "socket")?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "non-blocking, nobody waits", EAGAIN, || {
        let sd = listener(5)?;
        non_blocking(&sd)?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "SO_RCVTIMEO ran out", EAGAIN, || {
        let sd = listener(5)?;
        patience(&sd, SO_RCVTIMEO, 20)?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "a bound socket that does not listen", EINVAL, || {
        let sd = bound(tcp()?)?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "a connected socket", EINVAL, || {
        let p = connected()?;
        Ok(came(raw::accept(&p.b, Null, Length::Null)))
    }),
    fails(C, "a listener after shutdown(SHUT_RD)", EINVAL, || {
        let sd = listener(5)?;
        shutdown(&sd, SHUT_RD)?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "AF_UNIX: a bound socket that does not listen", EINVAL, || {
        let sd = at_path(SOCK_STREAM, "socket")?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "a signal, and nobody waits", EINTR, || {
        let sd = listener(5)?;
        interrupt(0)?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "a signal, SO_RCVTIMEO and SA_RESTART", EINTR, || {
        let sd = listener(5)?;
        patience(&sd, SO_RCVTIMEO, 900)?;
        interrupt(SA_RESTART)?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "RLIMIT_NOFILE is reached, a client waits", EMFILE, || {
        let sd = listener(5)?;
        let _client = client_of(&sd)?;
        descriptors_left(0)?;
        let o = came(raw::accept(&sd, Null, Length::Null));
        Ok(o.then(queue(&sd)?))
    })
    .after("then accept: the connection is still there"),
    fails(C, "RLIMIT_NOFILE is reached, nobody waits", EMFILE, || {
        let sd = listener(5)?;
        non_blocking(&sd)?;
        descriptors_left(0)?;
        Ok(came(raw::accept(&sd, Null, Length::Null)))
    }),
    fails(C, "addr is a bad pointer, a client waits", EFAULT, || {
        let sd = listener(5)?;
        let _client = client_of(&sd)?;
        let mut length = 16;
        let o = came(raw::accept(&sd, Wild, At(&mut length)));
        Ok(o.then(queue(&sd)?))
    })
    .after("then accept: the connection is gone"),
    fails(C, "the same: what the client sees", EFAULT, || {
        let sd = listener(5)?;
        let client = client_of(&sd)?;
        let mut length = 16;
        let o = came(raw::accept(&sd, Wild, At(&mut length)));
        wait_for(&client, POLLIN)?;
        Ok(o.then(said("then the client's recv", recv(&client, &mut [0; 9], 0))))
    })
    .after("then the client's recv: 0"),
    fails(C, "addr is read-only memory, a client waits", EFAULT, || {
        let sd = listener(5)?;
        let _client = client_of(&sd)?;
        let mut length = 16;
        let o = came(raw::accept(&sd, ReadOnly, At(&mut length)));
        Ok(o.then(queue(&sd)?))
    })
    .after("then accept: the connection is gone"),
    fails(C, "addrlen is a bad pointer, a client waits", EFAULT, || {
        let sd = listener(5)?;
        let _client = client_of(&sd)?;
        let o = came(raw::accept(&sd, Good, Length::Wild));
        Ok(o.then(queue(&sd)?))
    })
    .after("then accept: the connection is gone"),
    fails(C, "addrlen is a null pointer, addr is not", EFAULT, || {
        let sd = listener(5)?;
        let _client = client_of(&sd)?;
        let o = came(raw::accept(&sd, Good, Length::Null));
        Ok(o.then(queue(&sd)?))
    })
    .after("then accept: the connection is gone"),
    fails(C, "addr is a bad pointer, nobody waits", EAGAIN, || {
        let sd = listener(5)?;
        let mut length = 16;
        non_blocking(&sd)?;
        Ok(came(raw::accept(&sd, Wild, At(&mut length))))
    }),
    fails(C, "addrlen -1, a client waits", EINVAL, || {
        let sd = listener(5)?;
        let _client = client_of(&sd)?;
        let mut length = socklen_t::MAX;
        let o = came(raw::accept(&sd, Good, At(&mut length)));
        Ok(o.then(queue(&sd)?))
    })
    .after("then accept: the connection is gone"),
    works(C, "addrlen 4: the address is cut", || {
        let sd = listener(5)?;
        let _client = client_of(&sd)?;
        let mut length = 4;
        let o = came(raw::accept(&sd, Good, At(&mut length)));
        Ok(o.then(said("and addrlen", Ok(length))))
    })
    .after("and addrlen: 16"),
    fails(C, "accept4: an unknown flag", EINVAL, || {
        let sd = listener(5)?;
        Ok(came(raw::accept4(&sd, Null, Length::Null, 1)))
    }),
    works(C, "the client reset its connection in the queue", || {
        let sd = listener(5)?;
        let client = client_of(&sd)?;
        linger(&client, 0)?;
        close(client)?;
        let ns = raw::accept(&sd, Null, Length::Null)?;
        let o = came(Ok(()));
        Ok(o.then(said("then recv", raw::recv(&ns, Good, 9, 0))))
    })
    .after("then recv: ECONNRESET")
    .differs(&both("ECONNABORTED", DEAD_CONNECTION)),
];
