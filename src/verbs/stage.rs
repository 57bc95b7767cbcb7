//! What the student sees of a run that is stepped: events become lines as they come.

use std::collections::{BTreeMap, HashMap};

use sockstep::observe::Sleep;
use sockstep::show::{self, Other};
use sockstep::trace::{
    Answer, Entered, Event, Exit, Packet, Returned, SocketState, Stack, Text, What, Who, Why,
    made_text,
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
    /// What explains that it has failed.
    why: Option<Why>,
    /// The sockets that changed since the last call returned, as they were.
    changed: BTreeMap<u64, Option<SocketState>>,
    /// Processes and threads that have made no call yet, and who started them.
    helpers: HashMap<i32, Who>,
    /// Whether a process was made since the last call: it has its parent's descriptors.
    forked: bool,
    /// The call that was announced, as long as nothing else was said.
    announced: Option<(Who, Text)>,
    /// What was said, where it is not printed at once.
    kept: Option<String>,
}

impl Stage {
    /// Tells of events.
    pub fn tell(&mut self, events: &[Event]) -> Result<(), Failure> {
        for event in events {
            if !matches!(event.what, What::Socket(_) | What::SocketGone { .. } | What::Why(_)) {
                self.result()?;
            }
            self.one(&event.what)?;
            if let What::Returned(returned) = &event.what
                && !matches!(returned.answer, Answer::Unfinished(_))
            {
                self.returned =
                    self.open.call(returned.call).cloned().map(|call| (call, returned.clone()));
            }
            self.open.take(event);
        }
        self.result()
    }

    /// A stage that prints nothing.
    pub fn silent() -> Stage {
        Stage { kept: Some(String::new()), ..Stage::default() }
    }

    /// What it would have printed since the last time.
    pub fn said(&mut self) -> String {
        self.kept.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn say(&mut self, text: &str) -> Result<(), Failure> {
        self.announced = None;
        match &mut self.kept {
            Some(kept) => {
                kept.push_str(text);
                kept.push('\n');
                Ok(())
            }
            None => say(text),
        }
    }

    fn one(&mut self, what: &What) -> Result<(), Failure> {
        let names = self.open.names();
        match what {
            What::Stack(stack) => drop(self.stacks.insert(stack.id, stack.clone())),
            What::Entered(entered) => {
                self.introduce(entered.who)?;
                self.between_calls()?;
                let socket = self.open.socket_of(entered).cloned();
                self.before.insert(entered.call, socket);
            }
            What::Packet(packet) => {
                match packet.caused_by.filter(|call| self.open.call(*call).is_some()) {
                    Some(call) => self.packets.entry(call).or_default().push(packet.clone()),
                    None => {
                        self.between_calls()?;
                        self.say(&beside("wire", &show::packet(packet)))?
                    }
                }
            }
            What::Blocked { call } => {
                if let Some(entered) = self.open.call(*call) {
                    let socket = self.open.socket_of(entered);
                    let watched = self.open.watched(entered);
                    let name = names.of(entered.who);
                    let text = show::blocked(entered, &name, socket, watched.as_ref());
                    self.say(&show::prose(&format!("  … {text}"), "    "))?;
                }
                self.sent_so_far(*call)?;
                self.changed_so_far(*call)?;
            }
            What::Socket(SocketState { cookie, .. }) | What::SocketGone { cookie } => {
                let before = self.open.sockets().get(*cookie);
                self.changed.entry(*cookie).or_insert_with(|| before.cloned());
            }
            What::Returned(_) => (),
            What::Why(why) => self.why = Some(why.clone()),
            What::Started(started) => {
                self.say(&format!(
                    "{} is {} (PID {})",
                    started.name,
                    show::command(&started.command),
                    started.who.pid
                ))?;
            }
            What::Printed { who, bytes } => {
                for line in show::brief(bytes).lines() {
                    self.say(&format!("{} prints: {line}", names.of(*who)))?;
                }
            }
            What::Ended { who, exit: Exit::Serving } => {
                self.say(&format!("{} still runs, and is ended now", names.of(*who)))?
            }
            // A helper that has nothing to do with sockets comes and goes unseen, and so does the signal of its end.
            What::Ended { who, .. } if self.helpers.remove(&who.tid).is_some() => (),
            What::Signalled { signal, .. } if signal == "SIGCHLD" => (),
            What::Ended { who, exit } => {
                self.say(&format!("{} is over: {exit}", names.of(*who)))?
            }
            What::Signalled { who, signal } => {
                self.say(&format!("{} gets {signal}", names.of(*who)))?
            }
            What::Forked { who, child } => {
                self.helpers.insert(child.tid, *who);
                self.forked |= child.pid == child.tid;
            }
            What::Executed { .. } => (),
            What::Noted { who: Some(who), text } => {
                self.say(&format!("{}: {}", names.of(*who), text.trim_end()))?;
            }
            What::Noted { who: None, text } => self.say(text.trim_end())?,
        }
        Ok(())
    }

    /// A process or a thread makes its first call: where it comes from.
    fn introduce(&mut self, who: Who) -> Result<(), Failure> {
        let Some(parent) = self.helpers.remove(&who.tid) else { return Ok(()) };
        let names = self.open.names();
        let kind = if who.pid == who.tid { "process" } else { "thread" };
        self.say(&format!("{} is a {kind} that {} has started", names.of(who), names.of(parent)))
    }

    /// A call sleeps: what it has put on the wire until then.
    fn sent_so_far(&mut self, call: u64) -> Result<(), Failure> {
        for packet in self.packets.remove(&call).unwrap_or_default() {
            self.say(&beside("wire", &show::packet(&packet)))?;
        }
        Ok(())
    }

    /// What has changed in the kernel since the last call, where nobody waits at the terminal for the next one: segments did
    /// it that somebody has held up, or a timer.
    pub fn between_calls(&mut self) -> Result<(), Failure> {
        if self.kept.is_none() { Ok(()) } else { self.told_before_the_next() }
    }

    /// The same, whoever waits.
    fn told_before_the_next(&mut self) -> Result<(), Failure> {
        let later = |cookie: &u64| self.open.is_in_use(*cookie, 0);
        let (later, now) =
            std::mem::take(&mut self.changed).into_iter().partition(|(cookie, _)| later(cookie));
        self.changed = now;
        self.tell_others(0)?;
        self.changed = later;
        Ok(())
    }

    /// What has changed in the kernel, but for the sockets of other calls than this one.
    fn tell_others(&mut self, call: u64) -> Result<(), Failure> {
        for Other { name, before, after } in self.others(None, call) {
            let changes = show::changes(before.as_ref(), after.as_ref());
            if !changes.is_empty() {
                self.say(&beside("kernel", &format!("{name}: {}", changes.join("; "))))?;
            }
        }
        Ok(())
    }

    /// A call sleeps: what it has changed in the kernel until then.
    fn changed_so_far(&mut self, call: u64) -> Result<(), Failure> {
        self.tell_others(call)?;
        if let Some(entered) = self.open.call(call) {
            let socket = self.open.socket_of(entered).cloned();
            self.before.insert(call, socket);
        }
        Ok(())
    }

    /// The sockets that have changed since the last time, but for one, and for those of which other calls will tell when
    /// they return.
    fn others(&mut self, but: Option<u64>, call: u64) -> Vec<Other> {
        let names = self.open.names();
        let changed = std::mem::take(&mut self.changed).into_iter();
        let other = |(cookie, before): (u64, Option<SocketState>)| {
            let after = self.open.sockets().get(cookie).cloned();
            let name = show::which(before.as_ref(), after.as_ref(), &names);
            Other { name, before, after }
        };
        let told = |cookie| Some(cookie) != but && !self.open.is_in_use(cookie, call);
        changed.filter(|(cookie, _)| told(*cookie)).map(other).collect()
    }

    /// The call that has returned, with the sockets as they are now.
    fn result(&mut self) -> Result<(), Failure> {
        let Some((entered, returned)) = self.returned.take() else { return Ok(()) };
        let before = self.before.remove(&entered.call).flatten();
        // A socket that accept gives was there before, unless it came into being during the call.
        let before = match returned.made {
            Some(made) => self.changed.get(&made).cloned().flatten(),
            None => before,
        };
        let cookie = returned.made.or(entered.socket);
        let others = self.others(cookie, entered.call);
        let after = cookie.and_then(|cookie| self.open.sockets().get(cookie));
        let packets = self.packets.remove(&entered.call).unwrap_or_default();
        let packets: Vec<&Packet> = packets.iter().collect();
        let names = self.open.names();
        let name = names.of(entered.who);
        let mut text = show::after(
            &entered,
            &returned,
            before.as_ref(),
            after,
            &others,
            &packets,
            show::width().into(),
        );
        if let Some(why) = self.why.take().filter(|why| why.call == entered.call) {
            text += &show::why(&entered, &returned, &why, &names, show::width().into());
        }
        let known = self.announced.take() == Some((entered.who, entered.name.clone()));
        let again = format!("{name}: {}\n", made_text(&entered, None));
        self.last = Some((entered, returned));
        self.say(&format!("{}{}\n", if known { "" } else { &again }, text.trim_end()))
    }

    /// Shows a call that is about to be made, unless it stands there already.
    pub fn announce(&mut self, entered: &Entered) -> Result<(), Failure> {
        if self.announced.as_ref() == Some(&(entered.who, entered.name.clone())) {
            return Ok(());
        }
        if std::mem::take(&mut self.forked) {
            self.told_before_the_next()?;
        }
        self.introduce(entered.who)?;
        let stack = entered.stack.and_then(|id| self.stacks.get(&id));
        let name = self.open.names().of(entered.who);
        say(show::before(entered, &name, stack, show::width().into()).trim_end())?;
        self.announced = Some((entered.who, entered.name.clone()));
        Ok(())
    }

    /// Whose turn it is, in two words: `server's bind`.
    pub fn turn(&self, held: &Entered) -> String {
        format!("{}'s {}", self.open.names().of(held.who), held.name)
    }

    /// The stack of the call that is next, or of the one that returned last.
    pub fn stack(&self, held: Option<&Entered>) -> String {
        let entered = held.or(self.last.as_ref().map(|(entered, _)| entered));
        match entered.and_then(|entered| entered.stack).and_then(|id| self.stacks.get(&id)) {
            Some(stack) => {
                let options =
                    textwrap::Options::new(show::width().into()).subsequent_indent("       ");
                let lines = show::stack(stack);
                let lines = lines.lines().map(|line| textwrap::fill(line, &options));
                lines.collect::<Vec<_>>().join("\n")
            }
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
    pub fn why_not(&self, program: u8, asleep: &[Sleep]) -> String {
        show::prose(&waiting::why_not(program, asleep, &self.open), "  ")
    }
}

/// A line beside a word in the margin.
fn beside(word: &str, line: &str) -> String {
    show::prose(&format!("  {word:8}{line}"), "            ")
}
