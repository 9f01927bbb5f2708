//! Text -> the values that messages are composed of, checked once when they are made.

use std::fmt;

use super::Refused;
use crate::message::token::is_token;
use crate::message::uri::Uri;

/// A SIP URI of a user, group or factory, which can stand in To and in the Request-URI: no port, no parameter
/// but `user` (RFC 3261 Table 1), no header part. SIPS is not composed.
///
/// ```
/// use sipclause::compose::SipAddress;
///
/// assert!(SipAddress::new("sip:+4930123456@example.org;user=phone").is_ok());
/// assert!(SipAddress::new("sip:bob@example.org;transport=tcp").is_err());
/// assert!(SipAddress::new("sip:bob@example.org?Subject=x").is_err());
/// assert!(SipAddress::new("tel:+4930123456").is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SipAddress(String);

impl SipAddress {
    /// Checks a URI.
    ///
    /// # Errors
    /// When it is not a SIP URI, or has what may not stand in To.
    pub fn new(text: impl Into<String>) -> Result<Self, Refused> {
        let text = text.into();
        let refused = |why: &str| Refused::because(format!("`{text}` {why}"));
        match Uri::parse(text.as_bytes()) {
            Err(_) => Err(refused("is no URI")),
            Ok(uri) if !uri.is_sip() || uri.is_secure() => Err(refused("is no SIP URI")),
            Ok(_) if text.contains(['?', '"', '<', '>']) => {
                Err(refused("has a header part, which cannot stand here"))
            }
            Ok(uri) if uri.as_sip().is_some_and(|sip| sip.port.is_some()) => {
                Err(refused("has a port, which cannot stand in To (RFC 3261 Table 1)"))
            }
            Ok(uri) if uri.params().iter().any(|param| !param.is("user")) => {
                Err(refused("has a parameter that cannot stand in To (RFC 3261 Table 1)"))
            }
            Ok(_) => Ok(Self(text)),
        }
    }

    /// The URI as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the host, without a password: `alice` of `sip:alice@example.com`.
    pub(super) fn user(&self) -> Option<&str> {
        let (_, rest) = self.0.split_once(':')?;
        let (user, _) = rest.split_once('@')?;
        user.split(':').next()
    }

    /// The host without port and parameters.
    pub(super) fn host(&self) -> &str {
        let after_scheme = self.0.split_once(':').map_or("", |(_, rest)| rest);
        let host = after_scheme.rsplit_once('@').map_or(after_scheme, |(_, host)| host);
        let end = if host.starts_with('[') { host.find(']').map(|at| at + 1) } else { host.find([':', ';']) };
        &host[..end.unwrap_or(host.len())]
    }
}

impl fmt::Display for SipAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks a token (RFC 3261 25.1).
pub(super) fn token(text: impl Into<String>) -> Result<String, Refused> {
    let text = text.into();
    if is_token(text.as_bytes()) {
        Ok(text)
    } else {
        Err(Refused::because(format!("`{text}` is no token (RFC 3261 25.1)")))
    }
}

/// Checks text that may stand between quotes or in a body line: no line end, no other control character.
pub(super) fn line(text: impl Into<String>) -> Result<String, Refused> {
    let text = text.into();
    match text.chars().find(|character| character.is_control()) {
        Some(character) => {
            Err(Refused::because(format!("{character:?} cannot stand in `{}`", text.escape_debug())))
        }
        None => Ok(text),
    }
}

/// A quoted string (RFC 3261 25.1).
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_host_are_found_behind_passwords_and_before_parameters() {
        for (text, user, host) in [
            ("sip:alice@example.com", Some("alice"), "example.com"),
            ("sip:+1;isub=2@192.0.2.10;user=phone", Some("+1;isub=2"), "192.0.2.10"),
            ("sip:alice:secret@[2001:db8::1]", Some("alice"), "[2001:db8::1]"),
            ("sip:example.com", None, "example.com"),
        ] {
            let address = SipAddress::new(text).unwrap();
            assert_eq!((address.user(), address.host()), (user, host), "{text}");
        }
    }

    #[test]
    fn what_would_break_a_header_is_refused() {
        for text in [
            "",
            "bob",
            "sip:",
            "tel:+1",
            "sip:bob@example.org\r\nX: y",
            "sip:b@e?Subject=x",
            "<sip:b@e>",
            "sips:b@e",
            "sip:b@e:5060",
            "sip:b@e;lr",
        ] {
            assert!(SipAddress::new(text).is_err(), "{text:?}");
        }
        assert!(line("a\rb").is_err() && token("a b").is_err());
        assert_eq!(quoted(r#"a "b" \"#), r#""a \"b\" \\""#);
    }
}
