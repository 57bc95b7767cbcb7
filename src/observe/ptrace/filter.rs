//! The filter that stops a program at the calls of the table, and lets it run through all others untouched.

use std::io;

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JMP, BPF_JSET, BPF_JUMP, BPF_K, BPF_LD, BPF_RET, BPF_STMT, BPF_W,
    sock_filter, sock_fprog,
};

use crate::observe::Call;
use crate::observe::call::{AUDIT_ARCH, FOREIGN_NUMBERS};

/// Where the filter finds the architecture and the number: `struct seccomp_data`.
const ARCH: u32 = std::mem::offset_of!(libc::seccomp_data, arch) as u32;
const NUMBER: u32 = std::mem::offset_of!(libc::seccomp_data, nr) as u32;

/// The filter as a program for the kernel's interpreter. Calls of another architecture (a 32-bit program) stop,
/// too: the watcher has to know that it does not understand them.
pub fn program() -> Vec<sock_filter> {
    let numbers: Vec<i64> = Call::ALL.iter().map(|call| call.number()).collect();
    let to_trace = |behind: usize| u8::try_from(behind + 1).unwrap_or(u8::MAX);
    let mut code = vec![
        statement(BPF_LD | BPF_W | BPF_ABS, ARCH),
        jump(BPF_JEQ, AUDIT_ARCH, 0, to_trace(numbers.len() + 2)),
        statement(BPF_LD | BPF_W | BPF_ABS, NUMBER),
        jump(BPF_JSET, FOREIGN_NUMBERS, to_trace(numbers.len()), 0),
    ];
    for (at, &number) in numbers.iter().enumerate() {
        code.push(jump(BPF_JEQ, number as u32, to_trace(numbers.len() - 1 - at), 0));
    }
    code.push(statement(BPF_RET | BPF_K, libc::SECCOMP_RET_ALLOW));
    code.push(statement(BPF_RET | BPF_K, libc::SECCOMP_RET_TRACE));
    code
}

fn statement(code: u32, k: u32) -> sock_filter {
    // SAFETY: the macro's function form puts its arguments into a structure and does nothing else.
    unsafe { BPF_STMT(code as u16, k) }
}

fn jump(test: u32, k: u32, if_so: u8, if_not: u8) -> sock_filter {
    // SAFETY: the macro's function form puts its arguments into a structure and does nothing else.
    unsafe { BPF_JUMP((BPF_JMP | test | BPF_K) as u16, k, if_so, if_not) }
}

/// Puts the filter on this process, for good: its children and what it executes have it, too. Since it could be used to
/// deceive a set-user-ID program, the kernel wants such programs to run without their privilege from now on.
///
/// Makes two system calls and allocates nothing, so that it may stand between fork and exec.
pub fn install(code: &[sock_filter]) -> io::Result<()> {
    let program = sock_fprog { len: code.len() as u16, filter: code.as_ptr().cast_mut() };
    // SAFETY: PR_SET_NO_NEW_PRIVS takes four numbers and no pointer.
    let answer = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    if answer == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: `program` points to `len` instructions, borrowed for the call; the kernel copies them and does not write.
    let answer =
        unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &program) };
    if answer == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small interpreter for the four kinds of instructions that the filter has.
    fn verdict(arch: u32, number: u32) -> u32 {
        let code = program();
        let (mut at, mut value) = (0, 0);
        loop {
            let sock_filter { code: kind, jt, jf, k } = code[at];
            at += 1;
            match u32::from(kind) {
                kind if kind == BPF_LD | BPF_W | BPF_ABS => {
                    value = if k == ARCH { arch } else { number };
                }
                kind if kind == BPF_RET | BPF_K => return k,
                kind => {
                    let holds = match kind & !(BPF_JMP | BPF_K) {
                        BPF_JEQ => value == k,
                        BPF_JSET => value & k != 0,
                        other => panic!("{other}"),
                    };
                    at += usize::from(if holds { jt } else { jf });
                }
            }
        }
    }

    #[test]
    fn the_table_stops_and_the_rest_runs() {
        for call in Call::ALL {
            let number = call.number() as u32;
            assert_eq!(verdict(AUDIT_ARCH, number), libc::SECCOMP_RET_TRACE, "{}", call.name());
        }
        for number in [libc::SYS_getpid, libc::SYS_openat, libc::SYS_clock_nanosleep] {
            assert_eq!(verdict(AUDIT_ARCH, number as u32), libc::SECCOMP_RET_ALLOW);
            assert_eq!(verdict(AUDIT_ARCH ^ 1, number as u32), libc::SECCOMP_RET_TRACE);
        }
    }
}
