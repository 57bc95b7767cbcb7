//! Clients that read slowly or not at all.

use std::thread::{self, sleep};
use std::time::Duration;

use super::client::Client;
use super::server::{Design, Found, Server, hold, within};
use super::table::Row;

pub const SLOW_READER: Row =
    Row::new("2 MB of answers to a slow reader, all right and in order", "YYYYYYY", slow_reader);

fn slow_reader(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut client = Client::small(&server)?;
    let lines: String =
        (0..32_768).map(|n| format!("{n:7} {:<55}\n", "x".repeat(n % 56))).collect();
    let answers = lines.to_uppercase();
    let mut sender = Client(client.0.try_clone().expect("dup"));
    thread::scope(|scope| {
        let sent = scope.spawn(move || sender.says(&lines));
        let (slowly, the_rest) = answers.split_at(100_000);
        for piece in slowly.as_bytes().chunks(1000) {
            client.hears(piece)?;
            sleep(Duration::from_millis(3));
        }
        client.hears(the_rest)?;
        sent.join().expect("a sender")
    })
}

pub const NEVER_READS: Row =
    Row::new("a client that sends and never reads costs less than 256 KiB", "YYYYYYY", never_reads);

fn never_reads(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut deaf = Client::small(&server)?;
    deaf.asks("its buffers are there")?;
    let before = server.memory();
    let stuck =
        deaf.floods(&server, b"a line whose answer nobody reads\n", Duration::from_millis(300));
    hold(stuck, || "its connection was ended".into())?;
    let more = server.memory() - before;
    hold(more < 256, || format!("{more} KiB more"))?;
    if design.stem != "many_iterative" {
        Client::connect(&server)?.asks("another is served")?;
    }
    Ok(())
}

pub const NOBODY_WAITS: Row = Row::new(
    "a client that is silent, sends half a line or never reads delays no other",
    "NYYYYYY",
    nobody_waits,
);

/// Another client has its answer within a second while the slow one is there. (A machine that has much else to do may
/// let it wait once, not three times.)
fn nobody_waits(design: &Design) -> Found {
    let server = design.start(&[])?;
    let silent: fn(&Server, &mut Client) = |_, _| {};
    let half: fn(&Server, &mut Client) = |_, client| client.says("half a li").expect("send");
    let deaf: fn(&Server, &mut Client) = |server, client| {
        client.floods(server, b"a line whose answer nobody reads\n", Duration::from_millis(100));
    };
    let mut slow_ones = Vec::new();
    for behaves in [silent, half, deaf] {
        let mut slow = Client::small(&server)?;
        behaves(&server, &mut slow);
        slow_ones.push(slow);
        let mut waiting = Vec::new();
        for _ in 0..3 {
            let mut other = Client::connect(&server)?;
            other.waits(Duration::from_secs(1));
            if other.asks("hello").is_ok() {
                break;
            }
            waiting.push(other);
        }
        if waiting.len() == 3 {
            drop(slow_ones);
            for mut other in waiting {
                within(Duration::from_secs(5), "served once the others have left", || {
                    other.hears("HELLO\n").ok()
                })
                .expect("the next");
            }
            return Err("no answer within a second while another is there".into());
        }
    }
    Ok(())
}
