//! The upper twins: what they make of every kind of line, and of every letter there is.

mod common;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{Outcome, Server, TWINS};
use common::{ask, command, hide_ports, input, program, run, same};
use socket2::SockRef;

const PROMPT: &[u8] = b"Input lowercase sentence:";
const FROM_SERVER: &[u8] = b"From Server: ";

// ---- Lines ------------------------------------------------------------------------------------------

/// Names, what is typed, and the line in upper case.
fn lines() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let text = |name, typed: &str, upper: &str| (name, typed.into(), upper.into());
    let mut lines = vec![
        text("ASCII", "hello, world 123\n", "HELLO, WORLD 123"),
        text("Korean", "안녕하세요\n", "안녕하세요"),
        text("Greek", "ελληνικά, τέλος\n", "ΕΛΛΗΝΙΚΆ, ΤΈΛΟΣ"),
        text("Cyrillic", "привет\n", "ПРИВЕТ"),
        text("Georgian", "გამარჯობა\n", "ᲒᲐᲛᲐᲠᲯᲝᲑᲐ"),
        text("a letter with a form for titles", "ǆ ǅ Ǆ\n", "Ǆ Ǆ Ǆ"),
        text("a letter of more bytes in upper case", &("ɐ".repeat(1000) + "\n"), &"Ɐ".repeat(1000)),
        text("a letter of fewer bytes in upper case", "ı ſ\n", "I S"),
        text("letters beyond 16 bits", "𐐨 😀\n", "𐐀 😀"),
        text(
            "the last code points",
            "\u{ffff}\u{10000}\u{10ffff}\n",
            "\u{ffff}\u{10000}\u{10ffff}",
        ),
        text("NUL bytes", "\0a\0b\0\n", "\0A\0B\0"),
        text("an empty line", "\n", ""),
        text("no newline at the end", "hello", "HELLO"),
        text("two lines, of which one is asked for", "one\ntwo\n", "ONE"),
        text("a line of Windows", "hello\r\n", "HELLO\r"),
        text("2046 bytes", &("x".repeat(2046) + "\n"), &"X".repeat(2046)),
        text("2047 bytes", &("x".repeat(2047) + "\n"), &"X".repeat(2047)),
        text("2048 bytes", &("x".repeat(2048) + "\n"), &"X".repeat(2048)),
        text("2049 bytes", &("x".repeat(2049) + "\n"), &"X".repeat(2049)),
        text(
            "a letter cut off by the buffer",
            &("x".repeat(2046) + "가\n"),
            &("x".repeat(2046) + "가"),
        ),
    ];
    let not_utf8: [(&str, &[u8]); 20] = [
        ("a lone continuation byte", b"\x80"),
        ("Latin-1", b"caf\xe9"),
        ("the first of two bytes", b"\xc3"),
        ("two of three bytes", b"\xe2\x82"),
        ("three of four bytes", b"\xf0\x9f\x98"),
        ("two of three bytes and a letter", b"\xe2\x82z"),
        ("two of three bytes and a good letter", b"\xe2\x82\xc3\xa9"),
        ("NUL in two bytes", b"\xc0\x80"),
        ("a slash in two bytes", b"\xc0\xaf"),
        ("DEL in two bytes", b"\xc1\xbf"),
        ("a slash in three bytes", b"\xe0\x80\xaf"),
        ("a slash in four bytes", b"\xf0\x80\x80\xaf"),
        ("the first surrogate", b"\xed\xa0\x80"),
        ("the last surrogate", b"\xed\xbf\xbf"),
        ("a pair of surrogates", b"\xed\xa0\xbd\xed\xb8\x80"),
        ("the first beyond U+10FFFF", b"\xf4\x90\x80\x80"),
        ("far beyond U+10FFFF", b"\xf7\xbf\xbf\xbf"),
        ("five bytes", b"\xf8\x88\x80\x80\x80"),
        ("six bytes", b"\xfc\x84\x80\x80\x80\x80"),
        ("UTF-16", b"\xff\xfeh\0i\0"),
    ];
    for (name, bytes) in not_utf8 {
        let line = ["안녕 abc".as_bytes(), bytes].concat();
        lines.push((name, [&line, b"\n".as_slice()].concat(), line));
    }
    lines
}

fn outcome(stdout: &[&[u8]], stderr: &str, status: i32) -> Outcome {
    use std::os::unix::process::ExitStatusExt;
    let status = std::process::ExitStatus::from_raw(status << 8);
    Outcome { status, stdout: stdout.concat(), stderr: stderr.into() }
}

/// Every line through every pairing of C and Rust; `expected` has the client's outcome for a line (without its
/// newline) and its upper case.
fn in_all_pairings(pair: &str, option: &[&str], expected: fn(&[u8], &[u8]) -> Outcome) {
    let mut printed = same(pair, |of_server| {
        let server = Server::start(&format!("{pair}_server"), of_server, option);
        for (name, typed, upper) in lines() {
            let line = typed.split(|byte| *byte == b'\n').next().unwrap_or_default();
            for of_client in TWINS {
                let outcome = server.client(&format!("{pair}_client"), of_client, &typed);
                assert_eq!(
                    outcome,
                    expected(line, &upper),
                    "{name}: {of_client:?} to {of_server:?}"
                );
            }
        }
        let mut outcome = server.stop();
        outcome.stdout = hide_ports(&outcome.stdout);
        outcome
    });
    assert_eq!(printed.stderr, b"");
    let ready = printed.stdout.split(|byte| *byte == b'\n').next();
    assert_eq!(ready, Some(b"The server is ready to receive".as_slice()));
    let notes = printed.stdout.split_off(31);
    let not_utf8 = notes.windows(9).filter(|window| window == b"not UTF-8").count();
    assert!(not_utf8 >= 2 * 21, "two clients, 21 lines: {}", notes.escape_ascii());
}

#[test]
fn lines_by_udp() {
    in_all_pairings("upper_udp", &[], |line, upper| {
        let cut = &upper[..upper.len().min(2048)];
        let lost = if line.len() <= 2048 && upper.len() > 2048 {
            let length = upper.len();
            format!(
                "recvfrom: the answer is {length} bytes, the buffer holds 2048: the rest is lost\n"
            )
        } else {
            String::new() // Of what the server's buffer cannot hold the client does not know.
        };
        outcome(&[PROMPT, cut, b"\n"], &lost, 0)
    });
}

/// One `recv` takes 2048 bytes, and `close` with the rest unread resets the connection.
#[test]
fn lines_by_tcp() {
    in_all_pairings("upper_tcp", &[], |line, upper| match line.len() {
        0..2048 => outcome(&[PROMPT, FROM_SERVER, upper, b"\n"], "", 0),
        _ => {
            let reset = "recv: Connection reset by peer\n";
            outcome(&[PROMPT, FROM_SERVER, &upper[..2048], b"\n"], reset, 1)
        }
    });
}

#[test]
fn lines_by_tcp_kept_open() {
    in_all_pairings("upper_tcp", &["--keep-open"], |_, upper| {
        outcome(&[PROMPT, FROM_SERVER, upper, b"\n"], "", 0)
    });
}

// ---- Standard input ---------------------------------------------------------------------------------

/// A socket that has these bytes to read and then an error.
fn resets_after(bytes: &[u8]) -> Stdio {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
    let mut sender =
        TcpStream::connect(listener.local_addr().expect("getsockname")).expect("connect");
    let (receiver, _) = listener.accept().expect("accept");
    sender.write_all(bytes).expect("send");
    SockRef::from(&sender).set_linger(Some(Duration::ZERO)).expect("SO_LINGER");
    OwnedFd::from(receiver).into()
}

#[test]
fn standard_input_without_a_line() {
    let folder = || File::open("/").expect("/").into();
    let write_only = || File::options().write(true).open("/dev/null").expect("/dev/null").into();
    type Case = (&'static str, fn() -> Stdio, &'static str);
    let cases: [Case; 5] = [
        ("an empty file", || input(b""), "there is no line to send"),
        ("/dev/null", Stdio::null, "there is no line to send"),
        ("a folder", folder, "Is a directory"),
        ("not open for reading", write_only, "Bad file descriptor"),
        ("a connection that is reset", || resets_after(b""), "Connection reset by peer"),
    ];
    for stem in ["upper_udp_client", "upper_tcp_client"] {
        for (name, stdin, why) in cases {
            let ended =
                same(name, |language| run(&mut command(stem, language, ["127.0.0.1"]), stdin()));
            assert_eq!(
                ended,
                outcome(&[PROMPT, b"\n"], &format!("stdin: {why}\n"), 1),
                "{stem}: {name}"
            );
        }
        let ended = same("no descriptor 0", |language| {
            let mut shell = Command::new("sh");
            shell.args(["-c", r#"exec "$0" 127.0.0.1 <&-"#]).arg(program(stem, language));
            run(&mut shell, Stdio::null())
        });
        assert_eq!(
            ended,
            outcome(&[PROMPT, b"\n"], "stdin: there is no line to send\n", 1),
            "{stem}"
        );
    }
}

#[test]
fn standard_input_with_a_piece_of_a_line_and_an_error() {
    let ended = same("a piece of a line", |language| {
        let server = Server::start("upper_udp_server", language, &[]);
        let port = server.port.to_string();
        let mut client = command("upper_udp_client", language, ["127.0.0.1", &port]);
        run(&mut client, resets_after(b"hello"))
    });
    assert_eq!(ended, outcome(&[PROMPT, b"HELLO\n"], "", 0));
}

// ---- Letters ----------------------------------------------------------------------------------------

/// The two servers, and for each a socket to ask it with.
fn both_servers() -> ([Server; 2], [UdpSocket; 2]) {
    let servers = TWINS.map(|language| Server::start("upper_udp_server", language, &[]));
    let sockets = servers.each_ref().map(Server::datagrams);
    (servers, sockets)
}

/// Upper case of several letters, ß's SS for one: C's `towupper` can give one only. Unicode adds none to these
/// (its casing of letters that exist is stable).
fn grows(letter: char) -> bool {
    letter.to_uppercase().count() > 1
}

/// A letter whose upper case came with Unicode 16 or 17: the C library (glibc 2.36 has Unicode 14) and
/// Rust's (1.95 has 17) may be of different age, and the older leaves the letter as it is.
fn young(letter: char) -> bool {
    matches!(
        letter,
        '\u{019b}' | '\u{0264}' | '\u{1c8a}' | '\u{a7cd}' | '\u{a7db}' // 16
        | '\u{10d70}'..='\u{10d85}' // 16, the Garay alphabet
        | '\u{a7cf}' | '\u{a7d3}' | '\u{a7d5}' // 17
        | '\u{16ebb}'..='\u{16ed3}' // 17, the Beria Erfe alphabet
    )
}

#[test]
fn every_letter_there_is() {
    let (_servers, sockets) = both_servers();
    let letters: Vec<char> = ('\0'..=char::MAX).filter(|letter| *letter != '\n').collect();
    let mut grown = BTreeSet::new();
    let mut unexplained = Vec::new();

    for letters in letters.chunks(400) {
        let question: Vec<String> = letters.iter().map(char::to_string).collect();
        let question = question.join("\n");
        let [c, rust] = sockets.each_ref().map(|socket| {
            let answer = String::from_utf8(ask(socket, question.as_bytes())).expect("UTF-8");
            let answers: Vec<String> = answer.split('\n').map(String::from).collect();
            assert_eq!(answers.len(), letters.len(), "from {:?} on", letters[0]);
            answers
        });
        for ((&letter, c), rust) in letters.iter().zip(c).zip(rust) {
            let stays = |upper: &str| upper == letter.to_string();
            if c == rust {
            } else if grows(letter) && c.chars().count() == 1 {
                grown.insert(letter);
            } else if !young(letter) || !(stays(&c) || stays(&rust)) {
                unexplained.push(format!("U+{:04X}: C {c}, Rust {rust}", u32::from(letter)));
            }
        }
    }
    let unicode = char::UNICODE_VERSION;
    assert!(unexplained.is_empty(), "Rust has Unicode {unicode:?}: {unexplained:#?}");
    assert_eq!(grown, letters.into_iter().filter(|letter| grows(*letter)).collect());
    assert_eq!(grown.len(), 102);
}

/// SplitMix64: numbers that look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    /// Text with faults here and there, or none; now and then more than the server's buffer holds.
    fn datagram(&mut self) -> Vec<u8> {
        let length = if self.below(20) == 0 { 2500 } else { self.below(200) as usize };
        let faults = self.below(2) * self.below(10);
        let mut bytes = Vec::new();
        while bytes.len() < length {
            let ends = [0x80, 0x800, 0x3000, 0x1_0000, 0x11_0000];
            let end = ends[self.below(ends.len() as u64) as usize];
            if self.below(100) < faults {
                bytes.push(self.below(256) as u8);
            } else if let Some(letter) = char::from_u32(self.below(end) as u32)
                && !grows(letter)
                && !young(letter)
            {
                bytes.extend(letter.to_string().bytes());
            }
            if self.below(100) < faults {
                bytes.pop();
            }
        }
        bytes
    }
}

#[test]
fn random_datagrams() {
    let (servers, sockets) = both_servers();
    let mut random = Random(12_000);
    let mut whole = 0;
    for number in 0..4000 {
        let question = random.datagram();
        let [c, rust] = sockets.each_ref().map(|socket| ask(socket, &question));
        // Two faults can still make a letter between them.
        let text = str::from_utf8(&question).unwrap_or_default();
        if !text.contains(grows) && !text.contains(young) {
            assert!(c == rust, "{number}: {}", question.escape_ascii());
        }
        whole += u32::from(!text.is_empty());
    }
    assert!((1000..3500).contains(&whole), "{whole} of 4000 datagrams are UTF-8");

    // What is not UTF-8 stops being so at the same byte.
    let [c, rust] = servers.map(|server| hide_ports(&server.stop().stdout));
    assert!(c == rust, "C:\n{}\nRust:\n{}", c.escape_ascii(), rust.escape_ascii());
}
