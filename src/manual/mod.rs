//! The catalogue as pages: clause -> what `explain`, `clauses` and `docs/clauses/` show of it.
//!
//! The words are those of the catalogue; examples come from the test vectors (`examples`, generated), and
//! what is odd in the specification itself from `contradictions`. [`text`] writes for terminals,
//! [`markdown`] for the pages.

mod contradictions;
mod example;
mod examples;
pub mod markdown;
pub mod text;

use crate::clause::{Book, Chapter, Clause};

pub use self::example::{Example, Kind};

/// One clause with everything that is said of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The book it stands in.
    pub book: &'static Book,
    /// The subclause it stands in.
    pub chapter: &'static Chapter,
    /// The clause.
    pub clause: &'static Clause,
}

impl Entry {
    /// Every clause of a book, in catalogue order.
    pub fn all(book: &'static Book) -> impl Iterator<Item = Self> {
        book.chapters
            .iter()
            .flat_map(move |chapter| chapter.clauses.iter().map(move |clause| Self { book, chapter, clause }))
    }

    /// The verdicts it can get, each with the words that say when.
    pub fn verdicts(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let words = &self.clause.verdicts;
        [
            ("pass", words.pass),
            ("fail", words.fail),
            ("not-applicable", words.not_applicable),
            ("inconclusive", words.inconclusive),
        ]
        .into_iter()
        .map(|(verdict, when)| (verdict, if when.is_empty() { "cannot occur" } else { when }))
    }

    /// The items of a conformance statement that it depends on, with their status: `ad-hoc (o.1)`; empty if there are
    /// none.
    pub fn items(&self) -> String {
        let items = self.book.items.iter().filter(|item| item.conditions(self.clause.id));
        items.map(|item| format!("`{}` ({})", item.id, item.status.name())).collect::<Vec<_>>().join(", ")
    }

    /// What contradicts itself in the text of the specification here.
    pub fn contradictions(&self) -> impl Iterator<Item = &'static str> {
        contradictions::of(self.clause.id)
    }

    /// A conforming and a failing message side by side, where the clause can fail.
    pub fn example(&self) -> Option<&'static Example> {
        examples::EXAMPLES.iter().find(|example| example.clause == self.clause.id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::BOOKS;

    #[test]
    fn every_example_belongs_to_a_clause() {
        for example in examples::EXAMPLES {
            assert!(BOOKS.iter().any(|book| book.clause(example.clause).is_some()), "{}", example.clause);
        }
    }

    #[test]
    fn every_contradiction_belongs_to_a_clause() {
        for id in contradictions::ids() {
            assert!(BOOKS.iter().any(|book| book.clause(id).is_some()), "{id}");
        }
    }
}
