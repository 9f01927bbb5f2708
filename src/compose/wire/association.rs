//! Messages -> SCTP packets: associations that are opened, acknowledged and closed (RFC 9260).

use super::connection::Segment;
use super::ends::Ends;

/// Bytes of an SCTP packet before the payload of its one DATA chunk.
const HEADERS: usize = 28;
/// The most that a DATA chunk of one packet carries over IPv4.
pub(super) const LONGEST_CHUNK: usize = 65_535 - 20 - HEADERS - 3;
/// What a receiver takes before it acknowledges.
const WINDOW: u32 = 1 << 20;

const DATA: u8 = 0;
const INIT: u8 = 1;
const INIT_ACK: u8 = 2;
const SACK: u8 = 3;
const SHUTDOWN: u8 = 7;
const SHUTDOWN_ACK: u8 = 8;
const COOKIE_ECHO: u8 = 10;
const COOKIE_ACK: u8 = 11;
const SHUTDOWN_COMPLETE: u8 = 14;

/// One association.
#[derive(Debug)]
pub(super) struct Association {
    /// From the side that opened it to the other.
    ends: Ends,
    /// Of the side that opened it, and of the other.
    sides: [Side; 2],
}

#[derive(Debug, Clone, Copy)]
struct Side {
    /// The tag of what is sent to this side.
    tag: u32,
    /// The next TSN, and the next number in the stream.
    next: u32,
    sequence: u16,
}

impl Association {
    /// The association number `number` of the file, opened by the sender of `ends`.
    pub(super) fn new(ends: Ends, number: usize) -> Self {
        let tag = 0x1000_0001_u32.wrapping_add((number as u32).wrapping_mul(0x0101_0102));
        // The numbers of the first wrap around soon.
        let side = |tag: u32| Side { tag, next: tag.wrapping_sub(0x1000_0004), sequence: 0 };
        Self { ends, sides: [side(tag), side(tag ^ 0x5000_0000)] }
    }

    /// INIT, INIT ACK, COOKIE ECHO, COOKIE ACK.
    pub(super) fn open(&mut self) -> [Segment; 4] {
        let parameters = |side: Side| {
            [&side.tag.to_be_bytes()[..], &WINDOW.to_be_bytes(), &[0, 1, 0, 1], &side.next.to_be_bytes()]
                .concat()
        };
        let cookie = [0, 7, 0, 8, b'c', b'o', b'o', b'k'];
        let [opener, other] = self.sides;
        [
            self.packet(0, 0, &chunk(INIT, 0, &parameters(opener))),
            self.packet(1, opener.tag, &chunk(INIT_ACK, 0, &[&parameters(other)[..], &cookie].concat())),
            self.packet(0, other.tag, &chunk(COOKIE_ECHO, 0, &cookie[4..])),
            self.packet(1, opener.tag, &chunk(COOKIE_ACK, 0, &[])),
        ]
    }

    /// A message in fragments of up to `largest` bytes, and its acknowledgement.
    pub(super) fn send(&mut self, ends: Ends, bytes: &[u8], largest: usize) -> (Vec<Segment>, Segment) {
        let from = usize::from(ends != self.ends);
        let to_tag = self.sides[1 - from].tag;
        let largest = largest.clamp(1, LONGEST_CHUNK);
        let last = bytes.len().div_ceil(largest).saturating_sub(1);
        let mut fragments = Vec::new();
        for (at, piece) in bytes.chunks(largest).enumerate() {
            let flags = if at == 0 { 2 } else { 0 } | u8::from(at == last);
            let Side { next, sequence, .. } = self.sides[from];
            let head = [&next.to_be_bytes()[..], &[0, 0], &sequence.to_be_bytes(), &[0; 4]].concat();
            fragments.push(self.packet(from, to_tag, &chunk(DATA, flags, &[&head, piece].concat())));
            // TSNs count modulo 2^32 (RFC 9260 1.6).
            self.sides[from].next = next.wrapping_add(1);
        }
        self.sides[from].sequence = self.sides[from].sequence.wrapping_add(1);
        let met = self.sides[from].next.wrapping_sub(1);
        let sack = [&met.to_be_bytes()[..], &WINDOW.to_be_bytes(), &[0; 4]].concat();
        let sack = self.packet(1 - from, self.sides[from].tag, &chunk(SACK, 0, &sack));
        (fragments, sack)
    }

    /// SHUTDOWN, SHUTDOWN ACK, SHUTDOWN COMPLETE.
    pub(super) fn close(&self) -> [Segment; 3] {
        let [opener, other] = self.sides;
        let met = other.next.wrapping_sub(1).to_be_bytes();
        [
            self.packet(0, other.tag, &chunk(SHUTDOWN, 0, &met)),
            self.packet(1, opener.tag, &chunk(SHUTDOWN_ACK, 0, &[])),
            self.packet(0, other.tag, &chunk(SHUTDOWN_COMPLETE, 0, &[])),
        ]
    }

    fn packet(&self, from: usize, tag: u32, chunk: &[u8]) -> Segment {
        let ends = if from == 0 { self.ends } else { self.ends.back() };
        let (source, destination) = ends.ports();
        let ports = [source.to_be_bytes(), destination.to_be_bytes()].concat();
        let mut packet = [&ports, &tag.to_be_bytes()[..], &[0; 4], chunk].concat();
        let sum = crc32c(&packet).to_le_bytes();
        packet[8..12].copy_from_slice(&sum);
        (ends, packet)
    }
}

fn chunk(kind: u8, flags: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len() + 4).expect("chunks are cut to what a packet carries");
    let padding = value.len().next_multiple_of(4) - value.len();
    [&[kind, flags][..], &length.to_be_bytes(), value, &[0; 3][..padding]].concat()
}

/// The checksum of SCTP (RFC 9260 appendix A).
fn crc32c(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { (sum >> 1) ^ 0x82f6_3b78 } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, &byte| (0..8).fold(sum ^ u32::from(byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_known_example() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }
}
