//! A line -> the places of its URIs that differ from call to call.

use std::ops::Range;

use super::{Line, is_word, position};

/// User and host of each URI, the session of an MSRP URI, and the values of the headers behind `?`.
pub(super) fn uris(line: &Line<'_>, found: &mut Vec<Range<usize>>) {
    let bytes = line.bytes;
    for colon in memchr::memchr_iter(b':', bytes) {
        let scheme = bytes[..colon].iter().rposition(|byte| !is_word(*byte)).map_or(0, |before| before + 1);
        match bytes[scheme..colon].to_ascii_lowercase().as_slice() {
            b"sip" | b"sips" | b"im" | b"pres" | b"mailto" => {
                let (host, end) = authority(bytes, colon + 1, found);
                found.extend((!line.is_target).then_some(host));
                headers(bytes, end, found);
            }
            b"msrp" | b"msrps" => {
                let start =
                    colon + 1 + bytes[colon + 1..].iter().take(2).take_while(|byte| **byte == b'/').count();
                let (host, end) = authority(bytes, start, found);
                found.push(host);
                let is_path = bytes.get(end) == Some(&b'/');
                let path = end + usize::from(is_path);
                let end = position(bytes, path, |byte| byte == b';' || ends_uri(byte));
                found.extend((end > path).then_some(path..end));
            }
            b"tel" | b"uuid" => {
                let end = position(bytes, colon + 1, |byte| byte == b';' || ends_uri(byte));
                found.push(colon + 1..end);
            }
            _ => {}
        }
    }
}

/// Marks what stands before the `@`; answers where host and port stand, and where they end.
fn authority(bytes: &[u8], start: usize, found: &mut Vec<Range<usize>>) -> (Range<usize>, usize) {
    let end = position(bytes, start, ends_uri);
    let mut host = start;
    if let Some(at) = memchr::memchr(b'@', &bytes[start..end]) {
        found.extend((at > 0).then_some(start..start + at));
        host = start + at + 1;
    }
    let end = position(bytes, host, |byte| matches!(byte, b';' | b'?' | b'/' | b',') || ends_uri(byte));
    (host..end, end)
}

pub(super) fn ends_uri(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'>' | b'<' | b'"' | b'\'' | b'`')
}

fn headers(bytes: &[u8], start: usize, found: &mut Vec<Range<usize>>) {
    let end = position(bytes, start, ends_uri);
    let Some(question) = memchr::memchr(b'?', &bytes[start..end]) else { return };
    let mut at = start + question + 1;
    while at < end {
        let next = position(&bytes[..end], at, |byte| byte == b'&');
        let value = position(&bytes[..next], at, |byte| byte == b'=') + 1;
        found.extend((value < next).then_some(value..next));
        at = next + 1;
    }
}
