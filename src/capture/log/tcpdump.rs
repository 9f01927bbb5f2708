//! `tcpdump -A`: a line with time and addresses, then the packet from its IP header on.
//!
//! The bytes of the headers stand before the start line, on the same line; how many there are is not shown, so
//! that the method has to be a known one.

use super::lines::bare;
use super::way::{Way, endpoint};
use super::{Dots, Format, Grammar, Meaning, Place, Reads, Traits, clock};
use crate::capture::Transport;
use crate::capture::framer::behind_text;
use crate::capture::start::is_versioned;

pub(super) const FORMAT: Format = Format {
    name: "tcpdump -A",
    recognises,
    reads: Reads::Text(grammar, Traits { dots: Dots::Unprintable, ..Traits::NONE }),
};

/// Behind a heading stands the first byte of an IP header as a letter.
fn recognises(lines: &[&[u8]]) -> bool {
    lines.iter().enumerate().any(|(at, line)| {
        let ip = lines.get(at + 1..).and_then(|rest| rest.iter().find(|line| !is_explained(line)));
        heading(line).is_some() && ip.is_some_and(|ip| matches!(ip.first(), Some(b'E'..=b'O' | b'`')))
    })
}

fn grammar() -> Box<dyn Grammar> {
    Box::new(Packets { way: None, is_verbose: false, is_empty: false })
}

/// The packet before the present line.
#[derive(Debug)]
struct Packets {
    /// Of a heading on two lines, the first.
    way: Option<Way>,
    /// Whether the packet is explained in lines that begin with a tab.
    is_verbose: bool,
    /// Whether the heading says that it carries nothing.
    is_empty: bool,
}

impl Grammar for Packets {
    fn meaning<'l>(&mut self, line: &'l [u8], place: Place) -> Meaning<'l> {
        let text = bare(line);
        if let Some(way) = heading(text) {
            self.is_verbose = is_verbose(text);
            self.way = self.is_verbose.then_some(way);
            self.is_empty = memchr::memmem::find(text, b" length 0").is_some();
            return Meaning::Opens(way);
        }
        if place != Place::Before {
            return Meaning::Text(line);
        }
        if let Some((way, from_and_to)) = self.way.take().zip(addresses(text.trim_ascii_start())) {
            let (from, to) = from_and_to;
            self.is_empty = memchr::memmem::find(text, b" length 0").is_some();
            return Meaning::Opens(Way { from: Some(from), to: Some(to), ..way });
        }
        if self.is_verbose && is_explained(text) {
            return Meaning::Nothing;
        }
        let start =
            if is_versioned(text) && behind_text(text).is_none() { Some(0) } else { behind_text(text) };
        match start.and_then(|start| line.get(start..)) {
            Some(message) => Meaning::Begins(Way::default(), message),
            None if self.is_empty => Meaning::Nothing,
            None => Meaning::Segment,
        }
    }
}

fn is_explained(line: &[u8]) -> bool {
    line.starts_with(b"\t") || line.starts_with(b"    ")
}

/// `-v` writes what is in the IP header, and the addresses on a second line.
pub(super) fn is_verbose(heading: &[u8]) -> bool {
    [&b"(tos "[..], b"(flowlabel ", b"(class ", b"(hlim "]
        .iter()
        .any(|mark| memchr::memmem::find(heading, mark).is_some())
}

/// `06:32:56.583165 IP 192.0.2.1.5060 > 192.0.2.2.5060: SIP: …`; the time may have a date, be the seconds since
/// 1970, or lack.
pub(super) fn heading(line: &[u8]) -> Option<Way> {
    let mut words = line.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
    let is_ip = |word: &[u8]| word == b"IP" || word == b"IP6";
    let mut before = 0;
    let kind = words.by_ref().take(7).find(|word| {
        before += usize::from(!is_ip(word));
        is_ip(word)
    })?;
    let at = line.windows(kind.len()).position(|part| part == kind)?;
    let rest = line.get(at + kind.len()..)?.trim_ascii_start();
    let ends = addresses(rest);
    let named = memchr::memmem::find(rest, b" > ").is_some() && memchr::memmem::find(rest, b": ").is_some();
    if ends.is_none() && !named && !is_verbose(rest) {
        return None;
    }
    let first = line.split(|&byte| byte == b' ').find(|word| !word.is_empty())?;
    let stamp = clock::epoch(first).or_else(|| clock::stamp(&line[..at]));
    if before > 0 && stamp.is_none() {
        return None;
    }
    let (from, to) = ends.unzip();
    let is_tcp = memchr::memmem::find(rest, b" Flags [").is_some()
        || memchr::memmem::find(rest, b"proto TCP").is_some();
    let transport = Some(if is_tcp { Transport::Tcp } else { Transport::Udp });
    Some(Way { stamp, from, to, transport, bytes: None })
}

/// `192.0.2.1.5060 > 192.0.2.2.5060: …`
fn addresses(text: &[u8]) -> Option<(std::net::SocketAddr, std::net::SocketAddr)> {
    let mut words = text.split(|&byte| byte == b' ');
    let from = endpoint(words.next()?)?;
    words.next().filter(|word| *word == b">")?;
    let to = words.next()?;
    Some((from, endpoint(to.strip_suffix(b":").unwrap_or(to))?))
}
