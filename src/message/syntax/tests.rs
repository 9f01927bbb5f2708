//! Messages and the complaints they earn.

use proptest::prelude::*;

use super::*;
use crate::message::{Limits, Wholeness};

const INVITE: &str = "INVITE sip:bob@b.example SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1;rport\r\nMax-Forwards: 70\r\nFrom: <sip:alice@a.example>;tag=1\r\nTo: <sip:bob@b.example>\r\nCall-ID: 1@a.example\r\nCSeq: 1 INVITE\r\nContact: <sip:alice@a.example>;+g.oma.sip-im\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi";

fn codes_of(text: &str, carriage: Carriage) -> Vec<&'static str> {
    complaints(&Message::split(text.as_bytes()), carriage).iter().map(|complaint| complaint.code).collect()
}

/// The complaints about the INVITE with `old` replaced.
fn with(old: &str, new: &str) -> Vec<&'static str> {
    assert!(INVITE.contains(old), "{old}");
    codes_of(&INVITE.replacen(old, new, 1), Carriage::Datagram)
}

#[test]
fn a_right_invite_earns_no_complaint() {
    for carriage in [Carriage::Datagram, Carriage::Stream, Carriage::Text] {
        assert!(codes_of(INVITE, carriage).is_empty());
    }
}

#[test]
fn a_missing_header_is_missed_and_no_other() {
    for (name, code) in [
        ("Via", "via/missing"),
        ("Max-Forwards", "max-forwards/missing"),
        ("From", "from/missing"),
        ("To", "to/missing"),
        ("Call-ID", "call-id/missing"),
        ("CSeq", "cseq/missing"),
        ("Contact", "contact/missing"),
        ("Content-Type", "content-type/missing"),
    ] {
        assert_eq!(with(&format!("\r\n{name}:"), &format!("\r\nX-{name}:")), [code]);
    }
}

#[test]
fn a_header_for_one_value_may_not_repeat() {
    assert_eq!(with("To:", "t: <sip:bob@b.example>\r\nTo:"), ["to/repeated"]);
    assert_eq!(with("Via:", "Via: SIP/2.0/UDP c.example;branch=z9hG4bK2\r\nVia:"), [""; 0]);
    assert_eq!(with("Content-Length:", "l: 2\r\nContent-Length:"), ["content-length/repeated"]);
    assert_eq!(with("Via:", "Session-Expires: 90\r\nx: 90\r\nVia:"), ["session-expires/repeated"]);
}

#[test]
fn what_the_start_line_breaks_is_named() {
    assert_eq!(with(" SIP/2.0\r\nVia", "\r\nVia"), ["start-line/version"]);
    assert_eq!(with(" SIP/2.0\r\nVia", " sip/2.0\r\nVia"), ["start-line/version"]);
    assert_eq!(with(" SIP/2.0\r\nVia", "  SIP/2.0\r\nVia"), ["start-line/spacing"]);
    assert_eq!(with("INVITE sip:bob@b.example", "INVITE bob@b.example"), ["uri/malformed"]);
    assert_eq!(with("sip:bob@b.example SIP", "sip:bob@b.example;lr;LR SIP"), ["uri/parameter-repeated"]);
    assert_eq!(with("sip:bob@b.example SIP", "sip:bob@b.example;method=BYE SIP"), ["uri/method"]);
    assert_eq!(with("sip:bob@b.example SIP", "sip:bob@b.example?a=b SIP"), ["uri/headers"]);
}

#[test]
fn lines_that_are_no_headers_are_named() {
    assert_eq!(with("Via:", "Nonsense\r\nVia:"), ["header-line/no-colon"]);
    assert_eq!(with("Via:", "Bad name: x\r\nVia:"), ["header-line/bad-name"]);
    assert_eq!(with("\r\nVia:", "\nVia:"), ["header-line/bare-lf"]);
}

#[test]
fn the_contact_of_an_invite_is_one_sip_uri() {
    const CONTACT: &str = "<sip:alice@a.example>;+g.oma.sip-im";
    assert_eq!(with(CONTACT, "*"), ["contact/star"]);
    assert_eq!(with(CONTACT, "<tel:+1234>"), ["contact/scheme"]);
    assert_eq!(with(CONTACT, "<sip:a@b>, <sip:c@d>"), ["contact/repeated"]);
    assert_eq!(with(CONTACT, "sip:alice@a.example?x=y"), ["contact/malformed"]);
    assert_eq!(with(CONTACT, "<sip:a@b>;q=1.5"), ["contact/malformed"]);
    assert_eq!(with(CONTACT, ""), ["contact/malformed", "contact/missing"]);
    assert_eq!(with("INVITE sip:", "INVITE sips:"), ["contact/sips-required"]);
    assert_eq!(with("Via:", "Route: <sips:p;lr>\r\nVia:"), ["contact/sips-required"]);
    assert_eq!(with("Via:", "Route: sip:p;lr\r\nVia:"), ["route/malformed"]);
}

#[test]
fn a_parameter_stands_in_a_value_once() {
    assert_eq!(with(";tag=1", ";tag=1;Tag=2"), ["header/parameter-repeated"]);
    assert_eq!(with("Via:", "Accept-Contact: *;explicit;explicit\r\nVia:"), ["header/parameter-repeated"]);
}

#[test]
fn content_length_is_judged_by_carriage() {
    let long = INVITE.replace("Content-Length: 2", "Content-Length: 3");
    let short = INVITE.replace("Content-Length: 2", "Content-Length: 1");
    let none = INVITE.replace("Content-Length: 2\r\n", "");
    for carriage in [Carriage::Datagram, Carriage::Stream, Carriage::Text] {
        assert_eq!(codes_of(&long, carriage), ["content-length/mismatch"]);
    }
    assert_eq!(codes_of(&short, Carriage::Datagram), [""; 0]);
    assert_eq!(codes_of(&short, Carriage::Text), ["content-length/mismatch"]);
    assert_eq!(codes_of(&none, Carriage::Datagram), [""; 0]);
    assert_eq!(codes_of(&none, Carriage::Stream), ["content-length/missing-on-stream"]);
    assert_eq!(with("Content-Length: 2", "Content-Length: -1"), ["content-length/malformed"]);
}

#[test]
fn an_invite_has_a_type_if_and_only_if_it_has_a_body() {
    assert_eq!(with("Content-Length: 2", "Content-Length: 0"), ["content-type/without-body"]);
    assert_eq!(with("Content-Type: text/plain\r\n", ""), ["content-type/missing"]);
    assert_eq!(with("text/plain", "text"), ["content-type/malformed"]);
    assert_eq!(with("text/plain", "multipart/mixed;boundary=a=b"), ["content-type/malformed"]);
}

#[test]
fn what_a_cut_message_may_have_lost_is_not_missed() {
    for text in [INVITE.to_owned(), INVITE.replace(": ", ":\r\n ").replace(';', "\r\n\t;")] {
        for length in 0..=text.len() {
            let cut = Message::split_within(&text.as_bytes()[..length], Wholeness::Cut, Limits::DEFAULT);
            assert_eq!(complaints(&cut, Carriage::Stream), [], "cut behind {length} bytes");
        }
    }
}

#[test]
fn responses_need_neither_max_forwards_nor_a_cookie() {
    let response = "SIP/2.0 180 Ringing\r\nVia: SIP/2.0/UDP a;branch=1\r\nFrom: sip:a@b;tag=1\r\nTo: sip:c@d;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n";
    assert_eq!(codes_of(response, Carriage::Datagram), [""; 0]);
    assert_eq!(codes_of(&response.replace("180 Ringing", "200 OK"), Carriage::Datagram), ["contact/missing"]);
    assert_eq!(codes_of(&response.replace(";tag=2", ""), Carriage::Datagram), ["to/tag-missing"]);
    assert_eq!(codes_of(&response.replace("180", "1800"), Carriage::Datagram), ["start-line/status"]);
    assert_eq!(codes_of(&response.replace("180 Ringing", "180"), Carriage::Datagram), ["start-line/spacing"]);
    assert_eq!(codes_of(&response.replace("180 Ringing", "180"), Carriage::Text), [""; 0]);
}

#[test]
fn a_complaint_says_what_was_seen_and_what_was_wanted() {
    let message = INVITE.replace("z9hG4bK1", "1-7");
    let found = complaints(&Message::split(message.as_bytes()), Carriage::Text);
    assert_eq!(found[0].text, "branch `1-7` lacks the cookie `z9hG4bK`");
    assert_eq!(found[0].span.of(message.as_bytes()), b"1-7");
    assert_eq!(shown(b"a\r\n\xff"), "`a\\r\\n\u{fffd}`");
}

#[test]
fn hostile_values_of_64_kilobytes_earn_places_inside_of_the_message() {
    for piece in ["\\\"", "\"", "<", "(", ";", ";a", ",", " ", "\r\n ", "%", ":", "[", "@", "a,", "\"\\"] {
        let hostile = piece.repeat(64 * 1024 / piece.len());
        for rule in rules::RULES {
            let text = format!("{INVITE_HEAD}{}: {hostile}\r\n\r\n", rule.name.canonical());
            for complaint in complaints(&Message::split(text.as_bytes()), Carriage::Datagram) {
                assert!(complaint.span.end as usize <= text.len(), "{piece:?} in {}", rule.name.canonical());
            }
        }
    }
}

const INVITE_HEAD: &str = "INVITE sip:bob@b.example SIP/2.0\r\n";

proptest! {
    #[test]
    fn any_header_value_is_judged_without_panic(
        which in 0..rules::RULES.len(),
        value in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let name = rules::RULES[which].name.canonical();
        let text = [INVITE_HEAD.as_bytes(), name.as_bytes(), b": ", &value, b"\r\n\r\n"].concat();
        for complaint in complaints(&Message::split(&text), Carriage::Text) {
            prop_assert!(complaint.span.end as usize <= text.len());
        }
    }

    #[test]
    fn values_near_the_grammar_are_judged_without_panic(
        which in 0..rules::RULES.len(),
        value in "(<?sips?:|[a-z]{1,3}|[;,=\"<>@/:*%() ]|\\[::1\\]|[0-9]{1,3}|\r\n ){0,14}",
    ) {
        let name = rules::RULES[which].name.canonical();
        let text = format!("{INVITE_HEAD}{name}: {value}\r\n\r\n");
        let found = complaints(&Message::split(text.as_bytes()), Carriage::Text);
        prop_assert!(found.is_sorted_by_key(|complaint| complaint.span.start));
    }
}
