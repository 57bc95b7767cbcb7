//! Whatever the registers and the memory hold: no panic, and no more kept than was asked for.

use std::cell::Cell;

use proptest::prelude::*;

use super::Regions;
use crate::observe::decode::reader::MOST;
use crate::observe::{About, Call, Decoder, Memory, descriptors};
use crate::trace::{Arg, Value};

/// Everywhere the same bytes, over and over; counts how much is read.
struct Everywhere {
    bytes: Vec<u8>,
    read: Cell<usize>,
}

impl Memory for Everywhere {
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
        self.read.set(self.read.get() + buffer.len());
        for (at, byte) in buffer.iter_mut().enumerate() {
            let place = address.wrapping_add(at as u64) % self.bytes.len() as u64;
            *byte = self.bytes[place as usize];
        }
        buffer.len()
    }
}

/// How many values there are, all in all; panics where one is too big.
fn weigh(args: &[Arg], cut: usize) -> usize {
    args.iter().map(|arg| weigh_value(&arg.value, cut)).sum()
}

fn weigh_value(value: &Value, cut: usize) -> usize {
    match value {
        Value::Bytes { data, length } => {
            assert!(data.len() <= cut && data.len() as u64 <= *length);
            1
        }
        Value::List { items, length } => {
            assert!(items.len() <= MOST && items.len() as u64 <= *length);
            1 + items.iter().map(|item| weigh_value(item, cut)).sum::<usize>()
        }
        Value::Struct(fields) => 1 + weigh(fields, cut),
        Value::Address(address) => {
            assert!(address.raw.len() <= size_of::<libc::sockaddr_storage>());
            1
        }
        Value::Text(text) => {
            assert!(text.len() <= 3 * 512);
            1
        }
        _ => 1,
    }
}

/// Numbers that are likely to lead somewhere, and such as never should.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        0u64..16,
        0u64..300,
        Just(1 << 31),
        Just(1 << 63),
        Just(u64::MAX),
        Just(u64::MAX - 7),
        any::<u64>(),
    ]
}

fn memory() -> impl Strategy<Value = Regions> {
    let word = number().prop_map(|number| number.to_ne_bytes().to_vec());
    let region = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        prop::collection::vec(word, 0..40).prop_map(|words| words.concat()),
    ];
    prop::collection::btree_map(number(), region, 0..6).prop_map(Regions)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_call_decodes_within_bounds(
        call in prop::sample::select(Call::ALL),
        args in prop::array::uniform6(number()),
        before in memory(),
        after in memory(),
        result in prop_oneof![-600i64..1, 0i64..400, any::<i64>()],
        cut in 0usize..64,
    ) {
        let decoder = Decoder { cut };
        let entered = decoder.entry(call, &args, &before);
        prop_assert!(!entered.is_empty() || call.about() == About::Silent);
        weigh(&entered, cut);
        let left = decoder.exit(call, &args, &entered, result, &after);
        weigh(&left, cut);
        for arg in &left {
            prop_assert!(entered.iter().any(|other| other.name == arg.name), "{}", arg.name);
        }
        // What `entry` gave another call must do no harm, either.
        weigh(&decoder.exit(call, &args, &left, result, &before), cut);
        let _ = decoder.answer(call, &args, result);
        prop_assert!(descriptors(call, &args, &before).len() <= 3 * 1024);
    }

    /// Where all memory can be read, every length and count is believed: still there is an end.
    #[test]
    fn work_has_an_end_where_all_memory_can_be_read(
        call in prop::sample::select(Call::ALL),
        args in prop::array::uniform6(number()),
        bytes in prop::collection::vec(any::<u8>(), 1..64),
        result in any::<i64>(),
    ) {
        let memory = Everywhere { bytes, read: Cell::new(0) };
        let decoder = Decoder::default();
        let entered = decoder.entry(call, &args, &memory);
        let left = decoder.exit(call, &args, &entered, result, &memory);
        prop_assert!(weigh(&entered, decoder.cut) + weigh(&left, decoder.cut) < 200_000);
        prop_assert!(memory.read.get() < 8 << 20, "{} bytes read", memory.read.get());
    }

    #[test]
    fn any_bytes_are_an_address_in_words(raw in prop::collection::vec(any::<u8>(), 0..200)) {
        let address = crate::trace::SocketAddress::new(raw.clone());
        prop_assert!(!address.text.is_empty());
        prop_assert_eq!(address.raw, raw);
    }
}
