//! The lines of a session description (RFC 8866).

use crate::fix::draft::{Case, Draft};
use crate::message::body::Bodies;
use crate::message::body::sdp::Sdp;

/// The description that the finding is about, as it stands in the message.
pub(super) fn with_sdp<T>(case: &Case<'_>, make: impl FnOnce(&Sdp<'_>) -> Option<T>) -> Option<T> {
    let message = case.message();
    let bodies = Bodies::of(message);
    let at = case.finding.at.span;
    let holds =
        |raw: &&[u8]| message.span_of(raw).is_some_and(|span| span.start <= at.start && at.end <= span.end);
    // A part that was decoded is not written as it is read.
    let readable = bodies.sdp_parts().filter(|part| part.is_readable() && part.content.as_ref() == part.raw);
    let raw = readable.map(|part| part.raw).find(holds)?;
    make(&Sdp::parse(raw))
}

/// The line that the finding begins in, with its end.
fn line<'m>(case: &Case<'_>, sdp: &Sdp<'m>) -> Option<&'m [u8]> {
    let start = case.message().span_of(sdp.text)?.start;
    let at = case.finding.at.span.start.checked_sub(start)? as usize;
    let begin = memchr::memrchr(b'\n', &sdp.text[..at]).map_or(0, |before| before + 1);
    let end = memchr::memchr(b'\n', &sdp.text[at..]).map_or(sdp.text.len(), |end| at + end + 1);
    Some(&sdp.text[begin..end])
}

/// The places of lines before the first `m=`; `t`, `r` and `z` share one (RFC 8866 5, RFC 4566 5).
const SESSION: &[&[u8]] = &[b"v", b"o", b"s", b"i", b"u", b"e", b"p", b"c", b"b", b"trz", b"k", b"a"];
/// The same behind it.
const MEDIA: &[&[u8]] = &[b"m", b"i", b"c", b"b", b"k", b"a"];

/// The lines of each section in their order. Those that share a place stay as they stand.
pub(in crate::fix) fn order(case: &Case<'_>) -> Option<Draft> {
    with_sdp(case, |sdp| {
        let sections = std::iter::once((sdp.session.text, SESSION));
        let sections = sections.chain(sdp.media.iter().map(|media| (media.text, MEDIA)));
        let mut ordered = Vec::with_capacity(sdp.text.len() + 2);
        for (text, places) in sections {
            let mut lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
            let place = |line: &&[u8]| match line {
                [letter, b'=', ..] => places.iter().position(|letters| letters.contains(letter)),
                _ => None,
            };
            // A line that has no place would be carried along.
            if lines.iter().any(|line| place(line).is_none()) {
                return None;
            }
            lines.sort_by_key(place);
            for line in lines {
                ordered.extend_from_slice(line);
                if !line.ends_with(b"\n") {
                    ordered.extend_from_slice(b"\r\n");
                }
            }
        }
        case.replace(sdp.text, ordered)
    })
}

/// A line of the session part at its place.
fn add(case: &Case<'_>, letter: u8, line: &str) -> Option<Draft> {
    let wanted = SESSION.iter().position(|letters| letters.contains(&letter))?;
    with_sdp(case, |sdp| {
        let place = |line: &&[u8]| {
            let letter = line.first()?;
            SESSION.iter().position(|letters| letters.contains(letter))
        };
        let lines = sdp.session.text.split_inclusive(|&byte| byte == b'\n');
        let before: usize =
            lines.take_while(|line| place(line).is_some_and(|place| place < wanted)).map(<[u8]>::len).sum();
        let (above, below) = sdp.session.text.split_at(before);
        match above.is_empty() || above.ends_with(b"\n") {
            true => case.before(below, format!("{line}\r\n")),
            false => case.before(below, format!("\r\n{line}")),
        }
    })
}

pub(in crate::fix) fn add_version(case: &Case<'_>) -> Option<Draft> {
    add(case, b'v', "v=0")
}

/// RFC 3264 5: `t=0 0`.
pub(in crate::fix) fn add_time(case: &Case<'_>) -> Option<Draft> {
    add(case, b't', "t=0 0")
}

/// RFC 3264 5: a single hyphen.
pub(in crate::fix) fn add_name(case: &Case<'_>) -> Option<Draft> {
    add(case, b's', "s=-")
}

pub(in crate::fix) fn fill_name(case: &Case<'_>) -> Option<Draft> {
    with_sdp(case, |sdp| case.replace(sdp.session.line(b's')?.text, "s=-"))
}

pub(in crate::fix) fn version(case: &Case<'_>) -> Option<Draft> {
    with_sdp(case, |sdp| case.replace(sdp.session.line(b'v')?.text, "v=0"))
}

/// The address of `o=`, which is most often that of the media.
pub(in crate::fix) fn add_connection(case: &Case<'_>) -> Option<Draft> {
    let origin = with_sdp(case, |sdp| {
        let words: Vec<String> =
            String::from_utf8_lossy(sdp.origin()?.value).split(' ').map(str::to_owned).collect();
        (words.len() == 6).then(|| format!("c={} {} {}", words[3], words[4], words[5]))
    })?;
    add(case, b'c', &origin)
}

/// An origin with the address of `c=`.
pub(in crate::fix) fn add_origin(case: &Case<'_>) -> Option<Draft> {
    let connection = with_sdp(case, |sdp| {
        let of_media = || sdp.media.iter().find_map(|media| media.line(b'c'));
        let connection = sdp.session.line(b'c').or_else(of_media)?.value;
        str::from_utf8(connection).ok().map(str::to_owned)
    })?;
    add(case, b'o', &format!("o=- 1 1 {connection}"))
}

/// An empty line away.
pub(in crate::fix) fn no_empty_line(case: &Case<'_>) -> Option<Draft> {
    with_sdp(case, |sdp| {
        let line = line(case, sdp)?;
        line.trim_ascii().is_empty().then(|| case.replace(line, ""))?
    })
}

/// The white space around the first `=` away.
pub(in crate::fix) fn no_space(case: &Case<'_>) -> Option<Draft> {
    with_sdp(case, |sdp| {
        let line = line(case, sdp)?;
        let equals = memchr::memchr(b'=', line)?;
        let kind = line[..equals].trim_ascii();
        let value = line[equals + 1..].trim_ascii_start();
        let before = &line[..line.len() - value.len()];
        (kind.len() == 1).then(|| case.replace(before, [kind, b"="].concat()))?
    })
}
