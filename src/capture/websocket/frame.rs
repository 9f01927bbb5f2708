//! Bytes -> the header of a WebSocket frame (RFC 6455 5.2).

/// What stands where a frame begins.
pub(super) enum Frame {
    Header(Header),
    /// The header is not whole.
    More,
    /// No frame begins like this.
    Wrong,
}

/// The header of a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    opcode: u8,
    /// Whether it is the last of its message.
    pub(super) last: bool,
    /// Whether the message is compressed (RFC 7692 6).
    pub(super) compressed: bool,
    mask: [u8; 4],
    /// Bytes of the header.
    pub(super) length: usize,
    /// Bytes behind it.
    pub(super) payload: usize,
}

/// Reads the header of a frame.
pub(super) fn header(bytes: &[u8]) -> Frame {
    read(bytes).unwrap_or(Frame::More)
}

fn read(bytes: &[u8]) -> Option<Frame> {
    let first = *bytes.first()?;
    let (last, compressed, reserved, opcode) =
        (first & 0x80 != 0, first & 0x40 != 0, first & 0x30, first & 15);
    let control = opcode >= 8;
    if reserved != 0 || !matches!(opcode, 0..=2 | 8..=10) || (control && (compressed || !last)) {
        return Some(Frame::Wrong);
    }
    let second = *bytes.get(1)?;
    let (masked, short) = (second & 0x80 != 0, second & 0x7f);
    let (payload, wide) = match short {
        126 => (u64::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)), 2),
        127 => (u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?), 8),
        short => (u64::from(short), 0),
    };
    let Some(payload) = usize::try_from(payload).ok().filter(|&payload| payload <= usize::MAX / 4) else {
        return Some(Frame::Wrong);
    };
    if control && payload > 125 {
        return Some(Frame::Wrong);
    }
    let mask = if masked { *bytes.get(2 + wide..)?.first_chunk()? } else { [0; 4] };
    let length = 2 + wide + if masked { 4 } else { 0 };
    Some(Frame::Header(Header { opcode, last, compressed, mask, length, payload }))
}

impl Header {
    pub(super) fn is_control(&self) -> bool {
        self.opcode >= 8
    }

    /// Whether it continues a message that an earlier frame began.
    pub(super) fn continues(&self) -> bool {
        self.opcode == 0
    }

    /// The bytes of the payload from `at` on, as they were before they were masked.
    pub(super) fn unmasked(&self, bytes: &[u8], at: usize) -> Vec<u8> {
        let mask = self.mask.iter().cycle().skip(at % 4);
        bytes.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_are_read() {
        // RFC 6455 5.7: "Hello", unmasked and masked, in two fragments, and 64 KiB.
        let masked = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        let Frame::Header(header) = header(&masked) else { panic!("a header") };
        assert_eq!((header.length, header.payload, header.last), (6, 5, true));
        assert_eq!(header.unmasked(&masked[6..], 0), b"Hello");
        let Frame::Header(header) = super::header(&[0x01, 3]) else { panic!("a header") };
        assert_eq!((header.last, header.continues(), header.payload), (false, false, 3));
        let Frame::Header(header) = super::header(&[0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]) else {
            panic!("a header")
        };
        assert_eq!((header.length, header.payload), (10, 65536));
    }

    #[test]
    fn what_no_frame_begins_with_is_told() {
        for wrong in [&b"GET / HTTP/1.1"[..], &[0x89, 0x7e], &[0xa1, 0], &[0x83, 0], &[0x88, 0x7e, 1, 0]] {
            // A ping of 126 bytes needs its length to be wrong.
            assert!(!matches!(header(wrong), Frame::Header(_)), "{wrong:?}");
        }
        assert!(matches!(header(&[0x82, 0x7f, 255, 0, 0, 0, 0, 0, 0, 0]), Frame::Wrong));
        assert!(matches!(header(&[0x81]), Frame::More));
    }
}
