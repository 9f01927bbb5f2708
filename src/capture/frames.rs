//! Where frames come from: a capture file, or a dump of frames as text.

use std::io::Read;

use super::log::DumpFrames;
use super::pcap::{self, Frame};
use super::problem::Log;
use crate::source::{FrameNumber, Time};

/// Frames, from 1 on.
#[derive(Debug)]
pub(super) enum Frames<R> {
    /// Of a capture file.
    File(pcap::Frames<R>),
    /// Of a text that shows them in hexadecimal numbers.
    Dump(DumpFrames<R>),
}

impl<R: Read> Frames<R> {
    /// How many were read.
    pub(super) fn number(&self) -> u64 {
        match self {
            Self::File(frames) => frames.number(),
            Self::Dump(frames) => frames.number(),
        }
    }

    /// The time of the last that had one.
    pub(super) fn now(&self) -> Option<Time> {
        match self {
            Self::File(frames) => frames.now(),
            Self::Dump(frames) => frames.now(),
        }
    }

    /// The bytes of the frame that was read last.
    pub(super) fn bytes(&self, frame: &Frame) -> &[u8] {
        match self {
            Self::File(frames) => frames.bytes(frame),
            Self::Dump(frames) => frames.ready(),
        }
    }

    /// The next frame.
    pub(super) fn next_frame(&mut self, log: &mut Log) -> Option<Frame> {
        match self {
            Self::File(frames) => frames.next_frame(log),
            Self::Dump(frames) => frames.next_frame(log),
        }
    }

    /// The key logs that stood before the frame read last, each with the number of the frame before it.
    pub(super) fn take_secrets(&mut self) -> Vec<(FrameNumber, Vec<u8>)> {
        match self {
            Self::File(frames) => frames.take_secrets(),
            Self::Dump(_) => Vec::new(),
        }
    }
}
