//! Bytes of a message -> its head, and the values of headers in it.
//!
//! A report knows a message by its bytes alone. What is read here only decides what is shown and which way an
//! arrow points; verdicts never depend on it.

use std::ops::Range;

/// The lines of `bytes[range]` with their ends, as ranges of `bytes`.
pub(super) fn lines(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..range.end).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |lf| lf + 1);
        at += length;
        Some(at - length..at)
    })
}

/// A line without its CRLF or LF.
pub(super) fn content(bytes: &[u8], line: &Range<usize>) -> Range<usize> {
    let text = &bytes[line.clone()];
    let text = text.strip_suffix(b"\n").map_or(text, |text| text.strip_suffix(b"\r").unwrap_or(text));
    line.start..line.start + text.len()
}

/// Where the head ends that begins at `start`: behind the first empty line after another, or at `end`.
pub(super) fn head_end(bytes: &[u8], range: Range<usize>) -> usize {
    let mut began = false;
    for line in lines(bytes, range.clone()) {
        match content(bytes, &line).is_empty() {
            true if began => return line.end,
            empty => began |= !empty,
        }
    }
    range.end
}

/// The values of all headers of one of these names in a head, unfolded.
pub(super) fn values(bytes: &[u8], head: Range<usize>, names: &[&str]) -> Vec<Vec<u8>> {
    let mut values: Vec<Vec<u8>> = Vec::new();
    let mut is_meant = false;
    for line in lines(bytes, head) {
        let text = &bytes[content(bytes, &line)];
        if matches!(text, [b' ' | b'\t', ..]) {
            if let Some(value) = values.last_mut().filter(|_| is_meant) {
                value.push(b' ');
                value.extend_from_slice(text.trim_ascii());
            }
            continue;
        }
        let colon = memchr::memchr(b':', text).unwrap_or(text.len());
        let name = text[..colon].trim_ascii();
        is_meant = names.iter().any(|wanted| name.eq_ignore_ascii_case(wanted.as_bytes()));
        if is_meant {
            values.push(text.get(colon + 1..).unwrap_or_default().trim_ascii().to_vec());
        }
    }
    values
}

/// The value of a parameter behind `;`, without its quotes.
pub(super) fn parameter(value: &[u8], name: &str) -> Option<Vec<u8>> {
    value.split(|&byte| byte == b';').skip(1).find_map(|parameter| {
        let equals = memchr::memchr(b'=', parameter)?;
        let (before, behind) = (parameter[..equals].trim_ascii(), parameter[equals + 1..].trim_ascii());
        let behind = behind.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(behind);
        before.eq_ignore_ascii_case(name.as_bytes()).then(|| behind.to_vec())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_and_compact_headers_are_found() {
        let bytes = b"INVITE x SIP/2.0\r\nf: <sip:a@b>\r\n ;tag=1\r\nFROM : c\n\nFrom: body";
        let head = 0..head_end(bytes, 0..bytes.len());
        assert_eq!(values(bytes, head, &["From", "f"]), [b"<sip:a@b> ;tag=1".to_vec(), b"c".to_vec()]);
        assert_eq!(parameter(b"<sip:a@b> ;TAG=\"1\"", "tag"), Some(b"1".to_vec()));
    }

    #[test]
    fn a_head_without_an_empty_line_is_all_there_is() {
        assert_eq!(head_end(b"\r\nINVITE x\r\nTo: b", 0..18), 18);
        assert_eq!(head_end(b"\r\nINVITE x\r\n\r\nbody", 0..18), 14);
    }
}
