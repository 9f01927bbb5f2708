//! Two addresses -> the two ends of a packet, of one family.

use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

/// Sender and receiver.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Ends {
    V4 { from: SocketAddrV4, to: SocketAddrV4 },
    V6 { from: SocketAddrV6, to: SocketAddrV6 },
}

impl Ends {
    /// `None` if the families differ.
    pub(super) fn between(from: SocketAddr, to: SocketAddr) -> Option<Self> {
        match (from, to) {
            (SocketAddr::V4(from), SocketAddr::V4(to)) => Some(Self::V4 { from, to }),
            (SocketAddr::V6(from), SocketAddr::V6(to)) => {
                Some(Self::V6 { from: on_the_wire(from), to: on_the_wire(to) })
            }
            _ => None,
        }
    }

    /// The same ends for a packet in the other direction.
    pub(super) fn back(self) -> Self {
        match self {
            Self::V4 { from, to } => Self::V4 { from: to, to: from },
            Self::V6 { from, to } => Self::V6 { from: to, to: from },
        }
    }

    /// The ports of sender and receiver.
    pub(super) fn ports(self) -> (u16, u16) {
        match self {
            Self::V4 { from, to } => (from.port(), to.port()),
            Self::V6 { from, to } => (from.port(), to.port()),
        }
    }

    /// Ethernet addresses made of the IP addresses: a locally administered one for each.
    pub(super) fn hardware(self) -> ([u8; 6], [u8; 6]) {
        let of = |octets: &[u8]| {
            let mut hardware = [2, 0, 0, 0, 0, 0];
            hardware[2..].copy_from_slice(&octets[octets.len() - 4..]);
            hardware
        };
        match self {
            Self::V4 { from, to } => (of(&from.ip().octets()), of(&to.ip().octets())),
            Self::V6 { from, to } => (of(&from.ip().octets()), of(&to.ip().octets())),
        }
    }
}

/// Zone and flow label are no part of a packet's address.
fn on_the_wire(address: SocketAddrV6) -> SocketAddrV6 {
    SocketAddrV6::new(*address.ip(), address.port(), 0, 0)
}
