//! One run of the load generator, from outside: what it is asked for, and what it tells.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::server::{Process, Program, Server};
use super::{Plan, median};

const ATTEMPTS: usize = 3;

/// What the clients are to do.
#[derive(Serialize, Deserialize)]
pub struct Load {
    /// The server's port on 127.0.0.1.
    pub port: u16,
    /// The server's process.
    pub pid: u32,
    /// How many clients there are.
    pub connections: usize,
    /// How many of them ask again and again; the others have asked once.
    pub asking: usize,
    /// How long they ask; 0: each asks once and is idle then, and the server's memory is looked at.
    pub time: Duration,
}

/// What they have seen.
#[derive(Serialize, Deserialize, Default)]
pub struct Told {
    /// Connections that the kernel has made.
    pub connected: usize,
    /// Connections on which a right answer has come, ever.
    pub answered: usize,
    /// Right answers while it was measured.
    pub requests: u64,
    /// How long that was, in seconds.
    pub seconds: f64,
    /// Half of the answers took at most that long, in microseconds.
    pub p50: f64,
    /// All but one in a hundred did.
    pub p99: f64,
    /// How long the server's process (its first thread) has used a CPU, in seconds.
    pub cpu: f64,
    /// Which part of that it was in the kernel, 0 to 1.
    pub kernel: f64,
    /// The server's own memory in KiB, before and while all are idle.
    pub memory: [f64; 2],
    /// What a client was told that was no answer, or else the last that the server has complained of.
    pub refusal: Option<String>,
}

impl Told {
    /// Right answers a second.
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    /// The server's CPU time for a request, in microseconds.
    pub fn cpu_each(&self) -> f64 {
        self.cpu * 1e6 / self.requests.max(1) as f64
    }
}

/// Starts the server and asks it; again if the clients fail.
pub fn run(program: &Program, plan: &Plan, connections: usize, time: Duration) -> Told {
    run_some(program, plan, connections, connections, time)
}

/// The same with many clients of whom a few ask.
pub fn run_some(
    program: &Program,
    plan: &Plan,
    connections: usize,
    asking: usize,
    time: Duration,
) -> Told {
    for _ in 0..ATTEMPTS {
        let server = Server::start(program, plan.folder);
        let load = Load { port: server.port, pid: server.pid(), connections, asking, time };
        let Some(mut told) = ask(&load) else { continue };
        if told.answered < connections {
            told.refusal = told.refusal.or_else(|| server.complaint());
        }
        return told;
    }
    panic!("the load generator has failed {ATTEMPTS} times")
}

fn ask(load: &Load) -> Option<Told> {
    let load = serde_json::to_string(load).expect("JSON");
    let mut command = Command::new(env::current_exe().expect("this program's path"));
    command.args(["--role", "load", &load]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut clients = Process(command.process_group(0).spawn().expect("the load generator"));
    serde_json::from_reader(clients.0.stdout.take()?).ok()
}

/// The runs of two servers that take turns, each going first every other time.
pub fn alternated(programs: [&Program; 2], plan: &Plan, connections: usize) -> [Vec<Told>; 2] {
    let mut told = [const { Vec::new() }; 2];
    for round in 0..plan.runs {
        for turn in 0..2 {
            let which = (round + turn) % 2;
            told[which].push(run(programs[which], plan, connections, plan.time));
        }
    }
    told
}

/// The median of what the runs told of something.
pub fn median_of(told: &[Told], what: impl Fn(&Told) -> f64) -> f64 {
    median(told.iter().map(what))
}

/// Why a ratio missed its goal, as far as the runs say: between what the ratios of single rounds lay.
pub fn spread(told: &[Vec<Told>; 2], goal: f64) -> String {
    let ratios = told[0].iter().zip(&told[1]).map(|(one, other)| one.rate() / other.rate());
    let (least, most) = ratios
        .fold((f64::MAX, 0.0_f64), |(least, most), ratio| (least.min(ratio), most.max(ratio)));
    let [one, other] = [0, 1].map(|which| super::thousands(median_of(&told[which], Told::rate)));
    let noise = if least < goal && goal < most { ": the goal is within the noise" } else { "" };
    format!(
        "{one} against {other} requests/s; the single rounds gave {least:.2} to {most:.2}{noise}"
    )
}
