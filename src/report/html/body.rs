//! Bytes of a message -> what of its body is not to be shown, and the words in its place.
//!
//! Only what says clearly that it is SDP or a resource list is shown; whatever is in doubt is not.

use std::ops::Range;

use super::headers::{content, head_end, lines, parameter, values};
use crate::visible::{sanitise_bytes, shorten};

/// A part of a message that is not shown.
#[derive(Debug)]
pub(super) struct Hidden {
    /// Its bytes: whole lines.
    pub(super) range: Range<usize>,
    /// What stands in its place.
    pub(super) words: String,
}

/// Longest media type that is told.
const LONGEST: usize = 60;

/// What is not to be shown of a message.
pub(super) fn hidden(bytes: &[u8]) -> Vec<Hidden> {
    let mut hidden = Vec::new();
    let head = head_end(bytes, 0..bytes.len());
    part(bytes, (0..head, head..bytes.len()), Depth::Message, &mut hidden);
    hidden
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Message,
    Part,
}

fn part(bytes: &[u8], (head, body): (Range<usize>, Range<usize>), depth: Depth, hidden: &mut Vec<Hidden>) {
    let types = values(bytes, head, &["Content-Type", "c"]);
    let (name, value) = match &types[..] {
        [] => ("without a type".to_owned(), &[][..]),
        [one] => (words(media_type(one)), &one[..]),
        _ => ("of several types".to_owned(), &[][..]),
    };
    let kind = media_type(value).to_ascii_lowercase();
    if matches!(&kind[..], b"application/sdp" | b"application/resource-lists+xml") {
        return;
    }
    let boundary = parameter(value, "boundary").filter(|boundary| !boundary.is_empty());
    match boundary.filter(|_| kind.starts_with(b"multipart/") && depth == Depth::Message) {
        Some(boundary) => multipart(bytes, body, &boundary, hidden),
        None => hide(bytes, body, &format!("body of # ({name}) not shown"), hidden),
    }
}

fn media_type(value: &[u8]) -> &[u8] {
    value.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii()
}

fn words(kind: &[u8]) -> String {
    shorten(&sanitise_bytes(kind), LONGEST).into_owned()
}

/// The parts of a body, and what stands around them.
fn multipart(bytes: &[u8], body: Range<usize>, boundary: &[u8], hidden: &mut Vec<Hidden>) {
    let is_boundary = |line: &Range<usize>| {
        let text = bytes[line.clone()].trim_ascii_end().strip_prefix(b"--");
        text.and_then(|text| text.strip_prefix(boundary)).is_some_and(|rest| matches!(rest, b"" | b"--"))
    };
    let closes = |line: &Range<usize>| bytes[line.clone()].trim_ascii_end().len() > boundary.len() + 2;
    let mut start = body.start;
    let mut inside = false;
    for line in lines(bytes, body.clone()).filter(is_boundary) {
        between(bytes, start..line.start, inside, hidden);
        start = line.end;
        inside = !closes(&line);
    }
    between(bytes, start..body.end, inside, hidden);
}

fn between(bytes: &[u8], range: Range<usize>, is_part: bool, hidden: &mut Vec<Hidden>) {
    if !is_part {
        return hide(bytes, range, "# outside of the parts of the body not shown", hidden);
    }
    // A part may begin with its empty line: it has no headers then.
    let first = lines(bytes, range.clone()).next().filter(|line| content(bytes, line).is_empty());
    let head = first.map_or_else(|| head_end(bytes, range.clone()), |line| line.end);
    if head == range.end && !bytes[range.clone()].ends_with(b"\n\r\n") && !range.is_empty() {
        return hide(bytes, range, "part of # without an empty line not shown", hidden);
    }
    part(bytes, (range.start..head, head..range.end), Depth::Part, hidden);
}

fn hide(bytes: &[u8], range: Range<usize>, words: &str, hidden: &mut Vec<Hidden>) {
    if bytes[range.clone()].trim_ascii().is_empty() {
        return;
    }
    let unit = if range.len() == 1 { "byte" } else { "bytes" };
    let words = words.replacen('#', &format!("{} {unit}", range.len()), 1);
    hidden.push(Hidden { range, words });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (String, Vec<String>) {
        let hidden = hidden(text.as_bytes());
        let mut rest = text.to_owned();
        hidden.iter().rev().for_each(|hidden| rest.replace_range(hidden.range.clone(), ""));
        (rest, hidden.into_iter().map(|hidden| hidden.words).collect())
    }

    #[test]
    fn sdp_and_lists_are_shown() {
        for kind in ["application/sdp", "Application/SDP ; charset=utf-8", "application/resource-lists+xml"] {
            let text = format!("INVITE x\r\nc: {kind}\r\n\r\nv=0\r\n");
            assert_eq!(shown(&text), (text.clone(), Vec::new()));
        }
    }

    #[test]
    fn other_bodies_are_told_and_not_shown() {
        let head = "MESSAGE x\r\nContent-Type: text/plain\r\n\r\n";
        let (rest, words) = shown(&format!("{head}my secret\r\n"));
        assert_eq!(
            (rest.as_str(), &words[..]),
            (head, &["body of 11 bytes (text/plain) not shown".into()][..])
        );
        for head in
            ["MESSAGE x\n\n", "MESSAGE x\nc: application/sdp\nc: text/plain\n\n", "X\nc: multipart/mixed\n\n"]
        {
            assert_eq!(shown(&format!("{head}my secret")).0, head);
        }
    }

    #[test]
    fn each_part_is_shown_or_not() {
        let text = "INVITE x\r\nContent-Type: multipart/mixed;boundary=\"b\"\r\n\r\npreamble\r\n\
            --b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\
            --b\r\nContent-Type: text/plain\r\n\r\nmy secret\r\n\
            --b\r\n\r\nsecret two\r\n--b\r\nsecret three\r\n--b--\r\nepilogue";
        let (rest, words) = shown(text);
        assert!(rest.contains("v=0") && !rest.contains("secret"), "{rest}");
        assert!(!rest.contains("preamble") && !rest.contains("epilogue"), "{rest}");
        assert_eq!(words.len(), 5, "{words:?}");
        assert_eq!(words[1], "body of 11 bytes (text/plain) not shown");
    }

    #[test]
    fn multiparts_in_multiparts_are_not_looked_into() {
        let text = "X\nc: multipart/mixed;boundary=b\n\n--b\nc: multipart/mixed;boundary=c\n\n--c\nc: application/sdp\n\nv=0\n--c--\n--b--\n";
        assert!(!shown(text).0.contains("v=0"));
    }
}
