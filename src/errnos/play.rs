//! A row in a process of its own, with a limit of time: whatever it does, the others run.

use std::fs;
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::AsRawFd;

use libc::{c_int, pid_t};

use super::arrange::io;
use super::row::Row;
use crate::calls::{Errno, POLLIN, Result, poll, pollfd};

/// Milliseconds for a row.
const PATIENCE: c_int = 20_000;

/// Runs a row. What came, `EADDRINUSE` or `0` or what became of its process, a tab, and what a second look found.
///
/// The program has one thread, and is where [`enter`](super::enter) has put it.
pub fn play(row: &Row) -> Result<String> {
    let (from, to) = pipe().map_err(io)?;
    // SAFETY: the process has one thread, so the child may do whatever the parent might.
    let child = unsafe { libc::fork() };
    match Errno::result(child)? {
        0 => perform(row, from, to),
        child => {
            drop(to);
            Ok(hear(child, from))
        }
    }
}

/// The row's process: an empty folder, the calls, and a word to the parent.
fn perform(row: &Row, from: PipeReader, to: PipeWriter) -> ! {
    // The lowest number, so that no gap is below it.
    // SAFETY: two open descriptors; the reading end under the second number ends, and `from` is its owner no more.
    unsafe { libc::dup2(to.as_raw_fd(), from.as_raw_fd()) };
    drop(to);
    let folder = std::process::id().to_string();
    let arranged = fs::create_dir(&folder).and_then(|()| std::env::set_current_dir(&folder));
    let word = match arranged.map_err(io).and_then(|()| (row.run)()) {
        Ok(outcome) => format!("{}\t{}", outcome.came, outcome.after),
        Err(errno) => format!("arrangement failed: {errno:?}\t"),
    };
    let _ = PipeWriter::from(std::os::fd::OwnedFd::from(from)).write_all(word.as_bytes());
    // SAFETY: an integer by value. Unlike `exit` it runs none of the parent's handlers.
    unsafe { libc::_exit(0) }
}

/// What the row's process says, or what became of it.
fn hear(child: pid_t, mut from: PipeReader) -> String {
    let mut set = [pollfd { fd: from.as_raw_fd(), events: POLLIN, revents: 0 }];
    let spoke = poll(&mut set, PATIENCE) == Ok(1);
    let mut text = String::new();
    if spoke {
        let _ = from.read_to_string(&mut text);
    }
    // SAFETY: the child is ours and was not waited for, so the number is nobody else's.
    unsafe { libc::kill(child, libc::SIGKILL) };
    let status = wait(child);
    match status {
        _ if !spoke => "timed out\t".into(),
        _ if !text.is_empty() => text,
        Ok(status) if libc::WIFSIGNALED(status) => {
            format!("killed by {}\t", signal_name(libc::WTERMSIG(status)))
        }
        Ok(status) => format!("ended with status {}\t", libc::WEXITSTATUS(status)),
        Err(errno) => format!("waitpid: {errno:?}\t"),
    }
}

fn wait(child: pid_t) -> Result<c_int> {
    let mut status = 0;
    // SAFETY: `status` is ours, and the kernel writes one integer there.
    Errno::result(unsafe { libc::waitpid(child, &mut status, 0) }).map(|_| status)
}

fn signal_name(number: c_int) -> String {
    let names = [
        (libc::SIGABRT, "SIGABRT"),
        (libc::SIGALRM, "SIGALRM"),
        (libc::SIGBUS, "SIGBUS"),
        (libc::SIGFPE, "SIGFPE"),
        (libc::SIGILL, "SIGILL"),
        (libc::SIGKILL, "SIGKILL"),
        (libc::SIGPIPE, "SIGPIPE"),
        (libc::SIGSEGV, "SIGSEGV"),
        (libc::SIGSYS, "SIGSYS"),
    ];
    let name = names.iter().find(|(signal, _)| *signal == number);
    name.map_or_else(|| format!("signal {number}"), |(_, name)| (*name).into())
}
