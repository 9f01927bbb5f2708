use std::net::SocketAddr;

use crate::capture::build::{self, ACK, ipv4, ipv4_part, message, udp};
use crate::capture::ip::{TCP, UDP};
use crate::capture::{Caps, Capture, Event, Loss, Problem, Severity};
use crate::message::Wholeness;
use crate::source::FrameNumber;

/// Sender, frames, payload, wholeness.
type Seen = (Option<SocketAddr>, Vec<FrameNumber>, Vec<u8>, Wholeness);

fn read(packets: &[Vec<u8>]) -> (Vec<Seen>, Vec<Loss>, Vec<Problem>) {
    let file = build::pcap(packets);
    let mut capture = Capture::open(&file[..], Caps::default()).unwrap();
    let (mut seen, mut losses) = (Vec::new(), Vec::new());
    while let Some(event) = capture.next_event() {
        match event {
            Event::Packet(packet) => {
                seen.push((packet.from, packet.frames, packet.payload.into_owned(), packet.wholeness));
            }
            Event::Loss(loss) => losses.push(loss),
        }
    }
    (seen, losses, capture.problems().to_vec())
}

/// The packet as 198.51.100.7 sends it to 198.51.100.8.
fn inner(mut packet: Vec<u8>) -> Vec<u8> {
    packet[12..20].copy_from_slice(&[198, 51, 100, 7, 198, 51, 100, 8]);
    packet
}

fn inner_message(call_id: usize, body: &str) -> (String, Vec<u8>) {
    let sip = message(call_id, body);
    let packet = inner(ipv4(UDP, &udp(sip.as_bytes())));
    (sip, packet)
}

/// What is seen of a whole message from the inner sender.
fn whole(frames: &[u64], sip: &str) -> Seen {
    let frames = FrameNumber::all(frames);
    ("198.51.100.7:5070".parse().ok(), frames.to_vec(), sip.as_bytes().to_vec(), Wholeness::Whole)
}

/// The packet in fragments of so many bytes, with this identification.
fn fragments(packet: &[u8], id: u16, size: usize) -> Vec<Vec<u8>> {
    let payload = &packet[20..];
    let count = payload.len().div_ceil(size);
    let part = |(index, part): (usize, &[u8])| {
        let flags = (index * size / 8) as u16 | if index + 1 < count { 0x2000 } else { 0 };
        let mut fragment = ipv4_part(packet[9], part, id, flags);
        fragment[12..20].copy_from_slice(&packet[12..20]);
        fragment
    };
    payload.chunks(size).enumerate().map(part).collect()
}

/// A packet of GTP-U with this one inside.
fn gtp(inner: &[u8]) -> Vec<u8> {
    let mut datagram = [2152_u16, 2152, inner.len() as u16 + 16, 0].map(u16::to_be_bytes).concat();
    datagram.extend_from_slice(&[0x30, 0xff]);
    datagram.extend_from_slice(&(inner.len() as u16).to_be_bytes());
    datagram.extend_from_slice(&[0, 0, 0, 1]);
    datagram.extend_from_slice(inner);
    ipv4(UDP, &datagram)
}

/// An ESP packet without encryption, with a check value of so many bytes.
fn esp(next: u8, payload: &[u8], check: usize) -> Vec<u8> {
    let padding = (6 - payload.len() % 4) % 4;
    let mut packet = vec![0, 0, 0x10, 0, 0, 0, 0, 1];
    packet.extend_from_slice(payload);
    packet.extend(1..=padding as u8);
    packet.extend_from_slice(&[padding as u8, next]);
    packet.extend((0..check).map(|at| (at * 37 + 11) as u8));
    packet
}

#[test]
fn the_innermost_addresses_are_those_of_the_message() {
    let (sip, packet) = inner_message(1, "hello");
    let tunnels = [
        ipv4(4, &packet),
        ipv4(47, &[b"\0\0\x08\0", &packet[..]].concat()),
        gtp(&packet),
        ipv4(4, &gtp(&ipv4(47, &[b"\0\0\x08\0", &packet[..]].concat()))),
        ipv4(51, &[&[4, 4, 0, 0][..], &[0; 20], &packet].concat()),
    ];
    for tunnel in tunnels {
        let (seen, losses, problems) = read(&[tunnel]);
        assert_eq!((seen, losses.len(), problems), (vec![whole(&[1], &sip)], 0, Vec::new()));
    }
}

#[test]
fn packets_in_packets_have_an_end() {
    let (_, packet) = inner_message(1, "");
    let nested = |times| (0..times).fold(packet.clone(), |packet, _| ipv4(4, &packet));
    assert_eq!(read(&[nested(7)]).0.len(), 1);
    let (seen, _, problems) = read(&[nested(8)]);
    assert!(seen.is_empty());
    assert_eq!(problems[0].to_string(), "frame 1: more than 8 packets one inside the other");
}

#[test]
fn fragments_in_tunnels_and_tunnels_in_fragments_are_put_together() {
    let (sip, packet) = inner_message(1, &"x".repeat(300));
    let inside: Vec<_> = fragments(&packet, 7, 160).iter().map(|part| gtp(part)).collect();
    assert_eq!(read(&inside).0, [whole(&[1, 2, 3], &sip)]);
    let mut around = fragments(&gtp(&packet), 8, 160);
    around.reverse();
    assert_eq!(read(&around).0, [whole(&[1, 2, 3], &sip)]);
    // Both at once: each fragment of the message is in a packet that is fragmented itself.
    let parts = fragments(&packet, 7, 160).into_iter().enumerate();
    let both: Vec<_> = parts.flat_map(|(at, part)| fragments(&gtp(&part), 20 + at as u16, 96)).collect();
    let frames: Vec<u64> = (1..=both.len() as u64).collect();
    let (seen, losses, problems) = read(&both);
    assert_eq!((seen, losses.len(), problems), (vec![whole(&frames, &sip)], 0, Vec::new()));
}

#[test]
fn a_tunnel_that_lost_its_end_holds_a_message_that_is_cut() {
    let (sip, packet) = inner_message(1, &"x".repeat(300));
    let mut parts = fragments(&gtp(&packet), 8, 160);
    parts.pop();
    let (seen, losses, problems) = read(&parts);
    assert!(sip.as_bytes().starts_with(&seen[0].2) && seen[0].3 == Wholeness::Cut && losses.is_empty());
    assert_eq!(problems[0].text, "frames 1 to 2: other fragments of the same datagram were not captured");
}

#[test]
fn a_tunnel_that_lost_its_beginning_is_a_loss_for_everybody_if_it_carried_sip() {
    let (_, packet) = inner_message(1, &"x".repeat(300));
    let behind = fragments(&gtp(&packet), 8, 160).split_off(1);
    let (_, losses, problems) = read(&behind);
    assert!(losses.len() == 1 && losses[0].from.is_some() && problems[0].severity == Severity::Damage);
    let (seen, losses, _) = read(&[&[gtp(&packet)], &behind[..]].concat());
    assert_eq!((seen.len(), losses.len(), losses[0].from), (1, 1, None));
}

#[test]
fn esp_that_encrypts_nothing_is_opened_whatever_its_check_value() {
    let sip = message(1, "hello");
    let segment = build::tcp_packet(1, ACK, sip.as_bytes())[20..].to_vec();
    let (inner_sip, packet) = inner_message(1, "hello");
    for check in [0, 12, 16, 24, 32] {
        for (next, payload) in [(UDP, udp(sip.as_bytes())), (TCP, segment.clone())] {
            let (seen, losses, problems) = read(&[ipv4(50, &esp(next, &payload, check))]);
            assert_eq!((seen.len(), losses.len(), problems.len()), (1, 0, 0), "{next} {check}");
            assert_eq!(seen[0].2, sip.as_bytes());
        }
        assert_eq!(read(&[ipv4(50, &esp(4, &packet, check))]).0, [whole(&[1], &inner_sip)]);
    }
    let in_udp = |esp: Vec<u8>| {
        let ports = [4500_u16, 4500, esp.len() as u16 + 8, 0].map(u16::to_be_bytes).concat();
        ipv4(UDP, &[ports, esp].concat())
    };
    let (seen, ..) = read(&[in_udp(esp(UDP, &udp(sip.as_bytes()), 12))]);
    assert_eq!(seen.len(), 1, "behind a NAT");
}

#[test]
fn esp_that_is_cut_is_opened_too() {
    let sip = message(1, &"x".repeat(100));
    let packet = ipv4(50, &esp(UDP, &udp(sip.as_bytes()), 12));
    let (seen, losses, problems) = read(&[packet[..100].to_vec()]);
    assert_eq!((seen.len(), seen[0].3, losses.len()), (1, Wholeness::Cut, 0));
    assert_eq!(problems[0].severity, Severity::Damage);
}

#[test]
fn encrypted_esp_is_said_once_and_puts_its_two_ends_in_doubt() {
    let scrambled: Vec<u8> = (0..200_u32).map(|at| (at * at * 31 % 251) as u8).collect();
    let (seen, losses, problems) = read(&[ipv4(50, &scrambled), ipv4(50, &scrambled)]);
    assert_eq!((seen.len(), losses.len()), (0, 2));
    assert_eq!(losses[0].from, "192.0.2.1:0".parse().ok());
    assert_eq!(problems[0].to_string(), "frame 1: ESP that is encrypted is not read (and 1 more like it)");
    assert_eq!(problems[0].severity, Severity::Note);
}

#[test]
fn what_else_uses_the_port_of_esp_is_no_loss() {
    // RTP: the first four bytes, where ESP has its index, change with every packet.
    let packets: Vec<_> = (0..50_u8)
        .map(|at| {
            let payload = [&[0x80, 0, 7, at][..], &[at; 160]].concat();
            ipv4(UDP, &[&[0x11, 0x94, 0x11, 0x94, 0, 172, 0, 0][..], &payload].concat())
        })
        .collect();
    let (seen, losses, problems) = read(&packets);
    assert!(seen.is_empty() && losses.is_empty() && problems.is_empty());
}

#[test]
fn errors_that_quote_a_message_are_no_traffic_in_a_tunnel_either() {
    let (_, packet) = inner_message(1, "");
    let quoted = [&[3, 3, 0, 0, 0, 0, 0, 0][..], &packet].concat();
    let mut version_6 = [&[0x60, 0, 0, 0, 0, quoted.len() as u8, 58, 64][..], &[1; 32], &quoted].concat();
    version_6[40] = 1;
    for packet in [ipv4(1, &quoted), version_6, gtp(&ipv4(1, &quoted)), ipv4(50, &esp(1, &quoted, 12))] {
        let (seen, ..) = read(&[packet]);
        assert!(seen.is_empty());
    }
}
