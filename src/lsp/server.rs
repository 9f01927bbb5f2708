//! The messages of one client, in order -> what to answer, and which documents to judge anew.

mod faults;
mod notices;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types::{
    CodeActionParams, CompletionParams, DocumentSymbolParams, DocumentSymbolResponse, Hover, HoverContents,
    HoverParams, MarkupContent, MarkupKind, MessageType, PublishDiagnosticsParams, ShowMessageParams,
    TextDocumentPositionParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::actions::{self, Question};
use super::capabilities::{self, Client};
use super::diagnostic::Shape;
use super::document::{Document, Sort};
use super::settings::Settings;
use super::{complete, hover, symbols};

/// How a client took its leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ended {
    /// With `shutdown` and then `exit`.
    Orderly,
    /// With `exit` alone, or not at all.
    Abruptly,
}

/// How far a client has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Unknown,
    Known,
    Leaving,
}

/// One client, its open documents, and what it has not been sent yet.
#[derive(Debug)]
pub(crate) struct Server {
    settings: Settings,
    /// As the command line says them; what a client says later is laid over these.
    given: Settings,
    client: Client,
    shape: Shape,
    stage: Stage,
    documents: BTreeMap<Uri, Document>,
    /// Configurations that were told to be wrong, though they may not be open.
    told: BTreeSet<PathBuf>,
    outbox: Vec<Message>,
    requests: i32,
}

/// What a request came to.
type Answer = Result<Value, ResponseError>;

impl Server {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            given: settings.clone(),
            settings,
            client: Client::default(),
            shape: Shape::default(),
            stage: Stage::Unknown,
            documents: BTreeMap::new(),
            told: BTreeSet::new(),
            outbox: Vec::new(),
            requests: 0,
        }
    }

    /// Takes a message in; says so when it was the last.
    pub(crate) fn take(&mut self, message: Message) -> Option<Ended> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) if notification.method == "exit" => {
                return Some(self.ended());
            }
            Message::Notification(notification) if self.stage == Stage::Known => self.notice(notification),
            // LSP 3.17, "initialize": what comes before it is dropped. What we ask needs no answer.
            Message::Notification(_) | Message::Response(_) => {}
        }
        None
    }

    /// What it means that there are no more messages.
    pub(crate) fn ended(&self) -> Ended {
        if self.stage == Stage::Leaving { Ended::Orderly } else { Ended::Abruptly }
    }

    /// What is to be sent, in order.
    pub(crate) fn sent(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.outbox)
    }

    /// Whether a document waits to be judged.
    pub(crate) fn is_behind(&self) -> bool {
        self.documents.values().any(|document| document.is_stale)
    }

    /// Judges the next document that waits.
    pub(crate) fn catch_up(&mut self) {
        let next = self.documents.iter().find(|(_, document)| document.is_stale);
        if let Some(uri) = next.map(|(uri, _)| uri.clone()) {
            self.judge(&uri);
        }
        if !self.is_behind() {
            self.tell_faults();
        }
    }
}

/// Requests.
impl Server {
    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let answer = match (self.stage, method.as_str()) {
            (Stage::Unknown, "initialize") => self.initialize(&params),
            (Stage::Unknown, _) => Err(refused(ErrorCode::ServerNotInitialized, "`initialize` comes first")),
            (Stage::Leaving, _) => Err(refused(ErrorCode::InvalidRequest, "`shutdown` was the last request")),
            (Stage::Known, "initialize") => {
                Err(refused(ErrorCode::InvalidRequest, "`initialize` comes only once"))
            }
            (Stage::Known, "shutdown") => {
                self.stage = Stage::Leaving;
                Ok(Value::Null)
            }
            (Stage::Known, "textDocument/hover") => read(params).map(|params| self.hover(params)),
            (Stage::Known, "textDocument/completion") => read(params).map(|params| self.complete(params)),
            (Stage::Known, "textDocument/codeAction") => read(params).map(|params| self.actions(params)),
            (Stage::Known, "completionItem/resolve") => {
                read(params).map(|item| plain(complete::resolved(item)))
            }
            (Stage::Known, "textDocument/documentSymbol") => read(params).map(|params| self.symbols(params)),
            (Stage::Known, _) => {
                Err(refused(ErrorCode::MethodNotFound, &format!("no method `{method}` here")))
            }
        };
        self.answer(id, answer);
        if method == "initialize" && self.client.watches {
            self.ask("client/registerCapability", capabilities::watch());
        }
    }

    fn initialize(&mut self, params: &Value) -> Answer {
        self.client = Client::of(params);
        self.stage = Stage::Known;
        let options = std::mem::take(&mut self.client.options);
        self.configure(&options);
        Ok(plain(capabilities::offered(self.client.encoding)))
    }

    /// Lays what the client says over what the command line said.
    fn configure(&mut self, options: &Value) {
        self.settings = self.given.clone();
        if let Err(why) = self.settings.take(options, self.client.root.as_deref()) {
            self.show(MessageType::WARNING, &format!("sipclause: {why}"));
        }
        let Client { related, tags, .. } = self.client;
        self.shape = Shape { related, tags, docs: self.settings.docs.clone() };
    }

    fn hover(&mut self, params: HoverParams) -> Value {
        let Some((document, offset)) = self.at(&params.text_document_position_params) else {
            return Value::Null;
        };
        hover::page(document, offset).map_or(Value::Null, |page| {
            let contents = MarkupContent { kind: MarkupKind::Markdown, value: page.text };
            let range = Some(document.text.span(page.range));
            plain(Hover { contents: HoverContents::Markup(contents), range })
        })
    }

    fn complete(&mut self, params: CompletionParams) -> Value {
        let found = self.at(&params.text_document_position);
        found.map_or(Value::Null, |(document, offset)| plain(complete::items(document, offset)))
    }

    /// The fixes of a range. The findings and their fixes are of the text as it is now.
    fn actions(&mut self, params: CodeActionParams) -> Value {
        let uri = params.text_document.uri;
        if self.fresh(&uri).is_none_or(|document| document.fault.is_some()) {
            return Value::Null;
        }
        let configurations = self.configurations();
        let Some(document) = self.documents.get_mut(&uri) else { return Value::Null };
        let folder = document.folder().or(self.client.root.as_deref());
        let Ok(judging) = self.settings.judging(folder, &unsaved(&configurations)) else {
            return Value::Null;
        };
        let fixes = document.fixes.take().unwrap_or_else(|| actions::fixes(document, &judging));
        let question = Question {
            range: document.text.offset(params.range.start)..document.text.offset(params.range.end),
            only: params.context.only.as_deref(),
            judging: &judging,
            shape: &self.shape,
            has_versions: self.client.has_versions,
        };
        let actions = question.actions(document, &fixes);
        document.fixes = Some(fixes);
        plain(actions)
    }

    fn symbols(&mut self, params: DocumentSymbolParams) -> Value {
        let document = self.fresh(&params.text_document.uri);
        document.map_or(Value::Null, |document| plain(DocumentSymbolResponse::Nested(symbols::all(document))))
    }

    /// A document as it is now, and a place in it.
    fn at(&mut self, position: &TextDocumentPositionParams) -> Option<(&Document, usize)> {
        let document = self.fresh(&position.text_document.uri)?;
        Some((document, document.text.offset(position.position)))
    }

    /// A document, judged as it is now.
    fn fresh(&mut self, uri: &Uri) -> Option<&Document> {
        if self.documents.get(uri)?.is_stale {
            self.judge(uri);
        }
        self.documents.get(uri)
    }
}

/// What the client hears without having asked.
impl Server {
    fn judge(&mut self, uri: &Uri) {
        let configurations = self.configurations();
        let Some(document) = self.documents.get_mut(uri) else { return };
        document.judge(&self.settings, self.client.root.as_deref(), &unsaved(&configurations));
        let diagnostics = self.shape.all(&document.found, &document.text, uri);
        let version = Some(document.version);
        self.publish(PublishDiagnosticsParams::new(uri.clone(), diagnostics, version));
    }

    /// The configurations that are open, with their texts.
    fn configurations(&self) -> Vec<(PathBuf, String)> {
        let open = self.documents.values().filter(|document| document.sort == Sort::Configuration);
        open.filter_map(|document| Some((document.path.clone()?, document.text.as_str().to_owned())))
            .collect()
    }

    fn publish(&mut self, params: PublishDiagnosticsParams) {
        self.tell("textDocument/publishDiagnostics", plain(params));
    }

    fn show(&mut self, typ: MessageType, message: &str) {
        let message = crate::visible::sanitise(message).into_owned();
        self.tell("window/showMessage", plain(ShowMessageParams { typ, message }));
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.outbox.push(Notification { method: method.to_owned(), params }.into());
    }

    fn ask(&mut self, method: &str, params: Value) {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        self.outbox.push(Request { id, method: method.to_owned(), params }.into());
    }

    fn answer(&mut self, id: RequestId, answer: Answer) {
        self.outbox.push(Response { id, response_result: answer }.into());
    }
}

/// The text of a configuration that is open.
fn unsaved(configurations: &[(PathBuf, String)]) -> impl Fn(&Path) -> Option<String> + '_ {
    |path| configurations.iter().find(|(open, _)| open == path).map(|(_, text)| text.clone())
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, ResponseError> {
    serde_json::from_value(params).map_err(|error| refused(ErrorCode::InvalidParams, &error.to_string()))
}

fn refused(code: ErrorCode, message: &str) -> ResponseError {
    ResponseError { code: code as i32, message: message.to_owned(), data: None }
}

/// The types of the protocol have text for keys, which is all that can go wrong.
fn plain(value: impl Serialize) -> Value {
    serde_json::to_value(value).expect("keys are text")
}
