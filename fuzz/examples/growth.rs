//! Large hostile inputs -> how the time of each property grows when the input is twice as large.
//!
//! `cargo run --release --example growth [BYTES [TARGET]]`: linear work doubles; what takes more than three
//! times as long, and long enough to be measured, is marked and makes the exit code 1.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// What is built: a name, the targets it goes to, and the bytes of about that size.
type Shape = (&'static str, &'static [&'static str], fn(usize) -> Vec<u8>);

const HEAD: &str = "INVITE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
    From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: 1@a\r\nCSeq: 1 INVITE\r\n\
    Max-Forwards: 70\r\nContact: <sip:a@192.0.2.1>;+g.oma.sip-im\r\nUser-Agent: IM-client/OMA1.0\r\n";
const ONE: &[&str] = &["split", "headers", "judge"];
const ALL: &[&str] = &["split", "headers", "judge", "capture", "flow"];
const LIST: &str = "<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"";

/// A message with such a header.
fn header(before: &str, unit: &str, after: &str, size: usize) -> Vec<u8> {
    let mut message = format!("{HEAD}{before}").into_bytes();
    message.extend(unit.repeat(size / unit.len()).into_bytes());
    message.extend(format!("{after}\r\n\r\n").into_bytes());
    message
}

fn text(before: &str, unit: &str, after: &str, size: usize) -> Vec<u8> {
    format!("{before}{}{after}", unit.repeat(size / unit.len())).into_bytes()
}

/// Units that tell their number.
fn numbered(before: &str, unit: impl Fn(usize) -> String, after: &str, size: usize) -> Vec<u8> {
    let count = size / unit(10_000).len();
    let units: String = (0..count).map(unit).collect();
    format!("{before}{units}{after}").into_bytes()
}

/// A message with such a body.
fn body(kind: &str, body: Vec<u8>) -> Vec<u8> {
    let head = format!("{HEAD}Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.into_bytes(), body].concat()
}

fn twice(one: Vec<u8>, other: Vec<u8>) -> Vec<u8> {
    [one, b"\n".to_vec(), other].concat()
}

/// A message of a session with number, method and Call-ID.
fn request(method: &str, call: usize, number: usize, more: &str) -> String {
    format!(
        "{method} sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}\r\n\
         From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: {call}\r\n\
         CSeq: {number} {method}\r\nContact: <sip:a@192.0.2.1>;+g.oma.sip-im\r\n{more}Content-Length: 0\r\n\r\n"
    )
}

fn answer(code: u16, method: &str, call: usize, number: usize, tag: usize) -> String {
    format!(
        "SIP/2.0 {code} X\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}\r\n\
         From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>;tag={tag}\r\nCall-ID: {call}\r\n\
         CSeq: {number} {method}\r\nContact: <sip:b@192.0.2.2>\r\nContent-Length: 0\r\n\r\n"
    )
}

/// Frames of a raw IP pcap.
fn pcap(count: usize, frame: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 101].map(u32::to_le_bytes).concat();
    for number in 0..count {
        let frame = frame(number);
        let words = [number as u32 / 1000, number as u32 % 1000, frame.len() as u32, frame.len() as u32];
        file.extend(words.map(u32::to_le_bytes).concat());
        file.extend(frame);
    }
    file
}

fn ip(protocol: u8, id: u16, fragment: u16, source: u32, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend((20 + payload.len() as u16).to_be_bytes());
    packet.extend([id.to_be_bytes(), fragment.to_be_bytes()].concat());
    packet.extend([64, protocol, 0, 0]);
    packet.extend([source.to_be_bytes(), [192, 0, 2, 2]].concat());
    packet.extend(payload);
    packet
}

fn tcp(sequence: u32, port: u16, payload: &[u8]) -> Vec<u8> {
    let mut segment = [port.to_be_bytes(), 5060_u16.to_be_bytes()].concat();
    segment.extend(sequence.to_be_bytes());
    segment.extend([0, 0, 0, 1, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(payload);
    ip(6, 0, 0, 0xc000_0201, &segment)
}

fn udp(source: u32, payload: &[u8]) -> Vec<u8> {
    let length = (8 + payload.len() as u16).to_be_bytes();
    ip(
        17,
        0,
        0,
        source,
        &[&5060_u16.to_be_bytes()[..], &5060_u16.to_be_bytes(), &length, &[0, 0], payload].concat(),
    )
}

const SHAPES: &[Shape] = &[
    ("semicolons", ONE, |n| header("Contact: <sip:a@b>", ";", "", n)),
    ("semicolons in every header", ONE, |n| {
        numbered(HEAD, |_| format!("X: {}\r\n", ";".repeat(200)), "\r\n", n)
    }),
    ("parameters", ONE, |n| {
        numbered(&format!("{HEAD}Contact: <sip:a@b>"), |i| format!(";p{i}=1"), "\r\n\r\n", n)
    }),
    ("one parameter again and again", ONE, |n| header("Contact: <sip:a@b>", ";a=1", "", n)),
    ("URI parameters", ONE, |n| {
        numbered(&format!("{HEAD}Route: <sip:a@b"), |i| format!(";p{i}=1"), ">\r\n\r\n", n)
    }),
    ("commas", ONE, |n| header("Supported: ", ",", "", n)),
    ("commas in Contact", ONE, |n| header("Contact: ", "a,", "", n)),
    ("open quotes", ONE, |n| header("Contact: ", "\"a,", "", n)),
    ("open brackets", ONE, |n| header("Contact: ", "<a,", "", n)),
    ("quotes that close", ONE, |n| header("Contact: ", "\"a\" <sip:a@b>,", "", n)),
    ("backslashes", ONE, |n| header("Contact: \"", "\\\"", "", n)),
    ("parentheses", ONE, |n| header("User-Agent: ", "(", "", n)),
    ("parentheses apart", ONE, |n| header("User-Agent: ", "( ", "", n)),
    ("comments that nest", ONE, |n| header("User-Agent: ", "(a) ", "", n)),
    ("products", ONE, |n| header("User-Agent: ", "a/1 ", "", n)),
    ("colons and a dot", ONE, |n| header("Route: <sip:[", ":", ".]>", n)),
    ("colons of a host", ONE, |n| header("Via: SIP/2.0/UDP ", ":", ".", n)),
    ("received of colons", ONE, |n| header("Via: SIP/2.0/UDP a;branch=z9hG4bK1;received=", ":", ".", n)),
    ("labels of a host", ONE, |n| header("Route: <sip:", "a.", "a>", n)),
    ("percent signs", ONE, |n| header("Route: <sip:", "%41", "@b>", n)),
    ("folds", ONE, |n| header("Subject: a", "\r\n ", "b", n)),
    ("folds in a list", ONE, |n| header("Via: a", "\r\n ,", "", n)),
    ("Via lines", ONE, |n| {
        numbered(HEAD, |i| format!("Via: SIP/2.0/UDP a;branch=z9hG4bK{i}\r\n"), "\r\n", n)
    }),
    ("Route lines", ONE, |n| numbered(HEAD, |i| format!("Route: <sip:p{i}.example;lr>\r\n"), "\r\n", n)),
    ("Contact lines", ONE, |n| numbered(HEAD, |i| format!("m:<sip:a{i}@b>;+g.oma.sip-im\r\n"), "\r\n", n)),
    ("Accept-Contact lines", ONE, |n| {
        numbered(HEAD, |_| "a:*;+g.oma.sip-im;require;explicit\r\n".into(), "\r\n", n)
    }),
    ("Privacy values", ONE, |n| numbered(&format!("{HEAD}Privacy: "), |i| format!("p{i};"), "id\r\n\r\n", n)),
    ("Allow methods", ONE, |n| numbered(&format!("{HEAD}Allow: "), |i| format!("M{i},"), "BYE\r\n\r\n", n)),
    ("identities", ONE, |n| numbered(HEAD, |i| format!("P-Preferred-Identity: <sip:a{i}@b>\r\n"), "\r\n", n)),
    ("Replaces lines", ONE, |n| {
        numbered(HEAD, |i| format!("Replaces: {i};to-tag=a;from-tag=b\r\n"), "\r\n", n)
    }),
    ("Security-Verify values", ONE, |n| {
        numbered(&format!("{HEAD}Security-Verify: "), |i| format!("m{i};q=0.1,"), "x\r\n\r\n", n)
    }),
    ("empty header lines", ONE, |n| header("", "a:\r\n", "b:", n)),
    ("lines without a colon", ONE, |n| header("", "a\r\n", "b", n)),
    ("bytes outside of UTF-8", ONE, |n| {
        [HEAD.as_bytes(), b"Contact: ", &[0xff].repeat(n), b"\r\n\r\n"].concat()
    }),
    ("control characters", ONE, |n| header("Contact: ", "\u{1}", "", n)),
    ("a long request URI", ONE, |n| text("INVITE sip:", "a;", "@b SIP/2.0\r\n\r\n", n)),
    ("spaces in the start line", ONE, |n| text("INVITE ", " ", "x SIP/2.0\r\n\r\n", n)),
    ("empty lines", ALL, |n| text("", "\r\n", HEAD, n)),
    ("dashes", ALL, |n| text(HEAD, "---\r\n", "", n)),
    ("hashes", ALL, |n| text(HEAD, "#\r\n", "x", n)),
    ("hashes in a body", ALL, |n| text(&format!("{HEAD}\r\n"), "#\r\nx\r\n", "x", n)),
    ("empty lines in a body", ALL, |n| text(&format!("{HEAD}Content-Length: 3\r\n\r\n"), "\r\n", "x", n)),
    ("start lines", ALL, |n| text("", "INVITE sip:a@b SIP/2.0\r\n\r\n", "", n)),
    ("start lines and spaces", ALL, |n| {
        text("", "INVITE sip:a@b SIP/2.0\r\nl:0\r\n\r\n \r\n \r\n \r\n", "", n)
    }),
    ("requests that begin alike", ALL, |n| text("", "A sip:", "", n)),
    ("URI headers", &["uri"], |n| {
        twice(
            numbered("sip:a@b?", |i| format!("h{i}=1&"), "z=1", n / 2),
            numbered("sip:a@b?z=1&", |i| format!("h{i}=1&"), "y=1", n / 2),
        )
    }),
    ("URI parameters apart", &["uri"], |n| {
        twice(
            numbered("sip:a@b", |i| format!(";p{i}=1"), ";z=1", n / 2),
            numbered("sip:a@b;z=1", |i| format!(";p{i}=1"), "", n / 2),
        )
    }),
    ("one URI parameter again", &["uri"], |n| {
        twice(text("sip:a@b", ";p=1", ";z=1", n / 2), text("sip:a@b;z=1", ";p=1", "", n / 2))
    }),
    ("telephone parameters", &["uri"], |n| {
        twice(
            numbered("tel:+1", |i| format!(";p{i}=1"), ";z=1", n / 2),
            numbered("tel:+1;z=1", |i| format!(";p{i}=1"), "", n / 2),
        )
    }),
    ("colons of an address", &["uri"], |n| text("sip:[", ":", ".]", n)),
    ("escapes", &["uri"], |n| twice(text("sip:", "%41", "@b", n / 2), text("sip:", "%61", "@b", n / 2))),
    ("parts", &["multipart"], |n| text("multipart/mixed;boundary=b\n", "--b\r\n\r\nx\r\n", "--b--\r\n", n)),
    ("parts without text", &["multipart"], |n| {
        text("multipart/mixed;boundary=b\n", "--b\r\n", "--b--\r\n", n)
    }),
    ("longer delimiters", &["multipart"], |n| {
        text("multipart/mixed;boundary=b\n--b\r\n\r\n", "--bb\r\n", "", n)
    }),
    ("almost delimiters", &["multipart"], |n| text("multipart/mixed;boundary=b\n--b\r\n\r\n", "x--b", "", n)),
    ("delimiters without line ends", &["multipart"], |n| {
        text("multipart/mixed;boundary=b\n--b\r\n\r\n", "\n--b ", "", n)
    }),
    ("a boundary of hyphens", &["multipart"], |n| text("multipart/mixed;boundary=----\n", "-", "", n)),
    ("headers of a part", &["multipart"], |n| {
        text("multipart/mixed;boundary=b\n--b\r\n", "a:b\r\n", "\r\n--b--", n)
    }),
    ("folds of a part", &["multipart"], |n| {
        text("multipart/mixed;boundary=b\n--b\r\na:", "\r\n ", "\r\n\r\n--b--", n)
    }),
    ("parameters of a type", &["multipart"], |n| numbered("text/plain", |i| format!(";p{i}=1"), "\nx", n)),
    ("a long boundary", &["multipart"], |n| {
        let name = "b".repeat(n / 3);
        format!("multipart/mixed;boundary={name}\n--{name}\r\n\r\n--{name}--").into_bytes()
    }),
    ("multiparts inside of each other", &["multipart"], |n| {
        numbered(
            "multipart/mixed;boundary=b0\n",
            |i| format!("--b{i}\r\nContent-Type: multipart/mixed;boundary=b{}\r\n\r\n", i + 1),
            "",
            n,
        )
    }),
    ("multiparts with one boundary", &["multipart"], |n| {
        text("multipart/mixed;boundary=b\n", "--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n", "", n)
    }),
    ("base64", &["multipart"], |n| {
        text(
            "multipart/mixed;boundary=b\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            "Zg==",
            "\r\n--b--",
            n,
        )
    }),
    ("a multipart in an INVITE", &["judge"], |n| {
        body(
            "multipart/mixed;boundary=b",
            text("", "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n", "--b--\r\n", n),
        )
    }),
    ("attributes", &["sdp"], |n| numbered(SDP, |i| format!("a=p{i}\r\n"), "", n)),
    ("media sections", &["sdp"], |n| text(SDP, "m=message 1 TCP/MSRP *\r\n", "", n)),
    ("formats", &["sdp"], |n| text(&format!("{SDP}m=audio 1 RTP/AVP"), " 96", "\r\n", n)),
    ("RTP sections", &["sdp"], |n| text(SDP, "m=audio 1 RTP/AVP 96\r\na=rtpmap:96 x\r\n", "", n)),
    ("paths", &["sdp"], |n| {
        text(&format!("{SDP}m=message 1 TCP/MSRP *\r\na=path:"), "msrp://a:1/s;tcp ", "\r\n", n)
    }),
    ("accepted types", &["sdp"], |n| {
        text(&format!("{SDP}m=message 1 TCP/MSRP *\r\na=accept-types:"), "a/b;c=\"d\" ", "\r\n", n)
    }),
    ("open quotes in types", &["sdp"], |n| {
        text(&format!("{SDP}m=message 1 TCP/MSRP *\r\na=accept-types:"), "a/b;c=\" ", "\r\n", n)
    }),
    ("connections", &["sdp"], |n| text(SDP, "c=IN IP4 192.0.2.1\r\n", "", n)),
    ("empty SDP lines", &["sdp"], |n| text(SDP, "\r\n", "", n)),
    ("attributes in an INVITE", &["judge"], |n| {
        body(
            "application/sdp",
            numbered(
                SDP,
                |i| {
                    format!(
                        "m=message {} TCP/MSRP *\r\na=path:msrp://a:{}/{i};tcp\r\n",
                        i % 60_000,
                        i % 60_000
                    )
                },
                "",
                n,
            ),
        )
    }),
    ("accepted types in an INVITE", &["judge"], |n| {
        body(
            "application/sdp",
            text(&format!("{SDP}m=message 1 TCP/MSRP *\r\na=accept-types:"), "a/b ", "c/d\r\n", n),
        )
    }),
    ("attributes of one section in an INVITE", &["judge"], |n| {
        body(
            "application/sdp",
            text(
                &format!("{SDP}m=message 1 TCP/MSRP *\r\n"),
                "a=accept-types:text/plain\r\na=path:msrp://a:1/1;tcp\r\n",
                "",
                n,
            ),
        )
    }),
    ("lists", &["resource_list"], |n| text(&format!("{LIST}>"), "<list>", "", n)),
    ("entries", &["resource_list"], |n| {
        numbered(
            &format!("{LIST}><list>"),
            |i| format!("<entry uri=\"sip:a{i}@b\"/>"),
            "</list></resource-lists>",
            n,
        )
    }),
    ("entries without a URI, and strangers", &["resource_list"], |n| {
        let (bad, strange) = ("<entry/>".repeat(n / 16), "<x:a/>".repeat(n / 12));
        format!("{LIST} xmlns:x=\"y\"><list>{bad}{strange}</list></resource-lists>").into_bytes()
    }),
    ("a namespace with references", &["resource_list"], |n| {
        let (name, lists) = ("&amp;".repeat(n / 10), "<list/>".repeat(n / 14));
        format!("<resource-lists xmlns=\"{name}\">{lists}</resource-lists>").into_bytes()
    }),
    ("attributes of a long namespace", &["resource_list"], |n| {
        let name = "a".repeat(n / 2);
        let attributes: String = (0..n / 30).map(|i| format!(" x:a{i}=\"1\"")).collect();
        format!("{LIST} xmlns:x=\"{name}\"><list{attributes}/></resource-lists>").into_bytes()
    }),
    ("attributes of an element", &["resource_list"], |n| {
        numbered(&format!("{LIST}><list"), |i| format!(" a{i}=\"1\""), "/></resource-lists>", n)
    }),
    ("namespaces of one element", &["resource_list"], |n| {
        numbered(LIST, |i| format!(" xmlns:a{i}=\"b\""), "/>", n)
    }),
    ("namespaces of many elements", &["resource_list"], |n| {
        numbered(
            &format!("{LIST}><list>"),
            |i| format!("<list xmlns:a{i}=\"b\"/>"),
            "</list></resource-lists>",
            n,
        )
    }),
    ("references", &["resource_list"], |n| {
        text(&format!("{LIST}><list><entry uri=\"sip:"), "&amp;", "\"/></list></resource-lists>", n)
    }),
    ("open references", &["resource_list"], |n| {
        text(&format!("{LIST}><list><entry uri=\"sip:"), "&", "\"/></list></resource-lists>", n)
    }),
    ("comments", &["resource_list"], |n| text(&format!("{LIST}>"), "<!--a-->", "</resource-lists>", n)),
    ("open comments", &["resource_list"], |n| text(&format!("{LIST}>"), "<!-", "</resource-lists>", n)),
    ("unknown elements", &["resource_list"], |n| {
        numbered(&format!("{LIST}><list>"), |i| format!("<q{i}/>"), "</list></resource-lists>", n)
    }),
    ("entries in an INVITE", &["judge"], |n| {
        body(
            "application/resource-lists+xml",
            numbered(
                &format!("{LIST}><list>"),
                |i| format!("<entry uri=\"sip:a{i}@b\"/>"),
                "</list></resource-lists>",
                n,
            ),
        )
    }),
    ("one entry again in an INVITE", &["judge"], |n| {
        body(
            "application/resource-lists+xml",
            text(&format!("{LIST}><list>"), "<entry uri=\"sip:a@b\"/>", "</list></resource-lists>", n),
        )
    }),
    ("keys", &["configuration"], |n| numbered("", |i| format!("k{i}: 1\n"), "", n)),
    ("one long key", &["configuration"], |n| text("", "a", ": 1\n", n)),
    ("a long value", &["configuration"], |n| text("fail_on: ", "a", "\n", n)),
    ("a long pattern", &["configuration"], |n| text("context: {user_agent_release: '", "a?", "'}\n", n)),
    ("nested lists", &["configuration", "vector"], |n| text("a: ", "[", "", n)),
    ("nested maps", &["configuration", "vector"], |n| text("", "{a: ", "", n)),
    ("inputs", &["configuration"], |n| text("inputs: [", "a,", "b]", n)),
    ("clauses", &["configuration"], |n| {
        numbered("clauses:\n", |i| format!("  \"*{i}\": {{level: off}}\n"), "", n)
    }),
    ("scenarios", &["configuration"], |n| {
        numbered("context:\n  scenarios:\n", |i| format!("    a{i}: ad-hoc\n"), "", n)
    }),
    ("waivers", &["configuration"], |n| text("waivers:\n", "  - {clause: 6.2.1.1-1, reason: x}\n", "", n)),
    ("aliases", &["configuration"], |n| text("a: &x [1]\nb: [", "*x,", "1]", n)),
    ("aliases of aliases", &["configuration"], |n| {
        numbered("a0: &a0 [1,1]\n", |i| format!("a{}: &a{} [*a{i},*a{i}]\n", i + 1, i + 1), "", n)
    }),
    ("quotes in YAML", &["configuration"], |n| text("inputs: \"", "\\n", "\"", n)),
    ("open quotes in YAML", &["configuration"], |n| text("", "\"a\n", "", n)),
    ("comments in YAML", &["configuration"], |n| text("", "# a\n", "", n)),
    ("assigned paths", &["configuration"], |n| text("", "a.", "=1\n", n)),
    ("cases", &["vector"], |n| {
        text(
            "clause: 6.2.1.1-1\ngood: a.sip\nfaults:\n",
            "  - {name: x, edit: {message: 0, drop: true}}\n",
            "",
            n,
        )
    }),
    ("edits", &["vector"], |n| {
        text(
            "clause: 6.2.1.1-1\ngood: a.sip\nfaults:\n  - name: x\n    edits:\n",
            "      - {message: 0, drop: true}\n",
            "",
            n,
        )
    }),
    ("replacements", &["edit"], |n| text("e\ne\n", "ee", "", n / 300)),
    ("many calls", &["judge", "flow"], |n| numbered("", |i| request("INVITE", i, 1, ""), "", n)),
    ("many INVITEs of a call", &["judge", "flow"], |n| numbered("", |i| request("INVITE", 1, i, ""), "", n)),
    ("many BYEs of a call", &["judge"], |n| {
        numbered(&request("INVITE", 1, 1, ""), |i| request("BYE", 1, i + 2, ""), "", n)
    }),
    ("many messages of a call", &["judge"], |n| {
        numbered(
            &(request("INVITE", 1, 1, "") + &answer(200, "INVITE", 1, 1, 2)),
            |i| request("MESSAGE", 1, i + 2, ""),
            "",
            n,
        )
    }),
    ("many updates of a call", &["judge"], |n| {
        numbered(
            &(request("INVITE", 1, 1, "Session-Expires: 90;refresher=uac\r\n")
                + &answer(200, "INVITE", 1, 1, 2)),
            |i| request("UPDATE", 1, i + 2, "") + &answer(200, "UPDATE", 1, i + 2, 2),
            "",
            n,
        )
    }),
    ("many dialogs of a call", &["judge"], |n| {
        numbered(&request("INVITE", 1, 1, ""), |i| answer(180, "INVITE", 1, 1, i), "", n)
    }),
    ("many answers that accept", &["judge"], |n| {
        numbered(&request("INVITE", 1, 1, ""), |i| answer(200, "INVITE", 1, 1, i), "", n)
    }),
    ("many INVITEs with answers", &["judge"], |n| {
        numbered("", |i| request("INVITE", 1, i + 1, "") + &answer(407, "INVITE", 1, i + 1, i), "", n)
    }),
    ("calls that extend others", &["judge"], |n| {
        numbered(
            "",
            |i| {
                request("INVITE", i, 1, &format!("Replaces: {};to-tag=2;from-tag=1\r\n", i.wrapping_sub(1)))
                    + &answer(200, "INVITE", i, 1, 2)
            },
            "",
            n,
        )
    }),
    ("registrations", &["judge"], |n| {
        numbered("", |i| request("REGISTER", i, 1, "") + &answer(200, "REGISTER", i, 1, 2), "", n)
    }),
    ("subscriptions", &["judge"], |n| {
        numbered(
            "",
            |i| request("SUBSCRIBE", i, 1, "Event: conference\r\n") + &answer(200, "SUBSCRIBE", i, 1, 2),
            "",
            n,
        )
    }),
    ("subscriptions and calls", &["judge"], |n| {
        numbered(
            "",
            |i| {
                request("SUBSCRIBE", i, 1, "Event: conference\r\n")
                    + &answer(200, "SUBSCRIBE", i, 1, 2)
                    + &request("INVITE", i + 500_000, 1, "")
            },
            "",
            n,
        )
    }),
    ("REFERs of a call", &["judge"], |n| {
        numbered(
            &(request("INVITE", 1, 1, "") + &answer(200, "INVITE", 1, 1, 2)),
            |i| request("REFER", 1, i + 2, "Refer-To: <sip:c@d>\r\n") + &answer(202, "REFER", 1, i + 2, 2),
            "",
            n,
        )
    }),
    ("datagrams", &["capture", "judge"], |n| {
        pcap(n / 400, |i| udp(0xc000_0201, request("INVITE", i, 1, "").as_bytes()))
    }),
    ("empty frames", &["capture", "judge"], |n| pcap(n / 16, |_| Vec::new())),
    ("first fragments", &["capture", "judge"], |n| {
        pcap(n / 60, |i| ip(17, i as u16, 0x2000, i as u32 >> 16, &[5; 24]))
    }),
    ("fragments of eight bytes", &["capture"], |n| {
        pcap(n / 44, |i| ip(17, (i / 8000) as u16, 0x2000 | (i % 8000) as u16, 1, &[5; 8]))
    }),
    ("fragments backwards", &["capture"], |n| {
        pcap(n / 44, |i| ip(17, (i / 8000) as u16, 0x2000 | (7999 - i % 8000) as u16, 1, &[5; 8]))
    }),
    ("every second fragment", &["capture"], |n| {
        pcap(n / 44, |i| ip(17, (i / 4000) as u16, 0x2000 | (2 * (i % 4000)) as u16, 1, &[5; 8]))
    }),
    ("calls and losses", &["judge"], |n| {
        pcap(n / 230, |i| match i % 2 {
            0 => udp(i as u32, request("INVITE", i, 1, "").as_bytes()),
            _ => ip(17, i as u16, 0x2000, i as u32, &[5; 24]),
        })
    }),
    ("calls and losses between the same two", &["judge"], |n| {
        pcap(n / 230, |i| match i % 2 {
            0 => udp(0xc000_0201, request("INVITE", i, 1, "").as_bytes()),
            _ => ip(17, i as u16, 0x2000, 0xc000_0201, &[5; 24]),
        })
    }),
    ("segments of one byte", &["capture", "judge"], |n| pcap(n / 57, |i| tcp(i as u32, 5070, b"a"))),
    ("segments with gaps", &["capture", "judge"], |n| pcap(n / 57, |i| tcp(2 * i as u32, 5070, b"a"))),
    ("segments backwards", &["capture"], |n| pcap(n / 57, |i| tcp(0x4000_0000 - i as u32, 5070, b"a"))),
    ("a message in segments of one byte", &["capture", "judge"], |n| {
        let message = header("Subject: ", "a", "", n / 57);
        pcap(message.len(), |i| tcp(i as u32, 5070, &message[i..=i]))
    }),
    ("a header in segments of one byte", &["capture", "judge"], |n| {
        let message = header("Subject: ", "\r\na:", "", n / 57);
        pcap(message.len(), |i| tcp(i as u32, 5070, &message[i..=i]))
    }),
    ("a stream of line ends", &["capture"], |n| {
        pcap(n / 1056, |i| tcp(1000 * i as u32, 5070, &b"\r\n".repeat(500)))
    }),
    ("a stream of nothing known", &["capture"], |n| {
        pcap(n / 1056, |i| tcp(1000 * i as u32, 5070, &b"a b".repeat(333)))
    }),
    ("a stream of start lines", &["capture"], |n| {
        pcap(n / 1056, |i| tcp(1000 * i as u32, 5070, &b"A sip:a SIP/2.0\r\nx:\r\n".repeat(48)[..1000]))
    }),
    ("connections of TCP", &["capture", "judge"], |n| pcap(n / 66, |i| tcp(1, i as u16, b"INVITE sip"))),
];

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args().skip(1);
    let size = arguments.next().and_then(|size| size.parse().ok()).unwrap_or(1 << 19);
    let wanted = arguments.next();
    let mut steep = 0;
    for (name, targets, build) in SHAPES {
        for target in
            targets.iter().filter(|target| wanted.as_deref().is_none_or(|wanted| wanted == **target))
        {
            let times = [size, 2 * size].map(|size| time(target, &build(size)));
            let ratio = times[1].as_secs_f64() / times[0].as_secs_f64().max(1e-9);
            let is_steep =
                ratio > 3.0 && times[1] > Duration::from_millis(100) || times[1] > Duration::from_secs(10);
            steep += u32::from(is_steep);
            let mark = if is_steep { "  STEEP" } else { "" };
            println!("{target:14} {name:40} {:8.1?} {:8.1?} x{ratio:.1}{mark}", times[0], times[1]);
        }
    }
    println!("{steep} grow faster than the input");
    std::process::ExitCode::from(u8::from(steep > 0))
}

/// The shorter of two runs.
fn time(target: &str, bytes: &[u8]) -> Duration {
    let run = || {
        let start = worked();
        sipclause_fuzz::check(target, bytes);
        worked() - start
    };
    let first = run();
    if first > Duration::from_secs(2) { first } else { first.min(run()) }
}

/// How long this thread worked: what else the machine does is left out, where the system tells.
fn worked() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.as_deref().and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}
