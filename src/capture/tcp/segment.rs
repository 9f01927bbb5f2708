//! One TCP segment.

use std::net::{IpAddr, SocketAddr};

use etherparse::TcpSlice;

use crate::capture::out::Flow;
use crate::capture::piece::Piece;
use crate::source::{FrameNumber, Time};

/// A TCP segment with its way.
#[derive(Debug, Clone, Copy)]
pub(in crate::capture) struct Segment<'a> {
    pub(super) flow: Flow,
    pub(super) seq: u32,
    pub(super) flags: Flags,
    pub(super) payload: &'a [u8],
    /// How many bytes behind the payload were not captured.
    pub(super) missing: usize,
    pub(super) frames: &'a [FrameNumber],
    pub(super) time: Option<Time>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Flags {
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
}

impl<'a> Segment<'a> {
    /// Reads a segment out of an IP payload, of which so many bytes are missing; `None` if its header is cut.
    pub(in crate::capture) fn read(
        from: IpAddr,
        to: IpAddr,
        (bytes, missing): (&'a [u8], usize),
        frames: &'a [FrameNumber],
        time: Option<Time>,
    ) -> Option<Self> {
        let tcp = TcpSlice::from_slice(bytes).ok()?;
        let flow = Flow {
            from: SocketAddr::new(from, tcp.source_port()),
            to: SocketAddr::new(to, tcp.destination_port()),
        };
        let flags = Flags { syn: tcp.syn(), fin: tcp.fin(), rst: tcp.rst() };
        let payload = bytes.get(tcp.header_slice().len()..)?;
        Some(Self { flow, seq: tcp.sequence_number(), flags, payload, missing, frames, time })
    }

    /// What was captured of its bytes.
    pub(super) fn piece(&self) -> Piece<'a> {
        Piece { bytes: self.payload, frames: self.frames, time: self.time }
    }

    pub(super) fn frame(&self) -> FrameNumber {
        self.piece().last()
    }

    /// How many bytes of the stream it covers.
    pub(super) fn len(&self) -> u64 {
        (self.payload.len() + self.missing) as u64
    }

    /// The sequence number of its first byte.
    pub(super) fn first(&self) -> u32 {
        self.seq.wrapping_add(u32::from(self.flags.syn))
    }

    /// Its first `len` bytes.
    pub(super) fn up_to(&self, len: usize) -> Self {
        let payload = self.payload.get(..len).unwrap_or(self.payload);
        Self { payload, missing: self.missing.min(len - payload.len()), ..*self }
    }
}
