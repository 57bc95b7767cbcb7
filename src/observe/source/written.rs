//! The calls that stand written in a program's text, C or Rust, in the order of the text.
//!
//! It knows as much of both languages as the programs of the notes use: comments, texts, brackets,
//! names.

/// A call as it stands in the text: `accept(…)`, `accept::<sockaddr_in>(…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written<'a> {
    /// The function that it stands in.
    pub function: &'a str,
    /// The function that is called.
    pub name: &'a str,
    /// The line of its name, from 1.
    pub line: u32,
    /// The line on which its statement begins.
    pub from: u32,
    /// The line of its closing bracket.
    pub to: u32,
}

/// All calls of a text by name, methods, too; what stands outside of functions is none.
pub fn written(text: &str) -> Vec<Written<'_>> {
    let code = code(text.as_bytes());
    let mut reader = Reader { text, line: 1, ..Reader::default() };
    let mut at = 0;
    while let Some(&byte) = code.get(at) {
        let name = name(&code[at..]);
        match name {
            0 => reader.sign(byte),
            _ => reader.name(at, name, &code),
        }
        at += name.max(1);
    }
    reader.calls
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    line: u32,
    /// Where the statement began, if it has begun.
    began: Option<u32>,
    braces: usize,
    /// The round brackets that are open: of a call, or of something else.
    brackets: Vec<Option<usize>>,
    /// A call whose opening bracket comes next.
    opens: Option<usize>,
    function: &'a str,
    calls: Vec<Written<'a>>,
}

impl<'a> Reader<'a> {
    fn name(&mut self, at: usize, length: usize, code: &[u8]) {
        let from = *self.began.get_or_insert(self.line);
        let behind = &code[at + length..];
        let Some(name) = self.text.get(at..at + length) else { return };
        if !behind[types(behind)..].starts_with(b"(") {
            return;
        }
        if self.braces > 0 {
            self.opens = Some(self.calls.len());
            let (function, line) = (self.function, self.line);
            self.calls.push(Written { function, name, line, from, to: line });
        } else if self.brackets.is_empty() {
            self.function = name;
        }
    }

    fn sign(&mut self, byte: u8) {
        match byte {
            b'\n' => self.line += 1,
            b'(' => self.brackets.push(self.opens.take()),
            b')' => {
                let call = self.brackets.pop().flatten();
                if let Some(call) = call.and_then(|call| self.calls.get_mut(call)) {
                    call.to = self.line;
                }
            }
            b'{' => self.braces += 1,
            b'}' => self.braces = self.braces.saturating_sub(1),
            _ => (),
        }
        if matches!(byte, b'{' | b'}' | b';') {
            self.began = None;
        }
    }
}

/// How long the name is that the code begins with. A number is one, too: nobody calls it.
fn name(code: &[u8]) -> usize {
    code.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

/// How long the types are that the code begins with: `::<sockaddr_in>`. They hold no types of their
/// own.
fn types(code: &[u8]) -> usize {
    let end = || code.iter().position(|byte| *byte == b'>').map_or(0, |end| end + 1);
    if code.starts_with(b"::<") { end() } else { 0 }
}

/// The text, as long as it was and with its lines where they were; what is no code is blank.
fn code(text: &[u8]) -> Vec<u8> {
    let mut code = text.to_vec();
    let mut at = 0;
    while at < text.len() {
        let blank = no_code(&text[at..], at == 0 || text[at - 1] == b'\n').min(text.len() - at);
        code[at..at + blank]
            .iter_mut()
            .filter(|byte| **byte != b'\n')
            .for_each(|byte| *byte = b' ');
        at += blank.max(1);
    }
    code
}

/// How long the comment, the text or the directive is that stands here; 0: here is code.
fn no_code(text: &[u8], line_begins: bool) -> usize {
    let line = || text.iter().take_while(|byte| **byte != b'\n').count();
    match text {
        [b'/', b'/', ..] => line(),
        [b'#', ..] if line_begins => line(),
        [b'/', b'*', ..] => {
            let end = text.windows(2).skip(2).position(|two| two == b"*/");
            end.map_or(text.len(), |end| end + 4)
        }
        [b'"', ..] => quoted(text),
        // Else it is a lifetime.
        [b'\'', b'\\', ..] | [b'\'', _, b'\'', ..] => quoted(text),
        _ => 0,
    }
}

/// How long the text is that begins with a quotation mark.
fn quoted(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != text[0] {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::super::embedded::PROGRAMS;
    use super::*;

    fn found(text: &str) -> Vec<(&str, &str, [u32; 3])> {
        let calls = written(text).into_iter();
        calls.map(|call| (call.function, call.name, [call.from, call.line, call.to])).collect()
    }

    #[test]
    fn calls_are_found_in_either_language() {
        type Row<'a> = (&'a str, &'a [(&'a str, &'a str, [u32; 3])]);
        let table: &[Row] = &[
            ("int main(void)\n{\n    close(3);\n}\n", &[("main", "close", [3, 3, 3])]),
            ("fn main() {\n    close(sd)\n}\n", &[("main", "close", [2, 2, 2])]),
            (
                "static int f(int a)\n{\n  if ((n = recv(a,\n    b)) == -1)\n    g();\n}\n",
                &[
                    ("f", "recv", [3, 3, 4]),
                    ("f", "g", [3, 5, 5]), // it is the statement of the `if`
                ],
            ),
            (
                "fn f() {\n  let a =\n    accept::<sockaddr_in>(&sd)\n    .or(|e| fail(e));\n}",
                &[("f", "accept", [2, 3, 3]), ("f", "or", [2, 4, 4]), ("f", "fail", [2, 4, 4])],
            ),
            (
                "fn f() {\n  g(|| {\n    h();\n  });\n  i();\n}\nfn j() { f() }\n",
                &[
                    ("f", "g", [2, 2, 4]),
                    ("f", "h", [3, 3, 3]),
                    ("f", "i", [5, 5, 5]),
                    ("j", "f", [7, 7, 7]),
                ],
            ),
            (
                "/* close( */ int f(void) { \"\\\"close(\" ; '\"'; '\\''; // close(\n close(1); }",
                &[("f", "close", [2, 2, 2])],
            ),
            (
                "#define f(x) close(x)\n#[g(h)]\nuse a::{b};\nfn i(&'a self) { c.close(); d!(); }",
                &[("i", "close", [4, 4, 4])],
            ),
            ("int f(int (*g)(void)) { return g (1) + h(2); }", &[("f", "h", [1, 1, 1])]),
            ("", &[]),
            ("}}))\"", &[]),
            ("f() { g(\\\"", &[("f", "g", [1, 1, 1])]),
        ];
        for (text, calls) in table {
            assert_eq!(found(text), *calls, "{text}");
        }
    }

    #[test]
    fn brackets_and_lines_of_every_program_come_out_even() {
        for (name, text) in PROGRAMS {
            let code = code(text.as_bytes());
            let count = |sign: u8| code.iter().filter(|byte| **byte == sign).count();
            assert_eq!([count(b'('), count(b'{')], [count(b')'), count(b'}')], "{name}");
            assert_eq!(count(b'\n'), text.lines().count(), "{name}");
            assert_eq!(code.len(), text.len(), "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[a-z(){};\"'/*\\\\#.:<>é\n ]{0,60}") {
            let lines = text.split('\n').count() as u32;
            for call in written(&text) {
                let rising = [1, call.from, call.line, call.to, lines].is_sorted();
                assert!(rising, "{call:?} of {lines} lines");
            }
        }
    }
}
