//! Colours, in one place: of states, of what failed, of what was printed; on light and on dark ground.
//!
//! A colour is never alone: states are written out, failures have a ✖ and broken lines.

/// How a state looks.
pub(super) struct Look {
    /// The state.
    pub(super) state: &'static str,
    /// The same in a few letters, for where there is no room.
    pub(super) short: &'static str,
    /// The fill and the edge on light ground.
    light: [&'static str; 2],
    /// The fill and the edge on dark ground.
    dark: [&'static str; 2],
}

const GREY: [[&str; 2]; 2] = [["#eceef1", "#9aa2ad"], ["#262b32", "#6e7783"]];
const AMBER: [[&str; 2]; 2] = [["#fdf0c8", "#c4951c"], ["#43360f", "#d8ac3d"]];
const ORANGE: [[&str; 2]; 2] = [["#ffe4d0", "#d67a35"], ["#472a14", "#e58d4e"]];

/// The states of TCP; the last one stands for what has none.
pub(super) const LOOKS: [Look; 12] = [
    look("CLOSE", "CLOSE", GREY),
    look("LISTEN", "LISTEN", [["#dfe9ff", "#5c80d6"], ["#1b2e55", "#7196ea"]]),
    look("SYN_SENT", "SYN_S", AMBER),
    look("SYN_RECEIVED", "SYN_R", AMBER),
    look("ESTABLISHED", "ESTAB", [["#d8f3df", "#43a05f"], ["#143c24", "#52bb73"]]),
    look("FIN_WAIT_1", "FIN_1", ORANGE),
    look("FIN_WAIT_2", "FIN_2", ORANGE),
    look("CLOSING", "CLSNG", ORANGE),
    look("LAST_ACK", "L_ACK", ORANGE),
    look("CLOSE_WAIT", "CL_W", [["#fbdce8", "#cb5c8b"], ["#471c32", "#e07ca8"]]),
    look("TIME_WAIT", "T_W", [["#e9e1fb", "#8765c9"], ["#32264e", "#a588e2"]]),
    look("other", "", [["#d6f1f1", "#319b9b"], ["#123b3c", "#4fbdbd"]]),
];

const fn look(state: &'static str, short: &'static str, colours: [[&'static str; 2]; 2]) -> Look {
    let [light, dark] = colours;
    Look { state, short, light, dark }
}

/// How a state looks.
pub(super) fn look_of(state: &str) -> &'static Look {
    let [.., other] = &LOOKS;
    LOOKS.iter().find(|look| look.state == state).unwrap_or(other)
}

/// What is drawn besides states: the property, and its colours on light and on dark ground.
const PARTS: [(&str, &str, &str, &str); 14] = [
    (".ground", "fill", "#ffffff", "#0d1117"),
    (".lane", "fill", "#f6f8fa", "#151b23"),
    (".rule", "stroke", "#d5dbe1", "#30363d"),
    (".text", "fill", "#1f2328", "#e6edf3"),
    (".quiet", "fill", "#59636e", "#9aa4af"),
    (".printed", "fill", "#1a6b3c", "#6fd393"),
    (".failed", "fill", "#b3261e", "#ff8a80"),
    (".bar", "fill", "#7a93b8", "#6d88b3"),
    (".bar", "stroke", "#4f6d99", "#93acd3"),
    (".hatched", "stroke", "#4f6d99", "#93acd3"),
    (".stripe", "stroke", "#8aa3c8", "#5f7dad"),
    (".sleep", "fill", "#ffffff", "#0d1117"),
    (".wire", "stroke", "#59636e", "#9aa4af"),
    (".break", "stroke", "#b3261e", "#ff8a80"),
];

/// The rules of all colours, those for dark ground where the reader's system asks for it.
pub(super) fn css() -> String {
    let mut css = colours(|look| look.light, |part| part.2);
    css.push_str("@media (prefers-color-scheme:dark){");
    css.push_str(&colours(|look| look.dark, |part| part.3));
    css.push('}');
    css
}

fn colours(
    of: impl Fn(&Look) -> [&'static str; 2],
    part: impl Fn(&(&str, &str, &'static str, &'static str)) -> &'static str,
) -> String {
    let mut css = String::new();
    for row @ (class, property, ..) in &PARTS {
        css.push_str(&format!("{class}{{{property}:{}}}", part(row)));
    }
    for look in &LOOKS {
        let [fill, edge] = of(look);
        css.push_str(&format!(".state-{}{{fill:{fill};stroke:{edge}}}", look.state));
    }
    css
}
