//! The twin of a program's text, and the twin's line that makes the same call.
//!
//! Twins have the same functions, and these make the same calls in the same order. So the second
//! `send(` of a function is the second `send(` of its twin, if both have as many of them.

use super::embedded::Own;
use super::written::{Written, written};
use crate::trace::{Pair, Role, Version};

/// A line of a program's twin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// The twin's path below the project's root.
    pub path: String,
    /// Its text.
    pub text: &'static str,
    /// The line, from 1.
    pub line: u32,
}

/// Where the twin of the source at this path below the project's root makes the same call as this
/// line, to the function of this name, as debug information has it.
pub fn twin(path: &str, line: u32, function: &str) -> Option<Twin> {
    let text = Own::at(path)?.text;
    let path = twin_of(path)?;
    let twin = Own::at(&path)?.text;
    let line = same_call(text, twin, line, plain(function))?;
    Some(Twin { path, text: twin, line })
}

/// An original's twin is the Rust program, whose own is the corrected one.
fn twin_of(path: &str) -> Option<String> {
    let versions = Pair::ALL.into_iter().flat_map(|pair| {
        let with = move |role| pair.versions().iter().map(move |&version| (pair, role, version));
        [Role::Server, Role::Client].into_iter().flat_map(with)
    });
    let mut of = versions.filter(|&(pair, role, version)| path_of(pair, role, version) == path);
    let (pair, role, version) = of.next()?;
    let other = if version == Version::Rust { Version::Corrected } else { Version::Rust };
    Some(path_of(pair, role, other))
}

fn path_of(pair: Pair, role: Role, version: Version) -> String {
    let stem = pair.stem(role, version);
    match version {
        Version::Rust => format!("src/bin/{stem}.rs"),
        Version::Original | Version::Corrected => format!("c-reference/{stem}.c"),
    }
}

/// The line of the twin's text that makes the same call as this line, to the function of that name.
fn same_call(text: &str, twin: &str, line: u32, name: &str) -> Option<u32> {
    let calls = written(text);
    let call = at_line(&calls, line, name)?;
    let of_both = |other: &Written| other.name == name && other.function == call.function;
    let ours: Vec<_> = calls.into_iter().filter(of_both).collect();
    let theirs: Vec<_> = written(twin).into_iter().filter(of_both).collect();
    let place = ours.iter().position(|other| *other == call)?;
    let same = theirs.get(place).filter(|_| ours.len() == theirs.len())?;
    Some(same.line)
}

/// The call of that name which the line makes, if it is just one. Debug information may have
/// another line of the statement than that of the name.
fn at_line<'a>(calls: &[Written<'a>], line: u32, name: &str) -> Option<Written<'a>> {
    let here = |call: &&Written| call.name == name && call.line == line;
    let around = |call: &&Written| call.name == name && (call.from..=call.to).contains(&line);
    match calls.iter().filter(here).count() {
        0 => only(calls.iter().filter(around)).copied(),
        _ => only(calls.iter().filter(here)).copied(),
    }
}

fn only<T>(mut some: impl Iterator<Item = T>) -> Option<T> {
    some.next().filter(|_| some.next().is_none())
}

/// A function's name as a program's text has it: of `__libc_accept` and of
/// `sockstep::calls::accept::accept::<sockaddr_in>` it is `accept`.
fn plain(function: &str) -> &str {
    // A type's own function, `<sockstep::program::Clients>::serve`; not a trait's, `<T as Drop>::drop`.
    let path = match function.strip_prefix('<').and_then(|rest| rest.split_once(">::")) {
        Some((of, name)) if !of.contains(['<', ' ']) => name,
        _ => function,
    };
    let path = path.split('<').next().unwrap_or_default().trim_end_matches("::");
    let name = path.rsplit("::").next().unwrap_or_default();
    let name = name.strip_prefix("__libc_").or_else(|| name.strip_prefix("__")).unwrap_or(name);
    name.strip_suffix("_chk").unwrap_or(name)
}

#[cfg(test)]
mod tests;
