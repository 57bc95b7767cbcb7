//! A row of the errno table: a call, how things were arranged, and what must come.
//! Twin: `c-reference/errnos/row.h`.

use std::fmt;
use std::os::fd::OwnedFd;

use crate::calls::{Errno, Result};

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The call's name.
    pub call: &'static str,
    /// The arrangement, in one line.
    pub arrangement: &'static str,
    /// What this crate's authors saw: `EADDRINUSE`, or `0`.
    pub expect: Expect,
    /// What a second look found, a sentence or nothing.
    pub after: &'static str,
    /// Where the man page or POSIX says something else.
    pub differs: &'static [Differs],
    /// Makes the arrangement and the call. The error is one of the arrangement: there was nothing to see.
    pub run: fn() -> Result<Outcome>,
}

/// What comes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It works.
    Success,
    /// It fails.
    Fails(Errno),
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expect::Success => f.write_str("0"),
            Expect::Fails(errno) => write!(f, "{errno:?}"),
        }
    }
}

/// Who describes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The Linux man page of section 2.
    ManPage,
    /// POSIX.1-2017, and of close POSIX.1-2024.
    Posix,
}

/// A difference between a row and a description.
#[derive(Debug, Clone, Copy)]
pub struct Differs {
    /// Whose description.
    pub from: From,
    /// What it says in place of what came.
    pub says: &'static str,
    /// What lies behind it.
    pub why: &'static str,
}

/// What came of a call, and of a second look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The call's own.
    pub came: Expect,
    /// What the second look found, or nothing.
    pub after: String,
}

impl Outcome {
    /// Adds what a second look found.
    pub(super) fn then(self, after: impl Into<String>) -> Outcome {
        Outcome { after: after.into(), ..self }
    }
}

/// The outcome of the call that a row is about.
pub(super) fn came<T>(result: Result<T>) -> Outcome {
    let came = match result {
        Ok(_) => Expect::Success,
        Err(errno) => Expect::Fails(errno),
    };
    Outcome { came, after: String::new() }
}

/// A second call's name and its outcome: its errno, or its number.
pub(super) fn said(what: &str, result: Result<impl Number>) -> String {
    match result {
        Ok(number) => format!("{what}: {}", number.number()),
        Err(errno) => format!("{what}: {errno:?}"),
    }
}

/// What C has as the result of a call that went well.
pub(super) trait Number {
    fn number(&self) -> i64;
}

impl Number for () {
    fn number(&self) -> i64 {
        0
    }
}

impl Number for u32 {
    fn number(&self) -> i64 {
        i64::from(*self)
    }
}

impl Number for usize {
    fn number(&self) -> i64 {
        *self as i64
    }
}

impl Number for OwnedFd {
    fn number(&self) -> i64 {
        use std::os::fd::AsRawFd;
        i64::from(self.as_raw_fd())
    }
}

/// A row whose call fails.
pub(super) const fn fails(
    call: &'static str,
    arrangement: &'static str,
    errno: Errno,
    run: fn() -> Result<Outcome>,
) -> Row {
    let expect = Expect::Fails(errno);
    Row { call, arrangement, expect, after: "", differs: &[], run }
}

/// A row whose call works, where one might have thought of an errno.
pub(super) const fn works(
    call: &'static str,
    arrangement: &'static str,
    run: fn() -> Result<Outcome>,
) -> Row {
    Row { call, arrangement, expect: Expect::Success, after: "", differs: &[], run }
}

impl Row {
    /// The same with what a second look finds.
    pub(super) const fn after(self, after: &'static str) -> Row {
        Row { after, ..self }
    }

    /// The same with where a description says something else.
    pub(super) const fn differs(self, differs: &'static [Differs]) -> Row {
        Row { differs, ..self }
    }
}

/// The man page says something else.
pub(super) const fn man(says: &'static str, why: &'static str) -> Differs {
    Differs { from: From::ManPage, says, why }
}

/// Both say the same, something else.
pub(super) const fn both(says: &'static str, why: &'static str) -> [Differs; 2] {
    [man(says, why), posix(says, why)]
}

/// POSIX says something else.
pub(super) const fn posix(says: &'static str, why: &'static str) -> Differs {
    Differs { from: From::Posix, says, why }
}
