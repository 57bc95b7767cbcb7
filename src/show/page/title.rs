//! What stands above a page.

use super::super::brief;
use super::super::story::Story;
use super::super::text::{command, cut};
use crate::trace::Started;

/// The run's programs as people call them: `welcome_server and welcome_client`; a lab by its name.
pub(super) fn programs(story: &Story) -> String {
    const LONGEST: usize = 120;
    let started = story.names.started();
    let files: Vec<&str> = started.iter().map(file).collect();
    // Two scripts of one language, two verbs of one program: what sets them apart are the
    // arguments.
    let alike = started.len() > 1 && files.iter().all(|file| Some(file) == files.first());
    let name = |(program, file): (&Started, &&str)| match program.command.get(1..) {
        Some([verb, lab, ..]) if *file == "sockstep" && verb == "lab" => format!("lab {lab}"),
        _ if alike => command(&program.command),
        _ => file.to_string(),
    };
    let names: Vec<String> = started.iter().zip(&files).map(name).collect();
    let text = match names.as_slice() {
        [] => "a run".into(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    };
    cut(&brief(text.as_bytes()).replace('\n', " "), LONGEST)
}

/// The name of a program's file.
fn file(program: &Started) -> &str {
    let path = program.command.first().unwrap_or(&program.name);
    path.rsplit('/').next().unwrap_or(path)
}
