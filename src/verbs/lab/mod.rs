//! `sockstep lab`: the experiments.

mod predict;
mod told;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use sockstep::labs::{self, Error, Experiment, Finding, Progress, Run, perform};
use sockstep::observe::{in_words, interrupt};
use sockstep::trace::Writer;

use super::{Failure, say, usage};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep lab                       the list, and which of them you have done\n  sockstep lab backlog               run one: what the notes say, what happens, the verdict\n  sockstep lab backlog --predict     say first what will happen; the score is kept\n  sockstep lab --all                 every claim of the notes, with its verdict\n  sockstep lab backlog -o run.jsonl  keep what was seen: sockstep show run.jsonl"
)]
pub struct Lab {
    /// Which; without a name: the list
    name: Option<String>,
    /// Run all, and print the table of claims
    #[arg(long, conflicts_with_all = ["name", "output"])]
    all: bool,
    /// Ask for a prediction first
    #[arg(long)]
    predict: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "predict")]
    json: bool,
    /// Keep what was seen in this file, as `record` does; of further runs in FILE.2.jsonl, FILE.3.jsonl …
    #[arg(short, long, requires = "name")]
    output: Option<PathBuf>,
    /// Be one program of the experiment
    #[arg(long, hide = true, requires = "name")]
    inside: Option<String>,
}

/// Lists the experiments, or runs them.
pub fn lab(args: &Lab) -> Result<ExitCode, Failure> {
    match &args.name {
        None if args.all => all(args),
        None => list(args),
        Some(name) => {
            let lab = labs::find(name).ok_or_else(|| unknown(name))?;
            match &args.inside {
                Some(part) => inside(lab, part),
                None => one(lab, args),
            }
        }
    }
}

fn unknown(name: &str) -> Failure {
    let names: Vec<_> = labs::ALL.iter().map(|lab| lab.name()).collect();
    let near = similar::get_close_matches(name, &names, 1, 0.6);
    let near = near.first().map(|near| format!(" (near it: {near})")).unwrap_or_default();
    usage(format!("there is no lab {name}{near}; there are: {}", names.join(", ")))
}

fn inside(lab: &dyn Experiment, part: &str) -> Result<ExitCode, Failure> {
    labs::inside(lab, part).map_err(|broke| broke.to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn list(args: &Lab) -> Result<ExitCode, Failure> {
    let progress = read_progress().unwrap_or_default();
    if args.json {
        let labs: Vec<_> = labs::ALL.iter().map(|lab| told::listed(*lab, &progress)).collect();
        say(&serde_json::to_string_pretty(&labs)?)?;
    } else {
        say(&told::list(&progress))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn one(lab: &dyn Experiment, args: &Lab) -> Result<ExitCode, Failure> {
    let predicted = predicted(lab, args)?;
    let (runs, finding) = done(lab, args.output.is_some())?;
    if let Some(file) = &args.output {
        keep(&runs, file)?;
    }
    if args.json {
        say(&serde_json::to_string_pretty(&told::as_json(lab, &runs, &finding))?)?;
    } else {
        say(&told::told(lab, &runs, &finding)?)?;
    }
    note_progress(lab, predicted, &finding)?;
    Ok(status(&[finding]))
}

fn all(args: &Lab) -> Result<ExitCode, Failure> {
    let mut found = Vec::new();
    let mut failed: Vec<(&str, Failure)> = Vec::new();
    let mut answers = Vec::new();
    for (at, &lab) in labs::ALL.iter().enumerate() {
        if io::stderr().is_terminal() {
            let _ = writeln!(io::stderr(), "{} of {}: {}", at + 1, labs::ALL.len(), lab.name());
        }
        let predicted = predicted(lab, args)?;
        // What one of them needs may be missing here: a namespace for mounts, a C compiler. The others run.
        match done(lab, false) {
            Ok((runs, finding)) => {
                note_progress(lab, predicted, &finding)?;
                answers.push(told::as_json(lab, &runs, &finding));
                found.push((lab.name(), runs, finding));
            }
            Err(why) => {
                answers.push(
                    json!({ "name": lab.name(), "title": lab.title(), "failed": why.to_string() }),
                );
                failed.push((lab.name(), why));
            }
        }
    }
    if found.is_empty()
        && let Some((name, why)) = failed.pop()
    {
        return Err(format!("{name}: {why}").into());
    }
    if args.json {
        say(&serde_json::to_string_pretty(&json!({ "labs": answers }))?)?;
    } else {
        say(&told::table(&found))?;
    }
    for (name, why) in &failed {
        let _ = writeln!(io::stderr(), "sockstep: {name}: {why}");
    }
    if !failed.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    let findings: Vec<Finding> = found.into_iter().map(|(_, _, finding)| finding).collect();
    Ok(status(&findings))
}

/// Runs a lab: what was seen, and what follows.
fn done(lab: &dyn Experiment, with_source: bool) -> Result<(Vec<Run>, Finding), Failure> {
    let performed = perform(lab, with_source);
    interrupt::obey();
    let runs = performed?;
    let finding = lab.conclude(&runs).map_err(|unclear| {
        let kernel = runs.first().map_or("", |run| &run.trace().header.kernel);
        Error::Unclear { lab: lab.name(), kernel: kernel.into(), unclear }
    })?;
    Ok((runs, finding))
}

/// 1 where the kernel has answered otherwise than is known.
fn status(findings: &[Finding]) -> ExitCode {
    let known = |finding: &Finding| finding.verdicts.iter().all(|judged| judged.as_known());
    if findings.iter().all(known) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The answer that was chosen, if one was asked for.
fn predicted(lab: &dyn Experiment, args: &Lab) -> Result<Option<usize>, Failure> {
    if args.predict { predict::ask(lab).map(Some) } else { Ok(None) }
}

/// What was done so far; with a file that cannot be read it is as if nothing was, and the file stays as it is.
fn read_progress() -> Option<Progress> {
    Progress::read().map_err(|error| warn(&error)).ok()
}

fn warn(error: &io::Error) {
    let _ = writeln!(io::stderr(), "sockstep: what you have done is not kept: {}", in_words(error));
}

/// Notes that a lab was run, and says how a prediction went.
fn note_progress(
    lab: &dyn Experiment,
    predicted: Option<usize>,
    finding: &Finding,
) -> Result<(), Failure> {
    let kept = read_progress();
    let writes = kept.is_some();
    let mut progress = kept.unwrap_or_default();
    let right = predicted.map(|answer| finding.answer == Some(answer));
    progress.ran(lab.name(), right);
    if writes && let Err(error) = progress.write() {
        warn(&error);
    }
    match predicted {
        Some(answer) => say(&predict::judged(lab, answer, finding, &progress)),
        None => Ok(()),
    }
}

/// Writes the first run's recording; further scenes get a number before the ending.
fn keep(runs: &[Run], file: &Path) -> Result<(), Failure> {
    for (at, run) in runs.iter().enumerate() {
        let file = match at {
            0 => file.to_owned(),
            _ => file.with_extension(format!("{}.jsonl", at + 1)),
        };
        let failed = |e: io::Error| format!("{}: {}", file.display(), in_words(&e));
        let trace = run.trace();
        let to = File::create(&file).map_err(failed)?;
        let mut writer = Writer::new(to, &trace.header).map_err(failed)?;
        for event in run.events() {
            writer.event(event).map_err(failed)?;
        }
        writer.finish().map_err(failed)?;
        let _ = writeln!(io::stderr(), "kept; see: sockstep show {}", file.display());
    }
    Ok(())
}
