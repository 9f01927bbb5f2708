//! `waivers`: failures that somebody answers for, until a day.

use std::path::Path;

use jiff::civil::Date;

use super::context::set;
use super::fields::Field;
use super::node::{Fault, Mark, Node};
use crate::clause::Book;
use crate::session::Glob;
use crate::verdict::{Selector, Term, Waived, Waiver};

/// A waiver with its last day and its place.
#[derive(Clone, Debug)]
pub struct DatedWaiver {
    /// What it tolerates.
    pub waiver: Waiver,
    /// The last day on which it does.
    pub until: Option<Date>,
    /// Where it stands.
    pub at: Mark,
}

impl DatedWaiver {
    /// How long it is good for. A waiver is valid through its last day.
    pub fn term(&self, today: Date) -> Term {
        match self.until.and_then(|until| today.until(until).ok()).map(|left| left.get_days()) {
            Some(..0) => Term::Expired,
            Some(0..=Term::SOON) => Term::Expiring,
            _ => Term::Valid,
        }
    }

    /// The waiver as it is on this day, with the place at which it stands in `file`.
    pub(super) fn on(self, today: Date, file: &Path) -> Waiver {
        let place = match self.at {
            Mark { line: 0, .. } => None,
            Mark { line, column } => Some(format!("{}:{line}:{column}", file.display())),
        };
        Waiver { term: self.term(today), place, ..self.waiver }
    }
}

/// Reads one entry of `waivers`.
pub(super) fn read(node: &Node, books: &[&Book]) -> Result<DatedWaiver, Fault> {
    let mut draft = Draft::default();
    node.read_fields(FIELDS, &mut draft)?;
    let Some((clause, at)) = draft.clause else {
        return Err(node.fault("a waiver needs a `clause`"));
    };
    let clauses = Selector::parse(&clause, books).map_err(|why| Fault::new(at, why))?;
    let Some(reason) = draft.reason else {
        return Err(node.fault(format!("the waiver of {clause} needs a `reason`")));
    };
    let until = draft.until.map(|until| until.to_string());
    let When { user_agent, call_id, input, fingerprint } = draft.when;
    let waived = Waived { reason, owner: draft.owner, until };
    let (term, place) = (Term::default(), None);
    let waiver = Waiver { clauses, user_agent, call_id, input, fingerprint, waived, term, place };
    Ok(DatedWaiver { waiver, until: draft.until, at: node.at })
}

/// An entry that is being read.
#[derive(Default)]
pub(super) struct Draft {
    clause: Option<(String, Mark)>,
    when: When,
    reason: Option<String>,
    owner: Option<String>,
    until: Option<Date>,
}

/// The conditions of an entry.
#[derive(Default)]
pub(super) struct When {
    user_agent: Option<Glob>,
    call_id: Option<Glob>,
    input: Option<Glob>,
    fingerprint: Option<Glob>,
}

pub(super) const FIELDS: &[Field<Draft>] = &[
    ("clause", |draft, node| set(&mut draft.clause, node.text().map(|text| Some((text, node.at))))),
    ("when", |draft, node| node.read_fields(WHEN, &mut draft.when)),
    ("reason", |draft, node| set(&mut draft.reason, node.text().map(Some))),
    ("owner", |draft, node| set(&mut draft.owner, node.text().map(Some))),
    ("until", |draft, node| set(&mut draft.until, node.date().map(Some))),
];

pub(super) const WHEN: &[Field<When>] = &[
    ("user_agent", |when, node| set(&mut when.user_agent, node.glob().map(Some))),
    ("call_id", |when, node| set(&mut when.call_id, node.glob().map(Some))),
    ("input", |when, node| set(&mut when.input, node.glob().map(Some))),
    ("fingerprint", |when, node| set(&mut when.fingerprint, node.glob().map(Some))),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::BOOKS;

    fn fault(text: &str) -> String {
        let fault = read(&Node::parse(text).unwrap(), BOOKS).unwrap_err();
        format!("{}:{}: {}", fault.at.line, fault.at.column, fault.message)
    }

    #[test]
    fn a_waiver_needs_a_clause_and_a_reason() {
        assert_eq!(fault("reason: x"), "1:1: a waiver needs a `clause`");
        assert_eq!(fault("clause: 6.2.1.1-1"), "1:1: the waiver of 6.2.1.1-1 needs a `reason`");
        assert_eq!(fault("clause: 6.2.1.1-1\nreason: ' '"), "2:9: the text is empty");
        assert_eq!(fault("clause: 6.2.1.1-1\nreason:"), "1:1: the waiver of 6.2.1.1-1 needs a `reason`");
        assert!(fault("clause: 9.9.9\nreason: x").starts_with("1:9: no clause `9.9.9`"));
    }

    #[test]
    fn a_bad_date_is_told() {
        for bad in ["2027-02-30", "31.3.2027", "20270331", "2027-03-31T10:00:00"] {
            let said = fault(&format!("clause: 6.2.1.1-1\nreason: x\nuntil: {bad}"));
            assert_eq!(said, format!("3:8: `{bad}` is no date; a date is written YYYY-MM-DD"));
        }
    }
}
