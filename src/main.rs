//! The command line `sockstep`: each verb is a few lines that call the library.

use std::io::{ErrorKind, Write, stdout};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use sockstep::layers::{self, Layer};
use sockstep::observe::{self, Where, compare, in_words, locate, run};
use sockstep::show;
use sockstep::trace::{Exit, Pair, Role, Version};

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
  sockstep layer nix server               the welcome server on the crate nix, and then, elsewhere:
  sockstep layer std client

Exit status: 0 all well, 1 a difference or a failure, 2 bad usage.";

#[derive(Subcommand)]
enum Verb {
    /// Run a pair of programs and show what each printed
    Demo(Demo),
    /// Run all versions of a pair, each server with each client, and show where they differ
    Compare(Compare),
    /// Be the welcome server or client, written on one layer
    Layer(LayerOf),
}

#[derive(Args)]
struct Demo {
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
    #[arg(long)]
    port: Option<u16>,
    /// The line that the upper pairs' client is given
    #[arg(long, default_value = "hello, network")]
    line: String,
}

#[derive(Args)]
struct Compare {
    /// The pair [default: all three]
    pair: Option<Pair>,
    /// The servers' port on 127.0.0.1 [default: a free one each time]
    #[arg(long)]
    port: Option<u16>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// Run nothing: print the list of the differences on purpose
    #[arg(long, conflicts_with_all = ["pair", "port", "json"])]
    differences: bool,
}

#[derive(Args)]
struct LayerOf {
    /// The layer
    #[arg(value_parser = named::<Layer>(&["libc", "nix", "socket2", "std"]))]
    layer: Layer,
    /// Which of the pair
    #[arg(value_parser = named::<layers::Role>(&["server", "client"]))]
    role: layers::Role,
    /// The server's IPv4 address
    #[arg(default_value = "127.0.0.1")]
    address: Ipv4Addr,
    /// The server's port
    #[arg(default_value_t = 9001)]
    port: u16,
}

/// Parses one of these names, and lists them in the help.
fn named<T>(names: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = String> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}

/// A failure, as the one line that is printed for it.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let result = match Cli::parse().verb {
        Verb::Demo(args) => demo(&args),
        Verb::Compare(args) => comparison(&args),
        Verb::Layer(args) => layer(&args),
    };
    result.unwrap_or_else(|failure| {
        let _ = writeln!(std::io::stderr(), "sockstep: {failure}");
        match failure.downcast_ref() {
            Some(observe::Error::NoOriginal(_)) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    })
}

fn demo(args: &Demo) -> Result<ExitCode, Failure> {
    let Demo { pair, server, client, .. } = *args;
    let at = Where { transport: pair.transport(), port: args.port.unwrap_or(pair.port()) };
    let programs = (locate(pair, Role::Server, server)?, locate(pair, Role::Client, client)?);
    let line = (pair != Pair::Welcome).then_some(args.line.as_bytes());
    say(&format!("{pair} on 127.0.0.1, {} port {}", at.transport, at.port))?;
    let outcome = run(&programs.0, &programs.1, at, line)?;
    say(&show::outcome((server, client), &outcome))?;
    let well = outcome.server.exit == Exit::Serving && outcome.client.exit == Exit::Status(0);
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn comparison(args: &Compare) -> Result<ExitCode, Failure> {
    if args.differences {
        say(&show::differences())?;
        return Ok(ExitCode::SUCCESS);
    }
    let pairs = args.pair.map_or(Pair::ALL.to_vec(), |pair| vec![pair]);
    let mut comparisons = Vec::new();
    for pair in pairs {
        let comparison = compare(pair, args.port)?;
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

fn layer(args: &LayerOf) -> Result<ExitCode, Failure> {
    layers::run(args.layer, args.role, args.address, args.port)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints to standard output. A reader who has gone, as with `| head`, ends the program quietly.
fn say(text: &str) -> Result<(), Failure> {
    match writeln!(stdout(), "{text}") {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(1),
        result => result.map_err(|e| format!("standard output: {}", in_words(&e)).into()),
    }
}
