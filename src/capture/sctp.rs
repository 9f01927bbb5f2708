//! SCTP packets -> user messages (RFC 9260), each of which is one SIP message (RFC 4168).
//!
//! A message is handed out when it is whole: the order between messages and streams matters to nobody here.
//! Most associations carry something else; what they lose is lost in silence.

mod chunk;
mod direction;
mod met;
mod run;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use foldhash::fast::RandomState;

use self::chunk::{Body, chunks};
use self::direction::Direction;
use super::Caps;
use super::desk::{Desk, Origin};
use super::ip::IpPacket;
use super::out::Flow;
use crate::source::Time;

pub(super) use self::chunk::is_packet;

/// The UDP port of SCTP in UDP (RFC 6951).
pub(super) const PORT: u16 = 9899;

/// Seconds of the capture that missing chunks are waited for.
const PATIENCE: i64 = 30;

/// The ports and the verification tag, which stay where a packet takes another path.
type Tag = (u16, u16, u32);

/// The directions of all associations that are followed.
#[derive(Debug)]
pub(super) struct Associations {
    directions: HashMap<Flow, Direction, RandomState>,
    /// Where an association with several addresses was met first (RFC 9260 6.4).
    paths: HashMap<Tag, Flow, RandomState>,
    /// Least recently used first.
    by_use: BTreeMap<u64, Flow>,
    /// Those that wait for missing chunks, longest first.
    gaps: BTreeMap<u64, Flow>,
    turn: u64,
    held: usize,
    caps: Caps,
}

impl Associations {
    pub(super) fn new(caps: Caps) -> Self {
        Self {
            directions: HashMap::default(),
            paths: HashMap::default(),
            by_use: BTreeMap::new(),
            gaps: BTreeMap::new(),
            turn: 0,
            held: 0,
            caps,
        }
    }

    /// Takes in the packet that `ip` carries.
    pub(super) fn take(&mut self, ip: &IpPacket<'_>, origin: Origin<'_>, desk: &mut Desk<'_>) {
        let Some((header, chunks)) = chunks(ip.payload, ip.missing) else {
            return;
        };
        let flow =
            Flow { from: SocketAddr::new(ip.from, header.from), to: SocketAddr::new(ip.to, header.to) };
        let tag = (header.from, header.to, header.tag);
        for chunk in chunks {
            match chunk {
                Body::Data(data) => {
                    let key = self.key(flow, tag, data.tsn);
                    if self.directions.get(&key).is_some_and(|known| !known.is_of(header.tag, data.tsn)) {
                        self.let_go(key, desk);
                    }
                    let mut direction = self.out(key).unwrap_or_else(|| {
                        self.paths.insert(tag, flow);
                        Direction::midway(data.tsn, origin)
                    });
                    direction.take(header.tag, &data, flow, origin, desk);
                    direction.hold_in_bounds(self.caps, flow, desk);
                    self.back(key, direction, origin.time);
                }
                Body::Begin { tsn } => self.begin(flow, tsn, origin, desk),
                Body::Forward { tsn } => {
                    let key = self.key(flow, tag, tsn);
                    if let Some(mut direction) = self.out(key) {
                        direction.forward(tsn);
                        self.back(key, direction, origin.time);
                    }
                }
                Body::End => {
                    self.let_go(flow, desk);
                    self.let_go(Flow { from: flow.to, to: flow.from }, desk);
                }
            }
        }
        self.make_room(desk);
    }

    /// Declares lost what was waited for too long at `now`.
    pub(super) fn give_up_late(&mut self, now: Option<Time>, desk: &mut Desk<'_>) {
        while let Some((_, &flow)) = self.gaps.first_key_value() {
            let since = self.directions.get(&flow).and_then(Direction::waits_since);
            if since.zip(now).is_none_or(|(since, now)| now <= since.plus_seconds(PATIENCE)) {
                return;
            }
            let Some(mut direction) = self.out(flow) else {
                return;
            };
            direction.pass_gap(flow, now, desk);
            self.back(flow, direction, now);
        }
    }

    /// At the end of the input: all end, in the order of their first frames.
    pub(super) fn end(&mut self, desk: &mut Desk<'_>) {
        let mut flows: Vec<_> =
            self.directions.iter().map(|(flow, direction)| (direction.first_frame, *flow)).collect();
        flows.sort_unstable_by_key(|(first, flow)| (*first, flow.from, flow.to));
        for (_, flow) in flows {
            self.let_go(flow, desk);
        }
    }

    /// Under which addresses the direction is kept that these belong to.
    fn key(&self, flow: Flow, tag: Tag, tsn: u32) -> Flow {
        match self.paths.get(&tag) {
            Some(&path) if tag.2 != 0 && !self.directions.contains_key(&flow) => {
                let known = self.directions.get(&path);
                if known.is_some_and(|direction| direction.is_of(tag.2, tsn)) { path } else { flow }
            }
            _ => flow,
        }
    }

    /// A new association, unless that was said before.
    fn begin(&mut self, flow: Flow, tsn: u32, origin: Origin<'_>, desk: &mut Desk<'_>) {
        if self.directions.get(&flow).is_some_and(|direction| direction.began_at(tsn)) {
            return;
        }
        self.let_go(flow, desk);
        self.back(flow, Direction::from_the_beginning(tsn, origin), origin.time);
    }

    /// Takes a direction out of the books.
    fn out(&mut self, flow: Flow) -> Option<Direction> {
        let direction = self.directions.remove(&flow)?;
        self.by_use.remove(&direction.used);
        if let Some((turn, _)) = direction.gap {
            self.gaps.remove(&turn);
        }
        self.held -= direction.held();
        Some(direction)
    }

    /// Puts it back.
    fn back(&mut self, flow: Flow, mut direction: Direction, now: Option<Time>) {
        self.turn += 1;
        direction.used = self.turn;
        self.by_use.insert(self.turn, flow);
        direction.mark_gap(self.turn, now);
        if let Some((turn, _)) = direction.gap {
            self.gaps.insert(turn, flow);
        }
        self.held += direction.held();
        self.directions.insert(flow, direction);
    }

    fn let_go(&mut self, flow: Flow, desk: &mut Desk<'_>) {
        if let Some(mut direction) = self.out(flow) {
            direction.end(flow, desk);
        }
    }

    fn make_room(&mut self, desk: &mut Desk<'_>) {
        let (entries, bytes) = (self.caps.associations.max(1), self.caps.association_bytes);
        while self.directions.len() > entries || self.held > bytes {
            let Some((_, &flow)) = self.by_use.first_key_value() else {
                return;
            };
            let Some(mut direction) = self.out(flow) else {
                return;
            };
            if direction.may_hold_sip() {
                let (sort, cap, what) = if self.held + direction.held() > bytes {
                    ("limits.association_bytes", bytes, "bytes of SCTP waited")
                } else {
                    ("limits.associations", entries, "directions of SCTP associations were open")
                };
                desk.log.damage(sort, || format!("more than {cap} {what} ({sort}): the oldest was given up"));
            }
            direction.end(flow, desk);
        }
        if self.paths.len() > 2 * entries {
            self.paths.retain(|_, flow| self.directions.contains_key(flow));
        }
    }
}

#[cfg(test)]
mod tests;
