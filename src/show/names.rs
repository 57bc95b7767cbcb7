//! What a run calls its programs.

use super::brief;
use crate::trace::{Event, Started, What, Who};

/// The programs of a run in the order of their starts.
#[derive(Debug, Clone, Default)]
pub struct Names {
    started: Vec<Started>,
}

/// The programs that these events start.
pub fn program_names<'a>(events: impl IntoIterator<Item = &'a Event>) -> Names {
    let started = events.into_iter().filter_map(|event| match &event.what {
        // A file's name may hold anything.
        What::Started(started) => {
            let name = brief(started.name.as_bytes()).replace('\n', "\\n");
            Some(Started { name, ..started.clone() })
        }
        _ => None,
    });
    Names { started: started.collect() }
}

impl Names {
    /// The programs.
    pub fn started(&self) -> &[Started] {
        &self.started
    }

    /// A program's name: `server`.
    pub fn program(&self, program: u8) -> String {
        match self.started.iter().find(|started| started.who.program == program) {
            Some(started) => started.name.clone(),
            None => format!("program {program}"),
        }
    }

    /// A thread's name: its program's, with the number of the process or the thread if it is not the first.
    pub fn of(&self, who: Who) -> String {
        let name = self.program(who.program);
        match self.number(who) {
            Some(number) => format!("{name} [{number}]"),
            None => name,
        }
    }

    /// The number that sets a thread apart from its program's first one.
    pub(super) fn number(&self, who: Who) -> Option<i32> {
        let first = self.started.iter().find(|started| started.who.program == who.program)?.who;
        match () {
            () if who.tid == first.tid => None,
            () if who.tid == who.pid => Some(who.pid),
            () => Some(who.tid),
        }
    }
}
