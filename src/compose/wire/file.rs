//! Frames with their times -> a pcap or pcapng file, all in little-endian order.

use std::io::{self, Write};

use super::write::FileFormat;
use crate::source::Time;

/// No frame of ours is cut; Wireshark's own limit.
const SNAPLEN: u32 = 262_144;
/// LINKTYPE_ETHERNET.
const ETHERNET: u16 = 1;

/// A capture file that is being written.
#[derive(Debug)]
pub(super) struct File<W> {
    format: FileFormat,
    out: W,
    last: Time,
}

impl<W: Write> File<W> {
    /// Writes what stands before the first frame.
    pub(super) fn begin(format: FileFormat, mut out: W) -> io::Result<Self> {
        match format {
            FileFormat::Pcap => out.write_all(&pcap_header(0xa1b2_c3d4))?,
            FileFormat::PcapNanoseconds => out.write_all(&pcap_header(0xa1b2_3c4d))?,
            FileFormat::Pcapng => {
                out.write_all(&section_header())?;
                out.write_all(&interface_description())?;
            }
        }
        Ok(Self { format, out, last: Time(0) })
    }

    /// Writes a frame. A time before that of the last frame becomes that one.
    pub(super) fn frame(&mut self, time: Time, bytes: &[u8]) -> io::Result<()> {
        self.last = self.last.max(time).min(self.format.latest());
        let nanoseconds = self.last.0.unsigned_abs();
        let record = match self.format {
            FileFormat::Pcap => record(nanoseconds, 1000, bytes),
            FileFormat::PcapNanoseconds => record(nanoseconds, 1, bytes),
            FileFormat::Pcapng => enhanced_packet(nanoseconds, bytes),
        };
        self.out.write_all(&record)
    }

    /// The time of the last frame.
    pub(super) fn last(&self) -> Time {
        self.last
    }

    /// Writes what is still held back.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl FileFormat {
    /// The last point of time that the format can tell; the first is 1970.
    pub(super) fn latest(self) -> Time {
        match self {
            Self::Pcap | Self::PcapNanoseconds => Time::from_parts(i64::from(u32::MAX), 999_999_999),
            Self::Pcapng => Time(i64::MAX),
        }
    }
}

fn pcap_header(magic: u32) -> Vec<u8> {
    // Version 2.4, time zone and accuracy that nobody sets.
    [magic, 0x0004_0002, 0, 0, SNAPLEN, ETHERNET.into()].map(u32::to_le_bytes).concat()
}

/// A record whose fraction of a second counts so many nanoseconds.
fn record(nanoseconds: u64, unit: u64, bytes: &[u8]) -> Vec<u8> {
    const SECOND: u64 = 1_000_000_000;
    let (seconds, fraction) = (nanoseconds / SECOND, nanoseconds % SECOND / unit);
    let length = bytes.len() as u32;
    let head = [seconds as u32, fraction as u32, length, length].map(u32::to_le_bytes).concat();
    [&head, bytes].concat()
}

fn section_header() -> Vec<u8> {
    // Byte order mark, version 1.0, a section of unknown length.
    block(0x0a0d_0d0a, &[0x1a2b_3c4d, 1, u32::MAX, u32::MAX].map(u32::to_le_bytes).concat())
}

fn interface_description() -> Vec<u8> {
    let link = [ETHERNET.to_le_bytes(), [0; 2]].concat();
    // if_tsresol: nanoseconds; opt_endofopt.
    let options = [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];
    block(1, &[&link, &SNAPLEN.to_le_bytes()[..], &options].concat())
}

fn enhanced_packet(nanoseconds: u64, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len() as u32;
    let words = [0, (nanoseconds >> 32) as u32, nanoseconds as u32, length, length];
    block(6, &[&words.map(u32::to_le_bytes).concat(), bytes].concat())
}

/// A block of pcapng: type, length, body in words of 32 bits, length.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
    let length = ((12 + body.len() + padding.len()) as u32).to_le_bytes();
    [&kind.to_le_bytes(), &length[..], body, &padding, &length].concat()
}
