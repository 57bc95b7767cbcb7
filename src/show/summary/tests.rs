use proptest::prelude::*;

use super::*;
use crate::show::made_up;
use crate::show::welcome::{entered, header, who};
use crate::trace::{Answer, Entered, Event, Exit, Returned, Started, What};

/// A run written down as it goes: `name` sleeps or not, and answers.
#[derive(Default)]
struct Run {
    whats: Vec<What>,
    calls: u64,
}

impl Run {
    fn of(programs: u8) -> Run {
        let started = |program| {
            let name = ["server", "client"][usize::from(program)].into();
            What::Started(Started { who: who(program), name, command: vec!["/bin/srv".into()] })
        };
        Run { whats: (0..programs).map(started).collect(), calls: 0 }
    }

    fn enters(&mut self, who: Who, name: &'static str) -> u64 {
        self.calls += 1;
        let entered = Entered { who, ..entered(self.calls, 0, name, vec![]) };
        self.whats.push(What::Entered(entered));
        self.calls
    }

    fn returns(&mut self, call: u64, answer: Answer) {
        self.whats.push(What::Returned(Returned { call, answer, out: vec![], made: None }));
    }

    fn calls(&mut self, who: Who, name: &'static str, answer: i64) {
        let call = self.enters(who, name);
        self.returns(call, Answer::Value(answer));
    }

    fn sleeps(&mut self, who: Who, name: &'static str) -> u64 {
        let call = self.enters(who, name);
        self.whats.push(What::Blocked { call });
        call
    }

    fn trace(self) -> Trace {
        let events = self.whats.into_iter().map(|what| Event { at: 0, what });
        Trace { header: header(), events: events.collect() }
    }
}

/// Two clients of a server that forks; the second one's line is there before its child looks for it.
fn forking() -> Trace {
    let mut run = Run::of(1);
    let server = who(0);
    run.calls(server, "listen", 0);
    let mut accept = run.sleeps(server, "accept");
    for pid in [7, 8, 9] {
        let child = Who { pid, tid: pid, ..server };
        run.returns(accept, Answer::Value(4));
        run.whats.push(What::Forked { who: server, child });
        run.calls(server, "close", 0);
        accept = run.sleeps(server, "accept");
        if pid < 9 {
            let line = run.sleeps(child, "recvfrom");
            run.returns(line, Answer::Value(5));
        } else {
            run.calls(child, "recvfrom", 5);
        }
        run.calls(child, "sendto", 5);
        let end = run.sleeps(child, "recvfrom");
        run.returns(end, Answer::Value(0));
        run.whats.push(What::Ended { who: child, exit: Exit::Status(0) });
        run.whats.push(What::Signalled { who: server, signal: "SIGCHLD".into() });
        run.returns(accept, Answer::Errno(4));
        accept = run.sleeps(server, "accept");
    }
    run.whats.push(What::Ended { who: server, exit: Exit::Serving });
    run.trace()
}

#[test]
fn each_turn_is_told_with_its_number() {
    let text = "\
server
   1 ×  listen, accept …
   3 ×  … accept, + process, close, accept …
   3 ×  … accept EINTR, ! SIGCHLD, accept …
server, 2 more processes, each
   1 ×  recvfrom …
   1 ×  … recvfrom, sendto, recvfrom …
   1 ×  … recvfrom 0, ■ exit 0
server, another process
   1 ×  recvfrom, sendto, recvfrom …
   1 ×  … recvfrom 0, ■ exit 0
";
    assert_eq!(summary(&forking()), text);
}

#[test]
fn a_thread_is_none_of_the_processes() {
    let mut run = Run::of(2);
    let (server, client) = (who(0), who(1));
    let thread = Who { tid: server.tid + 1, ..server };
    run.calls(server, "accept", 4);
    run.whats.push(What::Forked { who: server, child: thread });
    run.sleeps(thread, "recvfrom");
    run.calls(client, "fcntl", 0);
    run.calls(client, "fcntl", 0);
    let text = "server\n   1 ×  accept, + thread\nserver, another thread\n   1 ×  recvfrom …\n\
                client\n   1 ×  fcntl ×2\n";
    assert_eq!(summary(&run.trace()), text);
}

#[test]
fn servers_stand_side_by_side() {
    let mut polls = Run::of(1);
    let mut poll = polls.sleeps(who(0), "poll");
    polls.returns(poll, Answer::Value(2));
    // Two things at once, which the table leaves out since there is one at a time, too.
    for (name, answer) in [("accept4", 6), ("recvfrom", 5), ("sendto", 5)] {
        polls.calls(who(0), name, answer);
    }
    for turn in [&[("accept4", 7)][..], &[("recvfrom", 5), ("sendto", 5)], &[("recvfrom", 0)]] {
        poll = polls.sleeps(who(0), "poll");
        polls.returns(poll, Answer::Value(1));
        turn.iter().for_each(|(name, answer)| polls.calls(who(0), name, *answer));
    }
    let table = beside(&[forking(), polls.trace()]);
    let words: String = table.chars().map(|c| if "│┆\n".contains(c) { ' ' } else { c }).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    for row in [
        "srv accept 2: accept, + 2: recvfrom, 2: recvfrom 0, ■ 4 processes recvfrom process, close sendto exit 0; accept",
        "srv poll 2: poll, accept4 3: poll, recvfrom, 2: poll, recvfrom 1 process sendto 0",
    ] {
        assert!(words.contains(row), "{row}\n{words}\n{table}");
    }
}

proptest! {
    #[test]
    fn every_call_that_returns_is_counted(trace in made_up::trace()) {
        let returned = turns(&trace).iter().map(|turn| turn.calls).sum::<usize>();
        let finished = |call: &crate::trace::CallView| {
            call.returned.is_some_and(|(end, _)| !matches!(end.answer, Answer::Unfinished(_)))
        };
        let ids: std::collections::HashSet<_> =
            trace.calls().iter().map(|call| call.entered.call).collect();
        if ids.len() == trace.calls().len() {
            prop_assert!(returned >= trace.calls().iter().filter(|call| finished(call)).count());
        }
        summary(&trace);
        beside(&[trace.clone(), trace]);
    }
}
