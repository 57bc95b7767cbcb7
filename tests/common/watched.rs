//! `sockstep` as a person calls it in a shell, and what differs from run to run taken out of what it prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::{c_programs, input, run, scratch};

/// Why `sockstep step` cannot show everything here, if it cannot: ptrace or namespaces are forbidden.
pub fn cannot_watch() -> Option<String> {
    let command = "sockstep record --watch kernel,wire -o - -- true";
    let printed = shell(command);
    let header = printed.lines().find(|line| line.starts_with('{')).unwrap_or(&printed);
    let all = header.contains("\"sandbox\":true") && !header.contains("\"missing\"");
    (!all).then(|| format!("sockstep cannot watch all here: {header}"))
}

/// What a line for the shell prints, in the project's folder.
pub fn shell(line: &str) -> String {
    let sockstep = Path::new(env!("CARGO_BIN_EXE_sockstep"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", sockstep.parent().expect("its folder").display());
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{{ {line}\n}} 2>&1")]).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env("PATH", path).env("XDG_CACHE_HOME", scratch("cache")).env_remove("NO_COLOR");
    command.env("XDG_STATE_HOME", scratch("state"));
    let outcome = run(&mut command, Stdio::null());
    String::from_utf8_lossy(&[outcome.stdout, outcome.stderr].concat()).into_owned()
}

/// The programs of `docs/examples`, built.
fn examples() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let to = scratch("examples");
        fs::create_dir_all(&to).expect("a folder");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples");
        for file in fs::read_dir(from).expect("docs/examples").flatten().map(|entry| entry.path()) {
            let program = to.join(file.file_stem().expect("a name"));
            let mut cc = Command::new("cc");
            cc.args(["-g", "-o"]).arg(program).arg(file);
            assert!(run(&mut cc, input(b"")).status.success(), "{cc:?}");
        }
        to
    })
}

/// What a command that watches programs prints now, without what is another each time.
pub fn now(line: &str) -> String {
    let line = line
        .replace("/tmp/", &scratch("").display().to_string())
        .replace("target/c-reference/", &format!("{}/", c_programs().display()))
        .replace("target/backlog", &format!("{}/backlog", examples().display()))
        .replace("target/two_clients", &format!("{}/two_clients", examples().display()));
    if line.starts_with("sockstep compare errno") {
        return without_kernel(&shell(&line));
    }
    if line.starts_with("sockstep lab") {
        let text = places_named(&shell(&line));
        let text: String =
            text.lines().map(|line| format!("{}\n", built_elsewhere(line))).collect();
        let text = replaced(&text, "(PID ", "(PID …");
        let text = replaced(&text, "lab [", "lab […");
        let text = replaced(&text, "the child's number = ", "the child's number = …");
        return without_kernel(&timeouts_in_full(&ports_in_order(&text)));
    }
    normal(&shell(&line))
}

/// Each ephemeral port becomes 40000, 40001, … in the order in which they first appear: the kernel picks others each time.
fn ports_in_order(printed: &str) -> String {
    let mut ports: Vec<u16> = Vec::new();
    let mut text = String::new();
    for line in printed.lines() {
        let mut number = None;
        let mut rest = line;
        let mut new = String::new();
        while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
            let (before, digits) = rest.split_at(at);
            let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
            let (digits, behind) = digits.split_at(end);
            new.push_str(before);
            let is_port = [":", "htons(", "port "].iter().any(|word| new.ends_with(word));
            match digits.parse::<u16>().ok().filter(|port| is_port && *port >= 32768) {
                Some(port) => {
                    let known = ports.iter().position(|known| *known == port);
                    let place = known.unwrap_or_else(|| {
                        ports.push(port);
                        ports.len() - 1
                    });
                    number = Some(40000 + place as u16);
                    new.push_str(&(40000 + place).to_string());
                }
                None => new.push_str(digits),
            }
            rest = behind;
        }
        new.push_str(rest);
        if let (Some(port), Some(at)) = (number, new.find(" │ sin_port")) {
            let [high, low] = port.to_be_bytes();
            let bytes = format!("{high:02x} {low:02x}");
            let from = new[..at].find(|letter: char| letter != ' ').unwrap_or(at);
            new.replace_range(from..from + bytes.len(), &bytes);
        }
        text.push_str(new.trim_end());
        text.push('\n');
    }
    text
}

/// A server that waits for a minute at most has the rest of it left when it waits again: how much is another each time. (The
/// ports are no such numbers any more.)
fn timeouts_in_full(text: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_digit() || letter == ',';
    let mut full = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, behind) = rest.split_at(at);
        let end = behind.find(|letter| !is_part(letter)).unwrap_or(behind.len());
        let (number, behind) = behind.split_at(end);
        full.push_str(before);
        full.push_str(match number.strip_suffix(',').unwrap_or(number) {
            _ if before.ends_with(|letter: char| letter.is_alphanumeric()) => number,
            digits if digits.len() == 5 && digits.starts_with('5') => "60000",
            grouped if grouped.len() == 6 && grouped.starts_with('5') => "60,000",
            _ => number,
        });
        rest = behind;
    }
    full + rest
}

/// Another kernel: the verdicts of the labs and of the errno table without its version.
fn without_kernel(text: &str) -> String {
    let mut pieces = text.split(" on Linux ");
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let version = piece.find([':', ';', '\n']).unwrap_or(piece.len());
        whole.push_str(" on Linux …");
        whole.push_str(&piece[version..]);
    }
    whole
}

/// The folders of the programs by the names that a user knows.
fn places_named(printed: &str) -> String {
    let built = Path::new(env!("CARGO_BIN_EXE_sockstep")).parent().expect("its folder");
    let mut text = printed.to_owned();
    for (folder, name) in [
        (c_programs(), "target/c-reference/"),
        (examples(), "target/"),
        (built, "target/release/"),
        (&scratch(""), "/tmp/"),
    ] {
        let short = folder.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(folder);
        for path in [folder, short] {
            // With its last slash, lest `tmp/c` be found in `tmp/cache`.
            let path = path.display().to_string();
            text = text.replace(&format!("{}/", path.trim_end_matches('/')), name);
        }
    }
    text
}

/// Without numbers of processes, the client's ports, folders, times.
fn normal(printed: &str) -> String {
    let text = places_named(printed);
    let lines = text.lines().filter(|line| !line.trim_end().ends_with(" s later      │"));
    let mut text: String = lines.map(|line| format!("{}\n", line.trim_end())).collect();
    text = text.lines().map(|line| format!("{}\n", built_elsewhere(line))).collect();
    text = replaced(&text, "(PID ", "(PID …");
    let port = first_port(&text);
    if let Some(port) = port {
        let bytes = port.parse::<u16>().map(u16::to_be_bytes).unwrap_or_default();
        let other = 40000u16.to_be_bytes();
        let hex = |bytes: [u8; 2]| {
            format!("      {:02x} {:02x}                   │ sin_port", bytes[0], bytes[1])
        };
        text = text.replace(&hex(bytes), &hex(other)).replace(&port, "40000");
    }
    while let Some(port) = first_port(&text) {
        text = text.replace(&port, "40001");
    }
    kernel_named(&text)
}

/// A C program may be the one that `make` has built, or one in the cache.
fn built_elsewhere(line: &str) -> String {
    let words = ["server is ", "client is ", "server: ", "client: "];
    let Some(word) = words.iter().find(|word| line.starts_with(**word)) else { return line.into() };
    let command = &line[word.len()..];
    let (path, rest) = command.split_at(command.find(' ').unwrap_or(command.len()));
    match path.rsplit_once('/') {
        Some((folder, file)) if !folder.starts_with("target") && !folder.contains('(') => {
            format!("{word}target/c-reference/{file}{rest}")
        }
        _ => line.into(),
    }
}

/// The first ephemeral port that is not yet replaced.
fn first_port(text: &str) -> Option<String> {
    text.match_indices(".0.1:").find_map(|(at, before)| {
        let digits: String =
            text[at + before.len()..].chars().take_while(char::is_ascii_digit).collect();
        let number: u32 = digits.parse().ok()?;
        (number > 30000 && ![40000, 40001].contains(&number)).then_some(digits)
    })
}

/// The digits behind a word left out.
fn replaced(text: &str, word: &str, new: &str) -> String {
    let mut pieces = text.split(word);
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        whole.push_str(new);
        whole.push_str(piece.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    }
    whole
}

/// Another kernel, another machine: the first line of a ladder without them.
fn kernel_named(text: &str) -> String {
    let named = |line: &str| match (line.starts_with("sockstep "), line.split_once(" · ")) {
        (true, Some((version, rest))) => match rest.split_once(" · ") {
            Some((_, place)) => format!("{version} · Linux … · {place}\n"),
            None => format!("{line}\n"),
        },
        _ => format!("{line}\n"),
    };
    text.lines().map(named).collect()
}

/// What is shown of a lab, without what is another each time: bytes that are no text (a question to a name server has a new
/// number), what TCP's timers decide about, that is when a bare ACK goes, and so when FIN_WAIT_1 ends, and how much memory a buffer takes.
pub fn essence(shown: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in shown.lines() {
        const CONTINUED: &str = "            ";
        match lines.last_mut() {
            Some(last) if line.starts_with(CONTINUED) => {
                last.push_str(&line[CONTINUED.len() - 1..])
            }
            _ => {
                let margin =
                    ["  kernel  ", "  wire    "].iter().find(|word| line.starts_with(**word));
                lines.push(margin.map_or(line, |word| &line[word.len()..]).trim().to_owned());
            }
        }
    }
    let timers =
        ["  ACK seq=", "FIN_WAIT_1 → FIN_WAIT_2", "send queue 0 → 1 byte", " bytes of memory"];
    lines.retain(|line| !timers.iter().any(|words| line.contains(words)));
    let acknowledged = "send queue 1 → 0 bytes";
    lines.retain(|line| line != acknowledged);
    let text = lines.join("\n").replace(&format!("; {acknowledged}"), "");
    let text = text.replace("FIN_WAIT_2", "FIN_WAIT_1");
    let pieces = text.split('"').enumerate().map(|(at, piece)| match at % 2 == 1 {
        true if piece.contains('\\') => "…",
        _ => piece,
    });
    let pieces: Vec<_> = pieces.collect();
    pieces.join("\"").split_whitespace().collect::<Vec<_>>().join(" ")
}
