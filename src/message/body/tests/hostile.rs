//! Inputs that were made to break or to stall a parser.

use proptest::prelude::*;

use crate::message::body::Bodies;
use crate::message::body::content_type::{Disposition, MediaType};
use crate::message::body::msrp::{parse_format_list, parse_path};
use crate::message::body::multipart::Multipart;
use crate::message::body::resource_list::ResourceList;
use crate::message::body::sdp::Sdp;
use crate::message::{Message, Wholeness};

fn everything(bytes: &[u8]) {
    let sdp = Sdp::parse(bytes);
    for media in &sdp.media {
        let _ = (media.attributes().count(), media.unmapped_payloads().count(), media.msrp_proto());
    }
    let _ = ResourceList::parse(bytes);
    let _ = (parse_path(bytes).count(), parse_format_list(bytes).count());
    let _ = Disposition::parse(bytes)
        .map(|disposition| disposition.handling() == super::super::Handling::Required);
    if let Ok(media) = MediaType::parse(bytes) {
        let _ = (media.defects().count(), Multipart::parse(bytes, &media, Wholeness::Whole, 100));
    }
    for wholeness in [Wholeness::Whole, Wholeness::Cut] {
        for content_type in
            ["multipart/mixed;boundary=b", "multipart/mixed;boundary=\"-\"", "application/sdp"]
        {
            let head = format!("INVITE sip:a SIP/2.0\r\nContent-Type: {content_type}\r\n\r\n");
            let text = [head.as_bytes(), bytes].concat();
            let message = Message::split_within(&text[..], wholeness, Default::default());
            let bodies = Bodies::of(&message);
            let _ = (bodies.may_hold_more(), bodies.sdp_parts().count());
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        everything(&bytes);
    }

    #[test]
    fn bytes_that_look_like_a_body_are_survived(text in "(--b|--b--|\r\n|\n|Content-Type: |multipart/mixed;boundary=|b|\"|v=0|m=|a=|<|>|/|&|;|x| ){0,60}") {
        everything(text.as_bytes());
    }
}

#[test]
fn hostile_inputs_of_64_kib_are_survived() {
    const SIZE: usize = 64 * 1024;
    for unit in [
        "--b\r\n",
        "--b--x\r\n",
        "--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n",
        "--",
        "\n",
        "\r\n",
        "a:b\r\n ",
        "<",
        "<a>",
        "<a ",
        "<a/>",
        "&",
        "&amp;",
        " xmlns:a='b'",
        " a=''",
        "\"",
        ";a",
        ";a=\"",
        "m=",
        "\nm=a 1 TCP/MSRP *",
        "\na=x:y",
        "m=a 1 RTP/AVP 96\r\na=rtpmap:97 x\r\n",
        "msrp://a;tcp ",
        "a/b ",
        ",",
        "=",
        "%",
        "[",
        "@",
        "<!--",
        "<![CDATA[",
        "<?x",
        "]]>",
        "'",
    ] {
        let text = unit.repeat(SIZE / unit.len());
        everything(text.as_bytes());
        everything(format!("<a{text}/>").as_bytes());
        everything(format!("a/b;boundary=b{text}").as_bytes());
    }
}

#[test]
fn of_long_namespaces_and_many_faults_the_first_defect_is_told() {
    const SIZE: usize = 1 << 18;
    const ROOT: &str = "<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists'";
    let long = "&amp;".repeat(SIZE / 5);
    let lists = "<list/>".repeat(SIZE / 7);
    let attributes: String = (0..SIZE / 12).map(|number| format!(" x:a{number}=''")).collect();
    let (bad, foreign) = ("<entry/>".repeat(SIZE / 8), "<x:a/>".repeat(SIZE / 6));
    for (document, code) in [
        (format!("<resource-lists xmlns='{long}'>{lists}</resource-lists>"), "resource-list/long-namespace"),
        (format!("{ROOT} xmlns:x='{long}'><list{attributes}/>"), "resource-list/long-namespace"),
        (format!("{ROOT} xmlns:x='y'><list>{bad}{foreign}</list>"), "resource-list/entry-without-uri"),
    ] {
        assert_eq!(ResourceList::parse(document.as_bytes()).defects[0].code, code);
    }
}
