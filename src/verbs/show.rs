//! `sockstep show` and `sockstep diff`: what was recorded.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, IsTerminal, Write, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use sockstep::observe::in_words;
use sockstep::show::{self, Ladder};
use sockstep::trace::{self, Trace};

use super::{Failure, usage};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep show run.jsonl\n  sockstep show run.jsonl --width 80\n  sockstep record welcome -o - | sockstep show -\n  sockstep show --svg run.jsonl > run.svg\n  sockstep show --summary run.jsonl\n  sockstep show --summary poll.jsonl epoll.jsonl"
)]
pub struct Show {
    /// The recording; - is standard input. With --summary, more than one: their servers side by side
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Say instead who slept in which call, and what it did each time it woke
    #[arg(long, conflicts_with = "svg")]
    summary: bool,
    /// Draw it as SVG, for slides and READMEs
    #[arg(long)]
    svg: bool,
    /// How many columns to fill [default: the terminal's, or 100]; with --svg, how many pixels, 800 or more [default: 1000]
    #[arg(long, value_parser = clap::value_parser!(u16).range(20..=4000))]
    width: Option<u16>,
}

/// Draws a recording as a ladder.
pub fn show(args: &Show) -> Result<ExitCode, Failure> {
    if args.files.len() > 1 && !args.summary {
        return Err(usage("more than one FILE needs --summary"));
    }
    let traces = args.files.iter().map(|file| load(file)).collect::<Result<Vec<_>, _>>()?;
    let [trace] = &traces[..] else {
        super::say(&show::beside(&traces))?;
        return Ok(ExitCode::SUCCESS);
    };
    if args.summary {
        super::say(show::summary(trace).trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.svg {
        return svg(args, trace);
    }
    let names = show::program_names(&trace.events);
    let width = args.width.unwrap_or_else(show::width);
    let coloured = stdout().is_terminal() && !show::no_color();
    let out = BufWriter::new(stdout().lock());
    let drawn =
        Ladder::new(out, &trace.header, &names, width.into(), coloured).and_then(|mut ladder| {
            show::quiet(&trace.events).try_for_each(|event| ladder.event(event))?;
            ladder.finish()
        });
    written(drawn)
}

/// Draws a recording as SVG.
fn svg(args: &Show, trace: &Trace) -> Result<ExitCode, Failure> {
    const LEAST: u16 = 800;
    let width = args.width.unwrap_or(1000);
    if width < LEAST {
        return Err(usage("--svg needs a --width of 800 pixels or more"));
    }
    let rows = show::moments(trace);
    if rows > show::MOST_ROWS {
        let (file, most) = (args.files[0].display(), show::MOST_ROWS);
        return Err(format!(
            "{file}: {rows} rows are too many for --svg, which draws {most} at most; make a page of it: sockstep page {file} -o run.html"
        )
        .into());
    }
    let mut out = BufWriter::new(stdout().lock());
    written(show::svg(trace, width.into(), &mut out).and_then(|()| out.flush()))
}

/// How writing to standard output has ended; a reader who has gone is nobody's failure.
fn written(result: io::Result<()>) -> Result<ExitCode, Failure> {
    match result {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(e) => Err(format!("standard output: {}", in_words(&e)).into()),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep record welcome --client c-original -o a.jsonl\n  sockstep record welcome --client c -o b.jsonl\n  sockstep diff a.jsonl b.jsonl\n\nExit status: 0 the same, 1 different, 2 bad usage."
)]
pub struct Diff {
    /// One recording
    a: PathBuf,
    /// The other
    b: PathBuf,
}

/// Says where two recordings part.
pub fn diff(args: &Diff) -> Result<ExitCode, Failure> {
    let (a, b) = (load(&args.a)?, load(&args.b)?);
    let diff = trace::diff(&a, &b);
    let names = (args.a.display().to_string(), args.b.display().to_string());
    super::say(show::diff(&diff, (&names.0, &names.1)).trim_end())?;
    Ok(if diff.is_same() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads a recording. One that ends in the middle of a line is read up to there, and that is said.
pub fn load(path: &Path) -> Result<Trace, Failure> {
    let named = |what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
    let from: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(path).map_err(|e| named(&in_words(&e)))?))
    };
    let (trace, cut) = trace::read(from).map_err(|e| named(&e))?;
    if let Some(cut) = cut {
        let _ = writeln!(io::stderr(), "sockstep: {}", named(&cut));
    }
    Ok(trace)
}
