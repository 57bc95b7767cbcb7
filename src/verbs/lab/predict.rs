//! The prediction: a question before the experiment, and how it went after it.

use std::io::{self, BufRead, Write, stdout};

use sockstep::labs::{Experiment, Finding, Progress};
use sockstep::show;

use super::super::{Failure, say, usage};

/// Asks, until one of the answers is chosen: its place.
pub fn ask(lab: &dyn Experiment) -> Result<usize, Failure> {
    let (asks, answers) = lab.question();
    say(&format!("{}\n", show::prose(asks, "")))?;
    for (at, answer) in answers.iter().enumerate() {
        say(&show::prose(&format!("  {}  {answer}", at + 1), "     "))?;
    }
    loop {
        write!(stdout(), "\nYour prediction, 1 to {}: ", answers.len())?;
        stdout().flush()?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            say("")?;
            return Err(usage("--predict wants an answer, and the input has ended"));
        }
        match line.trim().parse::<usize>() {
            Ok(number) if (1..=answers.len()).contains(&number) => {
                say("")?;
                return Ok(number - 1);
            }
            _ => say(&format!("A number from 1 to {}.", answers.len()))?,
        }
    }
}

/// How a prediction went, and the score.
pub fn judged(
    lab: &dyn Experiment,
    answer: usize,
    finding: &Finding,
    progress: &Progress,
) -> String {
    let (_, answers) = lab.question();
    let yours = answers.get(answer).unwrap_or(&"");
    let how = match finding.answer {
        Some(right) if right == answer => format!("Your prediction was right: {yours}."),
        Some(right) => {
            format!("Your prediction was: {yours}. What was seen: {}.", answers[right])
        }
        None => format!("Your prediction was: {yours}. What was seen is none of the answers."),
    };
    let (made, right) = progress.score();
    show::prose(&format!("{how} {right} of {made} predictions right so far."), "")
}
