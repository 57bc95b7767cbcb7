//! A server of many clients, with all its processes: started, looked at in `/proc`, ended.

use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use crate::common::{Language, Outcome, Running, free_port, program, run, start};

/// What a trial finds: that it is so, or what was seen instead.
pub type Found<T = ()> = Result<T, String>;

/// How long anything may take that is going to happen.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Asks until there is an answer.
pub fn within<T>(limit: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> Found<T> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        if Instant::now() >= deadline {
            return Err(format!("{what}: not within {limit:?}"));
        }
        sleep(Duration::from_millis(2));
    }
}

/// It holds, or this was seen instead.
pub fn hold(holds: bool, otherwise: impl FnOnce() -> String) -> Found {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// One of the programs, in one of the languages.
#[derive(Debug, Clone, Copy)]
pub struct Design {
    /// `many_poll` …
    pub stem: &'static str,
    /// Which of the twins.
    pub language: Language,
}

impl Design {
    /// Whether it waits for all its clients at once: then it is one that could be left running.
    pub fn promises_most(&self) -> bool {
        matches!(self.stem, "many_select" | "many_poll" | "many_epoll" | "many_epoll_edge")
    }

    /// The server, started with these options.
    pub fn start(&self, options: &[&str]) -> Found<Server> {
        self.start_by(Command::new(program(self.stem, self.language)).args(options))
    }

    /// The server, started by another program that is given it and its arguments.
    pub fn start_under(&self, outer: &[&str], options: &[&str]) -> Found<Server> {
        let mut command = Command::new(outer[0]);
        command.args(&outer[1..]).arg(program(self.stem, self.language)).args(options);
        self.start_by(&mut command)
    }

    /// The same for a command that lacks only the address and the port.
    pub fn start_by(&self, command: &mut Command) -> Found<Server> {
        self.start_on(command, free_port())
    }

    /// The same on this port.
    pub fn start_on(&self, command: &mut Command, port: u16) -> Found<Server> {
        command.args(["127.0.0.1", &port.to_string()]).process_group(0);
        let mut running = start(command, Stdio::null());
        within(PATIENCE, "the server is ready", || {
            let ready = running.stdout().ends_with(b"The server is ready to receive\n");
            (ready || running.ended().is_some()).then_some(())
        })?;
        if let Some(status) = running.ended() {
            return Err(format!("{status}: {}", running.stderr().escape_ascii()));
        }
        Ok(Server { running: Some(running), port })
    }
}

/// A server that runs, in a process group of its own. Dropped, all of it is killed.
pub struct Server {
    running: Option<Running>,
    /// Where it is.
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(running) = &self.running else { return };
        let _ = killpg(Pid::from_raw(running.pid() as i32), Signal::SIGKILL);
    }
}

impl Server {
    pub fn running(&self) -> &Running {
        self.running.as_ref().expect("it has not been waited for")
    }

    pub fn address(&self) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port)
    }

    /// Waits for its end, so long at most.
    pub fn ends_within(mut self, limit: Duration) -> Found<Outcome> {
        let running = self.running.as_mut().expect("it has not been waited for");
        within(limit, "the server's end", || running.ended())?;
        // Children that are left are ended all the same.
        let _ = killpg(Pid::from_raw(self.pid()), Signal::SIGKILL);
        Ok(self.running.take().expect("it has not been waited for").finish())
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid()), signal).expect("kill");
    }

    /// Stops it; until it goes on it does nothing, while the kernel accepts and receives for it.
    pub fn pause(&self) {
        self.running().pause();
    }

    pub fn go_on(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// Whether it is still there and, where that is asked for, has said nothing on standard error.
    pub fn is_well(&mut self, silent: bool) -> Found {
        let running = self.running.as_mut().expect("it has not been waited for");
        if let Some(status) = running.ended() {
            return Err(format!("the server has ended: {status}"));
        }
        let said = running.stderr();
        hold(said.is_empty() || !silent, || format!("the server said {}", said.escape_ascii()))
    }

    fn pid(&self) -> i32 {
        self.running().pid() as i32
    }

    // ---- What /proc says of it ----------------------------------------------------------------------

    /// What stands in `/proc/PID/stat` behind the command's name of every process of the group: state, parent …
    fn stats(&self) -> Vec<(i32, Vec<String>)> {
        let processes = fs::read_dir("/proc").expect("/proc").flatten();
        let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let group = self.pid().to_string();
        pids.filter_map(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            let fields: Vec<_> =
                stat.rsplit_once(") ")?.1.split_whitespace().map(str::to_string).collect();
            (fields.get(2) == Some(&group)).then_some((pid, fields))
        })
        .collect()
    }

    /// How many processes it is, zombies included.
    pub fn processes(&self) -> usize {
        self.stats().len()
    }

    /// How many threads its first process has.
    pub fn threads(&self) -> usize {
        entries(&format!("/proc/{}/task", self.pid())).len()
    }

    /// Whether all its threads sleep: none is about to do anything.
    pub fn sleeps(&self) -> bool {
        self.stats().iter().all(|(pid, _)| {
            entries(&format!("/proc/{pid}/task")).iter().all(|thread| {
                let stat = fs::read_to_string(format!("/proc/{pid}/task/{thread}/stat"));
                let stat = stat.unwrap_or_default();
                stat.rsplit_once(") ").is_none_or(|(_, fields)| fields.starts_with('S'))
            })
        })
    }

    /// The descriptors of its first process.
    pub fn descriptors(&self) -> Vec<u32> {
        let mut found = entries(&format!("/proc/{}/fd", self.pid()));
        found.sort();
        found
    }

    /// The next descriptor it gets.
    pub fn next_descriptor(&self) -> u32 {
        let taken = self.descriptors();
        (0..).find(|descriptor| !taken.contains(descriptor)).expect("a free one")
    }

    /// The CPU time of all its processes so far, in the kernel's ticks of 10 ms.
    pub fn cpu(&self) -> Duration {
        let ticks = |fields: &Vec<String>| -> u64 {
            fields[11..13].iter().map(|field| field.parse::<u64>().unwrap_or(0)).sum()
        };
        Duration::from_millis(
            10 * self.stats().iter().map(|(_, fields)| ticks(fields)).sum::<u64>(),
        )
    }

    /// The memory of its own (RssAnon) of all its processes, in KiB.
    pub fn memory(&self) -> i64 {
        let of = |pid: i32| -> Option<i64> {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
            line.trim().trim_end_matches(" kB").parse().ok()
        };
        self.stats().iter().filter_map(|(pid, _)| of(*pid)).sum()
    }

    /// The soft limit of its descriptors.
    pub fn limit(&self) -> u64 {
        let limits = fs::read_to_string(format!("/proc/{}/limits", self.pid())).unwrap_or_default();
        let line = limits.lines().find(|line| line.starts_with("Max open files"));
        line.and_then(|line| line.split_whitespace().nth(3)?.parse().ok()).expect("a limit")
    }

    /// Sets that limit.
    pub fn set_limit(&self, soft: u64) {
        let mut prlimit = Command::new("prlimit");
        prlimit.arg(format!("--pid={}", self.pid())).arg(format!("--nofile={soft}:"));
        let outcome = run(&mut prlimit, Stdio::null());
        assert!(outcome.status.success(), "{outcome:?}");
    }
}

/// The numbers that name the entries of a folder of `/proc`.
fn entries(folder: &str) -> Vec<u32> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}
