//! FreeSWITCH, `sofia global siptrace on` (any program on sofia-sip): `send 1234 bytes to udp/[192.0.2.1]:5060
//! at 12:00:00.000000:`, then the message between lines of dashes, indented by three spaces.

use super::lines::bare;
use super::way::{Direction, Way, endpoint, number_behind, transport};
use super::{Format, Grammar, Meaning, Place, Plain, Reads, Traits, clock};

pub(super) const FORMAT: Format =
    Format { name: "freeswitch siptrace", recognises, reads: Reads::Text(grammar, Traits::NONE) };

fn recognises(lines: &[&[u8]]) -> bool {
    lines.iter().any(|line| announced(line).is_some())
}

fn grammar() -> Box<dyn Grammar> {
    Box::new(Plain(meaning))
}

fn meaning<'l>(line: &'l [u8], place: Place) -> Meaning<'l> {
    let text = bare(line);
    if let Some(way) = announced(text) {
        return Meaning::Opens(way);
    }
    let dashes = text.trim_ascii();
    if dashes.len() >= 40 && dashes.iter().all(|&byte| byte == b'-') {
        return if place.is_inside() { Meaning::Closes(b"") } else { Meaning::Nothing };
    }
    Meaning::Text(line.strip_prefix(b"   ").unwrap_or(line))
}

fn announced(line: &[u8]) -> Option<Way> {
    let line = line.trim_ascii();
    let (direction, word, towards) = [
        (Direction::Sent, &b"send "[..], &b" bytes to "[..]),
        (Direction::Received, b"recv ", b" bytes from "),
    ]
    .into_iter()
    .find(|(_, word, towards)| line.starts_with(word) && memchr::memmem::find(line, towards).is_some())?;
    let bytes = Some(number_behind(line, word)?);
    let peer = super::way::behind_last(line, towards)?;
    let (name, rest) = peer.split_at_checked(memchr::memchr(b'/', peer)?)?;
    // A colon is left where the time comes behind `at`.
    let address = rest.get(1..)?.split(|&byte| byte == b' ').next()?;
    let address: Vec<u8> = match memchr::memchr(b'.', address) {
        Some(_) => address.iter().copied().filter(|byte| !b"[]".contains(byte)).collect(),
        None => address.to_vec(),
    };
    let way = Way { stamp: clock::stamp(line), transport: transport(name), bytes, ..Way::default() };
    Some(way.with_peer(direction, endpoint(address.strip_suffix(b":").unwrap_or(&address))))
}
