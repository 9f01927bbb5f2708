//! Packets of several inputs -> which of them were seen in another input before.
//!
//! A packet that two taps saw, or that stands at the end of one file and at the beginning of the next, counts
//! once. Two taps see it with other times, link layers, hop counts and checksums of the IP header; all else
//! is the same. A retransmission is the same packet in the same input, and counts.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use crate::source::Time;

/// How far apart the clocks of two taps may be. SIP repeats a message after 500 ms at the earliest
/// (RFC 3261 17.1.1.1).
const NANOSECONDS: i64 = 250_000_000;

/// Packets that are remembered; more within the time above are of no test bed.
const MOST: usize = 1 << 20;

/// The packets of the last moments, by what is in them.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// Numbers of the packets with that content, oldest first.
    known: HashMap<u64, VecDeque<u64>, RandomState>,
    /// In the order of time; the first has the number `gone`.
    recent: VecDeque<Recent>,
    gone: u64,
    hasher: RandomState,
}

#[derive(Debug)]
struct Recent {
    hash: u64,
    time: Time,
    /// The inputs that it was seen in.
    inputs: Vec<usize>,
}

impl Copies {
    /// Whether a packet of `input` is one that another input showed before, and was not compared with yet.
    /// Without a time it is none.
    pub(super) fn holds(&mut self, content: Content<'_>, time: Option<Time>, input: usize) -> bool {
        let Some(time) = time else { return false };
        self.forget(time);
        let hash = content.hash(&self.hasher);
        let Self { known, recent, gone, .. } = self;
        let same = known.entry(hash).or_default();
        for number in same.iter() {
            let index = usize::try_from(number - *gone).unwrap_or(usize::MAX);
            if let Some(other) = recent.get_mut(index).filter(|other| !other.inputs.contains(&input)) {
                other.inputs.push(input);
                return true;
            }
        }
        same.push_back(*gone + recent.len() as u64);
        recent.push_back(Recent { hash, time, inputs: vec![input] });
        false
    }

    fn forget(&mut self, now: Time) {
        while let Some(oldest) = self.recent.front() {
            let is_near = now.0.saturating_sub(oldest.time.0).abs() <= NANOSECONDS;
            if is_near && self.recent.len() < MOST {
                return;
            }
            if let Some(same) = self.known.get_mut(&oldest.hash) {
                same.pop_front();
                if same.is_empty() {
                    self.known.remove(&oldest.hash);
                }
            }
            self.recent.pop_front();
            self.gone += 1;
        }
    }
}

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'a> {
    /// An IP packet, perhaps with padding behind it.
    Ip(&'a [u8]),
    /// Anything else.
    Bytes(&'a [u8]),
}

impl Content<'_> {
    /// A keyed hash, so that nobody can make two packets one.
    fn hash(self, hasher: &RandomState) -> u64 {
        let mut hash = hasher.build_hasher();
        match self {
            Self::Ip(packet) => match packet.first().map(|byte| byte >> 4) {
                Some(4) => hash_ipv4(packet, &mut hash),
                Some(6) => hash_ipv6(packet, &mut hash),
                _ => hash.write(packet),
            },
            Self::Bytes(bytes) => hash.write(bytes),
        }
        hash.finish()
    }
}

/// All but type of service, time to live and checksum, up to the total length.
fn hash_ipv4(packet: &[u8], hash: &mut impl Hasher) {
    let length =
        packet.get(2..4).and_then(|field| field.first_chunk()).map_or(0, |field| u16::from_be_bytes(*field));
    let end = match usize::from(length) {
        // Segmentation offload leaves it empty.
        0 => packet.len(),
        length => length.min(packet.len()),
    };
    for range in [0..1, 2..8, 9..10, 12..end] {
        hash.write(packet.get(range).unwrap_or_default());
    }
}

/// All but traffic class, flow label and hop limit, up to the payload length.
fn hash_ipv6(packet: &[u8], hash: &mut impl Hasher) {
    let length =
        packet.get(4..6).and_then(|field| field.first_chunk()).map_or(0, |field| u16::from_be_bytes(*field));
    let end = match usize::from(length) {
        0 => packet.len(),
        length => (40 + length).min(packet.len()),
    };
    for range in [4..7, 8..end] {
        hash.write(packet.get(range).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Option<Time> {
        Some(Time(milliseconds * 1_000_000))
    }

    #[test]
    fn a_packet_of_two_taps_counts_once_and_a_retransmission_again() {
        let mut copies = Copies::default();
        let seen = [(0, 0), (30, 1), (60, 0), (70, 1), (90, 2), (500, 0), (530, 1), (800, 1)];
        let once = seen.map(|(time, input)| !copies.holds(Content::Bytes(b"INVITE"), at(time), input));
        assert_eq!(once, [true, false, true, false, false, true, false, true]);
        assert!(!copies.holds(Content::Bytes(b"INVITE"), None, 5));
        assert!(!copies.holds(Content::Bytes(b"other"), at(800), 5));
    }

    #[test]
    fn what_a_router_changes_is_left_aside() {
        let mut copies = Copies::default();
        let packet = |tos, ttl, sum, padding: &[u8]| {
            [&[0x45, tos, 0, 24, 0, 1, 0, 0, ttl, 17, sum, sum, 1, 1, 1, 1, 2, 2, 2, 2][..], b"data", padding]
                .concat()
        };
        assert!(!copies.holds(Content::Ip(&packet(0, 64, 7, b"")), at(0), 0));
        assert!(copies.holds(Content::Ip(&packet(8, 63, 9, b"\0\0")), at(1), 1));
        let six =
            |class: u8, hops: u8| [&[0x60 | class, 0, 0, 0, 0, 4, 17, hops][..], &[7; 32], b"data"].concat();
        assert!(!copies.holds(Content::Ip(&six(0, 64)), at(2), 0));
        assert!(copies.holds(Content::Ip(&six(1, 60)), at(3), 1));
    }

    #[test]
    fn what_is_long_ago_is_forgotten() {
        let mut copies = Copies::default();
        for number in 0..100_000_u32 {
            copies.holds(Content::Bytes(&number.to_be_bytes()), at(i64::from(number)), 0);
        }
        assert!(copies.recent.len() <= 251 && copies.known.len() <= 251);
    }
}
