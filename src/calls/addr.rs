//! Addresses: the structures, byte order, and the way between text and numbers.
//!
//! The structures are libc's own, to be filled by hand as in C. Inside them ports and addresses are in
//! **network byte order**, the most significant byte first ([`htons`], [`htonl`]).

use std::ffi::CStr;

/// `htonl(hostlong)`—A 32-bit number from host to network byte order ([byteorder(3)](https://man7.org/linux/man-pages/man3/byteorder.3.html)).
pub use libc::htonl;
/// `htons(hostshort)`—A 16-bit number from host to network byte order ([byteorder(3)](https://man7.org/linux/man-pages/man3/byteorder.3.html)).
/// `htons(9001)` is the bytes `23 29`; on a little-endian machine without it, port 9001 is port 10531.
pub use libc::htons;
/// `ntohl(netlong)`—A 32-bit number from network to host byte order ([byteorder(3)](https://man7.org/linux/man-pages/man3/byteorder.3.html)).
pub use libc::ntohl;
/// `ntohs(netshort)`—A 16-bit number from network to host byte order ([byteorder(3)](https://man7.org/linux/man-pages/man3/byteorder.3.html)).
pub use libc::ntohs;
use libc::{c_char, c_int, c_void, sockaddr};
pub use libc::{
    in_addr, in_addr_t, in_port_t, in6_addr, sa_family_t, sockaddr_in, sockaddr_in6,
    sockaddr_storage, sockaddr_un, socklen_t,
};

use super::{AF_INET, Errno, INADDR_NONE, Result};

/// A `struct sockaddr_…`: what C casts to `struct sockaddr *`.
///
/// # Safety
///
/// The type is a C structure of integers and arrays of them, without padding: any bytes, and all zeros, are a
/// value. `LEN`, `as_ptr` and `as_mut_ptr` stay as they are here: every call trusts them.
pub unsafe trait SockAddr: Copy {
    /// `sizeof`: the structure's length in bytes, C's `addrlen`.
    const LEN: socklen_t = size_of::<Self>() as socklen_t;

    /// `(const struct sockaddr *)&sin`
    fn as_ptr(&self) -> *const sockaddr {
        (&raw const *self).cast()
    }

    /// `(struct sockaddr *)&sin`
    fn as_mut_ptr(&mut self) -> *mut sockaddr {
        (&raw mut *self).cast()
    }
}

// SAFETY: integers and arrays of them, with the gap to 16 bytes spelled out as `sin_zero`.
unsafe impl SockAddr for sockaddr_in {}
// SAFETY: integers and arrays of them; 2 + 2 + 4 + 16 + 4 bytes leave no gap.
unsafe impl SockAddr for sockaddr_in6 {}
// SAFETY: a 16-bit integer and an array of bytes.
unsafe impl SockAddr for sockaddr_un {}
// SAFETY: an integer, and the rest of the 128 bytes spelled out as arrays and one aligned integer.
unsafe impl SockAddr for sockaddr_storage {}

/// `memset(&sin, 0, sizeof(sin))`—An address whose bytes are all zero.
///
/// ```
/// use sockstep::calls::*;
///
/// let mut sin: sockaddr_in = zeroed();
/// sin.sin_family = AF_INET as sa_family_t;
/// sin.sin_port = htons(9001);
/// assert_eq!(sin.sin_port.to_ne_bytes(), [0x23, 0x29]);
/// ```
pub fn zeroed<A: SockAddr>() -> A {
    // SAFETY: `SockAddr` promises that all zeros are a value.
    unsafe { std::mem::zeroed() }
}

/// A bare address, the destination or source of [`inet_pton`] and [`inet_ntop`]: [`in_addr`] (4
/// bytes) or [`in6_addr`] (16 bytes).
pub trait InetAddr {
    /// The address's bytes in network order, from the left; unused ones are 0.
    fn to_bytes(&self) -> [u8; 16];
    /// The address of the first bytes.
    fn from_bytes(bytes: [u8; 16]) -> Self;
}

impl InetAddr for in_addr {
    fn to_bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&self.s_addr.to_ne_bytes());
        bytes
    }

    fn from_bytes([a, b, c, d, ..]: [u8; 16]) -> Self {
        in_addr { s_addr: in_addr_t::from_ne_bytes([a, b, c, d]) }
    }
}

impl InetAddr for in6_addr {
    fn to_bytes(&self) -> [u8; 16] {
        self.s6_addr
    }

    fn from_bytes(s6_addr: [u8; 16]) -> Self {
        in6_addr { s6_addr }
    }
}

mod c {
    //! `<arpa/inet.h>`, what the libc crate leaves out of it.
    use super::{c_char, c_int, c_void, in_addr, in_addr_t, socklen_t};

    unsafe extern "C" {
        pub fn inet_addr(cp: *const c_char) -> in_addr_t;
        pub fn inet_aton(cp: *const c_char, inp: *mut in_addr) -> c_int;
        pub fn inet_pton(af: c_int, src: *const c_char, dst: *mut c_void) -> c_int;
        pub fn inet_ntop(
            af: c_int,
            src: *const c_void,
            dst: *mut c_char,
            size: socklen_t,
        ) -> *const c_char;
    }
}

/// `inet_addr(cp)`—The address that a text such as `127.0.0.1` stands for, in network byte order.
///
/// # C prototype
///
/// ```c
/// in_addr_t inet_addr(const char *cp);
/// ```
///
/// # What the wrapper adds
///
/// Nothing.
///
/// # Errors
///
/// A text that is no address gives [`INADDR_NONE`], which is `0xffffffff`, which is also the address
/// 255.255.255.255: **the result cannot tell the two apart**. [`inet_aton`] and [`inet_pton`] can. It also
/// takes more than dotted quads: `127.1`, `0x7f000001`, and an octet with a leading 0 is octal.
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// assert_eq!(inet_addr(c"127.0.0.1"), htonl(INADDR_LOOPBACK));
/// assert_eq!(inet_addr(c"no address"), INADDR_NONE);
/// assert_eq!(inet_addr(c"255.255.255.255"), INADDR_NONE); // a good address, the same number
/// ```
///
/// # References
///
/// [inet(3)](https://man7.org/linux/man-pages/man3/inet.3.html),
/// [POSIX inet_addr()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/inet_addr.html)
pub fn inet_addr(cp: &CStr) -> in_addr_t {
    // SAFETY: `cp` is a live C string; `inet_addr` reads it up to its NUL.
    unsafe { c::inet_addr(cp.as_ptr()) }
}

/// `inet_aton(cp, inp)`—The same as [`inet_addr`], with an answer that can be told from an error.
///
/// # C prototype
///
/// ```c
/// int inet_aton(const char *cp, struct in_addr *inp);
/// ```
///
/// # What the wrapper adds
///
/// Nothing.
///
/// # Errors
///
/// Not an errno: the result is 1 for an address, 0 for none (then `inp` keeps its value).
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let mut sin: sockaddr_in = zeroed();
/// assert_eq!(inet_aton(c"255.255.255.255", &mut sin.sin_addr), 1);
/// assert_eq!(inet_aton(c"no address", &mut sin.sin_addr), 0);
/// ```
///
/// # References
///
/// [inet_aton(3)](https://man7.org/linux/man-pages/man3/inet.3.html) (not in POSIX)
pub fn inet_aton(cp: &CStr, inp: &mut in_addr) -> c_int {
    // SAFETY: `cp` is a live C string, read up to its NUL; `inp` is borrowed for us alone, and
    // `inet_aton` writes one `in_addr` there.
    unsafe { c::inet_aton(cp.as_ptr(), inp) }
}

/// `inet_pton(af, src, dst)`—From text ("presentation") to an address in network byte order.
///
/// For [`AF_INET`] it takes four decimal numbers with dots and nothing else.
///
/// # C prototype
///
/// ```c
/// int inet_pton(int af, const char *src, void *dst);
/// ```
///
/// # What the wrapper adds
///
/// A buffer of 16 bytes between the call and `dst`: in C, `AF_INET6` with a `dst` of 4 bytes writes over
/// what lies behind it. The result is 1 for an address, 0 for a text that is none (then `dst` keeps
/// its value).
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EAFNOSUPPORT` | `af` is neither `AF_INET` nor `AF_INET6` |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let mut sin: sockaddr_in = zeroed();
/// assert_eq!(inet_pton(AF_INET, c"127.0.0.1", &mut sin.sin_addr)?, 1);
/// assert_eq!(inet_pton(AF_INET, c"127.1", &mut sin.sin_addr)?, 0); // inet_addr takes it
/// assert_eq!(inet_pton(AF_UNIX, c"127.0.0.1", &mut sin.sin_addr), Err(Errno::EAFNOSUPPORT));
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [inet_pton(3)](https://man7.org/linux/man-pages/man3/inet_pton.3.html),
/// [POSIX inet_pton()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/inet_ntop.html)
pub fn inet_pton<A: InetAddr>(af: c_int, src: &CStr, dst: &mut A) -> Result<c_int> {
    let mut bytes = [0u8; 16];
    // SAFETY: `src` is a live C string, read up to its NUL; `bytes` is ours and as long as the
    // longest address that `inet_pton` writes, an IPv6 one of 16 bytes.
    let known = unsafe { c::inet_pton(af, src.as_ptr(), bytes.as_mut_ptr().cast()) };
    if Errno::result(known)? == 1 {
        *dst = A::from_bytes(bytes);
    }
    Ok(known)
}

/// `inet_ntop(af, src, dst, size)`—From an address in network byte order to text.
///
/// # C prototype
///
/// ```c
/// const char *inet_ntop(int af, const void *src, char *dst, socklen_t size);
/// ```
///
/// # What the wrapper adds
///
/// The text is returned, so `dst` and `size` are not asked for.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EAFNOSUPPORT` | `af` is neither `AF_INET` nor `AF_INET6` |
/// | `ENOSPC` | `size` is too small (not from here) |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let loopback = in_addr { s_addr: htonl(INADDR_LOOPBACK) };
/// assert_eq!(inet_ntop(AF_INET, &loopback)?, "127.0.0.1");
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [inet_ntop(3)](https://man7.org/linux/man-pages/man3/inet_ntop.3.html),
/// [POSIX inet_ntop()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/inet_ntop.html)
pub fn inet_ntop<A: InetAddr>(af: c_int, src: &A) -> Result<String> {
    let (src, mut dst) = (src.to_bytes(), [0u8; 64]);
    let size = dst.len() as socklen_t;
    // SAFETY: `src` holds 16 bytes, as many as the longest address that is read; `dst` is ours and
    // `size` bytes long, and `inet_ntop` writes no more, NUL included.
    let text = unsafe { c::inet_ntop(af, src.as_ptr().cast(), dst.as_mut_ptr().cast(), size) };
    if text.is_null() {
        return Err(Errno::last());
    }
    let text = CStr::from_bytes_until_nul(&dst).unwrap_or_default();
    Ok(text.to_string_lossy().into_owned())
}

/// `inet_ntoa(in)`—The dotted text of an IPv4 address.
///
/// # C prototype
///
/// ```c
/// char *inet_ntoa(struct in_addr in);
/// ```
///
/// # What the wrapper adds
///
/// The text is the caller's own. C returns a buffer that the next call overwrites, which is why
/// `printf("%s %s", inet_ntoa(a), inet_ntoa(b))` prints one address twice. (The body is `inet_ntop`,
/// which gives the same text and shares nothing.)
///
/// # Errors
///
/// None.
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// assert_eq!(inet_ntoa(in_addr { s_addr: htonl(INADDR_LOOPBACK) }), "127.0.0.1");
/// ```
///
/// # References
///
/// [inet_ntoa(3)](https://man7.org/linux/man-pages/man3/inet.3.html),
/// [POSIX inet_ntoa()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/inet_addr.html)
pub fn inet_ntoa(addr: in_addr) -> String {
    inet_ntop(AF_INET, &addr).unwrap_or_default()
}

const _: () = assert!(INADDR_NONE == u32::MAX);
