//! Session + clauses + context -> judgement: one verdict for every selected clause.

mod anatomy;
mod baseline;
mod coverage;
mod evidence;
mod fingerprint;
mod head;
mod judge;
mod policy;
mod select;
mod statement;
mod statistics;
mod tally;
mod volatile;
mod waive;

use std::borrow::Cow;
use std::net::SocketAddr;

pub use self::anatomy::{Hidden, Unshown};
#[cfg(feature = "cli")]
pub(crate) use self::anatomy::{Part, each_part};
pub use self::baseline::{Baseline, BaselineCounts, BaselineSummary};
pub use self::coverage::{Coverage, Covered, Exercise, Exercised, Undecided};
#[cfg(feature = "cli")]
pub(crate) use self::head::{content, lines};
pub use self::judge::{Decided, judge};
pub use self::policy::{FailOn, LevelChange, Policy, Term, Waiver};
pub use self::select::{Selector, nearest};
pub use self::statement::{Answer, Statement};
pub use self::statistics::{AgentCounts, FindingCounts, Statistics};
pub use self::tally::{
    Cause, Empty, ExitCode, InputProblem, InputSummary, Row, RunSummary, Skipped, Standing, Tally,
};
pub use self::waive::{WaiverCounts, WaiverState, WaiverSummary};
use crate::clause::{Clause, Level, Place, Profile, Reason, Related};
use crate::source::{FrameNumber, Time};

/// What is said of one clause in one session. The order is the order of badness.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// Its own condition is false.
    NotApplicable,
    /// Decided, and it holds.
    Pass,
    /// The input cannot tell.
    Inconclusive,
    /// Decided, and it does not hold.
    Fail,
}

impl Verdict {
    /// All four, in the order in which reports list them.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Fail, Self::Inconclusive, Self::NotApplicable];

    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// Whether something was found out: it holds, or it does not.
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Pass | Self::Fail)
    }
}

/// The verdict on one clause, with its evidence.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// The clause.
    pub clause: &'static Clause,
    /// How strongly it binds in this run.
    pub level: Level,
    /// The verdict.
    pub verdict: Verdict,
    /// One line: why.
    pub reason: Reason,
    /// What was found wrong; not empty exactly for [`Verdict::Fail`].
    pub findings: Vec<FingerprintedFinding>,
    /// The waiver that covers the failure; boxed, because almost no ruling has one and every session has 58 rulings.
    pub waived: Option<Box<Waived>>,
}

impl Ruling {
    /// Whether it failed, and the baseline holds every finding of it.
    pub fn is_known(&self) -> bool {
        self.verdict == Verdict::Fail && self.findings.iter().all(|finding| finding.known)
    }

    /// Whether it failed, and neither a waiver nor the baseline covers that.
    pub fn is_open_failure(&self) -> bool {
        self.verdict == Verdict::Fail && self.waived.is_none() && !self.is_known()
    }
}

/// A finding and the mark by which it is known again in another run.
#[derive(Clone, Debug)]
pub struct FingerprintedFinding {
    /// Stable code: `<thing>/<what is wrong>`.
    pub code: &'static str,
    /// What was seen, then what was wanted.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// 16 hexadecimal digits over clause, code and normalised evidence.
    pub fingerprint: String,
    /// Whether the baseline of the run holds it.
    pub known: bool,
    /// The main place.
    pub at: Place,
    /// Other places.
    pub related: Vec<Related>,
}

/// A waiver as it stands beside a failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waived {
    /// Why the failure is tolerated.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Until when, as `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// One judged session.
#[derive(Clone, Debug)]
pub struct Judgement<'s> {
    /// The input it was found in; of a joined run the one in which it begins.
    pub input: &'s str,
    /// Number of its first message in the run: the order in which reports list sessions.
    pub first_packet: u64,
    /// Its Call-ID; bytes that are not UTF-8 are replaced.
    pub call_id: Cow<'s, str>,
    /// Which scenario it was judged as: `one-to-one`, `ad-hoc`, `pre-established`, `extension`.
    pub scenario: &'static str,
    /// The subclause of that scenario.
    pub subclause: &'static str,
    /// Whether the scenario was inferred from evidence rather than said by somebody.
    pub inferred: bool,
    /// Why this scenario was taken, in a few words.
    pub scenario_reason: Reason,
    /// The client's address.
    pub client: Option<SocketAddr>,
    /// The address it talked to.
    pub server: Option<SocketAddr>,
    /// The client's User-Agent.
    pub user_agent: Option<Cow<'s, str>>,
    /// Time of its first message.
    pub started: Option<Time>,
    /// Its messages, in order, retransmissions and copies included.
    pub messages: Vec<Shown<'s>>,
    /// One ruling for every selected clause, in catalogue order.
    pub rulings: Vec<Ruling>,
    /// Things worth knowing that are no verdict.
    pub observations: Vec<String>,
    /// How the text was read.
    pub profile: Profile,
}

/// A message as a report shows it.
#[derive(Clone, Debug)]
pub struct Shown<'s> {
    /// Its index in the session.
    pub index: usize,
    /// The input that it was found in.
    pub input: &'s str,
    /// Its frames.
    pub frames: &'s [FrameNumber],
    /// Those of them that are in other inputs, by their names.
    pub elsewhere: Vec<(&'s str, Vec<u64>)>,
    /// When.
    pub time: Option<Time>,
    /// Sender.
    pub from: Option<SocketAddr>,
    /// Receiver.
    pub to: Option<SocketAddr>,
    /// All of it, as on the wire.
    pub bytes: &'s [u8],
    /// What of them no report shows.
    pub unshown: Unshown,
    /// Its start line.
    pub start_line: &'s [u8],
    /// The tag of the one who sent the request, of a response too: without addresses it tells the way of a message.
    pub sender: Option<&'s [u8]>,
    /// Line of the text file on which it begins, from 1.
    pub file_line: Option<usize>,
    /// Whether the capture lost its end.
    pub cut: bool,
    /// Whether it stands in `.sip` text, which can be mended, and not in a capture or a log.
    pub is_text: bool,
}

impl Shown<'_> {
    /// What of its bytes no report shows: bodies that are neither SDP nor resource lists, in their order.
    pub fn hidden(&self) -> &[Hidden] {
        self.unshown.of(self.bytes)
    }

    /// The numbers of its frames in its own input, from 1.
    pub fn numbers(&self) -> Vec<u64> {
        let own = self.frames.last().map(|frame| frame.input());
        let frames = self.frames.iter().filter(|frame| Some(frame.input()) == own);
        frames.map(|frame| frame.number()).collect()
    }
}
