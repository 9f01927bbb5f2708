//! What is broken and mended code by code.

/// An INVITE that breaks no clause.
pub(crate) const GOOD: &str = "# from=192.0.2.10:5060 to=198.51.100.9:5060 transport=tcp\r\n\
    INVITE sip:bob@example.org SIP/2.0\r\n\
    Via: SIP/2.0/TCP 192.0.2.10:5060;branch=z9hG4bK1a\r\n\
    Max-Forwards: 70\r\n\
    Route: <sip:198.51.100.9:5060;lr>, <sip:orig@scscf.example.com;lr>\r\n\
    From: <sip:alice@example.com>;tag=a1\r\n\
    To: <sip:bob@example.org>\r\n\
    Call-ID: c1@192.0.2.10\r\n\
    CSeq: 1 INVITE\r\n\
    Contact: <sip:alice@192.0.2.10:5060;transport=tcp>;+g.oma.sip-im\r\n\
    Accept-Contact: *;+g.oma.sip-im;explicit\r\n\
    User-Agent: IM-client/OMA1.0 acme/2.1\r\n\
    Allow: INVITE, ACK, CANCEL, BYE\r\n\
    Supported: timer\r\n\
    Privacy: id\r\n\
    P-Access-Network-Info: IEEE-802.11\r\n\
    Session-Expires: 1800;refresher=uac\r\n\
    Content-Type: multipart/mixed;boundary=b1\r\n\
    Content-Length: 219\r\n\
    \r\n\
    --b1\r\n\
    Content-Type: application/sdp\r\n\
    \r\n\
    v=0\r\n\
    o=- 1 1 IN IP4 192.0.2.10\r\n\
    s=-\r\n\
    c=IN IP4 192.0.2.10\r\n\
    t=0 0\r\n\
    m=message 7654 TCP/MSRP *\r\n\
    a=path:msrp://192.0.2.10:7654/s1;tcp\r\n\
    a=accept-types:message/cpim text/plain\r\n\
    \r\n\
    --b1--\r\n";

/// The code, what is exchanged for what, and what is to be found in the mended text. Where it is `""`, the good text
/// is to come out again.
pub(crate) const CASES: &[(&str, &str, &str, &str)] = &[
    ("accept-contact/missing", "Accept-Contact: *;+g.oma.sip-im;explicit\r\n", "", ""),
    ("accept-contact/not-star", "*;+g.oma", "sip;+g.oma", ""),
    (
        "accept-contact/tag-missing",
        "*;+g.oma.sip-im;",
        "*;+g.oma.other;",
        "other;explicit, *;+g.oma.sip-im;explicit\r\n",
    ),
    ("accept-contact/tag-with-value", "*;+g.oma.sip-im;", "*;+g.oma.sip-im=\"maybe\";", ""),
    ("allow/missing", "Allow: INVITE, ACK, CANCEL, BYE\r\n", "", "Allow: INVITE, ACK, CANCEL, BYE\r\n"),
    ("allow/method-missing", "INVITE, ACK, CANCEL, BYE", "", "Allow: INVITE, ACK, CANCEL, BYE\r\n"),
    ("boundary/bad-character", "b1", "b{1", "boundary=sipclause-1\r\n"),
    ("boundary/ends-in-space", "boundary=b1", "boundary=\"b1 \"", ""),
    ("boundary/empty", "boundary=b1", "boundary=\"\"", ""),
    ("boundary/missing", ";boundary=b1", "", ""),
    ("boundary/unbalanced-quotes", "boundary=b1", "boundary=\"b1", ""),
    (
        "contact/missing",
        "Contact: <sip:alice@192.0.2.10:5060;transport=tcp>;+g.oma.sip-im\r\nA",
        "A",
        "\r\nContact: <sip:alice@192.0.2.10:5060;transport=tcp>;+g.oma.sip-im\r\n",
    ),
    (
        "contact/repeated",
        "transport=tcp>;+g.oma.sip-im",
        "transport=tcp>;+g.oma.sip-im , <sip:alice@192.0.2.10:5060;transport=tcp>;+g.oma.sip-im",
        "",
    ),
    ("contact/scheme", "<sip:alice@192.0.2.10:5060;transport=tcp>", "<mailto:alice@example.com>", ""),
    ("contact/sips-required", "INVITE sip:", "INVITE sips:", "Contact: <sips:alice@"),
    (
        "contact/star",
        "<sip:alice@192.0.2.10:5060;transport=tcp>;+g.oma.sip-im",
        "*",
        "Contact: <sip:alice@192.0.2.10:5060;transport=tcp>;+g.oma.sip-im\r\n",
    ),
    ("contact/tag-inside-uri", ";transport=tcp>;+g.oma.sip-im", ";+g.oma.sip-im;transport=tcp>", ""),
    ("contact/tag-negated", "tcp>;+g.oma.sip-im", "tcp>;+g.oma.sip-im=\"FALSE\"", ""),
    ("contact/not-the-ue-address", "alice@192.0.2.10", "alice@203.0.113.7", ""),
    ("via/not-the-ue-address", "TCP 192.0.2.10", "TCP 203.0.113.7", ""),
    ("content-length/malformed", ": 219", ": many", ""),
    ("content-length/mismatch", ": 219", ": 7", ""),
    ("content-length/missing-on-stream", "Content-Length: 219\r\n", "", ""),
    ("content-length/repeated", "Content-Length: 219\r\n", "Content-Length: 7\r\nl: 8\r\n", ""),
    (
        "content-type/missing",
        "Content-Type: multipart/mixed;boundary=b1\r\n",
        "",
        "Content-Type: multipart/mixed;boundary=b1\r\n",
    ),
    ("content-type/not-mixed", "multipart/mixed", "multipart/related", ""),
    (
        "content-type/repeated",
        "Content-Length",
        "Content-Type: multipart/mixed;boundary=b1\r\nContent-Length",
        "",
    ),
    ("cseq/missing", "CSeq: 1 INVITE\r\n", "", ""),
    ("cseq/repeated", "CSeq: 1 INVITE\r\n", "CSeq: 1 INVITE\r\nCSeq:  1 INVITE\r\n", ""),
    ("cseq/method-mismatch", "1 INVITE", "1 MESSAGE", ""),
    ("cseq/method-mismatch", "1 INVITE", "1 Invite", ""),
    ("from/tag-missing", ";tag=a1", "", "<sip:alice@example.com>;tag=c11920210\r\n"),
    ("header-line/bad-name", "Max-Forwards", "Max Forwards", ""),
    ("header-line/no-colon", "Max-Forwards:", "Max-Forwards", ""),
    ("header/parameter-repeated", ";branch=", ";rport;rport;branch=", "5060;rport;branch=z9hG4bK1a\r\n"),
    ("max-forwards/malformed", "70", "seventy", ""),
    ("max-forwards/missing", "Max-Forwards: 70\r\n", "", ""),
    ("max-forwards/repeated", "Max-Forwards: 70\r\n", "Max-Forwards: 70\r\nMax-Forwards: 70\r\n", ""),
    ("max-forwards/zero", "70", "0", ""),
    ("media-type/empty-parameter", ";boundary", ";;boundary", ""),
    ("media-type/parameter-repeated", "boundary=b1", "boundary=b1;boundary=b1", ""),
    ("media-type/parameter-value", ";boundary", ";x=a/b;boundary", ";x=\"a/b\";boundary=b1\r\n"),
    ("multipart/no-close-delimiter", "\r\n--b1--\r\n", "", ""),
    (
        "p-access-network-info/missing",
        "P-Access-Network-Info: IEEE-802.11\r\n",
        "",
        "\r\nP-Access-Network-Info: IEEE-802.11\r\n",
    ),
    (
        "p-preferred-identity/malformed",
        "Supported",
        "P-Preferred-Identity: <sip:alice@example.com>,\r\nSupported",
        "Identity: <sip:alice@example.com>\r\n",
    ),
    ("privacy/comma", "Privacy: id", "Privacy: id, header", "Privacy: id;header\r\n"),
    ("privacy/id-missing", "Privacy: id", "Privacy: header", "Privacy: header;id\r\n"),
    ("privacy/missing", "Privacy: id\r\n", "", "\r\nPrivacy: id\r\n"),
    ("privacy/none", "Privacy: id", "Privacy: none", ""),
    ("privacy/repeated", "Privacy: id\r\n", "Privacy: id\r\nPrivacy: header\r\n", "Privacy: id;header\r\nP-"),
    ("request-uri/not-the-recipient", "INVITE sip:bob@", "INVITE sip:rob@", ""),
    ("require/malformed", "Supported", "Require: ,timer\r\nSupported", "Require: timer\r\n"),
    ("route/lr-missing", ";lr>", ">", ""),
    ("route/p-cscf-missing", "<sip:198.51.100.9:5060;lr>, ", "", ""),
    ("route/malformed", "<sip:198.51.100.9:5060;lr>", "sip:198.51.100.9:5060;lr", ""),
    ("sdp/accept-types-malformed", "cpim text", "cpim, text", ""),
    ("sdp/accept-types-missing", "a=accept-types:message/cpim text/plain\r\n", "", ""),
    (
        "sdp/disposition",
        "application/sdp\r\n",
        "application/sdp\r\nContent-Disposition: render\r\n",
        "Content-Disposition: session\r\n",
    ),
    ("sdp/empty-line", "s=-\r\n", "s=-\r\n\r\n", ""),
    ("sdp/empty-session-name", "s=-", "s=", ""),
    ("sdp/format-list", "MSRP *", "MSRP text/plain *", ""),
    ("sdp/line-order", "s=-\r\nc=IN IP4 192.0.2.10\r\n", "c=IN IP4 192.0.2.10\r\ns=-\r\n", ""),
    ("sdp/media-type", "m=message", "m=text", ""),
    ("sdp/no-connection", "c=IN IP4 192.0.2.10\r\n", "", ""),
    ("sdp/no-origin", "o=- 1 1 IN IP4 192.0.2.10\r\n", "", ""),
    ("sdp/no-session-name", "s=-\r\n", "", ""),
    ("sdp/no-time", "t=0 0\r\n", "", ""),
    ("sdp/no-version", "v=0\r\n", "", ""),
    (
        "sdp/path-missing",
        "a=path:msrp://192.0.2.10:7654/s1;tcp\r\n",
        "",
        "a=path:msrp://192.0.2.10:7654/c11920210;tcp\r\n",
    ),
    ("sdp/path-port-missing", ":7654/", "/", ""),
    ("sdp/path-repeated", "s1;tcp\r\n", "s1;tcp\r\na=path:msrp://192.0.2.10:7654/s2;tcp\r\n", ""),
    ("sdp/path-scheme", "msrp://", "msrps://", ""),
    ("sdp/path-session-id-missing", "/s1;", ";", "7654/c11920210;tcp\r\n"),
    (
        "sdp/path-session-level",
        "m=message 7654 TCP/MSRP *\r\na=path:msrp://192.0.2.10:7654/s1;tcp\r\n",
        "a=path:msrp://192.0.2.10:7654/s1;tcp\r\nm=message 7654 TCP/MSRP *\r\n",
        "",
    ),
    ("sdp/path-transport-missing", "s1;tcp", "s1", ""),
    ("sdp/path-transport-missing", "s1;tcp", "s1;udp", ""),
    ("sdp/port", "message 7654", "message 99999", ""),
    ("sdp/port-zero", "message 7654", "message 0", ""),
    ("sdp/protocol", "TCP/MSRP", "MSRP/tcp", ""),
    ("sdp/space-around-equals", "s=-", "s = -", ""),
    ("sdp/version", "v=0", "v=1", ""),
    (
        "session-expires/below-min-se",
        "Supported",
        "Min-SE: 3600\r\nSupported",
        "Session-Expires: 3600;refresher=uac\r\n",
    ),
    ("session-expires/malformed", "1800;refresher=uac", "soon", ""),
    (
        "session-expires/missing",
        "Session-Expires: 1800;refresher=uac\r\n",
        "",
        "\r\nSession-Expires: 1800;refresher=uac\r\n",
    ),
    ("session-expires/refresher-quoted", "=uac", "=\"uac\"", ""),
    ("session-expires/refresher-unknown", "refresher=uac", "refresher", ""),
    ("session-expires/refresher-unknown", "=uac", "=me", ""),
    (
        "session-expires/repeated",
        "1800;refresher=uac\r\n",
        "1800;refresher=uac\r\nx:1800; refresher = UAC\r\n",
        "",
    ),
    ("session-expires/too-short", "1800", "30", "Session-Expires: 90;refresher=uac\r\n"),
    ("start-line/spacing", "INVITE sip:", "INVITE  sip:", ""),
    ("start-line/version", "SIP/2.0\r\nVia", "sip/2.0\r\nVia", ""),
    ("start-line/version", " SIP/2.0\r\nVia", " SIP/3.0\r\nVia", ""),
    ("subject/repeated", "Supported", "Subject: x\r\ns: x\r\nSupported", "Subject: x\r\nSupported"),
    ("supported/missing", "Supported: timer\r\n", "", ""),
    ("supported/timer-missing", "Supported: timer", "Supported:", ""),
    ("supported/timer-only-required", "Supported: timer", "Require: timer", "Supported: timer\r\n"),
    ("to/missing", "To: <sip:bob@example.org>\r\n", "", ""),
    ("uri/headers", "bob@example.org SIP", "bob@example.org?Subject=x SIP", ""),
    ("uri/malformed", "INVITE sip:bob@example.org ", "INVITE <sip:bob@example.org> ", ""),
    ("uri/method", "bob@example.org SIP", "bob@example.org;method=INVITE SIP", ""),
    ("uri/parameter-repeated", "5060;transport=tcp>", "5060;transport=tcp;transport=tcp>", ""),
    (
        "user-agent/missing",
        "User-Agent: IM-client/OMA1.0 acme/2.1\r\n",
        "",
        "User-Agent: IM-client/OMA1.0\r\n",
    ),
    ("user-agent/release-missing", "IM-client/OMA1.0 ", "", ""),
    ("via/branch-cookie", "z9hG4bK1a", "1a", ""),
    ("via/branch-empty", "z9hG4bK1a", "z9hG4bK", "branch=z9hG4bKc11920210\r\n"),
    ("via/branch-missing", ";branch=z9hG4bK1a", "", "5060;branch=z9hG4bKc11920210\r\n"),
];

/// Headers that the good INVITE does not have, as they are written and as they are mended.
pub(crate) const ROWS: &[(&str, &str, &str)] = &[
    (
        "content-disposition/repeated",
        "Content-Disposition: x\r\nContent-Disposition: x",
        "Content-Disposition: x",
    ),
    (
        "date/repeated",
        "Date: Sat, 13 Nov 2010 23:29:00 GMT\r\nDate: Sat, 13 Nov 2010 23:29:00 GMT",
        "Date: Sat, 13 Nov 2010 23:29:00 GMT",
    ),
    ("event/repeated", "Event: x\r\no: x", "Event: x"),
    ("expires/repeated", "Expires: 9\r\nExpires: 9", "Expires: 9"),
    ("from/repeated", "f: <sip:alice@example.com>;tag=a1\r\nX: y", "X: y"),
    ("mime-version/repeated", "MIME-Version: 1.0\r\nMIME-Version: 1.0", "MIME-Version: 1.0"),
    ("min-expires/repeated", "Min-Expires: 9\r\nMin-Expires: 9", "Min-Expires: 9"),
    ("organization/repeated", "Organization: x\r\nOrganization: x", "Organization: x"),
    (
        "p-asserted-identity/malformed",
        "P-Asserted-Identity: , <sip:a@b.example>",
        "P-Asserted-Identity: <sip:a@b.example>",
    ),
    ("path/malformed", "Path: sip:p.example;lr", "Path: <sip:p.example;lr>"),
    (
        "path/malformed",
        "Path: <sip:p.example;lr>,,<sip:q.example;lr>",
        "Path: <sip:p.example;lr>, <sip:q.example;lr>",
    ),
    ("priority/repeated", "Priority: urgent\r\nPriority: urgent", "Priority: urgent"),
    ("proxy-require/malformed", "Proxy-Require: x,", "Proxy-Require: x"),
    ("record-route/malformed", "Record-Route: sip:p.example;lr", "Record-Route: <sip:p.example;lr>"),
    (
        "refer-to/repeated",
        "Refer-To: <sip:a@b.example>\r\nr: <sip:a@b.example>",
        "Refer-To: <sip:a@b.example>",
    ),
    ("referred-by/repeated", "b: <sip:a@b.example>\r\nb: <sip:a@b.example>", "b: <sip:a@b.example>"),
    ("reject-contact/malformed", "Reject-Contact: *;audio,", "Reject-Contact: *;audio"),
    (
        "reply-to/repeated",
        "Reply-To: <sip:a@b.example>\r\nReply-To: <sip:a@b.example>",
        "Reply-To: <sip:a@b.example>",
    ),
    ("retry-after/repeated", "Retry-After: 9\r\nRetry-After: 9", "Retry-After: 9"),
    ("server/repeated", "Server: x\r\nServer: x", "Server: x"),
    ("service-route/malformed", "Service-Route: sip:p.example;lr", "Service-Route: <sip:p.example;lr>"),
    ("to/repeated", "t: <sip:bob@example.org>\r\nX: y", "X: y"),
    ("unsupported/malformed", "Unsupported: x,,y", "Unsupported: x, y"),
];
