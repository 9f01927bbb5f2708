//! Fragments of one message that follow one another -> its bytes, as far as they are there.

use std::collections::VecDeque;

use super::chunk::Data;
use crate::capture::desk::Origin;
use crate::capture::piece::{Kept, Piece};
use crate::capture::start::sip_start;
use crate::source::{FrameNumber, Time};

/// What a fragment costs beside its bytes: its place in a list and its run in a tree, and two allocations.
const FRAGMENT: usize = 320;

/// Fragments of one message without a gap between them.
#[derive(Debug)]
pub(super) struct Run {
    fragments: VecDeque<Fragment>,
    pub(super) begins: bool,
    pub(super) ends: bool,
    /// The lowest of its numbers.
    pub(super) lowest: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Fragment {
    kept: Kept,
    /// How many bytes behind them were not captured.
    missing: usize,
}

impl Run {
    /// The fragment in one chunk.
    pub(super) fn new(data: &Data<'_>, number: u64, origin: Origin<'_>) -> Self {
        let piece = Piece { bytes: data.payload, frames: origin.frames, time: origin.time };
        let fragment = Fragment { kept: piece.kept(), missing: data.missing };
        Self {
            fragments: VecDeque::from([fragment]),
            begins: data.begins,
            ends: data.ends,
            lowest: number,
            bytes: data.payload.len(),
        }
    }

    /// Where the run goes on that begins at `start`.
    pub(super) fn end(&self, start: u128) -> u128 {
        start + self.fragments.len() as u128
    }

    /// Both as one; the smaller is moved, lest a long message take quadratic time.
    pub(super) fn followed_by(mut self, mut other: Self) -> Self {
        let (begins, ends) = (self.begins, other.ends);
        let (lowest, bytes) = (self.lowest.min(other.lowest), self.bytes + other.bytes);
        let fragments = if self.fragments.len() < other.fragments.len() {
            while let Some(fragment) = self.fragments.pop_back() {
                other.fragments.push_front(fragment);
            }
            other.fragments
        } else {
            self.fragments.append(&mut other.fragments);
            self.fragments
        };
        Self { fragments, begins, ends, lowest, bytes }
    }

    pub(super) fn cost(&self) -> usize {
        self.bytes + self.fragments.len() * FRAGMENT
    }

    pub(super) fn is_sip(&self) -> bool {
        self.begins
            && self.fragments.front().is_some_and(|fragment| sip_start(&fragment.kept.bytes).is_some())
    }

    /// The bytes up to the first that are missing, and how many are.
    pub(super) fn bytes(&self) -> (Vec<u8>, usize) {
        let mut bytes = Vec::with_capacity(self.bytes);
        for fragment in &self.fragments {
            bytes.extend_from_slice(&fragment.kept.bytes);
            if fragment.missing > 0 {
                return (bytes, fragment.missing);
            }
        }
        (bytes, 0)
    }

    pub(super) fn frames(&self) -> Vec<FrameNumber> {
        let mut frames: Vec<_> =
            self.fragments.iter().flat_map(|fragment| &fragment.kept.frames).copied().collect();
        frames.sort_unstable();
        frames.dedup();
        frames
    }

    pub(super) fn time(&self) -> Option<Time> {
        self.fragments.iter().filter_map(|fragment| fragment.kept.time).max()
    }
}
