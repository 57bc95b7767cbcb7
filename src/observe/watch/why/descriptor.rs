//! Failures that are about a descriptor: too many, none, or not of a socket.

use std::fs;

use super::Failure;
use crate::observe::sockets;
use crate::trace::{Fact, Value};

/// How many open descriptors are named.
const NAMED: usize = 4;

impl Failure<'_> {
    /// `Max open files` in /proc/PID/limits: first the soft limit, which is the one that counts.
    pub(super) fn too_many_files(&mut self) -> Vec<Fact> {
        let pid = self.who.pid;
        let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap_or_default();
        let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
        let most = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        let used = fs::read_dir(format!("/proc/{pid}/fd")).ok().map(|all| all.count() as u64);
        match (used, most) {
            (None, None) => Vec::new(),
            (used, most) => vec![Fact::Amount { what: "RLIMIT_NOFILE".into(), used, most }],
        }
    }

    /// The descriptors among the arguments.
    fn fds(&self) -> impl Iterator<Item = i32> {
        self.args.iter().filter_map(|arg| match arg.value {
            Value::Fd(fd) => Some(fd),
            _ => None,
        })
    }

    pub(super) fn no_socket(&mut self) -> Vec<Fact> {
        let pid = self.who.pid;
        let leads_to = |fd: i32| {
            let what = fs::read_link(format!("/proc/{pid}/fd/{fd}")).ok()?;
            let what = what.to_string_lossy().into_owned();
            (!what.starts_with("socket:")).then_some(Fact::LeadsTo { fd, what })
        };
        self.fds().filter_map(leads_to).take(1).collect()
    }

    /// EBADF: nothing is open under that number; or it is, but not for this (a file that is open
    /// for reading only), of which nothing is told.
    pub(super) fn not_open(&mut self) -> Vec<Fact> {
        let open: Vec<i32> =
            sockets::descriptors(self.who.pid).into_iter().map(|(fd, _)| fd).collect();
        let Some(fd) = self.fds().find(|fd| !open.contains(fd)) else { return Vec::new() };
        if open.is_empty() {
            return Vec::new();
        }
        let closed = self.process.and_then(|process| process.closed_by.get(&fd));
        let closed = closed.filter(|call| **call != self.number);
        let earlier = closed.map(|&call| Fact::Earlier { call, did: "close".into() });
        let highest = open[open.len().saturating_sub(NAMED)..].to_vec();
        Vec::from_iter([Fact::NotOpen { fd, open: highest }].into_iter().chain(earlier))
    }
}
