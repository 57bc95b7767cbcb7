//! A file that programs have mapped: from an address in it to the functions there, inlined first.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use addr2line::{Loader, demangle_auto};

use super::elf::{Elf, Functions, HIGHEST};
use super::layer::{Place, is_libc, layer};
use crate::trace::Frame;

/// A file that programs have mapped.
pub struct Module {
    /// Its path, as the programs have it.
    pub path: String,
    /// Its name without the folder.
    pub name: String,
    /// When it was built.
    pub built: Option<SystemTime>,
    /// What it says, or why it says nothing.
    pub elf: Result<Elf, String>,
    lines: Lines,
    frames: HashMap<u64, Arc<[Frame]>>,
}

/// What tells functions and lines. Nothing is read before the first question.
enum Lines {
    Unread(PathBuf),
    Debug(Box<Loader>),
    Functions(Functions),
}

impl Module {
    /// The module of a path that programs have mapped, read from the file `at`.
    pub fn new(path: String, at: PathBuf) -> Module {
        let name = path.strip_suffix(" (deleted)").unwrap_or(&path);
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        let built = fs::metadata(&at).and_then(|file| file.modified()).ok();
        let elf = Elf::read(&at);
        Module { path, name, built, elf, lines: Lines::Unread(at), frames: HashMap::new() }
    }

    /// The functions at an address of the file, the innermost first.
    pub fn frames(&mut self, address: u64) -> Arc<[Frame]> {
        if let Some(frames) = self.frames.get(&address) {
            return Arc::clone(frames);
        }
        self.open();
        let mut frames = self.debug_frames(address);
        // Debug information of lines alone knows the names of inlined functions.
        let unnamed = frames.pop_if(|outermost| outermost.function.is_none());
        if frames.is_empty() || unnamed.is_some() {
            let function = match &self.lines {
                Lines::Debug(loader) => loader
                    .find_symbol(address)
                    .map(|name| demangle_auto(name.into(), None).into_owned()),
                Lines::Functions(functions) => functions.at(address),
                Lines::Unread(_) => None,
            };
            let (file, line) = unnamed.map_or((None, None), |frame| (frame.file, frame.line));
            frames.push(self.frame(function, file, line));
        }
        let outermost = frames.len() - 1;
        frames[..outermost].iter_mut().for_each(|frame| frame.inlined = true);
        let frames: Arc<[Frame]> = frames.into();
        self.frames.insert(address, Arc::clone(&frames));
        frames
    }

    /// Whether the file has debug information.
    pub fn has_debug(&self) -> bool {
        matches!(self.lines, Lines::Debug(_))
    }

    /// The C library's own lines are nobody's question, and slow to read: its functions' names do.
    fn open(&mut self) {
        let Lines::Unread(at) = &self.lines else { return };
        let debug = self.elf.as_ref().ok().and_then(|elf| elf.debug.as_ref());
        let loader = debug.filter(|_| !is_libc(&self.name)).and_then(|file| Loader::new(file).ok());
        self.lines = match loader {
            Some(loader) => Lines::Debug(Box::new(loader)),
            None => Lines::Functions(Functions::read(at)),
        };
    }

    fn debug_frames(&self, address: u64) -> Vec<Frame> {
        let Lines::Debug(loader) = &self.lines else { return Vec::new() };
        let mut found = Vec::new();
        // addr2line adds to the address, and may not come past the last one.
        let frames = loader.find_frames(address.min(HIGHEST));
        let Ok(mut frames) = frames else { return found };
        while let Ok(Some(frame)) = frames.next() {
            let function = frame.function.as_ref().and_then(|function| function.demangle().ok());
            let (file, line) = frame.location.map_or((None, None), |at| (at.file, at.line));
            found.push(self.frame(function.map(Into::into), file.map(Into::into), line));
        }
        found
    }

    fn frame(&self, function: Option<String>, file: Option<String>, line: Option<u32>) -> Frame {
        let place =
            Place { file: file.as_deref(), function: function.as_deref(), module: &self.path };
        let layer = layer(place);
        let module = self.name.clone();
        Frame { function, file, line, module, layer, inlined: false, source: None }
    }
}
