//! The two programs of the errno table, run to their end.

use std::process::{Command, Stdio};

use super::Error;
use super::locate::find;
use crate::trace::{ErrnoLine, Version};

/// What the program of one version prints, line by line.
pub fn errno_lines(version: Version) -> Result<Vec<ErrnoLine>, Error> {
    let program = find("errno_table", version)?;
    let running = || Error::doing(format!("running {}", program.display()));
    let output = Command::new(&program).stdin(Stdio::null()).output().map_err(running())?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let said = said.trim().lines().last().unwrap_or("it did not say why").into();
        return Err(Error::NoErrnos { program, said });
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let lines = printed.lines().map(|line| {
        ErrnoLine::read(line).ok_or_else(|| Error::NoErrnos {
            program: program.clone(),
            said: format!("it printed {line:?}, which is no row"),
        })
    });
    lines.collect()
}

/// The kernel's name and release.
pub fn kernel_release() -> String {
    let system = nix::sys::utsname::uname().ok();
    system.map_or_else(
        || "an unknown kernel".into(),
        |system| {
            let (name, release) = (system.sysname(), system.release());
            format!("{} {}", name.to_string_lossy(), release.to_string_lossy())
        },
    )
}
