//! A number of bytes -> a capture of so many bytes of conforming calls.
//!
//! A block of calls is composed once. Every further block is the same later, with other Call-IDs, tags and branches:
//! whatever the size, as many calls are open at once.

use std::io::{self, Write};

use memchr::memmem;
use sipclause::compose::{Carriage, Choices, Wire};

use super::calls::{NUMBER, calls};

/// Calls of a block.
const CALLS: u32 = 1000;
/// Bytes of a pcap file before its first record.
const HEADER: usize = 24;

/// Writes blocks until there are so many bytes.
pub(crate) fn write(out: &mut dyn Write, bytes: u64) -> io::Result<()> {
    let mut block = block(0..CALLS)?;
    let numbers: Vec<usize> = memmem::find_iter(&block, NUMBER).collect();
    let records = records(&block);
    let seconds = |at: usize| u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
    let times: Vec<u32> = records.iter().map(|at| seconds(*at)).collect();
    let span = times.last().zip(times.first()).map_or(1, |(last, first)| last - first + 1);
    let mut written = 0;
    let mut number = 0;
    while written < bytes {
        let digits = format!("{number:07}");
        for at in &numbers {
            block[at + 1..at + NUMBER.len()].copy_from_slice(digits.as_bytes());
        }
        for (at, time) in records.iter().zip(&times) {
            block[*at..at + 4].copy_from_slice(&(time + number * span).to_le_bytes());
        }
        let part = if number == 0 { &block[..] } else { &block[HEADER..] };
        out.write_all(part)?;
        written += part.len() as u64;
        number += 1;
    }
    out.flush()
}

/// A capture of these calls, the plainest there are: INVITEs with their body go in two fragments.
pub(crate) fn block(numbers: std::ops::Range<u32>) -> io::Result<Vec<u8>> {
    let flow = calls(numbers, |_| Choices::tape(Vec::new()))?;
    let wire = Wire { carriage: Carriage::Udp { mtu: Some(1400) }, ..Wire::default() };
    wire.to_bytes(&flow).map_err(io::Error::other)
}

/// Where the records of a pcap file begin.
fn records(file: &[u8]) -> Vec<usize> {
    let mut at = HEADER;
    let mut records = Vec::new();
    while let Some(length) = file.get(at + 8..at + 12) {
        records.push(at);
        at += 16 + u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
    }
    records
}
