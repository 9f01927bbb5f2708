//! A text file as it is written, and as it is read: places of one in the other.
//!
//! A text whose lines all end with LF is read as if they ended with CRLF, and a byte order mark is passed over.
//! Findings stand in what is read; edits are made in what is written.

use std::borrow::Cow;

use super::edit::Edit;
use crate::source::Span;

/// A text and what is read of it.
#[derive(Debug)]
pub(super) struct Layout<'t> {
    /// Length of the byte order mark.
    mark: usize,
    /// What is read.
    wire: Cow<'t, [u8]>,
    /// The line ends of what is read.
    line_ends: Vec<usize>,
    /// Whether each of them was written without its CR.
    is_lf: bool,
}

impl<'t> Layout<'t> {
    /// Looks at a text.
    pub(super) fn of(text: &'t [u8]) -> Self {
        let read = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mark = text.len() - read.len();
        let is_lf = memchr::memchr(b'\n', read).is_some() && memchr::memmem::find(read, b"\r\n").is_none();
        let wire = if is_lf { Cow::Owned(with_crlf(read)) } else { Cow::Borrowed(read) };
        let line_ends = memchr::memchr_iter(b'\n', &wire).collect();
        Self { mark, wire, line_ends, is_lf }
    }

    /// Where a message begins in what is read, by the line it begins on (from 1).
    pub(super) fn find(&self, message: &[u8], line: usize) -> Option<usize> {
        let start = match line.checked_sub(2) {
            Some(before) => self.line_ends.get(before)? + 1,
            None => 0,
        };
        let end = self.line_ends.get(line.saturating_sub(1)).map_or(self.wire.len(), |end| end + 1);
        (start..end.max(start + 1))
            .find(|&at| self.wire.get(at..).is_some_and(|rest| rest.starts_with(message)))
    }

    /// An edit of what is read, as an edit of what is written.
    pub(super) fn edit(&self, span: Span, by: &[u8]) -> Edit {
        let (start, end) = (self.written(span.start as usize), self.written(span.end as usize));
        let replacement = if self.is_lf { without_cr(by) } else { by.to_vec() };
        Edit { span: Span::new(start, end), replacement }
    }

    /// The line on which a place of what is read stands, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.line_ends.partition_point(|&end| end < at) + 1
    }

    /// Where a place of what is read was written.
    pub(super) fn written(&self, at: usize) -> usize {
        if !self.is_lf {
            return self.mark + at;
        }
        let before = self.line_ends.partition_point(|&end| end < at);
        // Between a CR that was put in and its LF.
        let inside = usize::from(self.line_ends.get(before) == Some(&at));
        self.mark + at - before - inside.min(at)
    }
}

fn with_crlf(text: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(text.len() + text.len() / 16);
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => {
                wire.extend_from_slice(line);
                wire.extend_from_slice(b"\r\n");
            }
            None => wire.extend_from_slice(line),
        }
    }
    wire
}

fn without_cr(text: &[u8]) -> Vec<u8> {
    let kept = |&(at, byte): &(usize, &u8)| *byte != b'\r' || text.get(at + 1) != Some(&b'\n');
    text.iter().enumerate().filter(kept).map(|(_, &byte)| byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_text_with_lf_are_counted_without_the_cr() {
        let layout = Layout::of(b"\xef\xbb\xbfab\ncd\nef");
        assert_eq!(&*layout.wire, b"ab\r\ncd\r\nef");
        let written: Vec<_> = (0..=10).map(|at| layout.written(at)).collect();
        assert_eq!(written, [3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11]);
        assert_eq!(layout.find(b"ef", 3), Some(8));
        assert_eq!(layout.edit(Span::new(4, 8), b"x\r\n").replacement, b"x\n");
    }

    #[test]
    fn places_of_a_text_with_crlf_are_its_own() {
        let layout = Layout::of(b"ab\r\ncd");
        assert_eq!((layout.written(4), layout.find(b"d", 2), layout.find(b"ab", 2)), (4, Some(5), None));
    }
}
