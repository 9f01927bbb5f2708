//! Frames -> events: what a capture file holds, frame by frame.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::Read;
use std::ops::Range;

use super::desk::{Desk, Origin, State, Way};
use super::frames::Frames;
use super::layers::Layers;
use super::link::{self, Carried};
use super::pcap::Frame;
use super::problem::{Log, Severity};
use super::tls::Sessions;
use super::{Caps, Event, Loss, Packet};
use crate::source::{FrameNumber, Span, Time};

/// Events that wait to be handed out, each with its first frame.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<(FrameNumber, Event<'static>)>);

impl Queue {
    pub(super) fn packet(&mut self, packet: Packet<'static>) {
        let first = packet.frames.first().copied().unwrap_or(FrameNumber::LAST);
        self.0.push_back((first, Event::Packet(packet)));
    }

    pub(super) fn loss(&mut self, frame: FrameNumber, loss: Loss) {
        self.0.push_back((frame, Event::Loss(loss)));
    }

    /// An event that came whole.
    pub(super) fn event(&mut self, event: Event<'static>) {
        self.0.push_back((FrameNumber::LAST, event));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The one that waited longest.
    pub(super) fn pop(&mut self) -> Option<Event<'static>> {
        self.0.pop_front().map(|(_, event)| event)
    }

    /// Puts what waits in the order of the first frames.
    pub(super) fn sort(&mut self) {
        self.0.make_contiguous().sort_by_key(|(first, _)| *first);
    }
}

/// A capture file as events.
#[derive(Debug)]
pub(super) struct Packets<R> {
    frames: Frames<R>,
    layers: Layers,
    queue: Queue,
    flushed: bool,
}

impl<R: Read> Packets<R> {
    pub(super) fn new(frames: Frames<R>, caps: Caps, tls: Sessions) -> Self {
        Self { frames, layers: Layers::new(caps, tls), queue: Queue::default(), flushed: false }
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames.number()
    }

    pub(super) fn now(&self) -> Option<Time> {
        self.frames.now()
    }

    pub(super) fn next_event(&mut self, log: &mut Log) -> Option<Event<'_>> {
        loop {
            if let Some(event) = self.queue.pop() {
                return Some(event);
            }
            let next = self.frames.next_frame(log);
            self.take_secrets(log);
            let Some(frame) = next else {
                if self.flushed {
                    return None;
                }
                self.flush(log);
                continue;
            };
            let Some((way, range)) = self.take(&frame, log) else {
                continue;
            };
            let frames = [frame.number.into()];
            if !self.queue.0.is_empty() {
                let payload = Cow::Owned(self.frames.bytes(&frame)[range].to_vec());
                self.queue.packet(way.packet(frames, frame.time, payload));
                continue;
            }
            let payload = Cow::Borrowed(&self.frames.bytes(&frame)[range]);
            return Some(Event::Packet(way.packet(frames, frame.time, payload)));
        }
    }

    /// Takes in the key logs that stood before the frame read last.
    fn take_secrets(&mut self, log: &mut Log) {
        let now = self.frames.now();
        for (frame, text) in self.frames.take_secrets() {
            self.layers.add_secrets((&text, frame), now, &mut Desk { queue: &mut self.queue, log });
        }
    }

    /// Takes in one frame; gives the message if it is in one packet, and queues everything else.
    fn take(&mut self, frame: &Frame, log: &mut Log) -> Option<(Way, Range<usize>)> {
        let Self { frames, layers, queue, .. } = self;
        let seen = Seen {
            link: frame.link,
            bytes: frames.bytes(frame),
            number: frame.number.into(),
            time: frame.time,
        };
        seen.taken_by(layers, &mut Desk { queue, log })
    }

    /// The frames, of which none was taken yet.
    pub(super) fn into_frames(self) -> Frames<R> {
        self.frames
    }

    /// At the end of the input: hands out what still waits, in the order of the first frames.
    fn flush(&mut self, log: &mut Log) {
        self.flushed = true;
        self.layers.end(self.frames.now(), &mut Desk { queue: &mut self.queue, log });
        self.queue.sort();
    }
}

/// A frame and its bytes.
pub(super) struct Seen<'a> {
    pub(super) link: u32,
    pub(super) bytes: &'a [u8],
    pub(super) number: FrameNumber,
    pub(super) time: Option<Time>,
}

impl Seen<'_> {
    /// Gives the message if the frame holds it whole: its way, and where it is among the bytes. Everything
    /// else is queued.
    pub(super) fn taken_by(&self, layers: &mut Layers, desk: &mut Desk<'_>) -> Option<(Way, Range<usize>)> {
        let Self { link, bytes, number, time } = *self;
        layers.give_up_late(time, desk);
        let packet = match link::carried(link, bytes) {
            Carried::Ip(packet) => packet,
            Carried::Other => return None,
            Carried::Unread => {
                let text = || format!("frame {number}: link type {link} is not read");
                desk.log.say(("link", u64::from(link)), Severity::Note, text);
                return None;
            }
        };
        let origin = Origin { frames: &[number], time, state: State::Whole, depth: 0 };
        let sip = layers.open(packet, origin, desk)?;
        Some((sip.way, Span::of_slice(bytes, sip.payload)?.range()))
    }
}

/// Frames for people: `frame 3`, or `frames 3 to 9`.
pub(super) fn listed(frames: &[FrameNumber]) -> String {
    match frames {
        [] => "no frame".to_owned(),
        [one] => format!("frame {one}"),
        [first, .., last] => format!("frames {first} to {last}"),
    }
}

#[cfg(test)]
mod tests;
