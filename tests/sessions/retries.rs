//! Refusals, redirections and what the client sends after them.

use super::NO_IMS;
use super::flow::{BEYOND, BOB, CAROL, FACTORY, IDENTITY, Msg, invite, to_bob, to_conference};
use super::said::{outcome, session};

/// An INVITE refused with that status and tag `x`, its ACK, the INVITE anew, and a session that follows.
fn retried(status: &str) -> Vec<Msg> {
    let first = to_bob();
    let refusal = first.reply(0.1, status, "x");
    let second = first.again(0.2, 2);
    vec![
        first.clone(),
        refusal.clone(),
        first.refusal_acked(&refusal),
        second.clone(),
        second.accepted(0.5, "b"),
        second.acked(0.6, "b"),
        second.inside(9.0, &format!("BYE {IDENTITY}"), "b", 3),
    ]
}

#[test]
fn a_retry_after_a_challenge_is_an_initial_invite_again() {
    for status in ["401 Unauthorized", "407 Proxy Authentication Required", "422 Session Interval Too Small"]
    {
        let mut flow = retried(status);
        if status.starts_with("422") {
            flow[3] = flow[3].clone().row("Min-SE", "1800");
        }
        session(&flow, NO_IMS)
            .is(&[("6.2.1.2-1", "pass"), ("6.2.1.1-0", "pass"), ("6.2.1.2-ok2", "pass")])
            .fails(&[]);
    }
}

#[test]
fn every_clause_is_asked_of_the_retry_anew() {
    let mut flow = retried("401 Unauthorized");
    flow[3] = flow[3].clone().without("Accept-Contact");
    session(&flow, NO_IMS).fails(&["6.2.1.1-1"]);
}

#[test]
fn a_retransmission_is_no_second_attempt_with_the_same_cseq() {
    let first = to_bob();
    let flow = [first.clone(), first.clone().at(0.3), first.accepted(0.5, "b"), first.acked(0.6, "b")];
    session(&flow, NO_IMS).is(&[("6.2.1.1-0", "pass"), ("6.2.1.2-1", "pass")]).fails(&[]);
}

#[test]
fn a_retry_whose_cseq_does_not_rise_fails() {
    let first = to_bob();
    let refusal = first.reply(0.1, "401 Unauthorized", "x");
    let second = first.again(0.2, 1);
    let flow = [first.clone(), refusal.clone(), first.refusal_acked(&refusal), second];
    session(&flow, NO_IMS).fails(&["6.2.1.1-0"]);
}

#[test]
fn a_to_tag_left_in_after_a_challenge_fails() {
    let mut flow = retried("401 Unauthorized");
    let to = format!("<{BOB}>;tag=x");
    for message in &mut flow[3..] {
        *message = message.clone().set("To", &to);
    }
    session(&flow, NO_IMS).is(&[("6.2.1.2-1", "fail"), ("6.2.1.2-ok2", "pass")]);
}

#[test]
fn an_early_dialog_of_the_refused_attempt_does_not_spoil_the_retry() {
    let mut flow = retried("422 Session Interval Too Small");
    let ringing = flow[0].reply(0.05, "180 Ringing", "x").row("Contact", "<sip:early@im.example.org>");
    flow.insert(1, ringing);
    session(&flow, NO_IMS)
        .is(&[("6.2.1.2-1", "pass"), ("6.2.1.2-ok2", "pass"), ("6.2.1.1-r2", "inconclusive")])
        .fails(&[]);
}

#[test]
fn the_target_of_a_redirection_is_no_other_factory() {
    let focus = "sip:conf-1@im.example.com";
    let first = to_conference(0.0, "one", &[BOB, CAROL]);
    let moved = first.reply(0.1, "302 Moved Temporarily", "x").row("Contact", &format!("<{focus}>;isfocus"));
    let second = first.again(0.2, 2).start(&format!("INVITE {focus} SIP/2.0"));
    let flow = [
        first.clone(),
        moved.clone(),
        first.refusal_acked(&moved),
        second.clone(),
        second.accepted(0.5, "b"),
        second.acked(0.6, "b"),
    ];
    let said = session(&flow, &format!("{{ims: none, conference_factory_uris: ['{FACTORY}']}}"));
    assert_eq!(said.scenario, "ad-hoc");
    said.is(&[("6.2.1.3-2", "pass"), ("6.2.1.1-r2", "pass"), ("6.2.1.3-ok2", "pass")]).fails(&[]);
}

#[test]
fn the_target_of_a_redirection_is_no_other_recipient() {
    let elsewhere = "sip:bob@other.example.net";
    let first = to_bob();
    let moved = first.reply(0.1, "302 Moved Temporarily", "x").row("Contact", &format!("<{elsewhere}>"));
    let second = first.again(0.2, 2).start(&format!("INVITE {elsewhere} SIP/2.0"));
    let flow = [first.clone(), moved.clone(), first.refusal_acked(&moved), second];
    session(&flow, &format!("{{ims: none, intended_recipient: '{BOB}'}}"))
        .is(&[("6.2.1.2-2", "pass"), ("6.2.1.1-r2", "pass")])
        .fails(&[]);
}

#[test]
fn a_second_invite_to_somebody_else_without_redirection_fails() {
    let second = to_bob().again(0.2, 2).start("INVITE sip:bob@other.example.net SIP/2.0");
    let busy = to_bob().reply(0.1, "486 Busy Here", "x");
    session(&[to_bob(), busy, second], &format!("{{ims: none, intended_recipient: '{BOB}'}}"))
        .fails(&["6.2.1.2-2"]);
}

#[test]
fn failover_to_another_server_may_keep_the_cseq() {
    let first = to_bob();
    let second = first.again(0.2, 1).way("192.0.2.10:5060", BEYOND);
    let flow = [first.clone(), first.reply(0.1, "503 Service Unavailable", "x"), second];
    session(&flow, NO_IMS).is(&[("6.2.1.1-0", "pass"), ("6.2.1.2-1", "pass")]).fails(&[]);
}

#[test]
fn a_cancelled_invite_leaves_nothing_to_store() {
    let first = to_bob();
    let cancel = first.refusal_acked(&first.reply(1.0, "487", "")).start(&format!("CANCEL {BOB} SIP/2.0"));
    let cancel = cancel.set("CSeq", "1 CANCEL");
    let gone = first.reply(1.3, "487 Request Terminated", "x");
    let flow = [
        first.clone(),
        first.reply(0.1, "180 Ringing", "x").row("Contact", &format!("<{IDENTITY}>")),
        cancel.clone(),
        cancel.reply(1.2, "200 OK", "x"),
        gone.clone(),
        first.refusal_acked(&gone),
    ];
    session(&flow, NO_IMS)
        .is(&[
            ("6.2.1.2-1", "pass"),
            ("6.2.1.2-ok1", "not-applicable"),
            ("6.2.1.2-ok2", "not-applicable"),
            ("6.2.1.1-ok1", "not-applicable"),
            ("6.2.1.1-r2", "inconclusive"),
        ])
        .fails(&[]);
}

#[test]
fn a_second_call_with_a_new_call_id_is_a_session_of_its_own() {
    let flow = [to_bob(), to_bob().reply(0.1, "486 Busy Here", "x"), invite(1.0, "two", BOB)];
    assert_eq!(outcome(&flow, NO_IMS).sessions.len(), 2);
}

/// Only a forced scenario makes a subject of an INVITE with a To tag; the INVITE that refreshes the session
/// afterwards is none for that.
fn tagged_then_refreshed(answered: &[Msg], refreshed_at: f64) {
    let tagged = to_bob().set("To", &format!("<{BOB}>;tag=b"));
    let refresh = to_bob().inside(refreshed_at, &format!("INVITE {IDENTITY}"), "b", 3);
    let refreshed = refresh.accepted(refreshed_at + 0.1, "b");
    let flow = [vec![tagged], answered.to_vec(), vec![refresh, refreshed]].concat();
    let context = format!("{{ims: none, scenarios: {{one: one-to-one}}, intended_recipient: '{BOB}'}}");
    session(&flow, &context).fails(&["6.2.1.2-1"]).is(&[("6.2.1.2-2", "pass")]);
}

#[test]
fn a_refresh_after_an_invite_with_a_to_tag_is_no_other_set_up() {
    let first = to_bob();
    let answered = [first.accepted(0.5, "b"), first.acked(0.6, "b")];
    tagged_then_refreshed(&answered, 9.0);
    // Longer than a call without a dialog may be silent.
    tagged_then_refreshed(&answered, 1500.0);
}

/// RFC 3261 17.1.3: it is the branch that ties a response to its request.
#[test]
fn a_200_with_another_cseq_number_accepts_an_invite_with_a_to_tag() {
    let first = to_bob();
    let answer = first.accepted(0.5, "b").set("CSeq", "2 INVITE");
    tagged_then_refreshed(&[answer, first.acked(0.6, "b")], 9.0);
}

#[test]
fn an_ack_shows_that_an_invite_with_a_to_tag_was_accepted() {
    tagged_then_refreshed(&[to_bob().acked(0.6, "b")], 9.0);
}

/// RFC 3261 17.1.1.3: the ACK to a refusal has the branch of the INVITE.
#[test]
fn an_ack_to_a_refusal_accepts_no_invite_with_a_to_tag() {
    let tagged = to_bob().set("To", &format!("<{BOB}>;tag=b"));
    let refusal = tagged.reply(0.2, "503 Service Unavailable", "");
    let retry = tagged.again(1.0, 2).without("Accept-Contact");
    let context = "{ims: none, scenarios: {one: one-to-one}}";
    for seen in [vec![refusal.clone(), tagged.refusal_acked(&refusal)], vec![tagged.refusal_acked(&refusal)]]
    {
        let flow = [vec![tagged.clone()], seen, vec![retry.clone()]].concat();
        session(&flow, context).fails(&["6.2.1.1-1", "6.2.1.2-1"]);
    }
}
