//! Several inputs -> one timeline of events: `--join`.
//!
//! Captures are merged frame by frame in the order of their times, so that a datagram or a stream that begins
//! in one file and ends in the next is put together; texts and logs message by message. Rotated files follow
//! one another and need one open file at a time; only inputs that overlap are open at once.

mod copies;
mod source;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::{self, Read};

use self::copies::{Content, Copies};
use self::source::{Head, Source};
#[cfg(feature = "tls")]
use super::Secrets;
use super::assembly::{Queue, Seen};
use super::desk::Desk;
use super::layers::Layers;
use super::link::{self, Carried};
use super::problem::Log;
use super::tls::Sessions;
use super::{Caps, Event, Keys, Kind, OpenError, Problem};
use crate::source::{FrameNumber, Time};

/// Inputs kept open though their time has not come: few files are not opened twice.
const EAGER: usize = 32;

/// No capture is older.
const DATED: Time = Time(365 * 24 * 3600 * 1_000_000_000);

/// An input as it was opened.
pub struct Opened<'o> {
    /// Its bytes.
    pub reader: Box<dyn Read + 'o>,
    /// Whether it can be opened again and then gives the same: a file, but no pipe.
    pub again: bool,
}

/// Opens the input of that number.
type Opener<'o> = dyn FnMut(usize) -> io::Result<Opened<'o>> + 'o;

/// Inputs as one timeline.
pub struct Joined<'o> {
    opener: Box<Opener<'o>>,
    caps: Caps,
    parts: Vec<Part>,
    sources: BTreeMap<usize, Source<'o>>,
    /// The times at which inputs begin whose time has not come, the last first.
    waiting: Vec<(Option<Time>, usize)>,
    /// The times at which inputs go on.
    next: BinaryHeap<Reverse<(Option<Time>, usize)>>,
    copies: Copies,
    layers: Layers,
    queue: Queue,
    now: Option<Time>,
    /// The input that was read last.
    last: usize,
    flushed: bool,
}

/// What is known of one input.
#[derive(Debug, Default)]
struct Part {
    log: Log,
    kind: Option<Kind>,
    format: Option<&'static str>,
    frames: u64,
    error: Option<OpenError>,
}

/// What became of one input.
#[derive(Debug)]
pub struct JoinedInput {
    /// What kind of input it is.
    pub kind: Kind,
    /// Which format of logs it is.
    pub format: Option<&'static str>,
    /// How many frames were read; of text, how many messages.
    pub frames: u64,
    /// What was wrong with it.
    pub problems: Vec<Problem>,
}

impl std::fmt::Debug for Joined<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Joined").field("parts", &self.parts).field("now", &self.now).finish_non_exhaustive()
    }
}

impl<'o> Joined<'o> {
    /// Opens `count` inputs for a look at their beginnings. `opener` is asked again, later, for those of many
    /// that can be opened again.
    pub fn open(count: usize, caps: Caps, opener: impl FnMut(usize) -> io::Result<Opened<'o>> + 'o) -> Self {
        let mut joined = Self {
            opener: Box::new(opener),
            caps,
            parts: (0..count).map(|_| Part::default()).collect(),
            sources: BTreeMap::new(),
            waiting: Vec::new(),
            next: BinaryHeap::new(),
            copies: Copies::default(),
            layers: Layers::new(caps, Sessions::new(Keys::default(), caps.secrets, true)),
            queue: Queue::default(),
            now: None,
            last: 0,
            flushed: false,
        };
        for input in 0..count {
            joined.look(input);
        }
        // Of those that begin at the same time the first named comes first; without a time comes first of all.
        joined.waiting.sort_unstable_by_key(|&at| Reverse(at));
        joined
    }

    /// Gives the secrets of TLS connections, before the first event. Those in pcapng files are added to them.
    #[cfg(feature = "tls")]
    pub fn add_secrets(&mut self, secrets: &std::sync::Arc<Secrets>) {
        let tls = Sessions::new(std::sync::Arc::clone(secrets), self.caps.secrets, true);
        self.layers = Layers::new(self.caps, tls);
    }

    /// The next message or loss, in the order in which their last frames were captured; `None` at the end.
    pub fn next_event(&mut self) -> Option<Event<'static>> {
        loop {
            if let Some(event) = self.queue.pop() {
                return Some(with_input(event));
            }
            let Some(input) = self.next_input() else {
                if self.flushed {
                    return None;
                }
                self.flush();
                continue;
            };
            self.step(input);
        }
    }

    /// What became of the inputs, in their order; those that could not be opened say why.
    pub fn into_inputs(self) -> Vec<Result<JoinedInput, OpenError>> {
        let became = |part: Part| match (part.error, part.kind) {
            (Some(error), _) => Err(error),
            (None, kind) => {
                let problems = part.log.problems().to_vec();
                let (kind, format) = (kind.unwrap_or(Kind::Sip), part.format);
                Ok(JoinedInput { kind, format, frames: part.frames, problems })
            }
        };
        self.parts.into_iter().map(became).collect()
    }

    /// Looks where an input begins.
    fn look(&mut self, input: usize) {
        let Some((source, again)) = self.source(input) else { return };
        let Some(time) = source.time() else { return };
        // Logs that tell the time of day and no date count from 1970; nobody knows where they belong.
        if self.parts.len() > 1 && source.format().is_some() && time.is_some_and(|time| time < DATED) {
            let why = "its times have no date: --join cannot place it among the others";
            self.parts[input].error = Some(OpenError::Io(io::Error::other(why)));
            return;
        }
        self.waiting.push((time, input));
        if !again || self.sources.len() < EAGER {
            self.sources.insert(input, source);
        }
    }

    /// Opens an input and reads its first frame or message.
    fn source(&mut self, input: usize) -> Option<(Source<'o>, bool)> {
        let opened = (self.opener)(input).map_err(OpenError::Io);
        let part = self.parts.get_mut(input)?;
        part.log = Log::default();
        let source = opened.and_then(|Opened { reader, again }| {
            let source = Source::open(reader, self.caps, &mut part.log)?;
            Ok((source, again))
        });
        match source {
            Ok((source, again)) => {
                (part.kind, part.format) = (Some(source.kind()), source.format());
                Some((source, again))
            }
            Err(error) => {
                part.error = Some(error);
                None
            }
        }
    }

    /// The input whose turn it is.
    fn next_input(&mut self) -> Option<usize> {
        let is_due = |waiting: Option<Time>, next: Option<&Reverse<(Option<Time>, usize)>>| {
            next.is_none_or(|Reverse((time, _))| waiting <= *time)
        };
        while let Some(&(time, input)) = self.waiting.last()
            && is_due(time, self.next.peek())
        {
            self.waiting.pop();
            if !self.sources.contains_key(&input)
                && let Some((source, _)) = self.source(input)
            {
                self.sources.insert(input, source);
            }
            if self.sources.contains_key(&input) {
                self.next.push(Reverse((time, input)));
            }
        }
        self.next.pop().map(|Reverse((_, input))| input)
    }

    /// Takes in what an input goes on with, and looks what comes then.
    fn step(&mut self, input: usize) {
        self.last = input;
        let (Some(source), Some(part)) = (self.sources.get_mut(&input), self.parts.get_mut(input)) else {
            return;
        };
        for (frame, text) in source.take_secrets() {
            let frame = FrameNumber::of_input(frame.number(), input);
            let mut desk = Desk { queue: &mut self.queue, log: &mut part.log };
            self.layers.add_secrets((&text, frame), self.now, &mut desk);
        }
        match source.head() {
            Some(Head::Frame(frame)) => {
                part.frames += 1;
                let content = match link::carried(frame.link, frame.bytes) {
                    Carried::Ip(packet) => Content::Ip(packet),
                    Carried::Other | Carried::Unread => Content::Bytes(frame.bytes),
                };
                self.now = self.now.max(frame.time);
                if self.copies.holds(content, frame.time, input) {
                    copied(part);
                } else {
                    let seen = Seen { number: FrameNumber::of_input(frame.number.number(), input), ..frame };
                    let mut desk = Desk { queue: &mut self.queue, log: &mut part.log };
                    if let Some((way, range)) = seen.taken_by(&mut self.layers, &mut desk) {
                        let payload = seen.bytes.get(range).unwrap_or_default().to_vec();
                        self.queue.packet(way.packet([seen.number], seen.time, payload.into()));
                    }
                }
            }
            Some(Head::Event(event)) => {
                part.frames = source.frames();
                let payload = match &event {
                    Event::Packet(packet) => Some((packet.payload.to_vec(), packet.time)),
                    Event::Loss(_) => None,
                };
                let is_copy = payload
                    .is_some_and(|(bytes, time)| self.copies.holds(Content::Bytes(&bytes), time, input));
                if is_copy {
                    copied(part);
                } else {
                    self.queue.event(tagged(event, input));
                }
            }
            None => {}
        }
        source.advance(&mut part.log);
        match source.time() {
            // What is earlier than the one before it, or has no time, comes at once.
            Some(time) => self.next.push(Reverse((time, input))),
            None => {
                self.sources.remove(&input);
            }
        }
    }

    /// At the end of all inputs: hands out what still waits, in the order of the first frames.
    fn flush(&mut self) {
        self.flushed = true;
        // What a stream or a datagram lacks at the end is told of the input that was read last.
        let last = self.last.min(self.parts.len().saturating_sub(1));
        if let Some(part) = self.parts.get_mut(last) {
            self.layers.end(self.now, &mut Desk { queue: &mut self.queue, log: &mut part.log });
        }
        self.queue.sort();
    }
}

/// Says which input a message came from, by its last frame.
fn with_input(mut event: Event<'static>) -> Event<'static> {
    if let Event::Packet(packet) = &mut event
        && let Some(last) = packet.frames.last()
    {
        packet.input = last.input();
    }
    event
}

fn tagged(mut event: Event<'static>, input: usize) -> Event<'static> {
    if let Event::Packet(packet) = &mut event {
        packet.input = input;
    }
    event
}

fn copied(part: &mut Part) {
    part.log.note("copy", || "a packet was seen in another input before: it counts once".to_owned());
}
