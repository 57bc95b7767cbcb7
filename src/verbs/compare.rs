//! `sockstep compare`: all versions of a pair, each server with each client.

use std::process::ExitCode;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use sockstep::observe::{compare as run_all, compare_layers};
use sockstep::show;
use sockstep::trace::{Pair, diff};

use super::{Failure, say};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep compare\n  sockstep compare welcome\n  sockstep compare upper-tcp --json\n  sockstep compare many-fork\n  sockstep compare errno\n  sockstep compare --differences\n  sockstep compare --layers"
)]
pub struct Compare {
    /// The pair, or the table of errnos [default: all pairs]
    what: Option<What>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// Run nothing: print the list of the differences on purpose (takes no pair, no --json)
    #[arg(long, exclusive = true)]
    differences: bool,
    /// The welcome pair on libc, nix, socket2 and std: what each adds to the calls (takes no pair, no --json)
    #[arg(long, exclusive = true)]
    layers: bool,
}

/// What there is to compare.
#[derive(Clone, Copy)]
enum What {
    Pair(Pair),
    Errno,
}

impl ValueEnum for What {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [What; Pair::ALL.len() + 1] = {
            let mut all = [What::Errno; Pair::ALL.len() + 1];
            let mut at = 0;
            while at < Pair::ALL.len() {
                all[at] = What::Pair(Pair::ALL[at]);
                at += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            What::Pair(pair) => pair.to_possible_value(),
            What::Errno => Some(PossibleValue::new("errno").help(
                "Every errno of the socket calls that can be provoked: C, Rust, and what is expected",
            )),
        }
    }
}

/// Runs all versions and shows where they differ.
pub fn compare(args: &Compare) -> Result<ExitCode, Failure> {
    if args.differences {
        say(&show::differences())?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.layers {
        return layers();
    }
    let pairs = match args.what {
        None => Pair::ALL.to_vec(),
        Some(What::Pair(pair)) => vec![pair],
        Some(What::Errno) => return super::errno::errno(args.json),
    };
    let mut comparisons = Vec::new();
    for pair in pairs {
        let comparison = run_all(pair)?;
        if !args.json {
            say(&format!("{}\n", show::comparison(&comparison)))?;
        }
        comparisons.push(comparison);
    }
    if args.json {
        say(&show::json(&comparisons)?)?;
    }
    let holds = comparisons.iter().all(|comparison| comparison.holds());
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What each layer's calls are beside those of the port.
fn layers() -> Result<ExitCode, Failure> {
    let runs = compare_layers(&["libc", "nix", "socket2", "std"])?;
    let Some(((name, calls), others)) = runs.split_first() else { return Ok(ExitCode::FAILURE) };
    for (other, run) in others {
        say(&format!("{name} and {other}:\n{}", show::diff(&diff(calls, run), (name, other))))?;
    }
    Ok(ExitCode::SUCCESS)
}
