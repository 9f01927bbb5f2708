//! Offsets in bytes <-> positions as editors count them, and changes of a text (LSP 3.17, "Text Documents").

use std::ops::Range;

use lsp_types::{Position, PositionEncodingKind, Range as Span};

/// What a character of a position counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what every client knows.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The cheapest of those that a client offers.
    pub(crate) fn best<'n>(offered: impl Iterator<Item = &'n str>) -> Self {
        let named = |name: &str| match name {
            "utf-8" => Self::Utf8,
            "utf-32" => Self::Utf32,
            _ => Self::Utf16,
        };
        let offered: Vec<Self> = offered.map(named).collect();
        [Self::Utf8, Self::Utf32].into_iter().find(|encoding| offered.contains(encoding)).unwrap_or_default()
    }

    /// Its name in the protocol.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn length(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Utf32 => text.chars().count(),
        }
    }

    fn length_of(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A text and where its lines begin.
///
/// A line ends with LF, CRLF or CR alone, as the protocol has it.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    text: String,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Text {
    pub(crate) fn new(text: String, encoding: Encoding) -> Self {
        let starts = starts(&text);
        Self { text, starts, encoding }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The line that a byte is on, from 0.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The bytes of a line without its end; those behind the last line are empty.
    pub(crate) fn line(&self, line: usize) -> Range<usize> {
        let Some(&start) = self.starts.get(line) else { return self.text.len()..self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let kept = self.text[start..end].trim_end_matches('\n').trim_end_matches('\r');
        start..start + kept.len()
    }

    /// Where a byte stands; inside of a character or a line end, where that begins.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.line_at(offset);
        let offset = floor(&self.text, offset).min(self.line(line).end);
        let start = self.starts[line];
        let column = self.encoding.length(&self.text[start..offset]);
        Position { line: narrow(line), character: narrow(column) }
    }

    /// Where some bytes stand.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let start = self.position(range.start);
        let end = ceil(&self.text, range.end.max(range.start));
        Span { start, end: self.position(end) }
    }

    /// The byte at a position. Behind the end of a line is its end, behind the last line the end of the text.
    pub(crate) fn offset(&self, position: Position) -> usize {
        let line = self.line(position.line as usize);
        let mut left = position.character as usize;
        let mut offset = line.start;
        for character in self.text[line].chars() {
            let length = self.encoding.length_of(character);
            if left < length {
                break;
            }
            left -= length;
            offset += character.len_utf8();
        }
        offset
    }

    /// Puts a text in place of a range, or of everything.
    pub(crate) fn change(&mut self, span: Option<Span>, new: &str) {
        match span {
            Some(Span { start, end }) => {
                let start = self.offset(start);
                let end = self.offset(end).max(start);
                self.text.replace_range(start..end, new);
            }
            None => new.clone_into(&mut self.text),
        }
        self.starts = starts(&self.text);
    }
}

fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
        .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
        .map(|at| at + 1);
    std::iter::once(0).chain(ends).collect()
}

/// The begin of the character that a byte belongs to.
pub(super) fn floor(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn ceil(text: &str, offset: usize) -> usize {
    (offset.min(text.len())..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        let text = "a\r\nb\u{fc}\u{1f600}c\rd\ne";
        let of = |encoding| Text::new(text.to_owned(), encoding).position(10);
        assert_eq!(of(Encoding::Utf8), at(1, 7));
        assert_eq!(of(Encoding::Utf16), at(1, 4));
        assert_eq!(of(Encoding::Utf32), at(1, 3));
        let text = Text::new(text.to_owned(), Encoding::Utf16);
        assert_eq!(text.position(12), at(2, 0), "a CR alone ends a line");
        assert_eq!(text.position(14), at(3, 0));
        assert_eq!(text.position(99), at(3, 1));
        assert_eq!(text.offset(at(1, 3)), 6, "inside of a pair is its begin");
        assert_eq!(text.offset(at(1, 99)), 11, "behind the end of a line is its end");
        assert_eq!(text.offset(at(99, 0)), 15);
        assert_eq!(text.position(8), at(1, 2), "inside of a character is its begin");
        assert_eq!(text.position(2), at(0, 1), "between CR and LF is before both");
    }

    #[test]
    fn a_change_takes_the_place_of_its_range() {
        let mut text = Text::new("one\r\ntwo\r\n".to_owned(), Encoding::Utf16);
        text.change(Some(Span { start: at(0, 3), end: at(1, 0) }), " ");
        assert_eq!(text.as_str(), "one two\r\n");
        text.change(Some(Span { start: at(5, 5), end: at(0, 0) }), "end");
        assert_eq!(text.as_str(), "one two\r\nend", "a range that ends before its begin is empty");
        text.change(None, "new");
        assert_eq!((text.as_str(), text.line_at(3)), ("new", 0));
    }

    #[test]
    fn the_cheapest_encoding_is_taken() {
        assert_eq!(Encoding::best(["utf-16", "utf-8"].into_iter()), Encoding::Utf8);
        assert_eq!(Encoding::best(["utf-32", "utf-16"].into_iter()), Encoding::Utf32);
        assert_eq!(Encoding::best([].into_iter()), Encoding::Utf16);
    }

    proptest! {
        #[test]
        fn every_character_is_found_again_at_its_position(text in "[a\r\n\u{e9}\u{1f600}]{0,20}", wide in 0..3) {
            let encoding = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32][wide as usize];
            let lines = Text::new(text.clone(), encoding);
            for (offset, character) in text.char_indices() {
                let back = lines.offset(lines.position(offset));
                prop_assert!(back == offset || "\r\n".contains(character), "{offset}");
            }
        }
    }
}
