//! Verdicts and what was expected of them -> what differs.

use super::file::Expectation;
use super::outcome::Outcome;
use super::results::Mismatch;
use crate::verdict::Verdict;

/// How the verdicts on a case differ from what it expects. `good` are those on the good flow.
pub(super) fn compare(
    clause: &str,
    expects: &Expectation,
    good: Option<&Outcome>,
    outcome: &Outcome,
) -> Vec<Mismatch> {
    let verdict = outcome.verdict(clause);
    let expect = |wanted: Verdict| -> Vec<Mismatch> {
        if verdict == wanted {
            return Vec::new();
        }
        vec![Mismatch::of(clause, wanted.name(), verdict.name(), outcome.reason(clause))]
    };
    match expects {
        Expectation::Pass => {
            let mut told = expect(Verdict::Pass);
            let failed = outcome
                .verdicts
                .iter()
                .filter(|(id, (verdict, ..))| **id != clause && *verdict == Verdict::Fail);
            told.extend(failed.map(|(id, (_, reason, _))| {
                Mismatch::of(id, "no failure in the good flow", Verdict::Fail.name(), reason)
            }));
            told
        }
        Expectation::NotApplicable => expect(Verdict::NotApplicable),
        Expectation::Inconclusive(because) => {
            let mut told = expect(Verdict::Inconclusive);
            let reason = outcome.reason(clause);
            if let Some(words) = because
                && told.is_empty()
                && !reason.to_lowercase().contains(&words.to_lowercase())
            {
                told.push(Mismatch::said("because", format!("the reason does not say `{words}`: {reason}")));
            }
            told
        }
        Expectation::Fail { .. } => good.map_or_else(
            || vec![Mismatch::said("good", "there is no good flow to compare with")],
            |good| fault(clause, expects, good, outcome),
        ),
    }
}

/// This clause fails, those named change as it is said, and no other changes.
fn fault(clause: &str, expects: &Expectation, good: &Outcome, outcome: &Outcome) -> Vec<Mismatch> {
    let Expectation::Fail { finds, also, doubts, lapses } = expects else { return Vec::new() };
    let mut told = Vec::new();
    let codes = outcome.codes(clause);
    if let Some(code) = finds
        && outcome.verdict(clause) == Verdict::Fail
        && !codes.contains(&code.as_str())
    {
        let codes = codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
        told.push(Mismatch::of("finds", format!("`{code}`"), codes, outcome.reason(clause)));
    }
    for id in outcome.verdicts.keys() {
        let (before, after) = (good.verdict(id), outcome.verdict(id));
        let named = |list: &[String]| list.iter().any(|named| named == id);
        let (wanted, says) = if *id == clause {
            (Verdict::Fail, String::new())
        } else if named(also) {
            (Verdict::Fail, " (`also`)".to_owned())
        } else if named(doubts) {
            (Verdict::Inconclusive, " (`doubts`)".to_owned())
        } else if named(lapses) {
            (Verdict::NotApplicable, " (`lapses`)".to_owned())
        } else {
            (before, " as in the good flow".to_owned())
        };
        if after != wanted {
            let wanted = format!("{}{says}", wanted.name());
            told.push(Mismatch::of(id, wanted, after.name(), outcome.reason(id)));
        }
    }
    // The clause of the vector comes first: the others often follow from it.
    told.sort_by_key(|mismatch| mismatch.about != clause && mismatch.about != "finds");
    told
}
