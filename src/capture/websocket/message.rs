//! The payloads of frames -> the message that they make together.

use super::frame::Header;
use crate::capture::marked::Origin;
use crate::source::{FrameNumber, Time};

/// A message put together of frames.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    pub(super) frames: Vec<FrameNumber>,
    pub(super) time: Option<Time>,
    pub(super) compressed: bool,
    /// Something of it was lost: what follows is no message.
    pub(super) broken: bool,
}

impl Message {
    /// That of which a frame is met first.
    pub(super) fn beginning_with(header: &Header) -> Self {
        Self { compressed: header.compressed, broken: header.continues(), ..Self::default() }
    }

    /// One of which something was lost.
    pub(super) fn broken() -> Self {
        Self { broken: true, ..Self::default() }
    }

    /// What it holds, in bytes.
    pub(super) fn weight(&self) -> usize {
        2 * (self.bytes.len() + 8 * self.frames.len())
    }

    /// Takes in the payload of the next frame.
    pub(super) fn add(&mut self, payload: &[u8], origin: Origin) {
        if !self.broken {
            self.bytes.extend_from_slice(payload);
            self.frames.extend(origin.frames);
            self.time = self.time.max(origin.time);
        }
    }
}
