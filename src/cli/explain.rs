//! `explain`: clauses in full.

use super::complaint::Complaint;
use super::{print, terminal};
use crate::books::BOOKS;
use crate::manual::{Entry, text};
use crate::verdict::{ExitCode, Selector};

/// Shows every clause that one of the ids means, in catalogue order.
pub(super) fn explain(ids: &[String]) -> Result<ExitCode, Complaint> {
    let selectors = ids
        .iter()
        .map(|id| Selector::parse(id, BOOKS))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|why| Complaint::new(why).help("`sipclause clauses` lists all ids"))?;
    let look = text::Look { width: terminal::stdout_width().min(100), color: terminal::stdout_has_color() };
    let pages: Vec<String> = BOOKS
        .iter()
        .flat_map(|book| Entry::all(book))
        .filter(|entry| selectors.iter().any(|selector| selector.means(entry.clause.id)))
        .map(|entry| text::entry(&entry, look))
        .collect();
    let rule = format!("\n{}\n\n", "─".repeat(look.width.min(80)));
    print(pages.join(&rule))
}
