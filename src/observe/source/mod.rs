//! Source lines: from a stopped thread's registers to who called whom, in which file and line.
//!
//! [`Registers`] say where a thread stands; an address space (`space`) knows which file lies where,
//! and how to come from a function to its caller; a file (`module`) knows functions and lines;
//! `layer` knows whose code that is. All of it is remembered: a stack that was seen before costs
//! the walk and one look into a table.

pub mod embedded;

mod elf;
mod layer;
mod listing;
mod module;
mod modules;
mod reason;
mod registers;
mod snippet;
mod space;
mod twin;
mod window;
mod written;

#[cfg(test)]
mod broken_files;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use listing::{MayRead, listings};
pub use registers::Registers;
pub use snippet::snippet;

use self::modules::Modules;
use self::reason::{Walk, why_not};
use self::snippet::Missing;
use self::space::{Cache, DEEPEST, Space, Spot, executable_maps};
use self::window::Window;
use super::Memory;
use crate::trace::{Frame, Layer, Stack, Text};

/// How many lines a snippet has above and below the one in question.
const AROUND: u32 = 2;

/// A chain of callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It was seen before, and has this number.
    Known(u32),
    /// It is new.
    New(Stack),
}

/// What is known of the programs of one run.
#[derive(Default)]
pub struct Sources {
    modules: Modules,
    spaces: HashMap<u32, Space>,
    of: HashMap<i32, u32>,
    made: u32,
    cache: Cache,
    stacks: HashMap<Vec<Line>, u32>,
}

/// What tells frames apart.
type Line = (Option<String>, Option<String>, Option<u32>, String, bool);

impl Sources {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Who called whom, up to where a thread stands. `pid` is its process, with that `memory`.
    pub fn stack(&mut self, pid: i32, registers: &Registers, memory: &dyn Memory) -> Found {
        let mut window = Window::new(memory, registers.sp);
        let mut number = match self.of.get(&pid) {
            Some(&number) => number,
            None => self.look(pid),
        };
        let (mut calls, mut complete) = self.walk(number, registers, &mut window);
        if let Some(known) = self.seen(number, &calls) {
            return Found::Known(known);
        }
        if self.leads_out(number, &calls) {
            // Since the last look a library was loaded, or another program.
            number = self.look(pid);
            (calls, complete) = self.walk(number, registers, &mut window);
        }
        let stack = self.build(number, &calls, complete);
        let lines: Vec<Line> = stack.frames.iter().map(line).collect();
        let next = self.stacks.len() as u32;
        let id = *self.stacks.entry(lines).or_insert(next);
        if let Some(space) = self.spaces.get_mut(&number) {
            space.seen.insert(calls.into(), id);
        }
        if id < next { Found::Known(id) } else { Found::New(Stack { id, ..stack }) }
    }

    /// The process has become another program, or has loaded or unloaded a library.
    pub fn changed(&mut self, pid: i32) {
        self.forget(pid);
    }

    /// The process is over.
    pub fn forget(&mut self, pid: i32) {
        let Some(number) = self.of.remove(&pid) else { return };
        if !self.of.values().any(|other| *other == number) {
            self.spaces.remove(&number);
        }
    }

    /// Reads where the process has which files. A child that was forked has them where its parent
    /// has them, and shares what is known of that.
    fn look(&mut self, pid: i32) -> u32 {
        // A process that is gone has no mappings.
        let maps = executable_maps(pid).unwrap_or_default();
        let same = self.spaces.iter().find(|(_, space)| space.maps == maps);
        let number = match same {
            Some((&number, _)) => number,
            None => {
                let space = Space::new(pid, maps, &mut self.modules);
                self.made += 1;
                self.spaces.insert(self.made, space);
                self.made
            }
        };
        if self.of.get(&pid) != Some(&number) {
            self.forget(pid);
            self.of.insert(pid, number);
        }
        number
    }

    fn walk(&mut self, number: u32, from: &Registers, window: &mut Window) -> (Vec<u64>, bool) {
        let space = self.spaces.get(&number);
        space.map_or((Vec::new(), false), |space| space.walk(from, window, &mut self.cache))
    }

    fn seen(&self, number: u32, calls: &[u64]) -> Option<u32> {
        self.spaces.get(&number)?.seen.get(calls).copied()
    }

    fn leads_out(&self, number: u32, calls: &[u64]) -> bool {
        let out = |space: &Space| calls.iter().any(|call| space.spot(*call) == Spot::Nowhere);
        self.spaces.get(&number).is_some_and(out)
    }

    fn build(&mut self, number: u32, calls: &[u64], complete: bool) -> Stack {
        let Sources { modules, spaces, .. } = self;
        let spot =
            |call: &u64| spaces.get(&number).map_or(Spot::Nowhere, |space| space.spot(*call));
        let mut spots: Vec<Spot> = calls.iter().map(spot).collect();
        // Without unwind information the walk follows the frame pointer, and goes astray where
        // there is none.
        let sound = spots.iter().position(|spot| *spot == Spot::Nowhere).unwrap_or(spots.len());
        let complete = complete && sound == spots.len();
        spots.truncate(sound);

        let mut frames = Vec::new();
        let mut from = Vec::new();
        for spot in &spots {
            match spot {
                Spot::File(module, address) => {
                    frames.extend(modules.get_mut(*module).frames(*address).iter().cloned());
                    from.resize(frames.len(), Some(*module));
                }
                _ => frames.push(made()),
            }
            from.resize(frames.len(), None);
        }
        frames.truncate(DEEPEST);

        let is_own = |frame: &Frame| frame.layer == Layer::Own;
        // What the compiler adds of its own stands at no line.
        let own = frames.iter().position(|frame| is_own(frame) && frame.line.is_some());
        let own = own.or_else(|| frames.iter().position(is_own));
        let walk = Walk { spots: &spots, complete, frames: &frames };
        let mut why = own.is_none().then(|| why_not(&walk, |number| modules.get(number)));
        for (at, frame) in frames.iter_mut().enumerate() {
            if Some(at) == own || frame.layer == Layer::Wrapper {
                let built = from[at].and_then(|number| modules.get(number).built);
                let missing = attach(frame, built);
                if Some(at) == own {
                    why = missing;
                }
            }
        }
        Stack { id: 0, frames, own, why_not: why }
    }
}

fn attach(frame: &mut Frame, built: Option<std::time::SystemTime>) -> Option<Text> {
    let (file, line) = frame.file.as_deref().zip(frame.line)?;
    match snippet::of_program(file, line, AROUND, built) {
        Ok(snippet) => frame.source = Some(snippet),
        Err(Missing::Nowhere) => return Some(format!("{file} is not there to be read").into()),
        Err(Missing::Newer) => {
            return Some(
                format!("{file} was changed after {} was built: build it again", frame.module)
                    .into(),
            );
        }
    }
    None
}

fn line(frame: &Frame) -> Line {
    let Frame { function, file, line, module, inlined, .. } = frame;
    (function.clone(), file.clone(), *line, module.clone(), *inlined)
}

/// Code that a program has made for itself, as a virtual machine does.
fn made() -> Frame {
    Frame {
        function: None,
        file: None,
        line: None,
        module: "[made while running]".into(),
        layer: Layer::Unknown,
        inlined: false,
        source: None,
    }
}
