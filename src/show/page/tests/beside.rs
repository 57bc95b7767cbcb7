use super::*;
use crate::show::page::data::Pair;

fn pairs(a: &Trace, b: &Trace) -> Vec<Pair> {
    let page = Page::beside(&recorded("a", a), &recorded("b", b)).unwrap();
    let Data { pairs, runs, .. } = page.0;
    for side in [0, 1] {
        let rows: Vec<usize> = pairs.iter().filter_map(|pair| pair.moments[side]).collect();
        let all: Vec<usize> = (0..runs[side].moments.len()).collect();
        assert_eq!(rows, all, "each once and in order, of run {side}");
    }
    pairs
}

/// What differs: the names of the parts, or which of the runs it is alone in.
fn differing(pairs: &[Pair]) -> Vec<String> {
    let told = |pair: &Pair| match (pair.alone, pair.moments) {
        (true, [Some(_), _]) => Some("only a".to_owned()),
        (true, _) => Some("only b".to_owned()),
        _ if pair.parts.is_empty() => None,
        _ => Some(pair.parts.iter().map(|part| &*part.0).collect::<Vec<_>>().join(" ")),
    };
    pairs.iter().filter_map(told).collect()
}

#[test]
fn a_run_is_the_same_as_itself() {
    let trace = welcome();
    let pairs = pairs(&trace, &trace);
    assert_eq!(differing(&pairs), [""; 0]);
    assert!(pairs.iter().all(|pair| pair.moments[0] == pair.moments[1]));
}

#[test]
fn what_differs_by_chance_does_not() {
    let [a, b] = [40000, 51234].map(|port| fixture::Run::welcome(port, 256, 256, "FIN|ACK"));
    assert_eq!(differing(&pairs(&a, &b)), [""; 0]);
}

#[test]
fn bytes_and_ends_that_differ_stand_beside_each_other() {
    let a = fixture::Run::welcome(40000, 257, 256, "RST|ACK");
    let b = fixture::Run::welcome(40001, 23, 23, "FIN|ACK");
    let pairs = pairs(&a, &b);
    assert_eq!(differing(&pairs), ["length data", "= buf len", "= buf", "flags"]);
    assert!(pairs.iter().all(|pair| pair.moments.iter().all(Option::is_some)));
    let flags = &pairs.iter().find(|pair| pair.parts.iter().any(|part| part.0 == "flags"));
    let flags = &flags.unwrap().parts[0];
    assert_eq!((flags.1.as_deref(), flags.2.as_deref()), (Some("RST|ACK"), Some("FIN|ACK")));
}

#[test]
fn what_only_one_has_stands_alone() {
    let mut a = welcome();
    // The client's close, its FIN, the answer to it, the return.
    let close = a.events.iter().rposition(|event| {
        matches!(&event.what, What::Entered(entered) if entered.name == "close" && entered.who.program == 1)
    });
    let close = close.unwrap();
    let b = a.clone();
    a.events.drain(close..close + 6);
    let pairs = pairs(&a, &b);
    // The ACK is not compared.
    assert_eq!(differing(&pairs), ["only b", "only b", "only b"]);
}

#[test]
fn other_ends_and_other_words_differ() {
    let said = |port: u16| {
        let mut run = fixture::Run::new();
        run.push(What::Printed { who: who(0), bytes: format!("from port {port}\n").into() });
        run.trace
    };
    assert_eq!(differing(&pairs(&said(40000), &said(50000))), [""; 0]);
    assert_eq!(differing(&pairs(&said(40000), &said(9001))), ["printed"]);
    assert_eq!(differing(&pairs(&ended(0), &ended(1))), ["ends"]);
    let empty = Trace { header: header(), events: Vec::new() };
    assert_eq!(pairs(&empty, &empty).len(), 0);
    assert!(differing(&pairs(&empty, &ended(0))).iter().all(|told| told == "only b"));
}

/// The calls of a run that does something like this.
fn made(does: &[(bool, u8)]) -> Trace {
    let mut run = fixture::Run::new();
    let [server, client] = ["127.0.0.1:9001", "127.0.0.1:40000"];
    for &(first, what) in does {
        let program = u8::from(first);
        let (from, to) = if first { (server, client) } else { (client, server) };
        match what {
            0 => run.call(program, "socket", vec![], Answer::Value(3), vec![]),
            1 => run.call(program, "close", vec![], Answer::Errno(9), vec![]),
            2 => run.segment(from, to, "ACK", b""),
            3 => run.segment(from, to, "PSH|ACK", b"hello"),
            4 => run.push(What::Printed { who: who(program), bytes: b"hi".into() }),
            _ => run.push(What::Signalled { who: who(program), signal: "SIGPIPE".into() }),
        }
    }
    run.trace
}

proptest::proptest! {
    #[test]
    fn any_two_runs_stand_beside_each_other(
        a in proptest::collection::vec((proptest::bool::ANY, 0..6_u8), 0..24),
        b in proptest::collection::vec((proptest::bool::ANY, 0..6_u8), 0..24),
    ) {
        let [a, b] = [made(&a), made(&b)];
        let there = differing(&pairs(&a, &b));
        let same = crate::trace::diff(&a, &b).is_same();
        assert!(same || !there.is_empty());
        assert_eq!(differing(&pairs(&a, &a)), [""; 0]);
    }
}
