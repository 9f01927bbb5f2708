//! All messages of one Call-ID in one input, in the order of their capture.

use std::sync::Arc;

use super::Context;
use super::mark;
use super::record::Record;
use super::trace::{DialogTrace, Traces};
use crate::capture::Loss;
use crate::message::{Name, token};
use crate::source::Time;

/// A call: raw material of a session.
#[derive(Debug)]
pub struct Call {
    /// Its Call-ID as written; empty if its messages have none.
    pub call_id: Arc<[u8]>,
    /// Its messages.
    pub records: Vec<Record>,
    /// The first that the capture lost between its parties while it was open; the others say no more.
    pub loss: Option<Loss>,
    pub(super) traces: Traces,
    /// Index of the first initial INVITE.
    pub(super) invite: Option<usize>,
    /// Whether the last word was said: when, by the clock of the capture.
    pub(super) quiet_since: Option<Time>,
    /// The latest time of a message.
    pub(super) last_time: Option<Time>,
    /// Seconds of the Session-Expires seen last.
    pub(super) interval: Option<u64>,
    /// Bytes that its messages hold outside of their records.
    held: usize,
}

impl Call {
    pub(super) fn new(call_id: Arc<[u8]>) -> Self {
        Self {
            call_id,
            records: Vec::new(),
            loss: None,
            traces: Traces::default(),
            invite: None,
            quiet_since: None,
            last_time: None,
            interval: None,
            held: 0,
        }
    }

    /// How many bytes its messages and what is known about them take in memory.
    pub(super) fn weight(&self) -> usize {
        self.held + self.records.capacity() * size_of::<Record>() + self.traces.held
    }

    /// Its dialogs, as other sessions may name them.
    pub fn dialogs(&self) -> &[DialogTrace] {
        &self.traces.dialogs
    }

    /// Whether the capture lost something of it, as far as was noticed.
    pub fn has_losses(&self) -> bool {
        self.loss.is_some() || self.records.iter().any(|record| record.message.is_cut())
    }

    /// Whether any of its messages shows an IM mark.
    pub fn is_im(&self, context: &Context) -> bool {
        self.records.iter().any(|record| mark::is_im(record, context))
    }

    /// The number of its last message in the input.
    pub(super) fn last_order(&self) -> u64 {
        self.records.last().map_or(0, |record| record.order)
    }

    /// Puts the messages into the order of their times. A message of which a part was lost comes late: the
    /// reader waited for the rest.
    pub(super) fn sort_by_time(&mut self) {
        let times = || self.records.iter().map(|record| record.time);
        if times().all(|time| time.is_some()) && !times().is_sorted() {
            self.records.sort_by_key(|record| record.time);
            for (index, record) in self.records.iter_mut().enumerate() {
                record.index = index;
            }
        }
    }

    /// Notes that what comes from now on is not kept.
    pub(super) fn cut_short(&mut self, time: Option<Time>) {
        self.loss.get_or_insert(Loss { time, from: None, to: None });
    }

    pub(super) fn take(&mut self, record: Record) {
        let initial = record.is_meant_as_invite() && record.to_tag().is_none();
        self.traces.follow(&record, self.invite.map(|at| &self.records[at]));
        if initial && self.invite.is_none() {
            self.invite = Some(self.records.len());
        }
        let over = !self.traces.any_alive()
            && (record.answers("BYE", 200..700) || record.answers("INVITE", 300..700) || record.is("ACK"));
        self.quiet_since = if over { record.time } else { None };
        self.last_time = self.last_time.max(record.time);
        let expires = record.message.first(Name::SessionExpires);
        let digits = expires.and_then(|value| value.split(|byte| !byte.is_ascii_digit()).next());
        self.interval = digits.and_then(token::number).or(self.interval);
        self.held += record.held();
        if self.records.is_empty() {
            // Most of the calls that a flood opens have one message; a list would begin with room for four.
            self.records.reserve_exact(1);
        }
        self.records.push(record);
    }
}

/// Whether a message opens or belongs to a session, rather than to a registration, a subscription of its
/// own or a page-mode message.
pub(super) fn is_of_a_session(record: &Record) -> bool {
    if record.is_meant_as_invite() {
        return true;
    }
    match record.method() {
        Some(b"INVITE" | b"ACK" | b"BYE" | b"CANCEL" | b"PRACK" | b"UPDATE" | b"INFO") => true,
        Some(b"REFER" | b"MESSAGE") => record.to_tag().is_some() && record.is_request(),
        // A response whose CSeq cannot be read may be anything: better looked at than dropped.
        None => true,
        Some(_) => false,
    }
}
