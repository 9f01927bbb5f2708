//! rsip messages <-> our own, and the oracle for those who build their messages with rsip.
//!
//! ```
//! use rsip::headers::{CallId, UserAgent};
//! use sipclause::interop::rsip::check;
//! use sipclause::message::Message;
//! use sipclause::verdict::Verdict;
//!
//! let request = rsip::Request {
//!     method: rsip::Method::Invite,
//!     uri: rsip::Uri::try_from("sip:bob@example.com")?,
//!     version: rsip::Version::V2,
//!     headers: vec![CallId::from("1").into(), UserAgent::from("IM-client/OMA1.0 acme/1.4").into()].into(),
//!     body: Vec::new(),
//! };
//! let verdicts = check(&request);
//! assert_eq!(verdicts.verdict("6.2.1.1-2"), Some(Verdict::Pass));
//! assert_eq!(verdicts.verdict("6.2.1.1-1"), Some(Verdict::Fail));
//!
//! let ours = Message::from(&request);
//! let theirs = rsip::SipMessage::try_from(&ours).expect("what rsip wrote it can hold");
//! assert_eq!(theirs, rsip::SipMessage::Request(request));
//! # Ok::<(), rsip::Error>(())
//! ```
//!
//! rsip keeps less than the wire says, so that the way from us to rsip can fail: see [`NotHeld`].

mod held;

pub use self::held::NotHeld;
use crate::message::Message;
use crate::oracle::{Oracle, Verdicts};

/// Judges a request as the one message it is: see [`Oracle::judge_message`].
///
/// Who knows more than the message uses an [`Oracle`] with the bytes of `Message::from(&request)`.
pub fn check(request: &rsip::Request) -> Verdicts {
    Oracle::new().judge_message(&written_request(request))
}

/// As rsip writes it, but with the body as it is: rsip's own text replaces what is not UTF-8.
impl From<&rsip::Request> for Message<'static> {
    fn from(request: &rsip::Request) -> Self {
        owned(&written_request(request))
    }
}

/// As rsip writes it, but with the body as it is.
impl From<&rsip::Response> for Message<'static> {
    fn from(response: &rsip::Response) -> Self {
        let rsip::Response { version, status_code, headers, body } = response;
        owned(&written(&format!("{version} {status_code}"), headers, body))
    }
}

/// As rsip writes it, but with the body as it is.
impl From<&rsip::SipMessage> for Message<'static> {
    fn from(message: &rsip::SipMessage) -> Self {
        match message {
            rsip::SipMessage::Request(request) => request.into(),
            rsip::SipMessage::Response(response) => response.into(),
        }
    }
}

fn owned(bytes: &[u8]) -> Message<'static> {
    Message::split(bytes).into_owned()
}

fn written_request(request: &rsip::Request) -> Vec<u8> {
    let rsip::Request { method, uri, version, headers, body } = request;
    written(&format!("{method} {uri} {version}"), headers, body)
}

fn written(start_line: &str, headers: &rsip::Headers, body: &[u8]) -> Vec<u8> {
    [format!("{start_line}\r\n{headers}\r\n").as_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Name;
    use rsip::Header;

    fn both(text: &str) -> Result<rsip::SipMessage, NotHeld> {
        rsip::SipMessage::try_from(&Message::split(text.as_bytes()))
    }

    fn refused(text: &str) -> String {
        both(text).unwrap_err().to_string()
    }

    #[test]
    fn rsip_gets_long_names_unfolded_lines_and_one_via_a_row() {
        let message =
            both("BYE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP a,\r\n SIP/2.0/TCP b\r\nSubject :x\r\n  y\r\nX-Own: 1\r\n\r\nbody")
                .unwrap();
        let rsip::SipMessage::Request(request) = message else { panic!("a request") };
        assert_eq!(request.method, rsip::Method::Bye);
        let headers: Vec<Header> = request.headers.into();
        assert_eq!(
            headers,
            [
                Header::Via("SIP/2.0/UDP a".into()),
                Header::Via("SIP/2.0/TCP b".into()),
                Header::Subject("x y".into()),
                Header::Other("X-Own".into(), "1".into()),
            ]
        );
        assert_eq!(request.body, b"body");
    }

    #[test]
    fn what_rsip_would_lose_is_refused_by_name() {
        assert_eq!(
            refused("invite sip:a@b SIP/2.0\r\n\r\n"),
            "rsip cannot hold the method `invite`: it knows no such method"
        );
        assert_eq!(
            refused("INVITE sip:a@b SIP/3.0\r\n\r\n"),
            "rsip cannot hold the version `SIP/3.0`: it knows `SIP/2.0` and `SIP/1.0`"
        );
        assert_eq!(
            refused("INVITE tel:1234 SIP/2.0\r\n\r\n"),
            "rsip cannot hold the Request-URI `tel:1234`: it knows the schemes `sip` and `sips`"
        );
        assert_eq!(
            refused("INVITE sip:a@b?Subject=x SIP/2.0\r\n\r\n"),
            "rsip cannot hold the Request-URI `sip:a@b?Subject=x`: it would take `b?Subject=x` for the host"
        );
        assert_eq!(
            refused("INVITE sip:a@b SIP/2.0\r\nVia: x\r\nno header\r\n\r\n"),
            "rsip cannot hold line 3: it is no header"
        );
        let latin = Message::split(b"BYE sip:a@b SIP/2.0\r\ns: caf\xe9\r\n\r\n");
        let error = rsip::SipMessage::try_from(&latin).unwrap_err();
        assert_eq!(error.to_string(), "rsip cannot hold the header Subject: it is not UTF-8");
        assert_eq!(error.part(), "the header Subject");
    }

    #[test]
    fn a_reason_phrase_of_a_known_status_is_rsips_own() {
        let status = |text| match both(text).unwrap() {
            rsip::SipMessage::Response(response) => response.status_code,
            rsip::SipMessage::Request(_) => panic!("a response"),
        };
        assert_eq!(status("SIP/2.0 480 Not now\r\n\r\n"), rsip::StatusCode::TemporarilyUnavailable);
        let other = rsip::StatusCode::Other(499, "Own".into());
        assert_eq!(status("SIP/2.0 499 Own\r\n\r\n"), other);
        assert!(both("SIP/2.0 20 OK\r\n\r\n").is_err());
    }

    #[test]
    fn a_body_that_is_not_utf8_comes_over_whole() {
        let request = rsip::Request {
            method: rsip::Method::Message,
            uri: rsip::Uri::try_from("sip:a@b").unwrap(),
            version: rsip::Version::V2,
            headers: Vec::new().into(),
            body: vec![0xff, b'\r', b'\n', b'\r', b'\n', 0],
        };
        let message = Message::from(&request);
        assert_eq!(message.body(), request.body);
        assert_eq!(rsip::SipMessage::try_from(&message).unwrap(), request.into());
    }

    #[test]
    fn every_header_that_rsip_types_is_typed() {
        let typed = Name::all().filter(|&name| held::typed(name, "x").is_some()).count();
        assert_eq!(typed, 46, "rsip has a type for 46 headers");
    }
}
