//! Feature tags as parameters of Contact and Accept-Contact (RFC 3840 9, RFC 3841 9.2).

use crate::message::token::{Param, Params, same_token, unquote};

/// What a parameter list says about one feature tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Feature<'m> {
    /// The tag is not there.
    Absent,
    /// The tag without a value, or with `"TRUE"`, which means the same (RFC 3841 8).
    True(Param<'m>),
    /// `"FALSE"` or `"!TRUE"`.
    Negated(Param<'m>),
    /// Another value, or one without the quotes that feature values always have.
    OtherValue(Param<'m>),
}

impl<'m> Feature<'m> {
    /// What `params` say about `tag`, named as it is encoded there: `+g.oma.sip-im`, `isfocus`.
    ///
    /// The first parameter of that name counts. Longer names that begin so are other tags.
    pub fn of(params: Params<'m>, tag: &str) -> Self {
        let Some(param) = params.named(tag) else {
            return Self::Absent;
        };
        let Some(value) = param.value else {
            return Self::True(param);
        };
        let list = unquote(value);
        if !param.is_quoted() || list.len() == value.len() {
            return Self::OtherValue(param);
        }
        if same_token(list, "TRUE") {
            Self::True(param)
        } else if same_token(list, "FALSE") || same_token(list, "!TRUE") {
            Self::Negated(param)
        } else {
            Self::OtherValue(param)
        }
    }

    /// Whether the tag is there and true.
    pub fn is_true(self) -> bool {
        matches!(self, Self::True(_))
    }

    /// The parameter, if the tag is there.
    pub fn param(self) -> Option<Param<'m>> {
        match self {
            Self::Absent => None,
            Self::True(param) | Self::Negated(param) | Self::OtherValue(param) => Some(param),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn im(params: &str) -> Feature<'_> {
        Feature::of(Params(params.as_bytes()), "+g.oma.sip-im")
    }

    #[test]
    fn no_value_means_true() {
        assert!(im(";+g.oma.sip-im").is_true());
        assert!(im(";+G.OMA.SIP-IM = \"true\"").is_true());
    }

    #[test]
    fn false_and_not_true_are_negations() {
        assert!(matches!(im(";+g.oma.sip-im=\"FALSE\""), Feature::Negated(_)));
        assert!(matches!(im(";+g.oma.sip-im=\"!TRUE\""), Feature::Negated(_)));
    }

    #[test]
    fn values_without_quotes_are_no_feature_values() {
        assert!(matches!(im(";+g.oma.sip-im=TRUE"), Feature::OtherValue(_)));
        assert!(matches!(im(";+g.oma.sip-im=\"TRUE,FALSE\""), Feature::OtherValue(_)));
        assert!(matches!(im(";+g.oma.sip-im=\"TRUE"), Feature::OtherValue(_)));
    }

    #[test]
    fn a_longer_tag_is_another_one() {
        assert_eq!(im(";+g.oma.sip-im.large-message"), Feature::Absent);
        assert_eq!(im(";g.oma.sip-im"), Feature::Absent);
    }
}
