//! A place in a vector file or a configuration -> the clause ids and finding codes that may stand there.

use std::ops::Range;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent, MarkupKind,
    TextEdit,
};

use super::document::{Document, Sort};
use crate::books::BOOKS;
use crate::manual::{Entry, markdown};

/// The keys whose values are clause ids.
const CLAUSE_KEYS: [&str; 9] =
    ["clause", "also", "doubts", "lapses", "fail", "pass", "inconclusive", "not-applicable", "clauses"];

/// What may stand at a place.
pub(super) fn items(document: &Document, offset: usize) -> Vec<CompletionItem> {
    if !matches!(document.sort, Sort::Yaml | Sort::Configuration) {
        return Vec::new();
    }
    let text = document.text.as_str();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let line = document.text.line(document.text.line_at(offset));
    let before = &text[line.start..offset.max(line.start)];
    let written = before.len() - before.trim_end_matches(is_part).len();
    // The mark of a list is no part of what is written behind it.
    let written = written - usize::from(before[before.len() - written..].starts_with('-'));
    let word = line.start + before.len() - written..offset.max(line.start);
    match key_of(text, line.start, &before[..before.len() - written]) {
        Some("finds") => codes(document, text, &word),
        Some(key) if CLAUSE_KEYS.contains(&key) => clauses(document, &word),
        _ => Vec::new(),
    }
}

/// The key that a value on this line belongs to, if `before` ends where a value may begin.
fn key_of<'t>(text: &'t str, line: usize, before: &'t str) -> Option<&'t str> {
    let before = before.trim_end();
    if before.contains('#') {
        return None;
    }
    if before.ends_with([':', '[', ',']) {
        let key = before.rsplit_once(':')?.0;
        let key = key.rsplit(['{', ',', ' ']).next()?;
        return Some(key.trim_matches(['"', '\'']));
    }
    // Under `clauses:` of a configuration each key is an id.
    if !before.is_empty() && before.trim_start() != "-" {
        return None;
    }
    let depth = text[line..].len() - text[line..].trim_start_matches(' ').len();
    let above = text[..line].lines().rev().filter(|above| !above.trim().is_empty());
    let shallower = |above: &&str| {
        let indent = above.len() - above.trim_start_matches(' ').len();
        !above.trim_start().starts_with("- ") && indent <= depth && above.trim_end().ends_with(':')
    };
    let parent = above.into_iter().find(shallower)?;
    Some(parent.trim().trim_end_matches(':').trim_matches(['"', '\'']))
}

/// An item with all that is to be known of it: too much to send with each of them.
pub(super) fn resolved(mut item: CompletionItem) -> CompletionItem {
    let mut entries = BOOKS.iter().flat_map(|book| Entry::all(book));
    if let Some(entry) = entries.find(|entry| entry.clause.id.0 == item.label) {
        let page = MarkupContent { kind: MarkupKind::Markdown, value: markdown::entry(&entry) };
        item.documentation = Some(Documentation::MarkupContent(page));
    }
    item
}

fn clauses(document: &Document, word: &Range<usize>) -> Vec<CompletionItem> {
    let entries = BOOKS.iter().flat_map(|book| Entry::all(book));
    entries
        .map(|entry| {
            let clause = entry.clause;
            CompletionItem {
                detail: Some(format!("{}: {}", clause.level.name().to_uppercase(), clause.title)),
                ..item(document, word, clause.id.0, CompletionItemKind::REFERENCE)
            }
        })
        .collect()
}

/// What the vectors of the clause of this file find.
fn codes(document: &Document, text: &str, word: &Range<usize>) -> Vec<CompletionItem> {
    let clause = text.lines().find_map(|line| line.strip_prefix("clause:"));
    let id = clause.unwrap_or_default().trim().trim_matches(['"', '\'']);
    let entries = BOOKS.iter().flat_map(|book| Entry::all(book));
    let example = entries.filter(|entry| entry.clause.id.0 == id).find_map(|entry| entry.example());
    let codes = example.into_iter().flat_map(|example| example.codes);
    codes
        .map(|(code, cause)| CompletionItem {
            detail: Some((*cause).to_owned()),
            ..item(document, word, code, CompletionItemKind::VALUE)
        })
        .collect()
}

fn item(document: &Document, word: &Range<usize>, label: &str, kind: CompletionItemKind) -> CompletionItem {
    let edit = TextEdit { range: document.text.span(word.clone()), new_text: label.to_owned() };
    CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..CompletionItem::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Option<&str> {
        let line = text.rfind('\n').map_or(0, |lf| lf + 1);
        key_of(text, line, &text[line..])
    }

    #[test]
    fn a_value_belongs_to_the_key_before_it() {
        assert_eq!(key("clause: "), Some("clause"));
        assert_eq!(key("    also: [6.2.1.1-1, "), Some("also"));
        assert_eq!(key("faults:\n  - {name: x, also: ["), Some("also"));
        assert_eq!(key("faults:\n  - name: a\n    doubts:\n      - "), Some("doubts"));
        assert_eq!(key("doubts:\n  - 6.2.1.1-1\n  - "), Some("doubts"));
        assert_eq!(key("clauses:\n  "), Some("clauses"));
        assert_eq!(key("name: a # clause: "), None);
        assert_eq!(key("name: some words "), None);
        assert_eq!(key(""), None);
    }
}
