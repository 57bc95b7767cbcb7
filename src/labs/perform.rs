//! Runs an experiment and watches it.

use std::time::Duration;

use super::{Broke, Experiment, Run, Scene, Unclear, Who};
use crate::observe::{self, Rest, Session, Setup, find, locate};
use crate::trace::{Exit, Trace, Version, Watch};

/// Why an experiment was not made, or led to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It could not be run or watched.
    #[error(transparent)]
    Observe(#[from] observe::Error),
    /// Not all of it could be seen, and so there is nothing to judge.
    #[error("this experiment needs to see everything, and cannot: {0}")]
    Missing(String),
    /// A program of it has failed.
    #[error("the experiment itself has failed: {name}: {exit}; it printed: {printed}")]
    Broke {
        /// What the run calls it.
        name: &'static str,
        /// How it ended.
        exit: Exit,
        /// What it said.
        printed: String,
    },
    /// What was seen does not say what the lab wants to know.
    #[error("{lab} has no verdict: {unclear}, on {kernel}")]
    Unclear {
        /// The lab.
        lab: &'static str,
        /// The kernel's name and version.
        kernel: String,
        /// What is not clear.
        unclear: Unclear,
    },
    /// All its programs wait, and nothing will wake one.
    #[error("the experiment is stuck: all its programs wait for each other")]
    Stuck,
}

/// How long one scene may take. The longest wait for a timer of TCP's.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs each scene in a network of its own, one program moving at a time, and gives what was seen. Kernel and wire are always
/// watched, the source lines where they are wanted.
pub fn perform(lab: &dyn Experiment, with_source: bool) -> Result<Vec<Run>, Error> {
    let scenes = lab.scenes().iter().enumerate();
    let played = scenes.map(|(at, scene)| match play(lab.name(), at, scene, with_source) {
        // On a machine that is very busy the kernel may take so long to hand on a packet that nothing seems to come.
        Err(Error::Stuck) => play(lab.name(), at, scene, with_source),
        other => other,
    });
    played.collect()
}

fn play(lab: &str, at: usize, scene: &Scene, with_source: bool) -> Result<Run, Error> {
    let mut watch = vec![Watch::Kernel, Watch::Wire];
    watch.extend(with_source.then_some(Watch::Source));
    let setup = Setup {
        watch,
        hold: true,
        held_wire: scene.wire,
        own_names: scene.names,
        ..Setup::default()
    };
    let mut parts = Vec::new();
    for (number, part) in scene.parts.iter().enumerate() {
        let command = command(lab, at, number, part.who)?;
        parts.push(observe::Part { name: part.name.into(), command, line: None });
    }
    let mut session = Session::open(&setup, parts)?;
    let header = session.header(&setup.watch);
    if !header.missing.is_empty() {
        return Err(Error::Missing(header.missing.join("; ")));
    }
    let mut events = Vec::new();
    let rest = session.run_in_turns(PATIENCE, &mut |some| {
        events.extend(some);
        Ok(())
    })?;
    events.extend(session.close());
    if matches!(rest, Rest::Deadlock(_)) {
        return Err(Error::Stuck);
    }
    let run = Run::new(Trace { header, events });
    for (number, part) in scene.parts.iter().enumerate() {
        let exit = run.exit(number as u8).unwrap_or(Exit::None);
        if matches!(part.who, Who::Inside(_)) && exit != Exit::Status(0) && exit != Exit::Serving {
            let printed = String::from_utf8_lossy(&run.printed(number as u8)).trim().into();
            return Err(Error::Broke { name: part.name, exit, printed });
        }
    }
    Ok(run)
}

/// The command of a scene's program.
fn command(lab: &str, scene: usize, part: usize, who: Who) -> Result<Vec<String>, Error> {
    let word = |file: &std::path::Path| file.to_string_lossy().into_owned();
    let with = |file: String, args: &[&str]| {
        [file].into_iter().chain(args.iter().map(|&arg| arg.into())).collect()
    };
    Ok(match who {
        Who::Inside(_) => {
            let doing = observe::Error::doing("looking for this program's own file");
            let me = std::env::current_exe().map_err(doing)?;
            with(word(&me), &["lab", lab, "--inside", &format!("{scene}.{part}")])
        }
        Who::Notes(pair, role, version, args) => with(word(&locate(pair, role, version)?), args),
        Who::C(stem, args) => with(word(&find(stem, Version::Corrected)?), args),
    })
}

/// Is one program of an experiment: `SCENE.PART`.
pub fn inside(lab: &dyn Experiment, which: &str) -> Result<(), Broke> {
    let place = which.split_once('.').and_then(|(scene, part)| {
        let scene = lab.scenes().get(scene.parse::<usize>().ok()?)?;
        scene.parts.get(part.parse::<usize>().ok()?)
    });
    match place.map(|part| part.who) {
        Some(Who::Inside(experiment)) => experiment(),
        _ => Err(Broke::new(format!("{} has no part {which}", lab.name()))),
    }
}
