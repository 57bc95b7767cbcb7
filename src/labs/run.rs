//! What the stepper has seen of an experiment, and the questions that an observation asks of it.

use std::collections::HashSet;
use std::time::Duration;

use super::inside::{EQUALS, HEADING};
use crate::calls::Errno;
use crate::observe::relay;
use crate::trace::{
    Answer, Arg, CallView, Carried, Entered, Event, Exit, Packet, SocketState, Sockets, Trace,
    Value, What,
};

/// One run of an experiment.
#[derive(Debug)]
pub struct Run {
    trace: Trace,
}

/// What was seen does not say what the lab wants to know: a call is missing, a value is no number.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unclear(pub String);

/// A call that was seen.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    run: &'a Run,
    view: CallView<'a>,
}

impl Run {
    /// A run that was recorded.
    pub fn new(trace: Trace) -> Run {
        Run { trace }
    }

    /// All of it.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What happened, without what is not the experiment's: the calls of the program that holds the wire, and those by which
    /// Rust's library asks, in a debug build, whether a descriptor that it closes is open.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        let calls = self.trace.events.iter().filter_map(|event| match &event.what {
            What::Entered(entered) if is_aside(entered) => Some(entered.call),
            _ => None,
        });
        let calls: HashSet<u64> = calls.collect();
        self.trace.events.iter().filter(move |event| match &event.what {
            What::Entered(entered) => !calls.contains(&entered.call),
            What::Returned(returned) => !calls.contains(&returned.call),
            What::Why(why) => !calls.contains(&why.call),
            What::Blocked { call } => !calls.contains(call),
            What::Socket(state) => state.family != "AF_PACKET",
            _ => true,
        })
    }

    /// All calls, in the order in which they were made, but for [`Run::events`]' exceptions.
    pub fn all_calls(&self) -> Vec<Seen<'_>> {
        let views = self.trace.calls().into_iter();
        let others = views.filter(|view| !is_aside(view.entered));
        others.map(|view| Seen { run: self, view }).collect()
    }

    /// The calls of this name, as the kernel knows it: `send` is sendto, `recv` recvfrom.
    pub fn calls(&self, name: &str) -> Vec<Seen<'_>> {
        self.all_calls().into_iter().filter(|seen| seen.view.entered.name == name).collect()
    }

    /// The call of this name that was made as the `at`th of them, counted from 0.
    pub fn call(&self, name: &str, at: usize) -> Result<Seen<'_>, Unclear> {
        let mut calls = self.calls(name);
        if at < calls.len() {
            return Ok(calls.swap_remove(at));
        }
        Err(Unclear(format!("there are only {} calls of {name}", calls.len())))
    }

    /// The calls that were made under a heading.
    pub fn under(&self, heading: &str) -> Vec<Seen<'_>> {
        let mut begins = Vec::new();
        for (index, line) in self.lines() {
            if let Some(title) = line.strip_prefix(HEADING) {
                begins.push((index, title.to_owned()));
            }
        }
        let of = |index: usize| {
            begins.iter().rev().find(|(begin, _)| *begin < index).map(|(_, title)| title.as_str())
        };
        let calls = self.all_calls().into_iter();
        calls.filter(|seen| of(seen.view.index) == Some(heading)).collect()
    }

    /// The `at`th call of this name that was made under a heading, counted from 0.
    pub fn call_under(&self, heading: &str, name: &str, at: usize) -> Result<Seen<'_>, Unclear> {
        let mut calls = self.under(heading).into_iter().filter(|seen| seen.name() == name);
        calls.nth(at).ok_or_else(|| Unclear(format!("{name} is missing under \"{heading}\"")))
    }

    /// How the calls of this name went that were made under a heading: values and errnos.
    pub fn outcomes(&self, heading: &str, name: &str) -> Vec<String> {
        let calls = self.under(heading).into_iter().filter(|seen| seen.name() == name);
        calls.map(|seen| seen.outcome()).collect()
    }

    /// What the programs have printed, line by line, each with the index of its event.
    fn lines(&self) -> Vec<(usize, String)> {
        let mut lines = Vec::new();
        for (index, event) in self.trace.events.iter().enumerate() {
            if let What::Printed { bytes, .. } = &event.what {
                let text = String::from_utf8_lossy(bytes);
                lines.extend(text.lines().map(|line| (index, line.to_owned())));
            }
        }
        lines
    }

    /// The value that the experiment has noted under this name.
    pub fn noted(&self, name: &str) -> Result<String, Unclear> {
        let value = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(EQUALS)?.to_owned());
        self.lines()
            .iter()
            .find_map(|(_, line)| value(line))
            .ok_or_else(|| Unclear(format!("{name} was not noted")))
    }

    /// The number that the experiment has noted under this name.
    pub fn number(&self, name: &str) -> Result<i64, Unclear> {
        let text = self.noted(name)?;
        text.parse().map_err(|_| Unclear(format!("{name} is {text}, which is no number")))
    }

    /// What a program has printed, from its start to its end.
    pub fn printed(&self, program: u8) -> Vec<u8> {
        let of = |event: &Event| match &event.what {
            What::Printed { who, bytes } if who.program == program => bytes.clone(),
            _ => Vec::new(),
        };
        self.trace.events.iter().flat_map(of).collect()
    }

    /// How a program's first process has ended.
    pub fn exit(&self, program: u8) -> Option<Exit> {
        let events = self.trace.events.iter();
        let first = events.clone().find_map(|event| match &event.what {
            What::Started(started) if started.who.program == program => Some(started.who),
            _ => None,
        })?;
        events.clone().find_map(|event| match &event.what {
            What::Ended { who, exit } if *who == first => Some(*exit),
            _ => None,
        })
    }

    /// All packets, in the order in which they were sent.
    pub fn packets(&self) -> Vec<&Packet> {
        let packet = |event| match event {
            &Event { what: What::Packet(ref packet), .. } => Some(packet),
            _ => None,
        };
        self.trace.events.iter().filter_map(packet).collect()
    }

    /// All states of all sockets, in the order in which they were seen.
    pub fn states(&self) -> Vec<&SocketState> {
        let state = |event| match event {
            &Event { what: What::Socket(ref state), .. } => Some(state),
            _ => None,
        };
        self.trace.events.iter().filter_map(state).collect()
    }

    /// The sockets at the run's end.
    pub fn sockets_at_end(&self) -> Sockets {
        self.trace.sockets_at(usize::MAX)
    }
}

/// The port in an address: `127.0.0.1:9001`, `[::1]:9001`.
pub fn port(address: &Option<String>) -> Result<u16, Unclear> {
    let digits = address.as_deref().and_then(|address| Some(address.rsplit_once(':')?.1));
    let port = digits.and_then(|digits| digits.parse().ok());
    port.ok_or_else(|| Unclear(format!("{address:?} has no port")))
}

/// Whether a call is the wire's, or one of the library's questions.
fn is_aside(entered: &Entered) -> bool {
    let asks = |arg: &Arg| matches!(&arg.value, Value::Named { name, .. } if name == "F_GETFD");
    matches!(entered.args.first(), Some(Arg { value: Value::Fd(relay::FD), .. }))
        || entered.name == "fcntl" && entered.args.iter().any(asks)
}

/// The flags of the TCP segments among packets: `SYN`, `SYN|ACK`, …
pub fn flags(packets: &[&Packet]) -> Vec<String> {
    let flags = |packet: &&Packet| match &packet.carries {
        Carried::Tcp(segment) => Some(segment.flags.to_string()),
        _ => None,
    };
    packets.iter().filter_map(flags).collect()
}

impl<'a> Seen<'a> {
    /// What C sees, if the call did not fail.
    pub fn value(&self) -> Result<i64, Unclear> {
        match self.view.returned.map(|(returned, _)| &returned.answer) {
            Some(Answer::Value(value)) => Ok(*value),
            Some(other) => Err(Unclear(format!("{} answered {other}", self.name()))),
            None => Err(Unclear(format!("{} did not return", self.name()))),
        }
    }

    /// Whether it did not fail.
    pub fn succeeded(&self) -> bool {
        self.value().is_ok()
    }

    /// The errno, if it failed.
    pub fn errno(&self) -> Option<Errno> {
        match self.view.returned?.0.answer {
            Answer::Errno(number) => Some(Errno::from_raw(number)),
            _ => None,
        }
    }

    /// `0`, or the errno's name: how it went, in a word.
    pub fn outcome(&self) -> String {
        match (self.value(), self.errno()) {
            (Ok(value), _) => value.to_string(),
            (_, Some(errno)) => format!("{errno:?}"),
            _ => "no answer".into(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &'a str {
        &self.view.entered.name
    }

    /// All that was recorded of it.
    pub fn view(&self) -> &CallView<'a> {
        &self.view
    }

    /// Whether the program slept in it.
    pub fn blocked(&self) -> bool {
        self.view.blocked
    }

    /// The packets that it sent, and the kernel's answers to them.
    pub fn packets(&self) -> &[&'a Packet] {
        &self.view.packets
    }

    /// The flags of the TCP segments that it sent, and of the kernel's answers to them.
    pub fn flags(&self) -> Vec<String> {
        flags(&self.view.packets)
    }

    /// How long it took.
    pub fn took(&self) -> Duration {
        let end = self.view.returned.map_or(self.view.at, |(_, at)| at);
        Duration::from_nanos(end.saturating_sub(self.view.at))
    }

    /// An argument through which the kernel answered, as it is after the call, or as it was passed.
    pub fn arg(&self, name: &str) -> Option<&'a Arg> {
        let out = self.view.returned.map(|(returned, _)| returned.out.as_slice());
        let all = out.unwrap_or_default().iter().chain(&self.view.entered.args);
        all.into_iter().find(|arg| arg.name == name)
    }

    /// The address in an argument: `127.0.0.1:9001`.
    pub fn address(&self, name: &str) -> Result<String, Unclear> {
        match self.arg(name).map(|arg| &arg.value) {
            Some(Value::Address(address)) => Ok(address.text.clone()),
            _ => Err(Unclear(format!("{} shows no address {name}", self.name()))),
        }
    }

    /// The bytes of a buffer, as text.
    pub fn text(&self, name: &str) -> Result<String, Unclear> {
        match self.arg(name).map(|arg| &arg.value) {
            Some(Value::Bytes { data, .. }) => Ok(String::from_utf8_lossy(data).into_owned()),
            _ => Err(Unclear(format!("{} shows no bytes {name}", self.name()))),
        }
    }

    /// The sockets just before it.
    pub fn sockets_before(&self) -> Sockets {
        self.run.trace.sockets_at(self.view.index)
    }

    /// The sockets just after it: when the next call is made.
    pub fn sockets_after(&self) -> Sockets {
        let events = &self.run.trace.events;
        let number = self.view.entered.call;
        let returned = events.iter().position(
            |event| matches!(&event.what, What::Returned(returned) if returned.call == number),
        );
        let from = returned.unwrap_or(self.view.index) + 1;
        let next = events.iter().skip(from).position(|e| matches!(e.what, What::Entered(_)));
        self.run.trace.sockets_at(next.map_or(usize::MAX, |next| from + next))
    }

    /// The cookie of the socket that it was made on, or that it has made.
    pub fn cookie(&self) -> Option<u64> {
        let made = self.view.returned.and_then(|(returned, _)| returned.made);
        made.or(self.view.entered.socket)
    }

    /// Its socket as it was just before it.
    pub fn socket_before(&self) -> Result<SocketState, Unclear> {
        self.one_of(&self.sockets_before())
    }

    /// Its socket, or the one that it has made, as it is just after it.
    pub fn socket_after(&self) -> Result<SocketState, Unclear> {
        self.one_of(&self.sockets_after())
    }

    /// The TCP state, just after it, of another call's socket: `TIME_WAIT`; `gone`, if the kernel has forgotten it.
    pub fn state_of(&self, other: &Seen) -> Result<String, Unclear> {
        let unseen = || Unclear(format!("{}'s socket was not seen", other.name()));
        let cookie = other.cookie().ok_or_else(unseen)?;
        let sockets = self.sockets_after();
        let Some(socket) = sockets.get(cookie) else { return Ok("gone".into()) };
        Ok(socket.state.as_deref().unwrap_or("none").into())
    }

    fn one_of(&self, sockets: &Sockets) -> Result<SocketState, Unclear> {
        let found = self.cookie().and_then(|cookie| sockets.get(cookie));
        found.cloned().ok_or_else(|| Unclear(format!("{}'s socket was not seen", self.name())))
    }
}
