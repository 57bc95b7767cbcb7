//! `sockstep page`: what was recorded, as a page for a browser.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use sockstep::observe::in_words;
use sockstep::show::{self, Recorded};

use super::{Failure, show::load};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep record welcome\n  sockstep page run.jsonl -o run.html\n  sockstep record welcome -o - | sockstep page - -o welcome.html"
)]
pub struct Page {
    /// The recording; - is standard input
    file: PathBuf,
    /// The page to write; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Writes the page of a recording.
pub fn page(args: &Page) -> Result<ExitCode, Failure> {
    let trace = load(&args.file)?;
    let recorded = Recorded { name: "run", trace: &trace, listings: HashMap::new() };
    let named = |e: std::io::Error| format!("{}: {}", args.output.display(), in_words(&e));
    let out: Box<dyn Write> = match args.output.as_os_str() == "-" {
        true => Box::new(stdout().lock()),
        false => Box::new(File::create(&args.output).map_err(named)?),
    };
    let mut out = BufWriter::new(out);
    show::page("sockstep", &recorded, &mut out).and_then(|()| out.flush()).map_err(named)?;
    Ok(ExitCode::SUCCESS)
}
