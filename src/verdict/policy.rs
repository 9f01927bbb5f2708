//! What a run asks of the verdicts: which clauses, at which level, what fails the run, what is waived.

use super::{Baseline, Selector, Waived};
use crate::clause::{Clause, Level, Profile};
use crate::message::Limits;
use crate::session::{Context, Glob, Scenario};

/// Everything a judgement depends on, besides the session itself.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// How the text is read.
    pub profile: Profile,
    /// Forces the scenario of every session.
    pub scenario: Option<Scenario>,
    /// What the wire cannot tell.
    pub context: Context,
    /// Clauses to judge; empty: all.
    pub select: Vec<Selector>,
    /// Clauses to leave out.
    pub ignore: Vec<Selector>,
    /// Levels changed by the configuration; the last that matches counts.
    pub levels: Vec<(Selector, LevelChange)>,
    /// Failures that are tolerated; expired ones tolerate nothing.
    pub waivers: Vec<Waiver>,
    /// Findings of an earlier run, which do not count again.
    pub baseline: Option<Baseline>,
    /// What makes the run fail.
    pub fail_on: FailOn,
    /// Judge sessions that show no IM mark too.
    pub all_sessions: bool,
    /// How far messages are read.
    pub limits: Limits,
}

impl Policy {
    /// The level a clause is judged at, or `None` if it is not judged.
    #[inline]
    pub fn level_of(&self, clause: &Clause) -> Option<Level> {
        // Most runs judge all clauses as they are written, and each session asks for 58.
        if self.select.is_empty() && self.ignore.is_empty() && self.levels.is_empty() {
            return Some(clause.level);
        }
        self.chosen_level_of(clause)
    }

    fn chosen_level_of(&self, clause: &Clause) -> Option<Level> {
        let means = |selectors: &[Selector]| selectors.iter().any(|selector| selector.means(clause.id));
        if (!self.select.is_empty() && !means(&self.select)) || means(&self.ignore) {
            return None;
        }
        match self.levels.iter().rev().find(|(selector, _)| selector.means(clause.id)) {
            Some((_, LevelChange::Off)) => None,
            Some((_, LevelChange::To(level))) => Some(*level),
            None => Some(clause.level),
        }
    }
}

/// What the configuration makes of a clause's level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LevelChange {
    /// Judge it at this level.
    To(Level),
    /// Do not judge it.
    Off,
}

/// From which verdict on the run fails (exit code 1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum FailOn {
    /// A failed SHALL.
    #[default]
    Shall,
    /// A failed SHALL or SHOULD.
    Should,
    /// The same, or an inconclusive clause.
    Inconclusive,
    /// Nothing.
    Never,
}

/// A tolerated failure.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Which clauses.
    pub clauses: Selector,
    /// Only for clients whose User-Agent matches.
    pub user_agent: Option<Glob>,
    /// Only for sessions whose Call-ID matches.
    pub call_id: Option<Glob>,
    /// Only in inputs whose path matches.
    pub input: Option<Glob>,
    /// Only the finding with this fingerprint.
    pub fingerprint: Option<Glob>,
    /// What stands in the report.
    pub waived: Waived,
    /// Whether its last day is over, or soon will be.
    pub term: Term,
    /// File, line and column where it is written, if it is in a file.
    pub place: Option<String>,
}

/// How long a waiver is good for, on the day of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Term {
    /// For longer than [`Term::SOON`] days, or for ever.
    #[default]
    Valid,
    /// Its last day is within so many days.
    Expiring,
    /// Its last day is over.
    Expired,
}

impl Term {
    /// From so many days before its last day on, a waiver is expiring.
    pub const SOON: i32 = 14;
}
