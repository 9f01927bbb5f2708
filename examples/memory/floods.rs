//! What was made to fill memory, between two calls that are to be judged all the same.

use std::io::{self, Write};

use super::calls::BEGIN;
use super::frames::{ip, record, tcp, udp};
use super::traffic;

/// Writes what comes between the calls.
pub(crate) type Flood = fn(&mut dyn Write) -> io::Result<()>;

/// Their names, and what they write.
pub(crate) const FLOODS: &[(&str, Flood)] = &[
    ("a million half-open sessions", half_open),
    ("datagrams that miss a fragment", fragments),
    ("a datagram of tiny fragments", tiny_fragments),
    ("segments of one byte", one_byte),
    ("segments of one byte with gaps", gaps),
    ("connections with half a message", connections),
    ("a message of 4 GB in a stream", long_message),
    ("headers without end in a stream", long_header),
    ("a record of 4 GB", long_record),
];

/// The same for what is packed before it is read.
pub(crate) const BOMBS: &[(&str, Flood)] =
    &[("a bomb of empty frames", empty_frames), ("a bomb of one record", long_record)];

const HEAD: &str = "INVITE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
    From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n\
    Contact: <sip:a@192.0.2.1>;+g.oma.sip-im\r\nUser-Agent: IM-client/OMA1.0\r\n";

/// A capture with the flood between two calls.
pub(crate) fn between_calls(out: &mut dyn Write, flood: Flood) -> io::Result<()> {
    out.write_all(&traffic::block(0..1)?)?;
    flood(out)?;
    out.write_all(&traffic::block(2..3)?[24..])?;
    out.flush()
}

/// So many records.
fn write(out: &mut dyn Write, count: u32, frame: impl Fn(u32) -> Vec<u8>) -> io::Result<()> {
    (0..count).try_for_each(|number| out.write_all(&record(number, &frame(number))))
}

fn half_open(out: &mut dyn Write) -> io::Result<()> {
    write(out, 1_000_000, |number| {
        udp(number % 65_536, format!("{HEAD}Call-ID: {number}\r\n\r\n").as_bytes())
    })
}

fn fragments(out: &mut dyn Write) -> io::Result<()> {
    let first = udp(0, &[HEAD.as_bytes(), &[b'a'; 1000]].concat())[34..1034].to_vec();
    write(out, 300_000, |number| ip(17, number as u16, 0x2000, number >> 16, &first))
}

/// The last is missing; every second comes after its neighbour.
fn tiny_fragments(out: &mut dyn Write) -> io::Result<()> {
    write(out, 1_000_000, |number| {
        let (datagram, part) = (number / 8000, (number % 8000) ^ 1);
        ip(17, datagram as u16, 0x2000 | part as u16, 1, &[b'a'; 8])
    })
}

/// One header line without end.
fn one_byte(out: &mut dyn Write) -> io::Result<()> {
    let byte = |number: u32| HEAD.as_bytes().get(number as usize).copied().unwrap_or(b'a');
    write(out, 2_000_000, |number| tcp(1, 5070, number, &[byte(number)]))
}

fn gaps(out: &mut dyn Write) -> io::Result<()> {
    write(out, 2_000_000, |number| tcp(1, 5070, 2 * number, b"a"))
}

fn connections(out: &mut dyn Write) -> io::Result<()> {
    let half = [HEAD.as_bytes(), b"Subject: ", &[b'a'; 900]].concat();
    write(out, 300_000, |number| tcp(number >> 15, 1024 + (number & 0x7fff) as u16, 1, &half))
}

fn long_message(out: &mut dyn Write) -> io::Result<()> {
    stream(out, &format!("{HEAD}Call-ID: 1\r\nContent-Length: 4000000000\r\n\r\n"), b'a')
}

fn long_header(out: &mut dyn Write) -> io::Result<()> {
    stream(out, &format!("{HEAD}Subject: "), b'a')
}

/// 280 MB of one connection.
fn stream(out: &mut dyn Write, head: &str, filler: u8) -> io::Result<()> {
    let begin = head.len() as u32;
    out.write_all(&record(0, &tcp(1, 5070, 0, head.as_bytes())))?;
    write(out, 200_000, |number| tcp(1, 5070, begin + 1400 * number, &[filler; 1400]))
}

/// A record that is longer than any file.
fn long_record(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&[BEGIN, 0, 0xffff_fff0, 0xffff_fff0].map(u32::to_le_bytes).concat())?;
    zeros(out)
}

/// Every sixteen zeros are the record of a frame without bytes.
fn empty_frames(out: &mut dyn Write) -> io::Result<()> {
    zeros(out)
}

/// 400 MB of them.
fn zeros(out: &mut dyn Write) -> io::Result<()> {
    (0..400).try_for_each(|_| out.write_all(&[0; 1_000_000]))
}
