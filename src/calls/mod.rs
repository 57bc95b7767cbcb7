//! The port: the socket API, one file per call, named as the call.
//!
//! Read the files in the order a server meets them: [`socket`](socket()), [`bind`](bind()),
//! [`listen`](listen()), [`accept`](accept()), [`recv`](recv()), [`send`](send()),
//! [`close`](close()); a client needs [`connect`](connect()) where the server has
//! `bind`, `listen` and `accept`. A server of many clients makes a process for each, with
//! [`fork`](fork()), [`waitpid`](waitpid()) and [`sigaction`](sigaction()), or waits for all of
//! them at once, with [`select`](select()), [`poll`](poll()) or [`epoll_create1`](epoll_create1()),
//! [`epoll_ctl`](epoll_ctl()) and [`epoll_wait`](epoll_wait()); its sockets then do not wait
//! ([`accept4`](accept4()), [`fcntl`](fcntl())), and it has as many descriptors as
//! [`setrlimit`](setrlimit()) allows. `use
//! sockstep::calls::*;` brings every call, every structure and every constant into scope, in its C
//! spelling.
//!
//! # How a C call becomes a Rust call
//!
//! | In C | Here | Why |
//! |---|---|---|
//! | `int sockfd`, fresh | [`OwnedFd`](std::os::fd::OwnedFd) | it has one owner, and is closed when the owner goes |
//! | `int sockfd`, an argument | `impl AsFd` | it is lent for the length of the call |
//! | `const void *buf, size_t len` | `&[u8]` | a slice knows its length: it cannot claim 257 bytes of 256 |
//! | `void *buf, size_t len` | `&mut [u8]` | the same, and nobody else looks while the kernel writes |
//! | `const struct sockaddr *addr, socklen_t addrlen` | `&impl SockAddr` | the length is that of the structure's own type |
//! | `struct sockaddr *addr, socklen_t *addrlen` | returned: the structure and the length | what the kernel fills is a result |
//! | `fd_set *`, `struct timeval *`, rewritten | `Option<&mut FdSet>`, `Option<&mut timeval>` | what may be null is an option; a set refuses what it has no bit for |
//! | a number of which only some are sound here | [`FcntlCmd`], [`Resource`], [`SockOpt`] | what would take another argument has no name |
//! | `void (*handler)(int)` | [`SigHandler`] | only handlers that keep to signal-safety(7) |
//! | `const char *` | [`&CStr`](std::ffi::CStr) (`c"127.0.0.1"`) | bytes that end in a NUL |
//! | `-1` and `errno` | `Err(`[`Errno`]`)` | the error is the kernel's number and nothing else |
//!
//! Nothing is added: no retry after `EINTR`, no `SOCK_CLOEXEC`, no `MSG_NOSIGNAL`, no
//! `SO_REUSEADDR` that the caller did not write. What adds such policy has a name of its own and
//! lives elsewhere (`send_all` in [`crate::program`]).

mod accept;
mod accept4;
mod addr;
mod bind;
mod close;
mod connect;
mod constants;
mod dup;
mod epoll_create1;
mod epoll_ctl;
mod epoll_wait;
mod errno;
mod fcntl;
mod fork;
mod getaddrinfo;
mod getpeername;
mod getrlimit;
mod getsockname;
mod getsockopt;
mod listen;
mod poll;
mod recv;
mod recvfrom;
mod select;
mod send;
mod sendto;
mod setrlimit;
mod setsockopt;
mod shutdown;
mod sigaction;
mod signal;
mod socket;
mod socketpair;
mod waitpid;

pub use accept::accept;
pub use accept4::accept4;
pub use addr::{
    InetAddr, SockAddr, htonl, htons, in_addr, in_addr_t, in_port_t, in6_addr, inet_addr,
    inet_aton, inet_ntoa, inet_ntop, inet_pton, ntohl, ntohs, sa_family_t, sockaddr_in,
    sockaddr_in6, sockaddr_storage, sockaddr_un, socklen_t, zeroed,
};
pub use bind::bind;
pub use close::close;
pub use connect::connect;
pub use constants::*;
pub use dup::dup;
pub use epoll_create1::epoll_create1;
pub use epoll_ctl::epoll_ctl;
pub use epoll_wait::epoll_wait;
pub use errno::{Errno, Result, perror, strerror};
pub use fcntl::{FcntlCmd, fcntl};
pub use fork::{ForkError, fork, pid_t};
pub use getaddrinfo::{AddrInfo, EaiError, Hints, gai_strerror, getaddrinfo};
pub use getpeername::getpeername;
pub use getrlimit::{Resource, getrlimit};
pub use getsockname::getsockname;
pub use getsockopt::getsockopt;
pub use libc::{epoll_event, pollfd, rlimit};
pub use listen::listen;
pub use poll::poll;
pub use recv::recv;
pub use recvfrom::recvfrom;
pub use select::{FD_SETSIZE, FdSet, select};
pub use send::send;
pub use sendto::sendto;
pub use setrlimit::setrlimit;
pub use setsockopt::{Level, OptVal, SockOpt, linger, setsockopt, timeval};
pub use shutdown::shutdown;
pub use sigaction::{sig_reap, sig_tell, sigaction};
pub use signal::{SigHandler, signal};
pub use socket::socket;
pub use socketpair::socketpair;
pub use waitpid::waitpid;
