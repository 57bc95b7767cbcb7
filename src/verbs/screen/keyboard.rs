//! What is typed while the screen holds the terminal.

use std::io::{self, stdin};
use std::os::fd::AsFd;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers};

/// The keyboard, and the window's size. Somebody else reads it, so that half a sequence of a key holds nobody up.
pub struct Keyboard {
    events: Receiver<Event>,
}

/// What has come from there.
pub enum Came {
    Event(Event),
    Nothing,
    /// The terminal has gone.
    End,
}

impl Keyboard {
    /// Listens from now on, until the process is over.
    pub fn listen() -> io::Result<Keyboard> {
        let (send, events) = channel();
        thread::Builder::new().name("keyboard".into()).spawn(move || {
            // Signals interrupt who steps, and not who reads.
            let _ = SigSet::all().thread_block();
            while let Ok(event) = event::read() {
                if is_ctrl(&event, 'c') {
                    // As from a terminal that is not raw: even a step that takes long is interrupted.
                    let _ = kill(Pid::this(), Signal::SIGINT);
                }
                if send.send(event).is_err() {
                    break;
                }
            }
        })?;
        Ok(Keyboard { events })
    }

    /// The next event, if one comes within this time.
    pub fn next(&self, patience: Duration) -> Came {
        match self.events.recv_timeout(patience) {
            Ok(event) => Came::Event(event),
            Err(RecvTimeoutError::Timeout) if !is_gone() => Came::Nothing,
            Err(_) => Came::End,
        }
    }
}

/// Whether the key is this one with Ctrl.
pub fn is_ctrl(event: &Event, letter: char) -> bool {
    matches!(event, Event::Key(KeyEvent { code: KeyCode::Char(key), modifiers, .. })
        if *key == letter && modifiers.contains(KeyModifiers::CONTROL))
}

/// Whether nobody is behind the terminal any more: its window is closed.
fn is_gone() -> bool {
    let input = stdin();
    let mut fds = [PollFd::new(input.as_fd(), PollFlags::empty())];
    let gone = PollFlags::POLLHUP | PollFlags::POLLERR | PollFlags::POLLNVAL;
    poll(&mut fds, PollTimeout::ZERO).is_ok()
        && fds[0].revents().is_some_and(|events| events.intersects(gone))
}
