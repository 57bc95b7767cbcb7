//! The C programs: their sources travel inside this program, and the user's own compiler builds them, once.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use etcetera::BaseStrategy;

use super::Error;
use super::source::embedded::{ERRNO_TABLE, HEADERS, PROGRAMS, Source};

const FLAGS: &str = include_str!("../../c-reference/cflags");

/// The sources of one program: its own and the headers, each with its path below the folder. The errno table's
/// rows are in a folder of their own.
fn sources(stem: &str) -> impl Iterator<Item = (String, &'static str)> {
    let program = PROGRAMS.into_iter().find(move |(name, _)| name.strip_suffix(".c") == Some(stem));
    let shared = program.into_iter().chain(HEADERS);
    let table: &[Source] = if stem == "errno_table" { &ERRNO_TABLE } else { &[] };
    let own = table.iter().map(|(name, text)| (format!("errnos/{name}"), *text));
    shared.map(|(name, text)| (name.to_owned(), text)).chain(own)
}

/// The program in `folder`, if it was built there from just the sources that we know.
pub(super) fn built_in(folder: &Path, stem: &str) -> Option<PathBuf> {
    let program = folder.join(stem);
    let beside = folder.join(format!("{stem}.src"));
    let same = |(name, text): (String, &str)| {
        fs::read(beside.join(name)).is_ok_and(|there| there == text.as_bytes())
    };
    (program.is_file() && sources(stem).all(same)).then_some(program)
}

/// The program in the user's cache folder, built there first if it is not yet. The folder's name stands for
/// the sources and the compiler, so what is there is never out of date.
pub(super) fn cached(stem: &str) -> Result<PathBuf, Error> {
    let compiler = std::env::var("CC").ok().filter(|cc| !cc.trim().is_empty());
    let compiler = compiler.unwrap_or_else(|| "cc".into());

    let home = etcetera::choose_base_strategy().map_err(|e| Error::System {
        what: "looking for your cache folder".into(),
        source: io::Error::new(ErrorKind::NotFound, e.to_string()),
    })?;
    let mut hasher = DefaultHasher::new();
    (PROGRAMS, HEADERS, ERRNO_TABLE, FLAGS, &compiler).hash(&mut hasher);
    let cache = home.cache_dir().join("sockstep");
    let folder = cache.join(format!("c-{:016x}", hasher.finish()));

    let program = folder.join(stem);
    if !program.is_file() {
        let writing = || {
            format!("writing to your cache folder {} (XDG_CACHE_HOME moves it)", cache.display())
        };
        fs::create_dir_all(&cache).map_err(Error::doing(writing()))?;
        // Who comes second waits here, and finds the program built.
        let lock = File::create(cache.join("lock")).map_err(Error::doing(writing()))?;
        lock.lock().map_err(Error::doing(writing()))?;
        if !program.is_file() {
            fs::create_dir_all(folder.join("errnos")).map_err(Error::doing(writing()))?;
            for (name, text) in sources(stem) {
                fs::write(folder.join(name), text).map_err(Error::doing(writing()))?;
            }
            if let Err(e) = compile(&compiler, &folder, stem) {
                let _ = fs::remove_dir_all(&folder); // nothing that this compiler makes is worth keeping
                return Err(e);
            }
            // Only now has it its name: an interrupted compiler leaves no half of a program to be found.
            fs::rename(folder.join("unfinished"), &program).map_err(Error::doing(writing()))?;
        }
    }
    Ok(program)
}

fn compile(compiler: &str, folder: &Path, stem: &str) -> Result<(), Error> {
    let mut words = compiler.split_whitespace();
    let output = Command::new(words.next().unwrap_or("cc"))
        .args(words)
        .args(FLAGS.split_whitespace())
        .args(["-o", "unfinished", &format!("{stem}.c")])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(Error::Compile {
            command: compiler.into(),
            stem: stem.into(),
            message: first_error(&output.stderr),
        }),
        Err(e) if e.kind() == ErrorKind::NotFound => {
            Err(Error::NoCompiler { command: compiler.into() })
        }
        Err(e) => Err(Error::doing(format!("running {compiler}"))(e)),
    }
}

fn first_error(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let error = text.lines().find(|line| line.contains("error")).or_else(|| text.lines().next());
    error.unwrap_or("it did not say why").into()
}
