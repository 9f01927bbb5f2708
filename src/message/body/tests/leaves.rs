use super::{NONE, codes};
use crate::message::body::{Bodies, Hidden};
use crate::message::{Limits, Message, Name, Wholeness};

fn invite(headers: &str, body: &str) -> String {
    format!("INVITE sip:b@example.com SIP/2.0\r\n{headers}\r\n\r\n{body}")
}

const MIXED: &str = "Content-Type: multipart/mixed;boundary=b";

#[test]
fn no_body_is_no_part_and_one_without_a_type_is_one() {
    let text = invite("Subject: x", "");
    let message = Message::split(text.as_bytes());
    assert!(Bodies::of(&message).parts.is_empty());
    let text = invite("Subject: x", "v=0\r\n");
    let message = Message::split(text.as_bytes());
    let bodies = Bodies::of(&message);
    assert_eq!((bodies.parts.len(), bodies.parts[0].media), (1, None));
    assert_eq!(bodies.parts[0].header(Name::Subject), Some(&b"x"[..]));
}

#[test]
fn nested_multiparts_are_flattened_in_order() {
    let text = invite(
        MIXED,
        "--b\r\n\r\nfirst\r\n--b\r\nContent-Type: multipart/alternative;boundary=b1\r\n\r\n\
         --b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b1--\r\n--b\r\nContent-Type: a/b\r\n\r\nlast\r\n--b--",
    );
    let message = Message::split(text.as_bytes());
    let bodies = Bodies::of(&message);
    let read: Vec<_> = bodies.parts.iter().map(|part| (&*part.content, part.depth)).collect();
    assert_eq!(read, [(&b"first"[..], 1), (b"v=0\r\n", 2), (b"last", 1)]);
    assert!(bodies.parts[0].is("text", "plain"));
    assert!(bodies.parts[1].container.unwrap().is("multipart", "alternative"));
    assert!(bodies.defects.iter().all(|defect| defect.code == "multipart/longer-delimiter"));
    let place = message.span_of(bodies.parts[1].raw).unwrap();
    assert_eq!(place.of(message.bytes()), b"v=0\r\n");
}

#[test]
fn a_part_tells_its_disposition_or_the_default_of_its_type() {
    let text = invite(
        MIXED,
        "--b\r\nContent-Type: Application/SDP\r\n\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\n\r\n\
         --b\r\nContent-Type: application/sdp\r\nContent-Disposition: Render;handling=optional\r\n\r\n\r\n--b--",
    );
    let message = Message::split(text.as_bytes());
    let bodies = Bodies::of(&message);
    let read: Vec<_> = bodies.parts.iter().map(|part| part.effective_disposition()).collect();
    assert_eq!(read, [&b"session"[..], b"render", b"Render"]);
    assert!(bodies.parts[2].has_disposition("render"));
    assert_eq!(bodies.sdp_parts().count(), 2);
}

#[test]
fn encoded_parts_are_decoded_and_keep_their_place() {
    let text = invite(MIXED, "--b\r\nContent-Transfer-Encoding: base64\r\n\r\ndj0wDQo=\r\n--b--");
    let message = Message::split(text.as_bytes());
    let bodies = Bodies::of(&message);
    let part = &bodies.parts[0];
    assert_eq!((&*part.content, part.raw), (&b"v=0\r\n"[..], &b"dj0wDQo="[..]));
    assert_eq!(part.place_of(&part.content[..1]), part.raw);
    assert_eq!(codes(&bodies.defects), NONE);
}

#[test]
fn what_nobody_can_read_is_hidden_and_not_missing() {
    for (headers, why) in [
        ("Content-Type: application/pkcs7-mime;smime-type=enveloped-data", Hidden::Encrypted),
        ("Content-Type: message/external-body;access-type=URL", Hidden::External),
        ("Content-Type: application/sdp\r\nContent-Encoding: gzip", Hidden::Encoded),
        ("Content-Type: application/sdp\r\nContent-Transfer-Encoding: x-uue", Hidden::Encoded),
    ] {
        let text = invite(headers, "x");
        let message = Message::split(text.as_bytes());
        let bodies = Bodies::of(&message);
        assert!(bodies.hides(why) && bodies.may_hold_more(), "{headers}");
        assert!(!bodies.defects.iter().any(|defect| defect.is_fault()), "{headers}");
    }
    let text = invite("Content-Type: multipart/encrypted;boundary=b", "--b\r\n\r\nx\r\n--b--");
    let message = Message::split(text.as_bytes());
    assert!(Bodies::of(&message).encrypted());
}

#[test]
fn framing_faults_are_named() {
    let cases = [
        ("Content-Type: sdp", "x", "media-type/malformed"),
        ("Content-Type: a/b\r\nContent-Type: a/c", "x", "content-type/repeated"),
        ("Content-Type: a/b\r\nContent-Disposition: ;x", "x", "disposition/malformed"),
        ("Content-Type: multipart/mixed", "x", "boundary/missing"),
        ("Content-Type: multipart/mixed;boundary=b", "", "multipart/boundary-not-in-body"),
        (
            "Content-Type: multipart/mixed;boundary=b\r\nContent-Transfer-Encoding: base64",
            "--b\r\n\r\n\r\n--b--",
            "multipart/transfer-encoding",
        ),
    ];
    for (headers, body, code) in cases {
        let text = invite(headers, body);
        let message = Message::split(text.as_bytes());
        assert_eq!(codes(&Bodies::of(&message).defects), [code], "{headers}");
    }
}

#[test]
fn padding_behind_content_length_is_cut_off_and_more_is_not() {
    let text = invite("Content-Type: application/sdp\r\nContent-Length: 5", "v=0\r\n\0\0\r\n");
    let message = Message::split(text.as_bytes());
    assert_eq!(Bodies::of(&message).parts[0].raw, b"v=0\r\n");
    for (length, body) in [("4", "v=0\r\n"), ("2", "v=0\r\n"), ("99", "v=0\r\n")] {
        let text = invite(&format!("Content-Type: application/sdp\r\nContent-Length: {length}"), body);
        let message = Message::split(text.as_bytes());
        assert_eq!(Bodies::of(&message).parts[0].raw, body.as_bytes());
    }
}

#[test]
fn a_cut_message_leaves_its_last_part_open() {
    let text = invite(MIXED, "--b\r\n\r\nx\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=");
    let message = Message::split_within(text.as_bytes(), Wholeness::Cut, Limits::DEFAULT);
    let bodies = Bodies::of(&message);
    assert!(bodies.truncated && bodies.parts[0].is_readable() && !bodies.parts[1].is_readable());
    assert_eq!(codes(&bodies.defects), ["multipart/cut"]);
}

#[test]
fn nesting_over_the_limit_is_left_alone_and_that_is_said() {
    let mut body = String::from("x");
    for level in (0..40).rev() {
        body = format!(
            "--a{level}z\r\nContent-Type: multipart/mixed;boundary=a{}z\r\n\r\n{body}\r\n--a{level}z--",
            level + 1
        );
    }
    let text = invite("Content-Type: multipart/mixed;boundary=a0z", &body);
    let message = Message::split(text.as_bytes());
    let bodies = Bodies::of(&message);
    assert_eq!(codes(&bodies.defects), ["multipart/too-deep"]);
    assert!(bodies.parts.is_empty() && bodies.may_hold_more());
}

#[test]
fn parts_of_inner_multiparts_count_to_the_limit() {
    let text = b"INVITE sip:a SIP/2.0\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n--b\r\n\
        Content-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\n\r\n1\r\n--c\r\n\r\n2\r\n--c--\r\n--b\r\n\r\n3\r\n--b--";
    let limits = Limits { parts: 2, ..Limits::DEFAULT };
    let message = Message::split_within(text, Wholeness::Whole, limits);
    let bodies = Bodies::of(&message);
    assert_eq!(bodies.parts.len(), 2);
    let codes: Vec<_> = bodies.defects.iter().map(|defect| defect.code).collect();
    assert_eq!(codes, ["multipart/too-many-parts"]);
}
