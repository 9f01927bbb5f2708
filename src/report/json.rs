//! `json`: one document, sessions in the order of their first packets.

use std::io::{self, Write};
use std::ops::Range;

use super::Report;
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
    sessions: Vec<Kept>,
    /// Names of inputs, each for the sessions that follow each other in it.
    inputs: Vec<String>,
    known: Known,
}

/// Where the text of one session is, and what it is sorted by.
#[derive(Debug)]
struct Kept {
    /// Index of the input's name.
    input: usize,
    first_packet: u64,
    text: Range<usize>,
}

impl<W: Write> Json<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            texts: Text::laid_out(DEPTH),
            sessions: Vec::new(),
            inputs: Vec::new(),
            known: Known::default(),
        }
    }

    fn input(&mut self, name: &str) -> usize {
        if self.inputs.last().is_none_or(|last| last != name) {
            self.inputs.push(name.to_owned());
        }
        self.inputs.len() - 1
    }

    /// Puts the sessions in the order of their first packets, input by input. Sorting is stable, and
    /// sessions that share a packet come in the order in which they were judged.
    fn sort(&mut self, summary: &RunSummary) {
        let place = |name: &String| match summary.joined {
            true => 0,
            false => summary.inputs.iter().position(|input| input.path == *name).unwrap_or(usize::MAX),
        };
        let places: Vec<_> = self.inputs.iter().map(place).collect();
        self.sessions.sort_by_key(|kept| (places[kept.input], kept.first_packet));
    }
}

impl<W: Write> Report for Json<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        let input = self.input(judgement.input);
        let start = self.texts.as_bytes().len();
        self.texts.object(|session| wire::session(session, judgement, &mut self.known));
        let text = start..self.texts.as_bytes().len();
        self.sessions.push(Kept { input, first_packet: judgement.first_packet, text });
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        self.sort(summary);
        let Self { out, texts, sessions, .. } = self;
        let mut text = Text::laid_out(0);
        text.object(|document| {
            wire::head(document, summary);
            document.array("sessions", |array| {
                sessions.iter().try_for_each(|kept| {
                    array.written(&texts.as_bytes()[kept.text.clone()]);
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
