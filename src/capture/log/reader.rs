//! The lines of a log -> packets, record by record.

use std::collections::VecDeque;
use std::io::Read;

use super::clock::{Clock, Stamp};
use super::lines::Lines;
use super::record::{Added, Record};
use super::settle::{End, Settled, settle};
use super::way::Way;
use super::{Dots, Format, Grammar, Meaning, Place, Reads, Traits};
use crate::capture::input::Input;
use crate::capture::problem::Log as Problems;
use crate::capture::{Caps, Event, Framing, Loss, Packet, Transport};
use crate::message::{Wholeness, looks_like_sip};
use crate::source::Time;

/// Messages in one record: a segment or a datagram holds a few.
const TOGETHER: usize = 64;

/// A log with the place up to which it was read.
#[derive(Debug)]
pub(in crate::capture) struct Log<R> {
    lines: Lines<R>,
    format: &'static Format,
    grammar: Box<dyn Grammar>,
    traits: Traits,
    caps: Caps,
    clock: Clock,
    /// What is known of the next message.
    way: Way,
    record: Option<Record>,
    ready: VecDeque<Event<'static>>,
    messages: u64,
    now: Option<Time>,
    said: Said,
    /// The line that was read last.
    last: usize,
    ended: bool,
}

/// Which notes were made: they hold for the whole log.
#[derive(Debug, Default)]
struct Said {
    lf: bool,
    dots: bool,
    day: bool,
}

impl<R: Read> Log<R> {
    pub(in crate::capture) fn new(input: Input<R>, format: &'static Format, caps: Caps) -> Self {
        let (grammar, traits) = match &format.reads {
            Reads::Text(grammar, traits) => (grammar(), *traits),
            Reads::Dump => unreachable!("frames are read by their own reader"),
        };
        Self {
            lines: Lines::new(input),
            format,
            grammar,
            traits,
            caps,
            clock: Clock::default(),
            way: Way::default(),
            record: None,
            ready: VecDeque::new(),
            messages: 0,
            now: None,
            said: Said::default(),
            last: 0,
            ended: false,
        }
    }

    pub(in crate::capture) fn format(&self) -> &'static str {
        self.format.name
    }

    pub(in crate::capture) fn messages(&self) -> u64 {
        self.messages
    }

    pub(in crate::capture) fn now(&self) -> Option<Time> {
        self.now
    }

    pub(in crate::capture) fn next_event(&mut self, problems: &mut Problems) -> Option<Event<'static>> {
        let mut line = Vec::new();
        loop {
            if let Some(event) = self.ready.pop_front() {
                if let Event::Packet(packet) = &event {
                    self.messages += 1;
                    self.now = packet.time.or(self.now);
                }
                return Some(event);
            }
            if self.ended {
                return None;
            }
            match self.lines.next(&mut line, self.caps.log_bytes) {
                Some(number) => {
                    self.last = number;
                    self.take(&line, number, problems);
                }
                None => self.end(problems),
            }
        }
    }

    fn take(&mut self, line: &[u8], number: usize, problems: &mut Problems) {
        let place = self.record.as_ref().map_or(Place::Outside, Record::place);
        match self.grammar.meaning(line, place) {
            Meaning::Nothing => {}
            Meaning::Segment => {
                if let Some(record) = self.record.as_mut().filter(|record| record.is_of_stream()) {
                    record.pass_over();
                }
            }
            Meaning::Text(text) => self.add(text, number, problems),
            Meaning::Says(way) => {
                self.finish(End::Marked, problems);
                self.way = way.or(self.way);
            }
            Meaning::Opens(way) => {
                self.finish(End::Marked, problems);
                self.open(way, number);
            }
            Meaning::Begins(way, text) => {
                match &mut self.record {
                    Some(record) if place == Place::Before => record.way = way.or(record.way),
                    _ => {
                        self.finish(End::Marked, problems);
                        self.open(way, number);
                    }
                }
                self.add(text, number, problems);
            }
            Meaning::Closes(text) => {
                if !text.is_empty() {
                    self.add(text, number, problems);
                }
                self.finish(End::Marked, problems);
            }
        }
    }

    fn open(&mut self, way: Way, number: usize) {
        let way = way.or(std::mem::take(&mut self.way));
        self.record = Some(Record::announced(way, number, self.traits.is_guessed));
    }

    fn add(&mut self, text: &[u8], number: usize, problems: &mut Problems) {
        let Some(record) = &mut self.record else {
            return;
        };
        match record.add(text, number, self.caps.log_bytes, self.caps.limits) {
            // A segment may begin inside of a message, and another message inside of the segment.
            Added::NoMessage if record.is_of_stream() => record.pass_over(),
            Added::NoMessage => self.record = None,
            // Where every message is marked, what follows it up to the mark may be another.
            Added::Complete if self.format.ends_by_length() => self.finish(End::Marked, problems),
            Added::Complete | Added::Taken => {}
        }
    }

    /// Hands out the message of the present record, and those behind it in the same record.
    fn finish(&mut self, end: End, problems: &mut Problems) {
        let Some(record) = self.record.take() else {
            return;
        };
        let had_lines = record.was_passed_over();
        let Record { way, mut line, text, is_over, .. } = record;
        let time = way.stamp.map(|stamp| self.clock.time(stamp));
        if text.is_empty() {
            if end == End::Lost && line == self.last {
                problems.damage("log-end", || format!("line {line}: the log ends before the message"));
                self.ready.push_back(Event::Loss(Loss { time, from: way.from, to: way.to }));
            } else if had_lines {
                problems.note("log-segment", || {
                    let name = self.format.name;
                    format!("line {line}: no message begins in this TCP segment, and {name} does not join segments")
                });
            }
            return;
        }
        if is_over {
            let most = self.caps.log_bytes;
            let text =
                || format!("line {line}: a record of more than {most} bytes is cut (`limits.log_bytes`)");
            problems.damage("log-long", text);
        }
        let end = if is_over { End::Lost } else { end };
        if matches!(way.stamp, Some(Stamp::OfDay(_))) && !std::mem::replace(&mut self.said.day, true) {
            let text = || "the log gives no dates: its first day is taken for 1970-01-01".to_owned();
            problems.note("log-day", text);
        }
        let mut rest = Some(text);
        let mut bytes = way.bytes;
        let mut left = TOGETHER;
        while let Some(text) = rest.take() {
            let whole = text.len();
            let all_lines = count_lines(&text);
            let settled = settle(text, bytes.take(), self.traits, end, self.caps.limits);
            self.say(&settled, line, problems);
            let Settled { payload, wholeness, rest: behind, .. } = settled;
            if looks_like_sip(&payload) {
                let packet = self.packet(way, time, (line, payload, wholeness));
                self.ready.push_back(Event::Packet(packet));
            }
            left -= 1;
            if left == 0 && behind.is_some() {
                let text =
                    || format!("line {line}: more than {TOGETHER} messages in one record: passed over");
                problems.damage("log-together", text);
                self.ready.push_back(Event::Loss(Loss { time, from: way.from, to: way.to }));
                return;
            }
            rest = behind.filter(|behind| behind.len() < whole);
            line += all_lines.saturating_sub(rest.as_deref().map_or(0, count_lines));
        }
    }

    fn packet(
        &self,
        way: Way,
        time: Option<Time>,
        (line, payload, wholeness): (usize, Vec<u8>, Wholeness),
    ) -> Packet<'static> {
        let is_stream = way.transport.is_some_and(Transport::is_stream);
        Packet {
            time,
            from: way.from,
            to: way.to,
            transport: way.transport,
            input: 0,
            frames: Vec::new(),
            // The lines of a wrapped message are not those of the file.
            file_line: Some(line).filter(|_| self.traits.dots != Dots::Everywhere),
            framing: if is_stream { Framing::Stream } else { Framing::Datagram },
            wholeness,
            payload: payload.into(),
        }
    }

    fn say(&mut self, settled: &Settled, line: usize, problems: &mut Problems) {
        if settled.had_lf && !std::mem::replace(&mut self.said.lf, true) {
            problems.note("lf", || "the lines end with LF: they are read as CRLF".to_owned());
        }
        if settled.had_dots && !std::mem::replace(&mut self.said.dots, true) {
            problems.note("log-dots", || {
                "unprintable bytes are dots in this log: findings about them mean nothing".to_owned()
            });
        }
        if settled.wholeness == Wholeness::Cut {
            problems
                .damage("log-cut", || format!("line {line}: the log does not hold the end of this message"));
        }
    }

    fn end(&mut self, problems: &mut Problems) {
        self.ended = true;
        if let Some(error) = self.lines.take_error() {
            problems.damage("text-read", || format!("reading stopped: {error}"));
        }
        if let Some(record) = &mut self.record {
            record.drop_begun_time();
        }
        let is_complete = self.record.as_ref().is_some_and(Record::is_complete);
        self.finish(if is_complete { End::Marked } else { End::Lost }, problems);
    }
}

fn count_lines(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_knows_its_format() {
        let super::super::Kind::Log(format) = super::super::kind(b"SEND: BYE sip:a@b SIP/2.0\n") else {
            panic!("that is a log");
        };
        let log = Log::new(Input::new(&b""[..]), format, Caps::default());
        assert_eq!(log.format(), "doubango");
    }
}
