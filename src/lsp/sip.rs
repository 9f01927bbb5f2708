//! The text of a `.sip` document -> what is wrong with it, its messages, and the sessions that were judged.

use std::ops::Range;

use lsp_types::DiagnosticSeverity as Severity;
use serde_json::json;

use super::found::Found;
use super::heading::Heading;
use super::wire::Wire;
use crate::books::oma_im;
use crate::capture::{Capture, Event, OpenError, Packet, Problem};
use crate::clause::{Clause, Level, Reason};
use crate::config::Bounds;
use crate::message::syntax::{self, Carriage, Complaint};
use crate::message::{Message, Wholeness};
use crate::run::Run;
use crate::source::Place;
use crate::verdict::{FingerprintedFinding, Judgement, Policy, Ruling, Verdict};

/// The clause that asks for a well-formed initial INVITE; without it nobody wants to hear of other messages either.
const WELL_FORMED: &str = "6.2.1.1-0";

/// What is known of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Sip {
    pub(super) found: Vec<Found>,
    /// In the order of the text.
    pub(super) messages: Vec<Heading>,
    /// In the order of their first messages.
    pub(super) sessions: Vec<Sitting>,
}

/// One judged session.
#[derive(Clone, Debug)]
pub(super) struct Sitting {
    pub(super) call_id: String,
    pub(super) scenario: &'static str,
    pub(super) scenario_reason: Reason,
    /// Its messages, by their number in the document.
    pub(super) messages: Vec<usize>,
    pub(super) rulings: Vec<Said>,
}

/// What was said of one clause.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) clause: &'static Clause,
    pub(super) level: Level,
    pub(super) verdict: Verdict,
    pub(super) reason: Reason,
    pub(super) is_waived: bool,
}

impl Sip {
    /// Judges a text. What it says may be anything; what is no SIP at all is one thing found.
    pub(super) fn of(text: &str, policy: &Policy, bounds: Bounds) -> Self {
        let mut sip = Self::default();
        let mut capture = match Capture::open(text.as_bytes(), bounds.caps) {
            Ok(capture) => capture,
            Err(error) => {
                sip.found.extend(no_capture(text, &error));
                return sip;
            }
        };
        let wire = Wire::of(text, capture.format().is_none());
        let is_well_formed_asked =
            oma_im::BOOK.clause(WELL_FORMED).is_some_and(|clause| policy.level_of(clause).is_some());
        let mut reading = Reading { wire, sip, first: Vec::new(), complaints: Vec::new(), read: 0 };
        let mut run = Run::new("", policy, &oma_im::BOOK);
        while let Some(event) = capture.next_event() {
            if let Event::Packet(packet) = &event {
                reading.message(packet, is_well_formed_asked, policy);
            }
            run.take(event, &mut |judgement| reading.session(judgement));
        }
        run.finish(&mut |judgement| reading.session(judgement));
        capture.problems().iter().for_each(|problem| reading.problem(text, problem));
        for told in run.problems() {
            reading.sip.found.push(Found::new(line_of(text, 1), Severity::INFORMATION, told.kind, told.text));
        }
        reading.done()
    }

    /// The message at a place of the document.
    pub(super) fn message_at(&self, offset: usize) -> Option<usize> {
        let after = self.messages.partition_point(|message| message.range.start <= offset);
        let index = after.checked_sub(1)?;
        (offset <= self.messages[index].range.end).then_some(index)
    }

    /// The session that a message belongs to.
    pub(super) fn session_of(&self, message: usize) -> Option<&Sitting> {
        self.sessions.get(self.messages.get(message)?.session?)
    }
}

/// Why a text could not be read; an empty one needs no reason.
fn no_capture(text: &str, error: &OpenError) -> Option<Found> {
    if text.trim().is_empty() {
        return None;
    }
    Some(Found::new(line_of(text, 1), Severity::WARNING, "no-sip", error.to_string()))
}

/// A document under way.
struct Reading<'t> {
    wire: Wire<'t>,
    sip: Sip,
    /// The number of the first message of each session, to sort them by.
    first: Vec<u64>,
    /// What is wrong with messages as such, by their number.
    complaints: Vec<(usize, Found)>,
    /// Where the last message ended.
    read: usize,
}

impl Reading<'_> {
    fn message(&mut self, packet: &Packet<'_>, is_asked: bool, policy: &Policy) {
        let message = Message::split_within(&*packet.payload, packet.wholeness, policy.limits);
        let mut heading = Heading::of(packet, &message);
        self.read = self.wire.settle(&mut heading, &packet.payload, self.read);
        if is_asked && packet.wholeness == Wholeness::Whole {
            for complaint in syntax::complaints(&message, Carriage::Text) {
                let found = self.complaint(&heading, message.bytes(), complaint);
                self.complaints.push((self.sip.messages.len(), found));
            }
        }
        self.sip.messages.push(heading);
    }

    fn complaint(&self, heading: &Heading, bytes: &[u8], complaint: Complaint) -> Found {
        let range = self.wire.place(heading, bytes, complaint.span);
        let mut found = Found::new(range, Severity::WARNING, complaint.code, complaint.text);
        found.help = complaint.help;
        found
    }

    fn session(&mut self, judgement: &Judgement<'_>) {
        let said = |ruling: &Ruling| Said {
            clause: ruling.clause,
            level: ruling.level,
            verdict: ruling.verdict,
            reason: ruling.reason.clone(),
            is_waived: ruling.waived.is_some(),
        };
        let messages: Vec<usize> = judgement
            .messages
            .iter()
            .filter_map(|shown| self.find(shown.file_line?, shown.bytes.len()))
            .collect();
        for ruling in &judgement.rulings {
            for finding in &ruling.findings {
                let found = self.finding(judgement, ruling, finding);
                self.sip.found.push(found);
            }
        }
        self.sip.sessions.push(Sitting {
            call_id: judgement.call_id.clone().into_owned(),
            scenario: judgement.scenario,
            scenario_reason: judgement.scenario_reason.clone(),
            messages,
            rulings: judgement.rulings.iter().map(said).collect(),
        });
        self.first.push(judgement.first_packet);
        self.open_questions();
    }

    /// The number of a message in the document.
    fn find(&self, file_line: usize, length: usize) -> Option<usize> {
        let messages = &self.sip.messages;
        let from = messages.partition_point(|message| message.file_line < file_line);
        let mut here = (from..messages.len()).take_while(|&at| messages[at].file_line == file_line);
        here.find(|&at| messages[at].length == length)
    }

    fn finding(&self, judgement: &Judgement<'_>, ruling: &Ruling, finding: &FingerprintedFinding) -> Found {
        let clause = ruling.clause;
        let severity = match (ruling.level, &ruling.waived) {
            (_, Some(_)) => Severity::INFORMATION,
            (Level::Shall, None) => Severity::ERROR,
            (Level::Should, None) => Severity::WARNING,
        };
        let waived = ruling.waived.as_ref().map(|waived| format!(" (waived: {})", waived.reason));
        let message = format!("{}{}", finding.message, waived.unwrap_or_default());
        Found {
            clause: Some(clause),
            help: finding.help.clone(),
            related: finding
                .related
                .iter()
                .map(|related| (self.place(judgement, related.at), related.note.clone()))
                .collect(),
            data: Some(json!({"finding": finding.code, "fingerprint": finding.fingerprint})),
            is_superfluous: ["repeated", "unexpected"].iter().any(|word| finding.code.ends_with(word)),
            ..Found::new(self.place(judgement, finding.at), severity, clause.id.0, message)
        }
    }

    fn place(&self, judgement: &Judgement<'_>, place: Place) -> Range<usize> {
        let shown = judgement.messages.iter().find(|shown| shown.index == place.message);
        let number = shown.and_then(|shown| self.find(shown.file_line?, shown.bytes.len()));
        match (shown, number) {
            (Some(shown), Some(number)) => {
                self.wire.place(&self.sip.messages[number], shown.bytes, place.span)
            }
            _ => 0..0,
        }
    }

    /// One remark for all clauses of the last session that could not be decided: none of them has a place.
    fn open_questions(&mut self) {
        let Some(session) = self.sip.sessions.last() else { return };
        let open: Vec<&Said> =
            session.rulings.iter().filter(|said| said.verdict == Verdict::Inconclusive).collect();
        let invite = session.messages.iter().find(|&&at| self.sip.messages[at].is_initial_invite);
        let Some(&first) = invite.or(session.messages.first()).filter(|_| !open.is_empty()) else { return };
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for said in &open {
            match reasons.iter_mut().find(|(reason, _)| *reason == said.reason) {
                Some((_, ids)) => ids.push(said.clause.id.0),
                None => reasons.push((&said.reason, vec![said.clause.id.0])),
            }
        }
        let mut message = match open.len() {
            1 => "1 clause is inconclusive".to_owned(),
            count => format!("{count} clauses are inconclusive"),
        };
        for (reason, ids) in reasons.iter().take(MOST_REASONS) {
            message.push_str(&format!("\n{}: {reason}", ids.join(", ")));
        }
        if let Some(more @ 1..) = reasons.len().checked_sub(MOST_REASONS) {
            message.push_str(&format!("\nand {more} more"));
        }
        let range = self.sip.messages[first].first_line.clone();
        self.sip.found.push(Found::new(range, Severity::HINT, "inconclusive", message));
    }

    /// Problems of a text name their line first.
    fn problem(&mut self, text: &str, problem: &Problem) {
        // Editors write LF, and it is said nowhere else that anything is wrong with that.
        if problem.kind == "lf" {
            return;
        }
        let rest = problem.text.strip_prefix("line ").and_then(|rest| rest.split_once(": "));
        let line = rest.and_then(|(line, _)| line.parse().ok());
        let message = match (line, rest) {
            (Some(_), Some((_, rest))) => rest.to_owned(),
            _ => problem.text.clone(),
        };
        let more = if problem.count > 1 {
            format!(" (and {} more like it)", problem.count - 1)
        } else {
            String::new()
        };
        let range = line_of(text, line.unwrap_or(1));
        self.sip.found.push(Found::new(range, Severity::WARNING, problem.kind, message + &more));
    }

    /// Everything in the order of the text. What a clause says of an initial INVITE is not said twice.
    fn done(mut self) -> Sip {
        let mut sessions: Vec<_> = self.first.into_iter().zip(self.sip.sessions).collect();
        sessions.sort_by_key(|(first, _)| *first);
        self.sip.sessions = sessions.into_iter().map(|(_, session)| session).collect();
        for (number, session) in self.sip.sessions.iter().enumerate() {
            session.messages.iter().for_each(|&at| self.sip.messages[at].session = Some(number));
        }
        let is_judged = |message: &Heading| message.is_initial_invite && message.session.is_some();
        let own = self.complaints.into_iter().filter(|(at, _)| !is_judged(&self.sip.messages[*at]));
        self.sip.found.extend(own.map(|(_, found)| found));
        self.sip.found.sort_by_key(|found| (found.range.start, found.range.end));
        self.sip
    }
}

/// Reasons that are listed in one remark.
const MOST_REASONS: usize = 8;

/// The words of a line of the text, counted from 1 as its reader counts.
fn line_of(text: &str, line: usize) -> Range<usize> {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(nth) => memchr::memchr_iter(b'\n', text.as_bytes()).nth(nth).map_or(text.len(), |at| at + 1),
    };
    let rest = &text[start..];
    start..start + rest.lines().next().unwrap_or_default().len()
}

#[cfg(test)]
mod tests;
