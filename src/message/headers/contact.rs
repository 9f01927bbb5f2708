//! Contact (RFC 3261 20.10), with the feature tags of RFC 3840 9.

use super::{Feature, Malformed, NameAddr};
use crate::message::token::Param;
use crate::message::{Message, Name};

/// One Contact value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contact<'m> {
    /// `*`, which removes all registrations; the bytes are its place.
    Star(&'m [u8]),
    /// An address.
    Address(NameAddr<'m>),
}

/// The Contact values of a message, in order.
pub fn contacts<'m>(message: &'m Message<'_>) -> impl Iterator<Item = Result<Contact<'m>, Malformed<'m>>> {
    message.values(Name::Contact).map(Contact::parse)
}

impl<'m> Contact<'m> {
    /// Reads one Contact value.
    ///
    /// # Errors
    ///
    /// See [`NameAddr::parse`].
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        match crate::message::token::trim(value) {
            star @ b"*" => Ok(Self::Star(star)),
            value => NameAddr::parse(value).map(Self::Address),
        }
    }

    /// The address; `None` for `*`.
    pub fn address(&self) -> Option<&NameAddr<'m>> {
        match self {
            Self::Star(_) => None,
            Self::Address(address) => Some(address),
        }
    }

    /// What the header parameters say about a feature tag.
    pub fn feature(&self, tag: &str) -> Feature<'m> {
        self.address().map_or(Feature::Absent, |address| Feature::of(address.params, tag))
    }

    /// The header parameter of that feature tag, whatever its value.
    pub fn feature_tag(&self, tag: &str) -> Option<Param<'m>> {
        self.feature(tag).param()
    }

    /// The parameter of that name inside of the URI, where a feature tag has no meaning.
    pub fn uri_param(&self, name: &str) -> Option<Param<'m>> {
        self.address()?.uri().ok()?.params().named(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_in_the_brackets_is_a_parameter_of_the_uri() {
        let contact = Contact::parse(b"<sip:a@b;+g.oma.sip-im>;expires=3").unwrap();
        assert_eq!(contact.feature_tag("+g.oma.sip-im"), None);
        assert!(contact.uri_param("+g.oma.sip-im").is_some());
        let contact = Contact::parse(b"sip:a@b;+g.oma.sip-im").unwrap();
        assert!(contact.feature("+g.oma.sip-im").is_true());
        assert_eq!(contact.uri_param("+g.oma.sip-im"), None);
    }

    #[test]
    fn all_rows_and_commas_give_values() {
        let message = Message::split(
            b"REGISTER sip:a SIP/2.0\r\nContact: <sip:a,b@c>, \"x,\" <sip:d@e>\r\nm: *\r\n\r\n",
        );
        let read: Vec<_> = contacts(&message).map(Result::unwrap).collect();
        assert_eq!(read.len(), 3);
        assert_eq!(read[2], Contact::Star(b"*"));
    }
}
