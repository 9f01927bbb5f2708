//! A shape and a size -> an input: ordinary traffic, and what was made to be slow.

use std::io::{self, Write};

use sipclause::capture::Caps;
use sipclause::session::Room;

use super::frames::{record, tcp, udp};
use super::traffic;

/// Inputs that differ in their size alone.
pub(crate) struct Shape {
    /// The name of its picture.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// What its size counts.
    pub(crate) unit: &'static str,
    /// About how many bytes one of it is.
    pub(crate) unit_bytes: u64,
    pub(crate) sizes: &'static [u64],
    /// How much may be held.
    pub(crate) bounds: fn() -> (Caps, Room),
    pub(crate) write: fn(&mut dyn Write, u64) -> io::Result<()>,
}

pub(crate) const SHAPES: &[Shape] = &[
    Shape {
        name: "traffic",
        title: "Traffic: calls over UDP, INVITEs in two fragments",
        unit: "MB",
        unit_bytes: 1_000_000,
        sizes: &[10, 30, 100, 300, 1000],
        bounds: Default::default,
        write: |out, megabytes| traffic::write(out, megabytes * 1_000_000),
    },
    Shape {
        name: "one-session",
        title: "One session of many messages",
        unit: "messages",
        unit_bytes: 400,
        sizes: &[1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000],
        bounds: wide,
        write: one_session,
    },
    Shape {
        name: "sessions",
        title: "Sessions of one message",
        unit: "sessions",
        unit_bytes: 400,
        sizes: &[1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000],
        bounds: wide,
        write: |out, count| datagrams(out, count, |number| message("INVITE", number, 1)),
    },
    Shape {
        name: "header-lines",
        title: "One message of many header lines",
        unit: "header lines",
        unit_bytes: 15,
        sizes: &[1000, 3000, 10_000, 30_000, 100_000],
        bounds: wide,
        write: |out, count| {
            let lines: String = (0..count).map(|number| format!("X-Own: {number}\r\n")).collect();
            write!(
                out,
                "{}",
                message("INVITE", 1, 1).replace("Max-Forwards", &format!("{lines}Max-Forwards"))
            )
        },
    },
    Shape {
        name: "long-uri",
        title: "One message with a long URI in its start line, To and Contact",
        unit: "KB",
        unit_bytes: 3000,
        sizes: &[4, 16, 64, 256, 1024, 4096],
        bounds: wide,
        write: |out, kilobytes| {
            let parameters: String = (0..kilobytes * 90).map(|number| format!(";p{number:07}=1")).collect();
            write!(out, "{}", message("INVITE", 1, 1).replace(";uri", &parameters))
        },
    },
    Shape {
        name: "multiparts",
        title: "One message of multiparts inside of each other",
        unit: "levels",
        unit_bytes: 70,
        sizes: &[100, 300, 1000, 3000, 10_000, 30_000],
        bounds: wide,
        write: multiparts,
    },
    Shape {
        name: "segments",
        title: "One message in TCP segments of one byte",
        unit: "segments",
        unit_bytes: 71,
        sizes: &[1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000],
        bounds: wide,
        write: segments,
    },
];

/// So much that no bound is met: what comes after one is not kept, and would cost nothing.
fn wide() -> (Caps, Room) {
    let caps = Caps { stream_bytes: 1 << 30, streams_held: 1 << 30, ..Caps::default() };
    (caps, Room { calls: 2_000_000, bytes: 32 << 30, messages: 2_000_000, ..Room::default() })
}

/// A request of that call.
fn message(method: &str, call: u64, number: u64) -> String {
    format!(
        "{method} sip:b@example.com;uri SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{call}-{number}\r\n\
         From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com;uri>{}\r\nCall-ID: {call}\r\n\
         CSeq: {number} {method}\r\nMax-Forwards: 70\r\nContact: <sip:a@192.0.2.1;uri>;+g.oma.sip-im\r\n\
         User-Agent: IM-client/OMA1.0\r\nContent-Length: 0\r\n\r\n",
        if method == "INVITE" { "" } else { ";tag=2" }
    )
}

fn answer(method: &str, number: u64) -> String {
    format!(
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1-{number}\r\nFrom: <sip:a@example.com>;tag=1\r\n\
         To: <sip:b@example.com>;tag=2\r\nCall-ID: 1\r\nCSeq: {number} {method}\r\nContact: <sip:b@192.0.2.2>\r\n\
         Content-Length: 0\r\n\r\n"
    )
}

/// A capture of that many messages, each in a datagram, numbered from 0.
fn datagrams(out: &mut dyn Write, count: u64, payload: impl Fn(u64) -> String) -> io::Result<()> {
    out.write_all(&traffic::block(0..0)?)?;
    (0..count)
        .try_for_each(|number| out.write_all(&record(number as u32, &udp(1, payload(number).as_bytes()))))
}

/// An INVITE that is accepted; then the client sends one request after the other, and each is answered.
fn one_session(out: &mut dyn Write, count: u64) -> io::Result<()> {
    datagrams(out, count, |number| match number {
        0 => message("INVITE", 1, 1),
        1 => answer("INVITE", 1),
        2 => message("ACK", 1, 1),
        _ if number % 2 == 1 => message("INFO", 1, number),
        _ => answer("INFO", number - 1),
    })
}

fn multiparts(out: &mut dyn Write, levels: u64) -> io::Result<()> {
    let mut body = String::new();
    for level in 1..=levels {
        body += &format!("--b{}\r\nContent-Type: multipart/mixed;boundary=b{level}\r\n\r\n", level - 1);
    }
    let length = format!("Content-Type: multipart/mixed;boundary=b0\r\nContent-Length: {}", body.len());
    write!(out, "{}{body}", message("INVITE", 1, 1).replace("Content-Length: 0", &length))
}

fn segments(out: &mut dyn Write, count: u64) -> io::Result<()> {
    let line = format!("Subject: {}\r\nMax-Forwards", "a".repeat(count as usize - 400));
    let message = message("INVITE", 1, 1).replace("Max-Forwards", &line);
    out.write_all(&traffic::block(0..0)?)?;
    (0..)
        .zip(message.as_bytes())
        .try_for_each(|(number, byte)| out.write_all(&record(number, &tcp(1, 5070, number, &[*byte]))))
}
