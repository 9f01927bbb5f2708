use super::*;
use crate::capture::{Capture, Event, Kind, Problem, Transport};
use proptest::prelude::*;

/// What is handed out of `text`: line and payload, and the problems.
fn read(text: &[u8]) -> (Vec<(usize, String)>, Vec<Problem>) {
    let mut capture = Capture::open(text, Caps::default()).unwrap();
    assert_eq!(capture.kind(), Kind::Sip);
    let mut messages = Vec::new();
    while let Some(Event::Packet(packet)) = capture.next_event() {
        assert_eq!((packet.framing, packet.wholeness), (Framing::Text, Wholeness::Whole));
        let payload = String::from_utf8_lossy(&packet.payload).into_owned();
        messages.push((packet.file_line.unwrap(), payload));
    }
    (messages, capture.problems().to_vec())
}

fn payloads(text: &str) -> Vec<String> {
    read(text.as_bytes()).0.into_iter().map(|(_, payload)| payload).collect()
}

fn message(headers: &str, body: &str) -> String {
    format!("INVITE sip:bob@example.com SIP/2.0\r\nCall-ID: 1\r\n{headers}\r\n{body}")
}

#[test]
fn separators_say_how_a_message_came() {
    let text = format!(
        "\u{feff}\r\n# the first\r\n# time=2026-11-22T08:00:00Z from=192.0.2.10:5070\r\n\
         # to=[2001:db8::1]:5062 transport=TCP\r\n{}---\r\n{}",
        message("l: 0\r\n", ""),
        message("l: 0\r\n", "")
    );
    let mut capture = Capture::open(text.as_bytes(), Caps::default()).unwrap();
    let Some(Event::Packet(packet)) = capture.next_event() else { panic!("there is a message") };
    assert_eq!(packet.time, Time::parse("2026-11-22T08:00:00Z"));
    assert_eq!(packet.from, "192.0.2.10:5070".parse().ok());
    assert_eq!(packet.to, "[2001:db8::1]:5062".parse().ok());
    assert_eq!((packet.transport, packet.file_line), (Some(Transport::Tcp), Some(5)));
    let Some(Event::Packet(packet)) = capture.next_event() else { panic!("there are two messages") };
    assert_eq!((packet.time, packet.from, packet.file_line), (None, None, Some(10)));
    assert!(capture.next_event().is_none());
    assert_eq!((capture.frames(), capture.problems().len()), (2, 0));
}

#[test]
fn a_value_that_cannot_be_read_is_a_note_with_its_line() {
    let text = format!("---\r\n# from=somewhere time=noon\r\n{}", message("", ""));
    let (messages, problems) = read(text.as_bytes());
    assert_eq!(messages.len(), 1);
    assert!(problems[0].text.starts_with("line 2: `from=somewhere`"), "{problems:?}");
    assert_eq!(problems.len(), 2);
}

#[test]
fn content_length_wins_over_what_looks_like_a_separator() {
    let body = "a\r\n\r\n---\r\nINVITE sip:x@y SIP/2.0\r\n";
    let first = message(&format!("Content-Length: {}\r\n", body.len()), body);
    let second = message("l: 0\r\n", "");
    assert_eq!(payloads(&format!("{first}{second}")), [first.clone(), second.clone()]);
    assert_eq!(payloads(&format!("{first}\r\n\r\n---\r\n{second}")), [first, second]);
}

#[test]
fn the_line_end_before_a_separator_is_no_part_of_a_measured_body() {
    let first = message("Content-Type: text/plain\r\nContent-Length: 5\r\n", "hello");
    assert_eq!(payloads(&format!("{first}\r\n---\r\n{first}\r\n")), [first.clone(), first.clone()]);
    assert_eq!(payloads(&format!("{first}{first}")), [first.clone(), first]);
}

#[test]
fn a_length_too_small_or_too_large_hands_out_the_body_that_is_there() {
    let sdp = "v=0\r\ns=-\r\nt=0 0\r\n";
    let next = message("l: 0\r\n", "");
    for length in [0, 1, 3, 5, sdp.len() - 2, sdp.len() - 1, sdp.len() + 1, sdp.len() + 20, 9999, usize::MAX]
    {
        let first = message(&format!("c: application/sdp\r\nl: {length}\r\n"), sdp);
        assert_eq!(payloads(&first), std::slice::from_ref(&first), "{length} alone");
        for between in ["\r\n", "---\r\n", "\r\n---\r\n", "# time=2026-11-22T08:00:00Z\r\n", "# next\r\n"] {
            let text = format!("{first}{between}{next}");
            assert_eq!(payloads(&text), [first.clone(), next.clone()], "{length} and {between:?}");
        }
    }
}

#[test]
fn empty_lines_behind_a_measured_body_are_left_aside() {
    let first = message("c: application/sdp\r\nl: 5\r\n", "v=0\r\n");
    assert_eq!(payloads(&format!("{first}\r\n")), [first]);
}

#[test]
fn without_a_length_the_body_runs_to_the_next_message() {
    let first = message("", "one\r\n# no key\r\n\r\ntwo, call sip:bob\r\n---\r\nthree\r\n");
    let second = message("", "");
    assert_eq!(payloads(&format!("{first}\r\n{second}")), [first.clone(), second.clone()]);
    assert_eq!(payloads(&format!("{first}# to=192.0.2.1:5060\r\n{second}\r\n\r\n")), [first, second]);
}

#[test]
fn a_part_that_holds_sip_is_not_the_next_message() {
    let sipfrag = message("c: message/sipfrag\r\n", "SIP/2.0 200 OK\r\n");
    assert_eq!(payloads(&sipfrag), std::slice::from_ref(&sipfrag));
    let body = "--b\r\nContent-Type: message/sip\r\n\r\nBYE sip:x@y SIP/2.0\r\n\r\n--b--\r\n";
    let parts = message("c: multipart/mixed;boundary=b\r\n", body);
    assert_eq!(payloads(&parts), [parts]);
}

#[test]
fn lf_lines_become_crlf_and_their_length_is_measured_so() {
    let text = "# lf\nINVITE sip:bob@example.com SIP/2.0\nl: 15\n\nv=0\ns=-\nt=0\n---\nBYE sip:bob@example.com SIP/2.0\n\n";
    let (messages, problems) = read(text.as_bytes());
    assert_eq!(
        messages[0],
        (2, "INVITE sip:bob@example.com SIP/2.0\r\nl: 15\r\n\r\nv=0\r\ns=-\r\nt=0\r\n".to_owned())
    );
    assert_eq!(messages[1].0, 9);
    assert_eq!(problems.len(), 1);
    // Counted as LF: the body is what is there all the same.
    let (messages, _) = read(text.replace("l: 15", "l: 12").as_bytes());
    assert!(messages[0].1.ends_with("\r\nt=0\r\n"));
}

#[test]
fn a_message_without_its_empty_line_ends_at_the_separator() {
    let text = "BYE sip:a@b SIP/2.0\r\nCall-ID: 1\r\n---\r\nBYE sip:a@b SIP/2.0\r\n";
    assert_eq!(payloads(text), ["BYE sip:a@b SIP/2.0\r\nCall-ID: 1\r\n", "BYE sip:a@b SIP/2.0\r\n"]);
}

#[test]
fn text_that_is_no_message_is_damage_and_passed_over() {
    let one = message("l: 0\r\n", "");
    let (messages, problems) = read(format!("{one}---\r\nwhat is this\r\n---\r\n{one}").as_bytes());
    assert_eq!((messages.len(), messages[0].1 == one, problems.len()), (2, true, 1));
    let text = format!("# time=2026-11-22T08:00:00Z\r\n{}", message("l: 0\r\n", ""));
    let text = format!("{text}# time=2026-11-22T08:00:00Z\r\nwhat is this\r\n{text}");
    let (messages, problems) = read(text.as_bytes());
    assert_eq!((messages.len(), problems.len()), (2, 1));
    assert!(problems[0].text.starts_with("line 7: "), "{problems:?}");
}

#[test]
fn what_is_no_sip_is_described() {
    for (bytes, words) in [
        (&b"#!/bin/sh\necho\n"[..], "text without a SIP start line"),
        (b"\xfd7zXZ\0", "xz data: unpack it first"),
        (b"\x7fELF\x02", "an ELF program"),
        (b"\0\x01\x02\x03\x04", "binary data that begins with 00 01 02 03"),
    ] {
        match Capture::open(bytes, Caps::default()) {
            Err(crate::capture::OpenError::UnknownFormat { seen }) => assert_eq!(seen, words),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(read(b"").0.len() + read(b"\r\n\n").0.len(), 0);
}

proptest! {
    #[test]
    fn messages_with_right_lengths_come_back_whatever_their_bodies(
        bodies in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 1..6),
    ) {
        let written: Vec<Vec<u8>> = bodies
            .iter()
            .map(|body| [message(&format!("l: {}\r\n", body.len()), "").as_bytes(), body].concat())
            .collect();
        let text = written.join(&b"\r\n# time=2026-11-22T08:00:00Z\r\n"[..]);
        let mut capture = Capture::open(&text[..], Caps::default()).unwrap();
        for wanted in written {
            let Some(Event::Packet(packet)) = capture.next_event() else { panic!("a message is missing") };
            prop_assert_eq!(packet.payload.as_ref(), &wanted[..]);
        }
        prop_assert!(capture.next_event().is_none());
    }

    #[test]
    fn arbitrary_lines_neither_panic_nor_hang(
        lines in proptest::collection::vec("(---|#|# time=|INVITE sip:a SIP/2\\.0|l: [0-9]{1,3}|[a-z :]{0,9}|)\r?\n", 0..60),
    ) {
        let text = format!("BYE sip:a@b SIP/2.0\r\n{}", lines.concat());
        let (messages, _) = read(text.as_bytes());
        prop_assert!(!messages.is_empty() && messages.len() <= lines.len() + 1);
    }
}
