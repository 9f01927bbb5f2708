use super::*;
use crate::capture::build::{self, ipv4_part, message, udp, udp_packet};
use crate::capture::{Capture, Framing, Packet, Problem, Transport, ip};
use crate::message::Wholeness;
use proptest::prelude::*;

/// A packet as the tests look at it.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    frames: Vec<u64>,
    payload: Vec<u8>,
    wholeness: Wholeness,
}

/// All packets of a file, the number of losses, and the problems.
fn read(file: &[u8]) -> (Vec<Seen>, usize, Vec<Problem>) {
    let mut capture = Capture::open(file, Caps::default()).unwrap();
    let (mut packets, mut losses) = (Vec::new(), 0);
    while let Some(event) = capture.next_event() {
        match event {
            Event::Packet(Packet { frames, payload, wholeness, .. }) => {
                let frames = frames.iter().map(|frame| frame.number()).collect();
                packets.push(Seen { frames, payload: payload.into_owned(), wholeness });
            }
            Event::Loss(_) => losses += 1,
        }
    }
    (packets, losses, capture.problems().to_vec())
}

fn whole(frames: &[u64], payload: &str) -> Seen {
    Seen { frames: frames.to_vec(), payload: payload.as_bytes().to_vec(), wholeness: Wholeness::Whole }
}

/// The fragments of a datagram, each of 48 bytes.
fn fragments(payload: &str) -> Vec<Vec<u8>> {
    let datagram = udp(payload.as_bytes());
    let parts = datagram.chunks(48).count();
    let flags = |index: usize| (index * 6) as u16 | if index + 1 < parts { 0x2000 } else { 0 };
    let part = |(index, part)| ipv4_part(ip::UDP, part, 7, flags(index));
    datagram.chunks(48).enumerate().map(part).collect()
}

#[test]
fn sip_is_found_on_any_port_and_nothing_else_is() {
    let sip = message(1, "hello");
    let packets = [&b"\r\n\r\n"[..], b"\0\x01\0\0 stun", sip.as_bytes(), b"NOTIFY * HTTP/1.1\r\n\r\n"];
    let file = build::pcap(&packets.map(udp_packet));
    let (seen, losses, problems) = read(&file);
    assert_eq!((seen, losses, problems), (vec![whole(&[3], &sip)], 0, Vec::new()));
    let mut capture = Capture::open(&file[..], Caps::default()).unwrap();
    let Some(Event::Packet(packet)) = capture.next_event() else { panic!("there is a message") };
    assert_eq!(packet.from, "192.0.2.1:5070".parse().ok());
    assert_eq!(packet.time, Some(Time::from_parts(2, 5000)));
    assert_eq!((packet.transport, packet.framing), (Some(Transport::Udp), Framing::Datagram));
}

#[test]
fn icmp_that_quotes_a_message_is_no_traffic() {
    let quoted = [&[3, 3, 0, 0, 0, 0, 0, 0][..], &udp_packet(message(1, "").as_bytes())].concat();
    let (seen, losses, problems) = read(&build::pcap(&[build::ipv4(1, &quoted)]));
    assert!(seen.is_empty() && losses == 0 && problems.is_empty());
}

#[test]
fn bytes_before_the_start_line_are_left_off_with_a_note() {
    let sip = message(1, "");
    let (seen, _, problems) = read(&build::pcap(&[udp_packet(format!("\0\x01junk\r\n{sip}").as_bytes())]));
    assert_eq!(seen, [whole(&[1], &sip)]);
    assert_eq!(problems[0].text, "frame 1: 8 bytes stand before the start line");
}

#[test]
fn a_packet_cut_by_the_snap_length_is_handed_out_as_cut() {
    let packet = udp_packet(message(1, "a body that is long enough").as_bytes());
    let (seen, _, problems) = read(&build::pcap(&[packet[..80].to_vec()]));
    assert_eq!((seen[0].wholeness, seen[0].payload.len()), (Wholeness::Cut, 52));
    assert_eq!((problems.len(), problems[0].severity), (1, Severity::Damage));
}

#[test]
fn a_lost_fragment_cuts_the_message_and_names_the_frames() {
    let parts = fragments(&message(1, &"x".repeat(200)));
    let without = |lost: usize| {
        let mut parts = parts.clone();
        parts.remove(lost);
        read(&build::pcap(&parts))
    };
    let (seen, losses, problems) = without(2);
    assert_eq!((seen[0].wholeness, seen[0].payload.len(), losses), (Wholeness::Cut, 88, 0));
    assert!(problems[0].text.starts_with("frames 1 to "), "{problems:?}");
    let (seen, losses, problems) = without(0);
    assert_eq!((seen.len(), losses, problems.len()), (0, 1, 1));
}

#[test]
fn two_datagrams_with_one_number_are_not_made_one_message() {
    let first = message(1, &"x".repeat(200));
    let second = message(2, &"y".repeat(200)).replace("MESSAGE", "PUBLISH");
    // All but the first fragment of the one were lost, and the other has its number.
    let packets = [&fragments(&first)[..1], &fragments(&second)].concat();
    let (seen, losses, problems) = read(&build::pcap(&packets));
    assert_eq!((seen.len(), seen[0].wholeness, losses), (1, Wholeness::Cut, 1));
    assert!(first.as_bytes().starts_with(&seen[0].payload), "nothing of the other is in it");
    assert!(problems.iter().any(|problem| problem.severity == Severity::Damage), "{problems:?}");
    // The same fragment twice is no contradiction.
    let packets = [&fragments(&first)[..1], &fragments(&first)].concat();
    let (seen, losses, problems) = read(&build::pcap(&packets));
    assert_eq!((seen[0].wholeness, losses, problems.len()), (Wholeness::Whole, 0, 0));
}

#[test]
fn a_datagram_waits_for_its_fragments_half_a_minute_and_no_longer() {
    let parts = fragments(&message(1, &"x".repeat(40)));
    let other = message(2, "");
    for (second, handed_out_first) in [(29, other.clone()), (31, message(1, ""))] {
        let packets = [(0, parts[0].clone()), (second, udp_packet(other.as_bytes()))];
        let (seen, ..) = read(&build::pcap_at(&packets));
        assert_eq!((seen.len(), &seen[0].payload[..40]), (2, &handed_out_first.as_bytes()[..40]));
        assert_eq!(seen[0].wholeness == Wholeness::Cut, second == 31);
    }
}

#[test]
fn unread_links_and_tunnels_are_noted_once() {
    let mut file = build::pcap(&[udp_packet(b"x"), udp_packet(b"y")]);
    file[20] = 195;
    let (_, _, problems) = read(&file);
    assert_eq!(problems[0].to_string(), "frame 1: link type 195 is not read (and 1 more like it)");
    let (_, _, problems) = read(&build::pcap(&[build::ipv4(115, b"l2tp")]));
    let text = "frame 1: L2TP over IP is not read";
    assert_eq!((problems[0].severity, &*problems[0].text), (Severity::Note, text));
}

proptest! {
    #[test]
    fn fragments_in_any_order_give_the_message(length in 0_usize..500, seed in any::<u64>()) {
        let sip = message(1, &"x".repeat(length));
        let mut parts = fragments(&sip);
        // A cheap shuffle that proptest can shrink.
        parts.sort_by_key(|part| part.iter().fold(seed, |hash, &byte| hash.wrapping_mul(31) ^ u64::from(byte)));
        let (seen, losses, problems) = read(&build::pcap(&parts));
        let frames: Vec<u64> = (1..=parts.len() as u64).collect();
        prop_assert_eq!(seen, [whole(&frames, &sip)]);
        prop_assert_eq!((losses, problems.len()), (0, 0));
    }

    #[test]
    fn damaged_captures_never_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..30),
        tail in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut packets = fragments(&message(1, &"x".repeat(100)));
        packets.push(udp_packet(message(2, "").as_bytes()));
        let tcp = message(3, "body");
        packets.push(build::tcp_packet(9, build::SYN, b""));
        packets.push(build::tcp_packet(10, build::ACK, tcp.as_bytes()));
        packets.push(build::tcp_packet(30, build::FIN, tcp.as_bytes()));
        let mut file = build::pcap(&packets);
        for (index, byte) in edits {
            let at = 24 + index.index(file.len() - 24);
            file[at] = byte;
        }
        file.extend(tail);
        let (seen, ..) = read(&file);
        prop_assert!(seen.iter().all(|seen| !seen.frames.is_empty()));
    }

    #[test]
    fn arbitrary_bytes_behind_a_magic_number_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        ng: bool,
    ) {
        let magic: &[u8] = if ng { b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a" } else { b"\xd4\xc3\xb2\xa1" };
        let (seen, ..) = read(&[magic, &bytes].concat());
        prop_assert!(seen.len() <= 25);
    }
}
