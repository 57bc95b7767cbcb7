//! `setsockopt(sockfd, level, optname, optval, optlen)`—Sets an option of a socket.

use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;
pub use libc::{linger, timeval};

use super::{Errno, Result, socklen_t};

/// The layer that an option belongs to, `SOL_SOCKET` for one. The number is part of the type, so an
/// option of one level cannot be set at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level<const LEVEL: c_int>;

/// The name of an option, with its level and the C type of its value as part of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SockOpt<const LEVEL: c_int, T> {
    pub(super) optname: c_int,
    value: PhantomData<T>,
}

impl<const LEVEL: c_int, T: OptVal> SockOpt<LEVEL, T> {
    /// Only `constants.rs` names options: the list there is what makes `setsockopt` sound.
    pub(super) const fn new(optname: c_int) -> Self {
        let value = PhantomData;
        Self { optname, value }
    }

    /// The number behind the name, as `<sys/socket.h>` defines it.
    pub const fn number(self) -> c_int {
        self.optname
    }
}

/// A C type that an option's value may have.
///
/// # Safety
///
/// Any bytes must be a valid value of the type, and it holds no pointer and no padding.
pub unsafe trait OptVal: Copy {
    /// The value whose bytes are all zero.
    const ZERO: Self;
}

// SAFETY: an integer.
unsafe impl OptVal for c_int {
    const ZERO: Self = 0;
}

// SAFETY: nine integers without a gap.
unsafe impl OptVal for [u32; 9] {
    const ZERO: Self = [0; 9];
}

// SAFETY: two `int`s without a gap.
unsafe impl OptVal for linger {
    const ZERO: Self = linger { l_onoff: 0, l_linger: 0 };
}

// SAFETY: two integers of one size without a gap.
unsafe impl OptVal for timeval {
    const ZERO: Self = timeval { tv_sec: 0, tv_usec: 0 };
}

/// `setsockopt(sockfd, level, optname, optval, optlen)`—Sets an option of a socket.
///
/// The value is that of C: an `int` where 0 is off for a switch, seconds and microseconds in a
/// [`timeval`], seconds in a [`linger`], bytes for a buffer's size (which Linux doubles).
///
/// # C prototype
///
/// ```c
/// int setsockopt(int sockfd, int level, int optname,
///                const void *optval, socklen_t optlen);
/// ```
///
/// # What the wrapper adds
///
/// `optlen` is the size of the value's type, in bytes, and the three arguments must fit together: each option
/// in the list of constants knows its level and its type. In C a wrong level compiles, and
/// sets quite another option (2 is `SO_REUSEADDR` at one level and `TCP_MAXSEG` at the next).
/// Options that take a pointer inside their value (`SO_ATTACH_FILTER`) are not offered.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EACCES`, `EPERM` | the option needs a capability |
/// | `EBADF` | the descriptor is not open |
/// | `EDOM` | a time that does not fit (`tv_usec` of 1,000,000 or more) |
/// | `EFAULT` | `optval` points outside the process's memory (a Rust reference cannot) |
/// | `EINVAL` | the value or its length does not fit the option |
/// | `EISCONN` | POSIX: not any more on a connected socket |
/// | `ENOMEM`, `ENOBUFS` | no memory |
/// | `ENOPROTOOPT` | the level does not know the option |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EOPNOTSUPP` | the level does not fit the socket (`SOL_TCP` on UDP says `ENOPROTOOPT` or this) |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// setsockopt(&sd, SOL_SOCKET, SO_REUSEADDR, &1)?;
/// setsockopt(&sd, SOL_SOCKET, SO_RCVTIMEO, &timeval { tv_sec: 2, tv_usec: 0 })?;
/// assert_eq!(getsockopt(&sd, SOL_SOCKET, SO_REUSEADDR)?.0, 1);
///
/// let wrong = timeval { tv_sec: 0, tv_usec: 1_000_000 };
/// assert_eq!(setsockopt(&sd, SOL_SOCKET, SO_RCVTIMEO, &wrong), Err(Errno::EDOM));
/// # Ok::<(), Errno>(())
/// ```
///
/// The wrong level is not Rust:
///
/// ```compile_fail,E0308
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// setsockopt(&sd, SOL_TCP, SO_REUSEADDR, &1)?; // error: mismatched types
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [setsockopt(2)](https://man7.org/linux/man-pages/man2/setsockopt.2.html),
/// [socket(7)](https://man7.org/linux/man-pages/man7/socket.7.html),
/// [tcp(7)](https://man7.org/linux/man-pages/man7/tcp.7.html),
/// [POSIX setsockopt()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/setsockopt.html)
pub fn setsockopt<const LEVEL: c_int, T: OptVal>(
    sockfd: impl AsFd,
    _level: Level<LEVEL>,
    optname: SockOpt<LEVEL, T>,
    optval: &T,
) -> Result<()> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (value, optlen) = ((&raw const *optval).cast(), size_of::<T>() as socklen_t);
    // SAFETY: the kernel reads at most `optlen` bytes, the size of `T`, from `optval`; all are initialised, and
    // none is a pointer to further memory, for `LEVEL` and `optname` name an option of type `T`.
    Errno::result(unsafe { libc::setsockopt(fd, LEVEL, optname.optname, value, optlen) }).map(drop)
}
