//! Faults where they can be made, and where what they would change is missing.

use super::*;
use crate::capture::Transport;
use crate::compose::{Choices, Plan};
use crate::message::Message;
use crate::session::context::Ims;

/// The plainest flow of a scenario: UDP, IPv4, a token as boundary, no IMS, no anonymity, accepted at once.
fn plain(scenario: Scenario) -> Composed {
    Plan::draw(scenario, &mut Choices::tape(Vec::new())).compose().unwrap()
}

/// A random flow of this sort.
fn drawn(scenario: Scenario, is_it: impl Fn(&Composed) -> bool) -> Composed {
    (0..1000)
        .map(|seed| Plan::draw(scenario, &mut Choices::seeded(seed)).compose().unwrap())
        .find(is_it)
        .expect("one of so many flows is of this sort")
}

#[track_caller]
fn refused(name: &str, composed: &Composed, because: &str) {
    let error = Fault::named(name).unwrap().make_in(composed).expect_err(name);
    assert!(error.to_string().contains(because), "{error}");
}

#[track_caller]
fn invite(name: &str, composed: &Composed) -> String {
    let faulty = Fault::named(name).unwrap().make_in(composed).unwrap();
    let at = Scene::of(composed).messages(Target::Invites)[0];
    String::from_utf8_lossy(&faulty.flow.messages[at].bytes).into_owned()
}

#[test]
fn a_fault_is_refused_where_its_text_is_missing() {
    let flow = plain(Scenario::OneToOne);
    refused("privacy-none", &flow, "there is no Privacy to set");
    refused("privacy-missing", &flow, "changes nothing");
    refused("session-expires-below-min-se", &flow, "there is no Min-SE to set");
    refused("boundary-half-quoted", &flow, "no Content-Type row holds");
    refused("sdp-disposition-render", &flow, "does not stand there");
    refused("path-insecure-over-tls", &flow, "does not stand there");
    refused("path-address-without-brackets", &flow, "does not stand there");
    refused("rtpmap-missing", &flow, "no line of the body begins with `a=rtpmap:97`");
    refused("allow-without-accepted-method", &flow, "nothing in the flow is {accepted}");
    refused("retry-cseq-not-raised", &flow, "the client invites once");
}

#[test]
fn a_fault_is_refused_in_another_scenario() {
    refused("list-not-required", &plain(Scenario::OneToOne), "it is none of one-to-one");
    refused("body-bare-sdp", &plain(Scenario::AdHoc), "it is none of ad-hoc");
    refused("list-invitee-replaced", &plain(Scenario::Extension), "it is none of extension");
}

#[test]
fn circumstances_are_seen_to_or_refused() {
    let udp = drawn(Scenario::OneToOne, |flow| flow.flow.messages[0].transport == Some(Transport::Udp));
    refused("content-length-missing-over-tcp", &udp, "it is not sent over a stream");
    let ims = drawn(Scenario::OneToOne, |flow| flow.context.ims != Ims::None);
    refused("contact-tel", &ims, "the core is an IMS");
    let good = plain(Scenario::AdHoc);
    let most = good.context.max_adhoc_group_size.unwrap();
    let context = |name| Fault::named(name).unwrap().make_in(&good).unwrap().context;
    assert_eq!(context("list-maximum-outdated").max_adhoc_group_size, Some(most - 1));
    assert_eq!(context("list-invitee-unexpected").max_adhoc_group_size, Some(most + 1));
    assert!(context("list-inviter-not-counted").count_inviter);
    assert!(context("list-one-too-many").expected_invitees.is_empty());
    let mut unknown = good;
    unknown.context.max_adhoc_group_size = None;
    refused("list-maximum-outdated", &unknown, "no maximum is configured");
}

#[test]
fn what_the_flow_says_is_filled_in() {
    let flow = plain(Scenario::AdHoc);
    let path = invite("path-in-brackets", &flow);
    assert!(
        path.contains("a=path:<msrp://192.0.2.10:2855/aaaaaaaaaaaaaaaa") && path.contains(";tcp>\r\n"),
        "{path}"
    );
    let many = invite("list-one-too-many", &flow);
    assert!(many.contains("<entry uri=\"sip:extra0@example.org\"/></list>"), "{many}");
    let prefixed = drawn(Scenario::AdHoc, |flow| Scene::of(flow).fill("{xml}") == Ok("rl:".to_owned()));
    assert!(
        invite("list-one-too-many", &prefixed)
            .contains("<rl:entry uri=\"sip:extra0@example.org\"/></rl:list>")
    );
}

#[test]
fn content_length_follows_the_body_unless_it_is_the_mistake() {
    let flow = plain(Scenario::OneToOne);
    let announced = |text: &str| {
        let message = Message::split(text.as_bytes());
        (message.content_length(), message.body().len() as u64)
    };
    let (said, there) = announced(&invite("path-twice", &flow));
    assert_eq!(said, Some(there));
    let (said, there) = announced(&invite("content-length-before-last-line-end", &flow));
    assert_eq!(said, Some(there - 2));
}
