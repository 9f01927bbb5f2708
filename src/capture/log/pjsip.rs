//! pjsip (pjsua, and what is built on it): `TX 600 bytes Request msg … to UDP 192.0.2.1:5060:`, the message,
//! `--end msg--`.

use super::lines::bare;
use super::way::{Direction, Way, endpoint, number_behind, transport};
use super::{Format, Grammar, Meaning, Place, Plain, Reads, Traits, clock};

const END: &[u8] = b"--end msg--";

pub(super) const FORMAT: Format =
    Format { name: "pjsip", recognises, reads: Reads::Text(grammar, Traits::NONE) };

fn recognises(lines: &[&[u8]]) -> bool {
    lines.iter().any(|line| announced(line).is_some())
}

fn grammar() -> Box<dyn Grammar> {
    Box::new(Plain(meaning))
}

fn meaning<'l>(line: &'l [u8], _: Place) -> Meaning<'l> {
    let text = bare(line);
    // Newer versions write dots before it, as deep as the call stack is.
    if text.strip_suffix(END).is_some_and(|before| before.iter().all(|byte| b". ".contains(byte))) {
        return Meaning::Closes(b"");
    }
    match announced(text) {
        Some(way) => Meaning::Opens(way),
        None => Meaning::Text(line),
    }
}

fn announced(line: &[u8]) -> Option<Way> {
    let line = line.trim_ascii_end().strip_suffix(b":")?;
    let (direction, word, towards) =
        [(Direction::Sent, &b"TX "[..], &b" to "[..]), (Direction::Received, b"RX ", b" from ")]
            .into_iter()
            .find(|(_, word, _)| number_behind(line, word).is_some())?;
    let bytes = number_behind(line, word);
    let tail = super::way::behind_last(line, towards)
        .filter(|_| memchr::memmem::find(line, b" bytes ").is_some())?;
    let mut words = tail.rsplit(|&byte| byte == b' ');
    let peer = words.next().and_then(endpoint);
    let transport = words.next().and_then(transport);
    let way = Way { stamp: clock::stamp(line), transport, bytes, ..Way::default() };
    Some(way.with_peer(direction, peer))
}
