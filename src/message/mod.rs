//! Payload -> message. Knows nothing of packets, sessions or clauses.
//!
//! A [`Message`] is split once and never fails; typed headers, URIs and bodies are read from it when
//! somebody asks, and borrow its bytes, so that [`Message::span_of`] tells where each of them stood.

pub mod body;
mod bytes;
pub mod headers;
pub mod name;
mod split;
pub mod syntax;
pub mod token;
pub mod uri;

use std::borrow::Cow;

pub use self::name::Name;
pub use self::split::{HeaderLine, LineFault, StartLine};
use crate::source::{LineColumn, Span};

/// How far a message is read before the rest is left alone (and the report says so).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Header lines.
    pub header_lines: usize,
    /// Body parts, nested ones included.
    pub parts: usize,
    /// How deep multiparts and lists may be nested.
    pub nesting: usize,
}

impl Limits {
    /// Far above what any client sends, low enough that no message is expensive.
    pub const DEFAULT: Self = Self { header_lines: 200_000, parts: 10_000, nesting: 32 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A SIP message: its bytes, and where its parts stand in them.
///
/// ```
/// use sipclause::message::{Message, Name};
///
/// let message = Message::split(b"BYE sip:a@b.example SIP/2.0\r\nk: timer\r\n , replaces\r\n\r\n");
/// assert_eq!(message.method(), Some(&b"BYE"[..]));
/// let tags: Vec<_> = message.values(Name::Supported).collect();
/// assert_eq!(tags, [b"timer".as_slice(), b"replaces"]);
/// ```
#[derive(Clone, Debug)]
pub struct Message<'a> {
    bytes: Cow<'a, [u8]>,
    parts: split::Parts,
    cut: bool,
    limits: Limits,
}

impl<'a> Message<'a> {
    /// Splits a whole message.
    pub fn split(bytes: &'a [u8]) -> Self {
        Self::split_within(bytes, Wholeness::Whole, Limits::DEFAULT)
    }

    /// Splits a message of which the capture may have lost the end.
    pub fn split_within(bytes: impl Into<Cow<'a, [u8]>>, wholeness: Wholeness, limits: Limits) -> Self {
        let (bytes, cut) = (bytes.into(), wholeness == Wholeness::Cut);
        let parts = split::split(&bytes, limits.header_lines, cut);
        Self { bytes, parts, cut, limits }
    }

    /// The same message with bytes of its own, and no more memory than it needs.
    pub fn into_owned(mut self) -> Message<'static> {
        self.parts.marks.shrink_to_fit();
        let mut bytes = self.bytes.into_owned();
        bytes.shrink_to_fit();
        Message { bytes: Cow::Owned(bytes), parts: self.parts, cut: self.cut, limits: self.limits }
    }

    /// All bytes, as they were given.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the capture lost the end of this message.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// The limits it was split with.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The start line, cut at its white space.
    pub fn start(&self) -> StartLine {
        self.parts.start
    }

    /// Place of the start line, without its line end.
    pub fn start_line(&self) -> Span {
        self.parts.start_line
    }

    /// The method of a request, as written.
    pub fn method(&self) -> Option<&[u8]> {
        match self.parts.start {
            StartLine::Request { method, .. } => Some(method.of(&self.bytes)),
            _ => None,
        }
    }

    /// Whether this is a request of that method. Methods are case-sensitive (RFC 3261 7.1).
    pub fn is(&self, method: &str) -> bool {
        self.method() == Some(method.as_bytes())
    }

    /// The Request-URI as written.
    pub fn request_uri(&self) -> Option<&[u8]> {
        match self.parts.start {
            StartLine::Request { uri, .. } => Some(uri.of(&self.bytes)),
            _ => None,
        }
    }

    /// The status code of a response, if it is a number of three digits.
    pub fn status(&self) -> Option<u16> {
        match self.parts.start {
            StartLine::Status { code, .. } => {
                let [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] = code.of(&self.bytes) else {
                    return None;
                };
                Some([a, b, c].into_iter().fold(0, |code, digit| 10 * code + u16::from(digit - b'0')))
            }
            _ => None,
        }
    }

    /// All lines of the header section in order, broken ones included.
    pub fn header_lines(&self) -> impl ExactSizeIterator<Item = HeaderLine> + DoubleEndedIterator + Clone {
        self.parts.lines(&self.bytes)
    }

    /// The line of the header section in which an offset stands.
    pub fn header_line_at(&self, offset: usize) -> Option<HeaderLine> {
        self.parts.line_at(offset, &self.bytes)
    }

    /// How many bytes it takes beside itself.
    pub(crate) fn held(&self) -> usize {
        self.bytes.len() + size_of_val(&self.parts.marks[..])
    }

    /// Whether the empty line after the headers is there. If not, an absent header may have been lost.
    pub fn has_whole_headers(&self) -> bool {
        self.parts.headers_end
    }

    /// Whether header lines were left unread because there are more than the limit allows.
    pub fn exceeds_limit(&self) -> bool {
        self.parts.marks.last().is_some_and(|mark| mark.fault == Some(LineFault::OverLimit))
    }

    /// The empty line between headers and body; without one, the empty span at the end.
    pub fn empty_line(&self) -> Span {
        self.parts.gap
    }

    /// The rows of one header, in order.
    pub fn rows(&self, name: Name) -> impl Iterator<Item = HeaderLine> + Clone {
        self.parts.rows(name).map(|(index, _)| self.header_line(index))
    }

    /// All rows in order: the number of the line, the header and the value. See [`Self::header_line`].
    pub(crate) fn fields(&self) -> impl Iterator<Item = (usize, Name, &[u8])> {
        let marks = self.parts.marks.iter().enumerate().filter(|(_, mark)| mark.fault.is_none());
        marks.map(|(index, mark)| (index, mark.kind, mark.value.of(&self.bytes)))
    }

    /// The lines that are no headers.
    pub(crate) fn broken_lines(&self) -> impl Iterator<Item = HeaderLine> {
        let marks = self.parts.marks.iter().enumerate().filter(|(_, mark)| mark.fault.is_some());
        marks.map(|(index, _)| self.header_line(index))
    }

    /// The header line of that number, from 0.
    pub(crate) fn header_line(&self, index: usize) -> HeaderLine {
        self.parts.line(index, &self.bytes)
    }

    /// The values of the rows of one header, in order, folds kept.
    fn row_values(&self, name: Name) -> impl Iterator<Item = &[u8]> + Clone {
        self.parts.rows(name).map(|(_, mark)| mark.value.of(&self.bytes))
    }

    /// The value of the first row of one header, folds kept.
    pub fn first(&self, name: Name) -> Option<&[u8]> {
        self.row_values(name).next()
    }

    /// Whether the header is there, even with an empty value.
    pub fn has(&self, name: Name) -> bool {
        self.parts.has(name)
    }

    /// The values of a comma-separated header over all of its rows (RFC 3261 7.3.1), trimmed, without empty ones.
    pub fn values(&self, name: Name) -> impl Iterator<Item = &[u8]> {
        self.row_values(name)
            .flat_map(|row| token::split_outside_quotes(row, b','))
            .map(token::trim)
            .filter(|value| !value.is_empty())
    }

    /// Whether a comma-separated header of tokens lists `wanted`, in any letter case.
    pub fn lists_token(&self, name: Name, wanted: &str) -> bool {
        self.values(name).any(|value| token::same_token(value, wanted))
    }

    /// The body: all bytes behind the empty line.
    pub fn body(&self) -> &[u8] {
        self.parts.body.of(&self.bytes)
    }

    /// Place of the body.
    pub fn body_span(&self) -> Span {
        self.parts.body
    }

    /// The number in Content-Length, if there is exactly one and it is one.
    pub fn content_length(&self) -> Option<u64> {
        let mut rows = self.row_values(Name::ContentLength);
        let value = token::number(rows.next()?)?;
        rows.next().is_none().then_some(value)
    }

    /// Where a typed value of this message stands; `None` for bytes from elsewhere (a decoded body part).
    pub fn span_of(&self, part: &[u8]) -> Option<Span> {
        Span::of_slice(&self.bytes, part)
    }

    /// Line and column of an offset.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        LineColumn::of(&self.bytes, offset)
    }
}

/// Whether the bytes handed over are all that was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wholeness {
    /// All of it.
    Whole,
    /// The capture lost the end: snap length, lost fragment, gap in a stream, end of input.
    Cut,
}

/// The registered methods of SIP requests, in alphabetical order.
pub const METHODS: [&[u8]; 14] = [
    b"ACK",
    b"BYE",
    b"CANCEL",
    b"INFO",
    b"INVITE",
    b"MESSAGE",
    b"NOTIFY",
    b"OPTIONS",
    b"PRACK",
    b"PUBLISH",
    b"REFER",
    b"REGISTER",
    b"SUBSCRIBE",
    b"UPDATE",
];

/// Whether a payload begins like a SIP message, on whatever port it came.
///
/// A status line begins with `SIP/` and a digit; a request line ends so, or (a version forgotten) has a
/// SIP, SIPS or tel URI behind its method. Empty lines before it are allowed (RFC 3261 7.5). Only the
/// first line is looked at, and not more than 16 KiB of it.
pub fn looks_like_sip(payload: &[u8]) -> bool {
    let start = payload.iter().position(|&b| b != b'\r' && b != b'\n').unwrap_or(payload.len());
    let payload = &payload[start..];
    if begins_with_version(payload) {
        return true;
    }
    // A method is a token, and a request line has a space behind it within a few bytes.
    let Some(method) = payload[..payload.len().min(64)].iter().position(|&b| b == b' ' || b == b'\t') else {
        return false;
    };
    if !token::is_token(&payload[..method]) {
        return false;
    }
    let window = &payload[method..payload.len().min(16 * 1024)];
    if let [b' ', b's', b'i', b'p', b':', next, ..] = window
        && next.is_ascii_graphic()
    {
        return true;
    }
    let line = token::trim(&window[..memchr::memchr(b'\n', window).unwrap_or(window.len())]);
    let last_word = memchr::memrchr2(b' ', b'\t', line).map_or(&line[..0], |space| &line[space + 1..]);
    begins_with_version(last_word)
        || [&b"sip:"[..], b"sips:", b"tel:"]
            .iter()
            .any(|scheme| line.len() > scheme.len() && line[..scheme.len()].eq_ignore_ascii_case(scheme))
}

/// Whether `text` begins with `SIP/` and a digit, in any letter case.
fn begins_with_version(text: &[u8]) -> bool {
    text.len() > 4 && text[..4].eq_ignore_ascii_case(b"SIP/") && text[4].is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INVITE: &[u8] = b"INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1,\r\n SIP/2.0/TCP b.example\r\nSubject : x\r\nno header\r\ni:1@a\r\n\r\nbody";

    #[test]
    fn folds_compact_forms_and_space_before_the_colon_are_read() {
        let message = Message::split(INVITE);
        assert_eq!(message.values(Name::Via).count(), 2);
        assert_eq!(message.first(Name::Subject), Some(&b"x"[..]));
        assert_eq!(message.first(Name::CallId), Some(&b"1@a"[..]));
        assert_eq!(message.body(), b"body");
        assert_eq!(message.header_lines().nth(2).unwrap().fault, Some(LineFault::NoColon));
    }

    #[test]
    fn a_cut_message_loses_its_last_line_and_no_other() {
        let cut = Message::split_within(&INVITE[..INVITE.len() - 10], Wholeness::Cut, Limits::DEFAULT);
        assert!(!cut.has_whole_headers());
        assert_eq!(cut.first(Name::CallId), None);
        assert_eq!(cut.first(Name::Subject), Some(&b"x"[..]));
    }

    #[test]
    fn a_carriage_return_before_a_name_is_part_of_it() {
        let message = Message::split(b"BYE sip:a SIP/2.0\n\rVia: x\nTo\r : y\n\n");
        let [bad, good] = message.header_lines().collect::<Vec<_>>()[..] else { panic!() };
        assert_eq!((bad.kind, bad.fault), (Name::Other, Some(LineFault::BadName)));
        assert_eq!((good.kind, good.name.of(message.bytes())), (Name::To, &b"To"[..]));
    }

    #[test]
    fn names_of_any_length_and_many_lines_are_kept() {
        let name = "x".repeat(70_000);
        let lines: String = (0..100).map(|n| format!("X-{n}: {n}\r\n")).collect();
        let text = format!("BYE sip:a SIP/2.0\r\n{name} : y\r\n{lines}\r\n");
        let message = Message::split(text.as_bytes());
        assert_eq!(message.header_lines().len(), 101);
        assert_eq!(message.header_line(0).name.len(), name.len());
        for (index, line) in message.header_lines().enumerate() {
            assert_eq!(message.header_line_at(line.value.start as usize), Some(line));
            assert_eq!(message.header_line_at(line.line.end as usize), message.header_lines().nth(index + 1));
        }
        assert_eq!(message.header_line_at(0), None);
    }

    #[test]
    fn lines_over_the_limit_are_kept_as_one() {
        let limits = Limits { header_lines: 1, ..Limits::DEFAULT };
        let message = Message::split_within(INVITE, Wholeness::Whole, limits);
        assert_eq!(message.header_lines().len(), 2);
        assert_eq!(message.header_lines().nth(1).unwrap().fault, Some(LineFault::OverLimit));
        assert_eq!(message.body(), b"body");
    }

    #[test]
    fn sip_is_known_by_its_first_line() {
        assert!(looks_like_sip(b"\r\nREGIStER sip:a SIP/2.0\r\n"));
        assert!(looks_like_sip(b"SIP/2.0 200 OK\r\n"));
        assert!(looks_like_sip(b"INVITE sip:a SIP/7.0\r\n"));
        assert!(!looks_like_sip(b"NOTIFY * HTTP/1.1\r\nX: SIP/2.0\r\n"));
        assert!(!looks_like_sip(b"HTTP/1.1 200 OK SIP/\r\n"));
        assert!(!looks_like_sip(b"\r\n\r\n"));
    }

    proptest! {
        #[test]
        fn splitting_gives_every_byte_back(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut: bool) {
            every_byte_lands_once(&bytes, cut)?;
        }

        #[test]
        fn splitting_sip_like_text_gives_every_byte_back(
            lines in proptest::collection::vec("[A-Za-z :;,<>\"\t]{0,12}(\r\n|\n|\r)", 0..20),
        ) {
            every_byte_lands_once(lines.concat().as_bytes(), false)?;
        }
    }

    fn every_byte_lands_once(bytes: &[u8], cut: bool) -> Result<(), TestCaseError> {
        let wholeness = if cut { Wholeness::Cut } else { Wholeness::Whole };
        let message = Message::split_within(bytes, wholeness, Limits::DEFAULT);
        let mut at = message.start_line().start as usize;
        prop_assert!(bytes[..at].iter().all(|b| b"\r\n".contains(b)));
        at = message.start_line().end as usize;
        for line in message.header_lines() {
            prop_assert!(bytes[at..line.line.start as usize].iter().all(|b| b"\r\n".contains(b)));
            prop_assert!(line.line.start <= line.value.start && line.value.end <= line.line.end);
            at = line.line.end as usize;
        }
        prop_assert!(bytes[at..message.empty_line().start as usize].iter().all(|b| b"\r\n".contains(b)));
        prop_assert_eq!(message.empty_line().end, message.body_span().start);
        prop_assert_eq!(message.body_span().end as usize, bytes.len());
        Ok(())
    }
}
