//! `%HH`: checking, decoding, and the units in which URIs are compared.

use std::borrow::Cow;

use super::UNRESERVED;
use crate::message::headers::Malformed;
use crate::message::token::ByteSet;

/// Requires `part` to be one or more bytes that are `allowed`, or escapes.
pub(super) fn require_bytes<'m>(
    whole: &'m [u8],
    part: &'m [u8],
    allowed: &ByteSet,
    expected: &'static str,
) -> Result<(), Malformed<'m>> {
    if part.is_empty() {
        return Err(Malformed::new(part, whole, expected));
    }
    // Most parts have no escape, which is in no set, and nothing to refuse.
    if allowed.covers(part) {
        return Ok(());
    }
    let mut at = 0;
    while at < part.len() {
        at += match part[at] {
            b'%' if escaped(&part[at..]).is_some() => 3,
            b'%' => return Err(Malformed::new(&part[at..], whole, "two hexadecimal digits behind `%`")),
            byte if allowed.has(byte) => 1,
            _ => return Err(Malformed::new(&part[at..], whole, expected)),
        };
    }
    Ok(())
}

/// The byte that the escape at the beginning of `text` stands for.
fn escaped(text: &[u8]) -> Option<u8> {
    match text {
        [b'%', high, low, ..] => {
            let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
            Some(digit(*high)? << 4 | digit(*low)?)
        }
        _ => None,
    }
}

/// `text` with each `%HH` decoded; what is no escape stays as it is.
pub fn decoded(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'%', text) else {
        return Cow::Borrowed(text);
    };
    let mut decoded = text[..first].to_vec();
    let mut at = first;
    while at < text.len() {
        let (byte, length) = escaped(&text[at..]).map_or((text[at], 1), |byte| (byte, 3));
        decoded.push(byte);
        at += length;
    }
    Cow::Owned(decoded)
}

/// Whether letter case counts in a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Case {
    Counts,
    Ignored,
}

/// The comparable units of `text`: a byte; or an escape of what is not unreserved, above 255.
///
/// RFC 3261 19.1.4: only characters outside of the reserved set equal their escapes.
pub(super) fn units(text: &[u8], case: Case) -> impl Iterator<Item = u16> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let folded = |byte: u8| match case {
            Case::Counts => byte,
            Case::Ignored => byte.to_ascii_lowercase(),
        };
        Some(match escaped(rest) {
            Some(byte) => {
                at += 3;
                if UNRESERVED.has(byte) { u16::from(folded(byte)) } else { 0x100 | u16::from(byte) }
            }
            None => {
                at += 1;
                u16::from(folded(rest[0]))
            }
        })
    })
}

/// Whether both texts are the same, escapes of unreserved characters resolved.
pub(super) fn same_text(one: &[u8], other: &[u8], case: Case) -> bool {
    units(one, case).eq(units(other, case))
}
