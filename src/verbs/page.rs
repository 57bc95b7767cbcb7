//! `sockstep page`: what was recorded, as a page for a browser.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write, stdout};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use sockstep::observe::{MayRead, in_words, listings};
use sockstep::show::{self, Recorded, Unpaged};
use sockstep::trace::{Listings, Trace, What};

use super::{Failure, say, show::load, usage};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep record welcome\n  sockstep page run.jsonl -o welcome.html\n  sockstep page --compare original.jsonl corrected.jsonl -o both.html\n  sockstep page long.jsonl --steps 1-5000\n  sockstep record welcome -o - | sockstep page - -o welcome.html\n\nThe page holds all that was recorded: buffers, file names, the lines around each call."
)]
pub struct Page {
    /// The recording; - is standard input
    #[arg(required = true, num_args = 1..=2, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Two recordings beside each other, and where they differ
    #[arg(long, requires = "output")]
    compare: bool,
    /// The page to write; - is standard output [default: FILE with the ending .html]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Some steps of the run, as 1-5000
    #[arg(long, value_name = "FROM-TO", value_parser = steps, conflicts_with = "compare")]
    steps: Option<(usize, usize)>,
}

/// Writes the page of a recording, or of two.
pub fn page(args: &Page) -> Result<ExitCode, Failure> {
    let output = output(args)?;
    let page = match args.files.as_slice() {
        [a, b] if args.compare => of_two(a, b)?,
        [file] if !args.compare => of_one(file, args.steps)?,
        [_] => return Err(usage("--compare takes two recordings")),
        _ => return Err(usage("two recordings make one page with --compare")),
    };
    let named = |e: std::io::Error| format!("{}: {}", output.display(), in_words(&e));
    if output.as_os_str() == "-" {
        let mut out = BufWriter::new(stdout().lock());
        return match page.write(&mut out).and_then(|()| out.flush()) {
            Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(named(e).into()),
            _ => Ok(ExitCode::SUCCESS),
        };
    }
    let mut out = Counted { out: BufWriter::new(File::create(&output).map_err(named)?), bytes: 0 };
    page.write(&mut out).and_then(|()| out.flush()).map_err(named)?;
    say(&format!(
        "{}: {} ({}); open it in any browser",
        holds(&page),
        output.display(),
        size(out.bytes)
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// What the page shows, in numbers.
fn holds(page: &show::Page) -> String {
    match page.differing() {
        Some(0) => "the same in both runs".into(),
        Some(1) => "1 row differs".into(),
        Some(rows) => format!("{rows} rows differ"),
        None if page.steps() == 1 => "1 step".into(),
        None => format!("{} steps", page.steps()),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        ..1_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

fn of_one(file: &Path, steps: Option<(usize, usize)>) -> Result<show::Page, Failure> {
    let (name, trace) = (name(file), load(file)?);
    let page = show::Page::new(&recorded(&name, &trace), steps);
    page.map_err(|unpaged| match unpaged {
        Unpaged::TooLong { most, .. } => {
            format!("{unpaged}; take a part of them, as --steps 1-{most}").into()
        }
        Unpaged::NoSuchSteps { .. } => usage(unpaged.to_string()),
    })
}

fn of_two(a: &Path, b: &Path) -> Result<show::Page, Failure> {
    let (name_a, trace_a, name_b, trace_b) = (name(a), load(a)?, name(b), load(b)?);
    let page = show::Page::beside(&recorded(&name_a, &trace_a), &recorded(&name_b, &trace_b));
    page.map_err(|unpaged| {
        format!("{unpaged}; sockstep diff says in text where they differ").into()
    })
}

/// A run with the source that may be shown of it.
fn recorded<'a>(name: &'a str, trace: &'a Trace) -> Recorded<'a> {
    // A trace may come from anybody: no file that it names is read.
    let listing = |event: &sockstep::trace::Event| match &event.what {
        What::Stack(stack) => Some((stack.id, listings(stack, MayRead::Nothing)?)),
        _ => None,
    };
    let listings: HashMap<u32, Listings> = trace.events.iter().filter_map(listing).collect();
    Recorded { name, trace, listings }
}

/// A recording's file without its folder and its ending.
fn name(file: &Path) -> String {
    match file.file_stem() {
        Some(stem) if file.as_os_str() != "-" => show::brief(stem.as_encoded_bytes()),
        _ => "standard input".into(),
    }
}

/// Where the page goes.
fn output(args: &Page) -> Result<PathBuf, Failure> {
    let given = args.output.clone();
    let output = match (given, args.files.first()) {
        (Some(output), _) => output,
        (None, Some(file)) if file.as_os_str() != "-" => file.with_extension("html"),
        _ => return Err(usage("from standard input the page needs a name: -o FILE.html")),
    };
    let one = |file: &Path| fs::metadata(file).map(|there| (there.dev(), there.ino())).ok();
    let over = |file: &&PathBuf| one(file).is_some_and(|there| Some(there) == one(&output));
    match args.files.iter().find(over) {
        Some(file) if output.as_os_str() != "-" => {
            let name = file.display();
            Err(usage(format!(
                "the page would be written over {name}, which it is made from: give it another name with -o"
            )))
        }
        _ => Ok(output),
    }
}

/// `FROM-TO`.
fn steps(text: &str) -> Result<(usize, usize), String> {
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| *number > 0);
    let both = text.split_once('-').and_then(|(from, to)| Some((number(from)?, number(to)?)));
    let risen = both.filter(|(from, to)| from <= to);
    risen.ok_or_else(|| "two numbers of steps, the smaller one first, as 1-5000".into())
}

/// Counts what is written.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
