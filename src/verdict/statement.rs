//! Answers to the items of a book -> which clauses bind a client, and what contradicts its statement.

use super::{Coverage, Exercised};
use crate::clause::{Clause, Item, Status};

/// What a client says that it supports.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// Its name.
    pub client: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The release token that it writes into User-Agent.
    pub release: Option<String>,
    /// The items of the book, each with its answer.
    pub answers: Vec<(&'static Item, Answer)>,
}

/// The support that is claimed of one item.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Answer {
    /// It is supported.
    Yes,
    /// It is not.
    No,
    /// Nobody said; its clauses bind.
    #[default]
    Unknown,
}

impl Answer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Unknown];

    /// The word in statements.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl Statement {
    /// The first item that says that the client does not support what the clause is about. To say no to a mandatory
    /// item releases from nothing.
    pub fn denies(&self, clause: &Clause) -> Option<&'static str> {
        let denied = |(item, answer): &&(&'static Item, Answer)| {
            *answer == Answer::No && item.status != Status::Mandatory && item.conditions(clause.id)
        };
        self.answers.iter().find(denied).map(|(item, _)| item.id)
    }

    /// What is wrong with the statement whatever the client does: a mandatory item that is denied, and scenarios of
    /// which none is supported.
    pub fn faults(&self) -> Vec<String> {
        let denied = |(_, answer): &&(&Item, Answer)| *answer == Answer::No;
        let mandatory =
            self.answers.iter().filter(denied).filter(|(item, _)| item.status == Status::Mandatory);
        let mut faults: Vec<_> =
            mandatory.map(|(item, _)| format!("it says no to `{}`, which is mandatory", item.id)).collect();
        let mut choice = self.answers.iter().filter(|(item, _)| item.status == Status::OneOf).peekable();
        if choice.peek().is_some() && choice.clone().all(|answered| denied(&answered)) {
            let names: Vec<_> = choice.map(|(item, _)| format!("`{}`", item.id)).collect();
            faults.push(format!("it says no to all of {}; at least one is supported", names.join(", ")));
        }
        faults
    }

    /// What the run exercised though the statement denies it, a line for each item.
    pub fn contradictions(&self, coverage: &Coverage) -> Vec<String> {
        let of_item = |(item, _): &(&'static Item, Answer)| {
            let rows = coverage.rows().iter().filter(|row| row.denied == Some(item.id));
            let rows: Vec<_> = rows.filter(|row| row.exercised() == Exercised::Yes).collect();
            let first = rows.iter().filter_map(|row| row.sessions().first()).min()?;
            let ids: Vec<_> = rows.iter().map(|row| row.clause.id.0).collect();
            Some(format!(
                "it says no to `{}`, but the run exercises {}, first in session {} of {}",
                item.id,
                ids.join(", "),
                first.call_id,
                first.input
            ))
        };
        self.answers.iter().filter_map(of_item).collect()
    }
}
