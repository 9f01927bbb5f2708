//! What is kept of a dialog for other sessions: its tags, its parties, and how long it lived.

use std::net::SocketAddr;
use std::sync::Arc;

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
    /// Order of the BYE that ended it, or of the refusal while it was early.
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
    /// An anonymous URI names nobody, so it is not learnt.
    fn learn(&mut self, uri: &[u8]) {
        if self.uris.len() < MOST_URIS && !self.uris.iter().any(|known| known == uri) && !is_anonymous(uri) {
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

    fn held(&self) -> usize {
        self.uris.iter().map(|uri| ENTRY + uri.len()).sum()
    }

    /// Whether `uri` names this party.
    pub fn is_named_by(&self, uri: &Uri<'_>) -> bool {
        self.uris.iter().filter_map(|own| Uri::parse(own).ok()).any(|own| same_address_of_record(&own, uri))
    }
}

/// Whether a URI names nobody: `anonymous.invalid`. Few hold a letter as rare as its v, and the others need no parsing.
fn is_anonymous(uri: &[u8]) -> bool {
    memchr::memchr2(b'v', b'V', uri).is_some() && Uri::parse(uri).is_ok_and(|uri| uri.is_anonymous())
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
pub(super) struct Traces {
    /// Those who are asked about an ended call share them with it.
    pub(super) dialogs: Arc<Vec<DialogTrace>>,
    /// To tag and CSeq number of refusals: the ACK to one opens and confirms nothing.
    refused: Vec<(Vec<u8>, Option<u32>)>,
    /// Bytes of all that, about.
    pub(super) held: usize,
}

/// What a URI, a tag, or a place in a list costs beside its bytes.
const ENTRY: usize = 64;

impl Traces {
    /// Takes note of one more message of the call. `first` is the call's initial INVITE, if it was captured.
    pub(super) fn follow(&mut self, record: &Record, first: Option<&Record>) {
        let Some((from, to)) = self.tags_of(record, first) else { return };
        if record.answers("INVITE", 300..700) {
            if self.refused.len() < MOST_DIALOGS {
                self.held += 2 * ENTRY + to.len();
                self.refused.push((to.to_vec(), record.cseq()));
            }
            // RFC 3261 12.3: a final failure ends what was early; a refused re-INVITE ends nothing.
            if let Some(trace) =
                Arc::make_mut(&mut self.dialogs).iter_mut().find(|trace| trace.has_tags(from, to))
                && trace.confirmed.is_none()
            {
                trace.ended.get_or_insert(record.order);
            }
            return;
        }
        if self.is_ack_to_refusal(record, first) {
            return;
        }
        let known = self.dialogs.iter().position(|trace| trace.has_tags(from, to));
        let at = match known {
            Some(at) => at,
            None if self.dialogs.len() >= MOST_DIALOGS => return,
            None => {
                let begun = Self::begun_by(record, from, to, first);
                self.held += 2 * size_of::<DialogTrace>() + 2 * ENTRY + from.len() + to.len();
                self.held += begun.caller.held() + begun.callee.held();
                Arc::make_mut(&mut self.dialogs).push(begun);
                self.dialogs.len() - 1
            }
        };
        let trace = &mut Arc::make_mut(&mut self.dialogs)[at];
        // PRACK belongs to an early dialog. UPDATE may; without what came before, it shows a live one.
        let early = known.is_some() && record.is("UPDATE");
        if record.answers("INVITE", 200..300) || (record.is_request() && !record.is("PRACK") && !early) {
            if trace.confirmed.is_none() {
                // What was refused may be asked for again and answered with the same tag.
                trace.ended = None;
            }
            trace.confirmed.get_or_insert(record.order);
        }
        if record.is("BYE") {
            trace.ended.get_or_insert(record.order);
        }
        if record.answers("INVITE", 101..300) {
            let before = trace.callee.held();
            trace.callee.learn_row(record, Name::PAssertedIdentity);
            self.held += trace.callee.held() - before;
        }
    }

    /// The tags of From and To. That of a caller who gave none is null (RFC 3261 12.1.1), in From as in the
    /// To of what is sent to it.
    fn tags_of<'r>(&self, record: &'r Record, first: Option<&Record>) -> Option<(&'r [u8], &'r [u8])> {
        let from = record.from_tag()?;
        let has_null = || first.is_some_and(|invite| invite.from_tag() == Some(b""));
        if from.is_empty() && !has_null() {
            return None;
        }
        let is_to_caller = || has_null() && self.dialogs.iter().any(|trace| trace.callee_tag == from);
        let to = record.to_tag().or_else(|| is_to_caller().then_some(&b""[..]))?;
        Some((from, to))
    }

    /// RFC 3261 17.1.1.3: it has the branch and CSeq of the INVITE, or the To tag of the refusal.
    fn is_ack_to_refusal(&self, record: &Record, first: Option<&Record>) -> bool {
        let same_transaction = |invite: &Record| {
            invite.cseq() == record.cseq() && invite.branch().is_some() && invite.branch() == record.branch()
        };
        record.is("ACK")
            && (first.is_some_and(same_transaction)
                || self
                    .refused
                    .iter()
                    .any(|(tag, cseq)| record.to_tag() == Some(tag) && *cseq == record.cseq()))
    }

    fn begun_by(record: &Record, from: &[u8], to: &[u8], first: Option<&Record>) -> DialogTrace {
        // A request of the callee has its own tag in From.
        let turned = first.is_some_and(|invite| invite.from_tag() == Some(to));
        let (from, to) = if turned { (to, from) } else { (from, to) };
        let (caller_side, callee_side) = if turned { (Name::To, Name::From) } else { (Name::From, Name::To) };
        let mut caller = Party::default();
        let mut callee = Party::default();
        caller.learn_row(record, caller_side);
        callee.learn_row(record, callee_side);
        if record.is_request() != turned {
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
        self.dialogs.iter().any(|trace| trace.confirmed.is_some() && trace.ended.is_none())
    }
}
