//! What a client may leave out: the items of an implementation conformance statement, and the clauses they condition.
//!
//! Modelled on the proformas of ISO/IEC 9646-7: an item, a question, a reference, a status, and the support that is
//! claimed. A book brings a table of its own.

use super::Id;

/// One question of a conformance statement.
#[derive(Debug)]
pub struct Item {
    /// Its name in the statement.
    pub id: &'static str,
    /// What is asked; answered by yes or no.
    pub question: &'static str,
    /// Where it is asked for in the specification.
    pub reference: &'static str,
    /// Whether a client may say no.
    pub status: Status,
    /// The clauses that bind only if the answer is not no: subclauses, ids, or `-ims` for all that end so.
    pub conditions: &'static [&'static str],
}

/// The status of an item, as in ISO/IEC 9646-7.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Status {
    /// Every client supports it: who says no does not conform, and its clauses bind nevertheless.
    Mandatory,
    /// A client may leave it out.
    Optional,
    /// A client supports at least one of the items with this status.
    OneOf,
}

impl Status {
    /// The letter in a proforma.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mandatory => "m",
            Self::Optional => "o",
            Self::OneOf => "o.1",
        }
    }
}

impl Item {
    /// Whether the clause is among those that the answer is about.
    pub fn conditions(&self, id: Id) -> bool {
        self.conditions.iter().any(|&named| {
            named == id.0 || named == id.subclause() || (named.starts_with('-') && id.0.ends_with(named))
        })
    }
}
