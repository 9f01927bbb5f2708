//! Accept-Contact and Reject-Contact (RFC 3841 9.2).

use super::{Feature, Malformed};
use crate::message::token::{Param, Params, first_of, trim};
use crate::message::{Message, Name};

/// One `ac-value`: what contacts the caller asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AcceptContact<'m> {
    /// What stands before the parameters: `*` in every legal value.
    pub target: &'m [u8],
    /// Feature tags, `require` and `explicit`.
    pub params: Params<'m>,
    /// The whole value.
    pub whole: &'m [u8],
}

/// How a flag parameter is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flag<'m> {
    /// Not at all.
    Absent,
    /// Once, without a value.
    Set(Param<'m>),
    /// With a value, which no flag takes.
    Valued(Param<'m>),
    /// More than once; the second one.
    Repeated(Param<'m>),
}

impl<'m> AcceptContact<'m> {
    /// Reads one value.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if nothing stands before the parameters; another target than `*` is a value to judge.
    pub fn parse(value: &'m [u8]) -> Result<Self, Malformed<'m>> {
        let whole = trim(value);
        let (target, params) = whole.split_at(first_of([b';'], whole).unwrap_or(whole.len()));
        match trim(target) {
            [] => Err(Malformed::new(whole, value, "`*`")),
            target => Ok(Self { target, params: Params(params), whole }),
        }
    }

    /// All values of Accept-Contact, in order.
    pub fn all(message: &'m Message<'_>) -> impl Iterator<Item = Result<Self, Malformed<'m>>> {
        message.values(Name::AcceptContact).map(Self::parse)
    }

    /// Whether the target is `*`.
    pub fn target_is_star(&self) -> bool {
        self.target == b"*"
    }

    /// What the value says about a feature tag, named as encoded: `+g.oma.sip-im`.
    pub fn feature(&self, tag: &str) -> Feature<'m> {
        Feature::of(self.params, tag)
    }

    /// The flag `explicit`.
    pub fn explicit(&self) -> Flag<'m> {
        self.flag("explicit")
    }

    /// The flag `require`.
    pub fn require(&self) -> Flag<'m> {
        self.flag("require")
    }

    fn flag(&self, name: &str) -> Flag<'m> {
        let mut found = self.params.iter().filter(|param| param.is(name));
        match (found.next(), found.next()) {
            (None, _) => Flag::Absent,
            (Some(_), Some(second)) => Flag::Repeated(second),
            (Some(param), None) if param.value.is_some() => Flag::Valued(param),
            (Some(param), None) => Flag::Set(param),
        }
    }
}

impl Flag<'_> {
    /// Whether the flag is set as it ought to be.
    pub fn is_set(self) -> bool {
        matches!(self, Self::Set(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_and_flags_are_read_from_one_value() {
        let value = AcceptContact::parse(b"* ; +g.oma.sip-im ;Explicit;require;q=0.5").unwrap();
        assert!(value.target_is_star());
        assert!(value.feature("+g.oma.sip-im").is_true());
        assert!(value.explicit().is_set() && value.require().is_set());
    }

    #[test]
    fn flags_with_values_and_twice_are_not_set() {
        let value = AcceptContact::parse(b"*;explicit=1;require;require").unwrap();
        assert!(matches!(value.explicit(), Flag::Valued(param) if param.value == Some(b"1")));
        assert!(matches!(value.require(), Flag::Repeated(_)));
    }

    #[test]
    fn another_target_is_kept_for_the_clause_to_judge() {
        let value = AcceptContact::parse(b"<sip:a@b>;explicit").unwrap();
        assert_eq!((value.target, value.target_is_star()), (&b"<sip:a@b>"[..], false));
        assert!(AcceptContact::parse(b";explicit").is_err());
    }

    #[test]
    fn commas_in_quoted_lists_do_not_part_values() {
        let message = Message::split(
            b"INVITE sip:a SIP/2.0\r\na: *;methods=\"INVITE,BYE\";explicit\r\nAccept-Contact: *;+g.oma.sip-im\r\n\r\n",
        );
        assert_eq!(AcceptContact::all(&message).count(), 2);
    }
}
