//! Clients that leave: by a reset, one after the other, for their silence.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::client::{Client, End};
use super::server::{Design, Found, PATIENCE, Server, hold, within};
use super::table::Row;

pub const RESETS: Row = Row::new("a reset in any state ends that client alone", "???YYYY", resets);

/// A state in which a client resets, and what is seen of it.
type Reset = fn(&Server, Client, &[u8]) -> Found;

fn resets(design: &Design) -> Found {
    let mut server = design.start(&[])?;
    // The iterative server would serve nobody else.
    let mut bystander = match design.stem {
        "many_iterative" => None,
        _ => Some(Client::connect(&server)?),
    };
    let line = b"a line whose answer nobody reads\n";
    let states: [(&str, Reset); 7] = [
        ("in the accept queue", |_, client, _| {
            client.resets();
            Ok(())
        }),
        ("in the accept queue, with lines", |_, mut client, line| {
            client.says(line.repeat(100))?;
            client.resets();
            Ok(())
        }),
        ("after an answer", |server, mut client, _| {
            server.go_on();
            client.asks("hello")?;
            client.resets();
            Ok(())
        }),
        ("with half a line", |server, mut client, _| {
            server.go_on();
            client.asks("hello")?;
            client.says("half a li")?;
            sleep(Duration::from_millis(20));
            client.resets();
            Ok(())
        }),
        ("with answers on the way", |server, mut client, line| {
            server.go_on();
            client.floods(server, line, Duration::from_millis(50));
            client.resets();
            Ok(())
        }),
        // In the state CLOSE_WAIT a reset makes `send` fail with EPIPE, and raise SIGPIPE where that is not asked away.
        ("after half-closing, with lines", |_, mut client, line| {
            client.says(line.repeat(500))?;
            client.shuts();
            client.resets();
            Ok(())
        }),
        ("after half-closing, with answers on the way", |server, mut client, line| {
            server.go_on();
            client.floods(server, line, Duration::from_millis(50));
            client.shuts();
            client.resets();
            Ok(())
        }),
    ];
    for (state, leaves) in states {
        server.pause();
        let one = Client::small(&server)?;
        leaves(&server, one, line).map_err(|e| format!("{state}: {e}"))?;
        server.go_on();
        let bystanders = bystander.iter_mut().map(|client| client.asks("still here"));
        bystanders.collect::<Found>().map_err(|e| format!("{state}, another: {e}"))?;
        let next = Client::connect(&server).and_then(|mut client| client.asks("the next"));
        next.map_err(|e| format!("{state}, the next: {e}"))?;
    }
    server.is_well(design.promises_most())
}

pub const COME_AND_GO: Row = Row::new(
    "200 clients come and go: descriptors, threads and children are as before",
    "YYYYYYY",
    come_and_go,
);

fn come_and_go(design: &Design) -> Found {
    let server = design.start(&[])?;
    let now = || (server.descriptors(), server.threads(), server.processes());
    let before = now();
    assert_eq!((before.1, before.2), (1, 1), "threads and processes at the start");
    for turn in 0..20 {
        let mut clients: Vec<Client> =
            (0..10).map(|_| Client::connect(&server)).collect::<Found<_>>()?;
        for client in &mut clients {
            // The iterative server takes the next when this one has gone.
            client.says("hello\n")?;
            client.shuts();
        }
        for client in &mut clients {
            client.hears("HELLO\n")?;
            if turn % 2 == 0 {
                client.hears_the_end()?;
            }
        }
    }
    let after = within(PATIENCE, "all is as before", || (now() == before).then_some(()));
    after.map_err(|e| format!("{e}: {before:?}, then {:?}", now()))
}

pub const IDLE: Row = Row::new(
    "nothing is received or sent for `--idle` seconds: that client is closed",
    "NNNYYYY",
    idle,
);

fn idle(design: &Design) -> Found {
    let mut server = design.start(&["--idle", "1"])?;
    let before = server.descriptors();
    let mut deaf = Client::small(&server)?;
    deaf.floods(&server, b"a line whose answer nobody reads\n", Duration::from_millis(100));
    let deaf_since = Instant::now();
    let mut busy = Client::connect(&server)?;
    let mut half = Client::connect(&server)?;
    half.says("half a li")?;
    let mut silent = Client::connect(&server)?;
    let since = Instant::now();
    silent.waits(Duration::from_millis(1));

    let mut ended = None;
    while ended.is_none() {
        busy.asks("not idle")?;
        let pause = Instant::now();
        while ended.is_none() && pause.elapsed() < Duration::from_millis(400) {
            match silent.listens(1) {
                (_, Some(End::Silence)) => {}
                (_, Some(End::Closed)) => ended = Some(since.elapsed()),
                (heard, _) => return Err(format!("the silent one was not closed: {heard:?}")),
            }
        }
        hold(since.elapsed() < PATIENCE, || "the silent one was not closed".into())?;
    }
    let took = ended.unwrap_or_default();
    let in_time = (Duration::from_millis(950)..Duration::from_millis(3500)).contains(&took);
    hold(in_time, || format!("the silent one was closed after {took:?}"))?;
    half.hears_the_end()?;
    deaf_is_gone(&mut deaf, deaf_since)?;
    busy.asks("not idle")?;
    drop(busy);
    within(PATIENCE, "descriptors", || (server.descriptors() == before).then_some(()))?;
    server.is_well(true)
}

/// The server has closed with bytes unread, so the connection was reset.
fn deaf_is_gone(deaf: &mut Client, since: Instant) -> Found {
    deaf.0.set_nonblocking(true).expect("O_NONBLOCK");
    within(PATIENCE, "the one that never reads is closed", || {
        let error = deaf.0.take_error().expect("SO_ERROR");
        error.map(|_| ()).or_else(|| (since.elapsed() > PATIENCE).then_some(()))
    })?;
    hold(since.elapsed() < Duration::from_secs(8), || format!("gone after {:?}", since.elapsed()))
}
