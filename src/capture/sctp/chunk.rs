//! SCTP packet -> its chunks, as far as they matter here (RFC 9260 3, RFC 8260 2.1, RFC 3758 3.2).

const DATA: u8 = 0;
const INIT: u8 = 1;
const INIT_ACK: u8 = 2;
const ABORT: u8 = 6;
const SHUTDOWN_COMPLETE: u8 = 14;
const I_DATA: u8 = 64;
const FORWARD_TSN: u8 = 192;
const I_FORWARD_TSN: u8 = 194;

/// The common header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) from: u16,
    pub(super) to: u16,
    /// The verification tag.
    pub(super) tag: u32,
}

#[derive(Debug)]
pub(super) enum Body<'a> {
    Data(Data<'a>),
    /// The sender begins with this number.
    Begin {
        tsn: u32,
    },
    /// The sender gives up everything up to this number.
    Forward {
        tsn: u32,
    },
    /// The association is over.
    End,
}

/// A user message or a fragment of one.
#[derive(Debug)]
pub(super) struct Data<'a> {
    pub(super) tsn: u32,
    pub(super) place: Place,
    pub(super) begins: bool,
    pub(super) ends: bool,
    pub(super) payload: &'a [u8],
    /// How many bytes behind the payload were not captured.
    pub(super) missing: usize,
}

/// What tells which fragments belong together: those of DATA have consecutive numbers, those of I-DATA count
/// for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Consecutive,
    Interleaved { stream: u16, unordered: bool, message: u32, fragment: u32 },
}

/// The header and the chunks of a packet, of which so many bytes are missing.
pub(super) fn chunks(packet: &[u8], missing: usize) -> Option<(Header, impl Iterator<Item = Body<'_>>)> {
    let (head, rest) = packet.split_first_chunk::<12>()?;
    let header = Header {
        from: u16::from_be_bytes([head[0], head[1]]),
        to: u16::from_be_bytes([head[2], head[3]]),
        tag: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
    };
    Some((header, Chunks { rest, missing }.filter_map(|chunk| chunk.body())))
}

/// Whether the bytes are an SCTP packet, by its chunks: they fill it to the end.
pub(in crate::capture) fn is_packet(packet: &[u8]) -> bool {
    let Some(mut rest) = packet.get(12..).filter(|rest| !rest.is_empty()) else {
        return false;
    };
    while let [kind, _, high, low, ..] = *rest {
        let length = usize::from(u16::from_be_bytes([high, low]));
        if !matches!(kind, 0..=15 | 64 | 128..=132 | 192..=194) || length < 4 || length > rest.len() {
            return false;
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    rest.is_empty()
}

struct Chunks<'a> {
    rest: &'a [u8],
    missing: usize,
}

struct Chunk<'a> {
    kind: u8,
    flags: u8,
    value: &'a [u8],
    missing: usize,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let &[kind, flags, high, low, ..] = self.rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let value = self.rest.get(4..length.min(self.rest.len()))?;
        let missing = length.saturating_sub(self.rest.len());
        self.rest = self.rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        // What promises more than the whole packet had is no chunk.
        (missing <= self.missing).then_some(Chunk { kind, flags, value, missing })
    }
}

impl<'a> Chunk<'a> {
    fn body(self) -> Option<Body<'a>> {
        let word = |at: usize| {
            let word = self.value.get(at..)?.first_chunk().copied();
            word.map(u32::from_be_bytes)
        };
        let flag = |bit: u8| self.flags & bit != 0;
        let (ends, begins, unordered) = (flag(1), flag(2), flag(4));
        let data = |header: usize, place| {
            let (tsn, payload, missing) = (word(0)?, self.value.get(header..)?, self.missing);
            Some(Body::Data(Data { tsn, place, begins, ends, payload, missing }))
        };
        match self.kind {
            DATA => data(12, Place::Consecutive),
            I_DATA => {
                let (stream, message) = ((word(4)? >> 16) as u16, word(8)?);
                let fragment = if begins { 0 } else { word(12)? };
                data(16, Place::Interleaved { stream, unordered, message, fragment })
            }
            INIT | INIT_ACK => Some(Body::Begin { tsn: word(12)? }),
            FORWARD_TSN | I_FORWARD_TSN => Some(Body::Forward { tsn: word(0)? }),
            ABORT | SHUTDOWN_COMPLETE => Some(Body::End),
            _ => None,
        }
    }
}
