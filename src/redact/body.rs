//! Resource lists and session descriptions -> the same with pseudonyms.

use std::ops::Range;

use super::known::words;
use super::sheet::{Fate, Sheet};
use super::value::Way;
use super::vocabulary::is_protocol;
use crate::verdict::{content, lines};

/// A resource list (RFC 4826): what is no word of XML and its schema is private.
pub(super) fn list(sheet: &mut Sheet<'_>, range: Range<usize>) {
    let bytes = &sheet.bytes()[range.clone()];
    if bytes.iter().any(|byte| matches!(byte, b'&' | b'%')) {
        sheet.remember(range.clone());
    }
    let declaration = memchr::memmem::find(bytes, b"?>").filter(|_| bytes.starts_with(b"<?xml"));
    let start =
        declaration.filter(|end| is_plain(&bytes[..*end])).map_or(range.start, |end| range.start + end);
    sheet.value(start..range.end, Way::ANY);
}

/// Whether an XML declaration says nothing but version and encoding.
fn is_plain(declaration: &[u8]) -> bool {
    const WORDS: &[&str] =
        &["xml", "version", "encoding", "standalone", "utf", "iso", "us", "ascii", "yes", "no"];
    words(declaration).all(|word| {
        let word = &declaration[word];
        word.len() <= 4 && word.iter().all(u8::is_ascii_digit)
            || WORDS.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
    })
}

/// A media type, or `*` for all.
fn is_type(field: &[u8]) -> bool {
    field.is_empty() || field == b"*" || field.contains(&b'/')
}

/// Session descriptions (RFC 4566) line by line.
pub(super) fn sdp(sheet: &mut Sheet<'_>, range: Range<usize>) {
    let bytes = sheet.bytes();
    for line in lines(bytes, range) {
        let line = content(bytes, &line);
        let value = (line.start + 2).min(line.end)..line.end;
        match &bytes[line.clone()] {
            [b'o' | b'c', b'=', ..] => connection(sheet, value),
            [b's' | b'i' | b'u' | b'e' | b'p' | b'k', b'=', ..] => sheet.strict(value),
            [b'm', b'=', media @ ..] if is_media(media) => sheet.value(value, Way::TOKENS),
            [b'b', b'=', width @ ..] if is_width(width) => {}
            [b'v' | b't' | b'r' | b'z', b'=', times @ ..] if times.iter().all(is_of_time) => {}
            [b'a', b'=', ..] => attribute(sheet, value),
            _ => sheet.value(line, Way::ANY),
        }
    }
}

/// `message 7654 TCP/MSRP *`: words of a protocol, a port, and formats, which are short.
fn is_media(value: &[u8]) -> bool {
    const LONGEST: usize = 7;
    has_short_numbers(value)
        && value.split(|byte| *byte == b' ').all(|field| {
            field.len() <= LONGEST
                || words(field).all(|word| {
                    is_protocol(&field[word.clone()]) || field[word].iter().all(u8::is_ascii_digit)
                })
        })
}

/// `AS:128`: a word of a protocol, and a number.
fn is_width(value: &[u8]) -> bool {
    let colon = memchr::memchr(b':', value).unwrap_or(value.len());
    let (kind, width) = (&value[..colon], value.get(colon + 1..).unwrap_or_default());
    let is_kind = ["AS", "CT", "TIAS", "RS", "RR"].iter().any(|known| kind == known.as_bytes());
    is_kind && !width.is_empty() && has_short_numbers(width) && width.iter().all(u8::is_ascii_digit)
}

/// Whether no number in it is longer than a port or a bandwidth.
pub(super) fn has_short_numbers(value: &[u8]) -> bool {
    has_numbers_of(6, value)
}

/// Whether no number in it has more digits.
pub(super) fn has_numbers_of(most: usize, value: &[u8]) -> bool {
    value.split(|byte| !byte.is_ascii_digit()).all(|digits| digits.len() <= most)
}

/// Points of time and spans: `0 0`, `604800 3600 0 -1h`.
fn is_of_time(byte: &u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'd' | b'h' | b'm' | b's')
}

/// `IN IP4 192.0.2.1`, and what stands before it in an origin.
fn connection(sheet: &mut Sheet<'_>, range: Range<usize>) {
    let bytes = sheet.bytes();
    let mut at = range.start;
    for word in bytes[range].split(|byte| *byte == b' ') {
        if !matches!(word, b"IN" | b"IP4" | b"IP6") {
            sheet.strict(at..at + word.len());
        }
        at += word.len() + 1;
    }
}

/// `name:value`. Media types stay; of all else the words of protocols do.
fn attribute(sheet: &mut Sheet<'_>, range: Range<usize>) {
    const TYPES: &[&str] = &["accept-types", "accept-wrapped-types"];
    const ATTRIBUTES: &[&str] = &[
        "rtpmap",
        "fmtp",
        "ptime",
        "maxptime",
        "setup",
        "connection",
        "max-size",
        "content",
        "framerate",
        "quality",
        "mid",
        "group",
        "charset",
        "type",
        "curr",
        "des",
        "conf",
        "path",
        "msrp-cema",
        "fingerprint",
        "file-selector",
        "file-transfer-id",
    ];
    let bytes = sheet.bytes();
    let text = &bytes[range.clone()];
    let colon = memchr::memchr(b':', text).unwrap_or(text.len());
    let value = (range.start + colon + 1).min(range.end)..range.end;
    let is_one_of =
        |names: &[&str]| names.iter().any(|name| text[..colon].eq_ignore_ascii_case(name.as_bytes()));
    if is_one_of(TYPES) && bytes[value.clone()].split(|byte| *byte == b' ').all(is_type) {
        return sheet.value(value, Way::TOKENS);
    }
    if colon == text.len() {
        return sheet.value(range, Way::ANY);
    }
    if !is_one_of(ATTRIBUTES) {
        sheet.guard(range.start..range.start + colon);
    }
    sheet.value(value, Way { words: Fate::Guard, quotes: Fate::Strict, flags: Fate::Guard });
}
