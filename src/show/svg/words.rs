//! How wide a text is, and how it is made to fit.

use textwrap::core::display_width;

use super::super::text::cut;

/// What a text is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// Above a lane.
    Head,
    /// A call, what was printed.
    Call,
    /// What a call waits for, what a packet is, a pause.
    Small,
    /// A state.
    State,
}

impl Face {
    pub(super) const ALL: [Face; 4] = [Face::Head, Face::Call, Face::Small, Face::State];

    /// The name of its class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Face::Head => "head",
            Face::Call => "call",
            Face::Small => "small",
            Face::State => "state",
        }
    }

    /// How high its letters are.
    pub(super) fn size(self) -> f32 {
        match self {
            Face::Head => 13.0,
            Face::Call => 12.0,
            Face::Small => 11.0,
            Face::State => 10.0,
        }
    }

    /// From one line to the next.
    pub(super) fn line(self) -> f32 {
        self.size() + 4.0
    }

    /// How wide a text is. Monospaced letters are six tenths as wide as they are high; where a reader's font has others,
    /// `textLength` makes them so.
    pub(super) fn width(self, text: &str) -> f32 {
        display_width(text) as f32 * self.letter()
    }

    /// How many letters fit.
    pub(super) fn columns(self, width: f32) -> usize {
        ((width + 0.01) / self.letter()).floor() as usize
    }

    fn letter(self) -> f32 {
        self.size() * 0.6
    }

    /// The first of these texts that fits; if none does, the last one cut.
    pub(super) fn fit<'a>(
        self,
        texts: impl IntoIterator<Item = &'a str>,
        width: f32,
    ) -> Option<String> {
        let mut last = None;
        for text in texts {
            if self.width(text) <= width {
                return Some(text.into());
            }
            last = Some(text);
        }
        let columns = self.columns(width);
        last.filter(|_| columns >= 3).map(|text| cut(text, columns))
    }
}

/// A line, and how far it is moved in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) indent: f32,
    pub(super) face: Face,
    pub(super) class: &'static str,
}

impl Line {
    /// How much room it takes, with what it is moved in by.
    pub(super) fn width(&self) -> f32 {
        self.indent + self.face.width(&self.text)
    }
}

/// As many lines as a text may have.
const MOST: usize = 4;

/// A text as lines that fit; what goes on is moved in. What is longer ends in `…`.
pub(super) fn wrapped(text: &str, face: Face, class: &'static str, width: f32) -> Vec<Line> {
    // An answer stays with its sign.
    let text = clean(text).replace(" = ", " =\u{a0}");
    let columns = face.columns(width).max(4);
    let options = textwrap::Options::new(columns).subsequent_indent("  ");
    let mut lines: Vec<String> =
        textwrap::wrap(&text, options).into_iter().map(|line| line.into_owned()).collect();
    if lines.len() > MOST {
        lines.truncate(MOST);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last} …"), columns);
            if !last.ends_with('…') {
                last.push('…');
            }
        }
    }
    let line = |line: String| {
        let line = line.replace('\u{a0}', " ");
        let text = line.trim_start_matches(' ');
        let indent = face.width(&line[..line.len() - text.len()]);
        Line { text: text.into(), indent, face, class }
    };
    lines.into_iter().map(line).collect()
}

/// The text without what XML 1.0 forbids and what would turn a line's direction: in the place of each such character
/// stands U+FFFD. What ends a line becomes a blank.
pub(super) fn clean(text: &str) -> String {
    let harmless = |letter: char| match letter {
        '\n' | '\t' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(harmless).collect()
}

/// A pause: `0.88 s later`.
pub(super) fn later(nanoseconds: u64) -> String {
    let seconds = nanoseconds as f64 / 1e9;
    match seconds < 10.0 {
        true => format!("{seconds:.2} s later"),
        false => format!("{seconds:.0} s later"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_replaced() {
        let cases = [
            ("<script>&\"안녕", "<script>&\"안녕"),
            ("a\u{1b}[31m\0b", "a\u{fffd}[31m\u{fffd}b"),
            ("a\r\nb\tc", "a  b c"),
            ("\u{202e}gpj.exe\u{ffff}", "\u{fffd}gpj.exe\u{fffd}"),
        ];
        for (text, now) in cases {
            assert_eq!(clean(text), now);
        }
    }

    #[test]
    fn lines_are_no_wider_than_they_may_be() {
        let call = "sendto(4, \"Welcome to Network Server!!\\0\", 28, MSG_NOSIGNAL, NULL, 0) = 28";
        let korean = "» 안녕하세요 여러분 반갑습니다 또 만나요".repeat(9);
        let long = "x".repeat(999);
        for text in [call, &korean, &long, "", " "] {
            for width in [30.0, 77.0, 239.0, 2000.0] {
                let lines = wrapped(text, Face::Call, "text", width);
                assert!(lines.len() <= MOST, "{lines:?}");
                let widest = lines.iter().map(Line::width).fold(0.0, f32::max);
                assert!(widest <= width.max(29.0) + 0.01, "{widest} of {width}: {lines:?}");
            }
        }
        let lines = wrapped(&long, Face::Call, "text", 77.0);
        assert!(lines[MOST - 1].text.ends_with('…'), "{lines:?}");
    }

    #[test]
    fn the_longest_text_that_fits_is_taken() {
        let texts = ["SYN|ACK seq=0 ack=1", "SYN|ACK"];
        let fit = |width| Face::Small.fit(texts, width);
        assert_eq!(fit(200.0).as_deref(), Some("SYN|ACK seq=0 ack=1"));
        assert_eq!(fit(60.0).as_deref(), Some("SYN|ACK"));
        assert_eq!(fit(33.0).as_deref(), Some("SYN|…"));
        assert_eq!(fit(10.0), None);
    }

    #[test]
    fn a_pause_is_as_precise_as_it_is_short() {
        let cases = [
            (883_261_917, "0.88 s later"),
            (1_030_000_000, "1.03 s later"),
            (63_400_000_000, "63 s later"),
        ];
        for (pause, text) in cases {
            assert_eq!(later(pause), text);
        }
    }
}
