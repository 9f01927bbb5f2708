//! Frames and files for the tests of this room.

use super::ip::{TCP, UDP};

/// An IPv4 packet from 192.0.2.1 to 192.0.2.2.
pub(super) fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    ipv4_part(protocol, payload, 0, 0)
}

/// One with an identification and the word of flags and offset.
pub(super) fn ipv4_part(protocol: u8, payload: &[u8], id: u16, flags: u16) -> Vec<u8> {
    let length = (payload.len() as u16 + 20).to_be_bytes();
    let (id, flags) = (id.to_be_bytes(), flags.to_be_bytes());
    let mut packet =
        vec![0x45, 0, length[0], length[1], id[0], id[1], flags[0], flags[1], 64, protocol, 0, 0];
    packet.extend_from_slice(&[192, 0, 2, 1, 192, 0, 2, 2]);
    packet.extend_from_slice(payload);
    packet
}

/// A UDP datagram from port 5070 to port 5060.
pub(super) fn udp(payload: &[u8]) -> Vec<u8> {
    let mut datagram = [5070_u16, 5060, payload.len() as u16 + 8, 0].map(u16::to_be_bytes).concat();
    datagram.extend_from_slice(payload);
    datagram
}

pub(super) fn udp_packet(payload: &[u8]) -> Vec<u8> {
    ipv4(UDP, &udp(payload))
}

/// The flags of a TCP segment.
pub(super) const FIN: u8 = 1;
/// See [`FIN`].
pub(super) const SYN: u8 = 2;
/// See [`FIN`].
pub(super) const RST: u8 = 4;
/// See [`FIN`].
pub(super) const ACK: u8 = 16;

/// A TCP segment in its packet, from port 5070 to port 5060.
pub(super) fn tcp_packet(seq: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    tcp_between((5070, 5060), seq, flags, payload)
}

/// One between these ports. The greater port is at 192.0.2.1.
pub(super) fn tcp_between((from, to): (u16, u16), seq: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut segment = [from, to].map(u16::to_be_bytes).concat();
    segment.extend_from_slice(&seq.to_be_bytes());
    segment.extend_from_slice(&[0, 0, 0, 0, 0x50, flags, 1, 0, 0, 0, 0, 0]);
    segment.extend_from_slice(payload);
    let mut packet = ipv4(TCP, &segment);
    if from < to {
        packet[12..20].copy_from_slice(&[192, 0, 2, 2, 192, 0, 2, 1]);
    }
    packet
}

/// A pcapng file of raw IP packets, with key logs behind so many of them.
#[cfg(feature = "tls")]
pub(super) fn pcapng(packets: &[Vec<u8>], place: usize, key_logs: &[Vec<u8>]) -> Vec<u8> {
    let block = |kind: u32, head: &[u32], bytes: &[u8]| {
        let padding = vec![0; bytes.len().next_multiple_of(4) - bytes.len()];
        let head: Vec<u8> = head.iter().flat_map(|word| word.to_le_bytes()).collect();
        let length = ((12 + head.len() + bytes.len() + padding.len()) as u32).to_le_bytes();
        [&kind.to_le_bytes()[..], &length, &head, bytes, &padding, &length].concat()
    };
    let mut file = block(0x0a0d_0d0a, &[0x1a2b_3c4d, 1, u32::MAX, u32::MAX], b"");
    file.extend(block(1, &[101, 0], b""));
    for index in 0..=packets.len() {
        for log in key_logs.iter().filter(|_| index == place) {
            file.extend(block(10, &[0x544c_534b, log.len() as u32], log));
        }
        if let Some(packet) = packets.get(index) {
            let length = packet.len() as u32;
            file.extend(block(6, &[0, 0, 1_000_000 + index as u32, length, length], packet));
        }
    }
    file
}

/// A pcap file of raw IP packets, one every second.
pub(super) fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    let spaced: Vec<_> = packets.iter().enumerate().map(|(at, packet)| (at as u32, packet.clone())).collect();
    pcap_at(&spaced)
}

/// A pcap file of raw IP packets, each at its second.
pub(super) fn pcap_at(packets: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65535, 101].map(u32::to_le_bytes).concat();
    for (second, packet) in packets {
        let length = packet.len() as u32;
        file.extend_from_slice(&[*second, 5, length, length].map(u32::to_le_bytes).concat());
        file.extend_from_slice(packet);
    }
    file
}

/// A SIP message with a body and its length.
pub(super) fn message(call_id: usize, body: &str) -> String {
    format!(
        "MESSAGE sip:bob@example.com SIP/2.0\r\nCall-ID: {call_id}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
