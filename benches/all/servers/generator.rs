//! The load generator: so many clients in one thread, each of which sends a line, waits for its answer, checks it and sends
//! the next. It runs as a process of its own, on a CPU of its own, and asks that CPU without pause: so a server's answer wakes
//! nobody, and what is measured is the server.

use std::fs;
use std::os::fd::OwnedFd;
use std::process::exit;
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use sockstep::calls::*;

use super::load::{Load, Told};
use super::server::{cpus, many_descriptors, stay};

const LINE: usize = 32;
/// So many connections may wait for their first answer at once, if the server gets on.
const WINDOW: usize = 512;
/// A server that has answered nobody for so long is given more clients, or no more time.
const PAUSE: Duration = Duration::from_millis(50);
const STALL: Duration = Duration::from_millis(150);
/// A lost SYN is sent again after a second.
const STALL_CONNECTING: Duration = Duration::from_millis(1_300);
const WARMING: u32 = 8;
const GATHERING: Duration = Duration::from_secs(10);
/// Clients on one address of our own: there are some 28,000 ports to each.
const ADDRESS_HOLDS: usize = 5_000;

/// `--role load LOAD`: does what the JSON asks and tells what it saw, as JSON.
pub fn role(args: &[String]) {
    let load: Load = serde_json::from_str(&args[0]).expect("a load");
    let limit = GATHERING + load.time + Duration::from_secs(5);
    thread::spawn(move || {
        thread::sleep(limit);
        eprintln!("the load generator has not ended in {limit:?}");
        exit(3)
    });
    many_descriptors();
    stay(1);
    let told = Clients::new(&load).and_then(|mut clients| clients.all(&load));
    match told {
        Ok(told) => println!("{}", serde_json::to_string(&told).expect("JSON")),
        Err(error) => {
            eprintln!("the load generator: {error}");
            exit(1)
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Connecting,
    Asked,
    Idle,
    Gone,
}

const STATES: usize = 4;

struct Client {
    sd: OwnedFd,
    state: State,
    answered: bool,
    since: Instant,
    got: usize,
    line: [u8; LINE],
    answer: [u8; LINE],
}

struct Clients {
    epfd: OwnedFd,
    server: sockaddr_in,
    clients: Vec<Client>,
    /// How many of them are in each state.
    count: [usize; STATES],
    times: Histogram<u32>,
    /// Whether an answered client asks again at once.
    measuring: bool,
    wait: i32,
    progress: Instant,
    told: Told,
}

impl Clients {
    fn new(load: &Load) -> Result<Clients> {
        Ok(Clients {
            epfd: epoll_create1(EPOLL_CLOEXEC)?,
            server: address(1, load.port),
            clients: Vec::with_capacity(load.connections),
            count: [0; STATES],
            // In units of 100 ns, up to 20 s, each within 1 %.
            times: Histogram::new_with_bounds(1, 200_000_000, 2).expect("a histogram"),
            measuring: false,
            wait: if cpus().is_some() { 0 } else { 1 },
            progress: Instant::now(),
            told: Told::default(),
        })
    }

    fn all(&mut self, load: &Load) -> Result<Told> {
        let memory = memory(load.pid);
        self.gather(load.connections)?;
        if load.time.is_zero() {
            self.told.memory = [memory, self::memory(load.pid)];
        } else {
            self.measure(load)?;
        }
        self.told.answered = self.clients.iter().filter(|client| client.answered).count();
        Ok(std::mem::take(&mut self.told))
    }

    /// Connects all and lets each ask once. A server that serves no more of them stops it, in bounded time.
    fn gather(&mut self, connections: usize) -> Result<()> {
        let (end, mut window) = (Instant::now() + GATHERING, WINDOW);
        self.progress = Instant::now();
        loop {
            let waiting = self.waiting();
            for _ in waiting..window.min(waiting + connections - self.clients.len()) {
                self.connect()?;
            }
            self.turn(1)?;
            let (idle, now) = (self.progress.elapsed(), Instant::now());
            if self.clients.len() < connections && now < end {
                if idle > PAUSE && waiting >= window {
                    window += WINDOW;
                    self.progress = now;
                }
                continue;
            }
            let connecting = self.count[State::Connecting as usize] > 0;
            let stall = if connecting { STALL_CONNECTING } else { STALL };
            if self.waiting() == 0 || idle > stall || now > end {
                return Ok(());
            }
        }
    }

    fn waiting(&self) -> usize {
        self.count[State::Connecting as usize] + self.count[State::Asked as usize]
    }

    fn enter(&mut self, number: usize, state: State) {
        let before = std::mem::replace(&mut self.clients[number].state, state);
        self.count[before as usize] -= 1;
        self.count[state as usize] += 1;
    }

    fn connect(&mut self) -> Result<()> {
        let number = self.clients.len();
        let sd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)?;
        // An RST at the end: no port is kept in TIME_WAIT.
        setsockopt(&sd, SOL_SOCKET, SO_LINGER, &linger { l_onoff: 1, l_linger: 0 })?;
        bind(&sd, &address(2 + (number / ADDRESS_HOLDS) as u32, 0))?;
        match connect(&sd, &self.server) {
            Ok(()) | Err(Errno::EINPROGRESS) => (),
            Err(error) => return Err(error),
        }
        let events = EPOLLIN | EPOLLOUT | EPOLLET;
        let mut event = epoll_event { events, u64: number as u64 };
        epoll_ctl(&self.epfd, EPOLL_CTL_ADD, &sd, Some(&mut event))?;
        let line = format!("connection {number:05} greets you all\n").into_bytes();
        let line: [u8; LINE] = line.try_into().map_err(|_| Errno::EINVAL)?;
        let answer = line.map(|byte| byte.to_ascii_uppercase());
        let (state, since) = (State::Connecting, Instant::now());
        self.clients.push(Client { sd, state, answered: false, since, got: 0, line, answer });
        self.count[state as usize] += 1;
        Ok(())
    }

    /// Waits and sees to whatever is ready.
    fn turn(&mut self, wait: i32) -> Result<()> {
        let mut events = [epoll_event { events: 0, u64: 0 }; 256];
        let ready = match epoll_wait(&self.epfd, &mut events, wait) {
            Err(Errno::EINTR) => 0,
            ready => ready?,
        };
        for event in &events[..ready] {
            self.see(event.u64 as usize);
        }
        Ok(())
    }

    fn see(&mut self, number: usize) {
        let client = &mut self.clients[number];
        match client.state {
            State::Gone => return,
            State::Connecting => {
                self.told.connected += 1;
                return self.ask(number, Instant::now());
            }
            State::Asked | State::Idle => (),
        }
        let mut buf = [0; 2 * LINE];
        let room = buf.len() - client.got;
        let n = match recv(&client.sd, &mut buf[..room], 0) {
            Err(Errno::EAGAIN) => return,
            Ok(n) if n > 0 => n,
            _ => return self.gone(number, b""),
        };
        let right = client.answer.get(client.got..client.got + n) == Some(&buf[..n]);
        if !right || client.state != State::Asked {
            return self.gone(number, &buf[..n]);
        }
        client.got += n;
        if client.got == LINE {
            self.answered(number);
        }
    }

    fn answered(&mut self, number: usize) {
        let (client, now) = (&mut self.clients[number], Instant::now());
        (client.answered, client.got) = (true, 0);
        let since = client.since;
        self.enter(number, State::Idle);
        if self.measuring {
            let time = now - since;
            self.times.saturating_record(time.as_nanos() as u64 / 100);
            self.ask(number, now);
        } else {
            self.progress = now;
        }
    }

    fn ask(&mut self, number: usize, now: Instant) {
        self.enter(number, State::Asked);
        let client = &mut self.clients[number];
        client.since = now;
        // A line always has room where the one before has been answered.
        if send(&client.sd, &client.line, MSG_NOSIGNAL) != Ok(LINE) {
            self.gone(number, b"");
        }
    }

    /// The server has ended the connection, or said what is no answer.
    fn gone(&mut self, number: usize, said: &[u8]) {
        self.enter(number, State::Gone);
        self.progress = Instant::now();
        let client = &self.clients[number];
        let mut nothing = epoll_event { events: 0, u64: 0 };
        let _ = epoll_ctl(&self.epfd, EPOLL_CTL_DEL, &client.sd, Some(&mut nothing));
        let said = String::from_utf8_lossy(said).trim().to_owned();
        if !said.is_empty() {
            self.told.refusal.get_or_insert(said);
        }
    }

    fn go_on(&mut self, time: Duration) -> Result<()> {
        let began = Instant::now();
        while began.elapsed() < time {
            self.turn(self.wait)?;
        }
        Ok(())
    }

    fn measure(&mut self, load: &Load) -> Result<()> {
        self.measuring = true;
        for number in 0..self.clients.len().min(load.asking) {
            if self.clients[number].state == State::Idle {
                self.ask(number, Instant::now());
            }
        }
        // The first round is not like the others: all have asked at once.
        self.go_on(load.time / WARMING)?;
        self.times.reset();
        let (began, cpu, before) = (Instant::now(), cpu(load.pid), ticks(load.pid));
        self.go_on(load.time)?;
        self.told.cpu = self::cpu(load.pid) - cpu;
        let after = ticks(load.pid);
        let [user, kernel] = [0, 1].map(|which| after[which] - before[which]);
        self.told.kernel = kernel / (user + kernel).max(1.0);
        self.told.seconds = began.elapsed().as_secs_f64();
        self.told.requests = self.times.len();
        // Whose answer is not there yet has waited for so long at least.
        let answered = self.clients.iter().filter(|client| client.answered);
        for client in answered.filter(|client| client.state == State::Asked) {
            self.times.saturating_record(client.since.elapsed().as_nanos() as u64 / 100);
        }
        let micros = |quantile| self.times.value_at_quantile(quantile) as f64 / 10.0;
        (self.told.p50, self.told.p99) = (micros(0.5), micros(0.99));
        Ok(())
    }
}

/// 127.0.0.1, 127.0.0.2…
fn address(last: u32, port: u16) -> sockaddr_in {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK + last - 1);
    sin
}

/// How long a process's first thread has run, in seconds. (`stat` has hundredths alone.)
fn cpu(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/schedstat")).unwrap_or_default();
    let nanos = text.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
    nanos.unwrap_or(0.0) / 1e9
}

/// How many ticks a process's threads have run outside the kernel and in it (proc_pid_stat(5): utime and stime).
fn ticks(pid: u32) -> [f64; 2] {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in parentheses, may have spaces; utime is the twelfth field behind it.
    let rest = text.rsplit(')').next().unwrap_or_default();
    let mut fields = rest.split_whitespace().skip(11).filter_map(|field| field.parse().ok());
    [fields.next().unwrap_or(0.0), fields.next().unwrap_or(0.0)]
}

/// What of a process's memory comes from no file, in KiB.
fn memory(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Anonymous:"));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0.0)
}
