//! sockstep's calls in the common form.

use std::collections::HashSet;

use nix::errno::Errno;
use sockstep::trace::{Answer, Arg, CallView, SocketAddress, Trace, Value};

use super::form::{Call, Form, constants};

/// The calls of one program, each with its thread. Netlink's are left out on both sides.
pub fn read(trace: &Trace, program: u8) -> Vec<(i32, Call)> {
    let mut netlink = HashSet::new();
    let mut calls = trace.calls();
    calls.retain(|call| call.entered.who.program == program && !is_netlink(call, &mut netlink));
    calls.iter().map(|view| (view.entered.who.tid, call(view))).collect()
}

/// Netlink's sockets go by their process and number: no program here passes one on.
fn is_netlink(call: &CallView, known: &mut HashSet<(i32, i32)>) -> bool {
    let pid = call.entered.who.pid;
    match call.entered.args.first().map(|arg| &arg.value) {
        Some(Value::Named { name, .. }) if name == "AF_NETLINK" => {
            if let Some((Answer::Value(fd), _)) =
                call.returned.map(|(r, at)| (r.answer.clone(), at))
            {
                known.insert((pid, fd as i32));
            }
            true
        }
        Some(Value::Fd(fd)) if call.entered.name == "close" => known.remove(&(pid, *fd)),
        Some(Value::Fd(fd)) => known.contains(&(pid, *fd)),
        _ => false,
    }
}

fn call(view: &CallView) -> Call {
    let name = view.entered.name.to_string();
    let answer = match view.returned.map(|(returned, _)| &returned.answer) {
        Some(Answer::Value(value)) => value.to_string(),
        Some(Answer::Errno(errno)) => {
            constants(&format!("{:?}", Errno::from_raw(*errno))).text().into()
        }
        Some(Answer::Unfinished(_)) | None => "?".into(),
    };
    let ok = answer.parse::<i64>().is_ok();
    let entered = &view.entered.args;
    let out = view.returned.map_or(&[][..], |(returned, _)| &returned.out);
    let mut told = Vec::new();
    let mut args: Vec<Form> = match name.as_str() {
        _ if answer == "?" => entered[..1].iter().map(|arg| form(&arg.value)).collect(),
        "poll" | "ppoll" | "select" | "pselect6" => {
            told = happened(out);
            let mut args: Vec<_> = entered.iter().map(|arg| form(&arg.value)).collect();
            args.truncate(if name.contains("poll") { 3 } else { 5 });
            if let Form::List(members) = &mut args[0] {
                members.iter_mut().for_each(|member| *member = self::member(member));
            }
            args
        }
        "epoll_wait" | "epoll_pwait" | "epoll_pwait2" => {
            told = out.iter().flat_map(|arg| form(&arg.value).items().to_vec()).collect();
            [0, 2, 3].map(|at| form(&entered[at].value)).into()
        }
        _ => entered.iter().map(|arg| merged(&name, arg, out)).collect(),
    };
    match name.as_str() {
        "getsockopt" | "setsockopt" => {
            let value = out.iter().chain(entered).find(|arg| arg.name == "optval");
            let option = args[2].text().to_owned();
            // strace shows the address of what is too short for an int.
            let short = option.starts_with("SO_") && !ok && args[4].text() == "1";
            args[3] = value.map_or(Form::word("NULL"), |arg| self::option(&option, &arg.value));
            if short {
                args[3] = Form::word("&");
            }
        }
        "recvmsg" | "recvmmsg" if !ok && !matches!(args[1], Form::Word(_)) => {
            args[1] = Form::word("&")
        }
        "sendmmsg" => args[1] = with_lengths(&args[1], out),
        _ => (),
    }
    if name.contains("msg") && args.len() > 1 {
        args[1] = message(&name, &args[1]);
    }
    Call { name, args, answer, told }
}

/// An argument as it was before the call and is behind it.
fn merged(call: &str, arg: &Arg, out: &[Arg]) -> Form {
    let after = out.iter().find(|after| after.name == arg.name).map(|after| &after.value);
    let moves = call == "sendfile" || call == "splice";
    match (&arg.value, after) {
        (Value::Length(before), Some(Value::Length(after))) => {
            Form::word(format!("{before} => {after}"))
        }
        (Value::Int(before), Some(Value::Int(after))) if moves => {
            Form::word(format!("{before} => {after}"))
        }
        // strace shows the lengths only at the end, and only of messages that went.
        (value, Some(_)) if call == "sendmmsg" => form(value),
        (_, Some(after)) => form(after),
        (value, None) => form(value),
    }
}

fn form(value: &Value) -> Form {
    match value {
        Value::Int(number) | Value::Length(number) => Form::word(number.to_string()),
        Value::Named { name, .. } => host(name).unwrap_or_else(|| constants(name)),
        Value::Fd(fd) => Form::word(fd.to_string()),
        Value::Null => Form::word("NULL"),
        Value::Pointer(address) | Value::Unreadable(address) => constants(&format!("{address:#x}")),
        Value::Bytes { data, .. } => Form::Bytes(data.clone()),
        Value::Address(address) => self::address(address),
        Value::Text(text) => Form::word(text.clone()),
        Value::List { items, .. } => Form::List(items.iter().map(form).collect()),
        Value::Struct(fields) => {
            let field = |arg: &Arg| match &*arg.name {
                "pid" => Form::word("PID"),
                _ => form(&arg.value),
            };
            Form::Fields(fields.iter().map(|arg| (arg.name.to_string(), field(arg))).collect())
        }
    }
}

/// `inet_addr("127.0.0.1")`
fn host(name: &str) -> Option<Form> {
    match name.strip_prefix("inet_addr(\"") {
        Some(rest) => Some(Form::word(rest.strip_suffix("\")")?)),
        None => (name == "htonl(INADDR_ANY)").then(|| Form::word("0.0.0.0")),
    }
}

/// An address that strace knows the family of in full; others as their bytes.
fn address(address: &SocketAddress) -> Form {
    let raw = &address.raw;
    let Some(family) = raw.first_chunk().map(|family| u16::from_ne_bytes(*family)) else {
        return Form::word("&");
    };
    let least = match i32::from(family) {
        libc::AF_INET => 16,
        libc::AF_INET6 => 24,
        libc::AF_UNIX => 2,
        _ => usize::MAX,
    };
    if raw.len() >= least {
        return Form::word(address.text.clone());
    }
    let name = SocketAddress::family_name(family.into()).unwrap_or_default();
    let data = Form::Bytes(raw[2..].to_vec());
    Form::Fields(vec![("sa_family".into(), Form::word(name)), ("sa_data".into(), data)])
}

/// A member of poll's array. poll passes over descriptors below 0, and strace does not show what
/// they would wait for.
pub fn member(member: &Form) -> Form {
    match (member.field("fd"), member) {
        (Some(fd), Form::Fields(_)) if fd.text().starts_with('-') => {
            Form::Fields(vec![("fd".into(), fd.clone())])
        }
        _ => member.clone(),
    }
}

/// What poll and select have told: only of those descriptors with which something has happened.
fn happened(out: &[Arg]) -> Vec<Form> {
    let named = [("readfds", "in"), ("writefds", "out"), ("exceptfds", "except")];
    let mut told = Vec::new();
    for arg in out {
        if arg.name == "fds" {
            for member in form(&arg.value).items() {
                let [fd, revents] = ["fd", "revents"].map(|name| member.field(name).cloned());
                if let (Some(fd), Some(revents)) = (fd, revents)
                    && revents.text() != "0"
                {
                    told.push(Form::Fields(vec![("fd".into(), fd), ("revents".into(), revents)]));
                }
            }
        }
        let set = form(&arg.value);
        if let Some((_, name)) = named.iter().find(|(name, _)| arg.name == *name)
            && !set.items().is_empty()
        {
            told.push(Form::Fields(vec![((*name).into(), set)]));
        }
    }
    told
}

/// An option's value. strace shows the number of what sockstep has a name for.
fn option(name: &str, value: &Value) -> Form {
    match (name, value) {
        ("TCP_INFO", Value::Struct(fields)) => match fields.first().map(|field| &field.value) {
            Some(Value::Named { raw, .. } | Value::Int(raw)) => Form::word(format!("state {raw}")),
            other => panic!("{other:?}"),
        },
        ("IP_ADD_MEMBERSHIP" | "IP_DROP_MEMBERSHIP", Value::Struct(fields)) => {
            form(&fields[0].value)
        }
        ("IP_MULTICAST_IF", Value::Struct(fields)) => match &fields[0].value {
            Value::Named { raw, .. } => Form::word(raw.to_string()),
            other => panic!("{other:?}"),
        },
        (_, Value::Named { raw, .. }) => Form::word(raw.to_string()),
        _ => form(value),
    }
}

/// A text up to its NUL.
pub fn text(bytes: &[u8]) -> Form {
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    Form::word(String::from_utf8_lossy(text))
}

/// sendmmsg's messages, each with how much of it went.
fn with_lengths(messages: &Form, out: &[Arg]) -> Form {
    let sent = out.first().map_or(Form::List(Vec::new()), |arg| form(&arg.value));
    let each = messages.items().iter().zip(sent.items()).map(|(message, sent)| {
        let (Form::Fields(message), Form::Fields(sent)) = (message, sent) else {
            panic!("structs")
        };
        Form::Fields([message.as_slice(), sent].concat())
    });
    Form::List(each.collect())
}

/// A `struct msghdr`, or an array of `struct mmsghdr`, without what only one of both shows: an
/// empty control buffer, and the flags of a message that is sent, which the kernel does not look
/// at.
pub fn message(call: &str, form: &Form) -> Form {
    match form {
        Form::List(messages) => Form::List(messages.iter().map(|m| message(call, m)).collect()),
        Form::Fields(fields) => {
            let shown = fields.iter().filter(|(name, value)| match name.as_str() {
                "msg_control" => !matches!(value, Form::Word(_)) && !value.items().is_empty(),
                "msg_flags" => call.starts_with("recv"),
                _ => true,
            });
            let inner = |(name, value): &(String, Form)| match name.as_str() {
                "msg_hdr" => (name.clone(), message(call, value)),
                _ => (name.clone(), value.clone()),
            };
            Form::Fields(shown.map(inner).collect())
        }
        other => other.clone(),
    }
}
