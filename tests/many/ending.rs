//! SIGTERM.

use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::client::Client;
use super::server::{Design, Found, PATIENCE, hold};
use super::table::Row;
use crate::common::program;

pub const SIGTERM: Row = Row::new(
    "SIGTERM: all that was received is answered, then exit 0; the port is free",
    "NNNYYYY",
    sigterm,
);

fn sigterm(design: &Design) -> Found {
    let server = design.start(&[])?;
    let lines: String = (0..3_000).map(|n| format!("line {n}\n")).collect();
    let mut half = Client::connect(&server)?;
    half.asks("hello")?;
    half.says("a line\nhalf a li")?;
    half.hears("A LINE\n")?;
    let mut silent = Client::connect(&server)?;
    silent.asks("hello")?;
    let mut busy = Client::connect(&server)?;
    busy.asks("hello")?;

    server.pause();
    busy.says(&lines)?;
    let mut queued: Vec<Client> =
        (0..10).map(|_| Client::connect(&server)).collect::<Found<_>>()?;
    for client in &mut queued[1..] {
        client.says("in the accept queue\nhalf")?;
    }
    server.signal(Signal::SIGTERM);
    server.go_on();

    half.hears_the_end()?;
    silent.hears_the_end()?;
    busy.hears(lines.to_uppercase())?;
    busy.hears_the_end()?;
    queued[0].hears_the_end()?;
    for client in &mut queued[1..] {
        client.hears("IN THE ACCEPT QUEUE\n")?;
        client.hears_the_end()?;
    }
    let port = server.port;
    let outcome = server.ends_within(PATIENCE)?;
    let expected = b"The server is ready to receive\n** SIGTERM: the last answers\n";
    let right = outcome.status.success() && outcome.stdout == expected && outcome.stderr.is_empty();
    hold(right, || format!("{outcome:?}"))?;

    let again = design.start_on(&mut Command::new(program(design.stem, design.language)), port)?;
    Client::connect(&again)?.asks("hello")?;
    let since = Instant::now();
    again.signal(Signal::SIGTERM);
    let outcome = again.ends_within(PATIENCE)?;
    let took = since.elapsed();
    hold(outcome.status.success() && took < Duration::from_secs(2), || format!("after {took:?}"))?;
    for lines in [33, 34, 35, 48, 64] {
        whole_turns(design, lines)?;
    }
    Ok(())
}

/// What waits may be just as much as is received in whole turns: nobody tells the server then that there is no more.
fn whole_turns(design: &Design, lines: usize) -> Found {
    let server = design.start(&[])?;
    let mut client = Client::connect(&server)?;
    client.asks("hello")?;
    server.pause();
    let line = "a".repeat(1_365) + "\n";
    client.says(line.repeat(lines))?;
    let since = Instant::now();
    server.signal(Signal::SIGTERM);
    server.go_on();
    client.hears(line.to_uppercase().repeat(lines))?;
    client.hears_the_end()?;
    let outcome = server.ends_within(PATIENCE)?;
    let took = since.elapsed();
    let in_time = took < Duration::from_secs(3);
    hold(outcome.status.success() && in_time, || format!("{lines} lines: after {took:?}"))
}

pub const SIGTERM_AND_DEAF: Row = Row::new(
    "SIGTERM while a client never reads: exit 0 after 5 seconds, the others answered",
    "NNNYYYY",
    sigterm_and_deaf,
);

fn sigterm_and_deaf(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut deaf = Client::small(&server)?;
    deaf.floods(&server, b"a line whose answer nobody reads\n", Duration::from_millis(100));
    // The iterative server will not come to this one.
    let mut other = Client::connect(&server)?;
    other.says("hello\n")?;
    let since = Instant::now();
    server.signal(Signal::SIGTERM);
    other.hears("HELLO\n")?;
    other.hears_the_end()?;
    hold(since.elapsed() < Duration::from_secs(3), || format!("{:?}", since.elapsed()))?;
    let outcome = server.ends_within(PATIENCE)?;
    let took = since.elapsed();
    let in_time = Duration::from_millis(4_500)..Duration::from_millis(7_000);
    hold(outcome.status.success() && in_time.contains(&took), || format!("{took:?}: {outcome:?}"))
}
