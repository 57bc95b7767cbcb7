//! Where a stopped thread stands. The one place that knows registers by name.

use nix::errno::Errno;
use nix::sys::ptrace;
use nix::unistd::Pid;

/// The registers that the way back to the callers begins at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registers {
    /// The instruction that comes next: in a system call, the one behind the call.
    pub pc: u64,
    /// The stack's end.
    pub sp: u64,
    /// The frame pointer, where the program keeps one.
    pub fp: u64,
    /// Where the function returns to, on a machine that has a register for it; else 0.
    pub lr: u64,
}

impl Registers {
    /// The registers of a thread that this thread traces, and that stands still.
    pub fn of(tid: Pid) -> Result<Registers, Errno> {
        let all = ptrace::getregs(tid)?;
        #[cfg(target_arch = "x86_64")]
        let registers = Registers { pc: all.rip, sp: all.rsp, fp: all.rbp, lr: 0 };
        #[cfg(target_arch = "aarch64")]
        let registers = Registers { pc: all.pc, sp: all.sp, fp: all.regs[29], lr: all.regs[30] };
        Ok(registers)
    }

    /// The same for the unwinder. An address that is signed (pointer authentication) has its
    /// signature in the bits above those of the highest code address.
    pub(super) fn unwind(&self, highest: u64) -> framehop::UnwindRegsNative {
        #[cfg(target_arch = "x86_64")]
        {
            let _ = highest;
            framehop::UnwindRegsNative::new(self.pc, self.sp, self.fp)
        }
        #[cfg(target_arch = "aarch64")]
        {
            // With no code known there is nothing to tell a signature from: then all bits stay.
            let mask = match highest {
                0 => framehop::aarch64::PtrAuthMask::new_no_strip(),
                _ => framehop::aarch64::PtrAuthMask::from_max_known_address(highest),
            };
            framehop::UnwindRegsNative::new_with_ptr_auth_mask(mask, self.lr, self.sp, self.fp)
        }
    }
}
