//! The errno table: every errno of the socket calls that can be provoked without root on one machine, each a row:
//! the call, the arrangement, what came, and what a second look found.
//!
//! A file per call holds its rows; beside it in `c-reference/errnos/` lies the same in C. `raw` has the calls
//! as C can write them, with bad pointers and wrong lengths; `arrange` and `sockets` have what rows are put together
//! from, `looks` what they look at afterwards. [`enter`] makes the network in which they run, [`play`] runs one.
//! [`PAGES`] is what the man pages and POSIX list, [`left_out`] what of that no row provokes, and why.

mod accept;
mod arrange;
mod bind;
mod close;
mod connect;
mod getpeername;
mod getsockname;
mod getsockopt;
mod left_out;
mod listen;
mod looks;
mod pages;
mod play;
mod poll;
mod raw;
mod recv;
mod recvfrom;
mod row;
mod send;
mod sendto;
mod setsockopt;
mod shutdown;
mod socket;
mod socketpair;
mod sockets;
mod why;
mod world;

pub use left_out::{LeftOut, left_out};
pub use pages::{PAGES, Page, page};
pub use play::play;
pub use row::{Differs, Expect, From, Outcome, Row};
pub use world::{NoWorld, enter};

/// All rows, in the order in which they run.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    let tables: [&[Row]; 17] = [
        socket::ROWS,
        bind::ROWS,
        listen::ROWS,
        accept::ROWS,
        connect::ROWS,
        send::ROWS,
        sendto::ROWS,
        recv::ROWS,
        recvfrom::ROWS,
        shutdown::ROWS,
        close::ROWS,
        getsockname::ROWS,
        getpeername::ROWS,
        setsockopt::ROWS,
        getsockopt::ROWS,
        socketpair::ROWS,
        poll::ROWS,
    ];
    tables.into_iter().flatten()
}
