//! What is known and asked + bytes -> verdicts.
use super::verdicts::{SessionVerdicts, Verdicts};
use crate::books::oma_im::BOOK;
use crate::capture::{Event, Framing, OpenError, Packet};
use crate::clause::Profile;
use crate::error::Error;
use crate::message::{Message, looks_like_sip};
use crate::run::{Run, run};
use crate::session::{Context, Scenario};
use crate::verdict::{FailOn, InputProblem, Judgement, Policy, Selector, Skipped};

/// Judges `bytes` with nothing known but themselves: see [`Oracle::judge`].
///
/// ```
/// let verdicts = sipclause::judge(b"not SIP at all");
/// assert!(verdicts.is_empty());
/// assert_eq!(verdicts.why_nothing(), Some("no SIP message in 14 bytes: text without a SIP start line"));
/// ```
pub fn judge(bytes: &[u8]) -> Verdicts {
    Oracle::new().judge(bytes)
}

/// A judge of bytes, with what it knows about them and which clauses it is asked for.
///
/// ```
/// use sipclause::oracle::Oracle;
/// use sipclause::session::{Context, Scenario};
/// use sipclause::verdict::Verdict;
///
/// let context = Context { max_adhoc_group_size: Some(5), ..Context::default() };
/// let oracle = Oracle::new().context(context).scenario(Scenario::AdHoc).select(["6.2.1.1-2", "6.2.1.3"])?;
/// let verdicts = oracle.judge(
///     b"INVITE sip:factory@im.example.com SIP/2.0\r\nCall-ID: 1\r\nUser-Agent: IM-client/OMA1.0\r\n\r\n",
/// );
/// assert_eq!(verdicts.sessions()[0].scenario(), Scenario::AdHoc);
/// assert_eq!(verdicts.verdict("6.2.1.1-2"), Some(Verdict::Pass));
/// assert_eq!(verdicts.verdict("6.2.1.1-1"), None, "it was not asked for");
/// # Ok::<(), sipclause::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Oracle {
    policy: Policy,
}

impl Oracle {
    /// An oracle that knows nothing but the bytes and judges every clause.
    ///
    /// Every session is judged, with an IM mark or without: who hands bytes in does so on purpose.
    pub fn new() -> Self {
        Self { policy: Policy { all_sessions: true, ..Policy::default() } }
    }

    /// What the wire cannot tell: the conference factories, the intended recipient and so on.
    #[must_use]
    pub fn context(mut self, context: Context) -> Self {
        self.policy.context = context;
        self
    }

    /// How the text is read; the change request to the letter if nothing is said.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.policy.profile = profile;
        self
    }

    /// Judges every session as one of this scenario, instead of by its evidence.
    #[must_use]
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.policy.scenario = Some(scenario);
        self
    }

    /// What does not [conform](Verdicts::conforms): a failed SHALL if nothing is said.
    #[must_use]
    pub fn fail_on(mut self, fail_on: FailOn) -> Self {
        self.policy.fail_on = fail_on;
        self
    }

    /// Judges these clauses only: ids (`6.2.1.1-5bis`), subclauses (`6.2.1.3`) or globs (`6.2.1.*-ims`).
    ///
    /// A second call replaces the first; no id at all means every clause.
    ///
    /// # Errors
    /// [`Error::Usage`] for one that means no clause, with the nearest id that does.
    pub fn select<T: AsRef<str>>(mut self, ids: impl IntoIterator<Item = T>) -> Result<Self, Error> {
        let selectors = ids.into_iter().map(|id| Selector::parse(id.as_ref(), &[&BOOK]));
        self.policy.select = selectors.collect::<Result<_, _>>().map_err(Error::Usage)?;
        Ok(self)
    }

    /// Judges one message, or several as they stand in a `.sip` text or (with the feature `pcap`) in a
    /// capture.
    ///
    /// Never fails and never panics: bytes that are no SIP give verdicts without a session, and
    /// [`Verdicts::why_nothing`] says why. Lines that all end with LF are read as CRLF, and
    /// [`Verdicts::problems`] says so; [`Self::judge_message`] has no such leniency.
    pub fn judge(&self, bytes: &[u8]) -> Verdicts {
        let mut sessions = Vec::new();
        match run("bytes", bytes, &self.policy, &BOOK, &mut |judgement| keep(&mut sessions, judgement)) {
            Ok((input, skipped)) => {
                let why = (input.messages == 0).then(|| format!("no SIP message in {} bytes", bytes.len()));
                self.verdicts(sessions, why, skipped, input.problems)
            }
            Err(error) => {
                let seen = match error {
                    OpenError::UnknownFormat { seen } => seen,
                    other => other.to_string(),
                };
                let why = format!("no SIP message in {} bytes: {seen}", bytes.len());
                self.verdicts(sessions, Some(why), Skipped::default(), Vec::new())
            }
        }
    }

    /// Judges `bytes` as exactly one message, whatever is in them.
    ///
    /// Nothing is looked for before or behind it: a lone LF, a missing empty line and a byte behind
    /// Content-Length are faults of the message.
    ///
    /// ```
    /// use sipclause::oracle::Oracle;
    /// use sipclause::verdict::Verdict;
    ///
    /// let lf = b"INVITE sip:bob@example.com SIP/2.0\nCall-ID: 1\nUser-Agent: IM-client/OMA1.0\n\n";
    /// let verdicts = Oracle::new().judge_message(lf);
    /// assert!(verdicts.failures().any(|failure| failure.code() == "header-line/bare-lf"));
    /// ```
    pub fn judge_message(&self, bytes: &[u8]) -> Verdicts {
        if !looks_like_sip(bytes) {
            let why = format!("no SIP message in {} bytes: they begin with no start line", bytes.len());
            return self.verdicts(Vec::new(), Some(why), Skipped::default(), Vec::new());
        }
        let packet = Packet { framing: strictest_framing(bytes), ..Packet::of_text(bytes) };
        let mut sessions = Vec::new();
        let mut sink = |judgement: &Judgement<'_>| keep(&mut sessions, judgement);
        let mut run = Run::new("bytes", &self.policy, &BOOK);
        run.take(Event::Packet(packet), &mut sink);
        let skipped = run.finish(&mut sink);
        let problems = run.problems();
        self.verdicts(sessions, None, skipped, problems)
    }

    fn verdicts(
        &self,
        mut sessions: Vec<SessionVerdicts>,
        unreadable: Option<String>,
        skipped: Skipped,
        problems: Vec<InputProblem>,
    ) -> Verdicts {
        sessions.sort_by_key(SessionVerdicts::first_packet);
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        let nothing = match sessions.as_slice() {
            [] => Some(unreadable.unwrap_or_else(|| why_no_session(skipped, &problems))),
            judged => why_undecided(judged),
        };
        Verdicts { sessions, nothing, problems, fail_on: self.policy.fail_on }
    }
}

impl Default for Oracle {
    fn default() -> Self {
        Self::new()
    }
}

fn keep(sessions: &mut Vec<SessionVerdicts>, judgement: &Judgement<'_>) {
    sessions.push(SessionVerdicts::of(judgement));
}

/// A text may end its lines as it likes, a datagram may go on behind Content-Length; one message may neither.
fn strictest_framing(bytes: &[u8]) -> Framing {
    let message = Message::split(bytes);
    let head = &bytes[..message.body_span().start as usize];
    let bare_lf = memchr::memchr_iter(b'\n', head).any(|at| at == 0 || head[at - 1] != b'\r');
    if bare_lf || !message.has_whole_headers() { Framing::Datagram } else { Framing::Text }
}

/// Why messages that were read gave no session.
fn why_no_session(skipped: Skipped, problems: &[String]) -> String {
    if skipped.sessions_of_others > 0 {
        let told = problems.iter().find(|problem| problem.starts_with("an INVITE was taken for"));
        return told.cloned().unwrap_or_else(|| {
            "no session of a client under test: `context.clients` names others".to_owned()
        });
    }
    match skipped.messages_outside_sessions {
        0 => "no session of an IM client in it".to_owned(),
        1 => "one message, and it belongs to no session that an INVITE sets up".to_owned(),
        many => format!("{many} messages, and none belongs to a session that an INVITE sets up"),
    }
}

/// Why sessions that were judged tell nothing: a lone BYE passes every clause by not being asked.
fn why_undecided(sessions: &[SessionVerdicts]) -> Option<String> {
    let mut rulings = sessions.iter().flat_map(SessionVerdicts::rulings);
    if rulings.clone().any(|ruling| ruling.verdict.is_decided()) {
        return None;
    }
    let first = rulings.next()?;
    Some(format!(
        "no clause could be decided; {} is {}: {}",
        first.clause.id,
        first.verdict.name(),
        first.reason
    ))
}
