//! What the tests of failing calls share: a failure recorded, what was explained, what is shown.

use nix::errno::Errno;
use sockstep::show;
use sockstep::trace::*;

use crate::common::skip;
use crate::common::watched::cannot_watch;
use crate::recording::{Recording, program, record};

/// Records a program that makes calls fail in this way.
pub fn fails(how: &str) -> Option<Recording> {
    if let Some(reason) = cannot_watch() {
        skip(&reason);
        return None;
    }
    record(&[&program("fails"), how])
}

/// What was explained: the call, its error, the facts as they stand in the file.
pub fn explained(run: &Recording) -> Vec<(String, Errno, String)> {
    let calls = run.trace.calls();
    run.all(|what| match what {
        What::Why(why) => Some(why),
        _ => None,
    })
    .into_iter()
    .map(|why| {
        let call = calls.iter().find(|call| call.entered.call == why.call).expect("its call");
        let Some((Returned { answer: Answer::Errno(errno), .. }, _)) = call.returned else {
            panic!("{} has not failed", call.entered.name)
        };
        let facts = serde_json::to_string(&why.facts).expect("JSON");
        (call.entered.name.to_string(), Errno::from_raw(*errno), facts)
    })
    .collect()
}

/// The run as it is shown, all on one line.
pub fn shown(run: &Recording) -> String {
    let text = show::ladder(&run.trace.header, &run.trace.events, 140);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How it fails; the call and its error; parts of the facts; what is shown.
pub type Case<'a> = (&'a str, &'a str, Errno, &'a [&'a str], &'a str);

/// The last failure of each is explained so.
#[track_caller]
pub fn check(cases: &[Case]) {
    for (how, call, errno, facts, line) in cases {
        let Some(run) = fails(how) else { return };
        let all = explained(&run);
        let Some((name, number, found)) = all.last() else { panic!("{how}: {:?}", run.calls()) };
        assert_eq!((name.as_str(), number), (*call, errno), "{how}: {all:?}");
        for fact in *facts {
            assert!(found.contains(fact), "{how}: {fact} is not in {found}");
        }
        let text = shown(&run);
        assert!(text.contains(line), "{how}: {line} is not in\n{text}");
        let more = format!("sockstep explain {errno:?} tells more");
        assert!(text.contains(&more), "{how}: {text}");
    }
}
