//! A lab in words: what the notes say, what happened, what was seen, the verdict.

use serde_json::{Value, json};
use sockstep::labs::{
    END, Experiment, Finding, HEADING, Judged, Progress, Run, Scene, Verdict, Who,
};
use sockstep::show;
use sockstep::trace::{self, Event, Exit, What};

use super::super::Failure;
use super::super::stage::Stage;

/// One line for each lab.
pub fn list(progress: &Progress) -> String {
    let wide = sockstep::labs::ALL.iter().map(|lab| lab.name().len()).max().unwrap_or_default();
    let line = |lab: &&dyn Experiment| {
        let mark = if progress.of(lab.name()).runs > 0 { "✓" } else { " " };
        let indent = " ".repeat(wide + 4);
        show::prose(&format!("{mark} {:wide$}  {}", lab.name(), lab.title()), &indent)
    };
    let lines: Vec<_> = sockstep::labs::ALL.iter().map(line).collect();
    let all = sockstep::labs::ALL.len();
    let done = sockstep::labs::ALL.iter().filter(|lab| progress.of(lab.name()).runs > 0).count();
    let score = match progress.score() {
        (0, _) => "sockstep lab NAME --predict asks you first.".to_owned(),
        (made, right) => format!("{right} of {made} predictions were right."),
    };
    format!("{}\n\n{done} of {all} done (✓). {score}", lines.join("\n"))
}

/// A lab of the list, as JSON.
pub fn listed(lab: &dyn Experiment, progress: &Progress) -> Value {
    let (asks, answers) = lab.question();
    let claims = lab.claims();
    let claims: Vec<_> =
        claims.iter().map(|(number, says)| json!({ "number": number, "says": says })).collect();
    json!({
        "name": lab.name(),
        "title": lab.title(),
        "claims": claims,
        "question": asks,
        "answers": answers,
        "progress": progress.of(lab.name()),
    })
}

/// What a lab has found, as JSON.
pub fn as_json(lab: &dyn Experiment, runs: &[Run], finding: &Finding) -> Value {
    json!({
        "name": lab.name(),
        "title": lab.title(),
        "kernel": kernel(runs),
        "finding": finding,
    })
}

fn kernel(runs: &[Run]) -> &str {
    runs.first().map_or("", |run| &run.trace().header.kernel)
}

/// A lab from its claims to its verdicts.
pub fn told(lab: &dyn Experiment, runs: &[Run], finding: &Finding) -> Result<String, Failure> {
    let mut text = format!("{}\n", show::prose(&format!("{}: {}", lab.name(), lab.title()), "  "));
    text.push_str("\nThe notes say\n");
    for (number, says) in lab.claims() {
        text.push_str(&format!("{}\n", show::prose(&format!("  {number:>2}  {says}"), "      ")));
    }
    text.push_str("\nWhat happens\n");
    for (scene, run) in lab.scenes().iter().zip(runs) {
        text.push_str(&format!("\n{}", happened(scene, run)?));
    }
    text.push_str("\nWhat was seen\n");
    for sentence in &finding.sentences {
        text.push_str(&format!("{}\n", show::prose(&format!("  • {sentence}"), "    ")));
    }
    text.push_str("\nVerdict\n");
    for judged in &finding.verdicts {
        text.push_str(&verdict(judged, kernel(runs)));
    }
    Ok(text.trim_end().into())
}

/// The calls, with what they changed and sent, under the headings of the experiment.
fn happened(scene: &Scene, run: &Run) -> Result<String, Failure> {
    let is_experiment = |who: &trace::Who| {
        let part = scene.parts.get(usize::from(who.program));
        part.is_some_and(|part| !matches!(part.who, Who::Notes(..)))
    };
    let mut stage = Stage::silent();
    let mut text = scene.title.map(heading).unwrap_or_default();
    let mut events: Vec<Event> = Vec::new();
    for event in run.events() {
        match &event.what {
            What::Printed { who, bytes } if is_experiment(who) => {
                stage.tell(&std::mem::take(&mut events))?;
                stage.between_calls()?;
                text.push_str(&stage.said());
                let (shown, over) = until_the_end(bytes);
                text.push_str(&printed(shown));
                if over {
                    events.clear();
                    break;
                }
            }
            // That its programs begin and end is no part of an experiment.
            What::Started(started) if is_experiment(&started.who) => {
                stage.tell(std::slice::from_ref(event))?;
                stage.said();
            }
            What::Ended { who, exit: Exit::Status(0) } if is_experiment(who) => (),
            _ => events.push(event.clone()),
        }
    }
    stage.tell(&events)?;
    text.push_str(&stage.said());
    match scene.parts {
        // Where there is one program, every call is its.
        [only] => Ok(format!("\n{text}").replace(&format!("\n{}: ", only.name), "\n").split_off(1)),
        _ => Ok(text),
    }
}

/// What is printed before the experiment's end, and whether that has come.
fn until_the_end(bytes: &[u8]) -> (&[u8], bool) {
    let end = format!("{HEADING}{END}\n");
    match bytes.windows(end.len()).position(|window| window == end.as_bytes()) {
        Some(at) => (&bytes[..at], true),
        None => (bytes, false),
    }
}

/// What an experiment prints: headings, and values.
fn printed(bytes: &[u8]) -> String {
    let mut text = String::new();
    for line in String::from_utf8_lossy(bytes).lines() {
        match line.strip_prefix(HEADING) {
            Some(title) => text.push_str(&heading(title)),
            None => text.push_str(&format!("{}\n", show::prose(&format!("  {line}"), "    "))),
        }
    }
    text
}

fn heading(title: &str) -> String {
    let rest = usize::from(show::width()).saturating_sub(title.chars().count() + 4);
    format!("── {title} {}\n", "─".repeat(rest))
}

/// A verdict, and what corrects the notes; or, where the kernel answers otherwise, that it does.
fn verdict(judged: &Judged, kernel: &str) -> String {
    let Judged { number, verdict, known, truth, source, .. } = judged;
    let prose = |text: String| format!("{}\n", show::prose(&text, "      "));
    if judged.as_known() {
        let first = format!("  {number:>2}  {verdict}. {truth}");
        return format!("{}{}", prose(first), prose(format!("      Source: {source}")));
    }
    prose(format!(
        "  {number:>2}  {verdict}, where {known} was expected: the kernel here, {kernel}, answers otherwise than \
         described. What was seen stands above; expected was: {truth} ({source})"
    ))
}

/// Every claim with its verdict.
pub fn table(found: &[(&'static str, Vec<Run>, Finding)]) -> String {
    let mut rows: Vec<(&Judged, &str)> = found
        .iter()
        .flat_map(|(name, _, finding)| finding.verdicts.iter().map(move |judged| (judged, *name)))
        .collect();
    rows.sort_by_key(|(judged, name)| (judged.number, *name));
    let row = |(judged, lab): &(&Judged, &str)| {
        let verdict = match judged.as_known() {
            true => judged.verdict.to_string(),
            false => format!("{} (expected: {})", judged.verdict, judged.known),
        };
        [judged.number.to_string(), judged.says.into(), verdict, (*lab).into()]
    };
    let mut text = show::rows(["#", "the notes say", "verdict", "lab"], rows.iter().map(row));
    let of = |verdict: Verdict| rows.iter().filter(|(judged, _)| judged.verdict == verdict).count();
    let otherwise = rows.iter().filter(|(judged, _)| !judged.as_known()).count();
    let kernel = found.first().map_or("", |(_, runs, _)| kernel(runs));
    text.push_str(&format!(
        "\n\n{} verdicts on {kernel}: {} true, {} imprecise, {} wrong",
        rows.len(),
        of(Verdict::True),
        of(Verdict::Imprecise),
        of(Verdict::Wrong)
    ));
    text.push_str(&match otherwise {
        0 => "; all as expected.".to_owned(),
        n => format!("; {n} otherwise than expected: sockstep lab NAME shows what was seen."),
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn judged(verdict: Verdict) -> Judged {
        Judged {
            number: 22,
            says: "The backlog is how many clients may wait.",
            verdict,
            known: Verdict::Imprecise,
            truth: "One more gets in.",
            source: "listen(2)",
        }
    }

    #[test]
    fn a_verdict_that_is_expected_brings_the_correction() {
        let text = verdict(&judged(Verdict::Imprecise), "Linux 6.18");
        assert_eq!(text, "  22  imprecise. One more gets in.\n      Source: listen(2)\n");
    }

    /// Another kernel: expected, observed and which kernel, and the correction as what was expected.
    #[test]
    fn a_verdict_that_is_not_expected_is_said_so() {
        let text = verdict(&judged(Verdict::True), "Linux 9.9");
        for part in ["22 true, where imprecise was expected", "Linux 9.9", "expected was: One more"]
        {
            let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(one_line.contains(part), "{part:?} is not in {one_line}");
        }
    }
}
