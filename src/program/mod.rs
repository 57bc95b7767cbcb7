//! What every program of the notes shares: its arguments, its printing, its failing.
//! Twin: `c-reference/program.h`.

mod client;
mod clients;
mod descriptors;
mod stream;
mod upper;

use std::ffi::{CStr, CString, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::process::exit;

pub use client::{Client, Room, Served, Wants};
pub use clients::{Clients, TURN, stop_on};
pub use descriptors::descriptors;
pub use stream::{Lines, recv_line, send_all};
pub use upper::upper;

use crate::calls::*;

/// A call failed: says which and why, and ends the program with status 1.
pub fn fail(call: &str, errno: Errno) -> ! {
    perror(call, errno);
    exit(1)
}

/// Prints to standard output, and out at once: in a pipe or a file, too, each line stands when it is
/// printed. The parts are bytes, since what a peer sent need not be text.
///
/// It writes to the descriptor itself. (`print!` panics where this fails, and Rust's own standard
/// output takes EBADF for success.)
pub fn print(parts: &[&[u8]]) {
    let bytes = parts.concat();
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        match nix::unistd::write(std::io::stdout(), rest) {
            Ok(n) => rest = &rest[n..],
            Err(e) => fail("stdout", e),
        }
    }
}

/// What of the bytes C's `%.*s` prints: all up to the first NUL.
pub fn text(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Gives SIGPIPE its default action back, death, as every C program has it from its start: who prints into
/// a pipe that nobody reads any more is ended. (Rust's runtime ignores the signal before `main`; and it has
/// opened `/dev/null` for the descriptors 0, 1 and 2 that were missing, what C's `standard_streams` does.)
pub fn standard_streams() {
    signal(SIGPIPE, SIG_DFL).unwrap_or_else(|e| fail("signal", e));
}

/// A program's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// `--keep-open` was given.
    pub keep_open: bool,
    /// `--idle`: for how many seconds a client may do nothing.
    pub idle: u32,
    /// `--limit`: how many clients at once.
    pub limit: u32,
    /// `--connections`: how many a client holds.
    pub connections: u32,
    /// `--lines`: how many it sends on each.
    pub lines: u32,
    /// Text: an IPv4 address, or a host's name where the usage line says HOST.
    pub address: CString,
    /// Host byte order.
    pub port: in_port_t,
}

impl Arguments {
    /// The number that an option of the usage line sets.
    fn number(&mut self, usage: &str, option: &CStr) -> Option<&mut u32> {
        let option = option.to_str().ok().filter(|option| usage.contains(option))?;
        match option {
            "--idle" => Some(&mut self.idle),
            "--limit" => Some(&mut self.limit),
            "--connections" => Some(&mut self.connections),
            "--lines" => Some(&mut self.lines),
            _ => None,
        }
    }
}

fn misuse(usage: &str, argument: &CStr, why: &str) -> ! {
    let program = usage.split(' ').next().unwrap_or_default();
    let line = [program.as_bytes(), b": '", argument.to_bytes(), b"' ", why.as_bytes()].concat();
    let _ = std::io::stderr().write_all(&line);
    let _ = std::io::stderr().write_all(format!("\nusage: {usage}\n").as_bytes());
    exit(2)
}

/// Reads the arguments that the usage line allows; the last two parameters are the defaults.
pub fn arguments(usage: &str, address: &CStr, port: in_port_t) -> Arguments {
    let mut args = Arguments {
        keep_open: false,
        idle: 60,
        limit: 10_000,
        connections: 10,
        lines: 3,
        address: address.to_owned(),
        port,
    };
    let mut parsed = in_addr { s_addr: 0 };
    let mut given = 0;

    let mut given_args = std::env::args_os().skip(1).map(c_string);
    while let Some(arg) = given_args.next() {
        if arg.as_c_str() == c"--help" {
            let (address, port) = (address.to_bytes(), port.to_string());
            print(&[
                b"usage: ",
                usage.as_bytes(),
                b"\ndefault: ",
                address,
                b" ",
                port.as_bytes(),
                b"\n",
            ]);
            exit(0);
        } else if arg.as_c_str() == c"--keep-open" && usage.contains("--keep-open") {
            args.keep_open = true;
        } else if let Some(number) = args.number(usage, &arg) {
            let value = given_args.next().unwrap_or_default();
            *number = match whole_number(&value, 1_000_000) {
                Some(value @ 1..) => value,
                _ => misuse(usage, &value, "is not a number from 1 to 1000000"),
            };
        } else if given == 0 {
            if usage.contains("ADDRESS") && inet_pton(AF_INET, &arg, &mut parsed) != Ok(1) {
                misuse(usage, &arg, "is not an IPv4 address such as 127.0.0.1");
            }
            args.address = arg;
            given = 1;
        } else if given == 1 {
            args.port = match whole_number(&arg, 65_535) {
                Some(port) => port as in_port_t,
                None => misuse(usage, &arg, "is not a port: a number from 0 to 65535"),
            };
            given = 2;
        } else {
            misuse(usage, &arg, "is one argument too many");
        }
    }
    args
}

/// The kernel hands arguments over as C strings, so none has a NUL inside.
fn c_string(argument: OsString) -> CString {
    CString::new(argument.into_vec()).unwrap_or_default()
}

fn whole_number(text: &CStr, most: u32) -> Option<u32> {
    let digits = text.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok().filter(|number| *number <= most)
}

/// The IPv4 address behind a host's name, with the port (host byte order), ready for `connect` or `sendto`.
pub fn lookup(host: &CStr, port: in_port_t, socktype: i32) -> sockaddr_in {
    let hints = Hints { ai_family: AF_INET, ai_socktype: socktype, ..Hints::default() };
    let found = getaddrinfo(Some(host), None, &hints);
    let error = match found.as_ref().map(|res| res.first().and_then(AddrInfo::addr)) {
        Ok(Some(sin)) => return sockaddr_in { sin_port: htons(port), ..sin },
        Ok(None) => gai_strerror(EAI_NONAME),
        Err(e) if e.code == EAI_SYSTEM => strerror(e.errno as i32),
        Err(e) => gai_strerror(e.code),
    };
    let line = [b"getaddrinfo(", host.to_bytes(), b"): ", error.as_bytes(), b"\n"].concat();
    let _ = std::io::stderr().write_all(&line);
    exit(1)
}

/// Standard input, as the kernel gives it: Rust's own takes EBADF (the descriptor is there, but not open
/// for reading) for the end.
struct StandardInput;

impl Read for StandardInput {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        Ok(nix::unistd::read(std::io::stdin(), buf)?)
    }
}

/// Reads one line from standard input and gives it without the newline. What comes before an error is a
/// line, as it is for C's `getline`.
pub fn read_line() -> Vec<u8> {
    let mut line = Vec::new();
    let read = BufReader::new(StandardInput).read_until(b'\n', &mut line);
    if line.is_empty() {
        print(&[b"\n"]); // after the prompt
        if let Err(e) = read {
            fail("stdin", Errno::from_raw(e.raw_os_error().unwrap_or(0)));
        }
        let _ = std::io::stderr().write_all(b"stdin: there is no line to send\n");
        exit(1);
    }
    line.pop_if(|last| *last == b'\n');
    line
}
