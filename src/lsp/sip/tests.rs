//! Places of findings in the text of an editor.

use super::*;

const BROKEN: &str = include_str!("../../../docs/demo/broken.sip");

fn judged(text: &str) -> Sip {
    Sip::of(text, &Policy::default(), Bounds::default())
}

fn at<'t>(text: &'t str, sip: &Sip, code: &str) -> Vec<&'t str> {
    let found = sip.found.iter().filter(|found| found.code == code);
    found.map(|found| &text[found.range.clone()]).collect()
}

#[test]
fn findings_stand_at_the_same_words_whatever_ends_the_lines() {
    let plain = judged(BROKEN);
    assert!(plain.found.iter().any(|found| found.code == "6.2.1.1-1"), "{plain:?}");
    let words = at(BROKEN, &plain, "6.2.1.1-1");
    for text in [BROKEN.replace('\n', "\r\n"), format!("\u{feff}{BROKEN}"), format!("\n\n# note\n{BROKEN}")] {
        assert_eq!(at(&text, &judged(&text), "6.2.1.1-1"), words);
    }
}

#[test]
fn a_message_that_begins_in_the_middle_of_a_line_has_its_own_place() {
    let bye = "BYE sip:a@b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 2\r\n\r\nxx";
    let text = format!("{bye}{bye}");
    let sip = judged(&text);
    let ranges: Vec<_> = sip.messages.iter().map(|message| message.range.clone()).collect();
    assert_eq!(ranges, [0..bye.len(), bye.len()..2 * bye.len()]);
    assert_eq!(&text[sip.messages[1].first_line.clone()], "BYE sip:a@b SIP/2.0");
}

#[test]
fn text_that_is_no_sip_is_one_warning_and_an_empty_one_none() {
    let sip = judged("hello\n");
    assert_eq!(sip.found.len(), 1);
    assert_eq!(sip.found[0].code, "no-sip");
    assert!(judged(" \n").found.is_empty());
}

#[test]
fn a_line_that_is_passed_over_is_told_on_its_line() {
    let text = format!("{BROKEN}\n---\nhello\nINVITE sip:a@b SIP/2.0\n\n");
    assert_eq!(at(&text, &judged(&text), "no-start-line"), ["hello"]);
}

#[test]
fn findings_in_a_log_stand_on_the_lines_of_the_log() {
    let message = &BROKEN[BROKEN.find("INVITE").unwrap()..];
    let words = at(BROKEN, &judged(BROKEN), "6.2.1.1-1");
    let length = message.len() + message.lines().count();
    let heading = "-----------------------------------------------";
    let log = format!(
        "{heading} 2026-11-22 08:00:00.000000\nUDP message sent [{length}] bytes:\n\n{message}\n\
         {heading} 2026-11-22 08:00:01.000000\nUDP message sent [{length}] bytes:\n\n{message}\n"
    );
    let sip = judged(&log);
    assert!(sip.messages.len() == 2, "{sip:#?}");
    assert_eq!(at(&log, &sip, "6.2.1.1-1"), words);
    for message in &sip.messages {
        assert_eq!(&log[message.first_line.clone()], "INVITE sip:bob@example.org SIP/2.0");
    }
}
