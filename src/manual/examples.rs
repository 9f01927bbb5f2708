//! Generated from `vectors/oma_im/` by `make bless`; not to be edited by hand.

use super::example::{Example, Kind};

#[rustfmt::skip]
pub(super) static EXAMPLES: &[Example] = &[
    Example {
        clause: "6.2.1.1-0",
        fault: "no max-forwards",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Max-Forwards: 70"),
        ],
        codes: &[
            ("max-forwards/missing", "no max-forwards"),
            ("via/branch-cookie", "a branch without the magic cookie"),
            ("contact/repeated", "two contact values"),
            ("content-length/mismatch", "a content-length that counts each line end as one byte"),
            ("content-length/missing-on-stream", "no content-length over tcp"),
            ("header/parameter-repeated", "rport written twice in the via"),
            ("contact/scheme", "a contact that is a tel uri"),
            ("cseq/method-mismatch", "the method in small letters"),
        ],
    },
    Example {
        clause: "6.2.1.1-1",
        fault: "an accept-contact without explicit",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Accept-Contact: *;+g.oma.sip-im;explicit"),
            (Kind::Bad, "Accept-Contact: *;+g.oma.sip-im"),
        ],
        codes: &[
            ("accept-contact/explicit-missing", "an accept-contact without explicit"),
            ("accept-contact/explicit-in-another-value", "tag and explicit in different values"),
            ("accept-contact/tag-missing", "only the large-message tag, which begins alike"),
            ("accept-contact/missing", "no accept-contact"),
            ("accept-contact/tag-negated", "the tag negated"),
            ("accept-contact/tag-without-plus", "the tag without its plus sign"),
            ("accept-contact/explicit-with-value", "explicit with a value"),
            ("accept-contact/explicit-repeated", "explicit written twice"),
        ],
    },
    Example {
        clause: "6.2.1.1-2",
        fault: "no user-agent",
        message: "INVITE",
        lines: &[
            (Kind::Good, "User-Agent: IM-client/OMA1.0 acme/2.1"),
        ],
        codes: &[
            ("user-agent/missing", "no user-agent"),
            ("user-agent/release-missing", "a vendor product only"),
        ],
    },
    Example {
        clause: "6.2.1.1-3",
        fault: "no allow",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, NOTIFY, OPTIONS, MESSAGE"),
        ],
        codes: &[
            ("allow/missing", "no allow"),
            ("allow/method-missing", "ack and cancel left out"),
            ("allow/accepted-but-not-listed", "notify left out, which the client then accepts"),
        ],
    },
    Example {
        clause: "6.2.1.1-4",
        fault: "a contact without the tag",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Contact: <sip:alice@192.0.2.10:5060;transport=tcp>;+g.oma.sip-im"),
            (Kind::Bad, "Contact: <sip:alice@192.0.2.10:5060;transport=tcp>"),
        ],
        codes: &[
            ("contact/tag-missing", "a contact without the tag"),
            ("contact/tag-inside-uri", "the tag inside the angle brackets"),
        ],
    },
    Example {
        clause: "6.2.1.1-5",
        fault: "anonymity requested and no privacy",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Privacy: id"),
        ],
        codes: &[
            ("privacy/missing", "anonymity requested and no privacy"),
            ("privacy/none", "privacy none"),
            ("privacy/comma", "values separated by a comma"),
            ("privacy/id-missing", "another value instead of id"),
        ],
    },
    Example {
        clause: "6.2.1.1-5bis",
        fault: "supported without timer",
        message: "INVITE",
        lines: &[
            (Kind::Good, "k: 100rel,Timer"),
            (Kind::Bad, "k: 100rel"),
        ],
        codes: &[
            ("supported/timer-missing", "supported without timer"),
            ("supported/timer-only-required", "timer only in require"),
            ("supported/missing", "no supported"),
        ],
    },
    Example {
        clause: "6.2.1.1-6",
        fault: "no session-expires",
        message: "INVITE",
        lines: &[
            (Kind::Good, "x: 1800 ;Refresher=UAC"),
        ],
        codes: &[
            ("session-expires/missing", "no session-expires"),
            ("session-expires/refresher-missing", "no refresher"),
            ("session-expires/refresher-not-uac", "the peer as refresher"),
            ("session-expires/refresher-quoted", "the refresher in quotation marks"),
            ("session-expires/too-short", "an interval below 90 seconds"),
            ("session-expires/below-min-se", "an interval below the client's own min-se"),
            ("session-expires/repeated", "two session-expires, one in compact form"),
        ],
    },
    Example {
        clause: "6.2.1.1-7",
        fault: "a bare sdp body",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Content-Type: multipart/mixed;boundary=\"im-b1:1\""),
            (Kind::Bad, "Content-Type: application/sdp"),
            (Kind::Good, "--im-b1:1"),
            (Kind::Good, "Content-Type: application/sdp"),
            (Kind::Good, ""),
            (Kind::Good, ""),
            (Kind::Good, "--im-b1:1--"),
        ],
        codes: &[
            ("content-type/not-multipart", "a bare sdp body"),
            ("content-type/not-mixed", "multipart/alternative"),
            ("boundary/needs-quotes", "a boundary with a colon and no quotation marks"),
            ("boundary/too-long", "a boundary of 71 characters"),
            ("multipart/no-close-delimiter", "no close-delimiter"),
            ("multipart/boundary-not-in-body", "the boundary written with its leading hyphens in the header"),
        ],
    },
    Example {
        clause: "6.2.1.1-ims",
        fault: "the service-route left out of the route",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Route: <sip:198.51.100.9:5066;lr>, <sip:orig@scscf1.example.com:6060;lr>"),
            (Kind::Bad, "Route: <sip:198.51.100.9:5066;lr>"),
        ],
        codes: &[
            ("route/service-route-missing", "the service-route left out of the route"),
            ("p-access-network-info/missing", "no access network information"),
            ("security-verify/differs", "a security-verify that is not the server's list"),
            ("via/port-unprotected", "the unprotected port in the via"),
            ("require/sec-agree-missing", "sec-agree not required"),
            ("contact/port-unprotected", "the unprotected port in the contact"),
        ],
    },
    Example {
        clause: "6.2.1.1-ok1",
        fault: "the refresh timed by the request's interval, not the shorter one of the 200",
        message: "200 OK to INVITE",
        lines: &[
            (Kind::Good, "Session-Expires: 1800;refresher=uac"),
            (Kind::Bad, "Session-Expires: 600;refresher=uac"),
        ],
        codes: &[
            ("session-timer/refresh-too-late", "the refresh timed by the request's interval, not the shorter one of the 200"),
            ("session-timer/refresh-refused", "a refresh refused with 422 and no second try"),
            ("session-timer/no-refresh", "no refresh at all in a dialog that outlives the interval"),
        ],
    },
    Example {
        clause: "6.2.1.1-r1",
        fault: "prack sent though the 180 does not allow it",
        message: "180 Ringing to INVITE",
        lines: &[
            (Kind::Good, "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, INFO"),
            (Kind::Bad, "Allow: INVITE, ACK, CANCEL, BYE, UPDATE, INFO"),
        ],
        codes: &[
            ("allow/not-honoured", "prack sent though the 180 does not allow it"),
        ],
    },
    Example {
        clause: "6.2.1.1-r2",
        fault: "the ack to the factory instead of the contact",
        message: "ACK",
        lines: &[
            (Kind::Good, "ACK sip:conf-8830@imserver.example.com;transport=tcp SIP/2.0"),
            (Kind::Bad, "ACK sip:conference-factory@im.example.com SIP/2.0"),
        ],
        codes: &[
            ("request-uri/not-the-stored-contact", "the ack to the factory instead of the contact"),
        ],
    },
    Example {
        clause: "6.2.1.2-1",
        fault: "a to tag in the first invite",
        message: "INVITE",
        lines: &[
            (Kind::Good, "To: <sip:bob@example.org>"),
            (Kind::Bad, "To: <sip:bob@example.org>;tag=b7c9e2"),
        ],
        codes: &[
            ("to/tag-in-initial-invite", "a to tag in the first invite"),
            ("call-id/dialog-alive", "a second invite of the live dialog that lost its to tag"),
        ],
    },
    Example {
        clause: "6.2.1.2-2",
        fault: "the conference factory as request-uri",
        message: "INVITE",
        lines: &[
            (Kind::Good, "INVITE sip:bob@example.org SIP/2.0"),
            (Kind::Bad, "INVITE sip:conference-factory@im.example.com SIP/2.0"),
        ],
        codes: &[
            ("request-uri/conference-factory", "the conference factory as request-uri"),
            ("request-uri/own-address", "the client's own address as request-uri"),
            ("request-uri/not-the-recipient", "the user part in another case"),
        ],
    },
    Example {
        clause: "6.2.1.2-3",
        fault: "port 0 in the m line",
        message: "INVITE",
        lines: &[
            (Kind::Good, "m=message 7654 TCP/MSRP *"),
            (Kind::Bad, "m=message 0 TCP/MSRP *"),
        ],
        codes: &[
            ("sdp/port-zero", "port 0 in the m line"),
            ("sdp/format-list", "a content type where the star belongs"),
            ("sdp/line-order", "the c line before the s line"),
            ("sdp/protocol", "MSRP/TCP instead of TCP/MSRP"),
            ("sdp/no-time", "no t line"),
            ("sdp/missing", "a greeting instead of an offer"),
        ],
    },
    Example {
        clause: "6.2.1.2-3a",
        fault: "no path",
        message: "INVITE",
        lines: &[
            (Kind::Good, "a=path:msrp://192.0.2.10:7654/aliceS3cret001;tcp"),
        ],
        codes: &[
            ("sdp/path-missing", "no path"),
            ("sdp/path-transport-missing", "a path without its transport"),
            ("sdp/path-session-id-missing", "a path without a session id"),
            ("sdp/path-port-missing", "a path without a port"),
            ("sdp/path-session-level", "the path at session level"),
            ("sdp/path-repeated", "two path lines"),
            ("sdp/path-scheme", "an msrps path for a stream without tls"),
        ],
    },
    Example {
        clause: "6.2.1.2-3b",
        fault: "no accept-types",
        message: "INVITE",
        lines: &[
            (Kind::Good, "a=accept-types:message/cpim text/plain"),
        ],
        codes: &[
            ("sdp/accept-types-missing", "no accept-types"),
            ("sdp/accept-types-malformed", "an empty accept-types"),
        ],
    },
    Example {
        clause: "6.2.1.2-4",
        fault: "the invite sent straight to the peer's network",
        message: "INVITE",
        lines: &[
            (Kind::Good, "# from=192.0.2.10:5060 to=198.51.100.9:5060"),
            (Kind::Bad, "# from=192.0.2.10:5060 to=203.0.113.20:5060"),
        ],
        codes: &[
            ("destination/not-the-next-hop", "the invite sent straight to the peer's network"),
        ],
    },
    Example {
        clause: "6.2.1.2-ims",
        fault: "an extra hop in the route",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Route: <sip:198.51.100.9:5066;lr>, <sip:orig@scscf1.example.com:6060;lr>"),
            (Kind::Bad, "Route: <sip:198.51.100.9:5066;lr>, <sip:extra.example.com;lr>, <sip:orig@scscf1.example.com:6060;lr>"),
        ],
        codes: &[
            ("route/unexpected", "an extra hop in the route"),
            ("proxy-require/sec-agree-missing", "sec-agree missing in proxy-require"),
            ("security-verify/missing", "no security-verify"),
        ],
    },
    Example {
        clause: "6.2.1.2-ok1",
        fault: "update sent though the 200 does not allow it",
        message: "200 OK to INVITE",
        lines: &[
            (Kind::Good, "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, MESSAGE"),
            (Kind::Bad, "Allow: INVITE, ACK, CANCEL, BYE, PRACK, MESSAGE"),
        ],
        codes: &[
            ("allow/not-honoured", "update sent though the 200 does not allow it"),
        ],
    },
    Example {
        clause: "6.2.1.2-ok2",
        fault: "the ack to the address first invited",
        message: "ACK",
        lines: &[
            (Kind::Good, "ACK sip:session-77aa@imserver.example.org;transport=tcp SIP/2.0"),
            (Kind::Bad, "ACK sip:bob@example.org SIP/2.0"),
        ],
        codes: &[
            ("request-uri/not-the-stored-contact", "the ack to the address first invited"),
        ],
    },
    Example {
        clause: "6.2.1.3-1",
        fault: "a to tag in the first invite",
        message: "INVITE",
        lines: &[
            (Kind::Good, "To: <sip:conference-factory@im.example.com>"),
            (Kind::Bad, "To: <sip:conference-factory@im.example.com>;tag=cf10"),
        ],
        codes: &[
            ("to/tag-in-initial-invite", "a to tag in the first invite"),
            ("call-id/dialog-alive", "a second invite of the live dialog that lost its to tag"),
        ],
    },
    Example {
        clause: "6.2.1.3-2",
        fault: "an invited user as request-uri",
        message: "INVITE",
        lines: &[
            (Kind::Good, "INVITE sip:conference-factory@im.example.com SIP/2.0"),
            (Kind::Bad, "INVITE sip:bob@example.org SIP/2.0"),
        ],
        codes: &[
            ("request-uri/not-the-factory", "an invited user as request-uri"),
            ("request-uri/not-the-home-network", "a factory outside the home network, which alone is configured"),
        ],
    },
    Example {
        clause: "6.2.1.3-3",
        fault: "the option tag not required",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Require: recipient-list-invite"),
        ],
        codes: &[
            ("require/recipient-list-invite-missing", "the option tag not required"),
            ("recipient-list/disposition", "the list without its disposition"),
            ("recipient-list/namespace", "the list without its default name space"),
            ("recipient-list/invitee-missing", "an invited user left out"),
            ("recipient-list/invitee-unexpected", "a user nobody invited"),
            ("recipient-list/not-well-formed", "an ampersand that is not escaped"),
        ],
    },
    Example {
        clause: "6.2.1.3-4",
        fault: "one more user than the limit",
        message: "INVITE",
        lines: &[
            (Kind::Bad, "    <entry uri=\"sip:erin@example.com\" cp:copyControl=\"to\"/>"),
        ],
        codes: &[
            ("recipient-list/too-many", "one more user than the limit"),
        ],
    },
    Example {
        clause: "6.2.1.3-5",
        fault: "port 0 in the m line",
        message: "INVITE",
        lines: &[
            (Kind::Good, "m=message 7660 TCP/MSRP *"),
            (Kind::Bad, "m=message 0 TCP/MSRP *"),
        ],
        codes: &[
            ("sdp/port-zero", "port 0 in the m line"),
            ("sdp/format-list", "a content type where the star belongs"),
            ("sdp/line-order", "the c line before the s line"),
            ("sdp/protocol", "MSRP/TCP instead of TCP/MSRP"),
            ("sdp/no-time", "no t line"),
            ("sdp/missing", "a greeting instead of an offer"),
        ],
    },
    Example {
        clause: "6.2.1.3-5a",
        fault: "no path",
        message: "INVITE",
        lines: &[
            (Kind::Good, "a=path:msrp://192.0.2.10:7660/aliceS3cret010;tcp"),
        ],
        codes: &[
            ("sdp/path-missing", "no path"),
            ("sdp/path-transport-missing", "a path without its transport"),
            ("sdp/path-session-id-missing", "a path without a session id"),
            ("sdp/path-port-missing", "a path without a port"),
            ("sdp/path-session-level", "the path at session level"),
            ("sdp/path-repeated", "two path lines"),
            ("sdp/path-scheme", "an msrps path for a stream without tls"),
        ],
    },
    Example {
        clause: "6.2.1.3-5b",
        fault: "no accept-types",
        message: "INVITE",
        lines: &[
            (Kind::Good, "a=accept-types:message/cpim text/plain"),
        ],
        codes: &[
            ("sdp/accept-types-missing", "no accept-types"),
            ("sdp/accept-types-malformed", "an empty accept-types"),
            ("sdp/accept-types-without-cpim", "message/cpim not offered, which the later text asks for"),
        ],
    },
    Example {
        clause: "6.2.1.3-5bis",
        fault: "the invite sent straight to the peer's network",
        message: "INVITE",
        lines: &[
            (Kind::Good, "# from=192.0.2.10:5060 to=198.51.100.9:5060"),
            (Kind::Bad, "# from=192.0.2.10:5060 to=203.0.113.20:5060"),
        ],
        codes: &[
            ("destination/not-the-next-hop", "the invite sent straight to the peer's network"),
        ],
    },
    Example {
        clause: "6.2.1.3-ims",
        fault: "the service-route left out of the route",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Route: <sip:198.51.100.9:5060;lr>, <sip:orig@scscf1.example.com:6060;lr>"),
            (Kind::Bad, "Route: <sip:198.51.100.9:5060;lr>"),
        ],
        codes: &[
            ("route/service-route-missing", "the service-route left out of the route"),
            ("from/not-registered", "a from that was never registered"),
            ("contact/not-the-ue-address", "a contact with an address that is not the client's"),
            ("p-access-network-info/missing", "no access network information"),
        ],
    },
    Example {
        clause: "6.2.1.3-ok1",
        fault: "update sent though the 200 does not allow it",
        message: "200 OK to INVITE",
        lines: &[
            (Kind::Good, "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, SUBSCRIBE, NOTIFY, MESSAGE"),
            (Kind::Bad, "Allow: INVITE, ACK, CANCEL, BYE, PRACK, SUBSCRIBE, NOTIFY, MESSAGE"),
        ],
        codes: &[
            ("allow/not-honoured", "update sent though the 200 does not allow it"),
        ],
    },
    Example {
        clause: "6.2.1.3-ok2",
        fault: "the ack to the address first invited",
        message: "ACK",
        lines: &[
            (Kind::Good, "ACK sip:conf-4711@imserver.example.com;transport=tcp SIP/2.0"),
            (Kind::Bad, "ACK sip:conference-factory@im.example.com SIP/2.0"),
        ],
        codes: &[
            ("request-uri/not-the-stored-contact", "the ack to the address first invited"),
        ],
    },
    Example {
        clause: "6.2.1.4-1",
        fault: "a to tag in the first invite",
        message: "INVITE",
        lines: &[
            (Kind::Good, "To: <sip:friends@groups.example.com>"),
            (Kind::Bad, "To: <sip:friends@groups.example.com>;tag=cf20"),
        ],
        codes: &[
            ("to/tag-in-initial-invite", "a to tag in the first invite"),
            ("call-id/dialog-alive", "a second invite of the live dialog that lost its to tag"),
        ],
    },
    Example {
        clause: "6.2.1.4-2",
        fault: "the conference factory as request-uri",
        message: "INVITE",
        lines: &[
            (Kind::Good, "INVITE sip:friends@groups.example.com SIP/2.0"),
            (Kind::Bad, "INVITE sip:conference-factory@im.example.com SIP/2.0"),
        ],
        codes: &[
            ("request-uri/conference-factory", "the conference factory as request-uri"),
            ("request-uri/not-a-group", "a user as request-uri"),
        ],
    },
    Example {
        clause: "6.2.1.4-5",
        fault: "port 0 in the m line",
        message: "INVITE",
        lines: &[
            (Kind::Good, "m=message 7670 TCP/MSRP *"),
            (Kind::Bad, "m=message 0 TCP/MSRP *"),
        ],
        codes: &[
            ("sdp/port-zero", "port 0 in the m line"),
            ("sdp/format-list", "a content type where the star belongs"),
            ("sdp/line-order", "the c line before the s line"),
            ("sdp/protocol", "MSRP/TCP instead of TCP/MSRP"),
            ("sdp/no-time", "no t line"),
            ("sdp/missing", "a greeting instead of an offer"),
        ],
    },
    Example {
        clause: "6.2.1.4-5a",
        fault: "no path",
        message: "INVITE",
        lines: &[
            (Kind::Good, "a=path:msrp://[2001:db8::10]:7670/aliceS3cret020;tcp"),
        ],
        codes: &[
            ("sdp/path-missing", "no path"),
            ("sdp/path-transport-missing", "a path without its transport"),
            ("sdp/path-session-id-missing", "a path without a session id"),
            ("sdp/path-port-missing", "a path without a port"),
            ("sdp/path-session-level", "the path at session level"),
            ("sdp/path-repeated", "two path lines"),
            ("sdp/path-scheme", "an msrps path for a stream without tls"),
        ],
    },
    Example {
        clause: "6.2.1.4-5b",
        fault: "no accept-types",
        message: "INVITE",
        lines: &[
            (Kind::Good, "a=accept-types:message/cpim text/plain"),
        ],
        codes: &[
            ("sdp/accept-types-missing", "no accept-types"),
            ("sdp/accept-types-malformed", "an empty accept-types"),
        ],
    },
    Example {
        clause: "6.2.1.4-5bis",
        fault: "the topmost route names another host",
        message: "INVITE",
        lines: &[
            (Kind::Bad, "Route: <sip:proxy.example.net;lr>"),
        ],
        codes: &[
            ("destination/not-the-next-hop", "the topmost route names another host"),
        ],
    },
    Example {
        clause: "6.2.1.4-ims",
        fault: "no route",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Route: <sip:198.51.100.9:5060;lr>, <sip:orig@scscf1.example.com:6060;lr>"),
        ],
        codes: &[
            ("route/missing", "no route"),
            ("route/service-route-missing", "a service-route that is not the registration's"),
            ("via/not-the-ue-address", "a via with an address that is not the client's"),
        ],
    },
    Example {
        clause: "6.2.1.4-ok1",
        fault: "update sent though the 200 does not allow it",
        message: "200 OK to INVITE",
        lines: &[
            (Kind::Good, "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, MESSAGE"),
            (Kind::Bad, "Allow: INVITE, ACK, CANCEL, BYE, PRACK, MESSAGE"),
        ],
        codes: &[
            ("allow/not-honoured", "update sent though the 200 does not allow it"),
        ],
    },
    Example {
        clause: "6.2.1.4-ok2",
        fault: "the ack to the address first invited",
        message: "ACK",
        lines: &[
            (Kind::Good, "ACK sip:friends-focus@imserver.example.com;transport=tcp SIP/2.0"),
            (Kind::Bad, "ACK sip:friends@groups.example.com SIP/2.0"),
        ],
        codes: &[
            ("request-uri/not-the-stored-contact", "the ack to the address first invited"),
        ],
    },
    Example {
        clause: "6.2.1.5-1",
        fault: "a to tag in the first invite",
        message: "INVITE",
        lines: &[
            (Kind::Good, "To: <sip:conference-factory@im.example.com>"),
            (Kind::Bad, "To: <sip:conference-factory@im.example.com>;tag=ex30f"),
        ],
        codes: &[
            ("to/tag-in-initial-invite", "a to tag in the first invite"),
            ("call-id/dialog-alive", "a second invite of the live dialog that lost its to tag"),
        ],
    },
    Example {
        clause: "6.2.1.5-2",
        fault: "an invited user as request-uri",
        message: "INVITE",
        lines: &[
            (Kind::Good, "INVITE sip:conference-factory@im.example.com SIP/2.0"),
            (Kind::Bad, "INVITE sip:bob@example.org SIP/2.0"),
        ],
        codes: &[
            ("request-uri/not-the-factory", "an invited user as request-uri"),
        ],
    },
    Example {
        clause: "6.2.1.5-3",
        fault: "the user of the ongoing session left out",
        message: "INVITE",
        lines: &[
            (Kind::Good, "    <entry uri=\"sip:bob@example.org\" cp:copyControl=\"to\"/>"),
            (Kind::Bad, "    <entry uri=\"sip:dave@example.com\" cp:copyControl=\"to\"/>"),
        ],
        codes: &[
            ("recipient-list/ongoing-user-missing", "the user of the ongoing session left out"),
            ("recipient-list/nobody-added", "only the user of the ongoing session"),
        ],
    },
    Example {
        clause: "6.2.1.5-4",
        fault: "the option tag not required",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Require: recipient-list-invite"),
        ],
        codes: &[
            ("require/recipient-list-invite-missing", "the option tag not required"),
            ("recipient-list/disposition", "the list without its disposition"),
        ],
    },
    Example {
        clause: "6.2.1.5-5",
        fault: "one more user than the limit",
        message: "INVITE",
        lines: &[
            (Kind::Bad, "    <entry uri=\"sip:erin@example.com\" cp:copyControl=\"to\"/>"),
            (Kind::Bad, "    <entry uri=\"sip:frank@example.com\" cp:copyControl=\"to\"/>"),
        ],
        codes: &[
            ("recipient-list/too-many", "one more user than the limit"),
        ],
    },
    Example {
        clause: "6.2.1.5-6",
        fault: "multipart/related",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Content-Type: multipart/mixed;boundary=im-b30"),
            (Kind::Bad, "Content-Type: multipart/related;boundary=im-b30"),
        ],
        codes: &[
            ("content-type/not-mixed", "multipart/related"),
            ("multipart/no-close-delimiter", "no close-delimiter"),
            ("boundary/too-long", "a boundary of 71 characters"),
        ],
    },
    Example {
        clause: "6.2.1.5-7",
        fault: "port 0 in the m line",
        message: "INVITE",
        lines: &[
            (Kind::Good, "m=message 7690 TCP/MSRP *"),
            (Kind::Bad, "m=message 0 TCP/MSRP *"),
        ],
        codes: &[
            ("sdp/port-zero", "port 0 in the m line"),
            ("sdp/format-list", "a content type where the star belongs"),
            ("sdp/line-order", "the c line before the s line"),
            ("sdp/protocol", "MSRP/TCP instead of TCP/MSRP"),
            ("sdp/no-time", "no t line"),
            ("sdp/missing", "a greeting instead of an offer"),
        ],
    },
    Example {
        clause: "6.2.1.5-7a",
        fault: "no path",
        message: "INVITE",
        lines: &[
            (Kind::Good, "a=path:msrp://192.0.2.10:7690/aliceS3cret030;tcp"),
        ],
        codes: &[
            ("sdp/path-missing", "no path"),
            ("sdp/path-transport-missing", "a path without its transport"),
            ("sdp/path-session-id-missing", "a path without a session id"),
            ("sdp/path-port-missing", "a path without a port"),
            ("sdp/path-session-level", "the path at session level"),
            ("sdp/path-repeated", "two path lines"),
            ("sdp/path-scheme", "an msrps path for a stream without tls"),
        ],
    },
    Example {
        clause: "6.2.1.5-7b",
        fault: "no accept-types",
        message: "INVITE",
        lines: &[
            (Kind::Good, "a=accept-types:message/cpim text/plain"),
        ],
        codes: &[
            ("sdp/accept-types-missing", "no accept-types"),
            ("sdp/accept-types-malformed", "an empty accept-types"),
        ],
    },
    Example {
        clause: "6.2.1.5-8",
        fault: "a header called replace",
        message: "INVITE",
        lines: &[
            (Kind::Good, "Replaces: ongoing-0031@imserver.example.org;to-tag=on31b;from-tag=on31a"),
            (Kind::Bad, "Replace: ongoing-0031@imserver.example.org;to-tag=on31b;from-tag=on31a"),
        ],
        codes: &[
            ("replaces/misspelt", "a header called replace"),
            ("replaces/tags-swapped", "tags copied from to and from of the first invite, which the peer had sent"),
            ("replaces/from-tag-missing", "no from-tag"),
            ("replaces/to-tag-missing", "no to-tag"),
            ("replaces/several", "two replaces headers"),
            ("replaces/session-replaces-only", "a session-replaces in the list entry instead"),
        ],
    },
    Example {
        clause: "6.2.1.5-9",
        fault: "the invite sent to another next hop",
        message: "INVITE",
        lines: &[
            (Kind::Good, "# from=192.0.2.10:5060 to=198.51.100.9:5060"),
            (Kind::Bad, "# from=192.0.2.10:5060 to=198.51.100.77:5060"),
        ],
        codes: &[
            ("replaces/dialog-ended", "the session to be replaced has ended before"),
            ("destination/not-the-next-hop", "the invite sent to another next hop"),
        ],
    },
    Example {
        clause: "6.2.1.5-ims",
        fault: "no access network information",
        message: "INVITE",
        lines: &[
            (Kind::Good, "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100010000101"),
        ],
        codes: &[
            ("p-access-network-info/missing", "no access network information"),
            ("route/p-cscf-missing", "the first proxy left out of the route"),
            ("max-forwards/zero", "max-forwards 0"),
        ],
    },
];
