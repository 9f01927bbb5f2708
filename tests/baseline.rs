//! The real binary with a baseline, with `diff`, and with waivers that end.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const BROKEN: &str = include_str!("../docs/demo/broken.sip");
const GOOD: &str = include_str!("../vectors/oma_im/flows/one-to-one.sip");

/// A client with four defects.
fn old() -> String {
    with_line(BROKEN, "X Vendor: acme\n")
}

fn with_line(text: &str, line: &str) -> String {
    let before = "CSeq: 1 INVITE\n";
    assert!(text.contains(before));
    text.replace(before, &format!("{before}{line}"))
}

/// The same client on another day: other address, ports, times, tags, branch and Call-ID; no length changes.
fn captured_again() -> String {
    let mut text = old();
    for (old, new) in [
        ("2026-11-22T08", "2026-12-24T19"),
        ("192.0.2.10", "192.0.2.99"),
        (":5060", ":5099"),
        ("z9hG4bKdemo2", "z9hG4bKqwert"),
        ("a1f00c", "abcdef"),
        ("demo-2@", "wxyzq-@"),
    ] {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    text
}

/// The same with one more defect of a clause that failed already.
fn with_another_defect() -> String {
    with_line(&captured_again(), "Max-Forwards: 70\n")
}

struct Done {
    code: i32,
    out: String,
    err: String,
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let top = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(top.path().join(name), text).unwrap();
    }
    top
}

fn run(folder: &TempDir, arguments: &[&str]) -> Done {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
    let command = command.args(arguments).current_dir(folder.path()).env_clear().stdin(Stdio::null());
    let output = command.output().unwrap();
    Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Writes a report and reads it.
fn report(folder: &TempDir, name: &str, arguments: &[&str]) -> (i32, Value) {
    let target = format!("json={name}");
    let done = run(folder, &[&["check", "--output", &target], arguments].concat());
    let text = fs::read_to_string(folder.path().join(name)).unwrap_or_else(|_| panic!("{}", done.err));
    let report: Value = serde_json::from_str(&text).unwrap();
    let schema = fs::read_to_string(at("docs/schema/report.schema.json")).unwrap();
    holds(&serde_json::from_str(&schema).unwrap(), &report);
    (done.code, report)
}

fn at(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn holds(schema: &Value, value: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let faults: Vec<_> = validator.iter_errors(value).map(|error| format!("{error}")).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{value:#}");
}

fn findings(report: &Value) -> Vec<&Value> {
    let sessions = report["sessions"].as_array().unwrap().iter();
    let verdicts = sessions.flat_map(|session| session["verdicts"].as_array().unwrap());
    verdicts.flat_map(|verdict| verdict["findings"].as_array().unwrap()).collect()
}

fn start() -> TempDir {
    let (again, defect) = (captured_again(), with_another_defect());
    let top = folder(&[
        ("old.sip", &old()),
        ("again.sip", &again),
        ("defect.sip", &defect),
        ("good.sip", GOOD),
        ("empty.txt", ""),
    ]);
    assert_eq!(report(&top, "base.json", &["old.sip"]).0, 1);
    top
}

#[test]
fn the_same_client_captured_again_is_known_and_does_not_fail() {
    let top = start();
    let (code, found) = report(&top, "new.json", &["again.sip", "--baseline", "base.json"]);
    assert_eq!(code, 0);
    assert!(findings(&found).len() >= 3);
    assert!(findings(&found).iter().all(|finding| finding["known"] == true), "{found:#}");
    assert_eq!(found["summary"]["by_clause"]["6.2.1.1-1"]["fail"], 1);
    assert_eq!(found["summary"]["by_clause"]["6.2.1.1-1"]["known"], 1);
    assert_eq!(found["summary"]["baseline"]["fixed"], 0);
    assert_eq!(found["summary"]["baseline"]["met"], findings(&found).len());
    let human = run(&top, &["check", "again.sip", "--baseline", "base.json"]);
    assert_eq!(human.code, 0);
    assert!(human.out.contains("known[6.2.1.1-1]: "), "{}", human.out);
    assert!(human.out.contains("\nbaseline: base.json: known: 4, fixed: 0\n"), "{}", human.out);
    assert!(!human.out.contains("error["), "{}", human.out);
    let quiet = run(&top, &["check", "again.sip", "--baseline", "base.json", "--quiet"]);
    assert_eq!((quiet.code, quiet.out.as_str()), (0, ""));
}

#[test]
fn a_new_defect_of_the_same_clause_in_the_same_session_is_new() {
    let top = start();
    let (code, found) = report(&top, "new.json", &["defect.sip", "--baseline", "base.json"]);
    assert_eq!(code, 1);
    let new: Vec<_> = findings(&found).into_iter().filter(|finding| finding["known"] != true).collect();
    assert_eq!(new[0]["code"], "max-forwards/repeated", "{new:#?}");
    let verdicts = found["sessions"][0]["verdicts"].as_array().unwrap();
    let mixed = verdicts.iter().find(|verdict| verdict["clause"] == "6.2.1.1-0").unwrap();
    let is_known = |finding: &&Value| finding["known"] == true;
    let known = mixed["findings"].as_array().unwrap().iter().filter(is_known).count();
    assert_eq!((new.len(), known), (1, 1), "one is known, one is new: {mixed:#}");
    assert_eq!(found["summary"]["by_clause"]["6.2.1.1-0"].get("known"), None, "the clause counts");
}

#[test]
fn what_is_fixed_is_told_and_what_was_not_decided_too() {
    let top = start();
    let (code, fixed) = report(&top, "new.json", &["good.sip", "--baseline", "base.json"]);
    assert_eq!((code, &fixed["summary"]["baseline"]["fixed"]), (0, &Value::from(4)));
    let select = ["good.sip", "--baseline", "base.json", "--select", "6.2.1.1-1"];
    let (_, fixed) = report(&top, "new.json", &select);
    assert_eq!(fixed["summary"]["baseline"]["fixed"], 1);
    assert_eq!(fixed["summary"]["baseline"]["undecided"], 3);
}

#[test]
fn ndjson_is_a_baseline_too_and_so_is_the_report_of_a_run_with_one() {
    let top = start();
    assert_eq!(run(&top, &["check", "old.sip", "--output", "ndjson=base.ndjson"]).code, 1);
    assert_eq!(run(&top, &["check", "again.sip", "--baseline", "base.ndjson"]).code, 0);
    assert_eq!(report(&top, "next.json", &["again.sip", "--baseline", "base.json"]).0, 0);
    assert_eq!(run(&top, &["check", "again.sip", "--baseline", "next.json"]).code, 0);
    let over = ["check", "again.sip", "--baseline", "base.json", "--output", "json=base.json"];
    assert_eq!(run(&top, &over).code, 0, "it is read before it is written anew");
    assert_eq!(run(&top, &over).code, 0);
}

#[test]
fn a_baseline_that_is_none_is_2_and_says_where_and_what_to_do() {
    let top = start();
    let good = fs::read_to_string(top.path().join("base.json")).unwrap();
    fs::write(top.path().join("cut.json"), &good[..good.len() / 2]).unwrap();
    fs::write(top.path().join("next.json"), good.replace("\"schema_version\": 1", "\"schema_version\": 9"))
        .unwrap();
    for (file, options, said) in [
        ("missing.json", &[][..], "error: missing.json: "),
        ("empty.txt", &[], "error: empty.txt:1:1: the file is empty"),
        ("good.sip", &[], "error: good.sip:1:1: this is no report of sipclause: expected value"),
        ("cut.json", &[], "error: cut.json:"),
        ("next.json", &[], "error: next.json:2:3: this report has schema version 9; only version 1 is read"),
        ("base.json", &["--profile", "rcs"], "error: base.json:7:3: the baseline was judged by the profile"),
    ] {
        let done = run(&top, &[&["check", "again.sip", "--baseline", file], options].concat());
        assert_eq!(done.code, 2, "{file}");
        assert!(done.err.starts_with(said), "{file}: {}", done.err);
        assert!(done.err.contains("\n help: "), "{file}: {}", done.err);
    }
    for file in ["missing.json", "empty.txt", "cut.json"] {
        assert_eq!(run(&top, &["diff", "base.json", file]).code, 2, "{file}");
    }
}

#[test]
fn diff_tells_what_is_new_and_fixed_and_what_is_not_looked_at_any_more() {
    let top = start();
    report(&top, "again.json", &["again.sip"]);
    let same = run(&top, &["diff", "base.json", "again.json"]);
    assert_eq!(same.code, 0, "{}", same.out);
    assert!(same.out.contains("0 findings new, 0 fixed, 4 unchanged\n"), "{}", same.out);
    report(&top, "defect.json", &["defect.sip"]);
    let new = run(&top, &["diff", "base.json", "defect.json"]);
    assert_eq!(new.code, 1);
    assert!(
        new.out.contains(
            "new[6.2.1.1-0]: `Max-Forwards: 70` is a second Max-Forwards: expected one\n  --> defect.sip:"
        ),
        "{}",
        new.out
    );
    let back = run(&top, &["diff", "defect.json", "base.json"]);
    assert_eq!(back.code, 0);
    assert!(back.out.contains("fixed[6.2.1.1-0]: "), "{}", back.out);
    report(&top, "few.json", &["good.sip", "--select", "6.2.1.1-1"]);
    let few = run(&top, &["diff", "base.json", "few.json", "--format", "json"]);
    assert_eq!(few.code, 0);
    let told: Value = serde_json::from_str(&few.out).unwrap();
    holds(
        &serde_json::from_str(&fs::read_to_string(at("docs/schema/diff.schema.json")).unwrap()).unwrap(),
        &told,
    );
    assert_eq!(
        (&told["summary"]["fixed"], &told["summary"]["undecided"]),
        (&Value::from(1), &Value::from(3))
    );
    let lost: Vec<_> = told["lost"].as_array().unwrap().iter().map(|lost| &lost["clause"]).collect();
    assert!(lost.contains(&&Value::from("6.2.1.1-6")), "{lost:?}");
}

#[test]
fn hostile_text_of_a_report_does_not_reach_the_terminal() {
    let hostile = BROKEN.replace("demo-2@", "demo\u{1b}]0;\u{202e}@");
    let top = folder(&[("old.sip", GOOD), ("new.sip", &hostile)]);
    report(&top, "old.json", &["old.sip"]);
    report(&top, "new.json", &["new.sip"]);
    for format in ["human", "json"] {
        let done = run(&top, &["diff", "old.json", "new.json", "--format", format]);
        assert_eq!(done.code, 1);
        assert!(!done.out.contains(['\u{1b}', '\u{202e}']), "{}", done.out);
    }
}

#[test]
fn waivers_are_told_with_their_states() {
    let soon = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let soon = soon.checked_add(jiff::Span::new().days(7)).unwrap();
    let config = format!(
        "waivers:\n  - {{clause: 6.2.1.1-1, reason: a, owner: us, until: {soon}}}\n  \
         - {{clause: 6.2.1.1-4, reason: b, when: {{input: '*.sip', call_id: 'demo-*'}}}}\n  \
         - {{clause: 6.2.1.1-2, reason: c}}\n  - {{clause: 6.2.1.1-6, reason: d, until: 2001-01-01}}\n"
    );
    let top = folder(&[("old.sip", BROKEN), ("sipclause.yaml", &config)]);
    let (code, told) = report(&top, "out.json", &["old.sip"]);
    assert_eq!(code, 0);
    let waivers = told["summary"]["waivers"].as_array().unwrap();
    let states: Vec<_> = waivers
        .iter()
        .map(|waiver| (waiver["state"].as_str().unwrap(), waiver["failures"].as_u64().unwrap()))
        .collect();
    assert_eq!(states, [("expiring", 1), ("used", 1), ("unused", 0), ("expired", 0)]);
    assert_eq!(waivers[0]["place"], "sipclause.yaml:2:5");
    assert_eq!(waivers[1]["when"]["call_id"], "demo-*");
    let done = run(&top, &["check", "old.sip"]);
    assert!(done.out.contains("\nwaivers: 1 used, 1 expiring, 1 unused, 1 expired\n"), "{}", done.out);
    assert!(
        done.err.contains(&format!("sipclause.yaml:2:5: the waiver of 6.2.1.1-1 expires on {soon}: a\n"))
    );
    assert_eq!(run(&top, &["check", "old.sip", "--strict-waivers"]).code, 1);
    // Expiring alone is no reason to fail.
    let config: Vec<_> = config.lines().take(3).collect();
    fs::write(top.path().join("sipclause.yaml"), config.join("\n")).unwrap();
    let done = run(&top, &["check", "old.sip", "--strict-waivers"]);
    assert_eq!((done.code, done.err.contains("expires on")), (0, true), "{}", done.err);
}

#[test]
fn several_waivers_and_a_baseline_may_cover_one_failure_together() {
    let top = start();
    let (_, found) = report(&top, "new.json", &["defect.sip"]);
    let verdicts = found["sessions"][0]["verdicts"].as_array().unwrap();
    let failed = verdicts.iter().find(|verdict| verdict["clause"] == "6.2.1.1-0").unwrap();
    let prints: Vec<_> = failed["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["fingerprint"].as_str().unwrap())
        .collect();
    let waiver =
        |print: &str| format!("  - {{clause: 6.2.1.1-0, reason: r, when: {{fingerprint: {print:?}}}}}\n");
    let code = |waivers: &str, options: &[&str]| {
        fs::write(top.path().join("sipclause.yaml"), format!("waivers:\n{waivers}")).unwrap();
        let all = ["check", "defect.sip", "--select", "6.2.1.1-0"];
        run(&top, &[&all, options].concat()).code
    };
    let (one, two) = (waiver(prints[0]), waiver(prints[1]));
    assert_eq!(code(&one, &[]), 1);
    assert_eq!(code(&(one.clone() + &two), &[]), 0);
    assert_eq!(code(&one, &["--baseline", "base.json"]).min(code(&two, &["--baseline", "base.json"])), 0);
}

#[test]
fn what_a_waiver_covered_is_not_in_the_baseline() {
    let top = start();
    fs::write(top.path().join("sipclause.yaml"), "waivers:\n  - {clause: 6.2.1.1, reason: r}\n").unwrap();
    assert_eq!(report(&top, "waived.json", &["old.sip"]).0, 0);
    fs::remove_file(top.path().join("sipclause.yaml")).unwrap();
    assert_eq!(report(&top, "new.json", &["again.sip", "--baseline", "waived.json"]).0, 1);
}
