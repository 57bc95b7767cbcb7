//! A `struct sockaddr_…`: its bytes, and what each of them means.

mod fields;
mod names;
mod words;

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

impl SocketAddress {
    /// The address that these bytes are.
    pub fn new(raw: Vec<u8>) -> Self {
        SocketAddress { text: words::text(&raw), raw }
    }

    /// Its fields, in memory's order. One that the bytes end within says how many of its own there
    /// are; bytes behind the structure's end are a last field named `…`.
    pub fn fields(&self) -> Vec<AddressField> {
        fields::fields(&self.raw)
    }

    /// The name of an address family: `AF_INET`.
    pub fn family_name(number: i64) -> Option<&'static str> {
        names::family(number)
    }

    /// The name of an Ethernet protocol, in host byte order: `ETH_P_IP`.
    pub fn ether_type_name(number: i64) -> Option<&'static str> {
        names::ether_type(number)
    }
}

/// The family: in HOST byte order, unlike all that comes behind it.
fn family(raw: &[u8]) -> Option<u16> {
    array(raw, 0).map(u16::from_ne_bytes)
}

/// The `N` bytes from `at` on, if they are all there.
fn array<const N: usize>(raw: &[u8], at: usize) -> Option<[u8; N]> {
    raw.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests;
