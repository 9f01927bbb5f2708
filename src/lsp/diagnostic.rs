//! What was found -> diagnostics (LSP 3.17, "Diagnostic").

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticTag, Location, NumberOrString, Uri,
};

use super::Text;
use super::found::Found;
use crate::books::BOOKS;
use crate::clause::Clause;
use crate::manual::{Entry, markdown};
use crate::visible::{sanitise, shorten};

/// Diagnostics of a document that are sent; nobody reads more, and editors grow slow.
const MOST: usize = 1000;

/// Longest text of a diagnostic; what is longer comes from a hostile message.
const LONGEST: usize = 2000;

/// What a client understands of a diagnostic, and where it finds pages.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) related: bool,
    pub(super) tags: bool,
    /// The address of the documentation, if there is one.
    pub(super) docs: Option<String>,
}

impl Shape {
    /// The diagnostics of a document: the worst, if there are too many, in the order of the text.
    pub(super) fn all(&self, found: &[Found], text: &Text, uri: &Uri) -> Vec<Diagnostic> {
        let mut order: Vec<usize> = (0..found.len()).collect();
        if found.len() > MOST {
            // Error is 1 and Hint is 4.
            order.sort_by_key(|&at| serde_json::to_value(found[at].severity).ok().and_then(|it| it.as_u64()));
            order.truncate(MOST);
            order.sort_unstable();
        }
        order.into_iter().map(|at| self.one(&found[at], text, uri)).collect()
    }

    /// One diagnostic. What came from a message is shown, and never acts on an editor.
    pub(super) fn one(&self, found: &Found, text: &Text, uri: &Uri) -> Diagnostic {
        let mut message = lines(&found.message);
        if let Some(help) = &found.help {
            message.push_str("\nhelp: ");
            message.push_str(&lines(help));
        }
        let related = found.related.iter().map(|(range, note)| DiagnosticRelatedInformation {
            location: Location { uri: uri.clone(), range: text.span(range.clone()) },
            message: lines(note),
        });
        let tags = (self.tags && found.is_superfluous).then(|| vec![DiagnosticTag::UNNECESSARY]);
        Diagnostic {
            range: text.span(found.range.clone()),
            severity: Some(found.severity),
            code: Some(NumberOrString::String(found.code.clone())),
            code_description: found.clause.and_then(|clause| self.href(clause)),
            source: Some("sipclause".to_owned()),
            message: shorten(&message, LONGEST).into_owned(),
            related_information: (self.related && !found.related.is_empty()).then(|| related.collect()),
            tags,
            data: found.data.clone(),
        }
    }

    /// The page of a clause, else the section of the first RFC that it rests on.
    fn href(&self, clause: &Clause) -> Option<CodeDescription> {
        let href = match &self.docs {
            Some(docs) => {
                let mut entries = BOOKS.iter().flat_map(|book| Entry::all(book));
                let entry = entries.find(|entry| entry.clause.id == clause.id)?;
                let page = markdown::address(&entry).replacen(".md#", ".html#", 1);
                format!("{}/clauses/{page}", docs.trim_end_matches('/'))
            }
            None => clause.cites.iter().find_map(|cite| {
                let number = cite.document.strip_prefix("RFC ")?;
                let section = if cite.section.is_empty() { "" } else { "#section-" };
                Some(format!("https://www.rfc-editor.org/rfc/rfc{number}{section}{}", cite.section))
            })?,
        };
        Some(CodeDescription { href: href.parse().ok()? })
    }
}

/// The text with nothing in it that acts on whoever shows it, but for its line ends.
fn lines(text: &str) -> String {
    text.split('\n').map(sanitise).collect::<Vec<_>>().join("\n")
}
