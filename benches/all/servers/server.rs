//! Starting a server on its own CPU, and ending it whatever happens.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use sockstep::calls::{RLIMIT_NOFILE, getrlimit, setrlimit};

const BENCH: &str = "a server of the benchmark";
const PATIENCE: Duration = Duration::from_secs(5);

/// A server's program with its first arguments; the address and the port follow them.
pub struct Program(Vec<OsString>);

impl Program {
    /// A program of ours.
    pub fn new(path: &str) -> Program {
        Program(vec![path.into()])
    }

    /// A role of this program.
    pub fn role(name: &str) -> Program {
        let this = env::current_exe().expect("this program's path");
        Program(vec![this.into(), "--role".into(), name.into()])
    }

    /// The C program of that name, compiled into the folder.
    pub fn twin(name: &str, folder: &Path) -> Program {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("c-reference");
        let (source, program) = (sources.join(format!("{name}.c")), folder.join(name));
        let compiler = env::var("CC").unwrap_or_else(|_| "cc".into());
        let mut words = compiler.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or("cc"));
        command.args(words).arg(format!("@{}", sources.join("cflags").display())).arg("-O2");
        let built = command.arg("-pthread").arg("-o").arg(&program).arg(&source).status();
        assert!(built.is_ok_and(|status| status.success()), "{}: no program", source.display());
        Program(vec![program.into()])
    }
}

/// A process that is killed when it is no longer needed, with all of its group.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let pid = self.0.id();
        // A server that forks reaps what it has forked, as long as it lives.
        let children = format!("/proc/{pid}/task/{pid}/children");
        let end = Instant::now() + PATIENCE;
        while fs::read(&children).is_ok_and(|pids| !pids.is_empty()) && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        let _ = killpg(Pid::from_raw(pid as i32), Signal::SIGKILL);
        let _ = self.0.wait();
    }
}

/// A server that is ready to receive.
pub struct Server {
    process: Process,
    errors: PathBuf,
    /// Its port on 127.0.0.1.
    pub port: u16,
}

impl Server {
    /// Starts it and waits for its word that it listens.
    pub fn start(program: &Program, folder: &Path) -> Server {
        let (port, errors) = (free_port(), folder.join("errors"));
        let this = env::current_exe().expect("this program's path");
        let mut command = Command::new(this);
        command.args(["--role", "stage"]).args(&program.0).arg("127.0.0.1").arg(port.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(File::create(&errors).expect("a file for what the server complains of"));
        let child = command.process_group(0).spawn();
        let mut server = Server { process: Process(child.expect(BENCH)), errors, port };
        server.until_ready();
        server
    }

    fn until_ready(&mut self) {
        // Killed, it closes its output, and the reading ends.
        let (output, pid) = (self.process.0.stdout.take(), self.pid());
        let reader = thread::spawn(move || {
            let mut lines = BufReader::new(output?).lines().map_while(Result::ok);
            lines.find(|line| line.contains("ready to receive"))
        });
        let end = Instant::now() + PATIENCE;
        while !reader.is_finished() {
            if Instant::now() > end {
                let _ = killpg(Pid::from_raw(pid as i32), Signal::SIGKILL);
            }
            thread::sleep(Duration::from_millis(1));
        }
        let ready = reader.join().ok().flatten().is_some();
        assert!(ready, "{BENCH} does not start: {:?}", self.complaint());
    }

    /// Its process's number.
    pub fn pid(&self) -> u32 {
        self.process.0.id()
    }

    /// The last that it has complained of.
    pub fn complaint(&self) -> Option<String> {
        let text = fs::read(&self.errors).ok()?;
        String::from_utf8_lossy(&text).lines().last().map(str::to_owned)
    }
}

/// A port that nobody has just now.
fn free_port() -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    socket.expect("a free port").port()
}

/// Two CPUs that are ours, where there are two: the servers' and the clients'.
pub fn cpus() -> Option<[usize; 2]> {
    let set = sched_getaffinity(Pid::from_raw(0)).ok()?;
    let mut ours = (0..CpuSet::count()).filter(|&cpu| set.is_set(cpu).unwrap_or(false));
    Some([ours.next()?, ours.next()?])
}

/// Stays on that one of the two CPUs from now on.
pub fn stay(which: usize) {
    let Some(cpus) = cpus() else { return };
    let mut set = CpuSet::new();
    if set.set(cpus[which]).is_ok() {
        let _ = sched_setaffinity(Pid::from_raw(0), &set);
    }
}

/// As many descriptors as are allowed.
pub fn many_descriptors() {
    if let Ok(mut rlim) = getrlimit(RLIMIT_NOFILE) {
        rlim.rlim_cur = rlim.rlim_max;
        let _ = setrlimit(RLIMIT_NOFILE, &rlim);
    }
}

/// `--role stage PROGRAM…`: becomes the program, on the servers' CPU, and ends with the process that has started it.
pub fn role(program: &[String]) {
    let _ = set_pdeathsig(Signal::SIGKILL);
    many_descriptors();
    stay(0);
    let [name, args @ ..] = program else { return };
    let error = Command::new(name).args(args).exec();
    eprintln!("{name}: {error}");
}
