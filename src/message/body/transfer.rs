//! Content-Transfer-Encoding and encoded bytes -> the bytes that were meant (RFC 2045 6).

use std::borrow::Cow;

use super::defect::Defect;
use crate::message::token::{same_token, trim};

/// How the bytes of a part are written (RFC 2045 6.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TransferEncoding {
    /// `7bit`, `8bit` or `binary`: as they are.
    Identity,
    /// `base64`
    Base64,
    /// `quoted-printable`
    QuotedPrintable,
    /// Another token: the bytes stay as they are, and nobody knows what they mean.
    Unknown,
}

impl TransferEncoding {
    /// Reads a Content-Transfer-Encoding value; without one, `7bit` is meant.
    pub fn of(value: Option<&[u8]>) -> Self {
        let Some(value) = value.map(trim) else {
            return Self::Identity;
        };
        if ["7bit", "8bit", "binary"].iter().any(|known| same_token(value, known)) {
            Self::Identity
        } else if same_token(value, "base64") {
            Self::Base64
        } else if same_token(value, "quoted-printable") {
            Self::QuotedPrintable
        } else {
            Self::Unknown
        }
    }

    /// Decodes `raw`. What cannot be decoded is skipped (base64) or kept as it is (quoted-printable), and
    /// the first such place is a defect: `transfer-encoding/base64`,
    /// `transfer-encoding/quoted-printable`.
    ///
    /// ```
    /// use sipclause::message::body::transfer::TransferEncoding;
    ///
    /// let encoding = TransferEncoding::of(Some(b"Base64"));
    /// let (content, defect) = encoding.decode(b"dj0w\r\nDQo=\r\n");
    /// assert_eq!((&content[..], defect), (&b"v=0\r\n"[..], None));
    /// ```
    pub fn decode(self, raw: &[u8]) -> (Cow<'_, [u8]>, Option<Defect<'_>>) {
        match self {
            Self::Identity | Self::Unknown => (Cow::Borrowed(raw), None),
            Self::Base64 => {
                let (content, defect) = base64(raw);
                (Cow::Owned(content), defect)
            }
            Self::QuotedPrintable => {
                let (content, defect) = quoted_printable(raw);
                (Cow::Owned(content), defect)
            }
        }
    }
}

fn base64(raw: &[u8]) -> (Vec<u8>, Option<Defect<'_>>) {
    let fault =
        |at| Defect::fault("transfer-encoding/base64", at, "groups of four base64 digits, padded with `=`");
    let mut content = Vec::with_capacity(raw.len() / 4 * 3 + 3);
    let mut defect = None;
    let (mut bits, mut count, mut padding) = (0_u32, 0_u32, 0_u32);
    for (at, &byte) in raw.iter().enumerate() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'=' => {
                padding += 1;
                continue;
            }
            _ => {
                defect.get_or_insert(fault(&raw[at..=at]));
                continue;
            }
        };
        if padding > 0 {
            // RFC 2045 6.8: padding only occurs at the end of the data.
            defect.get_or_insert(fault(&raw[at..]));
            break;
        }
        bits = bits << 6 | u32::from(digit);
        count += 1;
        if count == 4 {
            content.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match count {
        2 => content.push((bits >> 4) as u8),
        3 => content.extend_from_slice(&((bits >> 2) as u16).to_be_bytes()),
        _ => {}
    }
    // A last group of two digits takes two `=`, one of three takes one, a whole one none.
    if (count + padding) % 4 != 0 || count == 1 || padding > 2 {
        defect.get_or_insert(fault(raw));
    }
    (content, defect)
}

fn quoted_printable(raw: &[u8]) -> (Vec<u8>, Option<Defect<'_>>) {
    let mut content = Vec::with_capacity(raw.len());
    let mut defect = None;
    for line in raw.split_inclusive(|&byte| byte == b'\n') {
        let text_end = line.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |last| last + 1);
        let (text, tail) = line.split_at(text_end);
        // RFC 2045 6.7 (3): white space at the end of a line was added on the way.
        let line_end = match tail {
            [.., b'\r', b'\n'] => &tail[tail.len() - 2..],
            [.., b'\n'] => &tail[tail.len() - 1..],
            _ => &[],
        };
        let soft = text.last() == Some(&b'=');
        let text = if soft { &text[..text.len() - 1] } else { text };
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'=', &text[at..]) {
            content.extend_from_slice(&text[at..at + found]);
            let escape = &text[at + found..];
            at += found;
            if let [_, high, low, ..] = escape
                && let (Some(high), Some(low)) = (hex(*high), hex(*low))
            {
                content.push(high << 4 | low);
                at += 3;
            } else {
                let shown = &escape[..escape.len().min(3)];
                defect.get_or_insert(Defect::fault(
                    "transfer-encoding/quoted-printable",
                    shown,
                    "two hexadecimal digits or a line end behind `=`",
                ));
                content.push(b'=');
                at += 1;
            }
        }
        content.extend_from_slice(&text[at..]);
        if !soft {
            content.extend_from_slice(line_end);
        }
    }
    (content, defect)
}

/// The value of a hexadecimal digit.
fn hex(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(encoding: &str, raw: &str) -> (String, bool) {
        let (content, defect) = TransferEncoding::of(Some(encoding.as_bytes())).decode(raw.as_bytes());
        (String::from_utf8_lossy(&content).into_owned(), defect.is_some())
    }

    #[test]
    fn base64_is_decoded_whatever_its_line_length() {
        assert_eq!(decoded("base64", ""), (String::new(), false));
        assert_eq!(decoded("BASE64", "Zm9v\r\nYmE=\r\n"), ("fooba".into(), false));
        assert_eq!(decoded("base64", "Zg=="), ("f".into(), false));
    }

    #[test]
    fn broken_base64_gives_what_is_there_and_a_defect() {
        assert_eq!(decoded("base64", "Zm9vYg"), ("foob".into(), true));
        assert_eq!(decoded("base64", "Zm9v!"), ("foo".into(), true));
        assert_eq!(decoded("base64", "Zg==Zg=="), ("f".into(), true));
        assert_eq!(decoded("base64", "Zm9vZ"), ("foo".into(), true));
    }

    #[test]
    fn quoted_printable_knows_escapes_and_soft_line_ends() {
        assert_eq!(decoded("quoted-printable", "a=3Db=\r\nc  \r\nd"), ("a=bc\r\nd".into(), false));
        assert_eq!(decoded("quoted-printable", "a=zz"), ("a=zz".into(), true));
    }

    #[test]
    fn eight_bit_stays_borrowed_and_a_foreign_encoding_untouched() {
        assert!(matches!(TransferEncoding::of(Some(b"8BIT")).decode(b"x"), (Cow::Borrowed(b"x"), None)));
        assert_eq!(TransferEncoding::of(Some(b"x-uue")), TransferEncoding::Unknown);
    }

    proptest! {
        #[test]
        fn any_bytes_survive_decoding(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
            for encoding in [TransferEncoding::Base64, TransferEncoding::QuotedPrintable] {
                let (content, _) = encoding.decode(&raw);
                prop_assert!(content.len() <= raw.len());
            }
        }
    }
}
