//! The vector of a clause -> its results: every case judged and compared.

use super::bless;
use super::compare::compare;
use super::file::{Case, Expectation, Vector};
use super::outcome::{Outcome, judge_flow};
use super::results::{Difference, Mismatch, Results, Unreadable};
use super::rewrite::{Change, Step};
use crate::clause::Book;
use crate::compose::Flow;
use crate::error::Error;
use crate::verdict::Verdict;

impl Vector {
    /// Judges every case and tells what differs from what is expected. Nothing differs: an empty list.
    ///
    /// # Errors
    /// When a flow cannot be read.
    pub fn differences(&self, book: &Book) -> Result<Vec<Difference>, Error> {
        let mut results = self.run(book);
        if results.unreadable.is_empty() {
            return Ok(results.differences);
        }
        Err(results.unreadable.remove(0).error)
    }

    /// Judges every case. A flow that cannot be read leaves out its own cases, and no other.
    pub fn run(&self, book: &Book) -> Results {
        let mut results = Results::default();
        let good = self.good.as_ref().and_then(|case| self.good_flow(case, book, &mut results));
        let mut faults = 0;
        for case in &self.cases {
            let is_fault = matches!(case.expects, Expectation::Fail { .. });
            let step = Step::Item(faults);
            faults += usize::from(is_fault);
            let Some(outcome) = tried(case, book, &mut results) else { continue };
            let mismatches = match outcome {
                Err(why) => vec![why],
                Ok(_) if is_fault && good.is_none() => {
                    vec![Mismatch::said("good", "the good flow was not judged: nothing to compare with")]
                }
                Ok(outcome) => {
                    let sound = good.as_ref().filter(|good| good.verdict(&self.clause) == Verdict::Pass);
                    if let Some(good) = sound {
                        let set = bless::fault(&self.clause, &case.expects, good, &outcome);
                        results.changes.extend((!set.is_empty()).then(|| Change {
                            line: case.line,
                            case: case.name.clone(),
                            path: vec![Step::Key("faults".into()), step],
                            set,
                        }));
                    }
                    compare(&self.clause, &case.expects, good.as_ref(), &outcome)
                }
            };
            tell(case, mismatches, &mut results);
        }
        results
    }

    /// The verdicts on the good flow, with which those on the faults are compared.
    fn good_flow(&self, case: &Case, book: &Book, results: &mut Results) -> Option<Outcome> {
        match tried(case, book, results)? {
            Ok(outcome) => {
                tell(case, compare(&self.clause, &case.expects, None, &outcome), results);
                Some(outcome)
            }
            Err(why) => {
                tell(case, vec![why], results);
                None
            }
        }
    }
}

/// The verdicts on one case, or why there are none; `None` if its flow cannot be read.
fn tried(case: &Case, book: &Book, results: &mut Results) -> Option<Result<Outcome, Mismatch>> {
    results.cases += 1;
    let mut flow = match Flow::load(&case.flow) {
        Ok(flow) => flow,
        Err(error) => {
            results.unreadable.push(Unreadable { line: case.line, error });
            return None;
        }
    };
    for (index, edit) in case.edits.iter().enumerate() {
        if let Err(why) = edit.apply(&mut flow) {
            let about = if case.edits.len() == 1 { "edit".into() } else { format!("edit {}", index + 1) };
            return Some(Err(Mismatch::said(about, why)));
        }
    }
    let outcome = judge_flow(&flow, case.session.as_deref(), &case.block, book);
    Some(outcome.ok_or_else(|| match &case.session {
        Some(call_id) => Mismatch::said("session", format!("no session `{call_id}` was judged in the flow")),
        None => Mismatch::said("flow", "no session was judged in it"),
    }))
}

fn tell(case: &Case, mismatches: Vec<Mismatch>, results: &mut Results) {
    if !mismatches.is_empty() {
        results.differences.push(Difference { line: case.line, case: case.name.clone(), mismatches });
    }
}
