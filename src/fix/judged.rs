//! Text -> its sessions with their verdicts, and a draft for each finding that has a fix.

use super::draft::{Case, Change, Draft, Way};
use super::edit::Edit;
use super::layout::Layout;
use super::proposal::{Asked, Refusal, Trust};
use super::table::{self, Remedy};
use crate::capture::{Caps, Capture, Kind, OpenError};
use crate::clause::{Clause, Place};
use crate::message::{Message, Wholeness};
use crate::run::Job;
use crate::session::Context;
use crate::source::Span;
use crate::verdict::{FingerprintedFinding, Judgement, Policy, Ruling, Verdict};

/// How much tells what a text is.
const HEAD: usize = 64 << 10;

/// What was found in a text.
#[derive(Debug)]
pub(super) struct Judged {
    /// In the order of their first messages.
    pub(super) sessions: Vec<Seen>,
    /// How many messages the text has, whether they belong to a session or not.
    pub(super) messages: u64,
    /// Whether something of the text could not be read.
    pub(super) is_damaged: bool,
}

/// A session.
#[derive(Debug)]
pub(super) struct Seen {
    first: u64,
    pub(super) call_id: String,
    pub(super) verdicts: Vec<Said>,
    pub(super) candidates: Vec<Candidate>,
    /// Its messages, where there is a candidate.
    messages: Vec<Written>,
}

/// What is said of one clause.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) clause: &'static Clause,
    pub(super) verdict: Verdict,
    pub(super) reason: String,
    /// The codes of the findings, each with the message that it is about.
    pub(super) codes: Vec<(&'static str, usize)>,
}

/// A finding with what would do away with it.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) clause: &'static Clause,
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    pub(super) is_safe: bool,
    pub(super) at: Place,
    pub(super) message: String,
    pub(super) draft: Draft,
}

/// A message and where it stands in what is read of the text.
#[derive(Debug)]
struct Written {
    bytes: Vec<u8>,
    start: Option<usize>,
}

impl Judged {
    /// Judges a text by every clause of the book. Candidates are of the clauses alone that the policy selects.
    pub(super) fn of(text: &[u8], layout: &Layout<'_>, asked: &Asked<'_>) -> Result<Self, Refusal> {
        refused(text)?;
        let everything =
            Policy { select: Vec::new(), ignore: Vec::new(), baseline: None, ..asked.policy.clone() };
        let mut sessions = Vec::new();
        let mut sink = |judgement: &Judgement<'_>| sessions.push(Seen::of(judgement, layout, asked));
        let ran = Job::new(&everything, asked.book).run("", text, &mut sink);
        let (input, _) = ran.map_err(|error| Refusal::Unreadable(error.to_string()))?;
        sessions.sort_by_key(|session| session.first);
        Ok(Self { sessions, messages: input.messages, is_damaged: input.damaged })
    }
}

/// Refuses what is no text of messages as they were sent; its first 64 KiB tell.
///
/// # Errors
/// Why it is left alone.
pub fn refused(text: &[u8]) -> Result<(), Refusal> {
    const PACKED: [&[u8]; 3] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"];
    let text = &text[..text.len().min(HEAD)];
    if PACKED.iter().any(|magic| text.starts_with(magic)) {
        return Err(Refusal::Packed);
    }
    let capture = Capture::open(text, Caps::default()).map_err(|error| match error {
        OpenError::UnknownFormat { seen } => Refusal::NoSip(seen),
        OpenError::Io(error) => Refusal::Unreadable(error.to_string()),
    })?;
    match capture.kind() {
        Kind::Sip => Ok(()),
        Kind::Log => Err(Refusal::Log(capture.format().unwrap_or("of an unknown program"))),
        Kind::Pcap | Kind::Pcapng | Kind::Hep => Err(Refusal::Capture(capture.kind().name())),
    }
}

impl Seen {
    fn of(judgement: &Judgement<'_>, layout: &Layout<'_>, asked: &Asked<'_>) -> Self {
        let mut seen = Self {
            first: judgement.first_packet,
            call_id: judgement.call_id.clone().into_owned(),
            verdicts: judgement.rulings.iter().map(Said::of).collect(),
            candidates: Vec::new(),
            messages: Vec::new(),
        };
        let is_open = |ruling: &&Ruling| ruling.verdict == Verdict::Fail && ruling.waived.is_none();
        let open: Vec<&Ruling> = judgement
            .rulings
            .iter()
            .filter(is_open)
            .filter(|ruling| asked.policy.level_of(ruling.clause).is_some())
            .collect();
        if open.is_empty() {
            return seen;
        }
        let limits = asked.policy.limits;
        let split = |bytes| Message::split_within(bytes, Wholeness::Whole, limits);
        let messages: Vec<Message<'_>> = judgement.messages.iter().map(|shown| split(shown.bytes)).collect();
        for ruling in open {
            for finding in &ruling.findings {
                let shown = judgement.messages.get(finding.at.message).filter(|shown| !shown.cut);
                let Some(shown) = shown else { continue };
                let way = Way { from: shown.from, to: shown.to };
                let context = &asked.policy.context;
                seen.candidates.extend(candidate(ruling, finding, &messages, (way, context), asked.trust));
            }
        }
        if !seen.candidates.is_empty() {
            let written = judgement.messages.iter().map(|shown| Written {
                bytes: shown.bytes.to_vec(),
                start: shown.file_line.and_then(|line| layout.find(shown.bytes, line)),
            });
            seen.messages = written.collect();
        }
        seen
    }

    /// The edits that make these drafts together; `None` where a message cannot be found in the text.
    pub(super) fn edits<'d>(
        &self,
        drafts: impl Iterator<Item = &'d Draft>,
        layout: &Layout<'_>,
    ) -> Option<Vec<Edit>> {
        let messages: Vec<Message<'_>> =
            self.messages.iter().map(|written| Message::split(&written.bytes)).collect();
        let whole = drafts.fold(Draft::default(), |whole, draft| whole.and(draft.clone()));
        let changes = whole.complete(&messages).changes;
        changes.iter().map(|change| Some(layout.edit(self.place(change)?, &change.by))).collect()
    }

    /// Where a place of a message stands in what is read of the text.
    pub(super) fn place_of(&self, place: Place) -> Option<Span> {
        let start = self.messages.get(place.message)?.start?;
        let range = place.span.range();
        Some(Span::new(start + range.start, start + range.end))
    }

    /// The same of a change.
    pub(super) fn place(&self, change: &Change) -> Option<Span> {
        self.place_of(Place { message: change.message, span: change.span })
    }
}

fn candidate(
    ruling: &Ruling,
    finding: &FingerprintedFinding,
    session: &[Message<'_>],
    (way, context): (Way, &Context),
    trust: Trust,
) -> Option<Candidate> {
    let entry = table::entry(finding.code)?;
    let (title, is_safe) = match entry.remedy {
        Remedy::Safe(title) => (title, true),
        Remedy::Unsafe(title) if trust == Trust::Guesses => (title, false),
        Remedy::Unsafe(_) | Remedy::None(_) => return None,
    };
    let case = Case { finding, session, way, context };
    let draft = entry.make?(&case)?.in_copies(session);
    // A fix that changes nothing is none.
    if draft.changes.is_empty() && draft.lengths.is_empty() {
        return None;
    }
    let message = finding.message.clone();
    Some(Candidate {
        clause: ruling.clause,
        code: finding.code,
        title,
        is_safe,
        at: finding.at,
        message,
        draft,
    })
}

impl Said {
    fn of(ruling: &Ruling) -> Self {
        let codes = ruling.findings.iter().map(|finding| (finding.code, finding.at.message)).collect();
        Self {
            clause: ruling.clause,
            verdict: ruling.verdict,
            reason: ruling.reason.clone().into_owned(),
            codes,
        }
    }
}
