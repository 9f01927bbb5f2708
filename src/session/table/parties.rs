//! Addresses-of-record -> the calls in which they take part.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use crate::message::Name;
use crate::message::headers::NameAddr;
use crate::message::uri::Uri;
use crate::session::record::Record;

/// What one party costs beside its name, which is kept twice: here and with its call.
pub(super) const PARTY: usize = 160;

/// The serials of the calls of each party.
#[derive(Debug, Default)]
pub(super) struct ByParty(HashMap<Vec<u8>, Calls, RandomState>);

#[derive(Debug, Default)]
struct Calls {
    open: BTreeSet<u64>,
    /// With the order up to which a dialog of it lived: of many that ended, few lived on.
    ended: BTreeSet<(u64, u64)>,
}

impl ByParty {
    /// Notes that they take part in the open call `serial`; says what that costs in bytes.
    pub(super) fn add(&mut self, parties: &[Vec<u8>], serial: u64) -> usize {
        for party in parties {
            match self.0.get_mut(party) {
                Some(calls) => {
                    calls.open.insert(serial);
                }
                None => {
                    let calls = Calls { open: BTreeSet::from([serial]), ended: BTreeSet::new() };
                    self.0.insert(party.clone(), calls);
                }
            }
        }
        parties.iter().map(|party| PARTY + 2 * party.len()).sum()
    }

    /// Notes that the call ended, and how long a dialog of it lived.
    pub(super) fn end(&mut self, parties: &[Vec<u8>], serial: u64, alive_until: u64) {
        for party in parties {
            if let Some(calls) = self.0.get_mut(party) {
                calls.open.remove(&serial);
                calls.ended.insert((alive_until, serial));
            }
        }
    }

    /// Forgets that they take part in a call; `alive_until` is that of an ended one.
    pub(super) fn forget(&mut self, parties: &[Vec<u8>], serial: u64, alive_until: Option<u64>) {
        for party in parties {
            if let Some(calls) = self.0.get_mut(party) {
                match alive_until {
                    Some(until) => calls.ended.remove(&(until, serial)),
                    None => calls.open.remove(&serial),
                };
                if calls.open.is_empty() && calls.ended.is_empty() {
                    self.0.remove(party);
                }
            }
        }
    }

    /// The calls in which `party` takes part: those open, and those ended that may have a dialog alive at `order`.
    pub(super) fn calls_of(&self, party: &Uri<'_>, order: u64) -> impl Iterator<Item = u64> {
        let calls = address_key(party).and_then(|key| self.0.get(&key)).into_iter();
        calls.flat_map(move |calls| {
            let ended = calls.ended.range((order.saturating_add(1), 0)..).map(|(_, serial)| *serial);
            calls.open.iter().copied().chain(ended)
        })
    }

    #[cfg(test)]
    pub(super) fn entries(&self) -> Vec<usize> {
        self.0.values().map(|calls| calls.open.len() + calls.ended.len()).collect()
    }
}

/// The addresses-of-record in From and To, as keys.
pub(super) fn parties_of(record: &Record) -> Vec<Vec<u8>> {
    [Name::From, Name::To]
        .iter()
        .filter_map(|&name| NameAddr::parse(record.message.first(name)?).ok())
        .filter_map(|address| address_key(&address.uri().ok()?))
        .collect()
}

/// User and host, the host in small letters: coarser than the comparison of RFC 3261 19.1.4, which decides.
fn address_key(uri: &Uri<'_>) -> Option<Vec<u8>> {
    let sip = uri.as_sip()?;
    let mut key = sip.user.unwrap_or_default().to_vec();
    key.push(b'@');
    key.extend(uri.host_text()?.iter().map(u8::to_ascii_lowercase));
    Some(key)
}
