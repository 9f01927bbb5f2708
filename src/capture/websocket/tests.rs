use crate::capture::build::{ACK, FIN, SYN, message, pcap, tcp_packet};
use crate::capture::{Caps, Capture, Event, Framing, Transport};
use crate::message::Wholeness;
use proptest::prelude::*;

const UPGRADE: &str = "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                       Sec-WebSocket-Protocol: sip\r\n\r\n";

const MASK: [u8; 4] = [0xa1, 0, 0x0d, 0x7f];

/// A frame; `first` holds FIN, reserved bits and opcode.
fn frame(first: u8, masked: bool, payload: &[u8]) -> Vec<u8> {
    let mask_bit = if masked { 0x80 } else { 0 };
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..126 => bytes.push(mask_bit | length as u8),
        length @ 126..65_536 => {
            bytes.push(mask_bit | 126);
            bytes.extend((length as u16).to_be_bytes());
        }
        length => {
            bytes.push(mask_bit | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    if masked {
        bytes.extend(MASK);
        bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    } else {
        bytes.extend(payload);
    }
    bytes
}

/// The stream in segments of at most so many bytes, behind a SYN.
fn segments(stream: &[u8], most: usize) -> Vec<Vec<u8>> {
    let mut packets = vec![tcp_packet(99, SYN, b"")];
    let mut seq = 100;
    for part in stream.chunks(most) {
        packets.push(tcp_packet(seq, ACK, part));
        seq += part.len() as u32;
    }
    packets.push(tcp_packet(seq, FIN | ACK, b""));
    packets
}

/// Messages as their text, with `cut` before it, and losses; then the problems.
fn read_with(packets: &[Vec<u8>], caps: Caps) -> (Vec<String>, Vec<String>) {
    let file = pcap(packets);
    let mut capture = Capture::open(&file[..], caps).unwrap();
    let mut events = Vec::new();
    while let Some(event) = capture.next_event() {
        events.push(match event {
            Event::Loss(_) => "loss".to_owned(),
            Event::Packet(packet) => {
                assert_eq!((packet.transport, packet.framing), (Some(Transport::Ws), Framing::Datagram));
                let cut = if packet.wholeness == Wholeness::Cut { "cut " } else { "" };
                format!("{cut}{}", String::from_utf8_lossy(&packet.payload))
            }
        });
    }
    (events, capture.problems().iter().map(ToString::to_string).collect())
}

fn read(stream: &[u8], most: usize) -> Vec<String> {
    let (events, problems) = read_with(&segments(stream, most), Caps::default());
    assert_eq!(problems, [""; 0]);
    events
}

#[test]
fn messages_of_every_length_are_read_masked_or_not_however_the_stream_is_cut() {
    let texts = [message(1, ""), message(2, &"x".repeat(200)), message(3, &"y".repeat(70_000))];
    for masked in [true, false] {
        for opcode in [1, 2] {
            let frames = texts.iter().flat_map(|text| frame(0x80 | opcode, masked, text.as_bytes()));
            let stream: Vec<u8> = UPGRADE.bytes().chain(frames).collect();
            for most in [1, 7, 1400, 40_000] {
                assert_eq!(read(&stream, most), texts, "masked {masked}, in pieces of {most}");
            }
        }
    }
}

#[test]
fn fragments_are_put_together_around_what_stands_between_them() {
    let text = message(1, "hello");
    let (first, rest) = text.as_bytes().split_at(20);
    let (second, third) = rest.split_at(20);
    let stream = [
        UPGRADE.as_bytes(),
        &frame(0x01, true, first),
        &frame(0x89, true, b"ping"),
        &frame(0x00, true, second),
        &frame(0x8a, true, b""),
        &frame(0x80, true, third),
        // RFC 5626 3.5.1: a keep-alive is no message.
        &frame(0x81, true, b"\r\n\r\n"),
        &frame(0x81, true, b"no SIP"),
        &frame(0x81, true, text.as_bytes()),
        &frame(0x88, true, &[3, 232]),
    ];
    assert_eq!(read(&stream.concat(), 1400), [text.clone(), text]);
}

#[test]
fn each_message_names_its_own_frames() {
    let text = message(1, "");
    let (first, rest) = text.as_bytes().split_at(30);
    let parts = [UPGRADE.as_bytes().to_vec(), frame(1, true, first), frame(0x80, true, rest)];
    let mut packets = vec![tcp_packet(99, SYN, b"")];
    let mut seq = 100;
    for part in &parts {
        packets.push(tcp_packet(seq, ACK, part));
        seq += part.len() as u32;
    }
    let file = pcap(&packets);
    let mut capture = Capture::open(&file[..], Caps::default()).unwrap();
    let Some(Event::Packet(packet)) = capture.next_event() else { panic!("a message") };
    assert_eq!(packet.frames, [3, 4]);
}

#[test]
fn another_protocol_and_a_refused_upgrade_are_no_sip() {
    let text = message(1, "");
    let msrp = UPGRADE.replace(": sip", ": msrp");
    assert_eq!(read(&[msrp.as_bytes(), &frame(0x81, false, text.as_bytes())].concat(), 1400), [""; 0]);
    // After a refusal the client asks again.
    let stream = [UPGRADE.as_bytes(), UPGRADE.as_bytes(), &frame(0x81, true, text.as_bytes())].concat();
    for most in [1, 30, 1400] {
        assert_eq!(read(&stream, most), [text.as_str()]);
    }
    let refused = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    let agreed = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    let parts = [refused.as_bytes(), agreed.as_bytes(), &frame(0x81, false, text.as_bytes())];
    let mut packets = vec![tcp_packet(99, SYN, b"")];
    let mut seq = 100;
    for part in parts {
        packets.push(tcp_packet(seq, ACK, part));
        seq += part.len() as u32;
    }
    assert_eq!(read_with(&packets, Caps::default()).0, [text]);
}

#[test]
fn a_websocket_captured_from_its_middle_is_known_by_the_sip_in_it() {
    let texts = [message(1, &"x".repeat(300)), message(2, "")];
    for masked in [true, false] {
        let frames: Vec<u8> = texts.iter().flat_map(|text| frame(0x81, masked, text.as_bytes())).collect();
        let packets = segments(&frames, 1400);
        assert_eq!(read_with(&packets[1..], Caps::default()).0, texts, "masked {masked}");
        // The beginning of the first is missing.
        let one = frame(0x81, masked, texts[0].as_bytes());
        let packets: Vec<_> = [(500, &one[200..]), (500 + one.len() as u32 - 200, &frames[one.len()..])]
            .map(|(seq, part)| tcp_packet(seq, ACK, part))
            .into();
        assert_eq!(read_with(&packets, Caps::default()).0, texts[1..], "masked {masked}");
    }
}

#[test]
fn a_gap_cuts_its_message_and_the_next_is_read() {
    let texts: Vec<_> = (0..5).map(|id| message(id, &"x".repeat(500))).collect();
    let frames: Vec<u8> = texts.iter().flat_map(|text| frame(0x81, true, text.as_bytes())).collect();
    let stream = [UPGRADE.as_bytes(), &frames].concat();
    let (head, length) = (UPGRADE.len(), frame(0x81, true, texts[0].as_bytes()).len());
    let lost_between = |from: usize, to: usize| {
        let parts = [
            (0, &stream[..from]),
            (to, &stream[to..to + (length - to % length)]),
            (to + (length - to % length), &stream[to + (length - to % length)..]),
        ];
        let mut packets = vec![tcp_packet(99, SYN, b"")];
        packets.extend(parts.map(|(at, part)| tcp_packet(100 + at as u32, ACK, part)));
        read_with(&packets, Caps::default())
    };
    // Inside of the second message.
    let (events, problems) = lost_between(head + length + 300, head + length + 320);
    assert!(events[1].starts_with("cut MESSAGE") && events.len() == 5, "{events:?}");
    assert_eq!((&events[0], &events[2..]), (&texts[0], &texts[2..]));
    assert_eq!(problems.len(), 1, "{problems:?}");
}

/// What is read of the stream without the bytes `from..to`.
fn read_without(stream: &[u8], (from, to): (usize, usize)) -> (Vec<String>, Vec<String>) {
    let mut packets = vec![tcp_packet(99, SYN, b""), tcp_packet(100, ACK, &stream[..from])];
    packets.push(tcp_packet(100 + to as u32, ACK, &stream[to..]));
    packets.retain(|packet| packet.len() > tcp_packet(0, ACK, b"").len() || packet[33] == SYN);
    read_with(&packets, Caps::default())
}

#[test]
fn a_message_of_which_a_header_and_little_more_was_captured_is_a_loss() {
    let texts = [message(1, "x"), message(2, ""), message(3, "")];
    let frames = texts.each_ref().map(|text| frame(0x81, true, text.as_bytes()));
    let stream = [UPGRADE.as_bytes(), &frames.concat()].concat();
    let (begin, end) = (UPGRADE.len() + frames[0].len(), UPGRADE.len() + frames[0].len() + frames[1].len());
    let header = frames[1].len() - texts[1].len();
    for there in [header, header + 1, header + 10] {
        let (events, problems) = read_without(&stream, (begin + there, end));
        assert_eq!(events, [texts[0].as_str(), "loss", &texts[2]], "{there} bytes were there");
        assert_eq!(problems.len(), 1, "{problems:?}");
        // The same where the stream ends there.
        let packets = segments(&stream[..begin + there], 1400);
        assert_eq!(read_with(&packets, Caps::default()).0, [texts[0].as_str(), "loss"]);
    }
    let ping = [UPGRADE.as_bytes(), &frames[0], &frame(0x89, true, b"ping")[..7]].concat();
    assert_eq!(read(&ping, 1400), texts[..1], "no message was begun");
}

#[test]
fn what_was_lost_before_sip_was_found_is_told_with_it() {
    let unnamed = UPGRADE.replace("Sec-WebSocket-Protocol: sip\r\n", "");
    let texts = [message(1, "x"), message(2, "")];
    let frames = texts.each_ref().map(|text| frame(0x81, true, text.as_bytes()));
    let stream = [unnamed.as_bytes(), &frames.concat()].concat();
    let (events, problems) = read_without(&stream, (unnamed.len(), unnamed.len() + frames[0].len()));
    assert_eq!(events, ["loss", &texts[1]]);
    assert!(problems[0].contains("bytes before it on WebSocket"), "{problems:?}");
}

#[test]
fn what_is_too_long_is_passed_over_and_said() {
    let (long, short) = (message(1, &"x".repeat(5000)), message(2, ""));
    let half = long.len() / 2;
    let streams = [
        [frame(0x81, true, long.as_bytes()), frame(0x81, true, short.as_bytes())].concat(),
        [
            frame(0x01, true, &long.as_bytes()[..half]),
            frame(0x80, true, &long.as_bytes()[half..]),
            frame(0x81, true, short.as_bytes()),
        ]
        .concat(),
    ];
    for stream in streams {
        let caps = Caps { stream_bytes: 4000, ..Caps::default() };
        let packets = segments(&[UPGRADE.as_bytes(), &stream].concat(), 1400);
        let (events, problems) = read_with(&packets, caps);
        assert_eq!(events, ["loss", &short]);
        assert!(problems[0].contains("`limits.stream_bytes`"), "{problems:?}");
    }
    // A length that nobody has is no reason to wait.
    let absurd = [0x81, 0xff, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, b'x'];
    let (events, problems) =
        read_with(&segments(&[UPGRADE.as_bytes(), &absurd].concat(), 1400), Caps::default());
    assert_eq!((events, problems.len()), (vec!["loss".to_owned()], 1));
}

#[cfg(feature = "compress")]
#[test]
fn compressed_messages_are_read_with_the_window_of_those_before() {
    use flate2::{Compress, Compression, FlushCompress};

    let texts: Vec<_> = (0..4).map(|id| message(id, &"again and again ".repeat(200))).collect();
    let mut window = Compress::new(Compression::default(), false);
    let frames: Vec<_> = texts
        .iter()
        .map(|text| {
            let mut bytes = Vec::with_capacity(10_000);
            window.compress_vec(text.as_bytes(), &mut bytes, FlushCompress::Sync).unwrap();
            // RFC 7692 7.2.1: the last four bytes are left out.
            bytes.truncate(bytes.len() - 4);
            frame(0xc1, true, &bytes)
        })
        .collect();
    assert!(frames[2].len() < frames[0].len(), "later ones refer to the first");
    let stream = [UPGRADE.as_bytes(), &frames.concat()].concat();
    assert_eq!(read(&stream, 100), texts);
    // Without the first the others cannot be read, and are not taken for something else.
    let stream = [UPGRADE.as_bytes(), &frame(0xc1, true, b"\xff\xff\xff"), &frames[1..].concat()].concat();
    let (events, problems) = read_with(&segments(&stream, 1400), Caps::default());
    assert!(events.iter().all(|event| event == "loss") && events.len() == 4, "{events:?}");
    assert!(problems[0].contains("a compressed message"), "{problems:?}");
    // Nor can a bomb.
    let mut bomb = Vec::with_capacity(100_000);
    let mut window = Compress::new(Compression::default(), false);
    window.compress_vec(&vec![b' '; 10 << 20], &mut bomb, FlushCompress::Sync).unwrap();
    let stream = [UPGRADE.as_bytes(), &frame(0xc1, true, &bomb)].concat();
    assert_eq!(read_with(&segments(&stream, 1400), Caps::default()).0, ["loss"]);
}

proptest! {
    #[test]
    fn any_frames_at_all_never_panic(
        parts in proptest::collection::vec((any::<u8>(), any::<bool>(), "(BYE sip:a@b SIP/2\\.0\r\n|\r\n|i: 1\r\n|x){0,8}"), 0..20),
        lost in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
        upgraded in any::<bool>(),
        most in 1..100_usize,
    ) {
        let frames: Vec<u8> = parts.iter().flat_map(|(first, masked, text)| frame(*first, *masked, text.as_bytes())).collect();
        let head = if upgraded { UPGRADE.as_bytes() } else { b"" };
        let mut packets = segments(&[head, &frames].concat(), most);
        for index in lost {
            if !packets.is_empty() {
                packets.remove(index.index(packets.len()));
            }
        }
        let (events, _) = read_with_any(&packets);
        prop_assert!(events <= 400);
    }
}

/// How many events there are, whatever carries them.
fn read_with_any(packets: &[Vec<u8>]) -> (usize, usize) {
    let file = pcap(packets);
    let caps = Caps { stream_bytes: 300, ..Caps::default() };
    let mut capture = Capture::open(&file[..], caps).unwrap();
    let mut events = 0;
    while capture.next_event().is_some() {
        events += 1;
    }
    (events, capture.problems().len())
}
