//! The load and fault run, `make soak`: two thousand clients of eight characters at once on every server that one could leave
//! running. Every answer is held against what was sent; at the end the server has no more than before.
//!
//! `SOAK_SECONDS` is for how long in all, `SOAK_SEED` repeats the choices of a run, `SOAK_ONLY` takes one server, `many_poll`.

#[path = "soak/characters.rs"]
mod characters;
mod common;
#[path = "soak/crowd.rs"]
mod crowd;
#[path = "soak/figures.rs"]
mod figures;
#[path = "soak/server.rs"]
mod server;
#[path = "soak/visitor.rs"]
mod visitor;
#[path = "soak/words.rs"]
mod words;

use std::env;
use std::str::FromStr;
use std::time::{Duration, Instant, SystemTime};

use common::{Language, TWINS};
use crowd::Crowd;
use fastrand::Rng;
use figures::Figures;
use server::{Has, Watched};
use sockstep::calls::{RLIMIT_NOFILE, getrlimit, setrlimit};

/// From poll on.
const SERVERS: [&str; 3] = ["many_poll", "many_epoll", "many_epoll_edge"];
const CLIENTS: u64 = 2_000;
/// The descriptors of this process that are no client's.
const OTHERS: u64 = 100;
/// What the second crowd may leave behind beyond the first, in KiB. Both are alike, so what the allocator keeps of the first
/// serves the second, but for the heap's holes: up to 124 KiB in the first runs, of some 4,000 clients each.
const BOUND: u64 = 512;

#[test]
fn every_line_of_two_thousand_clients_is_answered() {
    let seconds: f64 = setting("SOAK_SECONDS", 20.0);
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("a clock");
    let seed: u64 = setting("SOAK_SEED", now.as_millis() as u64 % 1_000_000);
    let only: String = setting("SOAK_ONLY", String::new());
    let clients = room_for(CLIENTS);
    println!("SOAK_SEED={seed}, {clients} clients at once");

    let time = Duration::from_secs_f64(seconds / 6.0);
    let mut all = Vec::new();
    for stem in SERVERS.into_iter().filter(|stem| only.is_empty() || *stem == only) {
        for language in TWINS {
            all.push(soak(stem, language, clients, time, seed));
        }
    }
    println!("\n{}\n{}", figures::servers(&all), figures::characters(&all));
    all.iter().for_each(|figures| check(figures, clients));
}

/// A crowd for a quarter of the time, and another one for the rest.
fn soak(stem: &str, language: Language, clients: usize, time: Duration, seed: u64) -> Figures {
    let server = Watched::start(stem, language);
    let crowd = Crowd::new(([127, 0, 0, 1], server.port).into());
    let mut rng = Rng::with_seed(seed);
    let before = server.has();
    let begin = Instant::now();

    crowd.comes(clients, time / 4, &mut rng, || {});
    let warm = server.has_only(before.descriptors);

    let mut most = Has::default();
    crowd.comes(clients, time * 3 / 4, &mut rng, || most = most.most(server.has()));
    let took = begin.elapsed();
    let after = server.has_only(before.descriptors);
    server.ends_well();
    let name = format!("{stem}, {language:?}");
    Figures { name, crowd, took, has: [before, warm, most, after] }
}

fn check(figures: &Figures, clients: usize) {
    let Figures { name, crowd, has: [before, warm, most, after], .. } = figures;
    assert_eq!(crowd.wrong.get(), 0, "{name}: {:#?}", crowd.first.borrow());
    for seen in &crowd.seen {
        assert!(seen.get().0 > 0, "{name}: a character was not there");
    }
    // Not all: at the moment when it was looked some were about to come, or waited in the accept queue.
    let at_once = most.descriptors - before.descriptors;
    assert!(at_once > clients as u64 / 2, "{name}: {at_once} clients at once");
    assert_eq!(after.descriptors, before.descriptors, "{name}: descriptors");
    assert_eq!(after.others, before.others, "{name}: threads and children");
    assert!(
        after.memory <= warm.memory + BOUND,
        "{name}: {} KiB, {} KiB",
        warm.memory,
        after.memory
    );
}

/// So many clients, or as many as this process may have descriptors for.
fn room_for(clients: u64) -> usize {
    let mut limit = getrlimit(RLIMIT_NOFILE).expect("getrlimit");
    limit.rlim_cur = limit.rlim_cur.max((clients + OTHERS).min(limit.rlim_max));
    setrlimit(RLIMIT_NOFILE, &limit).expect("setrlimit");
    if limit.rlim_cur < clients + OTHERS {
        println!("RLIMIT_NOFILE is {}: fewer than {clients} clients", limit.rlim_cur);
    }
    (limit.rlim_cur - OTHERS).min(clients) as usize / 8 * 8
}

fn setting<T: FromStr>(name: &str, default: T) -> T {
    let Ok(value) = env::var(name) else { return default };
    value.parse().unwrap_or_else(|_| panic!("{name}={value}"))
}
