//! ESP -> the payload that it protects, where nothing is encrypted (RFC 4303, RFC 2410).
//!
//! Nothing in a packet tells its cipher. But IMS access mostly uses none (3GPP TS 33.203), and then the
//! trailer and what it announces agree with each other in too many places for chance.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::ip::{self, IpPacket};
use super::link::u16_at;
use crate::message::looks_like_sip;

/// The protocol number, and the UDP port where a NAT stands between (RFC 3948).
pub(super) const ESP: u8 = 50;
/// See [`ESP`].
pub(super) const PORT: u16 = 4500;

/// Lengths of the integrity check value: of HMAC with 96 bits, then of AES-GMAC, none, and longer ones.
const CHECKS: [usize; 5] = [12, 16, 0, 24, 32];
/// Bytes before the payload: index and sequence number.
const HEADER: usize = 8;
/// Security associations that are remembered. What is forgotten is found out again.
const REMEMBERED: usize = 4096;

/// What was found in an ESP packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opened<'a> {
    /// A payload of this protocol.
    Payload(u8, &'a [u8]),
    /// It is encrypted, or cannot be told from that.
    Hidden,
    /// Nothing that could be SIP.
    Nothing,
}

/// Receiver and index (RFC 4301 4.1).
type Index = (IpAddr, u32);

/// What is known of the security associations.
#[derive(Debug, Default)]
pub(super) struct Associations {
    known: HashMap<Index, Known, RandomState>,
    /// The oldest first.
    order: VecDeque<Index>,
}

#[derive(Debug, Clone, Copy)]
enum Known {
    /// A packet of it was met.
    Met,
    /// It encrypts nothing, has check values of this length, and carried this protocol last.
    Clear { check: usize, next: u8 },
}

impl Associations {
    /// Looks into the ESP packet `bytes`, which is the payload of `ip`, or of UDP in it.
    pub(super) fn open<'a>(&mut self, ip: &IpPacket<'a>, bytes: &'a [u8]) -> Opened<'a> {
        let Some((&[a, b, c, d, ..], body)) = bytes.split_first_chunk::<HEADER>() else {
            return Opened::Nothing;
        };
        let index = (ip.to, u32::from_be_bytes([a, b, c, d]));
        let known = self.known.get(&index).copied();
        let found = if ip.missing > 0 { cut(body, ip.missing, known) } else { whole(ip, body, known) };
        match found {
            Some((check, next, payload)) => {
                self.remember(index, Known::Clear { check, next });
                Opened::Payload(next, payload)
            }
            None if matches!(known, Some(Known::Clear { .. })) => Opened::Nothing,
            // Other things use port 4500 too: only an index that comes again makes it ESP.
            None if ip.protocol != ESP && known.is_none() => {
                self.remember(index, Known::Met);
                Opened::Nothing
            }
            None => Opened::Hidden,
        }
    }

    fn remember(&mut self, index: Index, known: Known) {
        if self.known.insert(index, known).is_none() {
            self.order.push_back(index);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

/// ESP in a UDP payload; keys are exchanged behind four zeros, and a single byte keeps a NAT open.
pub(super) fn in_udp(payload: &[u8]) -> Option<&[u8]> {
    (payload.len() > HEADER && !payload.starts_with(&[0; 4])).then_some(payload)
}

/// Length of the check value, protocol, payload.
type Found<'a> = (usize, u8, &'a [u8]);

fn whole<'a>(ip: &IpPacket<'a>, body: &'a [u8], known: Option<Known>) -> Option<Found<'a>> {
    if let Some(Known::Clear { check, .. }) = known {
        let (next, payload) = trailer(body, check)?;
        return fits(ip, next, payload, true).then_some((check, next, payload));
    }
    CHECKS.into_iter().find_map(|check| {
        let (next, payload) = trailer(body, check)?;
        fits(ip, next, payload, false).then_some((check, next, payload))
    })
}

/// Protocol and payload, if a right trailer stands before a check value of this length (RFC 4303 2.4).
fn trailer(body: &[u8], check: usize) -> Option<(u8, &[u8])> {
    let end = body.len().checked_sub(check)?;
    let (rest, &[padding, next]) = body.get(..end)?.split_last_chunk::<2>()?;
    let (payload, filled) = rest.split_at_checked(rest.len().checked_sub(usize::from(padding))?)?;
    let counts = filled.iter().zip(1..=255_u8).all(|(&byte, count)| byte == count);
    (end % 4 == 0 && counts).then_some((next, payload))
}

/// Whether a payload is what its protocol number says. `sure`: others of the same association were.
fn fits(ip: &IpPacket<'_>, next: u8, payload: &[u8], sure: bool) -> bool {
    match next {
        4 => u16_at(payload, 2).is_some_and(|length| usize::from(length) == payload.len()),
        41 => u16_at(payload, 4).is_some_and(|length| usize::from(length) + 40 == payload.len()),
        ip::UDP => u16_at(payload, 4).is_some_and(|length| usize::from(length) == payload.len()),
        ip::TCP => {
            let header = payload.get(12).map_or(0, |byte| usize::from(byte >> 4) * 4);
            let Some(text) = payload.get(header..).filter(|_| header >= 20) else {
                return false;
            };
            sure || looks_like_sip(text) || is_summed(ip, payload)
        }
        ip::SCTP => super::sctp::is_packet(payload),
        _ => false,
    }
}

/// Whether the checksum over a TCP segment is right (RFC 9293 3.1).
fn is_summed(ip: &IpPacket<'_>, segment: &[u8]) -> bool {
    let header = etherparse::TcpSlice::from_slice(segment);
    header.is_ok_and(|tcp| {
        let sum = match (ip.from, ip.to) {
            (IpAddr::V4(from), IpAddr::V4(to)) => tcp.calc_checksum_ipv4(from.octets(), to.octets()),
            (IpAddr::V6(from), IpAddr::V6(to)) => tcp.calc_checksum_ipv6(from.octets(), to.octets()),
            _ => return false,
        };
        sum.is_ok_and(|sum| sum == tcp.checksum())
    })
}

/// A packet of which the trailer was not captured.
fn cut(body: &[u8], missing: usize, known: Option<Known>) -> Option<Found<'_>> {
    if let Some(Known::Clear { check, next }) = known {
        return Some((check, next, body));
    }
    // The length of UDP has to leave room for a trailer, and no more.
    let behind = (body.len() + missing).checked_sub(usize::from(u16_at(body, 4)?))?;
    let sip = looks_like_sip(body.get(8..)?);
    CHECKS
        .into_iter()
        .rev()
        .find(|&check| sip && (check + 2..check + 6).contains(&behind))
        .map(|check| (check, ip::UDP, body))
}
