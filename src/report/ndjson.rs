//! `ndjson`: an object a line, sessions as they end, the summary last.

use std::io::{self, Write};

use super::json_text::compact;
use super::{Report, wire};
use crate::verdict::{Judgement, RunSummary};

/// Writes each session at once and keeps nothing.
#[derive(Debug)]
pub struct Ndjson<W: Write> {
    out: W,
}

impl<W: Write> Ndjson<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Report for Ndjson<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        let line = compact(&wire::SessionLine::of(judgement))?;
        writeln!(self.out, "{line}")
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let line = compact(&wire::SummaryLine::of(summary))?;
        writeln!(self.out, "{line}")?;
        self.out.flush()
    }
}
