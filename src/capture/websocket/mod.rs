//! The bytes of one direction of a WebSocket (RFC 6455) -> the SIP messages in it (RFC 7118), one a message.

mod deflate;
mod direction;
mod frame;
mod message;
#[cfg(test)]
mod tests;
mod upgrade;

pub(super) use self::direction::WebSocket;
use self::frame::Frame;
use super::start::{first_line, is_versioned};
use super::stream::Decision;
use super::{Caps, Transport};

/// The longest start line that is waited for where nothing else tells what it is. All of it is looked at with each
/// segment.
const START_LINE: usize = 4096;

/// The transport of SIP in WebSocket over this one.
pub(super) fn over(transport: Transport) -> Transport {
    if transport == Transport::Tls { Transport::Wss } else { Transport::Ws }
}

/// Whether the first bytes of a stream are an upgrade, or (`midway`) frames with SIP in them.
pub(super) fn decide(head: &[u8], midway: bool, caps: Caps) -> Decision {
    match upgrade::read(head) {
        upgrade::Upgrade::More => return Decision::More,
        upgrade::Upgrade::To(protocol, length) => {
            let agreed = protocol == upgrade::Protocol::Sip;
            return Decision::WebSocket(length, Box::new(WebSocket::new(Some(agreed), caps)));
        }
        upgrade::Upgrade::ToAnother => return Decision::Sip,
        upgrade::Upgrade::No => {}
    }
    match if midway { holds_sip(head) } else { Some(false) } {
        Some(true) => Decision::WebSocket(0, Box::new(WebSocket::new(None, caps))),
        Some(false) => Decision::Sip,
        None => Decision::More,
    }
}

/// Whether bytes are a frame that begins a SIP message; `None` if more will tell.
fn holds_sip(bytes: &[u8]) -> Option<bool> {
    // The first frame of a text or binary message, without extensions.
    if !bytes.first().is_some_and(|first| matches!(first & 0x7f, 1 | 2)) {
        return Some(false);
    }
    let header = match frame::header(bytes) {
        Frame::Header(header) => header,
        Frame::More => return None,
        Frame::Wrong => return Some(false),
    };
    let there = bytes.get(header.length..).unwrap_or_default();
    let whole = header.payload.min(START_LINE);
    let payload = header.unmasked(&there[..there.len().min(whole)], 0);
    let (line, length) = first_line(&payload);
    if line.len() < length || payload.len() == whole {
        return Some(is_versioned(line));
    }
    let plausible = line.iter().all(|byte| *byte == b'\r' || (b' '..0x7f).contains(byte));
    if plausible { None } else { Some(false) }
}
