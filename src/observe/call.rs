//! The one table of system calls: which are watched, and their numbers on this machine.

/// Makes the enum and its table. A call that this architecture lacks is left out with `cfg`.
macro_rules! calls {
    ($($(#[$cfg:meta])* $call:ident $number:ident $name:literal $about:ident;)*) => {
        /// A system call that is watched.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Call { $($(#[$cfg])* $call,)* }

        impl Call {
            /// All of them.
            pub const ALL: &[Call] = &[$($(#[$cfg])* Call::$call,)*];

            /// Its number on this machine.
            pub fn number(self) -> i64 {
                match self { $($(#[$cfg])* Call::$call => libc::$number,)* }
            }

            /// The call of this number.
            pub fn of_number(number: i64) -> Option<Call> {
                match number { $($(#[$cfg])* libc::$number => Some(Call::$call),)* _ => None }
            }

            /// Its name in C.
            pub fn name(self) -> &'static str {
                match self { $($(#[$cfg])* Call::$call => $name,)* }
            }

            /// What it is about.
            pub fn about(self) -> About {
                match self { $($(#[$cfg])* Call::$call => About::$about,)* }
            }
        }
    };
}

/// What a call is about, and so whether it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// It makes sockets: always shown.
    Makes,
    /// Its first argument is a socket: always shown (with a bad descriptor, too).
    Socket,
    /// Its first argument may be a socket: shown if it is.
    MaybeSocket,
    /// Its first or its second argument may be a socket (sendfile, splice's far end): shown if one is.
    MaybeEither,
    /// It waits for several descriptors: shown if one of them is a socket, or an epoll instance.
    Several,
    /// It is not shown, but tells the watcher something.
    Silent,
}

calls! {
    Socket SYS_socket "socket" Makes;
    Socketpair SYS_socketpair "socketpair" Makes;
    Bind SYS_bind "bind" Socket;
    Listen SYS_listen "listen" Socket;
    Accept SYS_accept "accept" Socket;
    Accept4 SYS_accept4 "accept4" Socket;
    Connect SYS_connect "connect" Socket;
    Shutdown SYS_shutdown "shutdown" Socket;
    Getsockname SYS_getsockname "getsockname" Socket;
    Getpeername SYS_getpeername "getpeername" Socket;
    Setsockopt SYS_setsockopt "setsockopt" Socket;
    Getsockopt SYS_getsockopt "getsockopt" Socket;
    Sendto SYS_sendto "sendto" Socket;
    Recvfrom SYS_recvfrom "recvfrom" Socket;
    Sendmsg SYS_sendmsg "sendmsg" Socket;
    Recvmsg SYS_recvmsg "recvmsg" Socket;
    Sendmmsg SYS_sendmmsg "sendmmsg" Socket;
    Recvmmsg SYS_recvmmsg "recvmmsg" Socket;
    Read SYS_read "read" MaybeSocket;
    Write SYS_write "write" MaybeSocket;
    Readv SYS_readv "readv" MaybeSocket;
    Writev SYS_writev "writev" MaybeSocket;
    Close SYS_close "close" MaybeSocket;
    Dup SYS_dup "dup" MaybeSocket;
    #[cfg(target_arch = "x86_64")] Dup2 SYS_dup2 "dup2" MaybeEither;
    Dup3 SYS_dup3 "dup3" MaybeEither;
    Fcntl SYS_fcntl "fcntl" MaybeSocket;
    Ioctl SYS_ioctl "ioctl" MaybeSocket;
    #[cfg(target_arch = "x86_64")] Poll SYS_poll "poll" Several;
    Ppoll SYS_ppoll "ppoll" Several;
    #[cfg(target_arch = "x86_64")] Select SYS_select "select" Several;
    Pselect6 SYS_pselect6 "pselect6" Several;
    #[cfg(target_arch = "x86_64")] EpollCreate SYS_epoll_create "epoll_create" Several;
    EpollCreate1 SYS_epoll_create1 "epoll_create1" Several;
    EpollCtl SYS_epoll_ctl "epoll_ctl" Several;
    #[cfg(target_arch = "x86_64")] EpollWait SYS_epoll_wait "epoll_wait" Several;
    EpollPwait SYS_epoll_pwait "epoll_pwait" Several;
    EpollPwait2 SYS_epoll_pwait2 "epoll_pwait2" Several;
    Sendfile SYS_sendfile "sendfile" MaybeEither;
    Splice SYS_splice "splice" MaybeEither;
    CloseRange SYS_close_range "close_range" Silent;
    #[cfg(target_arch = "x86_64")] Alarm SYS_alarm "alarm" Silent;
    Setitimer SYS_setitimer "setitimer" Silent;
    TimerCreate SYS_timer_create "timer_create" Silent;
    TimerfdCreate SYS_timerfd_create "timerfd_create" Silent;
    RestartSyscall SYS_restart_syscall "restart_syscall" Silent;
    RtSigreturn SYS_rt_sigreturn "rt_sigreturn" Silent;
    IoUringSetup SYS_io_uring_setup "io_uring_setup" Silent;
}

/// How the kernel names this architecture to a filter and to a tracer: `AUDIT_ARCH_X86_64`, `AUDIT_ARCH_AARCH64`.
pub const AUDIT_ARCH: u32 = {
    #[cfg(target_arch = "x86_64")]
    let machine = libc::EM_X86_64;
    #[cfg(target_arch = "aarch64")]
    let machine = libc::EM_AARCH64;
    const AUDIT_ARCH_64BIT: u32 = 0x8000_0000; // linux/audit.h, which libc leaves out
    const AUDIT_ARCH_LE: u32 = 0x4000_0000;
    machine as u32 | AUDIT_ARCH_64BIT | AUDIT_ARCH_LE
};

/// The bits of a call's number that make it one of another table: x86-64's x32 programs set one.
pub const FOREIGN_NUMBERS: u32 = if cfg!(target_arch = "x86_64") { 0x4000_0000 } else { 0 };

/// The memory of a program that stands still.
pub trait Memory {
    /// Reads as many bytes from the address on as may be read there, at most as many as the buffer takes, and
    /// says how many.
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_calls_belong_together() {
        for &call in Call::ALL {
            assert_eq!(Call::of_number(call.number()), Some(call), "{}", call.name());
        }
        assert_eq!(Call::of_number(-1), None);
    }
}
