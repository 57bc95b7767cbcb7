//! The command line `sockstep`.

fn main() {}
