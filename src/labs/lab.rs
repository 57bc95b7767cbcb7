//! What a lab is: claims, a question, an experiment, an observation, and a verdict on each claim.

use serde::Serialize;
use serde_json::Value;

use super::{Broke, Run, Unclear};
use crate::trace::{Pair, Role, Version};

/// An experiment of which `S` is the observation: all that its verdicts depend on.
pub struct Lab<S: 'static> {
    /// What it is called on the command line: the name of its file.
    pub name: &'static str,
    /// What it finds out, as one line.
    pub title: &'static str,
    /// What the notes say.
    pub claims: &'static [Claim<S>],
    /// What a student is asked before it runs.
    pub question: Question<S>,
    /// Who takes part. Each scene is a run of its own, in a network of its own.
    pub scenes: &'static [Scene],
    /// Reads the observation from what was seen, a run for each scene.
    pub observe: fn(&[Run]) -> Result<S, Unclear>,
    /// The observation in sentences, made of the values in it.
    pub tell: fn(&S) -> Vec<String>,
}

/// A sentence of the notes.
pub struct Claim<S: 'static> {
    /// Its number in the table of claims.
    pub number: u8,
    /// What the notes say.
    pub says: &'static str,
    /// What is known of it. It is only ever compared with what `judge` finds.
    pub known: Verdict,
    /// The verdict on it, from the observation alone.
    pub judge: fn(&S) -> Verdict,
    /// How it is in truth. It is shown where the observation bears it out: where the verdict is the known one.
    pub truth: &'static str,
    /// Where that is written: man page, POSIX, RFC with its section.
    pub source: &'static str,
    /// An observation that must lead to another verdict.
    #[cfg(test)]
    pub otherwise: fn() -> S,
}

/// How true a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As it stands.
    True,
    /// With a condition that the notes leave out.
    Imprecise,
    /// Not at all.
    Wrong,
    /// What was seen fits neither the notes nor what is known of them.
    Unexplained,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Verdict::True => "true",
            Verdict::Imprecise => "imprecise",
            Verdict::Wrong => "wrong",
            Verdict::Unexplained => "unexplained",
        })
    }
}

/// A question with answers to choose from.
pub struct Question<S: 'static> {
    /// What is asked.
    pub asks: &'static str,
    /// The answers.
    pub answers: &'static [&'static str],
    /// Which of them the observation shows, counted from 0; none: it shows something else.
    pub right: fn(&S) -> Option<usize>,
}

/// The programs of one run, in the order of their starts. The last is the one that the run is about to the end.
pub struct Scene {
    /// The programs.
    pub parts: &'static [Part],
    /// Whether one of them holds the wire: see [`Wire`](super::Wire).
    pub wire: bool,
    /// Whether the programs have a hosts file and a name server of their own: see [`names`](crate::observe::names).
    pub names: bool,
    /// What this run shows, where a heading of the experiment's does not say so.
    pub title: Option<&'static str>,
}

/// A program of a scene.
pub struct Part {
    /// What the run calls it.
    pub name: &'static str,
    /// What it is.
    pub who: Who,
}

/// What a program of a scene is.
#[derive(Clone, Copy)]
pub enum Who {
    /// An experiment: a function that this program runs in a process of its own.
    Inside(fn() -> Result<(), Broke>),
    /// A program of the notes, with its arguments.
    Notes(Pair, Role, Version, &'static [&'static str]),
    /// A C program of `c-reference` that has no pair, with its arguments.
    C(&'static str, &'static [&'static str]),
}

impl Scene {
    /// One experiment, and nobody else.
    pub const fn of(parts: &'static [Part]) -> Scene {
        Scene { parts, wire: false, names: false, title: None }
    }

    /// The same, holding a wire.
    pub const fn with_wire(parts: &'static [Part]) -> Scene {
        Scene { wire: true, ..Scene::of(parts) }
    }

    /// The same, where names of hosts are looked up in a hosts file of its own and at a server of its own.
    pub const fn with_names(parts: &'static [Part]) -> Scene {
        Scene { names: true, ..Scene::of(parts) }
    }

    /// The same, under a heading.
    pub const fn titled(self, title: &'static str) -> Scene {
        Scene { title: Some(title), ..self }
    }
}

/// What a lab has found.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The observation's values.
    pub observed: Value,
    /// The observation in sentences.
    pub sentences: Vec<String>,
    /// The verdicts, in the order of the claims.
    pub verdicts: Vec<Judged>,
    /// Which answer to the question is right.
    pub answer: Option<usize>,
}

/// A verdict on a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The claim's number.
    pub number: u8,
    /// What the notes say.
    pub says: &'static str,
    /// What the observation says of it.
    pub verdict: Verdict,
    /// What was expected.
    pub known: Verdict,
    /// How it is in truth; it holds where the verdict is the known one.
    pub truth: &'static str,
    /// Where that is written.
    pub source: &'static str,
}

impl Judged {
    /// Whether the kernel has answered as is known of it.
    pub fn as_known(&self) -> bool {
        self.verdict == self.known
    }
}

/// A lab, whatever its observation is.
pub trait Experiment: Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// What it finds out.
    fn title(&self) -> &'static str;
    /// The numbers and words of its claims.
    fn claims(&self) -> Vec<(u8, &'static str)>;
    /// The question, and the answers to choose from.
    fn question(&self) -> (&'static str, &'static [&'static str]);
    /// Who takes part.
    fn scenes(&self) -> &'static [Scene];
    /// What follows from what was seen.
    fn conclude(&self, runs: &[Run]) -> Result<Finding, Unclear>;
    /// The verdicts on the faked observations, one for each claim: number, what is known, and what the judge says.
    #[cfg(test)]
    fn faked(&self) -> Vec<(u8, Verdict, Verdict)>;
}

impl<S: Serialize> Experiment for Lab<S> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn claims(&self) -> Vec<(u8, &'static str)> {
        self.claims.iter().map(|claim| (claim.number, claim.says)).collect()
    }

    fn question(&self) -> (&'static str, &'static [&'static str]) {
        (self.question.asks, self.question.answers)
    }

    fn scenes(&self) -> &'static [Scene] {
        self.scenes
    }

    fn conclude(&self, runs: &[Run]) -> Result<Finding, Unclear> {
        let seen = (self.observe)(runs)?;
        let judged = |claim: &Claim<S>| Judged {
            number: claim.number,
            says: claim.says,
            verdict: (claim.judge)(&seen),
            known: claim.known,
            truth: claim.truth,
            source: claim.source,
        };
        Ok(Finding {
            observed: serde_json::to_value(&seen).map_err(|why| Unclear(why.to_string()))?,
            sentences: (self.tell)(&seen),
            verdicts: self.claims.iter().map(judged).collect(),
            answer: (self.question.right)(&seen),
        })
    }

    #[cfg(test)]
    fn faked(&self) -> Vec<(u8, Verdict, Verdict)> {
        let faked =
            |claim: &Claim<S>| (claim.number, claim.known, (claim.judge)(&(claim.otherwise)()));
        self.claims.iter().map(faked).collect()
    }
}
