//! One session of a flow -> the verdicts on it.

use std::collections::BTreeMap;

use crate::capture::Event;
use crate::clause::Book;
use crate::compose::Flow;
use crate::config::Block;
use crate::run::Run;
use crate::verdict::{Judgement, Policy, Verdict};

/// The verdicts on one session of a flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The scenario it was judged as.
    pub scenario: &'static str,
    /// Clause id: verdict, reason, codes of its findings.
    pub verdicts: BTreeMap<&'static str, (Verdict, String, Vec<&'static str>)>,
}

impl Outcome {
    /// What a judgement says.
    pub(super) fn of(judgement: &Judgement<'_>) -> Self {
        let verdicts = judgement.rulings.iter().map(|ruling| {
            let codes = ruling.findings.iter().map(|finding| finding.code).collect();
            (ruling.clause.id.0, (ruling.verdict, ruling.reason.to_string(), codes))
        });
        Self { scenario: judgement.scenario, verdicts: verdicts.collect() }
    }

    /// The verdict on a clause; a clause that was not judged does not apply.
    pub fn verdict(&self, clause: &str) -> Verdict {
        self.verdicts.get(clause).map_or(Verdict::NotApplicable, |(verdict, _, _)| *verdict)
    }

    /// Why.
    pub(super) fn reason(&self, clause: &str) -> &str {
        self.verdicts.get(clause).map_or("the clause was not judged", |(_, reason, _)| reason)
    }

    /// What was found wrong.
    pub(super) fn codes(&self, clause: &str) -> &[&'static str] {
        self.verdicts.get(clause).map(|(.., codes)| codes.as_slice()).unwrap_or_default()
    }
}

/// How a block of a vector asks to judge.
pub(super) fn policy(block: &Block) -> Policy {
    Policy {
        profile: block.profile,
        scenario: block.scenario,
        context: block.context.clone(),
        ..Policy::default()
    }
}

/// Judges one session of a flow by the whole book: the one of that Call-ID, or the first.
pub fn judge_flow(flow: &Flow, session: Option<&str>, block: &Block, book: &Book) -> Option<Outcome> {
    let policy = policy(block);
    let mut found: Option<(u64, Outcome)> = None;
    let mut sink = |judgement: &Judgement<'_>| {
        let wanted = match session {
            Some(call_id) => judgement.call_id == call_id,
            None => found.as_ref().is_none_or(|(first, _)| judgement.first_packet < *first),
        };
        if wanted {
            found = Some((judgement.first_packet, Outcome::of(judgement)));
        }
    };
    let mut run = Run::new("vector", &policy, book);
    for packet in flow.packets() {
        run.take(Event::Packet(packet), &mut sink);
    }
    run.finish(&mut sink);
    found.map(|(_, outcome)| outcome)
}
