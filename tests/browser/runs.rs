//! The recordings whose pages are looked at: made once for all tests.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sockstep::trace::{Trace, read};

use crate::common::{c_programs, scratch};

/// A recording and its page.
pub struct Made {
    /// The page.
    pub page: PathBuf,
    /// The recording; of two, the first.
    pub trace: Trace,
}

/// The documented runs: the name and what makes the recording.
pub const RUNS: [(&str, &[&str]); 6] = [
    (
        "original",
        &["record", "welcome", "--in-turns", "--server=c-original", "--client=c-original"],
    ),
    ("c", &["record", "welcome", "--in-turns", "--server=c", "--client=c"]),
    ("rust", &["record", "welcome", "--in-turns", "--server=rust", "--client=rust"]),
    ("backlog", &["lab", "backlog"]),
    ("time_wait", &["lab", "time_wait"]),
    ("reset", &["lab", "reset"]),
];

/// One of the documented runs.
pub fn documented(name: &str) -> Arc<Made> {
    let (_, args) = RUNS.iter().find(|(known, _)| *known == name).expect("a documented run");
    made(name, args)
}

/// What these arguments record, and its page.
pub fn made(name: &str, args: &[&str]) -> Arc<Made> {
    type Cell = Arc<OnceLock<Arc<Made>>>;
    static MADE: Mutex<Option<HashMap<String, Cell>>> = Mutex::new(None);
    let cell = {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.get_or_insert_default().entry(name.into()).or_default().clone()
    };
    // Tests that want the same wait for the one that makes it; others need not.
    let make = || {
        let file = folder().join(format!("{name}.jsonl"));
        c_programs();
        // Before what may be a program's own arguments.
        let (verb, rest) = args.split_at(1);
        sockstep(&[verb, &["-o", &file.to_string_lossy()], rest].concat());
        Arc::new(paged(name))
    };
    cell.get_or_init(make).clone()
}

/// The page of a recording that stands in the folder.
pub fn paged(name: &str) -> Made {
    let [file, page] = ["jsonl", "html"].map(|ending| folder().join(format!("{name}.{ending}")));
    sockstep(&["page", &file.to_string_lossy(), "-o", &page.to_string_lossy()]);
    let file = BufReader::new(File::open(&file).expect("the recording"));
    Made { page, trace: read(file).expect("a recording").0 }
}

/// The page of the original pair beside the corrected one.
pub fn compared() -> PathBuf {
    let [original, corrected] = ["original", "c"].map(|name| {
        documented(name);
        folder().join(format!("{name}.jsonl")).to_string_lossy().into_owned()
    });
    let page = folder().join("compared.html");
    sockstep(&["page", "--compare", &original, &corrected, "-o", &page.to_string_lossy()]);
    page
}

/// Where recordings and pages of the tests are.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = scratch("browser");
        fs::create_dir_all(&folder).expect("a folder");
        folder
    })
}

fn sockstep(args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    command.args(args).env("XDG_CACHE_HOME", scratch("cache"));
    command.env("XDG_STATE_HOME", scratch("state"));
    // The page of 100,000 events takes a debug build on a busy machine longer than anything else here.
    const LONGEST: Duration = Duration::from_secs(120);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("sockstep");
    let deadline = Instant::now() + LONGEST;
    let status = loop {
        match child.try_wait().expect("wait") {
            Some(status) => break status,
            None if Instant::now() < deadline => sleep(Duration::from_millis(5)),
            None => {
                child.kill().expect("kill");
                panic!("{args:?}: not within {LONGEST:?}");
            }
        }
    };
    assert!(status.success(), "{args:?}: {status}");
}
