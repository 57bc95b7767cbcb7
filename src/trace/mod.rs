//! What a run was: the model between watching (`observe`) and showing (`show`).
//!
//! It knows what the programs are called and what they printed, and judges whether two outcomes are the same.

mod address;
mod case;
mod comparison;
mod differences;
mod event;
mod header;
mod outcome;
mod packet;
mod program;
mod socket;
mod value;
mod verdict;

pub use address::{AddressField, SocketAddress};
pub use case::{Case, LINES};
pub use comparison::{Comparison, Observed, Row};
pub use differences::{DIFFERENCES, Difference, Seen};
pub use event::{
    Answer, Arg, Entered, Event, Frame, Layer, Returned, Snippet, Stack, Started, Text, What, Who,
};
pub use header::{Header, VERSION, Watch};
pub use outcome::{Exit, Outcome, Printed};
pub use packet::{Carried, Packet, Segment};
pub use program::{Pair, Role, Transport, Version};
pub use socket::{AcceptQueue, Descriptor, SocketState};
pub use value::Value;
pub use verdict::{Verdict, judge};
