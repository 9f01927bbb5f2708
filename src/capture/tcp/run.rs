//! A run of the bytes of one direction: from its first byte on, what comes in any order is handed on in theirs.

use std::collections::BTreeMap;

use super::segment::Segment;
use crate::capture::out::Out;
use crate::capture::piece::{Gap, Kept, Piece};
use crate::capture::problem::Severity;
use crate::capture::stream::Protocol;
use crate::source::Time;

/// What one waiting segment costs beside its bytes: its entry in a tree, and two allocations.
const PIECE: usize = 224;

/// Bytes from an offset on. Offsets are 64 bits wide; their lower half is the sequence number.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) first: u64,
    pub(super) expected: u64,
    /// The offset behind its last byte, where that is known.
    pub(super) end: Option<u64>,
    waiting: BTreeMap<u64, Ahead>,
    held: usize,
    pub(super) closed: bool,
    pub(super) protocol: Protocol,
}

/// Bytes that stand behind a gap.
#[derive(Debug)]
struct Ahead {
    kept: Kept,
    /// How many bytes behind them were not captured.
    missing: usize,
}

impl Run {
    /// A run from `first` on, with which the connection begins or (`midway`) goes on.
    pub(super) fn new(first: u64, midway: bool) -> Self {
        Self {
            first,
            expected: first,
            end: None,
            waiting: BTreeMap::new(),
            held: 0,
            closed: false,
            protocol: Protocol::new(midway),
        }
    }

    pub(super) fn weight(&self) -> usize {
        self.held + self.protocol.weight()
    }

    /// Whether something is missed when nothing more is read.
    pub(super) fn may_hold_sip(&self) -> bool {
        !self.closed && (self.held > 0 || self.protocol.may_hold_sip())
    }

    /// When the bytes came that wait for missing ones; `None` if none do.
    pub(super) fn waits_since(&self) -> Option<Option<Time>> {
        self.waiting.first_key_value().map(|(_, ahead)| ahead.kept.time)
    }

    /// Takes in a segment whose first byte has the offset `start`.
    pub(super) fn take(&mut self, start: u64, segment: &Segment<'_>, out: &mut Out<'_>) {
        if self.closed {
            return;
        }
        if start <= self.expected {
            self.deliver(start, segment.piece(), segment.missing, out);
        } else if segment.len() > 0 && self.waiting.get(&start).is_none_or(|old| old.len() < segment.len()) {
            self.wait(start, Ahead::of(segment), out);
        }
        self.deliver_waiting(out);
        if self.held > out.caps.stream_bytes {
            self.say_full(segment, out);
        }
        while self.held > out.caps.stream_bytes {
            self.pass_gap(out);
        }
        if self.end.is_some_and(|end| self.expected >= end) {
            self.close(out);
        }
    }

    fn wait(&mut self, start: u64, mut ahead: Ahead, out: &mut Out<'_>) {
        if let Some(old) = self.waiting.remove(&start) {
            self.held -= old.cost();
            let (new, old) = (&mut ahead.kept, old.kept);
            let common = new.bytes.len().min(old.bytes.len());
            if new.bytes[..common] != old.bytes[..common] {
                let (flow, frame) = (out.flow, new.piece().last());
                let text =
                    || format!("frame {frame}: TCP {flow}: other bytes than before; the first are read");
                out.log.note("tcp-overlap", text);
                new.bytes[..common].copy_from_slice(&old.bytes[..common]);
                new.frames.splice(0..0, old.frames);
            }
        }
        self.held += ahead.cost();
        self.waiting.insert(start, ahead);
    }

    /// Hands on what is new of the bytes from `start` on and of those `missing` behind them.
    fn deliver(&mut self, start: u64, piece: Piece<'_>, missing: usize, out: &mut Out<'_>) {
        let old = usize::try_from(self.expected.saturating_sub(start)).unwrap_or(usize::MAX);
        let new = piece.behind(old);
        if !new.bytes.is_empty() {
            self.protocol.push(new, out);
            self.expected += new.bytes.len() as u64;
        }
        let missing = missing.saturating_sub(old.saturating_sub(piece.bytes.len()));
        if missing > 0 {
            self.protocol.lose(Gap { missing, frame: piece.last() }, out);
            self.expected += missing as u64;
        }
    }

    /// Hands on what waited and waits for nothing any more.
    fn deliver_waiting(&mut self, out: &mut Out<'_>) {
        while let Some(entry) = self.waiting.first_entry() {
            let start = *entry.key();
            if start > self.expected {
                break;
            }
            let ahead = entry.remove();
            self.held -= ahead.cost();
            self.deliver(start, ahead.kept.piece(), ahead.missing, out);
        }
    }

    /// Says that missing bytes are given up; where no SIP was found, that is no loss.
    fn say_full(&self, segment: &Segment<'_>, out: &mut Out<'_>) {
        let (flow, cap, frame) = (out.flow, out.caps.stream_bytes, segment.frame());
        let hurts = self.protocol.may_hold_sip();
        let severity = if hurts { Severity::Damage } else { Severity::Note };
        out.log.say(("limits.stream_bytes", u64::from(hurts)), severity, || {
            format!(
                "frame {frame}: more than {cap} bytes of TCP {flow} waited for missing ones \
                 (`limits.stream_bytes`): those are given up"
            )
        });
    }

    /// Gives up the bytes missing before the first that wait.
    pub(super) fn pass_gap(&mut self, out: &mut Out<'_>) {
        if let Some((&start, ahead)) = self.waiting.first_key_value() {
            let missing = usize::try_from(start - self.expected).unwrap_or(usize::MAX);
            self.protocol.lose(Gap { missing, frame: ahead.kept.piece().last() }, out);
            self.expected = start;
        }
        self.deliver_waiting(out);
    }

    pub(super) fn pass_gaps(&mut self, out: &mut Out<'_>) {
        while !self.waiting.is_empty() {
            self.pass_gap(out);
        }
    }

    /// Nothing more comes.
    pub(super) fn close(&mut self, out: &mut Out<'_>) {
        if !self.closed {
            self.pass_gaps(out);
            self.protocol.end(out);
            self.closed = true;
        }
    }
}

impl Ahead {
    fn of(segment: &Segment<'_>) -> Self {
        Self { kept: segment.piece().kept(), missing: segment.missing }
    }

    fn len(&self) -> u64 {
        (self.kept.bytes.len() + self.missing) as u64
    }

    fn cost(&self) -> usize {
        self.kept.bytes.len() + PIECE
    }
}
