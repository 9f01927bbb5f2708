//! What was found in a packet, and where that came from -> events and problems.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use super::assembly::{Queue, listed};
use super::problem::Log;
use super::{Framing, Loss, Packet, Transport};
use crate::message::Wholeness;
use crate::source::{FrameNumber, Time};

/// Where everything goes that is not handed out at once.
#[derive(Debug)]
pub(super) struct Desk<'d> {
    pub(super) queue: &'d mut Queue,
    pub(super) log: &'d mut Log,
}

impl Desk<'_> {
    /// Tells that a message between these ends, or between nobody knows whom, may have been lost.
    pub(super) fn lose(&mut self, ends: Option<(IpAddr, IpAddr)>, origin: Origin<'_>) {
        let (from, to) = ends.unzip();
        let end = |address: Option<IpAddr>| address.map(|address| SocketAddr::new(address, 0));
        let first = origin.frames.first().copied().unwrap_or_default();
        self.queue.loss(first, Loss { time: origin.time, from: end(from), to: end(to) });
    }

    /// Says that so many bytes of a message are missing, if any are.
    pub(super) fn say_cut(&mut self, missing: usize, origin: Origin<'_>) {
        let frames = || listed(origin.frames);
        match (missing, origin.state) {
            (0, _) => {}
            (_, State::GivenUp) => {
                let text = || format!("{}: other fragments of the same datagram were not captured", frames());
                self.log.damage("fragment", text);
            }
            (missing, State::Whole) => {
                let verb = if origin.frames.len() > 1 { "are" } else { "is" };
                self.log.damage("snaplen", || {
                    format!("{} {verb} cut: {missing} bytes of its message were not captured", frames())
                });
            }
        }
    }
}

/// Where a packet comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'f> {
    /// The frames that it came in.
    pub(super) frames: &'f [FrameNumber],
    /// The time of the last of them.
    pub(super) time: Option<Time>,
    pub(super) state: State,
    /// Packets around it.
    pub(super) depth: usize,
}

/// Whether all fragments of a packet were there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Whole,
    GivenUp,
}

/// What is known of a message beside its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) transport: Transport,
    pub(super) wholeness: Wholeness,
}

impl Way {
    pub(super) fn packet<'p>(
        self,
        frames: impl Into<Vec<FrameNumber>>,
        time: Option<Time>,
        payload: Cow<'p, [u8]>,
    ) -> Packet<'p> {
        Packet {
            time,
            from: Some(self.from),
            to: Some(self.to),
            transport: Some(self.transport),
            input: 0,
            frames: frames.into(),
            file_line: None,
            framing: Framing::Datagram,
            wholeness: self.wholeness,
            payload,
        }
    }
}
