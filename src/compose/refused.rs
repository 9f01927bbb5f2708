//! Why a value cannot stand in a conforming message, or a step cannot come next.

/// What was asked for would not conform; the text says why, and the RFC section where there is one.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub(super) String);

impl Refused {
    /// For a step or value that breaks this rule.
    pub(super) fn because(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}
