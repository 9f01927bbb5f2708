//! `ndjson`: an object a line, sessions as they end, the summary last.

use std::io::{self, Write};

use super::Report;
use super::json_text::Text;
use super::wire::{self, Known};
use crate::verdict::{Judgement, RunSummary};

/// Writes each session at once and keeps nothing of it.
#[derive(Debug)]
pub struct Ndjson<W: Write> {
    out: W,
    line: Text,
    known: Known,
}

impl<W: Write> Ndjson<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, line: Text::compact(), known: Known::default() }
    }
}

impl<W: Write> Report for Ndjson<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        self.line.object(|line| {
            line.member("type", "session");
            wire::session(line, judgement, &mut self.known);
        });
        self.line.end(&mut self.out)
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        self.line.object(|line| {
            line.member("type", "summary");
            wire::head(line, summary);
            wire::tail(line, summary);
        });
        self.line.end(&mut self.out)?;
        self.out.flush()
    }
}
