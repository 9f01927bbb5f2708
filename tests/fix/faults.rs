//! Every fault of the vectors: where there is a safe fix, the session is judged as the good one again.

use std::collections::BTreeSet;
use std::path::Path;

use sipclause::compose::Flow;
use sipclause::fix::{Remedy, Trust, remedy};
use sipclause::vector::{Case, Expectation, Vector};
use sipclause::verdict::Policy;

use crate::{mended, verdicts, worse};

/// A fault of a vector, as text, and the text without it.
struct Fault {
    case: Case,
    finds: Option<String>,
    policy: Policy,
    text: Vec<u8>,
    good: Vec<u8>,
}

fn faults() -> Vec<Fault> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let mut faults = Vec::new();
    for case in files.iter().flat_map(|file| Vector::load(file).unwrap().cases) {
        let Expectation::Fail { finds, .. } = &case.expects else { continue };
        let good = Flow::load(&case.flow).unwrap();
        let mut flow = good.clone();
        case.edits.iter().for_each(|edit| edit.apply(&mut flow).unwrap());
        // What is cut off cannot be written as text.
        let (Ok(text), Ok(good)) = (flow.to_sip(), good.to_sip()) else { continue };
        let block = &case.block;
        let policy = Policy {
            profile: block.profile,
            scenario: block.scenario,
            context: block.context.clone(),
            ..Policy::default()
        };
        faults.push(Fault { finds: finds.clone(), policy, text, good, case });
    }
    faults
}

/// Faults whose code has a fix, and which leave none: two values that differ, types that are none, a session that
/// is judged as another scenario.
const LEFT: [&str; 3] = ["two contact values", "an empty accept-types", "a type without its subtype"];

/// Those that `trust` mends are whole again; tells how many there were.
fn are_mended(trust: Trust, is_meant: fn(Remedy) -> bool) -> usize {
    let mut count = 0;
    let mut told = BTreeSet::new();
    for fault in faults() {
        let name = format!("{}: {}", fault.case.line, fault.case.name);
        let (before, good) = (verdicts(&fault.text, &fault.policy), verdicts(&fault.good, &fault.policy));
        let mended = mended(&fault.text, &fault.policy, trust);
        let after = verdicts(&mended.text, &fault.policy);
        told.extend(worse(&before, &after).into_iter().map(|worse| format!("{name}: {worse}")));
        told.extend(mended.dropped.iter().map(|dropped| format!("{name}: dropped: {}", dropped.why)));
        let remedy = fault.finds.as_deref().and_then(remedy);
        if !remedy.is_some_and(is_meant) || LEFT.contains(&fault.case.name.as_str()) {
            continue;
        }
        count += 1;
        let is_whole = match &fault.case.session {
            Some(call_id) => after.get(call_id) == good.get(call_id),
            None => worse(&good, &after).is_empty(),
        };
        if !is_whole {
            told.insert(format!("{name}: not as in the good flow"));
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    count
}

#[test]
fn a_fault_with_a_safe_fix_is_undone_by_it() {
    let count = are_mended(Trust::Safe, |remedy| matches!(remedy, Remedy::Safe(_)));
    assert!(count >= 80, "only {count} faults have a safe fix");
}

#[test]
fn a_fault_with_an_unsafe_fix_is_undone_where_guesses_are_allowed() {
    let count = are_mended(Trust::Guesses, |remedy| matches!(remedy, Remedy::Unsafe(_)));
    assert!(count >= 50, "only {count} faults have an unsafe fix");
}

#[test]
fn a_safe_fix_gives_most_faults_their_old_bytes_back_in_length() {
    let is_safe = |fault: &Fault| matches!(fault.finds.as_deref().and_then(remedy), Some(Remedy::Safe(_)));
    let faults = faults();
    let same = faults.iter().filter(|fault| is_safe(fault));
    let same =
        same.filter(|fault| mended(&fault.text, &fault.policy, Trust::Safe).text == fault.good).count();
    assert!(same >= 20, "only {same} texts are the good ones again");
}
