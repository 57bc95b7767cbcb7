//! The buffers of a call, byte by byte.

use crate::trace::{Arg, Entered, Returned, Value};

/// Bytes on one line.
const LINE: usize = 16;

/// Every buffer of the call as hex and as text; a buffer that the kernel has filled as it is now.
pub fn hex(entered: &Entered, returned: Option<&Returned>) -> String {
    let out = returned.map_or(&[][..], |returned| &returned.out);
    let mut text = String::new();
    for arg in &entered.args {
        let now = out.iter().find(|out| out.name == arg.name).unwrap_or(arg);
        push(&now.name, &now.value, &mut text);
    }
    let new = |out: &&Arg| entered.args.iter().all(|arg| arg.name != out.name);
    out.iter().filter(new).for_each(|arg| push(&arg.name, &arg.value, &mut text));
    if text.is_empty() {
        text = format!("{} has no buffer.\n", entered.name);
    }
    text
}

fn push(name: &str, value: &Value, text: &mut String) {
    match value {
        Value::Bytes { data, length } => push_buffer(name, data, *length, text),
        Value::Address(address) => {
            push_buffer(name, &address.raw, address.raw.len() as u64, text);
        }
        Value::Struct(fields) => {
            fields
                .iter()
                .for_each(|field| push(&format!("{name}.{}", field.name), &field.value, text));
        }
        Value::List { items, .. } => {
            for (at, item) in items.iter().enumerate() {
                push(&format!("{name}[{at}]"), item, text);
            }
        }
        _ => {}
    }
}

/// A buffer's name and length, and its bytes line by line.
pub(super) fn push_buffer(name: &str, data: &[u8], length: u64, text: &mut String) {
    let bytes = if length == 1 { "byte" } else { "bytes" };
    text.push_str(&format!("{name}: {length} {bytes}"));
    if (data.len() as u64) < length {
        text.push_str(&format!(", of which the first {} were recorded", data.len()));
    }
    text.push('\n');
    for (at, line) in data.chunks(LINE).enumerate() {
        let mut hex = String::new();
        for (at, byte) in line.iter().enumerate() {
            hex.push_str(if at == LINE / 2 { "  " } else { " " });
            hex.push_str(&format!("{byte:02x}"));
        }
        let letters: String = line.iter().map(|&byte| letter(byte)).collect();
        text.push_str(&format!("  {:04x} {hex:49}  │{letters}│\n", at * LINE));
    }
}

/// A byte that is a letter of its own in ASCII, or a dot.
fn letter(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' { byte.into() } else { '.' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::welcome::entered;
    use crate::trace::Answer;

    #[test]
    fn buffers_become_hex_and_text() {
        let buffer =
            |data: &[u8], length| Arg::new("buf", Value::Bytes { data: data.to_vec(), length });
        let fd = Arg::new("sockfd", Value::Fd(3));
        let send = entered(1, 0, "send", vec![fd.clone(), buffer(b"Welcome to Network\0", 19)]);
        assert_eq!(
            hex(&send, None),
            "buf: 19 bytes\n\
             \x20 0000  57 65 6c 63 6f 6d 65 20  74 6f 20 4e 65 74 77 6f  │Welcome to Netwo│\n\
             \x20 0010  72 6b 00                                          │rk.│\n"
        );
        let recv = entered(2, 0, "recv", vec![fd.clone(), Arg::new("buf", Value::Pointer(7))]);
        let out = vec![buffer(&[0xec, 0x95], 300)];
        let returned = Returned { call: 2, answer: Answer::Value(300), out, made: None };
        let text = hex(&recv, Some(&returned));
        assert!(text.starts_with("buf: 300 bytes, of which the first 2 were recorded\n"), "{text}");
        assert!(text.contains("ec 95 ") && text.ends_with("│..│\n"), "{text}");
        assert_eq!(hex(&entered(3, 0, "close", vec![fd]), None), "close has no buffer.\n");
    }
}
