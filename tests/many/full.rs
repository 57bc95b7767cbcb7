//! Servers that can take no more clients.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use nix::unistd::geteuid;
use sockstep::calls::{RLIMIT_NOFILE, getrlimit, rlimit, setrlimit};

use super::client::{Client, End, excerpt};
use super::server::{Design, Found, PATIENCE, Server, hold, within};
use super::table::Row;
use crate::common::{has, program, run};

/// Lets this process have as many descriptors as it may; how many.
pub fn many_descriptors() -> u64 {
    let limit = getrlimit(RLIMIT_NOFILE).expect("getrlimit");
    let most = rlimit { rlim_cur: limit.rlim_max, ..limit };
    setrlimit(RLIMIT_NOFILE, &most).expect("setrlimit");
    limit.rlim_max
}

/// Why no so many descriptors can be had here.
pub fn too_few(want: u64) -> Option<String> {
    let most = many_descriptors();
    (most < want).then(|| format!("RLIMIT_NOFILE is {most} here, {want} are needed"))
}

/// Why no limit can be set here.
fn no_prlimit() -> Option<String> {
    (!has("prlimit"))
        .then(|| "prlimit is not installed (Debian, Fedora: package util-linux)".into())
}

// ---- EMFILE -----------------------------------------------------------------------------------------

pub const NO_DESCRIPTOR: Row = Row {
    hindrance: no_prlimit,
    ..Row::new(
        "no descriptor left: no busy loop, and who waits is served when one has left",
        "???YYYY",
        no_descriptor,
    )
};

fn no_descriptor(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut served = Client::connect(&server)?;
    served.asks("before")?;
    let next = u64::from(server.next_descriptor());
    server.set_limit(next);

    let mut waiting: Vec<Client> =
        (0..4).map(|_| Client::connect(&server)).collect::<Found<_>>()?;
    for (n, client) in waiting.iter_mut().enumerate() {
        client.says(format!("waiting {n}\n"))?;
        client.waits(Duration::from_secs(4));
    }
    sleep(Duration::from_millis(100));
    let before = server.cpu();
    sleep(Duration::from_secs(1));
    let used = server.cpu() - before;
    hold(used < Duration::from_millis(50), || format!("{used:?} of CPU time in a second"))?;
    served.asks("still served")?;
    if design.promises_most() {
        let said = server.running().stderr();
        let says_so = said.starts_with(b"accept4: Too many open files\n");
        hold(says_so, || format!("stderr: {}", said.escape_ascii()))?;
    }
    for (n, mut client) in waiting.into_iter().enumerate() {
        drop(served);
        client.hears(format!("WAITING {n}\n"))?;
        served = client;
    }
    server.set_limit(next + 10);
    drop(served);
    Client::connect(&server)?.asks("after")
}

// ---- --limit ----------------------------------------------------------------------------------------

pub const LIMIT: Row = Row::new(
    "more than `--limit` clients: the next is told, and served when one has left",
    "NNNYYYY",
    limit,
);

/// The server tells this client that it is full, and closes.
fn is_refused(mut client: Client) -> Found {
    client.hears("** The server is full\n")?;
    match client.listens(1) {
        // The server has closed before it has read the line.
        (_, Some(End::Closed | End::Reset)) => Ok(()),
        _ => Err("not closed".into()),
    }
}

fn limit(design: &Design) -> Found {
    let mut server = design.start(&["--limit", "3"])?;
    let mut served: Vec<Client> = (0..3).map(|_| Client::connect(&server)).collect::<Found<_>>()?;
    let serves = |served: &mut [Client]| served.iter_mut().try_for_each(|one| one.asks("served"));
    serves(&mut served)?;
    let before = server.descriptors();
    for _ in 0..10 {
        is_refused(Client::connect(&server)?)?;
        let mut eager = Client::connect(&server)?;
        let _ = eager.says("a line at once\n");
        is_refused(eager)?;
        serves(&mut served)?;
    }
    let after = server.descriptors();
    hold(after == before, || format!("descriptors: {before:?}, then {after:?}"))?;

    for _ in 0..3 {
        served.remove(0);
        served.push(next_is_served(&server)?);
        serves(&mut served)?;
        is_refused(Client::connect(&server)?)?;
    }
    server.is_well(true)
}

/// Soon after one has left: the server may hear of that after the next has come.
fn next_is_served(server: &Server) -> Found<Client> {
    within(PATIENCE, "the next is served", || {
        let mut client = Client::connect(server).ok()?;
        client.asks("next").ok().map(|()| client)
    })
}

// ---- Descriptor 1024 --------------------------------------------------------------------------------

pub const MANY: Row = Row {
    at_once: 2,
    hindrance: || too_few(4096),
    ..Row::new("1,100 clients at once", "NYYNYYY", many)
};

fn many(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut clients = Vec::new();
    for _ in 0..1_100 {
        let mut client = Client::connect(&server)?;
        client.waits(Duration::from_secs(if design.stem == "many_iterative" { 1 } else { 10 }));
        client.asks("hello")?;
        clients.push(client);
    }
    clients.iter_mut().try_for_each(|client| client.asks("again"))
}

pub const NOT_WATCHABLE: Row = Row {
    at_once: 2,
    hindrance: || too_few(4096),
    ..Row::new(
        "a descriptor that `select` cannot watch: that client is told",
        "---Y---",
        |design| from_1024_on(&mut design.start(&[])?),
    )
};

/// With the descriptors from 1024 on the clients are refused, and the others go on.
pub fn from_1024_on(server: &mut Server) -> Found {
    let taken = server.descriptors();
    let mut served = Vec::new();
    for descriptor in (0..1_024).filter(|descriptor| !taken.contains(descriptor)) {
        let mut client = Client::connect(server)?;
        client.asks("hello").map_err(|e| format!("descriptor {descriptor}: {e}"))?;
        served.push(client);
    }
    for _ in 0..50 {
        is_refused(Client::connect(server)?)?;
    }
    served.iter_mut().try_for_each(|client| client.asks("again"))?;
    served.remove(500);
    served.push(next_is_served(server)?);
    is_refused(Client::connect(server)?)?;
    served.iter_mut().try_for_each(|client| client.asks("again"))?;
    server.is_well(true)
}

// ---- RLIMIT_NOFILE ----------------------------------------------------------------------------------

pub const RAISES_LIMIT: Row = Row {
    hindrance: || no_prlimit().or_else(|| too_few(10_016)),
    ..Row::new(
        "RLIMIT_NOFILE is raised, or what it allows is said and kept",
        "NNNYYYY",
        raises_limit,
    )
};

fn raises_limit(design: &Design) -> Found {
    let server = design.start_under(&["prlimit", "--nofile=256:"], &[])?;
    let limit = server.limit();
    hold(limit == 10_016, || format!("the limit is {limit}"))?;
    Client::connect(&server)?.asks("hello")?;
    let said = server.running().stdout();
    let silent = said == b"The server is ready to receive\n";
    hold(silent, || format!("stdout: {}", said.escape_ascii()))?;
    drop(server);

    // A user who may not raise the hard limit, and who may not read this project's folder everywhere.
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).expect("chmod");
    let copy = folder.path().join(design.stem);
    let mut cp = Command::new("cp");
    assert!(
        run(cp.arg(program(design.stem, design.language)).arg(&copy), Stdio::null())
            .status
            .success()
    );
    let mut command = Command::new("prlimit");
    command.arg("--nofile=64:64").arg(&copy).current_dir("/");
    if geteuid().is_root() {
        command.uid(65_534).gid(65_534);
    }
    let server = design.start_by(&mut command)?;
    let said = server.running().stdout();
    let expected =
        b"** RLIMIT_NOFILE is 64: at most 48 clients at once\nThe server is ready to receive\n";
    hold(said == expected, || format!("stdout: {}", said.escape_ascii()))?;
    let mut served = Vec::new();
    for _ in 0..48 {
        let mut client = Client::connect(&server)?;
        client.asks("hello")?;
        served.push(client);
    }
    is_refused(Client::connect(&server)?)?;
    served.iter_mut().try_for_each(|client| client.asks("again"))
}

// ---- 10,000 -----------------------------------------------------------------------------------------

pub const TEN_THOUSAND: Row = Row {
    at_once: 1,
    hindrance: || too_few(10_100),
    ..Row::new("10,000 clients at once, each answered", "---NYYY", ten_thousand)
};

/// A client waits for each answer 2 seconds at most. A machine that has much else to do may fail to keep that once.
fn ten_thousand(design: &Design) -> Found {
    let server = design.start(&[])?;
    let all = || {
        let mut client = Command::new(program("many_client", design.language));
        client.args(["--connections", "10000", "--lines", "2", "127.0.0.1"]);
        let outcome = run(client.arg(server.port.to_string()), Stdio::null());
        let expected = b"10000 connections, 20000 lines sent, 20000 answered right\n";
        let right = outcome.status.success() && outcome.stdout == expected;
        hold(right, || format!("{}: {}", outcome.status, excerpt(&outcome.stdout)))
    };
    all().or_else(|_| all())
}
