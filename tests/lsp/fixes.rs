//! Fixes in an editor: each edit makes its diagnostic go.

use serde_json::{Value, json};

use super::client::Client;
use super::{BROKEN, CONFIGURATION, folder, uri, words};

const DIALECTS: [fn(&str) -> String; 3] = [
    str::to_owned,
    |text| text.replace('\n', "\r\n"),
    |text| format!("\u{feff}{}", text.replace("\"Alice\"", "\"\u{c4}lice \u{1f600}\"")),
];

fn actions(client: &mut Client, file: &str, range: &Value, only: &Value) -> Vec<Value> {
    let mut context = json!({"diagnostics": []});
    if !only.is_null() {
        context["only"] = only.clone();
    }
    let params = json!({"textDocument": {"uri": file}, "range": range, "context": context});
    let answer = client.request("textDocument/codeAction", params).unwrap();
    answer.as_array().cloned().unwrap_or_default()
}

fn everything(text: &str) -> Value {
    json!({"start": {"line": 0, "character": 0}, "end": {"line": text.lines().count(), "character": 0}})
}

/// The text with the edits of an action made, the last first.
pub(crate) fn edited(text: &str, action: &Value) -> String {
    let edit = &action["edit"];
    let edits = match edit["documentChanges"].as_array() {
        Some(documents) => documents[0]["edits"].as_array(),
        None => edit["changes"].as_object().unwrap().values().next().unwrap().as_array(),
    };
    let mut edits = edits.unwrap().clone();
    let place = |edit: &Value, end: &str| {
        let at = |key: &str| edit["range"][end][key].as_u64().unwrap();
        (at("line"), at("character"))
    };
    edits.sort_by_key(|edit| place(edit, "start"));
    for pair in edits.windows(2) {
        assert!(place(&pair[0], "end") <= place(&pair[1], "start"), "{pair:?}");
    }
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        let before = json!({"start": {"line": 0, "character": 0}, "end": edit["range"]["start"]});
        let start = words(&text, &before).len();
        let end = start + words(&text, &edit["range"]).len();
        text.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    text
}

fn findings(diagnostics: &[Value]) -> Vec<(String, String)> {
    let known = diagnostics.iter().filter(|one| one["data"]["finding"].is_string());
    known.map(|one| (one["code"].to_string(), one["data"]["finding"].to_string())).collect()
}

#[test]
fn the_edits_of_a_fix_make_its_diagnostic_go() {
    let top = folder(&[("sipclause.yaml", CONFIGURATION)]);
    let file = uri(top.path(), "broken.sip");
    for dialect in DIALECTS {
        let text = dialect(BROKEN);
        let mut client = Client::known(top.path(), json!({}));
        client.open(&file, "sip", &text);
        let before = client.diagnostics(&file, Some(1));
        let mut version = 1;
        let found = actions(&mut client, &file, &everything(&text), &json!(["quickfix"]));
        assert!(found.len() >= 3, "{found:#?}");
        for action in &found {
            let is_guess = action["title"].as_str().unwrap().ends_with(", a guess)");
            assert_eq!(action["isPreferred"] == json!(true), !is_guess, "{action}");
            let mended = &action["diagnostics"][0];
            assert!(before.contains(mended), "{action:#}");
            version += 1;
            client.change(&file, version, &[(Value::Null, &edited(&text, action))]);
            let after = findings(&client.diagnostics(&file, Some(version)));
            let gone = findings(std::slice::from_ref(mended)).remove(0);
            assert!(!after.contains(&gone), "{action:#}\n{after:?}");
            assert!(after.iter().all(|finding| findings(&before).contains(finding)), "{action:#}\n{after:?}");
            version += 1;
            client.change(&file, version, &[(Value::Null, &text)]);
            client.diagnostics(&file, Some(version));
        }
        client.leave();
    }
}

#[test]
fn a_fix_is_offered_where_its_finding_is_and_nowhere_else() {
    let top = folder(&[("sipclause.yaml", CONFIGURATION)]);
    let file = uri(top.path(), "broken.sip");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", BROKEN);
    let at = |line: usize| json!({"start": {"line": line, "character": 20}, "end": {"line": line, "character": 20}});
    let here =
        actions(&mut client, &file, &at(super::line_of(BROKEN, "Accept-Contact")), &json!(["quickfix"]));
    assert_eq!(here.len(), 1, "{here:#?}");
    assert!(here[0]["title"].as_str().unwrap().contains("(6.2.1.1-1)"), "{here:#?}");
    assert_eq!(
        actions(&mut client, &file, &at(super::line_of(BROKEN, "User-Agent")), &json!(["quickfix"])).len(),
        0
    );
    assert_eq!(actions(&mut client, &file, &everything(BROKEN), &json!(["refactor"])).len(), 0);
    assert_eq!(actions(&mut client, "file:///elsewhere.sip", &at(0), &Value::Null).len(), 0);
    client.leave();
}

#[test]
fn all_safe_fixes_are_made_at_once_and_then_there_are_none() {
    let top = folder(&[("sipclause.yaml", CONFIGURATION)]);
    let file = uri(top.path(), "broken.sip");
    let versions = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
    for capabilities in [json!({}), versions] {
        let mut client = Client::known(top.path(), json!({"capabilities": capabilities}));
        client.open(&file, "sip", BROKEN);
        client.diagnostics(&file, Some(1));
        for only in [json!(["source.fixAll"]), json!(["source.fixAll.sipclause"]), json!(["source"])] {
            let all = actions(&mut client, &file, &everything(BROKEN), &only);
            assert_eq!(all.len(), 1, "{only}: {all:#?}");
            assert_eq!(all[0]["kind"], "source.fixAll.sipclause");
        }
        let all = actions(&mut client, &file, &everything(BROKEN), &json!(["source.fixAll"]));
        assert_eq!(all[0]["edit"]["documentChanges"].is_array(), capabilities != json!({}));
        let mended = edited(BROKEN, &all[0]);
        client.change(&file, 2, &[(Value::Null, &mended)]);
        let left = findings(&client.diagnostics(&file, Some(2)));
        assert_eq!(left, [], "{mended}");
        assert_eq!(actions(&mut client, &file, &everything(&mended), &json!(["source.fixAll"])).len(), 0);

        // The command makes the same of the file.
        std::fs::write(top.path().join("broken.sip"), BROKEN).unwrap();
        let output = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("sipclause"))
            .args(["fix", "broken.sip"])
            .current_dir(top.path())
            .env_clear()
            .output()
            .unwrap();
        let text = std::fs::read_to_string(top.path().join("broken.sip")).unwrap();
        assert_eq!(text, mended, "{output:?}");
        client.leave();
    }
}

#[test]
fn a_guess_is_called_one_and_never_preferred() {
    let top = folder(&[("sipclause.yaml", CONFIGURATION)]);
    let file = uri(top.path(), "broken.sip");
    let text = BROKEN.replace("User-Agent: IM-client/OMA1.0 acme/1.4\n", "");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", &text);
    client.diagnostics(&file, Some(1));
    let found = actions(&mut client, &file, &everything(&text), &json!(["quickfix"]));
    let guess = found.iter().find(|action| action["title"].as_str().unwrap().contains("6.2.1.1-2"));
    let guess = guess.unwrap_or_else(|| panic!("{found:#?}"));
    assert!(guess["title"].as_str().unwrap().ends_with("(6.2.1.1-2, a guess)"), "{guess}");
    assert_eq!(guess["isPreferred"], Value::Null);
    let last = found.last().unwrap();
    assert_eq!(last["isPreferred"], Value::Null, "safe ones come first: {found:#?}");
    client.change(&file, 2, &[(Value::Null, &edited(&text, guess))]);
    assert!(
        !findings(&client.diagnostics(&file, Some(2))).iter().any(|(code, _)| code.contains("6.2.1.1-2"))
    );
    client.leave();
}
