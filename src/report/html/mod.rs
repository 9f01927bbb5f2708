//! `html`: one file for a browser, with everything in it and nothing fetched.
//!
//! The file holds a page without any text of a capture, a table of all sessions, and one block of JSON for each session,
//! which the browser parses when somebody looks at it. What comes again from session to session (clauses, reasons,
//! User-Agents, codes, lines of messages) stands in tables.

mod lines;
mod overview;
mod page;
mod session;
mod strings;

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;

use self::overview::Row;
use self::strings::Tables;
use super::Report;
use super::in_order::InOrder;
use super::json_text::{Array, Object, Text};
use super::json_value::Written;
use crate::verdict::{Judgement, RunSummary};

/// Writes one HTML document at the end of the run.
///
/// The text of each session is kept until then, because sessions end in another order than they begin, and the
/// table of all of them stands before them.
#[derive(Debug)]
pub struct Html<W: Write> {
    out: W,
    /// The texts of all sessions, one behind the other.
    texts: Vec<u8>,
    sessions: InOrder<Kept>,
    tables: Tables,
}

/// One session: its line of the overview, and where its text is.
#[derive(Debug)]
struct Kept {
    row: Row,
    text: Range<usize>,
    /// Numbers of the lines of its messages.
    lines: Vec<usize>,
}

impl<W: Write> Html<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, texts: Vec::new(), sessions: InOrder::default(), tables: Tables::default() }
    }
}

impl<W: Write> Report for Html<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        let row = Row::of(judgement, &mut self.tables);
        let start = self.texts.len();
        let mut text = Text::compact();
        let lines = text.object(|object| session::write(object, judgement, &mut self.tables.lines));
        self.texts.extend_from_slice(text.as_bytes());
        let text = start..self.texts.len();
        self.sessions.keep(judgement, Kept { row, text, lines });
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let Self { out, texts, sessions, tables } = self;
        let sessions: Vec<_> = sessions.take(summary).collect();
        let rows: Vec<&Row> = sessions.iter().map(|kept| &kept.row).collect();
        let mut text = Text::compact();
        text.object(|object| overview::write(object, summary, &rows, tables));
        page::write_head(out, text.as_bytes())?;
        let shared = Shared::of(&sessions);
        let mut text = Text::compact();
        text.object(|object| shared.write(object, tables));
        page::write_block(out, "lines", text.as_bytes())?;
        for (number, kept) in sessions.iter().enumerate() {
            let mut text = Text::compact();
            text.object(|object| {
                object.array("lines", |array| shared.lines(array, kept, tables));
                object.member("session", Written(&texts[kept.text.clone()]));
            });
            page::write_block(out, &format!("s{number}"), text.as_bytes())?;
        }
        page::write_tail(out)?;
        out.flush()
    }
}

/// Lines that more than one session holds: they stand in a table, the others with their session.
struct Shared {
    /// The place in the table of each shared line, by its number among all lines.
    places: HashMap<usize, usize>,
    /// The other way round.
    numbers: Vec<usize>,
}

impl Shared {
    /// In the order of the sessions, so that the table does not depend on which ended first.
    fn of(sessions: &[Kept]) -> Self {
        let mut uses = HashMap::new();
        let mut numbers = Vec::new();
        for &line in sessions.iter().flat_map(|kept| &kept.lines) {
            let uses: &mut usize = uses.entry(line).or_default();
            *uses += 1;
            if *uses == 2 {
                numbers.push(line);
            }
        }
        let places = numbers.iter().enumerate().map(|(place, &number)| (number, place)).collect();
        Self { places, numbers }
    }

    fn write(&self, object: &mut Object<'_>, tables: &Tables) {
        object.array("lines", |array| {
            self.numbers.iter().for_each(|&number| session::line(array, tables.lines.value(number)));
        });
    }

    /// The lines of a session: texts, or places in the table.
    fn lines(&self, array: &mut Array<'_>, kept: &Kept, tables: &Tables) {
        for number in &kept.lines {
            match self.places.get(number) {
                Some(&place) => array.value(place),
                None => session::line(array, tables.lines.value(*number)),
            }
        }
    }
}
