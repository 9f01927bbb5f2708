//! What is kept of a dialog for other sessions: its tags, its parties, and how long it lived.

use std::net::SocketAddr;

use super::record::Record;
use crate::message::Name;
use crate::message::headers::NameAddr;
use crate::message::uri::{Uri, same_address_of_record};

/// A dialog as another session may name it in Replaces.
#[derive(Clone, Debug)]
pub struct DialogTrace {
    /// Tag of the party that sent the INVITE.
    pub caller_tag: Vec<u8>,
    /// Tag of the party that answered.
    pub callee_tag: Vec<u8>,
    /// The parties.
    pub caller: Party,
    /// The parties.
    pub callee: Party,
    /// Order of the message that confirmed it: the 2xx, or the first request inside it.
    pub confirmed: Option<u64>,
    /// Order of the BYE that ended it.
    pub ended: Option<u64>,
}

/// One side of a dialog.
#[derive(Clone, Debug, Default)]
pub struct Party {
    /// The URIs it is known by: From or To, and asserted or preferred identities.
    pub uris: Vec<Vec<u8>>,
    /// Its address.
    pub address: Option<SocketAddr>,
}

/// More identities than this a party does not have.
const MOST_URIS: usize = 8;

impl Party {
    fn learn(&mut self, uri: &[u8]) {
        if self.uris.len() < MOST_URIS && !self.uris.iter().any(|known| known == uri) {
            self.uris.push(uri.to_vec());
        }
    }

    fn learn_row(&mut self, record: &Record, name: Name) {
        for value in record.message.values(name) {
            if let Ok(address) = NameAddr::parse(value) {
                self.learn(address.uri);
            }
        }
    }

    /// Whether `uri` names this party.
    pub fn is_named_by(&self, uri: &Uri<'_>) -> bool {
        self.uris.iter().filter_map(|own| Uri::parse(own).ok()).any(|own| same_address_of_record(&own, uri))
    }
}

impl DialogTrace {
    /// Whether it was confirmed and not yet ended when the message of that order was captured.
    pub fn is_alive_at(&self, order: u64) -> bool {
        self.confirmed.is_some_and(|confirmed| confirmed < order)
            && self.ended.is_none_or(|ended| ended > order)
    }

    fn has_tags(&self, one: &[u8], other: &[u8]) -> bool {
        (self.caller_tag == one && self.callee_tag == other)
            || (self.caller_tag == other && self.callee_tag == one)
    }
}

/// More dialogs than this one INVITE does not open, however often it is forked.
const MOST_DIALOGS: usize = 256;

/// Follows the dialogs of one call as its messages come.
#[derive(Clone, Debug, Default)]
pub(super) struct Traces(pub(super) Vec<DialogTrace>);

impl Traces {
    /// Takes note of one more message of the call. `first` is the call's initial INVITE, if it was captured.
    pub(super) fn follow(&mut self, record: &Record, first: Option<&Record>) {
        let (Some(from), Some(to)) = (record.from_tag(), record.to_tag()) else { return };
        let at = self.0.iter().position(|trace| trace.has_tags(from, to));
        let at = match at {
            Some(at) => at,
            None if self.0.len() >= MOST_DIALOGS || record.answers("INVITE", 300..700) => return,
            None => {
                self.0.push(Self::begun_by(record, from, to, first));
                self.0.len() - 1
            }
        };
        let trace = &mut self.0[at];
        if record.answers("INVITE", 200..300) || (record.is_request() && !record.is("PRACK")) {
            trace.confirmed.get_or_insert(record.order);
        }
        if record.is("BYE") {
            trace.ended.get_or_insert(record.order);
        }
        if record.answers("INVITE", 101..300) {
            trace.callee.learn_row(record, Name::PAssertedIdentity);
        }
    }

    fn begun_by(record: &Record, from: &[u8], to: &[u8], first: Option<&Record>) -> DialogTrace {
        let mut caller = Party::default();
        let mut callee = Party::default();
        caller.learn_row(record, Name::From);
        callee.learn_row(record, Name::To);
        if record.is_request() {
            (caller.address, callee.address) = (record.from, record.to);
        } else {
            (caller.address, callee.address) = (record.to, record.from);
        }
        if let Some(invite) = first {
            (caller.address, callee.address) = (invite.from, invite.to);
            caller.learn_row(invite, Name::PAssertedIdentity);
            caller.learn_row(invite, Name::PPreferredIdentity);
        }
        let (caller_tag, callee_tag) = (from.to_vec(), to.to_vec());
        // Without the INVITE, a request of the callee is taken for one of the caller: the tags are then
        // compared in either order by those who ask.
        DialogTrace { caller_tag, callee_tag, caller, callee, confirmed: None, ended: None }
    }

    /// Whether a dialog is open: early or confirmed.
    pub(super) fn any_alive(&self) -> bool {
        self.0.iter().any(|trace| trace.confirmed.is_some() && trace.ended.is_none())
    }
}
