//! `sockstep explain`: what a name means.

use std::process::ExitCode;

use clap::Args;
use sockstep::{explain as texts, show};

use super::{Failure, say, usage};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep explain EADDRINUSE\n  sockstep explain 98\n  sockstep explain bind: Address already in use\n  sockstep explain TIME-WAIT\n  sockstep explain SO_REUSEADDR --json\n  sockstep explain                        all names"
)]
pub struct Explain {
    /// A call, an errno (its name, number or text), a state, an option, a flag, or a message that
    /// holds an error [default: list all names]
    name: Vec<String>,
    /// Print the entries as JSON
    #[arg(long)]
    json: bool,
}

/// Prints what a name means, or all names.
pub fn explain(args: &Explain) -> Result<ExitCode, Failure> {
    if args.name.is_empty() {
        match args.json {
            true => say(&serde_json::to_string_pretty(texts::entries())?)?,
            false => say(show::explain_names(texts::entries()).trim_end())?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    let found = texts::find(&args.name.join(" ")).map_err(|unknown| usage(unknown.to_string()))?;
    if args.json {
        say(&serde_json::to_string_pretty(&found)?)?;
    } else {
        let pages: Vec<String> = found.into_iter().map(show::explain).collect();
        say(&pages.join("\n\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}
