//! A server that is watched from outside: what it has of what a process can have.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{Language, PATIENCE, Running, c_programs, free_port, start, until};

/// What a process has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Has {
    /// Open descriptors.
    pub descriptors: u64,
    /// Memory of its own, in KiB: heap and stack, touched and not given back.
    pub memory: u64,
    /// Threads and children, itself not counted.
    pub others: u64,
}

impl Has {
    /// The larger of each.
    pub fn most(self, other: Has) -> Has {
        Has {
            descriptors: self.descriptors.max(other.descriptors),
            memory: self.memory.max(other.memory),
            others: self.others.max(other.others),
        }
    }
}

/// A server on a port of its own. Dropped, it is killed.
pub struct Watched {
    running: Running,
    /// Where it is.
    pub port: u16,
    /// What it said at its start.
    said: String,
}

const READY: &str = "The server is ready to receive\n";

impl Watched {
    /// Starts it, and waits until it says that it is ready.
    pub fn start(stem: &str, language: Language) -> Watched {
        let port = free_port();
        let program = match language {
            Language::C => c_programs().join(stem),
            Language::Rust => Path::new(env!("CARGO_BIN_EXE_sockstep")).with_file_name(stem),
        };
        let mut command = Command::new(program);
        command.args(["127.0.0.1", &port.to_string()]);
        let mut running = start(&mut command, Stdio::null());
        running.listens(port);
        // Before it there may be a line about RLIMIT_NOFILE.
        let said = until("the ready line", || {
            let said = String::from_utf8(running.stdout()).ok()?;
            said.ends_with(READY).then_some(said)
        });
        Watched { running, port, said }
    }

    /// What it has now.
    pub fn has(&self) -> Has {
        let proc = format!("/proc/{}", self.running.pid());
        let status = fs::read_to_string(format!("{proc}/status")).unwrap_or_default();
        let field = |name: &str| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|rest| rest.split_whitespace().next());
            number.and_then(|number| number.parse().ok()).unwrap_or_default()
        };
        let pid = self.running.pid();
        let children = fs::read_to_string(format!("{proc}/task/{pid}/children"));
        let children = children.unwrap_or_default().split_whitespace().count() as u64;
        Has {
            descriptors: fs::read_dir(format!("{proc}/fd")).map_or(0, |fds| fds.count() as u64),
            memory: field("RssAnon:"),
            others: (field("Threads:") + children).saturating_sub(1),
        }
    }

    /// What it has as soon as it has no more descriptors than that, or when that has lasted too long.
    pub fn has_only(&self, descriptors: u64) -> Has {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let has = self.has();
            if has.descriptors <= descriptors || Instant::now() >= deadline {
                return has;
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// SIGTERM: it ends well, and in all that time has said nothing else.
    pub fn ends_well(self) {
        let expected = format!("{}** SIGTERM: the last answers\n", self.said);
        self.running.signal("TERM");
        let outcome = self.running.finish();
        let said = String::from_utf8_lossy(&outcome.stdout).into_owned();
        assert_eq!(said, expected, "{outcome:?}");
        assert_eq!(
            (outcome.status.code(), &outcome.stderr[..]),
            (Some(0), &b""[..]),
            "{outcome:?}"
        );
    }
}
