//! IP fragments -> datagrams. Of those that contradict each other only the beginning is kept; what never becomes
//! whole is given up after a time of the capture, or when there is too much of it.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::Caps;
use super::assembly::listed;
use super::ip::{Fragment, IpPacket};
use super::layers::Origin;
use super::problem::Log;
use crate::source::{FrameNumber, Time};

/// Seconds of the capture a datagram waits for its other fragments.
///
/// RFC 8200 4.5 allows 60, but a loss has to be told before the session that it hurts is over: 32 seconds after
/// its last message.
const PATIENCE: i64 = 30;
/// What one piece costs beside its bytes: its entry in a tree, and an allocation.
const PIECE: usize = 96;
/// What one datagram costs beside its pieces: its entries in the tables, which are half empty at worst.
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
    pieces: BTreeMap<usize, Vec<u8>>,
    total: Option<usize>,
    contradicted: bool,
    bytes: usize,
    frames: Vec<FrameNumber>,
    since: Option<Time>,
    time: Option<Time>,
    turn: u64,
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
        let waiting = self.waiting.remove(&key)?;
        self.order.remove(&waiting.turn);
        self.held = self.held.saturating_sub(waiting.cost());
        let mut bytes = waiting.beginning();
        bytes.truncate(waiting.total.unwrap_or(LONGEST));
        if waiting.contradicted {
            bytes.truncate(waiting.pieces.get(&0).map_or(0, Vec::len));
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
            pieces: BTreeMap::new(),
            total: None,
            contradicted: false,
            bytes: 0,
            frames: Vec::new(),
            since,
            time: since,
            turn,
        }
    }

    fn cost(&self) -> usize {
        ENTRY + self.bytes + self.pieces.len() * PIECE + self.frames.len() * size_of::<u64>()
    }

    /// Keeps those bytes of a fragment that are new.
    fn add(&mut self, offset: usize, bytes: &[u8]) -> Added {
        let (before, end) = (self.pieces.len(), offset + bytes.len());
        let mut at = offset;
        let mut differs = false;
        let mut holes = Vec::new();
        let first = self.pieces.range(..=offset).next_back().map_or(offset, |(&start, _)| start);
        for (&start, piece) in self.pieces.range(first..end.max(first)) {
            let piece_end = start + piece.len();
            let (from, to) = (start.max(offset), piece_end.min(end));
            if from < to {
                differs |= piece.get(from - start..to - start) != bytes.get(from - offset..to - offset);
            }
            if start > at {
                holes.push(at..start);
            }
            at = at.max(piece_end);
        }
        if at < end {
            holes.push(at..end);
        }
        for hole in holes {
            if let Some(new) = bytes.get(hole.start - offset..hole.end - offset) {
                self.bytes += new.len();
                self.pieces.insert(hole.start, new.to_vec());
            }
        }
        Added { anything: self.pieces.len() > before, differs }
    }

    fn is_whole(&self) -> bool {
        self.total.is_some_and(|total| self.bytes >= total && self.reach() >= total)
    }

    /// Up to where no byte is missing.
    fn reach(&self) -> usize {
        self.pieces
            .iter()
            .try_fold(0, |end, (&start, piece)| if start == end { Ok(end + piece.len()) } else { Err(end) })
            .unwrap_or_else(|end| end)
    }

    fn beginning(&self) -> Vec<u8> {
        let reach = self.reach();
        let mut bytes = Vec::with_capacity(reach);
        for piece in self.pieces.range(..reach).map(|(_, piece)| piece) {
            bytes.extend_from_slice(piece);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::ip::UDP;
    use crate::capture::layers::State;
    use proptest::prelude::*;

    fn packet(payload: &[u8]) -> IpPacket<'_> {
        let address = IpAddr::from([192, 0, 2, 1]);
        IpPacket { from: address, to: address, protocol: UDP, payload, missing: 0, fragment: None }
    }

    fn add(
        fragments: &mut Fragments,
        offset: usize,
        payload: &[u8],
        more: bool,
        frame: u64,
    ) -> Option<Datagram> {
        let fragment = Fragment { id: 1, offset, more };
        let time = Some(Time::from_parts(frame as i64, 0));
        fragments.add(&packet(payload), fragment, origin(&[frame.into()], time), &mut Log::default())
    }

    fn origin(frames: &[FrameNumber], time: Option<Time>) -> Origin<'_> {
        Origin { frames, time, state: State::Whole, depth: 0 }
    }

    fn room_for(fragments: usize) -> Fragments {
        Fragments::new(Caps { fragments, ..Caps::default() })
    }

    #[test]
    fn of_fragments_that_contradict_each_other_the_beginning_is_kept_and_it_is_said() {
        let mut fragments = room_for(9);
        let mut log = Log::default();
        for (frame, bytes) in [(1, b"AAAAAAAA"), (2, b"BBBBBBBB")] {
            let fragment = Fragment { id: 1, offset: 0, more: true };
            assert!(
                fragments
                    .add(&packet(bytes), fragment, origin(&[u64::into(frame)], None), &mut log)
                    .is_none()
            );
        }
        let whole = add(&mut fragments, 4, b"xxxxCC", false, 3).unwrap();
        assert_eq!((&whole.bytes[..], &whole.frames[..]), (&b"AAAAAAAA"[..], &FrameNumber::all(&[1, 3])[..]));
        assert!(whole.contradicted && whole.missing > 0);
        assert!(log.problems().len() == 1 && fragments.held == 0);
    }

    #[test]
    fn an_incomplete_datagram_is_given_up_after_its_time() {
        let mut fragments = room_for(9);
        add(&mut fragments, 0, b"AAAAAAAA", true, 1);
        add(&mut fragments, 16, b"C", false, 2);
        let mut log = Log::default();
        assert!(fragments.overdue(Some(Time::from_parts(31, 0)), &mut log).is_none());
        let given_up = fragments.overdue(Some(Time::from_parts(32, 0)), &mut log).unwrap();
        assert!(log.problems().is_empty());
        assert_eq!(&given_up.bytes[..], b"AAAAAAAA");
        assert_eq!((given_up.frames, fragments.held), (FrameNumber::all(&[1, 2]), 0));
    }

    #[test]
    fn no_more_than_the_cap_wait() {
        let mut fragments = room_for(1);
        let two = [Fragment { id: 1, offset: 0, more: true }, Fragment { id: 2, offset: 0, more: true }];
        for (frame, fragment) in two.into_iter().enumerate() {
            let frames = [frame as u64];
            fragments.add(
                &packet(b"8 bytes."),
                fragment,
                origin(&FrameNumber::all(&frames), None),
                &mut Log::default(),
            );
        }
        let mut log = Log::default();
        assert_eq!(fragments.overdue(None, &mut log).unwrap().frames, [0]);
        assert!(fragments.overdue(None, &mut log).is_none());
        assert!(log.problems()[0].text.contains("limits.fragments"));
        assert_eq!(fragments.rest().unwrap().frames, [1]);
    }

    #[test]
    fn what_is_held_is_bounded_with_what_it_costs_to_hold_it() {
        let mut fragments = Fragments::new(Caps { fragment_bytes: 20_000, ..Caps::default() });
        let (mut log, mut given_up) = (Log::default(), 0);
        for frame in 0..1000 {
            let fragment = Fragment { id: frame / 10, offset: frame as usize % 10 * 16, more: true };
            fragments.add(&packet(b"8 bytes."), fragment, origin(&[u64::from(frame).into()], None), &mut log);
            while fragments.overdue(None, &mut log).is_some() {
                given_up += 1;
            }
            assert!(fragments.held <= 20_000);
        }
        assert!(given_up > 80 && log.problems()[0].text.contains("(limits.fragment_bytes)"), "{given_up}");
        while fragments.rest().is_some() {}
        assert_eq!(fragments.held, 0);
    }

    proptest! {
        #[test]
        fn fragments_in_any_order_with_copies_give_the_datagram(
            bytes in proptest::collection::vec(any::<u8>(), 1..300),
            order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
            size in 1_usize..5,
        ) {
            let step = size * 8;
            let parts: Vec<_> = bytes.chunks(step).enumerate().collect();
            let picked = order.iter().map(|index| *index.get(&parts)).chain(parts.iter().copied());
            let mut fragments = room_for(9);
            for (frame, (index, part)) in picked.enumerate() {
                let more = index + 1 < parts.len();
                if let Some(whole) = add(&mut fragments, index * step, part, more, frame as u64) {
                    prop_assert_eq!(&whole.bytes, &bytes);
                    prop_assert_eq!(whole.frames.len(), parts.len());
                    return Ok(());
                }
            }
            prop_assert!(false, "all parts were there");
        }
    }
}
