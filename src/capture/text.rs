//! `.sip` text -> packets: messages framed by Content-Length or by separator lines.
//!
//! Content-Length wins where the text agrees with it: where the end of the text, a separator or another
//! message follows, empty lines between them left aside. Where it disagrees, the body is what is there.

mod separator;

use std::borrow::Cow;
use std::io::Read;

use self::separator::Way;
use super::input::Input;
use super::problem::Log;
use super::start::{begins_message, first_line, is_versioned};
use super::{Caps, Framing, Packet};
use crate::message::{Limits, Message, Name, Wholeness, looks_like_sip, token};
use crate::source::Time;

/// The longest text that is read.
const CAP: usize = 256 << 20;

/// A text with the place up to which it has been handed out.
#[derive(Debug)]
pub(super) struct Text {
    bytes: Vec<u8>,
    at: usize,
    /// Line on which `at` stands, from 1.
    line: usize,
    messages: u64,
    now: Option<Time>,
    /// Whether the text is longer than what was read of it.
    cut: bool,
    limits: Limits,
}

/// Whether `head` is the beginning of SIP text: a start line, or separators and then one.
pub(super) fn is_sip(head: &[u8]) -> bool {
    let mut rest = without_bom(head);
    while !rest.is_empty() {
        let (line, next) = first_line(rest);
        if !is_blank(line) && !separator::is_separator(line) {
            return looks_like_sip(rest);
        }
        rest = &rest[next..];
    }
    head.iter().all(u8::is_ascii_whitespace)
}

fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

impl Text {
    /// Reads the whole text.
    pub(super) fn read<R: Read>(input: &mut Input<R>, caps: Caps, log: &mut Log) -> Self {
        let (mut bytes, cut) = input.take_all(CAP);
        if cut {
            log.damage("text-cap", || format!("only the first {CAP} bytes are read"));
        }
        let error = input.take_error();
        if let Some(error) = &error {
            log.damage("text-read", || format!("reading stopped after {} bytes: {error}", bytes.len()));
        }
        bytes.drain(..bytes.len() - without_bom(&bytes).len());
        if let Some(wire) = as_on_the_wire(&bytes) {
            bytes = wire;
            log.note("lf", || "the lines end with LF: they are read as CRLF".to_owned());
        }
        let cut = cut || error.is_some();
        Self { bytes, at: 0, line: 1, messages: 0, now: None, cut, limits: caps.limits }
    }

    pub(super) fn messages(&self) -> u64 {
        self.messages
    }

    pub(super) fn now(&self) -> Option<Time> {
        self.now
    }

    /// The next message.
    pub(super) fn next_packet(&mut self, log: &mut Log) -> Option<Packet<'_>> {
        let way = self.walk_to_start(log)?;
        let (start, file_line) = (self.at, self.line);
        let end = message_end(&self.bytes, start, self.limits);
        self.advance(end);
        self.messages += 1;
        self.now = way.time.or(self.now);
        let wholeness = if self.cut && end == self.bytes.len() { Wholeness::Cut } else { Wholeness::Whole };
        Some(Packet {
            time: way.time,
            from: way.from,
            to: way.to,
            transport: way.transport,
            input: 0,
            frames: Vec::new(),
            file_line: Some(file_line),
            framing: Framing::Text,
            wholeness,
            payload: Cow::Borrowed(&self.bytes[start..end]),
        })
    }

    /// Moves to the next start line; gives what the separators before it said.
    fn walk_to_start(&mut self, log: &mut Log) -> Option<Way> {
        let mut way = Way::default();
        loop {
            let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
            let (line, next) = first_line(rest);
            if looks_like_sip(line) {
                return Some(way);
            }
            let number = self.line;
            if separator::is_separator(line) {
                way.read(line, number, log);
            } else if !is_blank(line) {
                log.damage("no-start-line", || {
                    format!("line {number}: neither a SIP start line nor a separator: passed over")
                });
            }
            self.advance(self.at + next);
        }
    }

    fn advance(&mut self, to: usize) {
        self.line += memchr::memchr_iter(b'\n', &self.bytes[self.at..to]).count();
        self.at = to;
    }
}

/// The text with CRLF for LF, where no line of it ends with CRLF.
fn as_on_the_wire(bytes: &[u8]) -> Option<Vec<u8>> {
    let lines = memchr::memchr_iter(b'\n', bytes).count();
    if lines == 0 || memchr::memmem::find(bytes, b"\r\n").is_some() {
        return None;
    }
    let mut wire = Vec::with_capacity(bytes.len() + lines);
    let mut from = 0;
    for lf in memchr::memchr_iter(b'\n', bytes) {
        wire.extend_from_slice(&bytes[from..lf]);
        wire.extend_from_slice(b"\r\n");
        from = lf + 1;
    }
    wire.extend_from_slice(&bytes[from..]);
    Some(wire)
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// Where the message that begins at `start` ends.
fn message_end(bytes: &[u8], start: usize, limits: Limits) -> usize {
    let body = match header_end(bytes, start) {
        HeaderEnd::EmptyLine(body) => body,
        HeaderEnd::Without(end) => return end,
    };
    let head = Message::split_within(&bytes[start..body], Wholeness::Whole, limits);
    let declared = head.content_length().and_then(|length| body.checked_add(usize::try_from(length).ok()?));
    let sdp = head.first(Name::ContentType).is_some_and(|value| names_type(value, b"application/sdp"));
    match declared.filter(|&end| agrees(bytes, body, end, sdp)) {
        Some(end) => end,
        None => {
            let sip = head.first(Name::ContentType).is_some_and(|value| names_type(value, b"message/sip"));
            let end = natural_end(bytes, body, sip);
            without_empty_lines(bytes, body, end)
        }
    }
}

/// Whether a Content-Type value begins with `wanted`: `message/sip` names `message/sipfrag` too.
fn names_type(value: &[u8], wanted: &[u8]) -> bool {
    value.trim_ascii_start().get(..wanted.len()).is_some_and(|word| word.eq_ignore_ascii_case(wanted))
}

enum HeaderEnd {
    /// The body begins here.
    EmptyLine(usize),
    /// A separator or the end of the text came first.
    Without(usize),
}

fn header_end(bytes: &[u8], start: usize) -> HeaderEnd {
    let mut at = start + first_line(&bytes[start..]).1;
    // A run of separators is judged once; an empty line in it ends the header section all the same.
    let mut judged = at;
    while at < bytes.len() {
        let (line, next) = first_line(&bytes[at..]);
        if line.is_empty() {
            return HeaderEnd::EmptyLine(at + next);
        }
        if at >= judged && separator::is_separator(line) {
            match separators(bytes, at) {
                Run::Boundary => return HeaderEnd::Without(at),
                Run::Text(end) => judged = end,
            }
        }
        at += next;
    }
    HeaderEnd::Without(bytes.len())
}

/// What a run of separator lines and blank lines is.
enum Run {
    /// It parts two messages, or says something about the next.
    Boundary,
    /// It only looks so; it ends here.
    Text(usize),
}

/// Judges the run that begins with the separator at `at`.
fn separators(bytes: &[u8], at: usize) -> Run {
    let mut end = at;
    let mut dashes = false;
    while end < bytes.len() {
        let (line, next) = first_line(&bytes[end..]);
        if separator::has_known_key(line) {
            return Run::Boundary;
        }
        dashes |= separator::is_dashes(line);
        if !is_blank(line) && !separator::is_separator(line) {
            return if looks_like_sip(line) { Run::Boundary } else { Run::Text(end) };
        }
        end += next;
    }
    if dashes { Run::Boundary } else { Run::Text(end) }
}

/// Whether the text goes on behind `end` as it would if the body ended there.
fn agrees(bytes: &[u8], body: usize, end: usize, sdp: bool) -> bool {
    let Some(rest) = bytes.get(end..) else {
        return false;
    };
    let before = if end > body { bytes.get(end - 1) } else { Some(&b'\n') };
    if before != Some(&b'\n') && !rest.is_empty() {
        if before == Some(&b'\r') && rest.starts_with(b"\n") {
            return false;
        }
        if !rest.starts_with(b"\r\n") && !rest.starts_with(b"\n") {
            return is_versioned(first_line(rest).0);
        }
        // RFC 8866 9: every line of SDP ends with CRLF, so that this one belongs to the body.
        if sdp {
            return false;
        }
    }
    let mut at = end;
    while at < bytes.len() {
        let (line, next) = first_line(&bytes[at..]);
        if !is_blank(line) {
            return separator::is_separator(line) || begins_message(&bytes[at..]);
        }
        at += next;
    }
    true
}

/// Where a body ends that no Content-Length measures: at the next separator, at the next start line behind
/// an empty line, or at the end. `sip`: the body itself is SIP.
fn natural_end(bytes: &[u8], body: usize, sip: bool) -> usize {
    let mut at = body;
    let mut behind_empty_line = true;
    // A part of type message/sipfrag has a start line behind its headers that begins no message.
    let mut block_names_sip = sip;
    while at < bytes.len() {
        let (line, next) = first_line(&bytes[at..]);
        if line.is_empty() {
            behind_empty_line = true;
            at += next;
            continue;
        }
        if separator::is_separator(line) {
            match separators(bytes, at) {
                Run::Boundary => return at,
                Run::Text(end) => {
                    (at, behind_empty_line, block_names_sip) = (end, false, false);
                    continue;
                }
            }
        }
        if behind_empty_line {
            if !block_names_sip && begins_message(&bytes[at..]) {
                return at;
            }
            block_names_sip = false;
        }
        block_names_sip |= is_sip_part(line);
        behind_empty_line = false;
        at += next;
    }
    bytes.len()
}

/// Whether the line is the header of a body part that holds SIP.
fn is_sip_part(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line) else {
        return false;
    };
    Name::of(token::trim(&line[..colon])) == Name::ContentType
        && names_type(&line[colon + 1..], b"message/sip")
}

/// Empty lines before the end belong to the file, not to the body; the end of its last line does not.
fn without_empty_lines(bytes: &[u8], body: usize, end: usize) -> usize {
    let text = &bytes[body..end];
    match text.iter().rposition(|byte| !b"\r\n".contains(byte)) {
        None => body,
        Some(last) => body + last + 1 + first_line(&text[last + 1..]).1,
    }
}

#[cfg(test)]
mod tests;
