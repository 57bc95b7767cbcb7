//! Files that are no ELF files, or broken ones: they have a reason, and nothing panics.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::module::Module;
use super::space::{Cache, Space, executable_maps};
use super::{Registers, Sources};
use crate::observe::Memory;

/// Every word of the stack is the same.
struct Same(u64);

impl Memory for Same {
    fn read(&self, _: u64, buffer: &mut [u8]) -> usize {
        buffer
            .chunks_mut(8)
            .for_each(|word| word.copy_from_slice(&self.0.to_ne_bytes()[..word.len()]));
        buffer.len()
    }
}

/// A real ELF file with debug information, unwind information and symbols, and not a large one.
fn real() -> Option<&'static [u8]> {
    static REAL: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    let build = || {
        let folder = tempfile::tempdir().ok()?;
        fs::write(folder.path().join("client.c"), include_str!("tests/client.c")).ok()?;
        let program = super::tests::stopped::build(folder.path(), "client.c", "client", "-g -O2")?;
        fs::read(program).ok()
    };
    REAL.get_or_init(build).as_deref()
}

/// Reads the bytes as a file, asks for lines, and walks with what the file says of unwinding.
fn ask(bytes: &[u8], addresses: &[u64]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, bytes).unwrap();
    let mut module = Module::new("/file".into(), path.clone());
    for &address in addresses {
        assert!(!module.frames(address).is_empty());
    }
    walk(&path, addresses);
}

/// As if this process had the file mapped where its own program lies.
fn walk(path: &Path, addresses: &[u64]) {
    let me = std::process::id() as i32;
    let mut maps = executable_maps(me).unwrap();
    maps.truncate(1);
    maps[0].pathname = procfs::process::MMapPath::Path(path.into());
    maps[0].offset = 0x1000;
    let start = maps[0].address.0;
    let mut modules = super::modules::Modules::default();
    let space = Space::new(me, maps, &mut modules);
    let mut cache = Cache::new();
    for &address in addresses {
        let pc = start.wrapping_add(address % 0x2000);
        let registers = Registers { pc, sp: 0x1000, fp: 0x2000, lr: pc };
        let memory = Same(pc);
        let mut window = super::window::Window::new(&memory, registers.sp);
        let (calls, _) = space.walk(&registers, &mut window, &mut cache);
        assert!(calls.len() <= super::space::DEEPEST);
    }
}

const ADDRESSES: [u64; 8] = [0, 0x1020, 0x1060, 0x10e0, 0x1180, 0x11c0, 0x2000, u64::MAX];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn random_bytes_are_no_file(bytes in prop::collection::vec(any::<u8>(), 0..4096), elf: bool) {
        let mut bytes = bytes;
        if elf && bytes.len() > 8 {
            bytes[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\0");
        }
        ask(&bytes, &ADDRESSES);
    }

    #[test]
    fn a_file_that_was_cut_off_does_no_harm(length: prop::sample::Index) {
        let Some(real) = real() else { return Ok(()) };
        ask(&real[..length.index(real.len())], &ADDRESSES);
    }

    #[test]
    fn a_file_with_wrong_bytes_does_no_harm(
        wrong in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..64),
    ) {
        let Some(real) = real() else { return Ok(()) };
        let mut bytes = real.to_vec();
        for (at, byte) in wrong {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        ask(&bytes, &ADDRESSES);
    }

    #[test]
    fn wild_registers_lead_nowhere(pc: u64, sp: u64, fp: u64, lr: u64, word: u64) {
        let me = std::process::id() as i32;
        Sources::new().stack(me, &Registers { pc, sp, fp, lr }, &Same(word));
    }
}

#[test]
fn a_process_that_is_gone_has_a_stack_without_frames() {
    let registers = Registers { pc: 1, sp: 0, fp: 0, lr: 0 };
    let super::Found::New(stack) = Sources::new().stack(i32::MAX, &registers, &Same(0)) else {
        panic!("it is known");
    };
    assert_eq!((stack.frames.len(), stack.own), (0, None));
    assert!(stack.why_not.is_some());
}
