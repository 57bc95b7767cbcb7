//! A `struct sockaddr_…`: its bytes, and what each of them means.

use serde::{Deserialize, Serialize};

/// The bytes of a socket address as they lie in memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketAddress {
    /// What it says: `127.0.0.1:9001`, a path.
    pub text: String,
    /// The bytes, as many as were passed.
    #[serde(with = "hex")]
    pub raw: Vec<u8>,
}

/// A field of the structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressField {
    /// Its name in C: `sin_port`.
    pub name: &'static str,
    /// Its bytes in memory, from the structure's start.
    pub bytes: std::ops::Range<usize>,
    /// What a C program writes to get these bytes: `htons(9001)`.
    pub means: String,
}
