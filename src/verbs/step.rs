//! `sockstep step`: a run call by call, in the order that the student chooses.

mod line;
pub mod run;

use std::io::{IsTerminal, stdin, stdout};
use std::process::ExitCode;

use clap::Args;

use super::keys::{self, Keyboard};
use super::programs::Programs;
use super::{Failure, screen, usage};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep step welcome\n  sockstep step welcome --server c --client c-original\n  sockstep step welcome --plain                      line by line, which can be scrolled back and copied\n  sockstep step upper-udp --line straße\n  sockstep step many-epoll                           a server of many clients; also many-fork, many-threads, many-poll …\n  sockstep step --server './srv 9001' --client './cli 127.0.0.1 9001'\n  sockstep step welcome --script 's s s s c c e'     socket bind listen …, then the client connects, then to the end\n\nAt a terminal it fills the screen: Enter lets the next call happen, ← looks back, h lists the keys, q quits. With --plain it waits before each call for a key and Enter. Not a terminal: it prints all steps and goes on by itself."
)]
pub struct Step {
    #[command(flatten)]
    programs: Programs,
    /// Keys instead of a keyboard, parted by spaces; a key's word is joined to it by a colon: r:accept t:hello
    #[arg(long, value_name = "KEYS")]
    script: Option<String>,
    /// Line by line, not on the full screen
    #[arg(long)]
    plain: bool,
}

/// Steps through a run.
pub fn step(args: &Step) -> Result<ExitCode, Failure> {
    let parts = args.programs.parts()?;
    let setup = args.programs.setup(true)?;
    let keyboard = match &args.script {
        Some(script) => Keyboard::Script(keys::script(script).map_err(usage)?),
        None if !stdin().is_terminal() || !stdout().is_terminal() => Keyboard::None,
        None if !args.plain && has_a_screen() => return screen::step(&setup, parts),
        None => Keyboard::Person,
    };
    line::step(&setup, parts, keyboard)
}

/// Whether the terminal can be drawn on: it has a size, and does more than print.
fn has_a_screen() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    !dumb && terminal_size::terminal_size().is_some()
}
