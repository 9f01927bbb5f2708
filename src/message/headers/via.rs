//! Via (RFC 3261 20.42).

use nom::Parser;
use nom::bytes::complete::take_while1;
use nom::sequence::terminated;

use super::{Malformed, separator, stopped_at};
use crate::message::token::{Param, Params, Parsed, first_of, is_space, is_token, token, trim};
use crate::message::uri::Host;
use crate::message::{Message, Name};

/// One Via value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Via<'m> {
    /// The protocol name, `SIP`.
    pub protocol: &'m [u8],
    /// The protocol version, `2.0`.
    pub version: &'m [u8],
    /// The transport as written.
    pub transport: &'m [u8],
    /// The host of `sent-by`.
    pub host: Host<'m>,
    /// The port of `sent-by`, if one is written.
    pub port: Option<u16>,
    /// The parameters.
    pub params: Params<'m>,
    /// The whole value.
    pub whole: &'m [u8],
}

/// What begins the `branch` of every RFC 3261 element (8.1.1.7).
pub(crate) const COOKIE: &[u8] = b"z9hG4bK";

impl<'m> Via<'m> {
    /// Reads one Via value.
    ///
    /// # Errors
    ///
    /// [`Malformed`] where it leaves `SIP/2.0/transport host:port`; parameters are not looked into.
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let whole = trim(value);
        let parsed = usual_protocol(whole).map_or_else(|| sent_protocol(whole), Ok);
        let Ok((rest, (protocol, version, transport))) = parsed else {
            return Err(Malformed::new(stopped_at(&parsed, whole), whole, "`SIP/2.0/transport host`"));
        };
        if let Some((host, port, params)) = usual_sent_by(rest) {
            return Ok(Self { protocol, version, transport, host, port, params: Params(params), whole });
        }
        let (sent_by, params) = rest.split_at(first_of([b';'], rest).unwrap_or(rest.len()));
        let (host, port) = sent_by_parts(whole, trim(sent_by))?;
        Ok(Self { protocol, version, transport, host, port, params: Params(params), whole })
    }

    /// All Via values of a message, the topmost first.
    pub fn all(message: &'m Message<'_>) -> impl Iterator<Item = Result<Self, Malformed<'m>>> {
        message.values(Name::Via).map(Self::parse)
    }

    /// The `branch` parameter.
    pub fn branch(&self) -> Option<&'m [u8]> {
        self.params.named("branch").and_then(|param| param.value)
    }

    /// Whether the branch is one of RFC 3261: the cookie `z9hG4bK` and something behind it.
    pub fn has_unique_branch(&self) -> bool {
        self.branch()
            .and_then(|branch| branch.get(..COOKIE.len()).map(|cookie| (cookie, branch.len())))
            .is_some_and(|(cookie, length)| cookie.eq_ignore_ascii_case(COOKIE) && length > COOKIE.len())
    }

    /// The `received` parameter.
    pub fn received(&self) -> Option<&'m [u8]> {
        self.params.named("received").and_then(|param| param.value)
    }

    /// The `rport` parameter, which has a value in responses only (RFC 3581).
    pub fn rport(&self) -> Option<Param<'m>> {
        self.params.named("rport")
    }

    /// Whether the transport is a byte stream, TCP or TLS, and keeps no message boundaries.
    pub fn is_stream(&self) -> bool {
        [&b"TCP"[..], b"TLS"].iter().any(|stream| self.transport.eq_ignore_ascii_case(stream))
    }
}

type SentProtocol<'m> = (&'m [u8], &'m [u8], &'m [u8]);

/// `protocol-name SLASH protocol-version SLASH transport LWS`
fn sent_protocol(input: &[u8]) -> Parsed<'_, SentProtocol<'_>> {
    (
        terminated(token, separator("/")),
        terminated(token, separator("/")),
        terminated(token, take_while1(is_space)),
    )
        .parse(input)
}

/// The same as it is almost always written: the protocol in capital letters, and one space.
fn usual_protocol(input: &[u8]) -> Option<(&[u8], SentProtocol<'_>)> {
    let behind = input.strip_prefix(b"SIP/2.0/")?;
    let space = behind.iter().position(|&b| b == b' ').filter(|&at| is_token(&behind[..at]))?;
    let (transport, rest) = (&behind[..space], &behind[space + 1..]);
    let is_one = rest.first().is_some_and(|&b| !is_space(b));
    is_one.then_some((rest, (&input[..3], &input[4..7], transport)))
}

/// `host [":" port]` without white space, and the parameters behind it.
fn usual_sent_by(rest: &[u8]) -> Option<(Host<'_>, Option<u16>, &[u8])> {
    let (host, rest) = Host::read(rest, rest).ok()?;
    let (port, params) = match rest {
        [b':', behind @ ..] => {
            let (port, params) = behind.split_at(first_of([b';'], behind).unwrap_or(behind.len()));
            (Some(crate::message::uri::port_number(port)?), params)
        }
        _ => (None, rest),
    };
    matches!(params.first(), None | Some(b';')).then_some((host, port, params))
}

/// `host [COLON port]`
fn sent_by_parts<'m>(whole: &'m [u8], sent_by: &'m [u8]) -> Result<(Host<'m>, Option<u16>), Malformed<'m>> {
    let host_end = match sent_by.first() {
        Some(b'[') => first_of([b']'], sent_by).map_or(sent_by.len(), |end| end + 1),
        _ => first_of([b':'], sent_by).unwrap_or(sent_by.len()),
    };
    let (host, rest) = sent_by.split_at(host_end);
    let rest = trim(rest);
    if rest.iter().filter(|&&b| b == b':').nth(1).is_some() {
        return Err(Malformed::new(sent_by, whole, "brackets around an IPv6 address"));
    }
    let host = Host::parse(trim(host))
        .map_err(|_| Malformed::new(trim(host), whole, "the host that sent the message"))?;
    let Some(port) = rest.strip_prefix(b":") else {
        return match rest {
            [] => Ok((host, None)),
            _ => Err(Malformed::new(rest, whole, "`:`, `;` or the end behind the host")),
        };
    };
    match crate::message::uri::port_number(trim(port)) {
        Some(port) => Ok((host, Some(port))),
        None => Err(Malformed::new(trim(port), whole, "a port from 0 to 65535")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_may_stand_around_every_separator() {
        let via =
            Via::parse(b"SIP  /   2.0\r\n /UDP\r\n    192.0.2.2 : 5070 ;branch= z9hG4bK1;rport").unwrap();
        assert_eq!((via.version, via.transport), (&b"2.0"[..], &b"UDP"[..]));
        assert_eq!((via.host.text, via.port), (&b"192.0.2.2"[..], Some(5070)));
        assert_eq!(via.branch(), Some(&b"z9hG4bK1"[..]));
        assert!(via.has_unique_branch());
        assert_eq!(via.rport().unwrap().value, None);
    }

    #[test]
    fn an_address_of_version_six_stands_in_brackets() {
        let via = Via::parse(b"SIP/2.0/TLS [2001:db8::9:1]:6050;received=2001:db8::9:255").unwrap();
        assert_eq!((via.host.bare(), via.port), (&b"2001:db8::9:1"[..], Some(6050)));
        assert_eq!(via.received(), Some(&b"2001:db8::9:255"[..]));
        assert!(Via::parse(b"SIP/2.0/UDP 2001:db8::1").is_err());
    }

    #[test]
    fn what_leaves_the_grammar_is_malformed_there() {
        for (value, at) in [
            (&b"SIP/2.0/UDP"[..], &b"SIP/2.0/UDP"[..]),
            (b"SIP/2.0 UDP a", b"UDP a"),
            (b"SIP/2.0/UDP ;branch=1", b"SIP/2.0/UDP ;branch=1"),
            (b"SIP/2.0/UDP a b;branch=1", b"a b"),
            (b"SIP/2.0/UDP a:x", b"x"),
            (b"SIP/2.0/UDP a:65536", b"65536"),
        ] {
            assert_eq!(Via::parse(value).unwrap_err().at, at, "{}", String::from_utf8_lossy(value));
        }
    }

    #[test]
    fn a_branch_of_the_cookie_alone_is_not_unique() {
        assert!(!Via::parse(b"SIP/2.0/UDP a;branch=z9hG4bK").unwrap().has_unique_branch());
        assert!(!Via::parse(b"SIP/2.0/UDP a;branch=390skdjuw").unwrap().has_unique_branch());
        assert!(!Via::parse(b"SIP/2.0/UDP a").unwrap().has_unique_branch());
    }
}
