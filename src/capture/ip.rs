//! IP packet -> its payload, with what the header says about length and fragments.

use std::net::IpAddr;

use etherparse::{LaxIpPayloadSlice, LaxIpv4Slice};

/// The protocol numbers that are read.
pub(super) const TCP: u8 = 6;
/// See [`TCP`].
pub(super) const UDP: u8 = 17;
/// See [`TCP`].
pub(super) const SCTP: u8 = 132;

/// An IP packet without its headers.
#[derive(Debug)]
pub(super) struct IpPacket<'a> {
    pub(super) from: IpAddr,
    pub(super) to: IpAddr,
    pub(super) protocol: u8,
    /// The payload, padding of the link layer cut off.
    pub(super) payload: &'a [u8],
    /// How many bytes of the payload the capture left off.
    pub(super) missing: usize,
    pub(super) fragment: Option<Fragment>,
}

/// What a packet says about its place in a fragmented datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) id: u32,
    /// Offset of the payload in the datagram, in bytes.
    pub(super) offset: usize,
    /// Whether others follow.
    pub(super) more: bool,
}

/// Reads the headers of an IP packet; `None` if they are cut or broken.
pub(super) fn read(packet: &[u8]) -> Option<IpPacket<'_>> {
    match packet.first()? >> 4 {
        4 => Some(v4(packet, &LaxIpv4Slice::from_slice(packet).ok()?.0)),
        6 => v6(packet),
        _ => None,
    }
}

fn v4<'a>(packet: &'a [u8], slice: &LaxIpv4Slice<'a>) -> IpPacket<'a> {
    let header = slice.header();
    let fragment = header.is_fragmenting_payload().then(|| Fragment {
        id: u32::from(header.identification()),
        offset: usize::from(header.fragments_offset().value()) * 8,
        more: header.more_fragments(),
    });
    let payload = slice.payload();
    IpPacket {
        from: header.source_addr().into(),
        to: header.destination_addr().into(),
        protocol: payload.ip_number.0,
        payload: payload.payload,
        missing: missing(payload, usize::from(header.total_len()), packet.len()),
        fragment,
    }
}

/// Walks the extension headers by itself: the iterator of `etherparse` 0.21 reads behind the end of one that
/// is cut.
fn v6(packet: &[u8]) -> Option<IpPacket<'_>> {
    let (header, _) = packet.split_first_chunk::<40>()?;
    let address = |at: usize| header[at..].first_chunk::<16>().map(|bytes| IpAddr::from(*bytes));
    // A length of 0 is a jumbogram (RFC 2675) or the work of segmentation offload.
    let whole = match u16::from_be_bytes([header[4], header[5]]) {
        0 => packet.len(),
        length => 40 + usize::from(length),
    };
    let mut rest = packet.get(40..whole.min(packet.len()))?;
    let (mut protocol, mut fragment) = (header[6], None);
    while fragment.is_none() {
        let length = match protocol {
            HOP_BY_HOP | ROUTING | DESTINATION | MOBILITY | HOST_IDENTITY | SHIM => {
                (usize::from(*rest.get(1)?) + 1) * 8
            }
            AUTHENTICATION => (usize::from(*rest.get(1)?) + 2) * 4,
            FRAGMENT => 8,
            _ => break,
        };
        let (extension, behind) = rest.split_at_checked(length)?;
        if protocol == FRAGMENT {
            fragment = fragment_of(extension);
        }
        (protocol, rest) = (*extension.first()?, behind);
    }
    // Behind a fragment header stands a part of the datagram, whatever its next header says of the whole.
    Some(IpPacket {
        from: address(8)?,
        to: address(24)?,
        protocol,
        payload: rest,
        missing: whole.saturating_sub(packet.len()),
        fragment,
    })
}

/// Extension headers (RFC 8200 4, RFC 4302, RFC 6275, RFC 7401, RFC 5533).
const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTHENTICATION: u8 = 51;
const DESTINATION: u8 = 60;
const MOBILITY: u8 = 135;
const HOST_IDENTITY: u8 = 139;
const SHIM: u8 = 140;

/// What a fragment header says; `None` of a packet that is whole all the same (RFC 6946).
fn fragment_of(header: &[u8]) -> Option<Fragment> {
    let (_, field) = header.split_first_chunk::<2>()?;
    let (place, id) =
        (u16::from_be_bytes(*field.first_chunk()?), u32::from_be_bytes(*field.get(2..)?.first_chunk()?));
    let fragment = Fragment { id, offset: usize::from(place & !7), more: place & 1 == 1 };
    (fragment.offset > 0 || fragment.more).then_some(fragment)
}

fn missing(payload: &LaxIpPayloadSlice<'_>, declared: usize, captured: usize) -> usize {
    if payload.incomplete { declared.saturating_sub(captured) } else { 0 }
}

/// A UDP datagram.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Udp<'a> {
    pub(super) from: u16,
    pub(super) to: u16,
    pub(super) payload: &'a [u8],
    /// How many bytes its length field promises that are not there.
    pub(super) missing: usize,
}

/// Reads a UDP header; `None` if it is cut.
pub(super) fn udp(bytes: &[u8], missing: usize) -> Option<Udp<'_>> {
    let (header, rest) = bytes.split_first_chunk::<8>()?;
    let word = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    let length = usize::from(word(4));
    // A length of 0 is a jumbogram (RFC 2675 4), one below 8 is none: then IP knows it.
    let (payload, missing) = match length.checked_sub(8) {
        Some(length) if length <= rest.len() => (&rest[..length], 0),
        Some(length) => (rest, length - rest.len()),
        None => (rest, missing),
    };
    Some(Udp { from: word(0), to: word(2), payload, missing })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::build;

    #[test]
    fn padding_behind_the_packet_is_no_payload() {
        let mut packet = build::ipv4(UDP, b"data");
        packet.extend_from_slice(&[0; 20]);
        let ip = read(&packet).unwrap();
        assert_eq!((ip.payload, ip.protocol, ip.missing, ip.fragment), (&b"data"[..], UDP, 0, None));
    }

    #[test]
    fn a_cut_packet_knows_what_it_lacks() {
        let packet = build::ipv4(UDP, &[7; 100]);
        let ip = read(&packet[..60]).unwrap();
        assert_eq!((ip.payload.len(), ip.missing), (40, 60));
        assert!(read(&packet[..19]).is_none());
    }

    #[test]
    fn ipv6_fragments_are_found_behind_other_extensions() {
        let mut packet = vec![0x60, 0, 0, 0, 0, 24, 0, 64];
        packet.extend_from_slice(&[1; 32]);
        packet.extend_from_slice(&[44, 0, 1, 4, 0, 0, 0, 0]);
        packet.extend_from_slice(&[UDP, 0, 0, 17, 0, 0, 0, 9]);
        packet.extend_from_slice(b"8 bytes.padding");
        let ip = read(&packet).unwrap();
        assert_eq!((ip.protocol, ip.payload), (UDP, &b"8 bytes."[..]));
        assert_eq!(ip.fragment, Some(Fragment { id: 9, offset: 16, more: true }));
    }

    #[test]
    fn ipv6_extensions_that_are_cut_or_longer_than_the_packet_hold_nothing() {
        let mut packet = vec![0x60, 0, 0, 0, 0, 24, 0, 64];
        packet.extend_from_slice(&[1; 32]);
        for kind in [HOP_BY_HOP, AUTHENTICATION, FRAGMENT, SHIM] {
            packet[6] = kind;
            let whole = [&packet[..], &[UDP, 200], &[0; 22]].concat();
            for end in 40..whole.len() {
                // A fragment header has a length of its own.
                assert_eq!(read(&whole[..end]).is_some(), kind == FRAGMENT && end >= 48, "{kind} {end}");
            }
        }
    }

    #[test]
    fn an_atomic_ipv6_fragment_is_the_whole_packet() {
        let mut packet = vec![0x60, 0, 0, 0, 0, 12, FRAGMENT, 64];
        packet.extend_from_slice(&[1; 32]);
        packet.extend_from_slice(&[UDP, 0, 0, 0, 0, 0, 0, 9]);
        packet.extend_from_slice(b"data");
        let ip = read(&packet).unwrap();
        assert_eq!((ip.protocol, ip.payload, ip.fragment), (UDP, &b"data"[..], None));
    }

    #[test]
    fn udp_takes_the_shorter_of_both_lengths() {
        let bytes = [0, 1, 0, 2, 0, 10, 0, 0, b'a', b'b', b'c'];
        assert_eq!(udp(&bytes, 0), Some(Udp { from: 1, to: 2, payload: b"ab", missing: 0 }));
        assert_eq!(udp(&bytes[..9], 0).unwrap().missing, 1);
        assert!(udp(&bytes[..7], 0).is_none());
    }
}
