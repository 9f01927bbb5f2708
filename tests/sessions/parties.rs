//! Who is who in a session that is extended: by identity, by address, by number.

use super::extension::{LATER, established, extending, naming, two};
use super::flow::{ALICE, ALICE_AT, BOB, CAROL, CLIENT, IDENTITY, Msg, SERVER, to_bob};
use super::said::{outcome, session_of};

/// A call to the client, accepted by it under the tag `mine`.
fn called_by(user: &str) -> Vec<Msg> {
    let called = to_bob()
        .way(SERVER, CLIENT)
        .start(&format!("INVITE {ALICE_AT} SIP/2.0"))
        .set("Via", &format!("SIP/2.0/TCP {SERVER};branch=z9hG4bK-called"))
        .set("From", &format!("<{user}>;tag=p"))
        .set("To", &format!("<{ALICE}>"))
        .set("Contact", &format!("<{IDENTITY}>"));
    let answer = called.reply(0.5, "200 OK", "mine").row("Contact", "<sip:alice@192.0.2.10:5060>");
    let ack = called.acked(0.6, "mine").way(SERVER, CLIENT);
    vec![called, answer, ack]
}

#[test]
fn a_list_with_the_caller_of_a_live_session_makes_an_extension() {
    let context = "{ims: none, clients: ['192.0.2.10']}";
    for (users, scenario) in [([BOB, CAROL], "extension"), ([CAROL, "sip:dave@example.org"], "ad-hoc")] {
        for session in [called_by(BOB), established()] {
            let flow = [session, vec![extending(&users)]].concat();
            assert_eq!(session_of("two", outcome(&flow, context)).scenario, scenario, "{users:?}");
        }
    }
}

#[test]
fn the_identity_tells_the_sides_though_the_address_changed() {
    let moved = |replaces: &str| naming("b", "a").set("Replaces", replaces).way("192.0.2.77:5060", SERVER);
    for (replaces, verdict) in [("one;to-tag=b;from-tag=a", "pass"), ("one;to-tag=a;from-tag=b", "fail")] {
        two(outcome(&[established(), vec![moved(replaces)]].concat(), LATER)).is(&[("6.2.1.5-8", verdict)]);
    }
    for (replaces, verdict) in
        [("one;to-tag=p;from-tag=mine", "pass"), ("one;to-tag=mine;from-tag=p", "fail")]
    {
        two(outcome(&[called_by(BOB), vec![moved(replaces)]].concat(), LATER)).is(&[("6.2.1.5-8", verdict)]);
    }
}

#[test]
fn the_address_tells_the_sides_of_an_anonymous_sender() {
    let hidden = |replaces: &str, from: &str| {
        let anonymous = "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=e";
        naming("b", "a")
            .set("Replaces", replaces)
            .set("From", anonymous)
            .row("Privacy", "id")
            .way(from, SERVER)
    };
    for (replaces, from, verdict) in [
        ("one;to-tag=b;from-tag=a", CLIENT, "pass"),
        ("one;to-tag=a;from-tag=b", CLIENT, "fail"),
        ("one;to-tag=b;from-tag=a", "192.0.2.77:5060", "inconclusive"),
    ] {
        let flow = [established(), vec![hidden(replaces, from)]].concat();
        two(outcome(&flow, LATER)).is(&[("6.2.1.5-8", verdict)]);
    }
    let flow = [called_by(BOB), vec![hidden("one;to-tag=p;from-tag=mine", CLIENT)]].concat();
    two(outcome(&flow, LATER)).is(&[("6.2.1.5-8", "pass")]);
}

#[test]
fn a_telephone_number_cannot_be_compared_with_a_sip_address() {
    let number = "tel:+15550001";
    let session_with = |user: &str| {
        let first = super::flow::invite(0.0, "one", user);
        vec![first.clone(), first.accepted(0.5, "b"), first.acked(0.6, "b")]
    };
    for (user, users, verdict) in [
        (number, [CAROL, "sip:dave@example.org"], "inconclusive"),
        (number, [CAROL, "tel:+15550002"], "inconclusive"),
        (number, ["tel:+15550002", "tel:+15550003"], "fail"),
        (number, [number, CAROL], "pass"),
        (BOB, ["tel:+15550002", "tel:+15550003"], "inconclusive"),
        (BOB, [CAROL, "tel:+15550002"], "inconclusive"),
        (BOB, [CAROL, "sip:dave@example.org"], "fail"),
    ] {
        let invite = extending(&users).row("Replaces", "one;to-tag=b;from-tag=a");
        let flow = [session_with(user), vec![invite]].concat();
        assert_eq!(two(outcome(&flow, LATER)).of_clause("6.2.1.5-3"), verdict, "{user} {users:?}");
    }
}

#[test]
fn the_asserted_identity_of_the_callee_names_it() {
    let first = to_bob();
    let answer =
        first.accepted(0.5, "b").row("P-Asserted-Identity", "<sip:robert@example.org>, <tel:+15550001>");
    for entry in ["sip:robert@example.org", "tel:+15550001", BOB] {
        let invite = extending(&[entry, CAROL]).row("Replaces", "one;to-tag=b;from-tag=a");
        let flow = [first.clone(), answer.clone(), first.acked(0.6, "b"), invite];
        assert_eq!(two(outcome(&flow, LATER)).of_clause("6.2.1.5-3"), "pass", "{entry}");
    }
}
