//! What can go wrong with a run, in words: what happened, to whom, what to try.

use std::io;
use std::path::PathBuf;

use crate::calls::{Errno, strerror};
use crate::trace::{Exit, Transport};

/// Why a run did not come about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another socket has the port.
    #[error("bind: EADDRINUSE: {transport} port {port} is taken{}", holder(by))]
    PortTaken {
        /// TCP or UDP.
        transport: Transport,
        /// Host byte order.
        port: u16,
        /// Who has it, as far as can be seen.
        by: Holder,
    },
    /// The server ended before it was ready.
    #[error("{program} ended ({exit}) before it was ready; it printed: {}", said(printed))]
    ServerEnded {
        /// The server's file.
        program: PathBuf,
        /// How.
        exit: Exit,
        /// What it had printed.
        printed: Vec<u8>,
    },
    /// The server runs, but its port does not.
    #[error(
        "{program} is not ready: after {seconds} s {transport} port {port} is not open; it printed: {}",
        said(printed)
    )]
    NotReady {
        /// The server's file.
        program: PathBuf,
        /// TCP or UDP.
        transport: Transport,
        /// Host byte order.
        port: u16,
        /// How long it was given.
        seconds: u64,
        /// What it had printed.
        printed: Vec<u8>,
    },
    /// A program neither ends nor goes back to waiting for a client.
    #[error(
        "{program} hangs: after {seconds} s it has not finished; it printed: {}",
        said(printed)
    )]
    Hangs {
        /// The program's file.
        program: PathBuf,
        /// How long it was given.
        seconds: u64,
        /// What it had printed.
        printed: Vec<u8>,
    },
    /// There is no C compiler.
    #[error(
        "no C compiler: {command} is not installed (Debian, Ubuntu: sudo apt install gcc; Fedora: sudo dnf install \
         gcc; another one: CC=clang)"
    )]
    NoCompiler {
        /// The compiler that was looked for.
        command: String,
    },
    /// The C compiler does not like a program.
    #[error("{command} cannot compile {stem}.c: {message}")]
    Compile {
        /// The compiler.
        command: String,
        /// The program.
        stem: String,
        /// The compiler's words.
        message: String,
    },
    /// A Rust program is not installed.
    #[error(
        "{} is missing: it belongs beside sockstep (in the sources: cargo build; installed: cargo install --locked --path . --force)",
        .0.display()
    )]
    NoProgram(PathBuf),
    /// A program of the errno table cannot run here.
    #[error("{}: {said}", program.display())]
    NoErrnos {
        /// Its file.
        program: PathBuf,
        /// What it said.
        said: String,
    },
    /// A file cannot be executed.
    #[error("cannot execute {}: {}{}", program.display(), in_words(source), why_not(source))]
    CannotExecute {
        /// The file.
        program: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A command's name is nowhere in PATH.
    #[error(
        "cannot execute {0}: there is no program of this name in PATH (one in this folder: ./{0})"
    )]
    NotInPath(String),
    /// A command is empty.
    #[error("there is no command to run")]
    NoCommand,
    /// The kernel forbids tracing.
    #[error(
        "programs cannot be watched here: ptrace: {}: a container's default profile or kernel.yama.ptrace_scope = 3 forbids it \
         (docker run --security-opt seccomp=unconfined; ptrace_scope 3 lasts until the next boot)",
        in_words(.0)
    )]
    NoPtrace(io::Error),
    /// Something that is needed for watching is missing.
    #[error("{0}")]
    CannotWatch(String),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// A call of the system failed.
    #[error("{what}: {}", in_words(source))]
    System {
        /// What was being done.
        what: String,
        /// The system's answer.
        source: io::Error,
    },
}

impl Error {
    /// Says what was being done when a call failed.
    pub(crate) fn doing(what: impl Into<String>) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::System { what: what.into(), source }
    }
}

/// What an errno of exec means here.
fn why_not(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(libc::EACCES) => {
            " (is it a program, and what its #! line names, too? chmod +x makes a file one)"
        }
        Some(libc::ENOEXEC) => {
            " (it is neither a program for this machine nor a script that begins with #!)"
        }
        Some(libc::ENOENT) => " (or what its #! line names is missing)",
        _ => "",
    }
}

/// Who holds a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A process: its name and number.
    Process(String, i32),
    /// Only connections in TIME_WAIT, which the kernel keeps for 60 s.
    TimeWait,
    /// Somebody whose descriptors we may not see.
    Unseen,
}

fn holder(by: &Holder) -> String {
    match by {
        Holder::Process(name, pid) => format!(" by {name} (PID {pid}): stop it, or choose another with --port"),
        Holder::TimeWait => " by a connection in TIME_WAIT, and either this server or the one before it does not set \
             SO_REUSEADDR: wait 60 s, or choose another with --port"
            .into(),
        Holder::Unseen => ": choose another with --port".into(),
    }
}

/// The system's answer as `ENAME: text`.
pub fn in_words(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => format!("{:?}: {}", Errno::from_raw(number), strerror(number)),
        None => error.to_string(),
    }
}

/// The last line that a program printed, for an error's one line.
fn said(printed: &[u8]) -> String {
    let text = String::from_utf8_lossy(printed);
    match text.lines().rfind(|line| !line.trim().is_empty()) {
        Some(line) => format!("{:?}", line.chars().take(120).collect::<String>()),
        None => "nothing".into(),
    }
}
