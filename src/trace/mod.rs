//! What a run was: the model between watching (`observe`) and showing (`show`).
//!
//! It knows what the programs are called and what they printed, and judges whether two outcomes are the same.

mod address;
mod case;
mod comparison;
mod contrast;
mod deviation;
mod diff;
mod differences;
mod errnos;
mod event;
#[cfg(test)]
pub(crate) mod fixture;
mod header;
mod listing;
mod normal;
mod numbers;
mod outcome;
mod packet;
mod program;
mod quote;
mod read;
mod read_error;
mod recorded;
mod socket;
mod sockets;
mod strand;
mod text;
mod value;
mod verdict;
mod why;
mod write;

pub use address::{AddressField, SocketAddress};
pub use case::{Case, LINES};
pub use comparison::{Comparison, Observed, Row};
pub use deviation::{Deviation, deviations};
pub use diff::{Aligned, Line, Pairing, Part, RunDiff, diff};
pub use differences::{DIFFERENCES, Difference, Mark, Seen};
pub use errnos::{Came, ErrnoLine, ErrnoRow, ErrnoTable, LeftOutErrno, Says};
pub use event::{
    Answer, Arg, Entered, Event, Frame, Layer, Returned, Snippet, Stack, Started, Text, What, Who,
};
pub use header::{Header, VERSION, Watch};
pub use listing::{Listing, Listings};
pub use outcome::{Exit, Outcome, Printed};
pub use packet::{Carried, Packet, Segment};
pub use program::{Pair, Role, Transport, Version};
pub(crate) use quote::harmless;
pub use read::{LONGEST_LINE, Reader, read};
pub use read_error::{Cut, ReadError};
pub use recorded::{CallView, Trace};
pub use socket::{AcceptQueue, Descriptor, SocketState};
pub use sockets::Sockets;
pub use text::{call_text, made_text};
pub use value::Value;
pub use verdict::{Verdict, judge};
pub use why::{Fact, Involved, Keeper, Why};
pub use write::Writer;
