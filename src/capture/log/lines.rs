//! A reader -> its lines, one at a time, in bounded memory.

use std::io::Read;

use crate::capture::input::Input;

/// The lines of an input, counted from 1.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: Input<R>,
    number: usize,
    /// Whether the last piece ended its line.
    ended: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: Input<R>) -> Self {
        Self { input, number: 0, ended: true }
    }

    /// Puts the next line with its end into `line` and gives its number; a line longer than `most` comes in
    /// pieces of the same number.
    pub(super) fn next(&mut self, line: &mut Vec<u8>, most: usize) -> Option<usize> {
        line.clear();
        let mut scanned = 0;
        let length = loop {
            let there = self.input.data();
            let unseen = there.get(scanned..).unwrap_or_default();
            if let Some(lf) = memchr::memchr(b'\n', unseen) {
                break scanned + lf + 1;
            }
            scanned = there.len();
            if scanned >= most.max(1) || self.input.fill(scanned + 1) == scanned {
                break scanned;
            }
        };
        if length == 0 {
            return None;
        }
        line.extend_from_slice(self.input.data().get(..length).unwrap_or_default());
        self.input.consume(length);
        self.number += usize::from(self.ended);
        self.ended = line.last() == Some(&b'\n');
        Some(self.number)
    }

    /// Why reading stopped, if it was not the end; said once.
    pub(super) fn take_error(&mut self) -> Option<std::io::Error> {
        self.input.take_error()
    }
}

/// A line without its end.
pub(super) fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

pub(super) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_ends_and_long_ones_their_number() {
        let mut lines = Lines::new(Input::new(&b"a\r\n\nbcdef\ng"[..]));
        let mut line = Vec::new();
        let mut seen = Vec::new();
        while let Some(number) = lines.next(&mut line, 100) {
            seen.push((number, line.clone()));
        }
        let wanted = [(1, &b"a\r\n"[..]), (2, b"\n"), (3, b"bcdef\n"), (4, b"g")];
        assert_eq!(seen, wanted.map(|(number, text)| (number, text.to_vec())));
    }

    #[test]
    fn a_line_without_end_is_handed_out_in_pieces() {
        let text = [b'x'; 300_000];
        let mut lines = Lines::new(Input::new(&text[..]));
        let mut line = Vec::new();
        let mut total = 0;
        while let Some(number) = lines.next(&mut line, 1000) {
            assert_eq!(number, 1);
            assert!(line.len() <= 65 * 1024);
            total += line.len();
        }
        assert_eq!(total, text.len());
    }
}
