//! `ndjson`: an object a line, sessions in the order in which they end, the summary last.

use std::io::{self, Write};

use super::Report;
use super::json_text::Text;
use super::wire::{self, Known};
use crate::verdict::{Judgement, RunSummary};

/// Bytes that are written at once where nobody waits for them.
const ENOUGH: usize = 64 * 1024;

/// Writes some sessions together, or each at once if it is told to [flush](Report::flush).
#[derive(Debug)]
pub struct Ndjson<W: Write> {
    out: W,
    lines: Text,
    known: Known,
}

impl<W: Write> Ndjson<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, lines: Text::compact(), known: Known::default() }
    }
}

impl<W: Write> Report for Ndjson<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        self.lines.object(|line| {
            line.member("type", "session");
            wire::session(line, judgement, &mut self.known);
        });
        self.lines.end_line();
        if self.lines.as_bytes().len() < ENOUGH { Ok(()) } else { self.lines.pour(&mut self.out) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lines.pour(&mut self.out)?;
        self.out.flush()
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        self.lines.object(|line| {
            line.member("type", "summary");
            wire::head(line, summary);
            wire::tail(line, summary);
        });
        self.lines.end_line();
        self.flush()
    }
}
