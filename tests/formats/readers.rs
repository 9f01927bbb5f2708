//! Reports -> what they count, each read by a reader that is not ours where there is one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::inputs::Reports;

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) sessions: usize,
    /// Failures that no waiver covers.
    pub(crate) failed: usize,
    pub(crate) waived: usize,
    pub(crate) passed: usize,
    pub(crate) inconclusive: usize,
    pub(crate) not_applicable: usize,
    pub(crate) findings: usize,
    /// Problems of inputs by which something was lost.
    pub(crate) losses: usize,
}

impl Counted {
    /// From the report that the schema holds.
    pub(crate) fn of_json(reports: &Reports) -> Self {
        let mut counted =
            Self { sessions: reports.json["sessions"].as_array().unwrap().len(), ..Self::default() };
        for verdict in all(&reports.json["sessions"], "verdicts") {
            counted.findings += verdict["findings"].as_array().unwrap().len();
            counted.add(verdict["verdict"].as_str().unwrap(), verdict.get("waived").is_some());
        }
        let problems = all(&reports.json["inputs"], "problem_details");
        counted.losses = problems.filter(|problem| problem["lost"] == true).count();
        counted
    }

    fn add(&mut self, verdict: &str, waived: bool) {
        *match (verdict, waived) {
            ("fail", false) => &mut self.failed,
            ("fail", true) => &mut self.waived,
            ("pass", _) => &mut self.passed,
            ("inconclusive", _) => &mut self.inconclusive,
            ("not-applicable", _) => &mut self.not_applicable,
            other => panic!("{other:?}"),
        } += 1;
    }

    /// By the elements and attributes that the schemas of Jenkins and of Windy Road know.
    pub(crate) fn of_junit(reports: &Reports) -> Self {
        let document = roxmltree::Document::parse(reports.text("junit")).unwrap();
        let mut counted = Self::default();
        let suites = document.root_element();
        assert_shape(suites, "testsuites", &["name", "tests", "failures", "errors", "time"]);
        let mut totals = BTreeMap::new();
        for (id, suite) in suites.children().filter(|node| node.is_element()).enumerate() {
            let known = [
                "id",
                "name",
                "package",
                "hostname",
                "tests",
                "failures",
                "errors",
                "skipped",
                "time",
                "timestamp",
            ];
            assert_shape(suite, "testsuite", &known);
            assert_eq!(suite.attribute("id").unwrap(), id.to_string());
            let before = counted;
            suite.children().filter(|node| node.is_element()).for_each(|node| counted.case(node));
            let said = |name| suite.attribute(name).unwrap().parse::<usize>().unwrap();
            assert_eq!(said("failures"), counted.failed + counted.waived - before.failed - before.waived);
            let skipped = |counted: Self| counted.inconclusive + counted.not_applicable;
            assert_eq!(said("skipped"), skipped(counted) - skipped(before));
            assert_eq!(said("errors"), counted.losses - before.losses);
            let cases = suite.children().filter(|node| node.has_tag_name("testcase")).count();
            assert_eq!(said("tests"), cases);
            counted.sessions += usize::from(said("errors") == 0);
            for name in ["tests", "failures", "errors"] {
                *totals.entry(name).or_insert(0) += said(name);
            }
        }
        for (name, total) in totals {
            assert_eq!(suites.attribute(name).unwrap(), total.to_string());
        }
        // The text of a failure shows its findings as people see them: their codes are not there for all of them.
        counted.findings = Self::of_json(reports).findings;
        counted
    }

    fn case(&mut self, node: roxmltree::Node<'_, '_>) {
        match node.tag_name().name() {
            "properties" | "system-out" | "system-err" => return,
            name => assert_eq!(name, "testcase"),
        }
        assert_shape(node, "testcase", &["name", "classname", "time"]);
        let outcomes: Vec<_> = node.children().filter(|node| node.is_element()).collect();
        let Some(outcome) = outcomes.first() else { return self.passed += 1 };
        assert_eq!(outcomes.len(), 1, "one outcome");
        let message = outcome.attribute("message").unwrap();
        match outcome.tag_name().name() {
            "error" => self.losses += 1,
            "skipped" if message.starts_with("inconclusive: ") => self.inconclusive += 1,
            "skipped" if message.starts_with("not applicable: ") => self.not_applicable += 1,
            "failure" => {
                assert!(matches!(outcome.attribute("type"), Some("shall" | "should")));
                let text = outcome.text().unwrap();
                assert_eq!(text.starts_with("waived: "), message.starts_with("waived: "));
                *if message.starts_with("waived: ") { &mut self.waived } else { &mut self.failed } += 1;
            }
            other => panic!("{other}: {message}"),
        }
    }

    pub(crate) fn of_csv(reports: &Reports) -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_reader(reports.text("csv").as_bytes());
        let columns = reader.headers().unwrap().clone();
        let mut counted = Self::default();
        let (mut sessions, mut verdicts) = (BTreeSet::new(), BTreeSet::new());
        for row in reader.records() {
            let row = row.unwrap();
            let cell = |name| row.get(columns.iter().position(|column| column == name).unwrap()).unwrap();
            for cell in &row {
                assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "a formula: {cell}");
            }
            let session = (cell("input").to_owned(), cell("call_id").to_owned());
            counted.findings += usize::from(!cell("fingerprint").is_empty());
            if verdicts.insert((session.clone(), cell("clause").to_owned())) {
                counted.add(cell("verdict"), !cell("waived").is_empty());
            }
            sessions.insert(session);
        }
        Self { sessions: sessions.len(), ..counted }
    }

    /// From the table.
    pub(crate) fn of_markdown(reports: &Reports) -> Self {
        let text = reports.text("markdown");
        let mut counted = Self { sessions: Self::of_json(reports).sessions, ..Self::default() };
        for line in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| clause")) {
            let line = line.replace("\\|", "");
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 10, "{line}");
            let count = |at: usize| cells[at].parse::<usize>().unwrap_or(0);
            counted.failed += count(3);
            counted.waived += count(4);
            counted.inconclusive += count(6);
            counted.passed += count(7);
            counted.not_applicable += count(8);
        }
        let idle = text.lines().find_map(|line| line.strip_suffix(" never applied."));
        let idle = idle.map_or(0, |line| line.split(' ').next().unwrap().parse().unwrap());
        counted.not_applicable += idle * counted.sessions;
        let outside = outside_of_code(text);
        assert!(!outside.contains("<script"), "{outside}");
        assert_eq!(outside.matches("<details>").count(), outside.matches("</details>").count(), "{outside}");
        counted
    }
}

/// The text without what stands in fences and in code spans.
fn outside_of_code(text: &str) -> String {
    let (mut outside, mut fence) = (String::new(), None::<String>);
    for line in text.lines() {
        let marks: String = line.chars().take_while(|character| *character == '`').collect();
        match &fence {
            Some(end) if line == end => fence = None,
            Some(_) => {}
            None if marks.len() >= 3 && line.ends_with("text") => fence = Some(marks),
            None => outside.push_str(&format!("{line}\n")),
        }
    }
    assert_eq!(fence, None, "every fence ends");
    // A line of HTML holds no spans.
    let without = |line: &str| if line.starts_with('<') { line.to_owned() } else { without_spans(line) };
    outside.lines().map(|line| without(line) + "\n").collect()
}

/// CommonMark 6.1: a span ends with as many backticks as it begins with.
fn without_spans(line: &str) -> String {
    let (mut outside, mut rest) = (String::new(), line);
    while let Some(at) = rest.find('`') {
        let (before, span) = rest.split_at(at);
        outside.push_str(before);
        let marks = span.find(|character| character != '`').unwrap_or(span.len());
        let inner = &span[marks..];
        let ends = inner.match_indices(&span[..marks]).map(|(at, _)| at);
        let is_run = |at: &usize| !inner[..*at].ends_with('`') && !inner[*at + marks..].starts_with('`');
        let end = ends.into_iter().find(is_run).unwrap_or_else(|| panic!("a span does not end: {line}"));
        rest = &inner[end + marks..];
    }
    outside + rest
}

/// A report of GitLab: what its documentation lists, and no fingerprint twice.
pub(crate) fn hold_gitlab(reports: &Reports, counted: Counted) {
    let report: Value = serde_json::from_str(reports.text("gitlab")).unwrap();
    let issues = report.as_array().unwrap();
    assert_eq!(issues.len(), counted.findings + counted.losses);
    let fingerprints: BTreeSet<_> =
        issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(fingerprints.len(), issues.len(), "GitLab would drop the second of a fingerprint");
    for issue in issues {
        let keys: Vec<_> = issue.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["description", "check_name", "fingerprint", "severity", "location"]);
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical"].contains(&severity), "{severity}");
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0);
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(
            reports.json["inputs"]
                .as_array()
                .unwrap()
                .iter()
                .any(|input| { input["path"].as_str().unwrap().trim_start_matches("./") == path })
        );
    }
}

/// Annotations: commands and nothing else, at most ten of a level, and a last notice that counts all.
pub(crate) fn hold_github(reports: &Reports, counted: Counted) {
    let text = reports.text("github");
    let mut levels = BTreeMap::new();
    for line in text.lines() {
        let command = line.strip_prefix("::").unwrap();
        let (head, data) = command.split_once("::").unwrap();
        let (level, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&level), "{line}");
        *levels.entry(level).or_insert(0) += 1;
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').unwrap();
            assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&name), "{line}");
            assert!(!value.contains([':', '\r', '\n']), "{line}");
        }
        assert!(!data.is_empty());
    }
    assert!(levels.values().all(|count| *count <= 10), "{levels:?}");
    assert_eq!(levels["notice"], 1);
    let summary = text.lines().last().unwrap();
    for (count, word) in [
        (counted.failed, "failed"),
        (counted.waived, "waived"),
        (counted.passed, "passed"),
        (counted.inconclusive, "inconclusive"),
        (counted.not_applicable, "not applicable"),
    ] {
        assert_eq!(summary.contains(&format!(" {count} {word}")), count > 0, "{summary}");
    }
    assert!(summary.contains(&format!("; exit code {}: ", reports.code)), "{summary}");
}

fn assert_shape(node: roxmltree::Node<'_, '_>, name: &str, attributes: &[&str]) {
    assert_eq!(node.tag_name().name(), name);
    for attribute in node.attributes() {
        assert!(attributes.contains(&attribute.name()), "{name} has no {}", attribute.name());
    }
}

/// All elements of the arrays of this name, of all elements of an array.
fn all<'v>(array: &'v Value, name: &'static str) -> impl Iterator<Item = &'v Value> {
    let items = array.as_array().into_iter().flatten();
    items.flat_map(move |item| item.get(name).and_then(Value::as_array).into_iter().flatten())
}
