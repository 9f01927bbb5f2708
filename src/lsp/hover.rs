//! A place in a document -> what there is to know of it, in Markdown.

use std::fmt::Write as _;
use std::ops::Range;

use super::document::{Document, Sort};
use super::found::Found;
use super::session_page;
use super::sip::Sitting;
use super::subject::Subject;
use crate::books::BOOKS;
use crate::clause::{Clause, Level};
use crate::manual::{Entry, markdown};
use crate::report::markdown_prose as prose;
use crate::verdict::Verdict;

/// Findings at one place that are shown; the diagnostics show all.
const MOST: usize = 10;

/// What to show, and of which bytes.
pub(super) struct Page {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// What there is to know of a place.
pub(super) fn page(document: &Document, offset: usize) -> Option<Page> {
    match document.sort {
        Sort::Sip => {
            finding(document, offset).or_else(|| session(document, offset)).or_else(|| line(document, offset))
        }
        Sort::Configuration | Sort::Yaml => clause_id(document, offset),
        Sort::Other => None,
    }
}

/// The findings at a place, and in full the clause of the first.
fn finding(document: &Document, offset: usize) -> Option<Page> {
    let is_here =
        |found: &&Found| found.clause.is_some() && found.range.start <= offset && offset <= found.range.end;
    let here: Vec<&Found> = document.found.iter().filter(is_here).collect();
    let first = here.iter().min_by_key(|found| found.range.len())?;
    let mut text = String::new();
    for found in here.iter().take(MOST) {
        let _ = writeln!(text, "**{}**: {}", found.code, prose(&found.message));
        if let Some(help) = &found.help {
            let _ = writeln!(text, "\n*help:* {}", prose(help));
        }
        text.push('\n');
    }
    let mut clauses: Vec<&Clause> = Vec::new();
    for clause in here.iter().filter_map(|found| found.clause) {
        if !clauses.iter().any(|known| known.id == clause.id) {
            clauses.push(clause);
        }
    }
    match clauses.as_slice() {
        [one] => text.push_str(&format!("---\n\n{}", in_full(one)?)),
        several => text.push_str(&table(several.iter().map(|clause| (*clause, None)))),
    }
    Some(Page { text, range: first.range.clone() })
}

/// The session of a start line.
fn session(document: &Document, offset: usize) -> Option<Page> {
    let index = document.sip.message_at(offset)?;
    let range = document.sip.messages[index].first_line.clone();
    if offset > range.end {
        return None;
    }
    Some(Page { text: session_page::page(document.sip.session_of(index)?), range })
}

/// The clauses that look at a line, with their verdicts on the session.
fn line(document: &Document, offset: usize) -> Option<Page> {
    let index = document.sip.message_at(offset)?;
    let first = document.text.line_at(document.sip.messages[index].range.start);
    let mut number = document.text.line_at(offset);
    let words = |number: usize| &document.text.as_str()[document.text.line(number)];
    // RFC 3261 7.3.1: a line that begins with white space goes on with the one before.
    while number > first + 1
        && words(number).starts_with([' ', '\t'])
        && !words(number).trim().starts_with('<')
    {
        number -= 1;
    }
    if number <= first {
        return None;
    }
    let entries = Subject::of(words(number))?.entries();
    let session = document.sip.session_of(index);
    let verdict = |clause: &Clause| {
        let said = session?.rulings.iter().find(|said| said.clause.id == clause.id)?;
        Some((said.verdict, said.level))
    };
    let applies = |entry: &&Entry| verdict(entry.clause).is_some_and(|(it, _)| it != Verdict::NotApplicable);
    let meant: Vec<&Entry> =
        match session.map(|_: &Sitting| entries.iter().filter(applies).collect::<Vec<_>>()) {
            Some(applying) if !applying.is_empty() => applying,
            _ => entries.iter().collect(),
        };
    let range = document.text.line(document.text.line_at(offset));
    let text = match meant.as_slice() {
        [] => return None,
        [one] => format!("{}{}", table([(one.clause, verdict(one.clause))]), in_full(one.clause)?),
        several => table(several.iter().map(|entry| (entry.clause, verdict(entry.clause)))),
    };
    Some(Page { text, range })
}

/// The clause whose id stands at a place.
fn clause_id(document: &Document, offset: usize) -> Option<Page> {
    let line = document.text.line(document.text.line_at(offset));
    let text = &document.text.as_str()[line.clone()];
    let at = offset.checked_sub(line.start)?.min(text.len());
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let start = text[..at]
        .rfind(|c| !is_part(c))
        .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(|c| !is_part(c)).map_or(text.len(), |behind| at + behind);
    let clause = BOOKS.iter().find_map(|book| book.clause(&text[start..end]))?;
    Some(Page { text: in_full(clause)?, range: line.start + start..line.start + end })
}

/// What `sipclause explain` shows of a clause.
fn in_full(clause: &Clause) -> Option<String> {
    let mut entries = BOOKS.iter().flat_map(|book| Entry::all(book));
    Some(markdown::entry(&entries.find(|entry| entry.clause.id == clause.id)?))
}

/// Clauses in a table, each with its verdict where there is one.
fn table<'c>(clauses: impl IntoIterator<Item = (&'c Clause, Option<(Verdict, Level)>)>) -> String {
    let mut text = String::from("| clause | level | verdict | it asks that |\n|---|---|---|---|\n");
    for (clause, said) in clauses {
        let level = said.map_or(clause.level, |(_, level)| level).name();
        let verdict = said.map_or("", |(verdict, _)| verdict.name());
        let _ =
            writeln!(text, "| {} | {level} | {verdict} | {} |", clause.id, clause.title.replace('|', "\\|"));
    }
    text + "\n"
}
