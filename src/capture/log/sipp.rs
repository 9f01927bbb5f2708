//! SIPp, `-trace_msg`: a line of dashes with the time, a line with transport and length, the message.

use super::lines::bare;
use super::way::{Way, number_behind, transport};
use super::{Format, Grammar, Meaning, Place, Plain, Reads, Traits, clock};

pub(super) const FORMAT: Format =
    Format { name: "sipp -trace_msg", recognises, reads: Reads::Text(grammar, Traits::NONE) };

fn recognises(lines: &[&[u8]]) -> bool {
    lines.windows(2).any(|two| separator(two[0]).is_some() && announced(two[1]).is_some())
}

fn grammar() -> Box<dyn Grammar> {
    Box::new(Plain(meaning))
}

fn meaning<'l>(line: &'l [u8], place: Place) -> Meaning<'l> {
    let text = bare(line);
    if let Some(way) = separator(text) {
        return Meaning::Says(way);
    }
    match announced(text).filter(|_| !place.is_inside()) {
        Some(way) => Meaning::Opens(way),
        None => Meaning::Text(line),
    }
}

/// `----------------------------------------------- 2026-11-22 09:00:59.697138`; older versions write the
/// seconds since 1970 behind it.
fn separator(line: &[u8]) -> Option<Way> {
    let stamp = line.strip_prefix(&[b'-'; 40])?;
    let words = stamp.split(u8::is_ascii_whitespace);
    let epoch = words.filter_map(clock::epoch).next();
    Some(Way::at(Some(epoch.or_else(|| clock::stamp(stamp))?)))
}

/// `UDP message sent (956 bytes):` or `UDP message received [362] bytes :`.
fn announced(line: &[u8]) -> Option<Way> {
    let (name, rest) = line.split_at_checked(memchr::memchr(b' ', line)?)?;
    if !rest.starts_with(b" message ") || memchr::memmem::find(rest, b"bytes").is_none() {
        return None;
    }
    let bytes = number_behind(rest, b"(").or_else(|| number_behind(rest, b"["));
    Some(Way { transport: transport(name), bytes, ..Way::default() })
}
