//! A person at a terminal that fills a screen: types keys, and sees what the terminal's emulator shows.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::AsFd;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{Termios, tcgetattr};
use nix::unistd::Pid;
use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use vt100::Parser;

use super::common::{PATIENCE, scratch, until};

/// Rows and columns.
pub type Rows = (u16, u16);

/// The person.
pub struct Person {
    pty: Option<Pty>,
    screen: Arc<Mutex<Parser>>,
    closed: Arc<AtomicBool>,
    emulator: Option<JoinHandle<()>>,
    /// The modes of the terminal before anybody was there.
    pub modes: Termios,
    pub child: Child,
}

fn size((rows, columns): Rows) -> (NonZeroU16, NonZeroU16) {
    let number = |number| NonZeroU16::new(number).expect("a size");
    (number(rows), number(columns))
}

impl Person {
    /// Sits down before `sockstep` with these arguments.
    pub fn at(rows: Rows, args: &[&str]) -> Person {
        Person::before(rows, env!("CARGO_BIN_EXE_sockstep"), args)
    }

    /// Sits down before a program, which is its session's leader.
    pub fn before(rows: Rows, program: &str, args: &[&str]) -> Person {
        let (pty, pts) = open().expect("a pseudo-terminal");
        pty.resize(Size::new(rows.0, rows.1)).expect("resize");
        let modes = tcgetattr(&pty).expect("its modes");
        let command = Command::new(program).args(args).env("TERM", "xterm-256color");
        let command = command.env("XDG_CACHE_HOME", scratch("cache")).env_remove("NO_COLOR");
        let child = command.spawn(pts).expect("the program");
        let (rows, columns) = size(rows);
        let screen = Arc::new(Mutex::new(Parser::new(rows, columns, 0)));
        let shown = Arc::clone(&screen);
        let mut output = File::from(pty.as_fd().try_clone_to_owned().expect("dup"));
        let closed = Arc::new(AtomicBool::new(false));
        let is_closed = Arc::clone(&closed);
        let emulator = thread::spawn(move || {
            let mut buf = [0; 4096];
            while !is_closed.load(Ordering::Relaxed) {
                if has_something(&output) {
                    let Ok(count @ 1..) = output.read(&mut buf) else { break };
                    shown.lock().expect("the screen").process(&buf[..count]);
                }
            }
        });
        Person { pty: Some(pty), screen, closed, emulator: Some(emulator), modes, child }
    }

    /// What is to be seen now.
    pub fn screen(&self) -> String {
        self.with(|screen| screen.contents())
    }

    /// Something about the emulator's screen.
    pub fn with<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.screen.lock().expect("the screen").screen())
    }

    /// Waits until all of these are to be seen at once.
    pub fn sees(&self, parts: &[&str]) -> String {
        self.waits(&format!("{parts:?}"), |text| parts.iter().all(|part| text.contains(part)))
    }

    /// Waits until this is not to be seen.
    pub fn misses(&self, part: &str) -> String {
        self.waits(&format!("no {part:?}"), |text| !text.contains(part))
    }

    /// Waits until what is to be seen is like that.
    pub fn waits(&self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.screen();
            if holds(&text) {
                return text;
            }
            assert!(Instant::now() < deadline, "{what} does not come; the screen has\n{text}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Presses keys.
    pub fn types(&mut self, keys: &str) {
        let pty = self.pty.as_mut().expect("the window is open");
        pty.write_all(keys.as_bytes()).expect("the keyboard");
    }

    /// Types keys and waits until all of these are to be seen at once.
    pub fn does(&mut self, keys: &str, parts: &[&str]) -> String {
        self.types(keys);
        self.waits(&format!("after {keys:?}: {parts:?}"), |text| {
            parts.iter().all(|part| text.contains(part))
        })
    }

    /// Somebody else has used the terminal meanwhile.
    pub fn forgets(&self) {
        self.screen.lock().expect("the screen").process(b"\x1b[?1049l\x1bc");
    }

    /// Makes the window larger or smaller.
    pub fn resizes(&mut self, rows: Rows) {
        let (height, width) = size(rows);
        self.screen.lock().expect("the screen").screen_mut().set_size(height, width);
        let pty = self.pty.as_ref().expect("the window is open");
        pty.resize(Size::new(rows.0, rows.1)).expect("resize");
    }

    /// Sends a signal to what was started.
    pub fn signals(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id() as i32), signal).expect("kill");
    }

    /// Closes the window.
    pub fn closes_the_window(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        let emulator = self.emulator.take().expect("the window is open");
        emulator.join().expect("the emulator");
        self.pty = None;
    }

    /// Waits for the end: how it ended. The terminal is as it was before.
    pub fn ends(&mut self) -> ExitStatus {
        let status = self.dies();
        let pty = self.pty.as_ref().expect("the window is open");
        assert_eq!(tcgetattr(pty).expect("its modes"), self.modes, "the terminal's modes");
        let left = |screen: &vt100::Screen| {
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        };
        until("the screen as it was", || self.with(left).then_some(()));
        status
    }

    /// Waits for the end, whatever has become of the terminal.
    pub fn dies(&mut self) -> ExitStatus {
        until("the end", || self.child.try_wait().expect("wait"))
    }
}

/// Whether there is something to read, or will be soon.
fn has_something(output: &File) -> bool {
    let mut fds = [PollFd::new(output.as_fd(), PollFlags::POLLIN)];
    poll(&mut fds, PollTimeout::from(50u8)).is_ok_and(|ready| ready > 0)
}

impl Drop for Person {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The programs that a process has started and that still run.
pub fn children(of: u32) -> Vec<i32> {
    let numbers = std::fs::read_dir("/proc").expect("/proc").flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter(|number| parent(*number) == Some(of as i32)).collect()
}

fn parent(of: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{of}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Waits until none of these processes is there any more.
pub fn gone(numbers: &[i32]) {
    assert!(!numbers.is_empty(), "there was nobody");
    let lives = |number: &&i32| std::fs::exists(format!("/proc/{number}")).unwrap_or(false);
    until("the end of the programs", || (numbers.iter().filter(lives).count() == 0).then_some(()));
}
