//! What tests of composed flows share: their verdicts.

use std::collections::BTreeMap;

use sipclause::books::oma_im::BOOK;
use sipclause::capture::Event;
use sipclause::compose::Composed;
use sipclause::run::Run;
use sipclause::verdict::{Judgement, Policy, Verdict};

/// Clause id: verdict, and the reason with the messages of its findings.
pub(crate) type Verdicts = BTreeMap<&'static str, (Verdict, String)>;

/// Scenario and verdicts of a session.
pub(crate) type Judged = (&'static str, Verdicts);

/// Scenario and verdicts of the session that a composed flow is about.
pub(crate) fn judged(composed: &Composed) -> Option<Judged> {
    let policy = policy(composed);
    let mut found = None;
    let mut sink = |judgement: &Judgement<'_>| keep(judgement, composed, &mut found);
    let mut run = Run::new("composed", &policy, &BOOK);
    for packet in composed.flow.packets() {
        run.take(Event::Packet(packet), &mut sink);
    }
    run.finish(&mut sink);
    found
}

/// How it is judged.
pub(crate) fn policy(composed: &Composed) -> Policy {
    Policy { context: composed.context.clone(), ..Policy::default() }
}

/// Keeps the judgement of the session that the flow is about.
pub(crate) fn keep(judgement: &Judgement<'_>, composed: &Composed, found: &mut Option<Judged>) {
    if judgement.call_id == composed.session {
        let verdicts = judgement.rulings.iter().map(|ruling| {
            let said: Vec<_> = ruling.findings.iter().map(|finding| finding.message.clone()).collect();
            (ruling.clause.id.0, (ruling.verdict, format!("{} {said:?}", ruling.reason)))
        });
        *found = Some((judgement.scenario, verdicts.collect()));
    }
}
