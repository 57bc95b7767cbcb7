//! The command line `sockstep`: each verb is a few lines that call the library.

use std::io::{ErrorKind, Write, stdout};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use sockstep::layers::{self, Layer};
use sockstep::observe::{Where, compare, in_words, locate, run};
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
#[command(
    after_help = "Examples:\n  sockstep demo\n  sockstep demo welcome --server c --client rust\n  sockstep demo upper-udp --line straße\n  sockstep demo --port 9002"
)]
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
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// The line that the upper pairs' client is given [default: hello, network]
    #[arg(long, allow_hyphen_values = true)]
    line: Option<String>,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep compare\n  sockstep compare welcome\n  sockstep compare upper-tcp --json\n  sockstep compare --differences"
)]
struct Compare {
    /// The pair [default: all three]
    pair: Option<Pair>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// Run nothing: print the list of the differences on purpose (takes no pair, no --json)
    #[arg(long, exclusive = true)]
    differences: bool,
}

#[derive(Args)]
#[command(
    after_help = "Examples, in two terminals:\n  sockstep layer nix server\n  sockstep layer std client\n\nOn another port: sockstep layer libc server 127.0.0.1 9002"
)]
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

/// Whether a terminal hands the line on as it was typed.
fn typed(line: &str) -> Result<&str, Usage> {
    const LONGEST: usize = 4094; // a terminal's line has 4,096 bytes, newline included: termios(3)
    if line.chars().any(char::is_control) {
        return Err(Usage(
            "a --line has no control characters (tab, newline, Ctrl-C): a terminal would act on them",
        ));
    }
    if line.len() > LONGEST {
        return Err(Usage("a --line is too long: a terminal takes 4,094 bytes at a time"));
    }
    Ok(line)
}

/// A failure, as the one line that is printed for it.
type Failure = Box<dyn std::error::Error>;

/// What was asked for does not exist.
#[derive(Debug)]
struct Usage(&'static str);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Usage {}

fn main() -> ExitCode {
    let result = match Cli::parse().verb {
        Verb::Demo(args) => demo(&args),
        Verb::Compare(args) => comparison(&args),
        Verb::Layer(args) => layer(&args),
    };
    result.unwrap_or_else(|failure| {
        let _ = writeln!(std::io::stderr(), "sockstep: {failure}");
        ExitCode::from(if failure.is::<Usage>() { 2 } else { 1 })
    })
}

fn demo(args: &Demo) -> Result<ExitCode, Failure> {
    let Demo { pair, server, client, .. } = *args;
    if ![server, client].iter().all(|version| pair.versions().contains(version)) {
        return Err(
            Usage("the upper pairs have no original in C: the notes have them in Python").into()
        );
    }
    let at = Where { transport: pair.transport(), port: args.port.unwrap_or(pair.port()) };
    let programs = (locate(pair, Role::Server, server)?, locate(pair, Role::Client, client)?);
    let line = match (pair, &args.line) {
        (Pair::Welcome, None) => None,
        (Pair::Welcome, Some(_)) => return Err(Usage("the welcome pair takes no --line").into()),
        (_, line) => Some(typed(line.as_deref().unwrap_or("hello, network"))?),
    };
    let given = line.map(|line| format!("; the client is given: {}", show::brief(line.as_bytes())));
    let given = given.unwrap_or_default();
    say(&format!("{pair} on 127.0.0.1, {} port {}{given}", at.transport, at.port))?;
    let outcome = run(&programs.0, &programs.1, at, line.map(str::as_bytes))?;
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
        let comparison = compare(pair)?;
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
    match layers::run(args.layer, args.role, args.address, args.port) {
        Err(layers::Error::Silent) => Ok(ExitCode::FAILURE), // the client has said so itself
        outcome => Ok(outcome.map(|()| ExitCode::SUCCESS)?),
    }
}

/// Prints to standard output. A reader who has gone, as with `| head`, ends the program quietly.
fn say(text: &str) -> Result<(), Failure> {
    match writeln!(stdout(), "{text}") {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(1),
        result => result.map_err(|e| format!("standard output: {}", in_words(&e)).into()),
    }
}
