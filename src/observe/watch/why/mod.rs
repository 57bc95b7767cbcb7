//! A call has failed: what the kernel knows that explains it.
//!
//! All of this is done while the thread stands still behind its call, and only then: a call that
//! succeeds costs nothing more than the note that it closed something or shut it down.

mod address;
mod descriptor;
mod keeper;
mod past;
mod socket;
#[cfg(test)]
mod tests;

pub use past::Past;

use std::collections::HashMap;

use libc::c_int;

use super::Watcher;
use super::kernel::Kernel;
use super::task::{Pending, Process};
use crate::observe::Call;
use crate::observe::sockets::Row;
use crate::trace::{Arg, Descriptor, Fact, SocketAddress, SocketState, Value, What, Who, Why};

/// A call that has failed, and where to look for the reason.
struct Failure<'a> {
    who: Who,
    call: Call,
    number: u64,
    args: &'a [Arg],
    errno: c_int,
    past: &'a Past,
    process: Option<&'a Process>,
    /// The processes of the run, and which program each belongs to.
    programs: HashMap<i32, u8>,
    /// The socket that it was made on, as it is now, if the kernel is watched.
    own: Option<SocketState>,
    kernel: Option<&'a mut Kernel>,
    sandbox: bool,
}

impl Watcher {
    /// Notes what a later failure may come from.
    pub(super) fn remember(
        &mut self,
        who: Who,
        call: Call,
        number: u64,
        args: &[u64; 6],
        value: i64,
    ) {
        if value != 0 || !matches!(call, Call::Close | Call::Shutdown) {
            return;
        }
        let Some(process) = self.processes.get_mut(&who.pid) else { return };
        let fd = args[0] as i32;
        match call {
            Call::Close => drop(process.closed_by.insert(fd, number)),
            _ => drop(process.shut_by.insert(fd, (number, args[1] as i32))),
        }
    }

    /// Tells what explains a failure, once for the same call of the same program that fails the
    /// same way. Where the kernel has nothing to tell there are no facts.
    pub(super) fn explain(&mut self, who: Who, pending: &Pending, errno: c_int) {
        let fd = first_fd(&pending.args);
        let descriptor = fd.map(|fd| Descriptor { program: who.program, pid: who.pid, fd });
        let kernel = self.eyes.kernel.as_mut();
        let own = kernel.as_ref().and_then(|kernel| kernel.seen(descriptor?).cloned());
        let cookie = own.as_ref().map(|own| own.cookie);
        let kind = ((who.program, pending.call, errno), fd, cookie);
        if errno == libc::EINTR || !self.past.first_time(kind) {
            return;
        }
        let failure = Failure {
            who,
            call: pending.call,
            number: pending.number,
            args: &pending.args,
            errno,
            past: &self.past,
            process: self.processes.get(&who.pid),
            programs: self.tasks.values().map(|task| (task.who.pid, task.who.program)).collect(),
            own,
            kernel,
            sandbox: self.eyes.sandbox,
        };
        let facts = failure.facts();
        self.happened(What::Why(Why { call: pending.number, facts }));
    }
}

impl Failure<'_> {
    /// What is known that bears on this error.
    fn facts(mut self) -> Vec<Fact> {
        match self.errno {
            libc::EADDRINUSE => self.address_in_use(),
            libc::ECONNREFUSED => self.refused(),
            libc::EADDRNOTAVAIL => self.not_available(),
            libc::EACCES | libc::EPERM => self.forbidden(),
            libc::ENETUNREACH | libc::EHOSTUNREACH => self.unreachable(),
            libc::ETIMEDOUT => self.timed_out(),
            libc::EMFILE => self.too_many_files(),
            libc::ENOTSOCK => self.no_socket(),
            libc::EBADF => self.not_open(),
            libc::EPIPE | libc::ECONNRESET | libc::ENOTCONN => self.broken(),
            libc::EAGAIN => self.would_block(),
            libc::EINPROGRESS | libc::EALREADY => self.in_progress(),
            libc::EINVAL => self.invalid(),
            libc::EAFNOSUPPORT | libc::EPROTOTYPE => self.families(),
            libc::EMSGSIZE => self.too_long(),
            libc::EISCONN | libc::EDESTADDRREQ | libc::EOPNOTSUPP | libc::ENOPROTOOPT => {
                self.own_socket()
            }
            libc::ENOENT => self.no_such_file(),
            _ => Vec::new(),
        }
    }

    fn fd(&self) -> Option<i32> {
        first_fd(self.args)
    }

    fn descriptor(&self) -> Option<Descriptor> {
        Some(Descriptor { program: self.who.program, pid: self.who.pid, fd: self.fd()? })
    }

    /// The address among the arguments, be it within a message.
    fn address(&self) -> Option<&SocketAddress> {
        self.args.iter().find_map(|arg| address_in(&arg.value))
    }

    /// All sockets that can be seen, whoever's they are.
    fn rows(&mut self) -> Vec<Row> {
        self.kernel.as_mut().map(|kernel| kernel.all()).unwrap_or_default()
    }

    /// Whether one of the flags among the arguments is set.
    fn has_flag(&self, flag: &str) -> bool {
        let flags = self.args.iter().find(|arg| arg.name == "flags").map(|arg| &arg.value);
        matches!(flags, Some(Value::Named { name, .. }) if name.split('|').any(|one| one == flag))
    }
}

fn first_fd(args: &[Arg]) -> Option<i32> {
    match args.first()?.value {
        Value::Fd(fd) => Some(fd),
        _ => None,
    }
}

fn address_in(value: &Value) -> Option<&SocketAddress> {
    match value {
        Value::Address(address) => Some(address),
        Value::Struct(fields) => fields.iter().find_map(|field| address_in(&field.value)),
        Value::List { items, .. } => items.iter().find_map(address_in),
        _ => None,
    }
}
