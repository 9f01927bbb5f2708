//! Payload of IP or UDP -> the IP packet inside: the tunnels, one line each in a table.

use super::ip::Udp;
use super::link::{self, Peel, u16_at};

/// By protocol number of IP.
const PROTOCOLS: &[(u8, Peel)] =
    &[(4, link::ip), (41, link::ip), (47, gre), (97, ether_ip), (137, link::label_stack)];

/// By UDP port of either side; the one of Linux for VXLAN is older than its RFC.
const PORTS: &[(u16, Peel)] =
    &[(1701, l2tp), (2152, gtp_u), (4789, vxlan), (6081, geneve), (6635, link::label_stack), (8472, vxlan)];

/// Extension headers of GTP-U that are looked through.
const EXTENSIONS: usize = 16;

/// The packet in a payload of this protocol.
pub(super) fn in_ip(protocol: u8, payload: &[u8]) -> Option<&[u8]> {
    let (_, peel) = PROTOCOLS.iter().find(|(number, _)| *number == protocol)?;
    peel(payload)
}

/// Whether the protocol is a tunnel that [`in_ip`] looks through.
pub(super) fn is_tunnel(protocol: u8) -> bool {
    PROTOCOLS.iter().any(|(number, _)| *number == protocol)
}

/// The packet in a UDP datagram.
pub(super) fn in_udp<'a>(udp: &Udp<'a>) -> Option<&'a [u8]> {
    let (_, peel) = PORTS.iter().find(|(port, _)| *port == udp.to || *port == udp.from)?;
    peel(udp.payload)
}

/// RFC 2784 and RFC 2890; with version 1, that of PPTP (RFC 2637).
fn gre(packet: &[u8]) -> Option<&[u8]> {
    const CHECKSUM: u16 = 0x8000;
    const ROUTING: u16 = 0x4000;
    const KEY: u16 = 0x2000;
    const SEQUENCE: u16 = 0x1000;
    const ACKNOWLEDGEMENT: u16 = 0x0080;
    let (flags, kind) = (u16_at(packet, 0)?, u16_at(packet, 2)?);
    let has = |flag| flags & flag != 0;
    let words = match flags & 7 {
        0 if has(ROUTING) => return None,
        0 => [CHECKSUM, KEY, SEQUENCE],
        1 => [KEY, SEQUENCE, ACKNOWLEDGEMENT],
        _ => return None,
    };
    let header = 4 + 4 * words.into_iter().filter(|&flag| has(flag)).count();
    let rest = packet.get(header..)?;
    match kind {
        // ERSPAN, mirrored frames: without a header of its own where nothing is numbered.
        0x88be if has(SEQUENCE) => link::ethernet(rest.get(8..)?),
        0x88be => link::ethernet(rest),
        // Its version 3 says in its last bit whether another 8 bytes follow.
        0x22eb if rest.get(11)? & 1 == 1 => link::ethernet(rest.get(20..)?),
        0x22eb => link::ethernet(rest.get(12..)?),
        kind => link::of_type(kind, rest),
    }
}

/// RFC 3378.
fn ether_ip(packet: &[u8]) -> Option<&[u8]> {
    link::ethernet(packet.strip_prefix(&[0x30, 0])?)
}

/// 3GPP TS 29.281 5: user data alone, behind its extension headers.
fn gtp_u(packet: &[u8]) -> Option<&[u8]> {
    const USER_DATA: u8 = 255;
    let (&[flags, kind, ..], rest) = packet.split_first_chunk::<8>()?;
    // Version 1, and not the charging protocol.
    if flags >> 4 != 3 || kind != USER_DATA {
        return None;
    }
    let mut rest = rest;
    // One of the three flags brings all three fields.
    if flags & 7 != 0 {
        let (&[_, _, _, first], behind) = rest.split_first_chunk::<4>()?;
        rest = behind;
        let mut next = if flags & 4 == 0 { 0 } else { first };
        for _ in 0..EXTENSIONS {
            if next == 0 {
                break;
            }
            let length = usize::from(*rest.first()?) * 4;
            next = *rest.get(length.checked_sub(1)?)?;
            rest = rest.get(length..)?;
        }
        if next != 0 {
            return None;
        }
    }
    // A PDU session of 5G may be one of Ethernet.
    link::ip(rest).or_else(|| link::ethernet(rest))
}

/// RFC 7348: the flag of a valid network identifier, and nothing where nothing is reserved.
fn vxlan(packet: &[u8]) -> Option<&[u8]> {
    match packet {
        [8, 0, 0, 0, _, _, _, 0, frame @ ..] => link::ethernet(frame),
        _ => None,
    }
}

/// RFC 8926.
fn geneve(packet: &[u8]) -> Option<&[u8]> {
    let first = *packet.first()?;
    if first >> 6 != 0 {
        return None;
    }
    link::of_type(u16_at(packet, 2)?, packet.get(8 + usize::from(first & 0x3f) * 4..)?)
}

/// RFC 2661 3.1: data messages of version 2, which hold PPP.
fn l2tp(packet: &[u8]) -> Option<&[u8]> {
    const CONTROL: u16 = 0x8000;
    const LENGTH: u16 = 0x4000;
    const SEQUENCE: u16 = 0x0800;
    const OFFSET: u16 = 0x0200;
    let flags = u16_at(packet, 0)?;
    let has = |flag| flags & flag != 0;
    if flags & 0xf != 2 || has(CONTROL) {
        return None;
    }
    let mut header = 6 + if has(LENGTH) { 2 } else { 0 } + if has(SEQUENCE) { 4 } else { 0 };
    if has(OFFSET) {
        header += 2 + usize::from(u16_at(packet, header)?);
    }
    link::ppp(packet.get(header..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: &[u8] = b"\x45 a packet";

    fn ethernet() -> Vec<u8> {
        [&[2; 12][..], b"\x08\0", IP].concat()
    }

    fn finds_in_ip(protocol: u8, header: &[u8]) -> bool {
        in_ip(protocol, &[header, IP].concat()) == Some(IP)
    }

    fn finds_in_udp(port: u16, header: &[u8], inner: &[u8]) -> bool {
        let payload = [header, inner].concat();
        [(port, 9), (9, port)]
            .into_iter()
            .all(|(from, to)| in_udp(&Udp { from, to, payload: &payload, missing: 0 }) == Some(IP))
    }

    #[test]
    fn packets_in_packets_are_found() {
        assert!(finds_in_ip(4, b"") && finds_in_ip(41, b"") && finds_in_ip(137, b"\0\x01\x01\x40"));
        assert!(finds_in_ip(97, &[b"\x30\0", &[0; 12][..], b"\x08\0"].concat()));
        assert!(is_tunnel(47) && !is_tunnel(17) && in_ip(17, IP).is_none());
    }

    #[test]
    fn gre_is_read_with_all_its_fields_and_payloads() {
        for (flags, words) in [(0x00, 0), (0x80, 1), (0x20, 1), (0x10, 1), (0xb0, 3)] {
            let header = [&[flags, 0, 8, 0], &[9; 12][..words * 4]].concat();
            assert!(finds_in_ip(47, &header), "{flags:x}");
        }
        assert!(finds_in_ip(47, b"\x30\x81\x88\x0b\0\x09\0\x01\0\0\0\x01\0\0\0\x01\xff\x03\0\x21"), "PPTP");
        assert!(finds_in_ip(47, &[b"\0\0\x65\x58", &[1; 12][..], b"\x08\0"].concat()));
        assert!(finds_in_ip(47, b"\0\0\x81\0\0\x05\x08\0") && finds_in_ip(47, b"\0\0\x88\x47\0\x01\x01\x40"));
        let mirrored = [&[1; 12][..], b"\x08\0"].concat();
        assert!(finds_in_ip(47, &[b"\0\0\x88\xbe", &mirrored[..]].concat()));
        assert!(finds_in_ip(47, &[b"\x10\0\x88\xbe", &[0; 12][..], &mirrored].concat()));
        assert!(finds_in_ip(47, &[b"\x10\0\x22\xeb", &[0; 16][..], &mirrored].concat()));
        assert!(finds_in_ip(47, &[b"\x10\0\x22\xeb", &[0; 15][..], &[1; 9], &mirrored].concat()));
        assert!(!finds_in_ip(47, b"\x40\0\x08\0") && !finds_in_ip(47, b"\0\x02\x08\0"), "not understood");
    }

    #[test]
    fn user_data_of_gtp_are_found_behind_extension_headers() {
        assert!(finds_in_udp(2152, b"\x30\xff\0\x20\0\0\0\x01", IP));
        assert!(finds_in_udp(2152, b"\x32\xff\0\x20\0\0\0\x01\0\x07\0\0", IP), "a sequence number");
        assert!(finds_in_udp(2152, b"\x34\xff\0\x20\0\0\0\x01\0\0\0\x85\x01\x10\x09\0", IP));
        let two = b"\x34\xff\0\x20\0\0\0\x01\0\0\0\x85\x01\x10\x09\xc0\x02\0\0\0\0\0\0\0";
        assert!(finds_in_udp(2152, two, IP));
        assert!(finds_in_udp(2152, b"\x30\xff\0\x20\0\0\0\x01", &ethernet()));
        assert!(!finds_in_udp(2152, b"\x30\x01\0\x20\0\0\0\x01", IP), "that is an echo");
        assert!(!finds_in_udp(2152, b"\x34\xff\0\x20\0\0\0\x01\0\0\0\x85\0\x10\x09\0", IP), "no length");
    }

    #[test]
    fn overlays_are_looked_through() {
        let inner = ethernet();
        assert!(finds_in_udp(4789, b"\x08\0\0\0\0\0\x07\0", &inner));
        assert!(finds_in_udp(8472, b"\x08\0\0\0\0\0\x07\0", &inner));
        assert!(!finds_in_udp(4789, b"\x80\0\0\0\0\0\x07\0", &inner), "that may be RTP");
        assert!(finds_in_udp(6081, b"\0\0\x65\x58\0\0\x07\0", &inner));
        assert!(finds_in_udp(6081, b"\x01\0\x08\0\0\0\x07\0abcd", IP));
        assert!(finds_in_udp(6635, b"\0\x01\x01\x40", IP));
        assert!(finds_in_udp(1701, b"\0\x02\0\x01\0\x02\xff\x03\0\x21", IP));
        assert!(finds_in_udp(1701, b"\x4a\x02\0\x20\0\x01\0\x02\0\0\0\0\0\x01.\x21", IP), "all fields");
        assert!(!finds_in_udp(1701, b"\xc8\x02\0\x20\0\x01\0\x02\0\0\0\0\0\x21", IP), "that is control");
    }

    #[test]
    fn a_tunnel_cut_anywhere_holds_nothing_and_never_panics() {
        let gtp = [&b"\x34\xff\0\x20\0\0\0\x01\0\0\0\x85\x01\x10\x09\0"[..], IP].concat();
        for end in 0..16 {
            assert_eq!(in_udp(&Udp { from: 1, to: 2152, payload: &gtp[..end], missing: 0 }), None);
            assert_eq!(in_ip(47, &b"\xb0\0\x08\0aaaabbbbcccc"[..end]), None);
        }
    }
}
