//! Frames -> events: link layer, IP, fragments, UDP and TCP put together.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::Read;
use std::net::SocketAddr;
use std::ops::Range;

use super::fragment::{Datagram, Fragments};
use super::ip::{self, IpPacket};
use super::link::{self, Carried};
use super::pcap::{Frame, Frames};
use super::problem::{Log, Severity};
use super::start::{first_line, is_versioned};
use super::tcp::{Segment, Streams};
use super::{Caps, Event, Framing, Loss, Packet, Transport};
use crate::message::{Wholeness, looks_like_sip};
use crate::source::Time;

/// How far into a datagram a start line is looked for.
const JUNK: usize = 512;

/// Protocols that may carry SIP and are not read.
const UNREAD: &[(u8, &str)] = &[(4, "IP in IP"), (41, "IPv6 in IP"), (47, "GRE"), (50, "ESP"), (132, "SCTP")];

/// Events that wait to be handed out, each with its first frame.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<(u64, Event<'static>)>);

impl Queue {
    pub(super) fn packet(&mut self, packet: Packet<'static>) {
        let first = packet.frames.first().copied().unwrap_or(u64::MAX);
        self.0.push_back((first, Event::Packet(packet)));
    }

    pub(super) fn loss(&mut self, frame: u64, loss: Loss) {
        self.0.push_back((frame, Event::Loss(loss)));
    }
}

/// A capture file as events.
#[derive(Debug)]
pub(super) struct Packets<R> {
    frames: Frames<R>,
    fragments: Fragments,
    streams: Streams,
    queue: Queue,
    flushed: bool,
}

/// SIP in one datagram: where its bytes are in the frame.
struct Found {
    from: SocketAddr,
    to: SocketAddr,
    range: Range<usize>,
    wholeness: Wholeness,
}

impl<R: Read> Packets<R> {
    pub(super) fn new(frames: Frames<R>, caps: Caps) -> Self {
        let (fragments, streams) = (Fragments::new(caps.fragments), Streams::new(caps));
        Self { frames, fragments, streams, queue: Queue::default(), flushed: false }
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames.number()
    }

    pub(super) fn now(&self) -> Option<Time> {
        self.frames.now()
    }

    pub(super) fn next_event(&mut self, log: &mut Log) -> Option<Event<'_>> {
        loop {
            if let Some((_, event)) = self.queue.0.pop_front() {
                return Some(event);
            }
            let Some(frame) = self.frames.next_frame(log) else {
                if self.flushed {
                    return None;
                }
                self.flush(log);
                continue;
            };
            let Some(found) = self.take(&frame, log) else {
                continue;
            };
            if !self.queue.0.is_empty() {
                let packet =
                    found.packet(&frame, Cow::Owned(self.frames.bytes(&frame)[found.range.clone()].to_vec()));
                self.queue.packet(packet);
                continue;
            }
            let payload = Cow::Borrowed(&self.frames.bytes(&frame)[found.range.clone()]);
            return Some(Event::Packet(found.packet(&frame, payload)));
        }
    }

    /// Takes in one frame; gives the message if it is in one datagram, and queues everything else.
    fn take(&mut self, frame: &Frame, log: &mut Log) -> Option<Found> {
        let Self { frames, fragments, streams, queue, .. } = self;
        streams.give_up_late(frame.time, queue, log);
        while let Some(datagram) = fragments.overdue(frame.time) {
            give_up(datagram, streams, queue, log);
        }
        let bytes = frames.bytes(frame);
        let packet = match link::carried(frame.link, bytes) {
            Carried::Ip(packet) => packet,
            Carried::Other => return None,
            Carried::Unread => {
                let text = || format!("frame {}: link type {} is not read", frame.number, frame.link);
                log.say(("link", u64::from(frame.link)), Severity::Note, text);
                return None;
            }
        };
        let ip = ip::read(packet)?;
        if let Some(fragment) = ip.fragment {
            let whole = fragments.add(&ip, fragment, (frame.number, frame.time), log)?;
            give(whole, streams, queue, log);
            return None;
        }
        match ip.protocol {
            ip::UDP => found_in_udp(bytes, &ip, frame.number, log),
            ip::TCP => {
                let (frames, time) = (&[frame.number][..], frame.time);
                if let Some(segment) = Segment::read(ip.from, ip.to, (ip.payload, ip.missing), frames, time) {
                    streams.take(&segment, queue, log);
                }
                None
            }
            protocol => {
                note_unread(protocol, frame.number, log);
                None
            }
        }
    }

    /// At the end of the input: hands out what still waits, in the order of the first frames.
    fn flush(&mut self, log: &mut Log) {
        self.flushed = true;
        while let Some(datagram) = self.fragments.rest() {
            give_up(datagram, &mut self.streams, &mut self.queue, log);
        }
        self.streams.end(self.frames.now(), &mut self.queue, log);
        self.queue.0.make_contiguous().sort_by_key(|(first, _)| *first);
    }
}

impl Found {
    fn packet<'a>(&self, frame: &Frame, payload: Cow<'a, [u8]>) -> Packet<'a> {
        udp_packet((self.from, self.to), (vec![frame.number], frame.time), self.wholeness, payload)
    }
}

fn udp_packet<'a>(
    (from, to): (SocketAddr, SocketAddr),
    (frames, time): (Vec<u64>, Option<Time>),
    wholeness: Wholeness,
    payload: Cow<'a, [u8]>,
) -> Packet<'a> {
    Packet {
        time,
        from: Some(from),
        to: Some(to),
        transport: Some(Transport::Udp),
        frames,
        file_line: None,
        framing: Framing::Datagram,
        wholeness,
        payload,
    }
}

fn note_unread(protocol: u8, frame: u64, log: &mut Log) {
    if let Some((_, name)) = UNREAD.iter().find(|(number, _)| *number == protocol) {
        let text = || format!("frame {frame}: {name} is not read");
        log.say(("protocol", u64::from(protocol)), Severity::Note, text);
    }
}

/// The SIP message in a UDP packet; `bytes` is the frame it lies in.
fn found_in_udp(bytes: &[u8], ip: &IpPacket<'_>, frame: u64, log: &mut Log) -> Option<Found> {
    let udp = ip::udp(ip.payload, ip.missing)?;
    let start = sip_start(udp.payload)?;
    let payload = &udp.payload[start..];
    let range = crate::source::Span::of_slice(bytes, payload)?.range();
    if start > 0 {
        log.note("junk", || format!("frame {frame}: {start} bytes stand before the start line"));
    }
    let missing = udp.missing.max(ip.missing);
    let wholeness = if missing == 0 { Wholeness::Whole } else { Wholeness::Cut };
    if missing > 0 {
        log.damage("snaplen", || {
            format!("frame {frame} is cut: {missing} bytes of its message were not captured")
        });
    }
    let (from, to) = (SocketAddr::new(ip.from, udp.from), SocketAddr::new(ip.to, udp.to));
    Some(Found { from, to, range, wholeness })
}

/// Where SIP begins in a datagram: at its beginning, or at a line close to it.
fn sip_start(payload: &[u8]) -> Option<usize> {
    if looks_like_sip(payload) {
        return Some(0);
    }
    let near = &payload[..payload.len().min(JUNK)];
    memchr::memchr_iter(b'\n', near)
        .map(|lf| lf + 1)
        .find(|&start| is_versioned(first_line(&payload[start..]).0))
}

/// Hands on a datagram put together of fragments.
fn give(datagram: Datagram, streams: &mut Streams, queue: &mut Queue, log: &mut Log) {
    let last = datagram.frames.last().copied().unwrap_or_default();
    if datagram.protocol == ip::TCP {
        give_segment(&datagram, 0, streams, queue, log);
        return;
    }
    if datagram.protocol != ip::UDP {
        note_unread(datagram.protocol, last, log);
        return;
    }
    let Some(udp) = ip::udp(&datagram.bytes, 0) else {
        return;
    };
    let Some(start) = sip_start(udp.payload) else {
        return;
    };
    if udp.missing > 0 {
        log.damage("snaplen", || format!("frame {last}: {} bytes of its datagram are missing", udp.missing));
    }
    let wholeness = if udp.missing == 0 { Wholeness::Whole } else { Wholeness::Cut };
    let ends = (SocketAddr::new(datagram.from, udp.from), SocketAddr::new(datagram.to, udp.to));
    let payload = Cow::Owned(udp.payload[start..].to_vec());
    queue.packet(udp_packet(ends, (datagram.frames.clone(), datagram.time), wholeness, payload));
}

fn give_segment(
    datagram: &Datagram,
    missing: usize,
    streams: &mut Streams,
    queue: &mut Queue,
    log: &mut Log,
) {
    let payload = (&datagram.bytes[..], missing);
    let Datagram { from, to, frames, time, .. } = datagram;
    if let Some(segment) = Segment::read(*from, *to, payload, frames, *time) {
        streams.take(&segment, queue, log);
    }
}

/// Hands on what is there of a datagram of which fragments were lost.
fn give_up(datagram: Datagram, streams: &mut Streams, queue: &mut Queue, log: &mut Log) {
    if datagram.protocol == ip::TCP {
        // The stream sees by itself what the lost fragments leave open.
        give_segment(&datagram, 0, streams, queue, log);
        return;
    }
    if datagram.protocol != ip::UDP {
        return;
    }
    let frames = listed(&datagram.frames);
    let Some(udp) = ip::udp(&datagram.bytes, 0) else {
        let text = || format!("{frames}: the first fragment of a UDP datagram was not captured");
        log.damage("fragment-first", text);
        let (from, to) = (SocketAddr::new(datagram.from, 0), SocketAddr::new(datagram.to, 0));
        let first = datagram.frames.first().copied().unwrap_or_default();
        queue.loss(first, Loss { time: datagram.time, from: Some(from), to: Some(to) });
        return;
    };
    let Some(start) = sip_start(udp.payload) else {
        return;
    };
    log.damage("fragment", || format!("{frames}: other fragments of the same datagram were not captured"));
    let ends = (SocketAddr::new(datagram.from, udp.from), SocketAddr::new(datagram.to, udp.to));
    let payload = Cow::Owned(udp.payload[start..].to_vec());
    let packet = udp_packet(ends, (datagram.frames.clone(), datagram.time), Wholeness::Cut, payload);
    queue.packet(packet);
}

/// Frames for people: `frame 3`, or `frames 3 to 9`.
pub(super) fn listed(frames: &[u64]) -> String {
    match frames {
        [] => "no frame".to_owned(),
        [one] => format!("frame {one}"),
        [first, .., last] => format!("frames {first} to {last}"),
    }
}

#[cfg(test)]
mod tests;
