//! pcap bytes -> frames, one at a time; pcapng has its own file.

use std::io::Read;
use std::ops::Range;

use super::Kind;
use super::input::Input;
use super::pcapng::Section;
use super::problem::Log;
use super::sniff::PCAP;
use crate::source::{FrameNumber, Time};

/// The longest record that is believed. Wireshark believes 256 KiB of most link types.
pub(super) const LONGEST: usize = 16 << 20;

/// Bytes of key logs that wait for the next frame. What runs in a year of calls is less.
const SECRETS_WAITING: usize = 32 << 20;

/// A captured frame; its bytes are behind the input until the next is read.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// From 1, as Wireshark counts.
    pub(super) number: u64,
    pub(super) time: Option<Time>,
    /// The link type.
    pub(super) link: u32,
    /// Where the bytes are in the record that was consumed last.
    pub(super) data: Range<usize>,
    pub(super) record: usize,
}

/// A capture file as frames.
#[derive(Debug)]
pub(super) struct Frames<R> {
    input: Input<R>,
    format: Format,
    number: u64,
    now: Option<Time>,
    /// The key logs read since they were asked for, each with the frame before it.
    secrets: Vec<(FrameNumber, Vec<u8>)>,
    /// What they cost, in bytes.
    secrets_waiting: usize,
}

#[derive(Debug)]
enum Format {
    Pcap(Header),
    Pcapng(Section),
    /// Nothing more is read.
    Over,
}

/// What was found where a frame may begin.
pub(super) enum Found {
    /// A frame in a record of this length.
    Frame { time: Option<Time>, link: u32, data: Range<usize>, record: usize },
    /// A record of this length without a frame that can be read.
    Passed(usize),
    /// A TLS key log in a record of this length.
    Secrets { data: Range<usize>, record: usize },
    /// A record that was passed over and that held no frame.
    Nothing,
    /// Nothing more can be read, because of this if it is not the end.
    End(Option<End>),
}

/// Why a file ends too early, or is not read further.
pub(super) enum End {
    /// The file ends inside of a frame.
    InFrame,
    /// It ends inside of something else.
    InBlock,
    /// A length or a type cannot be believed.
    Absurd(String),
}

impl<R: Read> Frames<R> {
    /// Reads the file header; the magic number is known to be right.
    pub(super) fn new(mut input: Input<R>, kind: Kind, log: &mut Log) -> Self {
        let format = match kind {
            Kind::Pcapng => Format::Pcapng(Section::default()),
            _ => {
                input.fill(HEADER);
                match Header::read(input.data()) {
                    Some(header) if input.fill(header.length) >= header.length => {
                        input.consume(header.length);
                        Format::Pcap(header)
                    }
                    _ => {
                        log.damage("file", || "the file ends inside of its header".to_owned());
                        Format::Over
                    }
                }
            }
        };
        Self { input, format, number: 0, now: None, secrets: Vec::new(), secrets_waiting: 0 }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn now(&self) -> Option<Time> {
        self.now
    }

    /// The bytes of the frame that was read last.
    pub(super) fn bytes(&self, frame: &Frame) -> &[u8] {
        self.input.behind(frame.record - frame.data.end, frame.data.len())
    }

    /// The TLS key logs that were read and not taken yet, each with the frame before it.
    pub(super) fn take_secrets(&mut self) -> Vec<(FrameNumber, Vec<u8>)> {
        self.secrets_waiting = 0;
        std::mem::take(&mut self.secrets)
    }

    /// The next frame.
    pub(super) fn next_frame(&mut self, log: &mut Log) -> Option<Frame> {
        loop {
            let found = match &mut self.format {
                Format::Pcap(header) => next_record(&mut self.input, *header),
                Format::Pcapng(section) => section.next_block(&mut self.input),
                Format::Over => return None,
            };
            match found {
                Found::Frame { time, link, data, record } => {
                    self.input.consume(record);
                    self.number += 1;
                    self.now = time.or(self.now);
                    return Some(Frame { number: self.number, time, link, data, record });
                }
                Found::Passed(record) => {
                    self.input.consume(record);
                    self.number += 1;
                    let number = self.number;
                    log.damage("frame-broken", || format!("frame {number} is damaged: passed over"));
                }
                Found::Secrets { data, record } => {
                    self.keep_secrets(data, log);
                    self.input.consume(record);
                }
                Found::Nothing => {}
                Found::End(end) => {
                    self.end(end, log);
                    return None;
                }
            }
        }
    }

    /// Keeps a key log until the next frame, as far as there is room.
    fn keep_secrets(&mut self, data: Range<usize>, log: &mut Log) {
        let text = self.input.data().get(data).unwrap_or_default();
        // Each text costs an allocation too.
        let cost = |text: &[u8]| text.len() + 64;
        if self.secrets_waiting + cost(text) > SECRETS_WAITING {
            let frame = self.number;
            log.damage("secrets-long", || {
                format!(
                    "more than {SECRETS_WAITING} bytes of key logs behind frame {frame}: not all are read"
                )
            });
        } else {
            self.secrets_waiting += cost(text);
            self.secrets.push((self.number.into(), text.to_vec()));
        }
    }

    fn end(&mut self, end: Option<End>, log: &mut Log) {
        self.format = Format::Over;
        let (last, next) = (self.number, self.number + 1);
        if let Some(error) = self.input.take_error() {
            log.damage("file", || format!("reading stopped after frame {last}: {error}"));
            return;
        }
        match end {
            None => {}
            Some(End::InFrame) => {
                log.damage("file", || format!("frame {next} is cut short: the file ends inside of it"));
            }
            Some(End::InBlock) => {
                log.damage("file", || format!("the file ends inside of a block behind frame {last}"));
            }
            Some(End::Absurd(what)) => {
                log.damage("file", || format!("{what}: nothing is read behind frame {last}"));
            }
        }
    }
}

/// What the header of a pcap file says.
#[derive(Debug, Clone, Copy)]
struct Header {
    big_endian: bool,
    /// How many nanoseconds the fraction of a second counts.
    unit: i64,
    /// The length of the header of a record.
    record: usize,
    /// The length of this header.
    length: usize,
    link: u32,
}

/// The length of the header of a file, but for Ixia's.
const HEADER: usize = 24;

/// Magic numbers: nanoseconds of a unit, length of the header of a record, and what the file header has more.
const MAGICS: [(u32, i64, usize, usize); PCAP.len()] = [
    (0xa1b2_c3d4, 1000, 16, 0),
    (0xa1b2_3c4d, 1, 16, 0),
    // A patched libpcap of long ago: interface, protocol and direction in each record.
    (0xa1b2_cd34, 1000, 24, 0),
    // Ixia's testers, hardware and software: the sum of all lengths behind the header.
    (0x1c00_01ac, 1000, 16, 4),
    (0x1c00_01ab, 1000, 16, 4),
];

impl Header {
    /// `None` if it is cut.
    fn read(head: &[u8]) -> Option<Self> {
        [true, false].into_iter().find_map(|big_endian| {
            let magic = word(head, 0, big_endian)?;
            let (_, unit, record, more) = *MAGICS.iter().find(|(number, ..)| *number == magic)?;
            // The upper half of the field tells about frame check sequences.
            let link = word(head, 20, big_endian)? & 0xffff;
            Some(Self { big_endian, unit, record, length: HEADER + more, link })
        })
    }
}

fn word(bytes: &[u8], at: usize, big_endian: bool) -> Option<u32> {
    let word = *bytes.get(at..)?.first_chunk()?;
    Some(if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) })
}

/// Finds the next record of a pcap file.
fn next_record<R: Read>(input: &mut Input<R>, header: Header) -> Found {
    let head = header.record;
    match input.fill(head) {
        0 => return Found::End(None),
        there if there < head => return Found::End(Some(End::InFrame)),
        _ => {}
    }
    let field = |at| word(input.data(), at, header.big_endian).unwrap_or_default();
    let (seconds, fraction, length) = (field(0), field(4), field(8));
    let record = match usize::try_from(length) {
        Ok(length) if length <= LONGEST => head + length,
        _ => return Found::End(Some(End::Absurd(format!("a frame of {length} bytes is declared")))),
    };
    if input.fill(record) < record {
        return Found::End(Some(End::InFrame));
    }
    let time = Time::from_parts(i64::from(seconds), i64::from(fraction) * header.unit);
    Found::Frame { time: Some(time), link: header.link, data: head..record, record }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::build;

    /// Number, nanoseconds and bytes.
    type Seen = (u64, i64, Vec<u8>);

    fn frames(file: &[u8]) -> (Vec<Seen>, Vec<String>) {
        let mut log = Log::default();
        let mut frames = Frames::new(Input::new(file), Kind::Pcap, &mut log);
        let mut all = Vec::new();
        while let Some(frame) = frames.next_frame(&mut log) {
            all.push((frame.number, frame.time.unwrap().0, frames.bytes(&frame).to_vec()));
        }
        (all, log.problems().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn both_byte_orders_and_both_precisions_are_read() {
        let both = |magic, nanoseconds| [(magic, nanoseconds, false), (magic, nanoseconds, true)];
        let magics = [both(0xa1b2_c3d4_u32, 5000), both(0xa1b2_3c4d, 5), both(0xa1b2_cd34, 5000)];
        let testers = [both(0x1c00_01ac, 5000), both(0x1c00_01ab, 5000)];
        for (magic, nanoseconds, wide) in magics.into_iter().chain(testers).flatten() {
            let order = if wide { u32::to_be_bytes } else { u32::to_le_bytes };
            let head = [magic, 0, 0, 0, 65535, 1].map(order).concat();
            let sum = if magic >> 16 == 0x1c00 { &[0; 4][..] } else { &[] };
            let more = if magic == 0xa1b2_cd34 { &[7; 8][..] } else { &[] };
            let file = [&head[..], sum, &[3, 5, 4, 9].map(order).concat(), more, b"data"].concat();
            let (all, problems) = frames(&file);
            assert_eq!(all, [(1, 3_000_000_000 + nanoseconds, b"data".to_vec())]);
            assert!(problems.is_empty() && PCAP.contains(&magic));
        }
    }

    #[test]
    fn a_file_cut_anywhere_gives_the_frames_before_and_names_the_cut_one() {
        let file = build::pcap(&[b"first".to_vec(), b"second".to_vec()]);
        for end in 4..file.len() {
            let (all, problems) = frames(&file[..end]);
            let (count, wanted) = match end {
                ..24 => (0, "the file ends inside of its header"),
                24 | 45 => (end / 45, ""),
                25..45 => (0, "frame 1 is cut short: the file ends inside of it"),
                _ => (1, "frame 2 is cut short: the file ends inside of it"),
            };
            assert_eq!((all.len(), problems.concat().as_str()), (count, wanted), "cut at {end}");
        }
    }

    #[test]
    fn an_absurd_length_ends_the_reading() {
        let mut file = build::pcap(&[b"first".to_vec()]);
        file.extend_from_slice(&[0, 0, u32::MAX, 0].map(u32::to_le_bytes).concat());
        let (all, problems) = frames(&file);
        assert_eq!(all.len(), 1);
        assert_eq!(problems, ["a frame of 4294967295 bytes is declared: nothing is read behind frame 1"]);
    }
}
