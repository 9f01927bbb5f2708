//! What readers of a stream find -> events and problems, each with the connection.

use std::net::SocketAddr;

use super::assembly::Queue;
use super::piece::Gap;
use super::problem::Log;
use super::tls::Sessions;
use super::{Caps, Loss, Transport};
use crate::source::{FrameNumber, Time};

/// Sender and receiver.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Flow {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
}

impl std::fmt::Display for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} -> {}", self.from, self.to)
    }
}

/// Where what is found goes.
pub(super) struct Out<'a> {
    pub(super) flow: Flow,
    pub(super) now: Option<Time>,
    pub(super) caps: Caps,
    /// What carries the bytes.
    pub(super) transport: Transport,
    pub(super) tls: &'a mut Sessions,
    pub(super) queue: &'a mut Queue,
    pub(super) log: &'a mut Log,
}

impl Out<'_> {
    /// The same for what runs on top, as `transport`.
    pub(super) fn over(&mut self, transport: Transport) -> Out<'_> {
        let Self { flow, now, caps, tls, queue, log, .. } = self;
        Out { flow: *flow, now: *now, caps: *caps, transport, tls, queue, log }
    }

    /// What carries the bytes, for people.
    pub(super) fn over_what(&self) -> &'static str {
        match self.transport {
            Transport::Tls => "TLS",
            Transport::Ws | Transport::Wss => "WebSocket",
            Transport::Tcp | Transport::Udp | Transport::Sctp => "TCP",
        }
    }

    /// Tells that a message between the two ends may have been lost.
    pub(super) fn lose(&mut self, frame: FrameNumber) {
        let Flow { from, to } = self.flow;
        self.queue.loss(frame, Loss { time: self.now, from: Some(from), to: Some(to) });
    }
    /// Says that bytes are missing, and that a message may have been among them.
    pub(super) fn say_lost(&mut self, Gap { missing, frame }: Gap) {
        let (flow, over) = (self.flow, self.over_what());
        let text = || match missing {
            Gap::UNKNOWN => {
                format!("frame {frame}: bytes before it on {over} {flow} were not captured or not readable")
            }
            _ => format!("frame {frame}: {missing} bytes before it on {over} {flow} were not captured"),
        };
        self.log.damage("stream-gap", text);
        self.lose(frame);
    }
}
