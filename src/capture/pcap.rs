//! pcap bytes -> frames, one at a time; pcapng has its own file.
//!
//! The blocks are read with `pcap-parser`, but filled by our own [`Input`]: its readers take a short first
//! read for the end and need to be told how large a record may become.

use std::io::Read;
use std::ops::Range;

use pcap_parser::pcap::{parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified};
use pcap_parser::{LegacyPcapBlock, PcapHeader, parse_pcap_header};

use super::Kind;
use super::input::Input;
use super::pcapng::Section;
use super::problem::Log;
use crate::source::Time;

/// The longest record that is believed. Wireshark believes 256 KiB of most link types.
pub(super) const LONGEST: usize = 16 << 20;

/// A captured frame; its bytes are behind the input until the next is read.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// From 1, as Wireshark counts.
    pub(super) number: u64,
    pub(super) time: Option<Time>,
    /// The link type.
    pub(super) link: u32,
    /// Where the bytes are in the record that was consumed last.
    data: Range<usize>,
    record: usize,
}

/// A capture file as frames.
#[derive(Debug)]
pub(super) struct Frames<R> {
    input: Input<R>,
    format: Format,
    number: u64,
    now: Option<Time>,
}

#[derive(Debug)]
enum Format {
    Pcap(PcapHeader),
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
                input.fill(24);
                match parse_pcap_header(input.data()) {
                    Ok((_, header)) => {
                        input.consume(header.size());
                        Format::Pcap(header)
                    }
                    Err(_) => {
                        log.damage("file", || "the file ends inside of its header".to_owned());
                        Format::Over
                    }
                }
            }
        };
        Self { input, format, number: 0, now: None }
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

    /// The next frame.
    pub(super) fn next_frame(&mut self, log: &mut Log) -> Option<Frame> {
        loop {
            let found = match &mut self.format {
                Format::Pcap(header) => next_record(&mut self.input, header),
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
                Found::Nothing => {}
                Found::End(end) => {
                    self.end(end, log);
                    return None;
                }
            }
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

/// Finds the next record of a pcap file.
fn next_record<R: Read>(input: &mut Input<R>, header: &PcapHeader) -> Found {
    let head = if header.is_modified_format() { 24 } else { 16 };
    match input.fill(head) {
        0 => return Found::End(None),
        there if there < head => return Found::End(Some(End::InFrame)),
        _ => {}
    }
    let length = input.data().get(8..12).and_then(|field| field.first_chunk()).map_or(0, |field| {
        if header.is_bigendian() { u32::from_be_bytes(*field) } else { u32::from_le_bytes(*field) }
    });
    let record = match usize::try_from(length) {
        Ok(length) if length <= LONGEST => head + length,
        _ => return Found::End(Some(End::Absurd(format!("a frame of {length} bytes is declared")))),
    };
    if input.fill(record) < record {
        return Found::End(Some(End::InFrame));
    }
    let parse = match (header.is_modified_format(), header.is_bigendian()) {
        (true, _) => parse_pcap_frame_modified,
        (false, true) => parse_pcap_frame_be,
        (false, false) => parse_pcap_frame,
    };
    match parse(&input.data()[..record]) {
        Ok((_, block)) => Found::Frame {
            time: Some(time_of(&block, header)),
            // The upper half of the field tells about frame check sequences.
            link: header.network.0 as u32 & 0xffff,
            data: head..record,
            record,
        },
        Err(_) => Found::Passed(record),
    }
}

fn time_of(block: &LegacyPcapBlock<'_>, header: &PcapHeader) -> Time {
    let fraction = i64::from(block.ts_usec);
    let nanoseconds = if header.is_nanosecond_precision() { fraction } else { fraction * 1000 };
    Time::from_parts(i64::from(block.ts_sec), nanoseconds)
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
        for (magic, nanoseconds) in [(0xa1b2_c3d4_u32, 5000), (0xa1b2_3c4d, 5)] {
            for order in [u32::to_le_bytes, u32::to_be_bytes] {
                let head = [magic, 0, 0, 0, 65535, 1].map(order).concat();
                let file = [&head[..], &[3, 5, 4, 9].map(order).concat(), b"data"].concat();
                let (all, problems) = frames(&file);
                assert_eq!(all, [(1, 3_000_000_000 + nanoseconds, b"data".to_vec())]);
                assert!(problems.is_empty());
            }
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
