//! What `step` and `record` take: which programs to run, and what to look at.

use clap::{Args, ValueEnum};
use sockstep::observe::{Part, Setup, locate};
use sockstep::trace::{Pair, Role, Version, Watch};

use super::{Failure, no_line, no_original, pairs, typed, usage};

/// The programs, and how to watch them
#[derive(Args)]
pub struct Programs {
    /// A pair: a server and its client
    #[arg(value_name = "PAIR")]
    pair: Option<Pair>,
    /// The server: c, c-original or rust of the pair, or a command
    #[arg(long, value_name = "VERSION|COMMAND")]
    server: Option<String>,
    /// The client: c, c-original or rust of the pair, or a command
    #[arg(long, value_name = "VERSION|COMMAND")]
    client: Option<String>,
    /// The line that is typed to the client (upper pairs: hello, network)
    #[arg(long, allow_hyphen_values = true)]
    line: Option<String>,
    /// What to look at besides the calls; `calls`: nothing else
    #[arg(long, value_delimiter = ',', default_value = "source,kernel,wire", value_name = "LIST")]
    watch: Vec<Look>,
    /// Programs and sockstep share one CPU, or use all
    #[arg(long, default_value = "one")]
    cpus: Cpus,
    /// Use the machine's network, not one of the programs' own: ports may be taken, packets are not seen
    #[arg(long)]
    host_network: bool,
    /// How many bytes of each buffer are kept
    #[arg(long, default_value_t = 256, value_name = "BYTES", value_parser = cut)]
    cut: usize,
    /// One program of your own, with its arguments
    #[arg(last = true, value_name = "PROGRAM")]
    program: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Look {
    Source,
    Kernel,
    Wire,
    Calls,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Cpus {
    One,
    All,
}

fn cut(text: &str) -> Result<usize, String> {
    const MOST: usize = 1 << 20;
    match text.parse() {
        Ok(bytes) if bytes <= MOST => Ok(bytes),
        _ => Err(format!("a number of bytes up to {MOST}")),
    }
}

impl Programs {
    /// How to watch.
    pub fn setup(&self, hold: bool) -> Result<Setup, Failure> {
        if self.watch.contains(&Look::Calls) && self.watch.len() > 1 {
            return Err(usage("--watch calls means nothing else: it stands alone"));
        }
        let watch = self.watch.iter().filter_map(|look| match look {
            Look::Source => Some(Watch::Source),
            Look::Kernel => Some(Watch::Kernel),
            Look::Wire => Some(Watch::Wire),
            Look::Calls => None,
        });
        Ok(Setup {
            watch: watch.collect(),
            cut: self.cut,
            one_cpu: self.cpus == Cpus::One,
            host_network: self.host_network,
            hold,
            held_wire: false,
            own_names: false,
        })
    }

    /// The programs, the server first.
    pub fn parts(&self) -> Result<Vec<Part>, Failure> {
        if !self.program.is_empty() {
            if self.pair.is_some() || self.server.is_some() || self.client.is_some() {
                return Err(usage(
                    "a program after -- stands alone: no pair, no --server, no --client",
                ));
            }
            let name = self.program[0].rsplit('/').next().unwrap_or_default().to_owned();
            let line = self.line.as_deref().map(typed).transpose()?;
            let line = line.map(|line| line.as_bytes().to_vec());
            return Ok(vec![Part { name, command: self.program.clone(), line }]);
        }
        let (server, client) = (self.command(Role::Server)?, self.command(Role::Client)?);
        let line = match (self.pair, self.line.as_deref()) {
            (Some(pair), Some(_)) if !pair.takes_a_line() && self.client.is_none() => {
                return Err(usage(no_line(pair)));
            }
            (Some(pair), None) if pair.takes_a_line() => Some("hello, network"),
            (_, line) => line,
        };
        let line = line.map(typed).transpose()?.map(|line| line.as_bytes().to_vec());
        Ok(vec![
            Part { name: "server".into(), command: server, line: None },
            Part { name: "client".into(), command: client, line },
        ])
    }

    fn command(&self, role: Role) -> Result<Vec<String>, Failure> {
        let given = match role {
            Role::Server => self.server.as_deref(),
            Role::Client => self.client.as_deref(),
        };
        let version = |text: &str| Version::from_str(text, false).ok();
        let version = match (self.pair, given) {
            (Some(_), None) => Some(Version::Rust),
            (Some(_), Some(text)) => version(text),
            (None, Some(text)) if version(text).is_some() => {
                let of = format!("rust, c and c-original are versions of a pair: {}", pairs());
                return Err(usage(of));
            }
            (None, Some(_)) => None,
            (None, None) => return Err(usage(nothing())),
        };
        match (self.pair, version, given) {
            (Some(pair), Some(version), _) => {
                if !pair.versions().contains(&version) {
                    return Err(usage(no_original(pair)));
                }
                let file = locate(pair, role, version)?.to_string_lossy().into_owned();
                let options = pair.options(role).iter().map(|option| option.to_string());
                Ok([file].into_iter().chain(options).collect())
            }
            (_, _, Some(text)) => {
                let words = shell_words::split(text);
                let words = words.map_err(|_| usage("a command has an open quote"))?;
                if words.is_empty() { Err(usage("a command is empty")) } else { Ok(words) }
            }
            _ => Err(usage(nothing())),
        }
    }
}

fn nothing() -> String {
    let pairs = pairs();
    format!(
        "what is to run? A pair ({pairs}), or --server COMMAND and --client COMMAND, or -- PROGRAM"
    )
}
