//! Chunks of one direction of an association -> messages, with what was lost of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::chunk::{Data, Place};
use super::met::Met;
use super::run::Run;
use crate::capture::assembly::listed;
use crate::capture::desk::{Desk, Origin, Way};
use crate::capture::out::Flow;
use crate::capture::start::sip_start;
use crate::capture::{Caps, Loss, Transport};
use crate::message::Wholeness;
use crate::source::{FrameNumber, Time};

/// Gaps that are waited for at once.
const GAPS: usize = 1024;
/// The places of fragments that count for themselves lie behind all numbers.
const INTERLEAVED: u128 = 1 << 127;
/// What one direction costs beside what it holds: its entries in the tables, which are half empty at worst.
const ENTRY: usize = 2 * (size_of::<Flow>() + size_of::<Direction>()) + 4 * size_of::<(u64, Flow)>();

/// One direction of an association.
#[derive(Debug)]
pub(super) struct Direction {
    pub(super) first_frame: FrameNumber,
    /// The turn in which it was used last.
    pub(super) used: u64,
    /// The turn in which it began to wait for missing chunks, and the time.
    pub(super) gap: Option<(u64, Option<Time>)>,
    /// The verification tag, once a packet had one.
    tag: Option<u32>,
    began: Option<u32>,
    met: Met,
    runs: BTreeMap<u128, Run>,
    held: usize,
    /// Whether SIP was found.
    known: bool,
    /// The frame behind chunks that were lost before SIP was found.
    lost: Option<(FrameNumber, Option<Time>)>,
}

impl Direction {
    /// One of which the beginning was not captured.
    pub(super) fn midway(tsn: u32, origin: Origin<'_>) -> Self {
        Self {
            first_frame: origin.frames.first().copied().unwrap_or_default(),
            used: 0,
            gap: None,
            tag: None,
            began: None,
            met: Met::expecting(tsn),
            runs: BTreeMap::new(),
            held: 0,
            known: false,
            lost: None,
        }
    }

    /// One that begins with this number.
    pub(super) fn from_the_beginning(tsn: u32, origin: Origin<'_>) -> Self {
        Self { began: Some(tsn), ..Self::midway(tsn, origin) }
    }

    pub(super) fn began_at(&self, tsn: u32) -> bool {
        self.began == Some(tsn)
    }

    /// Whether a chunk with this tag and number belongs to it.
    pub(super) fn is_of(&self, tag: u32, tsn: u32) -> bool {
        self.tag.is_none_or(|own| own == tag) && self.met.is_near(tsn)
    }

    pub(super) fn held(&self) -> usize {
        ENTRY + self.held + self.met.cost()
    }

    pub(super) fn waits_since(&self) -> Option<Time> {
        self.gap.and_then(|(_, since)| since)
    }

    /// Whether what waits here may be SIP.
    pub(super) fn may_hold_sip(&self) -> bool {
        !self.runs.is_empty() && (self.known || self.runs.values().any(Run::is_sip))
    }

    /// Takes in a chunk.
    pub(super) fn take(
        &mut self,
        tag: u32,
        data: &Data<'_>,
        flow: Flow,
        origin: Origin<'_>,
        desk: &mut Desk<'_>,
    ) {
        self.tag.get_or_insert(tag);
        let number = self.met.number(data.tsn);
        if !self.met.add(number, number + 1) {
            return;
        }
        if data.begins && data.ends {
            self.message(data.payload, data.missing, flow, origin, desk);
            return;
        }
        let place = match data.place {
            Place::Consecutive => u128::from(number),
            Place::Interleaved { stream, unordered, message, fragment } => {
                INTERLEAVED
                    | (u128::from(unordered) << 126)
                    | (u128::from(stream) << 80)
                    | (u128::from(message) << 40)
                    | u128::from(fragment)
            }
        };
        let run = Run::new(data, number, origin);
        self.held += run.cost();
        if let Some(run) = self.join(place, run) {
            self.whole(run, flow, origin, desk);
        }
    }

    /// What the sender gave up reached nobody: it is no loss.
    pub(super) fn forward(&mut self, tsn: u32) {
        let (number, start) = (self.met.number(tsn), self.met.lowest());
        if start <= number && self.met.is_near(tsn) {
            self.met.add(start, number + 1);
            self.give_up(number + 1, |_| ());
        }
    }

    /// Keeps in mind since when chunks are missing.
    pub(super) fn mark_gap(&mut self, turn: u64, now: Option<Time>) {
        if self.met.gaps() == 0 {
            self.gap = None;
        } else {
            self.gap.get_or_insert((turn, now));
        }
    }

    /// Gives up the chunks missing before the first that came behind them.
    pub(super) fn pass_gap(&mut self, flow: Flow, now: Option<Time>, desk: &mut Desk<'_>) {
        self.gap = None;
        let Some(behind) = self.met.pass_gap() else {
            return;
        };
        // A message whose first fragments were among them begins behind the gap and lacks its beginning.
        let hurt = behind + u64::from(self.runs.get(&u128::from(behind)).is_some_and(|run| !run.begins));
        let mut cut = Vec::new();
        self.give_up(hurt, |run| cut.push(run));
        let frame = cut.iter().flat_map(Run::frames).max().unwrap_or(self.first_frame);
        for run in cut {
            self.cut(run, flow, desk);
        }
        self.lose(frame, now, flow, desk);
    }

    /// Nothing more comes.
    pub(super) fn end(&mut self, flow: Flow, desk: &mut Desk<'_>) {
        while self.met.gaps() > 0 {
            self.pass_gap(flow, None, desk);
        }
        for (_, run) in std::mem::take(&mut self.runs) {
            self.cut(run, flow, desk);
        }
        self.held = 0;
    }

    /// Gives up what is more than may be held.
    pub(super) fn hold_in_bounds(&mut self, caps: Caps, flow: Flow, desk: &mut Desk<'_>) {
        while self.met.gaps() >= GAPS {
            self.pass_gap(flow, None, desk);
        }
        if self.held <= caps.stream_bytes {
            return;
        }
        if self.may_hold_sip() {
            let cap = caps.stream_bytes;
            desk.log.damage("limits.stream_bytes", || {
                format!("more than {cap} bytes of {flow} waited (limits.stream_bytes): given up")
            });
        }
        for (_, run) in std::mem::take(&mut self.runs) {
            self.cut(run, flow, desk);
        }
        self.held = 0;
    }

    /// Joins a run with its neighbours; gives it if it is a whole message now.
    fn join(&mut self, place: u128, run: Run) -> Option<Run> {
        let (mut place, mut run) = (place, run);
        let before = self.runs.range(..place).next_back().map(|(&start, other)| (start, other.end(start)));
        if let Some((start, end)) = before
            && end == place
            && !run.begins
            && self.runs.get(&start).is_some_and(|other| !other.ends)
            && let Some(other) = self.runs.remove(&start)
        {
            (place, run) = (start, other.followed_by(run));
        }
        let behind = run.end(place);
        if !run.ends
            && self.runs.get(&behind).is_some_and(|other| !other.begins)
            && let Some(other) = self.runs.remove(&behind)
        {
            run = run.followed_by(other);
        }
        if run.begins && run.ends {
            self.held -= run.cost();
            return Some(run);
        }
        if let Some(old) = self.runs.insert(place, run) {
            self.held -= old.cost();
        }
        None
    }

    /// Takes the runs out that have a number below `number`.
    fn give_up(&mut self, number: u64, mut each: impl FnMut(Run)) {
        let consecutive = self.runs.range(..u128::from(number));
        let interleaved = self.runs.range(INTERLEAVED..).filter(|(_, run)| run.lowest < number);
        let hurt: Vec<_> = consecutive.chain(interleaved).map(|(&start, _)| start).collect();
        for run in hurt.into_iter().filter_map(|start| self.runs.remove(&start)) {
            self.held -= run.cost();
            each(run);
        }
    }

    fn whole(&mut self, run: Run, flow: Flow, origin: Origin<'_>, desk: &mut Desk<'_>) {
        let (bytes, missing) = run.bytes();
        let (frames, time) = (run.frames(), run.time());
        let around = Origin { frames: &frames, time, ..origin };
        self.message(&bytes, missing, flow, around, desk);
    }

    /// Hands out a message of which all chunks were there.
    fn message(&mut self, bytes: &[u8], missing: usize, flow: Flow, origin: Origin<'_>, desk: &mut Desk<'_>) {
        let Some(start) = sip_start(bytes) else {
            return;
        };
        desk.say_cut(missing, origin);
        let wholeness = if missing == 0 { Wholeness::Whole } else { Wholeness::Cut };
        let payload = bytes.get(start..).unwrap_or_default().to_vec();
        let way = Way { from: flow.from, to: flow.to, transport: Transport::Sctp, wholeness };
        desk.queue.packet(way.packet(origin.frames, origin.time, Cow::Owned(payload)));
        self.known = true;
        if let Some((frame, time)) = self.lost.take() {
            self.lose(frame, time, flow, desk);
        }
    }

    /// Hands out what is there of a message of which chunks were lost.
    fn cut(&mut self, run: Run, flow: Flow, desk: &mut Desk<'_>) {
        if !run.is_sip() {
            return;
        }
        let frames = run.frames();
        let text = || format!("{}: other chunks of the same message were not captured", listed(&frames));
        desk.log.damage("sctp-chunk", text);
        let (bytes, _) = run.bytes();
        let start = sip_start(&bytes).unwrap_or_default();
        let way = Way { from: flow.from, to: flow.to, transport: Transport::Sctp, wholeness: Wholeness::Cut };
        let payload = bytes.get(start..).unwrap_or_default().to_vec();
        desk.queue.packet(way.packet(frames, run.time(), Cow::Owned(payload)));
        self.known = true;
    }

    /// Tells that chunks are missing, if this is SIP.
    fn lose(&mut self, frame: FrameNumber, time: Option<Time>, flow: Flow, desk: &mut Desk<'_>) {
        if !self.known {
            self.lost.get_or_insert((frame, time));
            return;
        }
        desk.log
            .damage("sctp-gap", || format!("chunks of {flow} were not captured, noticed at frame {frame}"));
        desk.queue.loss(frame, Loss { time, from: Some(flow.from), to: Some(flow.to) });
    }
}
