//! All the files that the programs of a run have mapped, each read once.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use procfs::process::MemoryMap;

use super::module::Module;

/// All the files that the programs of a run have mapped.
#[derive(Default)]
pub struct Modules {
    all: Vec<Module>,
    numbers: HashMap<((i32, i32), u64, PathBuf), usize>,
}

impl Modules {
    /// The number of the file that is mapped there.
    pub fn number(&mut self, pid: i32, map: &MemoryMap, path: &Path) -> usize {
        *self.numbers.entry((map.dev, map.inode, path.into())).or_insert_with(|| {
            self.all.push(Module::new(path.to_string_lossy().into_owned(), reach(pid, path)));
            self.all.len() - 1
        })
    }

    /// The file of this number.
    pub fn get(&self, number: usize) -> &Module {
        &self.all[number]
    }

    /// The file of this number, to be asked.
    pub fn get_mut(&mut self, number: usize) -> &mut Module {
        &mut self.all[number]
    }
}

/// Where the file can be read. A program whose file was deleted (or built anew) while it runs is
/// still there as its `exe`; one in another root (`chroot`, a container) is there below its `root`.
fn reach(pid: i32, path: &Path) -> PathBuf {
    let exe = PathBuf::from(format!("/proc/{pid}/exe"));
    if path.to_string_lossy().ends_with(" (deleted)")
        && fs::read_link(&exe).is_ok_and(|exe| exe == path)
    {
        return exe;
    }
    if !path.exists()
        && let Ok(below) = path.strip_prefix("/")
    {
        return Path::new(&format!("/proc/{pid}/root")).join(below);
    }
    path.into()
}
