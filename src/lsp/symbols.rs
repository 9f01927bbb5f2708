//! The messages of a document -> its symbols (LSP 3.17, "Document Symbols Request").

use lsp_types::{DocumentSymbol, SymbolKind};

use super::document::Document;

/// A symbol for each message: its start line, and the Call-ID that it belongs to.
pub(super) fn all(document: &Document) -> Vec<DocumentSymbol> {
    let messages = document.sip.messages.iter();
    messages
        .map(|message| {
            let range = document.text.span(message.range.clone());
            let selection_range = document.text.span(message.first_line.clone());
            // A name may not be empty.
            let name = if message.title.is_empty() { "(message)" } else { &message.title };
            #[expect(deprecated, reason = "the type has no other constructor; `tags` is the member to use")]
            DocumentSymbol {
                name: name.to_owned(),
                detail: Some(message.call_id.clone()),
                kind: SymbolKind::EVENT,
                tags: None,
                deprecated: None,
                range,
                selection_range,
                children: None,
            }
        })
        .collect()
}
