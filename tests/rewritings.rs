//! Verdicts do not change when the same thing is written or carried in another way: random flows of every
//! scenario, and the flows of the vectors.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod composing;

use std::collections::BTreeSet;
use std::num::NonZeroU16;
use std::path::Path;

use composing::{Judged, Verdicts, judged, keep, policy};
use proptest::prelude::*;
use sipclause::books::oma_im::BOOK;
use sipclause::capture::Transport;
use sipclause::compose::{
    Carriage, Choices, Composed, FileFormat, Flow, Order, Plan, Rewriting, Tunnel, Wire,
};
use sipclause::message::headers::NameAddr;
use sipclause::message::{Message, Name};
use sipclause::run::run;
use sipclause::session::Scenario;
use sipclause::source::Time;
use sipclause::vector::Vector;

/// Choices that shrink towards the plain.
fn choices() -> impl Strategy<Value = Choices> {
    prop::collection::vec(any::<u32>(), 0..300).prop_map(Choices::tape)
}

fn flow() -> impl Strategy<Value = Composed> {
    (prop::sample::select(&Scenario::ALL[..]), choices())
        .prop_map(|(scenario, mut choices)| Plan::draw(scenario, &mut choices).compose().unwrap())
}

/// The good flows of one clause of each scenario, and of an IMS session.
fn shipped() -> Vec<Composed> {
    let clauses = ["6.2.1.1-1", "6.2.1.1-ims", "6.2.1.1-ok1", "6.2.1.3-3", "6.2.1.4-2", "6.2.1.5-8"];
    let composed = |clause: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("vectors/oma_im/{clause}.yaml"));
        let good = Vector::load(&path).unwrap().good.unwrap();
        Composed {
            flow: Flow::load(&good.flow).unwrap(),
            session: good.session.expect("the vectors name their session"),
            scenario: Scenario::OneToOne,
            context: good.block.context,
        }
    };
    clauses.into_iter().map(composed).collect()
}

/// The addresses that its REGISTERs register.
fn registered(flow: &Flow) -> BTreeSet<Vec<u8>> {
    let registers = flow.messages.iter().filter(|message| message.bytes.starts_with(b"REGISTER"));
    let contact = |bytes| {
        let message = Message::split(bytes);
        NameAddr::first(&message, Name::Contact).unwrap().unwrap().uri.to_vec()
    };
    registers.map(|message| contact(&message.bytes)).collect()
}

/// The same of an input of bytes: text or a capture.
fn judged_input(input: &[u8], composed: &Composed) -> Option<Judged> {
    let mut found = None;
    run("input", input, &policy(composed), &BOOK, &mut |judgement| keep(judgement, composed, &mut found))
        .expect("it is a capture or text");
    found
}

fn verdicts(composed: &Composed) -> Verdicts {
    let (_, verdicts) = judged(composed).expect("the session is judged");
    verdicts
}

/// Clauses whose verdict differs, with both reasons.
fn differing(one: &Verdicts, other: &Verdicts) -> Vec<String> {
    let differ =
        one.iter().filter(|(id, (verdict, _))| other.get(*id).is_none_or(|(other, _)| other != verdict));
    differ.map(|(id, was)| format!("{id}: {was:?} becomes {:?}", other.get(id))).collect()
}

fn assert_same(one: &Composed, flow: Flow) -> Result<(), TestCaseError> {
    let other = Composed { flow, ..one.clone() };
    let differing = differing(&verdicts(one), &verdicts(&other));
    let text = || {
        other.flow.messages.iter().map(|message| String::from_utf8_lossy(&message.bytes)).collect::<String>()
    };
    prop_assert!(differing.is_empty(), "{differing:#?}\n{}", text());
    Ok(())
}

fn assert_same_input(one: &Composed, input: &[u8], how: &str) -> Result<(), TestCaseError> {
    let other = judged_input(input, one).map(|(_, verdicts)| verdicts).unwrap_or_default();
    let differing = differing(&verdicts(one), &other);
    prop_assert!(differing.is_empty(), "{how}: {differing:#?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn spelling_and_order_of_headers_change_no_verdict(composed in flow(), mut choices in choices()) {
        assert_same(&composed, composed.flow.rewritten(Rewriting::HEADERS, &mut choices))?;
    }

    #[test]
    fn boundary_preamble_epilogue_and_order_of_parts_change_no_verdict(composed in flow(), mut choices in choices()) {
        assert_same(&composed, composed.flow.rewritten(Rewriting::MULTIPART, &mut choices))?;
    }

    #[test]
    fn spelling_of_the_shipped_flows_changes_no_verdict(mut choices in choices()) {
        for composed in shipped() {
            assert_same(&composed, composed.flow.rewritten(Rewriting::ALL, &mut choices))?;
        }
    }

    #[test]
    fn retransmissions_change_no_verdict(composed in flow(), mut choices in choices()) {
        assert_same(&composed, composed.flow.repeated(&mut choices))?;
    }

    #[test]
    fn sessions_of_others_in_between_change_no_verdict(composed in flow(), other in flow(), later in 0..5000_i64) {
        // Two clients do not draw the same words for their Call-IDs.
        let call_ids = |flow: &Flow| -> BTreeSet<Vec<u8>> {
            let split = |bytes| Message::split(bytes).first(Name::CallId).unwrap_or_default().to_vec();
            flow.messages.iter().map(|message| split(&message.bytes)).collect()
        };
        prop_assume!(call_ids(&composed.flow).is_disjoint(&call_ids(&other.flow)));
        // Nor is it the same client: that would be its next registration, which changes its Route.
        prop_assume!(registered(&composed.flow).is_disjoint(&registered(&other.flow)));
        // A capture that goes on for longer shows more of what did not happen: it ends with the session.
        let (first, last) = (composed.flow.messages[0].time.unwrap(), composed.flow.messages.last().unwrap().time);
        let mut mixed = Flow::interleaved([
            composed.flow.clone(),
            other.flow.starting_at(Time(first.0 + later * 1_000_000)),
        ]);
        mixed.messages.retain(|message| message.time <= last);
        assert_same(&composed, mixed)?;
    }

    #[test]
    fn line_ends_of_a_text_file_change_no_verdict(composed in flow()) {
        let text = composed.flow.to_sip().unwrap();
        let lf: Vec<u8> = text.iter().copied().filter(|&byte| byte != b'\r').collect();
        let crlf: Vec<u8> = lf.split(|&byte| byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
        assert_same_input(&composed, &text, "as written")?;
        assert_same_input(&composed, &crlf, "CRLF throughout")?;
        assert_same_input(&composed, &lf, "LF throughout")?;
    }

    #[test]
    fn framing_of_packets_changes_no_verdict(
        composed in flow(),
        size in 1..1500_u16,
        format in prop::sample::select(&[FileFormat::Pcap, FileFormat::PcapNanoseconds, FileFormat::Pcapng][..]),
        tunnel in prop::sample::select(&Tunnel::ALL[..]),
        order in prop_oneof![Just(Order::InOrder), Just(Order::Reversed), any::<u64>().prop_map(|seed| Order::Shuffled { seed })],
    ) {
        for transport in [Transport::Udp, Transport::Tcp, Transport::Sctp] {
            // What stands in a Via about the transport is another matter: only the framing is looked at.
            let mut carried = composed.clone();
            carried.flow.messages.iter_mut().for_each(|message| message.transport = Some(transport));
            let carriages = match transport {
                Transport::Tcp => [Carriage::Tcp { segment: None }, Carriage::Tcp { segment: NonZeroU16::new(size) }],
                Transport::Sctp => [Carriage::Sctp { fragment: None }, Carriage::Sctp { fragment: NonZeroU16::new(size) }],
                _ => [Carriage::Udp { mtu: None }, Carriage::Udp { mtu: Some(size.max(80)) }],
            };
            for carriage in carriages {
                let wire = Wire { format, carriage, order, tunnel };
                let capture = wire.to_bytes(&carried.flow).unwrap();
                assert_same_input(&carried, &capture, &format!("{wire:?}"))?;
            }
        }
    }
}
