//! The limit on a process's descriptors. Twin: `c-reference/descriptors.h`.

use super::{fail, print};
use crate::calls::*;

/// The descriptors beside those of the clients: 0, 1, 2, the listening socket, and what a server waits with.
const OTHERS: u64 = 16;

/// Sees to it that the process may have descriptors for so many clients; says so if it may not, and for how many it may.
pub fn descriptors(clients: u32) -> u32 {
    let want = u64::from(clients) + OTHERS;
    let mut rlim = getrlimit(RLIMIT_NOFILE).unwrap_or_else(|e| fail("getrlimit", e));

    if rlim.rlim_cur < want {
        let hard = rlim.rlim_max;
        (rlim.rlim_cur, rlim.rlim_max) = (want, want.max(hard));
        if setrlimit(RLIMIT_NOFILE, &rlim).is_err() {
            // The hard limit is the superuser's to raise.
            (rlim.rlim_cur, rlim.rlim_max) = (hard, hard);
            setrlimit(RLIMIT_NOFILE, &rlim).unwrap_or_else(|e| fail("setrlimit", e));
        }
    }
    if rlim.rlim_cur < want {
        let most = rlim.rlim_cur.saturating_sub(OTHERS).max(1);
        let said =
            format!("** RLIMIT_NOFILE is {}: at most {most} clients at once\n", rlim.rlim_cur);
        print(&[said.as_bytes()]);
        return most as u32;
    }
    clients
}
