//! The text of a vector file -> what is wrong in it, and what came out otherwise than it expects.

use std::ops::Range;
use std::path::Path;

use lsp_types::DiagnosticSeverity as Severity;

use super::found::Found;
use crate::books::oma_im;
use crate::error::Error;
use crate::vector::{Difference, Mismatch, VectorFile};

/// What there is to say of a vector file. YAML that is no vector is none of ours.
///
/// `is_at_rest`: nobody is typing. A capture may be large, and is not judged at every key.
pub(super) fn found(text: &str, path: &Path, is_at_rest: bool) -> Vec<Found> {
    let book = &oma_im::BOOK;
    let file = match VectorFile::parse(text.to_owned(), path, book) {
        Ok(Some(file)) => file,
        Ok(None) => return Vec::new(),
        Err(Error::Configuration { line, column, message, .. }) => {
            let range = word_at(text, place_of(text, line, column));
            return vec![Found::new(range, Severity::ERROR, "vector", message)];
        }
        Err(error) => return vec![Found::new(0..0, Severity::ERROR, "vector", error.to_string())],
    };
    if file.kind() == "capture" && !is_at_rest {
        return Vec::new();
    }
    let results = file.run(book);
    let unreadable = results.unreadable.iter().map(|unreadable| {
        let range = line_of(text, unreadable.line);
        Found::new(range, Severity::ERROR, "unreadable", unreadable.error.to_string())
    });
    let differences = results.differences.iter().flat_map(|difference| differing(text, difference));
    let mut found: Vec<Found> = unreadable.chain(differences).collect();
    found.sort_by_key(|found| (found.range.start, found.range.end));
    found
}

/// What differs in one case, each at the expectation that it is about.
fn differing<'d>(text: &'d str, difference: &'d Difference) -> impl Iterator<Item = Found> + 'd {
    let case = case_of(text, difference.line);
    difference.mismatches.iter().map(move |mismatch| {
        let range = expectation(text, &case, mismatch).unwrap_or_else(|| line_of(text, difference.line));
        let message = format!("{}: {mismatch}", difference.case);
        Found {
            clause: oma_im::BOOK.clause(&mismatch.about),
            ..Found::new(range, Severity::ERROR, mismatch.about.clone(), message)
        }
    })
}

/// Where a case names what a mismatch is about: the key, or the id of a clause in one of its lists.
fn expectation(text: &str, case: &Range<usize>, mismatch: &Mismatch) -> Option<Range<usize>> {
    let about = mismatch.about.split(' ').next().filter(|about| !about.is_empty())?;
    let mut from = case.start;
    while let Some(at) = text[from..case.end].find(about) {
        let range = from + at..from + at + about.len();
        let is_part = |c: char| c.is_alphanumeric() || "._-".contains(c);
        let is_word = !text[..range.start].ends_with(is_part) && !text[range.end..].starts_with(is_part);
        let is_clause = oma_im::BOOK.clause(about).is_some();
        let is_key = text[range.end..].trim_start_matches([' ', '"', '\'']).starts_with(':');
        let is_remark = text[line_start(text, range.start)..range.start].contains('#');
        if is_word && !is_remark && (is_clause || is_key) {
            return Some(if is_clause { range } else { range.start..line_end(text, range.end) });
        }
        from = range.end;
    }
    None
}

/// A case begins on its line and holds the lines that stand deeper than it does.
fn case_of(text: &str, line: usize) -> Range<usize> {
    let first = line_of(text, line);
    let start = line_start(text, first.start);
    let depth = first.start - start;
    let mut end = start;
    for next in text[start..].split_inclusive('\n') {
        let words = next.trim_start();
        let indent = next.len() - words.len();
        if end > start && !words.trim().is_empty() && indent <= depth {
            break;
        }
        end += next.len();
    }
    start..end
}

/// The words of a line, from 1.
fn line_of(text: &str, line: usize) -> Range<usize> {
    let start = place_of(text, line, 1);
    let end = line_end(text, start);
    let words = text[start..end].trim_start().len();
    end - words..end
}

/// The byte at a line and column, both from 1; columns count characters.
pub(super) fn place_of(text: &str, line: usize, column: usize) -> usize {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(nth) => memchr::memchr_iter(b'\n', text.as_bytes()).nth(nth).map_or(text.len(), |at| at + 1),
    };
    let line = &text[start..line_end(text, start)];
    start + line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
}

/// The word that begins at a place, or the rest of its line; at the end of a line the whole line.
pub(super) fn word_at(text: &str, start: usize) -> Range<usize> {
    let rest = &text[start..line_end(text, start)];
    let quoted = rest.strip_prefix(['"', '\'']).and_then(|inner| inner.find(['"', '\'']));
    let plain = || rest.find([':', ',', ']', '}', ' ', '#']).filter(|&at| at > 0).unwrap_or(rest.len());
    let length = quoted.map_or_else(plain, |at| at + 2);
    if length > 0 { start..start + length } else { line_start(text, start)..start }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |lf| lf + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let end = rest.find('\n').unwrap_or(rest.len());
    at + rest[..end].trim_end_matches('\r').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_holds_its_own_lines() {
        let text = "faults:\n  - name: a\n    also: [x]\n\n  - name: b\n    also: [y]\ngood: z\n";
        assert_eq!(&text[case_of(text, 2)], "  - name: a\n    also: [x]\n\n");
        assert_eq!(&text[case_of(text, 5)], "  - name: b\n    also: [y]\n");
    }

    #[test]
    fn a_fault_covers_the_word_at_its_place() {
        let text = "clause: 6.2.1.1-99\nb\u{e9}: 'a b'\n";
        assert_eq!(&text[word_at(text, place_of(text, 1, 9))], "6.2.1.1-99");
        assert_eq!(&text[word_at(text, place_of(text, 2, 5))], "'a b'");
        assert_eq!(&text[word_at(text, place_of(text, 2, 99))], "b\u{e9}: 'a b'");
        assert_eq!(word_at(text, place_of(text, 99, 1)), text.len()..text.len());
    }
}
