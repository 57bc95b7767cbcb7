//! `sockstep layer`: the welcome server or client on one layer.

use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use sockstep::layers::{self, Layer};

use super::Failure;

#[derive(Args)]
#[command(
    after_help = "Examples, in two terminals:\n  sockstep layer nix server\n  sockstep layer std client\n\nOn another port: sockstep layer libc server 127.0.0.1 9002"
)]
pub struct LayerOf {
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

/// Is the program.
pub fn layer(args: &LayerOf) -> Result<ExitCode, Failure> {
    match layers::run(args.layer, args.role, args.address, args.port) {
        Err(layers::Error::Silent) => Ok(ExitCode::FAILURE), // the client has said so itself
        outcome => Ok(outcome.map(|()| ExitCode::SUCCESS)?),
    }
}
