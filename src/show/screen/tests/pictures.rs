//! The pictures: the whole screen and every pane, in four sizes. To take them anew:
//! `INSTA_UPDATE=always cargo test show::screen`, and look at each.

use insta::assert_snapshot;

use super::*;

/// The whole screen in a size.
fn whole(name: &str, size: (u16, u16), events: Vec<Event>, change: impl Fn(&mut View)) {
    let (columns, rows) = size;
    let text = text(&seen(events, size, change));
    let name = format!("{name}_{columns}x{rows}");
    insta::with_settings!({
        snapshot_path => "../snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { assert_snapshot!(name, text) });
}

#[test]
fn a_server_sleeps_in_accept_and_the_client_is_next() {
    let next = connect(Some(1011));
    for size in EACH_SIZE {
        whole("accept_sleeps", size, runs::accept_sleeps(), |view| {
            // The view's lifetime ends with the call's.
            let next: &'static Entered = Box::leak(Box::new(next.clone()));
            view.next = Some(next);
        });
    }
}

#[test]
fn accept_goes_on() {
    for size in EACH_SIZE {
        whole("accept_goes_on", size, runs::accept_goes_on(), |_| ());
    }
}

#[test]
fn it_ends_with_a_reset() {
    for size in EACH_SIZE {
        whole("reset", size, runs::reset(), |_| ());
    }
}

#[test]
fn many_things_on_the_smallest_screen() {
    whole("queue_is_full", SMALL, runs::queue_is_full(), |_| ());
    whole("bind_fails", SMALL, runs::bind_fails(), |view| view.over_and_done = true);
    whole("bind_failed_then", SMALL, runs::bind_fails(), |view| view.at = Some(2));
    whole("datagrams", SMALL, runs::datagrams(), |_| ());
    whole("datagram_past", SMALL, runs::datagrams(), |view| view.at = Some(6));
    whole("single", SMALL, runs::single(), |_| ());
    whole("twin", SMALL, runs::accept_goes_on(), |view| view.twin = true);
    whole("nothing", SMALL, vec![], |_| ());
    whole("prompt", SMALL, runs::accept_sleeps(), |view| {
        view.bottom = Bottom::Prompt("run to: ", "acc");
    });
    whole("message", SMALL, runs::accept_sleeps(), |view| {
        view.bottom = Bottom::Message(
            "A deadlock: each waits, and no one is left who could move first.\n  server is in accept(3, …, [16])\n    and waits for a client on 127.0.0.1:9001\n",
        );
    });
}

#[test]
fn too_small() {
    whole("too_small", (60, 20), runs::welcome(), |_| ());
    whole("too_small", (9, 4), runs::welcome(), |_| ());
}

/// Each pane alone.
#[test]
fn every_pane_in_four_sizes() {
    let panes = [
        (Pane::Server, "server"),
        (Pane::Client, "client"),
        (Pane::Call, "call"),
        (Pane::Kernel, "kernel"),
        (Pane::Wire, "wire"),
        (Pane::Output, "output"),
    ];
    // The server's accept returns.
    let at = 14;
    for (pane, name) in panes {
        for size in EACH_SIZE {
            whole(&format!("pane_{name}"), size, runs::welcome(), |view| {
                view.large = Some(pane);
                view.at = (pane != Pane::Wire && pane != Pane::Output).then_some(at);
            });
        }
    }
}

#[test]
fn what_lies_over_the_panes() {
    let all = [
        (Over::Help, "help"),
        (Over::Stack, "stack"),
        (Over::Sockets, "sockets"),
        (Over::Hex, "hex"),
    ];
    for (over, name) in all {
        whole(&format!("over_{name}"), SMALL, runs::accept_goes_on(), |view| view.over = over);
    }
    whole("over_hex_past", SMALL, runs::reset(), |view| {
        (view.over, view.at) = (Over::Hex, Some(2));
    });
}
