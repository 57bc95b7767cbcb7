//! What an ELF file says: where its code lies, how to unwind it, and what its functions are called.

use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use addr2line::demangle_auto;
use framehop::ExplicitModuleSectionInfo;
use object::read::ReadCache;
use object::{Object, ObjectSection, ObjectSegment, ObjectSymbol, SegmentFlags, SymbolKind};

/// A section's bytes, shared by all the processes that have the file mapped.
pub type Bytes = Arc<[u8]>;

/// Programs live below this address on both machines; a file that says otherwise is broken.
pub const HIGHEST: u64 = 1 << 56;

/// A section for unwinding is not longer than this; Chromium's has 15 MiB.
const LONGEST: u64 = 256 << 20;

/// What an ELF file says.
pub struct Elf {
    /// The lowest address in it. For most it is 0.
    pub base: u64,
    /// How to come from a function to its caller.
    pub unwind: ExplicitModuleSectionInfo<Bytes>,
    /// The file that has its debug information: itself, or one that the distribution keeps apart.
    pub debug: Option<PathBuf>,
    /// Whether the table of its functions was taken out.
    pub stripped: bool,
    code: Vec<(Range<u64>, u64)>,
}

impl Elf {
    /// Reads the file; of a large one only what is needed.
    pub fn read(path: &Path) -> Result<Elf, String> {
        let cache = ReadCache::new(File::open(path).map_err(|e| e.to_string())?);
        let file = object::File::parse(&cache).map_err(|e| e.to_string())?;
        if !file.is_64() {
            return Err("it is a 32-bit program".into());
        }
        let base = file.segments().map(|segment| segment.address()).min().unwrap_or(0);
        if base >= HIGHEST {
            return Err("its addresses are impossible".into());
        }
        let mut unwind = unwinding(&file);
        unwind.base_svma = base;
        Ok(Elf {
            base,
            unwind,
            debug: debug_file(path, &file),
            stripped: file.symbols().next().is_none(),
            code: file.segments().filter_map(|segment| code(&segment)).collect(),
        })
    }

    /// What is to be added to the file's addresses where `offset` of the file is mapped at `start`.
    pub fn bias(&self, start: u64, offset: u64) -> Option<u64> {
        let (range, address) = self.code.iter().find(|(range, _)| range.contains(&offset))?;
        Some(start.wrapping_sub(address.wrapping_add(offset.wrapping_sub(range.start))))
    }

    /// Whether the file says how to come from its functions to their callers.
    pub fn unwinds(&self) -> bool {
        self.unwind.eh_frame.is_some() || self.unwind.debug_frame.is_some()
    }
}

/// Where a segment of code lies in the file, from the start of its first page on, and the address
/// of that.
fn code<'a>(segment: &impl ObjectSegment<'a>) -> Option<(Range<u64>, u64)> {
    let SegmentFlags::Elf { p_flags } = segment.flags() else { return None };
    let (offset, length) = segment.file_range();
    let into_page = offset % 0x1000;
    let address = segment.address().checked_sub(into_page)?;
    let end = offset.checked_add(length)?;
    (p_flags & object::elf::PF_X != 0).then_some((offset - into_page..end, address))
}

fn unwinding<'a>(file: &impl Object<'a>) -> ExplicitModuleSectionInfo<Bytes> {
    let range = |name| {
        let section = file.section_by_name(name)?;
        let start = section.address();
        let end = start.checked_add(section.size()).filter(|end| *end < HIGHEST)?;
        Some(start..end)
    };
    let data = |name| {
        let section = file.section_by_name(name).filter(|section| section.size() <= LONGEST)?;
        let bytes = section.uncompressed_data().ok().filter(|bytes| !bytes.is_empty())?;
        Some(Bytes::from(bytes.as_ref()))
    };
    let eh_frame = data(".eh_frame");
    let (here, there) = (range(".eh_frame_hdr"), range(".eh_frame"));
    // Without this index, or with a wrong one, the unwinder makes its own.
    let index = data(".eh_frame_hdr").zip(here.clone().zip(there.clone()));
    let index = index.filter(|(bytes, (here, there))| is_sound(bytes, here.start, there.start));
    ExplicitModuleSectionInfo {
        text_svma: range(".text"),
        got_svma: range(".got"),
        eh_frame_svma: there,
        eh_frame_hdr_svma: here,
        eh_frame_hdr: index.map(|(bytes, _)| bytes),
        // A few machines' compilers, and Go's, write it here instead.
        debug_frame: if eh_frame.is_none() { data(".debug_frame") } else { None },
        eh_frame,
        ..Default::default()
    }
}

/// Whether an index for unwinding (at the address `here`) is written as every linker writes it, and
/// leads nowhere before the section that it is for. (gimli subtracts without looking.)
fn is_sound(index: &[u8], here: u64, there: u64) -> bool {
    let word = |at: usize| {
        let bytes = index.get(at..at + 4)?.try_into().ok()?;
        Some(i64::from(i32::from_le_bytes(bytes)))
    };
    let leads_to = |from: u64, at| word(at).and_then(|offset| from.checked_add_signed(offset));
    let entries = index.get(12..).unwrap_or_default().chunks_exact(8).len();
    let first_is = leads_to(here + 4, 4);
    index.starts_with(&[1, 0x1b, 0x03, 0x3b])
        && first_is == Some(there)
        && (0..entries).all(|entry| leads_to(here, 16 + 8 * entry).is_some_and(|at| at >= there))
}

fn debug_file<'a>(path: &Path, file: &impl Object<'a>) -> Option<PathBuf> {
    if file.section_by_name(".debug_info").is_some_and(|section| section.size() > 0) {
        return Some(path.into());
    }
    let id: String = file.build_id().ok()??.iter().map(|byte| format!("{byte:02x}")).collect();
    let (folder, name) = id.split_at_checked(2)?;
    let apart = PathBuf::from(format!("/usr/lib/debug/.build-id/{folder}/{name}.debug"));
    apart.is_file().then_some(apart)
}

/// The functions of a file without debug information, by address.
#[derive(Default)]
pub struct Functions(Vec<(Range<u64>, String)>);

impl Functions {
    /// Reads their table, or at least that of those which other files may call.
    pub fn read(path: &Path) -> Functions {
        let Ok(bytes) = fs::read(path) else { return Functions::default() };
        let Ok(file) = object::File::parse(&*bytes) else { return Functions::default() };
        let mut all: Vec<_> = file.symbols().filter_map(|symbol| function(&symbol)).collect();
        if all.is_empty() {
            all = file.dynamic_symbols().filter_map(|symbol| function(&symbol)).collect();
        }
        // Of several names for one function the plainest: `connect` before `__connect`.
        all.sort_by_key(|(range, name)| {
            (range.start, name.starts_with('_'), name.len(), name.clone())
        });
        all.dedup_by_key(|(range, _)| range.start);
        let starts: Vec<u64> = all.iter().skip(1).map(|(range, _)| range.start).collect();
        for ((range, _), next) in all.iter_mut().zip(starts) {
            // What is written in assembler often has no size.
            if range.is_empty() {
                range.end = next;
            }
        }
        Functions(all)
    }

    /// The function that has this address in it.
    pub fn at(&self, address: u64) -> Option<String> {
        let after = self.0.partition_point(|(range, _)| range.start <= address);
        let (range, name) = self.0.get(after.checked_sub(1)?)?;
        range.contains(&address).then(|| demangle_auto(name.as_str().into(), None).into_owned())
    }
}

fn function<'a>(symbol: &impl ObjectSymbol<'a>) -> Option<(Range<u64>, String)> {
    let start = symbol.address();
    let end = start.checked_add(symbol.size())?;
    let name = symbol.name().ok().filter(|name| !name.is_empty())?;
    let is = symbol.is_definition() && symbol.kind() == SymbolKind::Text;
    is.then(|| (start..end, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_leads_before_its_section_is_left_out() {
        let me = std::env::current_exe().unwrap();
        let info = Elf::read(&me).unwrap().unwind;
        let (index, here) = (info.eh_frame_hdr.unwrap(), info.eh_frame_hdr_svma.unwrap().start);
        let there = info.eh_frame_svma.unwrap().start;
        assert!(is_sound(&index, here, there));
        for (at, wrong) in [(0, 2), (1, 1), (3, 1), (4, 1), (8 + 4 + 7, 0x80)] {
            let mut bytes = index.to_vec();
            bytes[at] = bytes[at].wrapping_add(wrong);
            assert!(!is_sound(&bytes, here, there), "byte {at}");
        }
        assert!(!is_sound(&[], here, there));
        assert!(!is_sound(&index[..4], here, there));
    }
}
