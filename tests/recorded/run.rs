//! Runs programs under strace, and under sockstep.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::common::{in_table, run, start, until};

/// Where the programs' sources are, and what they read.
pub const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recorded");

/// sockstep's table, and what tells that a call goes on after a signal.
const CALLS: &str = "socket,socketpair,bind,listen,accept,accept4,connect,shutdown,getsockname,\
    getpeername,setsockopt,getsockopt,sendto,recvfrom,sendmsg,recvmsg,sendmmsg,\
    recvmmsg,read,write,readv,writev,close,dup,dup2,dup3,fcntl,ioctl,poll,ppoll,\
    select,pselect6,epoll_create,epoll_create1,epoll_ctl,epoll_wait,epoll_pwait,\
    epoll_pwait2,sendfile,splice,restart_syscall,rt_sigreturn";

/// When a server can be sent a client.
pub enum Ready {
    Listens,
    Bound,
    Exists(PathBuf),
}

/// Runs the programs, strace writing a log of each.
pub fn under_strace(
    commands: &[Vec<String>],
    port: u16,
    ready: &Ready,
    folder: &Path,
) -> Vec<PathBuf> {
    let logs: Vec<PathBuf> =
        (0..commands.len()).map(|at| folder.join(format!("{at}.strace"))).collect();
    let traced = |at: usize| {
        let mut strace = Command::new("strace");
        strace.args([
            "-f",
            "-qq",
            "-yy",
            "-v",
            "-xx",
            "-s",
            "4096",
            "-e",
            &format!("trace={CALLS}"),
            "-o",
        ]);
        strace.arg(&logs[at]).args(&commands[at]).current_dir(SOURCES);
        strace
    };
    let server = (commands.len() > 1).then(|| {
        let server = start(&mut traced(0), Stdio::null());
        until(&format!("{:?}", commands[0]), || {
            let is_ready = match ready {
                Ready::Listens => {
                    ["tcp", "tcp6"].iter().any(|table| in_table(table, port, |state| state == "0A"))
                }
                Ready::Bound => in_table("udp", port, |_| true),
                Ready::Exists(path) => path.exists(),
            };
            is_ready.then_some(())
        });
        server
    });
    let outcome = run(&mut traced(commands.len() - 1), Stdio::null());
    assert!(outcome.status.success(), "{commands:?}: {outcome:?}");
    if let Some(server) = server {
        let serves_on = commands[0].iter().any(|word| word.ends_with("_server") || word == "layer");
        if serves_on {
            end(&logs[0]);
        }
        let outcome = server.finish();
        assert!(outcome.status.success() || serves_on, "{commands:?}: {outcome:?}");
    }
    if let Ready::Exists(path) = ready {
        let _ = fs::remove_file(path);
    }
    logs
}

/// Ends a server that waits for the next client.
fn end(log: &Path) {
    let log = fs::read_to_string(log).expect("strace's log");
    let pid = log.split(' ').next().expect("a process");
    until("waiting for the next client", || {
        let now = fs::read_to_string(format!("/proc/{pid}/syscall")).ok()?;
        let waits = [libc::SYS_accept, libc::SYS_accept4, libc::SYS_recvfrom];
        waits.iter().any(|call| now.starts_with(&format!("{call} "))).then_some(())
    });
    let killed = Command::new("sh").args(["-c", "kill -s KILL $0", pid]).status().expect("sh");
    assert!(killed.success());
}

/// Records the programs.
pub fn under_sockstep(commands: &[Vec<String>], folder: &Path) -> sockstep::trace::Trace {
    let file = folder.join("run.jsonl");
    // Programs and recorder share one CPU, perhaps with much else: this may take longer than one
    // program alone.
    let mut record = Command::new("timeout");
    record.args(["60", env!("CARGO_BIN_EXE_sockstep")]);
    record.args(["record", "--watch", "calls", "--cut", "4096", "-o"]).arg(&file);
    record.current_dir(SOURCES);
    match commands {
        [server, client] => {
            let [server, client] = [server, client].map(shell_words::join);
            record.args(["--server", &server, "--client", &client])
        }
        [program] => record.arg("--").args(program),
        other => panic!("{other:?}"),
    };
    let outcome = record.stdin(Stdio::null()).output().expect("timeout, of coreutils");
    assert!(outcome.status.success(), "{record:?}: {outcome:?}");
    let file = BufReader::new(File::open(&file).expect("the recording"));
    sockstep::trace::read(file).expect("the recording").0
}
