//! What waits in a framer -> where the next message begins in it.

use super::{Framer, State};
use crate::capture::start::{first_line, is_versioned};
use crate::message::{METHODS, looks_like_sip, token};

/// The longest start line that is waited for.
const START_LINE: usize = 16 * 1024;
/// No method is longer.
const METHOD: usize = 64;

impl Framer {
    /// Looks for a start line: where the buffer begins, where a segment begins, and at lines.
    pub(super) fn search(&mut self) -> bool {
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

    /// The first whole line at `from` or behind it that is a start line.
    ///
    /// Where a segment begins plays no part: however a stream is cut, its messages are the same.
    pub(super) fn next_start(&self, from: usize) -> Option<usize> {
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
}

/// Whether bytes begin a message.
pub(super) enum Verdict {
    Yes,
    No,
    /// More bytes will tell.
    Perhaps,
}

/// Whether `bytes` begin a message. `strictly`: only with a version, since they stand inside of something.
pub(super) fn judge(bytes: &[u8], strictly: bool) -> Verdict {
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
pub(in crate::capture) fn behind_text(line: &[u8]) -> Option<usize> {
    if let Some(status) = memchr::memmem::find(line, b"SIP/2.0 ").filter(|&at| line.len() > at + 10) {
        return Some(status).filter(|&at| at > 0 && is_versioned(&line[at..]));
    }
    let word =
        memchr::memmem::rfind(line, b" SIP/").and_then(|version| memchr::memrchr(b' ', &line[..version]))?;
    let method =
        METHODS.iter().filter(|method| line[..word].ends_with(method)).max_by_key(|method| method.len())?;
    Some(word - method.len()).filter(|&at| at > 0)
}
