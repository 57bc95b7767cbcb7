//! Who waits for what, in words.

use std::collections::HashMap;

use sockstep::observe::Sleep;
use sockstep::show::{self, Interests, Names, Waiting, Watched};
use sockstep::trace::{Entered, Event, SocketState, Sockets, What, made_text};

/// The calls that are going on, the sockets and the names: what is needed to say who waits for what.
#[derive(Default)]
pub struct Open {
    calls: HashMap<u64, Entered>,
    sockets: Sockets,
    interests: Interests,
    started: Vec<Event>,
}

impl Open {
    /// Takes the next event.
    pub fn take(&mut self, event: &Event) {
        self.interests.take(event);
        match &event.what {
            What::Started(_) => self.started.push(event.clone()),
            What::Entered(entered) => drop(self.calls.insert(entered.call, entered.clone())),
            What::Returned(returned) => drop(self.calls.remove(&returned.call)),
            what => self.sockets.apply(what),
        }
    }

    /// The programs' names.
    pub fn names(&self) -> Names {
        show::program_names(&self.started)
    }

    /// A call that is going on.
    pub fn call(&self, number: u64) -> Option<&Entered> {
        self.calls.get(&number)
    }

    /// Whether a call other than this one is going on with the socket.
    pub fn is_in_use(&self, cookie: u64, but: u64) -> bool {
        self.calls.values().any(|entered| entered.socket == Some(cookie) && entered.call != but)
    }

    /// The sockets as they are.
    pub fn sockets(&self) -> &Sockets {
        &self.sockets
    }

    /// What a call of epoll's waits for.
    pub fn watched(&self, entered: &Entered) -> Option<Watched> {
        self.interests.of(entered)
    }

    /// The socket that a call is made on.
    pub fn socket_of(&self, entered: &Entered) -> Option<&SocketState> {
        entered.socket.and_then(|cookie| self.sockets.get(cookie))
    }
}

/// Nobody can move: who waits for what.
pub fn deadlock(sleeps: &[Sleep], open: &Open) -> String {
    let names = open.names();
    let waits = |sleep: &Sleep| {
        let entered = sleep.call.and_then(|call| open.call(call));
        let (call, waits_for) = match entered {
            Some(entered) => {
                let socket = open.socket_of(entered);
                let watched = open.watched(entered);
                (made_text(entered, None), show::waits_for(entered, socket, watched.as_ref()))
            }
            None if sleep.stopped => ("no call, but stopped".into(), "SIGCONT".into()),
            None if sleep.reads_terminal => ("read(0, …)".into(), "a line at its terminal".into()),
            None => {
                ("a call that is not about a socket".into(), "another thread or process".into())
            }
        };
        Waiting { name: names.of(sleep.who), call, waits_for }
    };
    show::deadlock(&sleeps.iter().map(waits).collect::<Vec<_>>())
}

/// Why a program cannot be stepped.
pub fn why_not(program: u8, asleep: &[Sleep], open: &Open) -> String {
    let names = open.names();
    if names.started().len() <= usize::from(program) {
        return "There is no such program in this run.".into();
    }
    let name = names.program(program);
    let sleep = asleep.iter().find(|sleep| sleep.who.program == program);
    match (sleep, sleep.and_then(|sleep| sleep.call).and_then(|call| open.call(call))) {
        (_, Some(entered)) => {
            let (on, watched) = (open.socket_of(entered), open.watched(entered));
            show::blocked(entered, &names.of(entered.who), on, watched.as_ref())
        }
        (Some(sleep), None) if sleep.reads_terminal => {
            format!("{name} waits for a line at its terminal: t LINE types one.")
        }
        (Some(sleep), None) if sleep.stopped => format!("{name} is stopped and waits for SIGCONT."),
        (Some(_), None) => format!("{name} sleeps outside of a socket call."),
        (None, None) => format!("{name} is over."),
    }
}
