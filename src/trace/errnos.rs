//! The errno table as it came out: each row in C and in Rust, beside what was expected.

use serde::Serialize;

/// The whole of a run of both programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrnoTable {
    /// `Linux 6.18.5`.
    pub kernel: String,
    /// Whether C and Rust agree and are as expected, in every row.
    pub holds: bool,
    /// The rows, in the order of the table.
    pub rows: Vec<ErrnoRow>,
    /// What no row provokes.
    pub left_out: Vec<LeftOutErrno>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrnoRow {
    /// The call.
    pub call: String,
    /// How things were arranged.
    pub arrangement: String,
    /// What the project's authors saw; none for a row that only the programs have.
    pub expected: Option<Came>,
    /// What C saw; none if its program has no such row.
    pub c: Option<Came>,
    /// What Rust saw, likewise.
    pub rust: Option<Came>,
    /// Where the man page or POSIX says something else.
    pub differs: Vec<Says>,
    /// Who does not list the errno for this call at all.
    pub not_listed_by: Vec<&'static str>,
}

impl ErrnoRow {
    /// Whether all three are there and the same.
    pub fn holds(&self) -> bool {
        self.expected.is_some() && self.expected == self.c && self.c == self.rust
    }
}

/// What came of a call, and what a second look found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Came {
    /// `EADDRINUSE`, or `0`, or what became of the row's process.
    pub came: String,
    /// A sentence or nothing.
    pub after: String,
}

/// What a description says in place of what came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Says {
    /// `man page` or `POSIX`.
    pub from: &'static str,
    /// Its errno.
    pub says: &'static str,
    /// What lies behind it.
    pub why: &'static str,
}

/// An errno that a description lists and no row provokes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOutErrno {
    /// The call.
    pub call: &'static str,
    /// The errno.
    pub errno: String,
    /// Who lists it.
    pub listed_by: Vec<&'static str>,
    /// Why it cannot be provoked.
    pub why: &'static str,
}

/// A line that one of the programs printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrnoLine {
    /// The call.
    pub call: String,
    /// The arrangement.
    pub arrangement: String,
    /// What came.
    pub came: Came,
}

impl ErrnoLine {
    /// Reads a line: four fields with tabs between them.
    pub fn read(line: &str) -> Option<ErrnoLine> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [call, arrangement, came, after] = fields[..] else { return None };
        let came = Came { came: came.into(), after: after.into() };
        Some(ErrnoLine { call: call.into(), arrangement: arrangement.into(), came })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_four_fields() {
        let line = ErrnoLine::read("bind\tport 80\tEACCES\t").expect("a line");
        assert_eq!((&*line.call, &*line.arrangement), ("bind", "port 80"));
        assert_eq!(line.came, Came { came: "EACCES".into(), after: "".into() });
        for bad in ["", "bind\tport 80\tEACCES", "a\tb\tc\td\te"] {
            assert_eq!(ErrnoLine::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_row_holds_if_all_three_are_there_and_the_same() {
        let came = |came: &str| Some(Came { came: came.into(), after: "".into() });
        let (call, arrangement) = ("bind".to_owned(), "port 80".to_owned());
        let (differs, not_listed_by) = (vec![], vec![]);
        let all = came("EACCES");
        let row = ErrnoRow {
            call,
            arrangement,
            expected: all.clone(),
            c: all.clone(),
            rust: all,
            differs,
            not_listed_by,
        };
        assert!(row.holds());
        assert!(!ErrnoRow { c: came("0"), ..row.clone() }.holds());
        assert!(!ErrnoRow { rust: None, ..row.clone() }.holds());
        assert!(!ErrnoRow { expected: came("0"), ..row.clone() }.holds());
        assert!(!ErrnoRow { expected: None, c: None, rust: None, ..row }.holds());
    }
}
