//! Lines and their pieces.

use std::thread::sleep;
use std::time::Duration;

use super::client::Client;
use super::server::{Design, Found};
use super::table::Row;
use crate::common::Language;

pub const IN_PIECES: Row = Row::new("a line in pieces, letters cut in two", "YYYYYYY", in_pieces);

fn in_pieces(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut client = Client::connect(&server)?;
    let (line, answer) = sharp(design);
    for byte in line.as_bytes() {
        client.says([*byte])?;
        sleep(Duration::from_millis(2)); // A segment for each.
    }
    client.hears(answer)?;
    for (at, _) in line.bytes().enumerate().skip(1) {
        let (first, second) = line.as_bytes().split_at(at);
        client.says(first)?;
        sleep(Duration::from_millis(2));
        client.says(second)?;
        client.hears(answer)?;
    }
    Ok(())
}

/// A letter of C's stays one letter, so its sharp s stays as it is.
fn sharp(design: &Design) -> (&'static str, &'static str) {
    let answer = match design.language {
        Language::C => "STRAßE 안녕\n",
        Language::Rust => "STRASSE 안녕\n",
    };
    ("straße 안녕\n", answer)
}

pub const SEVERAL: Row = Row::new("several lines in one piece", "YYYYYYY", several);

fn several(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut client = Client::connect(&server)?;
    client.says("one\n2\n\nthrée\nfo")?;
    client.hears("ONE\n2\n\nTHRÉE\n")?;
    client.says("ur\nfive")?;
    client.hears("FOUR\n")?;
    client.says("\n")?;
    client.hears("FIVE\n")?;

    let line = "as many as a piece can hold\n";
    client.says(line.repeat(1000))?;
    client.hears(line.to_uppercase().repeat(1000))?;
    let (line, answer) = sharp(design);
    client.says(line.repeat(500))?;
    client.hears(answer.repeat(500))
}

pub const NOT_UTF_8: Row =
    Row::new("a line that is not UTF-8 comes back as it came", "YYYYYYY", not_utf_8);

fn not_utf_8(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut client = Client::connect(&server)?;
    client.says(b"caf\xe9\nnext \0 one\n\xec\x95\n\xff\xfe\n\xed\xa0\x80\nx\n")?;
    client.hears(b"caf\xe9\nNEXT \0 ONE\n\xec\x95\n\xff\xfe\n\xed\xa0\x80\nX\n")
}

pub const TOO_LONG: Row = Row::new(
    "a line of more than 2,047 bytes: one answer that says so, and on",
    "NNNYYYY",
    too_long,
);

fn too_long(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut client = Client::connect(&server)?;
    let told = "** A line has at most 2047 bytes\n";
    let letters = |n| "x".repeat(n);
    client.asks(&letters(2047))?;
    for length in [2048, 2049, 4095, 4096, 4097, 10_000] {
        client.says(letters(length) + "\nnext\n")?;
        client.hears(format!("{told}NEXT\n"))?;
    }
    // Two in one piece are two lines, a third of the right length is none of them.
    client.says(format!("{0}\n{0}\n{1}\n", letters(3000), letters(2047)))?;
    client.hears(format!("{told}{told}{}\n", letters(2047).to_uppercase()))?;

    // The answer does not wait for the newline.
    client.says(letters(1 << 20))?;
    client.hears(told)?;
    client.says("\nnext\n")?;
    client.hears("NEXT\n")?;

    for length in [2048, 5000] {
        let mut client = Client::connect(&server)?;
        client.says(letters(length))?;
        client.shuts();
        client.hears(told)?;
        client.hears_the_end()?;
    }
    let mut client = Client::connect(&server)?;
    client.says(letters(2047))?;
    client.shuts();
    client.hears(letters(2047).to_uppercase())?;
    client.hears_the_end()
}

pub const HALF_CLOSED: Row = Row::new(
    "half-closed: all answers, also to a last line without its end, then the end",
    "YYYYYYY",
    half_closed,
);

fn half_closed(design: &Design) -> Found {
    let server = design.start(&[])?;
    let mut client = Client::connect(&server)?;
    client.shuts();
    client.hears_the_end()?;

    let mut client = Client::connect(&server)?;
    client.says("a line\nthe last")?;
    client.shuts();
    client.hears("A LINE\nTHE LAST")?;
    client.hears_the_end()?;

    // All is sent before anything is read. The server cannot get rid of its answers, and has the end already.
    let mut client = Client::small(&server)?;
    let lines: String = (0..6_000).map(|n| format!("line {n}\n")).collect();
    client.says(&lines)?;
    client.says("the last")?;
    client.shuts();
    sleep(Duration::from_millis(50));
    client.hears(lines.to_uppercase())?;
    client.hears("THE LAST")?;
    client.hears_the_end()?;
    Client::connect(&server)?.asks("the next client")
}
