use super::*;
use crate::capture::{Capture, Event, Kind, Problem, build};
use crate::source::FrameNumber;

type Chunk = (u16, Vec<u8>);

fn chunk(kind: u16, bytes: &[u8]) -> Chunk {
    (kind, bytes.to_vec())
}

/// A frame of these chunks.
fn frame(chunks: &[Chunk]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, bytes) in chunks {
        body.extend_from_slice(&[0, *kind, bytes.len() as u16 + 6].map(u16::to_be_bytes).concat());
        body.extend_from_slice(bytes);
    }
    [MAGIC, &(body.len() as u16 + 6).to_be_bytes(), &body].concat()
}

/// Addresses, ports, 1000.5 s and UDP.
fn head() -> Vec<Chunk> {
    vec![
        chunk(1, &[2]),
        chunk(2, &[17]),
        chunk(3, &[192, 0, 2, 9]),
        chunk(4, &[192, 0, 2, 8]),
        chunk(7, &5070_u16.to_be_bytes()),
        chunk(8, &5060_u16.to_be_bytes()),
        chunk(9, &1000_u32.to_be_bytes()),
        chunk(10, &500_000_u32.to_be_bytes()),
        chunk(11, &[1]),
        chunk(12, &7_u32.to_be_bytes()),
    ]
}

fn carrying(message: &str) -> Vec<u8> {
    let mut chunks = head();
    chunks.push(chunk(15, message.as_bytes()));
    chunks.push(chunk(17, b"a correlation"));
    frame(&chunks)
}

struct Seen {
    packets: Vec<Packet<'static>>,
    losses: Vec<Loss>,
    problems: Vec<Problem>,
    kind: Kind,
}

impl Seen {
    fn payloads(&self) -> Vec<String> {
        self.packets.iter().map(|packet| String::from_utf8_lossy(&packet.payload).into_owned()).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.problems.iter().map(ToString::to_string).collect()
    }
}

fn read(bytes: &[u8]) -> Seen {
    let mut capture = Capture::open(bytes, Caps::default()).unwrap();
    let (mut packets, mut losses) = (Vec::new(), Vec::new());
    while let Some(event) = capture.next_event() {
        match event {
            Event::Packet(packet) => {
                packets.push(Packet { payload: Cow::Owned(packet.payload.into_owned()), ..packet });
            }
            Event::Loss(loss) => losses.push(loss),
        }
    }
    Seen { packets, losses, problems: capture.problems().to_vec(), kind: capture.kind() }
}

#[test]
fn the_chunks_say_when_the_message_came_and_on_which_way() {
    let message = build::message(1, "hello");
    let seen = read(&build::pcap(&[build::udp_packet(&carrying(&message))]));
    let packet = &seen.packets[0];
    assert_eq!(packet.payload, message.as_bytes());
    assert_eq!(packet.time, Some(Time::from_parts(1000, 500_000_000)));
    assert_eq!(packet.from, "192.0.2.9:5070".parse().ok());
    assert_eq!(packet.to, "192.0.2.8:5060".parse().ok());
    assert_eq!((packet.transport, packet.framing), (Some(Transport::Udp), Framing::Datagram));
    assert_eq!((&packet.frames[..], seen.kind), (&FrameNumber::all(&[1])[..], Kind::Pcap));
    assert!(seen.problems.is_empty());
}

#[test]
fn ipv6_and_other_transports_are_told() {
    let message = build::message(1, "");
    let from = [chunk(5, &[1; 16]), chunk(6, &[2; 16]), chunk(8, &5061_u16.to_be_bytes())];
    for (number, transport) in
        [(6, Transport::Tcp), (132, Transport::Sctp), (22, Transport::Tls), (50, Transport::Ws)]
    {
        let chunks = [&from[..], &[chunk(2, &[number]), chunk(15, message.as_bytes())]].concat();
        let seen = read(&frame(&chunks));
        let packet = &seen.packets[0];
        assert_eq!(packet.from, "[101:101:101:101:101:101:101:101]:0".parse().ok());
        assert_eq!(packet.to.map(|to| to.port()), Some(5061));
        assert_eq!((packet.transport, packet.time), (Some(transport), None));
    }
}

#[test]
fn a_file_of_frames_is_read_and_what_is_no_sip_passed_over() {
    let report = frame(&[chunk(11, &[5]), chunk(15, b"INVITE sip:a@b.example SIP/2.0\r\n\r\n")]);
    let (first, second) = (build::message(1, "x"), build::message(2, "y"));
    let file = [carrying(&first), report, frame(&[chunk(15, b"\r\n\r\n")]), carrying(&second)].concat();
    let seen = read(&file);
    assert_eq!((seen.payloads(), seen.kind), (vec![first, second], Kind::Hep));
    assert_eq!(seen.packets[1].frames, [4]);
    assert!(seen.problems.is_empty() && seen.losses.is_empty());
}

#[test]
fn chunks_of_vendors_are_ignored() {
    let message = build::message(1, "");
    let mut file = carrying(&message);
    file.extend_from_slice(&[0, 9, 0, 15, 0, 8, b'n', b'o']);
    let length = (file.len() as u16).to_be_bytes();
    file[4..6].copy_from_slice(&length);
    assert_eq!(read(&file).payloads(), [message]);
}

#[test]
fn a_broken_frame_is_named_and_the_others_are_read() {
    let good = carrying(&build::message(1, ""));
    let mut chunks = head();
    chunks[2] = chunk(3, &[192, 0]);
    chunks.push(chunk(15, build::message(2, "").as_bytes()));
    let odd = frame(&chunks);
    let mut short = head();
    short.push(chunk(15, b""));
    let mut nothing = frame(&short);
    let at = nothing.len() - 1;
    nothing[at] = 3;
    let seen = read(&[&good[..], &odd, &nothing, b"rubbish HEP HE", &good].concat());
    assert_eq!(seen.packets.len(), 3);
    assert_eq!(seen.packets[1].from, None, "its chunk cannot be read");
    assert_eq!(
        seen.texts(),
        [
            "frame 2: HEP: its chunk 3 has 2 bytes (and 1 more like it)",
            "no HEP behind frame 3: looking for the next frame"
        ]
    );
    assert_eq!(seen.losses.len(), 2, "the message of frame 3, and whatever the rubbish was");
    assert_eq!(seen.losses[0].from, "192.0.2.9:5070".parse().ok());
}

#[test]
fn a_message_of_which_the_end_is_missing_is_cut() {
    let file = carrying(&build::message(1, "hello"));
    let cut = &file[..file.len() - 25];
    let told = [("frame 1: HEP: 6 bytes of its chunk 15 are missing", read(cut))];
    let datagram = build::pcap(&[build::udp_packet(cut)]);
    let told =
        told.into_iter().chain([("frame 1: HEP: 6 bytes of its chunk 15 are missing", read(&datagram))]);
    for (text, seen) in told {
        assert_eq!((seen.texts(), seen.packets[0].wholeness), (vec![text.to_owned()], Wholeness::Cut));
    }
}

#[test]
fn a_message_of_which_too_little_is_there_is_a_loss() {
    let file = carrying(&build::message(1, ""));
    let start = memchr::memmem::find(&file, b"MESSAGE").unwrap();
    for there in [1, 4, 12] {
        let seen = read(&file[..start + there]);
        assert_eq!((seen.packets.len(), seen.losses.len()), (0, 1), "{there} bytes");
        assert!(seen.problems[0].severity == crate::capture::Severity::Damage);
    }
    // One address tells nobody apart.
    let mut chunks = head();
    chunks.remove(2);
    chunks.push(chunk(15, build::message(1, "").as_bytes()));
    let odd = frame(&chunks);
    let seen = read(&odd[..odd.len() - build::message(1, "").len()]);
    assert_eq!((seen.losses[0].from, seen.losses[0].to), (None, None));
}

#[test]
fn hep_on_tcp_is_read_whatever_its_segments_are() {
    let (first, second) = (build::message(1, "x"), build::message(2, "y"));
    let stream = [carrying(&first), carrying(&second)].concat();
    for size in [4, 7, 100, stream.len()] {
        let mut packets = vec![build::tcp_packet(0, build::SYN, b"")];
        for (at, part) in stream.chunks(size).enumerate() {
            packets.push(build::tcp_packet((at * size) as u32 + 1, build::ACK, part));
        }
        let seen = read(&build::pcap(&packets));
        assert_eq!(seen.payloads(), [first.clone(), second.clone()], "segments of {size} bytes");
        assert_eq!(seen.packets[0].frames[0], 2);
        assert!(seen.problems.is_empty());
    }
}

#[test]
fn a_frame_on_tcp_names_all_frames_of_the_capture_that_it_came_in() {
    let syn = build::tcp_packet(0, build::SYN, b"");
    let segment = &build::tcp_packet(1, build::ACK, &carrying(&build::message(1, "x")))[20..];
    let (first, second) = segment.split_at(80);
    // Both fragments bring bytes of the segment at once.
    let first = build::ipv4_part(crate::capture::ip::TCP, first, 7, 0x2000);
    let second = build::ipv4_part(crate::capture::ip::TCP, second, 7, 10);
    let seen = read(&build::pcap(&[syn, first, second]));
    assert_eq!(seen.packets[0].frames, FrameNumber::all(&[2, 3]));
}

#[test]
fn a_gap_in_a_stream_of_hep_is_said_and_the_frames_behind_it_are_found() {
    let parts: Vec<_> = (1..5).map(|id| carrying(&build::message(id, "body"))).collect();
    let stream = parts.concat();
    let middle = parts[0].len() + parts[1].len();
    let mut packets = vec![build::tcp_packet(0, build::SYN, b"")];
    // The end of the second frame is lost, and the begin of the third.
    for (from, to) in [(0, middle - 30), (middle + 30, stream.len())] {
        packets.push(build::tcp_packet(from as u32 + 1, build::ACK, &stream[from..to]));
    }
    let seen = read(&build::pcap(&packets));
    let whole: Vec<_> = seen.packets.iter().map(|packet| packet.wholeness == Wholeness::Whole).collect();
    assert_eq!(whole, [true, false, true]);
    assert!(seen.payloads()[2].contains("Call-ID: 4"));
    assert_eq!(seen.losses.len(), 1);
    assert!(seen.texts()[1].contains("60 bytes of HEP before it"), "{:?}", seen.texts());
}

#[test]
fn a_loss_inside_of_one_frame_hurts_that_frame_only() {
    let parts: Vec<_> = (1..4).map(|id| carrying(&build::message(id, "body"))).collect();
    let stream = parts.concat();
    let end = parts[0].len() + parts[1].len();
    let mut packets = vec![build::tcp_packet(0, build::SYN, b"")];
    for (from, to) in [(0, end - 60), (end - 40, stream.len())] {
        packets.push(build::tcp_packet(from as u32 + 1, build::ACK, &stream[from..to]));
    }
    let seen = read(&build::pcap(&packets));
    assert_eq!((seen.packets.len(), seen.losses.len()), (3, 0));
    assert_eq!(seen.packets[1].wholeness, Wholeness::Cut);
}

#[test]
fn versions_1_and_2_are_told_by_their_header() {
    let message = build::message(1, "x");
    let addresses = [192, 0, 2, 9, 192, 0, 2, 8];
    let header = |version: u8, length: u8| {
        [&[version, length, 2, 17, 0x13, 0xce, 0x13, 0xc4][..], &addresses].concat()
    };
    for (header, times) in [(header(1, 16), 0), (header(2, 16), 10), (header(2, 28), 12)] {
        let payload = [&header[..], &vec![0; times], message.as_bytes()].concat();
        let seen = read(&build::pcap(&[build::udp_packet(&payload)]));
        assert_eq!(seen.payloads().concat(), message);
        assert_eq!(seen.packets[0].from, "192.0.2.9:5070".parse().ok());
        assert_eq!(seen.packets[0].time, Some(Time::from_parts(0, 5000)), "that of the frame");
    }
    let wrong = [&header(1, 20)[..], message.as_bytes()].concat();
    assert_eq!(read(&build::pcap(&[build::udp_packet(&wrong)])).packets.len(), 0);
}

#[cfg(feature = "compress")]
#[test]
fn compressed_payloads_are_inflated_up_to_a_cap() {
    use std::io::Write;

    let deflated = |text: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        let mut chunks = head();
        chunks.push(chunk(16, &encoder.finish().unwrap()));
        frame(&chunks)
    };
    let message = build::message(1, "x");
    assert_eq!(read(&deflated(message.as_bytes())).payloads().concat(), message);
    let bomb = build::message(1, &"x".repeat(3 << 20));
    let seen = read(&deflated(bomb.as_bytes()));
    assert_eq!((seen.packets[0].payload.len(), seen.packets[0].wholeness), (1 << 20, Wholeness::Cut));
    assert!(seen.texts()[0].contains("`limits.inflated_bytes`"));
}

#[test]
fn the_same_message_raw_and_in_hep_is_handed_out_twice() {
    let message = build::message(1, "x");
    let packets = [build::udp_packet(message.as_bytes()), build::udp_packet(&carrying(&message))];
    assert_eq!(read(&build::pcap(&packets)).payloads(), [message.clone(), message]);
}

#[test]
fn a_flood_of_tiny_frames_takes_time_in_line_with_its_size() {
    let tiny = frame(&[]);
    let mut packets = vec![build::tcp_packet(0, build::SYN, b"")];
    let stream = tiny.repeat(200_000);
    for (at, part) in stream.chunks(1400).enumerate() {
        packets.push(build::tcp_packet((at * 1400) as u32 + 1, build::ACK, part));
    }
    let started = std::time::Instant::now();
    assert_eq!(read(&build::pcap(&packets)).packets.len(), 0);
    assert!(started.elapsed().as_secs() < 20);
}
