//! The errnos that the descriptions list and that no row provokes, with the reason.

use super::pages::PAGES;
use super::row::Expect;
use super::rows;
use crate::calls::Errno::{self, *};

/// An errno that a description lists and no row provokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// The call.
    pub call: &'static str,
    /// The errno.
    pub errno: Errno,
    /// Whether the man page lists it.
    pub man: bool,
    /// Whether POSIX lists it.
    pub posix: bool,
    /// Why it cannot be provoked; empty where nobody has found out.
    pub why: &'static str,
}

/// All of them: what the descriptions list, less what a row expects.
pub fn left_out() -> Vec<LeftOut> {
    let mut found = Vec::new();
    for page in PAGES {
        let also = page.posix.iter().filter(|errno| !page.man.contains(errno));
        for &errno in page.man.iter().chain(also) {
            let provoked =
                |row: &super::Row| row.call == page.call && row.expect == Expect::Fails(errno);
            if !rows().any(provoked) {
                let (man, posix) = (page.man.contains(&errno), page.posix.contains(&errno));
                found.push(LeftOut {
                    call: page.call,
                    errno,
                    man,
                    posix,
                    why: why(page.call, errno),
                });
            }
        }
    }
    found
}

const MEMORY: &str = "the kernel would have to run out of memory";
const DEVICE: &str = "a device or a file system would have to fail";
const FILES: &str = "the whole system, everybody's programs, would have to run out of open files";
const QUEUE: &str = "a device's queue would have to be full, and IP_RECVERR set: lo has no queue";
const FILTER: &str = "a socket's filter longer than net.core.optmem_max would do: how long is the \
     kernel's own affair";
const MODULE: &str = "only a security module or a firewall of the system's says so";
const ADDRESS: &str = "it needs an address: see sendto";
const ROUTES: &str = "when an interface goes down its routes go with it: Linux says ENETUNREACH";
const NAMES: &str = "every socket of these families has names";
const SIGNAL: &str = "a signal ends the waiting of SO_LINGER, and Linux's close succeeds";
const KINDS: &str = "Linux says EPROTONOSUPPORT or ESOCKTNOSUPPORT";

/// Why an errno cannot be provoked.
fn why(call: &str, errno: Errno) -> &'static str {
    match (call, errno) {
        ("socket" | "socketpair", EPROTOTYPE) => KINDS,
        ("bind", EALREADY | EINPROGRESS) => "Linux's bind is done when it returns",
        ("bind", EDESTADDRREQ | EISDIR) => "Linux says EFAULT to a null pointer",
        ("bind", EISCONN) => "Linux says EINVAL to a connected socket",
        ("bind", EOPNOTSUPP) => "every socket of these families can be bound",
        ("listen", EDESTADDRREQ) => "Linux picks a port, and for AF_UNIX says EINVAL",
        ("accept", ECONNABORTED) => "Linux hands out the dead connection",
        ("accept", EPROTO) => "neither TCP nor AF_UNIX has an error to which it belongs",
        ("connect", EADDRINUSE) => "Linux says EADDRNOTAVAIL of a 4-tuple that is taken",
        ("connect", ECONNRESET) => "RST in answer to SYN is ECONNREFUSED",
        ("connect", EOPNOTSUPP) => "Linux says EISCONN to a listening socket",
        ("send", EISCONN) => ADDRESS,
        ("send" | "sendto", ENOBUFS) => QUEUE,
        ("setsockopt", ENOMEM) => FILTER,
        ("send", ENETUNREACH) => "the route would have to go after connect: that takes root",
        ("close", EINTR | EINPROGRESS) => SIGNAL,
        ("close", EIO | ENOSPC | EDQUOT) => "that is of files, not of sockets",
        ("getsockname" | "getpeername", EOPNOTSUPP) => NAMES,
        ("setsockopt", EISCONN) => "no option that was tried says so: EINVAL, or it is set",
        ("getsockopt", EACCES) => "no option that was tried needs a privilege to be read",
        ("poll", EAGAIN) => "Linux says ENOMEM",
        ("listen" | "accept" | "socketpair", EACCES | EPERM) => MODULE,
        (_, ENETDOWN) => ROUTES,
        (_, ENFILE) => FILES,
        (_, ENOBUFS | ENOMEM) => MEMORY,
        (_, EIO) => DEVICE,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_errno_that_is_left_out_has_a_reason() {
        let without: Vec<_> = left_out().into_iter().filter(|left| left.why.is_empty()).collect();
        assert_eq!(without, []);
    }
}
