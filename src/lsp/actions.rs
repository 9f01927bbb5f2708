//! A range of a document -> the fixes of the findings in it (LSP 3.17, "Code Action Request").

use std::collections::HashMap;
use std::ops::Range;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Diagnostic, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, WorkspaceEdit,
};

use super::Text;
use super::diagnostic::Shape;
use super::document::{Document, Sort};
use super::found::Found;
use super::settings::Judging;
use crate::books::oma_im;
use crate::fix::{Asked, Edit, Proposal, Trust, mend, proposals};

/// The kind of the action that makes all safe fixes.
pub(super) const FIX_ALL: &str = "source.fixAll.sipclause";

/// Up to so many bytes, all fixes are offered without having been asked for: they are tried one by one.
const SHORT: usize = 256 << 10;

/// What is asked for.
pub(super) struct Question<'q> {
    pub(super) range: Range<usize>,
    /// The kinds that are wanted; none: all.
    pub(super) only: Option<&'q [CodeActionKind]>,
    /// How the document is judged.
    pub(super) judging: &'q Judging,
    pub(super) shape: &'q Shape,
    /// Whether the client takes edits of a version.
    pub(super) has_versions: bool,
}

/// The fixes of all findings of a document; empty where there are none to offer.
pub(super) fn fixes(document: &Document, judging: &Judging) -> Vec<Proposal> {
    if document.sort != Sort::Sip {
        return Vec::new();
    }
    proposals(document.text.as_str().as_bytes(), &judging.asked(Trust::Guesses)).unwrap_or_default()
}

impl Judging {
    fn asked(&self, trust: Trust) -> Asked<'_> {
        Asked { policy: &self.policy, book: &oma_im::BOOK, trust }
    }
}

impl Question<'_> {
    /// The actions: one for each fix in the range, safe ones first, and one that makes all safe fixes.
    pub(super) fn actions(&self, document: &Document, fixes: &[Proposal]) -> Vec<CodeActionOrCommand> {
        let mut actions = Vec::new();
        if self.wants(CodeActionKind::QUICKFIX.as_str()) {
            actions = self.quick(document, fixes);
        }
        let safe = fixes.iter().filter(|fix| fix.is_safe).count();
        let is_asked = self.only.is_some() || (safe > 1 && document.text.as_str().len() <= SHORT);
        if safe > 0 && is_asked && self.wants(FIX_ALL) {
            actions.extend(self.all(document));
        }
        actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
    }

    /// Whether a kind is wanted: itself, or one that it is a part of.
    fn wants(&self, kind: &str) -> bool {
        let holds = |wanted: &str| {
            kind.strip_prefix(wanted)
                .is_some_and(|rest| wanted.is_empty() || rest.is_empty() || rest.starts_with('.'))
        };
        self.only.is_none_or(|only| only.iter().any(|wanted| holds(wanted.as_str())))
    }

    fn quick(&self, document: &Document, fixes: &[Proposal]) -> Vec<CodeAction> {
        let mut actions: Vec<(&Proposal, Vec<&Found>)> = Vec::new();
        for fix in fixes {
            let found = document.found.iter().find(|found| is_of(found, fix));
            let place = found.map_or(fix.place.range(), |found| found.range.clone());
            if place.start > self.range.end || place.end < self.range.start {
                continue;
            }
            // Two clauses may find the same fault.
            match actions.iter_mut().find(|(other, _)| other.edits == fix.edits && other.title == fix.title) {
                Some((_, all)) => all.extend(found),
                None => actions.push((fix, found.into_iter().collect())),
            }
        }
        actions.sort_by_key(|(fix, _)| !fix.is_safe);
        actions.into_iter().filter_map(|(fix, found)| self.one(document, fix, &found)).collect()
    }

    fn one(&self, document: &Document, fix: &Proposal, found: &[&Found]) -> Option<CodeAction> {
        let edits = text_edits(&document.text, &fix.edits)?;
        let diagnostics: Vec<Diagnostic> =
            found.iter().map(|found| self.shape.one(found, &document.text, &document.uri)).collect();
        let guess = if fix.is_safe { "" } else { ", a guess" };
        Some(CodeAction {
            title: format!("{} ({}{guess})", fix.title, fix.clause),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: (!diagnostics.is_empty()).then_some(diagnostics),
            edit: Some(self.workspace_edit(document, edits)),
            is_preferred: fix.is_safe.then_some(true),
            ..CodeAction::default()
        })
    }

    /// All safe fixes that hold when they were tried; none of them may make anything worse.
    fn all(&self, document: &Document) -> Option<CodeAction> {
        let text = document.text.as_str().as_bytes();
        let mended = mend(text, &self.judging.asked(Trust::Safe)).ok()?;
        let edits = text_edits(&document.text, &mended.edits)?;
        Some(CodeAction {
            title: "fix all that has a safe fix".to_owned(),
            kind: Some(CodeActionKind::new(FIX_ALL)),
            edit: Some(self.workspace_edit(document, edits)),
            ..CodeAction::default()
        })
    }

    fn workspace_edit(&self, document: &Document, edits: Vec<TextEdit>) -> WorkspaceEdit {
        let uri = document.uri.clone();
        if !self.has_versions {
            return WorkspaceEdit {
                changes: Some(HashMap::from([(uri, edits)])),
                ..WorkspaceEdit::default()
            };
        }
        let version = Some(document.version);
        let edit = TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        };
        let changes = DocumentChanges::Edits(vec![edit]);
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    }
}

/// Whether a fix is one of this finding.
fn is_of(found: &Found, fix: &Proposal) -> bool {
    found.clause.is_some_and(|clause| clause.id == fix.clause)
        && found.data.as_ref().is_some_and(|data| data["finding"] == fix.code)
        && found.message.starts_with(&fix.finding)
        && is_near(&found.range, &fix.place.range())
}

/// What is missing has an empty place, and its line in the editor.
fn is_near(found: &Range<usize>, place: &Range<usize>) -> bool {
    found.start <= place.end && place.start <= found.end
}

/// Edits of bytes as those of an editor; `None` if there is none to make, or one would split a character or meet
/// another.
fn text_edits(text: &Text, edits: &[Edit]) -> Option<Vec<TextEdit>> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    sorted.dedup();
    let mut before = 0;
    let mut made = Vec::new();
    for edit in sorted {
        let range = edit.span.range();
        let whole = text.as_str().get(range.clone()).filter(|_| range.start >= before)?;
        before = range.end;
        let new_text = std::str::from_utf8(&edit.replacement).ok()?;
        if whole != new_text {
            made.push(TextEdit { range: text.span(range), new_text: new_text.to_owned() });
        }
    }
    (!made.is_empty()).then_some(made)
}
