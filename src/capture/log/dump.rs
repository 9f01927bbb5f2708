//! Frames in hexadecimal numbers, as `tcpdump -X`, `tcpdump -XX` and `tshark -x` write them -> frames.
//!
//! No dump says which link layer it shows. An IP header whose length fits is told from the rest, then the
//! places where link layers say what they carry.

use std::io::Read;

use super::clock::{self, Clock};
use super::lines::{Lines, bare, is_blank};
use super::{Format, Reads, tcpdump};
use crate::capture::input::Input;
use crate::capture::pcap::Frame;
use crate::capture::problem::Log;
use crate::source::Time;

pub(super) const TCPDUMP: Format = Format {
    name: "tcpdump -X",
    recognises: |lines| lines.iter().any(|line| is_tcpdump(line)),
    reads: Reads::Dump,
};

pub(super) const TSHARK: Format = Format {
    name: "tshark -x",
    recognises: |lines| {
        lines.windows(2).any(|two| {
            let [first, second] = [two[0], two[1]].map(row);
            first.is_some_and(|(at, bytes)| at == 0 && bytes.len() == 16)
                && second.is_some_and(|(at, _)| at == 16)
        })
    },
    reads: Reads::Dump,
};

/// The longest frame that is believed.
const LONGEST: usize = 256 << 10;
/// The longest line that is looked at; a row has less than a hundred bytes.
const LINE: usize = 4096;

fn is_tcpdump(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"0x0000:") && row(line).is_some()
}

/// A dump as frames.
#[derive(Debug)]
pub(in crate::capture) struct Frames<R> {
    lines: Lines<R>,
    line: Vec<u8>,
    clock: Clock,
    /// The frame that is being put together.
    bytes: Vec<u8>,
    time: Option<Time>,
    /// What was said of the next frame.
    next_time: Option<Time>,
    /// The frame that was handed out.
    ready: Vec<u8>,
    /// Whether a row could not be read, so that the frame ends before it.
    is_broken: bool,
    /// Whether rows are of something else than a frame.
    passes: bool,
    /// Whether the next dump is.
    passes_next: bool,
    number: u64,
    now: Option<Time>,
    ended: bool,
}

impl<R: Read> Frames<R> {
    pub(in crate::capture) fn new(input: Input<R>) -> Self {
        Self {
            lines: Lines::new(input),
            line: Vec::new(),
            clock: Clock::default(),
            bytes: Vec::new(),
            time: None,
            next_time: None,
            ready: Vec::new(),
            is_broken: false,
            passes: false,
            passes_next: false,
            number: 0,
            now: None,
            ended: false,
        }
    }

    pub(in crate::capture) fn number(&self) -> u64 {
        self.number
    }

    pub(in crate::capture) fn now(&self) -> Option<Time> {
        self.now
    }

    /// The bytes of the frame that was read last.
    pub(in crate::capture) fn ready(&self) -> &[u8] {
        &self.ready
    }

    pub(in crate::capture) fn next_frame(&mut self, log: &mut Log) -> Option<Frame> {
        while !self.ended {
            let mut line = std::mem::take(&mut self.line);
            let number = self.lines.next(&mut line, LINE);
            let frame = match number {
                Some(number) => self.take(bare(&line), number, log),
                None => self.end(log),
            };
            self.line = line;
            if frame.is_some() {
                return frame;
            }
        }
        None
    }

    fn take(&mut self, line: &[u8], number: usize, log: &mut Log) -> Option<Frame> {
        let Some((at, row)) = row(line) else {
            self.read_words(line);
            return None;
        };
        let done = if at == 0 && !row.is_empty() { self.hand_out() } else { None };
        if at == 0 {
            self.passes = std::mem::take(&mut self.passes_next);
            self.time = self.next_time.take().or(self.time.filter(|_| self.passes));
            self.is_broken = false;
        }
        if self.passes || self.is_broken {
            return done;
        }
        if at == self.bytes.len() && at + row.len() <= LONGEST {
            self.bytes.extend_from_slice(&row);
        } else {
            self.is_broken = true;
            let frame = self.number + 1;
            log.damage("dump-row", || format!("line {number}: bytes of frame {frame} are missing before it"));
        }
        done
    }

    /// What stands between the dumps: the time, and of what the next dump is.
    fn read_words(&mut self, line: &[u8]) {
        if is_blank(line) {
            return;
        }
        let heading = tcpdump::heading(line).and_then(|way| way.stamp);
        let words = line.trim_ascii();
        let arrival = [&b"Epoch Time: "[..], b"Epoch Arrival Time: "]
            .iter()
            .find_map(|mark| words.strip_prefix(*mark).and_then(clock::epoch));
        if let Some(stamp) = heading.or(arrival) {
            self.next_time = Some(self.clock.time(stamp));
        }
        // With several dumps of a packet each is named: `Frame (1084 bytes):`, `Reassembled TCP (3000 bytes):`.
        if words.ends_with(b" bytes):") {
            self.passes_next = !words.starts_with(b"Frame (");
        }
    }

    fn hand_out(&mut self) -> Option<Frame> {
        self.ready = std::mem::take(&mut self.bytes);
        if self.ready.is_empty() {
            return None;
        }
        self.number += 1;
        self.now = self.time.or(self.now);
        let length = self.ready.len();
        let link = link_of(&self.ready);
        Some(Frame { number: self.number, time: self.time, link, data: 0..length, record: length })
    }

    fn end(&mut self, log: &mut Log) -> Option<Frame> {
        self.ended = true;
        if let Some(error) = self.lines.take_error() {
            log.damage("file", || format!("reading stopped: {error}"));
        }
        self.hand_out()
    }
}

/// Offset and bytes of a row: `\t0x0010:  042e e410 …  text` or `0010  04 2e e4 10 …   text`.
fn row(line: &[u8]) -> Option<(usize, Vec<u8>)> {
    let line = line.trim_ascii_start();
    let (offset, rest) = match line.strip_prefix(b"0x") {
        Some(line) => {
            line.split_at_checked(memchr::memchr(b':', line)?).map(|(offset, rest)| (offset, &rest[1..]))?
        }
        None => line.split_at_checked(memchr::memchr(b' ', line)?)?,
    };
    if !(4..=8).contains(&offset.len()) {
        return None;
    }
    let offset = usize::from_str_radix(std::str::from_utf8(offset).ok()?, 16).ok()?;
    let rest = rest.strip_prefix(b"  ")?;
    // The text column stands behind two spaces.
    let end = memchr::memmem::find(rest, b"  ").unwrap_or(rest.len());
    let mut bytes = Vec::with_capacity(16);
    for group in rest.get(..end)?.split(|&byte| byte == b' ').filter(|group| !group.is_empty()) {
        for pair in group.chunks(2) {
            let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
            bytes.push(u8::from_str_radix(pair, 16).ok()?);
        }
    }
    (!bytes.is_empty() && bytes.len() <= 64).then_some((offset, bytes))
}

/// The link type by which the frame can be read.
fn link_of(frame: &[u8]) -> u32 {
    const NULL: u32 = 0;
    const ETHERNET: u32 = 1;
    const RAW: u32 = 101;
    const SLL: u32 = 113;
    const SLL2: u32 = 276;
    let word = |at: usize| frame.get(at..)?.first_chunk().copied().map(u16::from_be_bytes);
    let is_type = |at: usize| matches!(word(at), Some(0x0800 | 0x86dd | 0x8100 | 0x88a8 | 0x8847 | 0x8864));
    let is_ip = |packet: &[u8]| match packet.first().map(|byte| byte >> 4) {
        // A dump may hold less than the packet, but no dump of a packet holds much more.
        Some(4) => packet.get(2..4).is_some_and(|length| {
            let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
            length >= 20 && packet.len() <= length + 46
        }),
        Some(6) => packet.get(4..6).is_some_and(|length| {
            packet.len() <= usize::from(u16::from_be_bytes([length[0], length[1]])) + 40 + 46
        }),
        _ => false,
    };
    if is_ip(frame) && !is_type(12) {
        RAW
    } else if is_type(12) {
        ETHERNET
    } else if is_type(14) {
        SLL
    } else if is_type(0) {
        SLL2
    } else if frame.get(4..).is_some_and(is_ip) {
        NULL
    } else if is_ip(frame) {
        RAW
    } else {
        ETHERNET
    }
}
