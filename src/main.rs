//! The command line `sockstep`: each verb is a few lines that call the library.

mod verbs;

use std::io::{Write, stderr};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sockstep::observe::interrupt;

use verbs::{Usage, compare, demo, explain, lab, layer, page, record, show, step};

/// The socket API, one system call at a time
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  sockstep demo                           the welcome pair on port 9001, in Rust
  sockstep demo upper-udp --server c      a C server, a Rust client
  sockstep compare welcome                original C, corrected C and Rust, each with each
  sockstep step welcome                   the same, call by call
  sockstep step many-fork                 a server of many clients, a process for each
  sockstep record welcome                 without stopping, into run.jsonl
  sockstep show run.jsonl                 as a ladder: server, wire, client
  sockstep lab backlog                    an experiment: how many clients wait behind listen(sd, N)?
  sockstep explain EADDRINUSE             what a call, an errno, a state, an option means
  sockstep layer nix server               the welcome server on the crate nix, and then, elsewhere:
  sockstep layer std client

Exit status: 0 all well, 1 a difference or a failure, 2 bad usage.";

#[derive(Subcommand)]
enum Verb {
    /// Run a pair of programs and show what each printed
    Demo(demo::Demo),
    /// Run all versions of a pair, each server with each client, and show where they differ
    Compare(compare::Compare),
    /// Step through two programs, call by call
    Step(step::Step),
    /// Record a run without stopping
    Record(record::Record),
    /// Draw a recorded run as a ladder: server, wire, client
    Show(show::Show),
    /// Draw a recorded run as a page to click through, one file for any browser
    Page(page::Page),
    /// Say where two recorded runs differ
    Diff(show::Diff),
    /// List the experiments, or run one: what the notes claim, put to the kernel
    Lab(lab::Lab),
    /// Say what a call, an errno, a TCP state, an option or a flag is
    Explain(explain::Explain),
    /// Be the welcome server or client, written on one layer
    Layer(layer::LayerOf),
}

fn main() -> ExitCode {
    let result = match Cli::parse().verb {
        Verb::Demo(args) => demo::demo(&args),
        Verb::Compare(args) => compare::compare(&args),
        Verb::Step(args) => step::step(&args),
        Verb::Record(args) => record::record(&args),
        Verb::Show(args) => show::show(&args),
        Verb::Page(args) => page::page(&args),
        Verb::Diff(args) => show::diff(&args),
        Verb::Lab(args) => lab::lab(&args),
        Verb::Explain(args) => explain::explain(&args),
        Verb::Layer(args) => layer::layer(&args),
    };
    result.unwrap_or_else(|failure| {
        interrupt::obey();
        if verbs::reader_has_gone(failure.as_ref()) {
            return ExitCode::FAILURE;
        }
        let _ = writeln!(stderr(), "sockstep: {failure}");
        ExitCode::from(if failure.is::<Usage>() { 2 } else { 1 })
    })
}
