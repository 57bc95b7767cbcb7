//! `sockstep demo`: a pair of programs, and what each printed.

use std::process::ExitCode;

use clap::Args;
use sockstep::observe::{Where, locate, run};
use sockstep::show;
use sockstep::trace::{Exit, Pair, Role, Version};

use super::{Failure, no_line, no_original, say, typed, usage};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep demo\n  sockstep demo welcome --server c --client rust\n  sockstep demo upper-udp --line straße\n  sockstep demo many-poll\n  sockstep demo --port 9002"
)]
pub struct Demo {
    /// The pair
    #[arg(default_value = "welcome")]
    pair: Pair,
    /// Which server
    #[arg(long, default_value = "rust")]
    server: Version,
    /// Which client
    #[arg(long, default_value = "rust")]
    client: Version,
    /// The server's port on 127.0.0.1 [default: the notes', 9001 or 12000]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// The line that the upper pairs' client is given [default: hello, network]
    #[arg(long, allow_hyphen_values = true)]
    line: Option<String>,
}

/// Runs a pair and shows what each printed.
pub fn demo(args: &Demo) -> Result<ExitCode, Failure> {
    let Demo { pair, server, client, .. } = *args;
    if ![server, client].iter().all(|version| pair.versions().contains(version)) {
        return Err(usage(no_original(pair)));
    }
    let at = Where { transport: pair.transport(), port: args.port.unwrap_or(pair.port()) };
    let programs = (locate(pair, Role::Server, server)?, locate(pair, Role::Client, client)?);
    let line = match &args.line {
        line if pair.takes_a_line() => Some(typed(line.as_deref().unwrap_or("hello, network"))?),
        None => None,
        Some(_) => return Err(usage(no_line(pair))),
    };
    let given = line.map(|line| format!("; the client is given: {}", show::brief(line.as_bytes())));
    let given = given.unwrap_or_default();
    say(&format!("{pair} on 127.0.0.1, {} port {}{given}", at.transport, at.port))?;
    let client_program = (programs.1.as_path(), pair.options(Role::Client));
    let outcome = run(&programs.0, client_program, at, line.map(str::as_bytes))?;
    say(&show::outcome((server, client), &outcome))?;
    let well = outcome.server.exit == Exit::Serving && outcome.client.exit == Exit::Status(0);
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
