//! TCP segments -> the bytes of each direction in their order, with what was lost of them.

mod direction;
mod run;
mod segment;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use self::direction::Direction;
pub(super) use self::segment::Segment;
use super::assembly::Queue;
use super::out::{Flow, Out};
use super::problem::{Log, Severity};
use super::tls::Sessions;
use super::{Caps, Loss, Transport};
use crate::source::{FrameNumber, Time};

/// Seconds of the capture that missing bytes are waited for, and what a reset overtook.
const PATIENCE: i64 = 30;

/// All directions that are followed.
#[derive(Debug)]
pub(super) struct Streams {
    streams: HashMap<Flow, Direction, RandomState>,
    /// Least recently used first.
    by_use: BTreeMap<u64, Flow>,
    /// Streams that wait for missing bytes, longest first.
    gaps: BTreeMap<u64, Flow>,
    turn: u64,
    held: usize,
    caps: Caps,
    tls: Sessions,
}

impl Streams {
    pub(super) fn new(caps: Caps, tls: Sessions) -> Self {
        Self {
            streams: HashMap::default(),
            by_use: BTreeMap::new(),
            gaps: BTreeMap::new(),
            turn: 0,
            held: 0,
            caps,
            tls,
        }
    }

    /// Takes in a segment.
    pub(super) fn take(&mut self, segment: &Segment<'_>, queue: &mut Queue, log: &mut Log) {
        let flow = segment.flow;
        if segment.flags.rst {
            let back = Flow { from: flow.to, to: flow.from };
            for flow in [flow, back] {
                self.with(flow, segment.time, queue, log, |stream, _| stream.reset(segment.time));
            }
            return;
        }
        if segment.len() == 0 && !segment.flags.syn && !segment.flags.fin {
            return;
        }
        if let Some(stream) = self.streams.get_mut(&flow) {
            if stream.begins_anew(segment) {
                self.let_go(flow, segment.time, queue, log);
                self.open(segment);
            }
        } else {
            self.open(segment);
        }
        self.with(flow, segment.time, queue, log, |stream, out| stream.take(segment, out));
        self.make_room(segment, queue, log);
    }

    /// Declares the gaps that were waited for too long at `now`.
    pub(super) fn give_up_late(&mut self, now: Option<Time>, queue: &mut Queue, log: &mut Log) {
        while let Some((_, &flow)) = self.gaps.first_key_value() {
            let since = self.streams.get(&flow).and_then(|stream| stream.gap).and_then(|(_, since)| since);
            if since.zip(now).is_none_or(|(since, now)| now <= since.plus_seconds(PATIENCE)) {
                return;
            }
            self.with(flow, now, queue, log, Direction::give_up);
        }
    }

    /// At the end of the input: all streams end, in the order of their first frames.
    pub(super) fn end(&mut self, now: Option<Time>, queue: &mut Queue, log: &mut Log) {
        let mut flows: Vec<_> =
            self.streams.iter().map(|(flow, stream)| (stream.first_frame, *flow)).collect();
        flows.sort_unstable_by_key(|(first, flow)| (*first, flow.from, flow.to));
        self.tls.end();
        for (_, flow) in &flows {
            // What one direction still holds back may be what the other waits for.
            self.with(*flow, now, queue, log, Direction::pass_gaps);
        }
        for (_, flow) in flows {
            self.let_go(flow, now, queue, log);
        }
    }

    fn open(&mut self, segment: &Segment<'_>) {
        self.turn += 1;
        let stream = Direction::new(segment, self.turn);
        self.by_use.insert(self.turn, segment.flow);
        self.held += stream.weight();
        self.streams.insert(segment.flow, stream);
    }

    /// Takes in a key log that stands in the capture behind frame `frame`.
    pub(super) fn add_secrets(
        &mut self,
        (text, frame): (&[u8], FrameNumber),
        now: Option<Time>,
        queue: &mut Queue,
        log: &mut Log,
    ) {
        self.tls.add(text, frame, log);
        self.wake(now, queue, log);
    }

    /// Works on one stream, and on those that go on because of it.
    fn with(
        &mut self,
        flow: Flow,
        now: Option<Time>,
        queue: &mut Queue,
        log: &mut Log,
        work: impl FnOnce(&mut Direction, &mut Out<'_>),
    ) {
        self.work(flow, now, queue, log, work);
        self.wake(now, queue, log);
    }

    fn wake(&mut self, now: Option<Time>, queue: &mut Queue, log: &mut Log) {
        while let Some(flow) = self.tls.next_woken() {
            self.work(flow, now, queue, log, Direction::wake);
        }
    }

    /// Works on one stream, and keeps the books about it.
    fn work(
        &mut self,
        flow: Flow,
        now: Option<Time>,
        queue: &mut Queue,
        log: &mut Log,
        work: impl FnOnce(&mut Direction, &mut Out<'_>),
    ) {
        let Some(stream) = self.streams.get_mut(&flow) else {
            return;
        };
        self.turn += 1;
        let (before, gap) = (stream.weight(), stream.gap);
        let (caps, transport) = (self.caps, Transport::Tcp);
        work(stream, &mut Out { flow, now, caps, transport, tls: &mut self.tls, queue, log });
        self.held = (self.held + stream.weight()).saturating_sub(before);
        self.by_use.remove(&stream.used);
        stream.used = self.turn;
        self.by_use.insert(self.turn, flow);
        if let Some((turn, _)) = gap {
            self.gaps.remove(&turn);
        }
        if let Some((turn, _)) = &mut stream.gap {
            // A gap that stays keeps its place.
            if gap.is_none_or(|(before, _)| before != *turn) {
                *turn = self.turn;
            }
            self.gaps.insert(*turn, flow);
        }
    }

    /// Ends a stream and forgets it.
    fn let_go(&mut self, flow: Flow, now: Option<Time>, queue: &mut Queue, log: &mut Log) {
        self.with(flow, now, queue, log, Direction::leave);
        if let Some(stream) = self.streams.remove(&flow) {
            self.by_use.remove(&stream.used);
            self.held = self.held.saturating_sub(stream.weight());
        }
    }

    fn make_room(&mut self, segment: &Segment<'_>, queue: &mut Queue, log: &mut Log) {
        // Both directions of a connection count.
        let most = self.caps.streams.saturating_mul(2).max(1);
        while self.streams.len() > most || (self.held > self.caps.streams_held && self.streams.len() > 1) {
            let Some((_, &flow)) = self.by_use.first_key_value() else {
                return;
            };
            let hurts = self.say_full(flow, segment, most, log);
            self.let_go(flow, segment.time, queue, log);
            if hurts {
                let (from, to) = (Some(flow.from), Some(flow.to));
                queue.loss(segment.frame(), Loss { time: segment.time, from, to });
            }
        }
    }

    /// Says that `flow` makes room for others, and tells whether that is a loss: what it lacks from now on nobody
    /// notices. Where no SIP was found and nothing waits, it is none.
    fn say_full(&self, flow: Flow, segment: &Segment<'_>, most: usize, log: &mut Log) -> bool {
        let Some(stream) = self.streams.get(&flow).filter(|stream| stream.is_open()) else {
            return false;
        };
        let (sort, what) = if self.streams.len() > most {
            ("limits.streams", format!("{most} directions of TCP connections at once"))
        } else {
            ("limits.streams_held", format!("{} bytes of TCP connections", self.caps.streams_held))
        };
        let hurts = stream.may_hold_sip();
        let severity = if hurts { Severity::Damage } else { Severity::Note };
        let frame = segment.frame();
        log.say((sort, u64::from(hurts)), severity, || {
            format!("frame {frame}: more than {what}: those silent for longest are let go (`{sort}`)")
        });
        hurts
    }
}
