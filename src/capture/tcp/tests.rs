use crate::capture::build::{ACK, FIN, RST, SYN, message, pcap, pcap_at, tcp_between, tcp_packet};
use crate::capture::{Caps, Capture, Event, Severity};
use crate::message::Wholeness;
use crate::source::FrameNumber;
use proptest::prelude::*;

/// What a file gives, in short: `1,2 payload`, with `cut` before it, or `loss`.
fn read_with(file: &[u8], caps: Caps) -> (Vec<String>, Vec<String>) {
    let mut capture = Capture::open(file, caps).unwrap();
    let mut events = Vec::new();
    while let Some(event) = capture.next_event() {
        events.push(match event {
            Event::Loss(_) => "loss".to_owned(),
            Event::Packet(packet) => {
                let cut = if packet.wholeness == Wholeness::Cut { "cut " } else { "" };
                let frames: Vec<_> = packet.frames.iter().map(ToString::to_string).collect();
                format!("{cut}{} {}", frames.join(","), String::from_utf8_lossy(&packet.payload))
            }
        });
    }
    (events, capture.problems().iter().map(ToString::to_string).collect())
}

fn read(packets: &[Vec<u8>]) -> Vec<String> {
    read_with(&pcap(packets), Caps::default()).0
}

/// Segments of `stream` cut at `at`, behind a SYN with a sequence number shortly before the wrap.
fn segments(stream: &str, at: &[usize]) -> Vec<Vec<u8>> {
    let mut packets = vec![tcp_packet(u32::MAX - 20, SYN, b"")];
    let ends = at.iter().copied().chain([stream.len()]);
    let mut from = 0;
    for end in ends {
        let seq = (u32::MAX - 19).wrapping_add(from as u32);
        packets.push(tcp_packet(seq, ACK, &stream.as_bytes()[from..end]));
        from = end;
    }
    packets
}

#[test]
fn messages_are_cut_apart_and_name_their_frames() {
    let (one, two) = (message(1, "hello"), message(2, ""));
    let stream = format!("{one}\r\n\r\n{two}{one}");
    let packets = segments(&stream, &[10, one.len() + 8]);
    assert_eq!(read(&packets), [format!("2,3 {one}"), format!("3,4 {two}"), format!("4 {one}")]);
}

#[test]
fn order_and_copies_of_segments_do_not_matter() {
    let (one, two) = (message(1, "hello"), message(2, ""));
    let packets = segments(&format!("{one}{two}"), &[10, 30, 60]);
    let mixed = [0, 3, 1, 3, 4, 2, 1].map(|index: usize| packets[index].clone());
    // Frame 4 and 7 are copies.
    let (events, problems) = read_with(&pcap(&mixed), Caps::default());
    assert_eq!(events, [format!("2,3,5,6 {one}"), format!("5 {two}")]);
    assert!(problems.is_empty());
}

#[test]
fn a_capture_that_begins_in_the_middle_finds_the_next_start_line() {
    let two = message(2, "");
    let packets = segments(&format!("{}{two}", message(1, "a\r\nb")), &[20]);
    assert_eq!(read(&packets[2..]), [format!("1 {two}")]);
}

/// Three messages in a segment each, behind a SYN.
fn three() -> ([String; 3], Vec<Vec<u8>>) {
    let messages = [message(1, "hello"), message(2, ""), message(3, "bye")];
    let [one, two, _] = &messages;
    let packets = segments(&messages.concat(), &[one.len(), one.len() + two.len()]);
    (messages, packets)
}

#[test]
fn a_capture_that_begins_between_segments_out_of_order_finds_the_early_ones() {
    let ([one, two, three], packets) = three();
    // Which segments, and in which order; the SYN is 0.
    let read = |order: &[usize]| {
        let packets: Vec<_> = order.iter().map(|index| packets[*index].clone()).collect();
        read_with(&pcap(&packets), Caps::default())
    };
    let all = |first: &str, second: &str, third: &str| {
        (vec![first.to_owned(), second.to_owned(), third.to_owned()], Vec::<String>::new())
    };
    assert_eq!(read(&[2, 1, 3]), all(&format!("1 {two}"), &format!("2 {one}"), &format!("3 {three}")));
    assert_eq!(read(&[3, 1, 2, 1, 2]), all(&format!("1 {three}"), &format!("2 {one}"), &format!("3 {two}")));
    // The SYN came late, and says where the beginning is.
    assert_eq!(read(&[3, 0, 2, 1]), all(&format!("1 {three}"), &format!("4 {one}"), &format!("3 {two}")));
    // Before what came early, nothing is read any more; that is told.
    let (events, problems) = read(&[3, 2, 1]);
    assert_eq!(events, [format!("1 {three}"), format!("2 {two}"), "loss".to_owned()]);
    let problem = "frame 3: TCP 192.0.2.1:5070 -> 192.0.2.2:5060: bytes from before what was captured first are not read";
    assert_eq!(problems, [problem]);
}

#[test]
fn what_never_came_before_the_first_bytes_is_waited_for_and_told() {
    let ([one, two, three], _) = three();
    let stream = [one.as_str(), &two, &three].concat();
    let packets = segments(&stream, &[30, one.len(), one.len() + two.len()]);
    // The rest of the first message is missing.
    let at = |seconds, index: usize| (seconds, packets[index].clone());
    let (events, problems) =
        read_with(&pcap_at(&[at(0, 3), at(0, 1), at(29, 4), at(31, 0)]), Caps::default());
    assert_eq!(events, [format!("1 {two}"), format!("3 {three}"), format!("cut 2 {}", &one[..30])]);
    assert_eq!(
        problems[0],
        "frame 2: the end of a message on TCP 192.0.2.1:5070 -> 192.0.2.2:5060 is missing"
    );
}

#[test]
fn segments_that_a_reset_overtook_are_read() {
    let ([one, two, three], packets) = three();
    let reset = tcp_packet(0, RST, b"");
    let order = [0, 1, 3].map(|index: usize| packets[index].clone());
    let packets: Vec<_> = order.into_iter().chain([reset, packets[2].clone()]).collect();
    let (events, problems) = read_with(&pcap(&packets), Caps::default());
    assert_eq!(events, [format!("2 {one}"), format!("5 {two}"), format!("3 {three}")]);
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn a_reset_ends_what_is_not_whole_after_half_a_minute() {
    let one = message(1, "hello");
    let other = || tcp_between((5080, 5060), 1, ACK, message(2, "").as_bytes());
    let packets = [
        (0, tcp_packet(1, ACK, &one.as_bytes()[..40])),
        (1, tcp_packet(0, RST, b"")),
        (30, other()),
        (32, tcp_between((5080, 5060), 1, RST, b"")),
    ];
    let (events, _) = read_with(&pcap_at(&packets), Caps::default());
    assert_eq!(events, [format!("3 {}", message(2, "")), format!("cut 1 {}", &one[..40])]);
}

#[test]
fn a_start_line_is_found_behind_a_body_that_ends_without_a_line() {
    let status = "SIP/2.0 200 OK\r\nCall-ID: 9\r\nContent-Length: 0\r\n\r\n";
    let two = message(2, "");
    let packets = segments(&format!("{}{two}{}{status}", message(1, "so long"), message(3, "bye")), &[20]);
    assert_eq!(
        read(&packets[2..]),
        [format!("1 {two}"), format!("1 {}", message(3, "bye")), format!("1 {status}")]
    );
    let packets = segments(&format!("{}{status}", message(3, "bye")), &[20]);
    assert_eq!(read(&packets[2..]), [format!("1 {status}")]);
}

#[test]
fn a_gap_cuts_one_message_is_told_and_reading_goes_on() {
    let (one, two, three) = (message(1, "hello"), message(2, ""), message(3, ""));
    let stream = format!("{one}{two}{three}");
    let (a, b) = (one.len() - 20, one.len() + 10);
    let mut packets = segments(&stream, &[a, b]);
    packets.remove(2);
    let (events, problems) = read_with(&pcap(&packets), Caps::default());
    assert_eq!(events, [format!("cut 2 {}", &one[..a]), "loss".to_owned(), format!("3 {three}")]);
    assert!(problems[1].starts_with("frame 3: 30 bytes before it on TCP 192.0.2.1:5070 -> "), "{problems:?}");
}

#[test]
fn a_gap_inside_a_measured_body_loses_no_other_message() {
    let (one, two) = (message(1, "0123456789\r\nBYE sip:a@b SIP/2.0\r\n\r\n"), message(2, ""));
    let at = one.len() - 30;
    let mut packets = segments(&format!("{one}{two}"), &[at, at + 4]);
    packets.remove(2);
    assert_eq!(read(&packets), [format!("cut 2 {}", &one[..at]), format!("3 {two}")]);
}

#[test]
fn missing_bytes_are_waited_for_half_a_minute() {
    let (one, two) = (message(1, "hello"), message(2, ""));
    let packets = segments(&format!("{one}{two}"), &[40, 50]);
    let late = |second| {
        let order = [(0, 0), (0, 1), (1, 3), (second, 2)];
        let file: Vec<_> =
            order.iter().map(|&(at, index): &(u32, usize)| (at, packets[index].clone())).collect();
        read_with(&pcap_at(&file), Caps::default()).0
    };
    assert_eq!(late(31), [format!("2,3,4 {one}"), format!("3 {two}")]);
    assert_eq!(late(32), [format!("cut 2 {}", &one[..40]), "loss".to_owned(), format!("3 {two}")]);
}

#[test]
fn a_full_buffer_gives_the_gap_up() {
    let stream = format!("{}{}", message(1, "hello"), message(2, &"x".repeat(500)));
    let mut packets = segments(&stream, &[40, 50, 300, 560]);
    packets.remove(2);
    let caps = Caps { stream_bytes: 600, ..Caps::default() };
    let (events, _) = read_with(&pcap(&packets), caps);
    assert_eq!((events.len(), events[1].as_str()), (3, "loss"));
    assert!(events[2].starts_with("3,4,5 MESSAGE"), "{events:?}");
}

#[test]
fn the_end_of_a_stream_cuts_what_is_not_whole() {
    let one = message(1, "hello");
    let half = &one[..one.len() - 2];
    for last in [FIN, RST] {
        let mut packets = segments(half, &[]);
        packets.push(tcp_packet((u32::MAX - 19).wrapping_add(half.len() as u32), last, b""));
        let (events, problems) = read_with(&pcap(&packets), Caps::default());
        assert_eq!(events, [format!("cut 2 {half}")]);
        assert_eq!(
            problems[0],
            "frame 2: the end of a message on TCP 192.0.2.1:5070 -> 192.0.2.2:5060 is missing"
        );
    }
    assert_eq!(read(&segments(half, &[])), [format!("cut 2 {half}")]);
}

#[test]
fn the_same_ports_may_be_used_again() {
    let one = message(1, "hello");
    let mut packets = segments(&one, &[]);
    packets.push(tcp_packet((u32::MAX - 19).wrapping_add(one.len() as u32), FIN, b""));
    packets.push(packets[1].clone());
    packets.push(tcp_packet(5, SYN, b""));
    packets.push(tcp_packet(6, ACK, one.as_bytes()));
    // Another connection of which the SYN was not captured.
    packets.push(tcp_packet(1 << 30, ACK, one.as_bytes()));
    assert_eq!(read(&packets), [format!("2 {one}"), format!("6 {one}"), format!("7 {one}")]);
}

#[test]
fn without_a_length_a_message_ends_at_the_next_or_has_no_body() {
    let head = "BYE sip:bob@example.com SIP/2.0\r\nCall-ID: 1\r\n";
    let bodyless = format!("{head}Content-Length: -1\r\n\r\n");
    let open = format!("{head}Content-Type: text/plain\r\n\r\nSIP is\r\nfun\r\n");
    let two = message(2, "");
    let stream = format!("{bodyless}{open}");
    let packets = segments(&format!("{stream}{two}"), &[stream.len()]);
    assert_eq!(read(&packets), [format!("2 {bodyless}"), format!("2 {open}"), format!("3 {two}")]);
    assert_eq!(read(&packets[..2]), [format!("2 {bodyless}"), format!("2 {open}")]);
}

#[test]
fn a_length_beyond_the_cap_is_cut_and_the_next_message_found() {
    let two = message(2, "");
    let huge = "BYE sip:bob@example.com SIP/2.0\r\nCall-ID: 1\r\nl: 99999999999\r\n\r\nbody\r\n";
    let (events, problems) = read_with(&pcap(&segments(&format!("{huge}{two}"), &[])), Caps::default());
    assert_eq!(events, [format!("cut 2 {huge}"), format!("2 {two}")]);
    assert_eq!(problems.len(), 2);
}

#[test]
fn what_is_no_sip_costs_nothing_and_says_nothing() {
    let http =
        "SIP/2.0 200 OK\r\nContent-Type: text/html\r\n\r\nGET / HTTP/1.1\r\n\r\nBYE sip:a@b SIP/2.0\r\n\r\n";
    let packets = segments(http, &[30, 60]);
    let (events, problems) = read_with(&pcap(&packets), Caps::default());
    assert_eq!((events.len(), problems.len()), (0, 0), "{events:?} {problems:?}");
}

#[test]
fn a_gap_before_the_first_message_is_told_with_it() {
    let (one, two) = (message(1, ""), message(2, ""));
    let mut packets = segments(&format!("{one}{two}"), &[one.len()]);
    packets.remove(1);
    assert_eq!(read(&packets), ["loss".to_owned(), format!("2 {two}")]);
}

#[test]
fn the_oldest_connection_is_let_go_when_there_are_too_many() {
    let half = "BYE sip:bob@example.com SIP/2.0\r\nCall-ID: 1\r\n";
    let packets: Vec<_> = (0..4_u8)
        .map(|last| {
            let mut packet = tcp_packet(1, ACK, half.as_bytes());
            packet[15] = last;
            packet
        })
        .collect();
    let file = pcap(&packets);
    let mut capture = Capture::open(&file[..], Caps { streams: 1, ..Caps::default() }).unwrap();
    let (mut frames, mut losses) = (Vec::new(), 0);
    while let Some(event) = capture.next_event() {
        match event {
            Event::Packet(packet) => frames.extend(packet.frames),
            Event::Loss(_) => losses += 1,
        }
    }
    assert_eq!((&frames[..], losses), (&FrameNumber::all(&[1, 2, 3, 4])[..], 2));
    let said = capture.problems().iter().find(|problem| problem.kind == "limits.streams").unwrap();
    assert_eq!((said.count, said.severity), (2, Severity::Damage));
}

#[test]
fn connections_without_sip_are_let_go_as_no_loss() {
    let packets: Vec<_> = (0..9_u8)
        .map(|last| {
            let mut packet = tcp_packet(1, ACK, b"\x01nothing that we know\r\n");
            packet[15] = last;
            packet
        })
        .collect();
    let (events, problems) = read_with(&pcap(&packets), Caps { streams: 1, ..Caps::default() });
    assert_eq!((events, problems.len()), (Vec::new(), 1));
    assert!(problems[0].contains("`limits.streams`"), "{problems:?}");
}

#[test]
fn all_connections_together_hold_what_they_may() {
    let half = format!("BYE sip:bob@example.com SIP/2.0\r\nSubject: {}", "x".repeat(1000));
    let packets: Vec<_> = (0..200_u8)
        .map(|last| {
            let mut packet = tcp_packet(1, ACK, half.as_bytes());
            packet[15] = last;
            packet
        })
        .collect();
    let (events, problems) = read_with(&pcap(&packets), Caps { streams_held: 100_000, ..Caps::default() });
    assert_eq!(events.iter().filter(|event| event.starts_with("cut")).count(), 200);
    assert!(problems.iter().any(|text| text.contains("`limits.streams_held`")), "{problems:?}");
}

#[test]
fn a_message_in_tiny_segments_is_held_in_bounds() {
    let head = "BYE sip:bob@example.com SIP/2.0\r\nCall-ID: 1\r\nVia: x\r\nl: 90000\r\n\r\n";
    let text = format!("{head}{}", "x".repeat(90_000));
    let at: Vec<_> = (1..text.len()).collect();
    let caps = Caps { stream_bytes: 100_000, ..Caps::default() };
    let (events, problems) = read_with(&pcap(&segments(&text, &at)), caps);
    assert!(events[0].starts_with("cut") && events[0].len() < 30_000);
    assert!(problems.iter().any(|text| text.contains("`limits.stream_bytes`")), "{problems:?}");
    assert!(read_with(&pcap(&segments(&text, &[1000, 2000])), caps).0[0].ends_with("xxx"));
}

#[test]
fn keep_alives_of_tcp_and_of_sip_are_no_bytes_of_a_message() {
    let (one, two) = (message(1, "hello"), message(2, ""));
    let stream = format!("{one}\r\n\r\n{two}\r\n");
    let mut packets = segments(&stream, &[one.len() + 4]);
    let next = |length: usize| (u32::MAX - 19).wrapping_add(length as u32);
    // RFC 9293 3.8.4: one byte that was there already, with any value.
    packets.insert(2, tcp_packet(next(one.len() + 4).wrapping_sub(1), ACK, b"\0"));
    packets.push(tcp_packet(next(stream.len()).wrapping_sub(1), ACK, b"\0"));
    packets.push(tcp_packet(next(stream.len()).wrapping_sub(1), ACK, b""));
    let (events, problems) = read_with(&pcap(&packets), Caps::default());
    assert_eq!(events, [format!("2 {one}"), format!("4 {two}")]);
    assert_eq!(problems, [""; 0]);
    // A capture may begin with one.
    let packets = [tcp_packet(7, ACK, b"\0"), tcp_packet(8, ACK, one.as_bytes())];
    assert_eq!(read(&packets), [format!("2 {one}")]);
}

#[test]
fn of_bytes_that_overlap_the_first_are_read_and_others_are_said() {
    let one = message(1, "hello");
    let other = one.replace("hello", "HELLO");
    let packets = segments(&one, &[40, one.len() - 3]);
    let (seq, tail) = ((u32::MAX - 19).wrapping_add(40), &other.as_bytes()[40..]);
    // Behind a gap, and longer; then once more when the gap is closed.
    let order = [
        packets[0].clone(),
        packets[2].clone(),
        tcp_packet(seq, ACK, tail),
        packets[1].clone(),
        tcp_packet(seq, ACK, tail),
    ];
    let (events, problems) = read_with(&pcap(&order), Caps::default());
    let wanted = format!("{}{}", &one[..one.len() - 3], "LLO");
    assert_eq!(events, [format!("2,3,4 {wanted}")]);
    assert_eq!(
        problems,
        ["frame 3: TCP 192.0.2.1:5070 -> 192.0.2.2:5060: other bytes than before; the first are read"]
    );
}

#[test]
fn a_half_closed_connection_goes_on_in_the_other_direction() {
    let (one, two) = (message(1, "hello"), message(2, ""));
    let packets = [
        tcp_between((5070, 5060), 1, SYN, b""),
        tcp_between((5060, 5070), 1, SYN | ACK, b""),
        tcp_between((5070, 5060), 2, ACK | FIN, one.as_bytes()),
        tcp_between((5060, 5070), 2, ACK, two.as_bytes()),
        tcp_between((5060, 5070), 2 + two.len() as u32, RST, b""),
        // What comes behind a reset belongs to nothing that is whole.
        tcp_between((5060, 5070), 2 + two.len() as u32, ACK, &two.as_bytes()[..20]),
    ];
    let (events, _) = read_with(&pcap(&packets), Caps::default());
    assert_eq!(events[..2], [format!("3 {one}"), format!("4 {two}")]);
}

#[test]
fn floods_of_one_byte_segments_take_linear_time_and_little_memory() {
    let line = format!("INVITE {}", "a".repeat(120_000));
    let text = format!("{}{}", message(1, &"b".repeat(60_000)), "word\r\n".repeat(10_000));
    for stream in [line.as_str(), &text, &format!("x {}", "y".repeat(120_000))] {
        let cuts: Vec<_> = (1..stream.len()).collect();
        let packets = segments(stream, &cuts);
        let spaced: Vec<_> = packets.into_iter().map(|packet| (0, packet)).collect();
        let file = pcap_at(&spaced);
        for midway in [false, true] {
            let started = std::time::Instant::now();
            let file = if midway { [&file[..24], &file[24 + 16 + 40..]].concat() } else { file.clone() };
            read_with(&file, Caps::default());
            assert!(started.elapsed().as_secs() < 20, "{:?} for {:.20}", started.elapsed(), stream);
        }
    }
}

proptest! {
    #[test]
    fn a_stream_cut_and_shuffled_in_any_way_gives_the_same_messages(
        bodies in proptest::collection::vec("[a-z\r\n:/ ]{0,40}", 1..5),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let messages: Vec<_> = bodies.iter().enumerate().map(|(id, body)| message(id, body)).collect();
        let stream = messages.concat();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let packets = segments(&stream, &cuts);
        let data = &packets[1..];
        let shuffled = order.iter().map(|index| index.get(data)).chain(data).cloned();
        let packets: Vec<_> = [packets[0].clone()].into_iter().chain(shuffled).collect();
        let (events, problems) = read_with(&pcap_at(&packets.iter().map(|packet| (0, packet.clone())).collect::<Vec<_>>()), Caps::default());
        let payloads: Vec<_> = events.iter().map(|event| event.split_once(' ').unwrap().1).collect();
        prop_assert_eq!(payloads, messages);
        prop_assert_eq!(problems.len(), 0);
    }

    #[test]
    fn any_segments_at_all_never_panic(
        parts in proptest::collection::vec((any::<u16>(), any::<u8>(), "(BYE sip:a@b SIP/2\\.0\r\n|l: 9\r\n|\r\n|i: 1\r\n|x){0,4}"), 0..40),
    ) {
        let packets: Vec<_> = parts.iter().map(|(seq, flags, text)| tcp_packet(u32::from(*seq % 200), *flags, text.as_bytes())).collect();
        let caps = Caps { streams: 1, stream_bytes: 300, ..Caps::default() };
        let (events, _) = read_with(&pcap(&packets), caps);
        prop_assert!(events.len() <= 200);
    }
}
