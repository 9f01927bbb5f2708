//! Bytes -> the words in them that have to be replaced, and those that are remembered to be so.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::pseudonym::Pseudonyms;
use super::vocabulary::is_protocol;

/// Words of one session that are remembered: far more than a session of people has.
const MOST: usize = 200_000;

/// What was found to be private, to be known again in the sentences of a report.
#[derive(Debug, Default)]
pub(super) struct Known {
    words: HashSet<String>,
    /// Whether a message has backticks, so that a sentence does not tell where its quotations end.
    has_backticks: bool,
}

impl Known {
    /// Tells of the bytes that sentences may quote from.
    pub(super) fn see(&mut self, bytes: &[u8]) {
        self.has_backticks |= memchr::memchr(b'`', bytes).is_some();
    }

    /// Whether any word of a sentence may be quoted.
    pub(super) fn is_quoted_anywhere(&self) -> bool {
        self.has_backticks
    }

    /// Whether this word is private. Words of protocols never are, and a single letter or a short number may be anything.
    pub(super) fn has(&self, word: &str) -> bool {
        let least = if word.bytes().all(|byte| byte.is_ascii_digit()) { 4 } else { 2 };
        word.len() >= least
            && self.words.contains(&word.to_ascii_lowercase())
            && !is_protocol(word.as_bytes())
    }

    /// The private word that begins so, where a quotation was cut.
    pub(super) fn begins(&self, head: &str) -> bool {
        let head = head.to_ascii_lowercase();
        head.len() > 1
            && !is_protocol(head.as_bytes())
            && self.words.iter().any(|word| word.starts_with(&head))
    }

    /// Remembers the words of a value that is private, as it is written and as it is meant.
    pub(super) fn add(&mut self, value: &[u8]) {
        words(value).for_each(|word| self.add_word(&value[word]));
        if value.iter().any(|byte| matches!(byte, b'%' | b'&')) {
            let meant = unescaped(value);
            words(&meant).for_each(|word| self.add_word(&meant[word]));
        }
    }

    fn add_word(&mut self, word: &[u8]) {
        if self.words.len() < MOST
            && let Ok(word) = str::from_utf8(word)
        {
            self.words.insert(word.to_ascii_lowercase());
        }
    }
}

/// The bytes of a value with `%41` (RFC 3986 2.1) and `&#x41;` (XML 4.1) as what they mean.
fn unescaped(value: &[u8]) -> Vec<u8> {
    let mut meant = Vec::with_capacity(value.len());
    let mut at = 0;
    while at < value.len() {
        if let Some(byte) = escape(&value[at..]) {
            meant.push(byte);
            at += 3;
        } else if let Some((character, length)) = reference(&value[at..]) {
            meant.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            at += length;
        } else {
            meant.push(value[at]);
            at += 1;
        }
    }
    meant
}

/// The character that `&#x41;` at the begin of these means, and the length of the reference.
fn reference(bytes: &[u8]) -> Option<(char, usize)> {
    const LONGEST: usize = 12;
    let digits = bytes.strip_prefix(b"&#")?;
    let end = digits.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let text = str::from_utf8(&digits[..end]).ok()?;
    let number = match text.strip_prefix(['x', 'X']) {
        Some(text) => u32::from_str_radix(text, 16).ok()?,
        None => text.parse().ok()?,
    };
    Some((char::from_u32(number)?, 2 + end + 1))
}

/// The byte that `%41` at the begin of these means.
pub(super) fn escape(bytes: &[u8]) -> Option<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16);
    match bytes {
        [b'%', high, low, ..] => Some((digit(*high)? * 16 + digit(*low)?) as u8),
        _ => None,
    }
}

/// The words of a text: letters and digits in a row, and whatever is not ASCII. An escape parts words.
pub(super) fn words(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !is_word(bytes[at]) {
            at += if escape(&bytes[at..]).is_some() { 3 } else { 1 };
        }
        let start = at;
        while at < bytes.len() && is_word(bytes[at]) {
            at += 1;
        }
        (at > start).then_some(start..at)
    })
}

pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// An address that begins here, and how long it is: `192.0.2.1`, `2001:db8::1`. Brackets stand outside of it.
pub(super) fn address(bytes: &[u8]) -> Option<(IpAddr, usize)> {
    const LONGEST: usize = 46;
    let run = |is: fn(&u8) -> bool| bytes.iter().take(LONGEST).take_while(|byte| is(byte)).count();
    let parse = |length: usize| str::from_utf8(&bytes[..length]).ok();
    let ends = |length: usize| bytes.get(length).is_none_or(|byte| !is_word(*byte));
    let dotted = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let length = run(dotted) - bytes[..run(dotted)].iter().rev().take_while(|byte| **byte == b'.').count();
    if let Some(v4) = parse(length).filter(|_| ends(length)).and_then(|text| text.parse::<Ipv4Addr>().ok()) {
        return Some((v4.into(), length));
    }
    let is_v6 = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let mut length = run(is_v6);
    if memchr::memchr_iter(b':', &bytes[..length]).count() < 2 {
        return None;
    }
    while length > 1 && ends(length) {
        match parse(length).and_then(|text| text.parse::<Ipv6Addr>().ok()) {
            Some(v6) => return Some((v6.into(), length)),
            None if matches!(bytes[length - 1], b':' | b'.') => length -= 1,
            None => return None,
        }
    }
    None
}

/// The text of a pseudonym as the address is written: as many digits in each group.
pub(super) fn written(text: &str, address: IpAddr, names: &Pseudonyms) -> String {
    let new = names.address(address);
    let (IpAddr::V6(old), IpAddr::V6(v6)) = (address, new) else { return new.to_string() };
    if old == v6 {
        return text.to_owned();
    }
    let count = text.split(':').filter(|group| !group.is_empty()).count();
    let tail = text.rsplit(':').next().filter(|tail| tail.contains('.'));
    let words = if tail.is_some() { count + 1 } else { count };
    let mut at = 0;
    let mut out: Vec<String> = Vec::new();
    let mut is_behind = false;
    for group in text.split(':') {
        if group.is_empty() {
            is_behind |= !out.is_empty() || text.starts_with("::");
            out.push(String::new());
            continue;
        }
        if Some(group) == tail {
            let tail = group.parse::<Ipv4Addr>().map_or(Ipv4Addr::UNSPECIFIED, |v4| {
                match names.address(v4.into()) {
                    IpAddr::V4(v4) => v4,
                    IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
                }
            });
            out.push(tail.to_string());
            continue;
        }
        let place = if is_behind { 8 - words.min(8) + at } else { at };
        at += 1;
        let value = v6.segments().get(place).copied().unwrap_or(0);
        let digits = format!("{value:0width$x}", width = group.len());
        let is_upper = group.bytes().any(|byte| byte.is_ascii_uppercase());
        out.push(if is_upper { digits.to_ascii_uppercase() } else { digits });
    }
    out.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_between_escapes() {
        let text = "a-b%41lice@gr\u{fc}n.de";
        let found: Vec<&str> = words(text.as_bytes()).map(|word| &text[word]).collect();
        assert_eq!(found, ["a", "b", "lice", "gr\u{fc}n", "de"]);
        let mut known = Known::default();
        known.add(b"%41lice &#x62;ob &#67;arol");
        assert!(["alice", "bob", "Carol", "lice"].into_iter().all(|word| known.has(word)));
    }

    #[test]
    fn addresses_are_found_where_they_begin() {
        for (text, length) in [
            ("192.0.2.1:5060", Some(9)),
            ("192.0.2.1.", Some(9)),
            ("2001:db8::1]", Some(11)),
            ("::ffff:10.0.0.1 x", Some(15)),
            ("1.2.3", None),
            ("08:00:00", None),
            ("1.2.3.4x", None),
        ] {
            assert_eq!(address(text.as_bytes()).map(|(_, length)| length), length, "{text}");
        }
    }

    #[test]
    fn an_address_is_written_as_it_was() {
        let names = Pseudonyms::of(None);
        for text in ["2001:0DB8:0:0::0001", "2001:db8::1", "::ffff:10.0.0.1", "fe80::", "1:2:3:4:5:6:7:8"] {
            let address: IpAddr = text.parse().unwrap();
            let new = written(text, address, &names);
            assert_eq!(new.len(), text.len(), "{text} -> {new}");
            assert_eq!(new.parse::<IpAddr>().unwrap(), names.address(address), "{text} -> {new}");
        }
    }
}
