//! What `/proc` says of sockets: who listens, who is idle, who holds a port.

use std::collections::HashSet;

use procfs::net::TcpState;
use procfs::process::{FDTarget, ProcState, Process, all_processes};

use super::error::Holder;
use crate::trace::Transport;

/// One row of `/proc/PID/net/tcp` or `udp`.
struct Socket {
    inode: u64,
    port: u16,
    /// Of a listening socket: the length of its accept queue. Else bytes not yet read.
    waiting: u32,
    serves: bool,
    time_wait: bool,
}

/// The sockets in the process's network namespace. None can be seen once it is gone.
fn sockets(process: &Process, transport: Transport) -> Vec<Socket> {
    match transport {
        Transport::Tcp => process
            .tcp()
            .unwrap_or_default()
            .into_iter()
            .map(|row| Socket {
                inode: row.inode,
                port: row.local_address.port(),
                waiting: row.rx_queue,
                serves: row.state == TcpState::Listen,
                time_wait: row.state == TcpState::TimeWait,
            })
            .collect(),
        Transport::Udp => process
            .udp()
            .unwrap_or_default()
            .into_iter()
            .map(|row| Socket {
                inode: row.inode,
                port: row.local_address.port(),
                waiting: row.rx_queue,
                serves: true,
                time_wait: false,
            })
            .collect(),
    }
}

/// The inodes of the sockets that the process has descriptors of.
fn descriptors(process: &Process) -> HashSet<u64> {
    let open = process.fd().into_iter().flatten().flatten();
    open.filter_map(|fd| match fd.target {
        FDTarget::Socket(inode) => Some(inode),
        _ => None,
    })
    .collect()
}

/// Whether the process has a socket that listens on the TCP port, or is bound to the UDP port.
pub(super) fn is_ready(pid: u32, transport: Transport, port: u16) -> bool {
    let Ok(process) = Process::new(pid as i32) else { return false };
    let owned = descriptors(&process);
    let mut rows = sockets(&process, transport).into_iter();
    rows.any(|row| row.serves && row.port == port && owned.contains(&row.inode))
}

/// Whether a server has done all that its clients gave it to do: it sleeps, nothing waits in the queue of its
/// socket, and that is its only socket of the network.
///
/// The descriptors are looked at twice. `accept` takes a connection from the queue a moment before the
/// process has its descriptor; a server seen asleep between the two looks has it by the second.
pub(super) fn is_idle(pid: u32, transport: Transport, port: u16) -> bool {
    let Ok(process) = Process::new(pid as i32) else { return false };
    // A socket that a server wakes itself with belongs to no client.
    let only_one = || {
        let own: HashSet<u64> =
            process.unix().unwrap_or_default().into_iter().map(|row| row.inode).collect();
        descriptors(&process).difference(&own).count() == 1
    };
    let sleeps = || {
        process.stat().and_then(|stat| stat.state()).is_ok_and(|state| state == ProcState::Sleeping)
    };
    let empty = || {
        let mut rows = sockets(&process, transport).into_iter();
        rows.any(|row| row.serves && row.port == port && row.waiting == 0)
    };
    only_one() && sleeps() && empty() && only_one() && sleeps()
}

/// Who holds a port, as far as can be seen.
pub(super) fn holder(transport: Transport, port: u16) -> Holder {
    let Ok(me) = Process::myself() else { return Holder::Unseen };
    let rows: Vec<_> = sockets(&me, transport).into_iter().filter(|row| row.port == port).collect();
    if !rows.is_empty() && rows.iter().all(|row| row.time_wait) {
        return Holder::TimeWait;
    }
    let inodes: HashSet<u64> = rows.iter().filter(|row| row.serves).map(|row| row.inode).collect();
    let mut processes = all_processes().into_iter().flatten().flatten();
    match processes.find(|process| !descriptors(process).is_disjoint(&inodes)) {
        Some(process) => {
            let file = process
                .exe()
                .ok()
                .and_then(|exe| Some(exe.file_name()?.to_string_lossy().into_owned()));
            let name = file.or_else(|| Some(process.stat().ok()?.comm)).unwrap_or_default();
            Holder::Process(name, process.pid())
        }
        None => Holder::Unseen,
    }
}
