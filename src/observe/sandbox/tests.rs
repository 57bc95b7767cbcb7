//! The sandbox for real. Each test is a process of its own, forked: a user namespace takes one with
//! one thread.

use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;

use nix::sys::prctl::set_dumpable;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Gid, Uid, fork, getuid, setgid, setgroups, setuid};

use super::*;

/// Seconds that a test may take.
const PATIENCE: u32 = 30;

/// Runs the test in a child process, and fails if it fails there.
pub(in crate::observe) fn in_a_process(test: fn()) {
    let (mut report, reporter) = io::pipe().unwrap();
    // SAFETY: glibc's malloc is usable in the child; other locks of the parent's threads are not
    // taken: a panic is reported through the pipe, not through standard error.
    match unsafe { fork() }.unwrap() {
        ForkResult::Child => {
            std::panic::set_hook(Box::new(move |panic| {
                let _ = reporter.try_clone().and_then(|mut to| write!(to, "{panic}"));
            }));
            nix::unistd::alarm::set(PATIENCE);
            let failed = catch_unwind(AssertUnwindSafe(test)).is_err();
            // SAFETY: it takes no pointer and does not return.
            unsafe { libc::_exit(failed.into()) }
        }
        ForkResult::Parent { child } => {
            drop(reporter);
            let mut said = String::new();
            report.read_to_string(&mut said).unwrap();
            assert_eq!(waitpid(child, None), Ok(WaitStatus::Exited(child, 0)), "{said}");
        }
    }
}

/// Enters a sandbox, or says that the test is skipped, which in CI is a failure.
pub(in crate::observe) fn sandbox() -> Option<Sandbox> {
    match enter() {
        Ok(sandbox) => Some(sandbox),
        Err(missing) if std::env::var_os("CI").is_some() => panic!("{missing}"),
        Err(missing) => {
            let _ = writeln!(io::stderr(), "skipped: {missing}");
            None
        }
    }
}

/// Makes an ordinary user of root. What he is told apart by is that `exec` gives him no capability.
fn become_ordinary() {
    if getuid().is_root() {
        setgroups(&[]).unwrap();
        setgid(Gid::from_raw(65534)).unwrap();
        setuid(Uid::from_raw(65534)).unwrap();
        // A process that changes its user loses its right to write its own files in /proc.
        set_dumpable(true).unwrap();
    }
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

#[test]
fn every_network_is_a_new_one() {
    in_a_process(|| {
        let Some(first) = sandbox() else { return };
        let taken = TcpListener::bind(("127.0.0.1", 9001)).unwrap();
        assert!(TcpListener::bind(("127.0.0.1", 9001)).is_err());
        let second = sandbox().unwrap();
        assert_ne!(first.network(), second.network());
        let free = TcpListener::bind(("127.0.0.1", 9001)).unwrap();
        std::net::TcpStream::connect(free.local_addr().unwrap()).unwrap();
        drop(taken);
    });
}

#[test]
fn an_ordinary_user_stays_himself() {
    in_a_process(|| {
        become_ordinary();
        let (uid, gid) = (getuid(), nix::unistd::getgid());
        if sandbox().is_none() || sandbox().is_none() {
            return;
        }
        assert_eq!((getuid(), nix::unistd::getgid()), (uid, gid));
        let script = "id -u; id -g; sed -n 's/CapEff:\\t//p' /proc/self/status";
        let output = Command::new("sh").args(["-c", script]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<_> = said.lines().take(3).collect();
        assert_eq!(lines, [uid.to_string(), gid.to_string(), "0".repeat(16)]);
    });
}

#[test]
fn a_process_with_threads_is_left_as_it_was() {
    in_a_process(|| {
        become_ordinary();
        let network = || std::fs::read_link("/proc/thread-self/ns/net").unwrap();
        let user = || std::fs::read_link("/proc/self/ns/user").unwrap();
        let before = (network(), user(), getuid());
        let (stop, wait) = std::sync::mpsc::channel::<()>();
        let other = std::thread::spawn(move || wait.recv());
        assert_eq!(threads(), 2);
        let missing = enter().unwrap_err().to_string();
        assert_eq!((network(), user(), getuid()), before);
        // Where user namespaces are forbidden as well, that is what is said.
        let said = missing.contains("EINVAL") && missing.contains("threads");
        assert!(said || missing.contains("EPERM") || missing.contains("ENOSPC"), "{missing}");
        drop(stop);
        let _ = other.join();
    });
}

#[test]
fn what_the_child_says_is_understood() {
    assert!(heard([0; 5]).is_ok());
    let mut said = [2, 0, 0, 0, 0];
    said[1..].copy_from_slice(&libc::EPERM.to_ne_bytes());
    let failed = heard(said).err().unwrap();
    assert!(failed.forbidden() && failed.step == Step::Map);
}
