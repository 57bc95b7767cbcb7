//! strace's calls in the common form.

use std::collections::HashSet;

use super::form::{Call, Form, constants};
use super::strace::{Line, Tree, calls, remark};

/// Stands for what strace does not know, where sockstep does.
pub const UNKNOWN: &str = "(unknown)";

/// The calls on sockets in a log, each with its thread.
pub fn read(log: &str) -> Vec<(i32, Call)> {
    let mut lines = calls(log);
    restarted(&mut lines);
    let mut former = HashSet::new();
    lines.retain(|line| is_shown(line, &mut former));
    lines.iter().map(|line| (line.tid, call(line))).collect()
}

/// A call that a signal breaks off is made anew by the kernel: two lines to strace, one call to the
/// program. Where it is not made anew, sigreturn answers what the call does, EINTR.
fn restarted(lines: &mut Vec<Line>) {
    let mut at = 0;
    while at < lines.len() {
        if lines[at].result.starts_with("? ERESTART") {
            let tid = lines[at].tid;
            let next = lines[at + 1..].iter().position(|line| line.tid == tid);
            let Some(next) = next.map(|next| at + 1 + next) else {
                lines[at].result = "?".into();
                continue;
            };
            match lines[next].name.as_str() {
                "rt_sigreturn" if lines[next].result.starts_with("-1 EINTR") => {
                    lines[at].result = "-1 EINTR".into();
                }
                "rt_sigreturn" => drop(lines.remove(next)),
                "restart_syscall" => {
                    lines[at].result = format!("{} (restarted)", lines.remove(next).result);
                }
                name if name == lines[at].name => lines[at] = lines.remove(next),
                // What a handler calls comes before its sigreturn.
                _ => lines[at].result = "-1 EINTR".into(),
            }
            continue;
        }
        at += 1;
    }
}

fn is_socket(tree: &Tree) -> bool {
    matches!(tree, Tree::Fd(_, what) if what.contains(":[") && !what.starts_with("NETLINK"))
}

/// Whether the call is about a socket. Netlink's are left out on both sides: they tell of the
/// machine's interfaces, and strace takes their messages apart. Paths are in hexadecimal here, so
/// `pipe:[1]` has no colon.
fn is_shown(line: &Line, former: &mut HashSet<i32>) -> bool {
    let arg = |at: usize| line.args.get(at).unwrap_or(&Tree::List(Vec::new())).clone();
    let netlink = matches!(arg(0), Tree::Fd(_, what) if what.starts_with("NETLINK"))
        || arg(0) == Tree::Word("AF_NETLINK".into());
    let mut is_or_was = |at: usize| match arg(at) {
        tree @ Tree::Fd(fd, _) if is_socket(&tree) => {
            former.insert(fd);
            true
        }
        Tree::Word(fd) => fd.parse().is_ok_and(|fd: i32| former.contains(&fd)),
        _ => false,
    };
    match line.name.as_str() {
        _ if netlink => false,
        "restart_syscall" | "rt_sigreturn" => false,
        "read" | "write" | "readv" | "writev" | "close" | "dup" | "fcntl" | "ioctl" => is_or_was(0),
        "dup2" | "dup3" | "sendfile" => is_or_was(0) | is_or_was(1),
        "splice" => is_or_was(0) | is_or_was(2),
        "poll" | "ppoll" | "select" | "pselect6" => line.args.iter().any(waits_for_sockets),
        _ => true,
    }
}

fn waits_for_sockets(tree: &Tree) -> bool {
    // `anon_inode:[eventpoll]`, as -xx writes it.
    let epoll: String = b"anon_inode:[eventpoll]".iter().map(|b| format!("\\x{b:02x}")).collect();
    match tree {
        Tree::Fd(_, what) => is_socket(tree) || *what == epoll,
        Tree::List(items) => items.iter().any(waits_for_sockets),
        Tree::Struct(fields) => fields.iter().any(|field| waits_for_sockets(&field.1)),
        _ => false,
    }
}

fn form(tree: &Tree) -> Form {
    match tree {
        Tree::Word(word) => constants(word),
        Tree::Fd(fd, _) => Form::word(fd.to_string()),
        Tree::Bytes(bytes) => Form::Bytes(bytes.clone()),
        Tree::Struct(fields) => match fields.first() {
            Some((name, family)) if name == "sa_family" => {
                address(form(family).text(), &fields[1..])
            }
            _ => Form::Fields(fields.iter().map(|(n, v)| (n.clone(), field(n, v))).collect()),
        },
        Tree::List(items) => Form::List(items.iter().map(form).collect()),
        Tree::Made(_, made) => match &made[..] {
            [Tree::Bytes(text)] => Form::word(String::from_utf8_lossy(text)),
            [number] => form(number),
            _ => Form::List(made.iter().map(form).collect()),
        },
        Tree::Then(before, after) => {
            Form::word(format!("{} => {}", single(form(before)).text(), single(form(after)).text()))
        }
    }
}

fn field(name: &str, value: &Tree) -> Form {
    match (name, value) {
        // A process has another number in each run.
        ("pid", _) => Form::word("PID"),
        // Both see the length that came out; sockstep shows the one that went in at the call's
        // entry.
        (_, Tree::Then(_, after)) => form(after),
        // `data={u32=6, u64=6}`
        ("data", Tree::Struct(parts)) => match parts.last().map(|part| form(&part.1)) {
            Some(Form::Word(n)) if n.parse().is_ok_and(|n: u64| n > u32::MAX.into()) => {
                Form::word("&")
            }
            Some(form) => form,
            None => Form::word("0"),
        },
        _ => form(value),
    }
}

/// A socket address as people write it; its bytes where it is cut short.
fn address(family: &str, fields: &[(String, Tree)]) -> Form {
    let of = |name: &str| fields.iter().find(|field| field.0 == name).map(|field| form(&field.1));
    let number = |name: &str| of(name).map_or(String::new(), |form| form.text().to_owned());
    let text = match (family, fields) {
        (_, [(name, data)]) if name == "sa_data" => {
            return Form::Fields(vec![
                ("sa_family".into(), Form::word(family)),
                ("sa_data".into(), form(data)),
            ]);
        }
        ("AF_INET", _) => format!("{}:{}", number("sin_addr"), number("sin_port")),
        ("AF_INET6", _) => {
            let host = fields.iter().find(|field| field.0.is_empty()).map(|field| &field.1);
            let host = match host {
                Some(Tree::Made(_, made)) => match &made[1] {
                    Tree::Bytes(text) => String::from_utf8_lossy(text).into_owned(),
                    other => panic!("{other:?}"),
                },
                _ => String::new(),
            };
            let scope = match number("sin6_scope_id").as_str() {
                "0" => String::new(),
                scope => format!("%{scope}"),
            };
            format!("[{host}{scope}]:{}", number("sin6_port"))
        }
        ("AF_UNIX", []) => "(unnamed)".into(),
        ("AF_UNIX", [(_, Tree::Bytes(path)), ..]) => String::from_utf8_lossy(path).into_owned(),
        ("AF_UNIX", [(_, Tree::Made(_, name)), ..]) => match &name[..] {
            [Tree::Bytes(name)] => format!("@{}", String::from_utf8_lossy(name)),
            other => panic!("{other:?}"),
        },
        _ => format!("{family} {fields:?}"),
    };
    Form::Word(text)
}

/// What is behind a pointer stands in brackets: `[5]`.
fn single(form: Form) -> Form {
    match form {
        Form::List(mut items) if items.len() == 1 => items.remove(0),
        other => other,
    }
}

fn call(line: &Line) -> Call {
    let name = line.name.clone();
    let answer = answer(&line.result);
    let mut args: Vec<Form> = line.args.iter().map(form).collect();
    let ok = answer.parse::<i64>().is_ok();
    let told = match name.as_str() {
        _ if answer == "?" => {
            args.truncate(1);
            Vec::new()
        }
        "poll" | "ppoll" if line.result.ends_with("(restarted)") => {
            // It goes on under another name and without its arguments.
            waited(&name, &mut args, "");
            vec![Form::word(UNKNOWN)]
        }
        "poll" | "ppoll" | "select" | "pselect6" => waited(&name, &mut args, &line.result),
        "epoll_wait" | "epoll_pwait" | "epoll_pwait2" => {
            args.truncate(4);
            let events = args.remove(1);
            if ok { events.items().to_vec() } else { Vec::new() }
        }
        _ => {
            adjust(&name, &mut args, ok);
            Vec::new()
        }
    };
    Call { name, args, answer, told }
}

fn answer(result: &str) -> String {
    let first = result.split([' ', '<']).next().unwrap_or_default();
    match first {
        "-1" => constants(result.split(' ').nth(1).unwrap_or_default()).text().to_owned(),
        "0x0" => "0".into(),
        first => constants(first).text().to_owned(),
    }
}

/// The members and what has happened to them, the time that was left of the timeout left out. So is
/// the mask of signals, which sockstep does not follow.
fn waited(name: &str, args: &mut Vec<Form>, result: &str) -> Vec<Form> {
    args.truncate(if name.contains("poll") { 3 } else { 5 });
    if let Some(Form::List(members)) = args.first_mut() {
        for member in members {
            *member = super::ours::member(member);
        }
    }
    let told = remark(result).into_iter().filter(|(name, _)| name != "left");
    let told = told.filter(|(name, tree)| !name.is_empty() || matches!(tree, Tree::List(_)));
    let told = told.flat_map(|(name, tree)| match (name.as_str(), form(&tree)) {
        ("", Form::List(members)) => members,
        (_, set) => vec![Form::Fields(vec![(name, set)])],
    });
    told.collect()
}

fn adjust(name: &str, args: &mut [Form], ok: bool) {
    match name {
        // 0 lets the kernel choose, whatever protocol of another name it is.
        "socket" if args[2].text() == "IPPROTO_IP" => args[2] = Form::word("0"),
        "accept" | "accept4" | "getsockname" | "getpeername" => length(&mut args[2], ok),
        "recvfrom" => length(&mut args[5], ok),
        "getsockopt" | "setsockopt" => {
            if name == "getsockopt" {
                length(&mut args[4], ok);
            }
            args[3] = option(args[2].text(), args[3].clone());
            // strace 6.1 is older than the youngest options.
            if args[2].text().parse::<i64>().is_ok() {
                args[2] = Form::word(UNKNOWN);
            }
        }
        "ioctl" => args[2] = single(args[2].clone()),
        "sendfile" => length(&mut args[2], ok),
        "splice" => [1, 3].into_iter().for_each(|at| length(&mut args[at], ok)),
        // Not followed by sockstep: `{type=F_OWNER_PID, pid=0}`.
        "fcntl" if args[1].text() == "F_GETOWN_EX" => args[2] = Form::word("&"),
        "sendmsg" | "recvmsg" => args[1] = message(name, &args[1], ok),
        "sendmmsg" | "recvmmsg" => args[1] = message(name, &args[1], ok),
        _ => (),
    }
}

/// A length or an offset behind a pointer: one number where it has stayed the same.
fn length(arg: &mut Form, ok: bool) {
    *arg = single(arg.clone());
    let text = arg.text();
    if ok && text.parse::<i64>().is_ok() {
        *arg = Form::word(format!("{text} => {text}"));
    }
}

/// What strace shows of an option's value without taking it apart.
fn option(name: &str, value: Form) -> Form {
    let value = single(value);
    match (name, &value) {
        ("SO_RCVTIMEO" | "SO_SNDTIMEO", Form::Bytes(bytes)) if bytes.len() == 16 => {
            let number = |at: usize| i64::from_ne_bytes(bytes[at..][..8].try_into().expect("8"));
            let field = |name: &str, at| (name.to_owned(), Form::word(number(at).to_string()));
            Form::Fields(vec![field("tv_sec", 0), field("tv_usec", 8)])
        }
        ("SO_MAX_PACING_RATE", Form::Bytes(bytes)) if bytes.len() == 8 => {
            let rate = u64::from_ne_bytes(bytes[..].try_into().expect("8"));
            Form::word(rate.to_string())
        }
        ("TCP_CONGESTION", Form::Bytes(bytes)) => super::ours::text(bytes),
        // A name of four letters.
        ("TCP_CONGESTION", Form::Word(n)) if n.parse::<i32>().is_ok() => {
            super::ours::text(&n.parse::<i32>().expect("a number").to_ne_bytes())
        }
        // What else it tells depends on time.
        ("TCP_INFO", Form::Bytes(bytes)) => Form::word(format!("state {}", bytes[0])),
        (_, Form::Bytes(bytes)) if name.starts_with("IP_") && bytes.len() == 1 => {
            Form::word(bytes[0].to_string())
        }
        // strace takes the longer structure for the shorter one.
        ("IP_ADD_MEMBERSHIP" | "IP_DROP_MEMBERSHIP", Form::Fields(fields)) => fields[0].1.clone(),
        _ => value,
    }
}

/// A `struct msghdr`, or an array of them, as far as both show it. What a call that failed was to
/// fill, strace shows as an address or in part.
fn message(call: &str, form: &Form, ok: bool) -> Form {
    if !ok && call.starts_with("recv") && !matches!(form, Form::Word(_)) {
        return Form::word("&");
    }
    super::ours::message(call, form)
}
