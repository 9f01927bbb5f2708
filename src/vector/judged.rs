//! The vector of a capture -> its results: every session judged and compared.

use std::fs::File;

use super::outcome::{Outcome, policy};
use super::results::{Difference, Mismatch, Results, Unreadable};
use super::rewrite::{Change, Step, To};
use super::sessions::{CaptureVector, Others, SessionEntry};
use super::unjudged::Unjudged;
use crate::capture::OpenError;
use crate::clause::{Book, Id};
use crate::error::Error;
use crate::run;
use crate::session::Scenario;
use crate::verdict::{Judgement, Selector, Verdict};

/// A session of the capture and the verdicts on it.
struct Judged {
    call_id: String,
    outcome: Outcome,
}

impl CaptureVector {
    /// Judges the whole capture and compares every session with what is expected of it.
    pub fn run(&self, book: &Book) -> Results {
        let mut results = Results::default();
        let judged = match self.judged(book) {
            Ok(judged) => judged,
            Err(error) => {
                results.cases = self.sessions.len();
                results.unreadable.push(Unreadable { line: self.line, error });
                return results;
            }
        };
        let unjudged =
            Unjudged { vector: self, judged: judged.iter().map(|judged| &*judged.call_id).collect() };
        for entry in &self.sessions {
            results.cases += 1;
            let Some(judged) = judged.iter().find(|judged| judged.call_id == entry.call_id) else {
                let why = unjudged.why(&entry.call_id, book);
                tell(entry.line, &entry.call_id, vec![Mismatch::said("session", why)], &mut results);
                continue;
            };
            tell(entry.line, &entry.call_id, compare(entry, &judged.outcome, book), &mut results);
            let set = blessed(entry, &judged.outcome, book);
            results.changes.extend((!set.is_empty()).then(|| Change {
                line: entry.line,
                case: name(&entry.call_id),
                path: vec![Step::Key("sessions".into()), Step::Key(entry.call_id.clone())],
                set,
            }));
        }
        if self.others == Others::Refuse {
            self.unlisted(&judged, book, &mut results);
        }
        if judged.is_empty() && self.sessions.is_empty() {
            let why = "the vector tests nothing: no session of the capture was judged";
            let mismatches = vec![Mismatch::said("capture", why)];
            results.differences.push(Difference { line: self.line, case: "the capture".into(), mismatches });
        }
        results
    }

    /// The sessions in the order of their first packet.
    fn judged(&self, book: &Book) -> Result<Vec<Judged>, Error> {
        let unreadable = |source| Error::Unreadable { path: self.capture.clone(), source };
        let file = File::open(&self.capture).map_err(unreadable)?;
        let mut judged: Vec<(u64, Judged)> = Vec::new();
        let mut sink = |judgement: &Judgement<'_>| {
            let call_id = judgement.call_id.clone().into_owned();
            judged.push((judgement.first_packet, Judged { call_id, outcome: Outcome::of(judgement) }));
        };
        run::run("vector", file, &policy(&self.block), book, &mut sink).map_err(|error| match error {
            OpenError::Io(source) => unreadable(source),
            OpenError::UnknownFormat { seen } => Error::UnknownFormat { path: self.capture.clone(), seen },
        })?;
        judged.sort_by_key(|(first, _)| *first);
        Ok(judged.into_iter().map(|(_, judged)| judged).collect())
    }

    /// The sessions that were judged and are not listed.
    fn unlisted(&self, judged: &[Judged], book: &Book, results: &mut Results) {
        let mut set = Vec::new();
        let is_listed = |call_id: &str| self.sessions.iter().any(|entry| entry.call_id == call_id);
        for Judged { call_id, outcome } in judged.iter().filter(|judged| !is_listed(&judged.call_id)) {
            results.cases += 1;
            let failed: Vec<&str> = having(outcome, Verdict::Fail, book).map(|id| id.0).collect();
            let verdicts = match failed.as_slice() {
                [] => "no clause fails".to_owned(),
                failed => format!("{} fail", failed.join(", ")),
            };
            let why = format!("it was judged as {} and is not listed: {verdicts}", outcome.scenario);
            tell(self.line, call_id, vec![Mismatch::said("session", why)], results);
            let list = |verdict| To::List(having(outcome, verdict, book).map(|id| id.0.to_owned()).collect());
            let entry = vec![
                ("scenario".to_owned(), To::Text(outcome.scenario.to_owned())),
                ("fail".to_owned(), list(Verdict::Fail)),
                ("inconclusive".to_owned(), list(Verdict::Inconclusive)),
            ];
            if !set.iter().any(|(known, _)| known == call_id) {
                set.push((call_id.clone(), To::Mapping(entry)));
            }
        }
        if set.is_empty() {
            return;
        }
        let case = match set.as_slice() {
            [(one, _)] => format!("{} added", name(one)),
            several => format!("{} sessions added", several.len()),
        };
        let (path, set) = if self.has_sessions {
            (vec![Step::Key("sessions".into())], set)
        } else {
            (Vec::new(), vec![("sessions".to_owned(), To::Mapping(set))])
        };
        results.changes.push(Change { line: self.line, case, path, set });
    }
}

fn name(call_id: &str) -> String {
    format!("session {call_id}")
}

fn tell(line: usize, call_id: &str, mismatches: Vec<Mismatch>, results: &mut Results) {
    if !mismatches.is_empty() {
        results.differences.push(Difference { line, case: name(call_id), mismatches });
    }
}

fn having(outcome: &Outcome, verdict: Verdict, book: &Book) -> impl Iterator<Item = Id> {
    book.clauses().map(|clause| clause.id).filter(move |id| outcome.verdict(id.0) == verdict)
}

/// Every clause has the verdict under which it is named; one that is not named does not fail.
fn compare(entry: &SessionEntry, outcome: &Outcome, book: &Book) -> Vec<Mismatch> {
    let mut told = Vec::new();
    if let Some(scenario) = entry.scenario.map(Scenario::name)
        && scenario != outcome.scenario
    {
        told.push(Mismatch::of("scenario", scenario, outcome.scenario, ""));
    }
    for id in book.clauses().map(|clause| clause.id) {
        let (got, reason) = (outcome.verdict(id.0), outcome.reason(id.0));
        match entry.expected(id) {
            Some(wanted) if wanted != got => {
                told.push(Mismatch::of(id.0, wanted.name(), got.name(), reason));
            }
            None if got == Verdict::Fail => {
                told.push(Mismatch::of(id.0, "no failure, as no list names it", got.name(), reason));
            }
            _ => {}
        }
    }
    told
}

/// What to write into the entry of a session.
fn blessed(entry: &SessionEntry, outcome: &Outcome, book: &Book) -> Vec<(String, To)> {
    let mut set = Vec::new();
    if entry.scenario.is_some_and(|scenario| scenario.name() != outcome.scenario) {
        set.push(("scenario".to_owned(), To::Text(outcome.scenario.to_owned())));
    }
    for verdict in [Verdict::Fail, Verdict::Inconclusive, Verdict::Pass, Verdict::NotApplicable] {
        let list = entry.list(verdict);
        let is_written_anyway = matches!(verdict, Verdict::Fail | Verdict::Inconclusive);
        if list.is_none() && !is_written_anyway {
            continue;
        }
        let old = list.unwrap_or_default();
        let holds = |selector: &&Selector| {
            book.clauses()
                .filter(|clause| selector.means(clause.id))
                .all(|clause| outcome.verdict(clause.id.0) == verdict)
        };
        let kept: Vec<&Selector> = old.iter().filter(holds).collect();
        let mut new: Vec<String> = kept.iter().map(|selector| selector.text().to_owned()).collect();
        let missing = having(outcome, verdict, book).filter(|id| !kept.iter().any(|named| named.means(*id)));
        new.extend(missing.map(|id| id.0.to_owned()));
        if new.len() != old.len() || kept.len() != old.len() {
            set.push((verdict.name().to_owned(), To::List(new)));
        }
    }
    set
}
