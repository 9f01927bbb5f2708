//! What breaks the format of a session description, line by line.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::defect::Defect;
use super::sdp::{Line, Sdp};
use crate::message::token::{self, ByteSet};

/// A number of digits alone that fits 16 bits.
pub(super) fn number(text: &[u8]) -> Option<u16> {
    token::number(text).and_then(|n| u16::try_from(n).ok())
}

/// All defects of `sdp`, in the order of its lines; missing lines where they should have been known.
pub(super) fn defects<'m>(sdp: &Sdp<'m>) -> Vec<Defect<'m>> {
    let body = sdp.text;
    let mut check = Checker { defects: Vec::new(), is_tidy: is_tidy(body) };
    if body.iter().all(u8::is_ascii_whitespace) {
        check.defects.push(Defect::fault("sdp/empty", body, "a session description"));
        return check.defects;
    }
    check.session(sdp);
    let session_connection = sdp.session.line(b'c').is_some();
    for media in &sdp.media {
        check.lines(media.lines(), MEDIA_ORDER);
        if !session_connection && media.line(b'c').is_none() {
            let expected = "a `c=` line here or before the first `m=` line";
            check.fault("sdp/no-connection", media.media_line(), expected);
        }
    }
    check.end(body);
    check.defects
}

/// One row of the order of lines: the letter, and whether it may stand more than once.
type Order = &'static [(u8, bool)];

/// RFC 8866 5 and RFC 4566 5, before the first `m=`; `t`, `r` and `z` share a place.
const SESSION_ORDER: Order = &[
    (b'v', false),
    (b'o', false),
    (b's', false),
    (b'i', false),
    (b'u', false),
    (b'e', true),
    (b'p', true),
    (b'c', false),
    (b'b', true),
    (b't', true),
    (b'k', false),
    (b'a', true),
];

/// The same behind each `m=`.
const MEDIA_ORDER: Order =
    &[(b'm', false), (b'i', false), (b'c', true), (b'b', true), (b'k', false), (b'a', true)];

struct Checker<'m> {
    defects: Vec<Defect<'m>>,
    /// Whether no line need be looked through for bytes that may not stand in one, nor is any of them empty.
    is_tidy: bool,
}

impl<'m> Checker<'m> {
    fn fault(&mut self, code: &'static str, at: &'m [u8], expected: &'static str) {
        self.defects.push(Defect::fault(code, at, expected));
    }

    fn session(&mut self, sdp: &Sdp<'m>) {
        self.lines(sdp.session.lines(), SESSION_ORDER);
        let first = sdp.lines().next().map_or(sdp.text, |line| line.text);
        let mut there = [false; 256];
        for kind in sdp.session.lines().filter_map(|line| line.kind) {
            there[usize::from(kind)] = true;
        }
        for (kind, code, expected) in [
            (b'v', "sdp/no-version", "`v=0` as first line"),
            (b'o', "sdp/no-origin", "an `o=` line"),
            (b's', "sdp/no-session-name", "an `s=` line"),
            (b't', "sdp/no-time", "a `t=` line"),
        ] {
            if !there[usize::from(kind)] {
                self.fault(code, first, expected);
            }
        }
    }

    /// Checks each line for itself, and that they stand in that order.
    fn lines(&mut self, lines: impl Iterator<Item = Line<'m>>, order: Order) {
        let mut place = 0;
        let mut seen = [false; 16];
        let mut before = None;
        for line in lines {
            let Some(kind) = self.kind(line) else {
                continue;
            };
            let slot = if matches!(kind, b'r' | b'z') { b't' } else { kind };
            let index = order.iter().position(|row| row.0 == slot);
            let again = index.is_some_and(|index| std::mem::replace(&mut seen[index], true));
            if kind == b'v' && (again || index.is_none()) {
                let expected = "one session description in one body";
                return self.fault("sdp/second-description", line.text, expected);
            }
            match index {
                None => self.fault("sdp/line-order", line.text, "this line before the first `m=` line"),
                Some(index) if again && !order[index].1 => {
                    self.fault("sdp/repeated-line", line.text, "one line of this type here");
                }
                Some(index) if index < place => {
                    self.fault("sdp/line-order", line.text, "this line further up");
                }
                Some(_) if slot != kind && !matches!(before, Some(b't' | b'r' | b'z')) => {
                    self.fault("sdp/line-order", line.text, "this line behind a `t=` line");
                }
                Some(index) => place = index,
            }
            before = Some(kind);
            self.value(kind, line);
        }
    }

    /// The type letter of a line that has a known one.
    fn kind(&mut self, line: Line<'m>) -> Option<u8> {
        if !self.is_tidy
            && let Some(at) = memchr::memchr2(0, b'\r', line.text)
        {
            self.fault("sdp/bad-byte", &line.text[at..], "no NUL and no CR inside of a line");
        }
        match line.kind {
            Some(kind) if b"vosiuepcbtrzkam".contains(&kind) => return Some(kind),
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
        if matches!(value.first(), Some(b' ' | b'\t')) && !b"siep".contains(&kind) {
            self.fault("sdp/space-around-equals", line.text, "no white space behind `=`");
            return;
        }
        let (good, code, expected) = match kind {
            b'v' => (value == b"0", "sdp/version", "`v=0`"),
            b'o' if !is_origin(value) => (
                false,
                "sdp/origin",
                "user, session id, version, network, family and address, one space between them",
            ),
            b'o' => (has_small_numbers(value), "sdp/origin-number", "session id and version below 2^63"),
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
        let count = line.value.split(|&byte| byte == b' ').count();
        let mut fields = line.value.split(|&byte| byte == b' ');
        let mut field = || fields.next().unwrap_or_default();
        let (media, port, proto) = (field(), field(), field());
        let proto_good = proto.split(|&byte| byte == b'/').all(is_token);
        if count < 4 || !is_token(media) || !proto_good || !fields.all(is_token) {
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
        let colon = memchr::memchr(b':', line.value);
        if !is_token(&line.value[..colon.unwrap_or(line.value.len())]) {
            self.fault("sdp/attribute", line.text, "an attribute name, which is a token");
        } else if colon.is_some_and(|at| at + 1 == line.value.len()) {
            let expected = "a value behind the colon";
            self.defects.push(Defect::note("sdp/attribute-empty-value", line.text, expected));
        }
    }

    /// Empty lines, and the end of the last one.
    fn end(&mut self, text: &'m [u8]) {
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

/// Exactly `N` fields with exactly one space between them, none of them empty.
fn fields<const N: usize>(value: &[u8]) -> Option<[&[u8]; N]> {
    let mut pieces = value.split(|&byte| byte == b' ');
    let mut fields: [&[u8]; N] = [&[]; N];
    for field in &mut fields {
        *field = pieces.next().filter(|piece| !piece.is_empty())?;
    }
    pieces.next().is_none().then_some(fields)
}

fn is_origin(value: &[u8]) -> bool {
    fields::<6>(value).is_some_and(|[_, id, version, network, family, _]| {
        is_digits(id) && is_digits(version) && is_token(network) && is_token(family)
    })
}

/// RFC 3264 5: session id and version fit a signed integer of 64 bits.
fn has_small_numbers(origin: &[u8]) -> bool {
    let fits = |text: &[u8]| token::number(text).is_some_and(|n| i64::try_from(n).is_ok());
    fields::<6>(origin).is_none_or(|[_, id, version, ..]| fits(id) && fits(version))
}

fn is_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

fn is_time(value: &[u8]) -> bool {
    fields::<2>(value).is_some_and(|times| times.into_iter().all(is_digits))
}

fn is_bandwidth(value: &[u8]) -> bool {
    memchr::memchr(b':', value).is_some_and(|colon| {
        let amount = &value[colon + 1..];
        is_token(&value[..colon]) && is_digits(amount)
    })
}

/// Whether `address` may belong to that family; of a family nobody knows, any does.
fn is_address(family: &[u8], address: &[u8]) -> bool {
    let mut pieces = address.split(|&byte| byte == b'/');
    let host = pieces.next().unwrap_or_default();
    if !pieces.all(|piece| token::number(piece).is_some()) {
        return false;
    }
    let numeric = host.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let text = std::str::from_utf8(host).unwrap_or_default();
    let is_name =
        !host.is_empty() && host.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    match family {
        b"IP4" if numeric => text.parse::<Ipv4Addr>().is_ok(),
        b"IP6" if host.contains(&b':') => text.parse::<Ipv6Addr>().is_ok(),
        b"IP4" => is_name,
        b"IP6" => is_name && !numeric,
        _ => true,
    }
}

/// Whether `text` is a token of SDP, which has other characters than one of SIP (RFC 8866 9).
fn is_token(text: &[u8]) -> bool {
    static TOKEN: ByteSet = ByteSet::graphic_without(b"\"(),/:;<=>?@[\\]");
    !text.is_empty() && TOKEN.covers(text)
}
