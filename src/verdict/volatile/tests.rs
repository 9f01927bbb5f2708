//! What is volatile in headers and in bodies.

use super::*;

fn shown(bytes: &str, name: Option<Name>, in_body: bool) -> String {
    let mut text = bytes.to_owned();
    let line = Line { bytes: bytes.as_bytes(), name, in_body, is_target: false };
    for range in ranges(&line, &[b"abcdefgh"]).into_iter().rev() {
        text.replace_range(range, "#");
    }
    text
}

#[test]
fn in_headers_values_that_are_drawn_anew_are_one_word_each() {
    for (written, name, wanted) in [
        (
            "Via: SIP/2.0/TLS pc.example.com:5061;branch=z9hG4bKqwe;rport",
            Name::Via,
            "Via: SIP/2.0/TLS #;branch=#;rport",
        ),
        (
            "From: \"A <b>\" <sip:a%20b@h.example:5061;transport=tcp>;tag=qwe",
            Name::From,
            "From: # <sip:#@#;transport=tcp>;tag=#",
        ),
        (
            "Contact: <sip:10.0.0.1:5060>;+sip.instance=\"<urn:uuid:f81d>\"",
            Name::Contact,
            "Contact: <sip:#>;+sip.instance=#",
        ),
        ("Call-ID: qwe rty@h", Name::CallId, "Call-ID: #"),
        (
            "Replaces: qwe@h;to-tag=x;from-tag=y;early-only",
            Name::Replaces,
            "Replaces: #;to-tag=#;from-tag=#;early-only",
        ),
        ("Session-Expires: 60;refresher=uac", Name::SessionExpires, "Session-Expires: 60;refresher=uac"),
        ("CSeq: 1 INVITE", Name::CSeq, "CSeq: # INVITE"),
        ("Date: Sun, 22 Nov 2026 08:00:00 CET", Name::Date, "Date: #, # # # #:#:# CET"),
        (
            "Authorization: Digest username=\"a\", nonce=qwe, qop=auth, response=\"zz\"",
            Name::Authorization,
            "Authorization: Digest username=#, nonce=#, qop=auth, response=#",
        ),
        ("User-Agent: IM-client/OMA1.0 acme/2.1", Name::UserAgent, "User-Agent: IM-client/# acme/#"),
        ("X-Own: abcdefgh abcdefghi", Name::Other, "X-Own: # abcdefghi"),
        ("Content-ID: <qwe@h>", Name::Other, "Content-ID: #"),
    ] {
        assert_eq!(shown(written, Some(name), false), wanted);
    }
}

#[test]
fn in_bodies_too() {
    for (written, wanted) in [
        ("o=alice 3995339557 1 IN IP4 192.0.2.201", "o=# # # # # #"),
        ("o=im alice 3995339557 1 IN IP6 2001:db8::1", "o=# # # # # # #"),
        ("m=message 42742 TCP/MSRP *", "m=message # TCP/MSRP *"),
        ("a=path:msrp://192.0.2.201:42742/2xqDCB+=._~-d;tcp", "a=path:msrp://#/#;tcp"),
        ("a=path:msrp://[2001:db8::1]:7654;tcp", "a=path:msrp://#;tcp"),
        ("a=accept-types:message/cpim text/*", "a=accept-types:message/cpim text/*"),
        ("--im-boundary--", "#"),
        ("s=", "s="),
        (
            "<entry uri=\"sip:conf@h?Replaces=qwe%40h%3Bto-tag%3Dx&amp;Priority=urgent\"/>",
            "<entry uri=\"sip:#@#?Replaces=#&amp;Priority=#\"/>",
        ),
    ] {
        assert_eq!(shown(written, None, true), wanted);
    }
}
