//! The open corpus: every file is read as its index says, everything in it is judged, and framing changes no verdict.
//!
//! The corpus is not part of the project. Where it is absent the tests say so and look at nothing.
#![cfg(feature = "pcap")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[path = "corpus/counts.rs"]
mod counts;
#[path = "corpus/framings.rs"]
mod framings;
#[path = "corpus/index.rs"]
mod index;
#[path = "corpus/judged.rs"]
mod judged;
