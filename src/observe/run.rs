//! One run of a pair: the server first, the client when the server is ready, and the end of both.

use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::program::Program;
use super::{Error, kernel};
use crate::trace::{Exit, Outcome, Printed, Transport};

const READY: u64 = 5;
const DONE: u64 = 6;

/// Where a server waits: always on this machine, 127.0.0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Where {
    /// TCP or UDP.
    pub transport: Transport,
    /// Host byte order.
    pub port: u16,
}

impl Where {
    /// A port that is free now: the kernel picks it.
    pub fn free(transport: Transport) -> Result<Self, Error> {
        let address = ("127.0.0.1", 0);
        let local = match transport {
            Transport::Tcp => TcpListener::bind(address).and_then(|socket| socket.local_addr()),
            Transport::Udp => UdpSocket::bind(address).and_then(|socket| socket.local_addr()),
        };
        let port = local.map_err(Error::doing("asking the kernel for a free port"))?.port();
        Ok(Where { transport, port })
    }

    fn args(self) -> [String; 2] {
        ["127.0.0.1".into(), self.port.to_string()]
    }
}

/// A server that was started, and where its output was at the last look.
pub struct Running {
    server: Program,
    at: Where,
    seen: usize,
}

/// A server that did not become ready because it ended by itself.
pub struct Ended {
    /// What it printed, and how it ended.
    pub printed: Printed,
    /// Why a run cannot go on without it.
    pub error: Error,
}

impl Running {
    /// Starts a server and waits until its port is open.
    pub fn start(file: &Path, at: Where) -> Result<Self, Error> {
        Self::try_start(file, at)?.map_err(|ended| ended.error)
    }

    /// The same, for a server that may end at once and be right to.
    pub fn try_start(file: &Path, at: Where) -> Result<Result<Self, Ended>, Error> {
        let mut server = Program::start(file, &at.args())?;
        let mut exit = None;
        let ready = server.wait_until(Duration::from_secs(READY), |server| {
            exit = server.ended();
            exit.is_some() || kernel::is_ready(server.pid(), at.transport, at.port)
        });
        let printed = server.printed().to_vec();
        match exit {
            Some(exit) => Ok(Err(Ended {
                error: why_ended(file, at, exit, &printed),
                printed: Printed::new(&printed, exit),
            })),
            None if ready => Ok(Ok(Running { server, at, seen: 0 })),
            None => Err(Error::NotReady {
                program: file.into(),
                transport: at.transport,
                port: at.port,
                seconds: READY,
                printed,
            }),
        }
    }

    /// Runs a client against it, with these options, and with a line to type if there is one.
    pub fn client(
        &mut self,
        file: &Path,
        options: &[&str],
        line: Option<&[u8]>,
    ) -> Result<Outcome, Error> {
        let options = options.iter().map(|option| option.to_string());
        let args: Vec<String> = options.chain(self.at.args()).collect();
        let mut client = Program::start(file, &args)?;
        if let Some(line) = line {
            client.type_line(line)?;
        }
        let server = &mut self.server;
        let mut exit = None;
        client.wait_until(Duration::from_secs(DONE), |client| {
            server.printed();
            exit = client.ended();
            exit.is_some()
        });
        let printed = client.printed().to_vec();
        let Some(exit) = exit else {
            return Err(Error::Hangs { program: file.into(), seconds: DONE, printed });
        };
        Ok(Outcome { server: self.settled()?, client: Printed::new(&printed, exit) })
    }

    /// Waits until the server has ended or waits for the next client, and gives what it has printed since the
    /// last look.
    pub fn settled(&mut self) -> Result<Printed, Error> {
        let (pid, at) = (self.server.pid(), self.at);
        let mut exit = None;
        let settled = self.server.wait_until(Duration::from_secs(DONE), |server| {
            exit = server.ended();
            exit.is_some() || kernel::is_idle(pid, at.transport, at.port)
        });
        let printed = self.server.printed().to_vec();
        if !settled {
            let program = self.server.file.clone();
            return Err(Error::Hangs { program, seconds: DONE, printed });
        }
        let news = Printed::new(&printed[self.seen..], exit.unwrap_or(Exit::Serving));
        self.seen = printed.len();
        Ok(news)
    }

    /// Ends it as Ctrl-C would, and says how it ended.
    pub fn interrupt(self) -> Result<Exit, Error> {
        self.end(Signal::SIGINT).map(|ended| ended.exit)
    }

    /// Ends it by this signal: what it has printed since the last look, and how it ended.
    fn end(mut self, signal: Signal) -> Result<Printed, Error> {
        self.server.signal(signal);
        let mut exit = None;
        self.server.wait_until(Duration::from_secs(DONE), |server| {
            exit = server.ended();
            exit.is_some()
        });
        let printed = self.server.printed().to_vec();
        match exit {
            Some(exit) => Ok(Printed::new(&printed[self.seen..], exit)),
            None => {
                let program = self.server.file.clone();
                Err(Error::Hangs { program, seconds: DONE, printed })
            }
        }
    }
}

/// A server that cannot have its port has printed what `perror("bind")` prints.
fn why_ended(file: &Path, at: Where, exit: Exit, printed: &[u8]) -> Error {
    if printed.windows(BIND.len()).any(|window| window == BIND) {
        let by = kernel::holder(at.transport, at.port);
        return Error::PortTaken { transport: at.transport, port: at.port, by };
    }
    Error::ServerEnded { program: file.into(), exit, printed: printed.to_vec() }
}

const BIND: &[u8] = b"bind: Address already in use";

/// Runs a pair once, from the server's start to its end.
pub fn run(
    server: &Path,
    (client, options): (&Path, &[&str]),
    at: Where,
    line: Option<&[u8]>,
) -> Result<Outcome, Error> {
    let mut running = Running::start(server, at)?;
    let outcome = running.client(client, options, line)?;
    if outcome.server.exit == Exit::Serving {
        running.interrupt()?;
    }
    Ok(outcome)
}

/// The same, and then the server is asked to end by SIGTERM.
pub fn run_and_terminate(
    server: &Path,
    (client, options): (&Path, &[&str]),
    at: Where,
    line: Option<&[u8]>,
) -> Result<Outcome, Error> {
    let mut running = Running::start(server, at)?;
    let mut outcome = running.client(client, options, line)?;
    if outcome.server.exit == Exit::Serving {
        let Printed { text, exit } = running.end(Signal::SIGTERM)?;
        outcome.server.text.extend(text);
        outcome.server.exit = exit;
    }
    Ok(outcome)
}
