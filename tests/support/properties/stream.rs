//! TCP segments, and TLS in them.

use std::sync::Arc;

use sipclause::capture::{Caps, Capture, Event, Secrets, Transport};

/// The ends of a connection.
const PORTS: [u16; 2] = [40_000, 5061];

/// Whatever segments come, messages hold no more than they do and name their frames; nothing grows beyond small
/// caps. The input: side and flags, two bytes of sequence number, length, bytes; again and again.
pub(super) fn tcp(bytes: &[u8]) {
    let mut packets = Vec::new();
    let mut rest = bytes;
    while let Some((&[head, high, low, length], behind)) = rest.split_first_chunk() {
        let (payload, behind) = behind.split_at(behind.len().min(usize::from(length)));
        packets.push(segment(
            head & 0x80 != 0,
            head & 0x17,
            u32::from(u16::from_be_bytes([high, low])),
            payload,
        ));
        rest = behind;
    }
    is_read(&packets, Secrets::default());
}

/// The same for streams of any records with any keys. The input: a key log up to a NUL; then a side, two bytes of
/// length, bytes; again and again.
pub(super) fn tls(bytes: &[u8]) {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let (log, mut rest) = (&bytes[..end], bytes.get(end + 1..).unwrap_or_default());
    let mut secrets = Secrets::new(8);
    let complaints = secrets.read(log).expect("memory can be read");
    assert!(complaints.len() <= 3 && secrets.connections() <= 8, "{complaints:?}");
    let mut next = [1_u32; 2];
    let mut packets = vec![segment(false, 2, 0, b""), segment(true, 2, 0, b"")];
    while let Some((&[side, high, low], behind)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (payload, behind) = behind.split_at(behind.len().min(length));
        let seq = &mut next[usize::from(side & 1)];
        packets.push(segment(side & 1 == 1, 16, *seq, payload));
        // A few bytes may be lost behind it.
        *seq = seq.wrapping_add(payload.len() as u32 + u32::from(side >> 4));
        rest = behind;
    }
    is_read(&packets, secrets);
}

fn is_read(packets: &[Vec<u8>], secrets: Secrets) {
    let file = pcap(packets);
    let secrets = Arc::new(secrets);
    let small =
        Caps { streams: 2, stream_bytes: 2000, streams_held: 6000, tls_held: 1000, ..Caps::default() };
    for caps in [Caps::default(), small] {
        let first = events(&file, caps, &secrets);
        assert!(first == events(&file, caps, &secrets), "a second reading is another");
        let most: usize = packets.iter().map(Vec::len).sum();
        assert!(first.1 <= most, "{} bytes of {most}", first.1);
    }
}

/// All events as text, and how many bytes of messages there are.
fn events(file: &[u8], caps: Caps, secrets: &Arc<Secrets>) -> (Vec<String>, usize) {
    let mut capture = Capture::open_with(file, caps, Arc::clone(secrets)).expect("it is a capture");
    let (mut told, mut length) = (Vec::new(), 0);
    while let Some(event) = capture.next_event() {
        if let Event::Packet(packet) = &event {
            let frames = &packet.frames;
            assert!(!packet.payload.is_empty() && !frames.is_empty() && frames.is_sorted(), "{frames:?}");
            // A compressed WebSocket message may hold more than its frames.
            if !matches!(packet.transport, Some(Transport::Ws | Transport::Wss)) {
                length += packet.payload.len();
            }
        }
        told.push(format!("{event:?}"));
    }
    let last = capture.frames();
    let problems = capture.problems().iter().map(ToString::to_string);
    told.extend(problems.chain([last.to_string()]));
    (told, length)
}

/// A TCP segment in an IPv4 packet.
fn segment(from_server: bool, flags: u8, seq: u32, payload: &[u8]) -> Vec<u8> {
    let (from, to) = (usize::from(from_server), usize::from(!from_server));
    let length = (payload.len() as u16).saturating_add(40).to_be_bytes();
    let mut packet = vec![0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, 6, 0, 0];
    packet.extend([192, 0, 2, from as u8, 192, 0, 2, to as u8]);
    packet.extend([PORTS[from], PORTS[to]].map(u16::to_be_bytes).concat());
    packet.extend(seq.to_be_bytes());
    packet.extend([0, 0, 0, 0, 0x50, flags, 1, 0, 0, 0, 0, 0]);
    packet.extend(payload);
    packet
}

/// A pcap file of raw IP packets, one every second.
fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 101].map(u32::to_le_bytes).concat();
    for (second, packet) in packets.iter().enumerate() {
        let length = packet.len() as u32;
        file.extend([second as u32, 0, length, length].map(u32::to_le_bytes).concat());
        file.extend(packet);
    }
    file
}
