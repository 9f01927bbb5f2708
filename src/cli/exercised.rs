//! `--require-exercised` and `--ics`: what a run has to exercise, and what it says where it did not, or should not have.

use super::check::selectors;
use super::complaint::Complaint;
use crate::books::oma_im;
use crate::clause::{Check, Id};
use crate::verdict::{Coverage, Policy, Selector, Statement};

/// What is asked of the coverage of a run.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// What has to be exercised.
    pub(super) required: Option<Required>,
    /// What the client says that it supports.
    pub(super) statement: Option<Statement>,
}

impl Asked {
    /// Whether the coverage has to be counted.
    pub(super) const fn is_something(&self) -> bool {
        self.required.is_some() || self.statement.is_some()
    }

    /// The coverage of a run that begins.
    pub(super) fn coverage(&self, policy: &Policy, joined: bool) -> Coverage {
        let coverage = Coverage::new(&oma_im::BOOK, policy, joined);
        match &self.statement {
            Some(statement) => coverage.denying(|clause| statement.denies(clause)),
            None => coverage,
        }
    }

    /// What has to be said of a run that did not exercise what was required.
    pub(super) fn unexercised(&self, coverage: &Coverage) -> Option<Complaint> {
        self.required.as_ref()?.complaint(coverage)
    }

    /// What is wrong with the conformance statement, alone or after this run.
    pub(super) fn contradictions(&self, coverage: &Coverage) -> Vec<String> {
        let Some(statement) = &self.statement else { return Vec::new() };
        statement.faults().into_iter().chain(statement.contradictions(coverage)).collect()
    }
}

/// The clauses that a run has to decide.
#[derive(Debug, Default)]
pub(super) struct Required {
    /// Empty: every one.
    selectors: Vec<Selector>,
}

impl Required {
    /// What the values of the option mean; `None` without the option.
    pub(super) fn of(values: Option<&[String]>, policy: &Policy) -> Result<Option<Self>, Complaint> {
        let Some(values) = values else { return Ok(None) };
        let selectors = selectors("--require-exercised", values)?;
        if let Some(vain) = selectors.iter().find(|selector| !can_be_met(selector, policy)) {
            return Err(Complaint::new(format!(
                "--require-exercised: no clause that `{}` means can be decided in this run",
                vain.text()
            ))
            .help("it is left out by `--select`, `--ignore` or `level: off`, or no wire shows it"));
        }
        Ok(Some(Self { selectors }))
    }

    /// What has to be said of a run that did not decide all of them.
    pub(super) fn complaint(&self, coverage: &Coverage) -> Option<Complaint> {
        let wanted = |id: Id| self.selectors.is_empty() || self.selectors.iter().any(|one| one.means(id));
        let missing = coverage.missing(wanted);
        if missing.is_empty() {
            return None;
        }
        let ids: Vec<_> = missing.iter().map(|id| id.0).collect();
        let clauses = if ids.len() == 1 { "1 clause was" } else { &format!("{} clauses were", ids.len()) };
        Some(
            Complaint::new(format!("{clauses} never exercised: {}", ids.join(", ")))
                .help("`--output coverage=FILE.md` says why, and what decides them"),
        )
    }
}

fn can_be_met(selector: &Selector, policy: &Policy) -> bool {
    let mut meant = oma_im::BOOK.clauses().filter(|clause| selector.means(clause.id));
    meant.any(|clause| policy.level_of(clause).is_some() && !matches!(clause.check, Check::Unseen(_)))
}
