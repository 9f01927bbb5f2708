//! What a run exercised: the real binary on composed and shipped flows, its three papers, and the exit code.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const CONFIG: &str = "context:
  clients: [\"192.0.2.10\", \"sip:alice@example.com\"]
  next_hops: [\"198.51.100.9\"]
  conference_factory_uris: [\"sip:conference-factory@im.example.com\"]
  pre_established_groups: [\"sip:friends@groups.example.com\"]
  max_adhoc_group_size: 5
";

/// An INVITE alone, with three mistakes.
const LONE: &str = include_str!("../docs/demo/broken.sip");

fn flows() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im/flows").to_string_lossy().into_owned()
}

fn folder() -> TempDir {
    let top = tempfile::tempdir().unwrap();
    fs::write(top.path().join("sipclause.yaml"), CONFIG).unwrap();
    fs::write(top.path().join("lone.sip"), LONE).unwrap();
    top
}

fn run(top: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
    command.arg("check").args(arguments).current_dir(top.path()).env_clear().output().unwrap()
}

fn code(top: &TempDir, arguments: &[&str]) -> i32 {
    run(top, arguments).status.code().unwrap()
}

/// The coverage of a run as JSON, held against its schema.
fn coverage(top: &TempDir, arguments: &[&str]) -> Value {
    run(top, &[&["--output", "coverage=coverage.json"], arguments].concat());
    let report: Value = serde_json::from_slice(&fs::read(top.path().join("coverage.json")).unwrap()).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../docs/schema/coverage.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    report
}

fn with_status<'r>(report: &'r Value, status: &str) -> Vec<&'r str> {
    let clauses = report["clauses"].as_array().unwrap().iter();
    clauses.filter(|row| row["status"] == status).map(|row| row["clause"].as_str().unwrap()).collect()
}

#[test]
fn the_shipped_flows_exercise_all_that_can_be_once_profile_and_ims_are_told() {
    let top = folder();
    let report = coverage(&top, &[&flows()]);
    assert_eq!(with_status(&report, "never-exercised"), ["6.2.1.4-ims", "6.2.1.5-9"]);
    assert_eq!(with_status(&report, "not-on-the-wire"), ["6.2.1.3-4-notify", "6.2.1.5-5-notify"]);
    assert_eq!(report["totals"]["exercised"], 54);
    let options = ["--set", "context.ims=3gpp", "--profile", "oma-ts", "--fail-on", "never"];
    let flows = flows();
    let options = [&options[..], &["--require-exercised", &flows]].concat();
    let done = run(&top, &options);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_lone_invite_exercises_what_an_invite_shows_and_is_no_green_run() {
    let top = folder();
    let report = coverage(&top, &["lone.sip"]);
    let missing = with_status(&report, "never-exercised");
    for id in ["6.2.1.1-ok1", "6.2.1.1-r2", "6.2.1.2-ok1", "6.2.1.3-3", "6.2.1.5-7"] {
        assert!(missing.contains(&id), "{id}");
    }
    assert!(with_status(&report, "exercised").contains(&"6.2.1.1-1"));
    let row = report["clauses"].as_array().unwrap().iter().find(|row| row["clause"] == "6.2.1.3-3").unwrap();
    assert_eq!(row["why"][0]["reason"], "the session is of another scenario");
    assert!(
        row["needs"].as_str().unwrap().starts_with("a session of scenario ad-hoc, with its initial INVITE")
    );

    let required = ["lone.sip", "--fail-on", "never", "--require-exercised"];
    let done = run(&top, &required);
    assert_eq!(done.status.code(), Some(3));
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.contains("never exercised: ") && said.contains("6.2.1.1-ok1"), "{said}");
    assert!(!said.contains("-notify"), "{said}");
    assert_eq!(code(&top, &["lone.sip", "--require-exercised"]), 1, "a failed clause comes first");
}

#[test]
fn the_clauses_to_exercise_can_be_named() {
    let top = folder();
    let with = |required: &str| run(&top, &["lone.sip", "--fail-on", "never", required]);
    assert_eq!(with("--require-exercised=6.2.1.1-1,6.2.1.1-2").status.code(), Some(0));
    assert_eq!(with("--require-exercised=6.2.1.1-*,6.2.1.3").status.code(), Some(3));
    let unknown = with("--require-exercised=6.2.1.1-99");
    assert_eq!(unknown.status.code(), Some(2));
    let unseen = with("--require-exercised=6.2.1.3-4-notify");
    assert_eq!(unseen.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unseen.stderr).contains("`6.2.1.3-4-notify` means can be decided"));
}

#[test]
fn a_run_without_sessions_exercises_nothing_whatever_allow_empty_says() {
    let top = folder();
    fs::write(top.path().join("empty.sip"), "").unwrap();
    assert_eq!(code(&top, &["empty.sip", "--allow-empty"]), 0);
    assert_eq!(code(&top, &["empty.sip", "--allow-empty", "--require-exercised"]), 3);
    assert_eq!(with_status(&coverage(&top, &["empty.sip"]), "never-exercised").len(), 56);
}

#[test]
fn the_papers_agree_and_do_not_depend_on_jobs_or_joining() {
    let top = folder();
    let report = coverage(&top, &[&flows()]);
    let exercised = report["totals"]["exercised"].as_u64().unwrap();
    let text = |options: &[&str]| {
        let done = run(&top, &[&["--output", "coverage"], options, &[&flows()]].concat());
        String::from_utf8(done.stdout).unwrap()
    };
    let markdown = text(&[]);
    assert!(markdown.contains(&format!("| all | 58 | {exercised} | 2 | 0 | 2 |")), "{markdown}");
    assert_eq!(markdown, text(&["--jobs", "1"]));
    assert!(text(&["--join"]).starts_with("# Coverage\n"));
    run(&top, &["--output", "coverage=page.html", &flows()]);
    let page = fs::read_to_string(top.path().join("page.html")).unwrap();
    assert_eq!(page.matches("<tr class=\"exercised\">").count() as u64, exercised);
}

#[test]
fn a_hostile_call_id_stays_text() {
    let top = folder();
    let hostile = LONE.replacen("\nCall-ID:", "\nCall-ID: <script>|`x`@h\nX-Was:", 1);
    assert_ne!(hostile, LONE);
    fs::write(top.path().join("hostile.sip"), hostile).unwrap();
    let markdown = String::from_utf8(run(&top, &["--output", "coverage", "hostile.sip"]).stdout).unwrap();
    assert!(markdown.contains("``<script>\\|`x`@h`` in `hostile.sip`"), "{markdown}");
    run(&top, &["--output", "coverage=page.html", "hostile.sip"]);
    let page = fs::read_to_string(top.path().join("page.html")).unwrap();
    assert!(page.contains("&lt;script&gt;|`x`@h in hostile.sip") && !page.contains("<script"), "{page}");
}

/// A filled statement: what `ics init` writes, with these answers.
fn statement(top: &TempDir, denied: &[&str]) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
    let done = command.args(["ics", "init"]).current_dir(top.path()).env_clear().output().unwrap();
    let mut text = String::from_utf8(done.stdout).unwrap();
    for item in denied {
        let filled = text.replace(&format!("  {item}: unknown"), &format!("  {item}: no"));
        assert_ne!(filled, text, "{item}");
        text = filled;
    }
    fs::write(top.path().join("ics.yaml"), text).unwrap();
}

#[test]
fn what_a_statement_denies_does_not_have_to_be_exercised() {
    let top = folder();
    let one_to_one = format!("{}/one-to-one.sip", flows());
    let others = ["ad-hoc", "pre-established", "extension", "ims", "anonymity"];
    statement(&top, &others);
    let arguments = [&*one_to_one, "--require-exercised=6.2.1.2,6.2.1.1-5,6.2.1.3,6.2.1.4,6.2.1.5"];
    assert_eq!(code(&top, &arguments), 3);
    let with_ics = [&arguments[..], &["--ics", "ics.yaml"]].concat();
    let done = run(&top, &with_ics);
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!((done.status.code(), &*said), (Some(0), ""));
    let report = coverage(&top, &with_ics);
    let row = report["clauses"].as_array().unwrap().iter().find(|row| row["clause"] == "6.2.1.3-3").unwrap();
    assert_eq!((&row["status"], &row["not_supported_by"]), (&"not-supported".into(), &"ad-hoc".into()));
    fs::write(top.path().join("sipclause.yaml"), format!("ics: ics.yaml\n{CONFIG}")).unwrap();
    assert_eq!(code(&top, &arguments), 0, "the key of the configuration does the same");
}

#[test]
fn a_session_that_does_what_the_statement_denies_is_a_contradiction() {
    let top = folder();
    let ad_hoc = format!("{}/ad-hoc.sip", flows());
    statement(&top, &["ad-hoc", "session-timer"]);
    let arguments = ["--fail-on", "never", "--ics", "ics.yaml", &ad_hoc];
    let done = run(&top, &arguments);
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(0), "{said}");
    assert!(said.contains("says no to `session-timer`, which is mandatory"), "{said}");
    assert!(said.contains("says no to `ad-hoc`, but the run exercises 6.2.1.3-1, "), "{said}");
    assert!(said.contains("first in session adhoc-0010@192.0.2.10 of "), "{said}");
    let markdown = run(&top, &[&arguments[..], &["--output", "coverage"]].concat());
    let markdown = String::from_utf8(markdown.stdout).unwrap();
    let section = "\n## What contradicts the conformance statement\n\n- it says no to `session-timer`, which is mandatory\n";
    assert!(markdown.contains(section) && markdown.contains("\n- it says no to `ad-hoc`, but"), "{markdown}");
    assert_eq!(coverage(&top, &arguments)["contradictions"].as_array().unwrap().len(), 2);
    let strict = run(&top, &[&arguments[..], &["--strict-ics", "--output", "tap"]].concat());
    assert_eq!(strict.status.code(), Some(1));
    let harness = String::from_utf8(strict.stdout).unwrap();
    assert!(harness.contains("\nnot ok 2 - the conformance statement holds\n"), "{harness}");
    assert_eq!(code(&top, &[&arguments[..], &["--require-exercised=6.2.1.3-3"]].concat()), 0);
}

#[test]
fn a_statement_is_shown_as_a_proforma_and_refused_where_it_is_wrong() {
    let top = folder();
    statement(&top, &["extension", "ims"]);
    let ics = |arguments: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"));
        command.arg("ics").args(arguments).current_dir(top.path()).env_clear().output().unwrap()
    };
    let shown = String::from_utf8(ics(&["show", "ics.yaml"]).stdout).unwrap();
    assert!(shown.contains("| 6.2.1.5-1 | an initial INVITE sets the session up, outside of any dialog | n/a: no to `extension` |"), "{shown}");
    assert!(shown.contains("| m |\n") && shown.contains("| recommended |\n"), "{shown}");
    assert_eq!(ics(&["init", "-o", "ics.yaml"]).status.code(), Some(2), "it is there already");
    fs::write(top.path().join("ics.yaml"), "supports:\n  adhoc: no\n").unwrap();
    let done = run(&top, &["lone.sip", "--ics", "ics.yaml"]);
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.contains("ics.yaml:2:3: no key `adhoc` here; did you mean `ad-hoc`?"), "{said}");
    assert_eq!(run(&top, &["lone.sip", "--ics", "absent.yaml"]).status.code(), Some(2));
}
