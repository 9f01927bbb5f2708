//! Judgements -> verdicts that own what they tell.

use super::Failure;
use crate::clause::Level;
use crate::session::Scenario;
use crate::verdict::{FailOn, Judgement, Ruling, Verdict};

/// All that an [`Oracle`](super::Oracle) has to say about some bytes.
///
/// `Display` and `Debug` write the same: what failed, where, and the line itself.
#[derive(Clone)]
pub struct Verdicts {
    pub(super) sessions: Vec<SessionVerdicts>,
    pub(super) nothing: Option<String>,
    pub(super) problems: Vec<String>,
    pub(super) fail_on: FailOn,
}

impl Verdicts {
    /// Whether no session was judged; [`Self::why_nothing`] says why.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// The judged sessions in the order of their first messages.
    pub fn sessions(&self) -> &[SessionVerdicts] {
        &self.sessions
    }

    /// The worst verdict on a clause over all sessions.
    ///
    /// `None` for an id that is in no catalogue (there is no `6.2.1.1-8`), for a clause that was not selected,
    /// and where no session was judged.
    pub fn verdict(&self, id: &str) -> Option<Verdict> {
        self.sessions.iter().filter_map(|session| session.verdict(id)).max()
    }

    /// Every finding of every failed clause, SHOULD clauses included, session by session in catalogue order.
    pub fn failures(&self) -> impl Iterator<Item = Failure<'_>> + Clone {
        self.sessions.iter().flat_map(SessionVerdicts::failures)
    }

    /// Why these verdicts prove nothing: no session was judged (the bytes are no SIP, there is no INVITE, it is
    /// the server's own), or each clause asked for is inconclusive or not applicable. `None` if they do.
    pub fn why_nothing(&self) -> Option<&str> {
        self.nothing.as_deref()
    }

    /// What was odd about the bytes as an input, in words: LF line ends, lines that were passed over.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Whether the bytes do what the clauses ask, as far as can be told. Inconclusive is no failure.
    ///
    /// # Errors
    /// When a clause failed that counts ([`Oracle::fail_on`](super::Oracle::fail_on): a SHALL), and when the
    /// verdicts prove [nothing](Self::why_nothing), lest a test of nothing be green.
    pub fn conforms(&self) -> Result<(), Nonconformity> {
        let counts = |ruling: &Ruling| match (ruling.verdict, self.fail_on) {
            (_, FailOn::Never) => false,
            (Verdict::Fail, FailOn::Shall) => ruling.level == Level::Shall,
            (Verdict::Fail, FailOn::Should | FailOn::Inconclusive) => true,
            (verdict, fail_on) => verdict == Verdict::Inconclusive && fail_on == FailOn::Inconclusive,
        };
        let failed = self.sessions.iter().flat_map(SessionVerdicts::rulings).any(counts);
        if failed || self.nothing.is_some() { Err(Nonconformity(self.clone())) } else { Ok(()) }
    }
}

/// Why bytes do not conform; reads as its [`Verdicts`] do, with `unwrap` too.
#[derive(Clone, thiserror::Error)]
#[error("{0}")]
pub struct Nonconformity(pub(super) Verdicts);

impl Nonconformity {
    /// The verdicts in full.
    pub fn verdicts(&self) -> &Verdicts {
        &self.0
    }
}

/// The verdicts on one session.
#[derive(Clone)]
pub struct SessionVerdicts {
    first_packet: u64,
    call_id: String,
    scenario: Scenario,
    inferred: bool,
    rulings: Vec<Ruling>,
    messages: Vec<Vec<u8>>,
}

impl SessionVerdicts {
    pub(super) fn of(judgement: &Judgement<'_>) -> Self {
        Self {
            first_packet: judgement.first_packet,
            call_id: judgement.call_id.clone().into_owned(),
            scenario: Scenario::named(judgement.scenario).expect("a judgement names one of the scenarios"),
            inferred: judgement.inferred,
            rulings: judgement.rulings.clone(),
            messages: judgement.messages.iter().map(|shown| shown.bytes.to_vec()).collect(),
        }
    }

    pub(super) fn first_packet(&self) -> u64 {
        self.first_packet
    }

    /// Its Call-ID; bytes that are not UTF-8 are replaced.
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// Which scenario it was judged as.
    pub fn scenario(&self) -> Scenario {
        self.scenario
    }

    /// Whether the scenario was inferred from evidence rather than said by somebody.
    pub fn is_inferred(&self) -> bool {
        self.inferred
    }

    /// One ruling for every selected clause, in catalogue order.
    pub fn rulings(&self) -> impl Iterator<Item = &Ruling> + Clone {
        self.rulings.iter()
    }

    /// The ruling on the clause of this id; `None` as for [`Self::verdict`].
    pub fn ruling(&self, id: &str) -> Option<&Ruling> {
        self.rulings().find(|ruling| ruling.clause.id.0 == id)
    }

    /// The verdict on the clause of this id; `None` for an id that is in no catalogue and for a clause that was
    /// not selected.
    pub fn verdict(&self, id: &str) -> Option<Verdict> {
        self.ruling(id).map(|ruling| ruling.verdict)
    }

    /// Every finding of every failed clause, SHOULD clauses included, in catalogue order.
    pub fn failures(&self) -> impl Iterator<Item = Failure<'_>> + Clone {
        self.rulings().flat_map(move |ruling| {
            ruling.findings.iter().map(move |finding| Failure { session: self, ruling, finding })
        })
    }

    /// Its messages in order, as they were judged.
    pub fn messages(&self) -> &[Vec<u8>] {
        &self.messages
    }
}
