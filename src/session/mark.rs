//! Whether a message belongs to instant messaging at all: the marks that a session is picked out by.

use std::cell::LazyCell;

use super::Context;
use super::record::Record;
use crate::message::body::Bodies;
use crate::message::headers::{NameAddr, products};
use crate::message::uri::{Uri, same_uri};
use crate::message::{Message, Name, token};

/// Whether `record` shows an IM mark: the feature tag, the client's release token, MSRP media, a recipient
/// list, or a configured URI as its target.
pub(super) fn is_im(record: &Record, context: &Context) -> bool {
    let message = &record.message;
    has_feature_tag(message)
        || has_release_token(message, context)
        || targets_configured_uri(message, context)
        || has_im_body(message)
}

/// A prefix of the tag counts here: whoever writes `+g.oma.sip-im.large-message` means IM.
fn has_feature_tag(message: &Message<'_>) -> bool {
    [Name::Contact, Name::AcceptContact].iter().any(|&name| {
        message.rows(name).any(|row| {
            let value = row.value.of(message.bytes());
            mentions(value, b"g.oma.sip-im")
        })
    })
}

fn has_release_token(message: &Message<'_>, context: &Context) -> bool {
    [Name::UserAgent, Name::Server].iter().filter_map(|&name| message.first(name)).any(|value| {
        is_im_client(value)
            || begins_with(value, b"IM-serv/")
            || context
                .user_agent_release
                .as_ref()
                .is_some_and(|release| products(value).any(|product| release.is_match(product.text)))
    })
}

/// Whether a User-Agent names an IM client of the family, in whatever place.
pub(super) fn is_im_client(value: &[u8]) -> bool {
    mentions(value, b"IM-client")
}

/// Whether `word` stands somewhere in `text`, in any letter case; it begins with a letter.
pub(super) fn mentions(text: &[u8], word: &[u8]) -> bool {
    let first = word[0];
    let is_there =
        |at: usize| text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word));
    memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text).any(is_there)
}

pub(super) fn begins_with(value: &[u8], start: &[u8]) -> bool {
    value.len() >= start.len() && value[..start.len()].eq_ignore_ascii_case(start)
}

fn targets_configured_uri(message: &Message<'_>, context: &Context) -> bool {
    if context.conference_factory_uris.is_empty() && context.pre_established_groups.is_empty() {
        return false;
    }
    let to = message.first(Name::To).and_then(|value| NameAddr::parse(value).ok()).map(|to| to.uri);
    message.request_uri().into_iter().chain(to).any(|uri| is_factory(uri, context) || is_group(uri, context))
}

/// Whether `uri` is a configured Conference-factory-URI (RFC 3261 19.1.4).
pub fn is_factory(uri: &[u8], context: &Context) -> bool {
    if context.conference_factory_uris.is_empty() {
        return false;
    }
    let Ok(uri) = Uri::parse(uri) else { return false };
    context
        .conference_factory_uris
        .iter()
        .filter_map(|factory| Uri::parse(factory.as_bytes()).ok())
        .any(|factory| same_uri(&uri, &factory))
}

/// Whether `uri` is a configured pre-established group, by equality or by glob.
pub fn is_group(uri: &[u8], context: &Context) -> bool {
    if context.pre_established_groups.is_empty() {
        return false;
    }
    let parsed = Uri::parse(uri).ok();
    let text = String::from_utf8_lossy(uri);
    let address = LazyCell::new(|| plain_address(parsed.as_ref()?));
    context.pre_established_groups.iter().any(|group| {
        if group.is_pattern() {
            return group.matches(&text) || (*address).as_ref().is_some_and(|address| group.matches(address));
        }
        match (&parsed, Uri::parse(group.0.as_bytes())) {
            (Some(uri), Ok(group)) => same_uri(uri, &group),
            _ => false,
        }
    })
}

/// What a glob is meant for: the address, its host in small letters, without parameters.
fn plain_address(uri: &Uri<'_>) -> Option<String> {
    let sip = uri.as_sip()?;
    let scheme = if sip.secure { "sips" } else { "sip" };
    let user = sip.user.map(|user| format!("{}@", String::from_utf8_lossy(user))).unwrap_or_default();
    Some(format!("{scheme}:{user}{}", String::from_utf8_lossy(sip.host.text).to_ascii_lowercase()))
}

fn has_im_body(message: &Message<'_>) -> bool {
    if message.body().is_empty() {
        return false;
    }
    // Most bodies are told apart by a byte search, before anything is read.
    let body = message.body();
    let may = |word: &[u8]| mentions(body, word);
    (may(b"msrp") || may(b"m=message")) || (may(b"resource-lists") && token_in_bodies(message))
}

fn token_in_bodies(message: &Message<'_>) -> bool {
    Bodies::of(message).resource_list_parts().next().is_some()
        || message.first(Name::ContentType).is_some_and(|value| {
            token::split_outside_quotes(value, b';')
                .next()
                .is_some_and(|kind| token::same_token(token::trim(kind), "application/resource-lists+xml"))
        })
}
