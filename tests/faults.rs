//! Every fault breaks the clauses that it names, and no other, in random flows of every scenario.

mod composing;

use std::collections::{BTreeMap, BTreeSet};

use composing::{Verdicts, judged};
use sipclause::books::oma_im::BOOK;
use sipclause::compose::{Choices, Composed, Fault, Plan};
use sipclause::session::Scenario;
use sipclause::verdict::Verdict;

/// Random flows of each scenario; `SIPCLAUSE_FLOWS` asks for more.
fn flows() -> u64 {
    std::env::var("SIPCLAUSE_FLOWS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// Flows of a scenario in which every fault of it can be made at least once.
const MOST: u64 = 200;

/// What the fault does to the verdicts of this scenario otherwise than it says.
fn surprises(fault: &Fault, scenario: Scenario, before: &Verdicts, after: &Verdicts) -> Vec<String> {
    let named = |clauses: &[&'static str]| -> BTreeSet<_> { Fault::of_scenario(clauses, scenario).collect() };
    let (broken, doubts, lapses) =
        (named(&[&fault.breaks[..], &fault.twins[..]].concat()), named(&fault.doubts), named(&fault.lapses));
    let mut surprises = Vec::new();
    for (id, (verdict, reason)) in after {
        let old = before[id].0;
        // A clause that did not apply before cannot become doubtful; one in doubt stays so.
        let wanted = if broken.contains(id) {
            Verdict::Fail
        } else if doubts.contains(id) && old == Verdict::Pass {
            Verdict::Inconclusive
        } else if lapses.contains(id) {
            Verdict::NotApplicable
        } else {
            old
        };
        if *verdict != wanted {
            surprises.push(format!(
                "{} goes from {} to {} instead of {}: {reason}",
                id,
                old.name(),
                verdict.name(),
                wanted.name()
            ));
        }
    }
    surprises
}

#[test]
fn every_fault_breaks_its_clauses_and_no_other() {
    let faults = Fault::all();
    let mut made: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut wrong: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for scenario in Scenario::ALL {
        for seed in 0..flows().max(MOST) {
            // After those asked for, only what has not been made yet is tried.
            let wanted =
                |fault: &&Fault| seed < flows() || !made.contains_key(&(fault.name, scenario.name()));
            let left: Vec<_> = faults.iter().filter(|fault| fault.is_of(scenario)).filter(wanted).collect();
            if left.is_empty() {
                break;
            }
            let good = Plan::draw(scenario, &mut Choices::seeded(seed)).compose().unwrap();
            let (_, before) = judged(&good).expect("a composed flow is judged");
            for fault in left {
                let Ok(faulty) = fault.make_in(&good) else { continue };
                *made.entry((fault.name, scenario.name())).or_default() += 1;
                let key = |what: &str| format!("{} in {}: {what}", fault.name, scenario.name());
                match judged(&faulty) {
                    None => {
                        wrong.entry(key("the session is not judged any more")).or_insert((0, seed)).0 += 1;
                    }
                    Some((_, after)) => {
                        for surprise in surprises(fault, scenario, &before, &after) {
                            wrong.entry(key(&surprise)).or_insert((0, seed)).0 += 1;
                        }
                    }
                }
            }
        }
    }
    println!("{} faults, made {} times", faults.len(), made.values().sum::<u64>());
    for fault in &faults {
        for scenario in Scenario::ALL.iter().filter(|scenario| fault.is_of(**scenario)) {
            if !made.contains_key(&(fault.name, scenario.name())) {
                wrong.insert(
                    format!("{} could be made in no flow of {}", fault.name, scenario.name()),
                    (0, 0),
                );
            }
        }
    }
    let lines: Vec<_> = wrong
        .iter()
        .map(|(what, (times, seed))| format!("{what} ({times} times, first seed {seed})"))
        .collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}

#[test]
fn the_names_of_faults_differ_and_their_clauses_exist() {
    let ids: BTreeSet<_> = BOOK.clauses().map(|clause| clause.id.0).collect();
    let mut names = BTreeSet::new();
    for fault in Fault::all() {
        assert!(names.insert(fault.name), "{} is there twice", fault.name);
        assert!(
            fault.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
        assert!(
            !fault.breaks.is_empty() && !fault.steps.is_empty() && !fault.scenarios.is_empty(),
            "{}",
            fault.name
        );
        for id in [&fault.breaks, &fault.twins, &fault.doubts, &fault.lapses].into_iter().flatten() {
            assert!(ids.contains(id), "{} names {id}", fault.name);
        }
        for scenario in Scenario::ALL.into_iter().filter(|scenario| fault.is_of(*scenario)) {
            assert!(
                Fault::of_scenario(&fault.breaks, scenario).next().is_some(),
                "{} {}",
                fault.name,
                scenario.name()
            );
        }
    }
}

/// Composed flows are what they are by their seed alone.
#[test]
fn a_seed_makes_the_same_flow_again() {
    let draw =
        |seed| -> Composed { Plan::draw(Scenario::AdHoc, &mut Choices::seeded(seed)).compose().unwrap() };
    assert_eq!(draw(7).flow, draw(7).flow);
    assert_ne!(draw(7).flow, draw(8).flow);
}
