//! The oracle of people who fuzz a message builder: it never panics, says why it judged nothing, and its
//! report tells clause, place and line.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[cfg(feature = "pcap")]
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sipclause::books::oma_im::BOOK;
use sipclause::compose::Flow;
use sipclause::session::Scenario;
use sipclause::verdict::{FailOn, Verdict};
use sipclause::{Oracle, judge};

fn flow_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im/flows").join(name)
}

/// The client's first INVITE of a conforming session.
fn invite() -> Vec<u8> {
    Flow::load(&flow_path("one-to-one.sip")).unwrap().messages.remove(0).bytes
}

/// The INVITE with one text replaced.
fn with(old: &str, new: &str) -> Vec<u8> {
    let invite = String::from_utf8(invite()).unwrap();
    assert!(invite.contains(old), "{invite}");
    invite.replace(old, new).into_bytes()
}

#[test]
fn a_lone_conforming_invite_conforms() {
    let verdicts = judge(&invite());
    verdicts.conforms().unwrap();
    assert_eq!(verdicts.sessions().len(), 1);
    let session = &verdicts.sessions()[0];
    assert_eq!(session.scenario(), Scenario::OneToOne);
    assert_eq!(session.rulings().count(), 58);
    assert!(session.rulings().any(|ruling| ruling.verdict == Verdict::Inconclusive), "no answer was there");
    assert!(verdicts.why_nothing().is_none());
}

#[test]
fn a_failure_tells_clause_place_and_line_with_its_control_characters() {
    let verdicts = judge(&with(";explicit", "\x07;x"));
    let error = verdicts.conforms().unwrap_err();
    let report = error.to_string();
    assert!(
        report.contains("\n6.2.1.1-1 fails (SHALL): the INVITE asks for IM clients in Accept-Contact\n"),
        "{report}"
    );
    assert!(report.contains("message 0 (INVITE), line "), "{report}");
    assert!(report.contains("    Accept-Contact: *;+g.oma.sip-im␇;x\n"), "{report}");
    assert!(!report.contains('\x07'), "{report}");
    assert_eq!(format!("{error:?}"), report, "unwrap shows the same");
    assert_eq!(format!("{:?}", error.verdicts()), report);
    let failure = verdicts.failures().find(|failure| failure.clause().id.0 == "6.2.1.1-1").unwrap();
    assert!(failure.line().starts_with(b"Accept-Contact: "));
    assert!(failure.bytes().starts_with(b"INVITE "));
}

#[test]
fn nothing_judged_does_not_conform_and_says_why() {
    let bye = "BYE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
        From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>;tag=2\r\nCall-ID: 1\r\nCSeq: 2 BYE\r\n\r\n";
    let register = bye.replace("BYE", "REGISTER");
    for (bytes, why) in [
        ("", "no SIP message in 0 bytes"),
        ("<a/>", "no SIP message in 4 bytes: markup (XML or HTML)"),
        ("{\"a\": 1}", "no SIP message in 8 bytes: JSON or similar text"),
        ("\u{1}\u{2}\u{3}", "no SIP message in 3 bytes: binary data that begins with 01 02 03"),
        (&*register, "one message, and it belongs to no session that an INVITE sets up"),
    ] {
        let verdicts = judge(bytes.as_bytes());
        assert!(verdicts.is_empty() && verdicts.failures().next().is_none(), "{bytes}");
        assert_eq!(verdicts.why_nothing(), Some(why), "{bytes}");
        assert_eq!(verdicts.verdict("6.2.1.1-1"), None);
        let report = verdicts.conforms().unwrap_err().to_string();
        assert_eq!(report.lines().next().unwrap(), format!("nothing was judged: {why}"));
    }
    // A session without its INVITE is one, but nothing about it can be told.
    let verdicts = judge(bye.as_bytes());
    let why = verdicts.why_nothing().unwrap_or_else(|| panic!("{verdicts}"));
    assert!(why.starts_with("no clause could be decided"), "{why}");
    assert!(verdicts.conforms().is_err());
}

#[test]
fn an_invite_of_the_server_is_not_judged_and_the_reason_is_told() {
    let server = with("User-Agent: IM-client", "Server: IM-serv");
    let verdicts = judge(&server);
    assert!(verdicts.is_empty(), "{verdicts}");
    assert!(verdicts.why_nothing().unwrap().contains("the IM Server's own"), "{verdicts}");
}

#[test]
fn unknown_ids_have_no_verdict_and_cannot_be_selected() {
    let verdicts = judge(&invite());
    assert_eq!(verdicts.verdict("6.2.1.1-1"), Some(Verdict::Pass));
    assert_eq!(verdicts.verdict("6.2.1.1-8"), None);
    assert_eq!(verdicts.sessions()[0].verdict("6.2.1.1"), None, "a subclause is no clause");
    let error = Oracle::new().select(["6.2.1.1-1", "6.2.1.1-5bos"]).unwrap_err();
    assert_eq!(error.to_string(), "no clause `6.2.1.1-5bos`; did you mean `6.2.1.1-5bis`?");
    let some = Oracle::new().select(["6.2.1.1-2", "6.2.1.2"]).unwrap().judge(&invite());
    let ids: Vec<_> = some.sessions()[0].rulings().map(|ruling| ruling.clause.id.0).collect();
    assert_eq!(ids[0], "6.2.1.1-2");
    assert!(ids[1..].iter().all(|id| id.starts_with("6.2.1.2-")), "{ids:?}");
}

#[test]
fn what_counts_is_a_shall_unless_said_otherwise() {
    let should = with(";refresher=uac", "");
    assert_eq!(judge(&should).verdict("6.2.1.1-6"), Some(Verdict::Fail));
    assert!(judge(&should).conforms().is_ok());
    assert!(Oracle::new().fail_on(FailOn::Should).judge(&should).conforms().is_err());
    assert!(Oracle::new().fail_on(FailOn::Inconclusive).judge(&invite()).conforms().is_err());
    let broken = with(";explicit", "");
    assert!(Oracle::new().fail_on(FailOn::Never).judge(&broken).conforms().is_ok());
    assert!(Oracle::new().fail_on(FailOn::Never).judge(b"").conforms().is_err(), "nothing was judged");
}

#[test]
fn one_message_is_judged_byte_by_byte_and_a_text_leniently() {
    let lf = String::from_utf8(invite()).unwrap().replace("\r\n", "\n");
    let lenient = judge(lf.as_bytes());
    assert_eq!(lenient.problems(), ["the lines end with LF: they are read as CRLF"]);
    assert!(lenient.conforms().is_ok(), "{lenient}");
    assert!(lenient.to_string().contains("note: the lines end with LF"));
    let strict = Oracle::new().judge_message(lf.as_bytes());
    assert!(strict.failures().any(|failure| failure.code() == "header-line/bare-lf"), "{strict}");
    let whole = Oracle::new().judge_message(&invite());
    assert!(whole.conforms().is_ok(), "{whole}");
    // Two messages are two sessions in a text, and a body too long as one message.
    let mut two = invite();
    two.extend(String::from_utf8(invite()).unwrap().replace("Call-ID: ", "Call-ID: x").bytes());
    assert_eq!(judge(&two).sessions().len(), 2);
    let one = Oracle::new().judge_message(&two);
    assert_eq!(one.sessions().len(), 1);
    assert!(one.failures().any(|failure| failure.code() == "content-length/mismatch"), "{one}");
}

#[test]
fn a_forced_scenario_is_taken() {
    let verdicts = Oracle::new().scenario(Scenario::AdHoc).judge(&invite());
    let session = &verdicts.sessions()[0];
    assert_eq!((session.scenario(), session.is_inferred()), (Scenario::AdHoc, false));
    assert!(verdicts.failures().any(|failure| failure.clause().id.subclause() == "6.2.1.3"), "{verdicts}");
}

#[cfg(feature = "pcap")]
#[test]
fn a_capture_is_read_too() {
    use sipclause::compose::{Carriage, Wire};
    let flow = Flow::load(&flow_path("one-to-one.sip")).unwrap();
    for carriage in [
        Carriage::Udp { mtu: None },
        Carriage::Udp { mtu: Some(400) },
        Carriage::Tcp { segment: std::num::NonZeroU16::new(100) },
    ] {
        let wire = Wire { carriage, ..Wire::default() };
        let verdicts = judge(&wire.to_bytes(&flow).unwrap());
        assert_eq!(verdicts.sessions().len(), 1, "{wire:?}");
        assert!(verdicts.conforms().is_ok(), "{wire:?}: {verdicts}");
        assert!(verdicts.sessions()[0].messages().len() > 3, "{wire:?}");
    }
}

#[test]
fn every_flow_gives_the_same_report_twice_with_sessions_in_order() {
    for entry in std::fs::read_dir(flow_path("")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let (one, other) = (judge(&bytes), judge(&bytes));
        assert_eq!(one.to_string(), other.to_string(), "{}", path.display());
        for session in one.sessions() {
            assert!(session.rulings().map(|ruling| ruling.clause.id.0).eq(BOOK.clauses().map(|c| c.id.0)));
        }
    }
}

#[test]
fn a_report_stays_short_however_long_the_message_is() {
    let long =
        with("Accept-Contact: *;", &format!("Accept-Contact: *;{}", "a=\"\u{1b}[31m\";".repeat(20_000)));
    let report = judge(&long).to_string();
    assert!(report.len() < 20_000, "{} bytes", report.len());
    assert!(!report.contains('\u{1b}'));
    let many = with("Max-Forwards:", &format!("{}Max-Forwards:", "broken line\r\n".repeat(5_000)));
    let report = judge(&many).to_string();
    assert!(report.len() < 20_000, "{} bytes", report.len());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let verdicts = judge(&bytes);
        let strict = Oracle::new().judge_message(&bytes);
        prop_assert_eq!(verdicts.is_empty(), verdicts.to_string().starts_with("nothing was judged: no "));
        prop_assert!(strict.is_empty());
    }

    #[test]
    fn no_change_of_an_invite_makes_it_panic_or_lose_its_place(
        at in any::<prop::sample::Index>(),
        removed in 0..60_usize,
        inserted in proptest::collection::vec(
            prop::sample::select(&b"\r\n\0\x1b\"<>;,=:@%[]/ \xff\xe2\x80\xaeaZ09"[..]), 0..12),
    ) {
        let mut bytes = invite();
        let at = at.index(bytes.len());
        bytes.splice(at..(at + removed).min(bytes.len()), inserted);
        for verdicts in [judge(&bytes), Oracle::new().judge_message(&bytes)] {
            let report = verdicts.to_string();
            prop_assert!(!report.chars().any(|c| c.is_control() && c != '\n'), "{report:?}");
            prop_assert_eq!(verdicts.conforms().is_err(), verdicts.is_empty() || verdicts.why_nothing().is_some()
                || verdicts.failures().any(|failure| failure.level() == sipclause::clause::Level::Shall));
            for failure in verdicts.failures() {
                prop_assert!(failure.at().column <= failure.line().len() + 3, "{failure}");
                prop_assert!(failure.bytes().windows(failure.line().len().max(1)).any(|w| w == failure.line())
                    || failure.line().is_empty());
            }
        }
    }
}
