//! `getrlimit(resource, rlim)`—How much of something the process may have.

use libc::{c_int, rlimit};

use super::{Errno, Result};

/// What is limited: [`RLIMIT_NOFILE`](super::RLIMIT_NOFILE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource(pub(super) c_int);

/// `getrlimit(resource, rlim)`—How much of something the process may have.
pub fn getrlimit(resource: Resource) -> Result<rlimit> {
    let mut rlim = rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the kernel writes one structure, to `rlim`, which is ours.
    Errno::result(unsafe { libc::getrlimit(resource.0 as _, &mut rlim) })?;
    Ok(rlim)
}
