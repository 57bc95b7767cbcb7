//! Who called whom.

use super::text::command;
use crate::trace::{Frame, Layer, Stack};

/// All frames, the innermost first: whose code, function, file and line.
pub fn stack(stack: &Stack) -> String {
    let layers: Vec<_> = stack.frames.iter().map(|frame| layer(&frame.layer)).collect();
    let wide = layers.iter().map(|layer| layer.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (at, (frame, layer)) in stack.frames.iter().zip(&layers).enumerate() {
        let mark = if stack.own == Some(at) { '▶' } else { ' ' };
        let inlined = if frame.inlined { " (inlined)" } else { "" };
        let place = place(frame);
        text.push_str(&format!(
            "{mark} #{at:<2} {layer:wide$}  {}{inlined}{place}\n",
            function(frame)
        ));
    }
    if let Some(why_not) = &stack.why_not {
        text.push_str(&format!("  No line of your own code is known: {why_not}\n"));
    }
    text
}

/// A frame's function, or that nobody knows it.
pub(super) fn function(frame: &Frame) -> &str {
    frame.function.as_deref().unwrap_or("(a function without a name)")
}

/// ` at welcome_server.c:26`, or the module where no line is known.
fn place(frame: &Frame) -> String {
    match (&frame.file, frame.line) {
        (Some(file), Some(line)) => format!(" at {}:{line}", command(std::slice::from_ref(file))),
        (Some(file), None) => format!(" in {file}"),
        _ => format!(" in {}", frame.module),
    }
}

/// Whose code it is, in words.
fn layer(layer: &Layer) -> &str {
    match layer {
        Layer::Own => "your code",
        Layer::Wrapper => "sockstep's calls",
        Layer::Crate(name) => name,
        Layer::Standard => "standard library",
        Layer::Libc => "libc",
        Layer::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::welcome;

    #[test]
    fn every_frame_has_its_layer_and_depth() {
        let text = stack(&welcome::stack());
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "  #0  libc       bind in libc.so.6");
        assert_eq!(lines[1], "▶ #1  your code  main at /home/kim/welcome_server.c:26");
        assert_eq!(lines.len(), 2);

        let bare = Stack {
            why_not: Some("it was built without -g".into()),
            own: None,
            ..welcome::stack()
        };
        assert!(
            stack(&bare).ends_with("No line of your own code is known: it was built without -g\n")
        );
    }
}
