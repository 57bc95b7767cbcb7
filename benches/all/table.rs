//! What was measured: sections of rows, and their text.

use std::fmt::Write as _;

/// A figure, and the goal that it is held against.
pub struct Row {
    pub what: String,
    pub result: String,
    pub goal: Option<String>,
    pub met: bool,
    /// Said below the table where the goal was missed.
    pub why: Option<String>,
}

/// A table, and what has to be known to read it.
pub struct Section {
    pub title: String,
    pub intro: String,
    /// None where nothing could be measured; the intro says why.
    pub rows: Vec<Row>,
}

impl Row {
    pub fn at_most(what: impl Into<String>, ratio: f64, goal: Option<f64>) -> Row {
        Row::held(what, ratio, goal, '≤', |goal| ratio <= goal)
    }

    pub fn at_least(what: impl Into<String>, ratio: f64, goal: Option<f64>) -> Row {
        Row::held(what, ratio, goal, '≥', |goal| ratio >= goal)
    }

    pub fn figure(what: impl Into<String>, result: String) -> Row {
        Row { what: what.into(), result, goal: None, met: true, why: None }
    }

    fn held(
        what: impl Into<String>,
        ratio: f64,
        goal: Option<f64>,
        sign: char,
        met: impl Fn(f64) -> bool,
    ) -> Row {
        let met = goal.is_none_or(met);
        // 1.024 against at most 1.02 is missed, and is not to read 1.02.
        let hidden = |goal| !met && format!("{ratio:.2}") == format!("{goal:.2}");
        let digits = if goal.is_some_and(hidden) { 4 } else { 2 };
        let result = format!("{ratio:.digits$}");
        Row {
            what: what.into(),
            result,
            goal: goal.map(|goal| format!("{sign} {goal}")),
            met,
            why: None,
        }
    }

    /// Why the goal is missed, where it is.
    pub fn because(mut self, why: &str) -> Row {
        self.why = Some(why.into());
        self
    }

    fn verdict(&self) -> &'static str {
        match (&self.goal, self.met) {
            (None, _) => "",
            (Some(_), true) => "met",
            (Some(_), false) => "MISSED",
        }
    }

    /// "what: 1.03 instead of ≤ 1.02, 1 % off", where the goal is missed.
    fn missed(&self) -> Option<String> {
        let goal = self.goal.as_deref().filter(|_| !self.met)?;
        let off = match (number(&self.result), number(goal)) {
            (Some(result), Some(goal)) if goal != 0.0 => {
                format!(", {} % off", digits((result / goal - 1.0).abs() * 100.0))
            }
            _ => String::new(),
        };
        Some(format!("{}: {} instead of {goal}{off}", self.what, self.result))
    }
}

impl Section {
    pub fn print(&self) {
        if !self.rows.is_empty() {
            println!("{}\n\n{}", self.title, self.table());
        }
    }

    /// As Markdown, in columns that are even on a screen, too.
    pub fn table(&self) -> String {
        const HEADS: [&str; 4] = ["", "result", "goal", ""];
        let cells = self
            .rows
            .iter()
            .map(|row| [&row.what, &row.result, row.goal.as_deref().unwrap_or(""), row.verdict()]);
        let lines: Vec<[&str; 4]> = [HEADS].into_iter().chain(cells).collect();
        let widest = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
        let [what, result, goal, verdict] = [0, 1, 2, 3].map(|column| widest(column).unwrap_or(0));
        let mut text = String::new();
        for (at, [a, b, c, d]) in lines.iter().enumerate() {
            let _ = writeln!(text, "| {a:what$} | {b:>result$} | {c:>goal$} | {d:verdict$} |");
            if at == 0 {
                let [a, b] = [what, verdict].map(|width| "-".repeat(width + 2));
                let [c, d] = [result, goal].map(|width| "-".repeat(width + 1));
                let _ = writeln!(text, "|{a}|{c}:|{d}:|{b}|");
            }
        }
        text
    }

    /// A sentence for each cause: which goals are missed by how much, and why.
    pub fn missed(&self) -> Vec<String> {
        let mut causes: Vec<(&str, Vec<String>)> = Vec::new();
        for row in &self.rows {
            let Some(missed) = row.missed() else { continue };
            let why = row.why.as_deref().unwrap_or("The cause is not known.");
            match causes.iter_mut().find(|(cause, _)| *cause == why) {
                Some((_, rows)) => rows.push(missed),
                None => causes.push((why, vec![missed])),
            }
        }
        causes.into_iter().map(|(why, rows)| format!("{}. {why}", rows.join("; "))).collect()
    }
}

/// The number that a result or a goal begins with, behind a sign of comparison.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_start_matches(['≤', '≥', '<', '>', ' ']);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    text[..end].parse().ok()
}

/// Small differences need a digit more.
fn digits(percent: f64) -> String {
    if percent < 1.0 { format!("{percent:.1}") } else { format!("{percent:.0}") }
}
