//! `--bless`: what is rewritten, and what stays.

use std::fs;
use std::path::Path;

use crate::{folder, run, text, vector};

/// Blesses the file; says the exit code, its text, and what was printed.
fn blessed(before: &str) -> (i32, String, String) {
    let top = folder(&[("a.yaml", before)]);
    let done = run(top.path(), &["--bless", "a.yaml"]);
    let after = text(&top, "a.yaml");
    let again = run(top.path(), &["--bless", "a.yaml"]);
    assert_eq!(text(&top, "a.yaml"), after, "blessing twice writes nothing new");
    assert!(!again.out.contains("rewritten"), "{}", again.out);
    assert_eq!(again.code, done.code);
    assert_eq!(fs::read_dir(top.path()).unwrap().count(), 3, "no other file is left");
    (done.code, after, done.out + &done.err)
}

#[test]
fn a_fault_gets_what_it_lacks_and_keeps_every_comment() {
    let before = vector(
        "\
# what our client once did
faults:
  - name: two at once   # ticket 7
    edits:
      - {message: 0, header: Accept-Contact, remove: true}   # first
      - {message: 0, header: User-Agent, remove: true}
    # the end

  - {name: 'in braces', edit: {message: 0, header: Accept-Contact, remove: true}, finds: \"x/y\", also: [6.2.1.1-2]} # c
# last words
",
    );
    let (code, after, out) = blessed(&before);
    assert_eq!(code, 0, "{out}");
    let wanted = before
        .replace(
            "User-Agent, remove: true}\n",
            "User-Agent, remove: true}\n    finds: accept-contact/missing\n    also: [6.2.1.1-2]\n",
        )
        .replace("finds: \"x/y\", also: [6.2.1.1-2]", "finds: accept-contact/missing, also: []");
    assert_eq!(after, wanted);
    assert!(out.contains("a.yaml: 2 cases rewritten\n  line 10, two at once: `finds`, `also`\n"), "{out}");
}

#[test]
fn items_come_and_go_and_the_others_stay_as_they_are_written() {
    let fault = |lists: &str| {
        vector(&format!(
            "faults:\n  - edits: [{{message: 0, header: Accept-Contact, remove: true}}, {{message: 0, header: User-Agent, remove: true}}]\n    finds: accept-contact/missing\n{lists}"
        ))
    };
    for (before, after) in [
        ("    also:\n", "    also: [6.2.1.1-2]\n"),
        ("    also: # c\n", "    also: [6.2.1.1-2] # c\n"),
        ("    also: 6.2.1.1-3\n", "    also: [6.2.1.1-2]\n"),
        ("    also: [6.2.1.1-3 ]\n", "    also: [6.2.1.1-2 ]\n"),
        ("    also: [ '6.2.1.1-2', 6.2.1.1-3, 6.2.1.1-4 ] # c\n", "    also: [ '6.2.1.1-2' ] # c\n"),
        ("    also: [6.2.1.1-3, # x\n      6.2.1.1-2, # y\n    ]\n", "    also: [6.2.1.1-2, # y\n    ]\n"),
        ("    also:\n      - 6.2.1.1-3 # x\n", "    also:\n      - 6.2.1.1-2\n"),
        (
            "    also:\n    # why\n    - 6.2.1.1-3 # x\n    - \"6.2.1.1-2\" # y",
            "    also:\n    # why\n    - \"6.2.1.1-2\" # y",
        ),
        (
            "    also: [6.2.1.1-2]\n    doubts:\n      - 6.2.1.1-3 # x\n      # z\n",
            "    also: [6.2.1.1-2]\n    doubts: []\n      # z\n",
        ),
    ] {
        let (code, text, out) = blessed(&fault(before));
        assert_eq!((text, code), (fault(after), 0), "{before}{out}");
    }
}

#[test]
fn line_ends_and_a_missing_last_one_stay() {
    let before =
        vector("faults:\n  - edit: {message: 0, header: Accept-Contact, remove: true}").replace('\n', "\r\n");
    let (code, after, out) = blessed(&before);
    assert_eq!(code, 0, "{out}");
    assert_eq!(after, before + "\r\n    finds: accept-contact/missing");
}

#[test]
fn what_is_no_matter_of_expectations_stays_a_difference() {
    for (more, said) in [
        ("faults:\n  - edit: {message: 0, header: Subject, set: x}\n", "there is no Subject to set"),
        ("faults:\n  - edit: {message: 0, header: From, replace: a, by: a}\n", "the edit changes nothing"),
        ("faults:\n  - edit: {message: 0, add: 'X-Our: 1'}\n", "6.2.1.1-1: wanted fail, got pass"),
        ("inconclusive: good.sip\n", "6.2.1.1-1: wanted inconclusive, got pass"),
    ] {
        let before = vector(more);
        let (code, after, out) = blessed(&before);
        assert_eq!((code, &after), (1, &before), "{out}");
        assert!(out.contains(said), "{out}");
        assert!(out.ends_with("1 differs: what is left is no matter of expectations\n"), "{out}");
    }
    let bad = vector("faults:\n  - edit: {message: 0, header: User-Agent, remove: true}\n")
        .replace("good.sip", "broken.sip");
    let bad = bad.replace("1to1-a-0001", "demo-2");
    let (code, after, out) = blessed(&bad);
    assert_eq!((code, &after), (1, &bad), "{out}");
}

#[test]
fn an_alias_is_left_to_people() {
    let before = vector(
        "\
faults:
  - {edit: {message: 0, header: Accept-Contact, remove: true}, finds: accept-contact/missing, also: &none [6.2.1.1-2]}
  - {edit: {message: 0, header: Accept-Contact, remove: true}, finds: accept-contact/missing, also: *none}
",
    );
    let (code, after, out) = blessed(&before);
    assert_eq!((code, &after), (1, &before), "{out}");
    assert!(out.contains("a.yaml: 2 cases to be changed by hand, for an alias or the like\n"), "{out}");
}

#[test]
fn the_sessions_of_a_capture_are_written_down() {
    let lists =
        "    inconclusive: [6.2.1.1-r1, 6.2.1.1-r2, 6.2.1.1-ok1, 6.2.1.2-4, 6.2.1.2-ok1, 6.2.1.2-ok2]\n";
    let entry = format!(
        "  \"demo-2@192.0.2.10\":\n    scenario: one-to-one\n    fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6]\n{lists}"
    );
    let head = "# ours\ncapture: broken.sip # c\ncontext: {ims: none}\n";
    for before in
        ["", "sessions:", "sessions: # none yet\n", "sessions: {}\n", "others: refuse\nsessions: {} # c\n"]
    {
        let (code, after, out) = blessed(&format!("{head}{before}"));
        let kept = before.replace(" {}", "");
        let kept = if kept.contains("sessions") { kept } else { kept + "sessions:\n" };
        let kept = if kept.ends_with('\n') { kept } else { kept + "\n" };
        assert_eq!(after.trim_end(), format!("{head}{kept}{entry}").trim_end(), "{out}");
        assert_eq!(code, 0, "{out}");
        assert!(out.contains("session demo-2@192.0.2.10 added"), "{out}");
    }
    // What is there is mended; what is missing comes behind it.
    let (code, after, out) =
        blessed(&format!("{head}sessions:\n  demo-2@192.0.2.10: # ours\n    fail: [6.2.1.1-2]\n"));
    let mended = "    fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6]\n";
    assert_eq!(after, format!("{head}sessions:\n  demo-2@192.0.2.10: # ours\n{mended}{lists}"), "{out}");
    assert_eq!(code, 0);
    let (_, after, out) = blessed(&format!("{head}sessions: {{demo-2@192.0.2.10: {{pass: []}}}}\n"));
    assert!(after.contains("{demo-2@192.0.2.10: {pass: [6.2.1.1-0, 6.2.1.1-2, "), "{after}{out}");
    assert!(after.contains("], fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6], inconclusive: ["), "{after}{out}");
    assert!(!after.contains("not-applicable"), "{after}");
}

#[test]
fn a_glob_that_holds_stays_and_one_that_does_not_is_resolved() {
    let lists = "    fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6]\n    inconclusive: ['6.2.1.1-r?', 6.2.1.1-ok1, 6.2.1.2-4, '6.2.1.2-ok*']\n    not-applicable: [6.2.1.3, '6.2.1.[45]*', 6.2.1.4, 6.2.1.5]\n";
    let before =
        format!("capture: broken.sip\ncontext: {{ims: none}}\nsessions:\n  demo-2@192.0.2.10:\n{lists}")
            .replace("'6.2.1.[45]*', ", "");
    let (code, after, out) = blessed(&before);
    assert_eq!(code, 0, "{out}");
    assert!(after.contains("inconclusive: ['6.2.1.1-r?', 6.2.1.1-ok1, 6.2.1.2-4, '6.2.1.2-ok*']"), "{after}");
    assert!(after.contains("not-applicable: [6.2.1.3, 6.2.1.4, 6.2.1.5, 6.2.1.1-"), "{after}");
    let (_, after, _) = blessed(
        &before
            .replace("fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6]", "fail: ['6.2.1.1-[0-9]', '6.2.1.1-7']")
            .replace("'6.2.1.1-[0-9]', ", "'6.2.1.1-?', ")
            .replace(", '6.2.1.1-7']", "]"),
    );
    assert!(after.contains("fail: [6.2.1.1-1, 6.2.1.1-4, 6.2.1.1-6]\n"), "{after}");
}

#[test]
fn a_session_that_is_gone_is_never_removed() {
    let before =
        "capture: broken.sip\ncontext: {ims: none}\nsessions:\n  gone@192.0.2.1: {fail: [6.2.1.1-1]}\n";
    let (code, after, out) = blessed(before);
    assert_eq!(code, 1);
    assert!(after.starts_with(before) && after.contains("  \"demo-2@192.0.2.10\":\n"), "{after}");
    assert!(
        out.contains("session gone@192.0.2.1\n  session: no message of the capture has this Call-ID"),
        "{out}"
    );
}

#[test]
fn the_vectors_of_this_repository_are_blessed_already() {
    let top = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let before = copied(&from, &top.path().join("vectors"));
    let done = run(top.path(), &["--bless"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert!(done.out.ends_with(": all as expected\n"), "{}", done.out);
    for (path, bytes) in before {
        assert!(fs::read(&path).unwrap() == bytes, "{} was rewritten", path.display());
    }
}

/// Copies a folder; says what was written.
fn copied(from: &Path, to: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    fs::create_dir_all(to).unwrap();
    let mut written = Vec::new();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            written.extend(copied(&path, &target));
        } else {
            let bytes = fs::read(&path).unwrap();
            fs::write(&target, &bytes).unwrap();
            written.push((target, bytes));
        }
    }
    written
}
