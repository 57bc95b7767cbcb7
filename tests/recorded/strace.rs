//! Reads what `strace -f -yy -v -xx -o LOG` writes: one call a line, behind its thread's number.

use std::collections::HashMap;

/// A call, as strace prints it.
#[derive(Debug, Clone)]
pub struct Line {
    pub tid: i32,
    pub name: String,
    pub args: Vec<Tree>,
    /// What stands behind `=`; `?` if the call did not return.
    pub result: String,
}

/// An argument.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// A number, constants joined by `|`, `NULL`.
    Word(String),
    /// A number and what `-yy` says that the descriptor leads to.
    Fd(i32, String),
    /// A string; `-xx` writes all bytes in hexadecimal.
    Bytes(Vec<u8>),
    /// `{a=1, b=2}`; what has no name (a call of inet_pton) has an empty one.
    Struct(Vec<(String, Tree)>),
    /// `[1, 2]`, or `[1 2]` for an fd_set.
    List(Vec<Tree>),
    /// `htons(80)`.
    Made(String, Vec<Tree>),
    /// `[128 => 16]`: before the call and behind it.
    Then(Box<Tree>, Box<Tree>),
}

/// The calls of a log, each where it began.
pub fn calls(log: &str) -> Vec<Line> {
    let mut whole: Vec<(i32, String)> = Vec::new();
    let mut open: HashMap<i32, usize> = HashMap::new();
    for line in log.lines() {
        let (tid, text) = line.split_once(' ').expect("a thread's number");
        let (tid, text) = (tid.parse().expect("a number"), text.trim_start());
        if text.starts_with("---") || text.starts_with("+++") {
            continue;
        }
        if let Some(rest) = text.strip_prefix("<... ") {
            let (_, rest) = rest.split_once(" resumed>").expect("a call that goes on");
            let at = open.remove(&tid).expect("a call that has begun");
            whole[at].1.push_str(rest);
        } else {
            if text.contains("<unfinished ...>") {
                open.insert(tid, whole.len());
            }
            whole.push((tid, text.to_owned()));
        }
    }
    whole.iter().map(|(tid, text)| call(*tid, text)).collect()
}

fn call(tid: i32, text: &str) -> Line {
    let text = text.replace("<unfinished ...>", "");
    let mut reader = Reader { rest: &text };
    let name = reader.word().to_owned();
    reader.skip("(");
    let args = reader.list(')', ',').into_iter().map(|arg| arg.1).collect();
    let result = reader.rest.trim_start().strip_prefix('=').unwrap_or("?").trim().to_owned();
    Line { tid, name, args, result }
}

/// A list of the words between brackets, which strace prints behind the result: `2 ([{fd=5,
/// revents=POLLIN}])`.
pub fn remark(text: &str) -> Vec<(String, Tree)> {
    let Some(at) = text.find(" (") else { return Vec::new() };
    let mut reader = Reader { rest: &text[at + 2..] };
    reader.list(')', ',')
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, token: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(token);
        if let Some(rest) = found {
            self.rest = rest;
        }
        found.is_some()
    }

    /// Up to a character that has a meaning.
    fn word(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && !"_|&?.+-*@~".contains(c));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    /// Elements, with their names if they have some, up to the end.
    fn list(&mut self, end: char, between: char) -> Vec<(String, Tree)> {
        let mut items = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            match self.rest.chars().next() {
                None => return items,
                Some(c) if c == end => {
                    self.rest = &self.rest[1..];
                    return items;
                }
                Some(c) if c == between => self.rest = &self.rest[1..],
                _ => {
                    let before = self.rest.len();
                    items.push(self.item());
                    if self.rest.len() == before {
                        panic!("strace prints what is not understood here: {}", self.rest);
                    }
                }
            }
        }
    }

    fn item(&mut self) -> (String, Tree) {
        let start = self.rest;
        let name = self.word();
        if self.rest.starts_with('=') && !self.rest.starts_with("=>") {
            self.rest = &self.rest[1..];
            return (name.to_owned(), self.value());
        }
        // `in [5]`, `left {…}`, in the remark behind a result.
        if ["in", "out", "except", "left"].contains(&name) && self.rest.starts_with(' ') {
            return (name.to_owned(), self.value());
        }
        self.rest = start;
        (String::new(), self.value())
    }

    fn value(&mut self) -> Tree {
        let first = self.one();
        if self.skip("=>") || self.skip("->") {
            return Tree::Then(Box::new(first), Box::new(self.value()));
        }
        first
    }

    fn one(&mut self) -> Tree {
        if self.skip("{") {
            return Tree::Struct(self.list('}', ','));
        }
        if self.skip("[") || self.skip("~[") {
            let mut items = self.list(']', ',');
            if let [(_, Tree::Then(..))] = &items[..] {
                return items.remove(0).1;
            }
            return Tree::List(items.into_iter().map(|item| item.1).collect());
        }
        if self.skip("@\"") {
            return Tree::Made("@".into(), vec![Tree::Bytes(self.bytes())]);
        }
        if self.skip("\"") {
            return Tree::Bytes(self.bytes());
        }
        let word = self.word();
        if let Some(rest) = self.rest.strip_prefix('<') {
            let end = closing(rest);
            self.rest = rest[end..].strip_prefix('>').unwrap_or_default();
            self.skip("(deleted)");
            return Tree::Fd(word.parse().unwrap_or(-1), rest[..end].to_owned());
        }
        if !word.is_empty() && self.rest.starts_with('(') {
            self.rest = &self.rest[1..];
            let made = self.list(')', ',').into_iter().map(|item| item.1).collect();
            return Tree::Made(word.to_owned(), made);
        }
        // A number without a name: what the name begins with stands in a comment.
        if self.skip("/*") {
            self.rest = self.rest.split_once("*/").map_or("", |(_, rest)| rest);
        }
        Tree::Word(word.to_owned())
    }

    /// A string behind its opening quote; one that is cut goes on with dots.
    fn bytes(&mut self) -> Vec<u8> {
        let (text, rest) = self.rest.split_once('"').expect("a closing quote");
        self.rest = rest.strip_prefix("...").unwrap_or(rest);
        let digits = text.split("\\x").skip(1);
        digits.map(|byte| u8::from_str_radix(byte, 16).expect("hexadecimal")).collect()
    }
}

/// Where what `-yy` says of a descriptor ends: an arrow's `>` does not end it, and brackets come in
/// pairs.
fn closing(text: &str) -> usize {
    let (mut depth, mut before) = (0, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if before == '-' => (),
            '>' if depth == 0 => return at,
            '>' => depth -= 1,
            _ => (),
        }
        before = c;
    }
    text.len()
}
