//! HEP (sipcapture, Homer) -> the messages it carries, with the time and addresses that its chunks tell.
//!
//! An agent copies each message that it saw to a collector, in a frame of its own: one frame a datagram, or
//! frame after frame on a TCP connection or in a file. HEPv3 has a magic number; the older versions have none
//! and are told by a header in which everything fits and a start line behind it.

mod chunk;
mod file;
mod inflate;
mod old;
mod stream;

use std::borrow::Cow;
use std::net::SocketAddr;

use self::chunk::Frame;
pub(super) use self::file::{File, is_hep};
pub(super) use self::stream::Stream;
use super::assembly::{Queue, listed};
use super::piece::Piece;
use super::problem::Log;
use super::start::sip_start;
use super::{Caps, Framing, Loss, Packet, Transport};
use crate::message::Wholeness;
use crate::source::Time;

const MAGIC: &[u8] = b"HEP3";

/// The magic number and the length of the whole frame.
const HEAD: usize = 6;

/// What a frame says of the message in it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Way {
    time: Option<Time>,
    from: Option<SocketAddr>,
    to: Option<SocketAddr>,
    transport: Option<Transport>,
}

/// Where what is found goes.
pub(super) struct Sink<'a> {
    pub(super) caps: Caps,
    pub(super) queue: &'a mut Queue,
    pub(super) log: &'a mut Log,
}

/// Whether bytes are the beginning of HEPv3; `None` while more of them have to tell.
pub(super) fn begins(bytes: &[u8]) -> Option<bool> {
    match bytes.get(..MAGIC.len()) {
        Some(magic) => Some(magic == MAGIC),
        None if MAGIC.starts_with(bytes) => None,
        None => Some(false),
    }
}

/// The length of the frame that begins here, its head included.
fn declared(head: &[u8]) -> Option<usize> {
    let length = head.strip_prefix(MAGIC)?.first_chunk().copied().map(u16::from_be_bytes)?;
    Some(usize::from(length)).filter(|&length| length >= HEAD)
}

/// Whether the payload of a datagram is HEP.
pub(super) fn is_datagram(payload: &[u8]) -> bool {
    declared(payload).is_some() || old::read(payload).is_some()
}

/// Hands out what the payload of a datagram carries. `missing`: so many bytes of it were not captured.
pub(super) fn take_datagram(came: Piece<'_>, missing: usize, sink: &mut Sink<'_>) {
    if let Some((way, message)) = old::read(came.bytes) {
        let wholeness = if missing == 0 { Wholeness::Whole } else { Wholeness::Cut };
        say_cut(wholeness, came, sink);
        sink.queue.packet(packet(way, Cow::Borrowed(message), wholeness, came));
        return;
    }
    let mut rest = came.bytes;
    // Some agents put several frames into one datagram.
    while let Some(length) = declared(rest) {
        let (frame, behind) = rest.split_at(length.min(rest.len()));
        take_frame(Piece { bytes: frame, ..came }, sink);
        rest = behind;
    }
    if !rest.is_empty() {
        let text = || format!("{}: {} bytes behind HEP: passed over", listed(came.frames), rest.len());
        sink.log.note("hep-behind", text);
    }
}

/// Hands out what one frame carries: as much as is there of it.
fn take_frame(came: Piece<'_>, sink: &mut Sink<'_>) {
    let Frame { way, is_sip, payload, fault } = Frame::read(came.bytes, sink.caps.inflated_bytes);
    let place = || listed(came.frames);
    if let Some(fault) = &fault {
        sink.log.damage("hep", || format!("{}: HEP: {fault}", place()));
    }
    let Some((payload, wholeness)) = payload.filter(|_| is_sip) else {
        if is_sip && fault.is_some() {
            lose(way, came, sink);
        }
        return;
    };
    let Some(start) = sip_start(&payload) else {
        if wholeness == Wholeness::Cut && memchr::memchr(b'\n', &payload).is_none() {
            // There is too little of it to tell what it was.
            say_cut(wholeness, came, sink);
            lose(way, came, sink);
        }
        return;
    };
    if fault.is_none() {
        say_cut(wholeness, came, sink);
    }
    let message = match payload {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[start..]),
        Cow::Owned(bytes) => Cow::Owned(bytes[start..].to_vec()),
    };
    sink.queue.packet(packet(way, message, wholeness, came));
}

/// Tells that a message may have been lost: between its two ends, or between nobody knows whom.
fn lose(way: Way, came: Piece<'_>, sink: &mut Sink<'_>) {
    let first = came.frames.first().copied().unwrap_or_default();
    let (from, to) = way.from.zip(way.to).unzip();
    sink.queue.loss(first, Loss { time: way.time.or(came.time), from, to });
}

fn say_cut(wholeness: Wholeness, came: Piece<'_>, sink: &mut Sink<'_>) {
    if wholeness == Wholeness::Cut {
        let text = || format!("{}: the end of a message in HEP is missing", listed(came.frames));
        sink.log.damage("hep-cut", text);
    }
}

fn packet(way: Way, message: Cow<'_, [u8]>, wholeness: Wholeness, came: Piece<'_>) -> Packet<'static> {
    Packet {
        time: way.time.or(came.time),
        from: way.from,
        to: way.to,
        transport: way.transport,
        input: 0,
        frames: came.frames.to_vec(),
        file_line: None,
        framing: Framing::Datagram,
        wholeness,
        payload: Cow::Owned(message.into_owned()),
    }
}

/// What carried the message, by the protocol number that HEP gives.
fn transport(protocol: u8) -> Option<Transport> {
    match protocol {
        6 => Some(Transport::Tcp),
        17 => Some(Transport::Udp),
        132 => Some(Transport::Sctp),
        // Protocols nobody uses stand for what has no number: Kamailio and OpenSIPS agree on these.
        22 => Some(Transport::Tls),
        50 => Some(Transport::Ws),
        _ => None,
    }
}

/// What stands where a frame should begin.
enum Next {
    /// A frame of this length.
    Frame(usize),
    /// Too few bytes to tell.
    Unclear,
    /// No frame; the next may begin so many bytes further on.
    Rubbish(usize),
}

fn next(bytes: &[u8]) -> Next {
    match (declared(bytes), begins(bytes)) {
        (Some(length), _) => Next::Frame(length),
        (None, None) => Next::Unclear,
        (None, Some(true)) if bytes.len() < HEAD => Next::Unclear,
        _ => {
            let further = memchr::memmem::find(bytes.get(1..).unwrap_or_default(), MAGIC);
            // The last bytes may be the first of a magic number.
            let last =
                (1..MAGIC.len()).rev().find(|&last| bytes.len() > last && bytes.ends_with(&MAGIC[..last]));
            Next::Rubbish(further.map_or(bytes.len() - last.unwrap_or(0), |at| at + 1))
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
