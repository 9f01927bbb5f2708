//! doubango and sipML5: `SEND: ` or `RECV:` before the start line.

use super::lines::bare;
use super::way::Way;
use super::{Format, Grammar, Meaning, Place, Plain, Reads, Traits, clock};
use crate::capture::start::is_versioned;

pub(super) const FORMAT: Format = Format {
    name: "doubango",
    recognises,
    reads: Reads::Text(grammar, Traits { ends_by_length: true, ..Traits::NONE }),
};

fn recognises(lines: &[&[u8]]) -> bool {
    lines.iter().any(|line| message(line).is_some())
}

fn grammar() -> Box<dyn Grammar> {
    Box::new(Plain(meaning))
}

fn meaning<'l>(line: &'l [u8], place: Place) -> Meaning<'l> {
    match message(bare(line)).and_then(|at| line.get(at..)) {
        Some(text) => Meaning::Begins(Way::at(clock::stamp(&line[..line.len() - text.len()])), text),
        None if place == Place::Outside => {
            clock::stamp(line).map_or(Meaning::Nothing, |stamp| Meaning::Says(Way::at(Some(stamp))))
        }
        None => Meaning::Text(line),
    }
}

/// Where the message begins in a line that shows one.
fn message(line: &[u8]) -> Option<usize> {
    [&b"SEND:"[..], b"RECV:"].iter().find_map(|mark| {
        let at = memchr::memmem::find(line, mark)? + mark.len();
        let text = line.get(at..)?;
        is_versioned(text).then(|| line.len() - text.trim_ascii_start().len())
    })
}
