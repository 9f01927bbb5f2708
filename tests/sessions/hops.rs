//! The client's own hop among others, and whose INVITE it is.

use super::NO_IMS;
use super::flow::{BEYOND, BOB, CLIENT, IDENTITY, Msg, SERVER, to_bob};
use super::said::{outcome, outcome_of_bare, session};

/// The second leg of a B2BUA: one Via of its own, and what else `change` does.
fn second_leg(message: &Msg, change: impl Fn(Msg) -> Msg) -> Msg {
    let via = format!("SIP/2.0/TCP {SERVER};branch=z9hG4bK-far-{}", message.method());
    change(message.clone().way(SERVER, BEYOND).set("Via", &via))
}

#[test]
fn the_far_leg_of_a_b2bua_with_as_many_via_values_is_not_judged() {
    let first = to_bob();
    let far = second_leg(&first, |invite| invite.at(0.01).without("Accept-Contact"));
    let answer =
        |message: &Msg, seconds, contact: &str| message.reply(seconds, "200 OK", "b").row("Contact", contact);
    let flow = |acked_at: &str| {
        let ack = first.inside(0.4, &format!("ACK {acked_at}"), "b", 1);
        let far_ack = second_leg(&ack, |ack| ack.at(0.41).start("ACK sip:far@198.51.100.77 SIP/2.0"));
        [
            first.clone(),
            far.clone(),
            answer(&far, 0.3, "<sip:far@198.51.100.77>"),
            answer(&first, 0.31, "<sip:near@198.51.100.9>"),
            ack,
            far_ack,
        ]
    };
    session(&flow("sip:near@198.51.100.9"), NO_IMS)
        .is(&[("6.2.1.2-1", "pass"), ("6.2.1.2-ok2", "pass")])
        .fails(&[]);
    session(&flow("sip:far@198.51.100.77"), NO_IMS).fails(&["6.2.1.2-ok2"]);
}

#[test]
fn a_copy_of_a_b2bua_with_a_new_from_tag_is_no_attempt() {
    let copy = second_leg(&to_bob(), |invite| {
        invite
            .at(0.01)
            .set("From", "<sip:alice@example.com>;tag=of-the-b2bua")
            .without("Accept-Contact")
            .without("Session-Expires")
    });
    for context in [NO_IMS, "{ims: none, next_hops: ['198.51.100.9']}"] {
        session(&[to_bob(), copy.clone()], context).fails(&[]);
    }
}

#[test]
fn of_several_hops_the_one_with_the_fewest_via_values_counts() {
    let first = to_bob();
    let further = first.passed_on(SERVER, BEYOND).without("Accept-Contact").without("Session-Expires");
    let answer = first.accepted(0.5, "b");
    let further_answer = further.accepted(0.4, "b");
    let ack = first.acked(0.6, "b");
    let further_ack = ack.passed_on(SERVER, BEYOND);
    // A capture of two interfaces need not keep the order of the hops.
    let orders = [
        [&first, &further, &further_answer, &answer, &ack, &further_ack],
        [&further, &first, &answer, &further_answer, &further_ack, &ack],
    ];
    for order in orders {
        session(&order.map(Clone::clone), NO_IMS)
            .is(&[("6.2.1.1-1", "pass"), ("6.2.1.1-6", "pass"), ("6.2.1.2-ok2", "pass")])
            .fails(&[]);
    }
}

#[test]
fn the_clients_own_copy_counts_though_another_was_captured_before_it() {
    // Two interfaces, each with a clock of its own.
    let first = to_bob().at(0.1);
    let further = first.passed_on(SERVER, BEYOND).without("Accept-Contact").at(0.0);
    session(&[further, first], NO_IMS).is(&[("6.2.1.1-1", "pass")]).fails(&[]);
}

#[test]
fn without_addresses_copies_are_known_by_their_via_values() {
    let first = to_bob().without("Accept-Contact");
    let copies = [first.clone(), first.passed_on(SERVER, BEYOND)];
    let outcome = outcome_of_bare(&copies, NO_IMS);
    assert_eq!(outcome.sessions[0].codes("6.2.1.1-1"), ["accept-contact/missing"]);
}

#[test]
fn every_clause_is_asked_of_a_failover_to_another_server_too() {
    let first = to_bob();
    let refused = first.reply(0.1, "503 Service Unavailable", "x");
    let second = first.again(0.2, 1).way("192.0.2.10:5062", BEYOND).without("Accept-Contact");
    session(&[first, refused, second], NO_IMS).fails(&["6.2.1.1-1"]);
}

#[test]
fn on_a_further_hop_alone_what_a_proxy_may_change_is_inconclusive() {
    let further = to_bob().passed_on(SERVER, BEYOND).without("Accept-Contact").without("Session-Expires");
    session(&[further], "{ims: 3gpp}")
        .is(&[("6.2.1.1-1", "inconclusive"), ("6.2.1.1-6", "inconclusive"), ("6.2.1.1-ims", "inconclusive")])
        .fails(&[]);
}

#[test]
fn what_no_proxy_may_touch_fails_on_a_further_hop_too() {
    let further = to_bob().passed_on(SERVER, BEYOND).set("Supported", "replaces");
    session(&[further], NO_IMS).fails(&["6.2.1.1-5bis"]);
}

#[test]
fn the_destination_on_a_further_hop_says_nothing_of_the_clients() {
    let further = to_bob().passed_on(SERVER, BEYOND);
    let context =
        format!("{{ims: none, clients: ['{CLIENT}', 'sip:alice@example.com'], next_hops: ['198.51.100.9']}}");
    session(&[further], &context).is(&[("6.2.1.2-4", "inconclusive")]);
}

#[test]
fn the_destination_is_held_against_the_next_hops() {
    let context = "{ims: none, next_hops: ['198.51.100.9']}";
    session(&[to_bob()], context).is(&[("6.2.1.2-4", "pass")]);
    session(&[to_bob().way(CLIENT, BEYOND)], context).fails(&["6.2.1.2-4"]);
    session(&[to_bob()], NO_IMS).is(&[("6.2.1.2-4", "inconclusive")]);
}

#[test]
fn a_next_hop_by_name_with_port_is_the_host_of_a_route_without() {
    let routed = to_bob().row("Route", "<sip:pcscf.example.com;lr>");
    session(&[routed], "{ims: none, next_hops: ['sip:pcscf.example.com:5060']}").is(&[("6.2.1.2-4", "pass")]);
}

/// The IM Server's INVITE towards an invited client, without any other sign of it.
fn of_the_server() -> Msg {
    to_bob()
        .way(SERVER, "192.0.2.20:5060")
        .set("Via", &format!("SIP/2.0/TCP {SERVER};branch=z9hG4bK-of-the-server"))
        .set("Contact", &format!("<{IDENTITY}>;isfocus"))
        .without("Accept-Contact")
        .without("User-Agent")
        .start("INVITE sip:bob@192.0.2.20 SIP/2.0")
}

#[test]
fn the_servers_own_invite_is_no_subject_however_the_clients_are_named() {
    let asserted =
        of_the_server().row("P-Asserted-Identity", "<sip:alice@example.com>").row("Server", "IM-serv/OMA1.0");
    let cases = [
        (asserted.clone(), "{ims: none, clients: ['sip:alice@example.com']}"),
        (asserted.clone(), "{ims: none, clients: ['192.0.2.0/24']}"),
        (asserted, NO_IMS),
        (of_the_server(), "{ims: none, clients: ['192.0.2.0/24']}"),
        (of_the_server(), "{ims: none, next_hops: ['198.51.100.9']}"),
    ];
    for (invite, context) in cases {
        let outcome = outcome(&[invite], context);
        assert_eq!((outcome.sessions.len(), outcome.skipped.sessions_of_others), (0, 1), "{context}");
    }
}

#[test]
fn the_servers_own_invite_with_the_clients_user_agent_is_no_subject_either() {
    let copied = of_the_server()
        .row("User-Agent", "IM-client/OMA1.0 acme/2.1")
        .row("P-Asserted-Identity", "<sip:alice@example.com>");
    assert_eq!(outcome(&[copied], "{ims: none, next_hops: ['198.51.100.9']}").sessions.len(), 0);
}

#[test]
fn the_clients_invite_is_one_however_the_clients_are_named() {
    for clients in ["sip:alice@example.com", "192.0.2.0/24", "192.0.2.10", CLIENT] {
        session(&[to_bob()], &format!("{{ims: none, clients: ['{clients}']}}")).fails(&[]);
    }
    assert_eq!(outcome(&[to_bob()], &format!("{{ims: none, clients: ['{BOB}']}}")).sessions.len(), 0);
}
