//! Single headers of the INVITE, and what a lost end of them leaves open.

use super::NO_IMS;
use super::flow::{ALICE_AT, Msg, to_bob};
use super::said::{Said, outcome_of_bare, outcome_of_packets, session};

fn said(invite: Msg) -> Said {
    session(&[invite], NO_IMS)
}

/// The INVITE of which the capture lost what stands from there on.
fn cut(invite: &Msg, lost: &str) -> Said {
    let context = "{ims: none, scenarios: {one: one-to-one}}";
    outcome_of_packets(&[invite.cut_before(lost)], context).sessions.remove(0)
}

#[test]
fn what_stands_in_lost_headers_is_a_doubt_and_in_a_lost_body_none() {
    let without = to_bob().without("Accept-Contact").without("User-Agent");
    cut(&without, "Allow").is(&[("6.2.1.1-1", "inconclusive"), ("6.2.1.1-2", "inconclusive")]).fails(&[]);
    cut(&without, "a=accept-types").fails(&["6.2.1.1-1", "6.2.1.1-2"]);
}

#[test]
fn a_lost_content_type_is_a_doubt() {
    cut(&to_bob(), "Content-Type").is(&[("6.2.1.1-7", "inconclusive")]);
    let none = said(to_bob().without("Content-Type"));
    assert_eq!(none.codes("6.2.1.1-7"), ["content-type/not-multipart"]);
}

#[test]
fn a_lost_to_may_have_had_a_tag() {
    cut(&to_bob(), "To:").is(&[("6.2.1.2-1", "inconclusive")]);
    cut(&to_bob(), "Allow").is(&[("6.2.1.2-1", "pass")]);
    said(to_bob().without("To")).is(&[("6.2.1.2-1", "pass"), ("6.2.1.1-0", "fail")]);
}

#[test]
fn a_lost_privacy_leaves_the_wish_open() {
    cut(&to_bob(), "Allow").is(&[("6.2.1.1-5", "inconclusive")]);
    cut(&to_bob(), "a=accept-types").is(&[("6.2.1.1-5", "not-applicable")]);
}

#[test]
fn privacy_stands_once() {
    let twice = said(to_bob().row("Privacy", "id").row("Privacy", "header"));
    assert_eq!(twice.codes("6.2.1.1-5"), ["privacy/repeated"]);
}

#[test]
fn an_accept_contact_for_a_single_address_asks_nobody_else() {
    let single = to_bob().set("Accept-Contact", "<sip:bob@192.0.2.20>;+g.oma.sip-im;explicit");
    assert_eq!(said(single).codes("6.2.1.1-1"), ["accept-contact/not-star"]);
}

#[test]
fn the_tag_of_a_contact_belongs_to_the_header() {
    let contact = |value: &str| said(to_bob().set("Contact", value));
    let note = "the Contact has no angle brackets";
    let bare = contact("sip:alice@192.0.2.10:5060;+g.oma.sip-im");
    assert!(bare.is(&[("6.2.1.1-4", "pass")]).reason("6.2.1.1-4").contains(note));
    let bracketed = contact(&format!("<{ALICE_AT}>;+g.oma.sip-im"));
    assert!(!bracketed.is(&[("6.2.1.1-4", "pass")]).reason("6.2.1.1-4").contains(note));
    for value in ["+g.oma.sip-im=\"FALSE\"", "+g.oma.sip-im=\"#=1\""] {
        let negated = contact(&format!("<{ALICE_AT}>;{value}"));
        assert_eq!(negated.codes("6.2.1.1-4"), ["contact/tag-negated"], "{value}");
        assert_eq!(negated.found("6.2.1.1-4").at, value);
    }
}

#[test]
fn ninety_seconds_are_long_enough() {
    let codes = |value: &str| said(to_bob().set("Session-Expires", value)).codes("6.2.1.1-6");
    assert!(codes("90;refresher=uac").is_empty());
    assert_eq!(codes("89;refresher=uac"), ["session-expires/too-short"]);
    assert_eq!(codes("1800;refresher=\"uac\""), ["session-expires/refresher-quoted"]);
    assert_eq!(codes("1800;refresher=client"), ["session-expires/refresher-unknown"]);
}

#[test]
fn without_addresses_the_route_is_held_against_the_next_hops_with_their_ports() {
    let verdict = |route: &str| {
        let routed = to_bob().row("Route", &format!("<{route};lr>"));
        let outcome = outcome_of_bare(&[routed], "{ims: none, next_hops: ['198.51.100.9:5060']}");
        outcome.sessions[0].of_clause("6.2.1.2-4")
    };
    assert_eq!(verdict("sip:198.51.100.9"), "pass");
    assert_eq!(verdict("sip:198.51.100.9:5060"), "pass");
    assert_eq!(verdict("sip:198.51.100.9:5070"), "fail");
    assert_eq!(verdict("sip:198.51.100.7"), "fail");
    assert_eq!(verdict("sip:pcscf.example.com"), "inconclusive");
}

#[test]
fn a_group_without_wildcards_is_compared_as_a_uri() {
    let scenario = |uri: &str| {
        let context = "{ims: none, pre_established_groups: ['sip:friends@Groups.Example.com;transport=udp']}";
        session(&[super::flow::invite(0.0, "one", uri)], context).scenario
    };
    assert_eq!(scenario("sip:friends@groups.example.com;transport=UDP"), "pre-established");
    assert_eq!(scenario("sip:others@groups.example.com;transport=udp"), "one-to-one");
}
