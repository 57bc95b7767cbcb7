//! What a run was: the model between watching (`observe`) and showing (`show`).
//!
//! It knows what the programs are called and what they printed, and judges whether two outcomes are the same.

mod case;
mod comparison;
mod differences;
mod outcome;
mod program;
mod verdict;

pub use case::{Case, LINES};
pub use comparison::{Comparison, Observed, Row};
pub use differences::{DIFFERENCES, Difference, Seen};
pub use outcome::{Exit, Outcome, Printed};
pub use program::{Pair, Role, Transport, Version};
pub use verdict::{Verdict, judge};
