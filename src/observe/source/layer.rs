//! Whose code it is, told from the source's path, the function's name and the file that is mapped.

use std::fs;

use super::super::Call;
use super::embedded::Own;
use crate::trace::Layer;

/// What is known of a place in a program.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Its source file.
    pub file: Option<&'a str>,
    /// Its function, demangled.
    pub function: Option<&'a str>,
    /// The file that is mapped there, with its path.
    pub module: &'a str,
}

/// Whose code it is.
pub fn layer(place: Place<'_>) -> Layer {
    let name = place.module.rsplit('/').next().unwrap_or_default();
    if is_libc(name) {
        return Layer::Libc;
    }
    if is_runtime(name, place.file.is_some()) {
        return Layer::Standard;
    }
    let Some(file) = place.file else {
        let libc = place.function.is_some_and(is_libc_function);
        return if libc { Layer::Libc } else { Layer::Unknown };
    };
    if is_wrapper(file, place.function) {
        return Layer::Wrapper;
    }
    if is_libc_source(file) {
        return Layer::Libc;
    }
    if is_standard_source(file, place.function) {
        return Layer::Standard;
    }
    let library = ["/usr/lib/", "/lib/", "/usr/lib64/", "/lib64/"].iter();
    let library = library.clone().any(|folder| place.module.starts_with(folder));
    match crate_of(file) {
        Some(name) => Layer::Crate(name.into()),
        None if library && name.contains(".so") => Layer::Crate(name.into()),
        None => Layer::Own,
    }
}

/// Whether a file belongs to glibc or musl.
pub fn is_libc(module: &str) -> bool {
    let parts = ["libc", "libpthread", "libm", "libdl", "librt", "libresolv", "libanl", "libnsl"];
    let stem = module.split(['.', '-']).next().unwrap_or_default();
    let shared = module.contains(".so");
    shared && (parts.contains(&stem) || stem == "ld" || stem.starts_with("libnss_"))
}

/// Whether a file is a language's runtime: what it does, it does for a program in its language.
/// (A student's `node` is told from Node.js by its debug information; of the runtimes, only Python
/// is often built with some.)
pub fn is_runtime(module: &str, debug: bool) -> bool {
    const PROGRAMS: [&str; 8] = ["pypy", "perl", "ruby", "node", "java", "php", "lua", "dotnet"];
    const LIBRARIES: [&str; 18] = [
        "libstdc++",
        "libc++",
        "libgcc_s",
        "libpython",
        "libperl",
        "libruby",
        "libjvm",
        "libjava",
        "libnet",
        "libnio",
        "libjli",
        "libasan",
        "libubsan",
        "libtsan",
        "liblsan",
        "libgo",
        "libnode",
        "libcoreclr",
    ];
    // `python3.11` is one, `python_like` is not.
    let stem = module.split(['.', '-']).next().unwrap_or_default();
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    stem == "python"
        || !debug && PROGRAMS.contains(&stem)
        || LIBRARIES.contains(&stem)
        || module.contains(".cpython-")
}

/// In a program that has the C library within itself: what every one has, and the calls.
fn is_libc_function(function: &str) -> bool {
    const STARTS: [&str; 3] = ["_start", "__libc_start_main", "__libc_start_call_main"];
    const CALLS: [&str; 5] = ["send", "recv", "syscall", "syscall_cp_c", "getaddrinfo"];
    let starts = STARTS.iter().any(|start| function.starts_with(start));
    let name = function.strip_prefix("__libc_").or_else(|| function.strip_prefix("__"));
    let name = name.unwrap_or(function);
    starts || CALLS.contains(&name) || Call::ALL.iter().any(|call| call.name() == name)
}

/// sockstep's own modules as its programs use them. Of other people's files with such names, the
/// Rust ones are in no crate `sockstep`, and the C ones have another text.
fn is_wrapper(file: &str, function: Option<&str>) -> bool {
    if let Some(text) = Own::header(file) {
        return match fs::read(file) {
            Ok(bytes) => bytes == text.as_bytes(),
            Err(_) => Own::at(file).is_some(),
        };
    }
    let ours = Own::at(file).is_some_and(|own| ["src/calls", "src/program"].contains(&own.folder));
    // Without full debug information a function has no path, but its type arguments do.
    let name = |function: &str| match function.split('<').next() {
        Some(path) if !path.is_empty() => path.to_owned(),
        _ => function.to_owned(),
    };
    ours && function.is_none_or(|function| {
        let name = name(function);
        name.contains("sockstep::") || !name.contains("::")
    })
}

fn is_libc_source(file: &str) -> bool {
    let parts = ["/sysdeps/", "/glibc-", "/musl-", "/nptl/", "/csu/libc-start", "/csu/../"];
    let header = file.strip_prefix("/usr/include/").is_some_and(|rest| {
        let folder = rest.split('/').next().unwrap_or_default();
        folder == rest
            || folder.contains("-linux-")
            || ["bits", "sys", "net", "arpa"].contains(&folder)
    });
    header || parts.iter().any(|part| file.contains(part))
}

fn is_standard_source(file: &str, function: Option<&str>) -> bool {
    let rust =
        ["/library/std/", "/library/core/", "/library/alloc/", "/library/test/", "/library/panic_"];
    let cpp = ["/include/c++/", "/libstdc++-v3/", "/libgcc/", "/libsanitizer/", "/compiler-rt/"];
    (file.starts_with("/rustc/") || file.starts_with("/rust/deps/"))
        || rust.iter().chain(&cpp).any(|part| file.contains(part))
        || is_go_source(file, function)
}

/// Go's own packages lie in `GOROOT/src/`, or have no folder before them where the paths were
/// trimmed. The function's name begins with the package's, `net.(*Dialer).Dial`: by both, a user's
/// `src/net/` is told from Go's.
fn is_go_source(file: &str, function: Option<&str>) -> bool {
    const PACKAGES: [&str; 16] = [
        "runtime", "internal", "syscall", "net", "os", "io", "bufio", "fmt", "sync", "reflect",
        "crypto", "time", "context", "log", "bytes", "vendor",
    ];
    let path = file.rsplit_once("/src/").map_or(file, |(_, path)| path);
    let package = path.split('/').next().unwrap_or_default();
    let of_it = |function: &str| {
        function.strip_prefix(package).is_some_and(|rest| rest.starts_with(['.', '/']))
    };
    file.ends_with(".go")
        && path.contains('/')
        && PACKAGES.contains(&package)
        && function.is_none_or(of_it)
}

/// The library that a source belongs to: a Rust crate, a Go module, or a folder of `/usr/include`.
fn crate_of(file: &str) -> Option<&str> {
    if let Some((_, rest)) = file.split_once("/registry/src/") {
        let folder = rest.split('/').nth(1)?;
        let version = folder.match_indices('-').find(|(at, _)| {
            // `sha-1-0.10.0` is `sha-1`, and `foo-1.0.0-alpha.1` is `foo`.
            let major = folder[at + 1..].split_once('.').map_or("", |(major, _)| major);
            !major.is_empty() && major.bytes().all(|byte| byte.is_ascii_digit())
        });
        return Some(version.map_or(folder, |(at, _)| &folder[..at]));
    }
    if let Some((_, rest)) = file.split_once("/git/checkouts/") {
        let folder = rest.split('/').next()?;
        return Some(folder.rsplit_once('-').map_or(folder, |(name, _)| name));
    }
    if let Some((_, rest)) = file.split_once("/pkg/mod/") {
        return rest.split_once('@').map(|(name, _)| name);
    }
    let (folder, _) = file.strip_prefix("/usr/include/")?.split_once('/')?;
    Some(folder)
}

#[cfg(test)]
mod tests;
