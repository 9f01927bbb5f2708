//! The text of a record -> the message as it was on the wire, as far as the log kept it.

use std::borrow::Cow;

use super::lines::{bare, is_blank};
use super::{Dots, Traits};
use crate::capture::start::{begins_message, first_line};
use crate::message::{Limits, Message, Name, Wholeness};

/// Spaces put back at the ends of lines, in one record.
const MOST_SPACES: usize = 4096;

/// A message out of a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) payload: Vec<u8>,
    pub(super) wholeness: Wholeness,
    /// Whether its lines ended with LF in the log.
    pub(super) had_lf: bool,
    /// Whether bytes were dots in the log.
    pub(super) had_dots: bool,
    /// What is left of the record, if another message begins there.
    pub(super) rest: Option<Vec<u8>>,
}

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As it should.
    Marked,
    /// The input was over, or the record longer than is held.
    Lost,
}

/// Undoes what the log did to a message. `bytes`: its length, where the log says it.
pub(super) fn settle(
    text: Vec<u8>,
    bytes: Option<usize>,
    traits: Traits,
    end: End,
    limits: Limits,
) -> Settled {
    let had_dots = match traits.dots {
        Dots::None => false,
        Dots::Unprintable | Dots::Everywhere => true,
        Dots::AtLineEnds => has_dots_at_line_ends(&text),
    };
    let mut text = match traits.dots {
        Dots::AtLineEnds if had_dots => without_dots_at_line_ends(text),
        Dots::Everywhere => unwrapped(&text),
        _ => text,
    };
    let truncated = cut_off_remark(&mut text);
    let had_lf = memchr::memmem::find(&text, b"\r\n").is_none();
    let head_end = match head_end(&text) {
        Some(end) => end,
        None => match lost_empty_line(&text).filter(|_| traits.loses_empty_line) {
            Some(at) => {
                let line_end = if had_lf { &b"\n"[..] } else { b"\r\n" };
                text.splice(at..at, line_end.iter().copied());
                at + line_end.len()
            }
            None => {
                // What was shown as dots is a packet: its empty line is there, or its end is not.
                let is_lost = truncated || end == End::Lost || traits.dots != Dots::None;
                let settled = without_body(&text, had_lf, is_lost, bytes);
                return Settled { had_dots, ..settled };
            }
        },
    };
    let (head, body) = text.split_at(head_end);
    let head = if had_lf { with_crlf(head) } else { Cow::Borrowed(head) };
    let split = Message::split_within(&head[..], Wholeness::Whole, limits);
    let announced = match split.content_length().map(usize::try_from) {
        Some(Ok(length)) => Some(length),
        Some(Err(_)) => Some(usize::MAX),
        None if split.has(Name::ContentType) || split.has(Name::ContentLength) => None,
        None => Some(0),
    };
    // What the log counted is right even where the sender was wrong.
    let counted = bytes.and_then(|bytes| bytes.checked_sub(head.len()));
    let wanted = counted.or(announced);
    let (body, wholeness, rest) = match wanted.map(|wanted| fit(body, had_lf, wanted, end)) {
        Some(Fit::Whole(body, rest)) => (with_last_dot(body, had_dots), Wholeness::Whole, rest),
        Some(Fit::Short(body)) if counted.is_none() && traits.is_exact && end == End::Marked => {
            (body, Wholeness::Whole, None)
        }
        Some(Fit::Short(body)) => (body, Wholeness::Cut, None),
        None => {
            let whole = if end == End::Marked { Wholeness::Whole } else { Wholeness::Cut };
            (without_empty_lines(body, had_lf), whole, None)
        }
    };
    let wholeness = if truncated { Wholeness::Cut } else { wholeness };
    let rest = rest.filter(|_| counted.is_none());
    Settled { payload: [&head[..], &body].concat(), wholeness, had_lf, had_dots, rest }
}

/// A body without a line end may end with a dot that stands for itself.
fn with_last_dot(mut body: Vec<u8>, had_dots: bool) -> Vec<u8> {
    if let Some(last) = body.last_mut().filter(|last| had_dots && **last == b'\r') {
        *last = b'.';
    }
    body
}

enum Fit {
    /// The body, and another message behind it.
    Whole(Vec<u8>, Option<Vec<u8>>),
    Short(Vec<u8>),
}

/// The body of that length: with CRLF for LF if it fits then, else as it stands there.
fn fit(body: &[u8], had_lf: bool, wanted: usize, end: End) -> Fit {
    let wire = if had_lf { with_crlf(body) } else { Cow::Borrowed(body) };
    let readings: [&[u8]; 2] = [&wire, body];
    let readings = || readings.iter().filter_map(|text| text.split_at_checked(wanted));
    let to_the_end = || readings().filter(|(_, rest)| is_blank(rest));
    let found = to_the_end()
        .find(|(body, _)| body.is_empty() || body.ends_with(b"\n"))
        .or_else(|| to_the_end().next())
        .or_else(|| readings().find(|(_, rest)| begins_message(rest.trim_ascii_start())))
        .or_else(|| readings().next());
    if let Some((body, rest)) = found {
        let next = rest.trim_ascii_start();
        return Fit::Whole(body.to_vec(), begins_message(next).then(|| next.to_vec()));
    }
    let mut longer = wire.into_owned();
    let shorter = longer.clone();
    // Logs and editors take empty lines at the end away. Where the log was cut, it may have been anything.
    let most = if end == End::Marked { 3 } else { 0 };
    for _ in 0..most {
        longer.extend_from_slice(b"\r\n");
        if longer.len() == wanted {
            return Fit::Whole(longer, None);
        }
    }
    Fit::Short(shorter)
}

/// A record without an empty line: whole if its last line says that nothing else comes.
fn without_body(text: &[u8], had_lf: bool, is_lost: bool, bytes: Option<usize>) -> Settled {
    let mut payload = if had_lf { with_crlf(text).into_owned() } else { text.to_vec() };
    let is_short = bytes.is_some_and(|bytes| bytes > payload.len() + 4);
    let is_whole = !is_lost && !is_short && ends_with_length_0(text);
    if is_whole {
        payload.extend_from_slice(b"\r\n");
    }
    let wholeness = if is_whole { Wholeness::Whole } else { Wholeness::Cut };
    Settled { payload, wholeness, had_lf, had_dots: false, rest: None }
}

fn ends_with_length_0(text: &[u8]) -> bool {
    let Some(text) = text.strip_suffix(b"\n").map(<[u8]>::trim_ascii_end) else {
        return false;
    };
    let last = &text[memchr::memrchr(b'\n', text).map_or(0, |lf| lf + 1)..];
    let Some(colon) = memchr::memchr(b':', last) else {
        return false;
    };
    Name::of(last[..colon].trim_ascii()) == Name::ContentLength && last[colon + 1..].trim_ascii() == b"0"
}

/// Where the empty line behind the headers ends.
fn head_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < text.len() {
        let (line, length) = first_line(&text[at..]);
        at += length;
        if line.is_empty() {
            return Some(at);
        }
    }
    None
}

/// Where SDP begins directly behind a header.
fn lost_empty_line(text: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, b"\nv=0")
        .map(|lf| lf + 1)
        .filter(|&at| bare(first_line(&text[at..]).0) == b"v=0")
}

fn without_empty_lines(body: &[u8], had_lf: bool) -> Vec<u8> {
    let Some(last) = body.iter().rposition(|byte| !byte.is_ascii_whitespace()) else {
        return Vec::new();
    };
    let line_end = first_line(body.get(last + 1..).unwrap_or_default()).1;
    let body = body.get(..last + 1 + line_end).unwrap_or(body);
    if had_lf { with_crlf(body).into_owned() } else { body.to_vec() }
}

fn with_crlf(text: &[u8]) -> Cow<'_, [u8]> {
    let mut wire = Vec::with_capacity(text.len() + text.len() / 16);
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => wire.extend_from_slice(&[line, b"\r\n"].concat()),
            None => wire.extend_from_slice(line),
        }
    }
    Cow::Owned(wire)
}

/// Takes a last line that says `truncated` away, and says whether there was one.
fn cut_off_remark(text: &mut Vec<u8>) -> bool {
    let shown = text.trim_ascii_end();
    let at = memchr::memrchr(b'\n', shown).map_or(0, |lf| lf + 1);
    let last = &shown[at..];
    let says = memchr::memmem::find(last, b"truncated").is_some();
    let begins =
        [&b"..."[..], b"***", b"[", b"(", b"<"].iter().any(|mark| last.trim_ascii_start().starts_with(mark));
    if says && begins {
        text.truncate(at);
        return true;
    }
    false
}

/// Whether the lines of the headers end with a dot each.
fn has_dots_at_line_ends(text: &[u8]) -> bool {
    let lines = text.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.take_while(|line| !line.is_empty() && *line != b".").all(|line| line.ends_with(b"."))
}

/// Makes CR of the dots at line ends, and a tab of a dot with which a folded header begins.
fn without_dots_at_line_ends(mut text: Vec<u8>) -> Vec<u8> {
    let windows = memchr::memmem::find(&text, b"\r\n").is_some();
    if windows {
        // The file was written with CRLF: the dot is the CR of the message.
        text = text
            .split_inclusive(|&byte| byte == b'\n')
            .flat_map(|line| [bare(line), b"\n"].concat())
            .collect();
    }
    let ends: Vec<usize> = memchr::memchr_iter(b'\n', &text).collect();
    let mut in_headers = true;
    for end in ends {
        let Some(dot) = end.checked_sub(1).filter(|&dot| text.get(dot) == Some(&b'.')) else {
            continue;
        };
        text[dot] = b'\r';
        in_headers &= dot > 0 && text[dot - 1] != b'\n';
        if in_headers && text.get(end + 1) == Some(&b'.') && text.get(end + 2) != Some(&b'\n') {
            text[end + 1] = b'\t';
        }
    }
    text
}

/// Puts wrapped lines together, and line ends where two dots stand for them.
fn unwrapped(text: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> =
        text.split(|&byte| byte == b'\n').map(bare).filter(|line| !line.is_empty()).collect();
    let width = lines.iter().map(|line| line.len()).max().unwrap_or(0);
    let mut joined = Vec::with_capacity(text.len());
    // An editor may have taken spaces at the end of a line away. Hostile lines get no more than a few.
    let mut spaces = text.len().min(MOST_SPACES);
    for line in &lines {
        joined.extend_from_slice(line);
        let lacking = (width - line.len()).min(spaces);
        spaces -= lacking;
        joined.resize(joined.len() + lacking, b' ');
    }
    joined.truncate(joined.trim_ascii_end().len());
    let mut wire = Vec::with_capacity(joined.len());
    let mut rest = &joined[..];
    while let Some(dot) = memchr::memchr(b'.', rest) {
        let (before, dots) = rest.split_at(dot);
        wire.extend_from_slice(before);
        let count = dots.iter().take_while(|&&byte| byte == b'.').count();
        // Of an odd number the first is a dot of the text.
        wire.extend_from_slice(&b"."[..count % 2]);
        wire.extend_from_slice(&b"\r\n".repeat(count / 2));
        rest = &dots[count..];
    }
    wire.extend_from_slice(rest);
    wire
}

#[cfg(test)]
mod tests;
