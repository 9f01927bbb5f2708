//! IP packet -> its payload, with what the header says about length and fragments.

use std::net::IpAddr;

use etherparse::{Ipv6ExtensionSlice, LaxIpPayloadSlice, LaxIpSlice, LaxIpv4Slice, LaxIpv6Slice};

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
    match LaxIpSlice::from_slice(packet).ok()?.0 {
        LaxIpSlice::Ipv4(slice) => Some(v4(packet, &slice)),
        LaxIpSlice::Ipv6(slice) => v6(packet, &slice),
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

fn v6<'a>(packet: &'a [u8], slice: &LaxIpv6Slice<'a>) -> Option<IpPacket<'a>> {
    let header = slice.header();
    let all = slice.payload();
    let mut ip = IpPacket {
        from: header.source_addr().into(),
        to: header.destination_addr().into(),
        protocol: all.ip_number.0,
        payload: all.payload,
        missing: missing(all, usize::from(header.payload_length()) + header.slice().len(), packet.len()),
        fragment: None,
    };
    // Behind a fragment header stands a part of the datagram, whatever its next header says of the whole.
    let mut at = header.slice().len();
    for extension in slice.extensions().clone() {
        at += extension_len(&extension);
        if let Ipv6ExtensionSlice::Fragment(fragment) = extension
            && fragment.is_fragmenting_payload()
        {
            let end = packet.len().min(usize::from(header.payload_length()) + header.slice().len());
            ip.protocol = fragment.next_header().0;
            ip.payload = packet.get(at..end)?;
            ip.fragment = Some(Fragment {
                id: fragment.identification(),
                offset: usize::from(fragment.fragment_offset().value()) * 8,
                more: fragment.more_fragments(),
            });
            break;
        }
    }
    Some(ip)
}

fn extension_len(extension: &Ipv6ExtensionSlice<'_>) -> usize {
    match extension {
        Ipv6ExtensionSlice::HopByHop(slice)
        | Ipv6ExtensionSlice::Routing(slice)
        | Ipv6ExtensionSlice::DestinationOptions(slice) => slice.slice().len(),
        Ipv6ExtensionSlice::Fragment(slice) => slice.slice().len(),
        Ipv6ExtensionSlice::Authentication(slice) => slice.slice().len(),
    }
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
    fn udp_takes_the_shorter_of_both_lengths() {
        let bytes = [0, 1, 0, 2, 0, 10, 0, 0, b'a', b'b', b'c'];
        assert_eq!(udp(&bytes, 0), Some(Udp { from: 1, to: 2, payload: b"ab", missing: 0 }));
        assert_eq!(udp(&bytes[..9], 0).unwrap().missing, 1);
        assert!(udp(&bytes[..7], 0).is_none());
    }
}
