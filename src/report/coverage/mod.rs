//! `coverage`: what the run exercised, as Markdown, JSON or a page of HTML.

mod html;
mod json;
mod markdown;

use std::io::{self, Write};
use std::path::Path;

use super::Report;
use crate::verdict::{Covered, Judgement, RunSummary};

/// How a coverage report is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Paper {
    /// For people and pull requests.
    #[default]
    Markdown,
    /// For programs; `docs/schema/coverage.schema.json`.
    Json,
    /// A page without programs, images or anything that is fetched.
    Html,
}

impl Paper {
    /// What the extension of a file means: `.json` and `.html` or `.htm` say it, all others are Markdown.
    pub fn of(path: Option<&Path>) -> Self {
        match path.and_then(Path::extension).and_then(|extension| extension.to_str()) {
            Some("json") => Self::Json,
            Some("html" | "htm") => Self::Html,
            _ => Self::Markdown,
        }
    }
}

/// Writes at the end of the run what it exercised.
///
/// It reads [`RunSummary::coverage`] alone; without that, it says that nothing was counted.
#[derive(Debug)]
pub struct Coverage<W: Write> {
    out: W,
    paper: Paper,
}

impl<W: Write> Coverage<W> {
    /// A report that goes to `out`.
    pub const fn new(out: W, paper: Paper) -> Self {
        Self { out, paper }
    }
}

impl<W: Write> Report for Coverage<W> {
    fn session(&mut self, _: &Judgement<'_>) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let nothing = crate::verdict::Coverage::default();
        let coverage = summary.coverage.as_ref().unwrap_or(&nothing);
        let text = match self.paper {
            Paper::Markdown => markdown::text(summary, coverage),
            Paper::Json => json::text(summary, coverage),
            Paper::Html => html::text(summary, coverage),
        };
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

/// Why a clause was never decided, for people.
fn why(row: &Covered) -> String {
    if let Some(item) = row.denied {
        return format!("the conformance statement says no to `{item}`");
    }
    match row.reasons().first() {
        Some(why) => format!("{} ({}, {})", why.reason, why.verdict.name(), times(why.sessions)),
        None => "no session was judged".to_owned(),
    }
}

fn times(sessions: u64) -> String {
    super::closing::count(sessions, "session")
}
