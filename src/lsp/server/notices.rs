//! Notifications of a client -> documents that are opened, changed, closed, and those to judge anew.

use lsp_server::Notification;
use lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    PublishDiagnosticsParams,
};
use serde_json::Value;

use super::{Server, read};
use crate::lsp::Text;
use crate::lsp::document::{Document, Sort};

impl Server {
    /// A notification that cannot be read is dropped: nobody waits for an answer.
    pub(super) fn notice(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "textDocument/didOpen" => drop(read(params).map(|params| self.open(params))),
            "textDocument/didChange" => drop(read(params).map(|params| self.change(params))),
            "textDocument/didClose" => drop(read(params).map(|params| self.close(params))),
            // Flows of vectors and configurations are read from their files.
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.documents.values_mut().for_each(|document| document.is_at_rest = true);
                self.outdate(|_| true);
            }
            "workspace/didChangeConfiguration" => {
                if let Some(options @ Value::Object(_)) = params.pointer("/settings/sipclause") {
                    self.configure(options);
                    self.outdate(|_| true);
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        let text = Text::new(item.text, self.client.encoding);
        let document = Document::open(item.uri.clone(), &item.language_id, item.version, text);
        self.follow(document.sort);
        self.documents.insert(item.uri, document);
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let Some(document) = self.documents.get_mut(&params.text_document.uri) else { return };
        document.version = params.text_document.version;
        for change in params.content_changes {
            document.text.change(change.range, &change.text);
        }
        document.is_stale = true;
        document.is_at_rest = false;
        let sort = document.sort;
        self.follow(sort);
    }

    fn close(&mut self, params: DidCloseTextDocumentParams) {
        let Some(document) = self.documents.remove(&params.text_document.uri) else { return };
        self.publish(PublishDiagnosticsParams::new(document.uri, Vec::new(), None));
        self.follow(document.sort);
    }

    /// A configuration that changes, changes how everything else is judged.
    fn follow(&mut self, changed: Sort) {
        if changed == Sort::Configuration {
            self.outdate(|document| document.sort == Sort::Sip);
        }
    }

    fn outdate(&mut self, which: impl Fn(&Document) -> bool) {
        self.documents.values_mut().filter(|it| which(it)).for_each(|document| document.is_stale = true);
    }
}
