//! UDP or TCP payload -> Ethernet frames: checksums, IP headers, fragments.

use etherparse::{
    EtherType, Ethernet2Header, IpFragOffset, IpNumber, Ipv4Header, Ipv6FragmentHeader, Ipv6Header,
    TcpHeader, UdpHeader,
};

use super::ends::Ends;

/// Hops a packet may still go; that of most systems.
const TTL: u8 = 64;
const IPV4: usize = Ipv4Header::MIN_LEN;
const IPV6: usize = Ipv6Header::LEN;
const IPV6_FRAGMENT: usize = Ipv6FragmentHeader::LEN;
/// The offset of a fragment counts so many bytes (RFC 791 3.1, RFC 8200 4.5).
const UNIT: usize = 8;

/// How much of a message fits into a datagram over IPv4; IPv6 has room for 20 bytes more that nobody needs.
pub(super) const LONGEST_DATAGRAM: usize = 65_535 - IPV4 - UdpHeader::LEN;
/// How much fits into a TCP segment without options over IPv4.
pub(super) const LONGEST_SEGMENT: usize = 65_535 - IPV4 - TcpHeader::MIN_LEN;

/// A UDP datagram with its checksum.
pub(super) fn udp(ends: Ends, payload: &[u8]) -> Vec<u8> {
    let (source_port, destination_port) = ends.ports();
    let length = length(UdpHeader::LEN + payload.len());
    let mut header = UdpHeader { source_port, destination_port, length, checksum: 0 };
    let checksum = match ends {
        Ends::V4 { from, to } => header.calc_checksum_ipv4_raw(from.ip().octets(), to.ip().octets(), payload),
        Ends::V6 { from, to } => header.calc_checksum_ipv6_raw(from.ip().octets(), to.ip().octets(), payload),
    };
    header.checksum = checksum.expect("the plan refuses what is longer than a datagram");
    [&header.to_bytes()[..], payload].concat()
}

/// A TCP segment with its checksum; the ports are those of `ends`.
pub(super) fn tcp(ends: Ends, mut header: TcpHeader, payload: &[u8]) -> Vec<u8> {
    (header.source_port, header.destination_port) = ends.ports();
    let checksum = match ends {
        Ends::V4 { from, to } => header.calc_checksum_ipv4_raw(from.ip().octets(), to.ip().octets(), payload),
        Ends::V6 { from, to } => header.calc_checksum_ipv6_raw(from.ip().octets(), to.ip().octets(), payload),
    };
    header.checksum = checksum.expect("segments are cut to what fits");
    [&header.to_bytes()[..], payload].concat()
}

/// Puts payloads into packets, and numbers these.
#[derive(Debug, Default)]
pub(super) struct Packets {
    sent: u32,
}

/// Where a payload stands in its datagram.
#[derive(Clone, Copy)]
struct Part {
    protocol: IpNumber,
    id: u32,
    offset: usize,
    more: bool,
}

impl Packets {
    /// The frame of a TCP segment or an SCTP packet.
    pub(super) fn segment(&mut self, ends: Ends, protocol: IpNumber, segment: &[u8]) -> Vec<u8> {
        let part = Part { protocol, id: self.next_id(), offset: 0, more: false };
        frame(ends, part, segment)
    }

    /// The frames of a UDP datagram: one, or its fragments if it is longer than `mtu` with its IP header.
    pub(super) fn datagram(&mut self, ends: Ends, datagram: &[u8], mtu: Option<u16>) -> Vec<Vec<u8>> {
        let id = self.next_id();
        let header = if matches!(ends, Ends::V4 { .. }) { IPV4 } else { IPV6 };
        let fits = mtu.is_none_or(|mtu| header + datagram.len() <= usize::from(mtu));
        let room = if fits { datagram.len() } else { mtu.map_or(UNIT, |mtu| room(ends, mtu)).max(UNIT) };
        let mut offset = 0;
        let parts = datagram.chunks(room).map(|chunk| {
            let more = offset + chunk.len() < datagram.len();
            let part = Part { protocol: IpNumber::UDP, id, offset, more };
            offset += chunk.len();
            frame(ends, part, chunk)
        });
        parts.collect()
    }

    /// Identifications count up from 1, so that fragments of two datagrams never meet.
    fn next_id(&mut self) -> u32 {
        self.sent = self.sent.wrapping_add(1);
        self.sent
    }
}

/// The smallest MTU with room for a fragment.
pub(super) fn least_mtu(ends: Ends) -> u16 {
    length(fragment_headers(ends) + UNIT)
}

/// How much of a datagram a fragment carries.
fn room(ends: Ends, mtu: u16) -> usize {
    usize::from(mtu).saturating_sub(fragment_headers(ends)) / UNIT * UNIT
}

fn fragment_headers(ends: Ends) -> usize {
    match ends {
        Ends::V4 { .. } => IPV4,
        Ends::V6 { .. } => IPV6 + IPV6_FRAGMENT,
    }
}

/// An Ethernet frame with one IP packet.
fn frame(ends: Ends, part: Part, payload: &[u8]) -> Vec<u8> {
    let (source, destination) = ends.hardware();
    let (ether_type, packet) = match ends {
        Ends::V4 { from, to } => (EtherType::IPV4, ipv4(from.ip().octets(), to.ip().octets(), part, payload)),
        Ends::V6 { from, to } => (EtherType::IPV6, ipv6(from.ip().octets(), to.ip().octets(), part, payload)),
    };
    [&Ethernet2Header { source, destination, ether_type }.to_bytes()[..], &packet].concat()
}

/// An Ethernet frame with one IPv4 packet, from one router to another.
pub(super) fn between_routers([source, destination]: [[u8; 4]; 2], protocol: u8, payload: &[u8]) -> Vec<u8> {
    let part = Part { protocol: IpNumber(protocol), id: 0, offset: 0, more: false };
    let hardware = |last| [2, 0, 0, 0, 0, last];
    let header =
        Ethernet2Header { source: hardware(1), destination: hardware(2), ether_type: EtherType::IPV4 };
    [&header.to_bytes()[..], &ipv4(source, destination, part, payload)].concat()
}

fn ipv4(source: [u8; 4], destination: [u8; 4], part: Part, payload: &[u8]) -> Vec<u8> {
    let mut header = Ipv4Header {
        total_len: length(IPV4 + payload.len()),
        // The field has 16 bits.
        identification: part.id as u16,
        dont_fragment: part.protocol == IpNumber::TCP,
        more_fragments: part.more,
        fragment_offset: units(part.offset),
        time_to_live: TTL,
        protocol: part.protocol,
        source,
        destination,
        ..Ipv4Header::default()
    };
    header.header_checksum = header.calc_header_checksum();
    [&header.to_bytes()[..], payload].concat()
}

fn ipv6(source: [u8; 16], destination: [u8; 16], part: Part, payload: &[u8]) -> Vec<u8> {
    let fragment = (part.offset > 0 || part.more)
        .then(|| Ipv6FragmentHeader::new(part.protocol, units(part.offset), part.more, part.id).to_bytes());
    let extension = fragment.as_ref().map_or(&[][..], |fragment| &fragment[..]);
    let header = Ipv6Header {
        payload_length: length(extension.len() + payload.len()),
        next_header: if extension.is_empty() { part.protocol } else { IpNumber::IPV6_FRAGMENTATION_HEADER },
        hop_limit: TTL,
        source,
        destination,
        ..Ipv6Header::default()
    };
    [&header.to_bytes()[..], extension, payload].concat()
}

fn units(offset: usize) -> IpFragOffset {
    let units = IpFragOffset::try_new(length(offset / UNIT));
    units.expect("no datagram is longer than 65535 bytes, so that 13 bits count its units")
}

fn length(bytes: usize) -> u16 {
    u16::try_from(bytes).expect("datagrams and segments are cut to what IP carries")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(from: &str, to: &str) -> Ends {
        Ends::between(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_longest_datagram_fits_whole_and_in_the_smallest_fragments() {
        for ends in [ends("192.0.2.1:1", "192.0.2.2:2"), ends("[2001:db8::1]:1", "[2001:db8::2]:2")] {
            let datagram = udp(ends, &vec![b'a'; LONGEST_DATAGRAM]);
            let mut packets = Packets::default();
            assert_eq!(packets.datagram(ends, &datagram, None).len(), 1);
            let fragments = packets.datagram(ends, &datagram, Some(least_mtu(ends)));
            assert_eq!(fragments.len(), datagram.len().div_ceil(8));
            assert!(fragments.iter().all(|frame| frame.len() <= 14 + usize::from(least_mtu(ends))));
        }
    }

    #[test]
    fn a_packet_as_long_as_the_mtu_is_no_fragment() {
        let ends = ends("192.0.2.1:1", "192.0.2.2:2");
        let datagram = udp(ends, &[b'a'; 72]);
        assert_eq!(Packets::default().datagram(ends, &datagram, Some(100)).len(), 1);
        assert_eq!(Packets::default().datagram(ends, &datagram, Some(99)).len(), 2);
    }
}
