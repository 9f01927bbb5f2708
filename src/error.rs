//! Why we could not judge. A message that breaks a clause is never an error.

use std::path::PathBuf;

/// Why an input, a configuration or a call could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input could not be opened or read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The input as it was named.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The input is neither a capture nor SIP text.
    #[error("{}: neither a capture (pcap, pcapng, HEP) nor a known log nor SIP messages ({seen})", path.display())]
    UnknownFormat {
        /// The input as it was named.
        path: PathBuf,
        /// What its first bytes look like.
        seen: String,
    },
    /// A configuration or vector file is wrong at this place.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Configuration {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong, and the nearest valid name.
        message: String,
    },
    /// The caller asked for something that does not exist or contradicts itself.
    #[error("{0}")]
    Usage(String),
}
