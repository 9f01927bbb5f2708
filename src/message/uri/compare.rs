//! When two URIs are the same: RFC 3261 19.1.4, and comparisons of identities.

use std::collections::BTreeMap;

use super::escape::{Case, decoded, same_text, units};
use super::tel::TelUri;
use super::{SipUri, Uri};
use crate::message::token::{Params, same_token};

/// Whether both URIs are equivalent by the rules of their scheme.
///
/// SIP and SIPS: RFC 3261 19.1.4 (never equal to each other, the user part is case-sensitive, `:5060`
/// differs from no port, a `user`, `ttl`, `method` or `maddr` on one side only differs, headers always
/// count). A `transport` on one side only is ignored like any other parameter: the rules say so, although
/// the examples there list `sip:bob@biloxi.com` and `sip:bob@biloxi.com;transport=udp` as different, and a
/// verdict must not rest on the half of a contradiction. `tel`: RFC 3966 4. Other schemes: the same bytes
/// behind the scheme.
pub fn same_uri(one: &Uri<'_>, other: &Uri<'_>) -> bool {
    same(one, other, Scope::Whole)
}

/// As [`same_uri`], but without the headers behind `?` and without the `method` parameter.
///
/// A list entry or a Refer-To carries both to say what is to be sent, not to whom.
pub fn same_uri_ignoring_headers_and_method(one: &Uri<'_>, other: &Uri<'_>) -> bool {
    same(one, other, Scope::Destination)
}

/// Whether both URIs name the same user: user and host, of SIP and SIPS alike, parameters and port aside.
///
/// A `tel` URI and a SIP URI with `user=phone` are the same if the number is.
pub fn same_address_of_record(one: &Uri<'_>, other: &Uri<'_>) -> bool {
    let is_same_number = match (telephone(one), telephone(other)) {
        (Some(one), Some(other)) => one.same_number(&other),
        _ => false,
    };
    match (one, other) {
        (Uri::Sip(one), Uri::Sip(other)) => {
            one.host.same(&other.host) && (same_user(one, other) || is_same_number)
        }
        (Uri::Other(_), _) | (_, Uri::Other(_)) => same_uri(one, other),
        (Uri::Tel(_), _) | (_, Uri::Tel(_)) => is_same_number,
    }
}

/// How much of a URI is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Whole,
    Destination,
}

fn same(one: &Uri<'_>, other: &Uri<'_>, scope: Scope) -> bool {
    match (one, other) {
        _ if one.text() == other.text() => true,
        (Uri::Sip(one), Uri::Sip(other)) => same_sip(one, other, scope),
        (Uri::Tel(one), Uri::Tel(other)) => one.same(other),
        (Uri::Other(one), Uri::Other(other)) => {
            same_token(one.scheme, other.scheme) && one.rest == other.rest
        }
        _ => false,
    }
}

fn same_sip(one: &SipUri<'_>, other: &SipUri<'_>, scope: Scope) -> bool {
    one.secure == other.secure
        && same_user(one, other)
        && same_option(one.password, other.password)
        && one.host.same(&other.host)
        && one.port == other.port
        && same_params(one.params, other.params, scope)
        && (scope == Scope::Destination || same_headers(one, other))
}

fn same_user(one: &SipUri<'_>, other: &SipUri<'_>) -> bool {
    same_option(one.user, other.user)
}

fn same_option(one: Option<&[u8]>, other: Option<&[u8]>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => same_text(one, other, Case::Counts),
        (None, None) => true,
        _ => false,
    }
}

/// Of each parameter name its values, in order of the values.
type ByName = BTreeMap<Vec<u16>, Vec<Option<Vec<u16>>>>;

fn same_params(one: Params<'_>, other: Params<'_>, scope: Scope) -> bool {
    if one == other {
        return true;
    }
    let (one, other) = (by_name(one), by_name(other));
    let never_alone = |name: &[u16]| {
        ["user", "ttl", "method", "maddr"]
            .iter()
            .any(|known| name.iter().copied().eq(known.bytes().map(u16::from)))
    };
    let is_left_out = |name: &[u16]| {
        scope == Scope::Destination && name.iter().copied().eq("method".bytes().map(u16::from))
    };
    let covers = |one: &ByName, other: &ByName| {
        one.iter().filter(|(name, _)| !is_left_out(name)).all(|(name, values)| match other.get(name) {
            Some(others) => values == others,
            None => !never_alone(name),
        })
    };
    covers(&one, &other) && covers(&other, &one)
}

fn by_name(params: Params<'_>) -> ByName {
    let mut map = ByName::new();
    for param in params.iter() {
        // RFC 3261 7.1: methods, unlike all other parameter values, are case-sensitive.
        let case = if param.is("method") { Case::Counts } else { Case::Ignored };
        let value = param.value.map(|value| units(value, case).collect());
        map.entry(units(param.name, Case::Ignored).collect()).or_default().push(value);
    }
    map.values_mut().for_each(|values| values.sort());
    map
}

fn same_headers(one: &SipUri<'_>, other: &SipUri<'_>) -> bool {
    one.headers == other.headers
        || (one.headers.is_some() == other.headers.is_some() && sorted_headers(one) == sorted_headers(other))
}

/// The headers behind `?`, decoded and made comparable, in order of their names.
fn sorted_headers(uri: &SipUri<'_>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut headers: Vec<_> = uri
        .header_fields()
        .map(|(name, value)| {
            let name = decoded(name).to_ascii_lowercase();
            let value = comparable_value(&name, &decoded(value));
            (name, value)
        })
        .collect();
    headers.sort();
    headers
}

/// RFC 3261 7.3.1: header values are case-insensitive, but for quoted strings and where the header says so.
///
/// It does for Call-IDs and for URIs; free text and bodies are taken as they are too.
fn comparable_value(name: &[u8], value: &[u8]) -> Vec<u8> {
    const INSENSITIVE: [&str; 16] = [
        "accept",
        "accept-contact",
        "allow",
        "allow-events",
        "content-disposition",
        "content-type",
        "event",
        "expires",
        "priority",
        "privacy",
        "proxy-require",
        "reject-contact",
        "request-disposition",
        "require",
        "session-expires",
        "supported",
    ];
    if !INSENSITIVE.iter().any(|known| same_token(name, known)) {
        return value.to_vec();
    }
    let mut is_quoted = false;
    let mut is_pair = false;
    value
        .iter()
        .map(|&byte| {
            if is_pair {
                is_pair = false;
            } else if byte == b'"' {
                is_quoted = !is_quoted;
            } else if byte == b'\\' && is_quoted {
                is_pair = true;
            }
            if is_quoted { byte } else { byte.to_ascii_lowercase() }
        })
        .collect()
}

/// The telephone number that a URI stands for.
fn telephone<'m>(uri: &Uri<'m>) -> Option<TelUri<'m>> {
    match uri {
        Uri::Tel(tel) => Some(*tel),
        Uri::Sip(sip) => {
            let is_phone = sip.params.named("user")?.value.is_some_and(|value| same_token(value, "phone"));
            let user = sip.user.filter(|_| is_phone)?;
            TelUri::parse(user, user).ok()
        }
        Uri::Other(_) => None,
    }
}
