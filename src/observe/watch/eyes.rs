//! What the watcher looks at besides the calls: source lines, the kernel's sockets, the wire.

use std::collections::HashSet;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::sched::{CpuSet, sched_getcpu, sched_setaffinity};
use nix::unistd::Pid;

use super::kernel::Kernel;
use super::task::Held;
use super::{Setup, Watcher};
use crate::observe::decode::Decoder;
use crate::observe::names::{self, Names};
use crate::observe::ptrace::Remote;
use crate::observe::relay;
use crate::observe::sandbox;
use crate::observe::source::{Found, Registers, Sources};
use crate::observe::wire::{self, Causes, Realtime, Wire};
use crate::trace::{Event, Text, Watch, What};

/// Said of a program whose calls have other numbers.
pub const FOREIGN: &str = "this is a 32-bit program: its calls have other numbers and are not shown; \
                           compile it for 64 bits";

/// Said where the programs are not alone.
const OUTSIDE: &str = "packets are not shown: the machine's network carries those of other programs, too; without \
                       --host-network the programs get one of their own";

/// Said of a program that passes the watcher by.
pub const IO_URING: &str = "this program uses io_uring: what it does through the rings makes no system call of its \
                            own and is not shown";

/// The eyes, each of which may be closed.
pub struct Eyes {
    /// Turns registers and memory into arguments.
    pub decoder: Decoder,
    /// Which call was going on when.
    pub causes: Causes,
    /// Whether the programs have a network of their own.
    pub sandbox: bool,
    /// What could not be opened.
    pub missing: Vec<Text>,
    /// The threads that have written somewhere, perhaps to their terminals, since these were read.
    pub wrote: HashSet<i32>,
    sources: Option<Sources>,
    pub(super) kernel: Option<Kernel>,
    wire: Option<Wire>,
    /// The far end of the wire that a program holds, for the programs to inherit.
    _held: Option<OwnedFd>,
    /// The hosts file and its like, as the programs see them.
    _names: Option<Names>,
    /// The run's first moment on the clock that the kernel stamps packets with.
    pub(super) began: Realtime,
}

impl Eyes {
    /// Opens what is asked for, in a network of its own unless that is not wanted.
    pub fn open(setup: &Setup) -> Self {
        let mut missing = Vec::new();
        let sandbox = !setup.host_network
            && sandbox::enter().map_err(|why| missing.push(Text::Owned(why.to_string()))).is_ok();
        let wants = |what| setup.watch.contains(&what);
        if setup.one_cpu
            && let Err(errno) = share_one_cpu()
        {
            missing.push(Text::Owned(format!("sched_setaffinity: {errno:?}: all CPUs are used")));
        }
        if setup.host_network && wants(Watch::Wire) {
            missing.push(Text::Borrowed(OUTSIDE));
        }
        let held = (setup.held_wire && sandbox)
            .then(|| relay::lay().map_err(|why| missing.push(Text::Owned(why.to_string()))).ok());
        let held = held.flatten();
        let names = (setup.own_names && sandbox)
            .then(|| names::lay().map_err(|why| missing.push(Text::Owned(why.to_string()))).ok());
        let other = held.is_some().then_some(relay::NEAR);
        let wire = (wants(Watch::Wire) && sandbox).then(|| {
            wire::open(other).map_err(|why| missing.push(Text::Owned(why.to_string()))).ok()
        });
        let kernel = wants(Watch::Kernel).then(|| Kernel::open(sandbox, &mut missing));
        Eyes {
            decoder: Decoder { cut: setup.cut },
            causes: Causes::default(),
            sandbox,
            missing,
            wrote: HashSet::new(),
            sources: wants(Watch::Source).then(Sources::new),
            kernel,
            wire: wire.flatten(),
            _held: held,
            _names: names.flatten(),
            began: Realtime::now(),
        }
    }

    /// A process has become another program: it lies elsewhere in memory.
    pub fn executed(&mut self, pid: i32) {
        if let Some(sources) = &mut self.sources {
            sources.changed(pid);
        }
    }

    /// A process is over.
    pub fn forget(&mut self, pid: i32) {
        if let Some(sources) = &mut self.sources {
            sources.forget(pid);
        }
        if let Some(kernel) = &mut self.kernel {
            kernel.forget(pid);
        }
    }
}

impl Watcher {
    /// Finds out which line makes a call.
    pub(super) fn with_source(&mut self, mut held: Held) -> Held {
        let Some(sources) = &mut self.eyes.sources else { return held };
        let tid = held.at.tid;
        let Ok(registers) = Registers::of(tid) else { return held };
        let found = sources.stack(held.entered.who.pid, &registers, &Remote(tid));
        held.entered.stack = Some(match found {
            Found::Known(id) => id,
            Found::New(stack) => {
                let id = stack.id;
                self.happened(What::Stack(stack));
                id
            }
        });
        held
    }

    /// Takes the packets from the wire that have passed since the last time.
    pub(super) fn see_packets(&mut self) {
        let Some(wire) = &mut self.eyes.wire else { return };
        let packets = wire.drain(self.eyes.began);
        if packets.is_empty() {
            return;
        }
        let lost = wire.lost();
        for (at, mut packet) in packets {
            packet.caused_by = self.eyes.causes.cause(at);
            self.past.passed(&packet);
            self.events.push(Event { at, what: What::Packet(packet) });
        }
        if lost > 0 {
            self.note(None, format!("{lost} packets passed too fast and are not shown"));
        }
    }

    /// Packets and sockets as they are now.
    pub(super) fn look_around(&mut self) {
        self.see_packets();
        self.see_sockets();
    }
}

/// Moves this thread, and so all that it starts, to the CPU that it is on now. Waking a program on another CPU costs far
/// more than all the rest of a stop, and on one CPU things happen in one order.
fn share_one_cpu() -> Result<(), Errno> {
    let here = sched_getcpu()?;
    let mut cpus = CpuSet::new();
    cpus.set(here)?;
    sched_setaffinity(Pid::from_raw(0), &cpus)
}
