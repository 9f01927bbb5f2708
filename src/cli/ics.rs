//! `ics`: a conformance statement to fill in, and a filled one as a proforma.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::complaint::Complaint;
use super::print;
use crate::books::oma_im::BOOK;
use crate::clause::{Clause, Item};
use crate::config;
use crate::verdict::{ExitCode, Statement};

const HEAD: &str = "\
# What a client supports: an implementation conformance statement for sipclause, after the proformas of ISO/IEC 9646-7.
# Each answer is yes, no or unknown. `check --ics` does not ask for the clauses of what is not supported, and tells
# where a session does it nevertheless. Status: m mandatory, o optional, o.1 at least one of those.
";

/// Writes a statement without answers. A file that is there is left alone.
pub(super) fn init(file: Option<&Path>) -> Result<ExitCode, Complaint> {
    let text = blank();
    let Some(path) = file.filter(|path| *path != Path::new("-")) else { return print(text) };
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map(|()| ExitCode::Clean)
        .map_err(|error| Complaint::new(format!("cannot write {}: {error}", path.display())))
}

/// Prints a statement as a filled proforma, in Markdown.
pub(super) fn show(file: &Path) -> Result<ExitCode, Complaint> {
    let statement = config::statement(file, &BOOK)?;
    print(proforma(&statement))
}

fn blank() -> String {
    let mut text = format!(
        "{HEAD}\nclient:   # its name\nversion:\nrelease:  # the token in User-Agent, such as IM-client/OMA1.0\n\nsupports:\n"
    );
    for item in BOOK.items {
        let (status, clauses) = (item.status.name(), clauses(item).join(", "));
        // Writing to a String cannot fail.
        let _ =
            writeln!(text, "  # {} [{}, {status}]\n  # Clauses: {clauses}", item.question, item.reference);
        let _ = writeln!(text, "  {}: unknown", item.id);
    }
    text
}

fn clauses(item: &Item) -> Vec<&'static str> {
    // A whole subclause is named by its number.
    let is_subclause = |name: &&str| BOOK.chapters.iter().any(|chapter| chapter.number == *name);
    match item.conditions {
        [name] if is_subclause(name) => vec![*name],
        _ => {
            BOOK.clauses().map(|clause| clause.id).filter(|id| item.conditions(*id)).map(|id| id.0).collect()
        }
    }
}

fn proforma(statement: &Statement) -> String {
    let mut text = format!("# Implementation conformance statement: {}\n\n| | |\n|---|---|\n", BOOK.title);
    for (name, value) in
        [("client", &statement.client), ("version", &statement.version), ("release", &statement.release)]
    {
        let _ = writeln!(text, "| {name} | {} |", cell(value.as_deref().unwrap_or("")));
    }
    text.push_str(
        "\n| item | question | reference | status | support | clauses |\n|---|---|---|---|---|---|\n",
    );
    for (item, answer) in &statement.answers {
        let (status, answer, clauses) = (item.status.name(), answer.name(), clauses(item).join(", "));
        let (question, reference) = (item.question, item.reference);
        let _ =
            writeln!(text, "| {} | {question} | {reference} | {status} | {answer} | {clauses} |", item.id);
    }
    text.push_str("\n| clause | it asks that | status |\n|---|---|---|\n");
    for clause in BOOK.clauses() {
        let _ = writeln!(text, "| {} | {} | {} |", clause.id, clause.title, status(clause, statement));
    }
    for fault in statement.faults() {
        let _ = write!(text, "\nThe statement does not conform: {fault}.\n");
    }
    text
}

fn status(clause: &Clause, statement: &Statement) -> String {
    match (statement.denies(clause), clause.level) {
        (Some(item), _) => format!("n/a: no to `{item}`"),
        (None, crate::clause::Level::Shall) => "m".to_owned(),
        (None, crate::clause::Level::Should) => "recommended".to_owned(),
    }
}

/// Text of the statement as one cell.
fn cell(text: &str) -> String {
    let text = crate::visible::sanitise(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\\', "\\\\").replace('|', "\\|")
}
