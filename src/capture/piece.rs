//! The bytes of a stream, piece by piece: as they came, and where none did.

use crate::source::{FrameNumber, Time};

/// The next bytes of a stream, and where they came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) bytes: &'a [u8],
    /// The frames that they came in.
    pub(super) frames: &'a [FrameNumber],
    /// The time of the last of these.
    pub(super) time: Option<Time>,
}

impl Piece<'_> {
    /// What stands behind its first `count` bytes.
    pub(super) fn behind(self, count: usize) -> Self {
        Self { bytes: self.bytes.get(count..).unwrap_or_default(), ..self }
    }

    /// What stands behind the next `skip` bytes of the stream, which counts down to 0.
    pub(super) fn passing_over(self, skip: &mut usize) -> Self {
        let passed = self.bytes.len().min(*skip);
        *skip -= passed;
        self.behind(passed)
    }

    /// The last frame; 0 if there is none.
    pub(super) fn last(self) -> FrameNumber {
        self.frames.last().copied().unwrap_or_default()
    }

    pub(super) fn kept(self) -> Kept {
        Kept { bytes: self.bytes.to_vec(), frames: self.frames.to_vec(), time: self.time }
    }
}

/// A piece that waits.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) bytes: Vec<u8>,
    pub(super) frames: Vec<FrameNumber>,
    pub(super) time: Option<Time>,
}

impl Kept {
    pub(super) fn piece(&self) -> Piece<'_> {
        Piece { bytes: &self.bytes, frames: &self.frames, time: self.time }
    }
}

/// Bytes of a stream that never came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    /// How many; [`Gap::UNKNOWN`] where nobody knows.
    pub(super) missing: usize,
    /// The frame that brought what stands behind them.
    pub(super) frame: FrameNumber,
}

impl Gap {
    /// More than is missing anywhere.
    pub(super) const UNKNOWN: usize = usize::MAX;
}
