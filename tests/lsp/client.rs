//! What an editor does -> what the server says, over the pipes of the real binary.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than anything takes here, on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor.
pub(crate) struct Client {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that came while another one was waited for.
    kept: Vec<Value>,
    requests: i64,
    /// What the server answered to `initialize`.
    pub(crate) offered: Value,
}

impl Client {
    /// Starts the server, and says nothing yet.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
        command.arg("lsp").args(arguments).current_dir(folder).env_clear();
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut server = command.spawn().unwrap();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = server.stdin.take();
        Self { server, input, messages, kept: Vec::new(), requests: 0, offered: Value::Null }
    }

    /// Starts it and introduces itself.
    pub(crate) fn known(folder: &Path, parameters: Value) -> Self {
        let mut client = Self::start(folder, &[]);
        client.introduce(parameters);
        client
    }

    /// `initialize` with these parameters, and `initialized`.
    pub(crate) fn introduce(&mut self, parameters: Value) {
        let capabilities = json!({"textDocument": {"publishDiagnostics": {
            "relatedInformation": true, "tagSupport": {"valueSet": [1, 2]},
        }}});
        let mut all = json!({"processId": null, "rootUri": null, "capabilities": capabilities});
        for (key, value) in parameters.as_object().unwrap() {
            all[key] = value.clone();
        }
        self.offered = self.request("initialize", all).unwrap();
        self.tell("initialized", json!({}));
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// What the server answers: a result or an error.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let answer = self.wait(&format!("the answer to {method}"), |message| {
            message["id"] == id && message["method"].is_null()
        });
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        input.flush().unwrap();
    }

    /// The next message that is meant, in the order in which they came.
    pub(crate) fn wait(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&is_it) {
            return self.kept.remove(at);
        }
        loop {
            let message = self.messages.recv_timeout(PATIENCE);
            let message = message.unwrap_or_else(|why| panic!("{what}: {why}; {}", self.complaints()));
            if is_it(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    /// What the server wrote to standard error, once it is gone.
    fn complaints(&mut self) -> String {
        let mut text = String::new();
        drop(self.server.kill());
        self.server.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }

    pub(crate) fn open(&mut self, uri: &str, language: &str, text: &str) {
        let item = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Changes an open document: each change is a range (or `null` for all) and a text.
    pub(crate) fn change(&mut self, uri: &str, version: i64, changes: &[(Value, &str)]) {
        let changes: Vec<Value> = changes
            .iter()
            .map(|(range, text)| match range {
                Value::Null => json!({"text": text}),
                range => json!({"range": range, "text": text}),
            })
            .collect();
        let document = json!({"uri": uri, "version": version});
        self.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// The next diagnostics of a document, of this version or without one.
    pub(crate) fn diagnostics(&mut self, uri: &str, version: Option<i64>) -> Vec<Value> {
        let message = self.wait(&format!("diagnostics of {uri}"), |message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"].as_i64() == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// A request about a place.
    pub(crate) fn at(&mut self, method: &str, uri: &str, line: usize, character: usize) -> Value {
        let position = json!({"line": line, "character": character});
        self.request(method, json!({"textDocument": {"uri": uri}, "position": position})).unwrap()
    }

    /// The Markdown that is shown at a place; empty for none.
    pub(crate) fn hover(&mut self, uri: &str, line: usize, character: usize) -> String {
        let hover = self.at("textDocument/hover", uri, line, character);
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Nothing more is sent.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }

    /// How it ends, and what it wrote to standard error.
    pub(crate) fn end(&mut self) -> (ExitStatus, String) {
        let status = self.server.wait().unwrap();
        let mut text = String::new();
        self.server.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        (status, text)
    }

    /// Leaves in good order, which has to succeed in silence.
    pub(crate) fn leave(mut self) {
        assert_eq!(self.request("shutdown", Value::Null).unwrap(), Value::Null);
        self.tell("exit", Value::Null);
        let (status, text) = self.end();
        assert_eq!((status.code(), text.as_str()), (Some(0), ""));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).unwrap() == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((_, value)) => length = value.parse().unwrap(),
            None => break,
        }
    }
    let mut text = vec![0; length];
    output.read_exact(&mut text).unwrap();
    Some(serde_json::from_slice(&text).unwrap())
}
