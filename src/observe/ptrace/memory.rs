//! The memory of a program that stands still.

use std::io::IoSliceMut;

use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

use crate::observe::Memory;

/// The memory of the process that a thread belongs to.
pub struct Remote(pub Pid);

/// The kernel copies whole elements of the list that it is given, or none of an element.
const PAGE: usize = 4096;

impl Memory for Remote {
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
        let Ok(base) = usize::try_from(address) else { return 0 };
        let whole = [RemoteIoVec { base, len: buffer.len() }];
        if let Ok(count) = process_vm_readv(self.0, &mut [IoSliceMut::new(buffer)], &whole) {
            return count;
        }
        self.page_by_page(base, buffer)
    }
}

impl Remote {
    /// Up to the first page that may not be read.
    fn page_by_page(&self, base: usize, buffer: &mut [u8]) -> usize {
        let mut done = 0;
        while done < buffer.len() {
            let Some(from) = base.checked_add(done) else { break };
            let count = (PAGE - from % PAGE).min(buffer.len() - done);
            let part = [RemoteIoVec { base: from, len: count }];
            let mut into = [IoSliceMut::new(&mut buffer[done..done + count])];
            match process_vm_readv(self.0, &mut into, &part) {
                Ok(read) => done += read,
                Err(_) => break,
            }
        }
        done
    }
}
