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

/// What the fault does to the verdicts of this scenario otherwise than it says.
fn surprises(fault: &Fault, scenario: Scenario, before: &Verdicts, after: &Verdicts) -> Vec<String> {
    let named = |clauses: &[&'static str]| -> BTreeSet<_> { Fault::of_scenario(clauses, scenario).collect() };
    let (broken, doubts, lapses) =
        (named(&[&fault.breaks[..], &fault.twins[..]].concat()), named(&fault.doubts), named(&fault.lapses));
    let mut surprises = Vec::new();
    for (id, (verdict, reason)) in after {
        let old = before[id].0;
        // A clause that did not apply before cannot become doubtful, unless it asks what follows from a breach;
        // one in doubt stays so.
        let wanted = if broken.contains(id) {
            Verdict::Fail
        } else if doubts.contains(id) && (old == Verdict::Pass || id.ends_with("-notify")) {
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

/// What came of making faults in flows.
#[derive(Default)]
struct Outcome {
    /// Fault and scenario: how often it was made.
    made: BTreeMap<(&'static str, &'static str), u64>,
    /// What was wrong: how often, and the first seed.
    wrong: BTreeMap<String, (u64, u64)>,
}

impl Outcome {
    /// Makes these faults in the flow of that seed.
    fn take(&mut self, scenario: Scenario, seed: u64, faults: &[&Fault]) {
        let plan = Plan::draw(scenario, &mut Choices::seeded(seed));
        let good = plan.compose().expect("every plan that is drawn can be composed");
        let mut before = None;
        for fault in faults {
            let Ok(faulty) = fault.make_in(&good) else { continue };
            *self.made.entry((fault.name, scenario.name())).or_default() += 1;
            let before = before.get_or_insert_with(|| judged(&good).expect("a composed flow is judged").1);
            let surprises = match judged(&faulty) {
                None => vec!["the session is not judged any more".to_owned()],
                Some((_, after)) => surprises(fault, scenario, before, &after),
            };
            for surprise in surprises {
                let key = format!("{} in {}: {surprise}", fault.name, scenario.name());
                self.wrong.entry(key).or_insert((0, seed)).0 += 1;
            }
        }
    }

    /// Flows of one scenario; what could be made in none of them is looked for in more.
    fn of(scenario: Scenario, faults: &[Fault]) -> Self {
        let faults: Vec<&Fault> = faults.iter().filter(|fault| fault.is_of(scenario)).collect();
        let mut outcome = Self::default();
        for seed in 0..flows() {
            outcome.take(scenario, seed, &faults);
        }
        for seed in flows()..flows().max(MOST_FLOWS) {
            let rare: Vec<&Fault> =
                faults.iter().copied().filter(|fault| !outcome.has(fault, scenario)).collect();
            if rare.is_empty() {
                break;
            }
            outcome.take(scenario, seed, &rare);
        }
        for fault in faults.iter().filter(|fault| !outcome.has(fault, scenario)).collect::<Vec<_>>() {
            let key = format!("{} can be made in no flow of {}", fault.name, scenario.name());
            outcome.wrong.insert(key, (0, 0));
        }
        outcome
    }

    fn has(&self, fault: &Fault, scenario: Scenario) -> bool {
        self.made.contains_key(&(fault.name, scenario.name()))
    }
}

/// Among so many flows each fault can be made in one.
const MOST_FLOWS: u64 = 400;

#[test]
fn every_fault_breaks_its_clauses_and_no_other() {
    let faults = Fault::all();
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let threads = Scenario::ALL.map(|scenario| scope.spawn(move || Outcome::of(scenario, faults)));
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    });
    let pairs: u64 = outcomes.iter().flat_map(|outcome| outcome.made.values()).sum();
    println!("{} faults, {} flows of each scenario, {pairs} pairs of fault and flow", faults.len(), flows());
    let lines: Vec<_> = outcomes
        .iter()
        .flat_map(|outcome| &outcome.wrong)
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
        assert!(!fault.breaks.is_empty() && !fault.scenarios.is_empty(), "{} breaks nothing", fault.name);
        assert!(fault.steps.len() + fault.given.len() > 0, "{} does nothing", fault.name);
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

/// Every clause whose breach a message can show.
#[test]
fn each_decidable_clause_has_at_least_three_faults() {
    let faults = Fault::all();
    let decidable = BOOK.clauses().filter(|clause| !clause.verdicts.fail.is_empty());
    let short: Vec<String> = decidable
        .map(|clause| {
            let id = clause.id.0;
            let breaks = |fault: &&Fault| fault.breaks.contains(&id) || fault.twins.contains(&id);
            (id, faults.iter().filter(breaks).count())
        })
        .filter(|(_, count)| *count < 3)
        .map(|(id, count)| format!("{id}: {count}"))
        .collect();
    assert!(short.is_empty(), "fewer than three faults: {}", short.join(", "));
}

/// Composed flows are what they are by their seed alone.
#[test]
fn a_seed_makes_the_same_flow_again() {
    let draw =
        |seed| -> Composed { Plan::draw(Scenario::AdHoc, &mut Choices::seeded(seed)).compose().unwrap() };
    assert_eq!(draw(7).flow, draw(7).flow);
    assert_ne!(draw(7).flow, draw(8).flow);
}
