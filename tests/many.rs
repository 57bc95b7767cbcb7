//! Servers of many clients: each promise tried on each server, in C and in Rust. What is seen is the table in
//! `docs/many-clients.md`, which `make docs` (UPDATE_DOCS=1) writes.
#![cfg(feature = "stepper")]

mod common;
#[path = "many"]
mod many {
    pub mod client;
    pub mod ending;
    pub mod errors;
    pub mod flow;
    pub mod full;
    pub mod leaving;
    pub mod lines;
    pub mod partner;
    pub mod server;
    pub mod table;
}

use common::{Language, build_c, input, run, skip};
use many::server::Design;
use many::table::{Row, check, is_whole};
use many::{ending, errors, flow, full, leaving, lines};
use std::process::Command;

/// The rows of the table, each with its test.
macro_rules! table {
    ($(fn $name:ident() = $row:expr;)*) => {
        const TABLE: &[&Row] = &[$(&$row),*];
        $(
            #[test]
            fn $name() {
                check(&$row, TABLE);
            }
        )*
    };
}

table! {
    fn lines_in_pieces() = lines::IN_PIECES;
    fn several_lines_in_one_piece() = lines::SEVERAL;
    fn lines_that_are_not_utf_8() = lines::NOT_UTF_8;
    fn a_slow_reader() = flow::SLOW_READER;
    fn half_closed_connections() = lines::HALF_CLOSED;
    fn clients_that_come_and_go() = leaving::COME_AND_GO;
    fn a_client_that_never_reads() = flow::NEVER_READS;
    fn a_slow_client_delays_no_other() = flow::NOBODY_WAITS;
    fn more_clients_than_select_watches() = full::MANY;
    fn ten_thousand_clients() = full::TEN_THOUSAND;
    fn resets_in_any_state() = leaving::RESETS;
    fn interrupted_calls() = errors::INTERRUPTED;
    fn accept_loses_a_client() = errors::NEXT_CLIENT;
    fn accept_has_no_room() = errors::NO_ROOM;
    fn no_descriptor_left() = full::NO_DESCRIPTOR;
    fn lines_that_are_too_long() = lines::TOO_LONG;
    fn idle_clients() = leaving::IDLE;
    fn more_clients_than_the_limit() = full::LIMIT;
    fn a_descriptor_that_select_cannot_watch() = full::NOT_WATCHABLE;
    fn the_limit_of_descriptors() = full::RAISES_LIMIT;
    fn sigterm() = ending::SIGTERM;
    fn sigterm_and_a_client_that_never_reads() = ending::SIGTERM_AND_DEAF;
}

#[test]
fn the_table_has_these_rows() {
    is_whole(TABLE);
}

/// What lies behind the bits of an `fd_set` is not touched.
#[test]
fn select_overruns_nothing() {
    if let Some(reason) = full::too_few(4096) {
        return skip(&reason);
    }
    let flags = "-fsanitize=address,undefined -fno-sanitize-recover";
    let mut cc = Command::new("cc");
    cc.args(flags.split(' ')).args(["-x", "c", "-o", "/dev/null", "-"]);
    if !run(&mut cc, input(b"int main(void) { return 0; }\n")).status.success() {
        return skip("cc has no AddressSanitizer");
    }
    let stem = "many_select";
    let mut command = Command::new(build_c("sanitized", flags).join(stem));
    let server = Design { stem, language: Language::C }.start_by(&mut command);
    full::from_1024_on(&mut server.expect(stem)).expect("refused, and nothing overrun");
}
