//! Frames -> events: what a capture file holds, frame by frame.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::Read;
use std::ops::Range;

use super::layers::{Desk, Layers, Origin, State, Way};
use super::link::{self, Carried};
use super::pcap::{Frame, Frames};
use super::problem::{Log, Severity};
use super::{Caps, Event, Loss, Packet};
use crate::source::{Span, Time};

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

    pub(super) fn len(&self) -> usize {
        self.0.len()
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
    pub(super) fn new(frames: Frames<R>, caps: Caps) -> Self {
        Self { frames, layers: Layers::new(caps), queue: Queue::default(), flushed: false }
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
            let Some((way, range)) = self.take(&frame, log) else {
                continue;
            };
            let frames = [frame.number];
            if !self.queue.0.is_empty() {
                let payload = Cow::Owned(self.frames.bytes(&frame)[range].to_vec());
                self.queue.packet(way.packet(&frames, frame.time, payload));
                continue;
            }
            let payload = Cow::Borrowed(&self.frames.bytes(&frame)[range]);
            return Some(Event::Packet(way.packet(&frames, frame.time, payload)));
        }
    }

    /// Takes in one frame; gives the message if it is in one packet, and queues everything else.
    fn take(&mut self, frame: &Frame, log: &mut Log) -> Option<(Way, Range<usize>)> {
        let Self { frames, layers, queue, .. } = self;
        let mut desk = Desk { queue, log };
        layers.give_up_late(frame.time, &mut desk);
        let bytes = frames.bytes(frame);
        let packet = match link::carried(frame.link, bytes) {
            Carried::Ip(packet) => packet,
            Carried::Other => return None,
            Carried::Unread => {
                let text = || format!("frame {}: link type {} is not read", frame.number, frame.link);
                desk.log.say(("link", u64::from(frame.link)), Severity::Note, text);
                return None;
            }
        };
        let frames = [frame.number];
        let origin = Origin { frames: &frames, time: frame.time, state: State::Whole, depth: 0 };
        let sip = layers.open(packet, origin, &mut desk)?;
        Some((sip.way, Span::of_slice(bytes, sip.payload)?.range()))
    }

    /// At the end of the input: hands out what still waits, in the order of the first frames.
    fn flush(&mut self, log: &mut Log) {
        self.flushed = true;
        self.layers.end(self.frames.now(), &mut Desk { queue: &mut self.queue, log });
        self.queue.0.make_contiguous().sort_by_key(|(first, _)| *first);
    }
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
