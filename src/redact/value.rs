//! Values of headers -> the same with pseudonyms: quotes, URIs, parameters and words.

use std::ops::Range;

use super::known::is_word;
use super::sheet::{Fate, Sheet};
use super::uri::port;
use super::vocabulary::is_scheme;

/// How a value is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// Words by themselves.
    pub(super) words: Fate,
    /// What stands in quotes.
    pub(super) quotes: Fate,
    /// Parameters without a value.
    pub(super) flags: Fate,
}

impl Way {
    /// A value of tokens and numbers, such as Allow.
    pub(super) const TOKENS: Self = Self { words: Fate::Keep, quotes: Fate::Guard, flags: Fate::Keep };
    /// Names and URIs, such as From.
    pub(super) const NAMES: Self = Self { words: Fate::Strict, quotes: Fate::Strict, flags: Fate::Guard };
    /// Names and URIs with feature tags, such as Contact.
    pub(super) const FEATURES: Self = Self { flags: Fate::Keep, ..Self::NAMES };
    /// Whatever else.
    pub(super) const ANY: Self = Self { words: Fate::Guard, quotes: Fate::Guard, flags: Fate::Guard };
    /// A sentence of this program.
    pub(super) const SENTENCE: Self = Self { words: Fate::Keep, quotes: Fate::Keep, flags: Fate::Keep };
}

/// Parameters of which the value is a number that tells nothing of anybody.
const NUMBERS: &[&str] = &[
    "expires",
    "q",
    "ttl",
    "rport",
    "cause",
    "refresher",
    "handling",
    "port-c",
    "port-s",
    "lr",
    "index",
    "stale",
    "method",
    "duration",
    "retry-after",
];

/// Parameters of which the value is private whatever it says.
const SECRETS: &[&str] = &[
    "tag", "branch", "to-tag", "from-tag", "boundary", "nonce", "cnonce", "response", "opaque", "realm",
    "username",
];

impl Sheet<'_> {
    /// A value with quotes, URIs, parameters and words.
    pub(super) fn value(&mut self, range: Range<usize>, way: Way) {
        let bytes = self.bytes();
        let mut at = range.start;
        while at < range.end {
            let rest = &bytes[at..range.end];
            let begins = at == range.start || !is_word(bytes[at - 1]);
            if rest[0] == b'"' {
                let end = at + 1 + quoted(&rest[1..]);
                self.quote(at + 1..end, way.quotes);
                at = end + 1;
            } else if begins && let Some(length) = scheme(rest) {
                at = self.uri(at + length + 1..range.end);
            } else if begins && let Some(length) = self.address_at(at..range.end) {
                at += length;
                at += port(&bytes[at..range.end]);
            } else if rest[0] == b']' {
                at += 1 + port(&rest[1..]);
            } else if rest.starts_with(b"&#") {
                at += 2 + self.reference(at + 2..range.end);
            } else if rest[0] == b';' {
                at = self.parameter(at + 1..range.end, way);
            } else if is_word(rest[0]) {
                let length = rest.iter().take_while(|byte| !is_separator(**byte)).count();
                at = self.token(at..at + length.max(1), way.words);
            } else {
                at += 1;
            }
        }
    }

    /// What stands in quotes may be a URI again.
    fn quote(&mut self, range: Range<usize>, fate: Fate) {
        match fate {
            Fate::Strict => self.strict(range),
            Fate::Guard | Fate::Keep => {
                let way = Way { words: fate, quotes: fate, flags: fate };
                self.value(range, way);
            }
        }
    }

    /// Words without white space between them. Tells where it ends.
    fn token(&mut self, range: Range<usize>, fate: Fate) -> usize {
        let text = &self.bytes()[range.clone()];
        if text.starts_with(b"SIP/2.0") {
            return range.start + 7;
        }
        // Nothing of a protocol has an `@` but what names somebody.
        let fate = if text.contains(&b'@') { Fate::Strict } else { fate };
        let colon = memchr::memchr(b':', text).filter(|colon| port(&text[*colon..]) > 0);
        match colon.filter(|_| fate != Fate::Strict || !text.contains(&b'@')) {
            Some(colon) => {
                self.words(range.start..range.start + colon, fate);
                range.start + colon + port(&text[colon..])
            }
            None => {
                self.words(range.clone(), fate);
                range.end
            }
        }
    }

    /// `name=value` behind a `;`, or a name alone. Tells where it ends.
    pub(super) fn parameter(&mut self, range: Range<usize>, way: Way) -> usize {
        let bytes = self.bytes();
        let spaces = bytes[range.clone()].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let start = range.start + spaces;
        let is_end = |byte: &u8| is_separator(*byte) || matches!(byte, b'=' | b'?' | b'&');
        let length = bytes[start..range.end].iter().take_while(|byte| !is_end(byte)).count();
        let name = &bytes[start..start + length];
        let behind =
            bytes[start + length..range.end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let equals = start + length + behind;
        if bytes.get(equals) != Some(&b'=') || equals >= range.end {
            let fate = if name.contains(&b'@') { Fate::Strict } else { way.flags };
            let fate = if name.starts_with(b"+") && fate == Fate::Guard { Fate::Keep } else { fate };
            self.words(start..start + length, fate);
            return start + length;
        }
        if way.flags != Fate::Keep && (has_number(name) || name.contains(&b'@')) {
            self.guard(start..start + length);
        }
        let space = bytes[equals + 1..range.end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let at = equals + 1 + space;
        if bytes.get(at) == Some(&b'"') && at < range.end && !is_one_of(name, SECRETS) {
            return at;
        }
        let is_quoted = bytes.get(at) == Some(&b'"') && at < range.end;
        let is_value_end =
            |byte: &u8| matches!(byte, b';' | b',' | b'>' | b'?' | b'&' | b'"') || byte.is_ascii_whitespace();
        let (at, length) = if is_quoted {
            (at + 1, quoted(&bytes[at + 1..range.end]))
        } else {
            (at, bytes[at..range.end].iter().take_while(|byte| !is_value_end(byte)).count())
        };
        self.parameter_value(name, at..at + length);
        at + length + usize::from(is_quoted)
    }

    fn parameter_value(&mut self, name: &[u8], range: Range<usize>) {
        const COOKIE: &[u8] = b"z9hG4bK";
        let value = &self.bytes()[range.clone()];
        let is_number = value.len() <= 10 && value.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        if is_one_of(name, NUMBERS) && is_number {
            return;
        }
        if !is_one_of(name, SECRETS) {
            let way = Way::ANY;
            return self.value(range, way);
        }
        // RFC 3261 8.1.1.7: the cookie tells which rules the branch follows, and nothing of its session.
        let is_cookie = value.get(..COOKIE.len()).is_some_and(|head| head.eq_ignore_ascii_case(COOKIE));
        let start = range.start + if is_cookie { COOKIE.len() } else { 0 };
        self.strict(start..range.end);
    }

    /// The value of User-Agent or Server: products stay, but for what looks like a number of a device or names somebody.
    pub(super) fn agent(&mut self, range: Range<usize>) {
        let bytes = self.bytes();
        let (mut at, mut depth) = (range.start, 0_usize);
        while at < range.end {
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'(' | b')');
            let length = bytes[at..range.end].iter().take_while(|byte| !is_end(byte)).count();
            let word = &bytes[at..at + length];
            let is_private = depth > 0
                || has_number(word)
                || word.iter().any(|byte| matches!(byte, b'@' | b':' | b'\'' | b'"'));
            match (length, bytes[at]) {
                (0, b'(') => depth += 1,
                (0, b')') => depth = depth.saturating_sub(1),
                (0, _) => {}
                _ if is_private => self.strict(at..at + length),
                _ => self.words_with_addresses(at..at + length),
            }
            at += length.max(1);
        }
    }

    fn words_with_addresses(&mut self, range: Range<usize>) {
        let bytes = self.bytes();
        for at in range.clone() {
            let begins = at == range.start || !is_word(bytes[at - 1]);
            let is_version = at > range.start && bytes[at - 1] == b'/';
            if begins && !is_version {
                self.address_at(at..range.end);
            }
        }
    }
}

fn is_separator(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b';' | b',' | b'"' | b'<' | b'>' | b'(' | b')' | b'[' | b']')
}

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Whether it looks like the number of a device or a telephone.
fn has_number(word: &[u8]) -> bool {
    word.iter().filter(|byte| byte.is_ascii_digit()).count() >= 6
}

/// The length of a scheme that begins here, if a URI does.
fn scheme(bytes: &[u8]) -> Option<usize> {
    let length = bytes.iter().take(8).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    (bytes.get(length) == Some(&b':') && is_scheme(&bytes[..length])).then_some(length)
}

/// How much of a quoted text stands before its closing quote.
fn quoted(bytes: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = bytes.iter().position(|byte| match byte {
        b'"' if !is_escaped => true,
        byte => {
            is_escaped = *byte == b'\\' && !is_escaped;
            false
        }
    });
    end.unwrap_or(bytes.len())
}
