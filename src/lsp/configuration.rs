//! The text of a `sipclause.yaml` -> what is wrong in it.

use std::path::Path;

use lsp_types::DiagnosticSeverity as Severity;

use super::found::Found;
use super::vector::{place_of, word_at};
use crate::books::BOOKS;
use crate::config::Config;
use crate::error::Error;

/// What is wrong with a configuration: the first thing, since its reader stops there.
pub(super) fn found(text: &str, path: &Path) -> Vec<Found> {
    Config::parse(text, path, BOOKS).err().map(|error| fault(text, &error)).into_iter().collect()
}

/// A fault at its place.
pub(super) fn fault(text: &str, error: &Error) -> Found {
    let (range, message) = match error {
        Error::Configuration { line, column, message, .. } => {
            (word_at(text, place_of(text, *line, *column)), message.clone())
        }
        other => (0..0, other.to_string()),
    };
    Found::new(range, Severity::ERROR, "configuration", message)
}
