//! Runs all versions of a pair, each server with each client.

use std::path::Path;
use std::time::Duration;

use super::watch::{Setup, Watcher};
use super::{Error, Part, Session, Where, faults, locate, run, run_and_terminate, sandbox};
use crate::trace::{
    Case, Comparison, Exit, LINES, Observed, Outcome, Pair, Printed, Role, Trace, Version, Watch,
    What,
};

/// Runs every version of the pair's server with every version of its client, each pairing in a network of its own and
/// call by call, so that calls and packets can be compared; and every server with clients that behave badly. Where
/// programs cannot be watched, what they print is compared alone.
pub fn compare(pair: Pair) -> Result<Comparison, Error> {
    let cases: &[Case] = match pair {
        _ if pair.takes_a_line() => &LINES,
        _ if pair.ends_when_asked() => &[Case::Terminated],
        _ => &[Case::Plain],
    };
    let bad: &[Case] = if pair == Pair::Welcome { &Case::FAULTS } else { &[] };
    let missing = cannot_watch();

    let options = pair.options(Role::Client);
    let client_command = |file: &Path| {
        [word(file)].into_iter().chain(options.iter().map(|option| option.to_string())).collect()
    };
    let (mut pairings, mut faulty) = (Vec::new(), Vec::new());
    for &server in pair.versions() {
        let server_file = locate(pair, Role::Server, server)?;
        for &client in pair.versions() {
            let client_file = locate(pair, Role::Client, client)?;
            for &case in cases {
                let commands = [vec![word(&server_file)], client_command(&client_file)];
                let (outcome, trace) = match missing {
                    None => {
                        watched(commands, case).map(|(outcome, trace)| (outcome, Some(trace)))?
                    }
                    Some(_) => {
                        let at = Where::free(pair.transport())?;
                        let client = (client_file.as_path(), options);
                        let run = if case == Case::Terminated { run_and_terminate } else { run };
                        (run(&server_file, client, at, case.line().as_deref())?, None)
                    }
                };
                pairings.push(Observed { server, client: Some(client), case, outcome, trace });
            }
        }
        for &case in bad {
            // sockstep itself is the client here, and cannot be watched by itself.
            let outcome = faults::suffer(&server_file, case, Where::free(pair.transport())?)?;
            faulty.push(Observed { server, client: None, case, outcome, trace: None });
        }
    }
    Ok(Comparison::new(pair, pairings, faulty, missing))
}

/// The welcome pair on the port's own calls, and on each layer that `sockstep layer` has.
pub fn compare_layers(layers: &[&str]) -> Result<Vec<(String, Trace)>, Error> {
    if let Some(why) = cannot_watch() {
        return Err(Error::CannotWatch(why));
    }
    let of = |role| locate(Pair::Welcome, role, Version::Rust);
    let (server, client) = (of(Role::Server)?, of(Role::Client)?);
    let commands = [vec![word(&server)], vec![word(&client)]];
    let mut all = vec![("calls".into(), watched(commands, Case::Plain)?.1)];
    let me =
        std::env::current_exe().map_err(Error::doing("looking for this program's own file"))?;
    for layer in layers {
        let command = |role: &str| [&word(&me), "layer", layer, role].map(str::to_owned).to_vec();
        let commands = [command("server"), command("client")];
        all.push(((*layer).into(), watched(commands, Case::Plain)?.1));
    }
    Ok(all)
}

/// Why programs cannot be watched in a network of their own here, if they cannot.
fn cannot_watch() -> Option<String> {
    if let Err(why) = sandbox::enter() {
        return Some(why.to_string());
    }
    let mut watcher =
        Watcher::new(&Setup { watch: Vec::new(), host_network: true, ..Setup::default() });
    match watcher.start("probe", &["true".into()]) {
        Err(why @ Error::NoPtrace(_)) => Some(why.to_string()),
        _ => None,
    }
}

fn word(file: &Path) -> String {
    file.to_string_lossy().into_owned()
}

/// How long one pairing may take in one case.
const PATIENCE: Duration = Duration::from_secs(10);

/// One pairing in one case: what it printed, and all that was seen of it.
fn watched([server, client]: [Vec<String>; 2], case: Case) -> Result<(Outcome, Trace), Error> {
    let line = case.line().map(|line| line.into_owned());
    let parts = vec![
        Part { name: "server".into(), command: server, line: None },
        Part { name: "client".into(), command: client, line },
    ];
    let setup = Setup { watch: vec![Watch::Wire], cut: 4096, hold: true, ..Setup::default() };
    let mut session = Session::open(&setup, parts)?;
    let header = session.header(&setup.watch);
    let mut events = Vec::new();
    let mut sink = |some| {
        events.extend(some);
        Ok(())
    };
    session.run_in_turns(PATIENCE, &mut sink)?;
    if case == Case::Terminated {
        session.terminate(0, PATIENCE, &mut sink)?;
    }
    events.extend(session.close());
    let trace = Trace { header, events };
    Ok((outcome(&trace), trace))
}

/// What each program printed, and how it ended.
fn outcome(trace: &Trace) -> Outcome {
    let of = |program: u8| {
        let (mut printed, mut exit) = (Vec::new(), Exit::None);
        // Not one that it has forked.
        let first = trace.programs().into_iter().find(|started| started.who.program == program);
        let first = first.map(|started| started.who.tid);
        for event in &trace.events {
            match &event.what {
                What::Printed { who, bytes } if who.program == program => printed.extend(bytes),
                What::Ended { who, exit: end } if Some(who.tid) == first => exit = *end,
                _ => (),
            }
        }
        Printed::new(&printed, exit)
    };
    Outcome { server: of(0), client: of(1) }
}
