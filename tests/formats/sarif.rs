//! SARIF, by a typed reader and by the schema of the standard.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use serde_sarif::sarif::Sarif;

use super::inputs::Reports;
use super::readers::Counted;

pub(crate) fn hold(reports: &Reports, counted: Counted) {
    let text = reports.text("sarif");
    let log: Sarif = serde_json::from_str(text).unwrap();
    assert_eq!(log.runs.len(), 1);
    let report: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<_> =
        schema().iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let run = &report["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 58);
    let results = run["results"].as_array().unwrap();
    results.iter().for_each(|result| hold_result(result, run));
    let of_kind = |kind: &str| results.iter().filter(|result| result["kind"] == kind).count();
    assert_eq!(of_kind("fail"), counted.findings);
    assert_eq!(of_kind("pass"), counted.passed);
    assert_eq!(of_kind("open"), counted.inconclusive);
    assert_eq!(of_kind("notApplicable"), counted.not_applicable);
    let verdicts: BTreeSet<_> = results.iter().map(|result| session_and_rule(result, true)).collect();
    let sessions: BTreeSet<_> = results.iter().map(|result| session_and_rule(result, false)).collect();
    assert_eq!(sessions.len(), counted.sessions);
    assert_eq!(verdicts.len(), counted.sessions * 58);
    let waived = results.iter().filter(|result| result["suppressions"] != Value::Array(Vec::new()));
    let waived: BTreeSet<_> = waived.map(|result| session_and_rule(result, true)).collect();
    assert_eq!(waived.len(), counted.waived);
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["exitCode"], reports.code);
    assert_eq!(invocation["executionSuccessful"], reports.code < 2);
    let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
    let lost = notifications.iter().filter(|notification| notification["level"] == "error").count();
    assert_eq!(lost, counted.losses);
}

fn hold_result(result: &Value, run: &Value) {
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!(rule["id"], result["ruleId"]);
    let is_fail = result["kind"] == "fail";
    assert_eq!(result["level"] == "none", !is_fail);
    assert_eq!(result.get("partialFingerprints").is_some(), is_fail);
    assert_ne!(result["message"]["text"], "");
    let related = result.get("relatedLocations").and_then(Value::as_array).into_iter().flatten();
    for location in result["locations"].as_array().unwrap().iter().chain(related) {
        let physical = &location["physicalLocation"];
        let artifact = &physical["artifactLocation"];
        let known = &run["artifacts"][artifact["index"].as_u64().unwrap() as usize];
        assert_eq!(known["location"]["uri"], artifact["uri"]);
        let uri = artifact["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
        let region = &physical["region"];
        let number = |name: &str| region[name].as_u64().unwrap_or(1);
        assert!(number("startLine") >= 1);
        if region.get("endLine").is_some() {
            let place = |line: &str, column: &str| (number(line), number(column));
            assert!(place("startLine", "startColumn") <= place("endLine", "endColumn"), "{region}");
        }
    }
}

fn session_and_rule(result: &Value, with_rule: bool) -> (String, String, String) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let uri = text(&result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]);
    let rule = if with_rule { text(&result["ruleId"]) } else { String::new() };
    (uri, text(&result["properties"]["callId"]), rule)
}

/// The schema of the standard as the crate `serde-sarif` ships it: its types are made from it.
fn schema() -> &'static jsonschema::Validator {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        // Nothing is fetched: what this test was built from is there already.
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--offline", "--locked", "--format-version", "1", "--manifest-path"])
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
        let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
        let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
        // No regular expression: a bracket that is closed and not opened. We write no language.
        let text = text.replace("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
        let schema: Value = serde_json::from_str(&text).unwrap();
        assert!(
            schema["title"]
                .as_str()
                .unwrap()
                .contains("Static Analysis Results Format (SARIF) Version 2.1.0")
        );
        jsonschema::validator_for(&schema).unwrap()
    })
}
