//! URIs: read by the grammar, compared by the rules of their schemes.
//!
//! ```
//! use sipclause::message::uri::{Uri, same_uri};
//!
//! let one = Uri::parse(b"sip:%61lice@atlanta.com;transport=TCP").unwrap();
//! let other = Uri::parse(b"sip:alice@AtLanTa.CoM;Transport=tcp").unwrap();
//! assert!(same_uri(&one, &other));
//! ```

mod compare;
mod escape;
mod host;
mod tel;

use std::borrow::Cow;

pub use self::compare::{same_address_of_record, same_uri, same_uri_ignoring_headers_and_method};
pub use self::escape::decoded;
pub use self::host::{Host, HostKind};
pub(crate) use self::host::{ipv6, port_number};
pub use self::tel::TelUri;
use super::headers::Malformed;
use super::token::{ByteSet, Params, first_of, is_token, same_token};
use escape::require_bytes;

/// A URI as it may stand in a start line or an address header (RFC 3261 25.1, `addr-spec`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Uri<'m> {
    /// `sip:…` or `sips:…`
    Sip(SipUri<'m>),
    /// `tel:…` (RFC 3966)
    Tel(TelUri<'m>),
    /// A URI of any other scheme, not looked into.
    Other(OtherUri<'m>),
}

/// A SIP or SIPS URI (RFC 3261 19.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SipUri<'m> {
    /// Whether the scheme is `sips`.
    pub secure: bool,
    /// The user part as written, escapes kept.
    pub user: Option<&'m [u8]>,
    /// What follows the colon in the user information.
    pub password: Option<&'m [u8]>,
    /// The host.
    pub host: Host<'m>,
    /// The port, if one is written.
    pub port: Option<u16>,
    /// The parameters, semicolons included.
    pub params: Params<'m>,
    /// What follows the question mark.
    pub headers: Option<&'m [u8]>,
    /// The whole URI.
    pub text: &'m [u8],
}

/// A URI whose scheme is none of SIP's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OtherUri<'m> {
    /// The scheme as written.
    pub scheme: &'m [u8],
    /// What follows the colon.
    pub rest: &'m [u8],
    /// The whole URI.
    pub text: &'m [u8],
}

impl<'m> Uri<'m> {
    /// Reads a URI that fills all of `text`.
    ///
    /// The grammar is kept to, but for two leniencies: three colons before an embedded IPv4 address
    /// (RFC 5118 4.10), and a local telephone number without its `phone-context`.
    ///
    /// # Errors
    ///
    /// [`Malformed`] at the first bytes that fit no rule: a bad escape, white space, an IPv6 address
    /// without brackets, a port above 65535, an empty host or parameter.
    pub fn parse(text: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let Some((scheme, rest)) = scheme(text) else {
            return Err(Malformed::new(text, text, "a URI scheme such as `sip:`"));
        };
        if same_token(scheme, "sip") {
            sip_uri(text, rest, false).map(Self::Sip)
        } else if same_token(scheme, "sips") {
            sip_uri(text, rest, true).map(Self::Sip)
        } else if same_token(scheme, "tel") {
            TelUri::parse(text, rest).map(Self::Tel)
        } else {
            require_bytes(text, rest, &URIC, "characters of a URI, others escaped")?;
            Ok(Self::Other(OtherUri { scheme, rest, text }))
        }
    }

    /// The whole URI as written.
    pub fn text(&self) -> &'m [u8] {
        match self {
            Self::Sip(uri) => uri.text,
            Self::Tel(uri) => uri.text,
            Self::Other(uri) => uri.text,
        }
    }

    /// The SIP or SIPS URI, if it is one.
    pub fn as_sip(&self) -> Option<&SipUri<'m>> {
        match self {
            Self::Sip(uri) => Some(uri),
            Self::Tel(_) | Self::Other(_) => None,
        }
    }

    /// Whether the scheme is `sip` or `sips`.
    pub fn is_sip(&self) -> bool {
        self.as_sip().is_some()
    }

    /// Whether the scheme is `sips`.
    pub fn is_secure(&self) -> bool {
        self.as_sip().is_some_and(|uri| uri.secure)
    }

    /// The host as written, without the brackets of an IPv6 address; `None` where there is none.
    pub fn host_text(&self) -> Option<&'m [u8]> {
        self.as_sip().map(|uri| uri.host.bare())
    }

    /// Whether it names nobody: the host `anonymous.invalid` of RFC 3323 4.1.1.3.
    pub fn is_anonymous(&self) -> bool {
        self.host_is("anonymous.invalid")
    }

    /// Whether the host is `wanted`: names in any letter case, addresses in any notation.
    pub fn host_is(&self, wanted: &str) -> bool {
        self.as_sip().is_some_and(|uri| uri.host.is(wanted))
    }

    /// The URI parameters, semicolons included.
    pub fn params(&self) -> Params<'m> {
        match self {
            Self::Sip(uri) => uri.params,
            Self::Tel(uri) => uri.params,
            Self::Other(_) => Params::default(),
        }
    }

    /// The value of the first header of this name behind the `?`, its escapes decoded.
    pub fn header(&self, name: &str) -> Option<Cow<'m, [u8]>> {
        self.as_sip()?
            .header_fields()
            .find(|(written, _)| same_token(&decoded(written), name))
            .map(|(_, value)| decoded(value))
    }
}

impl<'m> SipUri<'m> {
    /// The headers behind the `?` as written: name and value, escapes kept.
    pub fn header_fields(&self) -> impl Iterator<Item = (&'m [u8], &'m [u8])> + use<'m> {
        self.headers.into_iter().flat_map(|headers| headers.split(|&b| b == b'&')).map(|field| {
            match memchr::memchr(b'=', field) {
                Some(at) => (&field[..at], &field[at + 1..]),
                None => (field, &field[field.len()..]),
            }
        })
    }

    /// The port, or the default of the scheme and transport (RFC 3261 19.1.2).
    pub fn port_or_default(&self) -> u16 {
        let tls = || {
            self.params
                .named("transport")
                .and_then(|param| param.value)
                .is_some_and(|value| same_token(value, "tls"))
        };
        self.port.unwrap_or_else(|| if self.secure || tls() { 5061 } else { 5060 })
    }

    /// Whether `;lr` says that the proxy at this URI is a loose router (RFC 3261 16.12.1).
    pub fn is_loose_router(&self) -> bool {
        self.params.named("lr").is_some()
    }
}

/// `scheme ":"` -> the scheme, and what follows the colon.
fn scheme(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (scheme, rest) = input.split_at(SCHEME.run(input));
    let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic);
    Some((scheme, rest.strip_prefix(b":").filter(|_| is_scheme)?))
}

fn sip_uri<'m>(text: &'m [u8], rest: &'m [u8], secure: bool) -> Result<SipUri<'m>, Malformed<'m>> {
    // No part behind the user information may hold an at sign, the user part may hold `;` and `?`.
    // Most have no password and no escape; neither `:` nor `%` is in the set, nor `@` itself.
    let plain = USER.run(rest);
    let (user, password, rest) = match rest.get(plain) {
        None => (None, None, rest),
        Some(b'@') if plain > 0 => (Some(&rest[..plain]), None, &rest[plain + 1..]),
        Some(_) => match first_of([b'@'], &rest[plain..]) {
            Some(more) => {
                let (info, host) = rest.split_at(plain + more);
                let (user, password) = user_information(text, info)?;
                (Some(user), password, &host[1..])
            }
            None => (None, None, rest),
        },
    };
    let (host, rest) = Host::read(text, rest)?;
    let (port, rest) = port(text, rest)?;
    let plain = plain_parameters(rest);
    let (params, headers) = match first_of([b'?'], &rest[plain..]) {
        Some(at) => (&rest[..plain + at], Some(&rest[plain + at + 1..])),
        None => (rest, None),
    };
    if plain < params.len() {
        for param in uri_parameters(text, params)? {
            require_parameter(text, param)?;
        }
    }
    for field in headers.into_iter().flat_map(|headers| headers.split(|&b| b == b'&')) {
        require_header(text, field)?;
    }
    Ok(SipUri { secure, user, password, host, port, params: Params(params), headers, text })
}

fn user_information<'m>(
    text: &'m [u8],
    info: &'m [u8],
) -> Result<(&'m [u8], Option<&'m [u8]>), Malformed<'m>> {
    let (user, password) = match first_of([b':'], info) {
        Some(at) => (&info[..at], Some(&info[at + 1..])),
        None => (info, None),
    };
    require_bytes(text, user, &USER, "a user part, other characters escaped")?;
    if let Some(password) = password.filter(|password| !password.is_empty()) {
        require_bytes(text, password, &PASSWORD, "a password, other characters escaped")?;
    }
    Ok((user, password))
}

fn port<'m>(text: &'m [u8], rest: &'m [u8]) -> Result<(Option<u16>, &'m [u8]), Malformed<'m>> {
    let Some(after) = rest.strip_prefix(b":") else {
        return Ok((None, rest));
    };
    let end = first_of([b';', b'?'], after).unwrap_or(after.len());
    match port_number(&after[..end]) {
        Some(port) => Ok((Some(port), &after[end..])),
        None => Err(Malformed::new(&after[..end], text, "a port from 0 to 65535")),
    }
}

/// How far `;name` and `;name=value` without escapes go: mostly to the end, so that they need no second look.
fn plain_parameters(rest: &[u8]) -> usize {
    let mut at = 0;
    while rest.get(at) == Some(&b';') {
        let name = PARAMETER.run(&rest[at + 1..]);
        let mut end = at + 1 + name;
        let mut is_whole = name > 0;
        if rest.get(end) == Some(&b'=') {
            let value = PARAMETER.run(&rest[end + 1..]);
            end += 1 + value;
            is_whole &= value > 0;
        }
        if !is_whole || !matches!(rest.get(end), None | Some(b';' | b'?')) {
            return at;
        }
        at = end;
    }
    at
}

/// The pieces between semicolons; what stands before the first one is no parameter.
fn uri_parameters<'m>(
    text: &'m [u8],
    params: &'m [u8],
) -> Result<impl Iterator<Item = &'m [u8]>, Malformed<'m>> {
    let mut pieces = params.split(|&b| b == b';');
    match pieces.next() {
        Some([]) | None => Ok(pieces),
        Some(before) => Err(Malformed::new(before, text, "`;`, `?` or the end of the URI behind the host")),
    }
}

fn require_parameter<'m>(text: &'m [u8], param: &'m [u8]) -> Result<(), Malformed<'m>> {
    let (name, value) = match first_of([b'='], param) {
        Some(at) => (&param[..at], Some(&param[at + 1..])),
        None => (param, None),
    };
    require_bytes(text, name, &PARAMETER, "a URI parameter `;name` or `;name=value`")?;
    let Some(value) = value else { return Ok(()) };
    // transport, user and method take a token, which knows no escapes (RFC 3261 25.1).
    let takes_token = ["transport", "user", "method"].iter().any(|known| same_token(name, known));
    if takes_token && is_token(value) {
        return Ok(());
    }
    require_bytes(text, value, &PARAMETER, "a URI parameter value, other characters escaped")
}

fn require_header<'m>(text: &'m [u8], field: &'m [u8]) -> Result<(), Malformed<'m>> {
    let Some(at) = memchr::memchr(b'=', field) else {
        return Err(Malformed::new(field, text, "a URI header `name=value`"));
    };
    require_bytes(text, &field[..at], &HEADER, "the name of a URI header")?;
    if at + 1 == field.len() {
        return Ok(());
    }
    require_bytes(text, &field[at + 1..], &HEADER, "a URI header value, other characters escaped")
}

static UNRESERVED: ByteSet = ByteSet::alphanumeric_and(b"-_.!~*'()");
static USER: ByteSet = PASSWORD.and(b";?/");
static PASSWORD: ByteSet = UNRESERVED.and(b"&=+$,");
static PARAMETER: ByteSet = UNRESERVED.and(b"[]/:&+$");
static HEADER: ByteSet = UNRESERVED.and(b"[]/?:+$");
/// `uric`, and what other schemes need besides: fragments and brackets (RFC 3986).
static URIC: ByteSet = UNRESERVED.and(b";/?:@&=+$,#[]");
static SCHEME: ByteSet = ByteSet::alphanumeric_and(b"+-.");

#[cfg(test)]
mod tests;
