//! What is kept of dialogs for other sessions: when each was confirmed and ended, and between whom.

use super::extension::established;
use super::flow::{CLIENT, Msg, SERVER, to_bob};
use super::table::{sent, table_of};

/// Whether each dialog of `flow` was confirmed, and ended.
fn lives(flow: &[Msg]) -> Vec<(bool, bool)> {
    let table = table_of(flow);
    let dialogs = table.dialogs(b"one").unwrap_or_default();
    dialogs.iter().map(|dialog| (dialog.confirmed.is_some(), dialog.ended.is_some())).collect()
}

const EARLY: (bool, bool) = (false, false);
const ALIVE: (bool, bool) = (true, false);
const REFUSED: (bool, bool) = (false, true);

#[test]
fn a_dialog_is_confirmed_by_its_200_or_by_what_only_a_confirmed_one_has() {
    let first = to_bob();
    let ringing = first.reply(0.2, "180 Ringing", "b");
    let after = |message: Msg| lives(&[first.clone(), ringing.clone(), message]);
    assert_eq!(lives(&[first.clone(), ringing.clone()]), [EARLY]);
    assert_eq!(after(sent(0.3, "PRACK", 2)), [EARLY]);
    assert_eq!(after(sent(0.3, "UPDATE", 2)), [EARLY]);
    assert_eq!(after(first.accepted(0.5, "b")), [ALIVE]);
    // The 200 was lost.
    assert_eq!(after(first.acked(0.6, "b")), [ALIVE]);
    assert_eq!(after(sent(0.6, "MESSAGE", 2)), [ALIVE]);
    // Without anything before, a PRACK is of an early dialog, and an UPDATE shows a live one.
    assert_eq!(lives(&[sent(0.3, "PRACK", 2)]), [EARLY]);
    assert_eq!(lives(&[sent(0.3, "UPDATE", 2)]), [ALIVE]);
    assert_eq!(lives(&[first.clone(), sent(0.3, "INFO", 2)]), [ALIVE]);
}

#[test]
fn the_ack_to_a_refusal_confirms_nothing() {
    let first = to_bob();
    let ringing = first.reply(0.2, "180 Ringing", "b");
    let busy = first.reply(0.3, "486 Busy Here", "b");
    let ack = first.refusal_acked(&busy);
    assert_eq!(lives(&[first.clone(), ringing.clone(), busy.clone(), ack.clone()]), [REFUSED]);
    // The refusal was lost: the ACK has the branch of the INVITE.
    assert_eq!(lives(&[first.clone(), ringing.clone(), ack.clone()]), [EARLY]);
    // The INVITE was lost: the ACK has the tag of the refusal.
    assert_eq!(lives(&[ringing, busy, ack]), [REFUSED]);
}

#[test]
fn an_ack_without_a_branch_is_known_by_the_tag_of_the_refusal_alone() {
    let first = to_bob().set("Via", &format!("SIP/2.0/TCP {CLIENT}"));
    let ringing = first.reply(0.2, "180 Ringing", "b");
    let busy = first.reply(0.3, "486 Busy Here", "b");
    let ack = first.refusal_acked(&busy);
    assert_eq!(lives(&[first.clone(), ringing.clone(), ack.clone()]), [ALIVE]);
    assert_eq!(lives(&[first, ringing, busy, ack]), [REFUSED]);
}

#[test]
fn a_party_has_a_bounded_number_of_identities() {
    let identities: Vec<_> = (0..20).map(|user| format!("<sip:user-{user}@example.org>")).collect();
    let answer = to_bob().accepted(0.5, "b").row("P-Asserted-Identity", &identities.join(", "));
    let table = table_of(&[to_bob(), answer]);
    let dialog = &table.dialogs(b"one").expect("there is a dialog")[0];
    assert_eq!((dialog.caller.uris.len(), dialog.callee.uris.len()), (1, 8));
}

#[test]
fn the_tag_of_a_refusal_may_be_that_of_the_dialog_of_the_retry() {
    let first = to_bob();
    let challenge = first.reply(0.1, "401 Unauthorized", "b");
    let second = first.again(0.2, 2);
    let ringing = second.reply(0.3, "180 Ringing", "b");
    let start = [first.clone(), challenge.clone(), first.refusal_acked(&challenge), second.clone(), ringing];
    // The 200 was lost: the ACK has another CSeq number than the refusal.
    assert_eq!(lives(&[&start[..], &[second.acked(0.6, "b")]].concat()), [ALIVE]);
    // The retry is refused too.
    let busy = second.reply(0.5, "486 Busy Here", "b");
    let refused = [busy.clone(), second.refusal_acked(&busy)];
    assert_eq!(lives(&[&start[..], &refused].concat()), [REFUSED]);
    // The fork with another tag is not.
    let other = second.reply(0.5, "180 Ringing", "c");
    let acked = second.acked(0.7, "c");
    assert_eq!(lives(&[&start[..], &refused, &[other, acked]].concat()), [REFUSED, ALIVE]);
}

#[test]
fn a_fork_opens_a_bounded_number_of_dialogs() {
    let first = to_bob();
    let rings = (0..300).map(|fork| first.reply(0.1, "180 Ringing", &format!("fork-{fork}")));
    let flow: Vec<_> = std::iter::once(first.clone()).chain(rings).collect();
    assert_eq!(lives(&flow).len(), 256);
}

#[test]
fn a_dialog_knows_the_addresses_of_its_parties() {
    let addresses = |flow: &[Msg]| {
        let table = table_of(flow);
        let dialog = table.dialogs(b"one").and_then(<[_]>::first).expect("there is a dialog").clone();
        [dialog.caller.address, dialog.callee.address]
    };
    let wanted = [CLIENT.parse().ok(), SERVER.parse().ok()];
    let first = to_bob();
    assert_eq!(addresses(&established()), wanted);
    // Without the INVITE, the response and the ACK tell.
    assert_eq!(addresses(&[first.reply(0.1, "100 Trying", ""), first.accepted(0.5, "b")]), wanted);
    assert_eq!(addresses(&[first.acked(0.6, "b")]), wanted);
    // A request of the callee is turned round only by the INVITE.
    let reinvite = first.peer_sends(5.0, "INVITE", "b", 1);
    assert_eq!(addresses(&[first, reinvite]), wanted);
}
