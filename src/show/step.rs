//! One step: the call that is about to be made, and what it did.

use super::packet::packet;
use super::reset::why_reset;
use super::socket::changes;
use super::stack::function;
use crate::trace::{
    Answer, Arg, Entered, Frame, Packet, Returned, SocketAddress, SocketState, Stack, Value,
    made_text,
};

/// Source lines on each side of the current one.
const AROUND: u32 = 2;

/// The call about to be made: who makes it, the source line, the call, the bytes of its addresses.
pub fn before(entered: &Entered, name: &str, stack: Option<&Stack>, width: usize) -> String {
    let mut text = format!("{}\n", rule(&heading(entered, name), width));
    text.push_str(&source(stack, width));
    text.push_str(&format!("{}\n", wrap(&made_text(entered, None), "  ", "      ", width)));
    text.push_str(&addresses(&entered.args));
    text
}

/// A socket of another descriptor or program that a call has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Whose: `client fd 3`.
    pub name: String,
    /// As it was.
    pub before: Option<SocketState>,
    /// As it is; none: the kernel has forgotten it.
    pub after: Option<SocketState>,
}

/// What the call did: its result, what the kernel wrote through its arguments, what it holds of the socket
/// now, of other sockets that it changed, and the packets.
pub fn after(
    entered: &Entered,
    returned: &Returned,
    before: Option<&SocketState>,
    after: Option<&SocketState>,
    others: &[Other],
    packets: &[&Packet],
    width: usize,
) -> String {
    let result = match meaning(entered, returned, after.or(before)) {
        Some(meaning) => format!("{}: {meaning}", returned.answer),
        None => returned.answer.to_string(),
    };
    let mut text = format!("{}\n", wrap(&result, "  → ", "      ", width));
    if !returned.out.is_empty() {
        let now = made_text(entered, Some(returned));
        text.push_str(&format!("{}\n", wrap(&now, "    ", "      ", width)));
        text.push_str(&addresses(&returned.out));
    }
    let why = why_reset(entered, before, packets.iter().copied());
    let packets: Vec<_> = packets.iter().map(|each| packet(each)).collect();
    let mut kernel = changes(before, after);
    for Other { name, before, after } in others {
        let changes = changes(before.as_ref(), after.as_ref());
        if !changes.is_empty() {
            kernel.push(format!("{name}: {}", changes.join("; ")));
        }
    }
    text.push_str(&section("kernel", &kernel, width));
    text.push_str(&section("wire", &packets, width));
    text.push_str(&section("why", why.as_slice(), width));
    text
}

/// Who is about to make a call. One that waits for its turn has no number yet.
fn heading(entered: &Entered, name: &str) -> String {
    match entered.call {
        0 => format!("{name} · next: {}", entered.name),
        number => format!("{name} · call {number}: {}", entered.name),
    }
}

/// A heading across the page.
fn rule(title: &str, width: usize) -> String {
    let rest = width.saturating_sub(textwrap::core::display_width(title) + 5);
    format!("── {title} {}", "─".repeat(rest))
}

fn wrap(text: &str, first: &str, then: &str, width: usize) -> String {
    let options = textwrap::Options::new(width).initial_indent(first).subsequent_indent(then);
    textwrap::fill(text, options)
}

/// Lines under a word in the margin.
pub(super) fn section(name: &str, lines: &[String], width: usize) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let head = format!("  {:8}", if at == 0 { name } else { "" });
        text.push_str(&format!("{}\n", wrap(line, &head, "            ", width)));
    }
    text
}

/// Where the call stands in the user's own code, with the lines around it.
fn source(stack: Option<&Stack>, width: usize) -> String {
    let Some(stack) = stack else { return String::new() };
    let Some(frame) = stack.own.and_then(|own| stack.frames.get(own)) else {
        let why_not = stack.why_not.as_deref().unwrap_or("no debug information");
        return format!("{}\n", wrap(&format!("no source line: {why_not}"), "  ", "  ", width));
    };
    let (Some(file), Some(line)) = (&frame.file, frame.line) else {
        return format!("  in {} of {}\n", function(frame), frame.module);
    };
    let file = file.rsplit('/').next().unwrap_or(file);
    format!("  {file}:{line} in {}\n{}", function(frame), snippet(frame, line, width))
}

/// The lines around the current one, which is marked.
fn snippet(frame: &Frame, current: u32, width: usize) -> String {
    let Some(snippet) = &frame.source else { return String::new() };
    let mut text = String::from("\n");
    for (number, line) in (snippet.first..).zip(&snippet.lines) {
        if number.abs_diff(current) <= AROUND {
            let mark = if number == current { '▶' } else { ' ' };
            let line = line.replace('\t', "    ");
            let line = super::text::cut(&line, width.saturating_sub(12));
            text.push_str(format!("  {mark} {number:>5} │ {line}").trim_end());
            text.push('\n');
        }
    }
    text.push('\n');
    text
}

/// The bytes of each address among the arguments, field by field.
fn addresses(args: &[Arg]) -> String {
    let mut text = String::new();
    for arg in args {
        match &arg.value {
            Value::Address(address) => text.push_str(&field_table(&arg.name, address)),
            Value::Struct(fields) => text.push_str(&addresses(fields)),
            _ => {}
        }
    }
    text
}

/// `02 00 │ sin_family │ AF_INET`, and so on.
fn field_table(name: &str, address: &SocketAddress) -> String {
    let rows: Vec<_> = address
        .fields()
        .into_iter()
        .map(|field| {
            let bytes = address.raw.get(field.bytes).unwrap_or_default();
            (spelt(bytes), field.name, field.means)
        })
        .collect();
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or_default();
    let bytes_wide = widest(&mut rows.iter().map(|row| row.0.len()));
    let names_wide = widest(&mut rows.iter().map(|row| row.1.len()));
    let mut text = format!("    {name}, {} bytes in memory:\n", address.raw.len());
    for (bytes, name, means) in rows {
        text.push_str(&format!("      {bytes:bytes_wide$} │ {name:names_wide$} │ {means}\n"));
    }
    text
}

/// Bytes as hex; a long field cut.
fn spelt(bytes: &[u8]) -> String {
    const MOST: usize = 16;
    let shown: Vec<_> = bytes.iter().take(MOST).map(|byte| format!("{byte:02x}")).collect();
    format!("{}{}", shown.join(" "), if bytes.len() > MOST { " …" } else { "" })
}

/// What a result means, where the number alone does not say it.
pub(super) fn meaning(
    entered: &Entered,
    returned: &Returned,
    on: Option<&SocketState>,
) -> Option<String> {
    let Answer::Value(number) = returned.answer else { return None };
    let wanted = entered.args.iter().find_map(|arg| match (arg.name.as_ref(), &arg.value) {
        ("len" | "count" | "size", Value::Int(length)) => Some(*length),
        _ => None,
    });
    let stream = on.is_some_and(|socket| socket.kind == "SOCK_STREAM");
    match entered.name.as_ref() {
        "socket" => Some("the new descriptor".into()),
        "accept" | "accept4" => Some("the descriptor of the connected socket".into()),
        "recv" | "recvfrom" | "read" if number == 0 && stream && wanted != Some(0) => {
            Some(format!("the end of the stream{}; there will be no more bytes", ended_by(on)))
        }
        "recv" | "recvfrom" | "read" => Some("bytes received".into()),
        "send" | "sendto" | "write" => match wanted {
            Some(wanted) if wanted > number => {
                Some(format!("bytes that the kernel took, of {wanted}: the rest was NOT sent"))
            }
            _ => Some("bytes that the kernel took".into()),
        },
        "poll" | "ppoll" | "select" | "pselect6" | "epoll_wait" | "epoll_pwait"
        | "epoll_pwait2"
            if number == 0 =>
        {
            Some("the time is over, nothing happened".into())
        }
        "poll" | "ppoll" | "epoll_wait" | "epoll_pwait" | "epoll_pwait2" => {
            Some(if number == 1 { "one is ready" } else { "so many are ready" }.into())
        }
        "select" | "pselect6" => Some("so many bits are set in what comes back".into()),
        _ => None,
    }
}

/// What has ended a stream for its reader, as far as the state behind the call tells: in CLOSE it
/// may have been a FIN or an RST, and AF_UNIX has neither.
fn ended_by(on: Option<&SocketState>) -> &'static str {
    match on.and_then(|socket| socket.state.as_deref()) {
        Some("ESTABLISHED" | "FIN_WAIT_1" | "FIN_WAIT_2") => ", shut down on this side",
        Some("CLOSE") | None => "",
        Some(_) => ", the peer's FIN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::welcome::{self, address, entered, socket};
    use crate::trace::{AcceptQueue, Carried, Segment};

    fn fd(number: i32) -> Arg {
        Arg::new("sockfd", Value::Fd(number))
    }

    #[test]
    fn before_a_call_there_are_its_line_and_its_bytes() {
        let args = vec![fd(3), address("127.0.0.1:9001"), Arg::new("addrlen", Value::Int(16))];
        let text = before(&entered(3, 0, "bind", args), "server", Some(&welcome::stack()), 80);
        for part in [
            "── server · call 3: bind ──",
            "  welcome_server.c:26 in main",
            "      24 │\n",
            "  ▶    26 │     if (bind(sd, (struct sockaddr *)&sin, sizeof(sin))) {",
            "       28 │     }\n",
            "  bind(3, {127.0.0.1:9001}, 16)",
            "│ sin_family │ AF_INET",
            "│ sin_port   │ htons(9001)",
            "23 29",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(!text.contains(" 23 │") && !text.contains(" 29 │"), "two lines around:\n{text}");
        assert!(welcome::fits(&text, 80), "{text}");
    }

    #[test]
    fn without_a_line_it_says_why() {
        let bare =
            Stack { own: None, why_not: Some("built without -g".into()), ..welcome::stack() };
        let call = entered(3, 0, "listen", vec![fd(3), Arg::new("backlog", Value::Int(5))]);
        assert!(
            before(&call, "server", Some(&bare), 80).contains("no source line: built without -g")
        );
        assert!(before(&call, "server", None, 80).contains("listen(3, 5)"));
    }

    #[test]
    fn after_a_call_there_are_result_kernel_and_wire() {
        let closed = SocketState { state: Some("CLOSE".into()), ..socket(1, "127.0.0.1:9001") };
        let listening = SocketState {
            state: Some("LISTEN".into()),
            accept_queue: Some(AcceptQueue { length: 0, backlog: 5 }),
            ..closed.clone()
        };
        let syn = Segment { flags: "SYN".into(), seq: 0, ack: None, length: 0, window: 65495 };
        let syn = Packet {
            caused_by: Some(1),
            from: "127.0.0.1:40000".into(),
            to: "127.0.0.1:9001".into(),
            carries: Carried::Tcp(syn),
            data: vec![],
        };
        let listen = entered(4, 0, "listen", vec![fd(3), Arg::new("backlog", Value::Int(5))]);
        let done = Returned { call: 4, answer: Answer::Value(0), out: vec![], made: None };
        let text = after(&listen, &done, Some(&closed), Some(&listening), &[], &[&syn], 80);
        assert_eq!(
            text,
            "  → 0\n\
             \x20 kernel  state CLOSE → LISTEN\n\
             \x20         accept queue 0 of 5\n\
             \x20 wire    127.0.0.1:40000 → 127.0.0.1:9001  SYN seq=0 window=65495\n"
        );
    }

    #[test]
    fn results_are_put_in_words() {
        let on = socket(1, "127.0.0.1:9001");
        let len = Arg::new("len", Value::Int(256));
        let cases = [
            ("socket", vec![], Answer::Value(3), "  → 3: the new descriptor\n"),
            ("recv", vec![fd(3), len.clone()], Answer::Value(0), "  → 0: the end of the stream"),
            ("recv", vec![fd(3), len.clone()], Answer::Value(23), "  → 23: bytes received\n"),
            (
                "send",
                vec![fd(3), len],
                Answer::Value(9),
                "  → 9: bytes that the kernel took, of 256",
            ),
            (
                "connect",
                vec![fd(3)],
                Answer::Errno(nix::libc::ECONNREFUSED),
                "  → -1 ECONNREFUSED (111) Connection refused\n",
            ),
        ];
        for (name, args, answer, words) in cases {
            let returned = Returned { call: 1, answer, out: vec![], made: None };
            let text =
                after(&entered(1, 0, name, args), &returned, Some(&on), Some(&on), &[], &[], 80);
            assert!(text.starts_with(words), "{text}");
        }
    }

    #[test]
    fn addresses_that_the_kernel_wrote_are_shown_byte_by_byte() {
        let accept = entered(5, 0, "accept", vec![fd(3), Arg::new("addr", Value::Pointer(1))]);
        let out = vec![address("127.0.0.1:40000")];
        let returned = Returned { call: 5, answer: Answer::Value(4), out, made: Some(2) };
        let text = after(&accept, &returned, None, None, &[], &[], 80);
        assert!(text.contains("accept(3, {127.0.0.1:40000})"), "{text}");
        assert!(text.contains("9c 40"), "{text}");
    }
}
