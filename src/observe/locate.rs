//! Where the programs are.

use std::path::PathBuf;

use super::{Error, cc};
use crate::trace::{Pair, Role, Version};

/// The program's file. A Rust program lies beside this one; a C program in a folder `c-reference` beside this
/// one or one further up, where `make` puts it, else in the user's cache folder, where it is built now if need be.
pub fn locate(pair: Pair, role: Role, version: Version) -> Result<PathBuf, Error> {
    let stem = pair.stem(role, version);
    if version != Version::Rust {
        return locate_c(&stem);
    }
    let program = here()?.join(stem);
    if program.is_file() { Ok(program) } else { Err(Error::NoProgram(program)) }
}

/// The file of a C program.
pub fn locate_c(stem: &str) -> Result<PathBuf, Error> {
    let here = here()?;
    let folders = [here.join("c-reference"), here.join("../c-reference")];
    let built = folders.iter().find_map(|folder| cc::built_in(folder, stem));
    built.map_or_else(|| cc::cached(stem), Ok)
}

/// The folder of this program.
fn here() -> Result<PathBuf, Error> {
    let me =
        std::env::current_exe().map_err(Error::doing("looking for this program's own file"))?;
    Ok(me.parent().unwrap_or(&me).to_owned())
}
