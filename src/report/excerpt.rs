//! Lines of a message -> a text to show, and where the marked bytes stand in it.
//!
//! The terminal never sees the bytes themselves: each character becomes what [`sanitise`] makes of it, and
//! every offset is mapped to the place of its character, so that no mark ends inside of one.
//!
//! [`sanitise`]: crate::visible::sanitise

use std::ops::Range;

use crate::verdict::Hidden;
use crate::visible::{push_shown, push_stray, sanitise};

/// Marked lines of one message.
pub(super) struct Excerpt {
    /// The lines as they are shown, parted by LF. No other control is in it.
    pub(super) text: String,
    /// Number of the first line, from 0 in its message.
    pub(super) first_line: usize,
    /// The marks, as ranges of `text`, in the order in which they were given.
    pub(super) marks: Vec<Range<usize>>,
    /// The lines above the first mark that begin its header, as a range of `text`.
    pub(super) above: Option<Range<usize>>,
    /// How many lines of the first mark are not shown.
    pub(super) left_out: usize,
}

/// The bytes of a message, and what of them is not shown.
pub(super) type Seen<'m> = (&'m [u8], &'m [Hidden]);

/// Lines shown of one mark.
const MOST_LINES: usize = 4;

/// Lines shown above a mark to tell whose continuation it is.
const MOST_ABOVE: usize = 3;

impl Excerpt {
    /// What to show of `bytes` so that the beginning of each of `marks` is seen in `width` columns. Marks of
    /// many lines are cut to their beginning.
    pub(super) fn of((bytes, hidden): Seen<'_>, marks: &[Range<usize>], width: usize) -> Self {
        let lines = Lines::of(bytes);
        let ends: Vec<Range<usize>> = marks.iter().map(|mark| trimmed(bytes, mark)).collect();
        let spread = |mark: &Range<usize>| lines.number(mark.start)..lines.number(mark.end) + 1;
        let shown = |mark: &Range<usize>| {
            let lines = spread(mark);
            lines.start..lines.end.min(lines.start + MOST_LINES)
        };
        let first = ends.iter().map(|mark| shown(mark).start).min().unwrap_or(0);
        let end = ends.iter().map(|mark| shown(mark).end).max().unwrap_or(1);
        let main = ends.first().map_or(first, |mark| shown(mark).start);
        let header = lines.header_of(bytes, main);
        let first_line = first.min(header);
        let left_out = ends.first().map_or(0, |mark| spread(mark).len() - shown(mark).len());

        let mut excerpt = Self { text: String::new(), first_line, marks: Vec::new(), above: None, left_out };
        let mut seen: Vec<Option<Range<usize>>> = vec![None; marks.len()];
        let mut header_begins = 0;
        let mut told = None;
        for number in first_line..end {
            if number == main && main > header {
                excerpt.above = Some(header_begins..excerpt.text.len());
            }
            if number == header {
                header_begins = excerpt.text.len() + usize::from(number > first_line);
            }
            let line = lines.content(bytes, number);
            let begins = lines.starts.get(number).copied().unwrap_or(bytes.len());
            let is_here = |mark: &Range<usize>| spread(mark).contains(&number);
            let here: Vec<(usize, Range<usize>)> =
                ends.iter().cloned().enumerate().filter(|(_, mark)| is_here(mark)).collect();
            let unseen = hidden.iter().position(|hidden| hidden.range.contains(&begins));
            let parts = match unseen {
                Some(index) => {
                    let is_first = told.replace(index) != Some(index);
                    let words = if is_first { &*hidden[index].words } else { "…" };
                    excerpt.push_words(words, &here)
                }
                None => excerpt.push_line(bytes, line, &here, width),
            };
            for (index, part) in parts {
                let begins = seen[index].as_ref().map_or(part.start, |seen| seen.start);
                seen[index] = Some(begins..part.end);
            }
        }
        excerpt.marks = seen.into_iter().map(Option::unwrap_or_default).collect();
        excerpt
    }

    /// Adds words in the place of a line that is not shown; whatever is marked in it marks all of them.
    fn push_words(&mut self, words: &str, here: &[(usize, Range<usize>)]) -> Vec<(usize, Range<usize>)> {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let begin = self.text.len();
        self.text.push_str(&sanitise(words));
        here.iter().map(|(index, _)| (*index, begin..self.text.len())).collect()
    }

    /// Adds a line, and tells what it holds of the marks `here`.
    fn push_line(
        &mut self,
        bytes: &[u8],
        line: Range<usize>,
        here: &[(usize, Range<usize>)],
        width: usize,
    ) -> Vec<(usize, Range<usize>)> {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let shown = Shown::of(&bytes[line.clone()]);
        let inside = |offset: usize| offset.clamp(line.start, line.end) - line.start;
        let wanted = here.first().map_or(0..0, |(_, mark)| inside(mark.start)..inside(mark.end));
        let window = shown.window(&wanted, width);
        let begin = self.text.len();
        let lead = if window.start > 0 { "…" } else { "" };
        self.text.push_str(lead);
        self.text.push_str(&shown.text[window.clone()]);
        if window.end < shown.text.len() {
            self.text.push('…');
        }
        // An empty line would be taken for the end of the line above it.
        if self.text.len() == begin {
            self.text.push(' ');
        }
        let visible =
            |place: usize| begin + lead.len() + place.clamp(window.start, window.end) - window.start;
        let part = |mark: &Range<usize>| {
            visible(shown.place(inside(mark.start)))..visible(shown.place_after(inside(mark.end)))
        };
        here.iter().map(|(index, mark)| (*index, part(mark))).collect()
    }
}

/// A mark without the line end it ends with: else it would reach into the next line.
fn trimmed(bytes: &[u8], mark: &Range<usize>) -> Range<usize> {
    let end = mark.end.min(bytes.len());
    let start = mark.start.min(end);
    let kept = bytes[start..end].iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    start..kept.map_or(start, |last| start + last + 1)
}

/// Where the lines of a message begin.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|lf| lf + 1));
        Self { starts }
    }

    /// The number, from 0, of the line that holds this offset.
    fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// The line without its CRLF or LF.
    fn content(&self, bytes: &[u8], number: usize) -> Range<usize> {
        let start = self.starts.get(number).copied().unwrap_or(bytes.len());
        let Some(next) = self.starts.get(number + 1) else { return start..bytes.len() };
        let end = next - 1;
        let is_crlf = end > start && bytes[end - 1] == b'\r';
        start..end - usize::from(is_crlf)
    }

    /// The line on which the header begins that this line continues, if it is near.
    fn header_of(&self, bytes: &[u8], number: usize) -> usize {
        let continues = |number: &usize| matches!(bytes.get(self.starts[*number]), Some(b' ' | b'\t'));
        let mut line = number;
        while line > 0 && number - line < MOST_ABOVE && continues(&line) {
            line -= 1;
        }
        if continues(&line) { number } else { line }
    }
}

/// One line as it is shown, with the way back to its bytes.
struct Shown {
    text: String,
    /// For each character: offset of its first byte in the line, its place in `text`, its column.
    cells: Vec<Cell>,
}

struct Cell {
    offset: usize,
    place: usize,
    column: usize,
}

impl Shown {
    fn of(line: &[u8]) -> Self {
        let mut shown = Self { text: String::with_capacity(line.len()), cells: Vec::new() };
        let (mut offset, mut column) = (0, 0);
        for chunk in line.utf8_chunks() {
            for character in chunk.valid().chars() {
                let len = character.len_utf8();
                shown.push(&mut offset, &mut column, len, |text| match character {
                    '\t' => text.push_str("    "),
                    _ => push_shown(text, character),
                });
            }
            for &byte in chunk.invalid() {
                shown.push(&mut offset, &mut column, 1, |text| push_stray(text, byte));
            }
        }
        shown.cells.push(Cell { offset, place: shown.text.len(), column });
        shown
    }

    fn push(&mut self, offset: &mut usize, column: &mut usize, len: usize, write: impl Fn(&mut String)) {
        let place = self.text.len();
        self.cells.push(Cell { offset: *offset, place, column: *column });
        write(&mut self.text);
        *offset += len;
        *column += self.text[place..].chars().map(columns).sum::<usize>();
    }

    /// Index of the character that holds this offset of the line.
    fn cell(&self, offset: usize) -> usize {
        self.cells.partition_point(|cell| cell.offset <= offset).saturating_sub(1)
    }

    /// Place in the text of the character that holds this offset of the line.
    fn place(&self, offset: usize) -> usize {
        self.cells.get(self.cell(offset)).map_or(0, |cell| cell.place)
    }

    /// Place in the text where the character ends that holds the byte before this offset of the line.
    fn place_after(&self, offset: usize) -> usize {
        let cell = self.cells.partition_point(|cell| cell.offset < offset);
        self.cells.get(cell).map_or(self.text.len(), |cell| cell.place)
    }

    /// The part of the text that fits into `width` columns and shows the beginning of `wanted`, with
    /// something before it.
    fn window(&self, wanted: &Range<usize>, width: usize) -> Range<usize> {
        // One column for each `…`.
        let room = width.saturating_sub(2).max(8);
        let total = self.cells.last().map_or(0, |cell| cell.column);
        if total <= width {
            return 0..self.text.len();
        }
        let column = |offset: usize| self.cells.get(self.cell(offset)).map_or(0, |cell| cell.column);
        let (start, end) = (column(wanted.start), column(wanted.end));
        let left = match end <= room {
            true => 0,
            false => start.saturating_sub(room.saturating_sub(end - start).max(room / 4) / 2),
        };
        let left = left.min(total.saturating_sub(room));
        let first = self.cells.partition_point(|cell| cell.column < left);
        let last = self.cells.partition_point(|cell| cell.column <= left + room).saturating_sub(1);
        let place = |index: usize| self.cells.get(index).map_or(self.text.len(), |cell| cell.place);
        place(first)..place(last.max(first))
    }
}

/// Columns that a shown character takes; rather one too many than one too few.
fn columns(character: char) -> usize {
    match character {
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' => 2,
        '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ffe6}' => 2,
        '\u{1f000}'.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(bytes: &[u8], mark: Range<usize>, width: usize) -> (String, String) {
        let excerpt = Excerpt::of((bytes, &[]), std::slice::from_ref(&mark), width);
        let range = excerpt.marks[0].clone();
        let seen = excerpt.text[range].to_owned();
        (excerpt.text, seen)
    }

    #[test]
    fn a_continuation_line_is_shown_under_its_header() {
        let bytes = b"To: <sip:b@x>\r\nAccept-Contact: *\r\n ;explicit\r\n ;require\r\nVia: x\r\n\r\n";
        let start = bytes.windows(7).position(|seven| seven == b"require").unwrap();
        let (text, seen) = marked(bytes, start..start + 7, 80);
        assert_eq!(text, "Accept-Contact: *\n ;explicit\n ;require");
        assert_eq!(seen, "require");
    }

    #[test]
    fn marks_never_end_inside_a_character() {
        let bytes = "Subject: gr\u{fc}n".as_bytes();
        for mark in [11..12, 12..13, 11..13] {
            assert_eq!(marked(bytes, mark, 80).1, "\u{fc}");
        }
    }

    #[test]
    fn a_long_line_shows_its_mark() {
        let mut bytes = vec![b'a'; 10_000];
        bytes[7_000..7_010].fill(b'b');
        let (text, seen) = marked(&bytes, 7_000..7_010, 72);
        assert_eq!(seen, "bbbbbbbbbb");
        assert!(text.starts_with('…') && text.ends_with('…'), "{text}");
        assert!(text.chars().count() <= 72, "{text}");
    }

    #[test]
    fn a_line_end_is_hidden_and_a_lone_cr_is_not() {
        let (text, seen) = marked(b"a\rb\r\nc", 1..5, 80);
        assert_eq!((text.as_str(), seen.as_str()), ("a␍b", "␍b"));
        assert_eq!(marked(b"a\r", 1..2, 80).0, "a␍");
    }

    #[test]
    fn a_mark_of_many_lines_is_cut() {
        let mark = 0..11;
        let excerpt = Excerpt::of((b"1\n2\n3\n4\n5\n6\n7", &[]), std::slice::from_ref(&mark), 80);
        assert_eq!(excerpt.text, "1\n2\n3\n4");
        assert_eq!(excerpt.left_out, 2);
    }

    #[test]
    fn the_end_of_a_message_is_a_place_too() {
        assert_eq!(marked(b"", 0..0, 80), (" ".into(), String::new()));
        assert_eq!(marked(b"a\r\n", 3..3, 80).0, " ");
    }
}
