//! A call's argument, decoded.

use serde::{Deserialize, Serialize};

use super::{Arg, SocketAddress, Text};

/// What an argument is, or what it points to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// A number.
    Int(i64),
    /// A number with a name in C: a constant, or flags joined by `|`.
    Named {
        /// The number.
        raw: i64,
        /// `SOCK_STREAM|SOCK_CLOEXEC`.
        name: Text,
    },
    /// A file descriptor.
    Fd(i32),
    /// The null pointer.
    Null,
    /// A pointer that is passed on and not followed: the kernel will write there, or a handle.
    Pointer(u64),
    /// A pointer to memory that the program may not read: the kernel answers EFAULT.
    Unreadable(u64),
    /// A buffer.
    Bytes {
        /// What is in it, perhaps not all.
        #[serde(with = "hex")]
        data: Vec<u8>,
        /// How long it is.
        length: u64,
    },
    /// A `struct sockaddr_…`.
    Address(SocketAddress),
    /// Another structure: its fields.
    Struct(Vec<Arg>),
    /// An array, perhaps not all of it.
    List {
        /// Its elements.
        items: Vec<Value>,
        /// How many there are.
        length: u64,
    },
    /// A length that the kernel reads and then writes, behind a pointer.
    Length(i64),
    /// A string.
    Text(String),
}
