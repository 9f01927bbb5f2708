//! What `compose` builds passes every clause that applies.

mod composing;

use std::collections::{BTreeMap, BTreeSet};

use composing::judged;
use sipclause::books::oma_im::BOOK;
use sipclause::compose::{Choices, Plan};
use sipclause::session::Scenario;
use sipclause::verdict::Verdict;

/// Random flows of each scenario; `SIPCLAUSE_FLOWS` asks for more.
fn flows() -> u64 {
    std::env::var("SIPCLAUSE_FLOWS").ok().and_then(|text| text.parse().ok()).unwrap_or(300)
}

#[test]
fn random_flows_of_every_scenario_fail_no_clause() {
    let mut seen: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut wrong: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for scenario in Scenario::ALL {
        for seed in 0..flows() {
            let composed =
                Plan::draw(scenario, &mut Choices::seeded(seed)).compose().unwrap_or_else(|refused| {
                    panic!("{} {seed}: {refused}", scenario.name());
                });
            let Some((as_scenario, verdicts)) = judged(&composed) else {
                wrong.entry(format!("{} not judged", scenario.name())).or_insert((0, seed)).0 += 1;
                continue;
            };
            if as_scenario != scenario.name() {
                wrong.entry(format!("{} judged as {as_scenario}", scenario.name())).or_insert((0, seed)).0 +=
                    1;
            }
            for (id, (verdict, reason)) in &verdicts {
                seen.entry(id).or_default()[*verdict as usize] += 1;
                // What is composed is whole: nothing is doubtful because it was not there.
                let missing = *verdict == Verdict::Inconclusive
                    && ["not captured", "no final response", "no response"]
                        .iter()
                        .any(|what| reason.contains(what));
                if *verdict == Verdict::Fail || missing {
                    wrong.entry(format!("{} {id} {reason}", scenario.name())).or_insert((0, seed)).0 += 1;
                }
            }
        }
    }
    // The one that contradicts itself cannot pass by the letter of the text: `explain 6.2.1.5-9`.
    let can_pass =
        BOOK.clauses().filter(|clause| !clause.verdicts.pass.is_empty() && clause.id.0 != "6.2.1.5-9");
    for clause in can_pass {
        let passed = seen.get(clause.id.0).is_some_and(|counts| counts[Verdict::Pass as usize] > 0);
        assert!(passed, "{} passed in no flow: {:?}", clause.id, seen.get(clause.id.0));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// RFC 3261 8.2.6.2: a response repeats the CSeq of its request; 13.2.2.4: an ACK has the number of its INVITE.
#[test]
fn responses_and_acks_have_the_sequence_number_of_their_request() {
    use sipclause::message::headers::{CSeq, CallId, Via};
    use sipclause::message::{Message, Name};
    for scenario in Scenario::ALL {
        for seed in 0..flows() {
            let composed = Plan::draw(scenario, &mut Choices::seeded(seed)).compose().unwrap();
            let (mut asked, mut invited) = (BTreeSet::new(), BTreeSet::new());
            for flow in &composed.flow.messages {
                let message = Message::split(&flow.bytes);
                let cseq = CSeq::of(&message).unwrap().unwrap();
                let call = CallId::of(&message).unwrap().unwrap().0.to_vec();
                let via = message.values(Name::Via).next().unwrap();
                let branch = Via::parse(via).unwrap().branch().unwrap().to_vec();
                let transaction = (branch, cseq.number, cseq.method.to_vec());
                match message.method() {
                    Some(b"ACK") => {
                        assert!(invited.contains(&(call, cseq.number)), "{} {seed}", scenario.name())
                    }
                    Some(method) => {
                        assert!(method != b"INVITE" || invited.insert((call, cseq.number)));
                        asked.insert(transaction);
                    }
                    None => assert!(asked.contains(&transaction), "{} {seed}", scenario.name()),
                }
            }
        }
    }
}
