//! The kernel's sockets, before and after each call.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::Watcher;
use crate::observe::call::{About, Call};
use crate::observe::sockets::{Diag, Fd, Memory, Peek, Row, Table, Want, descriptors};
use crate::trace::{Descriptor, SocketState, Text, What, Who};

/// What is known of the kernel's sockets.
pub struct Kernel {
    diag: Option<Diag>,
    table: Table,
    peeks: HashMap<i32, Peek>,
    /// What each descriptor led to at the last look through it.
    seen: BTreeMap<Descriptor, SocketState>,
    /// Whether the network is the programs' own: then all sockets in it are theirs.
    own: bool,
}

impl Kernel {
    /// Opens the conversation with the kernel.
    pub fn open(own: bool, missing: &mut Vec<Text>) -> Self {
        let diag = Diag::open().map_err(|errno| {
            missing.push(Text::Owned(format!(
                "NETLINK_SOCK_DIAG: {errno:?}: sockets that no descriptor leads to (not yet accepted, TIME_WAIT) are not shown"
            )));
        });
        let diag = diag.ok();
        Kernel { diag, table: Table::new(), peeks: HashMap::new(), seen: BTreeMap::new(), own }
    }

    /// Looks through a descriptor.
    fn peek(&mut self, descriptor: Descriptor) -> Option<&SocketState> {
        let peek = match self.peeks.entry(descriptor.pid) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(new) => new.insert(Peek::open(descriptor.pid).ok()?),
        };
        let state = match self.seen.get(&descriptor) {
            Some(known) => peek.again(descriptor, known),
            None => peek.socket(descriptor),
        };
        match state {
            Ok(Some(state)) => self.seen.insert(descriptor, state),
            _ => self.seen.remove(&descriptor),
        };
        self.seen.get(&descriptor)
    }

    /// A descriptor was closed: the socket is gone, or both ends of its connection go on without it.
    fn close(&mut self, descriptor: Descriptor) -> Vec<What> {
        let closed = self.seen.remove(&descriptor);
        let mut events = self.table.closed(descriptor);
        let left = closed.and_then(|closed| self.table.get(closed.cookie));
        let ends = self.diag.as_mut().and_then(|diag| diag.ends(left).ok()).unwrap_or_default();
        events.extend(self.table.refresh(ends.into_iter().map(|row| row.state).collect()));
        events
    }

    /// A process is over, and with it all its descriptors.
    pub fn forget(&mut self, pid: i32) {
        self.peeks.remove(&pid);
        self.seen.retain(|descriptor, _| descriptor.pid != pid);
    }

    /// Everything, as it is now.
    fn whole(&mut self) -> Vec<What> {
        let all: Vec<Descriptor> = self.seen.keys().copied().collect();
        for descriptor in all {
            self.peek(descriptor);
        }
        let mut now: Vec<SocketState> = self.seen.values().cloned().collect();
        let want = Want::ALL;
        let rows = self.diag.as_mut().and_then(|diag| diag.sockets(want).ok()).unwrap_or_default();
        let rows = rows.into_iter().map(|row| row.state);
        let rows: Vec<_> = rows.filter(|row| self.own || self.is_ours(row)).collect();
        now.extend(rows);
        self.table.update(now)
    }

    /// The socket that a descriptor led to at the last look through it.
    pub fn seen(&self, descriptor: Descriptor) -> Option<&SocketState> {
        self.seen.get(&descriptor)
    }

    /// All sockets that can be seen, whoever's they are: those that have a port, and ours that have none.
    pub fn all(&mut self) -> Vec<Row> {
        let rows = self.diag.as_mut().and_then(|diag| diag.sockets(Want::ALL).ok());
        let mut all = rows.unwrap_or_default();
        for known in self.table.sockets() {
            let row = all.iter_mut().find(|row| row.state.cookie == known.cookie);
            match row {
                Some(Row { state, .. }) => {
                    state.options.clone_from(&known.options);
                    state.holders.clone_from(&known.holders);
                }
                None if known.holders.is_empty() => (),
                None => all.push(Row { state: known.clone(), inode: 0 }),
            }
        }
        all
    }

    /// Whether the sockets of other programs can be seen, too.
    pub fn sees_others(&self) -> bool {
        self.diag.is_some()
    }

    /// What the buffers of the socket hold, and may hold.
    pub fn memory(&self, descriptor: Descriptor) -> Option<Memory> {
        self.peeks.get(&descriptor.pid)?.memory(descriptor).ok()
    }

    /// In a network that others use, too: a socket that we know, or one between addresses that ours have.
    fn is_ours(&self, row: &SocketState) -> bool {
        let mine = |address: &Option<String>| {
            address.is_some() && self.table.sockets().any(|known| known.local == *address)
        };
        self.table.get(row.cookie).is_some()
            || (row.peer.is_some() && (mine(&row.local) || mine(&row.peer)))
    }

    /// These descriptors' sockets, and the ends of their connections. A call changes no other one: what timers do to
    /// those is seen when it is their turn, or everything's.
    fn some(&mut self, descriptors: &[Descriptor]) -> Vec<What> {
        let mut now: Vec<SocketState> =
            descriptors.iter().filter_map(|descriptor| self.peek(*descriptor).cloned()).collect();
        if let Some(diag) = &mut self.diag {
            let (flows, others): (Vec<_>, Vec<_>) =
                now.iter().partition(|seen| seen.state.as_deref() == Some("ESTABLISHED"));
            let before = others.iter().filter_map(|seen| self.table.get(seen.cookie));
            let mut rows = diag.far_ends(flows).unwrap_or_default();
            rows.extend(diag.ends(before.chain(others.iter().copied())).unwrap_or_default());
            now.extend(rows.into_iter().map(|row| row.state));
        }
        self.table.refresh(now)
    }
}

impl Watcher {
    /// All sockets, as they are now.
    pub(super) fn see_sockets(&mut self) {
        let Some(kernel) = &mut self.eyes.kernel else { return };
        for what in kernel.whole() {
            self.happened(what);
        }
    }

    /// Before a call: the cookie of the socket that it is made on.
    pub(super) fn look_at_socket(&mut self, who: Who, call: Call, args: &[u64; 6]) -> Option<u64> {
        if self.hold {
            self.see_sockets();
        }
        let on_one =
            matches!(call.about(), About::Socket | About::MaybeSocket | About::MaybeEither);
        let kernel = self.eyes.kernel.as_mut().filter(|_| on_one)?;
        let descriptor = descriptor(who, args[0]);
        let known = kernel.seen.get(&descriptor).map(|state| state.cookie);
        known.or_else(|| kernel.peek(descriptor).map(|state| state.cookie))
    }

    /// After a call: what has changed; the cookie of the socket that the call has made.
    pub(super) fn look_after(
        &mut self,
        who: Who,
        call: Call,
        args: &[u64; 6],
        value: i64,
    ) -> Option<u64> {
        let kernel = self.eyes.kernel.as_mut()?;
        let (first, result) = (descriptor(who, args[0]), descriptor(who, value as u64));
        let mut events = Vec::new();
        let mut looked = vec![first];
        const DUP: [i32; 2] = [libc::F_DUPFD, libc::F_DUPFD_CLOEXEC];
        let duplicates = call != Call::Fcntl || DUP.contains(&(args[1] as i32));
        let makes = value >= 0
            && duplicates
            && matches!(
                call,
                Call::Socket | Call::Accept | Call::Accept4 | Call::Dup | Call::Fcntl
            );
        match call {
            Call::Close => {
                events = kernel.close(first);
                looked.clear();
            }
            Call::Socket => looked = vec![result],
            Call::Dup3 => looked.push(descriptor(who, args[1])),
            #[cfg(target_arch = "x86_64")]
            Call::Dup2 => looked.push(descriptor(who, args[1])),
            Call::Fcntl => {
                kernel.seen.remove(&first);
                looked.extend(makes.then_some(result));
            }
            _ if makes => looked.push(result),
            _ if call.about() == About::Several => looked.clear(),
            // These change options: what is known of them does not hold any more.
            Call::Setsockopt | Call::Ioctl => drop(kernel.seen.remove(&first)),
            _ => (),
        }
        if call == Call::Socketpair && value >= 0 {
            self.rescan_sockets(who);
        } else {
            events.extend(kernel.some(&looked));
            events.into_iter().for_each(|what| self.happened(what));
        }
        if self.hold {
            self.see_sockets();
        }
        let made = self.eyes.kernel.as_ref()?.seen.get(&result).filter(|_| makes)?;
        Some(made.cookie)
    }

    /// A forked child has its parent's descriptors.
    pub(super) fn inherit_sockets(&mut self, parent: Who, child: Who) {
        let Some(kernel) = &mut self.eyes.kernel else { return };
        let inherited: Vec<_> =
            kernel.seen.keys().filter(|seen| seen.pid == parent.pid).copied().collect();
        let inherited = inherited.into_iter().map(|fd| Descriptor { pid: child.pid, ..fd });
        // What the parent closes from now on is not gone.
        for what in kernel.some(&inherited.collect::<Vec<_>>()) {
            self.happened(what);
        }
    }

    /// Any descriptor of the process may have changed.
    pub(super) fn rescan_sockets(&mut self, who: Who) {
        let Some(kernel) = &mut self.eyes.kernel else { return };
        kernel.forget(who.pid);
        for (fd, target) in descriptors(who.pid) {
            if matches!(target, Fd::Socket(_)) {
                kernel.peek(descriptor(who, fd as u64));
            }
        }
        self.see_sockets();
    }

    /// Whether a receive or send on the descriptor gives up after a time: SO_RCVTIMEO, SO_SNDTIMEO.
    pub(super) fn has_timeout(&self, who: Who, call: Call, fd: i32) -> bool {
        let descriptor = descriptor(who, fd as u64);
        let sends = matches!(
            call,
            Call::Sendto
                | Call::Sendmsg
                | Call::Sendmmsg
                | Call::Write
                | Call::Writev
                | Call::Sendfile
        );
        let limit = if sends { "SO_SNDTIMEO" } else { "SO_RCVTIMEO" };
        let limited = |state: &SocketState| state.options.iter().any(|option| option.name == limit);
        match self.eyes.kernel.as_ref().and_then(|kernel| kernel.seen.get(&descriptor)) {
            Some(state) => limited(state),
            None => Peek::open(who.pid)
                .and_then(|peek| peek.socket(descriptor))
                .is_ok_and(|state| state.as_ref().is_some_and(limited)),
        }
    }
}

fn descriptor(who: Who, fd: u64) -> Descriptor {
    Descriptor { program: who.program, pid: who.pid, fd: fd as i32 }
}
