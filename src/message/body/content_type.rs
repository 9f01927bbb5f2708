//! Content-Type and Content-Disposition values -> media type, disposition and their parameters.

use super::defect::Defect;
use crate::message::token::{Param, Params, is_token, quoted_string, same_token, trim};

/// A media type as Content-Type writes it (RFC 3261 25.1).
///
/// ```
/// use sipclause::message::body::content_type::MediaType;
///
/// let media = MediaType::parse(b"Multipart / Mixed ; boundary=\"a b\"").unwrap();
/// assert!(media.is("multipart", "mixed"));
/// assert_eq!(media.params.named("boundary").unwrap().unquoted(), Some(&b"a b"[..]));
/// assert_eq!(media.defects().count(), 0);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MediaType<'m> {
    /// The type, such as `multipart`, as written.
    pub kind: &'m [u8],
    /// The subtype, such as `mixed`, as written.
    pub subtype: &'m [u8],
    /// What stands behind the first semicolon; see [`MediaType::defects`] for what is wrong in it.
    pub params: Params<'m>,
    /// The whole value, white space around it cut off.
    pub text: &'m [u8],
}

impl<'m> MediaType<'m> {
    /// What a body part without Content-Type is (RFC 2046 5.1).
    pub const TEXT_PLAIN: MediaType<'static> =
        MediaType { kind: b"text", subtype: b"plain", params: Params(b""), text: b"text/plain" };

    /// Reads a Content-Type value. Only an unreadable type or subtype is an error; white space around
    /// `/`, `;` and `=` is allowed (RFC 3261 25.1).
    ///
    /// # Errors
    ///
    /// A [`Defect`] with the code `media-type/empty` or `media-type/malformed`.
    pub fn parse(value: &'m [u8]) -> Result<Self, Defect<'m>> {
        let text = trim(value);
        if text.is_empty() {
            return Err(Defect::fault("media-type/empty", value, "a type, `/` and a subtype"));
        }
        let (essence, params) = split_params(text);
        let malformed = Defect::fault("media-type/malformed", essence, "a type, `/` and a subtype");
        let slash = memchr::memchr(b'/', essence).ok_or(malformed)?;
        let (kind, subtype) = (trim(&essence[..slash]), trim(&essence[slash + 1..]));
        if !is_token(kind) || !is_token(subtype) {
            return Err(malformed);
        }
        Ok(Self { kind, subtype, params, text })
    }

    /// Whether this is that type and subtype, in any letter case.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        same_token(self.kind, kind) && same_token(self.subtype, subtype)
    }

    /// Whether this is a multipart type, whichever.
    pub fn is_multipart(&self) -> bool {
        same_token(self.kind, "multipart")
    }

    /// What is wrong with the parameters, in order: `media-type/empty-parameter`,
    /// `media-type/parameter-name`, `media-type/parameter-without-value`, `media-type/parameter-value`,
    /// `media-type/parameter-repeated`.
    ///
    /// The value of `boundary` is left to [`Boundary::of`](super::boundary::Boundary::of).
    pub fn defects(&self) -> impl Iterator<Item = Defect<'m>> + use<'m> {
        let repeated = self.params.repeated().map(|param| {
            Defect::fault("media-type/parameter-repeated", param.text, "each parameter at most once")
        });
        let whole = self.params.0;
        self.params.iter().filter_map(move |param| parameter_defect(param, whole)).chain(repeated)
    }
}

/// Cuts a value behind its first part: what stands before the first semicolon, and the parameters.
fn split_params(text: &[u8]) -> (&[u8], Params<'_>) {
    match memchr::memchr(b';', text) {
        Some(at) => (trim(&text[..at]), Params(&text[at..])),
        None => (text, Params(b"")),
    }
}

fn parameter_defect<'m>(param: Param<'m>, whole: &'m [u8]) -> Option<Defect<'m>> {
    let at = if param.text.is_empty() { whole } else { param.text };
    if param.text.is_empty() {
        return Some(Defect::fault("media-type/empty-parameter", at, "a parameter behind each `;`"));
    }
    if !is_token(param.name) {
        return Some(Defect::fault("media-type/parameter-name", at, "a token before the `=`"));
    }
    let Some(value) = param.value else {
        return Some(Defect::fault("media-type/parameter-without-value", at, "`=` and a value"));
    };
    if param.is("boundary") || is_token(value) || is_quoted_string(value) {
        return None;
    }
    Some(Defect::fault("media-type/parameter-value", at, "a token or a quoted string as value"))
}

/// Whether `value` is one quoted string and nothing else.
pub(super) fn is_quoted_string(value: &[u8]) -> bool {
    quoted_string(value).is_ok_and(|(rest, _)| rest.is_empty())
}

/// A Content-Disposition value (RFC 3261 20.11).
///
/// ```
/// use sipclause::message::body::content_type::{Disposition, Handling};
///
/// let disposition = Disposition::parse(b"Recipient-List; handling=optional").unwrap();
/// assert!(disposition.is("recipient-list"));
/// assert_eq!(disposition.handling(), Handling::Optional);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Disposition<'m> {
    /// The disposition type, such as `session`, as written.
    pub kind: &'m [u8],
    /// Its parameters.
    pub params: Params<'m>,
    /// The whole value, white space around it cut off.
    pub text: &'m [u8],
}

/// What a receiver does that does not understand a body (RFC 3261 20.11).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handling<'m> {
    /// It refuses the message; also the meaning of no `handling` parameter.
    Required,
    /// It ignores the body.
    Optional,
    /// A value of another specification.
    Other(&'m [u8]),
}

impl<'m> Disposition<'m> {
    /// Reads a Content-Disposition value.
    ///
    /// # Errors
    ///
    /// A [`Defect`] with the code `disposition/malformed` if it does not begin with a token.
    pub fn parse(value: &'m [u8]) -> Result<Self, Defect<'m>> {
        let text = trim(value);
        let (kind, params) = split_params(text);
        if !is_token(kind) {
            return Err(Defect::fault(
                "disposition/malformed",
                value,
                "a disposition type, which is a token",
            ));
        }
        Ok(Self { kind, params, text })
    }

    /// Whether this is that disposition, in any letter case.
    pub fn is(&self, kind: &str) -> bool {
        same_token(self.kind, kind)
    }

    /// The `handling` parameter; `required` without one (RFC 3261 20.11).
    pub fn handling(&self) -> Handling<'m> {
        match self.params.named("handling").and_then(Param::unquoted) {
            None => Handling::Required,
            Some(value) if same_token(value, "required") => Handling::Required,
            Some(value) if same_token(value, "optional") => Handling::Optional,
            Some(value) => Handling::Other(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(value: &[u8]) -> Vec<&'static str> {
        MediaType::parse(value).map_or_else(|d| vec![d.code], |m| m.defects().map(|d| d.code).collect())
    }

    #[test]
    fn white_space_and_folds_around_the_separators_are_allowed() {
        assert_eq!(codes(b"application/sdp"), [""; 0]);
        assert_eq!(codes(b"application / sdp \r\n ; charset = \"x;y\"; level=1"), [""; 0]);
    }

    #[test]
    fn a_type_that_cannot_be_read_is_an_error() {
        for value in [&b"sdp"[..], b"/sdp", b"application/", b"a b/c", b"\"a\"/c", b"a/b/c", b";x=1"] {
            assert_eq!(codes(value), ["media-type/malformed"], "{}", value.escape_ascii());
        }
        assert_eq!(codes(b" "), ["media-type/empty"]);
    }

    #[test]
    fn broken_parameters_are_named_one_by_one() {
        assert_eq!(codes(b"a/b;"), ["media-type/empty-parameter"]);
        assert_eq!(codes(b"a/b;;c=d"), ["media-type/empty-parameter"]);
        assert_eq!(codes(b"a/b;c"), ["media-type/parameter-without-value"]);
        assert_eq!(codes(b"a/b;c="), ["media-type/parameter-value"]);
        assert_eq!(codes(b"a/b;c=d/e"), ["media-type/parameter-value"]);
        assert_eq!(codes(b"a/b;c d=e"), ["media-type/parameter-name"]);
        assert_eq!(codes(b"a/b;c=d;C=e"), ["media-type/parameter-repeated"]);
    }

    #[test]
    fn a_disposition_begins_with_a_token() {
        assert!(Disposition::parse(b"session").is_ok());
        assert!(Disposition::parse(b"").is_err());
        assert!(Disposition::parse(b"\"session\"").is_err());
        let other = Disposition::parse(b"render;handling=maybe").unwrap();
        assert_eq!(other.handling(), Handling::Other(b"maybe"));
    }
}
