//! Why no line of the user's own code can be shown, in a sentence, and what to do about it.

use super::layer::is_runtime;
use super::module::Module;
use super::space::Spot;
use crate::trace::{Frame, Layer, Text};

/// How the walk from the call to its callers ended.
pub struct Walk<'a> {
    /// Where each of the addresses lies, the innermost first.
    pub spots: &'a [Spot],
    /// Whether the outermost function was reached.
    pub complete: bool,
    /// The frames.
    pub frames: &'a [Frame],
}

/// The reason; the program's file itself is in question before any library is.
pub fn why_not<'a>(walk: &Walk, module: impl Fn(usize) -> &'a Module) -> Text {
    let files = || {
        walk.spots.iter().rev().filter_map(|spot| match spot {
            Spot::File(number, _) => Some(module(*number)),
            _ => None,
        })
    };
    let unreadable = files().find_map(|module| Some((module, module.elf.as_ref().err()?)));
    if let Some((module, why)) = unreadable {
        return format!("{} cannot be read for its lines: {why}", module.path).into();
    }
    if let Some(module) = files().find(|module| is_runtime(&module.name, module.has_debug())) {
        return format!(
            "the call comes from {}, which runs a program in its own language: at which line of \
             it cannot be told from outside",
            module.name
        )
        .into();
    }
    let unknown = walk.frames.iter().rev().find(|frame| frame.layer == Layer::Unknown);
    let its = unknown.and_then(|frame| files().find(|module| module.name == frame.module));
    if let Some((frame, module)) = unknown.zip(its) {
        return no_debug(frame, module, walk.frames).into();
    }
    let last = walk.spots.last();
    if let Some(Spot::File(number, address)) = last.filter(|_| !walk.complete) {
        return no_way_back(module(*number), *address).into();
    }
    if walk.spots.contains(&Spot::Made) {
        return "the call comes from code that was made while the program runs: no file has its line"
            .into();
    }
    match last {
        None | Some(Spot::Nowhere) => {
            "the calling code lies in no file that the program has mapped".into()
        }
        Some(_) => "none of the callers is in the program's own code".into(),
    }
}

fn no_debug(frame: &Frame, module: &Module, frames: &[Frame]) -> String {
    let path = &module.path;
    let rust = frames
        .iter()
        .any(|frame| frame.file.as_deref().is_some_and(|file| file.contains("/library/std/")));
    let advice = match (rust, module.elf.as_ref().is_ok_and(|elf| elf.stripped)) {
        (true, _) => {
            "build it without --release, or with `debug = \"line-tables-only\"` in its profile"
        }
        (false, true) => "compile it with -g, and without -s or strip",
        (false, false) => "compile it with -g",
    };
    match &frame.function {
        // Parts of the file have some: the C library's start files, or Rust's standard library.
        Some(function) if module.has_debug() => {
            format!("{function} in {path} has no debug information: {advice}")
        }
        _ => format!("{path} has no debug information: {advice}"),
    }
}

fn no_way_back(module: &Module, address: u64) -> String {
    let what = match module.elf.as_ref().is_ok_and(|elf| elf.unwinds()) {
        true => "the unwind information does not lead on",
        false => "there is no unwind information",
    };
    format!("{what} from {} at {address:#x}: who called it cannot be told", module.path)
}
