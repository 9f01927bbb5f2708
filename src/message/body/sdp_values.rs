//! The value of a line of SDP -> whether it is what its letter asks for.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::message::token::{self, ByteSet};

/// A number of digits alone that fits 16 bits.
pub(super) fn number(text: &[u8]) -> Option<u16> {
    token::number(text).and_then(|n| u16::try_from(n).ok())
}

/// Exactly `N` fields with exactly one space between them, none of them empty.
pub(super) fn fields<const N: usize>(value: &[u8]) -> Option<[&[u8]; N]> {
    let mut pieces = value.split(|&byte| byte == b' ');
    let mut fields: [&[u8]; N] = [&[]; N];
    for field in &mut fields {
        *field = pieces.next().filter(|piece| !piece.is_empty())?;
    }
    pieces.next().is_none().then_some(fields)
}

/// Session id and version of an `o=` line; `None` if it is no such line.
pub(super) fn origin_numbers(value: &[u8]) -> Option<[&[u8]; 2]> {
    let [_, id, version, network, family, _] = fields::<6>(value)?;
    (is_digits(id) && is_digits(version) && is_token(network) && is_token(family)).then_some([id, version])
}

/// RFC 3264 5: session id and version fit a signed integer of 64 bits.
pub(super) fn is_small(text: &[u8]) -> bool {
    // No number of 18 digits is as large.
    text.len() <= 18 || token::number(text).is_some_and(|n| i64::try_from(n).is_ok())
}

fn is_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

pub(super) fn is_time(value: &[u8]) -> bool {
    fields::<2>(value).is_some_and(|times| times.into_iter().all(is_digits))
}

pub(super) fn is_bandwidth(value: &[u8]) -> bool {
    memchr::memchr(b':', value).is_some_and(|colon| {
        let amount = &value[colon + 1..];
        is_token(&value[..colon]) && is_digits(amount)
    })
}

/// Whether `address` may belong to that family; of a family nobody knows, any does.
pub(super) fn is_address(family: &[u8], address: &[u8]) -> bool {
    let mut pieces = address.split(|&byte| byte == b'/');
    let host = pieces.next().unwrap_or_default();
    if !pieces.all(|piece| token::number(piece).is_some()) {
        return false;
    }
    let numeric = host.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let text = std::str::from_utf8(host).unwrap_or_default();
    let is_name = || {
        !host.is_empty() && host.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    match family {
        b"IP4" if numeric => text.parse::<Ipv4Addr>().is_ok(),
        b"IP6" if host.contains(&b':') => text.parse::<Ipv6Addr>().is_ok(),
        b"IP4" => is_name(),
        b"IP6" => !numeric && is_name(),
        _ => true,
    }
}

/// What a token of SDP is made of: other characters than one of SIP (RFC 8866 9).
pub(super) static TOKEN: ByteSet = ByteSet::graphic_without(b"\"(),/:;<=>?@[\\]");

pub(super) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && TOKEN.covers(text)
}
