//! IP fragments -> datagrams. Of those that contradict each other only the beginning is kept; what never becomes
//! whole is given up after a time of the capture, or when there is too much of it.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::Caps;
use super::assembly::listed;
use super::desk::Origin;
use super::ip::{Fragment, IpPacket};
use super::problem::Log;
use crate::source::{FrameNumber, Span, Time};

/// Seconds of the capture a datagram waits for its other fragments.
///
/// RFC 8200 4.5 allows 60, but a loss has to be told before the session that it hurts is over: 32 seconds after
/// its last message.
const PATIENCE: i64 = 30;
/// What one datagram costs beside its lists: its entries in the tables, which are half empty at worst.
const ENTRY: usize = 2 * (size_of::<Key>() + size_of::<Waiting>()) + 2 * size_of::<(u64, Key)>();
/// No IP datagram is longer.
const LONGEST: usize = 65_535;

/// What fragments of one datagram have in common (RFC 791 3.2, RFC 8200 4.5).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Key {
    from: IpAddr,
    to: IpAddr,
    id: u32,
    /// IPv6 leaves it out of the key: only the first fragment counts there.
    protocol: u8,
}

/// A datagram put together, or what is there of it.
#[derive(Debug)]
pub(super) struct Datagram {
    pub(super) from: IpAddr,
    pub(super) to: IpAddr,
    pub(super) protocol: u8,
    /// The bytes from its beginning on, as far as none is missing.
    pub(super) bytes: Vec<u8>,
    /// The frames it came in, ascending.
    pub(super) frames: Vec<FrameNumber>,
    /// The time of the last frame.
    pub(super) time: Option<Time>,
    /// How many bytes are missing behind those; as many as there can be if nobody knows.
    missing: usize,
    /// Whether its fragments said different things, so that they may be of two datagrams.
    pub(super) contradicted: bool,
}

impl Datagram {
    /// As the packet that it was cut out of.
    pub(super) fn packet(&self) -> IpPacket<'_> {
        let Self { from, to, protocol, missing, .. } = *self;
        IpPacket { from, to, protocol, payload: &self.bytes, missing, fragment: None }
    }
}

#[derive(Debug)]
struct Waiting {
    /// What was new in each fragment, in the order in which they came: mostly the datagram as it was.
    bytes: Vec<u8>,
    /// The same in the order of the datagram.
    pieces: Vec<Piece>,
    total: Option<usize>,
    contradicted: bool,
    frames: Vec<FrameNumber>,
    since: Option<Time>,
    time: Option<Time>,
    turn: u64,
}

/// Bytes of a datagram.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where they belong.
    place: Span,
    /// Where they are among those that came.
    came: Span,
}

/// The datagrams of which fragments are missing.
#[derive(Debug)]
pub(super) struct Fragments {
    waiting: HashMap<Key, Waiting, RandomState>,
    /// In the order of their first frames: the one to be given up first comes first.
    order: BTreeMap<u64, Key>,
    turn: u64,
    held: usize,
    caps: Caps,
}

impl Fragments {
    pub(super) fn new(caps: Caps) -> Self {
        Self { waiting: HashMap::default(), order: BTreeMap::new(), turn: 0, held: 0, caps }
    }

    /// Takes in a fragment; gives the datagram if it is whole now.
    pub(super) fn add(
        &mut self,
        ip: &IpPacket<'_>,
        fragment: Fragment,
        origin: Origin<'_>,
        log: &mut Log,
    ) -> Option<Datagram> {
        let (end, place) = (fragment.offset + ip.payload.len(), || listed(origin.frames));
        if end + ip.missing > LONGEST {
            let text = || format!("{}: a fragment beyond the end of any datagram", place());
            log.note("fragment-long", text);
            return None;
        }
        let key = Key { from: ip.from, to: ip.to, id: fragment.id, protocol: ip.protocol };
        let waiting = self.waiting.entry(key).or_insert_with(|| {
            self.turn += 1;
            self.order.insert(self.turn, key);
            self.held += ENTRY;
            Waiting::new(self.turn, origin.time)
        });
        let before = waiting.cost();
        if !fragment.more {
            waiting.total.get_or_insert(end + ip.missing);
        }
        let added = waiting.add(fragment.offset, ip.payload);
        if added.differs {
            let text =
                || format!("{}: a fragment contradicts one before it: what it brings is not read", place());
            log.damage("fragment-overlap", text);
            waiting.contradicted = true;
        }
        if added.anything {
            waiting.frames.extend_from_slice(origin.frames);
            waiting.time = origin.time;
        }
        self.held += waiting.cost() - before;
        if waiting.is_whole() { self.remove(key) } else { None }
    }

    /// A datagram that has waited too long at `now`, or for which there is no room.
    pub(super) fn overdue(&mut self, now: Option<Time>, log: &mut Log) -> Option<Datagram> {
        let (_, &key) = self.order.first_key_value()?;
        let since = self.waiting.get(&key).and_then(|waiting| waiting.since);
        let late = since.zip(now).is_some_and(|(since, now)| now > since.plus_seconds(PATIENCE));
        let (entries, bytes) = (self.caps.fragments.max(1), self.caps.fragment_bytes);
        if !late && self.order.len() > entries {
            log.damage("limits.fragments", || {
                format!("more than {entries} datagrams waited for fragments (limits.fragments): given up")
            });
        } else if !late && self.held > bytes {
            log.damage("limits.fragment_bytes", || {
                format!("more than {bytes} bytes of fragments waited (limits.fragment_bytes): given up")
            });
        } else if !late {
            return None;
        }
        self.remove(key)
    }

    /// Any datagram still waiting, in the order of the first frames.
    pub(super) fn rest(&mut self) -> Option<Datagram> {
        let (_, &key) = self.order.first_key_value()?;
        self.remove(key)
    }

    fn remove(&mut self, key: Key) -> Option<Datagram> {
        let mut waiting = self.waiting.remove(&key)?;
        self.order.remove(&waiting.turn);
        self.held = self.held.saturating_sub(waiting.cost());
        let mut bytes = waiting.beginning();
        bytes.truncate(waiting.total.unwrap_or(LONGEST));
        if waiting.contradicted {
            bytes.truncate(waiting.pieces.first().map_or(0, |first| first.place.len()));
        }
        let missing = waiting.total.map_or(LONGEST, |total| total.saturating_sub(bytes.len()));
        let Waiting { mut frames, time, contradicted, .. } = waiting;
        // Numbers of datagrams come again. What belongs together, nobody knows; but a fragment is of one piece.
        let missing = if contradicted { LONGEST } else { missing };
        // Fragments in fragments have many frames each.
        frames.sort_unstable();
        frames.dedup();
        let Key { from, to, protocol, .. } = key;
        Some(Datagram { from, to, protocol, bytes, frames, time, missing, contradicted })
    }
}

/// What a fragment brought.
struct Added {
    /// Whether it brought anything new.
    anything: bool,
    /// Whether it says something else than the one before it.
    differs: bool,
}

impl Waiting {
    fn new(turn: u64, since: Option<Time>) -> Self {
        Self {
            bytes: Vec::new(),
            pieces: Vec::new(),
            total: None,
            contradicted: false,
            frames: Vec::new(),
            since,
            time: since,
            turn,
        }
    }

    fn cost(&self) -> usize {
        ENTRY
            + self.bytes.capacity()
            + self.pieces.capacity() * size_of::<Piece>()
            + self.frames.capacity() * size_of::<FrameNumber>()
    }

    /// Keeps those bytes of a fragment that are new.
    fn add(&mut self, offset: usize, bytes: &[u8]) -> Added {
        let (before, end) = (self.pieces.len(), offset + bytes.len());
        let (mut at, mut differs) = (offset, false);
        // No room is left empty behind the last one: the bytes go on as they are.
        if self.total == Some(self.bytes.len() + bytes.len()) {
            self.bytes.reserve_exact(bytes.len());
        }
        let mut next = self.pieces.partition_point(|piece| piece.place.range().end <= offset);
        while at < end {
            let there = self.pieces.get(next).map_or(end..end, |piece| piece.place.range());
            if at < there.start {
                let new = at..there.start.min(end);
                let came = Span::new(self.bytes.len(), self.bytes.len() + new.len());
                self.bytes.extend_from_slice(&bytes[new.start - offset..new.end - offset]);
                self.pieces.insert(next, Piece { place: Span::new(new.start, new.end), came });
                at = new.end;
            } else {
                let both = at..there.end.min(end);
                let known =
                    &self.pieces[next].came.of(&self.bytes)[both.start - there.start..both.end - there.start];
                differs |= known != &bytes[both.start - offset..both.end - offset];
                at = there.end;
            }
            next += 1;
        }
        Added { anything: self.pieces.len() > before, differs }
    }

    fn is_whole(&self) -> bool {
        self.total.is_some_and(|total| self.bytes.len() >= total && self.reach() >= total)
    }

    /// Up to where no byte is missing.
    fn reach(&self) -> usize {
        self.pieces
            .iter()
            .try_fold(0, |end, piece| match piece.place.range() {
                place if place.start == end => Ok(place.end),
                _ => Err(end),
            })
            .unwrap_or_else(|end| end)
    }

    /// Takes the bytes from the beginning on, as far as none is missing.
    fn beginning(&mut self) -> Vec<u8> {
        if self.pieces.iter().all(|piece| piece.place == piece.came) {
            return std::mem::take(&mut self.bytes);
        }
        let reach = self.reach();
        let mut bytes = Vec::with_capacity(reach);
        for piece in self.pieces.iter().take_while(|piece| piece.place.range().end <= reach) {
            bytes.extend_from_slice(piece.came.of(&self.bytes));
        }
        bytes
    }
}

#[cfg(test)]
mod tests;
