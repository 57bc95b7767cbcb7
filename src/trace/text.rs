//! Calls, arguments and answers as C-like text for people: the one place where that is decided.

use std::fmt::{self, Display, Formatter};

use nix::errno::Errno;

use super::quote::{harmless, quote};
use super::{Answer, Arg, Entered, Returned, Value};

/// A call on one line: `accept(3, {127.0.0.1:40000}, [128 → 16]) = 4`. Where the kernel has
/// answered through an argument, the answer stands in its place. Without an answer for as long as
/// there is none.
pub fn call_text(entered: &Entered, returned: Option<&Returned>) -> String {
    let mut text = made_text(entered, returned);
    if let Some(returned) = returned {
        text.push_str(&format!(" = {}", returned.answer));
    }
    text
}

/// The same without the answer.
pub fn made_text(entered: &Entered, returned: Option<&Returned>) -> String {
    let mut text = harmless(&entered.name);
    let out = returned.map_or(&[][..], |returned| &returned.out);
    let args = entered.args.iter().map(|arg| {
        let answer = out.iter().find(|answer| answer.name == arg.name);
        match (&arg.value, answer.map(|answer| &answer.value)) {
            (Value::Length(given), Some(Value::Length(now))) if given != now => {
                format!("[{given} → {now}]")
            }
            (given, answer) => answer.unwrap_or(given).to_string(),
        }
    });
    text.push_str(&format!("({})", args.collect::<Vec<_>>().join(", ")));
    text
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Value::Int(number) => write!(f, "{number}"),
            Value::Named { name, .. } => f.write_str(&harmless(name)),
            Value::Fd(fd) => write!(f, "{fd}"),
            Value::Null => f.write_str("NULL"),
            // Where the kernel will write, or a handle: the number itself says nothing.
            Value::Pointer(_) => f.write_str("…"),
            Value::Unreadable(address) => write!(f, "{address:#x} (unreadable)"),
            Value::Bytes { data, length } => f.write_str(&quote(data, *length)),
            Value::Address(address) => write!(f, "{{{}}}", harmless(&address.text)),
            Value::Struct(fields) => write!(f, "{{{}}}", Joined(fields)),
            Value::List { items, length } if items.len() as u64 >= *length => {
                write!(f, "[{}]", Joined(items))
            }
            Value::List { items, length } => {
                let comma = if items.is_empty() { "" } else { ", " };
                write!(f, "[{}{comma}…] ({length} elements)", Joined(items))
            }
            Value::Length(length) => write!(f, "[{length}]"),
            Value::Text(text) => f.write_str(&quote(text.as_bytes(), text.len() as u64)),
        }
    }
}

/// As a field of a structure is written: `l_onoff=1`.
impl Display for Arg {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", harmless(&self.name), self.value)
    }
}

impl Display for Answer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Value(value) => write!(f, "{value}"),
            Answer::Errno(number) => write!(f, "-1 {}", errno(*number)),
            Answer::Unfinished(why) => write!(f, "? ({})", harmless(why)),
        }
    }
}

/// `ECONNREFUSED (111) Connection refused`: the name in C, the number, the C library's text.
fn errno(number: i32) -> String {
    let name = match Errno::from_raw(number) {
        Errno::UnknownErrno => "errno".into(),
        known => format!("{known:?}"),
    };
    let text = std::io::Error::from_raw_os_error(number).to_string();
    let text = text.strip_suffix(&format!(" (os error {number})")).unwrap_or(&text);
    format!("{name} ({number}) {text}")
}

/// Things with commas between them.
struct Joined<'a, T>(&'a [T]);

impl<T: Display> Display for Joined<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, item) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{item}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::fixture::{address, entered, named};

    #[test]
    fn values_read_as_in_c() {
        let list = |length| Value::List { items: vec![Value::Fd(3), Value::Fd(4)], length };
        let cases = [
            (Value::Int(-7), "-7"),
            (named("SOCK_STREAM|SOCK_CLOEXEC"), "SOCK_STREAM|SOCK_CLOEXEC"),
            (Value::Fd(3), "3"),
            (Value::Null, "NULL"),
            (Value::Pointer(0x7ffc_0010), "…"),
            (Value::Unreadable(16), "0x10 (unreadable)"),
            (Value::Bytes { data: b"hi\n".to_vec(), length: 3 }, "\"hi\\n\""),
            (address("127.0.0.1:9001"), "{127.0.0.1:9001}"),
            (Value::Struct(vec![]), "{}"),
            (
                Value::Struct(vec![
                    Arg::new("l_onoff", Value::Int(1)),
                    Arg::new("l_linger", Value::Int(0)),
                ]),
                "{l_onoff=1, l_linger=0}",
            ),
            (list(2), "[3, 4]"),
            (list(9), "[3, 4, …] (9 elements)"),
            (Value::List { items: vec![], length: 9 }, "[…] (9 elements)"),
            (Value::Length(16), "[16]"),
            (Value::Text("eth0\x1b".into()), "\"eth0\\x1b\""),
            (named("\x1b[2J"), "\\x1b[2J"),
        ];
        for (value, text) in cases {
            assert_eq!(value.to_string(), text);
        }
    }

    #[test]
    fn answers_name_the_error() {
        let cases = [
            (Answer::Value(3), "3"),
            (Answer::Errno(libc::ECONNREFUSED), "-1 ECONNREFUSED (111) Connection refused"),
            (Answer::Errno(libc::EAGAIN), "-1 EAGAIN (11) Resource temporarily unavailable"),
            (Answer::Errno(9999), "-1 errno (9999) Unknown error 9999"),
            (Answer::Unfinished("the program ended".into()), "? (the program ended)"),
        ];
        for (answer, text) in cases {
            assert_eq!(answer.to_string(), text);
        }
    }

    #[test]
    fn what_the_kernel_answers_takes_the_arguments_place() {
        let args = || {
            let pointer = Value::Pointer(0x7ffc_0010);
            vec![("sockfd", Value::Fd(3)), ("addr", pointer), ("addrlen", Value::Length(128))]
        };
        let entered = entered(5, 0, "accept", args());
        assert_eq!(call_text(&entered, None), "accept(3, …, [128])");
        let mut returned = Returned {
            call: 5,
            answer: Answer::Value(4),
            out: vec![
                Arg::new("addr", address("127.0.0.1:40000")),
                Arg::new("addrlen", Value::Length(16)),
            ],
            made: None,
        };
        let text = "accept(3, {127.0.0.1:40000}, [128 → 16]) = 4";
        assert_eq!(call_text(&entered, Some(&returned)), text);
        returned.out[1].value = Value::Length(128);
        let text = "accept(3, {127.0.0.1:40000}, [128]) = 4";
        assert_eq!(call_text(&entered, Some(&returned)), text);
    }
}
