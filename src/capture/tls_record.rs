//! Five bytes -> the header of a TLS record (RFC 8446 5.1).

/// Bytes of the header.
pub(super) const HEADER: usize = 5;
/// The longest protected record of any version (RFC 5246 6.2.3).
const LONGEST: u16 = (1 << 14) + 2048;

pub(super) const CHANGE_CIPHER_SPEC: u8 = 20;
pub(super) const HANDSHAKE: u8 = 22;
pub(super) const APPLICATION_DATA: u8 = 23;

/// The header of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) kind: u8,
    pub(super) version: u16,
    /// Bytes behind it.
    pub(super) length: usize,
}

/// The header at the beginning of `bytes`: `Ok(None)` if more bytes are needed, `Err` if none begins here.
pub(super) fn header(bytes: &[u8]) -> Result<Option<Header>, ()> {
    let wrong = |at: usize, right: std::ops::RangeInclusive<u8>| {
        bytes.get(at).is_some_and(|byte| !right.contains(byte))
    };
    if wrong(0, CHANGE_CIPHER_SPEC..=24) || wrong(1, 3..=3) || wrong(2, 0..=4) {
        return Err(());
    }
    let Some(&[kind, major, minor, high, low]) = bytes.first_chunk() else {
        return Ok(None);
    };
    let length = u16::from_be_bytes([high, low]);
    if length > LONGEST {
        return Err(());
    }
    Ok(Some(Header { kind, version: u16::from_be_bytes([major, minor]), length: usize::from(length) }))
}

/// Whether a stream that begins like this carries TLS; `None` if more bytes will tell.
pub(super) fn begins(bytes: &[u8], midway: bool) -> Option<bool> {
    if !midway && bytes.first().is_some_and(|&kind| kind != HANDSHAKE) {
        return Some(false);
    }
    match header(bytes) {
        Err(()) => Some(false),
        Ok(None) => None,
        Ok(Some(header)) => Some(header.length > 0 && header.version > 0x0300),
    }
}

/// Whether a connection with these ports, or one of them, is likely to carry SIP.
///
/// Where keys are missing, only such a connection makes sessions doubtful: HTTPS or MSRP beside them is no reason.
pub(super) fn is_likely_sip(ports: [u16; 2]) -> bool {
    // RFC 3261 19.1.2: the default ports of SIP and SIPS.
    ports.iter().any(|port| matches!(port, 5060 | 5061))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_known_by_its_first_record() {
        let hello = [22, 3, 1, 0, 200, 1];
        for end in 0..5 {
            assert_eq!(begins(&hello[..end], false), None);
        }
        assert_eq!(begins(&hello, false), Some(true));
        assert_eq!(begins(&[23, 3, 3, 0, 30], false), Some(false), "no stream begins with data");
        assert_eq!(begins(&[23, 3, 3, 0, 30], true), Some(true));
        for wrong in [&b"INVITE"[..], &[22, 2], &[22, 3, 9], &[22, 3, 3, 0x50, 0], &[22, 3, 3, 0, 0]] {
            assert_eq!(begins(wrong, false), Some(false), "{wrong:?}");
        }
    }
}
