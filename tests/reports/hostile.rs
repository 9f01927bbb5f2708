//! Captures that try to act on the terminal, and bytes of every kind.

use proptest::prelude::*;
use sipclause::clause::{Place, Related};
use sipclause::report::{Format, Options};
use sipclause::source::{FrameNumber, Span};
use sipclause::verdict::{FailOn, Judgement, Shown, Verdict};

use super::sample::{captured, failure, finding, message, place, ruling, session, summary, waived};
use super::{hold_against_schema, page, reported, run, snapshot};

#[test]
fn colours_are_the_only_control_sequences() {
    let judgements = [captured(), hostile()];
    let options = Options { color: true, verbose: true, ..Options::default() };
    let text = reported(Format::Human, &judgements, &summary(&judgements, FailOn::Shall), options);
    assert!(text.contains("\x1b["));
    assert_harmless(&without_colours(&text));
}

#[test]
fn a_hostile_capture_is_shown_and_does_nothing() {
    let text = run(Format::Human, &[hostile()]);
    assert_harmless(&text);
    snapshot("report-human-hostile", &text);
}

/// A session whose every text tries to do something to the terminal.
pub(crate) fn hostile() -> Judgement<'static> {
    const BYTES: &[u8] = b"INV\x1b]0;gotcha\x07ITE sip:\xe2\x80\xaeb@x SIP/2.0\r\nSubject: caf\xe9\xff \x9b31m\x7f\rx\r\n\r\nbody";
    let mut attack =
        finding(place(0, BYTES, "gotcha"), "`\x1b[2J\u{9b}31m` \u{202e}was seen\r\nerror: forged");
    attack.help = Some("\x1b[0m".into());
    attack.related = vec![Related { at: place(0, BYTES, "x\r\n\r\n"), note: "a lone \r before it".into() }];
    let mut judgement = session(
        vec![Shown { frames: FrameNumber::all(&[1]).leak(), ..message(0, BYTES) }],
        vec![
            failure(0, attack),
            waived(failure(
                1,
                finding(Place { message: 0, span: Span::at(BYTES.len()) }, "no \x07 at the end"),
            )),
            ruling(2, Verdict::Inconclusive, "\x1b[31m"),
        ],
    );
    judgement.input = "evil\x1b[1m\n.pcap";
    judgement.messages[0].input = judgement.input;
    judgement.call_id = "\x1b]0;x\x07".into();
    judgement.user_agent = Some("\u{2066}agent\u{2069}\u{200b}".into());
    judgement.observations = vec!["\x08\x08\x08".into()];
    judgement
}

/// Nothing but line ends and visible characters.
pub(crate) fn assert_harmless(text: &str) {
    let bad = text.chars().find(|&character| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(bad, None, "{text:?}");
}

/// It is well formed, and nothing in it acts on a terminal.
fn assert_machines_read(format: Format, text: &str) {
    match format {
        Format::Csv => {
            assert_harmless(&text.replace("\r\n", "\n"));
            let rows = csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap).count();
            assert_eq!(rows, 1, "{text}");
            return;
        }
        Format::Json | Format::Gitlab => drop(serde_json::from_str::<serde_json::Value>(text).unwrap()),
        Format::Sarif => drop(serde_json::from_str::<serde_sarif::sarif::Sarif>(text).unwrap()),
        Format::Junit => drop(roxmltree::Document::parse(text).unwrap()),
        Format::Github => assert!(text.lines().all(|line| line.starts_with("::")), "{text}"),
        _ => {}
    }
    assert_harmless(text);
}

/// The text without the SGR sequences that we write: `ESC [ digits and semicolons m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let end = part.find(|character: char| !character.is_ascii_digit() && character != ';').unwrap();
        assert!(part[end..].starts_with('m'), "{part:?}");
        plain.push_str(&part[end + 1..]);
    }
    plain
}

/// Bytes as a hostile capture may hold them: SIP-like pieces, controls, broken UTF-8.
fn capture_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        Just(b"\r\n".to_vec()),
        Just(b"\n ".to_vec()),
        Just(b"\xe2\x80\xae\xe2\x80\x8d\xc2\x9b\t".to_vec()),
        Just("漢字 \u{1f600} e\u{301}".as_bytes().to_vec()),
        Just(vec![b'a'; 300]),
        Just(b"\x1b]0;x\x07".to_vec()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_and_no_span_break_a_report(
        bytes in capture_bytes(),
        spans in prop::collection::vec((0usize..4200, 0usize..4200, 0usize..3), 1..5),
        width in 0usize..200,
        color in any::<bool>(),
        text in any::<String>(),
    ) {
        let spot = |&(start, len, message): &(usize, usize, usize)| {
            Place { message, span: Span::new(start % (bytes.len() + 3), start % (bytes.len() + 3) + len % 90) }
        };
        let mut found = finding(spot(&spans[0]), &text);
        found.help = Some(text.clone());
        found.related = spans[1..].iter().map(|span| Related { at: spot(span), note: text.clone() }).collect();
        let text_message = Shown { file_line: Some(9_999), cut: true, ..message(1, &bytes) };
        let mut judgement = session(vec![message(0, &bytes), text_message], vec![failure(0, found)]);
        judgement.call_id = text.as_str().into();
        let options = Options { color, width, verbose: true, ..Options::default() };
        let page = page(&judgement, options);
        assert_harmless(&without_colours(&page));
        if width >= 40 && !color && text.is_empty() {
            // Wide characters take two columns; places are links and are not wrapped.
            let longest = page.lines().filter(|line| !line.contains("message 0")).map(|line| line.chars().count()).max();
            prop_assert!(longest.unwrap_or(0) <= width.max(70), "{page}");
        }
        let judgements = [judgement];
        for format in Format::ALL {
            assert_machines_read(format, &run(format, &judgements));
        }
        for line in run(Format::Ndjson, &judgements).lines() {
            assert_harmless(line);
            hold_against_schema("ndjson_line", &serde_json::from_str(line).unwrap());
        }
    }
}
