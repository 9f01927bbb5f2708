//! What a finding says and where it points: what was seen in backticks, the line itself, the other places.

use super::NO_IMS;
use super::flow::{BOB, IDENTITY, Msg, to_bob};
use super::said::{Found, session};

const TIMER: &str = "6.2.1.1-ok1";

fn found(flow: &[Msg], clause: &str) -> Found {
    session(flow, NO_IMS).found(clause).clone()
}

#[test]
fn a_header_is_shown_without_its_line_end() {
    let quoted = found(&[to_bob().set("Session-Expires", "60;refresher=uac")], "6.2.1.1-6");
    assert_eq!(quoted.at, "Session-Expires: 60;refresher=uac");
    assert_eq!(quoted.message, "`60` seconds are fewer than 90");
}

#[test]
fn what_was_seen_stands_in_backticks_and_is_shortened() {
    let bare = found(&[to_bob().set("Accept-Contact", "*;+g.oma.sip-im")], "6.2.1.1-1");
    assert_eq!(bare.message, "`*;+g.oma.sip-im` lacks `explicit`");
    let long = format!("*;+g.oma.sip-im;x={}", "y".repeat(200));
    let long = found(&[to_bob().set("Accept-Contact", &long)], "6.2.1.1-1");
    assert_eq!(long.message, format!("`*;+g.oma.sip-im;x={}…` lacks `explicit`", "y".repeat(62)));
}

#[test]
fn a_fault_of_a_repeated_invite_is_told_once() {
    let first = to_bob().without("Accept-Contact");
    let copies = [first.clone(), first.clone().at(0.5)];
    assert_eq!(session(&copies, NO_IMS).codes("6.2.1.1-1"), ["accept-contact/missing"]);
    let retried = [first.clone(), first.reply(0.1, "401 Unauthorized", "x"), first.again(0.5, 2)];
    assert_eq!(session(&retried, NO_IMS).codes("6.2.1.1-1").len(), 2);
}

fn started(refresher: &str) -> [Msg; 3] {
    let first = to_bob();
    [first.clone(), first.accepted(0.5, "b").expires(90, refresher), first.acked(0.6, "b")]
}

fn sent(seconds: f64, method: &str, cseq: u32) -> Msg {
    to_bob().inside(seconds, &format!("{method} {IDENTITY}"), "b", cseq)
}

/// The finding about the timer after `more`.
fn about_the_timer(refresher: &str, more: &[Msg]) -> Found {
    let found = found(&[&started(refresher)[..], more].concat(), TIMER);
    assert_eq!(found.at, format!("Session-Expires: 90;refresher={refresher}"));
    found
}

#[test]
fn an_interval_without_a_refresh_says_how_to_refresh() {
    let found = about_the_timer("uac", &[sent(200.0, "MESSAGE", 2)]);
    assert_eq!(found.code, "session-timer/no-refresh");
    assert_eq!(found.message, "the session interval of `90` s ran out without a refresh by the client");
    assert!(found.help.contains("at half of the interval"));
    assert_eq!(found.related, [format!("MESSAGE {IDENTITY} SIP/2.0")]);
}

#[test]
fn an_interval_that_the_server_let_run_out_names_the_bye() {
    let found = about_the_timer("uas", &[sent(200.0, "MESSAGE", 2)]);
    assert_eq!(found.code, "session-timer/no-bye");
    assert!(found.message.contains("did not send BYE by then"));
    assert!(found.help.contains("RFC 4028 10 itself only recommends it"));
}

#[test]
fn a_refresh_that_came_late_is_called_late() {
    let update = sent(150.0, "UPDATE", 2);
    let found = about_the_timer("uac", &[update.clone(), update.reply(150.1, "200 OK", "")]);
    assert_eq!(found.code, "session-timer/refresh-too-late");
    assert!(found.message.contains("the refresh came only after"));
    assert_eq!(found.related, ["SIP/2.0 200 OK"]);
}

#[test]
fn a_refused_refresh_is_shown() {
    let update = sent(45.0, "UPDATE", 2);
    let small = update.reply(45.1, "422 Session Interval Too Small", "");
    let found = about_the_timer("uac", &[update, small, sent(200.0, "MESSAGE", 3)]);
    assert_eq!(found.code, "session-timer/refresh-refused");
    assert!(found.message.contains("the only refresh was refused"));
    assert!(found.help.contains("after a 422"));
    assert_eq!(found.related[0], "SIP/2.0 422 Session Interval Too Small");
}

#[test]
fn what_the_client_refuses_of_the_server_is_no_refused_refresh_of_its_own() {
    let update = to_bob().peer_sends(45.0, "UPDATE", "b", 1);
    let refusal = update.reply(45.1, "500 Server Internal Error", "");
    let found = about_the_timer("uac", &[update, refusal, sent(200.0, "MESSAGE", 2)]);
    assert_eq!(found.code, "session-timer/no-refresh");
}

#[test]
fn where_nothing_followed_the_200_the_finding_points_there_alone() {
    // Another session shows that the capture went on.
    let later = super::flow::invite(200.0, "two", BOB);
    let [first, answer, _] = started("uac");
    let outcome = super::said::outcome(&[first, answer, later], NO_IMS);
    let said = super::said::session_of("one", outcome);
    assert!(said.found(TIMER).related.is_empty(), "{:?}", said.found(TIMER));
}

#[test]
fn a_missing_replaces_is_not_called_misspelt() {
    let context = "{ims: none, scenarios: {one: extension}}";
    let list = |invite: Msg| session(&[invite], context).codes("6.2.1.5-8");
    let extending = super::flow::to_conference(0.0, "one", &[BOB]);
    assert_eq!(list(extending.clone()), ["replaces/missing"]);
    assert_eq!(list(extending.row("Replace", "x;to-tag=a;from-tag=b")), ["replaces/misspelt"]);
}
