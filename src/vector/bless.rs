//! Verdicts -> the expectations that say just that.

use super::file::Expectation;
use super::outcome::Outcome;
use super::rewrite::To;
use crate::verdict::Verdict;

/// The lists of a fault, each with the verdict that the clauses in it get.
const LISTS: [(&str, Verdict); 3] =
    [("also", Verdict::Fail), ("doubts", Verdict::Inconclusive), ("lapses", Verdict::NotApplicable)];

/// What to write into a fault. Nothing if its clause does not fail: that is no matter of expectations.
pub(super) fn fault(
    clause: &str,
    expects: &Expectation,
    good: &Outcome,
    outcome: &Outcome,
) -> Vec<(String, To)> {
    let Expectation::Fail { finds, also, doubts, lapses } = expects else { return Vec::new() };
    if outcome.verdict(clause) != Verdict::Fail {
        return Vec::new();
    }
    let mut set = Vec::new();
    let codes = outcome.codes(clause);
    let is_found = finds.as_ref().is_some_and(|code| codes.contains(&code.as_str()));
    if let Some(first) = codes.first().filter(|_| !is_found) {
        set.push(("finds".to_owned(), To::Text((*first).to_owned())));
    }
    for ((key, verdict), named) in LISTS.into_iter().zip([also, doubts, lapses]) {
        let mut list = named.clone();
        list.retain(|id| outcome.verdict(id) == verdict);
        let changed = outcome
            .verdicts
            .keys()
            .filter(|id| **id != clause && outcome.verdict(id) == verdict && good.verdict(id) != verdict);
        for id in changed {
            if !list.iter().any(|named| named == id) {
                list.push((*id).to_owned());
            }
        }
        if list != *named {
            set.push((key.to_owned(), To::List(list)));
        }
    }
    set
}
