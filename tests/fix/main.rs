//! Fixes: what a fault broke is whole again, and nothing else has moved.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod cases;
mod codes;
mod command;
mod composed;
mod corpus;
mod each;
mod faults;
mod hostile;

use std::collections::BTreeMap;

use sipclause::books::oma_im::BOOK;
use sipclause::fix::{Asked, Mended, Trust, apply, mend};
use sipclause::verdict::{Judgement, Policy, Verdict};

/// The text with its fixes, which are the edits that it names, and which a second call does not change.
fn mended(text: &[u8], policy: &Policy, trust: Trust) -> Mended {
    let asked = Asked { policy, book: &BOOK, trust };
    let mended = mend(text, &asked).unwrap();
    assert_eq!(apply(text, &mended.edits), mended.text, "the edits are not the change");
    assert_eq!(mended.applied.is_empty(), mended.text == text);
    if !mended.applied.is_empty() {
        let again = mend(&mended.text, &asked).unwrap();
        assert_eq!((again.text, again.applied), (mended.text.clone(), Vec::new()), "a second run changes it");
    }
    mended
}

/// Call-ID: the verdicts on all clauses.
type Verdicts = BTreeMap<String, Vec<(&'static str, Verdict)>>;

/// The verdicts on every session of a text.
fn verdicts(text: &[u8], policy: &Policy) -> Verdicts {
    let mut found = Verdicts::new();
    let mut sink = |judgement: &Judgement<'_>| {
        let verdicts = judgement.rulings.iter().map(|ruling| (ruling.clause.id.0, ruling.verdict));
        found.insert(judgement.call_id.clone().into_owned(), verdicts.collect());
    };
    sipclause::run::run("text", text, policy, &BOOK, &mut sink).unwrap();
    found
}

/// What is worse in `after` than in `before`.
fn worse(before: &Verdicts, after: &Verdicts) -> Vec<String> {
    let mut told = Vec::new();
    if !before.keys().eq(after.keys()) {
        told.push(format!("other sessions: {:?}, {:?}", before.keys(), after.keys()));
    }
    for (call_id, clauses) in after {
        for ((id, now), (_, then)) in clauses.iter().zip(before.get(call_id).into_iter().flatten()) {
            let is_bad = |verdict: Verdict| match verdict {
                Verdict::Pass | Verdict::NotApplicable => 0,
                Verdict::Inconclusive => 1,
                Verdict::Fail => 2,
            };
            if is_bad(*now) > is_bad(*then) || *then == Verdict::Pass && *now == Verdict::NotApplicable {
                told.push(format!("{call_id}: {id} was {} and is {}", then.name(), now.name()));
            }
        }
    }
    told
}

/// A path of this repository.
fn at(path: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
