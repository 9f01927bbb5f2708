//! Flows that `compose` makes: conforming ones stay as they are, faults are mended, whatever the line ends.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sipclause::compose::{Choices, Composed, Fault, Plan};
use sipclause::fix::{Remedy, Trust, remedy};
use sipclause::session::Scenario;
use sipclause::verdict::{Judgement, Policy, Verdict};

use crate::{BOOK, mended, verdicts, worse};

fn flow(scenario: Scenario, seed: u64) -> Composed {
    Plan::draw(scenario, &mut Choices::seeded(seed)).compose().unwrap()
}

fn policy(composed: &Composed) -> Policy {
    Policy { context: composed.context.clone(), ..Policy::default() }
}

/// The codes of all findings.
fn codes(text: &[u8], policy: &Policy) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    let mut sink = |judgement: &Judgement<'_>| {
        let findings = judgement.rulings.iter().filter(|ruling| ruling.verdict == Verdict::Fail);
        codes.extend(findings.flat_map(|ruling| &ruling.findings).map(|finding| finding.code));
    };
    sipclause::run::run("text", text, policy, &BOOK, &mut sink).unwrap();
    codes
}

/// The text as an editor on another system writes it.
fn with_lf(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| *byte != b'\r').collect()
}

#[test]
fn a_conforming_flow_stays_as_it_is() {
    for scenario in Scenario::ALL {
        for seed in 0..12 {
            let composed = flow(scenario, seed);
            let text = composed.flow.to_sip().unwrap();
            let commented = [b"# as sent\n\n".as_slice(), &with_lf(&text)].concat();
            for text in [text, commented] {
                let mended = mended(&text, &policy(&composed), Trust::Guesses);
                assert!(mended.text == text, "{} {seed}: {:?}", scenario.name(), mended.applied);
            }
        }
    }
}

/// Faults that the codes of their findings promise a fix for, and that leave none: a second row that differs,
/// names of headers that nobody knows, lists and types in pieces.
const LEFT: [&str; 14] = [
    "accept-types-empty",
    "accept-types-without-subtype",
    "contact-twice",
    "content-type-twice",
    "from-twice",
    "header-name-with-space",
    "header-without-colon",
    "list-tag-unclosed",
    "list-uri-unquoted",
    "media-transport-lower-case",
    "path-in-brackets",
    "path-of-two-with-comma",
    "session-expires-twice",
    "to-twice",
];

#[test]
fn every_composed_fault_with_a_fix_is_mended_and_nothing_is_worse() {
    let mut told = BTreeSet::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, fault) in Fault::all().iter().enumerate() {
        let scenarios: Vec<_> = Scenario::ALL.into_iter().filter(|scenario| fault.is_of(*scenario)).collect();
        let scenario = scenarios[number % scenarios.len()];
        // A flow in which the fault can be made, among a few.
        let seeds = (0..40).map(|seed| seed + 40 * number as u64);
        let made = seeds.map(|seed| flow(scenario, seed)).find_map(|good| {
            let faulty = fault.make_in(&good).ok()?;
            Some((good.flow.to_sip().ok()?, faulty.flow.to_sip().ok()?, policy(&faulty)))
        });
        let Some((good, text, policy)) = made else { continue };
        let text = if number % 2 == 0 { with_lf(&text) } else { text };
        let (found, before) = (codes(&text, &policy), verdicts(&text, &policy));
        let is_safe = |code: &&'static str| matches!(remedy(code), Some(Remedy::Safe(_)));
        let has_one = |code: &&'static str| !matches!(remedy(code), Some(Remedy::None(_)));
        for trust in [Trust::Safe, Trust::Guesses] {
            let mended = mended(&text, &policy, trust);
            let after = verdicts(&mended.text, &policy);
            let name = format!("{} in {}, {trust:?}", fault.name, scenario.name());
            told.extend(worse(&before, &after).into_iter().map(|worse| format!("{name}: {worse}")));
            let is_meant = !found.is_empty()
                && match trust {
                    Trust::Safe => found.iter().all(&is_safe),
                    Trust::Guesses => found.iter().all(&has_one),
                };
            let is_whole = after == verdicts(&good, &policy);
            *counts.entry(if is_whole { "mended" } else { "left" }).or_default() += 1;
            if is_meant && !is_whole && !LEFT.contains(&fault.name) {
                let applied: Vec<_> = mended.applied.iter().map(|fix| fix.code).collect();
                told.insert(format!(
                    "{name}: {found:?} left, {applied:?} applied, dropped {:?}",
                    mended.dropped
                ));
                told.extend(worse(&verdicts(&good, &policy), &after));
                told.extend(worse(&after, &verdicts(&good, &policy)));
            }
        }
    }
    println!("{counts:?}");
    assert!(told.is_empty(), "{told:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_to_a_flow_fixes_make_nothing_worse_and_end(
        seed in 0_u64..5000,
        scenario in 0_usize..4,
        faults in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..4, "[ -~\r\n]{0,3}"), 0..3),
        lf: bool,
    ) {
        let mut composed = flow(Scenario::ALL[scenario], seed);
        for fault in faults {
            if let Ok(faulty) = fault.get(Fault::all()).make_in(&composed) {
                composed = faulty;
            }
        }
        let text = composed.flow.to_sip();
        prop_assume!(text.is_ok());
        let mut text = text.unwrap_or_default();
        if lf {
            text = with_lf(&text);
        }
        for (at, length, by) in cuts {
            let at = at.index(text.len());
            text.splice(at..(at + length).min(text.len()), by.bytes());
        }
        let policy = policy(&composed);
        prop_assume!(sipclause::fix::refused(&text).is_ok());
        for trust in [Trust::Safe, Trust::Guesses] {
            let mended = mended(&text, &policy, trust);
            let worse = worse(&verdicts(&text, &policy), &verdicts(&mended.text, &policy));
            prop_assert!(worse.is_empty(), "{worse:#?}");
        }
    }
}
