//! `errno`, and the text that `perror` prints for it.

use std::ffi::CStr;
use std::io::Write;

use libc::c_int;
/// The kernel's error number, with its C spelling: `Errno::EADDRINUSE`. `{:?}` writes that name,
/// `e as i32` is the number, and [`strerror`] has the text. (nix's type; a number that no man page
/// names reads `UnknownErrno`.)
pub use nix::errno::Errno;

/// What a call gives: its value, or the errno (where no other error is named).
pub type Result<T, E = Errno> = std::result::Result<T, E>;

unsafe extern "C" {
    /// POSIX's `strerror_r`. glibc exports it under this name, because its plain `strerror_r` is another
    /// function, GNU's; musl has both names.
    fn __xpg_strerror_r(errnum: c_int, buf: *mut libc::c_char, buflen: libc::size_t) -> c_int;
}

/// `strerror_r(errnum, buf, buflen)`—The text of an error number.
///
/// # C prototype
///
/// ```c
/// int strerror_r(int errnum, char *buf, size_t buflen);
/// ```
///
/// # What the wrapper adds
///
/// The buffer, and the copy out of it. A number that the C library does not know gives its words for that
/// (glibc: `Unknown error 4711`), not an error.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EINVAL` | not a known number: the text says so, and that is what is returned |
/// | `ERANGE` | the buffer is too small (not from here: no text is near 256 bytes) |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// assert_eq!(strerror(Errno::EADDRINUSE as i32), "Address already in use");
/// assert_eq!(strerror(4711), "Unknown error 4711");
/// ```
///
/// # References
///
/// [strerror(3)](https://man7.org/linux/man-pages/man3/strerror.3.html),
/// [POSIX strerror_r()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/strerror.html)
pub fn strerror(errnum: c_int) -> String {
    let mut buf = [0u8; 256];
    // SAFETY: `strerror_r` writes at most `buf.len()` bytes into `buf`, which is ours, NUL included.
    unsafe { __xpg_strerror_r(errnum, buf.as_mut_ptr().cast(), buf.len()) };
    let text = CStr::from_bytes_until_nul(&buf).unwrap_or_default();
    text.to_string_lossy().into_owned()
}

/// `perror(s)`—Prints `s`, a colon, a space and the error's text to standard error.
///
/// # C prototype
///
/// ```c
/// void perror(const char *s);
/// ```
///
/// # What the wrapper adds
///
/// C reads the global `errno`; here the error is an argument, so it is always the one that is meant.
///
/// # Errors
///
/// None. Where standard error cannot be written to, nothing is printed, as in C.
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_DGRAM, 0)?;
/// if let Err(e) = listen(&sd, 5) {
///     perror("listen", e); // listen: Operation not supported
/// }
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [perror(3)](https://man7.org/linux/man-pages/man3/perror.3.html),
/// [POSIX perror()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/perror.html)
pub fn perror(s: &str, errno: Errno) {
    let line = format!("{s}: {}\n", strerror(errno as c_int));
    let _ = std::io::stderr().write_all(line.as_bytes());
}
