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
pub(super) struct ByParty(HashMap<Vec<u8>, BTreeSet<u64>, RandomState>);

impl ByParty {
    /// Notes that they take part in the call `serial`; says what that costs in bytes.
    pub(super) fn add(&mut self, parties: &[Vec<u8>], serial: u64) -> usize {
        for party in parties {
            match self.0.get_mut(party) {
                Some(calls) => {
                    calls.insert(serial);
                }
                None => {
                    self.0.insert(party.clone(), BTreeSet::from([serial]));
                }
            }
        }
        parties.iter().map(|party| PARTY + 2 * party.len()).sum()
    }

    /// Forgets that they take part in it.
    pub(super) fn forget(&mut self, parties: &[Vec<u8>], serial: u64) {
        for party in parties {
            if let Some(calls) = self.0.get_mut(party) {
                calls.remove(&serial);
                if calls.is_empty() {
                    self.0.remove(party);
                }
            }
        }
    }

    /// The calls in which `party` takes part, in the order in which they began.
    pub(super) fn calls_of(&self, party: &Uri<'_>) -> impl Iterator<Item = u64> {
        address_key(party).and_then(|key| self.0.get(&key)).into_iter().flatten().copied()
    }

    #[cfg(test)]
    pub(super) fn entries(&self) -> Vec<usize> {
        self.0.values().map(BTreeSet::len).collect()
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
