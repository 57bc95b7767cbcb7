//! A question at the bottom line, and the answer as far as it is typed.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::{keys, typed};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The name of a call to run on to.
    RunTo,
    /// A line for the last program.
    Line,
    /// What to look for in the past.
    Search,
}

/// A question and its answer so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    pub question: Question,
    pub answer: String,
}

/// What a key has done.
#[derive(Debug, PartialEq, Eq)]
pub enum Edited {
    /// It goes on.
    On,
    /// Enter.
    Done,
    /// Esc.
    Left,
}

impl Prompt {
    /// Asks.
    pub fn new(question: Question) -> Prompt {
        Prompt { question, answer: String::new() }
    }

    /// The question as it stands before the answer.
    pub fn text(&self) -> &'static str {
        match self.question {
            Question::RunTo => "Run until this call is next: ",
            Question::Line => "Type a line to the program: ",
            Question::Search => "Search the past for: ",
        }
    }

    /// A key of the answer.
    pub fn key(&mut self, key: KeyEvent) -> Edited {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Edited::Done,
            KeyCode::Esc => return Edited::Left,
            KeyCode::Char('u') if ctrl => self.answer.clear(),
            // What some terminals send for Backspace.
            KeyCode::Char('h') if ctrl => drop(self.answer.pop()),
            KeyCode::Backspace => drop(self.answer.pop()),
            KeyCode::Char(letter) if !ctrl => self.insert(&letter.to_string()),
            _ => (),
        }
        Edited::On
    }

    /// Takes a text that is pasted, up to its first line's end.
    pub fn insert(&mut self, text: &str) {
        let line = text.split(['\r', '\n']).next().unwrap_or_default();
        let longer = format!("{}{line}", self.answer);
        // As long as a terminal takes it as it is.
        if typed(&longer).is_ok() {
            self.answer = longer;
        }
    }

    /// The call that is named, or why there is none.
    pub fn call(&self) -> Result<String, String> {
        let name = self.answer.trim();
        let none = || format!("There is no call {name:?} of the socket API: accept, send, close …");
        keys::call(name).map(Into::into).ok_or_else(none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_edited() {
        let press = |code| KeyEvent::new(code, KeyModifiers::NONE);
        let ctrl = |letter| KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
        let mut prompt = Prompt::new(Question::Line);
        for letter in "안녕, straße".chars() {
            prompt.key(press(KeyCode::Char(letter)));
        }
        assert_eq!(prompt.answer, "안녕, straße");
        for key in [press(KeyCode::Backspace), ctrl('h'), press(KeyCode::Up), ctrl('x')] {
            assert_eq!(prompt.key(key), Edited::On);
        }
        assert_eq!(prompt.answer, "안녕, stra");
        prompt.insert("ss\nq\n");
        assert_eq!(prompt.answer, "안녕, strass", "only the first line of what is pasted");
        prompt.insert("\x1b[31m");
        prompt.insert(&"x".repeat(5000));
        assert_eq!(prompt.answer, "안녕, strass", "what a terminal does not take");
        prompt.key(ctrl('u'));
        assert_eq!(prompt.answer, "");
        assert_eq!(prompt.key(press(KeyCode::Backspace)), Edited::On);
        assert_eq!(prompt.key(press(KeyCode::Enter)), Edited::Done);
        assert_eq!(prompt.key(press(KeyCode::Esc)), Edited::Left);
    }

    #[test]
    fn a_call_is_named_as_programs_name_it() {
        let named = |answer: &str| Prompt { question: Question::RunTo, answer: answer.into() };
        assert_eq!(named(" send ").call(), Ok("sendto".into()));
        assert_eq!(named("accept").call(), Ok("accept".into()));
        assert!(named("acept").call().is_err_and(|text| text.contains("\"acept\"")));
    }
}
