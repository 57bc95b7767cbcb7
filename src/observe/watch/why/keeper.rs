//! Which processes have a socket: where a known descriptor leads, and else /proc/PID/fd.

use std::fs;
use std::time::{Duration, Instant};

use super::Failure;
use crate::observe::sockets::{self, Fd, Row};
use crate::trace::{Involved, Keeper, SocketState, Value};

/// How long the machine's processes are looked through.
const PATIENCE: Duration = Duration::from_millis(50);
/// How many descriptors of one socket are named.
const MOST: usize = 4;

impl Failure<'_> {
    /// The socket as a fact tells of it, with the descriptors that lead to it.
    pub(super) fn involved(&self, row: &Row) -> Involved {
        let mut seen = involved(&row.state);
        let keepers = row.state.holders.iter().map(|holder| Keeper {
            program: Some(holder.program),
            pid: holder.pid,
            fd: holder.fd,
            name: None,
        });
        // What is known of a holder may be old: it has closed the descriptor in a call not shown.
        seen.held_by = keepers.filter(|one| leads_to(one, row.inode.into())).collect();
        if seen.held_by.is_empty() && row.inode != 0 {
            seen.held_by = self.search(row.inode.into());
            seen.hidden = seen.held_by.is_empty();
        }
        seen.held_by.truncate(MOST);
        seen
    }

    /// Looks through the processes of the run and, where others share the network, of the machine.
    fn search(&self, inode: u64) -> Vec<Keeper> {
        let deadline = Instant::now() + PATIENCE;
        let entries = (!self.sandbox).then(|| fs::read_dir("/proc").ok()).flatten();
        let entries = entries.into_iter().flatten().flatten();
        let others = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let others = others.filter(|pid| !self.programs.contains_key(pid));
        let mut found = Vec::new();
        for pid in self.programs.keys().copied().chain(others) {
            if found.len() >= MOST || Instant::now() > deadline {
                break;
            }
            let program = self.programs.get(&pid).copied();
            let fds = sockets::descriptors(pid).into_iter();
            found.extend(fds.filter(|(_, to)| *to == Fd::Socket(inode)).map(|(fd, _)| Keeper {
                program,
                pid,
                fd,
                name: if program.is_none() { name(pid) } else { None },
            }));
        }
        found
    }
}

/// Whether it is still this socket; an inode of 0 is not known.
fn leads_to(keeper: &Keeper, inode: u64) -> bool {
    match sockets::kind(keeper.pid, keeper.fd) {
        Fd::Socket(found) => inode == 0 || found == inode,
        _ => false,
    }
}

/// What the kernel calls a process: its program's name, cut to 15 letters.
fn name(pid: i32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// The socket alone. Options can be seen through a descriptor only.
pub(super) fn involved(state: &SocketState) -> Involved {
    let set = state.options.iter().any(|option| {
        option.name == "SO_REUSEADDR" && matches!(option.value, Value::Int(value) if value != 0)
    });
    Involved {
        family: state.family.clone(),
        kind: state.kind.clone(),
        local: state.local.clone(),
        peer: state.peer.clone(),
        state: state.state.clone(),
        reuse: (!state.holders.is_empty()).then_some(set),
        held_by: Vec::new(),
        hidden: false,
    }
}
