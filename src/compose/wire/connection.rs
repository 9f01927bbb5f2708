//! Messages -> TCP segments: connections that are opened, acknowledged and closed.

use etherparse::{TcpHeader, TcpOptionElement};

use super::ends::Ends;
use super::packet;

/// What a receiver takes before it acknowledges.
const WINDOW: u16 = u16::MAX;

/// One TCP connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// From the side that opened it to the other.
    ends: Ends,
    /// The next sequence number of the side that opened it, and of the other.
    next: [u32; 2],
}

/// A segment with its way.
pub(super) type Segment = (Ends, Vec<u8>);

#[derive(Clone, Copy)]
enum Side {
    Opener,
    Other,
}

impl Connection {
    /// The connection number `number` of the file, opened by the sender of `ends`.
    pub(super) fn new(ends: Ends, number: usize) -> Self {
        // Far apart, so that a reader of the file can tell them; the first wraps around soon.
        let first = (number as u32).wrapping_mul(0x0101_0101).wrapping_sub(0x0800);
        Self { ends, next: [first, first ^ 0x5000_0000] }
    }

    /// SYN, SYN with ACK, ACK. `largest`: what a segment will carry at most.
    pub(super) fn open(&mut self, largest: usize) -> [Segment; 3] {
        let syn = |header: &mut TcpHeader| {
            let size = TcpOptionElement::MaximumSegmentSize(largest.min(packet::LONGEST_SEGMENT) as u16);
            header.set_options(&[size]).expect("one option of 4 bytes has room");
            header.syn = true;
        };
        let first = self.control(Side::Opener, |header| {
            syn(header);
            (header.ack, header.acknowledgment_number) = (false, 0);
        });
        self.advance(Side::Opener, 1);
        let second = self.control(Side::Other, syn);
        self.advance(Side::Other, 1);
        [first, second, self.control(Side::Opener, |_| ())]
    }

    /// The bytes of a message in segments of up to `largest` bytes, in groups that fit into a window, each with
    /// the acknowledgement that follows it.
    pub(super) fn send(&mut self, ends: Ends, bytes: &[u8], largest: usize) -> Vec<(Vec<Segment>, Segment)> {
        let side = if ends == self.ends { Side::Opener } else { Side::Other };
        let largest = largest.clamp(1, packet::LONGEST_SEGMENT);
        let group = usize::from(WINDOW) / largest * largest;
        let mut sent = 0;
        let groups = bytes.chunks(group).map(|group| {
            let segments = group.chunks(largest).map(|piece| {
                sent += piece.len();
                let last = sent == bytes.len();
                let segment = self.segment(side, piece, |header| header.psh = last);
                self.advance(side, piece.len());
                segment
            });
            let segments = segments.collect();
            (segments, self.control(side.other(), |_| ()))
        });
        groups.collect()
    }

    /// FIN of either side with its ACK.
    pub(super) fn close(&mut self) -> [Segment; 3] {
        let first = self.control(Side::Opener, |header| header.fin = true);
        self.advance(Side::Opener, 1);
        let second = self.control(Side::Other, |header| header.fin = true);
        self.advance(Side::Other, 1);
        [first, second, self.control(Side::Opener, |_| ())]
    }

    fn control(&self, side: Side, change: impl FnOnce(&mut TcpHeader)) -> Segment {
        self.segment(side, &[], change)
    }

    /// A segment of one side that acknowledges all that the other has sent.
    fn segment(&self, side: Side, payload: &[u8], change: impl FnOnce(&mut TcpHeader)) -> Segment {
        let (ends, own, other) = match side {
            Side::Opener => (self.ends, self.next[0], self.next[1]),
            Side::Other => (self.ends.back(), self.next[1], self.next[0]),
        };
        let mut header = TcpHeader::new(0, 0, own, WINDOW);
        (header.ack, header.acknowledgment_number) = (true, other);
        change(&mut header);
        (ends, packet::tcp(ends, header, payload))
    }

    fn advance(&mut self, side: Side, count: usize) {
        // Sequence numbers count bytes modulo 2^32 (RFC 9293 3.4).
        let next = &mut self.next[side as usize];
        *next = next.wrapping_add(count as u32);
    }
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Opener => Self::Other,
            Self::Other => Self::Opener,
        }
    }
}
