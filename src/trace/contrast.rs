//! Two values that are not the same as two texts that are not the same.

use super::{Arg, Value};

/// The two values as text. Where what differs is not in what is shown of a value, it is looked up.
pub(super) fn contrast(a: &Value, b: &Value) -> (String, String) {
    let texts = (a.to_string(), b.to_string());
    if a == b || texts.0 != texts.1 {
        return texts;
    }
    match (a, b) {
        (Value::Bytes { data: a, .. }, Value::Bytes { data: b, .. }) => {
            let at = a.iter().zip(b).take_while(|(a, b)| a == b).count();
            let rest = |data: &[u8]| {
                let rest = data.get(at..).unwrap_or_default();
                let length = rest.len() as u64;
                format!("from byte {at}: {}", Value::Bytes { data: rest.into(), length })
            };
            (rest(a), rest(b))
        }
        (Value::Struct(a), Value::Struct(b)) => {
            let field = |arg: &Arg| arg.value.clone();
            first(a.iter().map(field).zip(b.iter().map(field)))
        }
        (Value::List { items: a, .. }, Value::List { items: b, .. }) => {
            first(a.iter().cloned().zip(b.iter().cloned()))
        }
        _ => (format!("{a:?}"), format!("{b:?}")),
    }
}

fn first(pairs: impl Iterator<Item = (Value, Value)>) -> (String, String) {
    let mut pairs = pairs.filter(|(a, b)| a != b);
    pairs.next().map_or_else(Default::default, |(a, b)| contrast(&a, &b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::fixture::{address, bytes};

    #[test]
    fn what_differs_is_shown() {
        let long = |end: &[u8]| bytes(&["0123456789".repeat(20).as_bytes(), end].concat());
        let within = |value| Value::List {
            items: vec![Value::Struct(vec![Arg::new("iov_base", value)])],
            length: 1,
        };
        let cases = [
            (Value::Int(1), Value::Int(2), "1", "2"),
            (long(b"x"), long(b"y"), "from byte 200: \"x\"", "from byte 200: \"y\""),
            (
                within(long(b"x")),
                within(long(b"y")),
                "from byte 200: \"x\"",
                "from byte 200: \"y\"",
            ),
            (address("1.1.1.1:1"), address("1.1.1.1:2"), "{1.1.1.1:1}", "{1.1.1.1:2}"),
        ];
        for (a, b, text_a, text_b) in cases {
            assert_eq!(contrast(&a, &b), (text_a.into(), text_b.into()));
        }
        let (a, b) = contrast(
            &Value::Named { raw: 1, name: "X".into() },
            &Value::Named { raw: 2, name: "X".into() },
        );
        assert_ne!(a, b);
    }
}
