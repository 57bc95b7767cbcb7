//! The servers for many clients, measured: each against its C twin, `many_epoll` against tokio, all as the clients grow in
//! number, and the memory of an idle one.

mod chart;
mod few;
mod generator;
mod idle;
mod load;
mod scale;
mod server;
mod tokio;
mod twins;

use std::path::Path;
use std::time::Duration;

use crate::Effort;
use crate::table::Section;
use server::Program;

/// The designs and where the Rust programs are.
const DESIGNS: [(&str, &str); 7] = [
    ("many_iterative", env!("CARGO_BIN_EXE_many_iterative")),
    ("many_fork", env!("CARGO_BIN_EXE_many_fork")),
    ("many_threads", env!("CARGO_BIN_EXE_many_threads")),
    ("many_select", env!("CARGO_BIN_EXE_many_select")),
    ("many_poll", env!("CARGO_BIN_EXE_many_poll")),
    ("many_epoll", env!("CARGO_BIN_EXE_many_epoll")),
    ("many_epoll_edge", env!("CARGO_BIN_EXE_many_epoll_edge")),
];

/// How long to measure, and where files may lie.
struct Plan<'a> {
    /// How often two servers that are compared take turns.
    runs: usize,
    /// How long each of these runs is.
    time: Duration,
    /// The numbers of connections with which the servers are compared.
    compared: &'static [usize],
    /// The numbers of connections with which each design is tried.
    scale: &'static [usize],
    /// How often and for how long.
    scale_runs: usize,
    scale_time: Duration,
    /// Connections that are idle while the memory is looked at.
    idle: usize,
    /// Whether the chart is drawn.
    chart: bool,
    folder: &'a Path,
}

/// All that is measured of the servers.
pub fn sections(effort: &Effort, folder: &Path) -> Vec<Section> {
    let plan = if effort.quick {
        Plan {
            runs: 1,
            time: Duration::from_millis(100),
            compared: &[1, 50, 1_000],
            scale: &[10, 100, 1_000],
            scale_runs: 1,
            scale_time: Duration::from_millis(100),
            idle: 10_000,
            chart: false,
            folder,
        }
    } else {
        Plan {
            runs: 7,
            time: Duration::from_millis(400),
            compared: &[1, 50, 1_000],
            scale: &[10, 100, 1_000, 10_000],
            scale_runs: 3,
            scale_time: Duration::from_millis(400),
            idle: 10_000,
            chart: true,
            folder,
        }
    };
    let twins = DESIGNS.map(|(name, rust)| [Program::new(rust), Program::twin(name, folder)]);
    vec![
        twins::section(&plan, &twins),
        tokio::section(&plan),
        scale::section(&plan),
        few::section(&plan),
        idle::section(&plan, &twins),
    ]
}

/// Whether this process was started to play a part in a measurement, which it then has.
pub fn role(args: &[String]) -> bool {
    let Some(at) = args.iter().position(|arg| arg == "--role") else {
        return false;
    };
    match &args[at + 1..] {
        [name, args @ ..] if name == "load" => generator::role(args),
        [name, args @ ..] if name == "stage" => server::role(args),
        [name, args @ ..] if name == "tokio" => tokio::role(args),
        _ => return false,
    }
    true
}

/// What a name is for in `DESIGNS`.
fn design(name: &str) -> Program {
    let found = DESIGNS.iter().find(|(design, _)| *design == name);
    Program::new(found.unwrap_or_else(|| panic!("no design {name}")).1)
}

/// `12,345`.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 connection`, `1,000 connections`.
fn connections(number: usize) -> String {
    match number {
        1 => "1 connection".into(),
        _ => format!("{} connections", thousands(number as f64)),
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
