//! `make bench`: what the servers, the wrappers and the recorder cost, each beside its peer; `make bench QUICK=1` for a
//! first idea, onto the screen alone.
//!
//! Speed is no test: a goal that is missed is said, and nothing fails. The long run writes `docs/benchmarks.md`.

mod measure;
mod page;
mod recorder;
mod servers;
mod table;
mod wrappers;

use std::env;

use measure::Effort;
use page::Start;
use table::Section;

fn main() {
    let args: Vec<String> = env::args().collect();
    // Some of what is measured is this program, started again as another.
    if wrappers::role(&args) || servers::role(&args) {
        return;
    }
    // `cargo test --all-targets` runs this, too, and is not to wait for it.
    if !args.iter().any(|arg| arg == "--bench") {
        return;
    }
    let effort = Effort::new(args.iter().any(|arg| arg == "--quick"));
    let start = Start::now();
    let folder = tempfile::tempdir().expect("a temporary folder");

    let mut sections: Vec<Section> = Vec::new();
    let mut done = |more: Vec<Section>| {
        more.iter().for_each(Section::print);
        sections.extend(more);
    };
    done(servers::sections(&effort, folder.path()));
    done(vec![wrappers::section(folder.path())]);
    done(vec![recorder::section(&effort, folder.path())]);

    println!("{}", start.took());
    if !effort.quick {
        page::write(&start, &sections);
    }
}
