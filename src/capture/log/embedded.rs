//! Any other log with messages in it, such as those of Kamailio's xlog, OpenSIPS, linphone or baresip: a start
//! line at the beginning of a line, headers, a body as long as Content-Length says.

use super::lines::bare;
use super::way::Way;
use super::{Format, Grammar, Meaning, Place, Plain, Reads, Traits, clock};
use crate::capture::start::is_versioned;
use crate::message::{Name, token};

/// Lines behind a start line in which the headers that every message has are looked for.
const HEADERS: usize = 40;

pub(super) const FORMAT: Format = Format {
    name: "messages in a log",
    recognises,
    reads: Reads::Text(grammar, Traits { ends_by_length: true, is_guessed: true, ..Traits::NONE }),
};

fn recognises(lines: &[&[u8]]) -> bool {
    let first = lines.iter().find(|line| !line.is_empty()).and_then(|line| line.first());
    // Markup and JSON are about messages (a scenario of SIPp, a page), not made of them.
    !matches!(first, Some(b'<' | b'{' | b'[')) && (0..lines.len()).any(|at| begins_message(&lines[at..]))
}

/// Whether a start line and most of the mandatory headers stand here.
fn begins_message(lines: &[&[u8]]) -> bool {
    let Some((_, rest)) = lines.split_first().filter(|(first, _)| is_start(first)) else {
        return false;
    };
    let headers = rest.iter().take(HEADERS).take_while(|line| !line.is_empty());
    let names = headers.filter_map(|line| {
        let colon = memchr::memchr(b':', line)?;
        Some(Name::of(token::trim(&line[..colon])))
    });
    let mandatory = [Name::Via, Name::From, Name::To, Name::CallId, Name::CSeq];
    names.filter(|name| mandatory.contains(name)).count() >= 3
}

fn is_start(line: &[u8]) -> bool {
    line.first().is_some_and(u8::is_ascii_alphabetic) && is_versioned(line)
}

fn grammar() -> Box<dyn Grammar> {
    Box::new(Plain(meaning))
}

fn meaning<'l>(line: &'l [u8], place: Place) -> Meaning<'l> {
    // What looks like a start line in a body is part of it: the fragment in a NOTIFY.
    if place != Place::MeasuredBody && is_start(bare(line)) {
        return Meaning::Begins(Way::default(), line);
    }
    match place {
        Place::Outside => {
            clock::stamp(line).map_or(Meaning::Nothing, |stamp| Meaning::Says(Way::at(Some(stamp))))
        }
        _ => Meaning::Text(line),
    }
}
