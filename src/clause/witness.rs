//! What a check sees, added up: nothing expected is not-applicable, all held is pass, a doubt is
//! inconclusive, one broken is fail.

use std::borrow::Cow;

use super::Profile;
use crate::session::Context;
use crate::source::Place;

/// Another place that belongs to a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// Where.
    pub at: Place,
    /// What is to be seen there.
    pub note: String,
}

/// What was found wrong, for people and machines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Stable code: `<thing>/<what is wrong>`.
    pub code: &'static str,
    /// What was seen, then what was wanted.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The main place.
    pub at: Place,
    /// Other places.
    pub related: Vec<Related>,
}

impl Finding {
    /// A finding at one place.
    pub fn new(code: &'static str, at: Place, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, at, related: Vec::new() }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, at: Place, note: impl Into<String>) -> Self {
        self.related.push(Related { at, note: note.into() });
        self
    }
}

/// A line of explanation, borrowed wherever it can be.
pub type Reason = Cow<'static, str>;

/// Collects what one check sees in one session. A clause that passes allocates nothing.
#[derive(Debug)]
pub struct Witness<'w> {
    context: &'w Context,
    profile: Profile,
    held: u32,
    note: Option<Reason>,
    not_applicable: Option<Reason>,
    doubt: Option<Reason>,
    findings: Vec<Finding>,
}

impl<'w> Witness<'w> {
    /// How many findings of one clause in one session are kept: far more than anybody reads.
    pub const MOST_FINDINGS: usize = 200;

    /// A witness that has seen nothing yet.
    pub fn new(context: &'w Context, profile: Profile) -> Self {
        Self {
            context,
            profile,
            held: 0,
            note: None,
            not_applicable: None,
            doubt: None,
            findings: Vec::new(),
        }
    }

    /// What the wire cannot tell, from the configuration.
    pub fn context(&self) -> &'w Context {
        self.context
    }

    /// How the text is read.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Something asked for was seen.
    pub fn held(&mut self) {
        self.held += 1;
    }

    /// Something asked for was seen, and there is more to say about it.
    pub fn held_with(&mut self, note: impl Into<Reason>) {
        self.held += 1;
        self.note.get_or_insert_with(|| note.into());
    }

    /// Counts `condition` as seen if it holds, or else as the finding that `broken` makes. Tells which.
    pub fn expect(&mut self, condition: bool, broken: impl FnOnce() -> Finding) -> bool {
        if condition {
            self.held += 1;
        } else {
            self.broken(broken());
        }
        condition
    }

    /// Something asked for was broken.
    ///
    /// Of a clause that is broken over and over in one session, the first [`Witness::MOST_FINDINGS`] are kept.
    pub fn broken(&mut self, finding: Finding) {
        if self.findings.len() < Self::MOST_FINDINGS {
            self.findings.push(finding);
        }
    }

    /// The input cannot tell: what is missing.
    pub fn doubt(&mut self, missing: impl Into<Reason>) {
        self.doubt.get_or_insert_with(|| missing.into());
    }

    /// The clause's own condition is false.
    pub fn not_applicable(&mut self, why: impl Into<Reason>) {
        self.not_applicable.get_or_insert_with(|| why.into());
    }

    /// Whether nothing broken was seen so far.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// What was found wrong, in the order in which it was seen.
    pub fn into_parts(self) -> Seen {
        Seen {
            held: self.held,
            note: self.note,
            not_applicable: self.not_applicable,
            doubt: self.doubt,
            findings: self.findings,
        }
    }
}

/// All that a witness has seen.
#[derive(Debug)]
pub struct Seen {
    /// How often something asked for was there.
    pub held: u32,
    /// What there is to say about a pass.
    pub note: Option<Reason>,
    /// Why the clause did not apply.
    pub not_applicable: Option<Reason>,
    /// What was missing.
    pub doubt: Option<Reason>,
    /// What was broken.
    pub findings: Vec<Finding>,
}
