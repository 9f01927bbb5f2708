//! A line of a message -> the places in it that differ in every capture of the same client.
//!
//! Addresses, ports, users and the names of people are those of the test bed; tags, branches, nonces and the
//! like are drawn anew; numbers count calls, seconds and bytes. What is neither is the client's own.

mod uris;

#[cfg(test)]
mod tests;

use std::ops::Range;

use self::uris::{ends_uri, uris};
use crate::message::Name;

/// A header, a start line or a line of a body, or a part of one that was quoted.
#[derive(Clone, Copy)]
pub(super) struct Line<'m> {
    /// Its bytes.
    pub(super) bytes: &'m [u8],
    /// Which header it is.
    pub(super) name: Option<Name>,
    /// Whether it is a line of a body.
    pub(super) in_body: bool,
    /// Whether the evidence is a Request-URI: then its domain is what it is about.
    pub(super) is_target: bool,
}

/// Parameters that are drawn anew, or given by the network. RFC 3261 25.1, RFC 3891, RFC 3581, RFC 3329, RFC 5626,
/// RFC 5627, RFC 7616, TS 24.229 7.2A.
const PARAMETERS: &[&str] = &[
    "tag",
    "branch",
    "received",
    "rport",
    "maddr",
    "from-tag",
    "to-tag",
    "nonce",
    "cnonce",
    "nc",
    "response",
    "opaque",
    "auts",
    "username",
    "realm",
    "boundary",
    "+sip.instance",
    "gr",
    "spi-c",
    "spi-s",
    "port-c",
    "port-s",
    "icid-value",
    "orig-ioi",
    "term-ioi",
    "cid",
    "start",
];

/// Headers of other RFCs of which the whole value is drawn anew, beside Call-ID.
const OPAQUE: &[&[u8]] = &[
    b"content-id",
    b"in-reply-to",
    b"subject",
    b"s",
    b"sip-etag",
    b"sip-if-match",
    b"identity",
    b"timestamp",
];

/// The parts of a date that are letters.
const DAYS_AND_MONTHS: &[&[u8]] = &[
    b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun", b"jan", b"feb", b"mar", b"apr", b"may", b"jun",
    b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// The volatile places of a line, in order, apart from each other. `passing` are values of the session.
pub(super) fn ranges(line: &Line<'_>, passing: &[&[u8]]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if is_opaque(line) {
        found.push(value_of(line));
    }
    if line.in_body {
        body(line.bytes, &mut found);
    } else if line.name == Some(Name::Via) {
        sent_by(line.bytes, &mut found);
    } else if line.name == Some(Name::Replaces) {
        let value = value_of(line);
        let end = position(line.bytes, value.start, |byte| byte == b';');
        found.push(value.start..end);
    }
    if !line.in_body {
        display_names(line, &mut found);
    }
    uris(line, &mut found);
    parameters(line.bytes, &mut found);
    addresses(line.bytes, &mut found);
    for value in passing {
        occurrences(line.bytes, value, &mut found);
    }
    let is_sdp_version = line.in_body && line.bytes.starts_with(b"v=");
    if !is_sdp_version && !line.name.is_some_and(keeps_numbers) {
        words(line, &mut found);
    }
    merged(found)
}

/// Headers whose numbers are the client's own.
fn keeps_numbers(name: Name) -> bool {
    matches!(
        name,
        Name::SessionExpires
            | Name::MinSe
            | Name::MaxForwards
            | Name::Supported
            | Name::Require
            | Name::ProxyRequire
            | Name::Allow
            | Name::AcceptContact
            | Name::Privacy
            | Name::Event
            | Name::ContentType
    )
}

fn is_opaque(line: &Line<'_>) -> bool {
    let colon = memchr::memchr(b':', line.bytes).unwrap_or(0);
    let written = line.bytes[..colon].trim_ascii().to_ascii_lowercase();
    match line.name {
        Some(Name::CallId) => true,
        Some(_) => OPAQUE.contains(&&*written),
        None => line.in_body && written == b"content-id",
    }
}

/// What stands behind the colon of a header; of a quotation all.
fn value_of(line: &Line<'_>) -> Range<usize> {
    let bytes = line.bytes;
    let start = match memchr::memchr(b':', bytes) {
        Some(colon) if bytes[..colon].iter().all(|byte| is_word(*byte) || byte.is_ascii_whitespace()) => {
            colon + 1
        }
        _ => 0,
    };
    let start = position(bytes, start, |byte| !byte.is_ascii_whitespace());
    let end = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(start, |last| last + 1);
    start..end.max(start)
}

/// A boundary line, or a line of SDP: the fields of `o=`, `c=` and `t=` are one word each.
fn body(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    match bytes {
        [b'-', b'-', ..] => found.push(value_from(bytes, 0)),
        [b's' | b'i' | b'k' | b'e' | b'p', b'=', rest @ ..] if !rest.trim_ascii().is_empty() => {
            found.push(value_from(bytes, 2));
        }
        [b'o' | b'c' | b't', b'=', ..] => fields(bytes, 2, found),
        _ => {}
    }
}

fn value_from(bytes: &[u8], start: usize) -> Range<usize> {
    start..position(bytes, start, |byte| matches!(byte, b'\r' | b'\n'))
}

fn fields(bytes: &[u8], start: usize, found: &mut Vec<Range<usize>>) {
    let mut at = start;
    while at < bytes.len() {
        let start = position(bytes, at, |byte| !byte.is_ascii_whitespace());
        at = position(bytes, start, |byte| byte.is_ascii_whitespace());
        if at > start {
            found.push(start..at);
        }
    }
}

/// Of `SIP/2.0/UDP host:port;branch=…` the host and the port.
fn sent_by(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    for slash in memchr::memchr_iter(b'/', bytes) {
        let space = position(bytes, slash, |byte| byte.is_ascii_whitespace());
        let start = position(bytes, space, |byte| !byte.is_ascii_whitespace());
        let end = position(bytes, start, |byte| matches!(byte, b';' | b',' | b'\r' | b'\n'));
        let is_last = !bytes[slash + 1..space].contains(&b'/');
        if is_last && end > start && !bytes[slash..space].contains(&b';') {
            found.push(start..end);
        }
    }
}

/// Whatever stands before an angle bracket is a name for people.
fn display_names(line: &Line<'_>, found: &mut Vec<Range<usize>>) {
    let value = value_of(line);
    let bytes = line.bytes;
    // Where a quote is missing, none of them tells what stands inside.
    let has_pairs = bytes[value.clone()].iter().filter(|byte| **byte == b'"').count() % 2 == 0;
    let (mut name, mut is_quoted) = (Some(value.start), false);
    for at in value {
        match bytes[at] {
            b'"' if has_pairs => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'<' => {
                if let Some(start) = name.take() {
                    let start = position(bytes, start, |byte| !byte.is_ascii_whitespace());
                    found.push(start..start.max(bytes[..at].trim_ascii_end().len()));
                }
            }
            b',' => name = Some(at + 1),
            _ => {}
        }
    }
}

/// The values of parameters that are drawn anew, wherever they stand: also in a value that is broken.
fn parameters(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    for equals in memchr::memchr_iter(b'=', bytes) {
        let name_end = bytes[..equals].trim_ascii_end().len();
        let start = bytes[..name_end].iter().rposition(|byte| !is_word(*byte)).map_or(0, |before| before + 1);
        let name = &bytes[start..name_end];
        if !PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())) {
            continue;
        }
        let value = position(bytes, equals + 1, |byte| !byte.is_ascii_whitespace());
        let end = match bytes.get(value) {
            Some(b'"') => position(bytes, value + 1, |byte| byte == b'"').saturating_add(1).min(bytes.len()),
            _ => position(bytes, value, |byte| matches!(byte, b';' | b',' | b'&' | b'?') || ends_uri(byte)),
        };
        found.extend((end > value).then_some(value..end));
    }
}

/// Addresses with their ports: `192.0.2.1:5060`, `[2001:db8::1]:5060`, `2001:db8::1`.
fn addresses(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'[' | b']');
    let mut at = 0;
    while at < bytes.len() {
        let start = position(bytes, at, is_part);
        at = position(bytes, start, |byte| !is_part(byte)).max(start + 1);
        let Some(text) = bytes.get(start..at).and_then(|text| str::from_utf8(text).ok()) else { continue };
        let is_alone = start == 0 || !is_word(bytes[start - 1]);
        let trimmed = text.trim_end_matches(['.', ':']);
        let is_address = trimmed.parse::<std::net::SocketAddr>().is_ok()
            || trimmed.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
        if is_alone && is_address {
            found.push(start..start + trimmed.len());
        }
    }
}

/// A value of this session, where it stands alone.
fn occurrences(bytes: &[u8], value: &[u8], found: &mut Vec<Range<usize>>) {
    for start in memchr::memmem::find_iter(bytes, value) {
        let end = start + value.len();
        let is_apart = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if is_apart(start.checked_sub(1).map(|before| &bytes[before])) && is_apart(bytes.get(end)) {
            // The rest of its word changes with it.
            let start =
                bytes[..start].iter().rposition(|byte| !is_word(*byte)).map_or(0, |before| before + 1);
            found.push(start..position(bytes, end, |byte| !is_word(byte)));
        }
    }
}

/// Words with a digit, but for the version of SIP; of a date days and months.
fn words(line: &Line<'_>, found: &mut Vec<Range<usize>>) {
    let bytes = line.bytes;
    let mut at = 0;
    while at < bytes.len() {
        let start = position(bytes, at, is_word);
        at = position(bytes, start, |byte| !is_word(byte));
        let word = &bytes[start..at];
        let is_version = bytes[..start].ends_with(b"SIP/");
        let is_drawn = word.iter().any(u8::is_ascii_digit) && !is_version;
        let is_day =
            || line.name == Some(Name::Date) && DAYS_AND_MONTHS.contains(&&*word.to_ascii_lowercase());
        if is_drawn || is_day() {
            found.push(start..at);
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b"-_.!%*+~'`".contains(&byte)
}

fn position(bytes: &[u8], from: usize, is_it: impl Fn(u8) -> bool) -> usize {
    let from = from.min(bytes.len());
    bytes[from..].iter().position(|byte| is_it(*byte)).map_or(bytes.len(), |found| from + found)
}

/// The ranges in order; those that touch are one.
fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.retain(|range| range.start < range.end);
    found.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
