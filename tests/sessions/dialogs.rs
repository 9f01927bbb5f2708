//! What a response told, held against what the client sends afterwards in that dialog.

use super::NO_IMS;
use super::flow::{ALICE, BOB, IDENTITY, Msg, to_bob, to_conference};
use super::said::{outcome, outcome_with_loss, session, session_of};

fn established() -> Vec<Msg> {
    let first = to_bob();
    vec![first.clone(), first.accepted(0.5, "b"), first.acked(0.6, "b")]
}

fn sent(seconds: f64, start: &str, cseq: u32) -> Msg {
    to_bob().inside(seconds, start, "b", cseq)
}

#[test]
fn a_request_to_another_target_than_the_stored_one_fails() {
    let flow = [established(), vec![sent(9.0, "BYE sip:other@im.example.org", 2)]].concat();
    session(&flow, NO_IMS).fails(&["6.2.1.2-ok2"]);
}

#[test]
fn a_port_is_part_of_the_target() {
    let first = to_bob();
    let ack = sent(0.6, "ACK sip:sess@im.example.org:5060", 1);
    session(&[first.clone(), first.accepted(0.5, "b"), ack], NO_IMS).fails(&["6.2.1.2-ok2"]);
}

#[test]
fn each_to_tag_of_a_fork_is_a_dialog_of_its_own() {
    let first = to_bob();
    let dialog = |tag: &str, acked_at: &str| {
        let contact = format!("<sip:{tag}@im.example.org>");
        [
            first.reply(0.1, "180 Ringing", tag).row("Contact", &contact),
            first.reply(0.5, "200 OK", tag).row("Contact", &contact),
            first.inside(0.6, &format!("ACK sip:{acked_at}@im.example.org"), tag, 1),
        ]
    };
    let forked = |acked_at: &str| {
        [vec![first.clone()], dialog("x", "x").to_vec(), dialog("y", acked_at).to_vec()].concat()
    };
    session(&forked("y"), NO_IMS).is(&[("6.2.1.2-ok2", "pass")]).fails(&[]);
    session(&forked("x"), NO_IMS).fails(&["6.2.1.2-ok2"]);
}

#[test]
fn behind_a_strict_router_the_target_stands_last_in_route() {
    let first = to_bob();
    let answer = first.accepted(0.5, "b").row("Record-Route", "<sip:strict.example.com>");
    let ack = |target: &str| sent(0.6, "ACK sip:strict.example.com", 1).row("Route", &format!("<{target}>"));
    session(&[first.clone(), answer.clone(), ack(IDENTITY)], NO_IMS)
        .is(&[("6.2.1.2-ok2", "pass")])
        .fails(&[]);
    session(&[first.clone(), answer, ack("sip:other@im.example.org")], NO_IMS).fails(&["6.2.1.2-ok2"]);
}

#[test]
fn behind_a_loose_router_the_target_is_the_request_uri() {
    let first = to_bob();
    let answer = first.accepted(0.5, "b").row("Record-Route", "<sip:loose.example.com;lr>");
    let ack = first.acked(0.6, "b").row("Route", "<sip:loose.example.com;lr>");
    session(&[first, answer, ack], NO_IMS).is(&[("6.2.1.2-ok2", "pass")]).fails(&[]);
}

#[test]
fn a_re_invite_of_the_peer_refreshes_the_target() {
    let reinvite = to_bob().peer_sends(5.0, "INVITE", "b", 1).row("Contact", "<sip:new@im.example.org>");
    let answer = reinvite.reply(5.1, "200 OK", "").row("Contact", "<sip:alice@192.0.2.10:5060>");
    let ack = to_bob().peer_sends(5.2, "ACK", "b", 1);
    let moved = [established(), vec![reinvite, answer, ack]].concat();
    let ended = |target: &str| [moved.clone(), vec![sent(9.0, &format!("BYE {target}"), 2)]].concat();
    session(&ended("sip:new@im.example.org"), NO_IMS).is(&[("6.2.1.2-ok2", "pass")]).fails(&[]);
    // With a target refresh between, another target is no failure.
    session(&ended(IDENTITY), NO_IMS).is(&[("6.2.1.2-ok2", "inconclusive")]).fails(&[]);
}

#[test]
fn a_method_that_the_200_does_not_allow_fails() {
    let flow = [established(), vec![sent(9.0, &format!("INFO {IDENTITY}"), 2)]].concat();
    session(&flow, NO_IMS).fails(&["6.2.1.2-ok1"]);
    let flow = [established(), vec![sent(9.0, &format!("MESSAGE {IDENTITY}"), 2)]].concat();
    session(&flow, NO_IMS).is(&[("6.2.1.2-ok1", "pass")]).fails(&[]);
}

#[test]
fn a_loss_before_the_request_makes_what_was_stored_inconclusive() {
    for (start, clause) in
        [("BYE sip:other@im.example.org", "6.2.1.2-ok2"), ("INFO sip:sess@im.example.org", "6.2.1.2-ok1")]
    {
        let outcome = outcome_with_loss(&established(), &[sent(9.0, start, 2)], NO_IMS);
        session_of("one", outcome).is(&[(clause, "inconclusive")]).fails(&[]);
    }
}

#[test]
fn the_second_of_two_183_counts_as_well() {
    let first = to_bob();
    let progress = first.reply(0.2, "183 Session Progress", "b").row("Contact", "<sip:early@im.example.org>");
    let again = progress.clone().at(0.3).row("Allow", "INVITE, ACK, BYE, CANCEL, UPDATE");
    let update = sent(0.4, "UPDATE sip:early@im.example.org", 2);
    session(&[first, progress, again, update], NO_IMS)
        .is(&[("6.2.1.1-r1", "pass"), ("6.2.1.1-r2", "pass")])
        .fails(&[]);
}

#[test]
fn a_subscription_from_before_the_session_proves_nothing() {
    let first = to_conference(1.0, "one", &[BOB]);
    let session_of_flow = |seconds: f64| {
        let subscribe = Msg::request(seconds, &format!("SUBSCRIBE {IDENTITY}"), "sub", 1)
            .set("To", &format!("<{IDENTITY}>"))
            .row("Event", "conference");
        let mut flow = vec![first.clone(), first.accepted(1.5, "b")];
        flow.insert(if seconds < 1.0 { 0 } else { 2 }, subscribe);
        session_of("one", outcome(&flow, "{ims: none, scenarios: {one: ad-hoc}}"))
    };
    session_of_flow(0.0).is(&[("6.2.1.3-ok2", "inconclusive"), ("6.2.1.3-note2", "not-applicable")]);
    session_of_flow(2.0).is(&[("6.2.1.3-ok2", "pass"), ("6.2.1.3-note2", "pass")]);
}

#[test]
fn a_capture_that_begins_with_a_re_invite_has_no_initial_invite() {
    let reinvite = sent(1.0, &format!("INVITE {IDENTITY}"), 7)
        .row("User-Agent", "IM-client/OMA1.0")
        .row("Contact", "<sip:alice@192.0.2.10:5060>;+g.oma.sip-im");
    let flow = [
        reinvite.clone(),
        reinvite.accepted(1.5, "b"),
        sent(1.6, &format!("ACK {IDENTITY}"), 7),
        sent(9.0, &format!("BYE {IDENTITY}"), 8),
    ];
    session(&flow, NO_IMS)
        .is(&[
            ("6.2.1.1-0", "inconclusive"),
            ("6.2.1.1-1", "inconclusive"),
            ("6.2.1.1-r2", "inconclusive"),
            ("6.2.1.2-1", "inconclusive"),
            ("6.2.1.2-ok2", "inconclusive"),
        ])
        .fails(&[]);
}

/// RFC 3261 12.1.1: without a tag in From the remote tag of the dialog is null.
#[test]
fn a_caller_without_a_tag_has_dialogs_all_the_same() {
    let first = to_bob().set("From", &format!("<{ALICE}>"));
    let bye = first.peer_sends(9.0, "BYE", "b", 1);
    let around = |ack: Msg| {
        [
            first.clone(),
            first.accepted(0.5, "b").expires(90, "uac"),
            ack,
            bye.clone(),
            bye.reply(9.1, "200 OK", ""),
        ]
    };
    session(&around(first.acked(0.6, "b")), NO_IMS)
        .fails(&["6.2.1.1-0"])
        .is(&[("6.2.1.2-ok2", "pass"), ("6.2.1.1-ok1", "inconclusive")]);
    let elsewhere = first.inside(0.6, "ACK sip:other@im.example.org", "b", 1);
    session(&around(elsewhere), NO_IMS).fails(&["6.2.1.1-0", "6.2.1.2-ok2"]);
}

#[test]
fn a_request_that_lost_its_tag_belongs_to_no_other_dialog() {
    let bye = sent(9.0, &format!("BYE {IDENTITY}"), 2).set("From", &format!("<{ALICE}>"));
    session(&[established(), vec![bye]].concat(), NO_IMS).fails(&[]).is(&[("6.2.1.2-ok2", "pass")]);
}

#[test]
fn the_call_id_of_a_live_dialog_with_another_from_tag_begins_a_dialog() {
    let again = |tag: &str| to_bob().again(5.0, 2).set("From", &format!("<{ALICE}>;tag={tag}"));
    for (tag, verdict) in [("z", "pass"), ("a", "fail")] {
        let flow = [established(), vec![again(tag)]].concat();
        session(&flow, NO_IMS).is(&[("6.2.1.2-1", verdict)]);
    }
}
