//! Judgements -> counts and exit code: how often each clause got each verdict, and what that makes of the run.

use super::{BaselineSummary, Coverage, FailOn, Judgement, Ruling, Statistics, Verdict, WaiverSummary};
use crate::clause::{Clause, Id, Level, Profile};

/// One input, as the run found it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InputSummary {
    /// Its path as it was named; `-` for standard input.
    pub path: String,
    /// `pcap`, `pcapng`, `hep`, `log` or `sip`; `unknown` for an input that could not be opened or recognised.
    pub kind: &'static str,
    /// Of a log, which program wrote it: `sipp -trace_msg`.
    pub format: Option<&'static str>,
    /// How many packets (of text: messages) it holds.
    pub packets: u64,
    /// How many SIP messages were read from it.
    pub messages: u64,
    /// What was wrong with it, in the order in which it was met.
    pub problems: Vec<InputProblem>,
    /// Whether something could not be read or was lost that may have held SIP: exit code 4.
    pub damaged: bool,
}

/// Something wrong with an input; what is of the same kind is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InputProblem {
    /// A stable word for the kind: `snaplen`, `fragment`.
    pub kind: &'static str,
    /// One line for people, with the frame or line of the first time.
    pub text: String,
    /// How often it was met.
    pub count: u64,
    /// Whether something was lost by it that may have held SIP.
    pub lost: bool,
}

impl std::fmt::Display for InputProblem {
    /// The text, and how many more of the same kind there were.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)?;
        match self.count {
            0 | 1 => Ok(()),
            count => write!(f, " (and {} more like it)", count - 1),
        }
    }
}

/// What the run saw and did not judge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Skipped {
    /// Sessions without an IM mark; `--all-sessions` judges them.
    pub sessions_not_im: u64,
    /// IM sessions whose INVITE is the IM Server's own, or of a client that is not under test.
    pub sessions_of_others: u64,
    /// Messages that belong to no session: REGISTER, OPTIONS, what has no Call-ID.
    pub messages_outside_sessions: u64,
    /// Files of folders that are neither captures nor SIP text.
    pub files: u64,
}

impl std::ops::AddAssign for Skipped {
    fn add_assign(&mut self, other: Self) {
        self.sessions_not_im += other.sessions_not_im;
        self.sessions_of_others += other.sessions_of_others;
        self.messages_outside_sessions += other.messages_outside_sessions;
        self.files += other.files;
    }
}

/// What became of a process, in the order of precedence: the greatest of several counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum ExitCode {
    /// 0: everything judged, nothing at or above `--fail-on`.
    #[default]
    Clean,
    /// 3: nothing was judged.
    NothingJudged,
    /// 1: a clause failed at or above `--fail-on`.
    Failed,
    /// 4: an input could not be read, or was cut short or damaged.
    Damaged,
    /// 2: wrong usage or configuration.
    Usage,
}

impl ExitCode {
    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NothingJudged => 3,
            Self::Damaged => 4,
        }
    }

    /// The exit code of a run that could be started; usage errors never get this far.
    pub fn of(inputs: &[InputSummary], tally: &Tally, fail_on: FailOn, empty: Empty) -> Self {
        let damaged = inputs.iter().any(|input| input.damaged);
        let nothing = tally.sessions == 0 && empty == Empty::Refused;
        [
            damaged.then_some(Self::Damaged),
            tally.fails(fail_on).then_some(Self::Failed),
            nothing.then_some(Self::NothingJudged),
        ]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or_default()
    }
}

/// Whether a run that judges nothing is fine: `--allow-empty`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Empty {
    /// Exit code 3.
    #[default]
    Refused,
    /// Exit code 0.
    Allowed,
}

/// What the exit code comes from, beyond the inputs and the verdicts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cause {
    /// Nothing: the inputs and the verdicts tell it all.
    #[default]
    Verdicts,
    /// Nothing was judged, and `--allow-empty` accepts that.
    EmptyAllowed,
    /// A waiver is expired or was not needed, and `--strict-waivers` does not accept that.
    Waivers,
    /// A clause was never decided, and `--require-exercised` does not accept that.
    NotExercised,
    /// A conformance statement is contradicted, and `--strict-ics` does not accept that.
    Statement,
}

/// Everything a report says at the end of a run.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// Version of this crate.
    pub tool_version: &'static str,
    /// How the text was read.
    pub profile: Profile,
    /// The inputs in the order of the run.
    pub inputs: Vec<InputSummary>,
    /// Whether all inputs were one timeline (`--join`), so that packets count over all of them.
    pub joined: bool,
    /// Sessions with the Call-ID of a session in another input: perhaps parts of one.
    pub split_sessions: u64,
    /// What was not judged.
    pub skipped: Skipped,
    /// What was.
    pub tally: Tally,
    /// The counts by User-Agent and by finding, if somebody asked for them.
    pub statistics: Option<Statistics>,
    /// What became of the waivers, in the order of the configuration.
    pub waivers: Vec<WaiverSummary>,
    /// What became of the baseline, if there was one.
    pub baseline: Option<BaselineSummary>,
    /// What was exercised, if somebody asked for it.
    pub coverage: Option<Coverage>,
    /// What sessions did though the conformance statement denies it, and what is wrong with the statement itself.
    pub contradictions: Vec<String>,
    /// The configuration file that was used, as the report names it.
    pub configuration: Option<String>,
    /// What the process will answer.
    pub exit_code: ExitCode,
    /// Why it will.
    pub cause: Cause,
}

impl RunSummary {
    /// A summary of these inputs and counts, with this crate's version and the exit code still clean.
    pub fn new(profile: Profile, inputs: Vec<InputSummary>, tally: Tally) -> Self {
        Self {
            tool_version: env!("CARGO_PKG_VERSION"),
            profile,
            inputs,
            joined: false,
            split_sessions: 0,
            skipped: Skipped::default(),
            tally,
            statistics: None,
            waivers: Vec::new(),
            baseline: None,
            coverage: None,
            contradictions: Vec::new(),
            configuration: None,
            exit_code: ExitCode::Clean,
            cause: Cause::Verdicts,
        }
    }
}

/// How often one clause got each verdict.
#[derive(Clone, Debug)]
pub struct Row {
    /// The clause.
    pub clause: &'static Clause,
    /// How strongly it binds in this run.
    pub level: Level,
    /// Failures that a waiver covers; they count as [`Verdict::Fail`] too.
    pub waived: u64,
    /// Failures that no waiver covers and the baseline holds all findings of; they count as [`Verdict::Fail`] too.
    pub known: u64,
    counts: [u64; Verdict::ALL.len()],
}

impl Row {
    fn new(ruling: &Ruling) -> Self {
        Self { clause: ruling.clause, level: ruling.level, waived: 0, known: 0, counts: [0; 4] }
    }

    /// In how many sessions the clause got this verdict.
    pub const fn count(&self, verdict: Verdict) -> u64 {
        self.counts[verdict as usize]
    }

    /// Failures that neither a waiver nor the baseline covers.
    pub const fn open_failures(&self) -> u64 {
        self.count(Verdict::Fail).saturating_sub(self.waived + self.known)
    }

    /// Whether it passed or failed in any session.
    pub const fn is_decided(&self) -> bool {
        self.count(Verdict::Pass) + self.count(Verdict::Fail) > 0
    }

    /// What the clause comes to over all sessions: the worst of its verdicts.
    pub fn standing(&self) -> Standing {
        if self.open_failures() > 0 {
            Standing::Failed
        } else if self.waived > 0 {
            Standing::Waived
        } else if self.known > 0 {
            Standing::Known
        } else if self.count(Verdict::Inconclusive) > 0 {
            Standing::Inconclusive
        } else if self.count(Verdict::Pass) > 0 {
            Standing::Passed
        } else {
            Standing::NotApplicable
        }
    }

    fn add(&mut self, ruling: &Ruling) {
        self.counts[ruling.verdict as usize] += 1;
        self.waived += u64::from(ruling.verdict == Verdict::Fail && ruling.waived.is_some());
        self.known += u64::from(ruling.is_known() && ruling.waived.is_none());
    }

    fn fails(&self, fail_on: FailOn) -> bool {
        match fail_on {
            FailOn::Never => false,
            FailOn::Shall => self.level == Level::Shall && self.open_failures() > 0,
            FailOn::Should => self.open_failures() > 0,
            FailOn::Inconclusive => self.open_failures() > 0 || self.count(Verdict::Inconclusive) > 0,
        }
    }
}

/// What a clause comes to over several sessions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It failed, and neither a waiver nor the baseline covers that.
    Failed,
    /// It failed, and every failure is waived or known.
    Waived,
    /// It failed, and the baseline holds every failure.
    Known,
    /// It could not be told.
    Inconclusive,
    /// It passed.
    Passed,
    /// It never applied.
    NotApplicable,
}

/// The verdicts of a run, counted by clause in catalogue order. Its size does not grow with the input.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    sessions: u64,
    rows: Vec<Row>,
}

impl Tally {
    /// Counts one judged session.
    pub fn add(&mut self, judgement: &Judgement<'_>) {
        self.sessions += 1;
        let mut at = 0;
        for ruling in &judgement.rulings {
            at = self.row_of(ruling, at);
            self.rows[at].add(ruling);
            at += 1;
        }
    }

    /// How many sessions were judged.
    pub const fn sessions(&self) -> u64 {
        self.sessions
    }

    /// The counts of each clause that was judged, in catalogue order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// In how many sessions this clause got this verdict.
    pub fn count(&self, clause: Id, verdict: Verdict) -> u64 {
        self.rows.iter().find(|row| row.clause.id == clause).map_or(0, |row| row.count(verdict))
    }

    /// How many clauses came to this over all sessions.
    pub fn standing(&self, standing: Standing) -> usize {
        self.rows.iter().filter(|row| row.standing() == standing).count()
    }

    /// How many clauses of this level failed, waived and known failures aside.
    pub fn failed(&self, level: Level) -> usize {
        self.rows.iter().filter(|row| row.level == level && row.open_failures() > 0).count()
    }

    /// Whether something counts as failure of the run. Waived and known failures do not.
    pub fn fails(&self, fail_on: FailOn) -> bool {
        self.rows.iter().any(|row| row.fails(fail_on))
    }

    /// The row of a ruling. Rulings come in catalogue order, so that it is nearly always the one after the
    /// row before; a clause not met yet gets its row there.
    fn row_of(&mut self, ruling: &Ruling, expected: usize) -> usize {
        let is_it = |row: &Row| std::ptr::eq(row.clause, ruling.clause) || row.clause.id == ruling.clause.id;
        if self.rows.get(expected).is_some_and(is_it) {
            return expected;
        }
        if let Some(at) = self.rows.iter().position(is_it) {
            return at;
        }
        let at = expected.min(self.rows.len());
        self.rows.insert(at, Row::new(ruling));
        at
    }
}
