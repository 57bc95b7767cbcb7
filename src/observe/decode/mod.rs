//! What a call's registers mean: its arguments by name, the buffers and structures that they lead
//! to, and what the kernel has written there when it returns.

mod addresses;
mod buffers;
mod constants;
mod control;
mod descriptors;
mod epoll;
mod ioctl;
mod message;
mod option_values;
mod options;
mod reader;
mod sets;
mod sockets;
#[cfg(test)]
mod tests;

pub use descriptors::descriptors;

use super::{Call, Memory};
use crate::trace::{Arg, Value};
use buffers::Filled;
use message::Way;
use reader::Reader;

/// Decodes the watched calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decoder {
    /// How many bytes of a buffer are kept, at most.
    pub cut: usize,
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder { cut: 256 }
    }
}

impl Decoder {
    /// Every argument as it is at the entry, in C's order and under the name of its man page.
    pub fn entry(&self, call: Call, args: &[u64; 6], memory: &dyn Memory) -> Vec<Arg> {
        let (a, r) = (args, Reader { memory, cut: self.cut });
        match call {
            Call::Socket | Call::Socketpair | Call::Listen | Call::Shutdown => {
                sockets::entry(call, a)
            }
            Call::Bind | Call::Connect => addresses::given(a, r),
            Call::Accept | Call::Accept4 | Call::Getsockname | Call::Getpeername => {
                addresses::asked(call, a, r)
            }
            Call::Setsockopt => options::set(a, r),
            Call::Getsockopt => options::get(a, r),
            Call::Sendto => buffers::sendto(a, r),
            Call::Recvfrom => buffers::recvfrom(a, r),
            Call::Sendmsg => message::one(a, Way::Out, r),
            Call::Recvmsg => message::one(a, Way::Awaited, r),
            Call::Sendmmsg => message::many(a, Way::Out, r),
            Call::Recvmmsg => message::many(a, Way::Awaited, r),
            Call::Read => buffers::read(a),
            Call::Write => buffers::write(a, r),
            Call::Readv => buffers::vector(a, Filled::NotYet, r),
            Call::Writev => buffers::vector(a, Filled::ByProgram, r),
            Call::Fcntl => descriptors::fcntl(a),
            Call::Ioctl => ioctl::entry(a, r),
            Call::Ppoll => sets::ppoll(a, r),
            Call::Pselect6 => sets::select(call, a, r),
            Call::EpollCtl => epoll::ctl(a, r),
            Call::EpollPwait | Call::EpollPwait2 => epoll::wait(call, a, r),
            Call::Sendfile => buffers::sendfile(a, r),
            Call::Splice => buffers::splice(a, r),
            #[cfg(target_arch = "x86_64")]
            Call::Poll => sets::poll(a, r),
            #[cfg(target_arch = "x86_64")]
            Call::Select => sets::select(call, a, r),
            #[cfg(target_arch = "x86_64")]
            Call::EpollWait => epoll::wait(call, a, r),
            _ => sockets::entry(call, a),
        }
    }

    /// The arguments through which the kernel answers, as they are when the call returns. `entered`
    /// is what `entry` gave, `result` the call's value, or its errno with a minus.
    pub fn exit(
        &self,
        call: Call,
        args: &[u64; 6],
        entered: &[Arg],
        result: i64,
        memory: &dyn Memory,
    ) -> Vec<Arg> {
        let (a, r) = (args, Reader { memory, cut: self.cut });
        match u64::try_from(result) {
            Ok(result) => answered(call, a, entered, result, r),
            Err(_) => failed(call, a, result, r),
        }
    }

    /// What the call's value is, where it is more than a number: the flags that `fcntl` answers.
    pub fn answer(&self, call: Call, args: &[u64; 6], result: i64) -> Option<Value> {
        match call {
            Call::Fcntl if result >= 0 => descriptors::fcntl_answer(args, result),
            _ => None,
        }
    }
}

fn answered(call: Call, a: &[u64; 6], entered: &[Arg], result: u64, r: Reader) -> Vec<Arg> {
    match call {
        Call::Socketpair => sockets::pair(a, r),
        Call::Accept | Call::Accept4 | Call::Getsockname | Call::Getpeername => {
            addresses::answered("addr", a[1], a[2], entered, r)
        }
        Call::Getsockopt => options::got(a, entered, r),
        Call::Recvfrom => buffers::received(a, entered, result, r),
        Call::Recvmsg => message::received(a, entered, result, r),
        Call::Sendmmsg => message::sent_many(a, result, r),
        Call::Recvmmsg => message::received_many(a, entered, result, r),
        Call::Read => buffers::was_read(a, result, r),
        Call::Readv => buffers::was_scattered(a, result, r),
        Call::Ioctl => ioctl::exit(a, r),
        Call::Ppoll => {
            let mut args = sets::happened(a, r);
            args.extend(sets::left(call, a, r));
            args
        }
        Call::Pselect6 => sets::ready(call, a, r),
        Call::EpollPwait | Call::EpollPwait2 => epoll::told(a, result, r),
        Call::Sendfile => buffers::moved([("offset", a[2])], r),
        Call::Splice => buffers::moved([("off_in", a[1]), ("off_out", a[3])], r),
        #[cfg(target_arch = "x86_64")]
        Call::Poll => sets::happened(a, r),
        #[cfg(target_arch = "x86_64")]
        Call::Select => sets::ready(call, a, r),
        #[cfg(target_arch = "x86_64")]
        Call::EpollWait => epoll::told(a, result, r),
        _ => Vec::new(),
    }
}

/// What the kernel writes although the call fails.
fn failed(call: Call, a: &[u64; 6], result: i64, r: Reader) -> Vec<Arg> {
    const TOO_SMALL: i64 = -(libc::ERANGE as i64);
    match (call, result) {
        // SO_PEERGROUPS and SO_PEERSEC: how much room it takes.
        (Call::Getsockopt, TOO_SMALL) => vec![Arg::new("optlen", addresses::length(a[4], r))],
        // What is left of the time when a signal comes.
        (Call::Ppoll | Call::Pselect6, _) if interrupted(result) => {
            sets::left(call, a, r).into_iter().collect()
        }
        #[cfg(target_arch = "x86_64")]
        (Call::Select, _) if interrupted(result) => sets::left(call, a, r).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// EINTR, or ERESTARTNOHAND, which only a tracer sees: the kernel makes EINTR of it where a handler
/// runs.
fn interrupted(result: i64) -> bool {
    const ERESTARTNOHAND: i64 = 514;
    result == -i64::from(libc::EINTR) || result == -ERESTARTNOHAND
}
