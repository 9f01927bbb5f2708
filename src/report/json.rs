//! `json`: one document, sessions in the order of their first packets.

use std::io::{self, Write};
use std::ops::Range;

use super::Report;
use super::in_order::InOrder;
use super::json_text::Text;
use super::wire::{self, Known};
use crate::verdict::{Judgement, RunSummary};

/// Depth of an element of `sessions`.
const DEPTH: usize = 2;

/// Writes one JSON document at the end of the run.
///
/// The text of each session is kept until then, because sessions end in another order than they begin.
#[derive(Debug)]
pub struct Json<W: Write> {
    out: W,
    /// The texts of all sessions, one behind the other.
    texts: Text,
    /// Where the text of each is.
    sessions: InOrder<Range<usize>>,
    known: Known,
}

impl<W: Write> Json<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, texts: Text::laid_out(DEPTH), sessions: InOrder::default(), known: Known::default() }
    }
}

impl<W: Write> Report for Json<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        let start = self.texts.as_bytes().len();
        self.texts.object(|session| wire::session(session, judgement, &mut self.known));
        self.sessions.keep(judgement, start..self.texts.as_bytes().len());
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let mut sessions = self.sessions.take(summary);
        let Self { out, texts, .. } = self;
        let mut text = Text::laid_out(0);
        text.object(|document| {
            wire::head(document, summary);
            document.array("sessions", |array| {
                sessions.try_for_each(|session| {
                    array.written(&texts.as_bytes()[session]);
                    array.pour(out)
                })
            })?;
            wire::tail(document, summary);
            Ok::<_, io::Error>(())
        })?;
        text.end_line();
        text.pour(out)?;
        out.flush()
    }
}
