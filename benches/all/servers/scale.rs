//! What more clients cost in each design.

use std::path::Path;

use super::chart::{self, Point};
use super::load::{self, Told, median_of};
use super::server::Program;
use super::{DESIGNS, Plan, connections, thousands};
use crate::table::{Row, Section};

const CHART: &str = "docs/benchmarks-scale.svg";

/// Ten thousand clients take their time to connect: they are tried once.
const ONCE: usize = 10_000;

/// Each design with more and more connections.
pub fn section(plan: &Plan) -> Section {
    let (mut rows, mut points, mut limits) = (Vec::new(), Vec::new(), String::new());
    let told = all(plan);
    for (at, (design, _)) in DESIGNS.iter().enumerate() {
        for (&number, told) in plan.scale.iter().zip(&told) {
            let (runs, of) = (&told[at], connections(number));
            let [rate, p99] =
                [Told::rate, |told: &Told| told.p99].map(|what| median_of(runs, what));
            let fewest = |what: fn(&Told) -> usize| runs.iter().map(what).min().unwrap_or(0);
            let (answered, connected) =
                (fewest(|told| told.answered), fewest(|told| told.connected));
            let mut what = format!("{design}, {of}");
            if answered < number {
                let [answered, connected] = [answered, connected].map(|n| thousands(n as f64));
                what += &format!(" ({answered} answered)");
                let why = limit(design, runs.iter().find_map(|told| told.refusal.as_deref()));
                limits +=
                    &format!("\n- {design}, {of}: {connected} connected, {answered} answered{why}");
            }
            // Of those who are not answered nobody knows how long they wait.
            let p99 = Some(p99).filter(|_| answered == number);
            let until = p99.map_or(String::new(), |p99| format!(", p99 {}", time(p99)));
            rows.push(Row::figure(what, format!("{}/s{until}", thousands(rate))));
            points.push(Point { design, number, rate, p99 });
        }
    }
    if plan.chart {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(CHART);
        if let Err(error) = chart::draw(&points, &file) {
            eprintln!("{}: {error}", file.display());
        }
    }
    let mut intro = "Requests/s, and the time within which 99 of 100 answers have come: medians of runs in which the designs \
                     took turns (10,000 connections: one run). All servers have one CPU, also those that fork or start \
                     threads, which would take all there are. Each client asks again as soon as it has its answer, so with ten times the clients an answer \
                     takes ten times as long where the server does as much work as before."
        .to_owned();
    if !limits.is_empty() {
        intro += &format!(
            "\n\nWhere not all were answered the requests are those of the others, and there is no p99:\n{limits}"
        );
    }
    Section { title: "More and more clients".into(), intro, rows }
}

/// What was told, by the number of connections and by the design.
fn all(plan: &Plan) -> Vec<[Vec<Told>; 7]> {
    let of_all = |&number: &usize| {
        let mut told = [const { Vec::new() }; 7];
        for _ in 0..if number < ONCE { plan.scale_runs } else { 1 } {
            for ((_, path), told) in DESIGNS.iter().zip(&mut told) {
                let time = if number < ONCE { plan.scale_time } else { plan.scale_time * 4 };
                told.push(load::run(&Program::new(path), plan, number, time));
            }
        }
        told
    };
    plan.scale.iter().map(of_all).collect()
}

fn limit(design: &str, refusal: Option<&str>) -> String {
    match refusal {
        Some(refusal) => format!(": `{refusal}`"),
        None if design == "many_iterative" => {
            ": it serves one client until that leaves; the others are in the accept queue".into()
        }
        None => ": no more were".into(),
    }
}

pub fn time(micros: f64) -> String {
    match micros {
        ..1e3 => format!("{micros:.0} µs"),
        ..1e6 => format!("{:.1} ms", micros / 1e3),
        _ => format!("{:.1} s", micros / 1e6),
    }
}
