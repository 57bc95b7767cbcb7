//! What the tests share: a memory made of regions, and decoded arguments as one line of text.

mod live;
mod messages;
mod options;
mod properties;
mod registers;
mod sets;

use std::collections::BTreeMap;

use super::Decoder;
use crate::observe::{Call, Memory};
use crate::trace::{Arg, Value};

/// Regions by their first address; between them nothing can be read.
#[derive(Debug, Default, Clone)]
pub struct Regions(pub BTreeMap<u64, Vec<u8>>);

impl Regions {
    pub fn with(mut self, address: u64, bytes: impl AsRef<[u8]>) -> Self {
        self.0.insert(address, bytes.as_ref().to_vec());
        self
    }
}

impl Memory for Regions {
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
        let Some((start, region)) = self.0.range(..=address).next_back() else { return 0 };
        let bytes = region.get((address - start) as usize..).unwrap_or_default();
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        count
    }
}

pub const DECODER: Decoder = Decoder { cut: 16 };

/// Numbers one behind the other, as 32 bits each.
pub fn ints<const N: usize>(numbers: [i32; N]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_ne_bytes()).collect()
}

/// Numbers one behind the other, as 64 bits each.
pub fn longs<const N: usize>(numbers: [u64; N]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_ne_bytes()).collect()
}

/// `struct sockaddr_in` of 127.0.0.1:9001.
pub fn loopback() -> Vec<u8> {
    let mut raw = (libc::AF_INET as u16).to_ne_bytes().to_vec();
    raw.extend([0x23, 0x29, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    raw
}

/// The arguments of a call at its entry, in one line.
pub fn entry(call: Call, args: [u64; 6], memory: &Regions) -> String {
    line(&DECODER.entry(call, &args, memory))
}

/// What a call has answered: `before` is the memory at its entry, `after` when it returns.
pub fn exit(call: Call, args: [u64; 6], result: i64, before: &Regions, after: &Regions) -> String {
    let entered = DECODER.entry(call, &args, before);
    line(&DECODER.exit(call, &args, &entered, result, after))
}

/// `name=value name=value …`
pub fn line(args: &[Arg]) -> String {
    let each = args.iter().map(|arg| format!("{}={}", arg.name, show(&arg.value)));
    each.collect::<Vec<_>>().join(" ")
}

fn show(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Named { name, .. } => name.to_string(),
        Value::Fd(fd) => format!("fd{fd}"),
        Value::Null => "NULL".into(),
        Value::Pointer(address) => format!("*{address:x}"),
        Value::Unreadable(address) => format!("!{address:x}"),
        Value::Bytes { data, length } => format!("'{}'/{length}", data.escape_ascii()),
        Value::Address(address) => address.text.clone(),
        Value::Struct(fields) => format!("{{{}}}", line(fields)),
        Value::List { items, length } => {
            let items: Vec<_> = items.iter().map(show).collect();
            format!("[{}]/{length}", items.join(" "))
        }
        Value::Length(length) => format!("len{length}"),
        Value::Text(text) => format!("\"{text}\""),
    }
}
