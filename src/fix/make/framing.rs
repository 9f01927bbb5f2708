//! Start line, Content-Length, CSeq: what RFC 3261 leaves no choice about.

use crate::fix::draft::{Case, Draft};
use crate::message::headers::CSeq;
use crate::message::token::trim;
use crate::message::{Name, StartLine};

pub(in crate::fix) fn length(case: &Case<'_>) -> Option<Draft> {
    Some(Draft::length_of(case.finding.at.message))
}

/// One Content-Length, which is then made right.
pub(in crate::fix) fn one_length(case: &Case<'_>) -> Option<Draft> {
    let others = case.message().rows(Name::ContentLength).skip(1);
    let draft = others.fold(Draft::default(), |draft, row| draft.and(case.without_line(row)));
    Some(draft.and(Draft::length_of(case.finding.at.message)))
}

/// RFC 3261 7.1: there is one version, in upper case.
pub(in crate::fix) fn version(case: &Case<'_>) -> Option<Draft> {
    match trim(case.at()) {
        [] => case.behind(trim(case.message().start_line().of(case.message().bytes())), " SIP/2.0"),
        written => case.replace(written, "SIP/2.0"),
    }
}

/// RFC 3261 7.1: one space between method, URI and version, and none else.
pub(in crate::fix) fn spacing(case: &Case<'_>) -> Option<Draft> {
    let message = case.message();
    let line = message.start_line().of(message.bytes());
    let words: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    // White space inside of the URI leaves more words, and nobody knows what was meant.
    (words.len() == 3).then(|| case.replace(line, words.join(&b' ')))?
}

/// RFC 3261 7.1: the Request-URI stands without angle brackets.
pub(in crate::fix) fn uri_without_brackets(case: &Case<'_>) -> Option<Draft> {
    let uri = case.message().request_uri()?;
    let bare = uri.strip_prefix(b"<")?.strip_suffix(b">")?;
    case.replace(uri, bare)
}

/// RFC 3261 19.1.1: a Request-URI has no headers.
pub(in crate::fix) fn uri_without_headers(case: &Case<'_>) -> Option<Draft> {
    let uri = case.message().request_uri()?;
    case.replace(&uri[memchr::memchr(b'?', uri)?..], "")
}

/// RFC 3261 19.1.1: a Request-URI has no method.
pub(in crate::fix) fn uri_without_method(case: &Case<'_>) -> Option<Draft> {
    case.message().span_of(case.message().request_uri()?)?;
    case.without_param(case.at())
}

/// RFC 3261 8.1.1.5: CSeq has the method of the request. One of both may be spelt in small letters.
pub(in crate::fix) fn method(case: &Case<'_>) -> Option<Draft> {
    let message = case.message();
    let StartLine::Request { method, .. } = message.start() else { return None };
    let method = method.of(message.bytes());
    let told = CSeq::of(message)?.ok()?.method;
    match method.eq_ignore_ascii_case(told) && told.iter().all(|byte| !byte.is_ascii_lowercase()) {
        true => case.replace(method, told),
        false => case.replace(told, method),
    }
}

pub(in crate::fix) fn add_cseq(case: &Case<'_>) -> Option<Draft> {
    let method = str::from_utf8(case.message().method()?).ok()?;
    case.header(Name::CSeq, format!("1 {method}"), &[Name::CallId])
}

/// A type without a body.
pub(in crate::fix) fn no_type(case: &Case<'_>) -> Option<Draft> {
    Some(case.without_line(case.line()?))
}

/// The type that the beginning of the body shows.
pub(in crate::fix) fn add_type(case: &Case<'_>) -> Option<Draft> {
    let body = case.message().body().trim_ascii_start();
    let is_list = || memchr::memmem::find(body, b"resource-lists").is_some();
    let media = match body {
        [b'v', b'=', ..] => "application/sdp".to_owned(),
        [b'<', ..] if is_list() => "application/resource-lists+xml".to_owned(),
        _ => format!("multipart/mixed;{}", super::multipart::boundary_param(case.message().body())?),
    };
    case.header(Name::ContentType, media, &[Name::ContentDisposition])
}
