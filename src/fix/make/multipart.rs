//! Content-Type and the delimiters of the body (RFC 2046 5.1).

use std::collections::HashSet;

use crate::fix::draft::{Case, Change, Draft};
use crate::message::body::content_type::MediaType;
use crate::message::token::{Params, is_token, split_outside_quotes, trim, trim_end, unquote};
use crate::message::{HeaderLine, Message, Name};
use crate::source::Span;

/// Puts the body into a part of a multipart/mixed, and what describes it into the header of that part.
pub(in crate::fix) fn wrap(case: &Case<'_>) -> Option<Draft> {
    let message = case.message();
    let old = message.first(Name::ContentType)?;
    let body = message.body();
    let media = MediaType::parse(old).ok()?;
    if body.is_empty() || media.is_multipart() || message.has(Name::ContentEncoding) {
        return None;
    }
    let boundary = free_boundary(body)?;
    let mut head = format!("--{boundary}\r\nContent-Type: ").into_bytes();
    head.extend_from_slice(old);
    head.extend_from_slice(b"\r\n");
    let mut draft = case.replace(old, format!("multipart/mixed;boundary={boundary}"))?;
    for name in
        [Name::ContentDisposition, Name::ContentTransferEncoding, Name::ContentId, Name::ContentLanguage]
    {
        for row in message.rows(name) {
            head.extend_from_slice(&with_line_end(row, message));
            draft = draft.and(case.without_line(row));
        }
    }
    head.extend_from_slice(b"\r\n");
    let span = message.body_span();
    let tail = format!("\r\n--{boundary}--\r\n").into_bytes();
    draft.changes.push(change(case, Span::at(span.start as usize), head));
    draft.changes.push(change(case, Span::at(span.end as usize), tail));
    Some(draft)
}

fn with_line_end(row: HeaderLine, message: &Message<'_>) -> Vec<u8> {
    let line = row.line.of(message.bytes());
    [line.trim_ascii_end(), b"\r\n"].concat()
}

fn change(case: &Case<'_>, span: Span, by: Vec<u8>) -> Change {
    Change { message: case.finding.at.message, span, by }
}

/// A boundary that the body does not hold.
fn free_boundary(body: &[u8]) -> Option<String> {
    let names = (1..1000).map(|number| format!("sipclause-{number}"));
    names.into_iter().find(|name| memchr::memmem::find(body, name.as_bytes()).is_none())
}

pub(in crate::fix) fn mixed(case: &Case<'_>) -> Option<Draft> {
    let media = MediaType::parse(case.message().first(Name::ContentType)?).ok()?;
    case.replace(media.subtype, "mixed")
}

/// Quotes around a boundary that is no token.
pub(in crate::fix) fn quote_boundary(case: &Case<'_>) -> Option<Draft> {
    quoted(case, boundary(case)?)
}

/// Quotes around the value of a parameter.
pub(in crate::fix) fn quote_value(case: &Case<'_>) -> Option<Draft> {
    let media = MediaType::parse(case.message().first(Name::ContentType)?).ok()?;
    let param = media.params.iter().find(|param| param.text == case.at())?;
    quoted(case, param.value?)
}

fn quoted(case: &Case<'_>, value: &[u8]) -> Option<Draft> {
    let is_plain = !value.is_empty() && !value.iter().any(|byte| b"\"\\\r\n".contains(byte));
    is_plain.then(|| case.replace(value, [b"\"", value, b"\""].concat()))?
}

/// The value of the parameter as written.
fn boundary<'c>(case: &Case<'c>) -> Option<&'c [u8]> {
    let media = MediaType::parse(case.message().first(Name::ContentType)?).ok()?;
    media.params.named("boundary")?.value
}

/// The boundary that the lines of the body show, in Content-Type.
pub(in crate::fix) fn boundary_of_body(case: &Case<'_>) -> Option<Draft> {
    let message = case.message();
    let written = boundary_param(message.body())?;
    let value = message.first(Name::ContentType)?;
    let media = MediaType::parse(value).ok()?;
    match media.params.named("boundary") {
        Some(param) => {
            // An unbalanced quote may have swallowed what stands behind it.
            let start = message.span_of(param.text)?.start as usize - message.span_of(value)?.start as usize;
            let is_last = value.len() == start + param.text.len();
            is_last.then(|| case.replace(param.text, written))?
        }
        None => case.behind(value, format!(";{written}")),
    }
}

/// `boundary=…` as the body has it: of the lines that begin with two hyphens, the first that another closes.
pub(super) fn boundary_param(body: &[u8]) -> Option<String> {
    let lines = || body.split(|&byte| byte == b'\n').map(trim_end).filter(|line| line.starts_with(b"--"));
    let closed: HashSet<&[u8]> = lines().filter_map(|line| line.strip_suffix(b"--")).collect();
    let first = lines().find(|line| closed.contains(line))?;
    let name = str::from_utf8(&first[2..]).ok().filter(|name| (1..=70).contains(&name.len()))?;
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    if !name.bytes().all(is_legal) {
        return None;
    }
    Some(if is_token(name.as_bytes()) { format!("boundary={name}") } else { format!("boundary=\"{name}\"") })
}

/// A legal boundary in the place of an illegal one: that of the body, or a new one in each delimiter.
pub(in crate::fix) fn rename_boundary(case: &Case<'_>) -> Option<Draft> {
    let message = case.message();
    let written = boundary(case)?;
    let old = unquote(written);
    let body = message.body();
    let new = free_boundary(body)?;
    let dashed = [b"--".as_slice(), old].concat();
    let mut draft = case.replace(written, &new)?;
    let (mut at, mut lines) = (message.body_span().start as usize, 0);
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let rest = line.strip_prefix(dashed.as_slice()).filter(|_| !old.is_empty()).map(trim_end);
        if matches!(rest, Some(b"" | b"--")) {
            let span = Span::new(at + 2, at + 2 + old.len());
            draft.changes.push(change(case, span, new.clone().into_bytes()));
            lines += 1;
        }
        at += line.len();
    }
    if lines > 1 { Some(draft) } else { boundary_of_body(case) }
}

/// The close delimiter at the end of the body.
pub(in crate::fix) fn close(case: &Case<'_>) -> Option<Draft> {
    let name = unquote(boundary(case)?);
    let end = case.message().body_span().end as usize;
    let line = [b"\r\n--", name, b"--\r\n"].concat();
    (!name.is_empty()).then(|| Draft { changes: vec![change(case, Span::at(end), line)], ..Draft::default() })
}

/// Content-Type without semicolons that no parameter follows.
pub(in crate::fix) fn no_empty_parameter(case: &Case<'_>) -> Option<Draft> {
    let value = case.message().first(Name::ContentType)?;
    let pieces: Vec<&[u8]> =
        split_outside_quotes(value, b';').map(trim).filter(|piece| !piece.is_empty()).collect();
    case.replace(value, pieces.join(&b';'))
}

/// A parameter that stands there a second time, letter by letter.
pub(in crate::fix) fn parameter_once(case: &Case<'_>) -> Option<Draft> {
    let value = case.message().first(Name::ContentType)?;
    let params = Params(&value[memchr::memchr(b';', value)?..]);
    let all: Vec<_> = params.iter().collect();
    let again = all.iter().enumerate().find(|(index, param)| {
        all[..*index].iter().any(|before| before.text.eq_ignore_ascii_case(param.text))
    });
    case.without_param(again?.1.text)
}
