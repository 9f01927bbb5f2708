//! A call with everything private that comes to mind.

/// One INVITE with everything private that comes to mind, and a MESSAGE with a body.
pub(crate) const CALL: &str = "INVITE sip:quentin@corp.internal SIP/2.0\r\n\
Via: SIP/2.0/UDP 10.20.30.40:5070;branch=z9hG4bKnashds8xyz;received=10.20.30.41\r\n\
Max-Forwards: 70\r\n\
From: \"Ottoline (home)\" <sip:ottoline;phone-context=corp.internal@corp.internal>;tag=fromtag77\r\n\
To: Quentin Fabricius <sip:quentin@corp.internal>\r\n\
Call-ID: callid-7788@10.20.30.40\r\n\
CSeq: 1 INVITE\r\n\
Contact: <sip:ottoline@10.20.30.40:5070>;+g.oma.sip-im;+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"\r\n\
User-Agent: IM-client/OMA1.0 acme/2.1 (Ottolines phone)\r\n\
Accept-Contact: *;+g.oma.sip-im\r\n\
Allow: INVITE, ACK, CANCEL, BYE, MESSAGE\r\n\
P-Preferred-Identity: <tel:+491705550123>\r\n\
P-Access-Network-Info: 3GPP-UTRAN-TDD; utran-cell-id-3gpp=2341235151D0FCE11\r\n\
Authorization: Digest username=\"ottoline@corp.internal\", realm=\"corp.internal\", nonce=\"dcd98b7102dd\", uri=\"sip:corp.internal\", response=\"6629fae49393\"\r\n\
Subject: confidential merger\r\n\
X-Serial: SN4711aabbcc\r\n\
Content-Type: application/sdp\r\n\
Content-Length: LENGTH\r\n\r\n";

const SDP: &str = "v=0\r\no=ottoline 2890844526 2890844527 IN IP4 host.corp.internal\r\ns=merger talk\r\ni=strictly confidential\r\n\
c=IN IP6 2a02:8071:abcd::17\r\nt=0 0\r\nm=message 7654 TCP/MSRP *\r\na=accept-types:text/plain\r\n\
a=path:msrp://ottoline@10.20.30.40:7654/sess10n1d;tcp\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n";

fn message(body: &str) -> String {
    format!(
        "MESSAGE sip:quentin@corp.internal SIP/2.0\r\nVia: SIP/2.0/UDP 10.20.30.40:5070;branch=z9hG4bKother99\r\n\
         Max-Forwards: 70\r\nFrom: <sip:ottoline@corp.internal>;tag=fromtag77\r\nTo: <sip:quentin@corp.internal>;tag=totag88\r\n\
         Call-ID: callid-7788@10.20.30.40\r\nCSeq: 2 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// It with what was sent in it.
pub(crate) fn call() -> Vec<u8> {
    let invite = CALL.replace("LENGTH", &SDP.len().to_string()) + SDP;
    let separator =
        "# time=2026-11-22T08:00:00Z from=10.20.30.40:5070 to=[2a02:8071:abcd::99]:5062 transport=udp\n";
    format!("{separator}{invite}{separator}{}", message("meet me under the treetop\r\nbring documents\r\n"))
        .into_bytes()
}
