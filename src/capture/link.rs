//! Frame -> IP packet: the link layers, one line each in a table.

mod ethertype;
mod wireless;

pub(super) use self::ethertype::{ethernet, ip, label_stack, of_type, ppp, u16_at};

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

/// Finds the IP packet in a frame, or behind a header.
pub(super) type Peel = fn(&[u8]) -> Option<&[u8]>;

/// Link types as <https://www.tcpdump.org/linktypes.html> numbers them.
const LINKS: &[(u32, Peel)] = &[
    (0, null),
    (1, ethernet),
    (9, ppp),
    (12, ip),
    (14, ip),
    (50, ppp),
    (51, pppoe),
    (101, ip),
    (104, cisco_hdlc),
    (105, wireless::ieee80211),
    (108, null),
    (109, encapsulating),
    (113, sll),
    (119, wireless::prism),
    (127, wireless::radiotap),
    (163, wireless::avs),
    (166, ppp_with_direction),
    (204, ppp_with_direction),
    (228, ip),
    (229, ip),
    (276, sll2),
];

/// Looks through the link layer of a frame.
pub(super) fn carried(link: u32, frame: &[u8]) -> Carried<'_> {
    let Some((_, peel)) = LINKS.iter().find(|(number, _)| *number == link) else {
        return Carried::Unread;
    };
    peel(frame).map_or(Carried::Other, Carried::Ip)
}

/// BSD loopback: the address family in the order of the machine, or (LOOP) of the network.
fn null(frame: &[u8]) -> Option<&[u8]> {
    let (family, packet) = frame.split_first_chunk::<4>()?;
    // AF_INET is 2 everywhere; AF_INET6 is 10, 24, 28 or 30 as the system likes.
    let known = |family| matches!(family, 2_u32 | 10 | 24 | 28 | 30);
    if known(u32::from_le_bytes(*family)) || known(u32::from_be_bytes(*family)) { ip(packet) } else { None }
}

/// What OpenBSD captures of IPsec: family, index and flags before a packet in the clear.
fn encapsulating(frame: &[u8]) -> Option<&[u8]> {
    ip(frame.get(12..)?)
}

/// Linux cooked capture, version 1.
fn sll(frame: &[u8]) -> Option<&[u8]> {
    of_type(u16_at(frame, 14)?, frame.get(16..)?)
}

/// Linux cooked capture, version 2: the protocol comes first.
fn sll2(frame: &[u8]) -> Option<&[u8]> {
    of_type(u16_at(frame, 0)?, frame.get(20..)?)
}

/// A PPPoE session without its Ethernet (RFC 2516).
fn pppoe(frame: &[u8]) -> Option<&[u8]> {
    of_type(ethertype::PPPOE_SESSION, frame)
}

/// A byte tells whether the frame was sent or received.
fn ppp_with_direction(frame: &[u8]) -> Option<&[u8]> {
    ppp(frame.get(1..)?)
}

/// Address and control, then an EtherType (RFC 1547 4.3.1).
fn cisco_hdlc(frame: &[u8]) -> Option<&[u8]> {
    of_type(u16_at(frame, 2)?, frame.get(4..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: &[u8] = b"\x45 a packet";
    const MACS: [u8; 12] = [0; 12];

    fn finds(link: u32, header: &[u8]) -> bool {
        carried(link, &[header, IP].concat()) == Carried::Ip(IP)
    }

    fn ethernet_finds(rest: &[u8]) -> bool {
        finds(1, &[&MACS, rest].concat())
    }

    #[test]
    fn every_link_layer_is_looked_through() {
        assert!(ethernet_finds(b"\x08\0"));
        assert!(finds(113, &[&[0; 14][..], b"\x08\0"].concat()));
        assert!(finds(113, &[&[0; 14][..], b"\x81\0\0\x05\x08\0"].concat()));
        assert!(finds(276, &[b"\x08\0", &[0; 18][..]].concat()));
        assert!(finds(276, &[b"\x81\0", &[0; 18][..], b"\0\x05\x08\0"].concat()));
        assert!(finds(0, b"\x02\0\0\0") && finds(0, b"\0\0\0\x02") && finds(108, b"\0\0\0\x1e"));
        assert!([12, 14, 101, 228, 229].iter().all(|&link| finds(link, b"")));
        assert!(finds(109, &[0; 12]));
    }

    #[test]
    fn tags_and_labels_are_looked_through_in_any_order() {
        assert!(ethernet_finds(b"\x81\0\0\x05\x08\0"));
        assert!(ethernet_finds(b"\x88\xa8\0\x05\x81\0\0\x06\x08\0"));
        assert!(ethernet_finds(b"\0\x40\xaa\xaa\x03\0\0\0\x08\0"));
        assert!(ethernet_finds(b"\x88\x47\0\x01\0\x40\0\x01\x01\x40"), "two labels");
        assert!(ethernet_finds(b"\x81\0\0\x05\x88\x47\0\x01\x01\x40"), "a label in a VLAN");
        let inner = [&MACS[..], b"\x08\0"].concat();
        assert!(ethernet_finds(&[b"\x88\x47\0\x01\x01\x40", &inner[..]].concat()), "Ethernet behind labels");
        let controlled = [&b"\x88\x47\0\x01\x01\x40\0\0\0\x07"[..], &inner].concat();
        assert!(ethernet_finds(&controlled), "a control word before it");
        assert!(ethernet_finds(b"\x88\x64\x11\0\0\x01\0\x0b\0\x21"), "PPPoE");
        assert!(ethernet_finds(b"\x81\0\0\x05\x88\x64\x11\0\0\x01\0\x0b\0\x21"));
    }

    #[test]
    fn ppp_is_read_with_and_without_what_may_be_left_out() {
        for header in [&b"\0\x21"[..], b"\x21", b"\xff\x03\0\x21", b"\xff\x03\x21", b"\x0f\0\x08\0"] {
            assert!(finds(9, header) && finds(50, header), "{header:?}");
            assert!(finds(204, &[&[1], header].concat()));
        }
        assert!(finds(9, b"\xff\x03\x02\x81\0\x01\x01\x40"), "MPLS over PPP");
        assert!(finds(51, b"\x11\0\0\x01\0\x0b\0\x21"));
        assert!(finds(104, b"\x0f\0\x08\0"));
        assert!(!finds(9, b"\xff\x03\xc0\x21"), "that is LCP");
    }

    #[test]
    fn what_is_no_ip_is_passed_over() {
        assert_eq!(carried(1, &[0; 60]), Carried::Other);
        assert_eq!(carried(1, b""), Carried::Other);
        assert_eq!(carried(0, b"\x07\0\0\0E"), Carried::Other);
        assert_eq!(carried(195, b""), Carried::Unread);
    }

    #[test]
    fn headers_without_end_are_given_up() {
        let tags = [&MACS[..], &b"\x81\0\0\x05".repeat(10_000)].concat();
        assert_eq!(carried(1, &tags), Carried::Other);
        let labels = [&MACS[..], b"\x88\x47", &b"\0\x01\0\x40".repeat(10_000)].concat();
        assert_eq!(carried(1, &labels), Carried::Other);
    }
}
