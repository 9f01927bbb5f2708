//! What several tests share: flows as captures.

use std::net::{IpAddr, SocketAddr};

use sipclause::capture::Transport;
use sipclause::compose::Flow;

/// How a flow is laid on the wire.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wire {
    /// A datagram each.
    Udp,
    /// IPv4 fragments of so many bytes (a multiple of 8), the last ones first if `reversed`.
    Fragments { size: usize, reversed: bool },
    /// TCP segments of so many bytes.
    Tcp { size: usize },
}

/// A little-endian microsecond pcap of the flow. Every message needs addresses and a time.
pub(crate) fn pcap(flow: &Flow, wire: Wire) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 1] {
        file.extend(word.to_le_bytes());
    }
    let mut sent: std::collections::BTreeMap<(SocketAddr, SocketAddr), u32> = Default::default();
    for (number, message) in flow.messages.iter().enumerate() {
        let (from, to) = (message.from.expect("an address"), message.to.expect("an address"));
        let micros = message.time.expect("a time").0 / 1000;
        let transport = message.transport.unwrap_or(Transport::Udp);
        let mut frame = |packet: Vec<u8>| {
            file.extend(((micros / 1_000_000) as u32).to_le_bytes());
            file.extend(((micros % 1_000_000) as u32).to_le_bytes());
            file.extend([(packet.len() as u32).to_le_bytes(); 2].concat());
            file.extend(packet);
        };
        match wire {
            Wire::Tcp { size } => {
                for piece in message.bytes.chunks(size.max(1)) {
                    let next = sent.entry((from, to)).or_insert(1);
                    frame(ethernet(&ipv4(from, to, 6, 0, 0, &tcp(from, to, *next, piece))));
                    *next = next.wrapping_add(piece.len() as u32);
                }
            }
            Wire::Fragments { size, reversed } if transport == Transport::Udp => {
                let datagram = udp(from, to, &message.bytes);
                let size = size.max(8) / 8 * 8;
                let last = (datagram.len() - 1) / size;
                let mut pieces: Vec<_> = datagram.chunks(size).enumerate().collect();
                if reversed {
                    pieces.reverse();
                }
                for (index, piece) in pieces {
                    let more = if index < last { 0x2000 } else { 0 };
                    let offset = (index * size / 8) as u16;
                    frame(ethernet(&ipv4(from, to, 17, number as u16 + 1, more | offset, piece)));
                }
            }
            Wire::Udp | Wire::Fragments { .. } => {
                frame(ethernet(&ipv4(from, to, 17, 0, 0, &udp(from, to, &message.bytes))));
            }
        }
    }
    file
}

fn ethernet(packet: &[u8]) -> Vec<u8> {
    [&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0][..], packet].concat()
}

fn v4(address: SocketAddr) -> [u8; 4] {
    match address.ip() {
        IpAddr::V4(address) => address.octets(),
        IpAddr::V6(_) => panic!("the flows of the vectors are IPv4"),
    }
}

fn ipv4(from: SocketAddr, to: SocketAddr, protocol: u8, id: u16, fragment: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend(((20 + payload.len()) as u16).to_be_bytes());
    packet.extend(id.to_be_bytes());
    packet.extend(fragment.to_be_bytes());
    packet.extend([64, protocol, 0, 0]);
    packet.extend(v4(from));
    packet.extend(v4(to));
    packet.extend(payload);
    packet
}

fn udp(from: SocketAddr, to: SocketAddr, payload: &[u8]) -> Vec<u8> {
    let mut datagram = from.port().to_be_bytes().to_vec();
    datagram.extend(to.port().to_be_bytes());
    datagram.extend(((8 + payload.len()) as u16).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(payload);
    datagram
}

fn tcp(from: SocketAddr, to: SocketAddr, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let mut segment = from.port().to_be_bytes().to_vec();
    segment.extend(to.port().to_be_bytes());
    segment.extend(sequence.to_be_bytes());
    segment.extend([0, 0, 0, 1, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(payload);
    segment
}
