//! What came out of a vector file: cases, differences, flows that cannot be read, and what blessing writes.

use std::fmt;

use super::rewrite::Change;
use crate::error::Error;

/// What came out of one vector file.
#[derive(Debug, Default)]
pub struct Results {
    /// How many cases were tried: flows, faults, sessions.
    pub cases: usize,
    /// The cases that came out otherwise, in the order of the file.
    pub differences: Vec<Difference>,
    /// The cases whose flow or capture cannot be read.
    pub unreadable: Vec<Unreadable>,
    /// What blessing writes.
    pub(super) changes: Vec<Change>,
}

/// A case that came out otherwise than expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Line of the case in its file, from 1.
    pub line: usize,
    /// What people call the case.
    pub case: String,
    /// What differs.
    pub mismatches: Vec<Mismatch>,
}

/// One thing that came out otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mismatch {
    /// The clause, or the key of the vector.
    pub about: String,
    /// What was wanted and what came instead, where both can be named in a word or two.
    pub verdicts: Option<(String, String)>,
    /// Why, in a line.
    pub why: String,
}

/// A case that could not be tried.
#[derive(Debug)]
pub struct Unreadable {
    /// Line of the case in its file, from 1.
    pub line: usize,
    /// What is the matter with its flow or capture.
    pub error: Error,
}

impl Mismatch {
    /// Something that words have to tell.
    pub(super) fn said(about: impl Into<String>, why: impl Into<String>) -> Self {
        Self { about: about.into(), verdicts: None, why: why.into() }
    }

    /// Something else than what was wanted.
    pub(super) fn of(about: &str, wanted: impl Into<String>, got: impl Into<String>, why: &str) -> Self {
        Self { about: about.to_owned(), verdicts: Some((wanted.into(), got.into())), why: why.to_owned() }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.about)?;
        if let Some((wanted, got)) = &self.verdicts {
            write!(f, ": wanted {wanted}, got {got}")?;
        }
        if self.why.is_empty() { Ok(()) } else { write!(f, ": {}", self.why) }
    }
}
