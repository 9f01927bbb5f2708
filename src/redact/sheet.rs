//! Words and addresses in a row of bytes -> the same with pseudonyms, byte for byte as long.

use std::ops::Range;

use super::known::{Known, address, escape, is_word, written};
use super::pseudonym::Pseudonyms;
use super::vocabulary::is_protocol;

/// What becomes of words that stand by themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// They stay.
    Keep,
    /// Words of protocols stay.
    Guard,
    /// None stays.
    Strict,
}

/// Bytes that are being rewritten.
pub(super) struct Sheet<'s> {
    bytes: &'s [u8],
    out: Vec<u8>,
    names: &'s mut Pseudonyms,
    known: &'s mut Known,
}

impl<'s> Sheet<'s> {
    pub(super) fn of(bytes: &'s [u8], names: &'s mut Pseudonyms, known: &'s mut Known) -> Self {
        Self { out: bytes.to_vec(), bytes, names, known }
    }

    /// The bytes as they are now: as many as there were.
    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Whether something there was replaced.
    pub(super) fn is_changed(&self, range: Range<usize>) -> bool {
        self.out[range.clone()] != self.bytes[range]
    }

    /// The bytes as they were.
    pub(super) fn bytes(&self) -> &'s [u8] {
        self.bytes
    }

    /// All of it is private, whatever it says.
    pub(super) fn strict(&mut self, range: Range<usize>) {
        self.words(range, Fate::Strict);
    }

    /// Words of protocols stay, and nothing else.
    pub(super) fn guard(&mut self, range: Range<usize>) {
        self.words(range, Fate::Guard);
    }

    /// What these bytes mean is private where it is written with escapes.
    pub(super) fn remember(&mut self, range: Range<usize>) {
        self.known.add(&self.bytes[range]);
    }

    pub(super) fn words(&mut self, range: Range<usize>, fate: Fate) {
        let bytes = self.bytes;
        let mut at = range.start;
        while at < range.end {
            let rest = &bytes[at..range.end];
            let begins = at == range.start || !is_word(bytes[at - 1]);
            if begins && let Some(length) = self.address_at(at..range.end) {
                at += length;
            } else if rest[0] == b'%'
                && let Some(meant) = escape(rest)
            {
                if is_word(meant) && fate != Fate::Keep {
                    // `%7A` is a `z`: whatever letter stood there is told by nothing.
                    self.out[at..at + 3].copy_from_slice(b"%7A");
                }
                at += 3;
            } else if rest.starts_with(b"&#") && fate != Fate::Keep {
                at += 2 + self.reference(at + 2..range.end);
            } else if is_word(rest[0]) {
                let length = rest.iter().take_while(|byte| is_word(**byte)).count();
                match fate {
                    Fate::Keep => {}
                    Fate::Guard if is_protocol(&rest[..length]) => {}
                    Fate::Guard | Fate::Strict => self.word(at..at + length),
                }
                at += length;
            } else {
                at += 1;
            }
        }
        let is_escaped = || bytes[range.clone()].iter().any(|byte| matches!(byte, b'%' | b'&'));
        if fate == Fate::Strict || (fate == Fate::Guard && is_escaped()) {
            self.known.add(&bytes[range]);
        }
    }

    /// The digits of a character reference become those of another character.
    pub(super) fn reference(&mut self, range: Range<usize>) -> usize {
        let rest = &self.bytes[range.clone()];
        let mark = usize::from(matches!(rest.first(), Some(b'x' | b'X')));
        let digits = rest[mark..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        self.out[range.start + mark..range.start + mark + digits].fill(b'7');
        mark + digits
    }

    pub(super) fn word(&mut self, range: Range<usize>) {
        let bytes = self.bytes;
        let mut at = range.start;
        // What is not UTF-8 stays what it is: it is no letter.
        for chunk in bytes[range].utf8_chunks() {
            // What this program left out is marked with an ellipsis.
            for part in chunk.valid().split_inclusive('…') {
                let word = part.trim_end_matches('…');
                if !word.is_empty() {
                    let pseudonym = self.names.word(word);
                    self.out[at..at + word.len()].copy_from_slice(pseudonym.as_bytes());
                    self.known.add(word.as_bytes());
                }
                at += part.len();
            }
            at += chunk.invalid().len();
        }
    }

    /// Replaces the address that begins here, if one does, and tells its length.
    pub(super) fn address_at(&mut self, range: Range<usize>) -> Option<usize> {
        let (address, length) = address(&self.bytes[range.clone()])?;
        let text = str::from_utf8(&self.bytes[range.start..range.start + length]).ok()?;
        let new = written(text, address, self.names);
        if new.len() == length {
            self.out[range.start..range.start + length].copy_from_slice(new.as_bytes());
        }
        Some(length)
    }
}
