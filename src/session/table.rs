//! The table that opens calls and tells when each of them is over.
//!
//! A call is over when its last dialog has ended, or its INVITE was refused, and nothing more came for as
//! long as SIP repeats itself; when it was silent for much longer; or when the input ends. Only the clock
//! of the capture counts: an input without times keeps its calls to the end.

mod ended;
mod gone;
mod parties;
mod silence;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use self::ended::EndedCalls;
use self::gone::Gone;
use self::parties::{ByParty, parties_of};
use self::silence::Silence;
use super::Context;
use super::call::{Call, is_of_a_session};
use super::losses::{Unhurt, Ways};
use super::record::Record;
use super::surroundings::Surroundings;
use super::trace::{DialogTrace, Party};
use crate::capture::{Loss, Packet};
use crate::message::uri::Uri;
use crate::message::{Limits, Name};
use crate::source::Time;

/// RFC 3261 17.1.1.2: 64 times T1, after which no transaction repeats a message any more.
const LINGER_SECONDS: i64 = 32;
/// RFC 3261 16.6: timer C is longer than three minutes; a ringing that lasts longer than this is over.
const UNANSWERED_SECONDS: i64 = 600;
/// A dialog without a session timer may be silent for long: MSRP flows beside it.
const SILENT_SECONDS: i64 = 4 * 3600;

/// One call holds no more than this part of the bytes of all: others are open.
const SHARE: usize = 4;

/// What an open call costs beside itself: its entries in eight tables, which are half empty at worst, and their
/// allocations (`docs/performance.md`: what was measured).
const CALL: usize = size_of::<Open>() + 640;
/// How much a [`Table`] holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    /// Calls open at once; the longest silent one is closed to make room.
    pub calls: usize,
    /// Bytes of memory of all open calls: messages, and what is known about them. One call has a quarter of it at most.
    pub bytes: usize,
    /// Ended sessions whose dialogs can still be named by Replaces.
    pub ended: usize,
    /// Messages of one call; what comes after them is counted, not kept.
    pub messages: usize,
    /// Registrations, and subscriptions to the conference event package, that are remembered.
    pub surroundings: usize,
    /// How far each message is read.
    pub limits: Limits,
}

impl Room {
    /// Bytes that one call may have of those of all.
    pub const fn share(&self) -> usize {
        self.bytes / SHARE
    }
}

impl Default for Room {
    fn default() -> Self {
        Self {
            calls: 1_000_000,
            bytes: 512 << 20,
            ended: 10_000,
            messages: 1_000_000,
            surroundings: 10_000,
            limits: Limits::DEFAULT,
        }
    }
}

/// Messages in, finished calls out.
#[derive(Debug)]
pub struct Table {
    room: Room,
    /// The open calls by their serials: the numbers of their first messages.
    open: HashMap<u64, Box<Open>, RandomState>,
    /// Their serials by their keys: mostly Call-IDs.
    serials: HashMap<Arc<[u8]>, u64, RandomState>,
    deadlines: BinaryHeap<Reverse<(Time, u64)>>,
    /// Bytes of all open calls.
    held: usize,
    silence: Silence,
    unhurt: Unhurt,
    ended: EndedCalls,
    by_party: ByParty,
    at_end: Option<Vec<u64>>,
    gone: Gone,
    surroundings: Surroundings,
    now: Option<Time>,
    next_order: u64,
    outside: u64,
    over_full: u64,
    overlong: u64,
    overlarge: u64,
    unread: u64,
}

#[derive(Debug)]
struct Open {
    key: Arc<[u8]>,
    parties: Vec<Vec<u8>>,
    ways: Option<Ways>,
    call: Call,
    queued: Option<Time>,
    /// Bytes beside those of the call.
    around: usize,
    /// All its bytes, as they were counted last.
    held: usize,
}

impl Table {
    /// An empty table.
    pub fn new(room: Room) -> Self {
        Self {
            room,
            open: HashMap::default(),
            serials: HashMap::default(),
            deadlines: BinaryHeap::new(),
            held: 0,
            silence: Silence::default(),
            unhurt: Unhurt::default(),
            ended: EndedCalls::default(),
            by_party: ByParty::default(),
            at_end: None,
            gone: Gone::default(),
            surroundings: Surroundings::within(room.surroundings, room.bytes / 16),
            now: None,
            next_order: 0,
            outside: 0,
            over_full: 0,
            overlong: 0,
            overlarge: 0,
            unread: 0,
        }
    }

    /// Takes one message in.
    pub fn take(&mut self, packet: Packet<'_>) {
        let record = Record::of(packet, self.next_order, self.room.limits);
        self.take_record(record);
    }

    /// Takes in a message that was made a record already. Its order is its number among all messages taken in.
    pub fn take_record(&mut self, mut record: Record) {
        self.next_order = record.order + 1;
        self.now = self.now.max(record.time);
        self.unread += u64::from(record.message.exceeds_limit());
        let key = key_of(&record);
        let serial = match self.serials.get(&*key) {
            Some(&serial) => serial,
            None if !is_of_a_session(&record) => {
                self.surroundings.learn(&record);
                self.outside += 1;
                return;
            }
            // A straggler of a session that was reported already.
            None if !record.is("INVITE") && self.gone.holds(&key) => {
                self.outside += 1;
                return;
            }
            None => {
                let key = Arc::from(&*key);
                self.open_call(key, &record)
            }
        };
        let Some(open) = self.open.get_mut(&serial) else { return };
        if open.call.records.len() >= self.room.messages {
            self.overlong += 1;
            open.call.cut_short(record.time);
            return;
        }
        // One call that grows without end must not push all others out.
        if open.held > self.room.share() && !open.call.records.is_empty() {
            self.overlarge += 1;
            open.call.cut_short(record.time);
            return;
        }
        if open.call.loss.is_none() {
            self.unhurt.follow(serial, &mut open.ways, &record);
        }
        record.index = open.call.records.len();
        open.call.take(record);
        self.held -= open.held;
        open.held = open.around + open.call.weight();
        self.held += open.held;
        // Notes when the call would be over if nothing more came.
        if let Some(deadline) = deadline(&open.call)
            && open.queued.is_none_or(|queued| deadline < queued)
        {
            open.queued = Some(deadline);
            self.deadlines.push(Reverse((deadline, serial)));
        }
    }

    /// Opens the call of `record` and gives its serial.
    fn open_call(&mut self, key: Arc<[u8]>, record: &Record) -> u64 {
        let call_id = record.message.first(Name::CallId).unwrap_or_default();
        let call_id = if *key == *call_id { Arc::clone(&key) } else { Arc::from(call_id) };
        let serial = record.order;
        let parties = parties_of(record);
        let around = CALL + 3 * key.len() + self.by_party.add(&parties, serial);
        self.serials.insert(Arc::clone(&key), serial);
        let open = Open { key, parties, ways: None, call: Call::new(call_id), queued: None, around, held: 0 };
        self.open.insert(serial, Box::new(open));
        self.silence.tidy(self.open.len(), |serial| self.open.contains_key(&serial));
        self.silence.begins(serial, record.order);
        serial
    }

    /// Notes that the capture lost something; the open calls between the same two parties doubt for it.
    pub fn lose(&mut self, loss: &Loss) {
        self.now = self.now.max(loss.time);
        for serial in self.unhurt.between(loss) {
            if let Some(open) = self.open.get_mut(&serial) {
                open.call.loss = Some(loss.clone());
                self.unhurt.forget(serial, open.ways.take());
            }
        }
    }

    /// The next call that is over by now. Call it until it gives `None`, after each message.
    pub fn next_over(&mut self) -> Option<Finished> {
        if self.open.len() > self.room.calls || (self.held > self.room.bytes && self.open.len() > 1) {
            return self.close_early();
        }
        while let Some(&Reverse((time, serial))) = self.deadlines.peek() {
            if self.now.is_none_or(|now| time > now) {
                return None;
            }
            self.deadlines.pop();
            let Some(open) = self.open.get_mut(&serial) else { continue };
            open.queued = None;
            match deadline(&open.call) {
                Some(later) if self.now.is_some_and(|now| later > now) => {
                    open.queued = Some(later);
                    self.deadlines.push(Reverse((later, serial)));
                }
                Some(_) => return self.close(serial),
                None => {}
            }
        }
        None
    }

    /// The next call of those still open at the end of the input, in the order of their last message.
    pub fn next_at_end(&mut self) -> Option<Finished> {
        let serial = self
            .at_end
            .get_or_insert_with(|| {
                let mut open: Vec<_> =
                    self.open.iter().map(|(&serial, open)| (open.call.last_order(), serial)).collect();
                open.sort_unstable_by_key(|&open| Reverse(open));
                open.into_iter().map(|(_, serial)| serial).collect()
            })
            .pop()?;
        self.close(serial)
    }

    /// Closes the call that was silent for longest. What would still have come counts as lost.
    fn close_early(&mut self) -> Option<Finished> {
        let Self { open, silence, .. } = self;
        let last = |serial| open.get(&serial).map(|open| open.call.last_order());
        let serial = silence.longest(last)?;
        self.over_full += 1;
        let mut finished = self.close(serial)?;
        finished.call.cut_short(self.now);
        Some(finished)
    }

    fn close(&mut self, serial: u64) -> Option<Finished> {
        let Open { key, parties, ways, mut call, held, .. } = *self.open.remove(&serial)?;
        self.serials.remove(&key);
        self.gone.add(&key);
        self.held -= held;
        self.unhurt.forget(serial, ways);
        call.sort_by_time();
        Some(Finished { call, serial, parties })
    }

    /// Keeps what other sessions may ask about a finished call, and gives its messages.
    pub fn remember(&mut self, finished: Finished, keep: Keep) -> Call {
        let Finished { call, serial, parties } = finished;
        if keep == Keep::Nothing || call.dialogs().is_empty() {
            self.by_party.forget(&parties, serial, None);
        } else {
            let most = (self.room.ended, self.room.bytes / 8);
            self.ended.add(serial, (&call, parties), most, &mut self.by_party);
        }
        call
    }

    /// Whether the party `own` has other calls than `finished` that may be alive at `order`.
    pub(super) fn has_others_of(&self, own: &Uri<'_>, finished: &Finished, order: u64) -> bool {
        self.by_party.calls_of(own, order).any(|serial| serial != finished.serial)
    }

    fn open_with(&self, call_id: &[u8]) -> Option<&Call> {
        Some(&self.open.get(self.serials.get(call_id)?)?.call)
    }

    /// The dialogs of the session with that Call-ID, open or ended.
    pub fn dialogs(&self, call_id: &[u8]) -> Option<&[DialogTrace]> {
        let open = self.open_with(call_id).map(|call| call.dialogs());
        let ended = || self.ended.with(call_id).map(|ended| ended.dialogs.as_slice());
        open.or_else(ended).filter(|dialogs| !dialogs.is_empty())
    }

    /// Whether the capture lost messages of the session with that Call-ID, as far as was noticed.
    pub fn has_losses(&self, call_id: &[u8]) -> bool {
        let open = self.open_with(call_id).map(Call::has_losses);
        open.or_else(|| self.ended.with(call_id).map(|ended| ended.lossy)).unwrap_or(false)
    }

    /// The other parties of the IM dialogs that the party `own` has alive at `order`.
    pub fn live_peers<'t>(&'t self, own: &Uri<'_>, order: u64, context: &Context) -> Vec<&'t Party> {
        self.by_party
            .calls_of(own, order)
            .filter_map(|serial| match self.ended.get(serial) {
                Some(ended) => Some(ended.dialogs.as_slice()),
                None => {
                    let call = &self.open.get(&serial)?.call;
                    (call.dialogs().iter().any(|dialog| dialog.is_alive_at(order)) && call.is_im(context))
                        .then(|| call.dialogs())
                }
            })
            .flatten()
            .filter(|dialog| dialog.is_alive_at(order))
            .filter_map(|dialog| match (dialog.caller.is_named_by(own), dialog.callee.is_named_by(own)) {
                (true, _) => Some(&dialog.callee),
                (_, true) => Some(&dialog.caller),
                _ => None,
            })
            .collect()
    }

    /// The latest time that the input has told so far.
    pub fn now(&self) -> Option<Time> {
        self.now
    }

    /// What happened around the sessions.
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// Messages that belong to no session.
    pub fn outside(&self) -> u64 {
        self.outside
    }

    /// Messages taken in so far.
    pub fn messages(&self) -> u64 {
        self.next_order
    }

    /// What was left aside because a limit was hit.
    pub fn over_limits(&self) -> OverLimits {
        OverLimits {
            calls: self.over_full,
            messages: self.overlong,
            bytes: self.overlarge,
            headers: self.unread,
            surroundings: self.surroundings.forgotten(),
        }
    }
}

/// A call that is over, to be judged and handed back with [`Table::remember`].
#[derive(Debug)]
pub struct Finished {
    /// The call.
    pub call: Call,
    pub(super) serial: u64,
    /// Its addresses-of-record.
    parties: Vec<Vec<u8>>,
}

/// How often a limit was hit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OverLimits {
    /// Calls closed early because the table was full.
    pub calls: u64,
    /// Messages not kept because their call had too many.
    pub messages: u64,
    /// Messages not kept because their call held too many bytes.
    pub bytes: u64,
    /// Messages with more header lines than are read.
    pub headers: u64,
    /// Registrations and subscriptions that were forgotten.
    pub surroundings: u64,
}

/// What [`Table::remember`] keeps of a finished call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Its dialogs: it was an IM session.
    Dialogs,
    /// Nothing.
    Nothing,
}

/// When the call would be over if nothing more came, by the clock of the capture.
fn deadline(call: &Call) -> Option<Time> {
    if let Some(quiet) = call.quiet_since {
        return Some(quiet.plus_seconds(LINGER_SECONDS));
    }
    let last = call.last_time?;
    if !call.traces.any_alive() {
        return Some(last.plus_seconds(UNANSWERED_SECONDS));
    }
    // Twice the interval: a timer that nobody refreshed has then run out with all tolerances.
    let silent = call.interval.map_or(SILENT_SECONDS, |seconds| {
        let twice = i64::try_from(seconds).unwrap_or(SILENT_SECONDS).saturating_mul(2);
        twice.clamp(SILENT_SECONDS, 7 * 24 * 3600)
    });
    Some(last.plus_seconds(silent))
}

/// The key of the call a message belongs to: its Call-ID, or what else ties messages without one.
fn key_of(record: &Record) -> Cow<'_, [u8]> {
    match record.message.first(Name::CallId) {
        Some(call_id) if !call_id.is_empty() => Cow::Borrowed(call_id),
        _ => {
            // No Call-ID can hold a NUL, so that these keys meet no other.
            let mut key = b"\0".to_vec();
            match (record.from_tag(), record.branch()) {
                (Some(tag), _) if !tag.is_empty() => key.extend_from_slice(tag),
                (_, Some(branch)) => key.extend_from_slice(branch),
                (_, None) => key.extend_from_slice(&record.order.to_be_bytes()),
            }
            Cow::Owned(key)
        }
    }
}

#[cfg(test)]
mod tests;
