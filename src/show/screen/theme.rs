//! What things look like. The colours are the terminal's own sixteen, which fit its background, dark or light; and none of
//! them says anything that does not stand there in words or signs.

use ratatui::style::{Color, Modifier, Style};

/// The looks, with colours or without.
#[derive(Debug, Clone, Copy)]
pub(super) struct Theme {
    coloured: bool,
}

impl Theme {
    pub(super) fn new(coloured: bool) -> Theme {
        Theme { coloured }
    }

    fn colour(self, colour: Color) -> Style {
        if self.coloured { Style::new().fg(colour) } else { Style::new() }
    }

    /// What the eye is to find first.
    pub(super) fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What is there for those who look for it.
    pub(super) fn faint(self) -> Style {
        if self.coloured { Style::new().add_modifier(Modifier::DIM) } else { Style::new() }
    }

    /// A word that says what a thing is about.
    pub(super) fn badge(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED)
    }

    /// A program that sleeps in a call.
    pub(super) fn asleep(self) -> Style {
        self.colour(Color::Yellow).add_modifier(Modifier::BOLD | Modifier::REVERSED)
    }

    /// A failure, a reset.
    pub(super) fn error(self) -> Style {
        self.colour(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// What this step has changed, what belongs to it.
    pub(super) fn fresh(self) -> Style {
        self.colour(Color::Green).add_modifier(Modifier::BOLD)
    }

    /// A program's name: the server's, and those of all others.
    pub(super) fn program(self, program: u8) -> Style {
        self.colour(if program == 0 { Color::Cyan } else { Color::Magenta })
    }

    /// A field of an address.
    pub(super) fn field(self, place: usize) -> Style {
        const COLOURS: [Color; 5] =
            [Color::Magenta, Color::Green, Color::Cyan, Color::Yellow, Color::Blue];
        self.colour(COLOURS[place % COLOURS.len()])
    }

    /// What was searched for.
    pub(super) fn found(self) -> Modifier {
        Modifier::REVERSED | Modifier::UNDERLINED
    }
}
