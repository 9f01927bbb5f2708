//! One session against one book: every selected clause gets its verdict.

use std::borrow::Cow;
use std::net::SocketAddr;

use super::fingerprint::fingerprint;
use super::{FingerprintedFinding, Judgement, Policy, Ruling, Shown, Verdict, Waiver};
use crate::clause::{Book, Chapter, Check, Clause, Finding, Level, Seen, Witness};
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
            call_id: String::from_utf8_lossy(&call.call_id),
            scenario: self.scenario.scenario.name(),
            subclause: book.subclause_of(self.scenario.scenario),
            inferred: self.scenario.inferred,
            scenario_reason: self.scenario.reason,
            client: self.client,
            server: self.server,
            user_agent: agent.map(String::from_utf8_lossy),
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
        start_line: record.message.start_line().of(record.message.bytes()),
        file_line: record.file_line,
        cut: record.message.is_cut(),
    }
}

fn rulings<'s>(session: &'s Session<'s>, book: &Book, policy: &Policy) -> Vec<Ruling> {
    let invites: Vec<_> = session.attempts.iter().map(|attempt| Invite::new(session, attempt)).collect();
    let mut rulings = Vec::with_capacity(book.chapters.iter().map(|chapter| chapter.clauses.len()).sum());
    for chapter in book.chapters {
        for clause in chapter.clauses {
            let Some(level) = policy.level_of(clause) else { continue };
            let ruling = match exemption(chapter, clause, session) {
                Some((verdict, why)) => {
                    let (reason, findings) = (Cow::Borrowed(why), Vec::new());
                    Ruling { clause, level, verdict, reason, findings, waived: None }
                }
                None => {
                    let mut witness = Witness::new(&policy.context, policy.profile);
                    look(clause, session, &invites, &mut witness);
                    rule(clause, level, witness.into_parts(), session)
                }
            };
            rulings.push(ruling);
        }
    }
    rulings
}

/// The verdict on a clause that is not to be judged in this session, and why.
fn exemption(chapter: &Chapter, clause: &Clause, session: &Session<'_>) -> Option<(Verdict, &'static str)> {
    let scenario = chapter.scenario?;
    let own = scenario == session.scenario.scenario;
    let scenario_matters = !matches!(clause.check, Check::Session(_) | Check::AnyInvite(_));
    match session.scenario.doubt {
        Some(doubt) if !own || scenario_matters => Some((Verdict::Inconclusive, doubt)),
        _ if !own => Some((Verdict::NotApplicable, "the session is of another scenario")),
        _ => None,
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
fn rule(clause: &'static Clause, level: Level, seen: Seen, session: &Session<'_>) -> Ruling {
    let Seen { held, note, not_applicable, doubt, findings } = seen;
    let (verdict, reason) = if let Some(finding) = findings.first() {
        (Verdict::Fail, Cow::Owned(finding.message.clone()))
    } else if let Some(missing) = doubt {
        (Verdict::Inconclusive, missing)
    } else if held > 0 {
        (Verdict::Pass, note.unwrap_or(Cow::Borrowed(clause.title)))
    } else {
        (Verdict::NotApplicable, not_applicable.unwrap_or(Cow::Borrowed("nothing it asks about was there")))
    };
    let findings = marked(clause, findings, session);
    Ruling { clause, level, verdict, reason, findings, waived: None }
}

fn marked(
    clause: &'static Clause,
    findings: Vec<Finding>,
    session: &Session<'_>,
) -> Vec<FingerprintedFinding> {
    // Most clauses find nothing, and collecting nothing from a vector is not free.
    if findings.is_empty() {
        return Vec::new();
    }
    findings.into_iter().map(|finding| mark(clause, finding, session)).collect()
}

fn mark(clause: &'static Clause, finding: Finding, session: &Session<'_>) -> FingerprintedFinding {
    let message = session.call.records.get(finding.at.message);
    let evidence = message.map_or(&[][..], |record| finding.at.span.of(record.message.bytes()));
    let fingerprint = fingerprint(clause.id, &finding, evidence);
    let Finding { code, message, help, at, related } = finding;
    FingerprintedFinding { code, message, help, fingerprint, at, related }
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

/// Sets the first waiver that covers all findings of a failure beside it.
fn waive(judgement: &mut Judgement<'_>, policy: &Policy) {
    for ruling in &mut judgement.rulings {
        if ruling.verdict != Verdict::Fail {
            continue;
        }
        let covers = |waiver: &&Waiver| {
            let matches = |glob: &Option<crate::session::Glob>, text: &str| {
                glob.as_ref().is_none_or(|glob| glob.matches(text))
            };
            waiver.clauses.means(ruling.clause.id)
                && matches(&waiver.user_agent, judgement.user_agent.as_deref().unwrap_or(""))
                && matches(&waiver.call_id, &judgement.call_id)
                && matches(&waiver.input, judgement.input)
                && ruling.findings.iter().all(|finding| matches(&waiver.fingerprint, &finding.fingerprint))
        };
        ruling.waived = policy.waivers.iter().find(covers).map(|waiver| waiver.waived.clone());
    }
}
