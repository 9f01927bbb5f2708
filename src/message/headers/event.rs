//! Event (RFC 6665 8.2.1).

use super::Malformed;
use crate::message::token::{Params, first_of, is_token, trim};
use crate::message::{Message, Name};

/// An event package, and the `id` that tells subscriptions apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event<'m> {
    /// The package with its templates: `conference`, `presence.winfo`.
    pub package: &'m [u8],
    /// The `id` parameter.
    pub id: Option<&'m [u8]>,
    /// All parameters.
    pub params: Params<'m>,
}

impl<'m> Event<'m> {
    /// Reads an Event value.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the package is no token.
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let whole = trim(value);
        let (package, params) = whole.split_at(first_of([b';'], whole).unwrap_or(whole.len()));
        let (package, params) = (trim(package), Params(params));
        if !is_token(package) {
            return Err(Malformed::new(package, whole, "the name of an event package"));
        }
        Ok(Self { package, id: params.named("id").and_then(|param| param.value), params })
    }

    /// The Event of a message; `None` if there is none.
    pub fn of(message: &'m Message<'_>) -> Option<Result<Self, Malformed<'m>>> {
        message.first(Name::Event).map(Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_and_id_are_read() {
        let event = Event::parse(b"conference ;id=7").unwrap();
        assert_eq!((event.package, event.id), (&b"conference"[..], Some(&b"7"[..])));
        assert!(Event::parse(b"a, b").is_err());
        assert!(Event::parse(b"").is_err());
    }
}
