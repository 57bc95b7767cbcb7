//! A call in a form that does not depend on who has written it down.

use std::collections::HashMap;
use std::fmt;

/// A call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    pub name: String,
    pub args: Vec<Form>,
    /// A number, an errno's name, or `?`.
    pub answer: String,
    /// What a call that waits has told: which descriptors, and what of them.
    pub told: Vec<Form>,
}

/// An argument.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A number in decimal, constants in alphabetical order, an address as people write it, `NULL`,
    /// or `&` for a pointer, which is another one in each run.
    Word(String),
    Bytes(Vec<u8>),
    Fields(Vec<(String, Form)>),
    List(Vec<Form>),
}

impl Form {
    pub fn word(text: impl Into<String>) -> Form {
        Form::Word(text.into())
    }

    pub fn text(&self) -> &str {
        if let Form::Word(text) = self { text } else { "" }
    }

    pub fn field(&self, name: &str) -> Option<&Form> {
        let Form::Fields(fields) = self else { return None };
        fields.iter().find(|field| field.0 == name).map(|field| &field.1)
    }

    pub fn items(&self) -> &[Form] {
        if let Form::List(items) = self { items } else { &[] }
    }

    /// The same, with all that is in it.
    fn each(&mut self, change: &mut impl FnMut(&mut Form)) {
        change(self);
        match self {
            Form::Fields(fields) => fields.iter_mut().for_each(|field| field.1.each(change)),
            Form::List(items) => items.iter_mut().for_each(|item| item.each(change)),
            Form::Word(_) | Form::Bytes(_) => (),
        }
    }
}

/// Constants and numbers joined by `|`: in alphabetical order, each under one of its names, numbers
/// decimal.
pub fn constants(text: &str) -> Form {
    let mut parts: Vec<String> = text.split('|').map(constant).collect();
    parts.sort();
    Form::Word(parts.join("|"))
}

fn constant(text: &str) -> String {
    if let Some(digits) = text.strip_prefix("0x") {
        return match u64::from_str_radix(digits, 16) {
            Ok(0) => "NULL".into(),
            Ok(number) if number <= u32::MAX.into() => number.to_string(),
            _ => "&".into(),
        };
    }
    // The same numbers: the headers have several names for them.
    let name = match text {
        "SOL_TCP" => "IPPROTO_TCP",
        "SOL_IP" => "IPPROTO_IP",
        "SOL_IPV6" => "IPPROTO_IPV6",
        "SOL_UDP" => "IPPROTO_UDP",
        "TIOCOUTQ" => "SIOCOUTQ",
        "IP_ORIGDSTADDR" => "IP_RECVORIGDSTADDR",
        "IPV6_ORIGDSTADDR" => "IPV6_RECVORIGDSTADDR",
        "SO_GET_FILTER" => "SO_ATTACH_FILTER",
        "EWOULDBLOCK" => "EAGAIN",
        "ENOTSUP" => "EOPNOTSUPP",
        // The kernel's header calls the numbers of 32-bit times old, C's has the plain name.
        name => name.strip_suffix("_OLD").unwrap_or(name),
    };
    name.to_owned()
}

/// Gives the ports that the kernel chose numbers, as they come, and the one that was given a name.
pub fn name_ports(calls: &mut [Call], given: u16) {
    let mut names = HashMap::from([(given.to_string(), String::from("PORT"))]);
    for call in calls {
        for form in call.args.iter_mut().chain(&mut call.told) {
            form.each(&mut |form| {
                let Form::Word(text) = form else { return };
                let Some((host, port)) = text.rsplit_once(':') else { return };
                if !port.parse().is_ok_and(|port: u16| port >= 10_000) {
                    return;
                }
                let next = format!("PORT{}", names.len());
                let name = names.entry(port.to_owned()).or_insert(next);
                *text = format!("{host}:{name}");
            });
        }
    }
}

/// Gives descriptors numbers as they come: those that the calls here make, and those that they find
/// open.
pub fn name_descriptors(calls: &mut [Call]) {
    let mut names: HashMap<String, String> = HashMap::new();
    let mut count = 0;
    let mut next = |names: &mut HashMap<String, String>, number: &str| {
        count += 1;
        let name = format!("fd{count}");
        names.insert(number.to_owned(), name.clone());
        name
    };
    for call in calls {
        let makes = matches!(&*call.name, "socket" | "socketpair" | "epoll_create1");
        if !makes && let Some(Form::Word(first)) = call.args.first_mut() {
            let name = names.get(first).cloned().unwrap_or_else(|| next(&mut names, first));
            *first = name;
        }
        let pair = call.args.get_mut(3).filter(|_| call.name == "socketpair");
        if let Some(Form::List(pair)) = pair {
            for fd in pair {
                *fd = Form::word(next(&mut names, fd.text()));
            }
        }
        let answers_one =
            matches!(&*call.name, "socket" | "accept" | "accept4" | "dup" | "epoll_create1");
        if answers_one && call.answer.parse::<u32>().is_ok() {
            call.answer = next(&mut names, &call.answer);
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Call { name, args, answer, told } = self;
        write!(f, "{name}{:?} = {answer}", Form::List(args.clone()))?;
        if told.is_empty() { Ok(()) } else { write!(f, " {told:?}") }
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Form::Word(text) => f.write_str(text),
            Form::Bytes(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
            Form::Fields(fields) => {
                let fields: Vec<_> = fields.iter().map(|(n, v)| format!("{n}={v:?}")).collect();
                write!(f, "{{{}}}", fields.join(", "))
            }
            Form::List(items) => {
                let items: Vec<_> = items.iter().map(|item| format!("{item:?}")).collect();
                write!(f, "[{}]", items.join(", "))
            }
        }
    }
}
