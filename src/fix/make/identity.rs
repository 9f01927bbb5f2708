//! Tags, branches, routes and Replaces: what names dialogs and ways.

use crate::fix::draft::{Case, Change, Draft};
use crate::message::headers::{NameAddr, Replaces, Via};
use crate::message::token::{Param, Params, same_token};
use crate::message::{Message, Name};
use crate::source::Span;

/// The cookie before a branch; responses and what follows in the transaction repeat it.
pub(in crate::fix) fn add_cookie(case: &Case<'_>) -> Option<Draft> {
    let branch = case.at().to_vec();
    in_all_vias(case, |via| (via.branch() == Some(&branch)).then(|| via.branch())?, b"z9hG4bK", Put::Before)
}

/// A branch made of the Call-ID, in all copies of this Via.
pub(in crate::fix) fn add_branch(case: &Case<'_>) -> Option<Draft> {
    let whole = Via::all(case.message()).next()?.ok()?.whole.to_vec();
    let branch = format!(";branch=z9hG4bK{}", case.letters_of_call_id()?);
    in_all_vias(case, |via| (via.whole == whole).then_some(via.whole), branch.as_bytes(), Put::Behind)
}

/// The same behind a cookie that stands alone.
pub(in crate::fix) fn fill_branch(case: &Case<'_>) -> Option<Draft> {
    let branch = case.at().to_vec();
    let added = case.letters_of_call_id()?;
    in_all_vias(case, |via| via.branch().filter(|own| *own == branch), added.as_bytes(), Put::Behind)
}

#[derive(Clone, Copy)]
enum Put {
    Before,
    Behind,
}

fn in_all_vias(
    case: &Case<'_>,
    find: impl for<'m> Fn(&Via<'m>) -> Option<&'m [u8]>,
    added: &[u8],
    put: Put,
) -> Option<Draft> {
    let mut draft = Draft::default();
    for (index, message) in case.session.iter().enumerate() {
        for via in Via::all(message).flatten() {
            let Some(span) = find(&via).and_then(|found| message.span_of(found)) else { continue };
            let at = match put {
                Put::Before => span.start,
                Put::Behind => span.end,
            };
            let span = Span::at(at as usize);
            draft.changes.push(Change { message: index, span, by: added.to_vec() });
        }
    }
    (!draft.changes.is_empty()).then_some(draft)
}

/// A From tag made of the Call-ID, wherever that From stands in the session.
pub(in crate::fix) fn add_from_tag(case: &Case<'_>) -> Option<Draft> {
    let whole = case.at().to_vec();
    let added = format!(";tag={}", case.letters_of_call_id()?);
    let mut draft = Draft::default();
    for (index, message) in case.session.iter().enumerate() {
        for name in [Name::From, Name::To] {
            let Some(span) = untagged(message, name, &whole) else { continue };
            let span = Span::at(span.end as usize);
            draft.changes.push(Change { message: index, span, by: added.clone().into_bytes() });
        }
    }
    (!draft.changes.is_empty()).then_some(draft)
}

fn untagged(message: &Message<'_>, name: Name, whole: &[u8]) -> Option<Span> {
    let address = NameAddr::first(message, name)?.ok()?;
    message.span_of(address.whole).filter(|_| address.whole == whole)
}

pub(in crate::fix) fn no_to_tag(case: &Case<'_>) -> Option<Draft> {
    let address = NameAddr::first(case.message(), Name::To)?.ok()?;
    case.without_param(address.params.named("tag")?.text)
}

/// The To of the Request-URI.
pub(in crate::fix) fn add_to(case: &Case<'_>) -> Option<Draft> {
    let uri = str::from_utf8(case.message().request_uri()?).ok()?;
    case.header(Name::To, format!("<{uri}>"), &[Name::From, Name::Via])
}

/// RFC 3261 16.12: a strict router would take the Request-URI for its own.
pub(in crate::fix) fn loose(case: &Case<'_>) -> Option<Draft> {
    let value = case.message().values(Name::Route).next()?;
    let route = NameAddr::parse(value).ok().filter(|route| route.bracketed)?;
    case.behind(route.uri, ";lr")
}

/// The address that the INVITE was sent to, before the Route that is there.
pub(in crate::fix) fn route_by_pcscf(case: &Case<'_>) -> Option<Draft> {
    let first = case.message().values(Name::Route).next()?;
    case.before(first, format!("<sip:{};lr>, ", case.way.to?))
}

/// RFC 3891 3: the tags for each other.
pub(in crate::fix) fn swap_tags(case: &Case<'_>) -> Option<Draft> {
    let value = Replaces::parse(case.message().first(Name::Replaces)?).ok()?;
    let (to, from) = (value.to_tag?, value.from_tag?);
    Some(case.replace(to, from)?.and(case.replace(from, to)?))
}

/// A tag that stands there a second time, letter by letter.
pub(in crate::fix) fn tag_once(case: &Case<'_>) -> Option<Draft> {
    let value = case.message().first(Name::Replaces)?;
    let params = Params(&value[memchr::memchr(b';', value)?..]);
    let all: Vec<Param<'_>> = params.iter().collect();
    let again = all.iter().enumerate().find(|(index, param)| {
        (param.is("to-tag") || param.is("from-tag"))
            && all[..*index].iter().any(|before| same_token(before.text, param.text))
    });
    case.without_param(again?.1.text)
}
