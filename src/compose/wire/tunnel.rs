//! Ethernet frame -> the same with its packet in a tunnel.

use etherparse::{EtherType, Ethernet2Header};

use super::packet::between_routers;

/// What stands around the packets of a flow, as where a capture was made between two nodes of a network.
///
/// The ends of tunnels over IP are 203.0.113.1 and 203.0.113.2.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tunnel {
    /// Nothing.
    #[default]
    Plain,
    /// A VLAN tag in another one (IEEE 802.1ad).
    Vlans,
    /// Two labels of MPLS (RFC 3032).
    Mpls,
    /// PPPoE (RFC 2516).
    Pppoe,
    /// IP in IP (RFC 2003, RFC 4213).
    IpInIp,
    /// GRE with a key (RFC 2890).
    Gre,
    /// GTP-U with an extension header, as between a base station and a 5G core (3GPP TS 29.281).
    GtpU,
    /// VXLAN, whole frames in it (RFC 7348).
    Vxlan,
    /// ESP without encryption, with a check value of 12 bytes (RFC 4303, RFC 2410), in tunnel mode.
    EspNull,
}

const ETHERNET: usize = Ethernet2Header::LEN;
const OUTER: [[u8; 4]; 2] = [[203, 0, 113, 1], [203, 0, 113, 2]];

impl Tunnel {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Plain,
        Self::Vlans,
        Self::Mpls,
        Self::Pppoe,
        Self::IpInIp,
        Self::Gre,
        Self::GtpU,
        Self::Vxlan,
        Self::EspNull,
    ];

    /// No tunnel needs more bytes of the packet around it.
    pub(super) const ROOM: usize = 100;

    /// The frame with this around its packet, as the packet number `number` of the tunnel.
    pub(super) fn around(self, frame: Vec<u8>, number: u32) -> Vec<u8> {
        let Some((head, packet)) = frame.split_at_checked(ETHERNET) else {
            return frame;
        };
        let (hardware, kind) = head.split_at(ETHERNET - 2);
        let six = kind == EtherType::IPV6.0.to_be_bytes();
        let inside = |parts: &[&[u8]]| [hardware, &parts.concat(), packet].concat();
        let outer = |protocol: u8, parts: &[&[u8]]| between_routers(OUTER, protocol, &parts.concat());
        let length = |more: usize| ((packet.len() + more) as u16).to_be_bytes();
        let udp = |port: u16, payload: &[u8]| {
            // Tunnels leave the checksum out (RFC 7348 5, TS 29.281 4.4.2.3 allow it).
            let ports = [port.to_be_bytes(), port.to_be_bytes()].concat();
            outer(17, &[&ports, &((payload.len() + 8) as u16).to_be_bytes(), &[0, 0], payload])
        };
        match self {
            Self::Plain => frame,
            Self::Vlans => inside(&[&[0x88, 0xa8, 0, 7, 0x81, 0, 0, 9], kind]),
            Self::Mpls => inside(&[&[0x88, 0x47, 0, 1, 0, 64, 0, 1, 0x11, 64]]),
            Self::Pppoe => {
                let protocol = if six { [0, 0x57] } else { [0, 0x21] };
                inside(&[&[0x88, 0x64, 0x11, 0, 0, 7], &length(2), &protocol])
            }
            Self::IpInIp => outer(if six { 41 } else { 4 }, &[packet]),
            Self::Gre => outer(47, &[&[0x20, 0], kind, &[0, 0, 0, 7], packet]),
            Self::GtpU => {
                let header = [&[0x34, 0xff], &length(8)[..], &[0, 0, 0, 7, 0, 0, 0, 0x85, 1, 0, 9, 0]];
                udp(2152, &[&header.concat(), packet].concat())
            }
            Self::Vxlan => udp(4789, &[&[8, 0, 0, 0, 0, 0, 7, 0], &frame[..]].concat()),
            Self::EspNull => {
                let padding = (6 - packet.len() % 4) % 4;
                let filled: Vec<u8> = (1..=padding as u8).collect();
                let trailer = [padding as u8, if six { 41 } else { 4 }];
                outer(50, &[&[0, 0, 16, 0], &number.to_be_bytes(), packet, &filled, &trailer, &[0x5a; 12]])
            }
        }
    }
}
