//! Bytes -> start line, header lines and body, each with its span. Splitting cannot fail.
//!
//! Every byte lands in exactly one place: before the start line, in the start line, in a header line
//! (line end included), in the empty line, or in the body.

use super::name::Name;
use super::token::{first_of, is_token, token_run, trim, trim_end};
use crate::source::Span;

/// One header field as it stands in the message, folded lines included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeaderLine {
    /// Which header it is.
    pub kind: Name,
    /// The whole field with its line end.
    pub line: Span,
    /// The name as written, white space before the colon cut off.
    pub name: Span,
    /// The value as written, folds kept, white space around it cut off.
    pub value: Span,
    /// What makes the line no header.
    pub fault: Option<LineFault>,
}

/// Why a line of the header section is no header field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineFault {
    /// There is no colon in it.
    NoColon,
    /// What stands before the colon is no token.
    BadName,
    /// It begins with white space but continues nothing.
    Orphan,
    /// The message was cut off inside of it.
    Cut,
    /// It stands behind the last header line that the limit allows.
    OverLimit,
}

/// The first line, cut at its white space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StartLine {
    /// `INVITE sip:… SIP/2.0`
    Request {
        /// The method as written.
        method: Span,
        /// All that stands between the first and the last white space.
        uri: Span,
        /// The version; empty if the line has none.
        version: Span,
    },
    /// `SIP/2.0 200 OK`
    Status {
        /// The version.
        version: Span,
        /// The code as written.
        code: Span,
        /// The reason phrase, which may be empty.
        reason: Span,
    },
    /// Neither of both.
    Broken,
}

/// The parts of a message; see [`split`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Parts {
    pub(super) start: StartLine,
    /// The start line without its line end.
    pub(super) start_line: Span,
    pub(super) marks: Vec<Mark>,
    kinds: Kinds,
    /// The empty line that ends the header section; empty span at the end if there is none.
    pub(super) gap: Span,
    pub(super) body: Span,
    /// Whether the empty line was there.
    pub(super) headers_end: bool,
}

impl Parts {
    /// The header lines of `bytes`, of which these are the parts.
    pub(super) fn lines(
        &self,
        bytes: &[u8],
    ) -> impl ExactSizeIterator<Item = HeaderLine> + DoubleEndedIterator + Clone {
        (0..self.marks.len()).map(|index| self.line(index, bytes))
    }

    /// The header line in which an offset stands.
    pub(super) fn line_at(&self, offset: usize, bytes: &[u8]) -> Option<HeaderLine> {
        let behind = self.marks.partition_point(|mark| mark.start as usize <= offset);
        let line = self.line(behind.checked_sub(1)?, bytes);
        (offset < line.line.end as usize).then_some(line)
    }

    /// The rows of one header, without what is no header.
    #[inline]
    pub(super) fn rows(&self, kind: Name) -> impl Iterator<Item = (usize, &Mark)> + Clone {
        let marks = if self.has(kind) { &self.marks[..] } else { &[] };
        marks.iter().enumerate().filter(move |(_, mark)| mark.kind == kind && mark.fault.is_none())
    }

    /// Whether there is such a row.
    #[inline]
    pub(super) fn has(&self, kind: Name) -> bool {
        self.kinds.have(kind)
    }

    pub(super) fn line(&self, index: usize, bytes: &[u8]) -> HeaderLine {
        let mark = self.marks[index];
        let end = self.marks.get(index + 1).map_or(self.gap.start, |next| next.start);
        let start = mark.start as usize;
        HeaderLine {
            kind: mark.kind,
            line: Span { start: mark.start, end },
            name: Span::new(start, start + mark.name_length(bytes)),
            value: mark.value,
            fault: mark.fault,
        }
    }
}

/// What is kept of a header line: there are many, and the rest is told by where the next one begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Mark {
    start: u32,
    pub(super) value: Span,
    /// Length of the name; [`u16::MAX`] for longer ones, too.
    name: u16,
    pub(super) kind: Name,
    pub(super) fault: Option<LineFault>,
}

impl Mark {
    const NONE: Self = Self { start: 0, value: Span::at(0), name: 0, kind: Name::Other, fault: None };

    fn name_length(&self, bytes: &[u8]) -> usize {
        match self.name {
            u16::MAX => token_run(&bytes[self.start as usize..]),
            length => usize::from(length),
        }
    }
}

/// Which headers are there, one bit for each: most that are asked for are not.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Kinds([u64; 2]);

impl Kinds {
    fn add(&mut self, kind: Name) {
        self.0[kind as usize / 64] |= 1 << (kind as u32 % 64);
    }

    fn have(self, kind: Name) -> bool {
        self.0[kind as usize / 64] >> (kind as u32 % 64) & 1 != 0
    }
}

/// Marks that are gathered without an allocation, which is made once, when it is known how many they are.
struct Marks {
    few: [Mark; 32],
    count: usize,
    before: Vec<Mark>,
}

impl Marks {
    fn push(&mut self, mark: Mark) {
        if self.count == self.few.len() {
            self.before.extend_from_slice(&self.few);
            self.count = 0;
        }
        self.few[self.count] = mark;
        self.count += 1;
    }

    fn into_list(mut self) -> Vec<Mark> {
        if self.before.is_empty() {
            return self.few[..self.count].to_vec();
        }
        self.before.reserve_exact(self.count);
        self.before.extend_from_slice(&self.few[..self.count]);
        self.before
    }
}

/// Splits `bytes`. At most `limit` header lines are read; the others become one line with
/// [`LineFault::OverLimit`]. With `cut`, a last line without its end counts as lost.
pub(super) fn split(bytes: &[u8], limit: usize, cut: bool) -> Parts {
    let first = bytes.iter().position(|&b| b != b'\r' && b != b'\n').unwrap_or(bytes.len());
    let (start_text, mut rest) = cut_line(&bytes[first..]);
    let start_line = Span::new(first, first + start_text.len());
    let start = start_line_of(bytes, start_line);
    let mut marks = Marks { few: [Mark::NONE; 32], count: 0, before: Vec::new() };
    let mut kinds = Kinds::default();
    let (mut left, mut end) = (limit, None);
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        let (mut text, mut after) = cut_line(rest);
        if text.is_empty() {
            end = Some(Span::new(at, bytes.len() - after.len()));
            break;
        }
        if left == 0 {
            after = behind_headers(rest);
            let line = Span::new(at, bytes.len() - after.len());
            marks.push(no_header(at, line, LineFault::OverLimit));
            rest = after;
            continue;
        }
        left -= 1;
        if begins_with_space(after) {
            (text, after) = unfolded(rest, after);
        }
        let mark = if cut && after.is_empty() && bytes.last() != Some(&b'\n') {
            no_header(at, Span::new(at, at + text.len()), LineFault::Cut)
        } else {
            header_line(text, at)
        };
        if mark.fault.is_none() {
            kinds.add(mark.kind);
        }
        marks.push(mark);
        rest = after;
    }
    let headers_end = end.is_some();
    let gap = end.unwrap_or(Span::at(bytes.len()));
    let body = Span::new(gap.end as usize, bytes.len());
    Parts { start, start_line, marks: marks.into_list(), kinds, gap, body, headers_end }
}

/// The first line of `rest` without its end, and what is behind it.
#[inline]
fn cut_line(rest: &[u8]) -> (&[u8], &[u8]) {
    let Some(lf) = first_of([b'\n'], rest) else { return (rest, &[]) };
    let (text, after) = (&rest[..lf], &rest[lf + 1..]);
    (text.strip_suffix(b"\r").unwrap_or(text), after)
}

fn begins_with_space(text: &[u8]) -> bool {
    matches!(text.first(), Some(b' ' | b'\t'))
}

/// RFC 3261 7.3.1: a line that begins with white space continues the one before. `rest` begins with the first of
/// them, `after` with the second; gives all of them as one, and what is behind.
#[cold]
fn unfolded<'m>(rest: &'m [u8], mut after: &'m [u8]) -> (&'m [u8], &'m [u8]) {
    let mut text = rest;
    while begins_with_space(after) {
        let at = rest.len() - after.len();
        let (more, behind) = cut_line(after);
        text = &rest[..at + more.len()];
        after = behind;
    }
    (text, after)
}

/// What begins with the empty line of `rest`.
fn behind_headers(mut rest: &[u8]) -> &[u8] {
    while !rest.is_empty() {
        let (text, after) = cut_line(rest);
        if text.is_empty() {
            break;
        }
        rest = after;
    }
    rest
}

fn no_header(at: usize, value: Span, fault: LineFault) -> Mark {
    Mark { start: at as u32, value, fault: Some(fault), ..Mark::NONE }
}

/// The line `text`, which begins `at` a place of the message.
#[inline]
fn header_line(text: &[u8], at: usize) -> Mark {
    let broken = |fault| no_header(at, Span::new(at, at + text.len()), fault);
    if begins_with_space(text) {
        return broken(LineFault::Orphan);
    }
    let Some(colon) = first_of([b':'], text) else {
        return broken(LineFault::NoColon);
    };
    // White space may stand before the colon, but not before the name: a carriage return there is part of it.
    let name = trim_end(&text[..colon]);
    let kind = Name::of(name);
    // A name that is known is a token.
    if kind == Name::Other && !is_token(name) {
        return broken(LineFault::BadName);
    }
    let behind = &text[colon + 1..];
    let value = trim(behind.strip_prefix(b" ").unwrap_or(behind));
    let start = at + (value.as_ptr() as usize - text.as_ptr() as usize);
    Mark {
        start: at as u32,
        value: Span { start: start as u32, end: (start + value.len()) as u32 },
        name: u16::try_from(name.len()).unwrap_or(u16::MAX),
        kind,
        fault: None,
    }
}

/// Cuts the start line at its first and last space, so that what is wrong between them stays visible.
fn start_line_of(bytes: &[u8], span: Span) -> StartLine {
    let text = span.of(bytes);
    let base = span.start as usize;
    let Some(first) = first_of([b' ', b'\t'], text) else {
        return StartLine::Broken;
    };
    if text.len() >= 4 && text[..4].eq_ignore_ascii_case(b"SIP/") {
        let rest = &text[first + 1..];
        let code_end = first_of([b' ', b'\t'], rest).unwrap_or(rest.len());
        let code = Span::new(base + first + 1, base + first + 1 + code_end);
        let reason = Span::new((code.end as usize + 1).min(span.end as usize), span.end as usize);
        return StartLine::Status { version: Span::new(base, base + first), code, reason };
    }
    // The version is found by its look, not by the last space: `… SIP/2.0 ` ends with a space too much.
    let tail = trim(text);
    let version_at = memchr::memrchr2(b' ', b'\t', tail)
        .map(|space| space + 1)
        .filter(|&at| tail[at..].len() >= 4 && tail[at..at + 4].eq_ignore_ascii_case(b"SIP/"));
    let method = Span::new(base, base + first);
    match version_at {
        Some(at) if at > first => {
            let uri_end = (at - 1).max(first + 1);
            StartLine::Request {
                method,
                uri: Span::new(base + first + 1, base + uri_end),
                version: Span::new(base + at, span.end as usize),
            }
        }
        _ => StartLine::Request {
            method,
            uri: Span::new(base + first + 1, span.end as usize),
            version: Span::at(span.end as usize),
        },
    }
}
