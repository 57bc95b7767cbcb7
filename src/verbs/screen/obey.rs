//! What each key does on the full screen.

use std::process::ExitCode;

use nix::sys::signal::{Signal, raise};
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use sockstep::show::Story;
use sockstep::show::screen::{Over, Pane};

use super::super::Failure;
use super::super::keys::{self, Key};
use super::super::step::run::Until;
use super::Screen;
use super::find::{Found, Way, find};
use super::keyboard::is_ctrl;
use super::prompt::{Edited, Prompt, Question};

/// How many steps PgUp and PgDn go.
const PAGE: usize = 10;

/// Whether a key lets programs go on, which nobody is to do unseen.
fn moves(code: KeyCode) -> bool {
    matches!(code, KeyCode::Enter | KeyCode::Char('n' | 's' | 'c' | 'e' | 'w' | 'r' | 't'))
}

impl Screen<'_> {
    /// Takes a key, or another size of the window, which is drawn anew. Gives the exit status if it is the last.
    pub fn take(&mut self, event: Event, story: &Story) -> Result<Option<ExitCode>, Failure> {
        if is_ctrl(&event, 'd') {
            return Ok(Some(ExitCode::SUCCESS));
        }
        if is_ctrl(&event, 'z') {
            // As a terminal does that is not raw; it is seen to when this key is done with.
            raise(Signal::SIGTSTP).map_err(std::io::Error::from)?;
            return Ok(None);
        }
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(key, story),
            Event::Paste(text) => {
                match &mut self.prompt {
                    Some(prompt) => prompt.insert(&text),
                    None => {
                        self.message = Some("Nothing is asked for that could be pasted.".into())
                    }
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn key(&mut self, key: KeyEvent, story: &Story) -> Result<Option<ExitCode>, Failure> {
        self.message = None;
        if self.drive.interrupted() {
            let quits = key.code == KeyCode::Char('q');
            self.message = Some("It has stopped here: e goes on to the end.".into());
            return Ok(quits.then_some(ExitCode::SUCCESS));
        }
        if let Some(mut prompt) = self.prompt.take() {
            match prompt.key(key) {
                Edited::On => self.prompt = Some(prompt),
                Edited::Done => self.answered(&prompt, story)?,
                Edited::Left => (),
            }
            return Ok(None);
        }
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            self.unknown(key.code);
            return Ok(None);
        }
        self.look_with(key.code, story)
    }

    /// The keys that change where the person looks.
    fn look_with(&mut self, code: KeyCode, story: &Story) -> Result<Option<ExitCode>, Failure> {
        if moves(code) && !self.drive.over && self.look.come_back() {
            self.message = Some("This is now. The same key again goes on.".into());
            return Ok(None);
        }
        let newest = self.drive.newest();
        let look = &mut self.look;
        match code {
            KeyCode::Left => look.back(1, newest),
            KeyCode::Right => look.forward(1, newest),
            KeyCode::PageUp => look.back(PAGE, newest),
            KeyCode::PageDown => look.forward(PAGE, newest),
            KeyCode::Home => look.at = newest.map(|_| 0),
            KeyCode::End => look.return_to_now(),
            KeyCode::Up => self.scroll(-1),
            KeyCode::Down => self.scroll(1),
            KeyCode::Tab | KeyCode::BackTab => look.twin = !look.twin,
            KeyCode::Esc => {
                if !look.leave() {
                    self.message = Some("q leaves sockstep.".into());
                }
            }
            KeyCode::Char(digit @ '1'..='6') => {
                look.enlarge(Pane::ALL[usize::from(digit as u8 - b'1')]);
            }
            KeyCode::Char('/') => self.prompt = Some(Prompt::new(Question::Search)),
            KeyCode::Char('\\') => self.search(story, Way::Forward),
            KeyCode::Char('r') => self.prompt = Some(Prompt::new(Question::RunTo)),
            KeyCode::Char('t') => self.prompt = Some(Prompt::new(Question::Line)),
            KeyCode::Enter => return self.obey(Key::Next),
            KeyCode::Char(letter) => match keys::key(&letter.to_string(), "") {
                Some(key) => return self.obey(key),
                None => self.unknown(code),
            },
            _ => self.unknown(code),
        }
        Ok(None)
    }

    fn unknown(&mut self, code: KeyCode) {
        self.message = Some(format!("{code} does nothing here. {}", keys::HINT));
    }

    fn scroll(&mut self, lines: isize) {
        if !self.look.can_scroll() {
            self.message = Some("1 to 6 make a pane large: then ↑ and ↓ scroll it.".into());
        }
        let (first, last) = (*self.reach.start(), *self.reach.end());
        self.look.scrolled = (self.look.scrolled + lines).clamp(first, last.max(first));
    }

    /// The keys that line mode has, too.
    fn obey(&mut self, key: Key) -> Result<Option<ExitCode>, Failure> {
        match key {
            Key::Next => self.step(None)?,
            Key::Program(program) => self.step(Some(program))?,
            Key::End => self.run_on(Until::End)?,
            Key::RunTo(name) => self.run_on(Until::Call(name))?,
            Key::Wait => self.drive.wait(),
            Key::Type(line) => self.drive.run.type_line(&line)?,
            Key::Stack => self.look.cover(Over::Stack),
            Key::Sockets => self.look.cover(Over::Sockets),
            Key::Hex => self.look.cover(Over::Hex),
            Key::Help => self.look.cover(Over::Help),
            Key::Quit => return Ok(Some(ExitCode::SUCCESS)),
        }
        Ok(None)
    }

    /// Steps a program, or whose turn it is, or says why that cannot be.
    fn step(&mut self, program: Option<u8>) -> Result<(), Failure> {
        let session = &self.drive.run.session;
        let held = match program {
            Some(program) => session.held_of(program),
            None => session.next(),
        };
        match (held, program) {
            (Some(tid), _) => {
                self.look.return_to_now();
                self.drive.go(tid)?;
            }
            (None, Some(program)) => self.message = Some(self.drive.why_not(program)),
            (None, None) if self.drive.over => (),
            (None, None) => {
                let why = "Nobody can be stepped now: w waits until something happens.";
                self.message = Some(why.into());
            }
        }
        Ok(())
    }

    fn run_on(&mut self, until: Until) -> Result<(), Failure> {
        if !self.drive.over {
            self.look.return_to_now();
            self.drive.run_on(until)?;
        }
        Ok(())
    }

    /// Enter has ended the answer.
    fn answered(&mut self, prompt: &Prompt, story: &Story) -> Result<(), Failure> {
        match prompt.question {
            Question::RunTo => match prompt.call() {
                Ok(name) => self.run_on(Until::Call(name))?,
                Err(why) => self.message = Some(why),
            },
            Question::Line => {
                self.look.return_to_now();
                self.drive.run.type_line(&prompt.answer)?;
            }
            Question::Search => {
                if !prompt.answer.is_empty() {
                    self.look.search = Some(prompt.answer.clone());
                }
                self.search(story, Way::Back);
            }
        }
        Ok(())
    }

    fn search(&mut self, story: &Story, way: Way) {
        let Some(text) = self.look.search.clone() else {
            self.message = Some("Nothing was searched for yet: / asks for it.".into());
            return;
        };
        let (at, message) = match find(story, self.look.at, &text, way) {
            Found::Here(at) => (Some(at), None),
            Found::Round(at) if Some(at) == self.look.at => {
                (Some(at), Some(format!("Only this step has {text:?}.")))
            }
            Found::Round(at) => (Some(at), Some("… and round, from the other end.".into())),
            Found::Nothing => (self.look.at, Some(format!("No step so far has {text:?}."))),
        };
        (self.look.at, self.message) = (at, message);
    }
}
