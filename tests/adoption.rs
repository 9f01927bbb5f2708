//! What makes the command at home on a machine: a first configuration, completions, man pages.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::OutputAssertExt as _;

const COMMANDS: [&str; 9] =
    ["check", "clauses", "explain", "vectors", "compose", "init", "config", "completions", "man"];

fn sipclause(folder: &Path, words: &[&str]) -> std::process::Output {
    Command::new(assert_cmd::cargo::cargo_bin!("sipclause")).args(words).current_dir(folder).output().unwrap()
}

fn printed(words: &[&str]) -> String {
    let output = sipclause(Path::new("."), words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_first_configuration_is_right_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    sipclause(folder.path(), &["init"]).assert().success();
    sipclause(folder.path(), &["config", "check"]).assert().success().stdout("sipclause.yaml: all right\n");
    std::fs::write(folder.path().join("sipclause.yaml"), "fail_on: should\n").unwrap();
    let refused = sipclause(folder.path(), &["init"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("sipclause.yaml is there already"));
    let kept = std::fs::read_to_string(folder.path().join("sipclause.yaml")).unwrap();
    assert_eq!(kept, "fail_on: should\n");
    assert_eq!(sipclause(folder.path(), &["init", "nowhere"]).status.code(), Some(2));
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        for word in COMMANDS.iter().chain(&["fail-on", "all-sessions"]) {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn every_command_has_a_man_page_that_is_the_same_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().to_str().unwrap();
    printed(&["man", pages]);
    let top = std::fs::read_to_string(folder.path().join("sipclause.1")).unwrap();
    assert_eq!(top, printed(&["man"]));
    for command in COMMANDS {
        let page = std::fs::read_to_string(folder.path().join(format!("sipclause-{command}.1"))).unwrap();
        assert!(page.contains(".TH"), "{command}: {page}");
        assert!(top.contains(&format!("sipclause\\-{command}(1)")), "{command} is not in the list");
    }
}
