//! All formats of one run, each read by a reader of its own: they are well formed and say the same.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[path = "formats/external.rs"]
mod external;
#[path = "formats/inputs.rs"]
mod inputs;
#[path = "formats/readers.rs"]
mod readers;
#[path = "formats/sarif.rs"]
mod sarif;
#[path = "formats/tap.rs"]
mod tap;

use std::collections::BTreeSet;

use inputs::{Reports, empty, hundred, one};
use readers::Counted;

#[test]
fn a_run_of_nothing_is_told_by_all_formats() {
    let reports = empty();
    assert_eq!(reports.code, 3);
    hold(&reports);
    assert!(reports.text("tap").contains("not ok 1 - something is judged"), "{}", reports.text("tap"));
    assert!(reports.text("markdown").contains("nothing was judged"));
    assert!(reports.text("github").contains("no IM session was judged; exit code 3"));
    assert_eq!(reports.text("gitlab").trim(), "[]");
    assert_eq!(reports.text("csv").lines().count(), 1);
}

#[test]
fn one_session_is_counted_alike_by_all_formats() {
    let reports = one();
    assert_eq!(reports.code, 1);
    hold(&reports);
    assert_eq!(Counted::of_json(&reports).sessions, 1);
}

#[test]
fn a_hundred_sessions_with_failures_waivers_doubts_damage_and_hostile_texts_are_counted_alike() {
    let reports = hundred("1");
    assert_eq!(reports.code, 4, "an input is cut");
    hold(&reports);
    let counted = Counted::of_json(&reports);
    assert!(counted.sessions >= 100 && counted.failed > 20 && counted.waived > 5, "{counted:?}");
    assert!(counted.inconclusive > 20 && counted.losses > 0, "{counted:?}");
    let again = hundred("2");
    assert_eq!(again.code, 4);
    for (format, text) in &reports.texts {
        assert!(*text == again.texts[format], "{format} depends on the number of workers");
    }
}

/// Every format is well formed and counts what the JSON report counts.
fn hold(reports: &Reports) {
    let counted = Counted::of_json(reports);
    assert_eq!(Counted::of_junit(reports), counted);
    assert_eq!(Counted::of_csv(reports), Counted { losses: 0, ..counted });
    assert_eq!(tap::counted(reports), counted);
    assert_eq!(Counted::of_markdown(reports), Counted { findings: 0, losses: 0, ..counted });
    sarif::hold(reports, counted);
    readers::hold_gitlab(reports, counted);
    readers::hold_github(reports, counted);
    for (format, text) in &reports.texts {
        let hostile = text.chars().find(|&character| {
            let is_line_end = character == '\n' || (character == '\r' && format == "csv");
            character.is_control() && !is_line_end
        });
        assert_eq!(hostile, None, "{format} holds a control character");
    }
}

#[test]
fn the_exit_code_does_not_depend_on_the_formats() {
    let folder = inputs::folder_of_one();
    let formats = ["human", "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "tap", "csv"];
    for fail_on in ["shall", "should", "inconclusive", "never"] {
        let codes: BTreeSet<_> = formats
            .iter()
            .map(|format| inputs::check(folder.path(), &["--fail-on", fail_on, "--output", format]).0)
            .collect();
        let code = i32::from(fail_on != "never");
        assert_eq!(codes, BTreeSet::from([code]), "{fail_on}");
        let (_, tap) = inputs::check(folder.path(), &["--fail-on", fail_on, "--output", "tap"]);
        assert_eq!(tap::fails(&tap), code == 1, "a harness comes to the exit code: {fail_on}\n{tap}");
    }
}

#[test]
fn what_the_baseline_holds_fails_no_run_in_any_format() {
    let folder = inputs::folder_of_one();
    let (_, json) = inputs::check(folder.path(), &["--output", "json"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("baseline.json");
    std::fs::write(&file, &json).unwrap();
    let run = |format: &str| {
        let baseline = format!("--baseline={}", file.display());
        inputs::check(folder.path(), &[&baseline, "--fail-on", "should", "--output", format])
    };
    let findings = json.matches("\"fingerprint\"").count();
    assert!(findings > 1, "{json}");
    for (format, mark, times) in [
        ("sarif", "\"justification\":\"known: the baseline holds it\"", findings),
        ("junit", "message=\"known: ", 3),
        ("tap", "# TODO known: the baseline holds it", 3),
        ("gitlab", "; known: the baseline holds it", findings),
        ("csv", ",true\r\n", findings),
        ("github", "::error", 0),
        ("github", " 3 known,", 1),
        ("markdown", "🔕", 3),
        ("html", "\"covered\":\"known: the baseline holds it\"", findings),
        ("html", "\"v\":\"", 1),
    ] {
        let (code, text) = run(format);
        assert_eq!(code, 0, "{format}: {text}");
        let text = text.replace("\": ", "\":");
        assert_eq!(text.matches(mark).count(), times, "{format}: {mark} in {text}");
    }
    assert!(!tap::fails(&run("tap").1));
}

#[test]
fn an_empty_run_that_is_allowed_is_no_failure_of_a_harness() {
    let folder = tempfile::tempdir().unwrap();
    let (code, tap) = inputs::check(folder.path(), &["--allow-empty", "--output", "tap"]);
    assert_eq!((code, &*tap), (0, "TAP version 14\n1..0 # SKIP nothing was judged\n"));
}

#[test]
fn waivers_that_fail_the_run_fail_a_harness_too() {
    let folder = inputs::folder_of_one();
    let unused = "waivers:\n  - {clause: 6.2.1.1-0, reason: \"never needed\"}\n";
    std::fs::write(folder.path().join("sipclause.yaml"), unused).unwrap();
    let arguments = ["--fail-on", "never", "--strict-waivers", "--output", "tap"];
    let (code, text) = inputs::check(folder.path(), &arguments);
    assert_eq!(code, 1);
    assert!(text.contains("not ok 2 - every waiver is valid and needed"), "{text}");
    assert!(tap::fails(&text));
}

#[test]
fn clauses_that_nothing_exercised_fail_a_harness_too() {
    let folder = inputs::folder_of_one();
    let arguments = ["--fail-on", "never", "--require-exercised=6.2.1.3", "--output"];
    let run = |format| inputs::check(folder.path(), &[&arguments[..], &[format]].concat());
    let (code, text) = run("tap");
    assert_eq!(code, 3);
    assert!(text.contains("not ok 2 - every required clause is exercised"), "{text}");
    assert!(!text.contains("something is judged"), "{text}");
    assert!(tap::fails(&text));
    for format in ["markdown", "sarif", "html"] {
        let (code, text) = run(format);
        assert_eq!(code, 3);
        assert!(text.contains("clauses were never exercised"), "{format}: {text}");
    }
}

#[test]
fn every_format_says_which_findings_can_be_fixed() {
    let folder = inputs::folder_of_one();
    let said = ["human", "sarif", "junit", "github", "markdown", "html", "tap", "csv"];
    let said = said.map(|format| (format, "(fixable with `sipclause fix`)"));
    for (format, words) in said.into_iter().chain([("json", "\"safe\": true"), ("ndjson", "\"safe\":true")]) {
        let (_, text) = inputs::check(folder.path(), &["--output", format]);
        assert!(text.contains(words), "{format}: {text}");
    }
}

#[test]
fn every_format_stands_in_the_documents() {
    let docs = include_str!("../docs/formats.md");
    for format in sipclause::report::Format::ALL {
        let rows = [format!("\n| `{}` |", format.name()), format!("\n| [`{}`](", format.name())];
        assert!(rows.iter().any(|row| docs.contains(row)), "docs/formats.md has no row of {}", format.name());
    }
}

#[test]
fn the_table_of_columns_in_the_documents_is_that_of_the_table() {
    let docs = include_str!("../docs/formats.md");
    let reports = one();
    let head = reports.text("csv").lines().next().unwrap().to_owned();
    for column in head.split(',') {
        assert!(docs.contains(&format!("`{column}`")), "docs/formats.md does not tell of `{column}`");
    }
}
