//! What the client tells of itself: Privacy, Supported, Require, Allow, User-Agent, Max-Forwards and the like.

use crate::fix::draft::{Case, Draft};
use crate::message::Name;
use crate::message::headers::CSeq;
use crate::message::token::{same_token, trim, unquote};

pub(in crate::fix) fn add_privacy(case: &Case<'_>) -> Option<Draft> {
    case.header(Name::Privacy, "id", &[Name::From, Name::To])
}

pub(in crate::fix) fn add_id(case: &Case<'_>) -> Option<Draft> {
    let value = case.message().first(Name::Privacy)?;
    match value.split(|&byte| byte == b';').map(trim).find(|part| same_token(unquote(part), "id")) {
        Some(quoted) => case.replace(quoted, "id"),
        None if value.is_empty() => case.behind(value, " id"),
        None => case.behind(value, ";id"),
    }
}

pub(in crate::fix) fn privacy_is_id(case: &Case<'_>) -> Option<Draft> {
    case.replace(case.message().first(Name::Privacy)?, "id")
}

/// RFC 3323 4.2: semicolons part the values.
pub(in crate::fix) fn semicolons(case: &Case<'_>) -> Option<Draft> {
    let value = str::from_utf8(case.message().first(Name::Privacy)?).ok()?;
    let parts: Vec<&str> = value.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
    case.replace(value.as_bytes(), parts.join(";"))
}

/// The values of all rows in the first.
pub(in crate::fix) fn one_privacy(case: &Case<'_>) -> Option<Draft> {
    let message = case.message();
    let mut rows = message.rows(Name::Privacy);
    let first = rows.next()?.value.of(message.bytes());
    let mut parts: Vec<&[u8]> = parts(first).collect();
    let mut draft = Draft::default();
    for row in rows {
        for part in self::parts(row.value.of(message.bytes())) {
            if !parts.iter().any(|known| same_token(known, part)) {
                parts.push(part);
            }
        }
        draft = draft.and(case.without_line(row));
    }
    // `none` beside others contradicts them.
    if parts.len() > 1 && parts.iter().any(|part| same_token(part, "none")) {
        return None;
    }
    Some(draft.and(case.replace(first, parts.join(&b";"[..]))?))
}

fn parts(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| matches!(byte, b';' | b',')).map(trim).filter(|part| !part.is_empty())
}

pub(in crate::fix) fn support_timer(case: &Case<'_>) -> Option<Draft> {
    case.listed(Name::Supported, "timer", &[Name::Allow, Name::Contact])
}

pub(in crate::fix) fn require_list(case: &Case<'_>) -> Option<Draft> {
    case.listed(Name::Require, "recipient-list-invite", &[Name::Supported, Name::Allow, Name::Contact])
}

pub(in crate::fix) fn require_agreement(case: &Case<'_>) -> Option<Draft> {
    case.listed(Name::Require, "sec-agree", &[Name::Supported, Name::Allow, Name::Contact])
}

pub(in crate::fix) fn proxy_require_agreement(case: &Case<'_>) -> Option<Draft> {
    case.listed(Name::ProxyRequire, "sec-agree", &[Name::Require, Name::Supported, Name::Contact])
}

/// The methods without which there is no session.
const BASIC: [&str; 4] = ["INVITE", "ACK", "CANCEL", "BYE"];

pub(in crate::fix) fn allow_basic(case: &Case<'_>) -> Option<Draft> {
    let is_listed =
        |method: &&str| case.message().values(Name::Allow).any(|value| value == method.as_bytes());
    let missing: Vec<&str> = BASIC.into_iter().filter(|method| !is_listed(method)).collect();
    (!missing.is_empty()).then(|| case.listed(Name::Allow, &missing.join(", "), &[]))?
}

/// The method of the request that the client answered with 2xx.
pub(in crate::fix) fn allow_accepted(case: &Case<'_>) -> Option<Draft> {
    let answer = case.session.get(case.finding.related.first()?.at.message)?;
    let method = str::from_utf8(CSeq::of(answer)?.ok()?.method).ok()?;
    case.listed(Name::Allow, method, &[])
}

/// What else the client understands, nobody can tell.
pub(in crate::fix) fn add_allow(case: &Case<'_>) -> Option<Draft> {
    case.header(Name::Allow, BASIC.join(", "), &[Name::Contact, Name::AcceptContact])
}

/// A release that the configured pattern takes.
const RELEASE: &str = "IM-client/OMA1.0";

fn release(case: &Case<'_>) -> Option<&'static str> {
    case.context.user_agent_release.as_ref()?.is_match(RELEASE.as_bytes()).then_some(RELEASE)
}

pub(in crate::fix) fn add_user_agent(case: &Case<'_>) -> Option<Draft> {
    case.header(Name::UserAgent, release(case)?, &[Name::AcceptContact, Name::Contact])
}

pub(in crate::fix) fn add_release(case: &Case<'_>) -> Option<Draft> {
    case.before(case.message().first(Name::UserAgent)?, format!("{} ", release(case)?))
}

/// RFC 3261 8.1.1.6: the initial value is 70.
pub(in crate::fix) fn add_max_forwards(case: &Case<'_>) -> Option<Draft> {
    case.header(Name::MaxForwards, "70", &[Name::Via])
}

pub(in crate::fix) fn max_forwards(case: &Case<'_>) -> Option<Draft> {
    case.replace(case.message().first(Name::MaxForwards)?, "70")
}

/// TS 24.229 7.2A.4: an access type alone is a value.
pub(in crate::fix) fn add_access_network(case: &Case<'_>) -> Option<Draft> {
    case.header(Name::PAccessNetworkInfo, "IEEE-802.11", &[Name::Contact])
}
