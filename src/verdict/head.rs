//! Bytes of a message -> its head, and what it says of the body.
//!
//! A report knows a message by its bytes alone. What is read here only decides what is shown; verdicts never
//! depend on it.

use std::borrow::Cow;
use std::ops::Range;

/// The lines of `bytes[range]` with their ends, as ranges of `bytes`.
pub(crate) fn lines(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..range.end).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |lf| lf + 1);
        at += length;
        Some(at - length..at)
    })
}

/// A line without its CRLF or LF.
pub(crate) fn content(bytes: &[u8], line: &Range<usize>) -> Range<usize> {
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

/// What a head says of the type of its body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Typed<'b> {
    /// Nothing.
    Untyped,
    /// The value of Content-Type, unfolded.
    As(Cow<'b, [u8]>),
    /// Two things at once.
    Several,
}

/// What Content-Type says in a head.
pub(super) fn content_type(bytes: &[u8], head: Range<usize>) -> Typed<'_> {
    let mut typed = Typed::Untyped;
    let mut is_meant = false;
    for line in lines(bytes, head) {
        let text = &bytes[content(bytes, &line)];
        if matches!(text, [b' ' | b'\t', ..]) {
            if let Typed::As(value) = &mut typed
                && is_meant
            {
                let value = value.to_mut();
                value.push(b' ');
                value.extend_from_slice(text.trim_ascii());
            }
            continue;
        }
        let colon = memchr::memchr(b':', text).unwrap_or(text.len());
        let name = text[..colon].trim_ascii();
        is_meant = name.eq_ignore_ascii_case(b"Content-Type") || name.eq_ignore_ascii_case(b"c");
        if is_meant {
            typed = match typed {
                Typed::Untyped => {
                    Typed::As(Cow::Borrowed(text.get(colon + 1..).unwrap_or_default().trim_ascii()))
                }
                Typed::As(_) | Typed::Several => Typed::Several,
            };
        }
    }
    typed
}

/// The value of a parameter behind `;`, without its quotes.
pub(super) fn parameter<'v>(value: &'v [u8], name: &str) -> Option<&'v [u8]> {
    value.split(|&byte| byte == b';').skip(1).find_map(|parameter| {
        let equals = memchr::memchr(b'=', parameter)?;
        let (before, behind) = (parameter[..equals].trim_ascii(), parameter[equals + 1..].trim_ascii());
        let behind = behind.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(behind);
        before.eq_ignore_ascii_case(name.as_bytes()).then_some(behind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_and_compact_headers_are_found() {
        let typed =
            |text: &'static str| content_type(text.as_bytes(), 0..head_end(text.as_bytes(), 0..text.len()));
        let value = |value: &'static str| Typed::As(Cow::Borrowed(value.as_bytes()));
        assert_eq!(typed("INVITE x SIP/2.0\r\nc: a/b\r\n ;d=1\r\nTo: c\r\n e\n\nc: body"), value("a/b ;d=1"));
        assert_eq!(typed("INVITE x SIP/2.0\r\nCONTENT-TYPE : c\n\n"), value("c"));
        assert_eq!(typed("INVITE x SIP/2.0\r\nc: a/b\nContent-Type: a/b\n\n"), Typed::Several);
        assert_eq!(typed("INVITE x SIP/2.0\r\n\r\nc: a/b"), Typed::Untyped);
        assert_eq!(parameter(b"a/b ;TAG=\"1\"", "tag"), Some(&b"1"[..]));
    }

    #[test]
    fn a_head_without_an_empty_line_is_all_there_is() {
        assert_eq!(head_end(b"\r\nINVITE x\r\nTo: b", 0..18), 18);
        assert_eq!(head_end(b"\r\nINVITE x\r\n\r\nbody", 0..18), 14);
    }
}
