//! Pieces of a stream -> its bytes in a row, each with the frame it came in.

use std::collections::VecDeque;

use super::piece::Piece;
use crate::source::{FrameNumber, Time};

/// Bytes left behind are given back when there are this many, and more than of those that wait.
const SLACK: usize = 4096;
/// Room for so many marks is kept for what comes next.
const MARKS: usize = 16;

/// Bytes that came in one frame; offsets count from the beginning of the stream.
#[derive(Debug, Clone, Copy)]
struct Mark {
    start: u64,
    end: u64,
    frame: FrameNumber,
    time: Option<Time>,
}

/// Bytes of a stream that wait for more.
#[derive(Debug, Default)]
pub(super) struct Marked {
    buffer: Vec<u8>,
    /// How many bytes of the buffer were left behind.
    gone: usize,
    /// The offset of the first byte that waits.
    base: u64,
    marks: VecDeque<Mark>,
}

/// Where bytes came from.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    /// Ascending, each once.
    pub(super) frames: Vec<FrameNumber>,
    /// The time of the last.
    pub(super) time: Option<Time>,
}

impl Origin {
    /// The last frame; 0 if there is none.
    pub(super) fn last(&self) -> FrameNumber {
        self.frames.last().copied().unwrap_or_default()
    }

    /// These bytes, which came from there.
    pub(super) fn piece<'a>(&'a self, bytes: &'a [u8]) -> Piece<'a> {
        Piece { bytes, frames: &self.frames, time: self.time }
    }
}

impl Marked {
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.gone..).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.buffer.len() - self.gone
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it holds, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.buffer.capacity() + self.marks.capacity() * size_of::<Mark>()
    }

    /// How many bytes are taken by what is known of those that wait.
    pub(super) fn marked(&self) -> usize {
        self.marks.len() * size_of::<Mark>()
    }

    pub(super) fn append(&mut self, Piece { bytes, frames, time }: Piece<'_>) {
        let start = self.base + self.len() as u64;
        let end = start + bytes.len() as u64;
        self.buffer.extend_from_slice(bytes);
        self.marks.extend(frames.iter().map(|&frame| Mark { start, end, frame, time }));
    }

    /// Leaves the first `count` bytes behind.
    pub(super) fn drop_front(&mut self, count: usize) {
        let count = count.min(self.len());
        self.gone += count;
        self.base += count as u64;
        if self.gone == self.buffer.len() {
            self.buffer.clear();
            self.gone = 0;
        } else if self.gone > SLACK && self.gone > self.len() {
            self.buffer.drain(..self.gone);
            self.gone = 0;
        }
        while self.marks.front().is_some_and(|mark| mark.end <= self.base) {
            self.marks.pop_front();
        }
        self.give_back();
    }

    /// A long message leaves no long buffer behind.
    fn give_back(&mut self) {
        let wanted = SLACK.max(2 * self.buffer.len());
        if self.buffer.capacity() > 2 * wanted {
            self.buffer.shrink_to(wanted);
        }
        let wanted = MARKS.max(2 * self.marks.len());
        if self.marks.capacity() > 2 * wanted {
            self.marks.shrink_to(wanted);
        }
    }

    pub(super) fn clear(&mut self) {
        self.drop_front(self.len());
    }

    /// Where the first `end` bytes came from.
    pub(super) fn origin(&self, end: usize) -> Origin {
        let end = self.base + end as u64;
        let marks = self.marks.iter().take_while(|mark| mark.start < end);
        let time = marks.clone().max_by_key(|mark| mark.frame).and_then(|mark| mark.time);
        let mut frames: Vec<FrameNumber> = marks.map(|mark| mark.frame).collect();
        frames.sort_unstable();
        frames.dedup();
        Origin { frames, time }
    }

    /// Whether a piece begins at this byte.
    pub(super) fn begins_piece(&self, at: usize) -> bool {
        let at = self.base + at as u64;
        let first = self.marks.partition_point(|mark| mark.start < at);
        self.marks.get(first).is_some_and(|mark| mark.start == at)
    }

    /// Where the next piece behind this byte begins, or the end.
    pub(super) fn next_piece(&self, at: usize) -> usize {
        let at = self.base + at as u64;
        let first = self.marks.partition_point(|mark| mark.start <= at);
        let next = self.marks.get(first).and_then(|mark| usize::try_from(mark.start - self.base).ok());
        next.unwrap_or(self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn append(marked: &mut Marked, bytes: &[u8], frames: &[u64], time: Option<Time>) {
        marked.append(Piece { bytes, frames: &FrameNumber::all(frames), time });
    }

    #[test]
    fn bytes_keep_their_frames_when_others_are_left_behind() {
        let mut marked = Marked::default();
        append(&mut marked, b"abc", &[4, 2], Some(Time(2)));
        append(&mut marked, b"de", &[7], Some(Time(7)));
        assert_eq!((marked.next_piece(0), marked.begins_piece(3), marked.begins_piece(4)), (3, true, false));
        assert_eq!(
            (marked.origin(3).frames, marked.origin(3).time),
            (FrameNumber::all(&[2, 4]), Some(Time(2)))
        );
        marked.drop_front(2);
        assert_eq!((marked.bytes(), marked.origin(2).frames), (&b"cde"[..], FrameNumber::all(&[2, 4, 7])));
        marked.drop_front(1);
        assert_eq!((marked.origin(1).frames, marked.origin(1).time), (FrameNumber::all(&[7]), Some(Time(7))));
    }

    #[test]
    fn what_was_left_behind_is_given_back() {
        let mut marked = Marked::default();
        for _ in 0..100_000 {
            append(&mut marked, &[0; 10], &[1], None);
            marked.drop_front(if marked.len() > 100 { 10 } else { 0 });
        }
        assert!(marked.weight() < 20_000, "{}", marked.weight());
    }

    #[test]
    fn a_long_message_leaves_no_long_buffer_behind() {
        let mut marked = Marked::default();
        for frame in 0..10_000 {
            append(&mut marked, &[0; 100], &[frame], None);
        }
        let full = marked.weight();
        marked.drop_front(marked.len() - 1);
        marked.clear();
        assert!(full >= 1_000_000 && marked.weight() < 10_000, "{full}, {}", marked.weight());
    }
}
