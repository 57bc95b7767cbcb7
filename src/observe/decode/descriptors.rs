//! What is done to descriptors themselves: fcntl, and which descriptors a call is about.

use super::constants::{DESCRIPTOR_FLAGS, FCNTLS, STATUS_FLAGS, fd, flags, handle, int, one};
use super::reader::{Reader, pointer};
use super::sets;
use crate::observe::{About, Call, Memory};
use crate::trace::{Arg, Value};

/// Enough of poll's and select's members to learn whether a socket is among them.
const MOST: usize = 1024;

/// The descriptors that a call is about, at its entry, each of which may be a socket.
pub fn descriptors(call: Call, args: &[u64; 6], memory: &dyn Memory) -> Vec<i32> {
    let at = |index: usize| args[index] as i32;
    match call.about() {
        About::Makes | About::Silent => Vec::new(),
        About::Socket | About::MaybeSocket => vec![at(0)],
        About::MaybeEither if call == Call::Splice => vec![at(0), at(2)],
        About::MaybeEither => vec![at(0), at(1)],
        About::Several => match call {
            Call::EpollCtl => vec![at(0), at(2)],
            Call::EpollPwait | Call::EpollPwait2 => vec![at(0)],
            Call::EpollCreate1 => Vec::new(),
            #[cfg(target_arch = "x86_64")]
            Call::EpollWait => vec![at(0)],
            #[cfg(target_arch = "x86_64")]
            Call::EpollCreate => Vec::new(),
            _ => sets::waited_for(call, args, MOST, Reader { memory, cut: 0 }),
        },
    }
}

/// `int fcntl(int fd, int cmd, ... /* arg */ );` Without an argument the third register means
/// nothing.
pub(super) fn fcntl(a: &[u64; 6]) -> Vec<Arg> {
    let argument = match a[1] as i32 {
        libc::F_GETFD | libc::F_GETFL | libc::F_GETOWN | libc::F_GETLEASE => None,
        libc::F_GETPIPE_SZ | libc::F_GET_SEALS => None,
        libc::F_SETFD => Some(flags(int(a[2]), DESCRIPTOR_FLAGS)),
        libc::F_SETFL => Some(flags(int(a[2]), STATUS_FLAGS)),
        libc::F_DUPFD | libc::F_DUPFD_CLOEXEC | libc::F_SETOWN | libc::F_SETPIPE_SZ => {
            Some(Value::Int(int(a[2])))
        }
        libc::F_GETLK | libc::F_SETLK | libc::F_SETLKW => Some(pointer(a[2])),
        _ => Some(handle(a[2])),
    };
    let mut args = vec![Arg::new("fd", fd(a[0])), Arg::new("cmd", one(int(a[1]), FCNTLS))];
    args.extend(argument.map(|argument| Arg::new("arg", argument)));
    args
}

/// What fcntl answers, where its number has a name.
pub(super) fn fcntl_answer(a: &[u64; 6], result: i64) -> Option<Value> {
    match a[1] as i32 {
        libc::F_GETFD => Some(flags(result, DESCRIPTOR_FLAGS)),
        libc::F_GETFL => Some(flags(result, STATUS_FLAGS)),
        _ => None,
    }
}
