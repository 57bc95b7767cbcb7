//! Why a call failed, in a few lines: what the kernel knew, put in words.

mod address;
mod socket;
#[cfg(test)]
mod tests;

use nix::errno::Errno;

use super::brief;
use super::names::Names;
use super::step::section;
use crate::explain;
use crate::trace::{Answer, Entered, Fact, Returned, Value, Why};

/// How many lines an explanation has at most.
const LINES: usize = 4;
/// How many letters of a line are shown: a file may hold lists of any length.
const LETTERS: usize = 1000;

/// The lines below a failed call's result, with `why` in the margin; nothing where there is nothing
/// to tell.
pub fn why(
    entered: &Entered,
    returned: &Returned,
    why: &Why,
    names: &Names,
    width: usize,
) -> String {
    section("why", &lines(entered, returned, why, names), width)
}

/// What explains a failure, the most telling first, and where more is to be read.
pub(super) fn lines(
    entered: &Entered,
    returned: &Returned,
    why: &Why,
    names: &Names,
) -> Vec<String> {
    let Answer::Errno(number) = returned.answer else { return Vec::new() };
    let case = Case { call: &entered.name, errno: number, facts: &why.facts, names };
    let mut lines = case.lines();
    if is_none(entered) && matches!(number, libc::ENETUNREACH | libc::EACCES) {
        lines.insert(0, "255.255.255.255 is also what inet_addr answers to nonsense".into());
    }
    if lines.is_empty() {
        lines.extend(usual(&entered.name, number));
    }
    // Paths and names of processes may hold anything.
    lines.truncate(LINES - 1);
    for line in &mut lines {
        *line = brief(line.as_bytes()).replace('\n', "\\n");
        if let Some((end, _)) = line.char_indices().nth(LETTERS) {
            line.replace_range(end.., "…");
        }
    }
    if explain::errno(number).is_some() {
        lines.push(format!("sockstep explain {:?} tells more", Errno::from_raw(number)));
    }
    lines
}

/// Whether the address is INADDR_NONE.
fn is_none(entered: &Entered) -> bool {
    entered.args.iter().any(|arg| match &arg.value {
        Value::Address(address) => address.text.starts_with("255.255.255.255:"),
        _ => false,
    })
}

/// Where the kernel has nothing to tell: what may cause this error in this call.
fn usual(call: &str, errno: i32) -> Option<String> {
    const MOST: usize = 3;
    let causes = explain::errno(errno)?.causes_of(call);
    let some: Vec<_> = causes.iter().take(MOST).copied().collect();
    (!some.is_empty()).then(|| format!("it may be: {}", some.join("; or: ")))
}

/// A failed call and what is known of it.
struct Case<'a> {
    /// Its name in C.
    call: &'a str,
    errno: i32,
    facts: &'a [Fact],
    names: &'a Names,
}

impl Case<'_> {
    fn lines(&self) -> Vec<String> {
        match self.errno {
            libc::EADDRINUSE => self.address_in_use(),
            libc::ECONNREFUSED => self.refused(),
            libc::EADDRNOTAVAIL => self.not_available(),
            libc::EACCES | libc::EPERM => self.forbidden(),
            libc::ENETUNREACH | libc::EHOSTUNREACH => self.alone("there is no way to that address"),
            libc::ETIMEDOUT => self.timed_out(),
            libc::EMFILE => self.too_many_files(),
            libc::EAGAIN => self.would_block(),
            libc::EINPROGRESS | libc::EALREADY => self.in_progress(),
            libc::EINVAL => self.invalid(),
            _ => self.others(),
        }
    }

    /// What each fact says by itself.
    fn others(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.facts.iter().filter_map(|fact| self.fact(fact)).collect();
        // The socket's state is the background: what has brought it about comes first.
        if lines.len() > 1 && matches!(self.facts.first(), Some(Fact::Own(_))) {
            lines.rotate_left(1);
        }
        lines
    }

    fn fact(&self, fact: &Fact) -> Option<String> {
        Some(match fact {
            Fact::Own(own) => return self.state(own),
            Fact::Came { what, from, caused_by } => came(what, from, *caused_by),
            Fact::Earlier { call, did } if did.starts_with("close") => {
                format!("call {call} has closed it")
            }
            Fact::Earlier { call, did } => {
                let way = if did.contains("SHUT_RD)") { "waits for" } else { "sends" };
                format!("call {call} was {did}: since then the socket {way} nothing more")
            }
            Fact::Lacks { option } if option == "SO_BROADCAST" => {
                format!("the address is for all hosts of a network, and {option} is not set")
            }
            Fact::Lacks { option } => format!("{option} is not set"),
            Fact::LeadsTo { fd, what } => {
                format!("descriptor {fd} is no socket, but {}", thing(what))
            }
            Fact::NotOpen { fd, open } => {
                let open: Vec<_> = open.iter().map(i32::to_string).collect();
                format!("descriptor {fd} is not open; the highest that are: {}", open.join(", "))
            }
            Fact::Families { socket, address } => {
                format!("the socket is of {socket}, the address of {address}")
            }
            Fact::Length { of, given, least, most } => length(of, *given, *least, *most),
            Fact::File { path, is } => match is.as_ref() {
                "nothing" => format!("there is no file {path}"),
                is => format!("{path} is a {is}"),
            },
            _ => return None,
        })
    }
}

/// A packet that came.
fn came(what: &str, from: &str, caused_by: Option<u64>) -> String {
    let when = caused_by.map(|call| format!(", during call {call}")).unwrap_or_default();
    match what {
        "RST" => format!("{from} has sent RST{when}: the connection is no more"),
        "FIN" => format!("{from} has sent FIN{when}: it will send nothing more"),
        what => match caused_by {
            Some(call) => format!("call {call} has sent {from}, and ICMP came back: {what}"),
            None => format!("to {from} came back ICMP: {what}"),
        },
    }
}

/// What a descriptor leads to.
fn thing(what: &str) -> String {
    match what {
        pipe if pipe.starts_with("pipe:") => "a pipe".into(),
        terminal if terminal.starts_with("/dev/pts/") => format!("a terminal, {terminal}"),
        inode if inode.starts_with("anon_inode:") => inode.replacen("anon_inode:", "", 1),
        path => path.into(),
    }
}

fn length(of: &str, given: u64, least: Option<u64>, most: Option<u64>) -> String {
    match (least, most) {
        (_, Some(_)) if of == "addrlen" => format!(
            "addrlen is {given}, {} to the kernel: before the call it is to be the address's size",
            given as i32
        ),
        (Some(least), _) => format!("{of} is {given}, and is {least} at least for this family"),
        (None, Some(most)) => format!("the {of} has {given} bytes, and {most} may be sent at once"),
        (None, None) => format!("the {of} has {given} bytes"),
    }
}
