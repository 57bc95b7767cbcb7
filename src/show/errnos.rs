//! The errno table for people: a table for each call, what is marked in it explained, what is left out.

use super::table::{prose, table};
use crate::trace::{Came, ErrnoRow, ErrnoTable, LeftOutErrno, Says};

/// The table as JSON.
pub fn errnos_json(table: &ErrnoTable) -> serde_json::Result<String> {
    serde_json::to_string_pretty(table)
}

/// All of it.
pub fn errnos(table: &ErrnoTable) -> String {
    let mut calls: Vec<&str> = Vec::new();
    for row in &table.rows {
        if !calls.contains(&row.call.as_str()) {
            calls.push(&row.call);
        }
    }
    let of = |call: &str| -> Vec<&ErrnoRow> {
        table.rows.iter().filter(|row| row.call == call).collect()
    };
    let mut parts: Vec<String> = calls.iter().map(|call| one_call(call, &of(call))).collect();
    parts.push(prose(
        "m: the man page says something else of this row, or does not list this errno. p: the same of POSIX.",
        "",
    ));
    parts.push(differences(&table.rows));
    parts.push(unlisted(&calls, &table.rows));
    parts.push(left_out(&table.left_out));
    parts.push(verdict(table));
    parts.join("\n\n")
}

fn one_call(call: &str, rows: &[&ErrnoRow]) -> String {
    let besides = rows.iter().any(|row| !shown(row).after.is_empty());
    let mut table = match besides {
        true => table(["arrangement", "errno", "", "besides"]),
        false => table(["arrangement", "errno", ""]),
    };
    for row in rows {
        let Came { came, after } = shown(row);
        let mut cells = vec![row.arrangement.clone(), came, marks(row)];
        if besides {
            cells.push(after);
        }
        table.add_row(cells);
    }
    format!("{call}\n{table}")
}

/// What came if all is well, else what each says.
fn shown(row: &ErrnoRow) -> Came {
    if let (true, Some(came)) = (row.holds(), &row.c) {
        return came.clone();
    }
    let said = |who: &str, came: &Option<Came>| match came {
        None => format!("{who}: no such row"),
        Some(Came { came, after }) if after.is_empty() => format!("{who}: {came}"),
        Some(Came { came, after }) => format!("{who}: {came}, {after}"),
    };
    let each = [said("expected", &row.expected), said("C", &row.c), said("Rust", &row.rust)];
    Came { came: "DIFFERENT".into(), after: each.join("; ") }
}

fn marks(row: &ErrnoRow) -> String {
    let is =
        |who| row.differs.iter().any(|says| says.from == who) || row.not_listed_by.contains(&who);
    let marks = [("man page", 'm'), ("POSIX", 'p')];
    marks.iter().filter(|(who, _)| is(*who)).map(|(_, mark)| mark).collect()
}

/// The rows of which a description says something else, those with one reason together.
fn differences(rows: &[ErrnoRow]) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for says in rows.iter().flat_map(|row| &row.differs) {
        if !reasons.contains(&says.why) {
            reasons.push(says.why);
        }
    }
    let mut lines = vec!["Where Linux does something else:".to_owned()];
    for why in reasons {
        for row in rows {
            let says: Vec<&Says> = row.differs.iter().filter(|says| says.why == why).collect();
            if !says.is_empty() {
                lines.push(prose(&format!("  {}", difference(row, &says)), "    "));
            }
        }
        lines.push(prose(&format!("    why: {why}"), "    "));
    }
    lines.join("\n")
}

fn difference(row: &ErrnoRow, says: &[&Says]) -> String {
    let came = row.expected.as_ref().map_or("", |came| &came.came);
    let said = match says {
        [one] => format!("the {} says {}", one.from, one.says),
        [one, other] if one.says == other.says => {
            format!("the {} and {} say {}", one.from, other.from, one.says)
        }
        _ => {
            let each: Vec<_> =
                says.iter().map(|says| format!("the {} says {}", says.from, says.says)).collect();
            each.join(", ")
        }
    };
    let said = said.replace("the POSIX", "POSIX");
    format!("{}, {}: {came}; {said}", row.call, row.arrangement)
}

/// The errnos that came and that a description does not list, call by call.
fn unlisted(calls: &[&str], rows: &[ErrnoRow]) -> String {
    let mut lines = Vec::new();
    for who in ["man page", "POSIX"] {
        lines.push(format!("What came and the {who} does not list:").replace("the POSIX", "POSIX"));
        for call in calls {
            let mut errnos: Vec<&str> = Vec::new();
            for row in rows.iter().filter(|row| row.call == **call) {
                let came = row.expected.as_ref().map_or("", |came| &came.came);
                if row.not_listed_by.contains(&who) && !errnos.contains(&came) {
                    errnos.push(came);
                }
            }
            if !errnos.is_empty() {
                lines.push(prose(&format!("  {call}: {}", errnos.join(" ")), "    "));
            }
        }
    }
    lines.join("\n")
}

/// What is left out, that with one reason together.
fn left_out(left: &[LeftOutErrno]) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for one in left {
        if !reasons.contains(&one.why) {
            reasons.push(one.why);
        }
    }
    let mut lines = vec!["Left out:".to_owned()];
    for why in reasons {
        let mut text = String::new();
        let mut last = "";
        for one in left.iter().filter(|one| one.why == why) {
            let call = if one.call == last { String::new() } else { format!("{}: ", one.call) };
            let between = match (last, &*call) {
                ("", _) => "",
                (_, "") => " ",
                _ => "; ",
            };
            text.push_str(&format!("{between}{call}{}", one.errno));
            last = one.call;
        }
        lines.push(prose(&format!("  {text}"), "    "));
        lines.push(prose(&format!("    why: {why}"), "    "));
    }
    lines.join("\n")
}

fn verdict(table: &ErrnoTable) -> String {
    let rows = table.rows.len();
    let wrong = table.rows.iter().filter(|row| !row.holds()).count();
    let by = |who| table.left_out.iter().filter(|left| left.listed_by.contains(&who)).count();
    let left = format!(
        "{} errnos of the man pages and POSIX are left out, with reasons ({} of the man pages', {} of POSIX's)",
        table.left_out.len(),
        by("man page"),
        by("POSIX"),
    );
    prose(
        &match wrong {
            0 => format!("{rows} rows, C and Rust agree in all, on {}; {left}.", table.kernel),
            _ => format!(
                "{rows} rows, {wrong} DIFFERENT, on {} (expected is what Linux 6.18 answered); {left}.",
                table.kernel
            ),
        },
        "",
    )
}
