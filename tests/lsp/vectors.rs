//! Vector files and configurations in an editor.

use serde_json::{Value, json};

use super::client::Client;
use super::{BROKEN, GOOD, folder, line_of, of, uri, words};

const VECTOR: &str = "\
clause: 6.2.1.1-1
good: good.sip
session: \"1to1-a-0001@192.0.2.10\"
context:
  clients: [\"192.0.2.10\"]
  next_hops: [\"198.51.100.9\"]
  ims: none
faults:
  - name: no tag
    edit: {message: 0, header: Accept-Contact, remove: true}
    finds: accept-contact/gone
  - name: two at once
    edit: {message: 0, header: Accept-Contact, remove: true}
    finds: accept-contact/missing
    doubts: [6.2.1.1-2]
";

fn opened(text: &str) -> (tempfile::TempDir, Client, String) {
    let top = folder(&[("good.sip", GOOD), ("broken.sip", BROKEN)]);
    let file = uri(top.path(), "vectors/a.yaml").replace("vectors/", "");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "yaml", text);
    (top, client, file)
}

#[test]
fn an_expectation_that_differs_is_told_on_its_line() {
    let (_top, mut client, file) = opened(VECTOR);
    let diagnostics = client.diagnostics(&file, Some(1));
    let lines: Vec<(u64, &str)> = diagnostics
        .iter()
        .map(|one| (one["range"]["start"]["line"].as_u64().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    assert_eq!(lines, [(10, "finds"), (14, "6.2.1.1-2")], "{diagnostics:#?}");
    assert_eq!(words(VECTOR, &diagnostics[1]["range"]), "6.2.1.1-2");
    let mended = VECTOR
        .replace("accept-contact/gone", "accept-contact/missing")
        .replace("    doubts: [6.2.1.1-2]\n", "");
    client.change(&file, 2, &[(Value::Null, &mended)]);
    assert_eq!(client.diagnostics(&file, Some(2)), [] as [Value; 0]);
    client.leave();
}

#[test]
fn what_is_wrong_in_a_vector_is_told_at_its_word() {
    for (from, to, wanted) in [
        ("clause: 6.2.1.1-1", "clause: 6.2.1.1-99", "6.2.1.1-99"),
        ("    finds:", "    find:", "find"),
        ("[6.2.1.1-2]", "[6.2.1.1-2", ""),
        ("good: good.sip", "good: none.sip", "good: none.sip"),
    ] {
        let text = VECTOR.replacen(from, to, 1);
        assert_ne!(text, VECTOR);
        let (_top, mut client, file) = opened(&text);
        let diagnostics = client.diagnostics(&file, Some(1));
        let first = diagnostics.first().unwrap_or_else(|| panic!("{to}"));
        assert_eq!(first["severity"], 1);
        assert!(words(&text, &first["range"]).contains(wanted), "{to}: {first}");
        client.leave();
    }
}

#[test]
fn a_flow_that_was_saved_is_judged_anew() {
    let (top, mut client, file) = opened(&VECTOR.replace("accept-contact/gone", "accept-contact/missing"));
    assert_eq!(client.diagnostics(&file, Some(1)).len(), 1);
    let flow = top.path().join("good.sip");
    std::fs::write(&flow, GOOD.replace("Accept-Contact", "Accept-Nobody")).unwrap();
    client.tell("textDocument/didSave", json!({"textDocument": {"uri": uri(top.path(), "good.sip")}}));
    assert!(client.diagnostics(&file, Some(1)).len() > 1);
    client.leave();
}

#[test]
fn the_vector_of_a_capture_is_judged_when_it_is_opened_or_saved() {
    let text = "capture: good.sip\nsessions:\n  \"1to1-a-0001@192.0.2.10\":\n    fail: [6.2.1.1-1]\nothers: ignore\n";
    let (_top, mut client, file) = opened(text);
    let wanted = |diagnostics: &[Value]| of(diagnostics, "6.2.1.1-1").len();
    let diagnostics = client.diagnostics(&file, Some(1));
    assert_eq!(wanted(&diagnostics), 1, "{diagnostics:#?}");
    assert_eq!(of(&diagnostics, "6.2.1.1-1")[0]["range"]["start"]["line"], 3);
    client.change(&file, 2, &[(Value::Null, text)]);
    assert_eq!(client.diagnostics(&file, Some(2)), [] as [Value; 0]);
    client.tell("textDocument/didSave", json!({"textDocument": {"uri": file}}));
    assert_eq!(wanted(&client.diagnostics(&file, Some(2))), 1);
    client.leave();
}

#[test]
fn clause_ids_are_explained_and_completed() {
    let (_top, mut client, file) = opened(VECTOR);
    let page = client.hover(&file, line_of(VECTOR, "doubts"), 15);
    assert!(page.starts_with("## 6.2.1.1-2"), "{page}");
    assert_eq!(client.hover(&file, 1, 8), "");

    let labels = |client: &mut Client, line: usize, character: usize| -> Vec<String> {
        let items = client.at("textDocument/completion", &file, line, character);
        let label = |item: &Value| item["label"].as_str().unwrap().to_owned();
        items.as_array().unwrap().iter().map(label).collect()
    };
    let ids = labels(&mut client, 0, 12);
    assert_eq!(ids.len(), 58);
    assert!(ids.contains(&"6.2.1.5-ims".to_owned()));
    assert_eq!(labels(&mut client, line_of(VECTOR, "doubts"), 13).len(), 58);
    let codes = labels(&mut client, 10, 13);
    assert!(codes.contains(&"accept-contact/missing".to_owned()), "{codes:?}");
    assert_eq!(labels(&mut client, 8, 12), [""; 0]);

    let items = client.at("textDocument/completion", &file, 0, 12);
    let item = client.request("completionItem/resolve", items[1].clone()).unwrap();
    assert!(item["documentation"]["value"].as_str().unwrap().starts_with("## 6.2.1.1-1"), "{item}");
    let range = &items[0]["textEdit"]["range"];
    assert_eq!(words(VECTOR, range), "6.2.", "what is written of it is replaced");
    client.leave();
}

#[test]
fn yaml_that_is_no_vector_is_none_of_ours() {
    for text in ["kind: Deployment\nspec: [\n", "", "a: b\n"] {
        let (_top, mut client, file) = opened(text);
        assert_eq!(client.diagnostics(&file, Some(1)), [] as [Value; 0], "{text}");
        client.leave();
    }
}

#[test]
fn a_configuration_tells_its_faults_and_completes_its_clauses() {
    let top = folder(&[]);
    let file = uri(top.path(), "sipclause.yaml");
    let text = "waivers:\n  - clause: 6.2.1.1-1\n    reason: x\nclauses:\n  6.\n";
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "yaml", text);
    let diagnostics = client.diagnostics(&file, Some(1));
    assert_eq!(of(&diagnostics, "configuration").len(), 1);
    assert!(client.hover(&file, 1, 14).starts_with("## 6.2.1.1-1"));
    let items = client.at("textDocument/completion", &file, 4, 4);
    assert_eq!(items.as_array().unwrap().len(), 58);
    client.leave();
}
