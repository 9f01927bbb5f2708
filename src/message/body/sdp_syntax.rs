//! What breaks the format of a session description, line by line.

use super::defect::Defect;
use super::sdp::{Line, Lines};
use super::sdp_values::{
    TOKEN, fields, is_address, is_bandwidth, is_small, is_time, is_token, number, origin_numbers,
};

/// Which lines may stand in a part of a description, in what order, and which of them more than once.
struct Order {
    /// Of each letter its place, from 1; 0 where it may not stand.
    places: [u8; 256],
    /// The letters that may stand once, as bits from `a`.
    once: u32,
}

impl Order {
    const fn of(letters: &[u8], once: &[u8]) -> Self {
        let mut order = Self { places: [0; 256], once: 0 };
        let mut at = 0;
        while at < letters.len() {
            order.places[letters[at] as usize] = at as u8 + 1;
            at += 1;
        }
        let mut at = 0;
        while at < once.len() {
            order.once |= bit(once[at]);
            at += 1;
        }
        order
    }
}

/// RFC 8866 5 and RFC 4566 5, before the first `m=`; `t`, `r` and `z` share a place.
static SESSION_ORDER: Order = Order::of(b"vosiuepcbtka", b"vosiuck");

/// The same behind each `m=`.
static MEDIA_ORDER: Order = Order::of(b"micbka", b"mik");

/// Reads the lines of a description one after the other, and notes what is wrong with them: in the order of the
/// lines; missing lines where they should have been known.
pub(super) struct Checker<'m> {
    text: &'m [u8],
    defects: Vec<Defect<'m>>,
    /// Whether there is any line to check.
    is_empty: bool,
    /// Whether no line need be looked through for bytes that may not stand in one, nor is any of them empty.
    is_tidy: bool,
    /// The letters of the session part, as bits from `a`.
    of_session: u32,
    /// Whether the section at hand is a media section.
    in_media: bool,
    section: Seen,
}

/// What was seen of one section.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// The letters of its lines, as bits from `a`.
    letters: u32,
    /// The same, of those that were looked at; `r` and `z` as `t`.
    checked: u32,
    /// The place of the last line that stood where it may.
    place: u8,
    before: Option<u8>,
    /// Whether another description begins, of which nothing more is said.
    is_over: bool,
}

/// A letter as a bit.
const fn bit(letter: u8) -> u32 {
    if letter.is_ascii_lowercase() { 1 << (letter - b'a') } else { 0 }
}

impl<'m> Checker<'m> {
    pub(super) fn of(text: &'m [u8]) -> Self {
        Self {
            text,
            defects: Vec::new(),
            is_empty: text.iter().all(u8::is_ascii_whitespace),
            is_tidy: is_tidy(text),
            of_session: 0,
            in_media: false,
            section: Seen::default(),
        }
    }

    fn fault(&mut self, code: &'static str, at: &'m [u8], expected: &'static str) {
        self.defects.push(Defect::fault(code, at, expected));
    }

    /// The session part ends, or the media section of that line; another one may follow.
    pub(super) fn end_of_section(&mut self, media_line: Option<&'m [u8]>) {
        let letters = std::mem::take(&mut self.section).letters;
        self.in_media = true;
        match media_line {
            _ if self.is_empty => {}
            None => self.session_ends(letters),
            Some(line) if (self.of_session | letters) & bit(b'c') == 0 => {
                self.fault("sdp/no-connection", line, "a `c=` line here or before the first `m=` line");
            }
            Some(_) => {}
        }
    }

    fn session_ends(&mut self, letters: u32) {
        self.of_session = letters;
        let first = |text| Lines::of(text).next().map_or(text, |line| line.text);
        for (kind, code, expected) in [
            (b'v', "sdp/no-version", "`v=0` as first line"),
            (b'o', "sdp/no-origin", "an `o=` line"),
            (b's', "sdp/no-session-name", "an `s=` line"),
            (b't', "sdp/no-time", "a `t=` line"),
        ] {
            if letters & bit(kind) == 0 {
                self.fault(code, first(self.text), expected);
            }
        }
    }

    /// Checks the next line for itself, and whether it stands where it may.
    pub(super) fn line(&mut self, line: Line<'m>) {
        self.section.letters |= line.kind.map_or(0, bit);
        if self.is_empty || self.section.is_over {
            return;
        }
        let Some(kind) = self.kind(line) else { return };
        let slot = if matches!(kind, b'r' | b'z') { b't' } else { kind };
        let order = if self.in_media { &MEDIA_ORDER } else { &SESSION_ORDER };
        let place = order.places[usize::from(slot)];
        let again = place > 0 && self.section.checked & bit(slot) != 0;
        self.section.checked |= bit(slot);
        if kind == b'v' && (again || place == 0) {
            self.section.is_over = true;
            return self.fault("sdp/second-description", line.text, "one session description in one body");
        }
        let before = self.section.before.replace(kind);
        if place == 0 {
            self.fault("sdp/line-order", line.text, "this line before the first `m=` line");
        } else if again && order.once & bit(slot) != 0 {
            self.fault("sdp/repeated-line", line.text, "one line of this type here");
        } else if place < self.section.place {
            self.fault("sdp/line-order", line.text, "this line further up");
        } else if slot != kind && !matches!(before, Some(b't' | b'r' | b'z')) {
            self.fault("sdp/line-order", line.text, "this line behind a `t=` line");
        } else {
            self.section.place = place;
        }
        self.value(kind, line);
    }

    /// The type letter of a line that has a known one.
    fn kind(&mut self, line: Line<'m>) -> Option<u8> {
        if !self.is_tidy
            && let Some(at) = memchr::memchr2(0, b'\r', line.text)
        {
            self.fault("sdp/bad-byte", &line.text[at..], "no NUL and no CR inside of a line");
        }
        match line.kind {
            Some(kind) if SESSION_ORDER.places[usize::from(kind)] > 0 => return Some(kind),
            Some(kind @ (b'r' | b'z' | b'm')) => return Some(kind),
            Some(_) => self.fault("sdp/unknown-type", line.text, "one of the type letters of SDP"),
            None if line.text.is_empty() => {}
            None if matches!(line.text, [_, b' ' | b'\t', ..]) && is_spaced(line.text) => {
                self.fault("sdp/space-around-equals", line.text, "no white space before `=`");
            }
            None => self.fault("sdp/not-a-line", line.text, "a type letter and `=`"),
        }
        None
    }

    fn value(&mut self, kind: u8, line: Line<'m>) {
        let value = line.value;
        // A text may begin with a space (`s= ` is usual), and so may an e-mail address by its grammar.
        if matches!(value.first(), Some(b' ' | b'\t')) && !matches!(kind, b's' | b'i' | b'e' | b'p') {
            self.fault("sdp/space-around-equals", line.text, "no white space behind `=`");
            return;
        }
        let (good, code, expected) = match kind {
            b'v' => (value == b"0", "sdp/version", "`v=0`"),
            b'o' => match origin_numbers(value) {
                Some(numbers) => (
                    numbers.into_iter().all(is_small),
                    "sdp/origin-number",
                    "session id and version below 2^63",
                ),
                None => (
                    false,
                    "sdp/origin",
                    "user, session id, version, network, family and address, one space between them",
                ),
            },
            b's' => (!value.is_empty(), "sdp/empty-session-name", "a name, a space or `-`"),
            b't' => (is_time(value), "sdp/time", "a start and a stop time"),
            b'c' => return self.connection(line),
            b'b' => (is_bandwidth(value), "sdp/bandwidth", "a type, `:` and a number"),
            b'm' => return self.media(line),
            b'a' => return self.attribute(line),
            _ => return,
        };
        if !good {
            self.fault(code, line.text, expected);
        }
    }

    fn connection(&mut self, line: Line<'m>) {
        let fields: [&[u8]; 3] = match fields(line.value) {
            Some(fields) if fields[..2].iter().all(|field| is_token(field)) => fields,
            _ => {
                let expected = "network, family and address, one space between them";
                return self.fault("sdp/connection", line.text, expected);
            }
        };
        if fields[0] == b"IN" && !is_address(fields[1], fields[2]) {
            self.fault("sdp/connection-address", line.text, "an address of its family, or a host name");
        }
    }

    fn media(&mut self, line: Line<'m>) {
        let mut fields = line.value.split(|&byte| byte == b' ');
        let mut field = || fields.next().unwrap_or_default();
        let (media, port, proto, format) = (field(), field(), field(), field());
        let proto_good = proto.split(|&byte| byte == b'/').all(is_token);
        if !is_token(media) || !proto_good || !is_token(format) || !fields.all(is_token) {
            let expected = "media, port, transport and formats, one space between them";
            return self.fault("sdp/media-line", line.text, expected);
        }
        let mut numbers = port.split(|&byte| byte == b'/');
        let port_good = numbers.next().and_then(number).is_some();
        let count_good = numbers.next().is_none_or(|ports| number(ports).is_some_and(|n| n > 0));
        if !port_good || !count_good || numbers.next().is_some() {
            self.fault("sdp/media-port", line.text, "a port from 0 to 65535");
        }
    }

    fn attribute(&mut self, line: Line<'m>) {
        let (name, rest) = line.value.split_at(TOKEN.run(line.value));
        match rest {
            [] | [b':', ..] if name.is_empty() => self.not_an_attribute(line),
            [] | [b':', _, ..] => {}
            [b':'] => {
                let expected = "a value behind the colon";
                self.defects.push(Defect::note("sdp/attribute-empty-value", line.text, expected));
            }
            _ => self.not_an_attribute(line),
        }
    }

    fn not_an_attribute(&mut self, line: Line<'m>) {
        self.fault("sdp/attribute", line.text, "an attribute name, which is a token");
    }

    /// All defects of the description, those of its end last.
    pub(super) fn end(mut self) -> Vec<Defect<'m>> {
        if self.is_empty {
            self.fault("sdp/empty", self.text, "a session description");
        } else {
            self.line_ends(self.text);
        }
        self.defects
    }

    /// Empty lines, and the end of the last one.
    fn line_ends(&mut self, text: &'m [u8]) {
        let used = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
        let (body, tail) = text.split_at(used);
        let line_ends = memchr::memchr_iter(b'\n', tail).count();
        if line_ends == 0 {
            let start = memchr::memrchr(b'\n', body).map_or(0, |lf| lf + 1);
            let expected = "a line end behind the last line";
            self.defects.push(Defect::note("sdp/no-final-line-end", &body[start..], expected));
        } else if line_ends > 1 {
            let expected = "no empty line at the end";
            self.defects.push(Defect::note("sdp/trailing-empty-line", tail, expected));
        }
        if self.is_tidy {
            return;
        }
        let mut start = 0;
        let mut lines =
            memchr::memchr_iter(b'\n', body).map(|lf| &body[std::mem::replace(&mut start, lf + 1)..=lf]);
        if let Some(empty) = lines.find(|line| matches!(*line, b"\n" | b"\r\n")) {
            self.fault("sdp/empty-line", empty, "no empty line between the lines");
        }
    }
}

/// Whether there is no NUL, no CR but before LF, and no empty line. One look at all, without an exit on the way, is
/// cheaper than one at each line.
fn is_tidy(text: &[u8]) -> bool {
    let is_odd = |byte: u8, next: u8| {
        (byte == 0)
            | ((byte == b'\r') & (next != b'\n'))
            | ((byte == b'\n') & ((next == b'\n') | (next == b'\r')))
    };
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    let any_odd = pairs.fold(false, |any, (&byte, &next)| any | is_odd(byte, next));
    !any_odd && !matches!(text.first(), Some(b'\r' | b'\n')) && text.last() != Some(&0)
}

/// Whether the first byte that is not white space behind the type letter is `=`.
fn is_spaced(text: &[u8]) -> bool {
    text[1..].iter().find(|byte| !matches!(byte, b' ' | b'\t')) == Some(&b'=')
}
