//! One direction of a connection: its beginning, its end, and how long it is waited for what is missing.

use super::run::Run;
use super::segment::Segment;
use crate::capture::out::{Flow, Out};
use crate::source::{FrameNumber, Time};

/// Further away than this from what is expected is another connection: no window is larger in practice.
const WINDOW: i64 = 16 << 20;
/// What one direction costs beside what it holds: its entries in the tables, which are half empty at worst.
const ENTRY: usize = 2 * (size_of::<Flow>() + size_of::<Direction>()) + 4 * size_of::<(u64, Flow)>();

/// One direction of a connection.
#[derive(Debug)]
pub(super) struct Direction {
    pub(super) first_frame: FrameNumber,
    /// The turn in which it was used last.
    pub(super) used: u64,
    /// The sequence number of its SYN.
    isn: Option<u32>,
    /// What was captured, from the first segment on.
    main: Run,
    /// What was captured later and stands before the first byte of `main`: where the capture begins between
    /// segments that overtook one another.
    early: Option<Box<Early>>,
    /// When the connection was reset: segments that the reset overtook may follow.
    reset: Option<Option<Time>>,
    /// The turn in which it began to wait, and the time.
    pub(super) gap: Option<(u64, Option<Time>)>,
}

#[derive(Debug)]
struct Early {
    since: Option<Time>,
    run: Run,
}

impl Direction {
    /// The direction that begins with `segment`.
    pub(super) fn new(segment: &Segment<'_>, used: u64) -> Self {
        let isn = segment.flags.syn.then_some(segment.seq);
        // Far enough from 0 for what comes before it.
        let first = (1 << 32) | u64::from(segment.first());
        Self {
            first_frame: segment.frame(),
            used,
            isn,
            main: Run::new(first, isn.is_none()),
            early: None,
            reset: None,
            gap: None,
        }
    }

    pub(super) fn weight(&self) -> usize {
        let early = self.early.as_ref().map_or(0, |early| size_of::<Early>() + early.run.weight());
        ENTRY + self.main.weight() + early
    }

    /// Whether more of it is read.
    pub(super) fn is_open(&self) -> bool {
        !self.main.closed || self.early.as_ref().is_some_and(|early| !early.run.closed)
    }

    /// Whether something is missed when nothing more is read.
    pub(super) fn may_hold_sip(&self) -> bool {
        self.main.may_hold_sip() || self.early.as_ref().is_some_and(|early| early.run.may_hold_sip())
    }

    /// How far the first byte of the segment is from the expected one.
    fn distance(&self, segment: &Segment<'_>) -> i64 {
        // The difference of sequence numbers is signed (RFC 9293 3.4).
        i64::from(segment.first().wrapping_sub(self.main.expected as u32) as i32)
    }

    /// Whether the segment belongs to another connection between the same ends.
    pub(super) fn begins_anew(&self, segment: &Segment<'_>) -> bool {
        let distance = self.distance(segment);
        let is_far = distance.abs() > WINDOW;
        match (segment.flags.syn, self.isn) {
            (true, Some(isn)) => isn != segment.seq,
            // Data overtook the SYN.
            (true, None) => is_far || self.main.closed,
            (false, _) => {
                let beyond = distance.saturating_add_unsigned(segment.len()) > 0;
                is_far || (self.main.closed && beyond && segment.len() > 0)
            }
        }
    }

    pub(super) fn take(&mut self, segment: &Segment<'_>, out: &mut Out<'_>) {
        let Some(start) = self.main.expected.checked_add_signed(self.distance(segment)) else {
            return;
        };
        self.take_early(start, segment, out);
        if segment.flags.syn {
            self.isn.get_or_insert(segment.seq);
        }
        if segment.flags.fin {
            self.main.end.get_or_insert(start + segment.len());
        }
        let before = self.main.expected;
        self.main.take(start, segment, out);
        if self.main.expected != before {
            self.gap = None;
        }
        self.mark_gap();
    }

    /// Takes in what stands before the first byte that was captured.
    fn take_early(&mut self, start: u64, segment: &Segment<'_>, out: &mut Out<'_>) {
        let first = self.main.first;
        let before = usize::try_from(first.saturating_sub(start)).unwrap_or(usize::MAX);
        // A single byte there is the probe of a keep-alive (RFC 9293 3.8.4).
        let is_probe = before == 1 && segment.len() == 1;
        let segment = segment.up_to(before);
        if segment.len() == 0 || is_probe {
            return;
        }
        let isn = self.isn;
        let early = self.early.get_or_insert_with(|| {
            // Behind a SYN that came late, the beginning is known.
            let known = isn.map(|isn| first - u64::from((first as u32).wrapping_sub(isn.wrapping_add(1))));
            let known = known.filter(|known| *known <= start);
            let mut run = Run::new(known.unwrap_or(start), known.is_none());
            run.end = Some(first);
            Box::new(Early { since: segment.time, run })
        });
        if start < early.run.first && (early.run.may_hold_sip() || self.main.may_hold_sip()) {
            let (flow, frame) = (out.flow, segment.frame());
            out.log.damage("stream-early", || {
                format!("frame {frame}: TCP {flow}: bytes from before what was captured first are not read")
            });
            out.lose(frame);
        }
        early.run.take(start, &segment, out);
    }

    /// Keeps in mind since when something is waited for.
    fn mark_gap(&mut self) {
        let early = || self.early.as_ref().filter(|early| !early.run.closed).map(|early| early.since);
        let reset = self.reset.filter(|_| !self.main.closed);
        self.gap = match self.main.waits_since().or_else(early).or(reset) {
            Some(since) => self.gap.or(Some((u64::MAX, since))),
            None => None,
        };
    }

    /// Gives up what was waited for longest.
    pub(super) fn give_up(&mut self, out: &mut Out<'_>) {
        if self.main.waits_since().is_some() {
            self.main.pass_gap(out);
        } else if let Some(early) = self.early.as_mut().filter(|early| !early.run.closed) {
            early.run.close(out);
        } else {
            self.main.close(out);
        }
        self.gap = None;
        self.mark_gap();
    }

    /// The connection was reset at `time`.
    pub(super) fn reset(&mut self, time: Option<Time>) {
        self.reset.get_or_insert(time);
        self.mark_gap();
    }

    /// Gives up all that is missing.
    pub(super) fn pass_gaps(&mut self, out: &mut Out<'_>) {
        self.main.pass_gaps(out);
        self.mark_gap();
    }

    /// What was waited for in it may be there.
    pub(super) fn wake(&mut self, out: &mut Out<'_>) {
        if let Some(early) = &mut self.early {
            early.run.protocol.wake(out);
        }
        self.main.protocol.wake(out);
    }

    /// Nothing more comes, and it is forgotten.
    pub(super) fn leave(&mut self, out: &mut Out<'_>) {
        if let Some(early) = &mut self.early {
            early.run.close(out);
            early.run.protocol.leave(out);
        }
        self.main.close(out);
        self.main.protocol.leave(out);
        self.gap = None;
    }
}
