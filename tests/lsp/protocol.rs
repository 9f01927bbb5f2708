//! What an editor and the server agree on: options, configurations, what is unknown, and how it ends.

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::client::Client;
use super::{BROKEN, folder, of, uri};

#[test]
fn an_editor_that_can_is_asked_to_watch_the_configurations() {
    let top = folder(&[("sipclause.yaml", "clauses:\n  6.2.1.1-1: {level: off}\n")]);
    let file = uri(top.path(), "a.sip");
    let watches = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = Client::known(top.path(), json!({"capabilities": watches}));
    client.wait("a registration", |message| message["method"] == "client/registerCapability");
    client.open(&file, "sip", BROKEN);
    assert_eq!(of(&client.diagnostics(&file, Some(1)), "6.2.1.1-1").len(), 0);
    fs::write(top.path().join("sipclause.yaml"), "").unwrap();
    client.tell("workspace/didChangeWatchedFiles", json!({"changes": []}));
    assert_eq!(of(&client.diagnostics(&file, Some(1)), "6.2.1.1-1").len(), 1);
    let settings = json!({"sipclause": {"set": ["clauses.6.2.1.1-1.level=should"]}});
    client.tell("workspace/didChangeConfiguration", json!({"settings": settings}));
    assert_eq!(of(&client.diagnostics(&file, Some(1)), "6.2.1.1-1")[0]["severity"], 2);
    client.leave();
}

#[test]
fn a_broken_configuration_is_told_once_and_judges_nothing() {
    let top = folder(&[("sipclause.yaml", "context:\n  imz: none\n")]);
    fs::create_dir(top.path().join("calls")).unwrap();
    let (configuration, file) = (uri(top.path(), "sipclause.yaml"), uri(top.path(), "calls/a.sip"));
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", BROKEN);
    let diagnostics = client.diagnostics(&file, Some(1));
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    assert_eq!(diagnostics[0]["code"], "configuration");
    let told = client.diagnostics(&configuration, None);
    assert_eq!(
        told[0]["range"],
        json!({"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 5}})
    );
    let message = client.wait("a message", |message| message["method"] == "window/showMessage");
    assert!(message["params"]["message"].as_str().unwrap().contains("did you mean `ims`?"), "{message}");

    // Mended in the editor, and not saved yet.
    client.open(&configuration, "yaml", "context:\n  ims: none\n");
    assert_eq!(client.diagnostics(&configuration, Some(1)), [] as [Value; 0]);
    assert_eq!(of(&client.diagnostics(&file, Some(1)), "6.2.1.1-1").len(), 1);
    client.change(&configuration, 2, &[(Value::Null, "profile: oma\n")]);
    assert_eq!(client.diagnostics(&configuration, Some(2)).len(), 1);
    assert_eq!(of(&client.diagnostics(&file, Some(1)), "configuration").len(), 1);
    client.leave();
}

#[test]
fn options_come_from_the_command_line_the_editor_and_the_nearest_configuration() {
    let top = folder(&[
        ("sub/sipclause.yaml", "clauses:\n  6.2.1.1-1: {level: should}\n"),
        ("other.yaml", "clauses:\n  6.2.1.1-1: {level: off}\n"),
    ]);
    let file = uri(top.path(), "sub/a.sip");
    let severities = |arguments: &[&str], options: Value| {
        let mut client = Client::start(top.path(), arguments);
        client.introduce(
            json!({"rootUri": format!("file://{}", top.path().display()), "initializationOptions": options}),
        );
        client.open(&file, "sip", BROKEN);
        let diagnostics = client.diagnostics(&file, Some(1));
        client.leave();
        of(&diagnostics, "6.2.1.1-1").iter().map(|one| one["severity"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(severities(&[], json!({})), [2]);
    assert_eq!(severities(&["--config", "other.yaml"], json!({})), [0_i64; 0]);
    assert_eq!(severities(&["--stdio"], json!({"config": "other.yaml"})), [0_i64; 0]);
    assert_eq!(severities(&["--set", "clauses.6.2.1.1-1.level=shall"], json!(null)), [1]);
    assert_eq!(
        severities(&[], json!({"set": ["clauses.6.2.1.1-1.level=shall"], "docs": "https://example.org/"})),
        [1]
    );
}

#[test]
fn what_is_not_known_is_refused_or_dropped_and_stops_nothing() {
    let top = folder(&[]);
    let file = uri(top.path(), "a.sip");
    let mut client = Client::start(top.path(), &[]);
    assert_eq!(client.request("textDocument/hover", json!({})).unwrap_err()["code"], -32002);
    client.tell("textDocument/didOpen", json!({}));
    client.introduce(json!({}));
    assert_eq!(client.request("sipclause/dance", json!({})).unwrap_err()["code"], -32601);
    assert_eq!(client.request("initialize", json!({})).unwrap_err()["code"], -32600);
    assert_eq!(client.request("textDocument/hover", json!({"x": 1})).unwrap_err()["code"], -32602);
    for method in ["sipclause/dance", "$/progress", "textDocument/didOpen", "textDocument/didChange"] {
        client.tell(method, json!({"textDocument": 7}));
    }
    client.change(&file, 2, &[(Value::Null, "never opened")]);
    client.tell("textDocument/didClose", json!({"textDocument": {"uri": file}}));
    assert_eq!(client.hover(&file, 0, 0), "");
    client.open("untitled:Untitled-1", "sip", BROKEN);
    assert_eq!(of(&client.diagnostics("untitled:Untitled-1", Some(1)), "6.2.1.1-1").len(), 1);
    assert_eq!(client.request("shutdown", Value::Null).unwrap(), Value::Null);
    assert_eq!(client.request("textDocument/hover", json!({})).unwrap_err()["code"], -32600);
    client.tell("exit", Value::Null);
    assert_eq!(client.end().0.code(), Some(0));
}

#[test]
fn who_leaves_without_a_word_gets_exit_code_1() {
    let top = folder(&[]);
    let mut client = Client::known(top.path(), json!({}));
    client.tell("exit", Value::Null);
    assert_eq!(client.end().0.code(), Some(1));

    let mut client = Client::known(top.path(), json!({}));
    client.hang_up();
    let (status, text) = client.end();
    assert_eq!((status.code(), text.as_str()), (Some(1), ""));

    let mut client = Client::known(top.path(), json!({}));
    client.request("shutdown", Value::Null).unwrap();
    client.hang_up();
    assert_eq!(client.end().0.code(), Some(0));

    let mut client = Client::start(top.path(), &[]);
    client.hang_up();
    assert_eq!(client.end().0.code(), Some(1));
}

#[test]
fn an_option_that_is_unknown_is_told_and_stops_nothing() {
    let top = folder(&[]);
    let options = json!({"profil": "rcs", "profile": "nope"});
    let mut client = Client::known(top.path(), json!({"initializationOptions": options}));
    let message = client.wait("a message", |message| message["method"] == "window/showMessage");
    let text = message["params"]["message"].as_str().unwrap();
    assert!(text.contains("`profil`") && text.contains("`nope`"), "{text}");
    client.leave();
}

#[test]
fn an_editor_that_hears_nothing_any_more_is_no_error() {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
    let command = command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    drop(server.stdout.take());
    let mut input = server.stdin.take().unwrap();
    for id in 1..=20 {
        let text = json!({"jsonrpc": "2.0", "id": id, "method": "initialize", "params": {}}).to_string();
        // Once the server is gone, there is nobody to write to.
        if write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).is_err() {
            break;
        }
    }
    assert_eq!(server.wait().unwrap().code(), Some(0));
    let mut complaints = String::new();
    server.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
    assert_eq!(complaints, "");
}

#[test]
fn what_is_no_message_of_the_protocol_ends_it_with_a_reason() {
    for bytes in
        ["hello\n", "Content-Length: 2\r\n\r\n{{", "Content-Length: x\r\n\r\n", "Content-Length: 9\r\n\r\n{}"]
    {
        let output = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("sipclause"))
            .arg("lsp")
            .write_stdin(bytes)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{bytes:?}");
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(complaints.starts_with("warning: lsp: ") && !complaints.contains("panic"), "{complaints}");
        assert!(output.stdout.is_empty());
    }
}
