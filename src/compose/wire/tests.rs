use std::collections::HashMap;
use std::num::NonZeroU16;

use etherparse::{NetSlice, SlicedPacket, TcpSlice, TransportSlice};

use super::*;
use crate::capture::Transport;
use crate::compose::{Flow, FlowMessage};
use crate::message::Wholeness;
use crate::source::Time;

const ENDS: [[&str; 2]; 2] =
    [["192.0.2.10:5070", "198.51.100.9:5060"], ["[2001:db8::10]:5070", "[2001:db8:9::9]:5060"]];

/// A request and its answer for each of those ends, of so many bytes.
fn flow(ends: &[[&str; 2]], length: usize) -> Flow {
    let mut messages = Vec::new();
    for [one, other] in ends {
        for (from, to) in [(one, other), (other, one), (one, other)] {
            messages.push(FlowMessage {
                time: Some(Time(1_000_000_000 * (1 + messages.len() as i64))),
                from: from.parse().ok(),
                to: to.parse().ok(),
                transport: Some(Transport::Tcp),
                bytes: vec![b'a' + messages.len() as u8; length],
                wholeness: Wholeness::Whole,
            });
        }
    }
    Flow { messages }
}

/// The records of a pcap file: microseconds and frame.
fn records(file: &[u8]) -> Vec<(u64, &[u8])> {
    let mut rest = &file[24..];
    let mut records = Vec::new();
    while !rest.is_empty() {
        let word = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
        let length = word(8) as usize;
        assert_eq!(word(12) as usize, length, "nothing is cut");
        records.push((u64::from(word(0)) * 1_000_000 + u64::from(word(4)), &rest[16..16 + length]));
        rest = &rest[16 + length..];
    }
    records
}

/// The sum of RFC 1071 over words of 16 bits, with its carries.
fn sum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(*word.get(1).unwrap_or(&0)));
    let sum = words.fold(0_u32, |sum, word| (sum + word) % 0xffff);
    // What is divisible by it is all ones, unless all bytes are 0.
    if sum == 0 { 0xffff } else { sum as u16 }
}

fn tcp_of(frame: &[u8]) -> TcpSlice<'_> {
    match SlicedPacket::from_ethernet(frame).unwrap().transport {
        Some(TransportSlice::Tcp(tcp)) => tcp,
        other => panic!("{other:?} is no TCP"),
    }
}

#[test]
fn sums_over_checked_bytes_and_pseudo_headers_are_all_ones() {
    for length in [0, 1, 2, 333, 1001] {
        for carriage in [Carriage::Udp { mtu: None }, Carriage::Tcp { segment: NonZeroU16::new(100) }] {
            let file = Wire { carriage, ..Wire::default() }.to_bytes(&flow(&ENDS, length)).unwrap();
            for (_, frame) in records(&file) {
                let packet = SlicedPacket::from_ethernet(frame).unwrap();
                let (addresses, protocol, header) = match packet.net.unwrap() {
                    NetSlice::Ipv4(ip) => {
                        assert_eq!(sum(ip.header().slice()), 0xffff);
                        (ip.header().slice()[12..20].to_vec(), ip.header().protocol().0, 20)
                    }
                    NetSlice::Ipv6(ip) => {
                        (ip.header().slice()[8..40].to_vec(), ip.header().next_header().0, 40)
                    }
                    NetSlice::Arp(_) => panic!("nobody asks for addresses"),
                };
                let payload = &frame[14 + header..];
                let length = (payload.len() as u16).to_be_bytes();
                let pseudo = [&addresses, &length[..], &[0, protocol], payload].concat();
                assert_eq!(sum(&pseudo), 0xffff, "{frame:x?}");
            }
        }
    }
}

#[test]
fn every_byte_of_a_connection_is_counted_and_acknowledged() {
    let carriage = Carriage::Tcp { segment: NonZeroU16::new(700) };
    let flow = flow(&ENDS[..1], 100_000);
    let file = Wire { carriage, ..Wire::default() }.to_bytes(&flow).unwrap();
    // The next sequence number by port, and how much of it the other side has acknowledged.
    let mut next: HashMap<u16, u32> = HashMap::new();
    let mut acknowledged: HashMap<u16, u32> = HashMap::new();
    for (_, frame) in records(&file) {
        let tcp = tcp_of(frame);
        let (from, to) = (tcp.source_port(), tcp.destination_port());
        let expected = *next.entry(from).or_insert(tcp.sequence_number());
        assert_eq!(tcp.sequence_number(), expected);
        let length = tcp.payload().len() as u32 + u32::from(tcp.syn()) + u32::from(tcp.fin());
        next.insert(from, expected.wrapping_add(length));
        if tcp.ack() {
            assert!(next[&to].wrapping_sub(tcp.acknowledgment_number()) == 0, "the other side waits");
            acknowledged.insert(to, tcp.acknowledgment_number());
        }
        let flying = acknowledged.get(&from).map_or(0, |seen| next[&from].wrapping_sub(*seen));
        assert!(flying <= 65_535, "{flying} bytes are more than the window");
    }
    assert_eq!(next, acknowledged, "all is acknowledged at the end");
}

#[test]
fn connections_are_opened_before_their_first_message_and_closed_at_the_end() {
    let file = Wire::default().to_bytes(&flow(&ENDS, 10)).unwrap();
    let told: Vec<(u64, String)> = records(&file)
        .into_iter()
        .map(|(time, frame)| {
            let tcp = tcp_of(frame);
            let flags = [(tcp.syn(), 'S'), (tcp.fin(), 'F'), (tcp.ack(), 'A'), (tcp.psh(), 'P')];
            (time, flags.iter().filter(|(set, _)| *set).map(|(_, letter)| letter).collect())
        })
        .collect();
    let (mut times, flags): (Vec<u64>, Vec<&str>) =
        told.iter().map(|(time, flags)| (*time, flags.as_str())).unzip();
    let connection = ["S", "SA", "A", "AP", "A", "AP", "A", "AP", "A"];
    let closing = ["FA", "FA", "A"];
    assert_eq!(flags, [&connection[..], &connection, &closing, &closing].concat());
    assert_eq!(times[..5], [999_970, 999_980, 999_990, 1_000_000, 1_000_000]);
    assert_eq!(times.last(), Some(&6_000_060));
    let as_written = times.clone();
    times.sort_unstable();
    assert_eq!(times, as_written);
}

#[test]
fn a_handshake_does_not_step_before_the_frame_before_it() {
    let mut flow = flow(&ENDS, 10);
    for message in &mut flow.messages {
        message.time = Some(Time(5000));
    }
    let file = Wire::default().to_bytes(&flow).unwrap();
    let times: Vec<u64> = records(&file).into_iter().map(|(time, _)| time).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!((times[0], times[3]), (0, 5));
}

#[test]
fn fragments_say_where_they_belong() {
    let carriage = Carriage::Udp { mtu: Some(120) };
    let flow = flow(&ENDS, 300);
    let file = Wire { carriage, ..Wire::default() }.to_bytes(&flow).unwrap();
    let mut ids = HashMap::new();
    for (_, frame) in records(&file) {
        assert!(frame.len() <= 14 + 120);
        let (id, offset, more) = match SlicedPacket::from_ethernet(frame).unwrap().net.unwrap() {
            NetSlice::Ipv4(ip) => {
                let header = ip.header();
                let offset = header.fragments_offset().byte_offset();
                (u32::from(header.identification()), offset, header.more_fragments())
            }
            _ => {
                // The fragment header follows the fixed one (RFC 8200 4.5).
                let word = u16::from_be_bytes([frame[56], frame[57]]);
                let id = u32::from_be_bytes(frame[58..62].try_into().unwrap());
                (id, word & !7, word & 1 == 1)
            }
        };
        ids.entry(id).or_insert_with(Vec::new).push((offset, more));
    }
    assert_eq!(ids.len(), flow.messages.len());
    assert_eq!(ids[&1], [(0, true), (96, true), (192, true), (288, false)]);
    assert_eq!(ids[&4], [(0, true), (72, true), (144, true), (216, true), (288, false)]);
}
