//! A hosts file and a name server of a run's own, so that what `getaddrinfo` does is the same on every machine.
//!
//! The files that the C library reads before it asks anybody are covered by others, in a mount namespace of the watching
//! thread's own: no other program sees that, and the files that cover lie in no folder. The name server is to be one of the
//! run's programs, at 127.0.0.1; in the run's own network, port 53 is not for root alone.

use std::ffi::CStr;
use std::fs;
use std::io;
use std::path::Path;

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};

use super::error::in_words;
use super::sandbox::Missing;

/// A name that stands in the hosts file, and its address there.
pub const LISTED: (&CStr, &str) = (c"listed.example", "10.0.0.7");

/// What covers what.
const FILES: [(&str, &str); 3] = [
    ("/etc/hosts", "127.0.0.1 localhost\n10.0.0.7 listed.example\n"),
    ("/etc/resolv.conf", "nameserver 127.0.0.1\n"),
    ("/etc/nsswitch.conf", "hosts: files dns\n"),
];

/// Where the socket of nscd lies, which remembers names: it is hidden where it is.
const CACHES: [&str; 2] = ["/run/nscd", "/var/run/nscd"];

/// Holds a file system while the files in it are made.
const WORKSHOP: &str = "/tmp";

/// Says from which port on an ordinary program may bind one.
const FIRST_FREE_PORT: &str = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

/// The files that are covered, until this is dropped.
#[derive(Debug, Default)]
pub struct Names {
    covered: Vec<&'static str>,
}

/// Covers the files for this thread and all that it starts from now on. It has to be in the run's own network.
pub fn lay() -> Result<Names, Missing> {
    let mut names = Names::default();
    let made = names.cover();
    made.map(|()| names).map_err(|(what, why)| {
        Missing::new(format!(
            "no hosts file and name server of their own for the programs: {what}: {} ({})",
            in_words(&why),
            cure(&why)
        ))
    })
}

/// The likeliest cause, and what to do.
fn cure(why: &io::Error) -> &'static str {
    match why.raw_os_error() {
        Some(libc::ENOENT) => "the file is missing on this system",
        Some(libc::ENOSPC) => {
            "a limit is reached: raise user.max_mnt_namespaces or fs.mount-max with sudo sysctl"
        }
        _ => "a container's profile or a security module forbids it: run it outside",
    }
}

/// What was being done, and why it failed.
type Failed = (&'static str, io::Error);

impl Names {
    fn cover(&mut self) -> Result<(), Failed> {
        unshare(CloneFlags::CLONE_NEWNS).map_err(|errno| ("unshare", errno.into()))?;
        // What is mounted from here on is nobody else's business.
        let flags = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
        mount(None::<&str>, "/", None::<&str>, flags, None::<&str>)
            .map_err(|errno| ("mount /", errno.into()))?;
        mount(Some("tmpfs"), WORKSHOP, Some("tmpfs"), MsFlags::empty(), None::<&str>)
            .map_err(|errno| ("mount tmpfs", errno.into()))?;
        let covered = self.cover_all();
        // The files stay as long as they cover others.
        let gone = umount2(WORKSHOP, MntFlags::MNT_DETACH);
        covered?;
        gone.map_err(|errno| ("umount tmpfs", errno.into()))?;
        fs::write(FIRST_FREE_PORT, "53").map_err(|why| (FIRST_FREE_PORT, why))
    }

    fn cover_all(&mut self) -> Result<(), Failed> {
        let workshop = Path::new(WORKSHOP);
        for (place, text) in FILES {
            let file = workshop.join(place.rsplit('/').next().unwrap_or(place));
            fs::write(&file, text).map_err(|why| (place, why))?;
            self.put(&file, place)?;
        }
        for place in CACHES.into_iter().filter(|place| Path::new(place).is_dir()) {
            let empty = workshop.join("empty");
            fs::create_dir_all(&empty).map_err(|why| (place, why))?;
            self.put(&empty, place)?;
        }
        Ok(())
    }

    fn put(&mut self, file: &Path, place: &'static str) -> Result<(), Failed> {
        mount(Some(file), place, None::<&str>, MsFlags::MS_BIND, None::<&str>)
            .map_err(|errno| (place, errno.into()))?;
        self.covered.push(place);
        Ok(())
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        for place in self.covered.drain(..).rev() {
            let _ = umount2(place, MntFlags::MNT_DETACH);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use crate::observe::sandbox::tests::{in_a_process, sandbox};

    #[test]
    fn the_files_are_covered_and_uncovered_again() {
        in_a_process(|| {
            if sandbox().is_none() {
                return;
            }
            let read = || FILES.map(|(place, _)| fs::read_to_string(place).ok());
            let workshop = || fs::metadata(WORKSHOP).unwrap().dev();
            let (before, device) = (read(), workshop());
            match lay() {
                Ok(names) => {
                    assert_eq!(read(), FILES.map(|(_, text)| Some(text.to_owned())));
                    assert!(FILES[0].1.contains(&LISTED.0.to_string_lossy().into_owned()));
                    assert!(FILES[0].1.contains(LISTED.1));
                    drop(names);
                }
                Err(missing) if std::env::var_os("CI").is_some() => panic!("{missing}"),
                Err(missing) => assert!(missing.to_string().starts_with("no hosts file")),
            }
            assert_eq!(read(), before);
            assert_eq!(workshop(), device);
        });
    }
}
