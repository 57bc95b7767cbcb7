//! Calls that fail: strace lets them.

use std::time::Duration;

use super::client::Client;
use super::server::{Design, Found, PATIENCE, Server, hold};
use super::table::Row;
use crate::common::calls::cannot_trace;

/// Starts the server under strace, which lets these calls fail so.
fn failing(design: &Design, calls: &str, how: &str) -> Found<Server> {
    let trace = format!("trace={calls}");
    let inject = format!("inject={calls}:error={how}");
    let strace = ["strace", "-D", "-f", "-o", "/dev/null", "-e", &trace, "-e", &inject];
    design.start_under(&strace, &[])
}

/// Under each of these errors of accept two clients are served, within such a time.
fn accept_fails(design: &Design, errors: &[&str], limit: Duration) -> Found<Vec<Server>> {
    let mut servers = Vec::new();
    let mut clients = Vec::new();
    for error in errors {
        let server = failing(design, "accept,accept4", &format!("{error}:when=1..2"))?;
        for _ in 0..2 {
            let mut client = Client::connect(&server)?;
            client.says("hello\n")?;
            client.shuts();
            client.waits(limit);
            clients.push((error, client));
        }
        servers.push(server);
    }
    for (error, mut client) in clients {
        client.hears("HELLO\n").map_err(|e| format!("{error}: {e}"))?;
    }
    Ok(servers)
}

pub const NEXT_CLIENT: Row = Row {
    hindrance: cannot_trace,
    ..Row::new("`accept` says ECONNABORTED, EPROTO, EINTR: on with the next", "???YYYY", |design| {
        let errors = ["ECONNABORTED", "EPROTO", "EINTR"];
        let mut servers = accept_fails(design, &errors, PATIENCE)?;
        servers.iter_mut().try_for_each(|server| server.is_well(design.promises_most()))
    })
};

pub const NO_ROOM: Row = Row {
    hindrance: cannot_trace,
    ..Row::new(
        "`accept` says ENFILE, ENOBUFS, ENOMEM, EPERM: served a little later",
        "???YYYY",
        |design| {
            let errors = ["ENFILE", "ENOBUFS", "ENOMEM", "EPERM"];
            let servers = accept_fails(design, &errors, PATIENCE)?;
            let said = servers[0].running().stderr();
            let says_so = said.starts_with(b"accept4: Too many open files in system\n");
            hold(!design.promises_most() || says_so, || format!("stderr: {}", said.escape_ascii()))
        },
    )
};

pub const INTERRUPTED: Row = Row {
    hindrance: cannot_trace,
    ..Row::new(
        "any call is interrupted (EINTR), the server stopped and continued",
        "???YYYY",
        interrupted,
    )
};

fn interrupted(design: &Design) -> Found {
    let waiting = "?select,?pselect6,?poll,?ppoll,?epoll_wait,?epoll_pwait";
    let all = format!("{waiting},accept,accept4,recvfrom,sendto");
    let mut server = failing(design, &all, "EINTR:when=1+2")?;
    for _ in 0..3 {
        let mut client = Client::connect(&server)?;
        client.asks("hello")?;
        client.says("a\nb\nthe last")?;
        client.shuts();
        client.hears("A\nB\nTHE LAST")?;
        client.hears_the_end()?;
    }
    server.is_well(design.promises_most())?;
    drop(server);

    let mut server = design.start(&[])?;
    let mut client = Client::connect(&server)?;
    client.asks("hello")?;
    for _ in 0..3 {
        server.pause();
        server.go_on();
        client.asks("again")?;
    }
    server.pause();
    client.says("while it is stopped\n")?;
    server.go_on();
    client.hears("WHILE IT IS STOPPED\n")?;
    server.is_well(true)
}
