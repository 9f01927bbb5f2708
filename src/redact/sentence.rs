//! Sentences of this program -> the same with pseudonyms for what they quote.

use std::ops::Range;

use super::known::{Known, words};
use super::sheet::Sheet;
use super::value::Way;

/// Which words of a quotation are private.
#[derive(Clone, Copy)]
pub(super) enum Words<'k> {
    /// Those that are known to be.
    Known(&'k Known),
    /// Nobody knows: all that are not of a protocol.
    Unknown,
}

impl Sheet<'_> {
    /// A sentence of this program: addresses and URIs in it, and private words of what it quotes in backticks.
    pub(super) fn sentence(&mut self, private: Words<'_>) {
        let bytes = self.bytes();
        let mut at = 0;
        for (number, part) in bytes.split(|byte| *byte == b'`').enumerate() {
            let range = at..at + part.len();
            at = range.end + 1;
            match private {
                Words::Known(known) if number % 2 == 1 || known.is_quoted_anywhere() => {
                    self.quotation(range, known);
                }
                _ if number % 2 == 0 => self.value(range, Way::SENTENCE),
                // The names of settings and options.
                Words::Unknown if is_setting(part) => {}
                Words::Unknown | Words::Known(_) => self.value(range, Way::ANY),
            }
        }
    }

    fn quotation(&mut self, range: Range<usize>, known: &Known) {
        let bytes = self.bytes();
        self.value(range.clone(), Way::SENTENCE);
        let is_cut = bytes[range.clone()].ends_with("…".as_bytes());
        let end = range.end - if is_cut { "…".len() } else { 0 };
        for word in words(&bytes[range.start..end]) {
            let word = range.start + word.start..range.start + word.end;
            let Ok(text) = str::from_utf8(&bytes[word.clone()]) else { continue };
            let is_private = known.has(text) || (is_cut && word.end == end && known.begins(text));
            if is_private && !self.is_changed(word.clone()) {
                self.word(word);
            }
        }
    }
}

/// `limits.sessions`, `context.clients` or `--join`.
fn is_setting(quoted: &[u8]) -> bool {
    let name = ["limits.", "context.", "--"].iter().find_map(|begin| quoted.strip_prefix(begin.as_bytes()));
    name.is_some_and(|name| name.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-')))
}
