//! A strict reader of TAP 14: plans hold, numbers run, every line is one that the specification knows.

use super::inputs::Reports;
use super::readers::Counted;

/// One test.
struct Test<'t> {
    is_ok: bool,
    directive: Option<&'t str>,
    findings: usize,
}

impl Test<'_> {
    fn fails(&self) -> bool {
        !self.is_ok && !self.directive.is_some_and(|directive| directive.starts_with("TODO "))
    }
}

/// Whether a harness says that the whole document fails.
pub(crate) fn fails(text: &str) -> bool {
    let (tests, _) = document(text);
    tests.iter().any(Test::fails)
}

/// What the report counts.
pub(crate) fn counted(reports: &Reports) -> Counted {
    let (tests, subtests) = document(reports.text("tap"));
    assert_eq!(tests.iter().any(Test::fails), reports.code != 0);
    let mut counted = Counted { sessions: subtests.len(), ..Counted::default() };
    for (subtest, test) in subtests.iter().zip(&tests) {
        assert_eq!(subtest.iter().any(Test::fails), test.fails(), "a subtest comes to its test");
        for test in subtest {
            counted.findings += test.findings;
            *match (test.is_ok, test.directive.map(|text| text.split(':').next().unwrap())) {
                (true, None) => &mut counted.passed,
                (true, Some("SKIP inconclusive")) => &mut counted.inconclusive,
                (true, Some("SKIP not applicable")) => &mut counted.not_applicable,
                (false, Some("TODO waived")) => &mut counted.waived,
                (false, None | Some("TODO a SHOULD that does not fail the run")) => &mut counted.failed,
                (_, other) => panic!("{other:?}"),
            } += 1;
        }
    }
    let about_inputs = tests.len() - subtests.len();
    counted.losses = about_inputs - usize::from(reports.code == 3);
    counted
}

/// The tests of the document, and those of its subtests.
fn document(text: &str) -> (Vec<Test<'_>>, Vec<Vec<Test<'_>>>) {
    let mut lines = text.lines().peekable();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let plan = plan(lines.next().unwrap());
    let (mut tests, mut subtests) = (Vec::new(), Vec::new());
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("# Subtest: ") {
            let mut inner = Vec::new();
            while let Some(line) = lines.next_if(|line| line.starts_with("    ")) {
                inner.push(&line[4..]);
            }
            subtests.push(subtest(&inner));
            assert!(lines.peek().unwrap().ends_with(&format!(" - {name}")), "{line}");
        } else {
            let mut yaml = Vec::new();
            let test = test(line, tests.len() + 1);
            while let Some(line) = lines.next_if(|line| line.starts_with("  ")) {
                yaml.push(&line[2..]);
            }
            tests.push(Test { findings: findings(&yaml), ..test });
        }
    }
    assert_eq!(tests.len(), plan);
    (tests, subtests)
}

fn subtest<'t>(lines: &[&'t str]) -> Vec<Test<'t>> {
    let plan = plan(lines[0]);
    let mut tests = Vec::new();
    let mut rest = &lines[1..];
    while let [line, after @ ..] = rest {
        if line.starts_with('#') {
            assert!(after.is_empty(), "a comment is the last");
            break;
        }
        let yaml: Vec<_> =
            after.iter().take_while(|line| line.starts_with("  ")).map(|line| &line[2..]).collect();
        rest = &after[yaml.len()..];
        tests.push(Test { findings: findings(&yaml), ..test(line, tests.len() + 1) });
    }
    assert_eq!(tests.len(), plan);
    tests
}

fn plan(line: &str) -> usize {
    let count = line.strip_prefix("1..").unwrap();
    count.split(' ').next().unwrap().parse().unwrap()
}

fn test(line: &str, number: usize) -> Test<'_> {
    let (is_ok, rest) = match line.strip_prefix("not ok ") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("ok ").unwrap_or_else(|| panic!("{line:?}"))),
    };
    let text = rest.strip_prefix(&format!("{number} - ")).unwrap_or_else(|| panic!("{number}: {line}"));
    // What is escaped is no directive.
    let mark = text.match_indices(" # ").map(|(at, _)| at).next();
    Test { is_ok, directive: mark.map(|at| &text[at + 3..]), findings: 0 }
}

/// The diagnostics are YAML; tells how many findings they hold.
fn findings(yaml: &[&str]) -> usize {
    let [first, inner @ .., last] = yaml else {
        assert!(yaml.is_empty());
        return 0;
    };
    assert_eq!((*first, *last), ("---", "..."));
    let text = inner.join("\n");
    let value: serde_json::Value =
        serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    value.get("findings").and_then(serde_json::Value::as_array).map_or(0, |findings| {
        for finding in findings {
            let has = |key: &str| finding[key].as_str().is_some_and(|text| !text.is_empty());
            assert!(has("code") && has("message") && has("at"), "{finding}");
        }
        findings.len()
    })
}
