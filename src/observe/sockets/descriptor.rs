//! What a descriptor of a process leads to, by its link in `/proc`.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What a descriptor leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fd {
    /// A socket: its inode. Two descriptors of one socket have the same.
    Socket(u64),
    /// An epoll instance.
    Epoll,
    /// A terminal.
    Terminal,
    /// A file, a pipe, …
    Other,
    /// Nothing: it is not open, or the process is gone.
    Closed,
}

/// What the descriptor leads to: one `readlink`, nothing that the process can notice.
pub fn kind(pid: i32, fd: i32) -> Fd {
    of_link(format!("/proc/{pid}/fd/{fd}"))
}

/// All open descriptors of the process, by number. Empty if it is gone or may not be looked at.
pub fn descriptors(pid: i32) -> Vec<(i32, Fd)> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let mut all: Vec<_> = entries
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .map(|(fd, path)| (fd, of_link(path)))
        .filter(|(_, kind)| *kind != Fd::Closed)
        .collect();
    all.sort_unstable_by_key(|(fd, _)| *fd);
    all
}

fn of_link(path: impl AsRef<Path>) -> Fd {
    match fs::read_link(path) {
        Ok(target) => of_target(target.as_os_str()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Fd::Other,
        Err(_) => Fd::Closed,
    }
}

fn of_target(target: &OsStr) -> Fd {
    let target = target.as_bytes();
    let inode = || {
        let digits = target.strip_prefix(b"socket:[")?.strip_suffix(b"]")?;
        str::from_utf8(digits).ok()?.parse().ok()
    };
    match inode() {
        Some(inode) => Fd::Socket(inode),
        None if target == b"anon_inode:[eventpoll]" => Fd::Epoll,
        None if target == b"/dev/console" => Fd::Terminal,
        None if target.starts_with(b"/dev/pts/") || target.starts_with(b"/dev/tty") => Fd::Terminal,
        None => Fd::Other,
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn targets_in_words() {
        let table = [
            ("socket:[12345]", Fd::Socket(12345)),
            ("socket:[x]", Fd::Other),
            ("anon_inode:[eventpoll]", Fd::Epoll),
            ("/dev/pts/3", Fd::Terminal),
            ("/dev/tty", Fd::Terminal),
            ("/dev/ptmx", Fd::Other),
            ("pipe:[9]", Fd::Other),
            ("/tmp/socket:[7]", Fd::Other),
        ];
        for (target, kind) in table {
            assert_eq!(of_target(OsStr::new(target)), kind, "{target}");
        }
    }

    #[test]
    fn descriptors_of_this_process() {
        let me = std::process::id() as i32;
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let twin = socket.try_clone().unwrap();
        let of_socket = kind(me, socket.as_raw_fd());
        assert!(matches!(of_socket, Fd::Socket(_)), "{of_socket:?}");
        assert_eq!(kind(me, twin.as_raw_fd()), of_socket);
        assert!(descriptors(me).contains(&(twin.as_raw_fd(), of_socket)));
        let file = fs::File::open("/proc/self/stat").unwrap();
        assert_eq!(kind(me, file.as_raw_fd()), Fd::Other);
        assert_eq!(kind(me, i32::MAX), Fd::Closed);
        assert_eq!(kind(-1, 0), Fd::Closed);
        assert_eq!(descriptors(-1), []);
    }
}
