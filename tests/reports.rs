//! Reports of judgements made by hand: what they look like, and that nothing in a capture breaks them.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "reports/hostile.rs"]
mod hostile;
#[path = "reports/sample.rs"]
mod sample;

use hostile::{assert_harmless, hostile};
use sample::{captured, failure, finding, message, place, ruling, session, summary, waived, written};
use serde_json::Value;
use sipclause::clause::{Level, Place, Related};
use sipclause::report::{Format, Human, Options, Report, open};
use sipclause::source::Span;
use sipclause::verdict::{
    Empty, ExitCode, FailOn, InputProblem, InputSummary, Judgement, RunSummary, Standing, Statistics, Tally,
    Verdict,
};

fn reported(format: Format, judgements: &[Judgement<'_>], summary: &RunSummary, options: Options) -> String {
    let mut text = Vec::new();
    let mut report = open(format, Box::new(&mut text), options);
    judgements.iter().for_each(|judgement| report.session(judgement).unwrap());
    report.finish(summary).unwrap();
    drop(report);
    String::from_utf8(text).unwrap()
}

fn run(format: Format, judgements: &[Judgement<'_>]) -> String {
    reported(format, judgements, &summary(judgements, FailOn::Shall), Options::default())
}

/// What one session looks like to people, without the end of the run.
fn page(judgement: &Judgement<'_>, options: Options) -> String {
    let mut text = Vec::new();
    Human::new(&mut text, options).session(judgement).unwrap();
    String::from_utf8(text).unwrap()
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}

/// The summary of these sessions with everything that it may hold.
fn full_summary(judgements: &[Judgement<'_>]) -> RunSummary {
    let mut summary = summary(judgements, FailOn::Shall);
    let mut statistics = Statistics::default();
    judgements.iter().for_each(|judgement| statistics.add(judgement));
    summary.statistics = Some(statistics);
    summary.configuration = Some("../sipclause.yaml".to_owned());
    summary.inputs[1].problems = vec![
        InputProblem { kind: "snaplen", text: "frame 3 is cut".to_owned(), count: 9, lost: true },
        InputProblem { kind: "lf", text: "the lines end with LF".to_owned(), count: 1, lost: false },
    ];
    summary
}

#[test]
fn statistics_take_the_place_of_findings() {
    let judgements = [captured(), written()];
    let options = Options { statistics: true, ..Options::default() };
    snapshot("report-statistics", &reported(Format::Human, &judgements, &full_summary(&judgements), options));
}

#[test]
fn ten_thousand_user_agents_are_a_thousand_and_others() {
    let mut statistics = Statistics::default();
    for number in 0..10_000 {
        statistics.add(&Judgement { user_agent: Some(format!("agent {number}").into()), ..captured() });
    }
    assert_eq!((statistics.agents().len(), statistics.other_agents().sessions), (1000, 9000));
}

#[test]
fn people_see_each_failure_in_its_lines() {
    snapshot("report-human", &run(Format::Human, &[captured(), written()]));
}

#[test]
fn a_wide_terminal_shows_more() {
    let options = Options { width: 120, verbose: true, ..Options::default() };
    let judgements = [captured()];
    let text = reported(Format::Human, &judgements, &summary(&judgements, FailOn::Shall), options);
    snapshot("report-human-verbose", &text);
}

#[test]
fn marks_of_every_shape_are_shown() {
    let mut long = b"Contact: <sip:".to_vec();
    long.resize(10_000, b'a');
    long[7_000..7_010].fill(b'b');
    let mark = |message, start, end| Place { message, span: Span::new(start, end) };
    let mut far = finding(mark(1, 7_000, 7_010), "a very long line");
    let note = "a note so long that it does not fit beside its mark at all goes below the lines";
    far.related = vec![Related { at: mark(1, 0, 7), note: note.into() }];
    let end = sample::INVITE.len();
    let judgement = session(
        vec![message(0, sample::INVITE), message(1, &long)],
        vec![
            failure(0, finding(mark(0, 36, 200), "more lines than fit")),
            failure(1, finding(mark(0, 95, 130), "the end of one line and the beginning of the next")),
            failure(2, finding(mark(0, end, end), "the end of the message")),
            failure(3, finding(mark(0, 40, 40), "between two bytes")),
            failure(4, far),
        ],
    );
    snapshot("report-human-marks", &page(&judgement, Options::default()));
}

#[test]
fn quiet_is_silent_when_nothing_is_wrong() {
    let options = Options { quiet: true, ..Options::default() };
    let fine = session(vec![message(0, sample::INVITE)], vec![ruling(0, Verdict::Pass, "all of them")]);
    let judgements = [fine];
    assert_eq!(reported(Format::Human, &judgements, &summary(&judgements, FailOn::Shall), options), "");
    let judgements = [captured()];
    let text = reported(Format::Human, &judgements, &summary(&judgements, FailOn::Shall), options);
    assert!(text.starts_with("error[6.2.1.1-1]: "), "{text}");
    assert!(!text.contains("session") && !text.contains("note[") && !text.contains("judged"), "{text}");
}

#[test]
fn what_many_sessions_lack_is_said_once() {
    let lacking = |reason| {
        let rulings =
            vec![ruling(0, Verdict::Inconclusive, reason), ruling(2, Verdict::NotApplicable, "none")];
        session(vec![message(0, sample::INVITE)], rulings)
    };
    let judgements = [lacking("no factory"), lacking("no factory"), lacking("no maximum")];
    let text = |fail_on, verbose| {
        let options = Options { fail_on, verbose, ..Options::default() };
        reported(Format::Human, &judgements, &summary(&judgements, fail_on), options)
    };
    let plain = text(FailOn::Shall, false);
    let counts = ["]: no factory", "]: no maximum", "]: inconclusive, as said of a session above"]
        .map(|words| plain.matches(words).count());
    assert_eq!(counts, [1, 1, 1], "{plain}");
    assert!(plain.contains("\n1 clause never applied; --verbose lists them\n"), "{plain}");
    for told in [text(FailOn::Inconclusive, false), text(FailOn::Shall, true)] {
        assert_eq!(told.matches("]: no factory").count(), 2, "what fails the run is said of each: {told}");
    }
    assert!(text(FailOn::Shall, true).contains("\n6.2.1.1-2"), "all clauses, for who asks for them");
}

#[test]
fn a_run_that_judged_nothing_says_why() {
    let text = run(Format::Human, &[]);
    assert!(text.contains("no session shows an IM mark"), "{text}");
    assert!(text.contains("`--all-sessions`") && text.contains("exit code 3"), "{text}");
    let none = RunSummary { inputs: Vec::new(), ..summary(&[], FailOn::Shall) };
    let text = reported(Format::Human, &[], &none, Options::default());
    assert!(text.contains("no input matched"), "{text}");
}

fn hold_against_schema(name: &str, report: &Value) {
    static SCHEMA: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/report.schema.json"));
    thread_local! {
        static VALIDATORS: std::cell::RefCell<std::collections::BTreeMap<String, jsonschema::Validator>> = const { std::cell::RefCell::new(std::collections::BTreeMap::new()) };
    }
    VALIDATORS.with_borrow_mut(|validators| {
        let validator = validators.entry(name.to_owned()).or_insert_with(|| {
            let mut schema: Value = serde_json::from_str(SCHEMA).unwrap();
            schema["$ref"] = Value::from(format!("#/$defs/{name}"));
            jsonschema::validator_for(&schema).unwrap()
        });
        let errors: Vec<String> = validator
            .iter_errors(report)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{report:#}");
    });
}

#[test]
fn the_json_report_is_what_its_schema_says() {
    let text = run(Format::Json, &[written(), captured(), hostile()]);
    assert_harmless(&text);
    hold_against_schema("report", &serde_json::from_str(&text).unwrap());
    hold_against_schema("report", &serde_json::from_str(&run(Format::Json, &[])).unwrap());
    let judgements = [written(), captured()];
    let full = reported(Format::Json, &judgements, &full_summary(&judgements), Options::default());
    hold_against_schema("report", &serde_json::from_str(&full).unwrap());
    snapshot("report-json", &run(Format::Json, &[written(), captured()]));
}

#[test]
fn the_schema_is_strict() {
    let mut report: Value = serde_json::from_str(&run(Format::Json, &[captured()])).unwrap();
    report["sessions"][0]["surprise"] = true.into();
    let schema = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/report.schema.json"));
    let schema: Value = serde_json::from_str(schema).unwrap();
    assert!(!jsonschema::is_valid(&schema, &report));
}

#[test]
fn every_line_of_ndjson_is_an_object_and_the_summary_is_last() {
    let text = run(Format::Ndjson, &[written(), captured()]);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.iter().for_each(|line| hold_against_schema("ndjson_line", line));
    let kinds: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["session", "session", "summary"]);
    assert_eq!(lines[0]["call_id"], "zz");
    assert_eq!(lines[2]["summary"]["exit_code"], 1);
}

#[test]
fn both_json_formats_hold_the_same() {
    let json: Value = serde_json::from_str(&run(Format::Json, &[captured()])).unwrap();
    let text = run(Format::Ndjson, &[captured()]);
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut session = lines.next().unwrap();
    session.as_object_mut().unwrap().shift_remove("type");
    assert_eq!(session.to_string(), json["sessions"][0].to_string());
    assert_eq!(lines.next().unwrap()["summary"].to_string(), json["summary"].to_string());
}

#[test]
fn sessions_stand_in_the_order_of_their_first_packets_input_by_input() {
    let at = |input, call_id: &'static str, first_packet| Judgement {
        input,
        call_id: call_id.into(),
        first_packet,
        ..session(Vec::new(), Vec::new())
    };
    let judgements = [
        at("calls.pcap", "d", 1),
        at("lint/one.sip", "b", 9),
        at("lint/one.sip", "a", 3),
        at("calls.pcap", "c", 0),
    ];
    let order = |joined| {
        let summary = RunSummary { joined, ..summary(&judgements, FailOn::Shall) };
        let text = reported(Format::Json, &judgements, &summary, Options::default());
        let report: Value = serde_json::from_str(&text).unwrap();
        let sessions = report["sessions"].as_array().unwrap();
        sessions.iter().map(|session| session["call_id"].as_str().unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(order(false), "abcd");
    assert_eq!(order(true), "cdab");
}

#[test]
fn places_count_as_the_contract_says() {
    let report: Value = serde_json::from_str(&run(Format::Json, &[written(), captured()])).unwrap();
    let at =
        |session: usize, clause: usize| &report["sessions"][session]["verdicts"][clause]["findings"][0]["at"];
    assert_eq!(at(0, 0)["file_line"], 98);
    assert_eq!(at(0, 0)["line"], 1);
    assert_eq!(at(1, 1)["line"], 10);
    assert_eq!(at(1, 1)["column"], 2);
    assert_eq!(at(1, 1)["length"], 8);
    assert_eq!(at(1, 1).get("file_line"), None);
}

#[test]
fn a_waived_failure_is_listed_and_does_not_count() {
    let only = finding(place(0, sample::INVITE, "Via"), "a tolerated failure");
    let judgement = session(vec![message(0, sample::INVITE)], vec![waived(failure(0, only))]);
    let summary = summary(std::slice::from_ref(&judgement), FailOn::Shall);
    assert_eq!(summary.exit_code, ExitCode::Clean);
    assert_eq!(summary.tally.standing(Standing::Waived), 1);
    assert_eq!(summary.tally.failed(Level::Shall), 0);
    let text = run(Format::Human, std::slice::from_ref(&judgement));
    assert!(text.contains("waived[6.2.1.1-0]: a tolerated failure"), "{text}");
    assert!(text.contains("until 2027-03-31") && !text.contains("error["), "{text}");
    let report: Value = serde_json::from_str(&run(Format::Json, &[judgement])).unwrap();
    let counts =
        serde_json::json!({"pass": 0, "fail": 1, "inconclusive": 0, "not-applicable": 0, "waived": 1});
    assert_eq!(report["summary"]["by_clause"]["6.2.1.1-0"], counts);
}

#[test]
fn exit_codes_follow_the_table_and_its_order() {
    let sound = InputSummary::default();
    let damaged = InputSummary { damaged: true, ..InputSummary::default() };
    let tally = |rulings: Vec<_>| {
        let mut tally = Tally::default();
        tally.add(&session(Vec::new(), rulings));
        tally
    };
    let found = || finding(Place { message: 0, span: Span::at(0) }, "x");
    let empty = Tally::default;
    let passed = || tally(vec![ruling(0, Verdict::Pass, "")]);
    let shall = || tally(vec![failure(0, found())]);
    let should = || tally(vec![failure(2, found())]);
    let open = || tally(vec![ruling(0, Verdict::Inconclusive, "")]);
    for (input, tally, fail_on, allowed, code) in [
        (&sound, passed(), FailOn::Inconclusive, Empty::Refused, 0),
        (&sound, shall(), FailOn::Shall, Empty::Refused, 1),
        (&sound, shall(), FailOn::Never, Empty::Refused, 0),
        (&sound, should(), FailOn::Shall, Empty::Refused, 0),
        (&sound, should(), FailOn::Should, Empty::Refused, 1),
        (&sound, open(), FailOn::Should, Empty::Refused, 0),
        (&sound, open(), FailOn::Inconclusive, Empty::Refused, 1),
        (&sound, empty(), FailOn::Shall, Empty::Refused, 3),
        (&sound, empty(), FailOn::Shall, Empty::Allowed, 0),
        (&damaged, empty(), FailOn::Shall, Empty::Allowed, 4),
        (&damaged, empty(), FailOn::Shall, Empty::Refused, 4),
        (&damaged, shall(), FailOn::Shall, Empty::Refused, 4),
        (&damaged, passed(), FailOn::Never, Empty::Refused, 4),
    ] {
        let exit = ExitCode::of(std::slice::from_ref(input), &tally, fail_on, allowed);
        assert_eq!(exit.code(), code, "{input:?} {fail_on:?} {allowed:?}");
    }
    let order =
        [ExitCode::Usage, ExitCode::Damaged, ExitCode::Failed, ExitCode::NothingJudged, ExitCode::Clean];
    assert!(order.is_sorted_by(|greater, lesser| greater > lesser));
}

#[test]
fn a_clause_first_met_later_gets_its_row_in_catalogue_order() {
    let mut tally = Tally::default();
    tally.add(&session(Vec::new(), vec![ruling(0, Verdict::Pass, ""), ruling(3, Verdict::Pass, "")]));
    tally.add(&session(
        Vec::new(),
        vec![ruling(0, Verdict::Pass, ""), ruling(1, Verdict::Pass, ""), ruling(3, Verdict::Pass, "")],
    ));
    let ids: Vec<&str> = tally.rows().iter().map(|row| row.clause.id.0).collect();
    assert_eq!(ids, ["6.2.1.1-0", "6.2.1.1-1", "6.2.1.1-3"]);
    assert_eq!(tally.rows()[0].count(Verdict::Pass), 2);
}

#[test]
fn every_format_has_its_looks() {
    let judgements = [captured(), written(), hostile()];
    let mut full = full_summary(&judgements);
    full.inputs[1].damaged = true;
    let formats = [
        Format::Sarif,
        Format::Junit,
        Format::Github,
        Format::Gitlab,
        Format::Markdown,
        Format::Tap,
        Format::Csv,
    ];
    for format in formats {
        let text = reported(format, &judgements, &full, Options::default());
        snapshot(&format!("report-{}", format.name()), &text.replace('\r', ""));
    }
}

#[test]
fn formats_have_names() {
    for format in Format::ALL {
        assert_eq!(Format::named(format.name()), Some(format));
    }
    assert_eq!(Format::named("xml"), None);
}
