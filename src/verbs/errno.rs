//! `sockstep compare errno`: the errno table in C and in Rust, row by row, beside what is expected.

use std::process::ExitCode;

use sockstep::errnos::{From, Row, left_out, page, rows};
use sockstep::observe::{errno_lines, kernel_release};
use sockstep::show;
use sockstep::trace::{Came, ErrnoLine, ErrnoRow, ErrnoTable, LeftOutErrno, Says, Version};

use super::{Failure, say};

/// Runs both programs and shows every row.
pub fn errno(json: bool) -> Result<ExitCode, Failure> {
    let c = errno_lines(Version::Corrected)?;
    let rust = errno_lines(Version::Rust)?;
    let rows = joined(&c, &rust);
    let holds = rows.iter().all(ErrnoRow::holds);
    let kernel = kernel_release();
    let left_out = left_out().into_iter().map(|left| LeftOutErrno {
        call: left.call,
        errno: format!("{:?}", left.errno),
        listed_by: who(left.man, left.posix),
        why: left.why,
    });
    let table = ErrnoTable { kernel, holds, rows, left_out: left_out.collect() };
    say(&if json { show::errnos_json(&table)? } else { show::errnos(&table) })?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn who(man: bool, posix: bool) -> Vec<&'static str> {
    [(man, name(From::ManPage)), (posix, name(From::Posix))]
        .into_iter()
        .filter_map(|(is, name)| is.then_some(name))
        .collect()
}

fn name(from: From) -> &'static str {
    match from {
        From::ManPage => "man page",
        From::Posix => "POSIX",
    }
}

/// The rows that are expected, and then those that only a program has.
fn joined(c: &[ErrnoLine], rust: &[ErrnoLine]) -> Vec<ErrnoRow> {
    let mut all: Vec<ErrnoRow> = rows().map(|row| expected(row, c, rust)).collect();
    for line in c.iter().chain(rust) {
        let known = |row: &ErrnoRow| row.call == line.call && row.arrangement == line.arrangement;
        if !all.iter().any(known) {
            all.push(ErrnoRow {
                call: line.call.clone(),
                arrangement: line.arrangement.clone(),
                expected: None,
                c: came(c, &line.call, &line.arrangement),
                rust: came(rust, &line.call, &line.arrangement),
                differs: Vec::new(),
                not_listed_by: Vec::new(),
            });
        }
    }
    all
}

fn expected(row: &Row, c: &[ErrnoLine], rust: &[ErrnoLine]) -> ErrnoRow {
    let says = |differs: &sockstep::errnos::Differs| Says {
        from: name(differs.from),
        says: differs.says,
        why: differs.why,
    };
    let (man, posix) = page(row.call).map_or((true, true), |page| page.lists(row.expect));
    ErrnoRow {
        call: row.call.into(),
        arrangement: row.arrangement.into(),
        expected: Some(Came { came: row.expect.to_string(), after: row.after.into() }),
        c: came(c, row.call, row.arrangement),
        rust: came(rust, row.call, row.arrangement),
        differs: row.differs.iter().map(says).collect(),
        not_listed_by: who(!man, !posix),
    }
}

fn came(lines: &[ErrnoLine], call: &str, arrangement: &str) -> Option<Came> {
    let line = lines.iter().find(|line| line.call == call && line.arrangement == arrangement);
    line.map(|line| line.came.clone())
}
