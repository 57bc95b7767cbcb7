//! The rows of `poll`. Twin: `c-reference/errnos/poll.h`.

use std::os::fd::AsRawFd;

use super::arrange::*;
use super::looks::*;
use super::sockets::*;

const C: &str = "poll";

pub(super) const ROWS: &[Row] = &[
    fails(C, "fds is a bad pointer", EFAULT, || Ok(came(raw::poll(Wild, 1, 0)))),
    works(C, "fds is a bad pointer, nfds 0", || Ok(came(raw::poll(Wild, 0, 0)))),
    fails(C, "fds is read-only memory", EFAULT, || Ok(came(raw::poll(ReadOnly, 1, 0)))),
    fails(C, "nfds above RLIMIT_NOFILE", EINVAL, || {
        let mut set = [pollfd { fd: 0, events: 0, revents: 0 }; 64];
        descriptors_left(0)?;
        Ok(came(poll(&mut set, 0)))
    }),
    fails(C, "a signal, nothing happens", EINTR, || {
        let sd = listener(5)?;
        let mut set = [pollfd { fd: sd.as_raw_fd(), events: POLLIN, revents: 0 }];
        interrupt(0)?;
        Ok(came(poll(&mut set, LIMIT)))
    }),
    fails(C, "a signal and SA_RESTART", EINTR, || {
        let sd = listener(5)?;
        let mut set = [pollfd { fd: sd.as_raw_fd(), events: POLLIN, revents: 0 }];
        interrupt(SA_RESTART)?;
        Ok(came(poll(&mut set, LIMIT)))
    }),
    works(C, "descriptor -1", || {
        let mut set = [pollfd { fd: NO_FD, events: POLLIN, revents: 0 }];
        let o = came(poll(&mut set, 0));
        Ok(o.then(events(set[0].revents)))
    })
    .after("and revents: 0"),
    works(C, "a closed descriptor", || {
        let mut set = [pollfd { fd: closed()?, events: POLLIN, revents: 0 }];
        let o = came(poll(&mut set, 0));
        Ok(o.then(events(set[0].revents)))
    })
    .after("and revents: POLLNVAL"),
    works(C, "a file", || {
        let sd = file()?;
        let mut set = [pollfd { fd: sd.as_raw_fd(), events: POLLIN, revents: 0 }];
        let o = came(poll(&mut set, 0));
        Ok(o.then(events(set[0].revents)))
    })
    .after("and revents: POLLIN"),
    works(C, "a stream that is not connected", || {
        let sd = tcp()?;
        let mut set = [pollfd { fd: sd.as_raw_fd(), events: POLLIN | POLLOUT, revents: 0 }];
        let o = came(poll(&mut set, 0));
        Ok(o.then(events(set[0].revents)))
    })
    .after("and revents: POLLOUT POLLHUP"),
    works(C, "the peer has reset the connection", || {
        let sd = reset()?;
        let mut set = [pollfd { fd: sd.as_raw_fd(), events: POLLIN | POLLOUT, revents: 0 }];
        let o = came(poll(&mut set, 0));
        Ok(o.then(events(set[0].revents)))
    })
    .after("and revents: POLLIN POLLOUT POLLERR POLLHUP"),
    works(C, "UDP: an earlier datagram met nobody", || {
        let sd = refused()?;
        let mut set = [pollfd { fd: sd.as_raw_fd(), events: POLLIN, revents: 0 }];
        let o = came(poll(&mut set, 0));
        Ok(o.then(events(set[0].revents)))
    })
    .after("and revents: POLLERR"),
    works(C, "a listener after shutdown(SHUT_RD)", || {
        let sd = listener(5)?;
        let mut set = [pollfd { fd: sd.as_raw_fd(), events: POLLIN, revents: 0 }];
        shutdown(&sd, SHUT_RD)?;
        let o = came(poll(&mut set, 0));
        Ok(o.then(events(set[0].revents)))
    })
    .after("and revents: POLLHUP"),
];
