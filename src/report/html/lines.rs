//! Bytes of a message -> its lines as they are shown, and where marked bytes stand in them.
//!
//! A browser counts text in units of UTF-16, so places are told in those. What is not text is shown as text (`\xff`,
//! `␛`) and said to be so, lest it be taken for what it looks like.

use std::ops::Range;

use crate::verdict::{self, Hidden, Shown, content};
use crate::visible::{is_hostile, push_shown, push_stray};

/// Lines of one mark that are told; a mark over more of them shows its beginning.
const MOST_LINES: usize = 100;

/// The lines of a message.
pub(super) struct Lines<'b> {
    bytes: &'b [u8],
    lines: Vec<Line>,
    hidden: &'b [Hidden],
    /// Whether it has lines that end with CRLF, so that a mere LF is worth showing.
    has_crlf: bool,
}

/// A line, or what stands in the place of several.
struct Line {
    /// Its bytes with their end.
    bytes: Range<usize>,
    /// Which of `hidden` it stands for.
    hidden: Option<usize>,
    /// How many lines of the message it stands for.
    count: usize,
}

/// A line as it is shown.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct ShownLine {
    /// Its text.
    pub(super) text: String,
    /// Begins and ends of what is shown instead of something else, in UTF-16.
    pub(super) escapes: Vec<usize>,
    /// How many lines it stands for, if it is not a line of the message.
    pub(super) instead_of: Option<usize>,
}

impl<'b> Lines<'b> {
    /// Splits a message.
    pub(super) fn of(shown: &'b Shown<'_>) -> Self {
        Self::split(shown.bytes, shown.hidden())
    }

    fn split(bytes: &'b [u8], hidden: &'b [Hidden]) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        let mut has_crlf = false;
        let mut next = 0;
        for line in verdict::lines(bytes, 0..bytes.len()) {
            while hidden.get(next).is_some_and(|hidden| hidden.range.end <= line.start) {
                next += 1;
            }
            let inside =
                hidden.get(next).is_some_and(|hidden| hidden.range.start <= line.start).then_some(next);
            has_crlf |= bytes[line.clone()].ends_with(b"\r\n");
            match lines.last_mut().filter(|last| inside.is_some() && last.hidden == inside) {
                Some(last) => {
                    last.bytes.end = line.end;
                    last.count += 1;
                }
                None => lines.push(Line { bytes: line, hidden: inside, count: 1 }),
            }
        }
        Self { bytes, lines, hidden, has_crlf }
    }

    /// The lines as they are shown.
    pub(super) fn shown(&self) -> impl Iterator<Item = ShownLine> {
        self.lines.iter().map(|line| match line.hidden {
            Some(index) => ShownLine {
                text: self.hidden[index].words.clone(),
                escapes: Vec::new(),
                instead_of: Some(line.count),
            },
            None => self.shown_line(&line.bytes),
        })
    }

    fn shown_line(&self, line: &Range<usize>) -> ShownLine {
        let mut shown = ShownLine::default();
        let mut units = 0;
        let mut escape = |units: &mut usize, text: &str| {
            let length = text.encode_utf16().count();
            match shown.escapes.last_mut().filter(|last| **last == *units) {
                Some(last) => *last += length,
                None => shown.escapes.extend([*units, *units + length]),
            }
            *units += length;
        };
        let end = content(self.bytes, line);
        each(&self.bytes[end.clone()], |_, piece, text| {
            match piece {
                Piece::Character => units += text.encode_utf16().count(),
                Piece::Escape => escape(&mut units, text),
            }
            shown.text.push_str(text);
        });
        if self.has_crlf && &self.bytes[end.end..line.end] == b"\n" {
            escape(&mut units, "␊");
            shown.text.push('␊');
        }
        shown
    }

    /// Where these bytes are: number of a line from 0, begin and end in it in UTF-16, for each line of them.
    pub(super) fn places(&self, range: &Range<usize>) -> Vec<usize> {
        let after = |line: &Line| line.bytes.end <= range.start;
        let last = self.lines.len().saturating_sub(1);
        let first = self.lines.partition_point(after).min(last);
        let mut places = Vec::new();
        for (number, line) in self.lines.iter().enumerate().skip(first).take(MOST_LINES) {
            if number > first && line.bytes.start >= range.end {
                break;
            }
            let (start, end) = match line.hidden {
                Some(_) => (0, 0),
                None => self.columns(&line.bytes, range),
            };
            // The end of a line is no place of its own beside its text.
            if number == first || end > start || line.hidden.is_some() {
                places.extend([number, start, end]);
            }
        }
        places
    }

    fn columns(&self, line: &Range<usize>, range: &Range<usize>) -> (usize, usize) {
        let text = content(self.bytes, line);
        let inside = |offset: usize| offset.clamp(text.start, text.end) - text.start;
        let (from, to) = (inside(range.start), inside(range.end));
        let (mut units, mut start, mut end) = (0, None, None);
        each(&self.bytes[text], |bytes, _, shown| {
            let length = shown.encode_utf16().count();
            if start.is_none() && bytes.end > from {
                start = Some(units);
            }
            if end.is_none() && bytes.end >= to {
                end = Some(if to > bytes.start { units + length } else { units });
            }
            units += length;
        });
        let start = start.unwrap_or(units);
        (start, end.unwrap_or(units).max(start))
    }
}

#[derive(Clone, Copy)]
enum Piece {
    Character,
    Escape,
}

/// Each character or stray byte of a line: its bytes, what it is, and how it is shown.
fn each(line: &[u8], mut see: impl FnMut(Range<usize>, Piece, &str)) {
    let mut at = 0;
    let mut text = String::new();
    for chunk in line.utf8_chunks() {
        for character in chunk.valid().chars() {
            text.clear();
            // Header lines go on with tabs; a browser shows them as what they are.
            let piece =
                if character != '\t' && is_hostile(character) { Piece::Escape } else { Piece::Character };
            match piece {
                Piece::Escape => push_shown(&mut text, character),
                Piece::Character => text.push(character),
            }
            see(at..at + character.len_utf8(), piece, &text);
            at += character.len_utf8();
        }
        for &byte in chunk.invalid() {
            text.clear();
            push_stray(&mut text, byte);
            see(at..at + 1, Piece::Escape, &text);
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(bytes: &[u8], range: Range<usize>) -> Vec<(usize, String)> {
        let lines = Lines::split(bytes, &[]);
        let shown: Vec<Vec<u16>> = lines.shown().map(|line| line.text.encode_utf16().collect()).collect();
        let places = lines.places(&range);
        let part =
            |place: &[usize]| (place[0], String::from_utf16(&shown[place[0]][place[1]..place[2]]).unwrap());
        places.chunks(3).map(part).collect()
    }

    #[test]
    fn marks_never_end_inside_a_character() {
        let bytes = "Subject: gr\u{fc}n \u{1f600}.\r\n".as_bytes();
        for mark in [11..12, 12..13, 11..13] {
            assert_eq!(marked(bytes, mark), [(0, "\u{fc}".to_owned())]);
        }
        assert_eq!(marked(bytes, 15..19), [(0, "\u{1f600}".to_owned())]);
        assert_eq!(marked(bytes, 19..20), [(0, ".".to_owned())]);
    }

    #[test]
    fn what_is_no_text_is_shown_and_said_to_be_so() {
        let lines: Vec<ShownLine> = Lines::split(b"a\xff\xfe\\xff\r\nb\rc\n\td\r\n", &[]).shown().collect();
        assert_eq!((lines[0].text.as_str(), &lines[0].escapes[..]), ("a\\xff\\xfe\\xff", &[1, 9][..]));
        assert_eq!((lines[1].text.as_str(), &lines[1].escapes[..]), ("b␍c␊", &[1, 2, 3, 4][..]));
        assert_eq!((lines[2].text.as_str(), &lines[2].escapes[..]), ("\td", &[][..]));
    }

    #[test]
    fn a_mark_of_several_lines_is_one_in_each() {
        let bytes = b"To: a\r\nVia: b\r\n ;c\r\n\r\n";
        assert_eq!(marked(bytes, 4..18), [(0, "a".into()), (1, "Via: b".into()), (2, " ;c".into())]);
        assert_eq!(marked(bytes, 5..7), [(0, String::new())], "a line end");
        assert_eq!(marked(bytes, 99..100), [(3, String::new())], "behind the end");
        assert_eq!(marked(b"", 0..0), []);
    }

    #[test]
    fn what_is_not_shown_is_one_line() {
        let bytes = b"MESSAGE x\nc: text/plain\n\nmy\nsecret\nwords";
        let hidden = [Hidden { range: 25..40, words: "body of 15 bytes (text/plain) not shown".into() }];
        let lines = Lines::split(bytes, &hidden);
        let shown: Vec<ShownLine> = lines.shown().collect();
        assert_eq!(shown[3].text, "body of 15 bytes (text/plain) not shown");
        assert_eq!((shown.len(), shown[3].instead_of), (4, Some(3)));
        assert_eq!(lines.places(&(28..34)), [3, 0, 0]);
    }
}
