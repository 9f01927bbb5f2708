//! Texts that nobody would write by accident: nothing falls, and every place is inside of its text.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::client::Client;
use super::fixes::edited;
use super::{BROKEN, GOOD, folder, uri};

/// Pieces that are put between the lines of messages.
const PIECES: [&str; 18] = [
    "\r",
    "\n",
    "\r\n",
    "\u{feff}",
    "\u{0}",
    "\u{2028}",
    "\u{1f600}",
    "\u{202e}abc",
    "---\n",
    "# time=x\n",
    "INVITE sip:a@b SIP/2.0\r\n",
    "Content-Length: 99999999999999999999\r\n",
    "Content-Length: 0\r\n\r\n",
    "Content-Type: multipart/mixed;boundary=\u{e9}\r\n",
    "SIP/2.0 200 \u{1f600}\r\n",
    "Accept-Contact: \u{fc}\u{1f600};\u{1f600}\r\n",
    "</script>`|[x](y)\r\n",
    "a\u{301}:",
];

/// Every place of the diagnostics and symbols of a text is a place of it, and each begins before it ends.
fn hold_places(client: &mut Client, file: &str, version: i64, text: &str) {
    let lines = lines(text);
    let hold = |range: &Value| {
        let place = |end: &str| {
            let at = |key: &str| range[end][key].as_u64().unwrap() as usize;
            let (line, character) = (at("line"), at("character"));
            assert!(line < lines.len() && character <= lines[line], "{range} in {text:?}");
            (line, character)
        };
        assert!(place("start") <= place("end"), "{range} in {text:?}");
    };
    for one in client.diagnostics(file, Some(version)) {
        hold(&one["range"]);
        assert!(!one["message"].as_str().unwrap().contains(['\u{202e}', '\u{0}', '\r']), "{one}");
        for related in one["relatedInformation"].as_array().into_iter().flatten() {
            hold(&related["location"]["range"]);
        }
    }
    let symbols =
        client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": file}})).unwrap();
    for symbol in symbols.as_array().unwrap() {
        hold(&symbol["range"]);
        hold(&symbol["selectionRange"]);
    }
}

/// The edits of every fix are of places of the text, and none of them meets another.
fn hold_fixes(client: &mut Client, file: &str, text: &str) {
    // The texts of these tests count lines as editors do only without a CR alone.
    if text.replace("\r\n", "").contains('\r') {
        return;
    }
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 1_000_000, "character": 0}});
    let params = json!({"textDocument": {"uri": file}, "range": whole, "context": {"diagnostics": []}});
    let actions = client.request("textDocument/codeAction", params).unwrap();
    for action in actions.as_array().into_iter().flatten() {
        edited(text, action);
    }
}

/// The lengths of the lines in units of UTF-16; LF, CRLF and CR end one.
fn lines(text: &str) -> Vec<usize> {
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    plain.split('\n').map(|line| line.encode_utf16().count()).collect()
}

fn hostile() -> impl Strategy<Value = String> {
    let base: Vec<String> =
        [BROKEN, GOOD].iter().flat_map(|text| text.split_inclusive('\n')).map(str::to_owned).collect();
    let line = proptest::sample::select(base);
    let piece = proptest::sample::select(PIECES.map(str::to_owned).to_vec());
    let from = (0..GOOD.len(), 1..2000_usize)
        .prop_map(|(at, length)| GOOD.chars().skip(at).take(length).collect::<String>());
    let part = prop_oneof![4 => line, 2 => piece, 1 => from, 1 => any::<String>()];
    (proptest::collection::vec(part, 0..40), any::<bool>()).prop_map(|(parts, whole)| {
        let text = parts.concat();
        if whole { format!("{BROKEN}{text}") } else { text }
    })
}

#[test]
fn no_text_makes_it_fall_or_point_outside() {
    let top = folder(&[]);
    let file = uri(top.path(), "a.sip");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", "");
    client.diagnostics(&file, Some(1));
    let mut version = 1;
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let client = std::cell::RefCell::new((client, &mut version));
    runner
        .run(&(hostile(), 0..60_u32, 0..60_u32), |(text, line, character)| {
            let (client, version) = &mut *client.borrow_mut();
            **version += 1;
            client.change(&file, **version, &[(Value::Null, &text)]);
            hold_places(client, &file, **version, &text);
            client.hover(&file, line as usize, character as usize);
            hold_fixes(client, &file, &text);
            Ok(())
        })
        .unwrap();
    let (client, _) = client.into_inner();
    client.leave();
}

#[test]
fn no_vector_file_makes_it_fall_or_point_outside() {
    let top = folder(&[("good.sip", GOOD)]);
    let file = uri(top.path(), "a.yaml");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "yaml", "");
    client.diagnostics(&file, Some(1));
    let texts = [
        "clause: \u{1f600}\r\ngood: good.sip",
        "clause: 6.2.1.1-1\r\ngood: \"\u{1f600}\r\n",
        "clause: [\u{0}",
        "clause: &a *a",
        "clause: 6.2.1.1-1\rgood: x",
        "capture: good.sip\nsessions: {\u{e9}: {fail: [6.2.1.1-1]}}\n",
        "capture: good.sip\nsessions:\n  \"1to1-a-0001@192.0.2.10\":\n    fail: [6.2.1.1-1]",
        "\u{feff}clause: x",
        "clause:\n",
    ];
    for (version, text) in (2..).zip(texts) {
        client.change(&file, version, &[(Value::Null, text)]);
        hold_places(&mut client, &file, version, text);
        for character in 0..20 {
            client.hover(&file, 0, character);
            client.at("textDocument/completion", &file, 0, character);
        }
    }
    client.leave();
}

#[test]
fn the_words_of_a_message_are_no_markup_in_a_hover() {
    let top = folder(&[]);
    let file = uri(top.path(), "a.sip");
    let text =
        BROKEN.replace("*;+g.oma.sip-im\n", "*;+g.oma.sip-im;x=\"</p><img src=x>![a](http://b)\u{202e}\"\n");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", &text);
    let page = client.hover(&file, 9, 20);
    assert!(!page.contains('\u{202e}'), "{page}");
    client.leave();
}

#[test]
fn ranges_that_are_upside_down_or_far_outside_change_what_they_can() {
    let top = folder(&[]);
    let file = uri(top.path(), "a.sip");
    let mut client = Client::known(top.path(), json!({}));
    client.open(&file, "sip", BROKEN);
    client.diagnostics(&file, Some(1));
    let far = json!({"start": {"line": 4_000_000_000_u32, "character": 7}, "end": {"line": 0, "character": 4_000_000_000_u32}});
    client.change(&file, 2, &[(far, "\r\n# the end\r\n")]);
    hold_places(&mut client, &file, 2, &format!("{BROKEN}\r\n# the end\r\n"));
    client.leave();
}
