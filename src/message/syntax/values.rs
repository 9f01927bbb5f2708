//! Header values against their grammar, parameters included.

use super::rules::{self, Rule, Shape};
use super::{ComplaintKind, Findings, shown};
use crate::message::headers::{
    AcceptContact, CSeq, CallId, Event, Malformed, MinSe, NameAddr, Privacy, Replaces, Via, check_date,
    check_param, delta_seconds, server_values,
};
use crate::message::token::{
    Names, Param, Params, digits, first_of, is_space, is_token, number, quoted_string, split_outside_quotes,
    trim,
};
use crate::message::uri::Host;
use crate::message::{HeaderLine, Name};
use crate::source::Span;

/// What a reader gives.
pub(super) type Read<'m> = Result<Value<'m>, Malformed<'m>>;

/// What is left to say of a value that follows its grammar: the parameters whose names stand there a second time.
#[derive(Default)]
pub(super) struct Value<'m> {
    repeated: Option<Param<'m>>,
    repeated_in_uri: Option<Param<'m>>,
}

pub(super) fn check(findings: &mut Findings<'_, '_>) {
    for (index, name, row) in findings.message.fields() {
        let Some(rule) = rules::of(name) else { continue };
        match rule.shape {
            Shape::Free => {}
            Shape::One(read) => value(findings, rule, index, row, read(row)),
            Shape::AnyNumber(_) if row.is_empty() => {}
            Shape::Many(read) | Shape::AnyNumber(read) => {
                for piece in split_outside_quotes(row, b',').map(trim) {
                    value(findings, rule, index, piece, read(piece));
                }
            }
        }
    }
}

#[inline]
fn value<'m>(findings: &mut Findings<'m, '_>, rule: &Rule, index: usize, text: &'m [u8], read: Read<'m>) {
    // Of nearly all there is nothing left to say.
    if !matches!(read, Ok(Value { repeated: None, repeated_in_uri: None })) {
        complain(findings, rule, findings.message.header_line(index), text, read);
    }
}

fn complain<'m>(
    findings: &mut Findings<'m, '_>,
    rule: &Rule,
    line: HeaderLine,
    text: &'m [u8],
    read: Read<'m>,
) {
    let name = || rule.name.canonical();
    let read = match read {
        Ok(read) => read,
        Err(malformed) => {
            let is_too_big = rule.name == Name::CSeq && malformed.expected == CSeq::BELOW_LIMIT;
            let code = if is_too_big { "cseq/number" } else { rule.malformed };
            let whole = findings.message.span_of(text).filter(|span| !span.is_empty()).unwrap_or(line.line);
            findings.malformed(code, name(), malformed, whole);
            if rule.name == Name::ContentLength {
                findings.kind(ComplaintKind::Framing);
            }
            return;
        }
    };
    if let Some(again) = read.repeated {
        let text = format!("{} in {}: expected each parameter at most once", shown(again.text), name());
        let span = findings.message.span_of(again.text).unwrap_or(line.value);
        findings.add(ComplaintKind::Syntax, "header/parameter-repeated", span, text);
    }
    if let Some(again) = read.repeated_in_uri {
        repeated_in_uri(findings, again);
    }
}

/// RFC 3261 19.1.1: a URI parameter stands there at most once.
pub(super) fn repeated_in_uri(findings: &mut Findings<'_, '_>, again: Param<'_>) {
    let text = format!("{} in a URI: expected each parameter at most once", shown(again.text));
    let span = findings.message.span_of(again.text).unwrap_or(Span::at(0));
    findings.add(ComplaintKind::Syntax, "uri/parameter-repeated", span, text);
}

/// Parameters each of which keeps to `rule`, and whether one stands there twice: one pass for both.
fn parameters<'m>(
    params: Params<'m>,
    mut rule: impl FnMut(Param<'m>) -> Result<(), Malformed<'m>>,
) -> Read<'m> {
    let mut names = Names::default();
    let mut are_others = true;
    for param in params.iter() {
        rule(param)?;
        are_others &= names.are_others(param.name);
    }
    Ok(Value { repeated: if are_others { None } else { params.repeated() }, repeated_in_uri: None })
}

fn generic(params: Params<'_>) -> Read<'_> {
    parameters(params, |param| check_param(params, param))
}

pub(super) fn address(value: &[u8]) -> Read<'_> {
    NameAddr::parse(value).and_then(|address| parts(address, |_| {}))
}

/// URI and parameters of an address; each parameter is shown to `look`.
fn parts<'m>(address: NameAddr<'m>, mut look: impl FnMut(Param<'m>)) -> Read<'m> {
    let uri = address.uri()?;
    let read = parameters(address.params, |param| {
        look(param);
        check_param(address.params, param)
    })?;
    Ok(Value { repeated_in_uri: uri.params().repeated(), ..read })
}

pub(super) fn tagged_address(value: &[u8]) -> Read<'_> {
    let mut tag = None;
    let read = parts(NameAddr::parse(value)?, |param| {
        if param.is("tag") {
            tag.get_or_insert(param.value);
        }
    })?;
    match tag.flatten() {
        Some(tag) if !is_token(tag) => Err(Malformed::new(tag, value, "a tag that is a token")),
        _ => Ok(read),
    }
}

/// Route, Record-Route, Path, Service-Route: always in brackets.
pub(super) fn route(value: &[u8]) -> Read<'_> {
    let route = NameAddr::parse(value)?;
    if !route.bracketed {
        return Err(Malformed::new(route.uri, value, "angle brackets around the URI"));
    }
    parts(route, |_| {})
}

pub(super) fn contact(value: &[u8]) -> Read<'_> {
    if value == b"*" {
        return Ok(Value::default());
    }
    let mut wrong = None;
    let read = parts(NameAddr::parse(value)?, |param| wrong = wrong.or_else(|| wrong_of_contact(param)))?;
    wrong.map_or(Ok(read), Err)
}

/// What is wrong with a parameter that belongs to Contact.
fn wrong_of_contact(param: Param<'_>) -> Option<Malformed<'_>> {
    let text = param.value.unwrap_or_default();
    if param.is("expires") {
        return delta_seconds(text).err().map(|wrong| Malformed::new(text, param.text, wrong.expected));
    }
    (param.is("q") && !is_qvalue(text))
        .then(|| Malformed::new(text, param.text, "a value from 0 to 1 with at most three decimals"))
}

fn is_qvalue(text: &[u8]) -> bool {
    let (whole, decimals) = match memchr::memchr(b'.', text) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[][..]),
    };
    decimals.len() <= 3
        && match whole {
            b"0" => decimals.iter().all(u8::is_ascii_digit),
            b"1" => decimals.iter().all(|&b| b == b'0'),
            _ => false,
        }
}

pub(super) fn via(value: &[u8]) -> Read<'_> {
    let via = Via::parse(value)?;
    parameters(via.params, |param| {
        // RFC 5118 4.5: `received` holds an IPv6 address without brackets; with them it is accepted.
        let is_address = |value| Host::parse(value).is_ok() || crate::message::uri::ipv6(value).is_some();
        if param.is("received") && param.value.is_some_and(is_address) {
            return Ok(());
        }
        check_param(via.params, param)
    })
}

pub(super) fn cseq(value: &[u8]) -> Read<'_> {
    CSeq::parse(value).map(|_| Value::default())
}

pub(super) fn call_id(value: &[u8]) -> Read<'_> {
    CallId::parse(value).map(|_| Value::default())
}

pub(super) fn max_forwards(value: &[u8]) -> Read<'_> {
    crate::message::headers::max_forwards(value).map(|_| Value::default())
}

pub(super) fn content_length(value: &[u8]) -> Read<'_> {
    match number(value) {
        Some(_) => Ok(Value::default()),
        None => Err(Malformed::new(value, value, "a number of bytes")),
    }
}

pub(super) fn date(value: &[u8]) -> Read<'_> {
    check_date(value).map(|()| Value::default())
}

pub(super) fn seconds(value: &[u8]) -> Read<'_> {
    delta_seconds(value).map(|_| Value::default())
}

pub(super) fn seconds_and_params(value: &[u8]) -> Read<'_> {
    generic(MinSe::parse(value)?.params)
}

/// `delta-seconds [comment] *(SEMI retry-param)`: what follows the number is not looked into.
pub(super) fn retry_after(value: &[u8]) -> Read<'_> {
    let Ok((rest, count)) = digits(value) else {
        return Err(Malformed::new(value, value, "a number of seconds"));
    };
    delta_seconds(count)?;
    match trim(rest).first() {
        None | Some(b'(' | b';') => Ok(Value::default()),
        Some(_) => Err(Malformed::new(trim(rest), value, "a comment or parameters behind the seconds")),
    }
}

pub(super) fn replaces(value: &[u8]) -> Read<'_> {
    let replaces = Replaces::parse(value)?;
    let read = generic(replaces.params)?;
    if replaces.to_tag.is_none() || replaces.from_tag.is_none() {
        return Err(Malformed::new(replaces.whole, value, "a `to-tag` and a `from-tag`"));
    }
    Ok(read)
}

pub(super) fn privacy(value: &[u8]) -> Read<'_> {
    Privacy::of_value(value).fault().map_or(Ok(Value::default()), |fault| Err(fault.malformed()))
}

pub(super) fn products(value: &[u8]) -> Read<'_> {
    if value.is_empty() {
        return Err(Malformed::new(value, value, "a product `name/version` or a `(comment)`"));
    }
    server_values(value).find_map(Result::err).map_or(Ok(Value::default()), Err)
}

pub(super) fn event(value: &[u8]) -> Read<'_> {
    generic(Event::parse(value)?.params)
}

/// `*` and parameters.
pub(super) fn caller_preference(value: &[u8]) -> Read<'_> {
    let read = AcceptContact::parse(value)?;
    if !read.target_is_star() {
        return Err(Malformed::new(read.target, value, "`*`"));
    }
    generic(read.params)
}

pub(super) fn token(value: &[u8]) -> Read<'_> {
    if is_token(value) {
        return Ok(Value::default());
    }
    Err(Malformed::new(value, value, "a token"))
}

pub(super) fn token_and_params(value: &[u8]) -> Read<'_> {
    let (name, params) = head_and_params(value);
    token(name).map_err(|wrong| Malformed::new(name, value, wrong.expected))?;
    generic(params)
}

pub(super) fn media_type(value: &[u8]) -> Read<'_> {
    let (media, params) = head_and_params(value);
    if !is_media(media) {
        return Err(Malformed::new(media, value, "a media type such as `application/sdp`"));
    }
    parameters(params, |param| {
        let is_right = param.value.is_some_and(|value| is_token(value) || is_quoted(value));
        if is_token(param.name) && is_right {
            return Ok(());
        }
        let expected = "`;name=value`, the value a token or a quoted string";
        Err(Malformed::new(param.text, value, expected))
    })
}

/// A media type, or one with a star; `*` alone is often sent for `*/*`, but is wrong.
pub(super) fn media_range(value: &[u8]) -> Read<'_> {
    let (media, params) = head_and_params(value);
    if !is_media(media) {
        return Err(Malformed::new(media, value, "a media range such as `application/sdp`"));
    }
    generic(params)
}

fn is_media(text: &[u8]) -> bool {
    let slash = first_of([b'/'], text);
    slash.is_some_and(|at| is_token(trim(&text[..at])) && is_token(trim(&text[at + 1..])))
}

fn is_quoted(text: &[u8]) -> bool {
    matches!(quoted_string(text), Ok(([], _)))
}

/// `warn-code SP warn-agent SP warn-text`
pub(super) fn warning(value: &[u8]) -> Read<'_> {
    let wrong = |at| Err(Malformed::new(at, value, "a code of three digits, an agent and a quoted text"));
    let mut parts = value.splitn(3, |&b| is_space(b));
    let (code, agent, text) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    if code.len() != 3 || number(code).is_none() {
        return wrong(code);
    }
    if agent.is_empty() || !is_quoted(trim(text)) {
        return wrong(value);
    }
    Ok(Value::default())
}

fn head_and_params(value: &[u8]) -> (&[u8], Params<'_>) {
    let (head, params) = value.split_at(first_of([b';'], value).unwrap_or(value.len()));
    (trim(head), Params(params))
}
