//! Header lines whatever they are about: twice, spelt wrongly, with empty elements.

use crate::fix::draft::{Case, Draft, hyphened};
use crate::message::Name;
use crate::message::token::{same_token, split_outside_quotes, trim};

/// A second row that says the same, letter by letter.
pub(in crate::fix) fn once(case: &Case<'_>) -> Option<Draft> {
    let line = case.line()?;
    let message = case.message();
    let first = message.rows(line.kind).next()?;
    let is_same =
        first.line != line.line && first.value.of(message.bytes()) == line.value.of(message.bytes());
    is_same.then(|| case.without_line(line))
}

/// A parameter that stands before in the same value, letter by letter.
pub(in crate::fix) fn parameter_once(case: &Case<'_>) -> Option<Draft> {
    let message = case.message();
    let whole = case.value().or_else(|| message.request_uri())?;
    let start = message.span_of(whole)?.start as usize;
    let before = message.bytes().get(start..case.finding.at.span.start as usize)?;
    let mut words = before.split(|byte| b";<>? \t\r\n".contains(byte));
    words.any(|word| same_token(word, case.at())).then(|| case.without_param(case.at()))?
}

/// A list without its empty elements.
pub(in crate::fix) fn no_empty_elements(case: &Case<'_>) -> Option<Draft> {
    let row = case.line_value()?;
    let elements: Vec<&[u8]> = split_outside_quotes(row, b',').map(trim).collect();
    let kept: Vec<&[u8]> = elements.iter().copied().filter(|element| !element.is_empty()).collect();
    if kept.is_empty() || kept.len() == elements.len() {
        return None;
    }
    case.replace(row, kept.join(&b", "[..]))
}

/// The same, or angle brackets around a URI without them (RFC 3261 20.34: `name-addr`).
pub(in crate::fix) fn bracketed(case: &Case<'_>) -> Option<Draft> {
    if let Some(draft) = no_empty_elements(case) {
        return Some(draft);
    }
    let value = case.value()?;
    let is_bare = !value.iter().any(|byte| b"<>\" \t\r\n".contains(byte)) && value.contains(&b':');
    is_bare.then(|| case.replace(value, [b"<", value, b">"].concat()))?
}

/// A header name with other separators than hyphens in it.
pub(in crate::fix) fn name(case: &Case<'_>) -> Option<Draft> {
    let line = case.at();
    let written = trim(&line[..memchr::memchr(b':', line)?]);
    case.replace(written, hyphened(written)?)
}

/// The colon behind a header name.
pub(in crate::fix) fn colon(case: &Case<'_>) -> Option<Draft> {
    let line = case.at();
    let name = &line[..line.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'='))?];
    known(name).filter(|name| name.compact().is_none() || line.len() > 2)?;
    match line[name.len()] {
        b'=' => case.replace(&line[name.len()..=name.len()], ":"),
        _ => case.behind(name, ":"),
    }
}

fn known(name: &[u8]) -> Option<Name> {
    // A letter alone is a compact form, and an initial word of much else.
    Some(Name::of(name)).filter(|known| *known != Name::Other && name.len() > 1)
}

/// RFC 3891: the header is called Replaces.
pub(in crate::fix) fn replaces(case: &Case<'_>) -> Option<Draft> {
    let row = case.message().rows(Name::Replace).next()?;
    case.replace(row.name.of(case.message().bytes()), "Replaces")
}
