//! Clauses -> the rules of a SARIF report (SARIF 3.49, "reportingDescriptor object").

use std::collections::HashMap;

use crate::clause::{Book, Clause, Level};
use crate::report::json_text::Object;

/// The rules of a run: those of the catalogue, and whatever else was judged.
#[derive(Debug)]
pub(super) struct Rules {
    clauses: Vec<&'static Clause>,
    places: HashMap<&'static str, usize>,
}

impl Rules {
    /// All clauses of these books.
    pub(super) fn of(catalogue: &[&'static Book]) -> Self {
        let mut rules = Self { clauses: Vec::new(), places: HashMap::new() };
        for clause in catalogue.iter().flat_map(|book| book.clauses()) {
            rules.index(clause);
        }
        rules
    }

    /// The index of this clause among the rules.
    pub(super) fn index(&mut self, clause: &'static Clause) -> usize {
        *self.places.entry(clause.id.0).or_insert_with(|| {
            self.clauses.push(clause);
            self.clauses.len() - 1
        })
    }

    /// All of them.
    pub(super) fn clauses(&self) -> &[&'static Clause] {
        &self.clauses
    }
}

/// An element of `rules`.
pub(super) fn rule(rule: &mut Object<'_>, clause: &Clause) {
    rule.member("id", clause.id.0);
    rule.member("name", &*pascal_case(clause.title));
    rule.object("shortDescription", |message| message.member("text", &*sentence(clause.title)));
    rule.object("fullDescription", |message| message.member("text", &*full_description(clause)));
    rule.object("help", |message| {
        message.member("text", &*help(clause, ""));
        message.member("markdown", &*help(clause, "**"));
    });
    rule.object("defaultConfiguration", |configuration| {
        configuration.member("level", level(clause.level));
    });
    rule.object("properties", |properties| {
        properties.values("tags", [clause.id.subclause(), clause.level.name()]);
        properties.member("binds", clause.binds);
        properties.member("seenFrom", clause.check.evidence());
    });
}

/// SARIF 3.27.10: how bad a failure is.
pub(super) const fn level(level: Level) -> &'static str {
    match level {
        Level::Shall => "error",
        Level::Should => "warning",
    }
}

/// `the SDP offers MSRP` -> `TheSdpOffersMsrp`: a name is one word (SARIF 3.49.7).
fn pascal_case(title: &str) -> String {
    let words = title.split(|character: char| !character.is_ascii_alphanumeric());
    let capital = |word: &str| {
        let (first, rest) = word.split_at(usize::from(!word.is_empty()));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    words.map(capital).collect()
}

/// Messages are sentences (SARIF 3.11.3).
fn sentence(title: &str) -> String {
    let mut characters = title.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

/// The first paragraph of its explanation.
fn full_description(clause: &Clause) -> String {
    match clause.explain.split("\n\n").next() {
        Some("") | None => sentence(clause.title),
        Some(paragraph) => paragraph.replace('\n', " "),
    }
}

/// The explanation, how it is judged, readings and citations; titles have this mark on both sides.
fn help(clause: &Clause, mark: &str) -> String {
    let level = clause.level.name().to_uppercase();
    let mut parts = vec![format!("{mark}{level}{mark}: {}", sentence(clause.title))];
    parts.extend(clause.explain.split("\n\n").filter(|part| !part.is_empty()).map(str::to_owned));
    let verdicts = [
        ("pass", clause.verdicts.pass),
        ("fail", clause.verdicts.fail),
        ("not applicable", clause.verdicts.not_applicable),
        ("inconclusive", clause.verdicts.inconclusive),
    ];
    let verdicts = verdicts.iter().filter(|(_, when)| !when.is_empty());
    let verdicts: Vec<_> = verdicts.map(|(name, when)| format!("- {mark}{name}{mark}: {when}")).collect();
    let readings: Vec<_> = clause.readings.iter().map(|reading| format!("- {reading}")).collect();
    for (title, list) in [("How it is judged", verdicts), ("Interpretation", readings)] {
        if !list.is_empty() {
            parts.push(format!("{mark}{title}{mark}"));
            parts.push(list.join("\n"));
        }
    }
    if !clause.cites.is_empty() {
        let cites: Vec<_> = clause.cites.iter().map(ToString::to_string).collect();
        parts.push(format!("Rests on {}.", cites.join(", ")));
    }
    parts.join("\n\n")
}
