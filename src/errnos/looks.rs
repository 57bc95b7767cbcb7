//! The second looks: what the call left behind besides its errno. Twin: `c-reference/errnos/looks.h`.

use super::arrange::*;
use std::os::fd::OwnedFd;

/// Whether a connection waits in the listener's queue.
pub(super) fn queue(sd: &OwnedFd) -> Result<String> {
    descriptors_left(1)?;
    non_blocking(sd)?;
    Ok(match raw::accept(sd, Null, Length::Null) {
        Ok(_) => "then accept: the connection is still there".into(),
        Err(EAGAIN) => "then accept: the connection is gone".into(),
        other => said("then accept", other),
    })
}

/// Whether what was to be received is still there.
pub(super) fn inbox(sd: &OwnedFd) -> String {
    match recv(sd, &mut [0; 9], MSG_DONTWAIT) {
        Ok(1..) => "then recv: it is still there".into(),
        Err(EAGAIN) => "then recv: it is gone".into(),
        other => said("then recv", other),
    }
}

pub(super) fn sigpipe() -> &'static str {
    if signals() > 0 { "and SIGPIPE came" } else { "and no SIGPIPE came" }
}

/// What the kernel has made of the type that was asked for.
pub(super) fn type_of(sd: &OwnedFd) -> Result<&'static str> {
    use crate::calls::{SO_TYPE, SOL_SOCKET, getsockopt};
    let (ty, _) = getsockopt(sd, SOL_SOCKET, SO_TYPE)?;
    Ok(if ty == SOCK_DGRAM { "and SO_TYPE is SOCK_DGRAM" } else { "and SO_TYPE is another" })
}

pub(super) fn name_length(sd: &OwnedFd) -> Result<String> {
    let (_, length) = getsockname::<sockaddr_un>(sd)?;
    Ok(said("and the name's length", Ok(length)))
}

/// Whether as many descriptors as before may still be opened.
pub(super) fn still_free(count: usize) -> &'static str {
    let opened: Vec<_> = (0..count).map_while(|_| tcp().ok()).collect();
    if opened.len() == count { "and no descriptor is lost" } else { "and descriptors are lost" }
}

/// What poll says of a descriptor.
pub(super) fn events(revents: c_short) -> String {
    use libc::{POLLHUP, POLLNVAL};
    let names = [
        (POLLIN, " POLLIN"),
        (POLLOUT, " POLLOUT"),
        (POLLERR, " POLLERR"),
        (POLLHUP, " POLLHUP"),
        (POLLNVAL, " POLLNVAL"),
    ];
    let set = names.iter().filter(|(bit, _)| revents & bit != 0);
    match revents {
        0 => "and revents: 0".into(),
        _ => format!("and revents:{}", set.map(|(_, name)| *name).collect::<String>()),
    }
}
