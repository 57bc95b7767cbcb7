//! The clients that behave badly, each in a few calls of the port, and the restart during TIME_WAIT.

use std::os::fd::OwnedFd;
use std::path::Path;

use super::{Error, Running, Where};
use crate::calls::*;
use crate::trace::{Case, Exit, Outcome, Printed};

/// Lets a fault happen to a server and gives what the server printed. The client's side stays empty: the
/// client is ours.
pub(super) fn suffer(server: &Path, case: Case, at: Where) -> Result<Outcome, Error> {
    let server = match case {
        Case::Restart => restart(server, at)?,
        _ => {
            let mut running = Running::start(server, at)?;
            meet(at, case).map_err(failed)?;
            running.settled()?
        }
    };
    Ok(Outcome { server, client: Printed::new(b"", Exit::None) })
}

fn failed(errno: Errno) -> Error {
    Error::doing("being a bad client")(errno.into())
}

/// One client that does what the case says.
fn meet(at: Where, case: Case) -> Result<()> {
    let (sd, _greeting) = greeted(at)?;
    match case {
        Case::Reset => setsockopt(&sd, SOL_SOCKET, SO_LINGER, &linger { l_onoff: 1, l_linger: 0 })?,
        Case::NoNul => drop(send(&sd, b"hello", MSG_NOSIGNAL)?),
        _ => {}
    }
    close(sd)
}

/// A connection whose greeting has arrived: the server is in `recv` now, or on its way there.
fn greeted(at: Where) -> Result<(OwnedFd, usize)> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(at.port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    let sd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)?;
    setsockopt(&sd, SOL_SOCKET, SO_RCVTIMEO, &timeval { tv_sec: 5, tv_usec: 0 })?;
    connect(&sd, &sin)?;
    let n = recv(&sd, &mut [0; 256], 0)?;
    Ok((sd, n))
}

/// A server is served a client that lets it close first, is ended, and is started again at once.
fn restart(server: &Path, at: Where) -> Result<Printed, Error> {
    let mut running = Running::start(server, at)?;
    closed_first(at).map_err(failed)?;
    running.settled()?;
    running.interrupt()?;
    match Running::try_start(server, at)? {
        Ok(mut again) => again.settled(),
        Err(ended) => Ok(ended.printed),
    }
}

/// The side that closes first is the one that TIME_WAIT is on: the client waits for the server's FIN.
fn closed_first(at: Where) -> Result<()> {
    let (sd, _greeting) = greeted(at)?;
    send(&sd, b"I want a HTTP Service.\0", MSG_NOSIGNAL)?;
    recv(&sd, &mut [0; 256], 0)?;
    close(sd)
}
