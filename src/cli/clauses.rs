//! `clauses`: the catalogue.

use serde_json::{Value, json};

use super::args::ListFormat;
use super::complaint::Complaint;
use super::{print, terminal};
use crate::books::BOOKS;
use crate::manual::{Entry, markdown, text};
use crate::verdict::ExitCode;

/// Lists every clause.
pub(super) fn clauses(format: ListFormat) -> Result<ExitCode, Complaint> {
    let entries = BOOKS.iter().flat_map(|book| Entry::all(book));
    print(&match format {
        ListFormat::Table => {
            let look = text::Look { width: terminal::stdout_width(), color: terminal::stdout_has_color() };
            text::table(entries, look)
        }
        ListFormat::Markdown => markdown::table(entries, |_| None),
        ListFormat::Json => format!("{:#}\n", Value::from_iter(entries.map(|entry| json(&entry)))),
    })
}

fn json(entry: &Entry) -> Value {
    let clause = entry.clause;
    json!({
        "id": clause.id.0,
        "level": clause.level.name(),
        "subclause": entry.chapter.number,
        "title": clause.title,
        "binds": clause.binds,
        "evidence": clause.check.evidence(),
        "cites": clause.cites.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
