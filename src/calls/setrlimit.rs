//! `setrlimit(resource, rlim)`—Sets how much of something the process may have.

use libc::rlimit;

use super::{Errno, Resource, Result};

/// `setrlimit(resource, rlim)`—Sets how much of something the process may have.
pub fn setrlimit(resource: Resource, rlim: &rlimit) -> Result<()> {
    // SAFETY: the kernel reads one structure, which is borrowed.
    Errno::result(unsafe { libc::setrlimit(resource.0 as _, rlim) }).map(drop)
}
