//! Exit codes, and what is said where.

use std::fs;

use serde_json::Value;

use crate::{folder, run, vector};

const FAULT: &str = "\
faults:
  - name: no explicit
    edit: {message: 0, header: Accept-Contact, replace: \";explicit\", by: \"\"}
    finds: accept-contact/explicit-missing
";

#[test]
fn what_comes_out_as_expected_is_0() {
    let top = folder(&[("vectors/a.yaml", &vector(FAULT).replace("good.sip", "../good.sip"))]);
    for arguments in [&[][..], &["vectors"], &["vectors/a.yaml"], &["vectors/*.yaml"]] {
        let done = run(top.path(), arguments);
        assert_eq!(
            (done.code, done.out.as_str()),
            (0, "1 vector, 2 cases: all as expected\n"),
            "{}",
            done.err
        );
    }
    assert_eq!(run(top.path(), &["--quiet"]).out, "");
}

#[test]
fn what_differs_is_1_and_told_with_its_line() {
    let wrong = FAULT.replace("explicit-missing", "missing");
    let top = folder(&[("a.yaml", &vector(&wrong))]);
    let done = run(top.path(), &["--quiet", "a.yaml"]);
    assert_eq!(done.code, 1);
    assert_eq!(
        done.out,
        "a.yaml:9: no explicit\n  finds: wanted `accept-contact/missing`, got `accept-contact/explicit-missing`:\n      \
         `*;+g.oma.sip-im` lacks `explicit`\n\n"
    );
    assert!(run(top.path(), &["a.yaml"]).out.ends_with("1 vector, 2 cases: 1 differs\n"));
}

#[test]
fn every_wrong_file_is_told_and_the_others_are_run() {
    let top = folder(&[
        ("v/a.yaml", "clause: 6.2.1.1-1\nfault: []\n"),
        ("v/b.yml", "capture: x.sip\nothers: ignored\n"),
        ("v/c.yaml", &vector("").replace("good.sip", "../good.sip")),
    ]);
    let done = run(top.path(), &["v"]);
    assert_eq!(done.code, 2);
    assert_eq!(
        done.err,
        "error: v/a.yaml:2:1: unknown key `fault`; did you mean `faults`?\n\
         error: v/b.yml:2:9: no value `ignored` here; did you mean `ignore`? (valid: refuse, ignore)\n"
    );
    assert_eq!(done.out, "1 vector, 1 case: all as expected; 2 files are wrong\n");
}

#[test]
fn nothing_to_run_is_3() {
    let top = folder(&[("v/note.txt", "x"), ("v/chart.yaml", "kind: Chart\n"), ("v/list.yml", "[1, 2]\n")]);
    let done = run(top.path(), &[]);
    assert_eq!(done.code, 3);
    assert!(
        done.err.starts_with("error: no vector found: there is no folder `vectors` here\n"),
        "{}",
        done.err
    );
    let done = run(top.path(), &["v"]);
    assert_eq!(done.code, 3);
    assert!(
        done.err.starts_with("error: no vector found in `v`; 2 YAML files are no vectors\n"),
        "{}",
        done.err
    );
    assert_eq!(run(top.path(), &["*.yaml"]).code, 3);
}

#[test]
fn yaml_that_is_no_vector_is_passed_over_in_a_folder_and_wrong_by_name() {
    let top = folder(&[
        ("v/a.yaml", &vector("").replace("good.sip", "../good.sip")),
        ("v/chart.yaml", "kind: Chart\n"),
        ("v/many.yaml", "a: 1\n---\nb: 2\n"),
    ]);
    let done = run(top.path(), &["v"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert_eq!(done.out, "1 vector, 1 case: all as expected; 2 YAML files are no vectors\n");
    let done = run(top.path(), &["v/chart.yaml"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("v/chart.yaml:1:1: this is no vector"), "{}", done.err);
}

#[test]
fn a_flow_capture_or_file_that_is_not_there_is_4_and_the_rest_is_run() {
    let top = folder(&[
        ("a.yaml", &vector("not_applicable: [gone.sip]\n")),
        ("b.yaml", "capture: gone.pcap\n"),
        ("c.yaml", "capture: note.txt\n"),
        ("note.txt", "hello\n"),
    ]);
    let done = run(top.path(), &["a.yaml"]);
    assert_eq!(done.code, 4);
    assert!(done.err.starts_with("error: a.yaml:8: gone.sip: "), "{}", done.err);
    assert!(done.out.contains("1 vector, 2 cases: not all of them could be run"), "{}", done.out);
    assert_eq!(run(top.path(), &["b.yaml"]).code, 4);
    let done = run(top.path(), &["c.yaml"]);
    assert_eq!(done.code, 4);
    assert!(
        done.err
            .contains("c.yaml:1: note.txt: neither a capture (pcap, pcapng, HEP) nor a known log nor SIP"),
        "{}",
        done.err
    );
    assert_eq!(run(top.path(), &["gone.yaml"]).code, 4);
}

#[test]
fn wrong_usage_is_2() {
    let top = folder(&[]);
    for arguments in [&["--blss"][..], &["-"], &["--format", "xml"]] {
        let done = run(top.path(), arguments);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{arguments:?}");
        assert!(done.err.starts_with("error: "), "{}", done.err);
    }
}

#[test]
fn the_order_of_exit_codes_is_2_4_1_3() {
    let differs = vector(&FAULT.replace("explicit-missing", "missing"));
    let top = folder(&[
        ("differs.yaml", &differs),
        ("gone.yaml", "capture: gone\n"),
        ("wrong.yaml", "clause: 1\n"),
    ]);
    assert_eq!(run(top.path(), &["differs.yaml", "gone.yaml", "wrong.yaml"]).code, 2);
    assert_eq!(run(top.path(), &["differs.yaml", "gone.yaml"]).code, 4);
    assert_eq!(run(top.path(), &["differs.yaml", "*.yml"]).code, 1);
}

#[test]
fn json_says_the_same() {
    let wrong = FAULT.replace("explicit-missing", "missing");
    let top = folder(&[("a.yaml", &vector(&wrong))]);
    let done = run(top.path(), &["--format", "json", "a.yaml"]);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["summary"]["exit_code"], 1);
    assert_eq!(document["summary"]["differ"], 1);
    let mismatch = &document["vectors"][0]["differences"][0]["mismatches"][0];
    assert_eq!(mismatch["about"], "finds");
    assert_eq!(mismatch["got"], "`accept-contact/explicit-missing`");
}

#[test]
fn a_fault_that_changes_another_clause_says_which() {
    let more = "\
faults:
  - name: two at once
    edits:
      - {message: 0, header: Accept-Contact, remove: true}
      - {message: 0, header: User-Agent, remove: true}
    finds: accept-contact/missing
";
    let top = folder(&[("a.yaml", &vector(more))]);
    let done = run(top.path(), &["--quiet", "a.yaml"]);
    assert_eq!(done.code, 1);
    assert_eq!(
        done.out.lines().nth(1),
        Some("  6.2.1.1-2: wanted pass as in the good flow, got fail: the INVITE has no"),
        "{}",
        done.out
    );
}

#[test]
fn names_of_strangers_do_nothing_to_a_terminal() {
    let more = "faults:\n  - {name: \"a\\e[31mb\\u202ec\", edit: {message: 99, drop: true}}\n";
    let top = folder(&[("a.yaml", &vector(more))]);
    let done = run(top.path(), &["a.yaml"]);
    assert_eq!(done.code, 1);
    assert!(!done.out.contains('\u{1b}') && !done.out.contains('\u{202e}'), "{:?}", done.out);
    assert!(done.out.contains("edit: there is no message 99"), "{}", done.out);
}

#[test]
fn hostile_yaml_is_refused_and_not_a_crash() {
    let deep = format!("clause: {}", "[".repeat(100_000));
    let laughs =
        "clause: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\ngood: [*c, *c, *c, *c]\n";
    let many =
        format!("capture: x\nsessions:\n{}", (0..60_000).map(|n| format!("  s{n}:\n")).collect::<String>());
    let huge = format!("clause: {}\n", "x".repeat(5 << 20));
    for text in [
        &deep,
        laughs,
        &many,
        &huge,
        "clause: !!binary x\n",
        "clause: &a\n  b: *a\n",
        "? {clause: x}\n: y\nclause: 1\n",
    ] {
        let top = folder(&[("a.yaml", text)]);
        let done = run(top.path(), &["a.yaml"]);
        assert_eq!(done.code, 2, "{}: {}", &text[..text.len().min(60)], done.err);
        assert!(done.err.starts_with("error: a.yaml:"), "{}", done.err);
    }
    let top = folder(&[]);
    fs::write(top.path().join("a.yaml"), b"clause: x\n  \xc3\xa9\xff\n").unwrap();
    assert_eq!(run(top.path(), &["a.yaml"]).err, "error: a.yaml:2:4: this byte is no part of UTF-8 text\n");
}
