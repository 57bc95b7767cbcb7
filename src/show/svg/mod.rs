//! A run as an SVG file: the ladder for slides and READMEs.

mod draw;
mod plan;
mod shape;
#[cfg(test)]
mod tests;
mod words;

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::BytesText;

use self::plan::Plan;
use self::shape::number;
use self::words::{Face, clean};
use super::picture::{Picture, picture};
use super::story::Story;
use super::{glance, theme};
use crate::trace::Trace;

/// As many moments as such a picture may have; more are a page's business.
pub const MOST_ROWS: usize = 2000;

/// How many moments a run has: the rows of its picture.
pub fn moments(trace: &Trace) -> usize {
    Story::new(trace).moments.len()
}

/// Draws a run as SVG, so many pixels wide; wider, if so many sockets stand beside each other.
///
/// # Errors
///
/// What the writer answers.
pub fn svg(trace: &Trace, width: u32, mut out: impl Write) -> io::Result<()> {
    let story = Story::new(trace);
    let picture = picture(&story);
    let plan = Plan::of(&picture, width);
    let (title, description) = (title(&picture), description(&story, &picture));
    let [wide, high] = [plan.width, plan.height].map(|side| number(side.ceil()));
    let mut writer = Writer::new_with_indent(&mut out, b' ', 1);
    writer
        .create_element("svg")
        .with_attribute(("xmlns", "http://www.w3.org/2000/svg"))
        .with_attribute(("viewBox", &*format!("0 0 {wide} {high}")))
        .with_attribute(("width", &*wide))
        .with_attribute(("height", &*high))
        .with_attribute(("role", "img"))
        .with_attribute(("aria-labelledby", "title desc"))
        .with_attribute(("xml:space", "preserve"))
        .write_inner_content(|writer| {
            said(writer, "title", &title)?;
            said(writer, "desc", &description)?;
            writer.create_element("style").write_text_content(BytesText::new(&style()))?;
            hatch(writer)?;
            draw::shapes(&picture, &plan).iter().try_for_each(|shape| shape.write(writer))
        })?;
    writeln!(out)
}

/// A text that is read out: its element, which is also its identifier.
fn said<W: Write>(writer: &mut Writer<W>, name: &str, text: &str) -> io::Result<()> {
    let element = writer.create_element(name).with_attribute(("id", name));
    element.write_text_content(BytesText::new(&clean(text))).map(drop)
}

/// Who talks with whom.
fn title(picture: &Picture) -> String {
    match picture.heads.as_slice() {
        [left, right] => format!("{left} and {right}, call by call"),
        [only] => format!("{only}, call by call"),
        _ => "A run, call by call".into(),
    }
}

/// What is to be seen, in words.
fn description(story: &Story, picture: &Picture) -> String {
    let mut text = format!(
        "Time runs downwards. {} calls stand in the programs' lanes, the states of the sockets in the kernel's, \
         {} packets between them.",
        picture.bars.len(),
        picture.arrows.len()
    );
    for bar in picture.bars.iter().filter(|bar| bar.waits.is_some()) {
        let head = picture.heads.get(bar.side as usize).map_or("A program", String::as_str);
        let name = bar.text.split('(').next().unwrap_or_default();
        let waits = bar.waits.as_deref().unwrap_or_default();
        text.push_str(&format!(" {head} sleeps in {name} and waits for {waits}."));
    }
    for (name, value) in glance(story, picture) {
        text.push_str(&format!(" {name}: {value}."));
    }
    text
}

/// Fonts, lines, colours.
fn style() -> String {
    let mut style = String::from("text{font-family:ui-monospace,monospace}");
    for face in Face::ALL {
        let weight = if face == Face::Head { ";font-weight:bold" } else { "" };
        style.push_str(&format!(".{}{{font-size:{}px{weight}}}", face.class(), face.size()));
    }
    style.push_str(
        "path{fill:none;stroke-width:1.2}.stripe{stroke-width:3}.rule{stroke-width:1}.pause{stroke-dasharray:2 4}\
         .hatched{fill:url(#asleep);stroke-width:1}.bar{stroke-width:1}path.break{stroke-dasharray:5 3}",
    );
    style.push_str(&theme::css());
    style
}

/// The stripes of a call that sleeps.
fn hatch<W: Write>(writer: &mut Writer<W>) -> io::Result<()> {
    writer
        .create_element("pattern")
        .with_attribute(("id", "asleep"))
        .with_attribute(("width", "5"))
        .with_attribute(("height", "5"))
        .with_attribute(("patternUnits", "userSpaceOnUse"))
        .with_attribute(("patternTransform", "rotate(45)"))
        .write_inner_content(|writer| {
            let stripe = writer.create_element("path").with_attribute(("class", "stripe"));
            stripe.with_attribute(("d", "M0 0V5")).write_empty().map(drop)
        })
        .map(drop)
}
