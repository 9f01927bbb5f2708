//! The bytes of one direction of a TCP connection -> frames of HEP.

use std::collections::VecDeque;

use super::{Came, HEAD, Next, Sink, begins, declared, next, take_frame};
use crate::capture::Loss;
use crate::capture::framer::{Out, UNKNOWN};
use crate::source::{FrameNumber, Time};

/// Where the bytes of a frame of the capture end in the buffer.
#[derive(Debug, Clone, Copy)]
struct Mark {
    end: usize,
    frame: FrameNumber,
    time: Option<Time>,
}

/// Cuts a stream into frames of HEP. It holds one that is not whole yet, at most 64 KiB.
#[derive(Debug, Default)]
pub(in crate::capture) struct Stream {
    buffer: Vec<u8>,
    marks: VecDeque<Mark>,
    /// Bytes that belong to a frame given up already.
    skip: usize,
    /// Whether the next frame has to be looked for.
    adrift: bool,
}

impl Stream {
    /// What it holds, in bytes.
    pub(in crate::capture) fn weight(&self) -> usize {
        size_of::<Self>() + self.buffer.capacity() + self.marks.capacity() * size_of::<Mark>()
    }

    /// Takes in the next bytes of the stream.
    pub(in crate::capture) fn push(
        &mut self,
        bytes: &[u8],
        frames: &[FrameNumber],
        time: Option<Time>,
        out: &mut Out<'_>,
    ) {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        self.buffer.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
        let end = self.buffer.len();
        self.marks.extend(frames.iter().map(|&frame| Mark { end, frame, time }));
        let mut at = 0;
        loop {
            let rest = self.buffer.get(at..).unwrap_or_default();
            at += match next(rest) {
                _ if rest.is_empty() => break,
                Next::Unclear => break,
                Next::Frame(length) if length > rest.len() => break,
                Next::Frame(length) => {
                    let came = self.came(at, at + length);
                    take_frame(rest.get(..length).unwrap_or_default(), &came, &mut sink(out));
                    self.adrift = false;
                    length
                }
                Next::Rubbish(length) => {
                    self.say_rubbish(frames, out);
                    length
                }
            };
        }
        self.drop_front(at);
    }

    /// Tells that `missing` bytes never came; the next bytes stand behind them.
    pub(in crate::capture) fn lose(&mut self, missing: usize, frame: FrameNumber, out: &mut Out<'_>) {
        let lacking = declared(&self.buffer).map_or(self.skip, |length| length - self.buffer.len());
        self.hand_out_cut(out);
        self.skip = lacking.saturating_sub(missing);
        let (flow, over) = (out.flow, out.over_what());
        out.log.damage("hep-gap", || match missing {
            UNKNOWN => {
                format!("frame {frame}: HEP before it on {over} {flow} was not captured or not readable")
            }
            _ => {
                format!("frame {frame}: {missing} bytes of HEP before it on {over} {flow} were not captured")
            }
        });
        if lacking < missing {
            self.adrift = true;
            // Whose messages stood there, nobody knows.
            out.queue.loss(frame, Loss { time: out.now, from: None, to: None });
        }
    }

    /// Tells that nothing more will come.
    pub(in crate::capture) fn end(&mut self, out: &mut Out<'_>) {
        if begins(&self.buffer) != Some(false) && !self.buffer.is_empty() {
            let (flow, over) = (out.flow, out.over_what());
            out.log.damage("hep-end", || format!("{over} {flow} ends inside of a frame of HEP"));
        }
        self.hand_out_cut(out);
        self.skip = 0;
    }

    /// Hands out what is there of a frame that will not become whole.
    fn hand_out_cut(&mut self, out: &mut Out<'_>) {
        if self.buffer.len() > HEAD && declared(&self.buffer).is_some() {
            let came = self.came(0, self.buffer.len());
            take_frame(&self.buffer, &came, &mut sink(out));
        }
        self.drop_front(self.buffer.len());
    }

    fn say_rubbish(&mut self, frames: &[FrameNumber], out: &mut Out<'_>) {
        if std::mem::replace(&mut self.adrift, true) {
            return;
        }
        let (flow, over, frame) = (out.flow, out.over_what(), frames.last().copied().unwrap_or_default());
        out.log.damage("hep-rubbish", || {
            format!("frame {frame}: no HEP where the next frame of it should begin on {over} {flow}")
        });
        out.queue.loss(frame, Loss { time: out.now, from: None, to: None });
    }

    /// The frames of the capture that the bytes `from..to` came in, and the time of the last.
    fn came(&self, from: usize, to: usize) -> Came {
        let first = self.marks.partition_point(|mark| mark.end <= from);
        let last = self.marks.partition_point(|mark| mark.end < to);
        let marks = || self.marks.range(first.min(last)..(last + 1).min(self.marks.len()));
        let mut frames: Vec<FrameNumber> = marks().map(|mark| mark.frame).collect();
        frames.sort_unstable();
        frames.dedup();
        let time = marks().max_by_key(|mark| mark.frame).and_then(|mark| mark.time);
        Came { frames, time }
    }

    fn drop_front(&mut self, count: usize) {
        if count == 0 {
            // With one byte a segment, going through all marks each time takes quadratic time.
            return;
        }
        self.buffer.drain(..count.min(self.buffer.len()));
        while self.marks.front().is_some_and(|mark| mark.end <= count) {
            self.marks.pop_front();
        }
        for mark in &mut self.marks {
            mark.end -= count;
        }
    }
}

fn sink<'a>(out: &'a mut Out<'_>) -> Sink<'a> {
    Sink { caps: out.caps, queue: out.queue, log: out.log }
}
