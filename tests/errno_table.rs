//! The errno table: its rows, its two programs, and `sockstep compare errno`.

mod common;

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use common::{Outcome, c_programs, has, run, skip};
use nix::errno::Errno;
use sockstep::errnos::{Expect, PAGES, left_out, rows};
use tempfile::TempDir;

const CALLS: &str = "socket bind listen accept connect send sendto recv recvfrom shutdown close getsockname \
                     getpeername setsockopt getsockopt socketpair poll";

#[test]
fn every_call_has_rows_and_no_row_stands_twice() {
    let calls: Vec<&str> = CALLS.split_whitespace().collect();
    let mut texts = HashSet::new();
    for row in rows() {
        assert!(calls.contains(&row.call), "{row:?}");
        assert!(texts.insert((row.call, row.arrangement)), "twice: {row:?}");
        assert!(row.arrangement.len() <= 46, "long: {row:?}");
        assert!(!format!("{}{}", row.arrangement, row.after).contains(['\t', '\n']), "{row:?}");
        for differs in row.differs {
            let came = row.expect.to_string();
            assert!(differs.says.split(' ').all(|says| says != came), "no difference: {row:?}");
        }
    }
    assert!(texts.len() >= 100, "{}", texts.len());
    for call in &calls {
        assert!(rows().any(|row| row.call == *call), "{call}");
    }
    assert_eq!(PAGES.map(|page| page.call).to_vec(), calls);
}

#[test]
fn what_the_descriptions_list_is_a_row_or_left_out_with_a_reason() {
    let left = left_out();
    for page in PAGES {
        for &errno in page.man.iter().chain(page.posix) {
            let provoked =
                rows().any(|row| row.call == page.call && row.expect == Expect::Fails(errno));
            let reason = left.iter().find(|left| left.call == page.call && left.errno == errno);
            assert!(
                provoked != reason.is_some_and(|left| !left.why.is_empty()),
                "{page:?} {errno}"
            );
        }
    }
    assert!(left.iter().any(|left| left.errno == Errno::ENFILE));
}

// ---- The programs -----------------------------------------------------------------------------------

fn programs() -> [PathBuf; 2] {
    [c_programs().join("errno_table"), env!("CARGO_BIN_EXE_errno_table").into()]
}

/// The lines of a program, or nothing where it may not have a network of its own, which is said.
fn lines(outcome: &Outcome) -> Option<Vec<String>> {
    let said = String::from_utf8_lossy(&outcome.stderr);
    if said.contains("no network of its own") {
        assert_eq!((outcome.status.code(), &*outcome.stdout), (Some(1), &b""[..]), "{outcome:?}");
        skip(&said);
        return None;
    }
    assert_eq!((outcome.status.code(), &*said), (Some(0), ""), "{outcome:?}");
    let printed = String::from_utf8(outcome.stdout.clone()).expect("UTF-8");
    Some(printed.lines().map(str::to_owned).collect())
}

fn expected() -> Vec<String> {
    let line = |row: &sockstep::errnos::Row| {
        format!("{}\t{}\t{}\t{}", row.call, row.arrangement, row.expect, row.after)
    };
    rows().map(line).collect()
}

/// The lines in which the two differ, each beside the other.
#[track_caller]
fn same(what: &str, came: &[String]) {
    let wanted = expected();
    let pairs = wanted.iter().zip(came).filter(|(wanted, came)| wanted != came);
    let different: Vec<_> = pairs.collect();
    assert!(different.is_empty() && wanted.len() == came.len(), "{what}: {different:#?}");
}

#[test]
fn c_and_rust_answer_as_expected_in_every_row() {
    for program in programs() {
        let Some(came) = lines(&run(&mut Command::new(&program), Stdio::null())) else { return };
        same(&program.to_string_lossy(), &came);
    }
}

#[test]
fn an_ordinary_user_gets_the_same_rows() {
    if fs::metadata("/proc/self").expect("/proc").uid() != 0 {
        return; // The test above was his.
    }
    let folder = everybody();
    for (name, program) in ["c", "rust"].into_iter().zip(programs()) {
        let copy = folder.path().join(name);
        fs::copy(program, &copy).expect("copy");
        let mut command = Command::new(copy);
        command.uid(65534).gid(65534).current_dir(folder.path());
        let Some(came) = lines(&run(&mut command, Stdio::null())) else { return };
        same(name, &came);
    }
}

fn everybody() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("chmod");
    folder
}

#[test]
fn one_call_alone_and_a_call_that_is_none() {
    let only = common::same("errno_table close", |language| {
        run(&mut common::command("errno_table", language, ["close"]), Stdio::null())
    });
    let Some(came) = lines(&only) else { return };
    let wanted: Vec<_> =
        expected().into_iter().filter(|line| line.starts_with("close\t")).collect();
    assert_eq!(came, wanted);

    let none = common::same("errno_table ioctl", |language| {
        run(&mut common::command("errno_table", language, ["ioctl"]), Stdio::null())
    });
    let said = "errno_table: there is no row of 'ioctl'\nusage: errno_table [CALL]\n";
    assert_eq!((none.status.code(), &*none.stderr), (Some(2), said.as_bytes()));
}

/// Where the kernel gives no network, not one packet is sent.
#[test]
fn without_a_network_of_its_own_no_row_runs() {
    let script = "echo 0 > /proc/sys/user/max_net_namespaces && exec \"$0\"";
    for program in programs() {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "sh", "-c", script]).arg(program);
        if !has("unshare")
            || !run(Command::new("unshare").args(["-Ur", "true"]), Stdio::null()).status.success()
        {
            return skip("unshare(1) is missing, or user namespaces are forbidden");
        }
        let outcome = run(&mut command, Stdio::null());
        let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
        let wanted = "errno_table: no network of its own, so nothing was run: unshare: ENOSPC: No space left on device\n";
        assert_eq!((outcome.status.code(), &*said, &*outcome.stdout), (Some(1), wanted, &b""[..]));
    }
}

// ---- sockstep compare errno -------------------------------------------------------------------------

/// sockstep with these lines for its Rust program's.
#[cfg(feature = "stepper")]
fn compare(lines: &[String], args: &[&str]) -> Outcome {
    let folder = everybody();
    let path = |name: &str| folder.path().join(name);
    fs::copy(env!("CARGO_BIN_EXE_sockstep"), path("sockstep")).expect("copy");
    fs::write(path("lines"), lines.join("\n") + "\n").expect("write");
    fs::write(path("errno_table"), format!("#!/bin/sh\ncat {}\n", path("lines").display()))
        .expect("write");
    fs::set_permissions(path("errno_table"), fs::Permissions::from_mode(0o755)).expect("chmod");
    std::os::unix::fs::symlink(c_programs(), path("c-reference")).expect("symlink");
    let mut command = Command::new(path("sockstep"));
    command.args(["compare", "errno"]).args(args);
    command.env("XDG_CACHE_HOME", common::scratch("cache"));
    run(&mut command, Stdio::null())
}

/// What it printed, however its lines were broken.
#[cfg(feature = "stepper")]
fn flat(outcome: &Outcome) -> String {
    let shown = String::from_utf8_lossy(&outcome.stdout);
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(feature = "stepper")]
#[test]
fn compare_errno_shows_every_row_and_what_differs() {
    let Some(mut came) = lines(&run(&mut Command::new(&programs()[1]), Stdio::null())) else {
        return;
    };
    let outcome = compare(&came, &[]);
    let shown = flat(&outcome);
    assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
    for row in rows().filter(|row| row.arrangement.len() < 30) {
        assert!(shown.contains(row.arrangement), "{row:?}");
    }
    let verdict = format!("{} rows, C and Rust agree in all", rows().count());
    assert!(shown.contains(&verdict) && !shown.contains("DIFFERENT"), "{shown}");
    assert!(
        shown.contains(&format!(
            "{} errnos of the man pages and POSIX are left out",
            left_out().len()
        ))
    );

    let outcome = compare(&came, &["--json"]);
    let table: serde_json::Value = serde_json::from_slice(&outcome.stdout).expect("JSON");
    assert_eq!(table["holds"], true);
    assert_eq!(table["rows"].as_array().map(Vec::len), Some(rows().count()));
    assert_eq!(table["left_out"].as_array().map(Vec::len), Some(left_out().len()));
    assert_eq!(table["rows"][0]["rust"]["came"], "EAFNOSUPPORT");

    let missing = came.remove(3);
    came[0] = came[0].replace("EAFNOSUPPORT", "EINVAL");
    came.push("poll\ta row of its own\t0\t".into());
    let outcome = compare(&came, &[]);
    let shown = flat(&outcome);
    assert_eq!(outcome.status.code(), Some(1), "{missing}: {shown}");
    assert!(shown.contains(&format!("{} rows, 3 DIFFERENT", rows().count() + 1)), "{shown}");
    let outcome = compare(&["no row".into()], &[]);
    let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert_eq!(outcome.status.code(), Some(1));
    assert!(said.contains("\"no row\", which is no row"), "{said}");
}
