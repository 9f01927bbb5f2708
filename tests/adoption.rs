//! What makes the command at home on a machine: a first configuration, completions, man pages.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::OutputAssertExt as _;

const COMMANDS: [&str; 12] = [
    "check",
    "clauses",
    "explain",
    "vectors",
    "compose",
    "diff",
    "init",
    "ics",
    "config",
    "lsp",
    "completions",
    "man",
];

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

/// The script of the step of `action.yml` that judges.
#[cfg(unix)]
fn script_of_the_action() -> String {
    let action = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let (_, step) = action.split_once("- id: check").unwrap();
    let (_, script) = step.split_once("run: |\n").unwrap();
    script.lines().map(|line| format!("{}\n", line.trim_start())).collect()
}

#[cfg(unix)]
#[test]
#[ignore = "needs bash: make test-external"]
fn the_action_judges_and_tells_the_exit_code() {
    let home = tempfile::tempdir().unwrap();
    let bin = home.path().join(".cache/sipclause/bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(assert_cmd::cargo::cargo_bin!("sipclause"), bin.join("sipclause")).unwrap();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/demo");
    let run = |paths: &str, args: &str| {
        let (summary, outputs) = (home.path().join("summary"), home.path().join("outputs"));
        let _ = std::fs::remove_file(&summary);
        let output = std::process::Command::new("bash")
            .args(["-e", "-o", "pipefail", "-c", &script_of_the_action()])
            .env("HOME", home.path())
            .env("PATHS", paths)
            .env("ARGS", args)
            .env("SARIF", home.path().join("report.sarif"))
            .env("HTML", home.path().join("report.html"))
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_OUTPUT", &outputs)
            .current_dir(&demo)
            .output()
            .unwrap();
        let told = std::fs::read_to_string(&outputs).unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        let summary = std::fs::read_to_string(&summary).unwrap_or_default();
        (output.status.code(), told.lines().last().unwrap_or_default().to_owned(), shown, summary)
    };
    let (code, told, shown, summary) =
        run("broken.sip\ncall.pcap\n", "--fail-on=should\n--config=sipclause.yaml");
    assert_eq!((code, told.as_str()), (Some(1), "exit-code=1"), "{shown}");
    assert!(shown.contains("::error file=broken.sip,line=10"), "{shown}");
    assert!(summary.contains("6.2.1.1-1"), "{summary}");
    for report in ["report.sarif", "report.html"] {
        assert!(std::fs::metadata(home.path().join(report)).unwrap().len() > 1000);
    }
    let (code, told, ..) = run("call.pcap", "");
    assert_eq!((code, told.as_str()), (Some(0), "exit-code=0"));
    let (code, told, ..) = run("a; touch b", "--no-such-option");
    assert_eq!((code, told.as_str()), (Some(2), "exit-code=2"));
    assert!(!demo.join("b").exists());
}
