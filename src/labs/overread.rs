//! What the notes' client sends beside its wish.

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::trace::{Carried, Pair, Role, Value, Version};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "overread",
    title: "how many bytes the notes' client sends of its 256, and what its server does about it",
    claims: &[Claim {
        number: 41,
        says: "The client sends the string that it has written into its buffer.",
        known: Verdict::Wrong,
        judge: the_string,
        truth: "send takes as many bytes as its third argument says, and knows of no string's end. The notes pass \
                sizeof(buf) + 1: the string, then what lay behind it, then one byte that is not the array's, which C does \
                not define. The server reads 256 and closes with one unread: so it sends RST, and not FIN. With \
                strlen(buf) + 1 the string alone is sent. A slice in Rust knows its length, and has no byte behind it.",
        source: "send(2); C11 section 6.5.6; RFC 9293 section 3.6.1; RFC 2525 section 2.17",
        #[cfg(test)]
        otherwise: || Seen { original: seen().corrected, ..seen() },
    }],
    question: Question {
        asks: "char buf[256] holds what was received; the client copies \"I want a HTTP Service.\" into it, and calls \
               send(sd, buf, sizeof(buf) + 1, 0). What is sent?",
        answers: &[
            "the string and its NUL, 23 bytes",
            "the array, 256 bytes",
            "257 bytes, one of which is not the array's",
            "nothing: send fails",
        ],
        right: |seen| match seen.original.sent {
            23 => Some(0),
            256 => Some(1),
            257 => Some(2),
            _ => None,
        },
    },
    scenes: &[
        Scene::of(&pair(Version::Original)).titled("The notes' pair, in C"),
        Scene::of(&pair(Version::Corrected)).titled("The corrected pair, in C"),
        Scene::of(&pair(Version::Rust)).titled("The pair in Rust"),
        Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }]),
    ],
    observe,
    tell,
};

const fn pair(version: Version) -> [Part; 2] {
    [
        Part { name: "server", who: Who::Notes(Pair::Welcome, Role::Server, version, &[]) },
        Part { name: "client", who: Who::Notes(Pair::Welcome, Role::Client, version, &[]) },
    ]
}

fn experiment() -> Result<(), Broke> {
    step("Rust: a slice of 257 bytes is asked of an array of 256");
    let buf = [0; 256];
    note("bytes of the array", buf.len());
    note("buf.get(..256) is a slice", buf.get(..256).is_some());
    note("buf.get(..257) is a slice", buf.get(..257).is_some());
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The C pair of the notes.
    original: Way,
    /// The corrected C pair.
    corrected: Way,
    /// The Rust pair.
    rust: Way,
    /// Whether Rust gives 257 bytes of an array of 256.
    rust_gives_257: bool,
}

/// How it went in one pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// The bytes that the client's buffer has, as its recv says.
    buffer: u64,
    /// The bytes of the string in it, with its NUL.
    string: u64,
    /// The bytes that the client's send passes.
    sent: u64,
    /// What stands behind the string in what it passes, up to the next NUL.
    left_over: String,
    /// The bytes that the server's recv gets.
    received: i64,
    /// Whether a FIN of the server's was on the wire.
    fin: bool,
    /// And a RST of its.
    rst: bool,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [original, corrected, rust, slice] = runs else {
        return Err(Unclear("there are four runs".into()));
    };
    Ok(Seen {
        original: way(original)?,
        corrected: way(corrected)?,
        rust: way(rust)?,
        rust_gives_257: slice.noted("buf.get(..257) is a slice")? == "true",
    })
}

fn way(run: &Run) -> Result<Way, Unclear> {
    let of = |name: &str, program| {
        let mut calls = run.calls(name).into_iter();
        let call = calls.find(|call| call.view().entered.who.program == program);
        call.ok_or_else(|| Unclear(format!("program {program} makes no {name}")))
    };
    let (read, sent, received) = (of("recvfrom", 1)?, of("sendto", 1)?, of("recvfrom", 0)?);
    let Some(Value::Bytes { data, length }) = sent.arg("buf").map(|arg| &arg.value) else {
        return Err(Unclear("the client's bytes were not seen".into()));
    };
    let Some(Value::Int(buffer)) = read.arg("len").map(|arg| &arg.value) else {
        return Err(Unclear("the client's buffer has no length".into()));
    };
    let end = data.iter().position(|&byte| byte == 0).map_or(data.len(), |nul| nul + 1);
    let rest = data[end..].split(|&byte| byte == 0).next().unwrap_or_default();
    let of_server = |flag: &str| {
        run.packets().iter().any(|packet| match &packet.carries {
            Carried::Tcp(segment) => packet.from.ends_with(":9001") && segment.flags.contains(flag),
            _ => false,
        })
    };
    Ok(Way {
        buffer: *buffer as u64,
        string: end as u64,
        sent: *length,
        left_over: String::from_utf8_lossy(rest).into_owned(),
        received: received.value()?,
        fin: of_server("FIN"),
        rst: of_server("RST"),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let sentence = |(pair, way): (&str, &Way)| {
        let left = match way.left_over.as_str() {
            "" => String::new(),
            left => format!(", behind the string \"{left}\""),
        };
        let end = match (way.fin, way.rst) {
            (true, false) => "FIN",
            (false, true) => "RST",
            (true, true) => "FIN and RST",
            (false, false) => "neither FIN nor RST",
        };
        format!(
            "{pair}: of a buffer of {} bytes with a string of {} the client sends {} bytes{left}: {} beyond the buffer. The \
             server reads {}, and ends the connection with {end}.",
            way.buffer,
            way.string,
            way.sent,
            way.sent.saturating_sub(way.buffer),
            way.received
        )
    };
    let ways =
        [("The notes' C", &seen.original), ("Corrected C", &seen.corrected), ("Rust", &seen.rust)];
    let slice = match seen.rust_gives_257 {
        true => "Rust gives a slice of 257 bytes of an array of 256.",
        false => "Rust gives no slice of 257 bytes of an array of 256.",
    };
    ways.map(sentence).into_iter().chain([slice.into()]).collect()
}

fn the_string(seen: &Seen) -> Verdict {
    let mended = [&seen.corrected, &seen.rust].iter().all(|way| {
        way.sent == way.string && way.received == way.string as i64 && way.fin && !way.rst
    });
    let Way { buffer, string, sent, received, rst, fin, .. } = seen.original;
    if sent == string {
        Verdict::True
    } else if sent == buffer + 1
        && received == buffer as i64
        && (rst, fin) == (true, false)
        && mended
        && !seen.rust_gives_257
    {
        Verdict::Wrong
    } else {
        Verdict::Unexplained
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let right = || Way {
        buffer: 256,
        string: 23,
        sent: 23,
        left_over: String::new(),
        received: 23,
        fin: true,
        rst: false,
    };
    let original = Way {
        sent: 257,
        left_over: "er!!".into(),
        received: 256,
        fin: false,
        rst: true,
        ..right()
    };
    Seen { original, corrected: right(), rust: right(), rust_gives_257: false }
}
