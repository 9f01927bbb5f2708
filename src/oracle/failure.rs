//! A finding in its session -> clause, place and line.

use super::SessionVerdicts;
use crate::clause::{Clause, Level};
use crate::source::LineColumn;
use crate::verdict::{FingerprintedFinding, Ruling};

/// One thing that is wrong, and the clause that it fails.
#[derive(Clone, Copy)]
pub struct Failure<'v> {
    pub(super) session: &'v SessionVerdicts,
    pub(super) ruling: &'v Ruling,
    pub(super) finding: &'v FingerprintedFinding,
}

impl<'v> Failure<'v> {
    /// The session in which it was found.
    pub fn session(&self) -> &'v SessionVerdicts {
        self.session
    }

    /// The clause that fails.
    pub fn clause(&self) -> &'static Clause {
        self.ruling.clause
    }

    /// How strongly the clause binds.
    pub fn level(&self) -> Level {
        self.ruling.level
    }

    /// Stable code: `<thing>/<what is wrong>`.
    pub fn code(&self) -> &'static str {
        self.finding.code
    }

    /// What was seen, then what was wanted.
    pub fn message(&self) -> &'v str {
        &self.finding.message
    }

    /// What to do.
    pub fn help(&self) -> Option<&'v str> {
        self.finding.help.as_deref()
    }

    /// Index of the message in its session.
    pub fn message_index(&self) -> usize {
        self.finding.at.message
    }

    /// Line and column in that message. Of something missing: where it belongs.
    pub fn at(&self) -> LineColumn {
        LineColumn::of(self.bytes(), self.start())
    }

    /// The bytes meant; empty for something missing.
    pub fn evidence(&self) -> &'v [u8] {
        self.finding.at.span.of(self.bytes())
    }

    /// The first line of the evidence, without its line end.
    pub fn line(&self) -> &'v [u8] {
        let bytes = self.bytes();
        let start = self.start() + 1 - self.at().column;
        let line = &bytes[start..];
        let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// All bytes of the message that is meant.
    pub fn bytes(&self) -> &'v [u8] {
        self.session.messages().get(self.finding.at.message).map_or(&[], Vec::as_slice)
    }

    fn start(&self) -> usize {
        self.finding.at.span.range().start.min(self.bytes().len())
    }
}
