//! What `compose` builds is SIP and SDP, as the RFCs ask where no clause of ours looks.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::collections::{BTreeMap, BTreeSet};

use sipclause::capture::Transport;
use sipclause::compose::{Choices, Composed, FlowMessage, Plan};
use sipclause::message::body::{Bodies, sdp::Sdp};
use sipclause::message::headers::{CSeq, CallId, NameAddr, Via};
use sipclause::message::{Message, Name};
use sipclause::session::Scenario;

/// Random flows of each scenario.
const FLOWS: u64 = 200;

fn each(mut look: impl FnMut(&str, &Composed)) {
    for scenario in Scenario::ALL {
        for seed in 0..FLOWS {
            let composed = Plan::draw(scenario, &mut Choices::seeded(seed)).compose().unwrap();
            look(&format!("{} --seed {seed}", scenario.name()), &composed);
        }
    }
}

/// The message, Call-ID, CSeq number and method, tags of From and To.
type Read<'m> = (Message<'m>, Vec<u8>, u32, Vec<u8>, [Option<Vec<u8>>; 2]);

fn read(flow: &FlowMessage) -> Read<'_> {
    let message = Message::split(&flow.bytes);
    let call = CallId::of(&message).unwrap().unwrap().0.to_vec();
    let (number, method) = {
        let cseq = CSeq::of(&message).unwrap().unwrap();
        (cseq.number, cseq.method.to_vec())
    };
    let tag = |name| NameAddr::first(&message, name).unwrap().unwrap().tag().map(<[u8]>::to_vec);
    let tags = [tag(Name::From), tag(Name::To)];
    (message, call, number, method, tags)
}

/// RFC 3261 8.2.6.2.
#[test]
fn all_responses_to_a_request_but_100_have_one_to_tag() {
    each(|name, composed| {
        let mut tags: BTreeMap<_, Option<Vec<u8>>> = BTreeMap::new();
        for flow in &composed.flow.messages {
            let (message, call, number, method, [_, to]) = read(flow);
            if message.status().is_some_and(|status| status > 100) {
                assert!(to.is_some(), "{name}: a response without a To tag");
                let first = tags.entry((call, number, method)).or_insert_with(|| to.clone());
                assert_eq!(*first, to, "{name}");
            }
        }
    });
}

/// RFC 3261 12.2.1.1: each side counts its requests one by one.
#[test]
fn requests_of_a_side_are_numbered_without_gaps() {
    each(|name, composed| {
        let mut last: BTreeMap<_, u32> = BTreeMap::new();
        for flow in &composed.flow.messages {
            let (message, call, number, method, [from, _]) = read(flow);
            if message.status().is_some() || method == b"ACK" || method == b"CANCEL" {
                continue;
            }
            if let Some(before) = last.insert((call, from), number) {
                assert_eq!(number, before + 1, "{name}: {}", String::from_utf8_lossy(&method));
            }
        }
    });
}

/// RFC 3264 6 and 8: an answer has the sections and transports of its offer; what changes has a new version.
#[test]
fn answers_fit_their_offers_and_versions_tell_changes() {
    each(|name, composed| {
        let mut offers: BTreeMap<_, Vec<Vec<u8>>> = BTreeMap::new();
        let mut origins: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        for flow in &composed.flow.messages {
            let (message, call, number, method, _) = read(flow);
            let bodies = Bodies::of(&message);
            let Some(part) = bodies.sdp_parts().next() else { continue };
            let sdp = Sdp::parse(&part.content);
            assert!(sdp.is_sound(), "{name}");
            let text = part.content.to_vec();
            let known = origins.entry(sdp.origin().unwrap().value.to_vec()).or_insert_with(|| text.clone());
            assert_eq!(*known, text, "{name}: the same o= says something else");
            let protos: Vec<_> = sdp.media.iter().map(|media| media.proto().to_vec()).collect();
            if method == b"INVITE" && message.status().is_none() {
                offers.insert((call, number), protos);
            } else if method == b"INVITE" {
                assert_eq!(offers[&(call, number)], protos, "{name}");
            }
        }
    });
}

/// RFC 4975 8.3: no two sessions share a path.
#[test]
fn every_session_has_paths_of_its_own() {
    each(|name, composed| {
        let mut paths: BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>> = BTreeMap::new();
        for flow in &composed.flow.messages {
            let (message, call, ..) = read(flow);
            let text = message.body();
            for line in text.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"a=path:")) {
                paths.entry(line.to_vec()).or_default().insert(call.clone());
            }
        }
        assert!(paths.values().all(|calls| calls.len() == 1), "{name}");
    });
}

/// RFC 3261 18.1.1 and 18.2.2.
#[test]
fn datagrams_are_short_and_answers_go_to_the_port_of_sent_by() {
    each(|name, composed| {
        for flow in composed.flow.messages.iter().filter(|flow| flow.transport == Some(Transport::Udp)) {
            assert!(flow.bytes.len() <= 1300, "{name}: {} bytes", flow.bytes.len());
            let message = Message::split(&flow.bytes);
            let top = Via::parse(message.values(Name::Via).next().unwrap()).unwrap();
            if message.status().is_some() {
                assert_eq!(flow.to.unwrap().port(), top.port.unwrap_or(5060), "{name}");
            }
        }
    });
}

/// RFC 3891 6.2, RFC 3262 3, RFC 4028 9.
#[test]
fn option_tags_and_methods_agree() {
    each(|name, composed| {
        for flow in &composed.flow.messages {
            let message = Message::split(&flow.bytes);
            let supports = |option| message.lists_token(Name::Supported, option);
            assert!(!message.has(Name::Replaces) || supports("replaces"), "{name}");
            let invite = message.is("INVITE") && message.has(Name::Allow);
            assert!(!(invite && supports("100rel")) || message.lists_token(Name::Allow, "PRACK"), "{name}");
            let accepts =
                message.status() == Some(200) && message.has(Name::Contact) && message.has(Name::Supported);
            let by_server = accepts && message.has(Name::Server);
            assert!(!by_server || !supports("timer") || message.has(Name::SessionExpires), "{name}");
        }
    });
}
