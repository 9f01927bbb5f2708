//! `sipclause lsp` as an editor drives it: documents, diagnostics, hovers, completions, symbols, and how it ends.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[path = "lsp/client.rs"]
mod client;
#[path = "lsp/fixes.rs"]
mod fixes;
#[path = "lsp/hostile.rs"]
mod hostile;
#[path = "lsp/protocol.rs"]
mod protocol;
#[path = "lsp/vectors.rs"]
mod vectors;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use self::client::Client;

/// One message with three mistakes.
const BROKEN: &str = include_str!("../docs/demo/broken.sip");
/// A call that conforms.
const GOOD: &str = include_str!("../vectors/oma_im/flows/one-to-one.sip");
const CONFIGURATION: &str = include_str!("../docs/demo/sipclause.yaml");

/// A folder of its own, with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let top = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = top.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    top
}

fn uri(folder: &Path, name: &str) -> String {
    format!("file://{}", folder.join(name).display())
}

/// The diagnostics of a clause.
fn of<'d>(diagnostics: &'d [Value], code: &str) -> Vec<&'d Value> {
    diagnostics.iter().filter(|diagnostic| diagnostic["code"] == code).collect()
}

/// The text in a range of the protocol, whose columns count units of UTF-16.
fn words(text: &str, range: &Value) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let offset = |place: &Value| {
        let line = place["line"].as_u64().unwrap() as usize;
        let units: Vec<u16> = lines.get(line).copied().unwrap_or_default().encode_utf16().collect();
        let before = &units[..place["character"].as_u64().unwrap() as usize];
        lines[..line].concat().len() + String::from_utf16(before).unwrap().len()
    };
    text[offset(&range["start"])..offset(&range["end"])].to_owned()
}

fn line_of(text: &str, words: &str) -> usize {
    text.lines().position(|line| line.contains(words)).unwrap()
}

#[test]
fn every_finding_of_an_open_file_is_a_diagnostic_at_its_words() {
    let top = folder(&[("sipclause.yaml", CONFIGURATION)]);
    let mut client = Client::known(top.path(), json!({}));
    assert_eq!(client.offered["capabilities"]["positionEncoding"], "utf-16");
    let file = uri(top.path(), "broken.sip");
    client.open(&file, "sip", BROKEN);
    let diagnostics = client.diagnostics(&file, Some(1));

    let accept_contact = of(&diagnostics, "6.2.1.1-1");
    assert_eq!(accept_contact.len(), 1, "{diagnostics:#?}");
    let one = accept_contact[0];
    assert_eq!(one["severity"], 1);
    assert_eq!(one["source"], "sipclause");
    assert_eq!(one["data"]["finding"], "accept-contact/explicit-missing");
    assert!(words(BROKEN, &one["range"]).contains("+g.oma.sip-im"), "{one}");
    let href = one["codeDescription"]["href"].as_str().unwrap();
    assert!(href.starts_with("https://www.rfc-editor.org/rfc/rfc3841#section-9.2"), "{href}");
    assert!(one["message"].as_str().unwrap().contains("\nhelp: "), "{one}");

    // The command finds the same.
    fs::write(top.path().join("broken.sip"), BROKEN).unwrap();
    let output = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("sipclause"))
        .args(["check", "broken.sip", "--output", "json"])
        .current_dir(top.path())
        .env_clear()
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let verdicts = report["sessions"][0]["verdicts"].as_array().unwrap();
    let findings: Vec<&Value> =
        verdicts.iter().filter_map(|verdict| verdict["findings"].as_array()).flatten().collect();
    let told = diagnostics.iter().filter(|diagnostic| diagnostic["data"]["fingerprint"].is_string());
    assert_eq!(told.clone().count(), findings.len());
    for diagnostic in told {
        let same = |finding: &&&Value| finding["fingerprint"] == diagnostic["data"]["fingerprint"];
        let finding = findings.iter().find(same).unwrap();
        let line = diagnostic["range"]["start"]["line"].as_u64().unwrap() + 1;
        assert_eq!(finding["at"]["file_line"], line, "{diagnostic}");
    }
    client.leave();
}

#[test]
fn what_is_judged_is_the_text_as_it_is_now_and_not_the_file() {
    let top = folder(&[("sipclause.yaml", CONFIGURATION), ("a.sip", GOOD)]);
    let file = uri(top.path(), "a.sip");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", BROKEN);
    assert_eq!(of(&client.diagnostics(&file, Some(1)), "6.2.1.1-1").len(), 1);
    let line = line_of(BROKEN, "Accept-Contact");
    let end = BROKEN.lines().nth(line).unwrap().len();
    let range = json!({"start": {"line": line, "character": end}, "end": {"line": line, "character": end}});
    client.change(&file, 2, &[(range, ";explicit")]);
    assert_eq!(of(&client.diagnostics(&file, Some(2)), "6.2.1.1-1").len(), 0);
    client.change(&file, 3, &[(Value::Null, BROKEN)]);
    assert_eq!(of(&client.diagnostics(&file, Some(3)), "6.2.1.1-1").len(), 1);
    client.tell("textDocument/didClose", json!({"textDocument": {"uri": file}}));
    assert_eq!(client.diagnostics(&file, None), [] as [Value; 0]);
    client.leave();
}

#[test]
fn places_are_the_same_words_whatever_the_lines_end_with_and_the_columns_count() {
    let named = BROKEN
        .replace("\"Alice\"", "\"\u{c4}lice \u{1f600}\"")
        .replace("+g.oma.sip-im\n", "+g.oma.sip-im;x=\"\u{1f600}\u{e9}\"\n");
    assert_ne!(named, BROKEN);
    let top = folder(&[("sipclause.yaml", CONFIGURATION)]);
    let mut spans: Vec<Vec<String>> = Vec::new();
    for text in [named.clone(), named.replace('\n', "\r\n"), format!("\u{feff}{named}")] {
        let file = uri(top.path(), "a.sip");
        let mut client = Client::known(top.path(), json!({}));
        client.open(&file, "sip", &text);
        let diagnostics = client.diagnostics(&file, Some(1));
        spans.push(diagnostics.iter().map(|one| words(&text, &one["range"]).replace('\r', "")).collect());
        client.leave();
    }
    assert!(spans[0].len() >= 3 && spans[0].iter().all(|words| !words.is_empty()), "{spans:?}");
    assert!(spans.iter().all(|other| *other == spans[0]), "{spans:#?}");

    let encodings = json!({"general": {"positionEncodings": ["utf-16", "utf-8"]}});
    let mut client = Client::known(top.path(), json!({"capabilities": encodings}));
    assert_eq!(client.offered["capabilities"]["positionEncoding"], "utf-8");
    let file = uri(top.path(), "b.sip");
    let text = named.replace("Max-Forwards: 70", "Max-Forwards: \u{e9}\u{e9}\u{e9}x");
    client.open(&file, "sip", &text);
    let diagnostics = client.diagnostics(&file, Some(1));
    let line = text.lines().nth(line_of(&text, "Max-Forwards")).unwrap();
    let on_line = |one: &&Value| one["range"]["start"]["line"] == line_of(&text, "Max-Forwards");
    let one = diagnostics.iter().find(on_line).unwrap();
    assert_eq!(one["range"]["end"]["character"], line.len(), "{one}");
    client.leave();
}

#[test]
fn several_messages_have_their_own_places_and_symbols() {
    let top = folder(&[]);
    let file = uri(top.path(), "calls.sip");
    let text = format!("{GOOD}\n---\n{BROKEN}");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", &text);
    let diagnostics = client.diagnostics(&file, Some(1));
    let first = line_of(&text, "z9hG4bKdemo2") - 1;
    let accept_contact = of(&diagnostics, "6.2.1.1-1");
    assert_eq!(accept_contact.len(), 1);
    assert_eq!(accept_contact[0]["range"]["start"]["line"], first + line_of(BROKEN, "Accept-Contact") - 1);

    let symbols =
        client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": file}})).unwrap();
    let symbols = symbols.as_array().unwrap();
    let starts = text.lines().filter(|line| line.ends_with("SIP/2.0") || line.starts_with("SIP/2.0 "));
    assert_eq!(
        symbols.iter().map(|it| it["name"].as_str().unwrap()).collect::<Vec<_>>(),
        starts.collect::<Vec<_>>()
    );
    for symbol in symbols {
        assert_eq!(words(&text, &symbol["selectionRange"]), symbol["name"].as_str().unwrap());
        assert!(words(&text, &symbol["range"]).starts_with(symbol["name"].as_str().unwrap()));
    }
    let last = symbols.last().unwrap();
    assert_eq!(
        (&last["detail"], &last["range"]["start"]["line"]),
        (&json!("demo-2@192.0.2.10"), &json!(first))
    );
    client.leave();
}

#[test]
fn a_malformed_header_outside_of_an_invite_is_a_warning() {
    let top = folder(&[]);
    let file = uri(top.path(), "calls.sip");
    let text = GOOD.replacen("CSeq: 1 ACK", "CSeq: one ACK", 1);
    assert_ne!(text, GOOD);
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", &text);
    let diagnostics = client.diagnostics(&file, Some(1));
    let warnings: Vec<&Value> = diagnostics.iter().filter(|one| one["severity"] == 2).collect();
    let code = |one: &&&Value| one["code"].as_str().unwrap().starts_with("cseq/");
    let one = warnings.iter().find(code).unwrap_or_else(|| panic!("{diagnostics:#?}"));
    assert_eq!(one["range"]["start"]["line"], line_of(&text, "CSeq: one ACK"));
    client.leave();
}

#[test]
fn other_places_and_superfluous_words_are_marked_where_the_editor_knows_of_them() {
    let refused = "\nSIP/2.0 401 Unauthorized\nVia: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKdemo2\n\
        From: \"Alice\" <sip:alice@example.com>;tag=a1f00c\nTo: <sip:bob@example.org>;tag=b\n\
        Call-ID: demo-2@192.0.2.10\nCSeq: 1 INVITE\nContent-Length: 0\n\n";
    let again = BROKEN
        .replace("z9hG4bKdemo2", "z9hG4bKdemo3")
        .replace("+g.oma.sip-im\n", "+g.oma.sip-im;explicit;explicit\n");
    let text = format!("{BROKEN}{refused}{again}");
    let top = folder(&[("sipclause.yaml", CONFIGURATION)]);
    let file = uri(top.path(), "retry.sip");
    for is_known in [true, false] {
        let mut client = Client::start(top.path(), &[]);
        client.introduce(if is_known { json!({}) } else { json!({"capabilities": {}}) });
        client.open(&file, "sip", &text);
        let diagnostics = client.diagnostics(&file, Some(1));
        let found = |code: &str| {
            let one = diagnostics.iter().find(|one| one["data"]["finding"] == code);
            one.unwrap_or_else(|| panic!("{code}: {diagnostics:#?}")).clone()
        };
        let (cseq, twice) = (found("cseq/not-raised"), found("accept-contact/explicit-repeated"));
        assert_eq!(cseq["relatedInformation"].is_array(), is_known);
        assert_eq!(twice["tags"] == json!([1]), is_known);
        if is_known {
            let other = &cseq["relatedInformation"][0];
            assert_eq!(other["location"]["uri"], file);
            assert_eq!(other["location"]["range"]["start"]["line"], line_of(BROKEN, "CSeq"));
            assert!(cseq["range"]["start"]["line"].as_u64().unwrap() as usize > BROKEN.lines().count());
        }
        client.leave();
    }
}

#[test]
fn a_hover_explains_the_finding_the_session_or_the_line() {
    let top = folder(&[("sipclause.yaml", CONFIGURATION)]);
    let file = uri(top.path(), "broken.sip");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", BROKEN);
    // It need not wait for the diagnostics.
    let finding = client.hover(&file, line_of(BROKEN, "Accept-Contact"), 20);
    for part in ["**6.2.1.1-1**", "*help:*", "## 6.2.1.1-1", "SHALL", "RFC 3841", "| pass |"] {
        assert!(finding.contains(part), "{part}: {finding}");
    }
    assert!(!finding.contains(".md)"), "there are no pages beside it: {finding}");
    let session = client.hover(&file, 1, 3);
    assert!(session.contains("demo-2@192.0.2.10") && session.contains("| fail |"), "{session}");
    let line = client.hover(&file, line_of(BROKEN, "Max-Forwards"), 2);
    assert!(line.contains("6.2.1.1-0"), "{line}");
    assert_eq!(client.hover(&file, 0, 3), "", "a separator");
    assert_eq!(client.hover(&file, 9999, 0), "");
    client.leave();
}

#[test]
fn what_cannot_be_decided_is_a_hint_that_can_be_turned_off() {
    let top = folder(&[]);
    let file = uri(top.path(), "broken.sip");
    for (options, hints) in [(json!({}), 1), (json!({"inconclusive": false}), 0)] {
        let mut client = Client::known(top.path(), json!({"initializationOptions": options}));
        client.open(&file, "sip", BROKEN);
        let diagnostics = client.diagnostics(&file, Some(1));
        let found = of(&diagnostics, "inconclusive");
        assert_eq!(found.len(), hints, "{diagnostics:#?}");
        for hint in found {
            assert_eq!(hint["severity"], 4);
            assert_eq!(words(BROKEN, &hint["range"]), "INVITE sip:bob@example.org SIP/2.0");
        }
        client.leave();
    }
}

#[test]
fn a_file_with_other_bytes_than_its_text_is_told() {
    let top = folder(&[]);
    let mut bytes = BROKEN.as_bytes().to_vec();
    bytes.extend_from_slice(b"# caf\xe9\n");
    fs::write(top.path().join("a.sip"), &bytes).unwrap();
    let file = uri(top.path(), "a.sip");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", &String::from_utf8_lossy(&bytes));
    assert_eq!(of(&client.diagnostics(&file, Some(1)), "not-utf-8").len(), 1);
    client.leave();
}
