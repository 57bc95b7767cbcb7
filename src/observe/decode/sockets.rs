//! Calls whose arguments are all in registers.

use super::buffers::size;
use super::constants::{
    CLOSE_RANGE_FLAGS, DUP_FLAGS, EPOLL_FLAGS, HOWS, family, fd, flags, int, one, protocol,
    socket_type,
};
use super::reader::{Reader, pointer};
use crate::observe::Call;
use crate::trace::{Arg, Value};

/// The arguments.
pub(super) fn entry(call: Call, a: &[u64; 6]) -> Vec<Arg> {
    let number = |register: u64| Value::Int(int(register));
    match call {
        Call::Socket => socket(a).into(),
        Call::Socketpair => {
            let [domain, kind, protocol] = socket(a);
            vec![domain, kind, protocol, Arg::new("sv", pointer(a[3]))]
        }
        Call::Listen => vec![Arg::new("sockfd", fd(a[0])), Arg::new("backlog", number(a[1]))],
        Call::Shutdown => {
            vec![Arg::new("sockfd", fd(a[0])), Arg::new("how", one(int(a[1]), HOWS))]
        }
        Call::Close => vec![Arg::new("fd", fd(a[0]))],
        Call::Dup => vec![Arg::new("oldfd", fd(a[0]))],
        #[cfg(target_arch = "x86_64")]
        Call::Dup2 => vec![Arg::new("oldfd", fd(a[0])), Arg::new("newfd", fd(a[1]))],
        Call::Dup3 => vec![
            Arg::new("oldfd", fd(a[0])),
            Arg::new("newfd", fd(a[1])),
            Arg::new("flags", flags(int(a[2]), DUP_FLAGS)),
        ],
        #[cfg(target_arch = "x86_64")]
        Call::EpollCreate => vec![Arg::new("size", number(a[0]))],
        Call::EpollCreate1 => vec![Arg::new("flags", flags(int(a[0]), EPOLL_FLAGS))],
        Call::CloseRange => vec![
            Arg::new("first", size((a[0] as u32).into())),
            Arg::new("last", size((a[1] as u32).into())),
            Arg::new("flags", flags(int(a[2]), CLOSE_RANGE_FLAGS)),
        ],
        Call::IoUringSetup => {
            vec![Arg::new("entries", size((a[0] as u32).into())), Arg::new("p", pointer(a[1]))]
        }
        // The rest has a file of its own.
        _ => Vec::new(),
    }
}

/// `int socket(int domain, int type, int protocol);`
fn socket(a: &[u64; 6]) -> [Arg; 3] {
    let domain = int(a[0]);
    [
        Arg::new("domain", family(domain)),
        Arg::new("type", socket_type(int(a[1]))),
        Arg::new("protocol", protocol(domain, int(a[2]))),
    ]
}

/// The two descriptors of `int socketpair(int domain, int type, int protocol, int sv[2]);`
pub(super) fn pair(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let pair = r.list(a[3], 2, size_of::<libc::c_int>(), 2, |raw| raw.i32(0).map(Value::Fd));
    vec![Arg::new("sv", pair)]
}
