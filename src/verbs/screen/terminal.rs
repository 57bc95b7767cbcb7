//! The terminal while the screen holds it: raw, its cursor hidden, on its other page. Afterwards it is as it was,
//! whatever ends us: the end of [`Taken`], a panic, a signal that is noted.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;
use std::sync::{Mutex, Once, PoisonError};

use nix::errno::Errno;
use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, tcgetpgrp};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::queue;
use ratatui::crossterm::style::ResetColor;
use ratatui::crossterm::terminal::{Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};

/// What is drawn on.
pub type Canvas = Terminal<CrosstermBackend<BufWriter<Window>>>;

/// The terminal as something to write to. One that has gone takes everything: that it has, the keyboard tells.
pub struct Window(File);

impl Write for Window {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(e) if e.raw_os_error() == Some(Errno::EIO as i32) => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The terminal that is held, and its modes as they were.
static HELD: Mutex<Option<(File, Termios)>> = Mutex::new(None);

/// Who holds the terminal. Dropped, it gives it back.
pub struct Taken(());

impl Taken {
    /// Takes the terminal; a panic gives it back, too.
    pub fn take(terminal: File) -> io::Result<Taken> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            // Before the message, which is to stand on the page that stays.
            std::panic::set_hook(Box::new(move |panic| {
                give_back();
                before(panic);
            }));
        });
        // Dropped, it undoes what has been done when the rest fails.
        let taken = Taken(());
        let modes = tcgetattr(&terminal)?;
        let mut raw = modes.clone();
        cfmakeraw(&mut raw);
        let mut screen = terminal.try_clone()?;
        *HELD.lock().unwrap_or_else(PoisonError::into_inner) = Some((terminal, modes));
        // Where another job has the terminal, the kernel stops us here until the shell's fg.
        tcsetattr(&screen, SetArg::TCSADRAIN, &raw)?;
        let mut bytes = Vec::new();
        let all = Clear(ClearType::All);
        queue!(bytes, EnterAlternateScreen, all, Hide, EnableBracketedPaste)?;
        screen.write_all(&bytes)?;
        Ok(taken)
    }

    /// An empty canvas on the terminal. It asks the terminal nothing: whoever reads the keys would get the answer.
    pub fn canvas(&self) -> io::Result<Canvas> {
        let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        let (terminal, _) = held.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        Terminal::new(CrosstermBackend::new(BufWriter::new(Window(terminal.try_clone()?))))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

/// Leaves the terminal as it was before it was taken, if it is held.
pub fn give_back() {
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((mut terminal, modes)) = held else { return };
    if belongs_to_another_job(&terminal) {
        return;
    }
    let mut bytes = Vec::new();
    let _ = queue!(bytes, ResetColor, DisableBracketedPaste, LeaveAlternateScreen, Show);
    // Where it has gone, nothing is to be given back.
    let _ = terminal.write_all(&bytes);
    while tcsetattr(&terminal, SetArg::TCSADRAIN, &modes) == Err(Errno::EINTR) {}
}

/// Whether the shell has given the terminal to somebody else. One that is not ours to lose belongs to nobody else.
fn belongs_to_another_job(terminal: &impl AsFd) -> bool {
    tcgetpgrp(terminal).is_ok_and(|group| group != getpgrp())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use nix::pty::openpty;

    use super::*;

    /// A pseudo-terminal: what is written to it, itself, and its modes.
    fn pty() -> (File, File, Termios) {
        let pty = openpty(None, None).expect("a pseudo-terminal");
        let modes = tcgetattr(&pty.slave).expect("its modes");
        (pty.master.into(), pty.slave.into(), modes)
    }

    fn written(master: &mut File) -> String {
        let mut bytes = [0; 4096];
        let count = master.read(&mut bytes).expect("what was written");
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    }

    // One test: the terminal is held once in a process.
    #[test]
    fn the_terminal_is_given_back_after_the_end_and_after_a_panic() {
        for panics in [false, true] {
            let (mut master, slave, before) = pty();
            let look = slave.try_clone().expect("dup");
            let holder = std::thread::spawn(move || {
                let taken = Taken::take(slave).expect("take");
                assert_ne!(tcgetattr(&look).expect("its modes"), before);
                let seen = written(&mut master);
                for sequence in ["\x1b[?1049h", "\x1b[?25l", "\x1b[?2004h"] {
                    assert!(seen.contains(sequence), "{sequence:?} in {seen:?}");
                }
                let held = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    assert!(!panics, "a panic on purpose, of a test");
                }));
                assert_eq!(held.is_err(), panics);
                if panics {
                    // The hook has done it: the holder is still there.
                    assert_eq!(tcgetattr(&look).expect("its modes"), before);
                }
                drop(taken);
                let seen = written(&mut master);
                for sequence in ["\x1b[0m", "\x1b[?2004l", "\x1b[?1049l", "\x1b[?25h"] {
                    assert_eq!(seen.matches(sequence).count(), 1, "{sequence:?} in {seen:?}");
                }
                assert_eq!(tcgetattr(&look).expect("its modes"), before);
            });
            assert!(holder.join().is_ok(), "panics: {panics}");
        }
    }
}
