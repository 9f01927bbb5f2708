use std::time::Instant;

use proptest::prelude::*;

use crate::capture::build::{self, ipv4, message};
use crate::capture::ip::SCTP;
use crate::capture::{Caps, Capture, Event, Framing, Loss, Problem, Transport};
use crate::message::Wholeness;
use crate::source::FrameNumber;

/// Frames, payload, wholeness.
type Seen = (Vec<FrameNumber>, Vec<u8>, Wholeness);

fn read_with(packets: &[(u32, Vec<u8>)], caps: Caps) -> (Vec<Seen>, Vec<Loss>, Vec<Problem>) {
    let file = build::pcap_at(packets);
    let mut capture = Capture::open(&file[..], caps).unwrap();
    let (mut seen, mut losses) = (Vec::new(), Vec::new());
    while let Some(event) = capture.next_event() {
        match event {
            Event::Packet(packet) => {
                assert_eq!((packet.transport, packet.framing), (Some(Transport::Sctp), Framing::Datagram));
                seen.push((packet.frames, packet.payload.into_owned(), packet.wholeness));
            }
            Event::Loss(loss) => losses.push(loss),
        }
    }
    (seen, losses, capture.problems().to_vec())
}

fn read(packets: &[Vec<u8>]) -> (Vec<Seen>, Vec<Loss>, Vec<Problem>) {
    let spaced: Vec<_> = packets.iter().enumerate().map(|(at, packet)| (at as u32, packet.clone())).collect();
    read_with(&spaced, Caps::default())
}

fn whole(frames: &[u64], sip: &str) -> Seen {
    let frames = FrameNumber::all(frames);
    (frames.to_vec(), sip.as_bytes().to_vec(), Wholeness::Whole)
}

/// A packet from port 5070 to port 5060.
fn packet(tag: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let ports = [5070_u16, 5060].map(u16::to_be_bytes).concat();
    ipv4(SCTP, &[&ports[..], &tag.to_be_bytes(), &[0; 4], &chunks.concat()].concat())
}

fn chunk(kind: u8, flags: u8, value: &[u8]) -> Vec<u8> {
    let length = (value.len() as u16 + 4).to_be_bytes();
    let padding = value.len().next_multiple_of(4) - value.len();
    [&[kind, flags][..], &length, value, &[0; 3][..padding]].concat()
}

const WHOLE: u8 = 3;

/// A DATA chunk; flags 1: it ends, 2: it begins a message, 4: it is unordered.
fn data(tsn: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    chunk(0, flags, &[&tsn.to_be_bytes()[..], &[0, 1, 0, 9, 0, 0, 0, 0], payload].concat())
}

/// An I-DATA chunk of a message on a stream.
fn i_data(tsn: u32, flags: u8, (stream, message, fragment): (u16, u32, u32), payload: &[u8]) -> Vec<u8> {
    let fragment = if flags & 2 == 0 { fragment } else { 0 };
    let head = [&tsn.to_be_bytes()[..], &stream.to_be_bytes(), &[0, 0], &message.to_be_bytes()].concat();
    chunk(64, flags, &[&head[..], &fragment.to_be_bytes(), payload].concat())
}

/// DATA chunks of a message in pieces of so many bytes.
fn fragments(tsn: u32, sip: &str, size: usize) -> Vec<Vec<u8>> {
    let count = sip.len().div_ceil(size);
    let piece = |(at, piece)| {
        let flags = if at == 0 { 2 } else { 0 } | u8::from(at + 1 == count);
        data(tsn.wrapping_add(at as u32), flags, piece)
    };
    sip.as_bytes().chunks(size).enumerate().map(piece).collect()
}

#[test]
fn bundled_chunks_are_messages_of_one_frame() {
    let [one, two] = [message(1, "one"), message(2, "two")];
    let sack = chunk(3, 0, &[0; 12]);
    let bundle = packet(7, &[sack, data(10, WHOLE, one.as_bytes()), data(11, WHOLE | 4, two.as_bytes())]);
    assert_eq!(read(&[bundle]).0, [whole(&[1], &one), whole(&[1], &two)]);
}

#[test]
fn what_is_sent_twice_is_handed_out_once() {
    let sip = message(1, "one");
    let same = packet(7, &[data(10, WHOLE, sip.as_bytes())]);
    let (seen, losses, problems) = read(&[same.clone(), same.clone(), same]);
    assert_eq!((seen, losses.len(), problems.len()), (vec![whole(&[1], &sip)], 0, 0));
}

#[test]
fn numbers_wrap_around_in_the_middle_of_a_message() {
    let sip = message(1, &"x".repeat(300));
    let packets: Vec<_> =
        fragments(u32::MAX - 1, &sip, 100).into_iter().map(|chunk| packet(7, &[chunk])).collect();
    let frames: Vec<u64> = (1..=packets.len() as u64).collect();
    assert_eq!(read(&packets).0, [whole(&frames, &sip)]);
}

#[test]
fn messages_on_several_streams_are_told_apart_when_they_interleave() {
    let [one, two] = [message(1, &"x".repeat(90)), message(2, &"y".repeat(90))];
    let cut = |sip: &str| [sip[..60].to_owned(), sip[60..].to_owned()];
    let ([a, b], [c, d]) = (cut(&one), cut(&two));
    let packets = [
        packet(7, &[i_data(1, 2, (1, 5, 0), a.as_bytes())]),
        packet(7, &[i_data(2, 2, (2, 5, 0), c.as_bytes())]),
        packet(7, &[i_data(4, 1, (2, 5, 1), d.as_bytes())]),
        packet(7, &[i_data(3, 1, (1, 5, 1), b.as_bytes())]),
    ];
    let (seen, losses, problems) = read(&packets);
    assert_eq!(seen, [whole(&[2, 3], &two), whole(&[1, 4], &one)]);
    assert!(losses.is_empty() && problems.is_empty());
}

#[test]
fn a_lost_fragment_cuts_its_message_and_no_other() {
    let [one, two] = [message(1, &"x".repeat(300)), message(2, "")];
    let mut chunks = fragments(5, &one, 100);
    chunks.remove(1);
    chunks.push(data(9, WHOLE, two.as_bytes()));
    let packets: Vec<_> = chunks.into_iter().map(|chunk| packet(7, &[chunk])).collect();
    let (seen, losses, problems) = read(&packets);
    let cut = (FrameNumber::all(&[1]), one.as_bytes()[..100].to_vec(), Wholeness::Cut);
    assert_eq!(seen.len(), 2);
    assert!(seen.contains(&cut) && seen.contains(&whole(&[packets.len() as u64], &two)));
    assert!(!losses.is_empty() && problems.len() == 2, "{problems:?}");
}

#[test]
fn a_lost_message_is_a_loss_between_its_ends_if_others_were_sip() {
    let sip = message(1, "");
    let packets = [1, 3].map(|tsn| packet(7, &[data(tsn, WHOLE, sip.as_bytes())]));
    let (seen, losses, problems) = read(&packets);
    assert_eq!((seen.len(), losses.len(), problems.len()), (2, 1, 1));
    assert_eq!(losses[0].from, "192.0.2.1:5070".parse().ok());
    let diameter = [1, 3].map(|tsn| packet(7, &[data(tsn, WHOLE, b"\x01\0\0\x14diameter")]));
    let (seen, losses, problems) = read(&diameter);
    assert!(seen.is_empty() && losses.is_empty() && problems.is_empty(), "what is no SIP is nobody's loss");
}

#[test]
fn a_gap_is_waited_for_and_then_given_up() {
    let sip = message(1, "");
    let one = |tsn| packet(7, &[data(tsn, WHOLE, sip.as_bytes())]);
    let late = |second| [(0, one(1)), (1, one(3)), (second, one(2)), (99, one(4))];
    assert_eq!(read_with(&late(31), Caps::default()).1, []);
    assert_eq!(read_with(&late(32), Caps::default()).1.len(), 1);
}

#[test]
fn an_association_is_known_by_its_beginning_and_its_tag() {
    let sip = message(1, "");
    let init = |tsn: u32| {
        let value = [&[0, 0, 0, 7, 0, 1, 0, 0, 0, 9, 0, 9][..], &tsn.to_be_bytes()].concat();
        packet(0, &[chunk(1, 0, &value)])
    };
    let one = |tag, tsn| packet(tag, &[data(tsn, WHOLE, sip.as_bytes())]);
    let (seen, losses, _) = read(&[init(4), one(7, 5)]);
    assert_eq!((seen.len(), losses.len()), (1, 1), "the first chunk was lost");
    let (seen, losses, _) = read(&[init(4), one(7, 4), one(8, 4), init(900_000), one(9, 900_000)]);
    assert_eq!((seen.len(), losses.len()), (3, 0), "three associations");
    let begun = packet(7, &[data(4, 2, &sip.as_bytes()[..50])]);
    let (seen, ..) = read(&[begun, one(8, 4)]);
    assert_eq!((seen.len(), seen[0].2), (2, Wholeness::Cut), "what the first left open is not forgotten");
    let end = packet(7, &[chunk(14, 0, b"")]);
    let (seen, losses, _) = read(&[one(7, 4), end, one(7, 4)]);
    assert_eq!((seen.len(), losses.len()), (2, 0), "the second is another");
}

#[test]
fn an_association_with_two_addresses_is_one() {
    let sip = message(1, "");
    let one = |tsn| packet(7, &[data(tsn, WHOLE, sip.as_bytes())]);
    let mut other_path = one(2);
    other_path[12..16].copy_from_slice(&[198, 51, 100, 7]);
    let (seen, losses, problems) = read(&[one(1), other_path, one(3)]);
    assert_eq!((seen.len(), losses.len(), problems.len()), (3, 0, 0));
}

#[test]
fn what_the_sender_gives_up_is_no_loss() {
    let sip = message(1, "");
    let one = |tsn| packet(7, &[data(tsn, WHOLE, sip.as_bytes())]);
    let forward = packet(7, &[chunk(192, 0, &3_u32.to_be_bytes())]);
    let (seen, losses, problems) = read(&[one(1), forward, one(4)]);
    assert_eq!((seen.len(), losses.len(), problems.len()), (2, 0, 0));
}

#[test]
fn a_packet_that_is_cut_gives_a_message_that_is() {
    let sip = message(1, &"x".repeat(100));
    let packet = packet(7, &[data(1, WHOLE, sip.as_bytes())]);
    let (seen, _, problems) = read(&[packet[..120].to_vec()]);
    assert_eq!(seen, [(FrameNumber::all(&[1]), sip.as_bytes()[..72].to_vec(), Wholeness::Cut)]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn floods_are_held_in_bounds_and_said() {
    let begin = Instant::now();
    let caps =
        Caps { stream_bytes: 100_000, associations: 10, association_bytes: 300_000, ..Caps::default() };
    // Fragments that never end, fragments with holes, and associations without number.
    let sip = message(1, &"x".repeat(500));
    let endless =
        (0..5000_u32).map(|tsn| packet(7, &[data(tsn, if tsn == 0 { 2 } else { 0 }, sip.as_bytes())]));
    let holes = (0..20_000_u32).map(|at| packet(8, &[data(at * 2, 2, &sip.as_bytes()[..40])]));
    let many = (0..5000_u32).map(|tag| {
        let mut packet = packet(tag, &[data(1, 2, sip.as_bytes())]);
        packet[12..16].copy_from_slice(&tag.to_be_bytes());
        packet
    });
    let packets: Vec<_> = endless.chain(holes).chain(many).map(|packet| (0, packet)).collect();
    let (_, _, problems) = read_with(&packets, caps);
    let said = |key: &str| problems.iter().any(|problem| problem.text.contains(key));
    assert!(said("limits.stream_bytes") && said("limits.associations"), "{problems:?}");
    assert!(begin.elapsed().as_secs() < 20);
}

proptest! {
    #[test]
    fn fragments_in_any_order_with_copies_give_the_messages(
        sizes in proptest::collection::vec(0_usize..400, 1..6),
        size in 1_usize..200,
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
        first in any::<u32>(),
    ) {
        let sips: Vec<_> = sizes.iter().enumerate().map(|(at, &size)| message(at, &"x".repeat(size))).collect();
        let mut tsn = first;
        let mut chunks = Vec::new();
        for sip in &sips {
            let parts = fragments(tsn, sip, size);
            tsn = tsn.wrapping_add(parts.len() as u32);
            chunks.extend(parts);
        }
        let mut shuffled: Vec<_> = order.iter().map(|index| index.get(&chunks).clone()).collect();
        shuffled.extend(chunks);
        let packets: Vec<_> = shuffled.into_iter().map(|chunk| (0, packet(7, &[chunk]))).collect();
        let (seen, losses, problems) = read_with(&packets, Caps::default());
        let mut payloads: Vec<_> = seen.iter().map(|(_, payload, _)| payload.clone()).collect();
        payloads.sort();
        let mut wanted: Vec<_> = sips.iter().map(|sip| sip.as_bytes().to_vec()).collect();
        wanted.sort();
        prop_assert_eq!(payloads, wanted);
        prop_assert_eq!((losses.len(), problems.len()), (0, 0));
    }

    #[test]
    fn arbitrary_chunks_never_panic(
        chunks in proptest::collection::vec(
            (0..200_u8, any::<u8>(), proptest::collection::vec(any::<u8>(), 0..40)), 0..60),
        cut in 0_usize..100,
    ) {
        let kinds = [0, 0, 0, 64, 64, 1, 2, 192, 6, 14];
        let packets: Vec<_> = chunks
            .iter()
            .map(|(kind, flags, value)| {
                let mut value = value.clone();
                if let Some(tsn) = value.get_mut(..3) {
                    tsn.fill(0);
                }
                let kind = kinds[usize::from(*kind) % kinds.len()];
                let mut packet = packet(u32::from(flags & 8), &[chunk(kind, *flags, &value)]);
                packet.truncate(packet.len().max(cut) - cut.min(8));
                packet
            })
            .collect();
        read(&packets);
    }
}
