//! `name-addr` and `addr-spec`: From, To, Contact, Route, Record-Route, identities, Refer-To.

use super::Malformed;
use crate::message::token::{Params, first_of, is_space, is_token, quoted_string, trim, trim_end, unquote};
use crate::message::uri::Uri;
use crate::message::{Message, Name};

/// An address with its header parameters (RFC 3261 20.10, 25.1).
///
/// ```
/// use sipclause::message::headers::NameAddr;
///
/// let from = NameAddr::parse(b"\"Alice\" <sip:alice@example.com;lr>;tag=1").unwrap();
/// assert_eq!(from.uri, b"sip:alice@example.com;lr");
/// assert_eq!(from.tag(), Some(&b"1"[..]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NameAddr<'m> {
    /// The display name as written, quotes included; `None` if there is none.
    pub display: Option<&'m [u8]>,
    /// The URI as written, without brackets. It may be malformed: see [`Self::uri`].
    pub uri: &'m [u8],
    /// Whether the URI stands in angle brackets.
    pub bracketed: bool,
    /// The header parameters. Without brackets, every parameter is one (RFC 3261 20).
    pub params: Params<'m>,
    /// The whole value.
    pub whole: &'m [u8],
}

impl<'m> NameAddr<'m> {
    /// Reads one address with its parameters.
    ///
    /// Neither the URI nor the parameters are looked into.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the display name is neither tokens nor a quoted string, if a bracket does not
    /// close, if something other than parameters follows, or if a URI with a comma or a question mark
    /// has no brackets (RFC 3261 20.10).
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let whole = trim(value);
        if whole.first() == Some(&b'<') {
            return Self::bracketed(whole, None, whole);
        }
        if whole.first() == Some(&b'"') {
            let Ok((rest, display)) = quoted_string(whole) else {
                return Err(Malformed::new(whole, whole, "a quote that closes the display name"));
            };
            return Self::bracketed(whole, Some(display), rest);
        }
        match first_of([b'<', b';'], whole) {
            Some(at) if whole[at] == b'<' => {
                let display = trim_end(&whole[..at]);
                if let Some(word) = words(display).find(|word| !is_token(word)) {
                    let expected = "a display name of tokens, or one in quotes";
                    return Err(Malformed::new(word, whole, expected));
                }
                Self::bracketed(whole, Some(display), &whole[at..])
            }
            semicolon => {
                let (uri, params) = whole.split_at(semicolon.unwrap_or(whole.len()));
                let uri = trim(uri);
                if uri.is_empty() {
                    return Err(Malformed::new(whole, value, "an address"));
                }
                if let Some(at) = first_of([b',', b'?'], uri) {
                    let expected = "angle brackets around a URI with a comma or a question mark";
                    return Err(Malformed::new(&uri[at..], whole, expected));
                }
                Ok(Self { display: None, uri, bracketed: false, params: Params(params), whole })
            }
        }
    }

    fn bracketed(whole: &'m [u8], display: Option<&'m [u8]>, rest: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let Some(inner) = trim(rest).strip_prefix(b"<") else {
            return Err(Malformed::new(trim(rest), whole, "`<` behind the display name"));
        };
        let Some(end) = first_of([b'>'], inner) else {
            return Err(Malformed::new(inner, whole, "`>` behind the URI"));
        };
        let params = trim(&inner[end + 1..]);
        if !matches!(params.first(), None | Some(b';')) {
            return Err(Malformed::new(params, whole, "`;` or the end behind the address"));
        }
        Ok(Self { display, uri: &inner[..end], bracketed: true, params: Params(params), whole })
    }

    /// The first value of a header of addresses; `None` if there is no such header.
    pub fn first(message: &'m Message<'_>, name: Name) -> Option<Result<Self, Malformed<'m>>> {
        match name {
            // Not comma lists: a comma belongs to the value, and breaks it.
            Name::From | Name::To | Name::ReferTo | Name::ReferredBy | Name::ReplyTo => {
                message.first(name).map(Self::parse)
            }
            _ => message.values(name).next().map(Self::parse),
        }
    }

    /// All values of a comma-separated header of addresses, in order.
    pub fn all(message: &'m Message<'_>, name: Name) -> impl Iterator<Item = Result<Self, Malformed<'m>>> {
        message.values(name).map(Self::parse)
    }

    /// The URI.
    ///
    /// # Errors
    ///
    /// See [`Uri::parse`].
    pub fn uri(&self) -> Result<Uri<'m>, Malformed<'m>> {
        match self.uri {
            [] => Err(Malformed::new(self.whole, self.whole, "a URI")),
            uri => Uri::parse(uri),
        }
    }

    /// The `tag` parameter.
    pub fn tag(&self) -> Option<&'m [u8]> {
        self.params.named("tag").and_then(|param| param.value)
    }

    /// The display name without its quotes, backslash pairs kept.
    pub fn display_text(&self) -> Option<&'m [u8]> {
        self.display.map(unquote)
    }
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&b| is_space(b)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_brackets_every_parameter_is_the_headers() {
        let addr = NameAddr::parse(b" sip:a@b ; tag = x;lr ").unwrap();
        assert_eq!((addr.uri, addr.tag(), addr.bracketed), (&b"sip:a@b"[..], Some(&b"x"[..]), false));
        let addr = NameAddr::parse(b"<sip:a@b;tag=x>").unwrap();
        assert_eq!((addr.uri, addr.tag()), (&b"sip:a@b;tag=x"[..], None));
    }

    #[test]
    fn display_names_are_tokens_or_quoted() {
        let display = |value: &'static [u8]| NameAddr::parse(value).map(|addr| addr.display);
        assert_eq!(display(b"caller<sip:a@b>;tag=1"), Ok(Some(&b"caller"[..])));
        assert_eq!(display(b"t1~` t2'+_\r\n t3 <sip:a@b>"), Ok(Some(&b"t1~` t2'+_\r\n t3"[..])));
        assert_eq!(
            display(b"\"J \\\\\\\"\"  \r\n <sip:a@b>\r\n ;\r\n tag=1"),
            Ok(Some(&b"\"J \\\\\\\"\""[..]))
        );
        assert_eq!(display(b"\"\" <sip:a@b>"), Ok(Some(&b"\"\""[..])));
        assert_eq!(display(b"Bell, Alexander <sip:a@b>").unwrap_err().at, b"Bell,");
        assert_eq!(display(b"\"a\" b <sip:a@b>").unwrap_err().at, b"b <sip:a@b>");
        assert_eq!(display(b"\"a <sip:a@b>").unwrap_err().at, b"\"a <sip:a@b>");
    }

    #[test]
    fn broken_addresses_say_where() {
        for (value, at) in [
            (&b""[..], &b""[..]),
            (b";tag=1", b";tag=1"),
            (b"<sip:a@b", b"sip:a@b"),
            (b"<sip:a@b> x", b"x"),
            (b"sip:a,b@c", b",b@c"),
            (b"sip:a@c?x=y;tag=1", b"?x=y"),
        ] {
            assert_eq!(NameAddr::parse(value).unwrap_err().at, at, "{}", String::from_utf8_lossy(value));
        }
    }

    #[test]
    fn white_space_in_the_brackets_breaks_the_uri() {
        let addr = NameAddr::parse(b"\"Watson\" < sip:t.watson@example.org >").unwrap();
        assert!(addr.uri().is_err());
        assert!(NameAddr::parse(b"<>").unwrap().uri().is_err());
    }
}
