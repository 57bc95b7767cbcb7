//! sockstep's own sources, which travel inside this program: to be shown, and the C ones compiled.

/// A file's name and its text.
pub type Source = (&'static str, &'static str);

macro_rules! sources {
    ($folder:literal: $($name:literal)+) => {
        [$(($name, include_str!(concat!("../../../", $folder, "/", $name)))),+]
    };
}

/// What the C programs share.
pub const HEADERS: [Source; 6] = sources!["c-reference":
    "client.h" "clients.h" "descriptors.h" "program.h" "stream.h" "upper.h"
];

/// The C programs.
pub const PROGRAMS: [Source; 18] = sources!["c-reference":
    "welcome_server_original.c" "welcome_client_original.c" "welcome_server.c" "welcome_client.c"
    "upper_udp_server.c" "upper_udp_client.c" "upper_tcp_server.c" "upper_tcp_client.c"
    "sigpipe.c" "errno_table.c"
    "many_iterative.c" "many_fork.c" "many_threads.c" "many_select.c" "many_poll.c"
    "many_epoll.c" "many_epoll_edge.c" "many_client.c"
];

/// The rows of the errno table, and what they are put together from.
pub const ERRNO_TABLE: [Source; 22] = sources!["c-reference/errnos":
    "accept.h" "arrange.h" "bind.h" "close.h" "connect.h" "getpeername.h" "getsockname.h"
    "getsockopt.h" "listen.h" "looks.h" "names.h" "poll.h" "recv.h" "recvfrom.h" "row.h" "send.h"
    "sendto.h" "setsockopt.h" "shutdown.h" "socket.h" "socketpair.h" "world.h"
];

const BIN: [Source; 15] = sources!["src/bin":
    "welcome_server.rs" "welcome_client.rs" "upper_udp_server.rs" "upper_udp_client.rs"
    "upper_tcp_server.rs" "upper_tcp_client.rs" "errno_table.rs"
    "many_iterative.rs" "many_fork.rs" "many_threads.rs" "many_select.rs" "many_poll.rs"
    "many_epoll.rs" "many_epoll_edge.rs" "many_client.rs"
];

const CALLS: [Source; 35] = sources!["src/calls":
    "mod.rs" "accept.rs" "accept4.rs" "addr.rs" "bind.rs" "close.rs" "connect.rs" "constants.rs"
    "dup.rs" "epoll_create1.rs" "epoll_ctl.rs" "epoll_wait.rs" "errno.rs" "fcntl.rs" "fork.rs"
    "getaddrinfo.rs" "getpeername.rs" "getrlimit.rs" "getsockname.rs" "getsockopt.rs"
    "listen.rs" "poll.rs" "recv.rs" "recvfrom.rs" "select.rs" "send.rs" "sendto.rs"
    "setrlimit.rs" "setsockopt.rs" "shutdown.rs" "sigaction.rs" "signal.rs" "socket.rs"
    "socketpair.rs" "waitpid.rs"
];

const ERRNOS: [Source; 28] = sources!["src/errnos":
    "accept.rs" "arrange.rs" "bind.rs" "close.rs" "connect.rs" "getpeername.rs" "getsockname.rs"
    "getsockopt.rs" "left_out.rs" "listen.rs" "looks.rs" "mod.rs" "pages.rs" "play.rs" "poll.rs"
    "raw.rs" "recv.rs" "recvfrom.rs" "row.rs" "send.rs" "sendto.rs" "setsockopt.rs" "shutdown.rs"
    "socket.rs" "socketpair.rs" "sockets.rs" "why.rs" "world.rs"
];

const PROGRAM: [Source; 6] = sources!["src/program":
    "mod.rs" "client.rs" "clients.rs" "descriptors.rs" "stream.rs" "upper.rs"
];

const LAYERS: [Source; 5] =
    sources!["src/layers": "mod.rs" "libc.rs" "nix.rs" "socket2.rs" "std.rs"];

const FOLDERS: [(&str, &[Source]); 8] = [
    ("c-reference", &HEADERS),
    ("c-reference", &PROGRAMS),
    ("c-reference/errnos", &ERRNO_TABLE),
    ("src/bin", &BIN),
    ("src/calls", &CALLS),
    ("src/errnos", &ERRNOS),
    ("src/program", &PROGRAM),
    ("src/layers", &LAYERS),
];

/// One of sockstep's own sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {
    /// Its folder below the project's root.
    pub folder: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl Own {
    /// The source that a path in debug information leads to. A path may be absolute, or begin at
    /// the project's root. The C programs are also built in the user's cache, `…/sockstep/c-HASH/`.
    pub fn at(path: &str) -> Option<Own> {
        let (parent, file) = path.rsplit_once('/')?;
        let cached =
            parent.rsplit_once("/sockstep/c-").is_some_and(|(_, hash)| !hash.contains('/'));
        FOLDERS.iter().find_map(|&(folder, sources)| {
            let before = parent.strip_suffix(folder);
            let here = before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
                || (cached && folder == "c-reference");
            let text = sources.iter().find(|(name, _)| here && *name == file)?.1;
            Some(Own { folder, text })
        })
    }

    /// What the C programs share under this name, wherever the file lies.
    pub fn header(path: &str) -> Option<&'static str> {
        let file = path.rsplit('/').next()?;
        HEADERS.iter().find(|(name, _)| *name == file).map(|&(_, text)| text)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_source_travels_inside() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (folder, _) in FOLDERS {
            for entry in fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let ending = path.extension().and_then(|ending| ending.to_str());
                if matches!(ending, Some("rs" | "c" | "h")) {
                    let own = Own::at(path.to_str().unwrap()).map(|own| own.text);
                    assert_eq!(own, fs::read_to_string(&path).ok().as_deref(), "{path:?}");
                }
            }
        }
    }

    #[test]
    fn a_path_leads_to_its_source_and_no_other_does() {
        for path in [
            "src/calls/bind.rs",
            "/home/me/sockstep/src/calls/bind.rs",
            "/x/c-reference/welcome_server.c",
            "/home/me/.cache/sockstep/c-0123456789abcdef/welcome_server.c",
        ] {
            assert!(Own::at(path).is_some(), "{path}");
        }
        for path in [
            "bind.rs",
            "calls/bind.rs",
            "/home/me/xsrc/calls/bind.rs",
            "/home/me/welcome_server.c",
            "/home/me/sockstep/c-1/deeper/welcome_server.c",
            "/home/me/src/calls/other.rs",
            "",
            "/",
        ] {
            assert_eq!(Own::at(path), None, "{path}");
        }
    }
}
