//! `human`: for people at a terminal.

use std::io::{self, Write};

use super::{Options, Report};
use crate::verdict::{Judgement, RunSummary};

/// Writes each session at once.
#[derive(Debug)]
pub struct Human<W: Write> {
    out: W,
    _options: Options,
}

impl<W: Write> Human<W> {
    /// A report that goes to `out`.
    pub fn new(out: W, options: Options) -> Self {
        Self { out, _options: options }
    }
}

impl<W: Write> Report for Human<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        writeln!(self.out, "{}", super::sanitise::sanitise(&judgement.call_id))
    }

    fn finish(&mut self, _summary: &RunSummary) -> io::Result<()> {
        self.out.flush()
    }
}
