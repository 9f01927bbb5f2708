//! Failures + waivers + baseline -> which failures do not count, and what became of each waiver.

use super::{FingerprintedFinding, Judgement, Policy, Ruling, Term, Verdict, Waived, Waiver};
use crate::session::Glob;

impl Waiver {
    /// Whether it tolerates this finding; an expired one tolerates nothing.
    fn covers(&self, judgement: &Judgement<'_>, ruling: &Ruling, finding: &FingerprintedFinding) -> bool {
        let matches = |glob: &Option<Glob>, text: &str| glob.as_ref().is_none_or(|glob| glob.matches(text));
        self.term != Term::Expired
            && self.clauses.means(ruling.clause.id)
            && matches(&self.user_agent, judgement.user_agent.as_deref().unwrap_or(""))
            && matches(&self.call_id, &judgement.call_id)
            && matches(&self.input, judgement.input)
            && matches(&self.fingerprint, &finding.fingerprint)
    }

    /// What somebody has to hear of its last day, whatever the run meets.
    pub fn term_warning(&self) -> Option<String> {
        let (clause, until) = (self.clauses.text(), self.waived.until.as_deref().unwrap_or_default());
        let text = match self.term {
            Term::Valid => return None,
            Term::Expiring => format!("the waiver of {clause} expires on {until}: {}", self.waived.reason),
            Term::Expired => format!("the waiver of {clause} expired on {until} and waives nothing"),
        };
        Some(match &self.place {
            Some(place) => format!("{place}: {text}"),
            None => text,
        })
    }
}

/// The first waiver that covers this finding, by its number.
fn waiver_of(
    policy: &Policy,
    judgement: &Judgement<'_>,
    ruling: &Ruling,
    finding: &FingerprintedFinding,
) -> Option<usize> {
    policy.waivers.iter().position(|waiver| waiver.covers(judgement, ruling, finding))
}

/// Marks the findings that the baseline holds, and sets a waiver beside each failure of which every finding is known or
/// waived: that of the first waived one.
pub(super) fn waive(judgement: &mut Judgement<'_>, policy: &Policy) {
    if let Some(baseline) = &policy.baseline {
        let findings = judgement.rulings.iter_mut().flat_map(|ruling| &mut ruling.findings);
        findings.for_each(|finding| finding.known = baseline.holds(&finding.fingerprint));
    }
    if policy.waivers.is_empty() {
        return;
    }
    for index in 0..judgement.rulings.len() {
        let ruling = &judgement.rulings[index];
        if ruling.verdict == Verdict::Fail {
            judgement.rulings[index].waived = terms(policy, judgement, ruling).map(Box::new);
        }
    }
}

fn terms(policy: &Policy, judgement: &Judgement<'_>, ruling: &Ruling) -> Option<Waived> {
    let mut first = None;
    for finding in &ruling.findings {
        match waiver_of(policy, judgement, ruling, finding) {
            Some(waiver) => _ = first.get_or_insert(waiver),
            None if finding.known => {}
            None => return None,
        }
    }
    first.map(|waiver| policy.waivers[waiver].waived.clone())
}

/// How often each waiver of a policy was needed.
#[derive(Clone, Debug, Default)]
pub struct WaiverCounts {
    /// Of each waiver: failures that it covers, alone or with others, and whether it met any finding.
    counts: Vec<(u64, bool)>,
}

impl WaiverCounts {
    /// Takes one judged session in.
    pub fn add(&mut self, judgement: &Judgement<'_>, policy: &Policy) {
        if policy.waivers.is_empty() {
            return;
        }
        self.counts.resize(policy.waivers.len(), (0, false));
        for ruling in judgement.rulings.iter().filter(|ruling| ruling.verdict == Verdict::Fail) {
            let waivers = ruling.findings.iter();
            let mut met: Vec<usize> =
                waivers.filter_map(|finding| waiver_of(policy, judgement, ruling, finding)).collect();
            met.sort_unstable();
            met.dedup();
            for waiver in met {
                let (failures, is_met) = &mut self.counts[waiver];
                *failures += u64::from(ruling.waived.is_some());
                *is_met = true;
            }
        }
    }

    /// What became of each waiver; `was_tried` tells whether its clauses had a chance to fail.
    pub fn summary(&self, policy: &Policy, was_tried: impl Fn(&Waiver) -> bool) -> Vec<WaiverSummary> {
        let told = policy.waivers.iter().enumerate().map(|(index, waiver)| {
            let (failures, is_met) = self.counts.get(index).copied().unwrap_or_default();
            let state = match waiver.term {
                Term::Expired => WaiverState::Expired,
                _ if !was_tried(waiver) => WaiverState::NotJudged,
                _ if !is_met => WaiverState::Unused,
                Term::Expiring => WaiverState::Expiring,
                Term::Valid => WaiverState::Used,
            };
            WaiverSummary { waiver: waiver.clone(), failures, state }
        });
        told.collect()
    }
}

/// A waiver, and what became of it in a run.
#[derive(Clone, Debug)]
pub struct WaiverSummary {
    /// The waiver.
    pub waiver: Waiver,
    /// Failed clauses of sessions that it covers, alone or with other waivers.
    pub failures: u64,
    /// What became of it.
    pub state: WaiverState,
}

impl WaiverSummary {
    /// What somebody has to hear of it.
    pub fn warnings(&self) -> Vec<String> {
        let Waiver { clauses, waived, .. } = &self.waiver;
        let unused = (self.state == WaiverState::Unused)
            .then(|| format!("the waiver of {} was not needed: {}", clauses.text(), waived.reason));
        self.waiver.term_warning().into_iter().chain(unused).collect()
    }
}

/// What became of a waiver.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WaiverState {
    /// It met a finding.
    Used,
    /// It met a finding, and its last day is within [`Term::SOON`] days.
    Expiring,
    /// Its clauses were judged, and it met nothing.
    Unused,
    /// Its last day is over: it waives nothing.
    Expired,
    /// None of its clauses was judged.
    NotJudged,
}

impl WaiverState {
    /// All states, in the order in which reports count them.
    pub const ALL: [Self; 5] = [Self::Used, Self::Expiring, Self::Unused, Self::Expired, Self::NotJudged];

    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Expiring => "expiring",
            Self::Unused => "unused",
            Self::Expired => "expired",
            Self::NotJudged => "not-judged",
        }
    }

    /// Whether `--strict-waivers` fails the run for it.
    pub const fn is_refused(self) -> bool {
        matches!(self, Self::Unused | Self::Expired)
    }
}
