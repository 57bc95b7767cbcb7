//! How connections ended.

use std::collections::{HashMap, HashSet};

use super::super::picture::{Arrow, Picture, Place, Side};
use super::super::story::Story;
use super::{People, counted};
use crate::trace::{Carried, Packet, What};

/// What was seen between two addresses since the last SYN.
#[derive(Default)]
struct Connection<'a> {
    /// A SYN.
    begun: bool,
    /// A SYN|ACK.
    agreed: bool,
    /// The FINs and RSTs: from whom, and their sequence numbers.
    ends: HashSet<(&'a str, &'static str, u32)>,
}

/// The FINs and RSTs, and who sent them. An RST that answers a SYN ends nothing: it refuses.
pub(super) fn ends(story: &Story, picture: &Picture, people: &People) -> Vec<(String, String)> {
    let mut connections: HashMap<[&str; 2], Connection> = HashMap::new();
    let (mut ended, mut refused) = (Vec::new(), Vec::new());
    for arrow in &picture.arrows {
        let Some(What::Packet(packet)) = story.event(arrow.row).map(|event| &event.what) else {
            continue;
        };
        let Packet { from, to, carries: Carried::Tcp(segment), .. } = packet else { continue };
        let has = |wanted| segment.flags.split('|').any(|flag| flag == wanted);
        let mut between = [from.as_str(), to.as_str()];
        between.sort_unstable();
        let connection = connections.entry(between).or_default();
        match (has("SYN"), has("ACK")) {
            (true, true) => connection.agreed = true,
            (true, false) => *connection = Connection { begun: true, ..Connection::default() },
            _ => (),
        }
        let Some(flag) = ["FIN", "RST"].into_iter().find(|flag| has(*flag)) else { continue };
        // One that is sent again ends nothing more.
        if connection.ends.insert((from, flag, segment.seq)) {
            let refuses = flag == "RST" && connection.begun && !connection.agreed;
            let texts = if refuses { &mut refused } else { &mut ended };
            texts.push(format!("{flag} from {}", sender(arrow, picture, people)));
        }
    }
    let line = |name: &str, texts: Vec<String>| Some((name.into(), counted(texts.into_iter())?));
    let lines = [line("connections ended with", ended), line("connections refused with", refused)];
    lines.into_iter().flatten().collect()
}

fn sender(arrow: &Arrow, picture: &Picture, people: &People) -> String {
    match arrow.from {
        Place::Left => people.side(Side::Left, picture),
        Place::Right => people.side(Side::Right, picture),
        Place::Middle => "the other side".into(),
    }
}
