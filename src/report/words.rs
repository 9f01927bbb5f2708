//! Rulings and waivers -> the words that several formats use for them.

use std::borrow::Cow;

use super::Options;
use super::closing::count;
use super::finding::Findings;
use crate::clause::Level;
use crate::fix::{Remedy, offered};
use crate::verdict::{
    Cause, ExitCode, FailOn, FingerprintedFinding, InputSummary, Judgement, Ruling, RunSummary, Verdict,
    Waived,
};

/// Columns of findings that are quoted in another format.
const WIDTH: usize = 100;

const KNOWN: &str = "known: the baseline holds it";

/// The terms of a waiver: why, who, until when.
pub(super) fn terms(waived: &Waived) -> String {
    let owner = waived.owner.as_ref().map(|owner| format!(", {owner}"));
    let until = waived.until.as_ref().map(|until| format!(", until {until}"));
    format!("{}{}{}", waived.reason, owner.unwrap_or_default(), until.unwrap_or_default())
}

/// Why this failure does not count: the waiver that covers it, or that the baseline holds all of it.
pub(super) fn tolerance(ruling: &Ruling) -> Option<String> {
    match &ruling.waived {
        Some(waived) => Some(format!("waived: {}", terms(waived))),
        None => ruling.is_known().then(|| KNOWN.to_owned()),
    }
}

/// The same of one finding: the baseline may hold it and not the others of its clause.
pub(super) fn tolerance_of(ruling: &Ruling, finding: &FingerprintedFinding) -> Option<String> {
    tolerance(ruling).or_else(|| finding.known.then(|| KNOWN.to_owned()))
}

/// The commands that mend what is found.
pub(super) const FIX: &str = "sipclause fix";
pub(super) const FIX_UNSAFE: &str = "sipclause fix --unsafe";

/// What to do about a finding, and whether a command can.
pub(super) fn help<'f>(finding: &'f FingerprintedFinding, judgement: &Judgement<'_>) -> Option<Cow<'f, str>> {
    let (title, with) = match offered(finding, judgement) {
        Some(Remedy::Safe(title)) => (title, FIX),
        Some(Remedy::Unsafe(title)) => (title, FIX_UNSAFE),
        Some(Remedy::None(_)) | None => return finding.help.as_deref().map(Cow::Borrowed),
    };
    let help = finding.help.as_deref().unwrap_or(title);
    Some(format!("{help} (fixable with `{with}`)").into())
}

/// What the exit code means in this run.
pub(super) fn outcome(summary: &RunSummary) -> &'static str {
    match (summary.exit_code, summary.cause) {
        (ExitCode::Clean, Cause::EmptyAllowed) => "nothing was judged, which is allowed",
        (ExitCode::Clean, _) => "everything was judged, and nothing fails the run",
        (ExitCode::Failed, Cause::Waivers) => "a waiver is expired or was not needed",
        (ExitCode::Failed, Cause::Statement) => "the conformance statement is contradicted",
        (ExitCode::Failed, _) => "a clause fails the run",
        (ExitCode::NothingJudged, Cause::NotExercised) => "clauses were never exercised",
        (ExitCode::NothingJudged, _) => "nothing was judged",
        (ExitCode::Damaged, _) => "an input could not be read, or was cut short or damaged",
        (ExitCode::Usage, _) => "wrong usage or configuration",
    }
}

/// Whether this ruling fails the run.
pub(super) fn fails(ruling: &Ruling, fail_on: FailOn) -> bool {
    match (ruling.verdict, fail_on) {
        (_, FailOn::Never) => false,
        (Verdict::Fail, _) if !ruling.is_open_failure() => false,
        (Verdict::Fail, FailOn::Shall) => ruling.level == Level::Shall,
        (Verdict::Fail, FailOn::Should | FailOn::Inconclusive) => true,
        (Verdict::Inconclusive, FailOn::Inconclusive) => true,
        (Verdict::Pass | Verdict::Inconclusive | Verdict::NotApplicable, _) => false,
    }
}

/// Why, in one line that is not empty.
pub(super) fn reason(ruling: &Ruling) -> &str {
    match (&*ruling.reason, ruling.findings.first()) {
        ("", Some(finding)) => &finding.message,
        ("", None) => "no reason given",
        (reason, _) => reason,
    }
}

/// The findings of a failed clause as people read them at a terminal, and what covers them. Shows what would act
/// on a terminal; lines end with LF.
pub(super) fn findings(judgement: &Judgement<'_>, ruling: &Ruling) -> String {
    let mut text = String::new();
    if let Some(why) = tolerance(ruling) {
        text.push_str(&crate::visible::sanitise(&why));
        text.push_str("\n\n");
    }
    Findings { judgement, options: Options { width: WIDTH, ..Options::default() } }.write(&mut text, ruling);
    text
}

/// What was lost of an input: a kind and a text for each. Not empty if the input is damaged.
pub(super) fn losses(input: &InputSummary) -> Vec<(&'static str, String)> {
    let lost = input.problems.iter().filter(|problem| problem.lost);
    let mut losses: Vec<_> = lost.map(|problem| (problem.kind, problem.to_string())).collect();
    if losses.is_empty() && input.damaged {
        losses.push(("damaged", "damaged or not readable".to_owned()));
    }
    losses
}

/// How often rulings of a session or a run got each verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Counts {
    /// Failures that neither a waiver nor the baseline covers.
    pub(super) failed: u64,
    pub(super) waived: u64,
    pub(super) known: u64,
    pub(super) passed: u64,
    pub(super) inconclusive: u64,
    pub(super) not_applicable: u64,
}

impl Counts {
    /// All failures, whatever covers them.
    pub(super) const fn failures(self) -> u64 {
        self.failed + self.waived + self.known
    }

    /// Those of one session.
    pub(super) fn of(judgement: &Judgement<'_>) -> Self {
        let mut counts = Self::default();
        for ruling in &judgement.rulings {
            *match ruling.verdict {
                Verdict::Fail if ruling.waived.is_some() => &mut counts.waived,
                Verdict::Fail if ruling.is_known() => &mut counts.known,
                Verdict::Fail => &mut counts.failed,
                Verdict::Pass => &mut counts.passed,
                Verdict::Inconclusive => &mut counts.inconclusive,
                Verdict::NotApplicable => &mut counts.not_applicable,
            } += 1;
        }
        counts
    }

    /// `2 failed, 1 waived, 50 passed, 3 inconclusive, 2 not applicable`, without those that are zero.
    pub(super) fn words(self) -> String {
        let parts = [
            (self.failed, "failed"),
            (self.waived, "waived"),
            (self.known, "known"),
            (self.passed, "passed"),
            (self.inconclusive, "inconclusive"),
            (self.not_applicable, "not applicable"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> = parts.map(|(count, word)| format!("{count} {word}")).collect();
        if parts.is_empty() { "no clause judged".to_owned() } else { parts.join(", ") }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.failed += other.failed;
        self.waived += other.waived;
        self.known += other.known;
        self.passed += other.passed;
        self.inconclusive += other.inconclusive;
        self.not_applicable += other.not_applicable;
    }
}

/// `3 clauses`, of a number that is no `u64`.
pub(super) fn number(number: usize, thing: &str) -> String {
    count(number as u64, thing)
}
