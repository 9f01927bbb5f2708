//! Judgements -> counts by User-Agent and by finding: `--statistics`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judgement, Verdict};
use crate::clause::Id;

/// More User-Agents than this are counted together: a capture may be hostile.
const MOST_AGENTS: usize = 1000;

/// Whose sessions failed, and with what. Its size does not grow with the input.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    agents: BTreeMap<Option<String>, AgentCounts>,
    others: AgentCounts,
    findings: BTreeMap<&'static str, FindingCounts>,
}

/// The sessions of one User-Agent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AgentCounts {
    /// How many there are.
    pub sessions: u64,
    /// How many of them failed a clause, waived and known failures aside.
    pub failed: u64,
    /// How many clauses failed in all of them, waived and known failures aside.
    pub failures: u64,
}

/// What was found under one code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FindingCounts {
    /// How often, waived and known ones included.
    pub findings: u64,
    /// In how many sessions.
    pub sessions: u64,
    /// Which clauses it failed.
    pub clauses: BTreeSet<Id>,
}

impl Statistics {
    /// Counts one judged session.
    pub fn add(&mut self, judgement: &Judgement<'_>) {
        let failed = judgement.rulings.iter().filter(|ruling| ruling.verdict == Verdict::Fail);
        let open = failed.clone().filter(|ruling| ruling.is_open_failure()).count() as u64;
        let agent = self.agent(judgement.user_agent.as_deref());
        agent.sessions += 1;
        agent.failed += u64::from(open > 0);
        agent.failures += open;
        let mut met = BTreeSet::new();
        for ruling in failed {
            for finding in &ruling.findings {
                let counts = self.findings.entry(finding.code).or_default();
                counts.findings += 1;
                counts.sessions += u64::from(met.insert(finding.code));
                counts.clauses.insert(ruling.clause.id);
            }
        }
    }

    fn agent(&mut self, name: Option<&str>) -> &mut AgentCounts {
        let name = name.map(str::to_owned);
        if self.agents.len() >= MOST_AGENTS && !self.agents.contains_key(&name) {
            return &mut self.others;
        }
        self.agents.entry(name).or_default()
    }

    /// The User-Agents by their names, those with the most failures first; `None` wrote no User-Agent.
    pub fn agents(&self) -> Vec<(Option<&str>, AgentCounts)> {
        let mut agents: Vec<_> =
            self.agents.iter().map(|(name, counts)| (name.as_deref(), *counts)).collect();
        agents.sort_by_key(|(_, counts)| std::cmp::Reverse((counts.failures, counts.sessions)));
        agents
    }

    /// The sessions of the User-Agents for which there was no room any more.
    pub const fn other_agents(&self) -> AgentCounts {
        self.others
    }

    /// The codes of what was found, the most frequent first.
    pub fn findings(&self) -> Vec<(&'static str, &FindingCounts)> {
        let mut findings: Vec<_> = self.findings.iter().map(|(code, counts)| (*code, counts)).collect();
        findings.sort_by_key(|(_, counts)| std::cmp::Reverse((counts.sessions, counts.findings)));
        findings
    }
}
