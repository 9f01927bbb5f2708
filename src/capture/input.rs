//! A reader and the bytes of it that are looked at: the buffer grows with what is there, never with what
//! a length field promises.

use std::io::{ErrorKind, Read};

/// How much is asked for at once.
const CHUNK: usize = 64 * 1024;

/// A reader with the bytes not yet consumed.
#[derive(Debug)]
pub(super) struct Input<R> {
    reader: R,
    /// What was read stands from `start` to `end`; what is behind it was there before and is read over.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    error: Option<std::io::Error>,
}

impl<R: Read> Input<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), start: 0, end: 0, ended: false, error: None }
    }

    /// Reads until `want` bytes are there or the input ends; says how many are there.
    pub(super) fn fill(&mut self, want: usize) -> usize {
        if self.available() < want && self.start > 0 {
            self.compact();
        }
        while self.available() < want && !self.ended {
            self.read_chunk();
        }
        self.available()
    }

    fn read_chunk(&mut self) {
        // A buffer that was once full of zeros need not be again.
        if self.buffer.len() < self.end + CHUNK {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        let read = self.reader.read(&mut self.buffer[self.end..self.end + CHUNK]);
        self.end += read.as_ref().map_or(0, |&read| read.min(CHUNK));
        match read {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                self.ended = true;
                self.error = Some(error);
            }
        }
    }

    /// Moves what is there to the beginning of the buffer.
    fn compact(&mut self) {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.available());
        // What one long message took is not kept for the others.
        if self.buffer.len() > self.end + 16 * CHUNK {
            self.buffer.truncate(self.end + CHUNK);
            self.buffer.shrink_to_fit();
        }
    }

    /// Where the bytes come from.
    #[cfg(feature = "compress")]
    pub(super) fn reader(&self) -> &R {
        &self.reader
    }

    fn available(&self) -> usize {
        self.end - self.start
    }

    /// The bytes that are there.
    pub(super) fn data(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Leaves `count` bytes behind. They can be had with [`Input::behind`] until the next `fill`.
    #[cfg(any(feature = "pcap", feature = "compress"))]
    pub(super) fn consume(&mut self, count: usize) {
        self.start += count.min(self.available());
    }

    /// The `length` bytes that end `back` bytes before what is not yet consumed.
    #[cfg(feature = "pcap")]
    pub(super) fn behind(&self, back: usize, length: usize) -> &[u8] {
        let end = self.start.saturating_sub(back);
        &self.buffer[end.saturating_sub(length)..end]
    }

    /// Passes over `count` bytes without holding them; `false` if the input ends before.
    #[cfg(any(feature = "pcap", feature = "compress"))]
    pub(super) fn skip(&mut self, mut count: usize) -> bool {
        while count > 0 {
            let step = self.fill(1).min(count);
            if step == 0 {
                return false;
            }
            self.consume(step);
            count -= step;
        }
        true
    }

    /// All bytes, up to `cap`; the second value says whether there were more.
    pub(super) fn take_all(&mut self, cap: usize) -> (Vec<u8>, bool) {
        let more = self.fill(cap.saturating_add(1)) > cap;
        self.compact();
        self.buffer.truncate(self.end.min(cap));
        (self.start, self.end) = (0, 0);
        (std::mem::take(&mut self.buffer), more)
    }

    /// Why reading stopped, if it was not the end; said once.
    pub(super) fn take_error(&mut self) -> Option<std::io::Error> {
        self.error.take()
    }
}

/// What was looked at comes first, and then what the reader gives, in the pieces in which it gives it.
#[cfg(feature = "compress")]
impl<R: Read> Read for Input<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let there = self.available();
        if there == 0 && !self.ended {
            return self.reader.read(out);
        }
        if there == 0 {
            return self.take_error().map_or(Ok(0), Err);
        }
        let count = there.min(out.len());
        out[..count].copy_from_slice(&self.data()[..count]);
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "pcap")]
    #[test]
    fn what_is_consumed_can_be_looked_at_until_the_next_fill() {
        let mut input = Input::new(&b"0123456789"[..]);
        assert_eq!(input.fill(4), 10);
        input.consume(6);
        assert_eq!(input.behind(1, 3), b"234");
        assert_eq!(input.data(), b"6789");
        assert_eq!(input.fill(5), 4);
    }

    #[test]
    fn more_than_the_cap_is_told() {
        let mut input = Input::new(&b"0123456789"[..]);
        assert_eq!(input.take_all(4), (b"0123".to_vec(), true));
        let mut input = Input::new(&b"0123"[..]);
        assert_eq!(input.take_all(4), (b"0123".to_vec(), false));
    }
}
