//! A call -> the INVITEs of it that are judged.

use super::call::Call;
use super::record::Record;
use super::scenario::{Scenario, extends};

/// The INVITEs that are judged: those without To tag. One with a To tag only if the scenario is forced, and
/// either there is no other or it shows itself to be the extension asked for.
pub(super) fn subjects(call: &Call, forced: Option<Scenario>) -> Vec<&Record> {
    let invites = || call.records.iter().filter(|record| record.is_meant_as_invite());
    let initial: Vec<_> =
        invites().filter(|record| record.to_tag().is_none() || retries_with_its_tag(record, call)).collect();
    let Some(forced) = forced else { return initial };
    let inside = || invites().filter(|record| record.to_tag().is_some());
    if forced == Scenario::Extension {
        let extending: Vec<_> = inside().filter(|invite| extends(invite)).collect();
        if !extending.is_empty() && !initial.iter().any(|invite| extends(invite)) {
            return extending;
        }
    }
    if initial.is_empty() { before_its_answer(inside(), call) } else { initial }
}

/// What was sent until one of them was accepted: who invites after that refreshes the session.
fn before_its_answer<'s>(
    invites: impl Iterator<Item = &'s Record> + Clone,
    call: &'s Call,
) -> Vec<&'s Record> {
    let refused = |ack: &Record| {
        let refuses = |answer: &Record| answer.answers("INVITE", 300..700) && same_number_before(answer, ack);
        call.records.iter().any(refuses)
    };
    let accepts = |record: &&Record| {
        let same_branch = |invite: &Record| invite.branch().is_some() && invite.branch() == record.branch();
        let mut earlier = invites.clone().filter(|invite| invite.order < record.order);
        if record.answers("INVITE", 200..300) {
            // RFC 3261 17.1.3: the branch tells the transaction, whatever the CSeq number.
            return earlier.any(|invite| same_number_before(invite, record) || same_branch(invite));
        }
        // RFC 3261 17.1.1.3: the ACK to a refusal has the branch of the INVITE; that to a 2xx, which may not
        // have been captured, has its own.
        record.is("ACK")
            && earlier.clone().any(|invite| same_number_before(invite, record))
            && !earlier.any(same_branch)
            && !refused(record)
    };
    let accepted = call.records.iter().find(accepts).map(|record| record.order);
    invites.clone().filter(|invite| accepted.is_none_or(|accepted| invite.order < accepted)).collect()
}

fn same_number_before(one: &Record, later: &Record) -> bool {
    one.order < later.order && one.cseq() == later.cseq()
}

/// Whether the To tag of an INVITE comes from a challenge alone: a retry that should have left it out.
fn retries_with_its_tag(invite: &Record, call: &Call) -> bool {
    let from_it = |record: &&Record| {
        record.to_tag() == invite.to_tag()
            && record.from_tag() == invite.from_tag()
            && record.concerns("INVITE")
    };
    let mut responses = call.records.iter().filter(|record| record.order < invite.order).filter(from_it);
    let challenged = |record: &Record| matches!(record.status(), Some(401 | 407 | 422));
    responses.clone().any(challenged) && !responses.any(|record| record.answers("INVITE", 101..300))
}
