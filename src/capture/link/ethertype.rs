//! What an EtherType announces -> IP packet: VLAN tags, MPLS labels, PPPoE and PPP looked through.

use std::ops::RangeInclusive;

pub(super) const PPPOE_SESSION: u16 = 0x8864;
const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const MPLS: u16 = 0x8847;
const MPLS_MULTICAST: u16 = 0x8848;
const PPP: u16 = 0x880b;
/// Transparent Ethernet Bridging (RFC 1701).
const BRIDGED: u16 = 0x6558;
/// A length instead of a type (IEEE 802.3).
const LENGTHS: RangeInclusive<u16> = 0..=1500;

/// Headers one inside the other that are looked through.
const HEADERS: usize = 12;
/// MPLS labels of one stack.
const LABELS: usize = 16;

/// A header looked through: the type of what follows, and this.
type Next<'a> = (u16, &'a [u8]);

/// The IP packet behind an EtherType and whatever that announces.
pub(in crate::capture) fn of_type(kind: u16, rest: &[u8]) -> Option<&[u8]> {
    let (mut kind, mut rest) = (kind, rest);
    for _ in 0..HEADERS {
        (kind, rest) = match kind {
            IPV4 | IPV6 => return ip(rest),
            // IEEE 802.1Q, 802.1ad, what was used before it, and the tag of Cisco's virtual interfaces.
            0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x8926 => (u16_at(rest, 2)?, rest.get(4..)?),
            MPLS | MPLS_MULTICAST => behind_labels(rest)?,
            PPPOE_SESSION => behind_ppp(rest.get(6..)?)?,
            PPP => behind_ppp(rest)?,
            BRIDGED => (u16_at(rest, 12)?, rest.get(14..)?),
            _ if LENGTHS.contains(&kind) => behind_snap(rest)?,
            _ => return None,
        };
    }
    None
}

/// An IP packet by its version.
pub(in crate::capture) fn ip(packet: &[u8]) -> Option<&[u8]> {
    matches!(packet.first()? >> 4, 4 | 6).then_some(packet)
}

pub(in crate::capture) fn ethernet(frame: &[u8]) -> Option<&[u8]> {
    of_type(BRIDGED, frame)
}

/// PPP, with or without its address (RFC 1661, RFC 1662).
pub(in crate::capture) fn ppp(frame: &[u8]) -> Option<&[u8]> {
    of_type(PPP, frame)
}

/// A label stack without anything before it.
pub(in crate::capture) fn label_stack(rest: &[u8]) -> Option<&[u8]> {
    of_type(MPLS, rest)
}

/// Behind the last label nothing tells what follows (RFC 3032 2.2): it is looked at.
fn behind_labels(rest: &[u8]) -> Option<Next<'_>> {
    let bottom = rest.chunks_exact(4).take(LABELS).position(|label| label[2] & 1 == 1)?;
    let rest = rest.get((bottom + 1) * 4..)?;
    match rest.first()? >> 4 {
        4 => Some((IPV4, rest)),
        6 => Some((IPV6, rest)),
        // A control word of a pseudowire (RFC 4385 3), or an Ethernet address that begins like one.
        0 if ethernet(rest.get(4..)?).is_some() => Some((BRIDGED, rest.get(4..)?)),
        _ => Some((BRIDGED, rest)),
    }
}

/// Behind a PPP header, of which all but the lower byte of the protocol may be left out (RFC 1661 6.5, 6.6).
fn behind_ppp(frame: &[u8]) -> Option<Next<'_>> {
    let frame = match frame {
        // Cisco's own framing uses EtherTypes, as does PPP in HDLC that speaks it.
        [0x0f | 0x8f, 0, rest @ ..] => return Some((u16_at(rest, 0)?, rest.get(2..)?)),
        [0xff, 0x03, rest @ ..] => rest,
        frame => frame,
    };
    let (protocol, rest) = match frame {
        [low, rest @ ..] if low & 1 == 1 => (u16::from(*low), rest),
        _ => (u16_at(frame, 0)?, frame.get(2..)?),
    };
    match protocol {
        0x0021 => Some((IPV4, rest)),
        0x0057 => Some((IPV6, rest)),
        0x0281 | 0x0283 => Some((MPLS, rest)),
        _ => None,
    }
}

/// IEEE 802.2 with a SNAP header (RFC 1042).
pub(super) fn behind_snap(rest: &[u8]) -> Option<Next<'_>> {
    let rest = rest.strip_prefix(b"\xaa\xaa\x03\0\0\0")?;
    Some((u16_at(rest, 0)?, rest.get(2..)?))
}

pub(in crate::capture) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}
