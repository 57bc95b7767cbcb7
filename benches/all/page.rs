//! `docs/benchmarks.md`: where and when it was measured, each section with its table, and each goal that is missed.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;
use std::{env, fs, thread};

use super::measure::said;
use super::table::Section;

const PAGE: &str = "docs/benchmarks.md";
const CHART: &str = "benchmarks-scale.svg";
/// The title of the section that the chart belongs to.
const CHARTED: &str = "More and more clients";
const BUSY: &str = " The machine had other work when this began, so figures that are times are not to be relied on.";
const WIDTH: usize = 110;

/// The machine as it was when the measuring began.
pub struct Start {
    date: String,
    load: String,
    at: Instant,
}

impl Start {
    pub fn now() -> Start {
        Start {
            date: said("date", &["+%F"]).unwrap_or_default(),
            load: first_word("/proc/loadavg"),
            at: Instant::now(),
        }
    }

    pub fn took(&self) -> String {
        let seconds = self.at.elapsed().as_secs();
        format!("measured in {} min {} s", seconds / 60, seconds % 60)
    }

    /// More wanted to run than there are CPUs.
    fn busy(&self) -> bool {
        self.load.parse().is_ok_and(|load: f64| load > cpus() as f64)
    }

    fn machine(&self) -> String {
        let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
        format!(
            "{} × {}, {}, Linux {}; load average {} at the start, {}",
            cpus(),
            cpu.unwrap_or("a CPU without a name"),
            env::consts::ARCH,
            first_word("/proc/sys/kernel/osrelease"),
            self.load,
            self.took(),
        )
    }

    fn tools() -> String {
        let tools = [
            ("rustc", "--version"),
            ("cc", "--version"),
            ("strace", "-V"),
            ("valgrind", "--version"),
        ];
        let known = tools.into_iter().filter_map(|(tool, option)| said(tool, &[option]));
        known.collect::<Vec<_>>().join(", ")
    }
}

/// Writes the page. Where that fails, the figures are on the screen.
pub fn write(start: &Start, sections: &[Section]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chart = root.join("docs").join(CHART).is_file();
    match fs::write(root.join(PAGE), page(start, sections, chart)) {
        Ok(()) => println!("written: {PAGE}"),
        Err(error) => eprintln!("{PAGE}: {error}"),
    }
}

fn page(start: &Start, sections: &[Section], chart: bool) -> String {
    let head = format!(
        "`make bench` has written this page on {}: {} ({}). Each ratio of times is one of medians of runs in which \
         the commands compared took turns. Speed is no test: where a goal is missed, the table says so, and below it stands by how \
         much and why.{}",
        start.date,
        start.machine(),
        Start::tools(),
        if start.busy() { BUSY } else { "" },
    );
    let mut text = format!("# Benchmarks\n\n{}\n", textwrap::fill(&head, WIDTH));
    for section in sections {
        let _ =
            write!(text, "\n## {}\n\n{}\n", section.title, textwrap::fill(&section.intro, WIDTH));
        if chart && section.title == CHARTED {
            let _ = write!(text, "\n![{}]({CHART})\n", section.title);
        }
        if !section.rows.is_empty() {
            let _ = write!(text, "\n{}", section.table());
        }
        let missed = section.missed();
        if !missed.is_empty() {
            let _ = writeln!(text, "\nMissed:\n");
        }
        let item = textwrap::Options::new(WIDTH).subsequent_indent("  ");
        for line in missed {
            let _ = writeln!(text, "{}", textwrap::fill(&format!("- {line}"), &item));
        }
    }
    text
}

fn cpus() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn first_word(file: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.split_whitespace().next().unwrap_or("?").into()
}
