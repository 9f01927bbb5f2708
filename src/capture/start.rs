//! Where a message begins inside of other bytes.

use crate::message::looks_like_sip;

/// How far into a datagram a start line is looked for.
#[cfg(feature = "pcap")]
const JUNK: usize = 512;

/// The line at the beginning of `bytes` without its end, and the length with it.
pub(super) fn first_line(bytes: &[u8]) -> (&[u8], usize) {
    match memchr::memchr(b'\n', bytes) {
        Some(lf) if lf > 0 && bytes[lf - 1] == b'\r' => (&bytes[..lf - 1], lf + 1),
        Some(lf) => (&bytes[..lf], lf + 1),
        None => (bytes, bytes.len()),
    }
}

/// Whether a line is a start line with a version, so that prose with a `sip:` in it is none.
pub(super) fn is_versioned(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let last = memchr::memrchr2(b' ', b'\t', line).map_or(line, |space| &line[space + 1..]);
    let versioned = |text: &[u8]| text.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"SIP/"));
    (versioned(line) || versioned(last)) && looks_like_sip(line)
}

/// Whether a line has the form of a header field: a token and a colon.
pub(super) fn is_header(line: &[u8]) -> bool {
    memchr::memchr(b':', line)
        .is_some_and(|colon| crate::message::token::is_token(line[..colon].trim_ascii_end()))
}

/// Whether a message begins here: a start line with a version, or one without that a header follows.
pub(super) fn begins_message(bytes: &[u8]) -> bool {
    let (line, next) = first_line(bytes);
    is_versioned(line) || (looks_like_sip(line) && is_header(first_line(&bytes[next..]).0))
}

/// Where SIP begins in a datagram: at its beginning, or at a line close to it.
#[cfg(feature = "pcap")]
pub(super) fn sip_start(payload: &[u8]) -> Option<usize> {
    if looks_like_sip(payload) { Some(0) } else { sip_behind_junk(payload) }
}

/// The same of a datagram that does not begin like SIP.
#[cfg(feature = "pcap")]
pub(super) fn sip_behind_junk(payload: &[u8]) -> Option<usize> {
    let near = &payload[..payload.len().min(JUNK)];
    memchr::memchr_iter(b'\n', near)
        .map(|lf| lf + 1)
        .find(|&start| is_versioned(first_line(&payload[start..]).0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_with_a_uri_begins_no_message() {
        assert!(!begins_message(b"Call sip:bob@example.com\r\nor me"));
        assert!(begins_message(b"INVITE sip:bob@example.com\r\nTo : x"));
        assert!(begins_message(b"INVITE sip:bob@example.com SIP/2.0\r\n"));
        assert!(begins_message(b"SIP/2.0 200 OK"));
    }
}
