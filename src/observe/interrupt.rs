//! Ctrl-C, SIGTERM and the closing of our terminal: noted, so that the run can be ended in order. And Ctrl-Z.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use nix::errno::Errno;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::unistd::Pid;

static ASKED: AtomicI32 = AtomicI32::new(0);
static TO_STOP: AtomicBool = AtomicBool::new(false);
static CONTINUED: AtomicBool = AtomicBool::new(false);

extern "C" fn note(signal: i32) {
    ASKED.store(signal, Ordering::Relaxed);
}

extern "C" fn wake(_: i32) {}

extern "C" fn note_stop(_: i32) {
    TO_STOP.store(true, Ordering::Relaxed);
}

extern "C" fn note_continued(_: i32) {
    CONTINUED.store(true, Ordering::Relaxed);
}

/// From now on SIGTSTP is noted and stops nobody until [`stop`], and SIGCONT is noted, too: for who holds the whole
/// terminal, and has to give it back before and to take it again afterwards.
pub fn listen_for_stops() -> Result<(), Errno> {
    handle(Signal::SIGTSTP, note_stop)?;
    handle(Signal::SIGCONT, note_continued)
}

/// Whether SIGTSTP has come since this was last asked.
pub fn asked_to_stop() -> bool {
    TO_STOP.swap(false, Ordering::Relaxed)
}

/// Whether SIGCONT has come since this was last asked.
pub fn continued() -> bool {
    CONTINUED.swap(false, Ordering::Relaxed)
}

/// Stops this process and its group as a terminal's Ctrl-Z does, and comes back when it is continued. Where no shell
/// could continue it, the kernel stops nobody.
pub fn stop() -> Result<(), Errno> {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // SAFETY: the default action runs no code of ours.
    let ours = unsafe { sigaction(Signal::SIGTSTP, &default) }?;
    let stopped = kill(Pid::from_raw(0), Signal::SIGTSTP);
    // SAFETY: `ours` is the action that was there before: a handler of this module, or none.
    unsafe { sigaction(Signal::SIGTSTP, &ours) }?;
    stopped
}

/// From now on these signals are noted, and interrupt a call that sleeps. SIGALRM does the latter alone.
pub fn listen() -> Result<(), Errno> {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        handle(signal, note)?;
    }
    handle(Signal::SIGALRM, wake)
}

fn handle(signal: Signal, handler: extern "C" fn(i32)) -> Result<(), Errno> {
    // No SA_RESTART: a sleeping call is to return.
    let action = SigAction::new(SigHandler::Handler(handler), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handlers store into an atomic or do nothing, which is allowed at any point of a program.
    let before = unsafe { sigaction(signal, &action) }?;
    if signal != Signal::SIGALRM && matches!(before.handler(), SigHandler::SigIgn) {
        // Whoever started us wants this one ignored: nohup does.
        // SAFETY: the action before ours was not to run any code.
        unsafe { sigaction(signal, &before) }?;
    }
    Ok(())
}

/// From now on they end this process again, unless one has come: then it is for the caller to [`obey`].
pub fn stop_listening() {
    if asked() {
        return;
    }
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
        // SAFETY: the default action runs no code of ours.
        let before = unsafe { sigaction(signal, &default) };
        if let Ok(before) = before
            && matches!(before.handler(), SigHandler::SigIgn)
        {
            // SAFETY: the action before was not to run any code.
            let _ = unsafe { sigaction(signal, &before) };
        }
    }
}

/// Whether one of them has come.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed) != 0
}

/// Ends this process by the signal that came, as whoever sent it expects; returns if none came.
pub fn obey() {
    if let Ok(signal) = Signal::try_from(ASKED.load(Ordering::Relaxed)) {
        let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
        // SAFETY: the default action runs no code of ours.
        let _ = unsafe { sigaction(signal, &default) };
        let _ = nix::sys::signal::raise(signal);
    }
}

/// Sends us SIGALRM again and again, at this many milliseconds, so that no wait is longer; 0 ends that.
pub fn tick(milliseconds: i64) {
    let time = libc::timeval { tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000 };
    let timer = libc::itimerval { it_interval: time, it_value: time };
    // SAFETY: `timer` is read during the call, and the old value is not asked for.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &timer, std::ptr::null_mut()) };
}
