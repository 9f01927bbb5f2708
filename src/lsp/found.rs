//! What there is to say of a place in a document, before anybody counts lines.

use std::ops::Range;

use lsp_types::DiagnosticSeverity;
use serde_json::Value;

use crate::clause::Clause;

/// Something found in a document; places are bytes of it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) severity: DiagnosticSeverity,
    /// The clause that it is about.
    pub(super) clause: Option<&'static Clause>,
    /// What is shown as its code: the clause, or the kind of the problem.
    pub(super) code: String,
    /// What was seen, then what was wanted.
    pub(super) message: String,
    /// What to do.
    pub(super) help: Option<String>,
    pub(super) related: Vec<(Range<usize>, String)>,
    /// What programs may know of it: its own code and its fingerprint.
    pub(super) data: Option<Value>,
    /// Whether the text meant is best left out.
    pub(super) is_superfluous: bool,
}

impl Found {
    /// Something that is about no clause.
    pub(super) fn new(
        range: Range<usize>,
        severity: DiagnosticSeverity,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            range,
            severity,
            clause: None,
            code: code.into(),
            message: message.into(),
            help: None,
            related: Vec::new(),
            data: None,
            is_superfluous: false,
        }
    }
}
