//! Frame -> IP packet: the link layers, one line each in a table.

/// What a frame carries.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Carried<'a> {
    /// An IP packet, with what the link layer put behind it.
    Ip(&'a [u8]),
    /// Something else, or a frame too short to tell.
    Other,
    /// The link type is not read.
    Unread,
}

/// Finds the IP packet in a frame.
type Peel = fn(&[u8]) -> Option<&[u8]>;

/// Link types as <https://www.tcpdump.org/linktypes.html> numbers them.
const LINKS: &[(u32, Peel)] = &[
    (0, null),
    (1, ethernet),
    (12, raw),
    (14, raw),
    (101, raw),
    (108, null),
    (113, sll),
    (228, raw),
    (229, raw),
    (276, sll2),
];

/// VLAN tags one inside the other that are looked through.
const TAGS: usize = 8;

/// Looks through the link layer of a frame.
pub(super) fn carried(link: u32, frame: &[u8]) -> Carried<'_> {
    let Some((_, peel)) = LINKS.iter().find(|(number, _)| *number == link) else {
        return Carried::Unread;
    };
    peel(frame).and_then(raw).map_or(Carried::Other, Carried::Ip)
}

/// An IP packet by its version.
fn raw(packet: &[u8]) -> Option<&[u8]> {
    matches!(packet.first()? >> 4, 4 | 6).then_some(packet)
}

/// BSD loopback: the address family in the order of the machine, or (LOOP) of the network.
fn null(frame: &[u8]) -> Option<&[u8]> {
    let (family, packet) = frame.split_first_chunk::<4>()?;
    // AF_INET is 2 everywhere; AF_INET6 is 10, 24, 28 or 30 as the system likes.
    let known = |family| matches!(family, 2_u32 | 10 | 24 | 28 | 30);
    (known(u32::from_le_bytes(*family)) || known(u32::from_be_bytes(*family))).then_some(packet)
}

fn ethernet(frame: &[u8]) -> Option<&[u8]> {
    by_ethertype(frame.get(12..)?)
}

/// Linux cooked capture, version 1.
fn sll(frame: &[u8]) -> Option<&[u8]> {
    by_ethertype(frame.get(14..)?)
}

/// Linux cooked capture, version 2: the protocol comes first.
fn sll2(frame: &[u8]) -> Option<&[u8]> {
    match u16_at(frame, 0)? {
        0x0800 | 0x86dd => frame.get(20..),
        0x8100 | 0x88a8 => by_ethertype(frame.get(22..)?),
        _ => None,
    }
}

/// What follows an EtherType, VLAN tags looked through.
fn by_ethertype(mut rest: &[u8]) -> Option<&[u8]> {
    for _ in 0..=TAGS {
        match u16_at(rest, 0)? {
            0x0800 | 0x86dd => return rest.get(2..),
            // IEEE 802.1Q, 802.1ad, and what was used before it.
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => rest = rest.get(4..)?,
            // IEEE 802.3 with a SNAP header (RFC 1042).
            0..0x0600 if rest.get(2..8)? == b"\xaa\xaa\x03\0\0\0" => rest = rest.get(8..)?,
            _ => return None,
        }
    }
    None
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: &[u8] = b"\x45 a packet";

    fn finds(link: u32, header: &[u8]) -> bool {
        carried(link, &[header, IP].concat()) == Carried::Ip(IP)
    }

    #[test]
    fn every_link_layer_is_looked_through() {
        let macs = [0; 12];
        assert!(finds(1, &[&macs[..], b"\x08\0"].concat()));
        assert!(finds(1, &[&macs[..], b"\x81\0\0\x05\x08\0"].concat()));
        assert!(finds(1, &[&macs[..], b"\x88\xa8\0\x05\x81\0\0\x06\x08\0"].concat()));
        assert!(finds(1, &[&macs[..], b"\0\x40\xaa\xaa\x03\0\0\0\x08\0"].concat()));
        assert!(finds(113, &[&[0; 14][..], b"\x08\0"].concat()));
        assert!(finds(276, &[b"\x08\0", &[0; 18][..]].concat()));
        assert!(finds(0, b"\x02\0\0\0") && finds(0, b"\0\0\0\x02") && finds(108, b"\0\0\0\x1e"));
        assert!([12, 14, 101, 228, 229].iter().all(|&link| finds(link, b"")));
    }

    #[test]
    fn what_is_no_ip_is_passed_over() {
        assert_eq!(carried(1, &[0; 60]), Carried::Other);
        assert_eq!(carried(1, b""), Carried::Other);
        assert_eq!(carried(0, b"\x07\0\0\0E"), Carried::Other);
        assert_eq!(carried(195, b""), Carried::Unread);
    }
}
