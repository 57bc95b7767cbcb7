//! The experiments: one file each, named as it is called. Each takes sentences that are told of sockets, makes the calls that test
//! them, and finds its verdict in what was seen.
//!
//! Read one, `byte_order`, then [`Lab`], which says what a lab is. An experiment is a program that uses
//! [`calls`](crate::calls) and nothing else; it runs in a network of its own while the stepper watches it. What the stepper
//! has seen is a [`Run`]; from it a lab reads its observation, and from that alone come the verdicts.

mod inside;
mod lab;
mod perform;
mod progress;
mod run;
mod wire;

mod accept_queue;
mod backlog;
mod blank_socket;
mod byte_order;
mod byte_stream;
mod close_segments;
mod close_wait;
mod connect_before_accept;
mod datagrams;
mod four_tuple;
mod half_close;
mod handshake;
mod icmp_refused;
mod iterative_server;
mod listen_kinds;
mod name_lookup;
mod nobody_home;
mod nonblocking_connect;
mod overread;
mod reset;
mod retransmission;
mod same_port;
mod shared_descriptor;
mod short_counts;
mod sigpipe;
mod time_wait;
mod udp_loss;
mod udp_order;
mod who_binds;

pub use inside::{Broke, END, HEADING, end, note, step};
pub use lab::{Claim, Experiment, Finding, Judged, Lab, Part, Question, Scene, Verdict, Who};
pub use perform::{Error, inside, perform};
pub use progress::{Progress, Tally};
pub use run::{Run, Seen, Unclear, flags, port};
pub use wire::{HERE, Held, THERE, Wire};

/// All of them, in the order of the notes.
pub const ALL: &[&dyn Experiment] = &[
    &byte_order::LAB,
    &blank_socket::LAB,
    &who_binds::LAB,
    &same_port::LAB,
    &four_tuple::LAB,
    &listen_kinds::LAB,
    &nobody_home::LAB,
    &handshake::LAB,
    &connect_before_accept::LAB,
    &nonblocking_connect::LAB,
    &backlog::LAB,
    &accept_queue::LAB,
    &iterative_server::LAB,
    &byte_stream::LAB,
    &short_counts::LAB,
    &overread::LAB,
    &datagrams::LAB,
    &udp_loss::LAB,
    &udp_order::LAB,
    &icmp_refused::LAB,
    &name_lookup::LAB,
    &retransmission::LAB,
    &close_segments::LAB,
    &half_close::LAB,
    &close_wait::LAB,
    &time_wait::LAB,
    &shared_descriptor::LAB,
    &reset::LAB,
    &sigpipe::LAB,
];

/// The lab of this name.
pub fn find(name: &str) -> Option<&'static dyn Experiment> {
    ALL.iter().copied().find(|lab| lab.name() == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_judge_changes_its_mind() {
        for lab in ALL {
            for (number, known, faked) in lab.faked() {
                assert_ne!(
                    faked,
                    known,
                    "{}: claim {number} is {faked} whatever is seen",
                    lab.name()
                );
            }
        }
    }

    #[test]
    fn every_lab_is_a_file_of_its_name() {
        let own = ["mod", "inside", "lab", "perform", "progress", "run", "wire"];
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/labs");
        let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
        let stem =
            |path: std::path::PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
        let files: BTreeSet<_> = files.map(stem).filter(|stem| !own.contains(&&**stem)).collect();
        let labs: BTreeSet<_> = ALL.iter().map(|lab| lab.name().to_owned()).collect();
        assert_eq!(labs, files);
        assert_eq!(labs.len(), ALL.len(), "a name stands twice");
    }

    #[test]
    fn every_question_has_answers() {
        for lab in ALL {
            let (asks, answers) = lab.question();
            assert!(asks.ends_with('?') && answers.len() > 1, "{}", lab.name());
            assert_eq!(answers.iter().collect::<BTreeSet<_>>().len(), answers.len());
            assert!(!lab.claims().is_empty() && !lab.scenes().is_empty());
        }
    }
}
