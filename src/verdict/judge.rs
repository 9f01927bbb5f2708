//! One session against one book: every selected clause gets its verdict.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::net::SocketAddr;

use super::evidence::Passing;
use super::fingerprint::fingerprint;
use super::waive::waive;
use super::{FingerprintedFinding, Judgement, Policy, Ruling, Shown, Unshown, Verdict};
use crate::clause::{Book, Chapter, Check, Clause, Finding, Level, Reason, Seen, Witness};
use crate::message::Name;
use crate::session::{Call, Decision, Invite, Record, Session};
use crate::source::FrameNumber;

/// Judges `session` by every clause of `book` that `policy` selects, in catalogue order. `inputs` are the names
/// of the inputs that its messages came from.
pub fn judge<'s>(
    session: &'s Session<'s>,
    inputs: &[&'s str],
    book: &Book,
    policy: &Policy,
) -> Judgement<'s> {
    Decided::of(session, book, policy).judgement(session.call, inputs, book, policy)
}

/// What was decided of a session, without its messages: it can be told on another thread.
#[derive(Clone, Debug)]
pub struct Decided {
    scenario: Decision,
    client: Option<SocketAddr>,
    server: Option<SocketAddr>,
    /// The message and the header that tell it.
    user_agent: Option<(usize, Name)>,
    rulings: Vec<Ruling>,
}

impl Decided {
    /// Judges by every clause of `book` that `policy` selects, in catalogue order.
    pub fn of<'s>(session: &'s Session<'s>, book: &Book, policy: &Policy) -> Self {
        Self {
            scenario: session.scenario.clone(),
            client: session.client,
            server: session.server,
            user_agent: session.user_agent_at(),
            rulings: rulings(session, book, policy),
        }
    }

    /// The whole judgement: `call` is that of the session, `inputs` are the names of the inputs that its messages
    /// came from.
    pub fn judgement<'c>(
        self,
        call: &'c Call,
        inputs: &[&'c str],
        book: &Book,
        policy: &Policy,
    ) -> Judgement<'c> {
        let input_of = |record: &Record| inputs.get(record.input).copied().unwrap_or_default();
        let records = &call.records;
        let agent = self.user_agent.and_then(|(index, name)| records.get(index)?.message.first(name));
        let mut judgement = Judgement {
            input: records.first().map(input_of).unwrap_or_default(),
            first_packet: records.first().map_or(0, |record| record.order),
            call_id: text(&call.call_id),
            scenario: self.scenario.scenario.name(),
            subclause: book.subclause_of(self.scenario.scenario),
            inferred: self.scenario.inferred,
            scenario_reason: self.scenario.reason,
            client: self.client,
            server: self.server,
            user_agent: agent.map(text),
            started: records.iter().find_map(|record| record.time),
            messages: records.iter().map(|record| shown(record, input_of(record), inputs)).collect(),
            rulings: self.rulings,
            observations: Vec::new(),
            profile: policy.profile,
        };
        waive(&mut judgement, policy);
        judgement
    }
}

fn shown<'c>(record: &'c Record, input: &'c str, inputs: &[&'c str]) -> Shown<'c> {
    Shown {
        index: record.index,
        input,
        frames: &record.frames,
        elsewhere: elsewhere(&record.frames, inputs),
        time: record.time,
        from: record.from,
        to: record.to,
        bytes: record.message.bytes(),
        unshown: Unshown::default(),
        start_line: record.message.start_line().of(record.message.bytes()),
        sender: record.from_tag(),
        file_line: record.file_line,
        cut: record.message.is_cut(),
        is_text: record.is_text(),
    }
}

fn rulings<'s>(session: &'s Session<'s>, book: &Book, policy: &Policy) -> Vec<Ruling> {
    let passing = LazyCell::new(|| Passing::of(session));
    let invites: Vec<_> = session.attempts.iter().map(|attempt| Invite::new(session, attempt)).collect();
    let mut rulings = Vec::with_capacity(book.chapters.iter().map(|chapter| chapter.clauses.len()).sum());
    for chapter in book.chapters {
        let binding = Binding::of(chapter, session);
        for clause in chapter.clauses {
            let Some(level) = policy.level_of(clause) else { continue };
            let ruling = match binding.exempts(clause) {
                Some((verdict, why)) => settled(clause, level, verdict, Cow::Borrowed(why)),
                None => {
                    let mut witness = Witness::new(&policy.context, policy.profile);
                    look(clause, session, &invites, &mut witness);
                    rule(clause, level, witness.into_parts(), |finding| {
                        mark(clause, finding, session, &passing)
                    })
                }
            };
            rulings.push(ruling);
        }
    }
    rulings
}

/// Why the clauses of a subclause about one scenario do not apply in the others.
pub(super) const ANOTHER_SCENARIO: &str = "the session is of another scenario";

/// How far the clauses of one chapter bind in a session.
#[derive(Clone, Copy)]
enum Binding {
    /// All are judged.
    Whole,
    /// Only those that hold in every scenario, because this doubt is about which it is.
    ByOutcome(&'static str),
    /// None is judged: the verdict, and why.
    Nothing(Verdict, &'static str),
}

impl Binding {
    fn of(chapter: &Chapter, session: &Session<'_>) -> Self {
        let own = chapter.scenario.is_none_or(|scenario| scenario == session.scenario.scenario);
        match session.scenario.doubt.filter(|_| chapter.scenario.is_some()) {
            Some(doubt) if own => Self::ByOutcome(doubt),
            Some(doubt) => Self::Nothing(Verdict::Inconclusive, doubt),
            None if own => Self::Whole,
            None => Self::Nothing(Verdict::NotApplicable, ANOTHER_SCENARIO),
        }
    }

    /// The verdict on a clause that is not to be judged, and why.
    fn exempts(self, clause: &Clause) -> Option<(Verdict, &'static str)> {
        match (self, clause.check) {
            (Self::Whole, _) | (Self::ByOutcome(_), Check::Session(_) | Check::AnyInvite(_)) => None,
            (Self::ByOutcome(doubt), _) => Some((Verdict::Inconclusive, doubt)),
            (Self::Nothing(verdict, why), _) => Some((verdict, why)),
        }
    }
}

/// Runs the check of one clause over what it is judged by.
fn look(clause: &Clause, session: &Session<'_>, invites: &[Invite<'_>], witness: &mut Witness<'_>) {
    match clause.check {
        Check::Session(check) => check(session, witness),
        Check::Invite(check) | Check::AnyInvite(check) | Check::Pair(check) | Check::Unseen(check) => {
            if invites.is_empty() {
                witness.doubt("the initial INVITE was not captured");
            }
            for invite in invites {
                check(invite, witness);
            }
        }
    }
}

/// Adds up what was seen: the worst counts.
fn rule(
    clause: &'static Clause,
    level: Level,
    seen: Seen,
    mark: impl FnMut(Finding) -> FingerprintedFinding,
) -> Ruling {
    let Seen { held, note, not_applicable, doubt, findings } = seen;
    if let Some(finding) = findings.first() {
        let reason = Cow::Owned(finding.message.clone());
        let findings = findings.into_iter().map(mark).collect();
        return Ruling { clause, level, verdict: Verdict::Fail, reason, findings, waived: None };
    }
    if let Some(missing) = doubt {
        settled(clause, level, Verdict::Inconclusive, missing)
    } else if held > 0 {
        settled(clause, level, Verdict::Pass, note.unwrap_or(Cow::Borrowed(clause.title)))
    } else {
        let why = not_applicable.unwrap_or(Cow::Borrowed("nothing it asks about was there"));
        settled(clause, level, Verdict::NotApplicable, why)
    }
}

/// A ruling with nothing found.
fn settled(clause: &'static Clause, level: Level, verdict: Verdict, reason: Reason) -> Ruling {
    Ruling { clause, level, verdict, reason, findings: Vec::new(), waived: None }
}

fn mark(
    clause: &'static Clause,
    finding: Finding,
    session: &Session<'_>,
    passing: &Passing<'_>,
) -> FingerprintedFinding {
    let message = session.call.records.get(finding.at.message).map(|record| &record.message);
    let fingerprint = fingerprint(clause.id, &finding, message, passing);
    let Finding { code, message, help, at, related } = finding;
    FingerprintedFinding { code, message, help, fingerprint, known: false, at, related }
}

/// Bytes as text, those that are not UTF-8 replaced: looking for them is dear, and hardly any text has them.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The frames that are not in the input of the last, by the names of the inputs.
fn elsewhere<'s>(frames: &[FrameNumber], inputs: &[&'s str]) -> Vec<(&'s str, Vec<u64>)> {
    let own = frames.last().map(|frame| frame.input());
    let mut elsewhere: Vec<(&str, Vec<u64>)> = Vec::new();
    for frame in frames.iter().filter(|frame| Some(frame.input()) != own) {
        let name = inputs.get(frame.input()).copied().unwrap_or_default();
        match elsewhere.iter_mut().find(|(known, _)| *known == name) {
            Some((_, numbers)) => numbers.push(frame.number()),
            None => elsewhere.push((name, vec![frame.number()])),
        }
    }
    elsewhere
}
