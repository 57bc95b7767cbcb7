//! Which call a packet comes from, told by time.

use std::collections::VecDeque;

/// How many calls that have returned are remembered. Packets are put to calls at every stop of a
/// program, so a few would do.
const RETURNED: usize = 256;
/// How many calls may be in progress: a call of a program that was killed never returns.
const IN_PROGRESS: usize = 4096;

/// The calls in progress, and the last ones that were.
///
/// On loopback a packet is sent inside the call that causes it, and so are the kernel's immediate
/// answers. Where several calls are in progress, the one that began last is taken to be the cause:
/// a server that has been blocked in `accept` for long did not send the client's SYN. What a timer
/// sends while a program is blocked in a call (a delayed acknowledgement, a retransmission) counts
/// as that call's: by time alone it cannot be told.
#[derive(Debug, Clone, Default)]
pub struct Causes {
    in_progress: VecDeque<(u64, u64)>,
    returned: VecDeque<Span>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    call: u64,
    from: u64,
    to: u64,
}

impl Causes {
    /// A call is made. A second time for the same call changes nothing.
    pub fn entered(&mut self, call: u64, at: u64) {
        if self.in_progress.iter().any(|&(known, _)| known == call) {
            return;
        }
        if self.in_progress.len() == IN_PROGRESS {
            self.in_progress.pop_front();
        }
        self.in_progress.push_back((call, at));
    }

    /// A call returns, or its program is over. Of a call that was not made it says nothing.
    pub fn left(&mut self, call: u64, at: u64) {
        let Some(place) = self.in_progress.iter().position(|&(known, _)| known == call) else {
            return;
        };
        if let Some((call, from)) = self.in_progress.remove(place) {
            if self.returned.len() == RETURNED {
                self.returned.pop_front();
            }
            self.returned.push_back(Span { call, from, to: at });
        }
    }

    /// The call that was in progress at that time; of several, the one that began last. None: a
    /// timer sent the packet, or the end of a program.
    pub fn cause(&self, at: u64) -> Option<u64> {
        let open = self.in_progress.iter().map(|&(call, from)| Span { call, from, to: u64::MAX });
        let held = open.chain(self.returned.iter().copied());
        let held = held.filter(|span| span.from <= at && at <= span.to);
        held.max_by_key(|span| (span.from, span.call)).map(|span| span.call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_that_began_last_is_the_cause() {
        // The server accepts from 10 to 60; the client connects from 30 to 50 and sends from 70 on.
        let mut causes = Causes::default();
        causes.entered(1, 10);
        causes.entered(2, 30);
        causes.left(2, 50);
        causes.left(1, 60);
        causes.entered(3, 70);
        let table: [(&str, u64, Option<u64>); 11] = [
            ("before all", 9, None),
            ("at the entry", 10, Some(1)),
            ("accept alone", 29, Some(1)),
            ("at connect's entry", 30, Some(2)),
            ("the handshake", 40, Some(2)),
            ("at connect's exit", 50, Some(2)),
            ("accept again", 51, Some(1)),
            ("at accept's exit", 60, Some(1)),
            ("between: a timer", 61, None),
            ("still sending", 70, Some(3)),
            ("much later", u64::MAX, Some(3)),
        ];
        for (name, at, call) in table {
            assert_eq!(causes.cause(at), call, "{name}");
        }
    }

    #[test]
    fn calls_of_one_moment_go_by_their_number() {
        let mut causes = Causes::default();
        causes.entered(8, 5);
        causes.entered(7, 5);
        assert_eq!(causes.cause(5), Some(8));
    }

    #[test]
    fn what_makes_no_sense_changes_nothing() {
        let mut causes = Causes::default();
        causes.left(1, 5);
        assert_eq!(causes.cause(5), None);
        causes.entered(1, 10);
        causes.entered(1, 20);
        assert_eq!(causes.cause(15), Some(1));
        causes.left(1, 30);
        causes.left(1, 40);
        assert_eq!(causes.cause(35), None);
    }

    #[test]
    fn memory_is_bounded_and_the_newest_are_kept() {
        let mut causes = Causes::default();
        for call in 0..10_000 {
            causes.entered(call, call * 10);
            causes.left(call, call * 10 + 5);
        }
        assert_eq!(causes.returned.len(), RETURNED);
        assert_eq!(causes.cause(99_993), Some(9_999));
        assert_eq!(causes.cause((10_000 - RETURNED as u64) * 10), Some(10_000 - RETURNED as u64));
        assert_eq!(causes.cause(3), None);
        for call in 10_000..20_000 {
            causes.entered(call, call * 10);
        }
        assert_eq!(causes.in_progress.len(), IN_PROGRESS);
        assert_eq!(causes.cause(u64::MAX), Some(19_999));
    }
}
