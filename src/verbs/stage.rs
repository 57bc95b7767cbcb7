//! What the student sees of a run that is stepped: events become lines as they come.

use std::collections::HashMap;

use sockstep::observe::Sleep;
use sockstep::show;
use sockstep::trace::{
    Entered, Event, Exit, Packet, Returned, SocketState, Stack, Text, What, Who, made_text,
};

use super::{Failure, say, waiting};

/// The run so far, as far as it is still needed.
#[derive(Default)]
pub struct Stage {
    open: waiting::Open,
    stacks: HashMap<u32, Stack>,
    /// The socket of each call that is going on, as it was before the call.
    before: HashMap<u64, Option<SocketState>>,
    /// Packets that wait for the return of the call that sent them.
    packets: HashMap<u64, Vec<Packet>>,
    /// The call that returned last.
    last: Option<(Entered, Returned)>,
    /// A call that has returned, until the sockets behind it have been told, too.
    returned: Option<(Entered, Returned)>,
    /// The call that was announced, as long as nothing else was said.
    announced: Option<(Who, Text)>,
}

impl Stage {
    /// Tells of events.
    pub fn tell(&mut self, events: &[Event]) -> Result<(), Failure> {
        for event in events {
            if !matches!(event.what, What::Socket(_) | What::SocketGone { .. }) {
                self.result()?;
            }
            self.one(&event.what)?;
            if let What::Returned(returned) = &event.what {
                self.returned =
                    self.open.call(returned.call).cloned().map(|call| (call, returned.clone()));
            }
            self.open.take(event);
        }
        self.result()
    }

    fn say(&mut self, text: &str) -> Result<(), Failure> {
        self.announced = None;
        say(text)
    }

    fn one(&mut self, what: &What) -> Result<(), Failure> {
        let names = self.open.names();
        match what {
            What::Stack(stack) => drop(self.stacks.insert(stack.id, stack.clone())),
            What::Entered(entered) => {
                let socket = self.open.socket_of(entered).cloned();
                self.before.insert(entered.call, socket);
            }
            What::Packet(packet) => {
                match packet.caused_by.filter(|call| self.open.call(*call).is_some()) {
                    Some(call) => self.packets.entry(call).or_default().push(packet.clone()),
                    None => self.say(&format!("  wire    {}", show::packet(packet)))?,
                }
            }
            What::Blocked { call } => {
                if let Some(entered) = self.open.call(*call) {
                    let socket = self.open.socket_of(entered);
                    let text = show::blocked(entered, &names.of(entered.who), socket);
                    self.say(&format!("  … {text}"))?;
                }
                self.sent_so_far(*call)?;
            }
            What::Returned(_) | What::Socket(_) | What::SocketGone { .. } => (),
            What::Started(started) => {
                self.say(&format!(
                    "{} is {} (PID {})",
                    started.name,
                    started.command.join(" "),
                    started.who.pid
                ))?;
            }
            What::Printed { who, bytes } => {
                for line in show::brief(bytes).lines() {
                    self.say(&format!("{} prints: {line}", names.of(*who)))?;
                }
            }
            What::Ended { exit: Exit::Serving, .. } => (),
            What::Ended { who, exit } => {
                self.say(&format!("{} is over: {exit}", names.of(*who)))?
            }
            What::Signalled { who, signal } => {
                self.say(&format!("{} gets {signal}", names.of(*who)))?
            }
            What::Forked { who, child } => {
                self.say(&format!("{} starts {}", names.of(*who), names.of(*child)))?
            }
            What::Executed { .. } => (),
            What::Noted { text, .. } => self.say(text.trim_end())?,
        }
        Ok(())
    }

    /// A call sleeps: what it has put on the wire until then.
    fn sent_so_far(&mut self, call: u64) -> Result<(), Failure> {
        for packet in self.packets.remove(&call).unwrap_or_default() {
            self.say(&format!("  wire    {}", show::packet(&packet)))?;
        }
        Ok(())
    }

    /// The call that has returned, with the sockets as they are now.
    fn result(&mut self) -> Result<(), Failure> {
        let Some((entered, returned)) = self.returned.take() else { return Ok(()) };
        let before = self.before.remove(&entered.call).flatten();
        let before = before.filter(|_| returned.made.is_none());
        let cookie = returned.made.or(entered.socket);
        let after = cookie.and_then(|cookie| self.open.sockets().get(cookie));
        let packets = self.packets.remove(&entered.call).unwrap_or_default();
        let packets: Vec<&Packet> = packets.iter().collect();
        let name = self.open.names().of(entered.who);
        let text = show::after(
            &entered,
            &returned,
            before.as_ref(),
            after,
            &packets,
            show::width().into(),
        );
        let known = self.announced.take() == Some((entered.who, entered.name.clone()));
        let again = format!("{name}: {}\n", made_text(&entered, None));
        self.last = Some((entered, returned));
        self.say(&format!("{}{}\n", if known { "" } else { &again }, text.trim_end()))
    }

    /// Shows a call that is about to be made.
    pub fn announce(&mut self, entered: &Entered) -> Result<(), Failure> {
        let stack = entered.stack.and_then(|id| self.stacks.get(&id));
        let name = self.open.names().of(entered.who);
        say(show::before(entered, &name, stack, show::width().into()).trim_end())?;
        self.announced = Some((entered.who, entered.name.clone()));
        Ok(())
    }

    /// The stack of the call that is next, or of the one that returned last.
    pub fn stack(&self, held: Option<&Entered>) -> String {
        let entered = held.or(self.last.as_ref().map(|(entered, _)| entered));
        match entered.and_then(|entered| entered.stack).and_then(|id| self.stacks.get(&id)) {
            Some(stack) => show::stack(stack).trim_end().into(),
            None => {
                "No stack is known: there was no call yet, or --watch leaves out source.".into()
            }
        }
    }

    /// The buffers of the call that is next, or of the one that returned last if that has more to show.
    pub fn hex(&self, held: Option<&Entered>) -> String {
        let last = self.last.as_ref().map(|(entered, returned)| show::hex(entered, Some(returned)));
        let next = held.map(|entered| show::hex(entered, None));
        let parts = [("the last call", last), ("the next call", next)];
        let parts =
            parts.into_iter().filter_map(|(of, text)| Some(format!("{of}:\n{}", text?.trim_end())));
        parts.collect::<Vec<_>>().join("\n")
    }

    /// All sockets.
    pub fn sockets(&self) -> String {
        let sockets: Vec<&SocketState> = self.open.sockets().iter().collect();
        show::sockets(&sockets, &self.open.names()).trim_end().into()
    }

    /// Who waits for what.
    pub fn deadlock(&self, sleeps: &[Sleep]) -> String {
        waiting::deadlock(sleeps, &self.open)
    }

    /// Why a program cannot be stepped.
    pub fn why_not(&mut self, program: u8, asleep: &[Sleep]) -> String {
        let names = self.open.names();
        if names.started().len() <= usize::from(program) {
            return "There is no such program in this run.".into();
        }
        let sleep = asleep.iter().find(|sleep| sleep.who.program == program);
        match (sleep, sleep.and_then(|sleep| sleep.call).and_then(|call| self.open.call(call))) {
            (_, Some(entered)) => {
                show::blocked(entered, &names.of(entered.who), self.open.socket_of(entered))
            }
            (Some(sleep), None) if sleep.reads_terminal => {
                format!(
                    "{} waits for a line at its terminal: t LINE types one.",
                    names.program(program)
                )
            }
            (Some(sleep), None) if sleep.stopped => {
                format!("{} is stopped and waits for SIGCONT.", names.program(program))
            }
            (Some(_), None) => {
                format!("{} sleeps outside of a socket call.", names.program(program))
            }
            (None, None) => format!("{} is over.", names.program(program)),
        }
    }
}
