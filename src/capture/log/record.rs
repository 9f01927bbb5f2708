//! The lines of one record -> its text, with the place in the message where the next line stands.

use super::Place;
use super::lines::{bare, is_blank};
use super::way::Way;
use crate::capture::Transport;
use crate::capture::start::is_header;
use crate::message::{Limits, Message, Name, Wholeness, looks_like_sip};

/// A message that is being read.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) way: Way,
    /// The line on which it begins.
    pub(super) line: usize,
    pub(super) text: Vec<u8>,
    /// Whether bytes were left off because it is too long.
    pub(super) is_over: bool,
    /// Whether nothing but its look says that it is a message: a line of prose may look so too.
    is_guessed: bool,
    /// Whether lines before a start line were passed over.
    passed: bool,
    lines: usize,
    has_crlf: bool,
    body: Option<Body>,
}

#[derive(Debug, Clone, Copy)]
struct Body {
    /// Where it begins.
    at: usize,
    /// Line feeds in it.
    lines: usize,
    length: Option<usize>,
}

/// What became of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Added {
    Taken,
    /// It is no message: nothing of it is kept.
    NoMessage,
    /// Nothing is missing any more.
    Complete,
}

impl Record {
    /// A record of which only the way is known.
    pub(super) fn announced(way: Way, line: usize, is_guessed: bool) -> Self {
        Self {
            way,
            line,
            text: Vec::new(),
            is_over: false,
            is_guessed,
            passed: false,
            lines: 0,
            has_crlf: false,
            body: None,
        }
    }

    /// Whether it is a segment rather than a message, and nothing of one was found yet.
    pub(super) fn is_of_stream(&self) -> bool {
        self.lines == 0 && self.way.transport.is_some_and(Transport::is_stream)
    }

    /// Notes that lines were passed over in the search for a start line.
    pub(super) fn pass_over(&mut self) {
        self.passed = true;
    }

    pub(super) fn was_passed_over(&self) -> bool {
        self.passed
    }

    pub(super) fn place(&self) -> Place {
        match self.body {
            _ if self.lines == 0 => Place::Before,
            None => Place::Headers,
            Some(Body { length: Some(_), .. }) => Place::MeasuredBody,
            Some(_) => Place::Body,
        }
    }

    /// Takes a line in. A record holds at most `most` bytes.
    pub(super) fn add(&mut self, line: &[u8], number: usize, most: usize, limits: Limits) -> Added {
        if self.lines == 0 {
            if is_blank(line) {
                return Added::Taken;
            }
            if !looks_like_sip(line.trim_ascii_start()) {
                return Added::NoMessage;
            }
            self.line = number;
        }
        let is_prose = self.lines == 1 && self.is_guessed && !is_header(bare(line)) && !is_blank(line);
        if is_prose {
            return Added::NoMessage;
        }
        self.lines += 1;
        if self.text.len() + line.len() > most {
            self.is_over = true;
            return Added::Taken;
        }
        self.text.extend_from_slice(line);
        self.has_crlf |= line.ends_with(b"\r\n");
        match &mut self.body {
            Some(body) => body.lines += usize::from(line.ends_with(b"\n")),
            None if bare(line).is_empty() && line.ends_with(b"\n") => self.measure(limits),
            None => {}
        }
        if self.is_complete() { Added::Complete } else { Added::Taken }
    }

    /// The headers are over: how long is the body?
    fn measure(&mut self, limits: Limits) {
        let head = Message::split_within(&self.text[..], Wholeness::Whole, limits);
        let length = match head.content_length() {
            Some(length) => usize::try_from(length).ok(),
            None if head.has(Name::ContentType) || head.has(Name::ContentLength) => None,
            None => Some(0),
        };
        self.body = Some(Body { at: self.text.len(), lines: 0, length });
    }

    /// Takes a last line away that nothing ends and that may be the begin of a time: where a log breaks off, it is
    /// rather the heading of the next record than a part of this message.
    pub(super) fn drop_begun_time(&mut self) {
        let at = memchr::memrchr(b'\n', &self.text).map_or(0, |lf| lf + 1);
        let last = &self.text[at..];
        let of_a_time = |byte: &u8| byte.is_ascii_digit() || b":.-/ T".contains(byte);
        if last.first().is_some_and(u8::is_ascii_digit) && last.iter().all(of_a_time) {
            self.text.truncate(at);
        }
    }

    /// Whether the body is as long as it says, on the wire or (with LF for CRLF) here.
    pub(super) fn is_complete(&self) -> bool {
        let Some(Body { at, lines, length: Some(length) }) = self.body else {
            return false;
        };
        let here = self.text.len() - at;
        let on_the_wire = if self.has_crlf { here } else { here + lines };
        // The end of the last line may belong to the log.
        (length..=length.saturating_add(2)).contains(&on_the_wire) || here >= length
    }
}
