//! The bytes of one direction of a TCP connection -> messages, framed by Content-Length.

use std::borrow::Cow;
use std::net::SocketAddr;

use super::assembly::{Queue, listed};
use super::marked::{Marked, Origin};
use super::problem::Log;
use super::start::{first_line, is_versioned};
use super::tls::Sessions;
use super::{Caps, Framing, Loss, Packet, Transport};
use crate::message::{METHODS, Message, Name, Wholeness, looks_like_sip, token};
use crate::source::{FrameNumber, Time};

/// The longest start line that is waited for.
const START_LINE: usize = 16 * 1024;
/// No method is longer.
const METHOD: usize = 64;
/// What is said to be missing where nobody knows how much is.
pub(super) const UNKNOWN: usize = usize::MAX;

/// Sender and receiver.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Flow {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
}

impl std::fmt::Display for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} -> {}", self.from, self.to)
    }
}

/// Where what is found goes.
pub(super) struct Out<'a> {
    pub(super) flow: Flow,
    pub(super) now: Option<Time>,
    pub(super) caps: Caps,
    /// What carries the bytes.
    pub(super) transport: Transport,
    pub(super) tls: &'a mut Sessions,
    pub(super) queue: &'a mut Queue,
    pub(super) log: &'a mut Log,
}

impl Out<'_> {
    /// The same for what runs on top, as `transport`.
    pub(super) fn over(&mut self, transport: Transport) -> Out<'_> {
        let Self { flow, now, caps, tls, queue, log, .. } = self;
        Out { flow: *flow, now: *now, caps: *caps, transport, tls, queue, log }
    }

    /// What carries the bytes, for people.
    pub(super) fn over_what(&self) -> &'static str {
        match self.transport {
            Transport::Tls => "TLS",
            Transport::Ws | Transport::Wss => "WebSocket",
            Transport::Tcp | Transport::Udp | Transport::Sctp => "TCP",
        }
    }

    /// Tells that a message between the two ends may have been lost.
    pub(super) fn lose(&mut self, frame: FrameNumber) {
        let Flow { from, to } = self.flow;
        self.queue.loss(frame, Loss { time: self.now, from: Some(from), to: Some(to) });
    }
}

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
    /// Bytes that were lost before the stream was known to be SIP, and the frame behind them.
    lost: Option<(usize, FrameNumber)>,
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

/// Whether bytes begin a message.
enum Verdict {
    Yes,
    No,
    /// More bytes will tell.
    Perhaps,
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
    pub(super) fn take_lost(&mut self) -> Option<(usize, FrameNumber)> {
        self.lost.take()
    }

    /// Takes in the next bytes of the stream.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        frames: &[FrameNumber],
        time: Option<Time>,
        out: &mut Out<'_>,
    ) {
        if matches!(self.state, State::Searching) && self.buffer.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            let bytes = &bytes[skipped..];
            // Most of what is no SIP never gets into the buffer.
            if bytes.is_empty() || (!self.any_line && matches!(judge(bytes, false), Verdict::No)) {
                return;
            }
            self.buffer.append(bytes, frames, time);
        } else {
            self.buffer.append(bytes, frames, time);
        }
        while self.step(out) {}
    }

    /// Tells that `missing` bytes never came; the next bytes stand behind them.
    pub(super) fn lose(&mut self, missing: usize, frame: FrameNumber, out: &mut Out<'_>) {
        // What the body of the message still lacks.
        let lacking = match self.state {
            State::Searching => self.skip,
            State::Body(headers, Body::Measured(length)) => {
                (headers + length).saturating_sub(self.buffer.len())
            }
            _ => 0,
        };
        self.hand_out_cut(out);
        self.skip = lacking.saturating_sub(missing);
        self.any_line = true;
        self.adrift = lacking < missing;
        if !self.adrift {
            // No other message can have been in the gap: the cut one tells enough.
            return;
        }
        if self.known {
            say_lost((missing, frame), out);
        } else {
            self.lost.get_or_insert((missing, frame));
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

    /// Looks for a start line: where the buffer begins, where a segment begins, and at lines.
    fn search(&mut self) -> bool {
        if self.still_perhaps() {
            return false;
        }
        let skipped = self.skip.min(self.buffer.len());
        self.skip -= skipped;
        let (mut at, mut inside) = (skipped, false);
        let bytes = self.buffer.bytes();
        loop {
            // RFC 3261 7.5: empty lines before a start line are no part of the message.
            at += bytes[at..].iter().take_while(|byte| b"\r\n".contains(byte)).count();
            let rest = &bytes[at..];
            match judge(rest, inside) {
                Verdict::Yes => {
                    at += if self.adrift { behind_text(first_line(rest).0).unwrap_or(0) } else { 0 };
                    self.state = State::Headers(0);
                    break;
                }
                Verdict::Perhaps => break,
                Verdict::No => {
                    self.adrift = true;
                    let start = if self.any_line { behind_text(first_line(rest).0) } else { None };
                    if let Some(start) = start {
                        at += start;
                        continue;
                    }
                    at = self.next_candidate(at);
                    inside = !self.buffer.begins_piece(at);
                }
            }
        }
        self.drop_front(at);
        self.judged = self.buffer.len();
        matches!(self.state, State::Headers(_))
    }

    /// Whether what came since the buffer was judged changes nothing: with one byte a segment, looking at the
    /// whole line each time takes quadratic time.
    fn still_perhaps(&mut self) -> bool {
        let bytes = self.buffer.bytes();
        let new = bytes.get(self.judged..).unwrap_or_default();
        let same = self.judged > METHOD && bytes.len() < START_LINE && !new.iter().any(is_control);
        if same {
            self.judged = bytes.len();
        }
        same
    }

    /// The next place behind `at` at which a message may begin, or the end.
    fn next_candidate(&self, at: usize) -> usize {
        let end = self.buffer.len();
        let line = if self.any_line { self.next_line_with_version(at) } else { end };
        line.min(self.buffer.next_piece(at))
    }

    /// The next line behind `at` that names a version of SIP, or else the last, which may yet grow into one.
    fn next_line_with_version(&self, at: usize) -> usize {
        let bytes = self.buffer.bytes();
        let Some(from) = memchr::memchr(b'\n', &bytes[at..]).map(|lf| at + lf + 1) else {
            return bytes.len();
        };
        let slashes = memchr::memchr_iter(b'/', &bytes[from..]).map(|slash| from + slash);
        let version = slashes
            .filter(|&slash| slash >= from + 3)
            .find(|&slash| bytes[slash - 3..slash].eq_ignore_ascii_case(b"SIP"));
        let before = version.unwrap_or(bytes.len());
        memchr::memrchr(b'\n', &bytes[from..before]).map_or(from, |lf| from + lf + 1)
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

    /// The first whole line at `from` or behind it that is a start line.
    ///
    /// Where a segment begins plays no part: however a stream is cut, its messages are the same.
    fn next_start(&self, from: usize) -> Option<usize> {
        let (bytes, mut at) = (self.buffer.bytes(), from);
        while at < bytes.len() {
            let (line, length) = first_line(&bytes[at..]);
            if line.len() == length {
                return None;
            }
            if is_versioned(line) {
                return Some(at);
            }
            at += length;
        }
        None
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
            say_lost(lost, out);
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

/// Says that so many bytes are missing before a frame, and that a message may have been among them.
pub(super) fn say_lost((missing, frame): (usize, FrameNumber), out: &mut Out<'_>) {
    let (flow, over) = (out.flow, out.over_what());
    let text = || match missing {
        UNKNOWN => {
            format!("frame {frame}: bytes before it on {over} {flow} were not captured or not readable")
        }
        _ => format!("frame {frame}: {missing} bytes before it on {over} {flow} were not captured"),
    };
    out.log.damage("stream-gap", text);
    out.lose(frame);
}

/// Whether `bytes` begin a message. `strictly`: only with a version, since they stand inside of something.
fn judge(bytes: &[u8], strictly: bool) -> Verdict {
    let window = &bytes[..bytes.len().min(START_LINE)];
    if window.contains(&b'\n') || bytes.len() >= START_LINE {
        let (line, _) = first_line(window);
        let yes = if strictly { is_versioned(line) } else { looks_like_sip(line) };
        return if yes { Verdict::Yes } else { Verdict::No };
    }
    let method =
        window.iter().take(METHOD + 1).take_while(|&&byte| token::is_token_byte(byte) || byte == b'/');
    let method = method.count();
    let plausible = match window.get(method) {
        None => method <= METHOD,
        Some(b' ' | b'\t') => (1..=METHOD).contains(&method),
        Some(_) => false,
    };
    if plausible && !window.iter().any(is_control) { Verdict::Perhaps } else { Verdict::No }
}

/// Whether a byte can stand in no start line, or ends it.
fn is_control(byte: &u8) -> bool {
    *byte < b' ' && *byte != b'\t' && *byte != b'\r'
}

/// Where a start line begins in a line that begins with the end of a body: `good byeSIP/2.0 200 OK`.
pub(super) fn behind_text(line: &[u8]) -> Option<usize> {
    if let Some(status) = memchr::memmem::find(line, b"SIP/2.0 ").filter(|&at| line.len() > at + 10) {
        return Some(status).filter(|&at| at > 0 && is_versioned(&line[at..]));
    }
    let word =
        memchr::memmem::rfind(line, b" SIP/").and_then(|version| memchr::memrchr(b' ', &line[..version]))?;
    let method =
        METHODS.iter().filter(|method| line[..word].ends_with(method)).max_by_key(|method| method.len())?;
    Some(word - method.len()).filter(|&at| at > 0)
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
