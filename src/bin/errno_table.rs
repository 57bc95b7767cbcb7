//! `errno_table [CALL]`: every errno of the socket calls that can be provoked here, a line each: call, arrangement,
//! what came, what a second look found; tabs between them. In a network of its own, each row in a process of its own.
//! Twin: `c-reference/errno_table.c`.

use std::process::exit;

use sockstep::errnos::{enter, play, rows};
use sockstep::program::{fail, print};

fn main() {
    let call = std::env::args().nth(1);
    let mut count = 0;

    enter().unwrap_or_else(|e| {
        eprintln!("errno_table: {e}");
        exit(1);
    });
    for row in rows().filter(|row| call.as_ref().is_none_or(|call| call == row.call)) {
        let came = play(row).unwrap_or_else(|e| fail("fork", e));
        print(&[format!("{}\t{}\t{came}\n", row.call, row.arrangement).as_bytes()]);
        count += 1;
    }
    if count == 0 {
        let call = call.unwrap_or_default();
        eprintln!("errno_table: there is no row of '{call}'\nusage: errno_table [CALL]");
        exit(2);
    }
}
