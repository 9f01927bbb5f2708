//! A conformance statement in YAML -> [`Statement`].

use std::path::Path;

use super::context::set;
use super::fields::{Field, unknown_key};
use super::node::{Fault, Node, Value};
use crate::clause::Book;
use crate::error::Error;
use crate::verdict::{Answer, Statement};

/// Reads a conformance statement about a client of `book`.
///
/// # Errors
/// [`Error::Usage`] if the file cannot be read, [`Error::Configuration`] with line and column if something in it is
/// wrong.
pub fn statement(path: &Path, book: &'static Book) -> Result<Statement, Error> {
    parse(&super::text_of(path)?, book).map_err(|fault| fault.in_file(path))
}

fn parse(text: &str, book: &'static Book) -> Result<Statement, Fault> {
    let unanswered = book.items.iter().map(|item| (item, Answer::Unknown)).collect();
    let mut statement = Statement { answers: unanswered, ..Statement::default() };
    Node::parse(text)?.read_fields(FIELDS, &mut statement)?;
    Ok(statement)
}

const FIELDS: &[Field<Statement>] = &[
    ("client", |statement, node| set(&mut statement.client, node.text().map(Some))),
    ("version", |statement, node| set(&mut statement.version, node.text().map(Some))),
    ("release", |statement, node| set(&mut statement.release, node.text().map(Some))),
    ("supports", answers),
];

fn answers(statement: &mut Statement, node: &Node) -> Result<(), Fault> {
    for (key, value) in node.mapping()? {
        match statement.answers.iter().position(|(item, _)| item.id == key.text) {
            Some(at) => statement.answers[at].1 = answer(value)?,
            None => return Err(unknown_key(key, statement.answers.iter().map(|(item, _)| item.id))),
        }
    }
    Ok(())
}

/// `yes` and `no` are text in YAML 1.2 and truth values in 1.1: both are taken.
fn answer(node: &Node) -> Result<Answer, Fault> {
    match node.value {
        Value::Null => Ok(Answer::Unknown),
        Value::Boolean(true) => Ok(Answer::Yes),
        Value::Boolean(false) => Ok(Answer::No),
        _ => node.one_of(&Answer::ALL.map(|answer| (answer.name(), answer))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::oma_im::BOOK;

    fn fault(text: &str) -> String {
        let fault = parse(text, &BOOK).unwrap_err();
        format!("{}:{}: {}", fault.at.line, fault.at.column, fault.message)
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_the_nearest_name() {
        assert_eq!(fault("supports:\n  adhoc: no\n"), "2:3: no key `adhoc` here; did you mean `ad-hoc`?");
        assert!(
            fault("supports: {ad-hoc: nope}").starts_with("1:20: no value `nope` here; did you mean `no`?")
        );
        assert!(fault("clent: x").starts_with("1:1: no key `clent` here; did you mean `client`?"));
    }

    #[test]
    fn a_denied_item_denies_its_clauses_unless_it_is_mandatory() {
        let statement = parse("supports: {ims: no, session-timer: 'no', ad-hoc: false}", &BOOK).unwrap();
        let denies = |id: &str| statement.denies(BOOK.clause(id).unwrap());
        assert_eq!((denies("6.2.1.2-ims"), denies("6.2.1.3-1")), (Some("ims"), Some("ad-hoc")));
        assert_eq!((denies("6.2.1.1-5bis"), denies("6.2.1.1-1")), (None, None));
        assert_eq!(statement.faults(), ["it says no to `session-timer`, which is mandatory"]);
    }

    #[test]
    fn every_item_conditions_clauses_and_every_reference_of_it_means_some() {
        for item in BOOK.items {
            for named in item.conditions {
                let alone = crate::clause::Item { conditions: std::slice::from_ref(named), ..*item };
                assert!(BOOK.clauses().any(|clause| alone.conditions(clause.id)), "{}: {named}", item.id);
            }
        }
    }
}
