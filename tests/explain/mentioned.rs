//! What the project mentions: the names in its sources and documents.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use nix::errno::Errno;

/// What constants of the socket calls begin with.
const BEGINNINGS: &str = "SO_ TCP_ UDP_ IP_ IPV6_ MCAST_ MSG_ SOCK_ AF_ IPPROTO_ SOL_ SHUT_ \
    INADDR_ AI_ EAI_ POLL EPOLL O_ F_ FD_ SCM_ NETLINK_ PACKET_ SIOC FIO SIG SPLICE_F_ \
    CLOSE_RANGE_ IFF_ SOMAXCONN ERESTART SA_ RLIMIT_";

/// Words of the sources that begin so and are no such constants: names of tables, another crate's, of files, of signals
/// that end a broken program.
const OUR_OWN: &str = "CLOSE_RANGE_FLAGS EPOLL EPOLL_FLAGS EPOLL_OPS IPV6_ICMP O_CREAT POLL SIGABRT \
    SIGBUS SIGFPE SIGILL SIGNAL SIGNALS SIGSYS UDP_OOB UDP_OVER_IPV4 UDP_OVER_IPV6 UDP_PORT UDP_UNSPEC";

/// The project's texts but those of explain, by path.
pub fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut places: Vec<_> =
        ["src", "docs", "c-reference", "README.md"].map(|place| root.join(place)).into();
    while let Some(place) = places.pop() {
        if place.is_dir() {
            let inside = fs::read_dir(&place)
                .expect("a folder")
                .map(|entry| entry.expect("an entry").path());
            places.extend(inside.filter(|path| !path.ends_with("src/explain")));
        } else if let Ok(text) = fs::read_to_string(&place) {
            let name = place.strip_prefix(root).expect("within the project").display().to_string();
            found.push((name, text));
        }
    }
    found
}

/// Every word of capitals, digits and underscores, and a file that has it.
pub fn words() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    // On a screen a word may be cut.
    let whole = |file: &str| !file.ends_with(".snap") && file != "docs/screen.md";
    for (file, text) in texts().into_iter().filter(|(file, _)| whole(file)) {
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            let capital = word.starts_with(|c: char| c.is_ascii_uppercase());
            let more =
                word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
            if capital && (more || word == "AF_DECnet") {
                found.entry(word.to_string()).or_insert_with(|| file.clone());
            }
        }
    }
    found
}

/// Every errno that there is on Linux.
pub fn errnos() -> BTreeSet<String> {
    let all = (1..512).map(Errno::from_raw).filter(|&errno| errno != Errno::UnknownErrno);
    all.map(|errno| format!("{errno:?}")).chain(["EWOULDBLOCK".into(), "ENOTSUP".into()]).collect()
}

/// The calls that are watched, on any machine: the table's, some of which this machine may lack.
pub fn watched() -> BTreeSet<String> {
    let (_, text) = texts()
        .into_iter()
        .find(|(file, _)| file == "src/observe/call.rs")
        .expect("the table of calls");
    let rows = text.lines().filter_map(|line| line.split_once(" SYS_"));
    rows.filter_map(|(_, row)| Some(row.split('"').nth(1)?.to_string())).collect()
}

/// The errnos in the table of a call's documentation, with the call.
pub fn documented() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (file, text) in texts() {
        let Some(call) = file.strip_prefix("src/calls/").and_then(|file| file.strip_suffix(".rs"))
        else {
            continue;
        };
        for row in text.lines().filter_map(|line| line.strip_prefix("/// | `")) {
            let names = row.split(" | ").next().expect("a first column").split('`').step_by(2);
            let errnos = names.filter(|name| name.starts_with('E') && !name.contains(' '));
            found.extend(errnos.map(|errno| (call.to_string(), errno.to_string())));
        }
    }
    found
}

/// The functions of the port.
pub fn functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (file, text) in texts() {
        if file.starts_with("src/calls/") {
            for (at, start) in text.match_indices("\npub fn ") {
                let name = text[at + start.len()..].split(['(', '<']).next().expect("a name");
                found.insert(name.to_string());
            }
        }
    }
    found.remove("zeroed"); // memset, no call of the socket API
    found
}

/// Whether a word is the name of a constant of the socket API.
pub fn is_constant(word: &str) -> bool {
    let known = BEGINNINGS.split_whitespace().any(|beginning| word.starts_with(beginning));
    let own = OUR_OWN.split_whitespace().any(|own| own == word);
    known && !own && !word.ends_with('_')
}
