//! TCP segments -> the bytes of each direction in their order, with what was lost of them.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};

use etherparse::TcpSlice;
use foldhash::fast::RandomState;

use super::assembly::Queue;
use super::framer::{Flow, Out};
use super::problem::{Log, Severity};
use super::stream::Protocol;
use super::tls::Sessions;
use super::{Caps, Loss, Transport};
use crate::source::{FrameNumber, Time};

/// Seconds of the capture that missing bytes are waited for.
const PATIENCE: i64 = 30;
/// Further away than this from what is expected is another connection: no window is larger in practice.
const WINDOW: i64 = 16 << 20;
/// What one waiting segment costs beside its bytes: its entry in a tree, and two allocations.
const PIECE: usize = 224;
/// What one direction costs beside what it holds: its entries in the tables, which are half empty at worst.
const ENTRY: usize = 2 * (size_of::<Flow>() + size_of::<Stream>()) + 4 * size_of::<(u64, Flow)>();

/// A TCP segment with its way.
#[derive(Debug)]
pub(super) struct Segment<'a> {
    flow: Flow,
    seq: u32,
    flags: Flags,
    payload: &'a [u8],
    /// How many bytes behind the payload were not captured.
    missing: usize,
    frames: &'a [FrameNumber],
    time: Option<Time>,
}

#[derive(Debug, Clone, Copy)]
struct Flags {
    syn: bool,
    fin: bool,
    rst: bool,
}

impl<'a> Segment<'a> {
    /// Reads a segment out of an IP payload, of which so many bytes are missing; `None` if its header is cut.
    pub(super) fn read(
        from: IpAddr,
        to: IpAddr,
        (bytes, missing): (&'a [u8], usize),
        frames: &'a [FrameNumber],
        time: Option<Time>,
    ) -> Option<Self> {
        let tcp = TcpSlice::from_slice(bytes).ok()?;
        let flow = Flow {
            from: SocketAddr::new(from, tcp.source_port()),
            to: SocketAddr::new(to, tcp.destination_port()),
        };
        let flags = Flags { syn: tcp.syn(), fin: tcp.fin(), rst: tcp.rst() };
        let payload = bytes.get(tcp.header_slice().len()..)?;
        Some(Self { flow, seq: tcp.sequence_number(), flags, payload, missing, frames, time })
    }

    fn frame(&self) -> FrameNumber {
        self.frames.last().copied().unwrap_or_default()
    }

    /// How many bytes of the stream it covers.
    fn len(&self) -> u64 {
        (self.payload.len() + self.missing) as u64
    }
}

/// Bytes that stand behind a gap.
#[derive(Debug)]
struct Piece {
    bytes: Vec<u8>,
    missing: usize,
    frames: Vec<FrameNumber>,
    time: Option<Time>,
}

/// One direction of a connection. Offsets are 64 bits wide; their lower half is the sequence number.
#[derive(Debug)]
struct Stream {
    first_frame: FrameNumber,
    used: u64,
    isn: Option<u32>,
    expected: u64,
    waiting: BTreeMap<u64, Piece>,
    held: usize,
    /// The turn in which it began to wait for missing bytes, and the time.
    gap: Option<(u64, Option<Time>)>,
    fin: Option<u64>,
    closed: bool,
    protocol: Protocol,
}

/// All directions that are followed.
#[derive(Debug)]
pub(super) struct Streams {
    streams: HashMap<Flow, Stream, RandomState>,
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
                self.with(flow, segment.time, queue, log, |stream, out| stream.close(out));
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
            self.with(flow, now, queue, log, |stream, out| stream.pass_gap(out));
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
            self.with(*flow, now, queue, log, Stream::pass_gaps);
        }
        for (_, flow) in flows {
            self.let_go(flow, now, queue, log);
        }
    }

    fn open(&mut self, segment: &Segment<'_>) {
        self.turn += 1;
        let stream = Stream::new(segment, self.turn);
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
        work: impl FnOnce(&mut Stream, &mut Out<'_>),
    ) {
        self.work(flow, now, queue, log, work);
        self.wake(now, queue, log);
    }

    fn wake(&mut self, now: Option<Time>, queue: &mut Queue, log: &mut Log) {
        while let Some(flow) = self.tls.next_woken() {
            self.work(flow, now, queue, log, |stream, out| stream.protocol.wake(out));
        }
    }

    /// Works on one stream, and keeps the books about it.
    fn work(
        &mut self,
        flow: Flow,
        now: Option<Time>,
        queue: &mut Queue,
        log: &mut Log,
        work: impl FnOnce(&mut Stream, &mut Out<'_>),
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
        self.with(flow, now, queue, log, |stream, out| {
            stream.close(out);
            stream.protocol.leave(out);
        });
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
        let Some(stream) = self.streams.get(&flow).filter(|stream| !stream.closed) else {
            return false;
        };
        let (sort, what) = if self.streams.len() > most {
            ("limits.streams", format!("{most} directions of TCP connections at once"))
        } else {
            ("limits.streams_held", format!("{} bytes of TCP connections", self.caps.streams_held))
        };
        let hurts = stream.held > 0 || stream.protocol.may_hold_sip();
        let severity = if hurts { Severity::Damage } else { Severity::Note };
        let frame = segment.frame();
        log.say((sort, u64::from(hurts)), severity, || {
            format!("frame {frame}: more than {what}: those silent for longest are let go (`{sort}`)")
        });
        hurts
    }
}

impl Stream {
    /// The stream that begins with `segment`.
    fn new(segment: &Segment<'_>, used: u64) -> Self {
        let isn = segment.flags.syn.then_some(segment.seq);
        let first = segment.seq.wrapping_add(u32::from(segment.flags.syn));
        Self {
            first_frame: segment.frame(),
            used,
            isn,
            // Far enough from 0 for what comes before it.
            expected: (1 << 32) | u64::from(first),
            waiting: BTreeMap::new(),
            held: 0,
            gap: None,
            fin: None,
            closed: false,
            protocol: Protocol::new(isn.is_none()),
        }
    }

    fn weight(&self) -> usize {
        ENTRY + self.held + self.protocol.weight()
    }

    /// How far the first byte of the segment is from the expected one.
    fn distance(&self, segment: &Segment<'_>) -> i64 {
        let first = segment.seq.wrapping_add(u32::from(segment.flags.syn));
        // The difference of sequence numbers is signed (RFC 9293 3.4).
        i64::from(first.wrapping_sub(self.expected as u32) as i32)
    }

    /// Whether the segment belongs to another connection between the same ends.
    fn begins_anew(&self, segment: &Segment<'_>) -> bool {
        if segment.flags.syn {
            let same = match self.isn {
                Some(isn) => isn == segment.seq,
                // Data overtook it.
                None => self.distance(segment).abs() <= WINDOW && !self.closed,
            };
            return !same;
        }
        self.lost_track(segment)
    }

    /// Whether a segment without SYN lies outside of anything this stream may still send.
    fn lost_track(&self, segment: &Segment<'_>) -> bool {
        let distance = self.distance(segment);
        let beyond = distance.saturating_add_unsigned(segment.len()) > 0;
        !segment.flags.syn && (distance.abs() > WINDOW || (self.closed && beyond && segment.len() > 0))
    }

    fn take(&mut self, segment: &Segment<'_>, out: &mut Out<'_>) {
        if self.closed {
            return;
        }
        if segment.flags.syn {
            self.isn.get_or_insert(segment.seq);
        }
        let Some(start) = self.expected.checked_add_signed(self.distance(segment)) else {
            return;
        };
        if segment.flags.fin {
            self.fin = Some(start + segment.len());
        }
        let piece = || Piece {
            bytes: segment.payload.to_vec(),
            missing: segment.missing,
            frames: segment.frames.to_vec(),
            time: segment.time,
        };
        if start <= self.expected {
            self.deliver(start, (segment.payload, segment.missing), segment.frames, segment.time, out);
        } else if segment.len() > 0 && self.waiting.get(&start).is_none_or(|old| old.len() < segment.len()) {
            self.wait(start, piece(), out);
        }
        self.deliver_waiting(out);
        if self.held > out.caps.stream_bytes {
            self.say_full(segment, out);
        }
        while self.held > out.caps.stream_bytes {
            self.pass_gap(out);
        }
        self.mark_gap();
        if self.fin.is_some_and(|fin| self.expected >= fin) {
            self.close(out);
        }
    }

    fn wait(&mut self, start: u64, mut piece: Piece, out: &mut Out<'_>) {
        if let Some(old) = self.waiting.remove(&start) {
            self.held -= old.cost();
            let common = piece.bytes.len().min(old.bytes.len());
            if piece.bytes[..common] != old.bytes[..common] {
                let (flow, frame) = (out.flow, piece.frames.last().copied().unwrap_or_default());
                let text =
                    || format!("frame {frame}: TCP {flow}: other bytes than before; the first are read");
                out.log.note("tcp-overlap", text);
                piece.bytes[..common].copy_from_slice(&old.bytes[..common]);
                piece.frames.splice(0..0, old.frames);
            }
        }
        self.held += piece.cost();
        self.waiting.insert(start, piece);
    }

    /// Hands on those bytes that are new.
    fn deliver(
        &mut self,
        start: u64,
        (bytes, missing): (&[u8], usize),
        frames: &[FrameNumber],
        time: Option<Time>,
        out: &mut Out<'_>,
    ) {
        let old = usize::try_from(self.expected.saturating_sub(start)).unwrap_or(usize::MAX);
        let new = bytes.get(old..).unwrap_or_default();
        if !new.is_empty() {
            self.protocol.push(new, frames, time, out);
            self.expected += new.len() as u64;
        }
        let missing = missing.saturating_sub(old.saturating_sub(bytes.len()));
        if missing > 0 {
            self.protocol.lose(missing, frames.last().copied().unwrap_or_default(), out);
            self.expected += missing as u64;
        }
    }

    /// Hands on what waited and waits for nothing any more.
    fn deliver_waiting(&mut self, out: &mut Out<'_>) {
        let before = self.expected;
        while let Some(entry) = self.waiting.first_entry() {
            let start = *entry.key();
            if start > self.expected {
                break;
            }
            let piece = entry.remove();
            self.held -= piece.cost();
            self.deliver(start, (&piece.bytes, piece.missing), &piece.frames, piece.time, out);
        }
        if self.expected != before {
            self.gap = None;
        }
    }

    /// Keeps in mind since when bytes are missing.
    fn mark_gap(&mut self) {
        match self.waiting.first_key_value() {
            None => self.gap = None,
            Some((_, piece)) => {
                self.gap.get_or_insert((u64::MAX, piece.time));
            }
        }
    }

    /// Says that missing bytes are given up; where no SIP was found, that is no loss.
    fn say_full(&self, segment: &Segment<'_>, out: &mut Out<'_>) {
        let (flow, cap, frame) = (out.flow, out.caps.stream_bytes, segment.frame());
        let hurts = self.protocol.may_hold_sip();
        let severity = if hurts { Severity::Damage } else { Severity::Note };
        out.log.say(("limits.stream_bytes", u64::from(hurts)), severity, || {
            format!(
                "frame {frame}: more than {cap} bytes of TCP {flow} waited for missing ones \
                 (`limits.stream_bytes`): those are given up"
            )
        });
    }

    /// Gives up the bytes missing before the first that wait.
    fn pass_gap(&mut self, out: &mut Out<'_>) {
        if let Some((&start, piece)) = self.waiting.first_key_value() {
            let missing = usize::try_from(start - self.expected).unwrap_or(usize::MAX);
            self.protocol.lose(missing, piece.frames.last().copied().unwrap_or_default(), out);
            self.expected = start;
        }
        self.gap = None;
        self.deliver_waiting(out);
        self.mark_gap();
    }

    fn pass_gaps(&mut self, out: &mut Out<'_>) {
        while !self.waiting.is_empty() {
            self.pass_gap(out);
        }
    }

    /// Nothing more comes.
    fn close(&mut self, out: &mut Out<'_>) {
        self.pass_gaps(out);
        self.gap = None;
        self.protocol.end(out);
        self.closed = true;
    }
}

impl Piece {
    fn len(&self) -> u64 {
        (self.bytes.len() + self.missing) as u64
    }

    fn cost(&self) -> usize {
        self.bytes.len() + PIECE
    }
}

#[cfg(test)]
mod tests;
