//! Contact: the feature tag behind it, and one that is not there.

use super::IM_TAG;
use crate::fix::draft::{Case, Draft};
use crate::message::Name;
use crate::message::headers::{Contact, NameAddr, Via, contacts};
use crate::message::token::{trim, trim_end};
use crate::source::Span;

pub(in crate::fix) fn add_tag(case: &Case<'_>) -> Option<Draft> {
    // Where there is no Contact at all, that is a finding of its own.
    let value = case.message().values(Name::Contact).next()?;
    case.behind(value, format!(";{IM_TAG}"))
}

/// The tag goes out of the angle brackets; it stands behind them then.
pub(in crate::fix) fn tag_out_of_uri(case: &Case<'_>) -> Option<Draft> {
    let holds = |address: &NameAddr<'_>| {
        address.bracketed && case.message().span_of(address.whole).is_some_and(|span| holds(span, case))
    };
    let address = contacts(case.message()).flatten().find_map(|contact| match contact {
        Contact::Address(address) if holds(&address) => Some(address),
        _ => None,
    })?;
    Some(case.without_param(case.at())?.and(case.behind(address.whole, format!(";{IM_TAG}"))?))
}

fn holds(span: Span, case: &Case<'_>) -> bool {
    let at = case.finding.at.span;
    span.start <= at.start && at.end <= span.end
}

/// A value of a list that stands there a second time, letter by letter.
pub(in crate::fix) fn once(case: &Case<'_>) -> Option<Draft> {
    let second = trim(case.at());
    let first = case.message().values(Name::Contact).next()?;
    let at = case.message().span_of(second)?;
    if first != second || case.message().span_of(first) == Some(at) {
        return None;
    }
    let before = trim_end(&case.message().bytes()[..at.start as usize]);
    match before.strip_suffix(b",") {
        Some(kept) => {
            let removed = &case.message().bytes()[trim_end(kept).len()..at.end as usize];
            case.replace(removed, "")
        }
        // A row of its own.
        None => case.line().map(|line| case.without_line(line)),
    }
}

/// A Contact of the user in From, at the address in Via.
pub(in crate::fix) fn invent(case: &Case<'_>) -> Option<Draft> {
    let value = format!("{};{IM_TAG}", invented(case)?);
    match case.message().rows(Name::Contact).next() {
        None => case.header(Name::Contact, value, &[Name::CSeq, Name::Via]),
        Some(row) => case.replace(row.line.of(case.message().bytes()), format!("Contact: {value}\r\n")),
    }
}

/// The same in the place of a `*`, or the URI alone in that of another.
pub(in crate::fix) fn invent_uri(case: &Case<'_>) -> Option<Draft> {
    case.replace_at(match case.at() {
        b"*" => format!("{};{IM_TAG}", invented(case)?),
        _ => invented(case)?.trim_matches(['<', '>']).to_owned(),
    })
}

fn invented(case: &Case<'_>) -> Option<String> {
    let message = case.message();
    let via = Via::all(message).next()?.ok()?;
    let host = str::from_utf8(via.host.text).ok()?;
    let port = via.port.map(|port| format!(":{port}")).unwrap_or_default();
    let from = NameAddr::first(message, Name::From).and_then(Result::ok)?;
    let uri = from.uri().ok()?;
    let user = uri.as_sip().and_then(|uri| uri.user).and_then(|user| str::from_utf8(user).ok());
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    let transport = if via.is_stream() { ";transport=tcp" } else { "" };
    Some(format!("<sip:{user}{host}{port}{transport}>"))
}

/// RFC 3261 8.1.1.8: SIPS where the request goes to a SIPS URI.
pub(in crate::fix) fn secure(case: &Case<'_>) -> Option<Draft> {
    let rest = case.at().get(..4).filter(|scheme| scheme.eq_ignore_ascii_case(b"sip:"))?;
    case.replace(rest, "sips:")
}

/// The address that the INVITE was sent from, in the place of another.
pub(in crate::fix) fn own_address(case: &Case<'_>) -> Option<Draft> {
    let from = case.way.from?.ip();
    let host = match case.line()?.kind {
        Name::Via => Via::all(case.message()).next()?.ok()?.host.text,
        _ => match contacts(case.message()).next()?.ok()? {
            Contact::Address(address) => address.uri().ok()?.as_sip()?.host.text,
            Contact::Star(_) => return None,
        },
    };
    case.replace(host, if from.is_ipv6() { format!("[{from}]") } else { from.to_string() })
}
