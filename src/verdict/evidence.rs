//! A place in a message -> what is to be seen there, without what changes from call to call.

use std::ops::Range;

use super::volatile::{Line, ranges};
use crate::message::{Message, Name, StartLine};
use crate::session::Session;
use crate::source::Span;

/// Bytes of evidence that count, and of what stands around it: no client writes as much.
const MOST: usize = 4096;

/// Values that name this session or its transactions, and no other.
#[derive(Debug, Default)]
pub(super) struct Passing<'s>(Vec<&'s [u8]>);

/// So many such values are looked for.
const MOST_VALUES: usize = 64;

/// A shorter one could be a word of its own.
const SHORTEST: usize = 4;

impl<'s> Passing<'s> {
    /// The tags, branches, boundaries and the Call-ID of a session.
    pub(super) fn of(session: &'s Session<'_>) -> Self {
        let mut values: Vec<&[u8]> = vec![&session.call.call_id];
        for record in &session.call.records {
            let keys = [record.from_tag(), record.to_tag(), record.branch(), boundary(&record.message)];
            let found = keys.into_iter().flatten();
            for value in found.filter(|value| value.len() >= SHORTEST) {
                if values.len() < MOST_VALUES && !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        Self(values.into_iter().filter(|value| value.len() >= SHORTEST).collect())
    }

    /// They themselves.
    pub(super) fn values(&self) -> &[&'s [u8]] {
        &self.0
    }
}

/// The boundary that Content-Type names, without its quotes, however broken the rest is.
fn boundary<'m>(message: &'m Message<'_>) -> Option<&'m [u8]> {
    let value = message.first(Name::ContentType)?;
    let name = b"boundary=";
    let start = value.windows(name.len()).position(|word| word.eq_ignore_ascii_case(name))? + name.len();
    let value = value[start..].strip_prefix(b"\"").unwrap_or(&value[start..]);
    let end = value.iter().position(|byte| matches!(byte, b'"' | b';' | b'\r' | b'\n'));
    Some(&value[..end.unwrap_or(value.len())])
}

/// Evidence in the line in which it stands.
pub(super) struct Evidence<'m> {
    line: Line<'m>,
    /// Its place in that line.
    range: Range<usize>,
    header: String,
}

impl<'m> Evidence<'m> {
    /// What stands at `span`. A whole body that was pointed at is told by its first line or tag.
    pub(super) fn at(message: &'m Message<'_>, span: Span) -> Self {
        let bytes = message.bytes();
        let start = span.range().start.min(bytes.len());
        let end = span.range().end.clamp(start, bytes.len());
        let (around, name, header) = match message.header_line_at(start) {
            _ if start < message.start_line().range().end => {
                (message.start_line(), None, "start-line".to_owned())
            }
            Some(line) => (line.line, Some(line.kind), header(line.kind, line.name.of(bytes))),
            None => {
                let body = message.body_span().range();
                (body_line(bytes, body.start.min(start), start..end), None, "body".to_owned())
            }
        };
        let around = around.range();
        let window = around.start.max(start.saturating_sub(MOST)).min(start)
            ..around.end.min(start.saturating_add(MOST)).max(start);
        let range = start - window.start..end.min(window.end) - window.start;
        let is_target = matches!(message.start(), StartLine::Request { uri, .. }
            if uri.range().start <= start && end <= uri.range().end && start < end);
        let line = Line { bytes: &bytes[window], name, in_body: header == "body", is_target };
        Self { line, range, header }
    }

    /// What a text quotes; it is read as if it stood where `beside` stands.
    pub(super) fn quoted(text: &'m str, beside: Option<&Self>) -> Self {
        let bytes = text.as_bytes();
        let name = beside.and_then(|beside| beside.line.name);
        let in_body = beside.is_some_and(|beside| beside.line.in_body);
        Self {
            line: Line { bytes, name, in_body, is_target: false },
            range: 0..bytes.len().min(MOST),
            header: String::new(),
        }
    }

    /// The header it is in, `start-line` or `body`.
    pub(super) fn header(&self) -> &str {
        &self.header
    }

    /// Whether these words stand in it.
    pub(super) fn holds(&self, text: &str) -> bool {
        memchr::memmem::find(&self.line.bytes[self.range.clone()], text.as_bytes()).is_some()
    }

    /// Its bytes; each value that changes is one `#`, and a folded line is one line.
    pub(super) fn seen(&self, passing: &Passing<'_>) -> Vec<u8> {
        let Self { line, range, .. } = self;
        let mut seen = Vec::with_capacity(range.len());
        let mut at = range.start;
        for volatile in ranges(line, passing.values()) {
            if volatile.end <= at || volatile.start >= range.end {
                continue;
            }
            seen.extend_from_slice(&line.bytes[at..volatile.start.max(at)]);
            seen.push(b'#');
            at = volatile.end.min(range.end);
        }
        seen.extend_from_slice(&line.bytes[at..range.end]);
        unfolded(&seen)
    }
}

fn header(kind: Name, written: &[u8]) -> String {
    match kind {
        Name::Other => String::from_utf8_lossy(written).to_ascii_lowercase(),
        known => known.canonical().to_owned(),
    }
}

/// The line in which a place of the body begins; of XML as far as the tag goes.
fn body_line(bytes: &[u8], body: usize, place: Range<usize>) -> Span {
    let before = &bytes[body..place.start];
    let start = memchr::memrchr(b'\n', before).map_or(body, |found| body + found + 1);
    let rest = &bytes[place.start..];
    let is_tag = rest.first() == Some(&b'<');
    let end = if is_tag { memchr::memchr(b'>', rest) } else { memchr::memchr(b'\n', rest) };
    Span::new(start, end.map_or(bytes.len(), |found| place.start + found + 1))
}

/// The bytes without line ends; where a line goes on, white space is one space.
fn unfolded(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut in_fold = false;
    for &byte in bytes {
        match byte {
            b'\r' | b'\n' => in_fold = true,
            b' ' | b'\t' if in_fold => {}
            _ => {
                if in_fold && !out.is_empty() {
                    out.push(b' ');
                }
                in_fold = false;
                out.push(byte);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, evidence: &str) -> String {
        let bytes = text.replace('\n', "\r\n");
        let start = bytes.rfind(evidence).unwrap();
        let message = Message::split(bytes.as_bytes());
        let evidence = Evidence::at(&message, Span::new(start, start + evidence.len()));
        String::from_utf8(evidence.seen(&Passing::default())).unwrap()
    }

    #[test]
    fn a_part_of_a_value_is_read_in_its_line() {
        let text = "INVITE sip:a@b SIP/2.0\nTo: <sip:bob@b.example>;tag=abcdef\nCall-ID: abcdef@h\n\n";
        assert_eq!(seen(text, "abcdef@h"), "#");
        assert_eq!(seen(&text.replace("\nCall-ID: abcdef@h", ""), "abcdef"), "#", "a tag without its name");
        assert_eq!(seen(text, "To: <sip:bob@b.example>;tag=abcdef"), "To: <sip:#@#>;tag=#");
        assert_eq!(seen(text, "INVITE sip:a@b SIP/2.0"), "INVITE sip:#@# SIP/2.0");
        assert_eq!(seen(text, "sip:a@b"), "sip:#@b", "a Request-URI is told by its domain");
    }

    #[test]
    fn folds_and_line_ends_do_not_count() {
        let folded = "INVITE sip:a@b SIP/2.0\nSupported: timer,\n  norefersub\n\n";
        assert_eq!(seen(folded, "Supported: timer,\r\n  norefersub\r\n"), "Supported: timer, norefersub");
    }

    #[test]
    fn a_body_is_told_by_its_first_line_or_tag() {
        let head = "INVITE sip:a@b SIP/2.0\n\n";
        let sdp = "v=0\no=alice 1 1 IN IP4 192.0.2.1\ns=-\n";
        assert_eq!(seen(&format!("{head}{sdp}"), "v=0\r\no=alice 1 1 IN IP4 192.0.2.1"), "v=0");
        let list = "<list x=\"sip:a@b\"\n y=\"z\"><entry uri=\"sip:c@d\"/></list>";
        assert_eq!(
            seen(&format!("{head}{list}"), &list.replace('\n', "\r\n")),
            "<list x=\"sip:#@#\" y=\"z\">"
        );
        assert_eq!(seen(head, "\r\n"), "");
    }
}
