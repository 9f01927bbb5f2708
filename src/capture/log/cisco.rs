//! Cisco IOS, `debug ccsip messages`: `Sent:` or `Received:` on a line of its own, then the message.

use super::lines::bare;
use super::way::Way;
use super::{Format, Grammar, Meaning, Place, Plain, Reads, Traits, clock};
use crate::capture::start::is_versioned;

pub(super) const FORMAT: Format = Format {
    name: "cisco debug ccsip messages",
    recognises,
    reads: Reads::Text(grammar, Traits { loses_empty_line: true, ends_by_length: true, ..Traits::NONE }),
};

fn recognises(lines: &[&[u8]]) -> bool {
    lines.windows(3).any(|three| {
        let second = if three[1].is_empty() { three[2] } else { three[1] };
        is_mark(three[0]) && is_versioned(second)
    })
}

fn grammar() -> Box<dyn Grammar> {
    Box::new(Plain(meaning))
}

fn meaning<'l>(line: &'l [u8], _: Place) -> Meaning<'l> {
    let text = bare(line);
    if is_mark(text) {
        return Meaning::Opens(Way::default());
    }
    // `00:11:29: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:` and what else the router says.
    let is_router =
        memchr::memmem::find(text, b": //").is_some() || memchr::memmem::find(text, b"ccsip").is_some();
    match clock::stamp(text).filter(|_| is_router) {
        Some(stamp) => Meaning::Says(Way::at(Some(stamp))),
        None => Meaning::Text(line),
    }
}

fn is_mark(line: &[u8]) -> bool {
    matches!(line.trim_ascii(), b"Sent:" | b"Received:")
}
