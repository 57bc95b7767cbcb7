//! Where the programs are.

use std::path::PathBuf;

use super::{Error, cc};
use crate::trace::{Pair, Role, Version};

/// The program's file. A Rust program lies beside this one; a C program in a folder `c-reference` beside this
/// one or one further up, where `make` puts it, else in the user's cache folder, where it is built now if need be.
pub fn locate(pair: Pair, role: Role, version: Version) -> Result<PathBuf, Error> {
    find(&pair.stem(role, version), version)
}

/// The same for a program that belongs to no pair.
pub fn find(stem: &str, version: Version) -> Result<PathBuf, Error> {
    let me =
        std::env::current_exe().map_err(Error::doing("looking for this program's own file"))?;
    let here = me.parent().unwrap_or(&me);
    if version == Version::Rust {
        let program = here.join(stem);
        return if program.is_file() { Ok(program) } else { Err(Error::NoProgram(program)) };
    }
    let folders = [here.join("c-reference"), here.join("../c-reference")];
    let built = folders.iter().find_map(|folder| cc::built_in(folder, stem));
    built.map_or_else(|| cc::cached(stem), Ok)
}
