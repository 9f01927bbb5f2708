//! Session-Expires of the INVITE (6.2.1.1-6, RFC 4028).

use crate::fix::draft::{Case, Draft};
use crate::message::Name;
use crate::message::headers::{MinSe, SessionExpires};
use crate::message::token::{Params, digits};

/// The interval that RFC 4028 4 recommends, in seconds.
const USUAL: &str = "1800;refresher=uac";
/// RFC 4028 4: no interval is shorter.
const LEAST: u32 = 90;

pub(in crate::fix) fn add(case: &Case<'_>) -> Option<Draft> {
    case.header(Name::SessionExpires, USUAL, &[Name::Supported, Name::Allow, Name::Contact])
}

pub(in crate::fix) fn usual(case: &Case<'_>) -> Option<Draft> {
    case.replace(case.message().first(Name::SessionExpires)?, USUAL)
}

/// A second row that says the same.
pub(in crate::fix) fn once(case: &Case<'_>) -> Option<Draft> {
    let message = case.message();
    let said = |value| {
        let value = SessionExpires::parse(value).ok()?;
        Some((value.seconds, value.refresher?.ok()?))
    };
    let mut rows = message.rows(Name::SessionExpires);
    let first = said(rows.next()?.value.of(message.bytes()))?;
    let others: Vec<_> = rows.collect();
    let is_same = others.iter().all(|row| said(row.value.of(message.bytes())) == Some(first));
    is_same.then(|| others.into_iter().fold(Draft::default(), |draft, row| draft.and(case.without_line(row))))
}

pub(in crate::fix) fn add_refresher(case: &Case<'_>) -> Option<Draft> {
    case.behind(case.message().first(Name::SessionExpires)?, ";refresher=uac")
}

pub(in crate::fix) fn refresher_is_uac(case: &Case<'_>) -> Option<Draft> {
    let value = case.message().first(Name::SessionExpires)?;
    let params = Params(&value[memchr::memchr(b';', value)?..]);
    match params.named("refresher")? {
        param if param.value.is_some_and(|value| !value.is_empty()) => case.replace(param.value?, "uac"),
        param => case.replace(param.text, "refresher=uac"),
    }
}

/// The least interval that is long enough.
pub(in crate::fix) fn longer(case: &Case<'_>) -> Option<Draft> {
    let value = case.message().first(Name::SessionExpires)?;
    let least = MinSe::of(case.message()).and_then(Result::ok).map_or(LEAST, |least| least.seconds);
    let (_, written) = digits(value).ok()?;
    case.replace(written, least.max(LEAST).to_string())
}
