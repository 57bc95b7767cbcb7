//! STAND-IN for `trace`'s own text of a value and of an address's fields: to be swapped out.

use nix::errno::Errno;

use super::brief;
use crate::trace::{AddressField, Answer, Arg, Entered, Returned, SocketAddress, Value};

/// Letters of a buffer that are shown in a call.
const LETTERS: usize = 40;

/// A value as C would write it.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Named { name, .. } => name.to_string(),
        Value::Fd(fd) => fd.to_string(),
        Value::Null => "NULL".into(),
        Value::Pointer(_) => "…".into(),
        Value::Unreadable(address) => format!("{address:#x} (not readable)"),
        Value::Bytes { data, length } => bytes(data, *length),
        Value::Address(address) => format!("{{{}}}", brief(address.text.as_bytes())),
        Value::Struct(fields) => format!("{{{}}}", join(fields)),
        Value::List { items, length } => {
            let more = if (items.len() as u64) < *length { ", …" } else { "" };
            let items: Vec<_> = items.iter().map(self::value).collect();
            format!("[{}{more}]", items.join(", "))
        }
        Value::Length(length) => format!("[{length}]"),
        Value::Text(text) => bytes(text.as_bytes(), text.len() as u64),
    }
}

fn join(fields: &[Arg]) -> String {
    let fields: Vec<_> =
        fields.iter().map(|field| format!("{}={}", field.name, value(&field.value))).collect();
    fields.join(", ")
}

fn bytes(data: &[u8], length: u64) -> String {
    let mut text = String::new();
    let mut letters = 0;
    for chunk in data.utf8_chunks() {
        let valid = chunk.valid().chars().map(|letter| match letter {
            '\0' => "\\0".into(),
            '"' | '\\' => format!("\\{letter}"),
            _ if letter.is_control() => letter.escape_default().to_string(),
            _ => letter.to_string(),
        });
        let invalid = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}"));
        for piece in valid.chain(invalid) {
            if letters == LETTERS {
                return format!("\"{text}\"…");
            }
            text.push_str(&piece);
            letters += 1;
        }
    }
    format!("\"{text}\"{}", if (data.len() as u64) < length { "…" } else { "" })
}

/// The call and its arguments: those through which the kernel answers as it has left them.
pub fn call(entered: &Entered, returned: Option<&Returned>) -> String {
    let out = returned.map_or(&[][..], |returned| &returned.out);
    let args = entered.args.iter().map(|arg| {
        value(&out.iter().find(|out| out.name == arg.name).unwrap_or(arg).value)
    });
    format!("{}({})", entered.name, args.collect::<Vec<_>>().join(", "))
}

/// What a call answers, behind the `=`.
pub(super) fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Value(number) => number.to_string(),
        Answer::Errno(number) => {
            let errno = Errno::from_raw(*number);
            format!("-1 {errno:?} ({number}) {}", errno.desc())
        }
        Answer::Unfinished(why) => format!("? ({why})"),
    }
}

/// The call, and its answer once there is one.
pub(super) fn call_line(entered: &Entered, returned: Option<&Returned>) -> String {
    let call = call(entered, returned);
    match returned {
        Some(returned) => format!("{call} = {}", answer(&returned.answer)),
        None => call,
    }
}

/// The fields of an IPv4 address.
pub(super) fn fields(address: &SocketAddress) -> Vec<AddressField> {
    let SocketAddress { text, raw } = address;
    let field = |name, bytes, means: &str| AddressField { name, bytes, means: means.into() };
    match (raw.first_chunk::<2>().map(|family| u16::from_ne_bytes(*family)), raw.len()) {
        (Some(2), 16..) => {
            let (ip, port) = text.rsplit_once(':').unwrap_or((text, "0"));
            vec![
                field("sin_family", 0..2, "AF_INET"),
                field("sin_port", 2..4, &format!("htons({port})")),
                field("sin_addr", 4..8, &format!("inet_addr(\"{ip}\")")),
                field("sin_zero", 8..16, "not used"),
            ]
        }
        _ => vec![field("address", 0..raw.len(), text)],
    }
}
