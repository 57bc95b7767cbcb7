//! sockstep: the socket API, one system call at a time.
pub mod calls;
pub mod program;
