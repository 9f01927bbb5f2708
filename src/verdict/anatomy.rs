//! Bytes of a message -> its parts, and what of its body is not to be shown, with the words in its place.
//!
//! Only what says clearly that it is SDP or a resource list is shown; whatever is in doubt is not.

use std::cell::OnceCell;
use std::ops::Range;

use super::head::{Typed, content, content_type, head_end, lines, parameter};
use crate::visible::{sanitise_bytes, shorten};

/// A part of a message that is not shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hidden {
    /// Its bytes: whole lines.
    pub range: Range<usize>,
    /// What stands in its place.
    pub words: String,
}

impl Hidden {
    /// What is not to be shown of a message.
    pub fn of(bytes: &[u8]) -> Vec<Self> {
        let mut hidden = Vec::new();
        each_part(bytes, &mut |range, part| match part {
            Part::Other(unseen) if !bytes[range.clone()].trim_ascii().is_empty() => {
                hidden.push(Self { words: unseen.words(range.len()), range });
            }
            _ => {}
        });
        hidden
    }
}

/// What is not to be shown of a message, found out when somebody asks: most reports show no message that has no finding.
#[derive(Clone, Debug, Default)]
pub struct Unshown(OnceCell<Vec<Hidden>>);

impl Unshown {
    /// Of a message of these bytes.
    pub(super) fn of(&self, bytes: &[u8]) -> &[Hidden] {
        self.0.get_or_init(|| Hidden::of(bytes))
    }
}

impl From<Vec<Hidden>> for Unshown {
    fn from(hidden: Vec<Hidden>) -> Self {
        Self(OnceCell::from(hidden))
    }
}

/// What the bytes of a message are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part<'b> {
    /// The start line and the headers of the message.
    Head,
    /// The headers of a part of its body.
    InnerHead,
    /// A line that parts a multipart.
    Boundary,
    /// A session description.
    Sdp,
    /// A resource list.
    List,
    /// Anything else.
    Other(Unseen<'b>),
}

/// What is not shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unseen<'b> {
    /// A body of this type.
    Body(&'b [u8]),
    /// A body that says nothing of its type.
    Untyped,
    /// A body that says several things of its type.
    Several,
    /// What stands before, between and behind the parts of a body.
    Outside,
    /// A part of which nobody knows where its headers end.
    Unparted,
}

impl Unseen<'_> {
    fn words(self, length: usize) -> String {
        /// Longest media type that is told.
        const LONGEST: usize = 60;
        let unit = if length == 1 { "byte" } else { "bytes" };
        match self {
            Self::Body(kind) => {
                let kind = sanitise_bytes(kind);
                format!("body of {length} {unit} ({}) not shown", shorten(&kind, LONGEST))
            }
            Self::Untyped => format!("body of {length} {unit} (without a type) not shown"),
            Self::Several => format!("body of {length} {unit} (of several types) not shown"),
            Self::Outside => format!("{length} {unit} outside of the parts of the body not shown"),
            Self::Unparted => format!("part of {length} {unit} without an empty line not shown"),
        }
    }
}

/// Hears of a part of a message.
type See<'s> = dyn FnMut(Range<usize>, Part<'_>) + 's;

/// Tells the parts of a message in their order; they cover it.
pub(crate) fn each_part(bytes: &[u8], see: &mut See<'_>) {
    let head = head_end(bytes, 0..bytes.len());
    see(0..head, Part::Head);
    part(bytes, (0..head, head..bytes.len()), Depth::Message, see);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Message,
    Part,
}

fn part(bytes: &[u8], (head, body): (Range<usize>, Range<usize>), depth: Depth, see: &mut See<'_>) {
    if body.is_empty() {
        return;
    }
    let value = match content_type(bytes, head) {
        Typed::Untyped => return see(body, Part::Other(Unseen::Untyped)),
        Typed::Several => return see(body, Part::Other(Unseen::Several)),
        Typed::As(value) => value,
    };
    let kind = media_type(&value);
    if kind.eq_ignore_ascii_case(b"application/sdp") {
        return see(body, Part::Sdp);
    }
    if kind.eq_ignore_ascii_case(b"application/resource-lists+xml") {
        return see(body, Part::List);
    }
    let is_multipart = kind.get(..10).is_some_and(|head| head.eq_ignore_ascii_case(b"multipart/"));
    let boundary = parameter(&value, "boundary").filter(|boundary| !boundary.is_empty());
    match boundary.filter(|_| is_multipart && depth == Depth::Message) {
        Some(boundary) => multipart(bytes, body, boundary, see),
        None => see(body, Part::Other(Unseen::Body(kind))),
    }
}

fn media_type(value: &[u8]) -> &[u8] {
    value.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii()
}

/// The parts of a body, and what stands around them.
fn multipart(bytes: &[u8], body: Range<usize>, boundary: &[u8], see: &mut See<'_>) {
    let is_boundary = |line: &Range<usize>| {
        let text = bytes[line.clone()].trim_ascii_end().strip_prefix(b"--");
        text.and_then(|text| text.strip_prefix(boundary)).is_some_and(|rest| matches!(rest, b"" | b"--"))
    };
    let closes = |line: &Range<usize>| bytes[line.clone()].trim_ascii_end().len() > boundary.len() + 2;
    let mut start = body.start;
    let mut inside = false;
    for line in lines(bytes, body.clone()).filter(is_boundary) {
        between(bytes, start..line.start, inside, see);
        start = line.end;
        inside = !closes(&line);
        see(line, Part::Boundary);
    }
    between(bytes, start..body.end, inside, see);
}

fn between(bytes: &[u8], range: Range<usize>, is_part: bool, see: &mut See<'_>) {
    if range.is_empty() {
        return;
    }
    if !is_part {
        return see(range, Part::Other(Unseen::Outside));
    }
    // A part may begin with its empty line: it has no headers then.
    let first = lines(bytes, range.clone()).next().filter(|line| content(bytes, line).is_empty());
    let head = first.map_or_else(|| head_end(bytes, range.clone()), |line| line.end);
    if head == range.end && !bytes[range.clone()].ends_with(b"\n\r\n") {
        return see(range, Part::Other(Unseen::Unparted));
    }
    see(range.start..head, Part::InnerHead);
    part(bytes, (range.start..head, head..range.end), Depth::Part, see);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (String, Vec<String>) {
        let hidden = Hidden::of(text.as_bytes());
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
