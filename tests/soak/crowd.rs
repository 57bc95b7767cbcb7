//! All clients at once, in one thread: where one leaves, another of its kind comes.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use fastrand::Rng;
use std::rc::Rc;
use tokio::runtime;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, timeout};

use crate::characters::Character;

/// How many failures are kept.
const KEPT: usize = 10;
/// How often it is looked what the server has.
const LOOK: Duration = Duration::from_millis(200);
/// How much longer a crowd stays at most when not enough has been seen.
const LONGER: Duration = Duration::from_secs(10);
/// How long the last clients may take to leave. Each wait of theirs has a limit, too.
const LEAVING: Duration = Duration::from_secs(90);

/// What the clients of one server have in common, and what they have seen.
pub struct Crowd {
    /// Where they go.
    pub server: SocketAddr,
    /// How many visits there were and how many lines were answered, by character.
    pub seen: [Cell<(u64, u64)>; 8],
    /// How many connections have been reset.
    pub resets: Cell<u64>,
    /// How often a slow reader could send no more, since the server had stopped reading.
    pub stopped: Cell<u64>,
    /// How many visits went wrong, and the first of them.
    pub wrong: Cell<u64>,
    /// What went wrong, in words.
    pub first: RefCell<Vec<String>>,
    until: Cell<Instant>,
}

impl Crowd {
    /// Nobody yet.
    pub fn new(server: SocketAddr) -> Rc<Crowd> {
        Rc::new(Crowd {
            server,
            seen: Default::default(),
            resets: Cell::default(),
            stopped: Cell::default(),
            wrong: Cell::default(),
            first: RefCell::default(),
            until: Cell::new(Instant::now()),
        })
    }

    /// So many clients for so long; then all leave. `enough` is called now and then, and says whether enough has been seen:
    /// on a busy machine that may take longer.
    pub fn comes(
        self: &Rc<Crowd>,
        clients: usize,
        time: Duration,
        rng: &mut Rng,
        mut enough: impl FnMut() -> bool,
    ) {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let end = Instant::now() + time;
        self.until.set(end + LONGER);
        LocalSet::new().block_on(&runtime, async {
            let mut places = JoinSet::new();
            for place in 0..clients {
                places.spawn_local(self.clone().place(place, rng.fork()));
            }
            while !self.leaves() {
                sleep(LOOK).await;
                if enough() && Instant::now() >= end {
                    self.until.set(Instant::now());
                }
            }
            let all = timeout(LEAVING, async {
                while let Some(place) = places.join_next().await {
                    place.expect("a client");
                }
            });
            all.await.unwrap_or_else(|_| self.went_wrong("clients do not get away".into()));
        });
    }

    /// Whether it is time to leave.
    pub fn leaves(&self) -> bool {
        Instant::now() >= self.until.get()
    }

    /// How many lines were answered.
    pub fn answered(&self) -> u64 {
        self.seen.iter().map(|seen| seen.get().1).sum()
    }

    /// How many clients there were.
    pub fn visits(&self) -> u64 {
        self.seen.iter().map(|seen| seen.get().0).sum()
    }

    async fn place(self: Rc<Crowd>, place: usize, mut rng: Rng) {
        let which = place % Character::ALL.len();
        let character = Character::ALL[which];
        while !self.leaves() {
            match character.visit(place, &mut rng, &self).await {
                Ok(answered) => {
                    let (visits, lines) = self.seen[which].get();
                    self.seen[which].set((visits + 1, lines + answered));
                }
                Err(why) => {
                    self.went_wrong(format!("{} (place {place}): {why}", character.name()));
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn went_wrong(&self, why: String) {
        self.wrong.set(self.wrong.get() + 1);
        let mut first = self.first.borrow_mut();
        if first.len() < KEPT {
            first.push(why);
        }
    }
}
