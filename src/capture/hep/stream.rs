//! The bytes of one direction of a TCP connection -> frames of HEP.

use super::{HEAD, Next, Sink, begins, declared, next, take_frame};
use crate::capture::Loss;
use crate::capture::marked::Marked;
use crate::capture::out::Out;
use crate::capture::piece::{Gap, Piece};
use crate::source::FrameNumber;

/// Cuts a stream into frames of HEP. It holds one that is not whole yet, at most 64 KiB.
#[derive(Debug, Default)]
pub(in crate::capture) struct Stream {
    buffer: Marked,
    /// Bytes that belong to a frame given up already.
    skip: usize,
    /// Whether the next frame has to be looked for.
    adrift: bool,
}

impl Stream {
    /// What it holds, in bytes.
    pub(in crate::capture) fn weight(&self) -> usize {
        size_of::<Self>() + self.buffer.weight()
    }

    /// Takes in the next bytes of the stream.
    pub(in crate::capture) fn push(&mut self, piece: Piece<'_>, out: &mut Out<'_>) {
        let piece = piece.passing_over(&mut self.skip);
        if piece.bytes.is_empty() {
            return;
        }
        self.buffer.append(piece);
        while !self.buffer.is_empty() {
            match next(self.buffer.bytes()) {
                Next::Frame(length) if length <= self.buffer.len() => {
                    self.hand_out(length, out);
                    self.adrift = false;
                }
                Next::Frame(_) | Next::Unclear => return,
                Next::Rubbish(length) => {
                    self.say_rubbish(piece.last(), out);
                    self.buffer.drop_front(length);
                }
            }
        }
    }

    /// Tells of bytes that never came; the next ones stand behind them.
    pub(in crate::capture) fn lose(&mut self, Gap { missing, frame }: Gap, out: &mut Out<'_>) {
        let lacking = declared(self.buffer.bytes()).map_or(self.skip, |length| length - self.buffer.len());
        self.hand_out_cut(out);
        self.skip = lacking.saturating_sub(missing);
        let (flow, over) = (out.flow, out.over_what());
        out.log.damage("hep-gap", || match missing {
            Gap::UNKNOWN => {
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
        if begins(self.buffer.bytes()) != Some(false) && !self.buffer.is_empty() {
            let (flow, over) = (out.flow, out.over_what());
            out.log.damage("hep-end", || format!("{over} {flow} ends inside of a frame of HEP"));
        }
        self.hand_out_cut(out);
        self.skip = 0;
    }

    /// Hands out what is there of a frame that will not become whole.
    fn hand_out_cut(&mut self, out: &mut Out<'_>) {
        if self.buffer.len() > HEAD && declared(self.buffer.bytes()).is_some() {
            self.hand_out(self.buffer.len(), out);
        }
        self.buffer.clear();
    }

    /// Hands out the first `length` bytes.
    fn hand_out(&mut self, length: usize, out: &mut Out<'_>) {
        let came = self.buffer.origin(length);
        let frame = self.buffer.bytes().get(..length).unwrap_or_default();
        take_frame(came.piece(frame), &mut sink(out));
        self.buffer.drop_front(length);
    }

    fn say_rubbish(&mut self, frame: FrameNumber, out: &mut Out<'_>) {
        if std::mem::replace(&mut self.adrift, true) {
            return;
        }
        let (flow, over) = (out.flow, out.over_what());
        out.log.damage("hep-rubbish", || {
            format!("frame {frame}: no HEP where the next frame of it should begin on {over} {flow}")
        });
        out.queue.loss(frame, Loss { time: out.now, from: None, to: None });
    }
}

fn sink<'a>(out: &'a mut Out<'_>) -> Sink<'a> {
    Sink { caps: out.caps, queue: out.queue, log: out.log }
}
