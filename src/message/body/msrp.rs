//! MSRP URIs, paths and format lists as SDP carries them (RFC 4975 6, 8.2, 8.6, 9).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::content_type::is_quoted_string;
use super::defect::Defect;
use crate::message::token::{ByteSet, split_outside_quotes};

/// An MSRP URI.
///
/// ```
/// use sipclause::message::body::msrp::MsrpUri;
///
/// let uri = MsrpUri::parse(b"msrp://[2001:db8::1]:2855/s1/2;tcp").unwrap();
/// assert_eq!((uri.host, uri.port, uri.session_id), (&b"[2001:db8::1]"[..], Some(2855), Some(&b"s1/2"[..])));
/// assert!(uri.is_tcp() && !uri.is_secure());
/// let same = MsrpUri::parse(b"MSRP://carol@[2001:DB8:0::1]:2855/s1/2;TCP;x=y").unwrap();
/// assert!(uri.same(&same));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MsrpUri<'m> {
    /// All of it.
    pub text: &'m [u8],
    /// `msrp` or `msrps`, as written.
    pub scheme: &'m [u8],
    /// What stands before the `@`.
    pub userinfo: Option<&'m [u8]>,
    /// The host; an IPv6 address keeps its brackets.
    pub host: &'m [u8],
    /// The port, if one is written.
    pub port: Option<u16>,
    /// What stands behind the first `/`.
    pub session_id: Option<&'m [u8]>,
    /// The transport, such as `tcp`, as written.
    pub transport: &'m [u8],
    /// The parameters behind the transport, each with its semicolon.
    pub params: &'m [u8],
}

impl<'m> MsrpUri<'m> {
    /// Reads a URI by the grammar alone: port and session-id may be missing there, although a path in SDP
    /// needs the one and a session the other.
    ///
    /// # Errors
    ///
    /// `msrp-uri/scheme`, `msrp-uri/host`, `msrp-uri/port`, `msrp-uri/userinfo`, `msrp-uri/session-id`,
    /// `msrp-uri/transport` or `msrp-uri/parameter`.
    pub fn parse(text: &'m [u8]) -> Result<Self, Defect<'m>> {
        let colon = memchr::memchr(b':', text).filter(|&at| text[at..].starts_with(b"://"));
        let scheme = &text[..colon.unwrap_or(0)];
        if !scheme.eq_ignore_ascii_case(b"msrp") && !scheme.eq_ignore_ascii_case(b"msrps") {
            return Err(Defect::fault("msrp-uri/scheme", text, "`msrp://` or `msrps://`"));
        }
        let rest = &text[scheme.len() + 3..];
        // A userinfo may hold a `;`, but nothing behind the authority holds an `@`.
        let slash = memchr::memchr(b'/', rest).unwrap_or(rest.len());
        let host_at = memchr::memrchr(b'@', &rest[..slash]).map_or(0, |at| at + 1);
        let authority_end = memchr::memchr(b';', &rest[host_at..slash]).map_or(slash, |at| host_at + at);
        let (authority, rest) = rest.split_at(authority_end);
        let (userinfo, host, port) = authority_of(text, authority)?;
        let transport_at = memchr::memchr(b';', rest).unwrap_or(rest.len());
        let (path, tail) = rest.split_at(transport_at);
        let session_id = path.strip_prefix(b"/");
        if session_id.is_some_and(|id| id.is_empty() || !SESSION_ID.covers(id)) {
            let expected = "letters, digits and `-._~+=/` behind the `/`";
            return Err(Defect::fault("msrp-uri/session-id", path, expected));
        }
        let mut pieces = tail.split(|&byte| byte == b';').skip(1);
        let transport = pieces.next().unwrap_or_default();
        if transport.is_empty() || !transport.iter().all(u8::is_ascii_alphanumeric) {
            let at = if tail.is_empty() { text } else { tail };
            return Err(Defect::fault("msrp-uri/transport", at, "`;tcp` behind the session-id"));
        }
        let params = &tail[transport.len() + 1..];
        if !pieces.all(is_parameter) {
            let expected = "parameters of a token, or a token, `=` and a token";
            return Err(Defect::fault("msrp-uri/parameter", params, expected));
        }
        Ok(Self { text, scheme, userinfo, host, port, session_id, transport, params })
    }

    /// Whether the scheme is `msrps`, which goes with `TCP/TLS/MSRP`.
    pub fn is_secure(&self) -> bool {
        self.scheme.eq_ignore_ascii_case(b"msrps")
    }

    /// Whether the transport is `tcp`.
    pub fn is_tcp(&self) -> bool {
        self.transport.eq_ignore_ascii_case(b"tcp")
    }

    /// Whether both are the same URI by RFC 4975 6.1: userinfo and parameters do not count.
    pub fn same(&self, other: &MsrpUri<'_>) -> bool {
        self.scheme.eq_ignore_ascii_case(other.scheme)
            && same_host(self.host, other.host)
            && self.port == other.port
            && self.session_id == other.session_id
            && self.transport.eq_ignore_ascii_case(other.transport)
    }
}

/// Whether two hosts are the same: addresses by their value, names in any letter case.
pub fn same_host(one: &[u8], other: &[u8]) -> bool {
    match (address_of(one), address_of(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => unescaped(one).map(lower).eq(unescaped(other).map(lower)),
        _ => false,
    }
}

fn lower(byte: u8) -> u8 {
    byte.to_ascii_lowercase()
}

/// The bytes of a host, `%41` read as `A` (RFC 4975 6.1, rule 2).
fn unescaped(text: &[u8]) -> impl Iterator<Item = u8> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let byte = *text.get(at)?;
        let digit = |offset: usize| text.get(at + offset).and_then(|&b| (b as char).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (byte, digit(1), digit(2)) {
            at += 3;
            return u8::try_from(high * 16 + low).ok();
        }
        at += 1;
        Some(byte)
    })
}

/// The IP address that a host writes, in brackets or not; an IPv4 address as one mapped into IPv6.
fn address_of(host: &[u8]) -> Option<Ipv6Addr> {
    let bare = host.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).unwrap_or(host);
    let text = std::str::from_utf8(bare).ok()?;
    text.parse().ok().or_else(|| text.parse::<Ipv4Addr>().ok().map(|v4| v4.to_ipv6_mapped()))
}

type Authority<'m> = (Option<&'m [u8]>, &'m [u8], Option<u16>);

/// RFC 3986 3.2: `[userinfo@]host[:port]`.
fn authority_of<'m>(uri: &'m [u8], authority: &'m [u8]) -> Result<Authority<'m>, Defect<'m>> {
    let (userinfo, host_port) = match memchr::memrchr(b'@', authority) {
        Some(at) => (Some(&authority[..at]), &authority[at + 1..]),
        None => (None, authority),
    };
    // RFC 4975 6: no password, so no colon either.
    if userinfo.is_some_and(|user| !is_encoded(user)) {
        return Err(Defect::fault("msrp-uri/userinfo", authority, "a user without password before `@`"));
    }
    let host_end = match memchr::memchr(b']', host_port) {
        Some(bracket) => bracket + 1,
        None => memchr::memchr(b':', host_port).unwrap_or(host_port.len()),
    };
    let (host, port) = host_port.split_at(host_end);
    let good = match host {
        [b'[', address @ .., b']'] => is_ip_literal(address),
        // RFC 3986 has an empty reg-name, but nobody can connect to it.
        name => !name.is_empty() && is_encoded(name),
    };
    if !good {
        let at = if host.is_empty() { uri } else { host };
        return Err(Defect::fault(
            "msrp-uri/host",
            at,
            "a host name, an IPv4 address, or an IPv6 one in brackets",
        ));
    }
    let Some(digits) = port.strip_prefix(b":") else {
        let bad = Defect::fault("msrp-uri/port", host_port, "`:` and a port behind the host");
        return if port.is_empty() { Ok((userinfo, host, None)) } else { Err(bad) };
    };
    match super::sdp_values::number(digits) {
        Some(port) => Ok((userinfo, host, Some(port))),
        None => Err(Defect::fault("msrp-uri/port", host_port, "a port from 0 to 65535")),
    }
}

fn is_ip_literal(text: &[u8]) -> bool {
    let future = matches!(text, [b'v' | b'V', rest @ ..] if rest.contains(&b'.'));
    future || std::str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

static SESSION_ID: ByteSet = ByteSet::alphanumeric_and(b"-._~+=/");
/// What a user or a name is made of (RFC 3986), but for percent-encoded bytes.
static NAME: ByteSet = ByteSet::alphanumeric_and(b"-._~!$&'()*+,;=");

/// Whether `text` is made of the bytes of names and of percent-encoded ones.
fn is_encoded(text: &[u8]) -> bool {
    let mut rest = &text[NAME.run(text)..];
    while let [b'%', high, low, behind @ ..] = rest
        && high.is_ascii_hexdigit()
        && low.is_ascii_hexdigit()
    {
        rest = &behind[NAME.run(behind)..];
    }
    rest.is_empty()
}

/// `token ["=" token]`
fn is_parameter(text: &[u8]) -> bool {
    let mut pieces = text.splitn(2, |&byte| byte == b'=');
    pieces.all(is_msrp_token)
}

/// RFC 4975 9: its own `token`, with more characters than that of SIP.
fn is_msrp_token(text: &[u8]) -> bool {
    static TOKEN: ByteSet = ByteSet::graphic_without(b"\"(),/:;<=>?@[\\]");
    !text.is_empty() && TOKEN.covers(text)
}

/// The URIs of an `a=path` value in order (RFC 4975 8.2): the last one is the endpoint, those before it are
/// relays. They stand one space apart; any other white space is the defect `msrp-path/space`.
///
/// ```
/// use sipclause::message::body::msrp::parse_path;
///
/// let path = b"msrp://relay.example:2855/r;tcp msrp://a.example:7394/s1;tcp";
/// assert_eq!(parse_path(path).last().unwrap().unwrap().host, b"a.example");
/// assert_eq!(parse_path(b"").next().unwrap().unwrap_err().code, "msrp-path/empty");
/// ```
pub fn parse_path(value: &[u8]) -> impl Iterator<Item = Result<MsrpUri<'_>, Defect<'_>>> {
    value.split(|&byte| byte == b' ').map(move |piece| match piece {
        [] if value.is_empty() => Err(Defect::fault("msrp-path/empty", value, "an MSRP URI")),
        [] => Err(Defect::fault("msrp-path/space", value, "one space between two URIs, none around them")),
        piece => MsrpUri::parse(piece),
    })
}

/// One entry of `a=accept-types` or `a=accept-wrapped-types`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FormatEntry<'m> {
    /// Type and subtype, or `*`.
    pub format: &'m [u8],
    /// The parameters, each with its semicolon.
    pub params: &'m [u8],
}

impl FormatEntry<'_> {
    /// Whether it covers that media type; entries are the same in any letter case.
    pub fn covers(&self, kind: &str, subtype: &str) -> bool {
        let Some(slash) = memchr::memchr(b'/', self.format) else {
            return self.format == b"*";
        };
        let (own_kind, own_subtype) = (&self.format[..slash], &self.format[slash + 1..]);
        own_kind.eq_ignore_ascii_case(kind.as_bytes())
            && (own_subtype == b"*" || own_subtype.eq_ignore_ascii_case(subtype.as_bytes()))
    }
}

/// The entries of a format list in order (RFC 4975 8.6).
///
/// Broken entries are defects: `format-list/empty`, `format-list/space`, `format-list/comma`,
/// `format-list/entry`.
///
/// ```
/// use sipclause::message::body::msrp::parse_format_list;
///
/// assert!(parse_format_list(b"message/cpim text/plain;charset=utf-8 image/* *").all(|e| e.is_ok()));
/// let defect = parse_format_list(b"message/cpim,text/plain").next().unwrap().unwrap_err();
/// assert_eq!(defect.code, "format-list/comma");
/// ```
pub fn parse_format_list(value: &[u8]) -> impl Iterator<Item = Result<FormatEntry<'_>, Defect<'_>>> {
    split_outside_quotes(value, b' ').map(move |piece| match piece {
        [] if value.is_empty() => Err(Defect::fault("format-list/empty", value, "a media type or `*`")),
        [] => Err(Defect::fault("format-list/space", value, "one space between two types, none around them")),
        piece => format_entry(piece),
    })
}

fn format_entry(piece: &[u8]) -> Result<FormatEntry<'_>, Defect<'_>> {
    let end = memchr::memchr(b';', piece).unwrap_or(piece.len());
    let (format, params) = piece.split_at(end);
    let mut types = format.splitn(2, |&byte| byte == b'/');
    let typed = types.next().is_some_and(is_msrp_token) && types.next().is_some_and(is_msrp_token);
    let param = |text: &[u8]| {
        memchr::memchr(b'=', text).is_some_and(|equal| {
            let value = &text[equal + 1..];
            is_msrp_token(&text[..equal]) && (is_msrp_token(value) || is_quoted_string(value))
        })
    };
    let params_good = split_outside_quotes(params, b';').skip(1).all(param);
    if piece == b"*" || (typed && params_good) {
        return Ok(FormatEntry { format, params });
    }
    if split_outside_quotes(piece, b',').count() > 1 {
        return Err(Defect::fault("format-list/comma", piece, "spaces between the types, not commas"));
    }
    Err(Defect::fault("format-list/entry", piece, "type, `/` and subtype, or `*`"))
}
