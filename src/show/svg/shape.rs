//! What a picture consists of, and how it is written as SVG.

use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::words::{Face, clean};

/// A part of the picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// A rectangle; what to say of it when it is pointed at.
    Rect { x: f32, y: f32, width: f32, height: f32, round: f32, class: String, title: String },
    /// Lines.
    Path { data: String, class: &'static str },
    /// One line of text, from here to the right.
    Text { x: f32, y: f32, face: Face, class: &'static str, text: String },
    /// One line of text around here, turned by so many degrees.
    Turned { x: f32, y: f32, face: Face, class: &'static str, text: String, degrees: f32 },
}

impl Shape {
    /// Writes it.
    pub(super) fn write<W: io::Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        match self {
            Shape::Rect { x, y, width, height, round, class, title } => {
                let place = [("x", x), ("y", y), ("width", width), ("height", height)];
                let mut element = writer.create_element("rect").with_attribute(("class", &**class));
                for (name, value) in place {
                    element = element.with_attribute((name, &*number(*value)));
                }
                if *round > 0.0 {
                    element = element.with_attribute(("rx", &*number(*round)));
                }
                match title.is_empty() {
                    true => element.write_empty()?,
                    false => element.write_inner_content(|writer| {
                        let element = writer.create_element("title");
                        element.write_text_content(BytesText::new(&clean(title))).map(drop)
                    })?,
                };
            }
            Shape::Path { data, class } => {
                let element = writer.create_element("path").with_attribute(("class", *class));
                element.with_attribute(("d", &**data)).write_empty()?;
            }
            Shape::Text { x, y, face, class, text } => {
                write_text(writer, (*x, *y), *face, class, text, None)?;
            }
            Shape::Turned { x, y, face, class, text, degrees } => {
                let turn = format!("rotate({} {} {})", number(*degrees), number(*x), number(*y));
                let turn = Some(turn).filter(|_| *degrees != 0.0).unwrap_or_default();
                write_text(writer, (*x, *y), *face, class, text, Some(&turn))?;
            }
        }
        Ok(())
    }
}

fn write_text<W: io::Write>(
    writer: &mut Writer<W>,
    (x, y): (f32, f32),
    face: Face,
    class: &str,
    text: &str,
    around: Option<&str>,
) -> io::Result<()> {
    let text = clean(text);
    let class = format!("{} {class}", face.class());
    let mut element = writer
        .create_element("text")
        .with_attribute(("class", &*class))
        .with_attribute(("x", &*number(x)))
        .with_attribute(("y", &*number(y)));
    if let Some(turn) = around {
        element = element.with_attribute(("text-anchor", "middle"));
        if !turn.is_empty() {
            element = element.with_attribute(("transform", turn));
        }
    }
    element = element.with_attribute(("textLength", &*number(face.width(&text))));
    element.write_text_content(BytesText::new(&text)).map(drop)
}

/// A number as short as it is exact enough.
pub(super) fn number(value: f32) -> String {
    let tenths = format!("{value:.1}");
    match tenths.strip_suffix(".0") {
        Some("-0") => "0".into(),
        Some(whole) => whole.into(),
        None => tenths,
    }
}
