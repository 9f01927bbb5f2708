//! Bytes of a message as it was judged -> bytes of the document that it stands in.
//!
//! The two differ: lines that end with LF are read as CRLF, a byte order mark is left aside, and a log has more on
//! its lines than the message.

use std::ops::Range;

use super::heading::Heading;
use crate::source::{LineColumn, Span};

/// A document as its reader sees it.
pub(super) struct Wire<'t> {
    text: &'t str,
    /// Where lines begin in the document; only LF ends one here.
    starts: Vec<usize>,
    bom: usize,
    /// Whether each LF was read as CRLF.
    is_widened: bool,
    /// Whether messages stand in it as they are.
    is_verbatim: bool,
}

impl<'t> Wire<'t> {
    /// `is_verbatim`: the text is no log.
    pub(super) fn of(text: &'t str, is_verbatim: bool) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(ends).collect(),
            bom: if text.starts_with('\u{feff}') { 3 } else { 0 },
            is_widened: !text.contains("\r\n"),
            is_verbatim,
        }
    }

    /// Gives a message its place. The message before it ends at `before`, in bytes as they were read; so does
    /// this one at what comes back.
    pub(super) fn settle(&self, heading: &mut Heading, bytes: &[u8], before: usize) -> usize {
        let line = heading.file_line.saturating_sub(1).min(self.starts.len() - 1);
        // Content-Length may end a body in the middle of a line, on which the next message begins then.
        let start = self.read_start(line).max(before);
        let end = start + heading.length;
        let first = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let first = bytes[..first].trim_ascii_end().len();
        if self.is_verbatim {
            heading.range = self.at(start)..self.at(end);
            heading.first_line = self.at(start)..self.at(start + first);
        } else {
            let lines = memchr::memchr_iter(b'\n', bytes.trim_ascii_end()).count();
            let begin = self.starts[line];
            heading.range = begin..self.line_end(line + lines);
            heading.first_line = begin..self.line_end(line);
        }
        end
    }

    /// The place of a span of a message; that of its line, where the span is empty.
    pub(super) fn place(&self, heading: &Heading, bytes: &[u8], span: Span) -> Range<usize> {
        let (start, end) = (span.range().start.min(bytes.len()), span.range().end.min(bytes.len()));
        let range = if self.is_verbatim {
            let base = self.read_at(heading.range.start);
            self.at(base + start)..self.at(base + end)
        } else {
            self.by_line(heading, bytes, start)..self.by_line(heading, bytes, end)
        };
        if range.is_empty() { self.around(range.start, heading) } else { range }
    }

    /// The words of the line at a place, or of the one before at the end of a message.
    fn around(&self, at: usize, heading: &Heading) -> Range<usize> {
        let at = at.min(heading.range.end.saturating_sub(1)).max(heading.range.start);
        let line = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.starts[line].max(heading.range.start);
        let end = self.line_end(line).max(start);
        if start == end { heading.first_line.clone() } else { start..end }
    }

    fn by_line(&self, heading: &Heading, bytes: &[u8], offset: usize) -> usize {
        let LineColumn { line, column } = LineColumn::of(bytes, offset);
        let line = (heading.file_line + line).saturating_sub(2).min(self.starts.len() - 1);
        (self.starts[line] + column - 1).min(self.line_end(line))
    }

    /// The end of a line without its line end.
    fn line_end(&self, line: usize) -> usize {
        let start = self.starts[line.min(self.starts.len() - 1)];
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        start + self.text[start..end.max(start)].trim_end_matches(['\r', '\n']).len()
    }

    /// Where a line begins, as it was read.
    fn read_start(&self, line: usize) -> usize {
        if line == 0 {
            return 0;
        }
        self.starts[line] - self.bom + if self.is_widened { line } else { 0 }
    }

    fn read_at(&self, offset: usize) -> usize {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts[line] + if line == 0 { self.bom } else { 0 };
        self.read_start(line) + offset.saturating_sub(start)
    }

    /// A byte as it was read -> the byte of the document.
    fn at(&self, read: usize) -> usize {
        let (mut low, mut high) = (0, self.starts.len());
        while high - low > 1 {
            let middle = low.midpoint(high);
            if self.read_start(middle) <= read { low = middle } else { high = middle }
        }
        let start = self.starts[low] + if low == 0 { self.bom } else { 0 };
        let end = self.starts.get(low + 1).map_or(self.text.len(), |next| next - 1);
        (start + read - self.read_start(low)).min(end.max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_that_was_read_is_found_in_the_document() {
        for text in ["ab\ncd\n\nef", "ab\r\ncd\r\n\r\nef", "\u{feff}ab\ncd\n\nef", "\u{feff}ab\r\ncd"] {
            let wire = Wire::of(text, true);
            let plain = text.trim_start_matches('\u{feff}');
            let read = if text.contains('\r') { plain.to_owned() } else { plain.replace('\n', "\r\n") };
            for (offset, character) in read.char_indices().filter(|(_, c)| !c.is_ascii_control()) {
                assert_eq!(text[wire.at(offset)..].chars().next(), Some(character), "{text:?} {offset}");
                assert_eq!(wire.read_at(wire.at(offset)), offset, "{text:?} {offset}");
            }
            assert_eq!(wire.at(9999), text.len());
        }
    }
}
