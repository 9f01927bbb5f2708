//! A message builder made with rsip, fuzzed until its mistake is found and shrunk: see docs/fuzzing.md.
#![expect(clippy::print_stdout, reason = "an example prints")]
use proptest::test_runner::{TestError, TestRunner};
use rsip::headers::{self, UntypedHeader as _};
use rsip::{Header, Method::Invite, Request, Version::V2};
use sipclause::{compose::strategy as any, interop::rsip::check};
/// The builder under test.
fn invite(name: &str, user: &impl std::fmt::Display, interval: u32, offer: &str) -> Request {
    let body = format!("--b1\r\nContent-Type: application/sdp\r\n\r\n{offer}\r\n--b1--\r\n");
    let headers: Vec<Header> = vec![
        headers::Via::new("SIP/2.0/TCP 192.0.2.10:5060;branch=z9hG4bK776asdhds").into(),
        headers::MaxForwards::default().into(),
        headers::From::new(format!("\"{name}\" <{user}>;tag=1928301774")).into(),
        headers::To::new("<sip:bob@example.org>").into(),
        headers::CallId::new("a84b4c76e66710@192.0.2.10").into(),
        headers::CSeq::new("1 INVITE").into(),
        headers::Contact::new("<sip:192.0.2.10:5060;transport=tcp>;+g.oma.sip-im").into(),
        headers::UserAgent::new("IM-client/OMA1.0 acme/2.1").into(),
        headers::Allow::new("INVITE, ACK, CANCEL, BYE").into(),
        headers::Supported::new("timer").into(),
        headers::ContentType::new("multipart/mixed;boundary=b1").into(),
        headers::ContentLength::from(body.len() as u32).into(),
        Header::Other("Accept-Contact".into(), "*;+g.oma.sip-im;explicit".into()),
        Header::Other("Session-Expires".into(), format!("{interval};refresher=uac")),
    ];
    let uri = "sip:bob@example.org".try_into().expect("it is a URI");
    Request { method: Invite, uri, version: V2, headers: headers.into(), body: body.into() }
}
pub(crate) fn fuzz() -> Option<String> {
    let inputs = (any::display_names(), any::addresses(), any::intervals(), any::offers());
    let found = TestRunner::deterministic().run(&inputs, |(name, user, interval, offer)| {
        Ok(check(&invite(&name, &user, interval, &offer)).conforms()?)
    });
    let Err(TestError::Fail(report, (name, ..))) = found else { return None };
    Some(format!("the display name {name:?} breaks it\n\n{report}"))
}
fn main() {
    println!("{}", fuzz().unwrap_or("nothing is found".into()));
}
