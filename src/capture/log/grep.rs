//! ngrep, sipgrep and the text that sngrep saves: a line with both addresses, then the message.
//!
//! `ngrep -W byline` shows the CR of a line end as a dot, `ngrep -W normal` shows every byte that cannot be
//! printed as one and breaks lines where the terminal ends; the others keep lines as they are.

use super::lines::bare;
use super::way::{Way, endpoint};
use super::{Dots, Format, Grammar, Meaning, Place, Plain, Reads, Traits, clock};
use crate::capture::Transport;
use crate::message::looks_like_sip;

pub(super) const BYLINE: Format = Format {
    name: "ngrep -W byline, sngrep or sipgrep",
    recognises: is_byline,
    reads: Reads::Text(byline_grammar, Traits { dots: Dots::AtLineEnds, ..Traits::NONE }),
};

pub(super) const NORMAL: Format = Format {
    name: "ngrep",
    recognises: is_normal,
    reads: Reads::Text(normal_grammar, Traits { dots: Dots::Everywhere, ..Traits::NONE }),
};

fn byline_grammar() -> Box<dyn Grammar> {
    Box::new(Plain(byline))
}

fn normal_grammar() -> Box<dyn Grammar> {
    Box::new(Plain(normal))
}

fn is_byline(lines: &[&[u8]]) -> bool {
    lines.windows(3).any(|three| {
        let second = if three[1].is_empty() { three[2] } else { three[1] };
        heading(three[0]).is_some() && looks_like_sip(second)
    })
}

fn is_normal(lines: &[&[u8]]) -> bool {
    lines.windows(2).any(|two| {
        let wrapped = two[1].strip_prefix(b"  ").filter(|text| looks_like_sip(text) || text.contains(&b'.'));
        heading(two[0]).is_some() && wrapped.is_some_and(|text| memchr::memmem::find(text, b"..").is_some())
    })
}

fn byline<'l>(line: &'l [u8], _: Place) -> Meaning<'l> {
    let text = bare(line);
    if let Some(way) = heading(text) {
        return Meaning::Opens(way);
    }
    if is_progress(text) { Meaning::Closes(b"") } else { Meaning::Text(line) }
}

fn normal<'l>(line: &'l [u8], _: Place) -> Meaning<'l> {
    let text = bare(line);
    if let Some(way) = heading(text) {
        return Meaning::Opens(way);
    }
    match line.strip_prefix(b"  ") {
        Some(text) => Meaning::Text(text),
        None if line.ends_with(b"\n") => Meaning::Closes(b""),
        None => Meaning::Nothing,
    }
}

/// ngrep shows packets that do not match as `#`.
fn is_progress(line: &[u8]) -> bool {
    !line.is_empty() && line.iter().all(|&byte| byte == b'#')
}

/// `U 2011/08/09 06:32:56.583165 192.0.2.1:5060 -> 192.0.2.2:5060 #1`, of which only the addresses must be
/// there.
fn heading(line: &[u8]) -> Option<Way> {
    let arrow = memchr::memmem::find(line, b" -> ")?;
    let (before, behind) = (&line[..arrow], &line[arrow + 4..]);
    let first = before.split(|&byte| byte == b' ').find(|word| !word.is_empty())?;
    let last = before.rsplit(|&byte| byte == b' ').next()?;
    let from = endpoint(last)?;
    let to = endpoint(behind.split(|&byte| byte == b' ').next()?)?;
    let transport = match first.first()? {
        b'U' => Some(Transport::Udp),
        b'T' => Some(Transport::Tcp),
        b'0'..=b'9' | b'[' | b'#' => None,
        _ => return None,
    };
    let stamp = clock::stamp(&before[..before.len() - last.len()]);
    Some(Way { stamp, from: Some(from), to: Some(to), transport, bytes: None })
}
