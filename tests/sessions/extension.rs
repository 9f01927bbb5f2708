//! 6.2.1.5: the INVITE that extends a session, and the session it names.

use super::NO_IMS;
use super::flow::{
    ALICE, ALICE_AT, BOB, CAROL, CLIENT, IDENTITY, Msg, SERVER, list_of, to_bob, to_conference,
};
use super::said::{Outcome, Said, outcome, outcome_with_loss, session, session_of};

const CR: &str = "{ims: none, conference_factory_uris: ['sip:factory@im.example.com']}";
pub(super) const LATER: &str = "{ims: none, profile: oma-ts, next_hops: ['198.51.100.9'], \
    conference_factory_uris: ['sip:factory@im.example.com']}";
const RCS: &str = "{ims: none, profile: rcs, conference_factory_uris: ['sip:factory@im.example.com']}";

/// Both parties have spoken: the dialog `one` with the tags `a` and `b`.
pub(super) fn established() -> Vec<Msg> {
    let first = to_bob();
    vec![first.clone(), first.accepted(0.5, "b"), first.acked(0.6, "b")]
}

/// The INVITE of the call `two`, at 10 s.
pub(super) fn extending(users: &[&str]) -> Msg {
    let invite = to_conference(10.0, "two", users);
    invite.set("From", &format!("<{ALICE}>;tag=e"))
}

pub(super) fn naming(to_tag: &str, from_tag: &str) -> Msg {
    extending(&[BOB, CAROL]).row("Replaces", &format!("one;to-tag={to_tag};from-tag={from_tag}"))
}

fn ended(seconds: f64) -> Msg {
    to_bob().inside(seconds, &format!("BYE {IDENTITY}"), "b", 2)
}

#[track_caller]
pub(super) fn two(outcome: Outcome) -> Said {
    let said = session_of("two", outcome);
    assert_eq!(said.scenario, "extension");
    said
}

#[test]
fn an_extension_of_a_live_session_passes_by_the_later_text() {
    let flow = [established(), vec![naming("b", "a")]].concat();
    let passed = ["6.2.1.5-1", "6.2.1.5-2", "6.2.1.5-3", "6.2.1.5-8", "6.2.1.5-9"];
    two(outcome(&flow, LATER)).is(&passed.map(|clause| (clause, "pass"))).fails(&[]);
}

#[test]
fn the_change_request_contradicts_itself_about_the_existing_dialog() {
    let flow = [established(), vec![naming("b", "a")]].concat();
    two(outcome(&flow, CR)).is(&[("6.2.1.5-8", "pass"), ("6.2.1.5-9", "inconclusive")]).fails(&[]);
}

#[test]
fn swapped_or_unknown_tags_fail() {
    for (to_tag, from_tag) in [("a", "b"), ("b", "z")] {
        let flow = [established(), vec![naming(to_tag, from_tag)]].concat();
        two(outcome(&flow, LATER)).is(&[("6.2.1.5-8", "fail")]);
    }
}

#[test]
fn the_end_of_a_dialog_counts_only_before_the_extension() {
    let before = [established(), vec![ended(9.0), naming("b", "a")]].concat();
    let after = [established(), vec![naming("b", "a"), ended(12.0)]].concat();
    for (context, alive) in [(LATER, "pass"), (CR, "inconclusive")] {
        let verdicts = |ninth| [("6.2.1.5-8", "pass"), ("6.2.1.5-3", "pass"), ("6.2.1.5-9", ninth)];
        two(outcome(&before, context)).is(&verdicts("fail"));
        two(outcome(&after, context)).is(&verdicts(alive));
    }
}

#[test]
fn a_refused_re_invite_ends_no_dialog() {
    let reinvite = to_bob().inside(5.0, &format!("INVITE {IDENTITY}"), "b", 2);
    let refusal = reinvite.reply(5.1, "488 Not Acceptable Here", "");
    let flow = [established(), vec![reinvite, refusal, naming("b", "a")]].concat();
    two(outcome(&flow, LATER)).is(&[("6.2.1.5-8", "pass"), ("6.2.1.5-9", "pass")]);
}

#[test]
fn a_dialog_accepted_under_the_tag_of_its_refusal_lives() {
    let first = to_bob();
    let ringing = first.reply(0.05, "180 Ringing", "b").row("Contact", &format!("<{IDENTITY}>"));
    let challenge = first.reply(0.1, "401 Unauthorized", "b");
    let second = first.again(0.2, 2);
    let flow = [
        first.clone(),
        ringing,
        challenge.clone(),
        first.refusal_acked(&challenge),
        second.clone(),
        second.accepted(0.5, "b"),
        second.acked(0.6, "b"),
        naming("b", "a"),
    ];
    two(outcome(&flow, LATER)).is(&[("6.2.1.5-8", "pass"), ("6.2.1.5-9", "pass")]);
}

/// A call that rang and was refused, with its ACK.
fn refused() -> Vec<Msg> {
    let first = to_bob();
    let busy = first.reply(0.6, "486 Busy Here", "b");
    let ringing = first.reply(0.5, "180 Ringing", "b").row("Contact", &format!("<{IDENTITY}>"));
    vec![first.clone(), ringing, busy.clone(), first.refusal_acked(&busy)]
}

#[test]
fn a_refused_call_is_no_live_dialog() {
    let flow = [refused(), vec![naming("b", "a")]].concat();
    for context in [LATER, CR] {
        two(outcome(&flow, context)).is(&[("6.2.1.5-8", "pass"), ("6.2.1.5-9", "fail")]);
    }
}

#[test]
fn the_party_of_a_refused_call_in_the_list_makes_no_extension() {
    let flow = [refused(), vec![extending(&[BOB, CAROL])]].concat();
    assert_eq!(session_of("two", outcome(&flow, NO_IMS)).scenario, "ad-hoc");
    let flow = [established(), vec![extending(&[BOB, CAROL])]].concat();
    assert_eq!(session_of("two", outcome(&flow, NO_IMS)).scenario, "extension");
}

#[test]
fn a_session_that_was_not_captured_leaves_the_pair_open() {
    two(outcome(&[naming("b", "a")], LATER)).is(&[
        ("6.2.1.5-3", "inconclusive"),
        ("6.2.1.5-8", "inconclusive"),
        ("6.2.1.5-9", "inconclusive"),
    ]);
}

#[test]
fn a_list_without_the_ongoing_user_or_without_another_fails() {
    for users in [&[CAROL, "sip:dave@example.org"][..], &[BOB]] {
        let named = extending(users).row("Replaces", "one;to-tag=b;from-tag=a");
        two(outcome(&[established(), vec![named]].concat(), LATER)).fails(&["6.2.1.5-3"]);
    }
}

#[test]
fn nobody_can_be_told_from_an_anonymous_peer() {
    let anonymous = "sip:anonymous@anonymous.invalid";
    let called = to_bob()
        .way(SERVER, CLIENT)
        .start(&format!("INVITE {} SIP/2.0", ALICE_AT))
        .set("Via", &format!("SIP/2.0/TCP {SERVER};branch=z9hG4bK-called"))
        .set("From", &format!("<{anonymous}>;tag=p"))
        .set("To", &format!("<{ALICE}>"))
        .set("Contact", &format!("<{IDENTITY}>"));
    let ack = called.acked(0.6, "mine").way(SERVER, CLIENT);
    let answer = called.reply(0.5, "200 OK", "mine").row("Contact", "<sip:alice@192.0.2.10:5060>");
    let context =
        "{ims: none, clients: ['192.0.2.10'], conference_factory_uris: ['sip:factory@im.example.com']}";
    let replaces = "one;to-tag=p;from-tag=mine";
    let open = extending(&[BOB, CAROL]).row("Replaces", replaces);
    let hidden = open.clone().set("From", &format!("\"Anonymous\" <{anonymous}>;tag=e")).row("Privacy", "id");
    for invite in [open, hidden] {
        let flow = [called.clone(), answer.clone(), ack.clone(), invite];
        two(outcome(&flow, context))
            .is(&[("6.2.1.5-8", "pass"), ("6.2.1.5-3", "inconclusive"), ("6.2.1.5-9", "inconclusive")])
            .fails(&[]);
    }
}

#[test]
fn the_client_that_was_called_swaps_nothing() {
    let called = to_bob()
        .way(SERVER, CLIENT)
        .start(&format!("INVITE {} SIP/2.0", ALICE_AT))
        .set("Via", &format!("SIP/2.0/TCP {SERVER};branch=z9hG4bK-called"))
        .set("From", &format!("<{BOB}>;tag=p"))
        .set("To", &format!("<{ALICE}>"))
        .set("Contact", &format!("<{IDENTITY}>"));
    let answer = called.reply(0.5, "200 OK", "mine").row("Contact", "<sip:alice@192.0.2.10:5060>");
    let ack = called.acked(0.6, "mine").way(SERVER, CLIENT);
    for (tags, verdict) in [("to-tag=p;from-tag=mine", "pass"), ("to-tag=mine;from-tag=p", "fail")] {
        let invite = extending(&[BOB, CAROL]).row("Replaces", &format!("one;{tags}"));
        let flow = [called.clone(), answer.clone(), ack.clone(), invite];
        two(outcome(&flow, LATER)).is(&[("6.2.1.5-8", verdict)]);
    }
}

#[test]
fn a_loss_leaves_open_which_dialog_is_named_and_whether_it_lives() {
    let ringing = to_bob().reply(0.5, "180 Ringing", "b").row("Contact", &format!("<{IDENTITY}>"));
    let lost_fork = outcome_with_loss(&[to_bob(), ringing], &[naming("of-the-fork", "a")], LATER);
    two(lost_fork).is(&[("6.2.1.5-8", "inconclusive"), ("6.2.1.5-9", "inconclusive")]);
    let lost_bye = outcome_with_loss(&established(), &[naming("b", "a")], LATER);
    two(lost_bye).is(&[("6.2.1.5-8", "pass"), ("6.2.1.5-9", "inconclusive")]);
}

#[test]
fn replaces_belongs_into_the_entry_of_the_ongoing_user() {
    let escaped = "?Replaces=one%3Bto-tag%3Db%3Bfrom-tag%3Da";
    let own = extending(&[&format!("{BOB}{escaped}"), CAROL]);
    let foreign = extending(&[BOB, &format!("{CAROL}{escaped}")]);
    for (invite, verdict) in [(own, "pass"), (foreign, "fail")] {
        two(outcome(&[established(), vec![invite]].concat(), LATER)).is(&[("6.2.1.5-8", verdict)]);
    }
}

#[test]
fn only_rcs_accepts_the_session_uri() {
    let invite =
        extending(&[&format!("{BOB};method=INVITE?Session-Replaces=sip%3Asess%40im.example.org"), CAROL]);
    let flow = [established(), vec![invite]].concat();
    for (context, verdict) in [(RCS, "pass"), (CR, "fail")] {
        two(outcome(&flow, context)).is(&[("6.2.1.5-8", verdict)]);
    }
}

#[test]
fn the_misspelt_header_fails() {
    let invite = extending(&[BOB, CAROL]).row("Replace", "one;to-tag=b;from-tag=a");
    two(outcome(&[established(), vec![invite]].concat(), LATER)).is(&[("6.2.1.5-8", "fail")]);
}

#[test]
fn an_extension_with_a_single_body_fails_its_own_multipart_clause_by_the_later_text() {
    let invite = extending(&[])
        .row("Replaces", "one;to-tag=b;from-tag=a")
        .set("Content-Type", "application/resource-lists+xml")
        .row("Content-Disposition", "recipient-list")
        .body(&list_of(&[BOB, CAROL]));
    two(outcome(&[established(), vec![invite]].concat(), LATER))
        .is(&[("6.2.1.5-6", "fail"), ("6.2.1.1-7", "not-applicable")]);
}

#[test]
fn an_invite_inside_the_dialog_passes_the_ninth_item_and_fails_the_first() {
    let context =
        "{ims: none, scenarios: {one: extension}, conference_factory_uris: ['sip:factory@im.example.com']}";
    // The list alone makes it the extension too; then it fails for want of Replaces.
    for (invite, eighth) in [(naming("b", "a"), "pass"), (extending(&[BOB, CAROL]), "fail")] {
        let inside = invite
            .set("Call-ID", "one")
            .set("From", &format!("<{ALICE}>;tag=a"))
            .set("To", &format!("<{BOB}>;tag=b"))
            .set("CSeq", "2 INVITE");
        let ack = to_bob().inside(10.6, &format!("ACK {IDENTITY}"), "b", 2);
        let flow = [established(), vec![inside.clone(), inside.accepted(10.5, "b"), ack]].concat();
        session(&flow, context).is(&[
            ("6.2.1.5-1", "fail"),
            ("6.2.1.5-2", "pass"),
            ("6.2.1.5-8", eighth),
            ("6.2.1.5-9", "pass"),
        ]);
    }
}

#[test]
fn a_refresh_inside_the_dialog_is_no_extension_because_the_scenario_is_forced() {
    let refresh = to_bob()
        .inside(5.0, &format!("INVITE {IDENTITY}"), "b", 2)
        .row("Contact", "<sip:alice@192.0.2.10:5060>");
    let flow = [established(), vec![refresh.clone(), refresh.reply(5.1, "200 OK", "")]].concat();
    session(&flow, "{ims: none, scenarios: {one: extension}}").is(&[("6.2.1.5-1", "pass")]);
}

#[test]
fn of_a_fork_the_dialog_with_those_tags_is_meant() {
    let first = to_bob();
    let dialog =
        |tag: &str| [first.accepted(0.5, tag), first.inside(0.6, &format!("ACK {IDENTITY}"), tag, 1)];
    let own_bye = first.inside(9.0, &format!("BYE {IDENTITY}"), "x", 2);
    let peer_bye = first.peer_sends(9.0, "BYE", "x", 1);
    for bye in [own_bye, peer_bye] {
        let start = [vec![first.clone()], dialog("y").to_vec(), dialog("x").to_vec(), vec![bye]].concat();
        for (tag, verdict) in [("x", "fail"), ("y", "pass")] {
            let flow = [start.clone(), vec![naming(tag, "a")]].concat();
            two(outcome(&flow, LATER)).is(&[("6.2.1.5-8", "pass"), ("6.2.1.5-9", verdict)]);
        }
    }
}

#[test]
fn a_dialog_that_was_never_confirmed_is_no_ongoing_session_yet() {
    let ringing = to_bob().reply(0.5, "180 Ringing", "b").row("Contact", &format!("<{IDENTITY}>"));
    two(outcome(&[to_bob(), ringing, naming("b", "a")], LATER))
        .is(&[("6.2.1.5-8", "pass"), ("6.2.1.5-9", "inconclusive")]);
}
