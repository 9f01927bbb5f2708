//! What this server offers, and what a client says of itself (LSP 3.17, "initialize").

use std::path::PathBuf;

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    HoverProviderCapability, InitializeResult, OneOf, SaveOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
};
use serde_json::{Value, json};

use super::actions::FIX_ALL;
use super::text::Encoding;
use super::uri;

/// What a client says of itself, as far as it matters here.
///
/// It is read member by member, because clients send members of versions to come.
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    pub(super) related: bool,
    pub(super) tags: bool,
    /// Whether it can be asked to watch files.
    pub(super) watches: bool,
    /// Whether edits may name the version that they are of.
    pub(super) has_versions: bool,
    pub(super) root: Option<PathBuf>,
    pub(super) options: Value,
}

impl Client {
    pub(super) fn of(parameters: &Value) -> Self {
        let at = |pointer: &str| parameters.pointer(pointer);
        let yes = |pointer: &str| at(pointer).and_then(Value::as_bool).unwrap_or(false);
        let offered = at("/capabilities/general/positionEncodings").and_then(Value::as_array);
        let root = at("/workspaceFolders/0/uri").or(at("/rootUri")).and_then(Value::as_str);
        Self {
            encoding: Encoding::best(offered.into_iter().flatten().filter_map(Value::as_str)),
            related: yes("/capabilities/textDocument/publishDiagnostics/relatedInformation"),
            tags: at("/capabilities/textDocument/publishDiagnostics/tagSupport").is_some(),
            watches: yes("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            has_versions: yes("/capabilities/workspace/workspaceEdit/documentChanges"),
            root: root.and_then(uri::path),
            options: at("/initializationOptions").cloned().unwrap_or_default(),
        }
    }
}

/// The answer to `initialize`.
pub(super) fn offered(encoding: Encoding) -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            position_encoding: Some(encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(CompletionOptions {
                resolve_provider: Some(true),
                trigger_characters: Some([" ", "-", ".", "[", ","].map(str::to_owned).to_vec()),
                ..CompletionOptions::default()
            }),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::new(FIX_ALL)]),
                ..CodeActionOptions::default()
            })),
            document_symbol_provider: Some(OneOf::Left(true)),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: "sipclause".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

/// What asks a client to tell of changed configurations (LSP 3.17, "client/registerCapability").
pub(super) fn watch() -> Value {
    json!({"registrations": [{
        "id": "sipclause-files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": {"watchers": [{"globPattern": "**/sipclause.yaml"}]},
    }]})
}
