//! The example of `docs/fuzzing.md` finds the mistake that the page says it finds, and the strategies give
//! what they promise.

#![cfg(all(feature = "rsip", feature = "proptest"))]

mod composing;
#[expect(dead_code, reason = "the test calls what `main` prints")]
#[path = "../examples/fuzz_a_builder.rs"]
mod fuzz_a_builder;

use composing::judged;
use proptest::prelude::*;
use sipclause::compose::{Fault, Mixed, SipAddress, strategy};
use sipclause::message::Message;
use sipclause::verdict::Verdict;

#[test]
fn the_example_finds_its_mistake_and_shrinks_it_to_what_the_page_shows() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fuzzing.md")).unwrap();
    let found = fuzz_a_builder::fuzz().expect("the builder has a mistake");
    assert!(page.contains(found.trim_end()), "docs/fuzzing.md does not show:\n{found}");
    let lines = include_str!("../examples/fuzz_a_builder.rs").lines().count();
    assert!(lines < 40 && page.contains(&format!("{lines} lines")), "the example has {lines} lines");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn messages_and_flows_conform(message in strategy::messages(), flow in strategy::flows()) {
        let verdicts = sipclause::judge(&message);
        prop_assert!(verdicts.conforms().is_ok(), "{verdicts}");
        let (scenario, verdicts) = judged(&flow).expect("it is judged");
        prop_assert_eq!(scenario, flow.scenario.name());
        prop_assert!(verdicts.values().all(|(verdict, _)| *verdict != Verdict::Fail));
    }

    #[test]
    fn faulty_flows_fail_what_their_fault_breaks((flow, fault) in strategy::faulty_flows()) {
        let (_, verdicts) = judged(&flow).expect("it is judged");
        for clause in Fault::of_scenario(&fault.breaks, flow.scenario) {
            prop_assert_eq!(verdicts[clause].0, Verdict::Fail, "{} {}", fault.name, clause);
        }
    }

    #[test]
    fn rewritten_flows_have_the_same_verdicts((plain, other) in strategy::rewritten_flows()) {
        let verdicts = |flow| -> Vec<_> {
            judged(flow).expect("it is judged").1.into_iter().map(|(id, (verdict, _))| (id, verdict)).collect()
        };
        prop_assert_eq!(verdicts(&plain), verdicts(&other));
    }

    #[test]
    fn hostile_texts_are_judged_without_panic(text in strategy::hostile_texts()) {
        let verdicts = sipclause::judge(&text);
        prop_assert!(!verdicts.to_string().is_empty());
    }

    #[test]
    fn values_are_what_builders_may_be_given(
        name in strategy::display_names(),
        address in strategy::addresses(),
        boundary in strategy::boundaries(),
        interval in strategy::intervals(),
        methods in strategy::methods(),
        offer in strategy::offers(),
    ) {
        prop_assert!(name.chars().all(|letter| !letter.is_control()));
        prop_assert!(SipAddress::new(address.to_string()).is_ok());
        prop_assert!(Mixed::new(boundary).is_ok());
        prop_assert!(interval >= 90);
        prop_assert!(methods.to_string().starts_with("INVITE, ACK, CANCEL, BYE"));
        let sdp = sipclause::message::body::sdp::Sdp::parse(offer.as_bytes());
        prop_assert!(sdp.is_sound() && sdp.msrp().count() == 1, "{offer}");
    }
}

#[test]
fn a_message_strategy_gives_initial_invites() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    runner
        .run(&strategy::messages(), |bytes| {
            let message = Message::split(&bytes);
            prop_assert!(message.is("INVITE"), "{}", String::from_utf8_lossy(&bytes));
            Ok(())
        })
        .unwrap();
}
