//! The rows of `close`. Twin: `c-reference/errnos/close.h`.

use std::os::fd::AsRawFd;

use super::arrange::*;
use super::sockets::*;
use super::why::{NOBODY_IS_TOLD, WAITS_ANYWAY};

const C: &str = "close";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || Ok(came(raw::close(NO_FD)))),
    fails(C, "a closed descriptor", EBADF, || Ok(came(raw::close(closed()?)))),
    works(C, "a socket whose connection was reset", || {
        let sd = reset()?;
        Ok(came(close(sd)))
    }),
    works(C, "a socket whose connection was given up", || {
        let p = given_up()?;
        Ok(came(close(p.a)))
    }),
    works(C, "SO_LINGER of 60 s, bytes unsent, a signal", || {
        let p = connected()?;
        linger(&p.a, 60)?;
        fill(&p.a)?;
        interrupt(0)?;
        let number = p.a.as_raw_fd();
        let o = came(close(p.a));
        quiet()?;
        Ok(o.then(said("then close", raw::close(number))))
    })
    .after("then close: EBADF")
    .differs(&[man("EINTR", NOBODY_IS_TOLD)]),
    works(C, "the same, non-blocking", || {
        let p = connected()?;
        linger(&p.a, 60)?;
        fill(&p.a)?;
        non_blocking(&p.a)?;
        interrupt(0)?;
        let number = p.a.as_raw_fd();
        let o = came(close(p.a));
        quiet()?;
        Ok(o.then(said("then close", raw::close(number))))
    })
    .after("then close: EBADF")
    .differs(&[man("EINTR", WAITS_ANYWAY)]),
];
