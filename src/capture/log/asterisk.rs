//! Asterisk, `sip set debug on` (chan_sip) and `pjsip set logger on`: a line of arrows with direction and
//! address, the message; chan_sip closes it with another.

use super::lines::bare;
use super::way::{Direction, Way, behind_last, endpoint, number_behind, transport};
use super::{Format, Grammar, Meaning, Place, Plain, Reads, Traits, clock};

pub(super) const FORMAT: Format = Format {
    name: "asterisk sip debug",
    recognises,
    reads: Reads::Text(grammar, Traits { ends_by_length: true, ..Traits::NONE }),
};

/// Of the lines that its logger writes, behind the time.
const LEVELS: [&[u8]; 6] =
    [b"] VERBOSE[", b"] DEBUG[", b"] NOTICE[", b"] WARNING[", b"] ERROR[", b"] SECURITY["];

fn recognises(lines: &[&[u8]]) -> bool {
    lines.iter().any(|line| announced(line).is_some())
}

fn grammar() -> Box<dyn Grammar> {
    Box::new(Plain(meaning))
}

fn meaning<'l>(line: &'l [u8], _: Place) -> Meaning<'l> {
    let text = bare(line).trim_ascii_end();
    let stamp = logged(text);
    if let Some(way) = announced(text) {
        return Meaning::Opens(Way { stamp, ..way });
    }
    let is_arrow =
        text.starts_with(b"<--") && text.ends_with(b"->") && text.iter().all(|byte| b"<->".contains(byte));
    if is_arrow || text == b"---" {
        return Meaning::Closes(b"");
    }
    if stamp.is_some() { Meaning::Says(Way::at(stamp)) } else { Meaning::Text(line) }
}

/// The time of a line of the logger: `[2026-01-07 11:25:15,523] VERBOSE[13892] chan_sip.c: …`.
fn logged(line: &[u8]) -> Option<clock::Stamp> {
    let is_logged =
        line.starts_with(b"[") && LEVELS.iter().any(|level| memchr::memmem::find(line, level).is_some());
    clock::stamp(line).filter(|_| is_logged)
}

/// `<--- SIP read from UDP:192.0.2.1:5060 --->`, `<--- Transmitting SIP response (470 bytes) to
/// UDP:192.0.2.1:5060 --->`, or `Reliably Transmitting (NAT) to 192.0.2.1:5060:`.
fn announced(line: &[u8]) -> Option<Way> {
    let line = line.trim_ascii_end();
    let text = match memchr::memmem::find(line, b"<--- ") {
        Some(at) => line.get(at + 5..)?.strip_suffix(b"--->")?.trim_ascii_end(),
        None => {
            let at = memchr::memmem::find(line, b"ransmitting ")?;
            line.get(at..)?.strip_suffix(b":")?
        }
    };
    let is_sent = memchr::memmem::find(text, b"ransmitting ").is_some();
    let is_read = text.starts_with(b"SIP read from ") || text.starts_with(b"Received SIP ");
    let (direction, peer) = match (is_sent, is_read) {
        (true, _) => (Direction::Sent, behind_last(text, b" to ")?),
        (_, true) => (Direction::Received, behind_last(text, b" from ")?),
        _ => return None,
    };
    let colon = memchr::memchr(b':', peer)?;
    let carrier = transport(&peer[..colon]);
    let address = if carrier.is_some() { peer.get(colon + 1..)? } else { peer };
    let way = Way { transport: carrier, bytes: number_behind(text, b"("), ..Way::default() };
    Some(way.with_peer(direction, endpoint(address)))
}
