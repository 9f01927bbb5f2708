//! Frames of HEP one behind the other, in a file or down a pipe -> events.

use std::io::Read;

use super::{HEAD, Next, Sink, declared, next, take_frame};
use crate::capture::assembly::Queue;
use crate::capture::input::Input;
use crate::capture::piece::Piece;
use crate::capture::problem::Log;
use crate::capture::{Caps, Event, Loss};
use crate::source::Time;

/// How much is looked at for the next frame at once.
const WINDOW: usize = 64 * 1024;

/// A file of HEP as events.
#[derive(Debug)]
pub(in crate::capture) struct File<R> {
    input: Input<R>,
    caps: Caps,
    queue: Queue,
    frames: u64,
    now: Option<Time>,
    /// Whether the next frame has to be looked for.
    adrift: bool,
    ended: bool,
}

/// Whether the input begins with a frame of HEP.
pub(in crate::capture) fn is_hep(head: &[u8]) -> bool {
    declared(head).is_some()
}

impl<R: Read> File<R> {
    pub(in crate::capture) fn new(input: Input<R>, caps: Caps) -> Self {
        Self { input, caps, queue: Queue::default(), frames: 0, now: None, adrift: false, ended: false }
    }

    pub(in crate::capture) fn frames(&self) -> u64 {
        self.frames
    }

    pub(in crate::capture) fn now(&self) -> Option<Time> {
        self.now
    }

    pub(in crate::capture) fn next_event(&mut self, log: &mut Log) -> Option<Event<'static>> {
        loop {
            if let Some(event) = self.queue.pop() {
                if let Event::Packet(packet) = &event {
                    self.now = packet.time.or(self.now);
                }
                return Some(event);
            }
            if self.ended {
                return None;
            }
            self.step(log);
        }
    }

    /// Reads one frame, or passes over what is none.
    fn step(&mut self, log: &mut Log) {
        self.input.fill(HEAD);
        let length = match next(self.input.data()) {
            _ if self.input.data().is_empty() => return self.end(log),
            Next::Frame(length) => length,
            Next::Unclear => return self.end(log),
            Next::Rubbish(_) => return self.pass_over(log),
        };
        let there = self.input.fill(length).min(length);
        self.frames += 1;
        self.adrift = false;
        let bytes = self.input.data().get(..there).unwrap_or_default();
        let came = Piece { bytes, frames: &[self.frames.into()], time: None };
        take_frame(came, &mut Sink { caps: self.caps, queue: &mut self.queue, log });
        self.input.consume(there);
    }

    fn pass_over(&mut self, log: &mut Log) {
        self.input.fill(WINDOW);
        let Next::Rubbish(length) = next(self.input.data()) else {
            return;
        };
        self.input.consume(length);
        if !std::mem::replace(&mut self.adrift, true) {
            let (frame, time) = (self.frames, self.now);
            log.damage("hep-rubbish", || format!("no HEP behind frame {frame}: looking for the next frame"));
            self.queue.loss(frame.into(), Loss { time, from: None, to: None });
        }
    }

    fn end(&mut self, log: &mut Log) {
        self.ended = true;
        let frame = self.frames;
        if let Some(error) = self.input.take_error() {
            log.damage("file", || format!("reading stopped after frame {frame}: {error}"));
        } else if !self.input.data().is_empty() {
            log.damage("file", || format!("the file ends inside of a frame behind frame {frame}"));
        }
    }
}
