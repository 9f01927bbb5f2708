//! `json`: one document, sessions in the order of their first packets.

use std::io::{self, Write};

use super::json_text::{compact, lay_out, new_line};
use super::{Report, wire};
use crate::verdict::{Judgement, RunSummary};

/// Writes one JSON document at the end of the run.
///
/// The text of each session is kept until then, because sessions end in another order than they begin.
#[derive(Debug)]
pub struct Json<W: Write> {
    out: W,
    sessions: Vec<Kept>,
}

/// The text of one session and what it is sorted by.
#[derive(Debug)]
struct Kept {
    input: String,
    first_packet: u64,
    text: String,
}

impl<W: Write> Json<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, sessions: Vec::new() }
    }

    /// Puts the sessions in the order of their first packets, input by input. Sorting is stable, and
    /// sessions that share a packet come in the order in which they were judged.
    fn sort(&mut self, summary: &RunSummary) {
        let input = |kept: &Kept| match summary.joined {
            true => 0,
            false => summary.inputs.iter().position(|input| input.path == kept.input).unwrap_or(usize::MAX),
        };
        self.sessions.sort_by_cached_key(|kept| (input(kept), kept.first_packet));
    }

    fn member(&mut self, name: &str, value: &impl serde::Serialize) -> io::Result<()> {
        new_line(&mut self.out, 1)?;
        write!(self.out, "\"{name}\": ")?;
        lay_out(&mut self.out, &compact(value)?, 1)
    }

    fn next_member(&mut self, name: &str, value: &impl serde::Serialize) -> io::Result<()> {
        self.out.write_all(b",")?;
        self.member(name, value)
    }

    fn sessions(&mut self) -> io::Result<()> {
        self.out.write_all(b",")?;
        new_line(&mut self.out, 1)?;
        self.out.write_all(b"\"sessions\": [")?;
        let none = self.sessions.is_empty();
        for (index, kept) in std::mem::take(&mut self.sessions).into_iter().enumerate() {
            self.out.write_all(if index == 0 { b"" } else { b"," })?;
            new_line(&mut self.out, 2)?;
            lay_out(&mut self.out, &kept.text, 2)?;
        }
        if !none {
            new_line(&mut self.out, 1)?;
        }
        self.out.write_all(b"]")
    }
}

impl<W: Write> Report for Json<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        self.sessions.push(Kept {
            input: judgement.input.to_owned(),
            first_packet: judgement.first_packet,
            text: compact(&wire::Session::of(judgement))?,
        });
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        self.sort(summary);
        self.out.write_all(b"{")?;
        self.member("schema_version", &wire::SCHEMA_VERSION)?;
        self.next_member("tool", &wire::Tool::of(summary))?;
        self.next_member("profile", &summary.profile.name())?;
        if let Some(configuration) = &summary.configuration {
            self.next_member("configuration", configuration)?;
        }
        self.next_member("inputs", &wire::Input::all(summary))?;
        self.sessions()?;
        self.next_member("skipped", &wire::Skipped::of(summary))?;
        self.next_member("summary", &wire::Summary::of(summary))?;
        self.out.write_all(b"\n}\n")?;
        self.out.flush()
    }
}
