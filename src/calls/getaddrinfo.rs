//! `getaddrinfo(node, service, hints, res)`—The addresses behind a host's name.

use std::ffi::{CStr, CString};
use std::ptr;

use libc::{addrinfo, c_int};

use super::{Errno, SockAddr, sockaddr_storage, socklen_t, zeroed};

/// What kind of address is asked for: the four members of `struct addrinfo` that count in `hints`.
/// All 0 (the default) asks for any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints {
    /// `AI_PASSIVE`, `AI_NUMERICHOST` … joined by `|`.
    pub ai_flags: c_int,
    /// `AF_INET`, `AF_INET6`, or `AF_UNSPEC` (0) for either.
    pub ai_family: c_int,
    /// `SOCK_STREAM`, `SOCK_DGRAM`, or 0 for any.
    pub ai_socktype: c_int,
    /// `IPPROTO_TCP`, `IPPROTO_UDP`, or 0 for any.
    pub ai_protocol: c_int,
}

/// One answer, a copy of C's `struct addrinfo`.
#[derive(Debug, Clone)]
pub struct AddrInfo {
    /// As in the hints.
    pub ai_flags: c_int,
    /// For `socket`'s first argument.
    pub ai_family: c_int,
    /// For `socket`'s second argument.
    pub ai_socktype: c_int,
    /// For `socket`'s third argument.
    pub ai_protocol: c_int,
    /// How many bytes of `ai_addr` are the address.
    pub ai_addrlen: socklen_t,
    /// The address and port (network byte order inside), in a structure that any family fits into.
    pub ai_addr: sockaddr_storage,
    /// The host's official name, in the first answer if `AI_CANONNAME` asked for it.
    pub ai_canonname: Option<CString>,
}

impl AddrInfo {
    /// `*(struct sockaddr_in *)res->ai_addr`: the address as the structure of its family, or nothing
    /// if the answer is shorter than that structure.
    pub fn addr<A: SockAddr>(&self) -> Option<A> {
        let length = self.ai_addrlen.min(sockaddr_storage::LEN);
        // SAFETY: `A` is at most as long as `ai_addr`, out of which it is read, and any bytes are a
        // valid `A`; `read_unaligned` asks for no alignment.
        (A::LEN <= length).then(|| unsafe { ptr::read_unaligned(self.ai_addr.as_ptr().cast()) })
    }
}

/// Why a look-up failed: not an errno but an `EAI_…` code, with the errno for `EAI_SYSTEM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EaiError {
    /// `EAI_NONAME`, `EAI_AGAIN` …
    pub code: c_int,
    /// `errno` as the call left it; it means something only when `code` is `EAI_SYSTEM`.
    pub errno: Errno,
}

/// `getaddrinfo(node, service, hints, res)`—The addresses behind a host's name.
///
/// A look-up is no system call but many: the C library reads `/etc/nsswitch.conf` and the hosts file,
/// and asks a name server over UDP only if the name is not there.
///
/// # C prototype
///
/// ```c
/// int getaddrinfo(const char *node, const char *service,
///                 const struct addrinfo *hints, struct addrinfo **res);
/// void freeaddrinfo(struct addrinfo *res);
/// ```
///
/// # What the wrapper adds
///
/// The linked list is copied into a vector and given back with `freeaddrinfo`. `hints` holds only
/// the four members that C reads.
///
/// # Errors
///
/// | code | cause |
/// |---|---|
/// | `EAI_AGAIN` | the name server gave no answer now; try later |
/// | `EAI_BADFLAGS` | a flag that does not exist, or `AI_CANONNAME` without a name |
/// | `EAI_FAIL` | the name server says that it cannot answer |
/// | `EAI_FAMILY` | the family is not supported |
/// | `EAI_MEMORY` | no memory |
/// | `EAI_NODATA`, `EAI_ADDRFAMILY` | the name exists but has no address (of this family); not in POSIX |
/// | `EAI_NONAME` | the name or the service is not known, or both are missing |
/// | `EAI_SERVICE` | the service does not exist for this type of socket |
/// | `EAI_SOCKTYPE` | the type of socket is not supported |
/// | `EAI_SYSTEM` | a system call failed: see `errno` |
/// | `EAI_OVERFLOW` | POSIX: a buffer was too small |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let hints = Hints { ai_family: AF_INET, ai_socktype: SOCK_STREAM, ..Hints::default() };
/// let res = getaddrinfo(Some(c"127.0.0.1"), Some(c"9001"), &hints)?;
/// let sin: sockaddr_in = res[0].addr().unwrap();
/// assert_eq!((inet_ntoa(sin.sin_addr).as_str(), ntohs(sin.sin_port)), ("127.0.0.1", 9001));
///
/// let error = getaddrinfo(None, None, &hints).unwrap_err();
/// assert_eq!(error.code, EAI_NONAME);
/// assert_eq!(gai_strerror(error.code), "Name or service not known");
/// # Ok::<(), EaiError>(())
/// ```
///
/// # References
///
/// [getaddrinfo(3)](https://man7.org/linux/man-pages/man3/getaddrinfo.3.html),
/// [RFC 3493 section 6.1](https://www.rfc-editor.org/rfc/rfc3493#section-6.1),
/// [POSIX getaddrinfo()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/freeaddrinfo.html)
pub fn getaddrinfo(
    node: Option<&CStr>,
    service: Option<&CStr>,
    hints: &Hints,
) -> Result<Vec<AddrInfo>, EaiError> {
    let hints = addrinfo {
        ai_flags: hints.ai_flags,
        ai_family: hints.ai_family,
        ai_socktype: hints.ai_socktype,
        ai_protocol: hints.ai_protocol,
        ai_addrlen: 0,
        ai_addr: ptr::null_mut(),
        ai_canonname: ptr::null_mut(),
        ai_next: ptr::null_mut(),
    };
    let node = node.map_or(ptr::null(), CStr::as_ptr);
    let service = service.map_or(ptr::null(), CStr::as_ptr);
    let mut res = ptr::null_mut();
    // SAFETY: the two strings are null or end in a NUL, `hints` is a whole structure, and all three are only
    // read; `res` is ours and gets one pointer.
    let code = unsafe { libc::getaddrinfo(node, service, &hints, &mut res) };
    if code != 0 {
        return Err(EaiError { code, errno: Errno::last() });
    }
    let mut answers = Vec::new();
    let mut next = res;
    // SAFETY: `next` is null or an entry of the list that `getaddrinfo` made and nobody has freed.
    while let Some(entry) = unsafe { next.as_ref() } {
        answers.push(copy(entry));
        next = entry.ai_next;
    }
    // SAFETY: `res` came from `getaddrinfo`, is freed once, and everything was copied out of it.
    unsafe { libc::freeaddrinfo(res) };
    Ok(answers)
}

fn copy(entry: &addrinfo) -> AddrInfo {
    let mut ai_addr: sockaddr_storage = zeroed();
    let (from, to) = (entry.ai_addr.cast::<u8>(), (&raw mut ai_addr).cast::<u8>());
    let length = entry.ai_addrlen.min(sockaddr_storage::LEN) as usize;
    // SAFETY: `ai_addr` of a list's entry points to `ai_addrlen` bytes, at least `length`, and
    // `to` is our own structure of at least `length` bytes.
    unsafe { ptr::copy_nonoverlapping(from, to, length) };
    // SAFETY: `ai_canonname` is null or a C string of the list, which is still allocated.
    let name =
        (!entry.ai_canonname.is_null()).then(|| unsafe { CStr::from_ptr(entry.ai_canonname) });
    AddrInfo {
        ai_flags: entry.ai_flags,
        ai_family: entry.ai_family,
        ai_socktype: entry.ai_socktype,
        ai_protocol: entry.ai_protocol,
        ai_addrlen: length as socklen_t,
        ai_addr,
        ai_canonname: name.map(CStr::to_owned),
    }
}

/// `gai_strerror(errcode)`—The text of an `EAI_…` code.
///
/// # C prototype
///
/// ```c
/// const char *gai_strerror(int errcode);
/// ```
///
/// # What the wrapper adds
///
/// A copy of the text.
///
/// # Errors
///
/// None: a code that does not exist has a text too (glibc: `Unknown error`).
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// assert_eq!(gai_strerror(EAI_AGAIN), "Temporary failure in name resolution");
/// ```
///
/// # References
///
/// [gai_strerror(3)](https://man7.org/linux/man-pages/man3/gai_strerror.3.html),
/// [POSIX gai_strerror()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/gai_strerror.html)
pub fn gai_strerror(errcode: c_int) -> String {
    // SAFETY: an integer by value.
    let text = unsafe { libc::gai_strerror(errcode) };
    // SAFETY: `gai_strerror` gives a C string of the C library's own, which is never freed.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_string_lossy().into_owned()
}
