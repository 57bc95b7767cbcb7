//! The eight characters: what each of them does from when it comes to when it leaves.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use fastrand::Rng;
use tokio::time::sleep;

use crate::crowd::Crowd;
use crate::visitor::{Visitor, Went};
use crate::words;

/// What a slow reader would send: less than the kernel takes for a server that does not read, some 160 KB, or more.
const MUCH: [usize; 2] = [60_000, 300_000];
/// For how long it finds no room until it takes it that the server has stopped reading.
const STOPPED: Duration = Duration::from_millis(300);

/// A character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Character {
    /// Sends some lines, waits for the answers, and so on.
    Normal,
    /// Sends and reads nothing until no more can be sent, then reads little by little.
    Slow,
    /// Sends each byte alone.
    Bytes,
    /// Leaves with a RST in the middle of anything.
    Resets,
    /// Sends lines and closes its half, then reads.
    HalfCloses,
    /// Sends bytes that are no text.
    Garbage,
    /// Sends lines that are too long among others.
    TooLong,
    /// Comes, and leaves again.
    ComesAndLeaves,
}

use Character::*;

impl Character {
    /// All of them.
    pub const ALL: [Character; 8] =
        [Normal, Slow, Bytes, Resets, HalfCloses, Garbage, TooLong, ComesAndLeaves];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Normal => "normal",
            Slow => "slow reader",
            Bytes => "byte by byte",
            Resets => "resets",
            HalfCloses => "half-closes",
            Garbage => "sends garbage",
            TooLong => "too-long lines",
            ComesAndLeaves => "comes and leaves",
        }
    }

    /// One visit: how many lines were answered.
    pub async fn visit(self, place: usize, rng: &mut Rng, crowd: &Crowd) -> Went<u64> {
        let mut one = Visit { crowd, rng, v: arrive(self, place, crowd.server).await?, lines: 0 };
        one.lines = place << 32;
        match self {
            Normal => one.normal().await?,
            Slow => one.slow().await?,
            Bytes => one.bytes().await?,
            Resets => return one.resets().await,
            HalfCloses => one.half_closes().await?,
            Garbage => one.garbage().await?,
            TooLong => one.too_long().await?,
            ComesAndLeaves => one.comes_and_leaves().await?,
        }
        Ok(one.v.answered)
    }
}

/// A client in each place has an address of its own.
async fn arrive(character: Character, place: usize, server: SocketAddr) -> Went<Visitor> {
    let [.., high, low] = (place as u32 + 1).to_be_bytes();
    let from = Ipv4Addr::new(127, 1, high, low);
    Visitor::connect(from, server, character == Slow).await
}

struct Visit<'a> {
    crowd: &'a Crowd,
    rng: &'a mut Rng,
    v: Visitor,
    lines: usize,
}

impl Visit<'_> {
    async fn normal(&mut self) -> Went {
        for _ in 0..self.rng.u8(20..80) {
            let most = self.rng.usize(1..32);
            let lines = self.some_lines(most);
            let (first, second) = lines.split_at(self.rng.usize(..lines.len()));
            self.v.send(first).await?;
            if self.rng.bool() {
                self.pause(5).await;
            }
            self.v.send(second).await?;
            self.v.answers().await?;
            if self.crowd.leaves() {
                break;
            }
            self.pause(20).await;
        }
        // Every second one asks for the server's FIN, too, and so sees that nothing comes behind the last answer.
        if self.rng.bool() { self.v.end().await } else { Ok(()) }
    }

    async fn slow(&mut self) -> Went {
        let much = MUCH[self.rng.usize(..MUCH.len())];
        let mut sent = 0;
        let mut rest = Vec::new();
        while sent < much && !self.crowd.leaves() {
            if rest.is_empty() {
                rest = (0..32).flat_map(|_| words::wide_line(&self.sender())).collect();
            }
            let n = self.v.put(&rest)?;
            rest.drain(..n);
            sent += n;
            if n == 0 && !self.v.has_room(STOPPED).await? {
                self.crowd.stopped.set(self.crowd.stopped.get() + 1);
                break;
            }
        }
        let little = self.rng.usize(200..2000);
        while !self.v.has_all() {
            if self.crowd.leaves() {
                // All of it would take long. What is here has to be right; then it goes in the middle of an answer.
                self.v.take(usize::MAX)?;
                return Ok(());
            }
            self.v.take(little)?;
            self.pause(20).await;
        }
        self.v.end().await
    }

    async fn bytes(&mut self) -> Went {
        for _ in 0..self.rng.u8(2..8) {
            let mut line = self.line();
            line.drain(60.min(line.len() - 1)..line.len() - 1);
            for byte in line {
                self.v.send(&[byte]).await?;
                if !self.crowd.leaves() {
                    self.pause(40).await;
                }
            }
            self.v.answers().await?;
            if self.crowd.leaves() {
                break;
            }
        }
        Ok(())
    }

    async fn resets(mut self) -> Went<u64> {
        let lines = self.some_lines(20);
        match self.rng.u8(0..6) {
            0 => {}
            1 => self.v.send(&lines[..self.rng.usize(1..lines.len())]).await?,
            2 => self.v.send(&lines).await?,
            3 => {
                self.v.send(&lines).await?;
                self.pause(5).await;
                self.v.take(self.rng.usize(1..lines.len()))?;
            }
            4 => {
                self.v.send(&lines).await?;
                self.v.half_close()?;
            }
            _ => {
                self.v.send(&lines).await?;
                self.v.answers().await?;
            }
        }
        if self.rng.bool() {
            self.pause(100).await;
        }
        let answered = self.v.answered;
        self.v.reset()?;
        self.crowd.resets.set(self.crowd.resets.get() + 1);
        Ok(answered)
    }

    async fn half_closes(&mut self) -> Went {
        let most = self.rng.usize(1..60);
        let mut lines = self.some_lines(most);
        if self.rng.bool() {
            lines.pop(); // the last line's newline
        }
        let mut rest = &lines[..];
        while !rest.is_empty() {
            let n = self.v.put(rest)?;
            rest = &rest[n..];
            if n == 0 {
                self.v.send(rest).await?;
                break;
            }
        }
        self.v.end().await?;
        self.pause(50).await;
        Ok(())
    }

    async fn garbage(&mut self) -> Went {
        for _ in 0..self.rng.u8(2..10) {
            let garbage = words::garbage(self.rng);
            let (first, second) = garbage.split_at(self.rng.usize(..garbage.len()));
            self.v.send(first).await?;
            self.pause(30).await;
            self.v.send(second).await?;
            self.v.answers().await?;
            if self.crowd.leaves() {
                break;
            }
        }
        match self.rng.u8(0..3) {
            0 => self.v.end().await,
            1 => self.v.send(b"\xff\0half a line, and away").await,
            _ => Ok(()),
        }
    }

    async fn too_long(&mut self) -> Went {
        for _ in 0..self.rng.u8(1..6) {
            self.v.send(&words::long_line(self.rng)).await?;
            if self.rng.bool() {
                self.v.answers().await?;
            }
            let line = self.line();
            self.v.send(&line).await?;
            self.v.answers().await?;
            if self.crowd.leaves() {
                break;
            }
            self.pause(100).await;
        }
        self.v.end().await
    }

    async fn comes_and_leaves(&mut self) -> Went {
        let line = self.line();
        let which = self.rng.u8(0..3);
        if which == 1 {
            self.v.send(&line).await?;
            self.v.answers().await?;
        }
        if !self.crowd.leaves() {
            self.pause(400).await;
        }
        if which == 2 {
            self.v.send(&line).await?;
        }
        Ok(())
    }

    /// A line that no other client sends, nor this one again.
    fn line(&mut self) -> Vec<u8> {
        let sender = self.sender();
        words::line(self.rng, &sender)
    }

    fn sender(&mut self) -> String {
        self.lines += 1;
        let (place, number) = (self.lines >> 32, self.lines & 0xFFFF_FFFF);
        format!("client {place} line {number}")
    }

    fn some_lines(&mut self, most: usize) -> Vec<u8> {
        (0..self.rng.usize(..most) + 1).flat_map(|_| self.line()).collect()
    }

    async fn pause(&mut self, most: u64) {
        sleep(Duration::from_millis(self.rng.u64(1..=most))).await;
    }
}
