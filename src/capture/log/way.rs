//! Words of a log -> how the next message came: time, addresses, transport, length.

use std::net::{IpAddr, SocketAddr};

use super::clock::Stamp;
use crate::capture::Transport;

/// What a log says of a message before it shows it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) stamp: Option<Stamp>,
    pub(super) from: Option<SocketAddr>,
    pub(super) to: Option<SocketAddr>,
    pub(super) transport: Option<Transport>,
    /// How many bytes the message has.
    pub(super) bytes: Option<usize>,
}

impl Way {
    /// What this says, and what `earlier` said of the rest.
    pub(super) fn or(self, earlier: Self) -> Self {
        Self {
            stamp: self.stamp.or(earlier.stamp),
            from: self.from.or(earlier.from),
            to: self.to.or(earlier.to),
            transport: self.transport.or(earlier.transport),
            bytes: self.bytes.or(earlier.bytes),
        }
    }

    pub(super) fn at(stamp: Option<Stamp>) -> Self {
        Self { stamp, ..Self::default() }
    }

    /// Of a log that names only the other side: sent to it, or received from it.
    pub(super) fn with_peer(self, direction: Direction, peer: Option<SocketAddr>) -> Self {
        match direction {
            Direction::Sent => Self { to: peer, ..self },
            Direction::Received => Self { from: peer, ..self },
        }
    }
}

/// Which way a message went, as the program saw it that wrote the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Sent,
    Received,
}

/// `192.0.2.1:5060`, `[2001:db8::1]:5060`, `2001:db8::1:5060`, and as tcpdump writes it `192.0.2.1.5060`.
pub(super) fn endpoint(word: &[u8]) -> Option<SocketAddr> {
    let word = std::str::from_utf8(word).ok()?;
    if let Ok(address) = word.parse() {
        return Some(address);
    }
    [':', '.'].iter().find_map(|&separator| {
        let (address, port) = word.rsplit_once(separator)?;
        let address = address.trim_start_matches('[').trim_end_matches(']');
        let address: IpAddr = address.parse().ok()?;
        Some(SocketAddr::new(address, port.parse().ok()?))
    })
}

/// `UDP`, `tls` and so on.
pub(super) fn transport(word: &[u8]) -> Option<Transport> {
    let word = std::str::from_utf8(word).ok()?;
    // pjsip writes UDP6, and sofia may write sips.
    Transport::named(word.trim_end_matches('6'))
}

/// The number directly behind `before`, as in `(600 bytes)`.
pub(super) fn number_behind(line: &[u8], before: &[u8]) -> Option<usize> {
    let at = memchr::memmem::find(line, before)? + before.len();
    let rest = line.get(at..)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

/// What stands behind the last `separator`.
pub(super) fn behind_last<'l>(line: &'l [u8], separator: &[u8]) -> Option<&'l [u8]> {
    let at = memchr::memmem::rfind(line, separator)?;
    line.get(at + separator.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_read_in_every_notation() {
        let v6 = "[2001:db8::1]:5060".parse().ok();
        assert_eq!(endpoint(b"192.0.2.1:5060"), "192.0.2.1:5060".parse().ok());
        assert_eq!(endpoint(b"192.0.2.1.5060"), "192.0.2.1:5060".parse().ok());
        assert_eq!(endpoint(b"[2001:db8::1]:5060"), v6);
        assert_eq!(endpoint(b"2001:db8::1.5060"), v6);
        assert_eq!(endpoint(b"2001:db8::1:5060"), "[2001:db8::1]:5060".parse().ok());
        assert_eq!(endpoint(b"host.example.sip"), None);
        assert_eq!(endpoint(b"192.0.2.1"), None);
    }
}
