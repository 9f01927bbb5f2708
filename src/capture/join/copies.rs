//! Packets of several inputs -> which of them were seen in another input before.
//!
//! A packet that two taps saw, or that stands at the end of one file and at the beginning of the next, counts
//! once. Two taps see it with other times, link layers, hop counts and checksums of the IP header; all else
//! is the same. A retransmission is the same packet in the same input, and counts.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use crate::capture::ip::{TCP, UDP};
use crate::source::Time;

/// How far apart the clocks of two taps may be. SIP repeats a message after 500 ms at the earliest
/// (RFC 3261 17.1.1.1).
const NANOSECONDS: i64 = 250_000_000;

/// Packets that are remembered; more within the time above are of no test bed.
const MOST: usize = 1 << 18;

/// The packets of the last moments, by what is in them.
#[derive(Debug, Default)]
pub(super) struct Copies {
    known: HashMap<u64, Same, RandomState>,
    /// Their hashes in the order of time.
    recent: VecDeque<(u64, Time)>,
    hasher: RandomState,
}

/// Packets of the same content.
#[derive(Debug, Default)]
struct Same {
    /// How many different ones there were, of which `there` are recent.
    counted: u64,
    there: u64,
    /// Each input, and how many of them it has shown: the first of one is the first of all others.
    shown: Vec<(usize, u64)>,
}

impl Copies {
    /// Whether a packet of `input` is one that another input showed before, and was not compared with yet.
    /// Without a time it is none.
    pub(super) fn holds(&mut self, content: Content<'_>, time: Option<Time>, input: usize) -> bool {
        let Some(time) = time else { return false };
        self.forget(time);
        let hash = content.hash(&self.hasher);
        let same = self.known.entry(hash).or_default();
        let gone = same.counted - same.there;
        let shown = match same.shown.iter().position(|(known, _)| *known == input) {
            Some(at) => &mut same.shown[at].1,
            None => {
                same.shown.push((input, 0));
                let last = same.shown.len() - 1;
                &mut same.shown[last].1
            }
        };
        // What is long ago is no copy of this one.
        *shown = (*shown).max(gone) + 1;
        if *shown <= same.counted {
            return true;
        }
        same.counted += 1;
        same.there += 1;
        self.recent.push_back((hash, time));
        false
    }

    fn forget(&mut self, now: Time) {
        while let Some(&(hash, time)) = self.recent.front() {
            let is_near = now.0.saturating_sub(time.0).saturating_abs() <= NANOSECONDS;
            if is_near && self.recent.len() < MOST {
                return;
            }
            self.recent.pop_front();
            if let Some(same) = self.known.get_mut(&hash) {
                same.there -= 1;
                if same.there == 0 {
                    self.known.remove(&hash);
                }
            }
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

/// All but type of service, time to live and checksums, up to the total length.
fn hash_ipv4(packet: &[u8], hash: &mut impl Hasher) {
    let end = match declared(packet, 2) {
        // Segmentation offload leaves it empty.
        0 => packet.len(),
        length => length.min(packet.len()),
    };
    for range in [0..1, 2..8, 9..10, 12..20] {
        hash.write(packet.get(range).unwrap_or_default());
    }
    let header = packet.first().map_or(0, |byte| usize::from(byte & 15) * 4);
    let is_first = packet.get(6..8).is_some_and(|field| field[0] & 0x1f == 0 && field[1] == 0);
    let protocol = packet.get(9).copied().filter(|_| is_first);
    hash.write(packet.get(20..header.min(end)).unwrap_or_default());
    hash_payload(packet.get(header..end).unwrap_or_default(), protocol, hash);
}

/// All but traffic class, flow label, hop limit and checksum, up to the payload length.
fn hash_ipv6(packet: &[u8], hash: &mut impl Hasher) {
    let end = match declared(packet, 4) {
        0 => packet.len(),
        length => (40 + length).min(packet.len()),
    };
    for range in [4..7, 8..40] {
        hash.write(packet.get(range).unwrap_or_default());
    }
    hash_payload(packet.get(40..end).unwrap_or_default(), packet.get(6).copied(), hash);
}

/// The checksum is left to the network card where the packet is captured at its sender.
fn hash_payload(payload: &[u8], protocol: Option<u8>, hash: &mut impl Hasher) {
    let checksum = match protocol {
        Some(TCP) => 16..18,
        Some(UDP) => 6..8,
        _ => 0..0,
    };
    hash.write(payload.get(..checksum.start).unwrap_or(payload));
    hash.write(payload.get(checksum.end..).unwrap_or_default());
}

fn declared(packet: &[u8], at: usize) -> usize {
    let field = packet.get(at..).and_then(|field| field.first_chunk::<2>());
    field.map_or(0, |field| usize::from(u16::from_be_bytes(*field)))
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
    fn a_checksum_that_the_network_card_fills_in_is_left_aside() {
        let mut copies = Copies::default();
        let packet = |checksum: u8, data: &[u8]| {
            let head = [0x45, 0, 0, 32, 0, 1, 0, 0, 64, UDP, 7, 7, 1, 1, 1, 1, 2, 2, 2, 2];
            [&head[..], &[19, 196, 19, 196, 0, 12, checksum, checksum], data].concat()
        };
        assert!(!copies.holds(Content::Ip(&packet(1, b"data")), at(0), 0));
        assert!(copies.holds(Content::Ip(&packet(2, b"data")), at(1), 1));
        assert!(!copies.holds(Content::Ip(&packet(1, b"date")), at(2), 2));
    }

    #[test]
    fn many_packets_of_the_same_content_are_counted_and_not_walked() {
        let mut copies = Copies::default();
        let held = |copies: &mut Copies, input| {
            (0..100_000).filter(|_| copies.holds(Content::Bytes(b"OPTIONS"), at(0), input)).count()
        };
        assert_eq!([0, 1, 2].map(|input| held(&mut copies, input)), [0, 100_000, 100_000]);
        assert_eq!(copies.known.len(), 1);
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
