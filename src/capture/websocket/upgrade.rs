//! The head of an HTTP message -> whether a WebSocket follows it (RFC 6455 4), and of which subprotocol.

use crate::capture::start::first_line;

/// The longest head that is waited for.
const LONGEST: usize = 16 * 1024;

/// What follows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Upgrade {
    /// More bytes will tell.
    More,
    /// It is no HTTP, or no WebSocket follows.
    No,
    /// A WebSocket follows that carries something else (`msrp`, `mqtt`).
    ToAnother,
    /// A WebSocket follows the head of so many bytes.
    To(Protocol, usize),
}

/// The subprotocol.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(super) enum Protocol {
    Sip,
    /// None is named.
    Unnamed,
}

/// Reads the head at the beginning of a stream.
pub(super) fn read(bytes: &[u8]) -> Upgrade {
    const BEGINNINGS: [&[u8]; 2] = [b"GET ", b"HTTP/1."];
    if !BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning)) {
        // Without a byte nothing is begun.
        let begun = !bytes.is_empty() && BEGINNINGS.iter().any(|beginning| beginning.starts_with(bytes));
        return if begun { Upgrade::More } else { Upgrade::No };
    }
    let head = &bytes[..bytes.len().min(LONGEST)];
    let Some(end) = memchr::memmem::find(head, b"\r\n\r\n").map(|at| at + 4) else {
        return if bytes.len() < LONGEST { Upgrade::More } else { Upgrade::No };
    };
    of_head(&head[..end])
}

fn of_head(head: &[u8]) -> Upgrade {
    let (line, mut at) = first_line(head);
    let refused = line.starts_with(b"HTTP") && line.get(8..12) != Some(b" 101");
    let (mut upgrade, mut protocol, mut sip) = (false, false, false);
    while at < head.len() {
        let (line, length) = first_line(&head[at..]);
        at += length;
        let Some(colon) = memchr::memchr(b':', line) else { continue };
        let (name, value) = (line[..colon].trim_ascii(), &line[colon + 1..]);
        let names = |word: &[u8]| {
            value.split(|&byte| byte == b',').any(|item| item.trim_ascii().eq_ignore_ascii_case(word))
        };
        if name.eq_ignore_ascii_case(b"Upgrade") {
            upgrade |= names(b"websocket");
        } else if name.eq_ignore_ascii_case(b"Sec-WebSocket-Protocol") {
            protocol = true;
            sip |= names(b"sip");
        }
    }
    match (upgrade && !refused, protocol, sip) {
        (false, ..) => Upgrade::No,
        (true, _, true) => Upgrade::To(Protocol::Sip, head.len()),
        (true, false, _) => Upgrade::To(Protocol::Unnamed, head.len()),
        (true, true, false) => Upgrade::ToAnother,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: &str =
        "GET / HTTP/1.1\r\nHost: a\r\nupgrade: WebSocket\r\nSec-WebSocket-Protocol: msrp, sip\r\n\r\n";

    #[test]
    fn an_upgrade_is_known_when_its_head_is_whole() {
        for end in 1..ASKED.len() {
            assert_eq!(read(&ASKED.as_bytes()[..end]), Upgrade::More, "{end}");
        }
        assert_eq!(read(ASKED.as_bytes()), Upgrade::To(Protocol::Sip, ASKED.len()));
    }

    #[test]
    fn answers_and_other_protocols_are_told_apart() {
        let answer = |status: &str, protocol: &str| {
            read(format!("HTTP/1.1 {status}\r\nUpgrade: websocket\r\n{protocol}\r\n").as_bytes())
        };
        assert!(matches!(
            answer("101 Switching", "Sec-WebSocket-Protocol: sip\r\n"),
            Upgrade::To(Protocol::Sip, _)
        ));
        assert!(matches!(answer("101 Switching", ""), Upgrade::To(Protocol::Unnamed, _)));
        assert_eq!(answer("101 Switching", "Sec-WebSocket-Protocol: msrp\r\n"), Upgrade::ToAnother);
        assert_eq!(answer("401 Unauthorized", "Sec-WebSocket-Protocol: sip\r\n"), Upgrade::No);
        assert_eq!(read(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), Upgrade::No);
        assert_eq!(read(b"INVITE sip:a@b SIP/2.0\r\n"), Upgrade::No);
        assert_eq!(read(&[b"GET /".to_vec(), vec![b'x'; LONGEST]].concat()), Upgrade::No);
    }
}
