//! A program's stack, read in pieces that are large enough to be few.

use super::super::Memory;

/// The first piece. Most stacks of a teaching program end within it.
const FIRST: usize = 16 << 10;

/// A further piece.
const MORE: usize = 4 << 10;

/// How many further pieces: a stack that needs more is broken, or leads astray.
const MOST: usize = 64;

/// The memory that an unwinder asks for, word by word.
pub struct Window<'a> {
    memory: &'a dyn Memory,
    pieces: Vec<(u64, Vec<u8>)>,
}

impl<'a> Window<'a> {
    /// From the end of the stack on.
    pub fn new(memory: &'a dyn Memory, sp: u64) -> Self {
        let mut window = Window { memory, pieces: Vec::with_capacity(4) };
        window.read(sp, FIRST);
        window
    }

    /// The word at the address.
    pub fn word(&mut self, address: u64) -> Result<u64, ()> {
        let there = self.pieces.iter().find_map(|piece| within(piece, address));
        if there.is_some() || self.pieces.len() > MOST {
            return there.ok_or(());
        }
        self.read(address, MORE);
        self.pieces.last().and_then(|piece| within(piece, address)).ok_or(())
    }

    fn read(&mut self, from: u64, length: usize) {
        let mut bytes = vec![0; length];
        let read = self.memory.read(from, &mut bytes);
        bytes.truncate(read);
        self.pieces.push((from, bytes));
    }
}

fn within((from, bytes): &(u64, Vec<u8>), address: u64) -> Option<u64> {
    let at = usize::try_from(address.checked_sub(*from)?).ok()?;
    bytes.get(at..at.checked_add(8)?)?.try_into().ok().map(u64::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Each word holds its address; nothing is mapped from `end` on.
    struct Words {
        end: u64,
        reads: Cell<u32>,
    }

    impl Memory for Words {
        fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
            self.reads.set(self.reads.get() + 1);
            let length = (self.end.saturating_sub(address) as usize).min(buffer.len());
            for (word, at) in buffer[..length].chunks_exact_mut(8).zip((address..).step_by(8)) {
                word.copy_from_slice(&at.to_ne_bytes());
            }
            length
        }
    }

    #[test]
    fn many_words_cost_one_read() {
        let memory = Words { end: 0x20000, reads: Cell::new(0) };
        let mut window = Window::new(&memory, 0x10000);
        for at in (0x10000..0x14000).step_by(8) {
            assert_eq!(window.word(at), Ok(at));
        }
        assert_eq!(memory.reads.get(), 1);
        assert_eq!(window.word(0x1fff8), Ok(0x1fff8));
        assert_eq!(window.word(0x1fffc), Err(()), "half a word is none");
        assert_eq!(window.word(u64::MAX), Err(()));
    }

    #[test]
    fn a_stack_that_leads_astray_comes_to_an_end() {
        let memory = Words { end: u64::MAX, reads: Cell::new(0) };
        let mut window = Window::new(&memory, 0);
        for at in 0..1000 {
            let _ = window.word(at << 30);
        }
        assert!(memory.reads.get() <= MOST as u32 + 1);
    }
}
