use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::*;
use crate::capture::build::{self, message, udp_packet};
use crate::capture::{Capture, Event, Kind, OpenError, Severity};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let info = FrameInfo::new().block_mode(BlockMode::Linked).block_size(BlockSize::Max64KB);
    let mut encoder =
        FrameEncoder::with_frame_info(info.content_checksum(true).block_checksums(true), Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

type Packer = fn(&[u8]) -> Vec<u8>;

const PACKERS: [(&str, Packer); 3] = [("gzip", gzip), ("zstd", zstd), ("lz4", lz4)];

/// Everything up to the end or the error.
fn unpack_with(bytes: &[u8], caps: Caps) -> (Vec<u8>, Option<String>) {
    let mut reader = Twice::open(bytes, caps);
    let mut all = Vec::new();
    let error = reader.read_to_end(&mut all).err();
    (all, error.map(|error| error.to_string()))
}

fn unpack(bytes: &[u8]) -> (Vec<u8>, Option<String>) {
    unpack_with(bytes, Caps::default())
}

/// Bytes that are packed a little: a counter in lines.
fn lines(count: usize) -> Vec<u8> {
    (0..count).flat_map(|at| format!("line {} of many\n", at * 7919 % 10_007).into_bytes()).collect()
}

#[test]
fn what_is_packed_once_or_twice_is_unpacked_and_no_more() {
    let plain = lines(20_000);
    for (name, pack) in PACKERS {
        assert_eq!(unpack(&pack(&plain)), (plain.clone(), None), "{name}");
        assert_eq!(unpack(&[pack(&plain), pack(&plain)].concat()).0, plain.repeat(2), "{name}: two of them");
        for (other, around) in PACKERS {
            let twice = around(&pack(&plain));
            assert_eq!(unpack(&twice), (plain.clone(), None), "{name} in {other}");
            assert_eq!(unpack(&gzip(&twice)), (pack(&plain), None), "three times is too often");
        }
        assert_eq!(unpack(&pack(b"")), (Vec::new(), None));
    }
}

#[test]
fn a_capture_and_a_text_are_read_through_their_packing() {
    let sip = message(1, "hello");
    let capture = build::pcap(&[udp_packet(sip.as_bytes())]);
    for (name, pack) in PACKERS {
        for (kind, plain) in [(Kind::Pcap, &capture[..]), (Kind::Sip, sip.as_bytes())] {
            let packed = pack(plain);
            let mut capture = Capture::open(&packed[..], Caps::default()).unwrap();
            let Some(Event::Packet(packet)) = capture.next_event() else { panic!("{name} holds a message") };
            assert_eq!(&packet.payload[..], sip.as_bytes());
            assert_eq!(capture.kind(), kind);
            assert!(capture.next_event().is_none() && capture.problems().is_empty());
        }
    }
}

#[test]
fn what_is_packed_and_unknown_is_described_with_its_packing() {
    let seen = |bytes: &[u8]| match Capture::open(bytes, Caps::default()) {
        Err(OpenError::UnknownFormat { seen }) => seen,
        other => panic!("{other:?}"),
    };
    assert_eq!(seen(&gzip(b"\x89PNG ...")), "a PNG picture, in gzip data");
    assert_eq!(seen(&zstd(&gzip(b"\x89PNG ..."))), "a PNG picture, in gzip data, in zstd data");
    assert_eq!(
        seen(&gzip(&gzip(&gzip(b"INVITE")))),
        "gzip data: unpack it first, in gzip data, in gzip data"
    );
    assert_eq!(seen(b"\xfd7zXZ\0..."), "xz data: unpack it first");
}

#[test]
fn what_is_cut_gives_what_is_there_and_an_error() {
    let plain = lines(40_000);
    for (name, pack) in PACKERS {
        let packed = pack(&plain);
        let mut last = 0;
        for tenth in 1..10 {
            let (bytes, error) = unpack(&packed[..packed.len() * tenth / 10]);
            assert!(plain.starts_with(&bytes), "{name} at {tenth}");
            assert_eq!(error, Some(format!("the {name} data end too early")));
            assert!(bytes.len() >= last, "{name} at {tenth}");
            last = bytes.len();
        }
        // A block of zstd or lz4 is lost as a whole, if it is compressed; half of the bytes are before it.
        assert!(last > plain.len() / 2, "{name}: {last} of {}", plain.len());
    }
}

#[test]
fn a_message_before_the_cut_is_judged_and_the_cut_is_damage() {
    let packets: Vec<_> = (0..2000).map(|at| udp_packet(message(at * 7919, "hello").as_bytes())).collect();
    let capture = build::pcap(&packets);
    for (name, pack) in PACKERS {
        let packed = pack(&capture);
        let mut capture = Capture::open(&packed[..packed.len() * 3 / 4], Caps::default()).unwrap();
        let mut messages = 0;
        while capture.next_event().is_some() {
            messages += 1;
        }
        let problem = &capture.problems()[0];
        assert!(messages > 500, "{name}: {messages}");
        assert_eq!(problem.severity, Severity::Damage);
        let text = format!("reading stopped after frame {messages}: the {name} data end too early");
        assert_eq!(problem.text, text);
    }
}

#[test]
fn a_cut_anywhere_behind_the_data_ends_and_is_told_of_short_texts_too() {
    let text = message(1, "hello").into_bytes();
    for (name, pack) in PACKERS {
        let packed = pack(&text);
        for lost in 1..9 {
            let Ok(mut capture) = Capture::open(&packed[..packed.len() - lost], Caps::default()) else {
                // The only block is cut: not one byte comes out of it.
                assert_ne!(name, "gzip");
                continue;
            };
            while capture.next_event().is_some() {}
            let told = capture.problems().iter().any(|problem| problem.severity == Severity::Damage);
            // Only gzip ends with sums that have to be there.
            assert!(told || name != "gzip", "{name} without its last {lost} bytes");
        }
    }
}

#[test]
fn damage_ends_the_reading_behind_what_is_sound() {
    let plain = lines(40_000);
    for (name, pack) in PACKERS {
        let mut packed = pack(&plain);
        let middle = packed.len() / 2;
        packed[middle..middle + 40].fill(0xaa);
        let (bytes, error) = unpack(&packed);
        assert!(error.is_some(), "{name}");
        let same = bytes.iter().zip(&plain).take_while(|(one, other)| one == other).count();
        assert!(same > plain.len() / 8, "{name}: {same} of {}", plain.len());
    }
    let mut packed = gzip(&plain);
    let sum = packed.len() - 8;
    packed[sum] ^= 1;
    let (bytes, error) = unpack(&[packed, gzip(b"more")].concat());
    assert_eq!(bytes, [&plain[..], b"more"].concat(), "another member follows the wrong checksum");
    assert!(error.unwrap().contains("checksum of member 1"));
}

#[test]
fn headers_with_everything_in_them_and_zeros_behind_are_gzip_too() {
    let plain = gzip(b"hello");
    let mut packed = vec![0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 4, 0, 1, 2, 3, 4];
    packed.extend_from_slice(b"name\0comment\0\x12\x34");
    packed.extend_from_slice(&plain[10..]);
    assert_eq!(unpack(&[&packed[..], &[0; 512]].concat()), (b"hello".to_vec(), None));
    let (bytes, error) = unpack(&[&packed[..], b"rubbish"].concat());
    assert_eq!((&bytes[..], error.is_some()), (&b"hello"[..], true));
}

#[test]
fn frames_that_hold_nothing_are_passed_over() {
    let skippable = b"\x5a\x2a\x4d\x18\x05\0\0\0blank";
    for (name, pack) in &PACKERS[1..] {
        let parts = [&pack(b"one")[..], skippable, &pack(b"two")].concat();
        assert_eq!(unpack(&parts), (b"onetwo".to_vec(), None), "{name}");
    }
    assert_eq!(unpack(&[&skippable[..], &zstd(b"one")].concat()), (b"one".to_vec(), None));
}

#[test]
fn a_bomb_ends_in_time_and_a_cap_is_named() {
    let zeros = vec![0; 8 << 20];
    let small = Caps { inflated: 1 << 20, ..Caps::default() };
    for (name, pack) in PACKERS {
        let (bytes, error) = unpack_with(&pack(&zeros), small);
        assert!(bytes.len() <= 1 << 20, "{name}");
        assert!(error.unwrap().contains("(limits.inflated)"), "{name}");
    }
    // 40 members of 8 MiB of zeros are 320 MiB in 330 kB.
    let bomb = gzip(&gzip(&zeros).repeat(40));
    let mut reader = Twice::open(&bomb[..], Caps::default());
    let mut chunk = vec![0; 1 << 16];
    let (mut given, mut error) = (0, None);
    while error.is_none() {
        match reader.read(&mut chunk) {
            Ok(0) => panic!("it went off"),
            Ok(read) => given += read as u64,
            Err(found) => error = Some(found.to_string()),
        }
    }
    assert!(given <= EVEN && error.unwrap().contains("(limits.inflation)"));
}

#[test]
fn bytes_are_handed_out_as_they_come() {
    /// Gives a piece with each read, and never the end.
    struct Pieces(std::collections::VecDeque<Vec<u8>>);
    impl Read for Pieces {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let piece = self.0.pop_front().expect("nobody asks for more than was sent");
            out[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let mut pieces = Vec::new();
    let sip: Vec<_> = (0..3).map(|at| message(at, "hello")).collect();
    let plain = build::pcap(&sip.iter().map(|sip| udp_packet(sip.as_bytes())).collect::<Vec<_>>());
    let mut plain_pieces = Vec::new();
    let record = (plain.len() - 24) / 3;
    for (from, to) in [(0, 24 + record), (24 + record, 24 + 2 * record), (24 + 2 * record, plain.len())] {
        plain_pieces.push(plain[from..to].to_vec());
        encoder.write_all(&plain[from..to]).unwrap();
        encoder.flush().unwrap();
        pieces.push(std::mem::take(encoder.get_mut()));
    }
    for pieces in [plain_pieces, pieces] {
        let mut capture = Capture::open(Pieces(pieces.into()), Caps::default()).unwrap();
        for sip in &sip {
            let Some(Event::Packet(packet)) = capture.next_event() else { panic!("it is there") };
            assert_eq!(&packet.payload[..], sip.as_bytes());
        }
    }
}

proptest! {
    #[test]
    fn rubbish_behind_a_magic_number_never_panics(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        which in 0..4_usize,
    ) {
        let magic: &[u8] = [
            &b"\x1f\x8b\x08"[..], b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18\x64\x40\xa7", b"\x02\x21\x4c\x18",
        ][which];
        unpack(&[magic, &bytes].concat());
    }

    #[test]
    fn edited_packings_never_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        which in 0..3_usize,
    ) {
        let mut packed = PACKERS[which].1(&lines(300));
        for (index, byte) in edits {
            let at = index.index(packed.len());
            packed[at] = byte;
        }
        unpack(&packed);
    }
}
