//! What the tests of watched programs share: the small C programs beside this file, built; a run,
//! recorded and read back.
#![allow(dead_code, reason = "each test file compiles this and uses a part of it")]

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use nix::errno::Errno;
use sockstep::trace::*;
use tempfile::TempDir;

use crate::common::{Outcome, reserve, run, scratch, skip, until};

/// The path of a built program.
pub fn program(name: &str) -> String {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(build).join(name).to_string_lossy().into_owned()
}

fn build() -> PathBuf {
    let out = scratch("watched");
    // Two test binaries may run at the same time, and both want the programs built.
    let _lock = until("the lock on the watched programs", || reserve("watched programs"));
    fs::create_dir_all(&out).expect("folder");
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/watched");
    for entry in fs::read_dir(sources).expect("sources") {
        let source = entry.expect("source").path();
        if source.extension().is_some_and(|ending| ending == "c") {
            compile(&source, &out.join(source.file_stem().expect("a name")));
        }
    }
    out
}

/// The other test binary may be running this program: a newer one takes its name, not its place.
fn compile(source: &Path, program: &Path) {
    let modified = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    if modified(program) > modified(source) {
        return;
    }
    let new = program.with_extension("new");
    let cc = std::env::var("CC").unwrap_or("cc".into());
    let flags = ["-g", "-Wall", "-Wextra", "-pthread", "-o"];
    let built = Command::new(&cc).args(flags).arg(&new).arg(source).output().expect("cc");
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{cc} {}: {said}", source.display());
    fs::rename(new, program).expect("rename");
}

/// `sockstep`.
pub fn sockstep() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sockstep"))
}

/// A recorded run.
pub struct Recording {
    pub outcome: Outcome,
    pub trace: Trace,
}

/// Records a run of one program. None, and said so: programs cannot be traced here.
pub fn record(command: &[&str]) -> Option<Recording> {
    let mut args = vec!["--"];
    args.extend(command);
    record_with(&args)
}

/// Records a run with these arguments.
pub fn record_with(args: &[&str]) -> Option<Recording> {
    let folder = TempDir::new().expect("temporary folder");
    let file = folder.path().join("run.jsonl");
    let outcome = attempt(&file, args)?;
    assert!(file.exists(), "{args:?}: {outcome:?}");
    let (trace, cut) = read_file(&file).unwrap_or_else(|e| panic!("{args:?}: {e}: {outcome:?}"));
    assert_eq!(cut, None, "{args:?}");
    Some(Recording { outcome, trace })
}

/// Tries to record a run. None, and said so: programs cannot be traced here.
pub fn attempt(file: &Path, args: &[&str]) -> Option<Outcome> {
    // Whoever started the tests may have left us open descriptors: 3 to 9 are to be free.
    const CLOSED: &str = "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", CLOSED, env!("CARGO_BIN_EXE_sockstep"), "record", "-o"]).arg(file);
    let outcome = run(command.args(args), Stdio::null());
    let said = String::from_utf8_lossy(&outcome.stderr);
    if said.contains("programs cannot be watched here") {
        skip(&said);
        return None;
    }
    Some(outcome)
}

pub fn read_file(file: &Path) -> Result<(Trace, Option<Cut>), ReadError> {
    read(BufReader::new(File::open(file).expect("trace file")))
}

impl Recording {
    /// The first process of the first program.
    pub fn first(&self) -> Who {
        self.trace.programs()[0].who
    }

    /// All calls, in the order in which they were made: `recvfrom(3) = EINTR`, `accept(3) = ?`.
    pub fn calls(&self) -> Vec<String> {
        self.trace.calls().iter().map(line).collect()
    }

    /// The calls of one thread.
    pub fn calls_of(&self, tid: i32) -> Vec<String> {
        let calls = self.trace.calls();
        calls.iter().filter(|call| call.entered.who.tid == tid).map(line).collect()
    }

    /// What is picked of the events.
    pub fn all<'a, T>(&'a self, pick: impl FnMut(&'a What) -> Option<T>) -> Vec<T> {
        self.trace.events.iter().map(|event| &event.what).filter_map(pick).collect()
    }

    /// How the threads ended.
    pub fn ended(&self) -> Vec<(Who, Exit)> {
        self.all(|what| match what {
            What::Ended { who, exit } => Some((*who, *exit)),
            _ => None,
        })
    }

    /// How the first process ended.
    pub fn exit(&self) -> Option<Exit> {
        let first = self.first();
        self.ended().into_iter().find(|(who, _)| *who == first).map(|(_, exit)| exit)
    }

    /// The signals that reached a thread.
    pub fn signals_of(&self, tid: i32) -> Vec<&str> {
        self.all(|what| match what {
            What::Signalled { who, signal } if who.tid == tid => Some(signal.as_ref()),
            _ => None,
        })
    }

    /// What was said of the run.
    pub fn notes(&self) -> Vec<&str> {
        self.all(|what| match what {
            What::Noted { text, .. } => Some(text.as_ref()),
            _ => None,
        })
    }

    /// The threads and processes that were made.
    pub fn children(&self) -> Vec<Who> {
        self.all(|what| match what {
            What::Forked { child, .. } => Some(*child),
            _ => None,
        })
    }

    /// How often a process became another program.
    pub fn executed(&self) -> usize {
        self.all(|what| matches!(what, What::Executed { .. }).then_some(())).len()
    }
}

fn line(call: &CallView) -> String {
    let fd = match call.entered.args.first() {
        Some(Arg { value: Value::Fd(fd), .. }) => fd.to_string(),
        _ => String::new(),
    };
    let answer = match call.returned.map(|(returned, _)| &returned.answer) {
        Some(Answer::Value(value)) => value.to_string(),
        Some(Answer::Errno(number)) => format!("{:?}", Errno::from_raw(*number)),
        Some(Answer::Unfinished(_)) => "?".into(),
        None => "never".into(),
    };
    format!("{}({fd}) = {answer}", call.entered.name)
}
