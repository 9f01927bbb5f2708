//! What on the wire belongs to instant messaging, and whose it is.

use std::slice;

use super::NO_IMS;
use super::flow::{
    ALICE, BEYOND, BOB, CAROL, CLIENT, FACTORY, Msg, SERVER, invite, list_of, to_bob, to_conference,
};
use super::said::{Outcome, outcome, outcome_of_bare, outcome_on_the_wire, session_of};

/// An INVITE of a telephone: no mark of instant messaging.
fn telephone(call_id: &str) -> Msg {
    invite(0.0, call_id, BOB)
        .without("Accept-Contact")
        .without("User-Agent")
        .set("Contact", "<sip:alice@192.0.2.10:5060>")
        .set("Content-Type", "application/sdp")
        .body("v=0\no=a 1 1 IN IP4 192.0.2.10\ns=-\nc=IN IP4 192.0.2.10\nt=0 0\nm=audio 4000 RTP/AVP 0\n")
}

/// Sessions judged, sessions without a mark, sessions of others.
fn counts(outcome: &Outcome) -> (usize, u64, u64) {
    (outcome.sessions.len(), outcome.skipped.sessions_not_im, outcome.skipped.sessions_of_others)
}

#[test]
fn on_the_wire_a_session_is_judged_for_any_im_mark() {
    for agent in ["telephone/1.0", "IM-clien", "x"] {
        let plain = telephone("one").row("User-Agent", agent);
        assert_eq!(counts(&outcome_on_the_wire(&[plain], NO_IMS)), (0, 1, 0), "{agent}");
    }
    let list = |kind: &str, body: &str| telephone("one").set("Content-Type", kind).body(body);
    let in_parts =
        format!("--b\nContent-Type: application/resource-lists+xml\n\n{}\n--b--\n", list_of(&[BOB]));
    let marked = [
        telephone("one").set("Contact", "<sip:alice@192.0.2.10:5060>;+g.oma.sip-im"),
        telephone("one").row("Accept-Contact", "*;+g.oma.sip-im.large-message"),
        telephone("one").row("User-Agent", "acme im-client/OMA1.0"),
        telephone("one").row("Server", "im-serv/OMA1.0"),
        list("application/resource-lists+xml", &list_of(&[BOB])),
        list("multipart/mixed;boundary=b", &in_parts),
        telephone("one").body("v=0\no=a 1 1 IN IP4 192.0.2.10\ns=-\nt=0 0\nm=message 4000 TCP/X *\n"),
        telephone("one").body("v=0\no=a 1 1 IN IP4 192.0.2.10\ns=-\nt=0 0\nm=x 4000 TCP/MSRP *\n"),
    ];
    for invite in marked {
        let outcome = outcome_on_the_wire(slice::from_ref(&invite), NO_IMS);
        assert_eq!(outcome.skipped.sessions_not_im, 0, "{}", invite.wire());
    }
    let plain = list("text/plain", "resource-lists are no text");
    assert_eq!(outcome_on_the_wire(&[plain], NO_IMS).sessions.len(), 0);
}

#[test]
fn a_configured_target_is_a_mark() {
    for context in [
        format!("{{ims: none, conference_factory_uris: ['{BOB}']}}"),
        format!("{{ims: none, pre_established_groups: ['{BOB}']}}"),
        "{ims: none, user_agent_release: 'acme/1'}".to_owned(),
    ] {
        let by_target = outcome_on_the_wire(&[telephone("one").row("User-Agent", "x/2 acme/1")], &context);
        assert_eq!(by_target.sessions.len(), 1, "{context}");
    }
    let other = format!("{{ims: none, conference_factory_uris: ['{FACTORY}']}}");
    assert_eq!(outcome_on_the_wire(&[telephone("one")], &other).sessions.len(), 0);
}

#[test]
fn a_live_telephone_call_is_no_session_to_extend() {
    let call = telephone("one");
    let later = |scenario: &str, first: &Msg| {
        let list = to_conference(10.0, "two", &[BOB, CAROL]).set("From", &format!("<{ALICE}>;tag=e"));
        let inside = |seconds, start, cseq| first.inside(seconds, start, "b", cseq);
        // It lives on behind the INVITE with the list.
        let after = inside(12.0, "INFO sip:x", 2);
        let flow = [first.clone(), first.reply(0.5, "200 OK", "b"), inside(0.6, "ACK sip:x", 1), list, after];
        assert_eq!(session_of("two", outcome_on_the_wire(&flow, NO_IMS)).scenario, scenario);
    };
    later("ad-hoc", &call);
    later("extension", &to_bob());
}

#[test]
fn sessions_of_others_are_counted_apart_from_those_without_a_mark() {
    let context = "{ims: none, clients: ['203.0.113.0/24']}";
    assert_eq!(counts(&outcome_on_the_wire(&[telephone("one")], context)), (0, 1, 0));
    assert_eq!(counts(&outcome_on_the_wire(&[to_bob()], context)), (0, 0, 1));
    assert_eq!(counts(&outcome(&[to_bob()], context)), (0, 0, 1));
}

#[test]
fn a_session_of_others_without_its_invite_is_theirs() {
    let first = to_bob();
    let flow = [
        first.accepted(0.5, "b").row("Server", "IM-serv/OMA1.0"),
        first.acked(0.6, "b").row("User-Agent", "IM-client/OMA1.0"),
    ];
    for (clients, counted) in
        [("192.0.2.0/24", (1, 0, 0)), ("203.0.113.0/24", (0, 0, 1)), (ALICE, (1, 0, 0)), (CAROL, (0, 0, 1))]
    {
        let context = format!("{{ims: none, clients: ['{clients}']}}");
        assert_eq!(counts(&outcome(&flow, &context)), counted, "{clients}");
    }
    // A text without addresses cannot tell whose it is.
    assert_eq!(counts(&outcome_of_bare(&flow, &format!("{{ims: none, clients: ['{CAROL}']}}"))).0, 1);
    // The client that was called has its tag in To.
    let called = format!("{{ims: none, clients: ['{BOB}']}}");
    assert_eq!(
        session_of("one", outcome_of_bare(&flow, &called)).user_agent.as_deref(),
        Some("IM-serv/OMA1.0")
    );
}

#[test]
fn several_via_values_without_a_sign_of_a_client_are_the_servers() {
    let copy = to_bob().passed_on(SERVER, BEYOND);
    assert_eq!(counts(&outcome(slice::from_ref(&copy), NO_IMS)), (1, 0, 0));
    assert_eq!(counts(&outcome(&[copy.without("User-Agent")], NO_IMS)), (0, 0, 1));
    assert_eq!(counts(&outcome(&[to_bob().without("User-Agent")], NO_IMS)), (1, 0, 0));
}

#[test]
fn an_asserted_identity_without_a_sign_of_a_client_is_the_servers() {
    let asserted = to_bob().row("P-Asserted-Identity", &format!("<{ALICE}>"));
    assert_eq!(counts(&outcome(slice::from_ref(&asserted), NO_IMS)), (1, 0, 0));
    let silent = asserted.without("User-Agent");
    assert_eq!(counts(&outcome(slice::from_ref(&silent), NO_IMS)), (0, 0, 1));
    let preferred = silent.row("P-Preferred-Identity", &format!("<{ALICE}>"));
    assert_eq!(counts(&outcome(&[preferred], NO_IMS)), (1, 0, 0));
}

#[test]
fn a_client_without_an_address_is_known_by_via_or_by_name() {
    let by_host = to_bob().set("Via", "SIP/2.0/TCP ua.example.com;branch=z9hG4bK-named");
    let cases = [
        (by_host.clone(), "'192.0.2.0/24'", 1, "nothing tells that it is not the client"),
        (by_host, "'sip:carol@example.org'", 0, "From is not Carol"),
        (to_bob(), "'192.0.2.10', 'sip:carol@example.org'", 1, "Via names the client"),
        (
            to_bob().set("Via", "SIP/2.0/TCP 192.0.2.10;branch=z9hG4bK-1"),
            "'192.0.2.10:5060', 'sip:c@d'",
            1,
            "5060",
        ),
    ];
    for (invite, clients, judged, why) in cases {
        let context = format!("{{ims: none, clients: [{clients}]}}");
        assert_eq!(outcome_of_bare(&[invite], &context).sessions.len(), judged, "{why}");
    }
    // With an address the range decides.
    assert_eq!(outcome(&[to_bob()], "{ims: none, clients: ['203.0.113.0/24']}").sessions.len(), 0);
}

#[test]
fn an_anonymous_client_is_known_by_its_preferred_identity() {
    let hidden =
        to_bob().set("From", "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a").row("Privacy", "id");
    let context = format!("{{ims: none, clients: ['{ALICE}']}}");
    assert_eq!(outcome(slice::from_ref(&hidden), &context).sessions.len(), 0);
    let preferred = hidden.row("P-Preferred-Identity", &format!("<{ALICE}>"));
    assert_eq!(outcome(slice::from_ref(&preferred), &context).sessions.len(), 1);
    // It names the sender, never the receiver.
    let received = preferred.way(SERVER, CLIENT).without("User-Agent");
    assert_eq!(outcome(&[received], &context).sessions.len(), 1);
}

#[test]
fn a_misspelt_method_is_meant_as_invite_where_cseq_says_so() {
    let named = |method: &str, cseq: &str| {
        to_bob().start(&format!("{method} {BOB} SIP/2.0")).set("CSeq", &format!("1 {cseq}"))
    };
    assert_eq!(outcome(&[named("INVTE", "INVITE")], NO_IMS).sessions[0].of_clause("6.2.1.1-0"), "fail");
    for (method, cseq) in [("MESSAGE", "INVITE"), ("OPTIONS", "INVITE"), ("INVTE", "INVTE")] {
        let outcome = outcome(&[named(method, cseq)], NO_IMS);
        assert_eq!(outcome.sessions.len(), 0, "{method} with {cseq}");
    }
}

#[test]
fn the_user_agent_of_a_session_is_the_clients() {
    let of = |flow: &[Msg]| session_of("one", outcome(flow, NO_IMS)).user_agent;
    let answer = to_bob().accepted(0.5, "b").row("Server", "IM-serv/OMA1.0").row("User-Agent", "server");
    assert_eq!(of(&[to_bob(), answer.clone()]).as_deref(), Some("IM-client/OMA1.0 acme/2.1"));
    // Another message of the client tells where the INVITE does not.
    let ack = to_bob().acked(0.6, "b").row("User-Agent", "acme/2.1");
    let flow = [to_bob().without("User-Agent"), answer, ack];
    assert_eq!(of(&flow).as_deref(), Some("acme/2.1"));
    assert_eq!(of(&flow[..2]), None);
    // A response of the client has a Server header.
    let message = to_bob().peer_sends(5.0, "MESSAGE", "b", 1);
    let flow = [
        flow[0].clone(),
        flow[1].clone(),
        message.clone(),
        message.reply(5.1, "200 OK", "").row("Server", "ua/1"),
    ];
    assert_eq!(of(&flow).as_deref(), Some("ua/1"));
}
