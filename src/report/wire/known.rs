//! What comes again from session to session -> its text, written once.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::ops::Range;

use super::clock::Clock;
use crate::clause::{Clause, Level};
use crate::report::json_value::{Value, Written};
use crate::verdict::{Ruling, Verdict};

/// The texts of verdicts, addresses and times.
#[derive(Debug, Default)]
pub(in crate::report) struct Known {
    pub(super) clock: Clock,
    pub(super) verdicts: Verdicts,
    pub(super) addresses: Addresses,
}

/// Verdicts that hold nothing of their session, by the place of the clause in it.
///
/// Nearly all verdicts of a capture are of this kind: no findings, and a reason that stands in the program. How
/// many there are is bounded by the program, not by the input.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    places: Vec<Vec<Entry>>,
    /// One text behind the other, as they were kept: what follows each other in a session mostly does so here, and
    /// is copied in one piece.
    texts: Vec<u8>,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    text: Range<usize>,
}

/// What the text depends on. What stands in the program is the same if it stands at the same address.
#[derive(Clone, Copy, Debug)]
struct Key {
    clause: &'static Clause,
    level: Level,
    verdict: Verdict,
    reason: &'static str,
}

impl Verdicts {
    /// Where the text of this ruling is, if one like it was kept.
    pub(super) fn find(&self, place: usize, ruling: &Ruling) -> Option<Range<usize>> {
        let key = Key::of(ruling)?;
        let entries = self.places.get(place)?;
        entries.iter().find(|entry| entry.key.is(key)).map(|entry| entry.text.clone())
    }

    /// What is there: one text, or several that stand one behind the other.
    pub(super) fn text(&self, range: Range<usize>) -> &[u8] {
        &self.texts[range]
    }

    /// Remembers the text of this ruling, if others can be like it.
    pub(super) fn keep(&mut self, place: usize, ruling: &Ruling, text: &[u8]) {
        let Some(key) = Key::of(ruling) else { return };
        if self.places.len() <= place {
            self.places.resize_with(place + 1, Vec::new);
        }
        let start = self.texts.len();
        self.texts.extend_from_slice(text);
        self.places[place].push(Entry { key, text: start..self.texts.len() });
    }
}

impl Key {
    fn of(ruling: &Ruling) -> Option<Self> {
        match ruling.reason {
            Cow::Borrowed(reason) if ruling.findings.is_empty() && ruling.waived.is_none() => {
                Some(Self { clause: ruling.clause, level: ruling.level, verdict: ruling.verdict, reason })
            }
            _ => None,
        }
    }

    fn is(self, other: Self) -> bool {
        std::ptr::eq(self.reason, other.reason)
            && std::ptr::eq(self.clause, other.clause)
            && self.level == other.level
            && self.verdict == other.verdict
    }
}

/// The addresses that were written last: the parties of a session take turns.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    recent: [(Option<SocketAddr>, Vec<u8>); 4],
    oldest: usize,
}

impl Addresses {
    /// The text of this address.
    pub(super) fn text(&mut self, address: SocketAddr) -> Written<'_> {
        let known = self.recent.iter().position(|(known, _)| *known == Some(address));
        let place = known.unwrap_or_else(|| self.write(address));
        Written(&self.recent[place].1)
    }

    fn write(&mut self, address: SocketAddr) -> usize {
        let place = self.oldest;
        self.oldest = (place + 1) % self.recent.len();
        let (known, text) = &mut self.recent[place];
        *known = Some(address);
        text.clear();
        address.write(text);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_whether_known_or_not() {
        let mut addresses = Addresses::default();
        for last in (0..6).chain((0..6).rev()) {
            let address = SocketAddr::from(([192, 0, 2, last], 5060));
            assert_eq!(addresses.text(address).0, format!("\"{address}\"").as_bytes());
            assert_eq!(addresses.text(address).0, format!("\"{address}\"").as_bytes());
        }
    }
}
