//! URIs -> the same with pseudonyms: scheme, port and the names of parameters stay.

use std::ops::Range;

use super::known::is_word;
use super::sheet::Sheet;
use super::value::Way;

impl Sheet<'_> {
    /// What follows `scheme:`. Tells where it ends.
    pub(super) fn uri(&mut self, range: Range<usize>) -> usize {
        let bytes = self.bytes();
        let colon = range.start - 1;
        let word = bytes[..colon].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let scheme = bytes[colon - word..colon].to_ascii_lowercase();
        let is_end =
            |byte: &u8| matches!(byte, b'<' | b'>' | b'"' | b'\'' | b'`' | b' ' | b'\t' | b'\r' | b'\n');
        let length = bytes[range.clone()].iter().take_while(|byte| !is_end(byte)).count();
        let end = range.start + length;
        match &scheme[..] {
            b"urn" => self.guard(range.start..end),
            b"tel" => {
                let digits = memchr::memchr(b';', &bytes[range.start..end]).unwrap_or(length);
                self.strict(range.start..range.start + digits);
                self.rest_of_uri(range.start + digits..end);
            }
            b"sip" | b"sips" | b"msrp" | b"msrps" | b"im" | b"pres" | b"xmpp" | b"mailto" | b"ws"
            | b"wss" => {
                self.authority(range.start..end);
            }
            _ => self.guard(range.start..end),
        }
        end
    }

    fn authority(&mut self, range: Range<usize>) {
        let bytes = self.bytes();
        let text = &bytes[range.clone()];
        let mut at = range.start;
        if let Some(length) = memchr::memchr(b'@', text) {
            self.user(at..at + length);
            at += length + 1;
        } else if text.starts_with(b"//") {
            at += 2;
        }
        let rest = &bytes[at..range.end];
        let length = match memchr::memchr(b']', rest).filter(|_| rest.first() == Some(&b'[')) {
            Some(close) => close + 1,
            None => rest.iter().take_while(|byte| !matches!(byte, b':' | b';' | b'?' | b'/' | b'&')).count(),
        };
        let is_nobody = rest[..length].eq_ignore_ascii_case(b"anonymous.invalid");
        if !is_nobody {
            self.strict(at..at + length);
        }
        at += length;
        at += port(&bytes[at..range.end]);
        let path = bytes[at..range.end].iter().take_while(|byte| !matches!(byte, b';' | b'?')).count();
        self.strict(at..at + path);
        self.rest_of_uri(at + path..range.end);
    }

    /// The part before `@`. The parameters of a telephone number may stand in it (RFC 3261 19.1.6).
    fn user(&mut self, range: Range<usize>) {
        let bytes = self.bytes();
        let text = &bytes[range.clone()];
        if text.eq_ignore_ascii_case(b"anonymous") {
            return;
        }
        let start = range.start + if text.starts_with(b"//") { 2 } else { 0 };
        match memchr::memchr(b';', text) {
            Some(first) if range.start + first >= start => {
                self.strict(start..range.start + first);
                for (at, part) in split(bytes, range.start + first..range.end, b';') {
                    let name = memchr::memchr(b'=', &bytes[part.clone()]).unwrap_or(part.len());
                    self.guard(at..at + name);
                    self.strict(at + name..part.end);
                }
            }
            _ => self.strict(start..range.end),
        }
    }

    /// Parameters and headers of a URI.
    fn rest_of_uri(&mut self, range: Range<usize>) {
        let bytes = self.bytes();
        let question = memchr::memchr(b'?', &bytes[range.clone()]).map_or(range.end, |at| range.start + at);
        let mut at = range.start;
        let way = Way::ANY;
        while at < question {
            at = match bytes[at] {
                b';' => self.parameter(at + 1..question, way),
                _ => {
                    let length = bytes[at..question].iter().take_while(|byte| **byte != b';').count().max(1);
                    self.guard(at..at + length);
                    at + length
                }
            };
        }
        for (at, part) in split(bytes, question..range.end, b'&') {
            let name = memchr::memchr(b'=', &bytes[part.clone()]).unwrap_or(part.len());
            self.guard(at..at + name);
            self.strict(at + name..part.end);
        }
    }
}

fn split(bytes: &[u8], range: Range<usize>, mark: u8) -> impl Iterator<Item = (usize, Range<usize>)> {
    let mut at = range.start;
    let parts: Vec<_> = bytes[range]
        .split(move |byte| *byte == mark)
        .map(|part| {
            let here = at..at + part.len();
            at = here.end + 1;
            (here.start, here)
        })
        .collect();
    parts.into_iter()
}

/// The length of `:5060` at the begin of these.
pub(super) fn port(bytes: &[u8]) -> usize {
    if bytes.first() != Some(&b':') {
        return 0;
    }
    let digits = bytes[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_end = bytes.get(1 + digits).is_none_or(|byte| !is_word(*byte) && *byte != b'@');
    if (1..=5).contains(&digits) && is_end { 1 + digits } else { 0 }
}
