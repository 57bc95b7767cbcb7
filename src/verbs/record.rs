//! `sockstep record`: a run without stopping, into a file.

use std::fs::File;
use std::io::{self, Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use sockstep::observe::{Rest, Session, interrupt};
use sockstep::trace::{Event, What, Writer};

use super::programs::Programs;
use super::{Failure, waiting};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep record welcome\n  sockstep record welcome --server c --client c-original -o original.jsonl\n  sockstep record many-epoll -o many.jsonl\n  sockstep record --server './srv 9001' --client './cli 127.0.0.1 9001' -o mine.jsonl\n  sockstep record --watch calls -- ./my_program\n  sockstep record welcome -o - | sockstep show -"
)]
pub struct Record {
    #[command(flatten)]
    programs: Programs,
    /// The file to write; - is standard output
    #[arg(short, long, default_value = "run.jsonl")]
    output: PathBuf,
    /// One program moves at a time, from call to call, as step does: the same programs do the same in the same order
    #[arg(long)]
    in_turns: bool,
}

/// Records a run.
pub fn record(args: &Record) -> Result<ExitCode, Failure> {
    let parts = args.programs.parts()?;
    let setup = args.programs.setup(args.in_turns)?;
    let to_stdout = args.output.as_os_str() == "-";
    let out: Box<dyn Write> = if to_stdout {
        Box::new(stdout())
    } else {
        let file = File::create(&args.output);
        Box::new(file.map_err(|e| {
            format!("{}: {}", args.output.display(), sockstep::observe::in_words(&e))
        })?)
    };
    let mut session = Session::open(&setup, parts)?;
    let header = session.header(&setup.watch);
    for missing in &header.missing {
        let _ = writeln!(io::stderr(), "sockstep: {missing}");
    }
    let mut writer = Writer::new(out, &header)?;
    writer.flush()?;
    let mut said = Said::default();
    let mut sink = |events: Vec<Event>| said.write(&events, &mut writer);
    let ran = match args.in_turns {
        true => session.run_in_turns(Duration::MAX, &mut sink),
        false => session.run(&mut sink),
    };
    if let Ok(Rest::Deadlock(sleeps)) = &ran {
        let text = waiting::deadlock(sleeps, &said.waiting);
        session.note_deadlock(text.clone());
        let _ = write!(io::stderr(), "sockstep: {text}");
    }
    said.write(&session.close(), &mut writer)?;
    writer.finish()?;
    interrupt::obey();
    let rest = ran?;
    let Said { calls, packets, .. } = said;
    let wrote = format!("{calls} calls, {packets} packets: {}", args.output.display());
    if !to_stdout {
        super::say(&format!("{wrote}; see: sockstep show {}", args.output.display()))?;
    }
    Ok(if matches!(rest, Rest::Deadlock(_)) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What the run has said so far, as far as it matters at its end.
#[derive(Default)]
struct Said {
    calls: u64,
    packets: u64,
    waiting: waiting::Open,
}

impl Said {
    fn write(&mut self, events: &[Event], writer: &mut Writer<Box<dyn Write>>) -> io::Result<()> {
        for event in events {
            self.take(event);
            writer.event(event)?;
        }
        writer.flush()
    }

    fn take(&mut self, event: &Event) {
        match &event.what {
            What::Entered(_) => self.calls += 1,
            What::Packet(_) => self.packets += 1,
            _ => (),
        }
        self.waiting.take(event);
    }
}
