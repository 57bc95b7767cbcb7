//! A network of their own for the programs: every port is free, and the loopback interface may be
//! listened to.
//!
//! Root only needs a new network namespace. An ordinary user makes a user namespace around it, in
//! which he is still himself: the programs he starts keep his user number and get no capability, so
//! port 80 is as forbidden to them as before. What cannot be had is said in a sentence, a
//! [`Missing`].
//!
//! Each attempt is rehearsed in a child process first. A user namespace cannot be left again, and
//! some distributions let it be made and then refuse everything in it.

mod missing;

pub use missing::Missing;
use missing::{Facts, sentence};

use std::fs::OpenOptions;
use std::io::{self, PipeWriter, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;

use nix::sched::{CloneFlags, unshare};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, getegid, geteuid};

/// A network namespace of the thread that entered it, and of every program that it starts from then
/// on.
///
/// It lasts as long as a process or a socket is in it; dropping this value changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sandbox {
    network: u64,
}

impl Sandbox {
    #[cfg(test)]
    /// The namespace's number, as `readlink /proc/PID/ns/net` shows it; 0 where `/proc` is not
    /// mounted.
    pub fn network(&self) -> u64 {
        self.network
    }
}

/// Puts the calling thread into a new network namespace whose interface `lo` is up.
///
/// Entered again, it makes another new one. An ordinary user has to enter it before the process has
/// a second thread: the kernel gives a user namespace to whole processes only. After a failure the
/// thread is where it was.
pub fn enter() -> Result<Sandbox, Missing> {
    let (uid, gid) = (geteuid(), getegid());
    let himself = Maps { uid: format!("{uid} {uid} 1"), gid: format!("{gid} {gid} 1") };
    let entered = match try_out(None) {
        Err(failed) if failed.forbidden() => try_out(Some(&himself)),
        other => other,
    };
    entered.map_err(|failed| sentence(failed.step, &failed.why, &Facts::gather()))?;
    let network = std::fs::metadata("/proc/thread-self/ns/net").map_or(0, |file| file.ino());
    Ok(Sandbox { network })
}

/// Who the user is in his user namespace: lines of `/proc/self/uid_map` and `gid_map`.
struct Maps {
    uid: String,
    gid: String,
}

/// What was being done when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Step {
    Unshare = 1,
    Map,
    RaiseLo,
}

impl Step {
    const ALL: [Step; 3] = [Step::Unshare, Step::Map, Step::RaiseLo];
}

struct Failed {
    step: Step,
    why: io::Error,
}

impl Failed {
    fn at(step: Step) -> impl Fn(io::Error) -> Failed {
        move |why| Failed { step, why }
    }

    fn forbidden(&self) -> bool {
        self.why.kind() == io::ErrorKind::PermissionDenied
    }
}

fn try_out(maps: Option<&Maps>) -> Result<(), Failed> {
    rehearse(maps)?;
    new_network(maps)
}

/// The whole of it, for the calling thread. It allocates no memory: it also runs in a forked child.
fn new_network(maps: Option<&Maps>) -> Result<(), Failed> {
    let user = if maps.is_some() { CloneFlags::CLONE_NEWUSER } else { CloneFlags::empty() };
    unshare(user | CloneFlags::CLONE_NEWNET)
        .map_err(|errno| Failed { step: Step::Unshare, why: errno.into() })?;
    if let Some(maps) = maps {
        map(maps).map_err(Failed::at(Step::Map))?;
    }
    raise_lo().map_err(Failed::at(Step::RaiseLo))
}

fn map(maps: &Maps) -> io::Result<()> {
    // Without CAP_SETGID outside, a group may be mapped only once setgroups is given up.
    set("/proc/self/setgroups", "deny")?;
    set("/proc/self/uid_map", &maps.uid)?;
    set("/proc/self/gid_map", &maps.gid)
}

/// The kernel takes a map in one write only.
fn set(file: &str, to: &str) -> io::Result<()> {
    OpenOptions::new().write(true).open(file)?.write_all(to.as_bytes())
}

mod ioctl {
    nix::ioctl_write_ptr_bad!(
        /// `ioctl(fd, SIOCSIFFLAGS, &ifreq)`.
        set_interface_flags,
        libc::SIOCSIFFLAGS,
        libc::ifreq
    );
}

fn raise_lo() -> io::Result<()> {
    let any = socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    let mut ifr_name = [0; libc::IFNAMSIZ];
    ifr_name[0] = b'l' as libc::c_char;
    ifr_name[1] = b'o' as libc::c_char;
    let flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    let request =
        libc::ifreq { ifr_name, ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: flags } };
    // SAFETY: the descriptor is open; `request` is a whole ifreq that outlives the call, its name
    // ends in NUL and its union holds the flags that SIOCSIFFLAGS reads. The kernel only reads it.
    unsafe { ioctl::set_interface_flags(any.as_raw_fd(), &request) }?;
    Ok(())
}

/// Does it in a child process, which ends thereafter.
fn rehearse(maps: Option<&Maps>) -> Result<(), Failed> {
    let (mut report, reporter) = io::pipe().map_err(Failed::at(Step::Unshare))?;
    // SAFETY: the process may have other threads, so the child must not touch memory that one of
    // them had locked: `play` makes system calls and allocates nothing.
    match unsafe { fork() }.map_err(|errno| Failed { step: Step::Unshare, why: errno.into() })? {
        ForkResult::Child => play(maps, reporter),
        ForkResult::Parent { child } => {
            drop(reporter);
            let mut said = [0; 5];
            let read = report.read_exact(&mut said);
            // Where SIGCHLD is ignored the kernel has reaped the child by itself: ECHILD is no
            // loss.
            let _ = waitpid(child, None);
            let killed = |_| io::Error::other("the attempt was killed");
            read.map_err(killed).map_err(Failed::at(Step::Unshare))?;
            heard(said)
        }
    }
}

/// The child: a byte for the step that failed, or 0, and the errno.
fn play(maps: Option<&Maps>, mut reporter: PipeWriter) -> ! {
    let mut say = [0; 5];
    if let Err(failed) = new_network(maps) {
        say[0] = failed.step as u8;
        say[1..].copy_from_slice(&failed.why.raw_os_error().unwrap_or(libc::EIO).to_ne_bytes());
    }
    let _ = reporter.write_all(&say);
    // SAFETY: it takes no pointer and does not return. Unlike `exit` it runs no handler of the
    // parent's.
    unsafe { libc::_exit(0) }
}

fn heard([step, errno @ ..]: [u8; 5]) -> Result<(), Failed> {
    match Step::ALL.into_iter().find(|&one| one as u8 == step) {
        None => Ok(()),
        Some(step) => {
            Err(Failed { step, why: io::Error::from_raw_os_error(i32::from_ne_bytes(errno)) })
        }
    }
}

#[cfg(test)]
pub(in crate::observe) mod tests;
