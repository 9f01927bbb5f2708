//! Replaces (RFC 3891 6.1), as a header or behind the `?` of a URI.

use super::{CallId, Malformed};
use crate::message::Message;
use crate::message::Name;
use crate::message::token::{Params, first_of, trim};

/// The dialog that an INVITE replaces.
///
/// Inside of a URI the value stands escaped: read it from the bytes that
/// [`Uri::header`](crate::message::uri::Uri::header) decodes.
///
/// ```
/// use sipclause::message::{headers::Replaces, uri::Uri};
///
/// let entry = Uri::parse(b"sip:b@h?Replaces=1%40a%3Bto-tag%3Dx%3Bfrom-tag%3Dy").unwrap();
/// let value = entry.header("Replaces").unwrap();
/// let replaces = Replaces::parse(&value).unwrap();
/// assert_eq!((replaces.call_id.0, replaces.to_tag), (&b"1@a"[..], Some(&b"x"[..])));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replaces<'m> {
    /// The Call-ID of that dialog.
    pub call_id: CallId<'m>,
    /// The first `to-tag`: the tag of the one who receives this.
    pub to_tag: Option<&'m [u8]>,
    /// The first `from-tag`: the tag of the one who sends this.
    pub from_tag: Option<&'m [u8]>,
    /// How many `to-tag` there are; one is right.
    pub to_tags: usize,
    /// How many `from-tag` there are; one is right.
    pub from_tags: usize,
    /// Whether only an early dialog is to be replaced.
    pub early_only: bool,
    /// All parameters.
    pub params: Params<'m>,
    /// The whole value.
    pub whole: &'m [u8],
}

impl<'m> Replaces<'m> {
    /// Reads a value with its escapes decoded.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it does not begin with a Call-ID. Missing, repeated and empty tags are left to
    /// the one who judges.
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let whole = trim(value);
        let (call_id, params) = whole.split_at(first_of([b';'], whole).unwrap_or(whole.len()));
        let call_id =
            CallId::parse(call_id).map_err(|wrong| Malformed::new(wrong.at, whole, wrong.expected))?;
        let mut read = Self {
            call_id,
            to_tag: None,
            from_tag: None,
            to_tags: 0,
            from_tags: 0,
            early_only: false,
            params: Params(params),
            whole,
        };
        for param in read.params.iter() {
            if param.is("to-tag") {
                read.to_tags += 1;
                read.to_tag = read.to_tag.or(param.value);
            } else if param.is("from-tag") {
                read.from_tags += 1;
                read.from_tag = read.from_tag.or(param.value);
            } else if param.is("early-only") {
                read.early_only = true;
            }
        }
        Ok(read)
    }

    /// The first Replaces header of a message; `None` if there is none.
    pub fn of(message: &'m Message<'_>) -> Option<Result<Self, Malformed<'m>>> {
        message.first(Name::Replaces).map(Self::parse)
    }

    /// Whether there is exactly one tag of each kind (RFC 3891 6.1).
    pub fn has_both_tags_once(&self) -> bool {
        self.to_tags == 1 && self.from_tags == 1 && self.to_tag.is_some() && self.from_tag.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_come_in_any_order() {
        let read =
            Replaces::parse(b"98732@sip.example.com ;from-tag=r33th4x0r;early-only; to-tag=ff87ff").unwrap();
        assert_eq!(read.call_id, CallId(b"98732@sip.example.com"));
        assert_eq!((read.to_tag, read.from_tag), (Some(&b"ff87ff"[..]), Some(&b"r33th4x0r"[..])));
        assert!(read.early_only && read.has_both_tags_once());
    }

    #[test]
    fn repeated_and_missing_tags_are_counted() {
        let read = Replaces::parse(b"1;to-tag=a;to-tag=b").unwrap();
        assert_eq!((read.to_tags, read.from_tags, read.to_tag), (2, 0, Some(&b"a"[..])));
        assert!(!read.has_both_tags_once());
        assert!(Replaces::parse(b";to-tag=a").is_err());
    }
}
