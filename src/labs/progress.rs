//! Which labs a student has done, and how often the prediction was right. It is kept in a file of the user's.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

/// What is kept of one lab.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How often it was run.
    pub runs: u32,
    /// How often a prediction was made.
    pub predicted: u32,
    /// How many of these were right.
    pub right: u32,
}

/// What is kept of all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Progress {
    labs: BTreeMap<String, Tally>,
}

impl Progress {
    /// What was kept so far; nothing, if there is no such file yet.
    pub fn read() -> io::Result<Progress> {
        match fs::read(file()?) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", shown()))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Progress::default()),
            Err(error) => Err(error),
        }
    }

    /// Keeps it. The file is there whole or not at all.
    pub fn write(&self) -> io::Result<()> {
        let file = file()?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let unfinished = file.with_extension(format!("{}", std::process::id()));
        fs::write(&unfinished, serde_json::to_vec_pretty(self)?)?;
        fs::rename(unfinished, file)
    }

    /// What is kept of one lab.
    pub fn of(&self, lab: &str) -> Tally {
        self.labs.get(lab).copied().unwrap_or_default()
    }

    /// A lab was run, perhaps with a prediction that was right or not.
    pub fn ran(&mut self, lab: &str, prediction: Option<bool>) {
        let tally = self.labs.entry(lab.into()).or_default();
        let add = |to: &mut u32, one: bool| *to = to.saturating_add(one.into());
        add(&mut tally.runs, true);
        add(&mut tally.predicted, prediction.is_some());
        add(&mut tally.right, prediction == Some(true));
    }

    /// Predictions made, and how many were right, of all labs together.
    pub fn score(&self) -> (u32, u32) {
        self.labs.values().fold((0, 0), |(all, right): (u32, u32), tally| {
            (all.saturating_add(tally.predicted), right.saturating_add(tally.right))
        })
    }
}

/// `~/.local/state/sockstep/labs.json`, or where XDG_STATE_HOME says.
fn file() -> io::Result<PathBuf> {
    let home = etcetera::choose_base_strategy().map_err(io::Error::other)?;
    let state = home.state_dir().unwrap_or_else(|| home.data_dir());
    Ok(state.join("sockstep").join("labs.json"))
}

fn shown() -> String {
    file().map_or("labs.json".into(), |file| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_any_numbers_can_be_counted_on() {
        let most = r#"{"runs":4294967295,"predicted":4294967295,"right":4294967295}"#;
        let text = format!(r#"{{"backlog":{most},"reset":{most}}}"#);
        let mut progress: Progress = serde_json::from_str(&text).unwrap();
        progress.ran("backlog", Some(true));
        assert_eq!(progress.score(), (u32::MAX, u32::MAX));
        assert_eq!(progress.of("backlog").runs, u32::MAX);
    }
}
