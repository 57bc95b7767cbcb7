//! The program's memory, read as C's types, and never further than asked.

use crate::observe::Memory;
use crate::trace::{Arg, SocketAddress, Value};

/// How many elements of an array are kept.
pub(super) const MOST: usize = 64;
/// The kernel takes and gives no longer address: `sizeof(struct sockaddr_storage)`.
const LONGEST_ADDRESS: usize = size_of::<libc::sockaddr_storage>();
/// How much is read at once of a buffer that is kept in full.
const STEP: usize = 1 << 16;

/// A program's memory, and how much of a buffer is kept.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub memory: &'a dyn Memory,
    pub cut: usize,
}

impl Reader<'_> {
    /// The bytes at the address, as many as may be read.
    pub fn some(self, address: u64, length: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < length {
            let (start, step) = (bytes.len(), STEP.min(length - bytes.len()));
            bytes.resize(start + step, 0);
            let from = address.wrapping_add(start as u64);
            let read = self.memory.read(from, &mut bytes[start..]).min(step);
            if read < step {
                bytes.truncate(start + read);
                break;
            }
        }
        bytes
    }

    /// All of the bytes, or none.
    pub fn all<const N: usize>(self, address: u64) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        (self.memory.read(address, &mut bytes) >= N).then_some(bytes)
    }

    /// An `int` behind a pointer.
    pub fn int(self, address: u64) -> Option<i32> {
        self.all(address).map(i32::from_ne_bytes)
    }

    /// A `socklen_t` behind a pointer.
    pub fn socklen(self, address: u64) -> Option<u32> {
        self.all(address).map(u32::from_ne_bytes)
    }

    /// A 64-bit number behind a pointer.
    pub fn long(self, address: u64) -> Option<i64> {
        self.all(address).map(i64::from_ne_bytes)
    }

    /// A buffer that the program gives, or that the kernel has filled.
    pub fn bytes(self, address: u64, length: u64) -> Value {
        if address == 0 {
            return Value::Null;
        }
        let kept = usize::try_from(length).unwrap_or(usize::MAX).min(self.cut);
        let data = self.some(address, kept);
        if data.is_empty() && kept > 0 {
            Value::Unreadable(address)
        } else {
            Value::Bytes { data, length }
        }
    }

    /// A socket address that the program gives. The kernel reads none of a negative length.
    pub fn address(self, address: u64, length: i64) -> Value {
        let Ok(length) = usize::try_from(length) else { return pointer(address) };
        if address == 0 {
            return Value::Null;
        }
        let length = length.min(LONGEST_ADDRESS);
        let raw = self.some(address, length);
        match raw.len() == length {
            true => Value::Address(SocketAddress::new(raw)),
            false => Value::Unreadable(address),
        }
    }

    /// A structure of this many bytes, as `decode` takes it apart.
    pub fn structure(
        self,
        address: u64,
        size: usize,
        decode: impl FnOnce(Raw) -> Option<Vec<Arg>>,
    ) -> Value {
        if address == 0 {
            return Value::Null;
        }
        let raw = self.some(address, size);
        decode(Raw(&raw)).map_or(Value::Unreadable(address), Value::Struct)
    }

    /// An array that the program gives: the elements that can be read, each as `decode` takes it
    /// apart.
    pub fn list(
        self,
        address: u64,
        length: u64,
        size: usize,
        most: usize,
        mut decode: impl FnMut(Raw) -> Option<Value>,
    ) -> Value {
        if address == 0 {
            return Value::Null;
        }
        let kept = usize::try_from(length).unwrap_or(usize::MAX).min(most);
        let raw = self.some(address, kept * size);
        let items: Vec<_> = raw.chunks_exact(size).map_while(|raw| decode(Raw(raw))).collect();
        if items.is_empty() && kept > 0 {
            return Value::Unreadable(address);
        }
        Value::List { items, length }
    }

    /// `struct timespec`.
    pub fn timespec(self, address: u64) -> Value {
        self.structure(address, size_of::<libc::timespec>(), |raw| time(raw, "tv_nsec"))
    }

    /// `struct timeval`.
    pub fn timeval(self, address: u64) -> Value {
        self.structure(address, size_of::<libc::timeval>(), |raw| time(raw, "tv_usec"))
    }

    /// What a pointer to a number of the kernel's leads to.
    pub fn behind(self, address: u64, value: impl FnOnce(Self) -> Option<Value>) -> Value {
        match address {
            0 => Value::Null,
            _ => value(self).unwrap_or(Value::Unreadable(address)),
        }
    }
}

/// Seconds, and a fraction in the unit of this name.
pub(super) fn time(raw: Raw, fraction: &'static str) -> Option<Vec<Arg>> {
    let (seconds, rest) = (raw.i64(0)?, raw.i64(size_of::<i64>())?);
    Some(vec![Arg::new("tv_sec", Value::Int(seconds)), Arg::new(fraction, Value::Int(rest))])
}

/// A pointer that is not followed.
pub(super) fn pointer(address: u64) -> Value {
    if address == 0 { Value::Null } else { Value::Pointer(address) }
}

/// Bytes that were read, looked into as C's structures. `None` where they end too early.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a>(pub &'a [u8]);

impl Raw<'_> {
    pub fn array<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..)?.first_chunk().copied()
    }

    pub fn u8(self, at: usize) -> Option<u8> {
        self.0.get(at).copied()
    }

    pub fn u16(self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_ne_bytes)
    }

    pub fn u32(self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_ne_bytes)
    }

    pub fn i32(self, at: usize) -> Option<i32> {
        self.array(at).map(i32::from_ne_bytes)
    }

    pub fn u64(self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_ne_bytes)
    }

    pub fn i64(self, at: usize) -> Option<i64> {
        self.array(at).map(i64::from_ne_bytes)
    }

    /// A string in an array of this length.
    pub fn text(self, at: usize, length: usize) -> Option<Value> {
        let bytes = self.0.get(at..)?;
        let bytes = &bytes[..length.min(bytes.len())];
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        Some(Value::Text(String::from_utf8_lossy(&bytes[..end]).into_owned()))
    }
}
