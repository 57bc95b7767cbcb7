//! An address space: which files lie where in it, and the way from a function to its callers.

use std::collections::HashMap;

use framehop::{CacheNative, MayAllocateDuringUnwind, Unwinder, UnwinderNative};
use procfs::process::{MMPermissions, MMapPath, MemoryMap};

use super::Registers;
use super::elf::Bytes;
use super::modules::Modules;
use super::window::Window;

/// How many callers are asked for. A recursion may have many more.
pub const DEEPEST: usize = 64;

/// What the unwinder remembers of all address spaces.
pub type Cache = CacheNative<MayAllocateDuringUnwind>;

/// An address space.
pub struct Space {
    /// The executable mappings, by address.
    pub maps: Vec<MemoryMap>,
    /// The stacks that were seen in it, by their addresses, and their numbers.
    pub seen: HashMap<Box<[u64]>, u32>,
    /// For each of the mappings the file, and what is to be added to the file's addresses.
    files: Vec<Option<(usize, u64)>>,
    unwinder: UnwinderNative<Bytes, MayAllocateDuringUnwind>,
}

/// Where an address lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// In a file: its number among the modules, and the address as the file has it.
    File(usize, u64),
    /// In memory that no file is mapped to: code that was made while the program runs.
    Made,
    /// In no code.
    Nowhere,
}

/// The executable mappings of a process.
pub fn executable_maps(pid: i32) -> Result<Vec<MemoryMap>, String> {
    let maps = procfs::process::Process::new(pid).and_then(|process| process.maps());
    let mut maps = maps.map_err(|e| e.to_string())?.0;
    maps.retain(|map| map.perms.contains(MMPermissions::EXECUTE));
    Ok(maps)
}

impl Space {
    /// The address space with these mappings.
    pub fn new(pid: i32, maps: Vec<MemoryMap>, modules: &mut Modules) -> Space {
        let mut unwinder = UnwinderNative::new();
        let mut files = Vec::with_capacity(maps.len());
        for map in &maps {
            let MMapPath::Path(path) = &map.pathname else {
                files.push(None);
                continue;
            };
            let number = modules.number(pid, map, path);
            let module = modules.get(number);
            let elf = module.elf.as_ref().ok();
            let bias = elf.and_then(|elf| elf.bias(map.address.0, map.offset));
            files.push(Some((number, bias.unwrap_or(map.address.0))));
            if let Some((elf, bias)) = elf.zip(bias) {
                unwinder.add_module(framehop::Module::new(
                    module.name.clone(),
                    map.address.0..map.address.1,
                    bias.wrapping_add(elf.base),
                    elf.unwind.clone(),
                ));
            }
        }
        Space { maps, seen: HashMap::new(), files, unwinder }
    }

    /// The addresses of the calls that lead here, the innermost first, and whether the outermost
    /// function was reached.
    pub fn walk(
        &self,
        registers: &Registers,
        window: &mut Window,
        cache: &mut Cache,
    ) -> (Vec<u64>, bool) {
        let start = registers.unwind(self.unwinder.max_known_code_address());
        let mut word = |address| window.word(address);
        let mut frames = self.unwinder.iter_frames(registers.pc, start, cache, &mut word);
        let mut calls = Vec::with_capacity(16);
        while calls.len() < DEEPEST {
            match frames.next() {
                // What stands there is where the call returns to: the instruction behind it.
                Ok(Some(frame)) => calls.push(frame.address().wrapping_sub(1)),
                Ok(None) | Err(framehop::Error::ReturnAddressIsNull) => return (calls, true),
                Err(_) => return (calls, false),
            }
        }
        (calls, true)
    }

    /// Where an address lies.
    pub fn spot(&self, address: u64) -> Spot {
        let after = self.maps.partition_point(|map| map.address.0 <= address);
        let Some(at) = after.checked_sub(1).filter(|&at| address < self.maps[at].address.1) else {
            return Spot::Nowhere;
        };
        match self.files[at] {
            Some((module, bias)) => Spot::File(module, address.wrapping_sub(bias)),
            None => Spot::Made,
        }
    }
}
