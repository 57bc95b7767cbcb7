//! An entry, and how the file spells it.

use serde::{Deserialize, Deserializer, Serialize};

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A call: `bind`.
    Call,
    /// What a call fails with: `EADDRINUSE`.
    Errno,
    /// A state of TCP: `TIME_WAIT`.
    State,
    /// What `setsockopt` takes: `SO_REUSEADDR`.
    Option,
    /// What is joined by `|`: `MSG_NOSIGNAL`.
    Flag,
    /// Any other number with a name: `AF_INET`.
    Constant,
    /// `SIGPIPE`.
    Signal,
    /// A flag in the header of a TCP segment: `SYN`.
    Segment,
    /// A word of the field: backlog.
    Word,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 9] = [
        Kind::Call,
        Kind::Errno,
        Kind::State,
        Kind::Option,
        Kind::Flag,
        Kind::Constant,
        Kind::Signal,
        Kind::Segment,
        Kind::Word,
    ];
}

/// What there is to say of a name. A field that means nothing for its kind is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name: `EADDRINUSE`.
    #[serde(skip_deserializing)]
    pub name: String,
    /// What it is the name of.
    #[serde(skip_deserializing, default = "unknown")]
    pub kind: Kind,
    /// An error's number, which the C library knows.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub number: Option<i32>,
    /// An error's text, the C library's.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Other names for the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// A call's prototype in C.
    #[serde(default, deserialize_with = "line", skip_serializing_if = "String::is_empty")]
    pub prototype: String,
    /// An option's level, `setsockopt`'s second argument.
    #[serde(default, deserialize_with = "line", skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// The type of an option's value, and what may be done with it.
    #[serde(default, deserialize_with = "line", skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// What an option is on Linux when nobody has set it.
    #[serde(default, deserialize_with = "line", skip_serializing_if = "String::is_empty")]
    pub default: String,
    /// What it is: a few sentences.
    #[serde(deserialize_with = "line")]
    pub what: String,
    /// How a connection gets into a state.
    #[serde(default, deserialize_with = "lines", skip_serializing_if = "Vec::is_empty")]
    pub enters: Vec<String>,
    /// How it gets out of it.
    #[serde(default, deserialize_with = "lines", skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<String>,
    /// The calls that give or take it, or that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<String>,
    /// The usual causes. One that holds for some calls only begins with their names: `bind, listen:
    /// …`.
    #[serde(default, deserialize_with = "lines", skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// How to see it: a command, ` # `, and what to look at.
    #[serde(default, deserialize_with = "lines", skip_serializing_if = "Vec::is_empty")]
    pub see: Vec<String>,
    /// What to do.
    #[serde(default, deserialize_with = "lines", skip_serializing_if = "Vec::is_empty")]
    pub cure: Vec<String>,
    /// The experiments that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labs: Vec<String>,
    /// Who says so: man pages, POSIX, RFCs.
    #[serde(deserialize_with = "line")]
    pub source: String,
}

impl Entry {
    /// The causes that hold for a call, without its name before them: those that name it, then
    /// those that name none.
    pub fn causes_of(&self, call: &str) -> Vec<&str> {
        let mut own = Vec::new();
        let mut general = Vec::new();
        for cause in &self.causes {
            match self.of_calls(cause) {
                Some((calls, cause)) if calls.split(", ").any(|name| name == call) => {
                    own.push(cause);
                }
                Some(_) => {}
                None => general.push(cause.as_str()),
            }
        }
        own.append(&mut general);
        own
    }

    /// The calls that a cause names, and the cause.
    fn of_calls<'a>(&self, cause: &'a str) -> Option<(&'a str, &'a str)> {
        let (calls, cause) = cause.split_once(": ")?;
        let is_call = |name: &str| self.calls.iter().any(|call| call == name);
        calls.split(", ").all(is_call).then_some((calls, cause))
    }
}

/// The kind is the table's name in the file; until that is filled in, anything will do.
fn unknown() -> Kind {
    Kind::Word
}

/// In the file a text may be broken into lines; here it is one.
fn join(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(join(&String::deserialize(from)?))
}

fn lines<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Ok(Vec::<String>::deserialize(from)?.iter().map(|text| join(text)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        let text = r#"
            what = "one\n  two"
            calls = ["bind", "listen"]
            causes = ["bind: a", "bind, listen: b", "c", "note: d"]
            source = "-"
        "#;
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_text_is_one_line() {
        assert_eq!(entry().what, "one two");
    }

    #[test]
    fn a_call_has_its_own_causes_first() {
        assert_eq!(entry().causes_of("bind"), ["a", "b", "c", "note: d"]);
        assert_eq!(entry().causes_of("listen"), ["b", "c", "note: d"]);
        assert_eq!(entry().causes_of("connect"), ["c", "note: d"]);
        let only = Entry { causes: vec!["bind: a".into()], ..entry() };
        assert_eq!(only.causes_of("connect"), [""; 0]);
    }
}
