//! An earlier run -> which findings are known, and what of it this run met again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judgement, Tally};

/// The findings of an earlier run, by fingerprint.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    /// The report they were read from, as it was named.
    pub file: String,
    /// Fingerprint: the id of the clause that failed.
    pub findings: BTreeMap<String, String>,
}

impl Baseline {
    /// Whether this finding was there already.
    pub fn holds(&self, fingerprint: &str) -> bool {
        self.findings.contains_key(fingerprint)
    }
}

/// Which findings of a baseline were met again. Its size does not grow with the input.
#[derive(Clone, Debug, Default)]
pub struct BaselineCounts {
    met: BTreeSet<String>,
}

impl BaselineCounts {
    /// Takes one judged session in.
    pub fn add(&mut self, judgement: &Judgement<'_>) {
        let findings = judgement.rulings.iter().flat_map(|ruling| &ruling.findings);
        for finding in findings.filter(|finding| finding.known) {
            if !self.met.contains(&finding.fingerprint) {
                self.met.insert(finding.fingerprint.clone());
            }
        }
    }

    /// What came of the baseline in a run of these counts.
    pub fn summary(&self, baseline: &Baseline, tally: &Tally) -> BaselineSummary {
        let is_decided =
            |clause: &str| tally.rows().iter().any(|row| row.clause.id.0 == clause && row.is_decided());
        let mut summary = BaselineSummary { file: baseline.file.clone(), ..BaselineSummary::default() };
        for (fingerprint, clause) in &baseline.findings {
            let count = match self.met.contains(fingerprint) {
                true => &mut summary.met,
                false if is_decided(clause) => &mut summary.fixed,
                false => &mut summary.undecided,
            };
            *count += 1;
        }
        summary
    }
}

/// What came of a baseline. The three counts are those of its findings, each fingerprint once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BaselineSummary {
    /// The report it was read from, as it was named.
    pub file: String,
    /// Findings that this run met again.
    pub met: u64,
    /// Findings that this run did not meet, although their clauses passed or failed in some session.
    pub fixed: u64,
    /// Findings of clauses that this run did not decide: nobody knows whether they are fixed.
    pub undecided: u64,
}
