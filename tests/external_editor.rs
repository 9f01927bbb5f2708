//! `sipclause lsp` in a real editor. Run by `make test-external`; needs Neovim.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// One message with three mistakes, and what the wire cannot tell of it.
const BROKEN: &str = include_str!("../docs/demo/broken.sip");
const CONFIGURATION: &str = include_str!("../docs/demo/sipclause.yaml");

/// What Neovim came to know of a text, asked for a hover at a place of it, and the text with the fix at that place.
fn edited(text: &str, line: usize, column: usize) -> (Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("sipclause.yaml"), CONFIGURATION).unwrap();
    fs::write(at.join("broken.sip"), text).unwrap();
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = top.join("tests/external/editor.lua");
    let output = Command::new("nvim")
        .args(["--headless", "-u", "NONE", "-n", "-i", "NONE", "-c"])
        .arg(format!("luafile {}", script.display()))
        .current_dir(at)
        .env("SIPCLAUSE", assert_cmd::cargo::cargo_bin!("sipclause"))
        .env("SNIPPET", top.join("editors/neovim/sipclause.lua"))
        .env("FILE", "broken.sip")
        .env("ANSWER", at.join("answer.json"))
        .env("LINE", line.to_string())
        .env("COLUMN", column.to_string())
        // Neovim keeps its log and its state where nobody else does.
        .env("XDG_STATE_HOME", at.join("state"))
        .env("XDG_CACHE_HOME", at.join("cache"))
        .output()
        .expect("nvim is installed (Debian: neovim)");
    assert!(output.status.success(), "{output:?}");
    let answer: Value = serde_json::from_slice(&fs::read(at.join("answer.json")).unwrap()).unwrap();
    assert_eq!(answer["failed"], Value::Null, "{answer:#}");
    (answer, fs::read_to_string(at.join("broken.sip")).unwrap())
}

fn of<'d>(diagnostics: &'d Value, code: &str) -> Vec<&'d Value> {
    diagnostics.as_array().into_iter().flatten().filter(|one| one["code"] == code).collect()
}

#[test]
#[ignore = "needs Neovim"]
fn neovim_shows_the_findings_and_what_they_mean_and_mends_them() {
    let line = BROKEN.lines().position(|line| line.starts_with("Accept-Contact")).unwrap();
    let (answer, mended) = edited(BROKEN, line, 20);
    assert_eq!(answer["filetype"], "sip");
    let found = of(&answer["opened"], "6.2.1.1-1");
    assert_eq!(found.len(), 1, "{answer:#}");
    assert_eq!((&found[0]["line"], &found[0]["severity"]), (&json!(line), &json!(1)));
    assert_eq!(found[0]["source"], "sipclause");
    let hover = answer["hover"].as_str().unwrap();
    assert!(hover.contains("**6.2.1.1-1**") && hover.contains("RFC 3841"), "{hover}");
    assert_eq!(answer["symbols"][0]["name"], "INVITE sip:bob@example.org SIP/2.0");
    assert_eq!(of(&answer["typed"], "6.2.1.1-1").len(), 0);
    let rest = answer["typed"].as_array().unwrap().len();
    assert_eq!(rest, answer["opened"].as_array().unwrap().len() - 1);
    assert_eq!(answer["actions"].as_array().unwrap().len(), 1);
    assert_eq!(of(&answer["mended"], "6.2.1.1-1").len(), 0);
    assert_eq!(mended, BROKEN.replace("*;+g.oma.sip-im\n", "*;+g.oma.sip-im;explicit\n"));
}

#[test]
#[ignore = "needs Neovim"]
fn neovim_shows_them_in_files_with_crlf_and_other_letters() {
    let text = BROKEN.replace("\"Alice\"", "\"\u{c4}lice \u{1f600}\"").replace('\n', "\r\n");
    let line = text.lines().position(|line| line.starts_with("Accept-Contact")).unwrap();
    let (answer, mended) = edited(&text, line, 20);
    assert_eq!(of(&answer["opened"], "6.2.1.1-1")[0]["line"], line);
    assert_eq!(of(&answer["typed"], "6.2.1.1-1").len(), 0);
    assert_eq!(mended, text.replace("*;+g.oma.sip-im\r", "*;+g.oma.sip-im;explicit\r"));
}
