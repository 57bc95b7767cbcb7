//! What a wrapper costs: instructions in user space for one `send` and one `recv`, counted by callgrind.
//!
//! The kernel's instructions are not counted, so the figures are the same each time. A run with 2,000 pairs less a run
//! with 1,000 pairs leaves out all that is done once.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, thread};

use nix::sys::socket::MsgFlags;
use sockstep::calls;

use super::measure::{compile, said};
use super::table::{Row, Section};

const DATA: [u8; 11] = *b"hello world";
/// Of the shorter and of the longer run.
const PAIRS: [u64; 2] = [1_000, 2_000];
const ROLE: &str = "wrappers-";

/// Sends and receives so many times: how many bytes were received.
type Pairs = fn(OwnedFd, OwnedFd, u64) -> io::Result<usize>;

const WAYS: [(&str, Pairs); 5] = [
    ("calls", in_calls),
    ("libc", in_libc),
    ("nix", in_nix),
    ("socket2", in_socket2),
    ("std", in_std),
];

/// `--role wrappers-calls PAIRS`: what callgrind runs.
pub fn role(args: &[String]) -> bool {
    let [_, role, name, count] = args else { return false };
    let way = name.strip_prefix(ROLE).filter(|_| role == "--role");
    let Some((_, pairs)) = WAYS.iter().find(|(name, _)| Some(*name) == way) else { return false };
    let count = count.parse().expect("a number of pairs");
    let (s, r) = connection().expect("a connection");
    let total = pairs(s, r, count).expect("send and recv");
    assert_eq!(total as u64, DATA.len() as u64 * count);
    true
}

fn connection() -> io::Result<(OwnedFd, OwnedFd)> {
    let sd = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let s = TcpStream::connect(sd.local_addr()?)?;
    Ok((s.into(), sd.accept()?.0.into()))
}

fn in_calls(s: OwnedFd, r: OwnedFd, count: u64) -> io::Result<usize> {
    let (mut buf, mut total) = (DATA, 0);
    for _ in 0..count {
        calls::send(&s, &buf, calls::MSG_NOSIGNAL)?;
        total += calls::recv(&r, &mut buf, 0)?;
    }
    Ok(total)
}

/// Line by line what `wrappers.c` does.
fn in_libc(s: OwnedFd, r: OwnedFd, count: u64) -> io::Result<usize> {
    let (mut buf, mut total, s, r) = (DATA, 0, s.as_raw_fd(), r.as_raw_fd());
    for _ in 0..count {
        // SAFETY: the kernel reads `buf.len()` bytes from `buf`, ours and initialised, and keeps no pointer to them.
        let sent = unsafe { libc::send(s, buf.as_ptr().cast(), buf.len(), libc::MSG_NOSIGNAL) };
        if sent == -1 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the kernel writes at most `buf.len()` bytes into `buf`, which is ours.
        let n = unsafe { libc::recv(r, buf.as_mut_ptr().cast(), buf.len(), 0) };
        if n == -1 {
            return Err(io::Error::last_os_error());
        }
        total += n as usize;
    }
    Ok(total)
}

fn in_nix(s: OwnedFd, r: OwnedFd, count: u64) -> io::Result<usize> {
    let (mut buf, mut total) = (DATA, 0);
    for _ in 0..count {
        nix::sys::socket::send(s.as_raw_fd(), &buf, MsgFlags::MSG_NOSIGNAL)?;
        total += nix::sys::socket::recv(r.as_raw_fd(), &mut buf, MsgFlags::empty())?;
    }
    Ok(total)
}

fn in_socket2(s: OwnedFd, r: OwnedFd, count: u64) -> io::Result<usize> {
    let (mut buf, mut total) = (DATA, 0);
    let (s, mut r) = (socket2::Socket::from(s), socket2::Socket::from(r));
    for _ in 0..count {
        s.send_with_flags(&buf, libc::MSG_NOSIGNAL)?;
        total += r.read(&mut buf)?;
    }
    Ok(total)
}

/// The standard library's `write` sends with `MSG_NOSIGNAL`.
fn in_std(s: OwnedFd, r: OwnedFd, count: u64) -> io::Result<usize> {
    let (mut buf, mut total) = (DATA, 0);
    let (mut s, mut r) = (TcpStream::from(s), TcpStream::from(r));
    for _ in 0..count {
        let _ = s.write(&buf)?;
        total += r.read(&mut buf)?;
    }
    Ok(total)
}

/// The table: C, and each layer beside it.
pub fn section(folder: &Path) -> Section {
    let title = "What a wrapper costs".into();
    let Some(valgrind) = said("valgrind", &["--version"]) else {
        let intro = "valgrind was not installed, so nothing was counted (Debian, Ubuntu: `sudo apt install valgrind`).";
        eprintln!("What a wrapper costs: {intro}");
        return Section { title, intro: intro.into(), rows: Vec::new() };
    };
    let in_c = |flags: &[&str]| instructions(&[compile("all/wrappers.c", flags, folder)], folder);
    let (c, without_stub) = (in_c(&["-O2"]), in_c(&["-O2", "-fno-plt"]));
    let this = env::current_exe().expect("this program's path").display().to_string();
    let mut rows = vec![
        Row::figure("in C, `cc -O2`", format!("{c:.1}")),
        Row::figure("in C, `cc -O2 -fno-plt`", format!("{without_stub:.1}")),
    ];
    for (name, _) in WAYS {
        let command = [this.clone(), "--role".into(), format!("{ROLE}{name}")];
        let count = instructions(&command, folder);
        let goal = (name == "calls").then_some(1.02);
        rows.push(Row::figure(format!("through {name}"), format!("{count:.1}")));
        rows.push(Row::at_most(format!("{name} / C"), count / c, goal));
    }
    Section { title, intro: intro(&valgrind), rows }
}

fn intro(valgrind: &str) -> String {
    format!(
        "Instructions in user space for one `send` and one `recv` of {} bytes on a loopback TCP connection, C library \
         included, counted by `valgrind --tool=callgrind` ({valgrind}): a run with {} pairs less a run with {}, by the \
         difference. All pass the same buffers and flags (`MSG_NOSIGNAL`, 0) and look at each result for -1. The figures \
         are the same in every run with the same compilers. The kernel's own work is not counted.\n\n\
         C by default calls the C library through a stub of the linker's, Rust through a pointer: on x86-64 that is an \
         instruction less a call, which `-fno-plt` takes from C, too.",
        DATA.len(),
        PAIRS[1],
        PAIRS[0],
    )
}

/// Instructions a pair. What callgrind counts does not depend on what else runs: both runs at once.
fn instructions(command: &[String], folder: &Path) -> f64 {
    let [short, long] = thread::scope(|scope| {
        PAIRS
            .map(|pairs| scope.spawn(move || counted(command, pairs, folder)))
            .map(|run| run.join().expect("callgrind's figure"))
    });
    (long - short) as f64 / (PAIRS[1] - PAIRS[0]) as f64
}

fn counted(command: &[String], pairs: u64, folder: &Path) -> i64 {
    let out = folder.join(format!("callgrind.{pairs}"));
    let mut valgrind = Command::new("valgrind");
    valgrind.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", out.display()));
    valgrind.args(command).arg(pairs.to_string()).stdin(Stdio::null()).stderr(Stdio::piped());
    let ran = valgrind.output().unwrap_or_else(|error| panic!("{valgrind:?}: {error}"));
    assert!(ran.status.success(), "{valgrind:?}: {}", String::from_utf8_lossy(&ran.stderr));
    let text =
        fs::read_to_string(&out).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
    let totals = text.lines().find_map(|line| line.strip_prefix("totals: "));
    totals.and_then(|count| count.trim().parse().ok()).expect("callgrind's totals")
}
