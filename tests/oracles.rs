//! Another parser reads the same messages and has to see the same values: rsip, on our composed flows.

use std::path::Path;

use rsip::prelude::{HeadersExt, ToTypedHeader, UntypedHeader};
use sipclause::compose::Flow;
use sipclause::message::headers::{CSeq, CallId, NameAddr};
use sipclause::message::{Message, Name};

#[test]
fn rsip_reads_the_same_transaction_values_from_every_composed_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/oma_im/flows");
    let mut compared = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        for message in Flow::load(&path).unwrap_or_else(|error| panic!("{error}")).messages {
            let place = format!("{}: {}", path.display(), String::from_utf8_lossy(&message.bytes));
            let ours = Message::split(&message.bytes);
            let theirs = rsip::SipMessage::try_from(message.bytes.as_slice())
                .unwrap_or_else(|error| panic!("rsip: {error}\n{place}"));
            let status = match &theirs {
                rsip::SipMessage::Request(request) => {
                    assert_eq!(ours.method(), Some(request.method.to_string().as_bytes()), "{place}");
                    None
                }
                rsip::SipMessage::Response(response) => Some(response.status_code.code()),
            };
            assert_eq!(ours.status(), status, "{place}");
            let call_id = CallId::of(&ours).unwrap().unwrap();
            assert_eq!(theirs.call_id_header().unwrap().value().as_bytes(), call_id.0, "{place}");
            let cseq = CSeq::of(&ours).unwrap().unwrap();
            assert_eq!(theirs.cseq_header().unwrap().typed().unwrap().seq, cseq.number, "{place}");
            let from = NameAddr::first(&ours, Name::From).unwrap().unwrap();
            let their_from = theirs.from_header().unwrap().typed().unwrap();
            assert_eq!(their_from.tag().map(|tag| tag.value().as_bytes()), from.tag(), "{place}");
            let body = match &theirs {
                rsip::SipMessage::Request(request) => &request.body,
                rsip::SipMessage::Response(response) => &response.body,
            };
            assert_eq!(body.as_slice(), ours.body(), "{place}");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} messages were compared");
}
