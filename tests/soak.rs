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
/// What the second crowd may leave behind beyond the first, in KiB. What the first has freed serves the second, but for the
/// heap's holes, up to 124 KiB. It does not grow with the clients: after 40,000 of them it was 56 KiB in C, 72 KiB in Rust.
const BOUND: u64 = 512;
/// And for each slow reader that has stopped the server, if none had in the first crowd, which may be too short for that:
/// the answers kept for them are freed, 5 KiB each, and the process keeps the pages.
const AN_ANSWER: u64 = 8;
/// What a client may cost at most, in KiB: the beginning of a line; a slow reader the answers to what was received at once.
const A_CLIENT: u64 = 4;
const A_SLOW_READER: u64 = 16;

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

    crowd.comes(clients, time / 4, &mut rng, || true);
    let warm = server.has_only(before.descriptors);

    let mut most = Has::default();
    crowd.comes(clients, time * 3 / 4, &mut rng, || {
        most = most.most(server.has());
        crowd.stopped.get() > 0
    });
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
    assert!(crowd.stopped.get() > 0, "{name}: it never stopped reading");
    // Not all: at the moment when it was looked some were about to come, or waited in the accept queue.
    let at_once = most.descriptors - before.descriptors;
    assert!(at_once > clients as u64 / 2, "{name}: {at_once} clients at once");
    let at_most = clients as u64 * A_CLIENT + clients as u64 / 8 * A_SLOW_READER;
    let grown = most.memory - before.memory.min(most.memory);
    assert!(grown <= at_most, "{name}: {grown} KiB more while there were clients");
    assert_eq!(after.descriptors, before.descriptors, "{name}: descriptors");
    assert_eq!(after.others, before.others, "{name}: threads and children");
    let kept = crowd.stopped.get().min(clients as u64 / 8) * AN_ANSWER;
    assert!(
        after.memory <= warm.memory + BOUND + kept,
        "{name}: {} KiB, {} KiB",
        warm.memory,
        after.memory
    );
}

/// So many clients, or as many as there are descriptors for: one here and two at the server, which may be closing the socket
/// of the one before.
fn room_for(clients: u64) -> usize {
    let mut limit = getrlimit(RLIMIT_NOFILE).expect("getrlimit");
    limit.rlim_cur = limit.rlim_cur.max((2 * clients + OTHERS).min(limit.rlim_max));
    setrlimit(RLIMIT_NOFILE, &limit).expect("setrlimit");
    let room = (limit.rlim_cur.saturating_sub(OTHERS) / 2).min(clients);
    if room < clients {
        println!("RLIMIT_NOFILE is {}: fewer than {clients} clients", limit.rlim_cur);
    }
    room as usize / 8 * 8
}

fn setting<T: FromStr>(name: &str, default: T) -> T {
    let Ok(value) = env::var(name) else { return default };
    value.parse().unwrap_or_else(|_| panic!("{name}={value}"))
}
