//! Flow -> what is sent: every message with the time, ends and transport that it is written with.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};

use super::association::LONGEST_CHUNK;
use super::ends::Ends;
use super::error::{Obstacle, WireError};
use super::packet::{LONGEST_DATAGRAM, LONGEST_SEGMENT, least_mtu};
use super::tunnel::Tunnel;
use super::write::{Carriage, Wire};
use crate::capture::Transport;
use crate::compose::flow::{Flow, FlowMessage};
use crate::message::headers::NameAddr;
use crate::message::{Message, Name, StartLine, Wholeness};
use crate::source::Time;

/// Where a flow without addresses happens.
const CALLER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 5060);
const CALLEE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)), 5060);
/// When a flow without times begins: 2026-01-01T00:00:00Z.
const BEGINNING: Time = Time::from_parts(1_767_225_600, 0);
/// Nanoseconds from one of its messages to the next.
const STEP: i64 = 10_000_000;

/// A message that can be written.
#[derive(Debug)]
pub(super) struct Sending<'a> {
    pub(super) time: Time,
    pub(super) ends: Ends,
    pub(super) over: Over,
    pub(super) bytes: &'a [u8],
}

/// What carries a message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Over {
    /// A datagram, in fragments if its packet is longer.
    Udp { mtu: Option<u16> },
    /// Segments of so many bytes.
    Tcp { segment: usize },
    /// Chunks of so many bytes.
    Sctp { fragment: usize },
}

/// Everything that `wire` writes of `flow`, or why it cannot.
pub(super) fn sendings<'a>(flow: &'a Flow, wire: &Wire) -> Result<Vec<Sending<'a>>, WireError> {
    let mut planner = Planner::new(flow, wire);
    let messages = flow.messages.iter().enumerate();
    messages
        .map(|(index, message)| {
            let sending = planner.sending(index, message);
            sending.map_err(|obstacle| WireError::Message { message: index, obstacle })
        })
        .collect()
}

struct Planner<'w> {
    wire: &'w Wire,
    timeless: bool,
    placeless: bool,
    last: Time,
    /// Of a flow without addresses: the tag in From of the first message of each Call-ID.
    callers: HashMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'w> Planner<'w> {
    fn new(flow: &Flow, wire: &'w Wire) -> Self {
        Self {
            wire,
            timeless: flow.messages.iter().all(|message| message.time.is_none()),
            placeless: flow.messages.iter().all(|message| message.from.is_none() && message.to.is_none()),
            last: Time(0),
            callers: HashMap::new(),
        }
    }

    fn sending<'a>(&mut self, index: usize, message: &'a FlowMessage) -> Result<Sending<'a>, Obstacle> {
        if message.wholeness == Wholeness::Cut {
            return Err(Obstacle::Cut);
        }
        let time = self.time(index, message)?;
        let ends = self.ends(message)?;
        let over = self.over(message, ends)?;
        Ok(Sending { time, ends, over, bytes: &message.bytes })
    }

    fn time(&mut self, index: usize, message: &FlowMessage) -> Result<Time, Obstacle> {
        let time = match message.time {
            Some(time) => time,
            None if self.timeless => Time(BEGINNING.0.saturating_add((index as i64).saturating_mul(STEP))),
            None => return Err(Obstacle::NoTime),
        };
        if time < Time(0) || time > self.wire.format.latest() {
            return Err(Obstacle::TimeRange);
        }
        if time < self.last {
            return Err(Obstacle::TimeGoesBack);
        }
        self.last = time;
        Ok(time)
    }

    fn ends(&mut self, message: &FlowMessage) -> Result<Ends, Obstacle> {
        let (from, to) = match (message.from, message.to) {
            (Some(from), Some(to)) => (from, to),
            (None, None) if self.placeless && self.caller_sends(&message.bytes) => (CALLER, CALLEE),
            (None, None) if self.placeless => (CALLEE, CALLER),
            _ => return Err(Obstacle::NoAddress),
        };
        Ends::between(from, to).ok_or(Obstacle::Families)
    }

    /// Whether the party that the first message of the call has in its From sends this one.
    fn caller_sends(&mut self, bytes: &[u8]) -> bool {
        let message = Message::split(bytes);
        let call = message.first(Name::CallId).unwrap_or_default().to_vec();
        let from = NameAddr::first(&message, Name::From).and_then(Result::ok);
        let tag = from.and_then(|from| from.tag()).map(<[u8]>::to_vec);
        let response = matches!(message.start(), StartLine::Status { .. });
        let from_is_caller = *self.callers.entry(call).or_insert_with(|| tag.clone()) == tag;
        from_is_caller != response
    }

    fn over(&self, message: &FlowMessage, ends: Ends) -> Result<Over, Obstacle> {
        let transport = message.transport.unwrap_or(Transport::Udp);
        if !matches!(transport, Transport::Udp | Transport::Tcp | Transport::Sctp) {
            return Err(Obstacle::Transport(transport));
        }
        let room = if self.wire.tunnel == Tunnel::Plain { 0 } else { Tunnel::ROOM };
        let (segment_room, chunk_room) = (LONGEST_SEGMENT - room, LONGEST_CHUNK - room);
        let over = match self.wire.carriage {
            Carriage::AsWritten if transport == Transport::Tcp => Over::Tcp { segment: segment_room },
            Carriage::AsWritten if transport == Transport::Sctp => Over::Sctp { fragment: chunk_room },
            Carriage::AsWritten => Over::Udp { mtu: None },
            Carriage::Udp { mtu } => Over::Udp { mtu },
            Carriage::Tcp { segment } => {
                let segment = segment.map_or(segment_room, |segment| segment.get().into());
                Over::Tcp { segment: segment.min(segment_room) }
            }
            Carriage::Sctp { fragment } => {
                let fragment = fragment.map_or(chunk_room, |fragment| fragment.get().into());
                Over::Sctp { fragment: fragment.min(chunk_room) }
            }
        };
        let length = message.bytes.len();
        let least = least_mtu(ends);
        match over {
            Over::Udp { .. } if length > LONGEST_DATAGRAM - room => Err(Obstacle::TooLong(length)),
            Over::Udp { mtu: Some(mtu) } if mtu < least => Err(Obstacle::Mtu { least }),
            Over::Tcp { .. } | Over::Sctp { .. } if ends == ends.back() => Err(Obstacle::SameEnds),
            over => Ok(over),
        }
    }
}
