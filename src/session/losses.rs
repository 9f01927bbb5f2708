//! Open calls and what the capture lost -> the calls that the loss may have hurt.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};

use foldhash::fast::RandomState;

use super::record::Record;
use crate::capture::Loss;

/// Two addresses in either order: a loss hurts both directions.
type Pair = (Option<IpAddr>, Option<IpAddr>);

/// The parties of the first and of the last message of a call. They stand with the call, because its messages are
/// long out of the processor's caches when the next one comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    first: Pair,
    last: Pair,
}

/// The calls that no loss has hurt yet, by the parties of their first and their last message.
///
/// One loss is as good as many, so that a call that was hurt is looked at no more: with each loss looking at
/// every open call, a capture of both would take quadratic time.
#[derive(Debug, Default)]
pub(super) struct Unhurt {
    calls: HashMap<Pair, BTreeSet<u64>, RandomState>,
}

impl Unhurt {
    /// Keeps the call `serial` under the parties of its messages, of which `record` is the last; those of the one before
    /// are left behind.
    pub(super) fn follow(&mut self, serial: u64, ways: &mut Option<Ways>, record: &Record) {
        let pair = pair_of(record.from, record.to);
        let Some(Ways { first, last }) = ways else {
            self.add(pair, serial);
            *ways = Some(Ways { first: pair, last: pair });
            return;
        };
        if *last != pair {
            if last != first {
                self.remove(*last, serial);
            }
            self.add(pair, serial);
            *last = pair;
        }
    }

    /// Leaves a call out that is over, or was hurt.
    pub(super) fn forget(&mut self, serial: u64, ways: Option<Ways>) {
        for pair in ways.into_iter().flat_map(|Ways { first, last }| [first, last]) {
            self.remove(pair, serial);
        }
    }

    /// The calls between the same two parties, in order of their begin; all of them where nobody knows which.
    pub(super) fn between(&self, loss: &Loss) -> BTreeSet<u64> {
        match pair_of(loss.from, loss.to) {
            (None, None) => self.calls.values().flatten().copied().collect(),
            pair => self.calls.get(&pair).cloned().unwrap_or_default(),
        }
    }

    fn add(&mut self, pair: Pair, serial: u64) {
        self.calls.entry(pair).or_default().insert(serial);
    }

    fn remove(&mut self, pair: Pair, serial: u64) {
        if let Some(calls) = self.calls.get_mut(&pair) {
            calls.remove(&serial);
            if calls.is_empty() {
                self.calls.remove(&pair);
            }
        }
    }
}

/// Ports aside: that of a lost fragment was lost with it.
fn pair_of(from: Option<SocketAddr>, to: Option<SocketAddr>) -> Pair {
    let (from, to) = (from.map(|address| address.ip()), to.map(|address| address.ip()));
    (from.min(to), from.max(to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Packet;
    use crate::session::{Room, Table};

    fn packet(call: u64, method: &str, from: Option<SocketAddr>, to: Option<SocketAddr>) -> Packet<'static> {
        let text = format!("{method} sip:a@b SIP/2.0\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\n\r\n");
        Packet { from, to, ..Packet::of_text(text.into_bytes()) }
    }

    fn party(last: u8, port: u16) -> Option<SocketAddr> {
        Some(SocketAddr::new([192, 0, 2, last].into(), port))
    }

    /// The numbers of the calls that were hurt.
    fn hurt(mut table: Table) -> Vec<Vec<u8>> {
        let mut hurt: Vec<_> = std::iter::from_fn(|| table.next_at_end())
            .filter(|finished| finished.call.has_losses())
            .map(|finished| finished.call.call_id.to_vec())
            .collect();
        hurt.sort();
        hurt
    }

    #[test]
    fn a_loss_hurts_the_calls_between_its_parties_and_no_other() {
        let table = |loss: Loss| {
            let mut table = Table::new(Room::default());
            table.take(packet(1, "INVITE", party(1, 5060), party(2, 5060)));
            table.take(packet(2, "INVITE", party(1, 5060), party(3, 5060)));
            // The third call goes on between others, and is looked for where it begins and where it stands.
            table.take(packet(3, "INVITE", party(3, 1), party(4, 1)));
            table.take(packet(3, "INFO", party(4, 1), party(5, 1)));
            table.take(packet(3, "INFO", party(5, 1), party(2, 1)));
            table.lose(&loss);
            table.lose(&loss);
            hurt(table)
        };
        let between = |from, to| table(Loss { time: None, from, to });
        assert_eq!(between(party(2, 0), party(1, 0)), [b"1"]);
        assert_eq!(between(party(1, 0), party(3, 0)), [b"2"]);
        assert_eq!(between(party(4, 0), party(3, 0)), [b"3"]);
        assert_eq!(between(party(2, 0), party(5, 0)), [b"3"]);
        assert_eq!(between(party(4, 0), party(5, 0)), [b""; 0]);
        assert_eq!(between(None, None), [b"1", b"2", b"3"]);
        assert_eq!(between(party(1, 0), None), [b""; 0]);
    }

    #[test]
    fn each_of_many_calls_is_hurt_by_the_first_of_many_losses() {
        let mut table = Table::new(Room::default());
        for number in 0..20_000 {
            table.take(packet(number, "INVITE", party(1, 5060), party(2, 5060)));
            table.lose(&Loss { time: None, from: party(3, 0), to: party(4, 0) });
        }
        for _ in 0..200_000 {
            table.lose(&Loss { time: None, from: None, to: None });
        }
        assert_eq!(hurt(table).len(), 20_000);
    }
}
