//! What the client sends in a dialog, against what it was told there: methods and target.

use super::NO_IMS;
use super::flow::{ALICE, BEYOND, BOB, CAROL, IDENTITY, Msg, SERVER, to_bob, to_conference};
use super::said::{Said, outcome, session, session_of};

const METHODS: &str = "6.2.1.2-ok1";
const TARGET: &str = "6.2.1.2-ok2";

/// The call with that Allow in its 200, and what follows.
fn allowed(allow: &str, more: &[Msg]) -> Said {
    let first = to_bob();
    let answer = first.accepted(0.5, "b").set("Allow", allow);
    session(&[&[first.clone(), answer, first.acked(0.6, "b")], more].concat(), NO_IMS)
}

fn sent(seconds: f64, start: &str, cseq: u32) -> Msg {
    to_bob().inside(seconds, start, "b", cseq)
}

#[test]
fn ack_and_bye_prove_nothing_of_the_methods() {
    let bye = sent(9.0, &format!("BYE {IDENTITY}"), 2);
    allowed("INVITE, UPDATE", &[bye]).is(&[(METHODS, "inconclusive")]).fails(&[]);
}

#[test]
fn a_re_invite_shows_the_methods_were_heeded_where_update_is_not_listed() {
    let reinvite =
        sent(5.0, &format!("INVITE {IDENTITY}"), 2).row("Contact", &format!("<{}>", super::flow::ALICE_AT));
    let flow = [reinvite.clone(), reinvite.accepted(5.1, "b"), sent(5.2, &format!("ACK {IDENTITY}"), 2)];
    let of = |allow: &str| {
        let flow = [flow[0].clone(), flow[1].clone().set("Allow", allow), flow[2].clone()];
        allowed(allow, &flow).of_clause(METHODS)
    };
    assert_eq!(of("INVITE, ACK, CANCEL, BYE"), "pass");
    assert_eq!(of("INVITE, ACK, CANCEL, BYE, UPDATE"), "inconclusive");
    let options = sent(5.0, &format!("OPTIONS {IDENTITY}"), 2);
    assert_eq!(allowed("INVITE, OPTIONS", &[options]).of_clause(METHODS), "inconclusive");
}

/// Whether the finding about that request says that the server had asked for it.
fn is_excused(more: &[Msg]) -> bool {
    let help = &allowed("INVITE, ACK, CANCEL, BYE", more).found(METHODS).help.clone();
    assert!(help.contains("the server asked") || help.contains("send in a dialog only"), "{help}");
    help.contains("the server asked")
}

#[test]
fn a_notify_that_the_server_asked_for_is_excused() {
    let notify = sent(6.0, &format!("NOTIFY {IDENTITY}"), 2);
    let peer = |seconds: f64, method: &str, tag: &str| to_bob().peer_sends(seconds, method, tag, 1);
    for method in ["REFER", "SUBSCRIBE"] {
        assert!(is_excused(&[peer(5.0, method, "b"), notify.clone()]), "{method}");
        // Asked for later, or in another dialog.
        assert!(!is_excused(&[notify.clone(), peer(7.0, method, "b")]), "{method}");
        assert!(!is_excused(&[peer(5.0, method, "c"), notify.clone()]), "{method}");
    }
    assert!(!is_excused(&[peer(5.0, "MESSAGE", "b"), notify.clone()]));
    assert!(!is_excused(&[notify]));
    let info = sent(6.0, &format!("INFO {IDENTITY}"), 2);
    assert!(!is_excused(&[peer(5.0, "REFER", "b"), info]));
}

#[test]
fn a_prack_that_the_server_asked_for_is_excused() {
    let first = to_bob();
    let progress = first
        .reply(0.2, "183 Session Progress", "b")
        .row("Contact", &format!("<{IDENTITY}>"))
        .row("Allow", "INVITE, ACK, CANCEL, BYE");
    let prack = sent(0.3, &format!("PRACK {IDENTITY}"), 2);
    let help = |progress: Msg| {
        session(&[first.clone(), progress, prack.clone()], NO_IMS).found("6.2.1.1-r1").help.clone()
    };
    assert!(help(progress.clone().row("Require", "100rel").row("RSeq", "1")).contains("the server asked"));
    assert!(!help(progress).contains("the server asked"));
}

#[test]
fn the_help_for_a_second_unlisted_method_is_the_common_one() {
    let refer = to_bob().peer_sends(5.0, "REFER", "b", 1);
    let notify = |seconds: f64, cseq: u32| sent(seconds, &format!("NOTIFY {IDENTITY}"), cseq);
    let said = allowed("INVITE, ACK, CANCEL, BYE", &[refer, notify(6.0, 2), notify(7.0, 3)]);
    let excused: Vec<_> = said.findings.iter().map(|found| found.help.contains("the server asked")).collect();
    assert_eq!(excused, [true, false]);
}

#[test]
fn without_its_invite_the_200_still_tells_the_target() {
    let mark = |message: Msg| message.row("User-Agent", "IM-client/OMA1.0");
    let flow = |target: &str| [to_bob().accepted(0.5, "b"), mark(sent(0.6, &format!("ACK {target}"), 1))];
    session(&flow(IDENTITY), NO_IMS).is(&[(TARGET, "pass")]);
    session(&flow("sip:other@im.example.org"), NO_IMS).is(&[(TARGET, "fail")]);
    let lone = session(&[mark(sent(0.6, &format!("ACK {IDENTITY}"), 1))], NO_IMS);
    assert_eq!(lone.reason(TARGET), "neither the INVITE nor its responses were captured");
}

#[test]
fn a_call_that_still_rings_leaves_open_what_the_200_will_tell() {
    let ringing = to_bob().reply(0.2, "180 Ringing", "b").row("Contact", &format!("<{IDENTITY}>"));
    let said = session(&[to_bob(), ringing], NO_IMS);
    for clause in [METHODS, TARGET, "6.2.1.1-ok1"] {
        said.is(&[(clause, "inconclusive")]);
        assert_eq!(said.reason(clause), "no final response to the INVITE was captured");
    }
}

#[test]
fn only_an_accepted_target_refresh_brings_another_target() {
    let other = "sip:new@im.example.org";
    let request = |start: &str| sent(5.0, &format!("{start} {IDENTITY}"), 2);
    let contact = format!("<{other}>");
    let answers = [
        (request("UPDATE"), "200 OK", "inconclusive"),
        (request("UPDATE"), "488 Not Acceptable Here", "fail"),
        (request("MESSAGE"), "200 OK", "fail"),
    ];
    for (request, status, verdict) in answers {
        let start = request.method().to_owned();
        let answer = request.reply(5.1, status, "").row("Contact", &contact);
        let bye = |target: &str| sent(9.0, &format!("BYE {target}"), 3);
        let flow = |target: &str| [request.clone(), answer.clone(), bye(target)];
        let said = allowed("INVITE, UPDATE, MESSAGE", &flow("sip:third@im.example.org"));
        assert_eq!(said.of_clause(TARGET), verdict, "{start} {status}");
        let followed = if verdict == "fail" { "fail" } else { "pass" };
        let said = allowed("INVITE, UPDATE, MESSAGE", &flow(other));
        assert_eq!(said.of_clause(TARGET), followed, "{start} {status}");
    }
}

#[test]
fn the_target_is_compared_as_a_uri() {
    for (contact, uri, verdict) in [
        ("sip:sess@im.example.org", "sip:sess@IM.Example.ORG", "pass"),
        ("sip:sess@im.example.org?Subject=chat", "sip:sess@im.example.org", "pass"),
        ("sip:sess@im.example.org;method=INVITE", "sip:sess@im.example.org", "pass"),
        ("sip:sess@im.example.org", "sip:Sess@im.example.org", "fail"),
    ] {
        let first = to_bob();
        let answer = first.reply(0.5, "200 OK", "b").row("Contact", &format!("<{contact}>"));
        let flow = [first, answer, sent(0.6, &format!("ACK {uri}"), 1)];
        assert_eq!(session(&flow, NO_IMS).of_clause(TARGET), verdict, "{contact}: {uri}");
    }
}

#[test]
fn behind_a_loose_router_the_last_route_is_no_target() {
    let first = to_bob();
    let answer = first.accepted(0.5, "b").row("Record-Route", "<sip:loose.example.com;lr>");
    let ack = sent(0.6, "ACK sip:loose.example.com", 1).row("Route", &format!("<{IDENTITY}>"));
    session(&[first, answer, ack], NO_IMS).is(&[(TARGET, "fail")]);
}

#[test]
fn a_subscription_of_the_client_counts_by_address_or_by_name() {
    let first = to_conference(1.0, "one", &[BOB]);
    let verdict = |from: &str, user: &str| {
        let subscribe = Msg::request(2.0, &format!("SUBSCRIBE {IDENTITY}"), "sub", 1)
            .way(from, SERVER)
            .set("From", &format!("<{user}>;tag=s"))
            .row("Event", "conference;x=y");
        let flow = [first.clone(), first.accepted(1.5, "b"), subscribe];
        session_of("one", outcome(&flow, "{ims: none, scenarios: {one: ad-hoc}}")).of_clause("6.2.1.3-ok2")
    };
    assert_eq!(verdict("192.0.2.10:5099", ALICE), "pass");
    assert_eq!(verdict("192.0.2.10:5099", CAROL), "pass");
    assert_eq!(verdict(BEYOND, ALICE), "pass");
    assert_eq!(verdict(BEYOND, CAROL), "inconclusive");
}

#[test]
fn a_retry_whose_invite_was_lost_is_known_by_its_200() {
    let first = to_bob();
    let challenge = first.reply(0.1, "401 Unauthorized", "x");
    let second = first.again(0.2, 2);
    let flow = [
        first.clone(),
        challenge.clone(),
        first.refusal_acked(&challenge),
        second.accepted(0.5, "b"),
        second.acked(0.6, "b"),
    ];
    session(&flow, NO_IMS).is(&[(TARGET, "pass")]);
}

#[test]
fn a_re_invite_of_a_dialog_whose_beginning_was_lost_is_no_retry() {
    let first = to_bob();
    let challenge = first.reply(0.1, "401 Unauthorized", "x");
    let reinvite = sent(5.0, &format!("INVITE {IDENTITY}"), 3);
    let flow = [first.clone(), challenge.clone(), first.refusal_acked(&challenge), reinvite];
    session(&flow, NO_IMS).is(&[("6.2.1.2-1", "pass")]);
}
