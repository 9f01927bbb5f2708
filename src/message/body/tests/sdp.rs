use proptest::prelude::*;

use super::{NONE, codes};
use crate::message::body::sdp::{MsrpProto, Sdp};

/// A good description with one line put in the place of another, or (empty) none.
fn with(line: &str, other: &str) -> String {
    let good = "v=0\no=- 1 2 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\na=x\n\
                m=message 2855 TCP/MSRP *\na=accept-types:*\n";
    assert!(good.contains(line));
    let text = good.replacen(
        &format!("{line}\n"),
        &if other.is_empty() { String::new() } else { format!("{other}\n") },
        1,
    );
    text.replace('\n', "\r\n")
}

fn codes_with(line: &str, other: &str) -> Vec<&'static str> {
    let text = with(line, other);
    Sdp::parse(text.as_bytes()).defects.iter().map(|defect| defect.code).collect()
}

#[test]
fn both_vintages_of_the_line_order_are_good() {
    for good in [
        "v=0\r\no=- 1 1 IN IP4 a.example\r\ns= \r\ni=\r\nu=http://a.example\r\ne=a@a.example\r\ne=b@a.example\r\n\
         p=+1\r\nc=IN IP4 224.2.1.1/127/3\r\nb=CT:1\r\nb=AS:2\r\nt=0 0\r\nr=7d 1h 0 25h\r\nt=1 2\r\nz=1 -1h\r\nk=prompt\r\na=x\r\n",
        "v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nt=0 0\r\nr=7d 1h 0\r\nz=1 -1h\r\nt=0 0\r\n\
         m=audio 9/2 RTP/AVP 0 8\r\ni=x\r\nc=IN IP6 FF15::101/3\r\nc=IN IP6 FF15::102\r\nb=AS:1\r\nk=prompt\r\na=x\r\na=y:z\r\n",
        "v=0\no=- 0 9223372036854775807 IN IP4 1.2.3.4\ns=-\nt=0 0\n",
    ] {
        assert_eq!(codes(&Sdp::parse(good.as_bytes()).defects), NONE, "{good}");
    }
}

#[test]
fn each_broken_line_is_one_fault() {
    for (line, other, code) in [
        ("v=0", "v=1", "sdp/version"),
        ("v=0", "", "sdp/no-version"),
        ("o=- 1 2 IN IP4 192.0.2.1", "", "sdp/no-origin"),
        ("o=- 1 2 IN IP4 192.0.2.1", "o=a b 1 2 IN IP4 192.0.2.1", "sdp/origin"),
        ("o=- 1 2 IN IP4 192.0.2.1", "o=- 1 IN IP4 192.0.2.1", "sdp/origin"),
        ("o=- 1 2 IN IP4 192.0.2.1", "o=- -1 2 IN IP4 192.0.2.1", "sdp/origin"),
        ("o=- 1 2 IN IP4 192.0.2.1", "o=- 9223372036854775808 2 IN IP4 192.0.2.1", "sdp/origin-number"),
        ("s=-", "", "sdp/no-session-name"),
        ("s=-", "s=", "sdp/empty-session-name"),
        ("s=-", "s=-\ns=-", "sdp/repeated-line"),
        ("a=x", "a=x\nb=AS:1", "sdp/line-order"),
        ("s=-", "s=-\nr=1 2 3", "sdp/line-order"),
        ("c=IN IP4 192.0.2.1", "", "sdp/no-connection"),
        ("c=IN IP4 192.0.2.1", "c=IN IP4", "sdp/connection"),
        ("c=IN IP4 192.0.2.1", "c=IN IP4 192.0.2.256", "sdp/connection-address"),
        ("c=IN IP4 192.0.2.1", "c=IN IP4 ::1", "sdp/connection-address"),
        ("c=IN IP4 192.0.2.1", "c=IN IP6 192.0.2.1", "sdp/connection-address"),
        ("c=IN IP4 192.0.2.1", "c=IN IP6 [::1]", "sdp/connection-address"),
        ("t=0 0", "", "sdp/no-time"),
        ("t=0 0", "t=0", "sdp/time"),
        ("t=0 0", "t = 0 0\nt=0 0", "sdp/space-around-equals"),
        ("t=0 0", "t= 0 0", "sdp/space-around-equals"),
        ("t=0 0", "t=0 0\n\nk=prompt", "sdp/empty-line"),
        ("t=0 0", "t=0 0\nw=x", "sdp/unknown-type"),
        ("t=0 0", "t=0 0\nA=x", "sdp/unknown-type"),
        ("t=0 0", "t=0 0\nwhat", "sdp/not-a-line"),
        ("t=0 0", "b=AS\nt=0 0", "sdp/bandwidth"),
        ("a=x", "a=:x", "sdp/attribute"),
        ("a=x", "a=x\0", "sdp/attribute"),
        ("a=x", "a=x y", "sdp/attribute"),
        ("a=x", "a=x:\ry", "sdp/bad-byte"),
        ("m=message 2855 TCP/MSRP *", "m=message 2855 TCP/MSRP", "sdp/media-line"),
        ("m=message 2855 TCP/MSRP *", "m=message  2855 TCP/MSRP *", "sdp/media-line"),
        ("m=message 2855 TCP/MSRP *", "m=message 65536 TCP/MSRP *", "sdp/media-port"),
        ("m=message 2855 TCP/MSRP *", "m=message x TCP/MSRP *", "sdp/media-port"),
        ("a=accept-types:*", "a=accept-types:*\nc=IN IP4 192.0.2.1", "sdp/line-order"),
        ("a=accept-types:*", "a=accept-types:*\nt=0 0", "sdp/line-order"),
        ("a=accept-types:*", "a=accept-types:*\nv=0\no=- 1 1 IN IP4 a.example", "sdp/second-description"),
        ("a=accept-types:*", "a=accept-types:", "sdp/attribute-empty-value"),
    ] {
        let found = codes_with(line, other);
        assert_eq!(found.last(), Some(&code), "{other}");
        assert!(found.len() == 1 || other.contains('\0'), "{other}: {found:?}");
    }
    assert_eq!(codes(&Sdp::parse(b"\r\n").defects), ["sdp/empty"]);
}

#[test]
fn the_end_of_the_text_is_worth_a_note_at_most() {
    let text = with("a=x", "a=x");
    let text = text.as_bytes();
    assert_eq!(codes(&Sdp::parse(&text[..text.len() - 2]).defects), ["sdp/no-final-line-end"]);
    assert_eq!(codes(&Sdp::parse(&text[..text.len() - 1]).defects), ["sdp/no-final-line-end"]);
    let more = [text, b"\r\n\r\n"].concat();
    let sdp = Sdp::parse(&more);
    assert_eq!((codes(&sdp.defects), sdp.is_sound()), (vec!["sdp/trailing-empty-line"], true));
}

#[test]
fn media_sections_own_their_lines() {
    let text = b"v=0\r\no=- 1 1 IN IP4 a.example\r\ns=-\r\nt=0 0\r\na=path:session\r\nm=audio 9/2 RTP/AVP 0 96 97\r\n\
                 c=IN IP4 b.example\r\na=rtpmap:97 x/8000\r\nm=message 0 TCP/TLS/MSRP *\r\nc=IN IP6 ::1\r\na=path:media\r\na=flag\r\n";
    let sdp = Sdp::parse(text);
    assert_eq!(codes(&sdp.defects), NONE);
    let [audio, message] = &sdp.media[..] else { panic!("two sections") };
    assert_eq!((audio.media(), audio.port(), audio.port_count()), (&b"audio"[..], Some(9), Some(2)));
    assert!(audio.unmapped_payloads().eq([b"96"]));
    assert_eq!((message.msrp_proto(), message.port()), (Some(MsrpProto::Tls), Some(0)));
    assert_eq!(message.value_of("path"), Some(&b"media"[..]));
    assert!(message.named("flag").all(|flag| flag.value.is_none() && flag.line == b"a=flag"));
    assert_eq!(sdp.session.value_of("path"), Some(&b"session"[..]));
    assert_eq!(sdp.connection_of(message).unwrap().address, b"::1");
    assert_eq!(sdp.msrp().count(), 1);
}

#[test]
fn old_and_misspelt_names_of_msrp_are_told_apart() {
    for (proto, expected) in [
        ("TCP/MSRP", Some(MsrpProto::Tcp)),
        ("TCP/TLS/MSRP", Some(MsrpProto::Tls)),
        ("msrp", Some(MsrpProto::Legacy)),
        ("msrp/tcp", Some(MsrpProto::Legacy)),
        ("MSRP/TCP", Some(MsrpProto::Misspelt)),
        ("tcp/msrp", Some(MsrpProto::Misspelt)),
        ("TCP/BFCP", None),
    ] {
        let text = with("m=message 2855 TCP/MSRP *", &format!("m=message 2855 {proto} *"));
        assert_eq!(Sdp::parse(text.as_bytes()).media[0].msrp_proto(), expected, "{proto}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_and_every_defect_stands_in_them(text in "([a-zM]=)?[ -~\r\n\t]{0,30}(\r\n[vosmcatrz]=[ -~]{0,12}){0,8}\r\n") {
        let sdp = Sdp::parse(text.as_bytes());
        for defect in &sdp.defects {
            prop_assert!(crate::source::Span::of_slice(text.as_bytes(), defect.at).is_some());
        }
        for media in &sdp.media {
            let _ = (media.port(), media.formats().count(), media.unmapped_payloads().count());
        }
    }
}
