//! The command: what it writes where, and its exit codes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::at;

const BROKEN: &str = "INVITE sip:b@example.org SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n\
    Max-Forwards: 70\nFrom: <sip:a@example.com>;tag=1\nTo: <sip:b@example.org>\nCall-ID: c1\nCSeq: 1 INVITE\n\
    Contact: <sip:a@192.0.2.1>;+g.oma.sip-im\nAccept-Contact: *;+g.oma.sip-im\nContent-Length: 0\n\n";

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sipclause"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn said(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn with(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn a_file_is_mended_in_its_place_and_the_second_run_leaves_it_alone() {
    let folder = with(&[("a.sip", BROKEN)]);
    let first = run(folder.path(), &["fix", "--select", "6.2.1.1-1", "a.sip"], "");
    assert_eq!(
        (code(&first), out(&first)),
        (0, "a.sip:9: 6.2.1.1-1: add `explicit` (accept-contact/explicit-missing)\n")
    );
    assert_eq!(said(&first), "1 finding fixed in 1 file, 0 left\n");
    let text = fs::read_to_string(folder.path().join("a.sip")).unwrap();
    assert_eq!(text, BROKEN.replace("sip-im\nContent", "sip-im;explicit\nContent"));
    let before = fs::metadata(folder.path().join("a.sip")).unwrap().modified().unwrap();
    let second = run(folder.path(), &["fix", "--select", "6.2.1.1-1", "a.sip"], "");
    assert_eq!((code(&second), out(&second)), (0, ""));
    assert_eq!(fs::metadata(folder.path().join("a.sip")).unwrap().modified().unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_diff_is_shown_and_nothing_is_written() {
    let folder = with(&[("a.sip", BROKEN)]);
    let shown = run(folder.path(), &["fix", "--diff", "--select", "6.2.1.1-1", "a.sip"], "");
    assert_eq!(code(&shown), 1);
    assert!(
        out(&shown).starts_with("--- a.sip\n+++ a.sip\n@@ -6,6 +6,6 @@\n Call-ID: c1\n"),
        "{}",
        out(&shown)
    );
    assert!(
        out(&shown)
            .contains("\n-Accept-Contact: *;+g.oma.sip-im\n+Accept-Contact: *;+g.oma.sip-im;explicit\n")
    );
    assert_eq!(fs::read_to_string(folder.path().join("a.sip")).unwrap(), BROKEN);
    run(folder.path(), &["fix", "a.sip"], "");
    let nothing = run(folder.path(), &["fix", "--diff", "a.sip"], "");
    assert_eq!((code(&nothing), out(&nothing)), (0, ""));
}

#[test]
fn standard_input_goes_to_standard_output_whether_it_changes_or_not() {
    let folder = with(&[]);
    let first = run(folder.path(), &["fix", "-"], BROKEN);
    assert!(code(&first) == 0 && out(&first).contains("*;+g.oma.sip-im;explicit\n"));
    assert!(said(&first).contains("-:9: 6.2.1.1-1: add `explicit`"));
    let second = run(folder.path(), &["fix", "-"], out(&first));
    assert_eq!(out(&second), out(&first));
}

#[test]
fn a_guess_is_made_if_asked_for() {
    let folder = with(&[("a.sip", BROKEN)]);
    let safe = run(folder.path(), &["fix", "--select", "6.2.1.1-2", "a.sip"], "");
    assert_eq!(said(&safe), "0 findings fixed in 0 files, 1 left (1 with --unsafe)\n");
    let guess = run(folder.path(), &["fix", "--unsafe", "--select", "6.2.1.1-2", "a.sip"], "");
    assert!(out(&guess).contains("(user-agent/missing, a guess)"));
    assert!(
        fs::read_to_string(folder.path().join("a.sip")).unwrap().contains("User-Agent: IM-client/OMA1.0\n")
    );
}

#[test]
fn what_is_ignored_or_waived_is_left() {
    let waiver = "waivers:\n  - clause: 6.2.1.1-1\n    when: {input: \"a.*\"}\n    reason: known\n";
    let folder = with(&[("a.sip", BROKEN), ("sipclause.yaml", waiver)]);
    let args = ["fix", "--ignore", "6.2.1.1-3,6.2.1.1-5bis", "a.sip"];
    run(folder.path(), &args, "");
    assert_eq!(fs::read_to_string(folder.path().join("a.sip")).unwrap(), BROKEN);
    fs::rename(folder.path().join("a.sip"), folder.path().join("b.sip")).unwrap();
    run(folder.path(), &["fix", "b.sip"], "");
    assert_ne!(fs::read_to_string(folder.path().join("b.sip")).unwrap(), BROKEN);
}

#[test]
fn captures_are_refused_by_name_and_passed_over_in_a_folder() {
    let folder = with(&[("in/a.sip", BROKEN), ("in/readme.txt", "nothing\n")]);
    fs::copy(at("docs/demo/call.pcap"), folder.path().join("in/call.pcap")).unwrap();
    let named = run(folder.path(), &["fix", "in/call.pcap"], "");
    assert_eq!(code(&named), 4);
    assert!(said(&named).starts_with("error: in/call.pcap: a capture (pcap)"), "{}", said(&named));
    let found = run(folder.path(), &["fix", "in"], "");
    assert!(code(&found) == 0 && out(&found).starts_with("in/a.sip:"), "{}", said(&found));
}

#[test]
fn usage_missing_files_and_nothing_to_judge_have_their_codes() {
    let folder = with(&[("empty.sip", ""), ("bye.sip", "BYE sip:a@b.example SIP/2.0\nCall-ID: 1\n\n")]);
    for (arguments, wanted) in [
        (&["fix"][..], 2),
        (&["fix", "--select", "9.9", "empty.sip"], 2),
        (&["fix", "missing.sip"], 4),
        (&["fix", "empty.sip"], 3),
        (&["fix", "bye.sip"], 3),
        (&["fix", "*.txt"], 3),
    ] {
        assert_eq!(code(&run(folder.path(), arguments, "")), wanted, "{arguments:?}");
    }
}

#[test]
fn a_json_report_says_which_findings_have_a_fix() {
    let folder = with(&[("a.sip", BROKEN)]);
    let report = run(folder.path(), &["check", "--output", "json", "a.sip"], "");
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let verdicts = report["sessions"][0]["verdicts"].as_array().unwrap();
    let fix = |clause: &str| {
        verdicts.iter().find(|verdict| verdict["clause"] == clause).unwrap()["findings"][0]["fix"].clone()
    };
    assert_eq!(fix("6.2.1.1-1"), serde_json::json!({"safe": true, "title": "add `explicit`"}));
    assert_eq!(fix("6.2.1.1-2")["safe"], false);
    assert_eq!(fix("6.2.1.2-3"), serde_json::Value::Null, "an offer cannot be invented");
}

#[cfg(unix)]
#[test]
fn permissions_and_links_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = with(&[("a.sip", BROKEN)]);
    let (file, link) = (folder.path().join("a.sip"), folder.path().join("link.sip"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("a.sip", &link).unwrap();
    assert_eq!(code(&run(folder.path(), &["fix", "link.sip"], "")), 0);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_ne!(fs::read_to_string(&file).unwrap(), BROKEN);
}

#[test]
fn a_header_that_is_misspelt_is_mended_and_not_put_beside_another() {
    for (wrong, right) in [
        ("Max-Forwards 30", Some("Max-Forwards: 30")),
        ("Max Forwards: 30", Some("Max-Forwards: 30")),
        ("Max_Forwards: 30", None),
    ] {
        let text = BROKEN.replace("Max-Forwards: 70", wrong);
        let mended = run(Path::new("."), &["fix", "-"], &text);
        let line = out(&mended).lines().find(|line| line.starts_with("Max")).unwrap();
        assert_eq!(line, right.unwrap_or(wrong), "{}", out(&mended));
        assert_eq!(out(&mended).matches("Forwards").count(), 1, "{}", out(&mended));
        let again = run(Path::new("."), &["fix", "-"], out(&mended));
        assert_eq!(out(&again), out(&mended));
    }
}

#[test]
#[cfg(unix)]
fn a_file_with_two_names_is_left_alone() {
    let folder = with(&[("a.sip", BROKEN)]);
    fs::hard_link(folder.path().join("a.sip"), folder.path().join("b.txt")).unwrap();
    let done = run(folder.path(), &["fix", "a.sip"], "");
    assert_eq!(code(&done), 4, "{}", said(&done));
    assert!(said(&done).contains("hard links"), "{}", said(&done));
    assert_eq!(fs::read_to_string(folder.path().join("a.sip")).unwrap(), BROKEN);
}
