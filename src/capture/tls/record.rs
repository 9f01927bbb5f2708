//! The bytes of one direction of a TLS connection -> its records, and the gaps between them.

use crate::capture::marked::{Marked, Origin};
use crate::capture::piece::{Gap, Piece};
use crate::capture::tls_record::{HEADER, begins, header};
use crate::source::FrameNumber;

/// What one record that waits costs beside its bytes: its place in a list that is half empty at worst, and two
/// allocations.
const RECORD: usize = 2 * size_of::<Item>() + 64;

/// Cuts a stream into records.
#[derive(Debug, Default)]
pub(super) struct Records {
    buffer: Marked,
    /// Bytes of a record that are passed over.
    skip: usize,
    /// Whether it is not known where the next record begins.
    adrift: bool,
}

/// What a stream of records holds.
#[derive(Debug)]
pub(super) enum Item {
    Record(Record),
    /// Records were lost: exactly one, or nobody knows how many in so many bytes.
    Gap {
        frame: FrameNumber,
        lost: Lost,
    },
}

/// How many records a gap took.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lost {
    One,
    Within(usize),
}

/// A record with its way.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) kind: u8,
    pub(super) version: u16,
    pub(super) bytes: Vec<u8>,
    pub(super) origin: Origin,
}

impl Records {
    /// What it holds, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.buffer.weight()
    }

    /// Takes in the next bytes of the stream.
    pub(super) fn push(&mut self, piece: Piece<'_>) {
        let piece = piece.passing_over(&mut self.skip);
        // Behind a gap, a record may begin where a segment begins.
        let is_none = || self.adrift && self.buffer.is_empty() && begins(piece.bytes, true) == Some(false);
        if piece.bytes.is_empty() || is_none() {
            return;
        }
        self.adrift = false;
        self.buffer.append(piece);
    }

    /// The next record that is whole, or that there is none where one should begin.
    pub(super) fn next(&mut self) -> Option<Item> {
        let Ok(header) = header(self.buffer.bytes()) else {
            let frame = self.buffer.origin(1).last();
            return Some(self.lose_track(Lost::Within(self.buffer.len()), frame));
        };
        let header = header?;
        let whole = HEADER + header.length;
        let bytes = self.buffer.bytes().get(HEADER..whole)?.to_vec();
        let origin = self.buffer.origin(whole);
        self.buffer.drop_front(whole);
        Some(Item::Record(Record { kind: header.kind, version: header.version, bytes, origin }))
    }

    /// Takes in that bytes never came; gives the gap, unless it lies in a record that is lost already.
    pub(super) fn lose(&mut self, Gap { missing, frame }: Gap) -> Option<Item> {
        let lacking = match header(self.buffer.bytes()) {
            _ if self.skip > 0 => self.skip,
            Ok(Some(header)) => (HEADER + header.length).saturating_sub(self.buffer.len()),
            Ok(None) | Err(()) => 0,
        };
        let (inside, told) = (lacking >= missing && !self.adrift, self.skip > 0);
        self.skip = 0;
        if !inside {
            return Some(self.lose_track(Lost::Within(missing.saturating_add(self.buffer.len())), frame));
        }
        // One record was hurt, and the next is found behind it.
        self.skip = lacking - missing;
        self.buffer.clear();
        (!told).then_some(Item::Gap { frame, lost: Lost::One })
    }

    fn lose_track(&mut self, lost: Lost, frame: FrameNumber) -> Item {
        self.buffer.clear();
        self.adrift = true;
        Item::Gap { frame, lost }
    }

    /// The frame of the beginning of a record that will not become whole.
    pub(super) fn rest(&self) -> Option<FrameNumber> {
        (!self.buffer.is_empty()).then(|| self.buffer.origin(1).last())
    }
}

impl Item {
    /// The type of the record; `None` of a gap.
    pub(super) fn kind(&self) -> Option<u8> {
        match self {
            Self::Record(record) => Some(record.kind),
            Self::Gap { .. } => None,
        }
    }

    /// What it costs while it waits, in bytes.
    pub(super) fn cost(&self) -> usize {
        match self {
            Self::Record(record) => record.bytes.len() + RECORD,
            Self::Gap { .. } => RECORD,
        }
    }

    pub(super) fn frame(&self) -> FrameNumber {
        match self {
            Self::Record(record) => record.frame(),
            Self::Gap { frame, .. } => *frame,
        }
    }
}

impl Record {
    pub(super) fn frame(&self) -> FrameNumber {
        self.origin.last()
    }
}
