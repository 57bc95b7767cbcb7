//! The first line of a trace file: what was watched, where, and how.

use serde::{Deserialize, Serialize};

use super::Text;

/// The version of the format that this program writes, and the newest that it reads.
pub const VERSION: u32 = 2;

/// How a run was watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The format's version.
    #[serde(rename = "sockstep-trace")]
    pub version: u32,
    /// The program that wrote it: `sockstep 0.1.0`.
    pub written_by: String,
    /// `Linux 6.18.5`.
    pub kernel: String,
    /// `x86_64`, `aarch64`.
    pub machine: String,
    /// Seconds since 1970-01-01 00:00 UTC.
    pub began: u64,
    /// Whether the programs had a network of their own.
    pub sandbox: bool,
    /// What was watched besides the calls.
    pub watch: Vec<Watch>,
    /// What could not be watched, why, and what would allow it: a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Text>,
}

/// What can be watched besides the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Watch {
    /// The line that makes the call, and its callers.
    Source,
    /// The kernel's sockets before and after.
    Kernel,
    /// The packets.
    Wire,
}
