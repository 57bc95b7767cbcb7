//! One run of a pair: what each program printed, side by side.

use super::table::table;
use super::text::{brief, port_note};
use crate::trace::{Outcome, Version};

/// The two programs' lines beside each other, and how each ended.
pub fn outcome((server, client): (Version, Version), outcome: &Outcome) -> String {
    let heads = [format!("the server ({server}) prints"), format!("the client ({client}) prints")];
    let mut table = table(heads.each_ref().map(String::as_str));
    let [printed, ended] = [
        [&outcome.server, &outcome.client].map(|side| brief(&side.text).trim_end().to_string()),
        [&outcome.server, &outcome.client].map(|side| side.exit.to_string()),
    ];
    let note = port_note(&printed[0]);
    table.add_row(printed).add_row(ended);
    format!("{table}\n{note}").trim_end().into()
}
