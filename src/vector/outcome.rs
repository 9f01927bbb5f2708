//! Judging a vector, and telling how the verdicts differ from those expected.

use std::collections::BTreeMap;

use super::file::{Case, Expectation, Vector};
use crate::capture::Event;
use crate::clause::Book;
use crate::compose::Flow;
use crate::config::Block;
use crate::error::Error;
use crate::run::Run;
use crate::verdict::{Policy, Verdict};

/// The verdicts on one session of a flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The scenario it was judged as.
    pub scenario: &'static str,
    /// Clause id: verdict, reason, codes of its findings.
    pub verdicts: BTreeMap<&'static str, (Verdict, String, Vec<&'static str>)>,
}

impl Outcome {
    /// The verdict on a clause; a clause that was not judged does not apply.
    pub fn verdict(&self, clause: &str) -> Verdict {
        self.verdicts.get(clause).map_or(Verdict::NotApplicable, |(verdict, _, _)| *verdict)
    }

    fn reason(&self, clause: &str) -> &str {
        self.verdicts.get(clause).map_or("the clause was not judged", |(_, reason, _)| reason)
    }
}

/// Something that came out otherwise than expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// `file:line`, the case.
    pub case: String,
    /// What differs, one line each.
    pub lines: Vec<String>,
}

/// Judges one session of a flow by the whole book: the one of that Call-ID, or the first.
pub fn judge_flow(flow: &Flow, session: Option<&str>, block: &Block, book: &Book) -> Option<Outcome> {
    let policy = Policy {
        profile: block.profile,
        scenario: block.scenario,
        context: block.context.clone(),
        ..Policy::default()
    };
    let mut found: Option<(u64, Outcome)> = None;
    let mut sink = |judgement: &crate::verdict::Judgement<'_>| {
        let wanted = match session {
            Some(call_id) => judgement.call_id == call_id,
            None => found.as_ref().is_none_or(|(first, _)| judgement.first_packet < *first),
        };
        if wanted {
            let verdicts = judgement.rulings.iter().map(|ruling| {
                let codes = ruling.findings.iter().map(|finding| finding.code).collect();
                (ruling.clause.id.0, (ruling.verdict, ruling.reason.to_string(), codes))
            });
            let outcome = Outcome { scenario: judgement.scenario, verdicts: verdicts.collect() };
            found = Some((judgement.first_packet, outcome));
        }
    };
    let mut run = Run::new("vector", &policy, book);
    for packet in flow.packets() {
        run.take(Event::Packet(packet), &mut sink);
    }
    run.finish(&mut sink);
    found.map(|(_, outcome)| outcome)
}

impl Vector {
    /// Judges every case and tells what differs from what is expected. Nothing differs: an empty list.
    ///
    /// # Errors
    /// When a flow cannot be read.
    pub fn differences(&self, book: &Book) -> Result<Vec<Difference>, Error> {
        let mut differences = Vec::new();
        let good = match &self.good {
            Some(case) => self.outcome(case, book)?,
            None => Ok(None),
        };
        for case in self.good.iter().chain(&self.cases) {
            let lines = match (self.outcome(case, book)?, &good) {
                (Err(why), _) => vec![why],
                (Ok(None), _) => vec!["no such session was judged".to_owned()],
                (Ok(Some(outcome)), good) => {
                    let before = good.as_ref().ok().and_then(Option::as_ref);
                    compare(&self.clause, &case.expects, before, &outcome)
                }
            };
            if !lines.is_empty() {
                let place = format!("{}:{}", self.path.display(), case.line);
                differences.push(Difference { case: format!("{place}: {}", case.name), lines });
            }
        }
        Ok(differences)
    }

    /// The verdicts of one case, or why it cannot be judged.
    fn outcome(&self, case: &Case, book: &Book) -> Result<Result<Option<Outcome>, String>, Error> {
        let mut flow = Flow::load(&case.flow)?;
        for (index, edit) in case.edits.iter().enumerate() {
            if let Err(why) = edit.apply(&mut flow) {
                return Ok(Err(format!("edit {}: {why}", index + 1)));
            }
        }
        Ok(Ok(judge_flow(&flow, case.session.as_deref(), &case.block, book)))
    }
}

fn compare(clause: &str, expects: &Expectation, good: Option<&Outcome>, outcome: &Outcome) -> Vec<String> {
    let verdict = outcome.verdict(clause);
    let expect = |wanted: Verdict| -> Vec<String> {
        if verdict == wanted {
            return Vec::new();
        }
        let (got, reason) = (verdict.name(), outcome.reason(clause));
        vec![format!("{clause} is {got}, not {}: {reason}", wanted.name())]
    };
    match expects {
        Expectation::Pass => {
            let mut lines = expect(Verdict::Pass);
            let failed = outcome
                .verdicts
                .iter()
                .filter(|(id, (verdict, ..))| **id != clause && *verdict == Verdict::Fail);
            lines.extend(failed.map(|(id, (_, reason, _))| format!("{id} fails in the good flow: {reason}")));
            lines
        }
        Expectation::NotApplicable => expect(Verdict::NotApplicable),
        Expectation::Inconclusive(because) => {
            let mut lines = expect(Verdict::Inconclusive);
            let reason = outcome.reason(clause);
            if let Some(words) = because
                && lines.is_empty()
                && !reason.to_lowercase().contains(&words.to_lowercase())
            {
                lines.push(format!("the reason does not say `{words}`: {reason}"));
            }
            lines
        }
        Expectation::Fail { finds, also, doubts, lapses } => {
            let mut lines = Vec::new();
            let Some(good) = good else { return vec!["there is no good flow to compare with".into()] };
            let codes = outcome.verdicts.get(clause).map(|(.., codes)| codes.as_slice()).unwrap_or_default();
            if let Some(code) = finds
                && verdict == Verdict::Fail
                && !codes.contains(&code.as_str())
            {
                lines.push(format!("{clause} finds {}, not `{code}`", codes.join(", ")));
            }
            for id in outcome.verdicts.keys() {
                let (before, after) = (good.verdict(id), outcome.verdict(id));
                let named = |list: &[String]| list.iter().any(|named| named == id);
                let wanted = if *id == clause || named(also) {
                    Verdict::Fail
                } else if named(doubts) {
                    Verdict::Inconclusive
                } else if named(lapses) {
                    Verdict::NotApplicable
                } else {
                    before
                };
                if after != wanted {
                    let reason = outcome.reason(id);
                    let (before, after, wanted) = (before.name(), after.name(), wanted.name());
                    lines.push(format!("{id} goes from {before} to {after}, not to {wanted}: {reason}"));
                }
            }
            lines
        }
    }
}
