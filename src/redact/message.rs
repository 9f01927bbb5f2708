//! A message -> the same with pseudonyms: start line, headers, session descriptions, lists and other bodies.

use std::ops::Range;

use super::body::{has_numbers_of, has_short_numbers, list, sdp};
use super::known::words;
use super::sheet::Sheet;
use super::value::Way;
use super::vocabulary::{is_protocol, is_reason};
use crate::verdict::{Part, content, each_part, lines};

/// Replaces what is private in a message.
pub(super) fn message(sheet: &mut Sheet<'_>) {
    each_part(sheet.bytes(), &mut |range, part| match part {
        Part::Head => head(sheet, range, true),
        Part::InnerHead => head(sheet, range, false),
        Part::Boundary | Part::Other(_) => sheet.strict(range),
        Part::Sdp => sdp(sheet, range),
        Part::List => list(sheet, range),
    });
}

/// Header lines, before which there may be a start line.
fn head(sheet: &mut Sheet<'_>, range: Range<usize>, mut is_start: bool) {
    let bytes = sheet.bytes();
    let all: Vec<Range<usize>> = lines(bytes, range).collect();
    let mut at = 0;
    while at < all.len() {
        let first = all[at].start;
        at += 1;
        if content(bytes, &all[at - 1]).is_empty() {
            continue;
        }
        if std::mem::take(&mut is_start) {
            start_line(sheet, content(bytes, &all[at - 1]));
            continue;
        }
        while all.get(at).is_some_and(|line| matches!(bytes[line.start], b' ' | b'\t')) {
            at += 1;
        }
        header(sheet, first..content(bytes, &all[at - 1]).end);
    }
}

/// The method, the version and the status stay; of a reason phrase what RFC 3261 suggests.
fn start_line(sheet: &mut Sheet<'_>, line: Range<usize>) {
    let text = &sheet.bytes()[line.clone()];
    let word = memchr::memchr(b' ', text).unwrap_or(text.len());
    if text[..word].eq_ignore_ascii_case(b"SIP/2.0") {
        let code = text[word..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b' ').count();
        let phrase = line.start + word + code..line.end;
        if is_reason(&sheet.bytes()[phrase.clone()]) {
            return;
        }
        return sheet.value(phrase, Way::ANY);
    }
    let is_method = word < text.len() && text[..word].iter().all(u8::is_ascii_alphabetic);
    let start = line.start + if is_method { word } else { 0 };
    sheet.value(start..line.end, Way::ANY);
}

/// A header with the lines that continue it.
fn header(sheet: &mut Sheet<'_>, range: Range<usize>) {
    let text = &sheet.bytes()[range.clone()];
    let colon = memchr::memchr(b':', text).unwrap_or(text.len());
    let name = text[..colon].trim_ascii_end();
    let is_name = colon < text.len()
        && !name.is_empty()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_name {
        return sheet.value(range, Way::ANY);
    }
    let value = range.start + colon + 1..range.end;
    match kind(name) {
        Kind::Secret => sheet.strict(value),
        Kind::Agent => sheet.agent(value),
        Kind::Tokens if is_torn(name, &sheet.bytes()[value.clone()]) => sheet.value(value, Way::ANY),
        Kind::Tokens => sheet.value(value, Way::TOKENS),
        Kind::Read(way) => sheet.value(value, way),
    }
}

/// Whether something stands there that no token has, such as a list of which the empty line before it is lost.
fn is_torn(name: &[u8], value: &[u8]) -> bool {
    let counts = ["cseq", "rack", "rseq", "timestamp"];
    let is_count = counts.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    // A parameter stands behind a `;`.
    let is_bare =
        |element: &[u8]| element.split(|byte| *byte == b';').next().is_some_and(|head| head.contains(&b'='));
    value.iter().any(|byte| matches!(byte, b'<' | b'@'))
        || value.split(|byte| *byte == b',').any(is_bare)
        || words(value).any(|word| looks_drawn(&value[word]))
        || !(has_short_numbers(value) || (is_count && has_numbers_of(10, value)))
}

/// Whether a word looks as if it had been drawn by chance, as tags and branches are.
fn looks_drawn(word: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| word.iter().any(is);
    word.len() >= 6 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && !is_protocol(word)
}

enum Kind {
    Tokens,
    Read(Way),
    Agent,
    Secret,
}

/// The headers that are told apart, with their compact forms; any other keeps words of protocols alone.
fn kind(name: &[u8]) -> Kind {
    const TOKENS: &[&str] = &[
        "accept",
        "accept-contact",
        "a",
        "accept-encoding",
        "accept-language",
        "allow",
        "allow-events",
        "u",
        "answer-mode",
        "content-disposition",
        "content-encoding",
        "e",
        "content-language",
        "content-length",
        "l",
        "content-transfer-encoding",
        "content-type",
        "c",
        "cseq",
        "date",
        "event",
        "o",
        "expires",
        "max-forwards",
        "mime-version",
        "min-expires",
        "min-se",
        "privacy",
        "proxy-require",
        "rack",
        "recv-info",
        "reject-contact",
        "j",
        "request-disposition",
        "d",
        "require",
        "retry-after",
        "rseq",
        "session-expires",
        "x",
        "subscription-state",
        "supported",
        "k",
        "timestamp",
        "unsupported",
    ];
    const NAMES: &[&str] = &[
        "from",
        "f",
        "to",
        "t",
        "route",
        "record-route",
        "refer-to",
        "r",
        "referred-by",
        "b",
        "path",
        "service-route",
        "p-asserted-identity",
        "p-preferred-identity",
        "p-associated-uri",
        "p-called-party-id",
        "reply-to",
        "history-info",
        "diversion",
    ];
    const SECRETS: &[&str] =
        &["call-id", "i", "subject", "s", "organization", "in-reply-to", "content-id", "content-description"];
    let is_one_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    match () {
        () if is_one_of(TOKENS) => Kind::Tokens,
        () if is_one_of(NAMES) => Kind::Read(Way::NAMES),
        () if is_one_of(&["contact", "m"]) => Kind::Read(Way::FEATURES),
        () if is_one_of(SECRETS) => Kind::Secret,
        () if is_one_of(&["user-agent", "server"]) => Kind::Agent,
        // Its first word is the Call-ID of the other session.
        () if is_one_of(&["replaces", "join", "target-dialog"]) => Kind::Read(Way::NAMES),
        () => Kind::Read(Way::ANY),
    }
}
