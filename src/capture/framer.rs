//! The bytes of one direction of a TCP connection -> messages, framed by Content-Length.

mod search;

use std::borrow::Cow;

pub(super) use self::search::behind_text;
use self::search::{Verdict, judge};
use super::assembly::listed;
use super::marked::{Marked, Origin};
use super::out::Out;
use super::piece::{Gap, Piece};
use super::{Framing, Packet};
use crate::message::{Message, Name, Wholeness, looks_like_sip, token};

/// Cuts a stream of bytes into messages.
#[derive(Debug)]
pub(super) struct Framer {
    buffer: Marked,
    state: State,
    /// So much of the buffer was looked at already and may become a start line.
    judged: usize,
    /// Whether SIP was found on this stream.
    known: bool,
    /// Whether a message may begin at any line: SIP was there, or something was not captured.
    any_line: bool,
    /// Whether it is not known where the message before ended, so that its body may stand on the same line.
    adrift: bool,
    /// Bytes that belong to the body of a message handed out already.
    skip: usize,
    /// Bytes that were lost before the stream was known to be SIP.
    lost: Option<Gap>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// The buffer is empty or holds what may become a start line.
    Searching,
    /// The buffer begins with a start line; the empty line was not found before the offset.
    Headers(usize),
    /// The headers end here, and the message so far behind them.
    Body(usize, Body),
}

#[derive(Debug, Clone, Copy)]
enum Body {
    /// Content-Length says so.
    Measured(usize),
    /// Nothing says so: it goes on to the next start line, which begins at `from` at the earliest.
    Open {
        from: usize,
        /// No line ends at this offset or behind it.
        lines: usize,
    },
}

impl Framer {
    /// A stream that begins here, or (`midway`) of which the beginning was not captured.
    pub(super) fn new(midway: bool) -> Self {
        Self {
            buffer: Marked::default(),
            state: State::Searching,
            judged: 0,
            known: false,
            any_line: midway,
            adrift: midway,
            skip: 0,
            lost: None,
        }
    }

    /// What it holds, in bytes.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.buffer.weight()
    }

    /// Whether SIP was found on this stream.
    #[cfg(feature = "tls")]
    pub(super) fn is_known(&self) -> bool {
        self.known
    }

    /// Whether nothing speaks for SIP yet and nothing waits: something else may run here.
    pub(super) fn is_idle(&self) -> bool {
        !self.known && self.skip == 0 && self.buffer.is_empty()
    }

    /// Whether something was not captured.
    pub(super) fn is_midway(&self) -> bool {
        self.any_line
    }

    /// The bytes that were lost, for another reader to tell.
    pub(super) fn take_lost(&mut self) -> Option<Gap> {
        self.lost.take()
    }

    /// Takes in the next bytes of the stream.
    pub(super) fn push(&mut self, mut piece: Piece<'_>, out: &mut Out<'_>) {
        if matches!(self.state, State::Searching) && self.buffer.is_empty() {
            piece = piece.passing_over(&mut self.skip);
            // Most of what is no SIP never gets into the buffer.
            let is_none = || !self.any_line && matches!(judge(piece.bytes, false), Verdict::No);
            if piece.bytes.is_empty() || is_none() {
                return;
            }
        }
        self.buffer.append(piece);
        while self.step(out) {}
    }

    /// Tells of bytes that never came; the next ones stand behind them.
    pub(super) fn lose(&mut self, gap: Gap, out: &mut Out<'_>) {
        // What the body of the message still lacks.
        let lacking = match self.state {
            State::Searching => self.skip,
            State::Body(headers, Body::Measured(length)) => {
                (headers + length).saturating_sub(self.buffer.len())
            }
            _ => 0,
        };
        self.hand_out_cut(out);
        self.skip = lacking.saturating_sub(gap.missing);
        self.any_line = true;
        self.adrift = lacking < gap.missing;
        if !self.adrift {
            // No other message can have been in the gap: the cut one tells enough.
            return;
        }
        if self.known {
            out.say_lost(gap);
        } else {
            self.lost.get_or_insert(gap);
        }
    }

    /// Tells that nothing more will come.
    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        if let State::Body(_, Body::Open { .. }) = self.state {
            self.hand_out(self.buffer.len(), Wholeness::Whole, out);
        } else if self.hand_out_cut(out) {
            let (flow, over) = (out.flow, out.over_what());
            out.log.damage("stream-end", || format!("{over} {flow} ends inside of a message"));
        }
        self.skip = 0;
    }

    /// Hands out what there is of a message that will not become whole; says whether there was one.
    fn hand_out_cut(&mut self, out: &mut Out<'_>) -> bool {
        let begun = match self.state {
            State::Searching => !self.buffer.is_empty() && looks_like_sip(self.buffer.bytes()),
            State::Headers(_) | State::Body(..) => true,
        };
        if begun {
            self.hand_out(self.buffer.len(), Wholeness::Cut, out);
        }
        self.drop_front(self.buffer.len());
        self.state = State::Searching;
        begun
    }

    /// One step of framing; `false` when more bytes are needed.
    fn step(&mut self, out: &mut Out<'_>) -> bool {
        match self.state {
            State::Searching => self.search(),
            State::Headers(from) => self.headers(from, out),
            State::Body(headers, Body::Measured(length)) => self.measured(headers + length, out),
            State::Body(headers, Body::Open { from, lines }) => self.open(headers, (from, lines), out),
        }
    }

    /// Looks for the end of the header section.
    fn headers(&mut self, from: usize, out: &mut Out<'_>) -> bool {
        match headers_end(self.buffer.bytes(), from) {
            Some(end) => self.measure(end, out),
            None if self.is_full(out) => self.too_long(self.buffer.len(), out),
            None => {
                self.state = State::Headers(self.buffer.len().saturating_sub(2));
                false
            }
        }
    }

    /// Finds out how long the message is of which the headers end at `headers`.
    fn measure(&mut self, headers: usize, out: &mut Out<'_>) -> bool {
        let head = Message::split_within(&self.buffer.bytes()[..headers], Wholeness::Whole, out.caps.limits);
        let mandatory = [Name::Via, Name::From, Name::To, Name::CallId, Name::CSeq];
        if !self.known && !mandatory.iter().any(|&name| head.has(name)) {
            // Something that answers in the form of SIP and is none.
            self.drop_front(headers);
            self.state = State::Searching;
            return true;
        }
        let length = head.first(Name::ContentLength).and_then(token::number);
        let has_body = head.has(Name::ContentType);
        let room = out.caps.stream_bytes.saturating_sub(headers);
        self.state = match length.map(usize::try_from) {
            Some(Ok(length)) if length <= room => State::Body(headers, Body::Measured(length)),
            Some(_) => {
                let end = self.next_start(headers).unwrap_or(self.buffer.len());
                return self.too_long(end, out);
            }
            None if has_body => State::Body(headers, Body::Open { from: headers, lines: headers }),
            None => State::Body(headers, Body::Measured(0)),
        };
        true
    }

    fn measured(&mut self, end: usize, out: &mut Out<'_>) -> bool {
        if self.buffer.len() < end {
            return self.is_full(out) && self.too_long(self.buffer.len(), out);
        }
        self.hand_out(end, Wholeness::Whole, out);
        true
    }

    /// Whether no more may be held: of bytes, or of what is known about each of many small segments.
    fn is_full(&self, out: &Out<'_>) -> bool {
        self.buffer.len().max(self.buffer.marked()) > out.caps.stream_bytes
    }

    fn open(&mut self, headers: usize, (mut from, lines): (usize, usize), out: &mut Out<'_>) -> bool {
        let new_line = memchr::memchr(b'\n', &self.buffer.bytes()[lines..]).is_some();
        if let Some(end) = new_line.then(|| self.next_start(from)).flatten() {
            self.hand_out(end, Wholeness::Whole, out);
            return true;
        }
        if self.is_full(out) {
            return self.too_long(self.buffer.len(), out);
        }
        if new_line {
            // The last line may grow into a start line.
            from = memchr::memrchr(b'\n', self.buffer.bytes()).map_or(from, |lf| lf + 1).max(from);
        }
        self.state = State::Body(headers, Body::Open { from, lines: self.buffer.len() });
        false
    }

    /// Hands out what is there of a message longer than is held.
    fn too_long(&mut self, end: usize, out: &mut Out<'_>) -> bool {
        let (flow, over, cap) = (out.flow, out.over_what(), out.caps.stream_bytes);
        let text =
            || format!("{over} {flow}: a message of more than {cap} bytes is cut (`limits.stream_bytes`)");
        out.log.damage("stream-long", text);
        self.hand_out(end, Wholeness::Cut, out);
        true
    }

    /// Hands out the first `end` bytes.
    fn hand_out(&mut self, end: usize, wholeness: Wholeness, out: &mut Out<'_>) {
        let Origin { frames, time } = self.buffer.origin(end);
        if let Some(lost) = self.lost.take() {
            out.say_lost(lost);
        }
        (self.known, self.any_line) = (true, true);
        self.adrift = wholeness == Wholeness::Cut;
        if wholeness == Wholeness::Cut {
            let (flow, over) = (out.flow, out.over_what());
            let text = || format!("{}: the end of a message on {over} {flow} is missing", listed(&frames));
            out.log.damage("message-cut", text);
        }
        out.queue.packet(Packet {
            time,
            from: Some(out.flow.from),
            to: Some(out.flow.to),
            transport: Some(out.transport),
            input: 0,
            frames,
            file_line: None,
            framing: Framing::Stream,
            wholeness,
            payload: Cow::Owned(self.buffer.bytes()[..end].to_vec()),
        });
        self.drop_front(end);
        self.state = State::Searching;
    }

    fn drop_front(&mut self, count: usize) {
        self.buffer.drop_front(count);
        self.judged = 0;
    }
}

/// Where the header section ends: behind its empty line, which begins at `from` at the earliest.
fn headers_end(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'\n', bytes.get(from..)?).map(|lf| from + lf).find_map(|lf| {
        match bytes.get(lf + 1..)? {
            [b'\n', ..] => Some(lf + 2),
            [b'\r', b'\n', ..] => Some(lf + 3),
            _ => None,
        }
    })
}
