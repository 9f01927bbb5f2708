//! The HTML report: what the file is made of. What a browser makes of it is tested by `make test-external`.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "html/document.rs"]
mod document;
#[path = "reports/sample.rs"]
mod sample;

use document::Document;
use proptest::prelude::*;
use sample::{captured, failure, finding, message, place, ruling, session, summary, waived, written};
use serde_json::{Value, json};
use sha2::Digest as _;
use sipclause::clause::{Place, Related};
use sipclause::report::{Format, Options, open};
use sipclause::source::Span;
use sipclause::verdict::{FailOn, Judgement, Verdict};

fn reported(judgements: &[Judgement<'_>]) -> String {
    let mut text = Vec::new();
    let mut report = open(Format::Html, Box::new(&mut text), Options::default());
    judgements.iter().for_each(|judgement| report.session(judgement).unwrap());
    report.finish(&summary(judgements, FailOn::Shall)).unwrap();
    drop(report);
    String::from_utf8(text).unwrap()
}

#[test]
fn the_policy_allows_the_program_and_the_style_of_the_file_and_nothing_else() {
    let text = reported(&[captured()]);
    let between = |from: &str, to: &str| {
        let (_, rest) = text.split_once(from).unwrap();
        rest.split_once(to).unwrap().0
    };
    let policy = between("http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for (directive, part) in
        [("script-src", between("\n<script>", "</script>")), ("style-src", between("<style>", "</style>"))]
    {
        let hash = sha2::Sha256::digest(part.as_bytes());
        let (_, said) = policy.split_once(&format!("{directive} 'sha256-")).unwrap();
        assert_eq!(document::base64(said.split_once('\'').unwrap().0), hash.as_slice(), "{directive}");
    }
    assert!(policy.contains("require-trusted-types-for 'script'") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn nothing_is_fetched_from_anywhere() {
    let text = reported(&[captured(), written()]);
    let markup = Document::of(&text).markup;
    for word in [" src=", "<link", "@import", "url(", "fetch(", "XMLHttpRequest", "<img", "<iframe", "<base"]
    {
        assert!(!markup.contains(word), "{word}");
    }
    let addresses: Vec<&str> = markup.matches("http://").chain(markup.matches("https://")).collect();
    assert_eq!(addresses, ["http://"], "the name of the SVG namespace alone");
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
    let document = Document::of(&reported(&judgements));
    let sessions = document.run["sessions"].as_array().unwrap();
    let order: String = sessions.iter().map(|session| session["id"].as_str().unwrap()).collect();
    assert_eq!((order.as_str(), document.sessions.len()), ("abcd", 4));
}

#[test]
fn the_counts_are_those_of_the_summary() {
    let document = Document::of(&reported(&[captured(), written()]));
    let clauses = document.run["clauses"].as_array().unwrap();
    let row = |id: &str| clauses.iter().find(|clause| clause["id"] == id).unwrap();
    assert_eq!(row("6.2.1.1-1")["counts"], json!([1, 1, 0, 0]));
    assert_eq!(
        (&row("6.2.1.1-3")["counts"], &row("6.2.1.1-3")["covered"]),
        (&json!([1, 1, 0, 0]), &json!(1))
    );
    assert_eq!(document.run["exit_code"], 1);
    let letters = |session: usize| {
        let pattern = document.run["sessions"][session]["p"].as_u64().unwrap() as usize;
        document.run["patterns"][pattern]["v"].as_str().unwrap().to_owned()
    };
    assert_eq!((letters(0), letters(1)), ("FPPPPPN".to_owned(), "PFSWINI".to_owned()));
}

#[test]
fn a_clause_that_was_not_judged_in_a_session_has_no_reason_there() {
    let some =
        session(Vec::new(), vec![ruling(1, Verdict::Pass, "one"), ruling(4, Verdict::Inconclusive, "two")]);
    let document = Document::of(&reported(&[captured(), some]));
    let pattern = &document.run["patterns"][0];
    assert_eq!(pattern["v"], "_P__I__");
    assert_eq!(pattern["r"].as_array().unwrap().len(), 2);
}

#[test]
fn marks_are_those_bytes_of_the_message() {
    let document = Document::of(&reported(&[captured()]));
    let finding = &document.sessions[0]["findings"][0];
    assert_eq!(document.marked(0, &finding["at"]), [";require"]);
    assert_eq!((&finding["at"]["line"], &finding["at"]["column"]), (&json!(10), &json!(2)));
    let related: Vec<_> =
        finding["related"].as_array().unwrap().iter().map(|at| document.marked(0, at).concat()).collect();
    assert_eq!(related, ["sip:bob@example.com", "timer"]);
}

#[test]
fn the_text_of_a_message_is_shown_line_by_line() {
    let document = Document::of(&reported(&[captured()]));
    let text = document.text(0, 0).join("\r\n") + "\r\n";
    assert_eq!(text.as_bytes(), sample::INVITE);
}

#[test]
fn what_several_sessions_say_is_said_once() {
    let sessions: Vec<_> = (0..50).map(|number| Judgement { first_packet: number, ..captured() }).collect();
    let text = reported(&sessions);
    for once in ["Max-Forwards: 70", "no response to the INVITE tells", "\"acme/2.1\""] {
        assert_eq!(text.matches(once).count(), 1, "{once}");
    }
}

#[test]
fn bodies_are_told_and_not_shown() {
    let bytes: &[u8] = b"MESSAGE sip:b@x SIP/2.0\r\nContent-Type: text/plain\r\n\r\nmy secret\r\n";
    let inside = failure(0, finding(place(0, bytes, "secret"), "what was found"));
    let text = reported(&[session(vec![message(0, bytes)], vec![inside])]);
    assert!(!text.contains("secret"), "{text}");
    let document = Document::of(&text);
    assert_eq!(document.text(0, 0)[3], "body of 11 bytes (text/plain) not shown");
    let at = &document.sessions[0]["findings"][0]["at"];
    assert_eq!((&at["line"], &at["column"], &at["marks"]), (&json!(4), &json!(4), &json!([3, 0, 0])));
}

#[test]
fn a_report_of_nothing_is_a_report() {
    let document = Document::of(&reported(&[]));
    assert_eq!(document.run["sessions"], json!([]));
    assert!(document.sessions.is_empty());
}

#[test]
fn the_same_run_is_the_same_file() {
    let judgements = [captured(), written(), captured()];
    assert_eq!(reported(&judgements), reported(&judgements));
}

#[test]
fn the_file_does_not_depend_on_how_many_judge() {
    let folder = tempfile::tempdir().unwrap();
    let sipclause = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sipclause"));
        command.args(arguments).current_dir(folder.path()).env_clear().output().unwrap()
    };
    // Of files above 1 MiB, several threads judge.
    sipclause(&["compose", "one-to-one", "--count", "100", "-o", "calls.pcap"]);
    assert!(std::fs::metadata(folder.path().join("calls.pcap")).unwrap().len() > 1 << 20);
    let html = |jobs| {
        let output = sipclause(&["check", "calls.pcap", "--jobs", jobs, "--output", "html"]);
        String::from_utf8(output.stdout).unwrap()
    };
    let one = html("1");
    assert!(one == html("3"), "reports differ");
    assert_eq!(Document::of(&one).sessions.len(), 100);
}

/// Texts that would be markup, end a script, or act on the order of what is read.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        prop::sample::select(
            &[
                "</script>",
                "<!--",
                "<script>",
                "<img src=x onerror=alert(1)>",
                "]]>",
                "\u{2028}",
                "\u{202e}",
                "\0",
                "\u{fffe}",
                "{{run}}",
                "&lt;",
                "'\"`"
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_and_no_span_break_the_document(
        text in hostile_text(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        spans in prop::collection::vec((0_usize..260, 0_usize..90, 0_usize..3), 1..5),
    ) {
        let bytes = [b"INVITE x\r\nc: application/sdp\r\n", text.as_bytes(), &bytes].concat();
        let spot = |&(start, length, message): &(usize, usize, usize)| Place { message, span: Span::new(start, start + length) };
        let mut found = finding(spot(&spans[0]), &text);
        found.help = Some(text.clone());
        found.related = spans[1..].iter().map(|span| Related { at: spot(span), note: text.clone() }).collect();
        let mut judgement = session(vec![message(0, &bytes), message(1, sample::OK)], vec![waived(failure(0, found))]);
        judgement.call_id = text.as_str().into();
        judgement.user_agent = Some(text.as_str().into());
        judgement.observations = vec![text.clone()];
        let report = reported(&[judgement]);
        prop_assert!(!report.contains(|character: char| character.is_control() && character != '\n'));
        let document = Document::of(&report);
        prop_assert_eq!(&document.markup, &Document::of(&reported(&[captured()])).markup, "the page is the same whatever is in it");
        let shown: Value = document.run["sessions"][0]["id"].clone();
        prop_assert_eq!(shown.as_str().unwrap().is_empty(), text.is_empty());
        for at in document.sessions[0]["findings"].as_array().unwrap().iter().flat_map(|finding| {
            std::iter::once(&finding["at"]).chain(finding["related"].as_array().unwrap())
        }) {
            document.marked(0, at);
        }
    }
}
