//! Bytes -> start line, header lines and body, each with its span. Splitting cannot fail.
//!
//! Every byte lands in exactly one place: before the start line, in the start line, in a header line
//! (line end included), in the empty line, or in the body.

use super::name::Name;
use super::token::{is_token_byte, trim, trim_end};
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
    pub(super) headers: Vec<HeaderLine>,
    /// The empty line that ends the header section; empty span at the end if there is none.
    pub(super) gap: Span,
    pub(super) body: Span,
    /// Whether the empty line was there.
    pub(super) headers_end: bool,
}

/// Splits `bytes`. At most `limit` header lines are read; the others become one line with
/// [`LineFault::OverLimit`]. With `cut`, a last line without its end counts as lost.
pub(super) fn split(bytes: &[u8], limit: usize, cut: bool) -> Parts {
    let first = bytes.iter().position(|&b| b != b'\r' && b != b'\n').unwrap_or(bytes.len());
    let (start_text, mut at) = line(bytes, first);
    let start_line = Span::new(first, first + start_text);
    let start = start_line_of(bytes, start_line);
    // Most messages have fewer lines than this: one allocation does.
    let mut headers = Vec::with_capacity(24.min(limit));
    let mut end = None;
    while at < bytes.len() {
        let (text, next) = line(bytes, at);
        if text == 0 {
            end = Some(Span::new(at, next));
            break;
        }
        if headers.len() >= limit {
            let next = end_of_headers(bytes, at);
            let line = Span::new(at, next);
            headers.push(HeaderLine {
                kind: Name::Other,
                line,
                name: Span::at(at),
                value: line,
                fault: Some(LineFault::OverLimit),
            });
            at = next;
            continue;
        }
        let (text_end, next) = unfolded_end(bytes, at + text, next);
        headers.push(header_line(bytes, at, text_end, next, cut && next == bytes.len()));
        at = next;
    }
    let headers_end = end.is_some();
    let gap = end.unwrap_or(Span::at(bytes.len()));
    let body = Span::new(gap.end as usize, bytes.len());
    Parts { start, start_line, headers, gap, body, headers_end }
}

/// Length of the line at `at` without its end, and where the next one begins.
fn line(bytes: &[u8], at: usize) -> (usize, usize) {
    match memchr::memchr(b'\n', &bytes[at..]) {
        Some(lf) if lf > 0 && bytes[at + lf - 1] == b'\r' => (lf - 1, at + lf + 1),
        Some(lf) => (lf, at + lf + 1),
        None => (bytes.len() - at, bytes.len()),
    }
}

/// RFC 3261 7.3.1: a line that begins with white space continues the one before.
fn unfolded_end(bytes: &[u8], mut text_end: usize, mut next: usize) -> (usize, usize) {
    while matches!(bytes.get(next), Some(b' ' | b'\t')) {
        let (text, after) = line(bytes, next);
        text_end = next + text;
        next = after;
    }
    (text_end, next)
}

/// Where the empty line after `at` begins.
fn end_of_headers(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        let (text, next) = line(bytes, at);
        if text == 0 {
            break;
        }
        at = next;
    }
    at
}

fn header_line(bytes: &[u8], at: usize, text_end: usize, next: usize, may_be_cut: bool) -> HeaderLine {
    let line = Span::new(at, next);
    let text = &bytes[at..text_end];
    let cut = may_be_cut && bytes.last() != Some(&b'\n');
    let broken = |fault| HeaderLine {
        kind: Name::Other,
        line,
        name: Span::at(at),
        value: Span::new(at, text_end),
        fault: Some(fault),
    };
    if cut {
        return broken(LineFault::Cut);
    }
    if matches!(text.first(), Some(b' ' | b'\t')) {
        return broken(LineFault::Orphan);
    }
    // Nearly every line begins with a token and a colon: then nothing has to be looked at twice.
    let token = text.iter().position(|&byte| !is_token_byte(byte)).unwrap_or(text.len());
    let colon = match text.get(token) {
        Some(b':') => Some(token),
        _ => memchr::memchr(b':', text),
    };
    let Some(colon) = colon else {
        return broken(LineFault::NoColon);
    };
    // White space may stand before the colon, but not before the name: a carriage return there is part of it.
    let name = trim_end(&text[..colon]);
    let value = trim(&text[colon + 1..]);
    let start = at + colon + 1 + (value.as_ptr() as usize - text[colon + 1..].as_ptr() as usize);
    if name.is_empty() || name.len() > token {
        return broken(LineFault::BadName);
    }
    HeaderLine {
        kind: Name::of(name),
        line,
        name: Span::new(at, at + name.len()),
        value: Span::new(start, start + value.len()),
        fault: None,
    }
}

/// Cuts the start line at its first and last space, so that what is wrong between them stays visible.
fn start_line_of(bytes: &[u8], span: Span) -> StartLine {
    let text = span.of(bytes);
    let base = span.start as usize;
    let Some(first) = memchr::memchr2(b' ', b'\t', text) else {
        return StartLine::Broken;
    };
    if text.len() >= 4 && text[..4].eq_ignore_ascii_case(b"SIP/") {
        let rest = &text[first + 1..];
        let code_end = memchr::memchr2(b' ', b'\t', rest).unwrap_or(rest.len());
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
