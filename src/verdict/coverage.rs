//! Judgements -> what the run exercised: which clauses were decided, in which sessions, and why others were not.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::judge::ANOTHER_SCENARIO;
use super::{Judgement, Policy, Ruling, Verdict};
use crate::clause::{Book, Check, Clause, Id, Level};
use crate::session::Scenario;

/// Sessions that are named for each clause: the first in the order of reports.
const MOST_SESSIONS: usize = 10;

/// Different reasons that are kept for each clause: a capture may be hostile.
const MOST_REASONS: usize = 100;

/// What a run exercised, clause by clause. Its size does not grow with the input.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    joined: bool,
    /// Names of the inputs so far.
    inputs: Vec<String>,
    rows: Vec<Covered>,
}

/// What a run has to do with one clause.
#[derive(Clone, Debug)]
pub struct Covered {
    /// The clause.
    pub clause: &'static Clause,
    /// How strongly it binds in this run.
    pub level: Level,
    /// The scenario that its subclause is about; `None`: every one.
    pub scenario: Option<Scenario>,
    /// The item of a conformance statement that says that the client does not support it.
    pub denied: Option<&'static str>,
    counts: [u64; Verdict::ALL.len()],
    scenarios: BTreeSet<&'static str>,
    sessions: Vec<Exercise>,
    reasons: Vec<Undecided>,
}

/// A session in which a clause was decided.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Exercise {
    /// What it is sorted by.
    order: (usize, u64),
    /// The input it was found in.
    pub input: String,
    /// Its Call-ID.
    pub call_id: String,
}

/// Why a clause was not decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undecided {
    /// [`Verdict::Inconclusive`] or [`Verdict::NotApplicable`].
    pub verdict: Verdict,
    /// The reason of the ruling.
    pub reason: String,
    /// In how many sessions.
    pub sessions: u64,
}

/// What a clause came to in a run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Exercised {
    /// Decided at least once: it passed or failed.
    Yes,
    /// Never decided.
    Never,
    /// Never decided, and a conformance statement says that the client does not support it.
    NotSupported,
    /// Never decided, because no wire shows it.
    NotOnTheWire,
}

impl Exercised {
    /// All of them, in the order in which reports list them.
    pub const ALL: [Self; 4] = [Self::Yes, Self::Never, Self::NotSupported, Self::NotOnTheWire];

    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "exercised",
            Self::Never => "never-exercised",
            Self::NotSupported => "not-supported",
            Self::NotOnTheWire => "not-on-the-wire",
        }
    }
}

impl Coverage {
    /// Of every clause that `policy` selects, with nothing exercised. `joined` says whether packets count over all
    /// inputs.
    pub fn new(book: &Book, policy: &Policy, joined: bool) -> Self {
        let rows = book.chapters.iter().flat_map(|chapter| {
            chapter.clauses.iter().filter_map(|clause| {
                Some(Covered {
                    clause,
                    level: policy.level_of(clause)?,
                    scenario: chapter.scenario,
                    denied: None,
                    counts: [0; Verdict::ALL.len()],
                    scenarios: BTreeSet::new(),
                    sessions: Vec::new(),
                    reasons: Vec::new(),
                })
            })
        });
        Self { joined, inputs: Vec::new(), rows: rows.collect() }
    }

    /// Sets which clauses a conformance statement says are not supported, by the items that say so.
    #[must_use]
    pub fn denying(mut self, item: impl Fn(&Clause) -> Option<&'static str>) -> Self {
        self.rows.iter_mut().for_each(|row| row.denied = item(row.clause));
        self
    }

    /// Counts one judged session.
    pub fn add(&mut self, judgement: &Judgement<'_>) {
        let order = (self.place_of(judgement.input), judgement.first_packet);
        let mut rows = self.rows.iter_mut();
        for ruling in &judgement.rulings {
            // Both are in catalogue order.
            if let Some(row) = rows.find(|row| row.clause.id == ruling.clause.id) {
                row.add(ruling, judgement, order);
            }
        }
    }

    /// Inputs are read one after the other, but for those of a joined run, whose packets count over all of them.
    fn place_of(&mut self, input: &str) -> usize {
        if self.joined {
            return 0;
        }
        if self.inputs.last().is_none_or(|last| last != input) {
            self.inputs.push(input.to_owned());
        }
        self.inputs.len() - 1
    }

    /// Every clause of the run, in catalogue order.
    pub fn rows(&self) -> &[Covered] {
        &self.rows
    }

    /// How many clauses came to this; of one subclause, or of all.
    pub fn count(&self, exercised: Exercised, subclause: Option<&str>) -> usize {
        let meant =
            self.rows.iter().filter(|row| subclause.is_none_or(|one| row.clause.id.subclause() == one));
        meant.filter(|row| row.exercised() == exercised).count()
    }

    /// The subclauses that the run judges clauses of, in order.
    pub fn subclauses(&self) -> Vec<&'static str> {
        let mut subclauses: Vec<_> = self.rows.iter().map(|row| row.clause.id.subclause()).collect();
        subclauses.dedup();
        subclauses
    }

    /// The clauses among `wanted` that could have been decided, are supported, and never were.
    pub fn missing(&self, wanted: impl Fn(Id) -> bool) -> Vec<Id> {
        let missing = self.rows.iter().filter(|row| row.exercised() == Exercised::Never);
        missing.map(|row| row.clause.id).filter(|id| wanted(*id)).collect()
    }
}

impl Covered {
    /// In how many sessions the clause got this verdict.
    pub const fn count(&self, verdict: Verdict) -> u64 {
        self.counts[verdict as usize]
    }

    /// In how many sessions it was decided.
    pub const fn decided(&self) -> u64 {
        self.count(Verdict::Pass) + self.count(Verdict::Fail)
    }

    /// What it came to.
    pub const fn exercised(&self) -> Exercised {
        match (self.decided(), self.clause.check, self.denied) {
            (1.., _, _) => Exercised::Yes,
            (_, Check::Unseen(_), _) => Exercised::NotOnTheWire,
            (_, _, Some(_)) => Exercised::NotSupported,
            (_, _, None) => Exercised::Never,
        }
    }

    /// The scenarios of the sessions in which it was decided.
    pub fn scenarios(&self) -> impl Iterator<Item = &'static str> {
        self.scenarios.iter().copied()
    }

    /// The first of the sessions in which it was decided, in the order of reports; at most ten.
    pub fn sessions(&self) -> &[Exercise] {
        &self.sessions
    }

    /// Of a clause that was never decided, why not: what came nearest to a decision first, then what was most
    /// frequent. That sessions are of another scenario comes last, because there is always one that is.
    pub fn reasons(&self) -> Vec<&Undecided> {
        if self.decided() > 0 {
            return Vec::new();
        }
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by(|one, other| {
            let rank =
                |why: &Undecided| (why.reason == ANOTHER_SCENARIO, Reverse((why.verdict, why.sessions)));
            rank(one).cmp(&rank(other)).then_with(|| one.reason.cmp(&other.reason))
        });
        reasons
    }

    /// What a run needs to decide it.
    pub fn needs(&self) -> String {
        let session = match self.scenario {
            Some(scenario) => format!("a session of scenario {}", scenario.name()),
            None => "a session of any scenario".to_owned(),
        };
        let seen_from = match self.clause.check {
            Check::Invite(_) | Check::AnyInvite(_) => "its initial INVITE, whole",
            Check::Session(_) => "the server's responses and what the client sends after them",
            Check::Pair(_) => "the session that its INVITE names by Replaces in the same input",
            Check::Unseen(_) => return "nothing that a capture can hold: no wire shows it".to_owned(),
        };
        format!("{session}, with {seen_from}; it passes when: {}", self.clause.verdicts.pass)
    }

    fn add(&mut self, ruling: &Ruling, judgement: &Judgement<'_>, order: (usize, u64)) {
        self.counts[ruling.verdict as usize] += 1;
        if ruling.verdict.is_decided() {
            self.reasons.clear();
            self.scenarios.insert(judgement.scenario);
            self.name(judgement, order);
        } else if self.decided() == 0 {
            self.give_reason(ruling);
        }
    }

    /// Keeps the session if it is one of the first.
    fn name(&mut self, judgement: &Judgement<'_>, order: (usize, u64)) {
        let at = self.sessions.partition_point(|known| known.order <= order);
        if at < MOST_SESSIONS {
            let (input, call_id) = (judgement.input.to_owned(), judgement.call_id.clone().into_owned());
            self.sessions.insert(at, Exercise { input, call_id, order });
            self.sessions.truncate(MOST_SESSIONS);
        }
    }

    fn give_reason(&mut self, ruling: &Ruling) {
        let is_same = |why: &&mut Undecided| why.verdict == ruling.verdict && why.reason == ruling.reason;
        if let Some(known) = self.reasons.iter_mut().find(is_same) {
            known.sessions += 1;
        } else if self.reasons.len() < MOST_REASONS {
            let (verdict, reason) = (ruling.verdict, ruling.reason.clone().into_owned());
            self.reasons.push(Undecided { verdict, reason, sessions: 1 });
        }
    }
}
