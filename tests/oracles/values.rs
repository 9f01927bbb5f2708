//! One message in the eyes of three readers: the values that sessions are made of.

use std::collections::BTreeMap;
use std::fmt;

use rsip::prelude::{HasHeaders, HeadersExt, ToTypedHeader, UntypedHeader};
use sipclause::message::headers::{CSeq, CallId, Contact, Malformed, NameAddr, Via, contacts, max_forwards};
use sipclause::message::uri::Uri;
use sipclause::message::{Message, Name, StartLine};

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Field {
    /// The message as such: whether it is read at all.
    Message,
    /// Method or status code.
    Kind,
    RequestUri,
    CallId,
    CSeqNumber,
    CSeqMethod,
    FromUri,
    FromTag,
    ToUri,
    ToTag,
    /// Host and port of the topmost Via.
    SentBy,
    Branch,
    ViaCount,
    ContactUri,
    MaxForwards,
    ContentLength,
    Body,
}

/// What a reader makes of a field.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    Absent,
    Malformed,
    Is(Vec<u8>),
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::Malformed => f.write_str("malformed"),
            Self::Is(value) => write!(f, "`{}`", value.escape_ascii()),
        }
    }
}

impl Reading {
    fn is(value: impl AsRef<[u8]>) -> Self {
        Self::Is(value.as_ref().to_vec())
    }

    fn number(value: impl fmt::Display) -> Self {
        Self::is(value.to_string())
    }

    /// A header that may be absent or malformed.
    fn of<T, E>(read: Option<Result<T, E>>, value: impl FnOnce(T) -> Self) -> Self {
        match read {
            None => Self::Absent,
            Some(Err(_)) => Self::Malformed,
            Some(Ok(read)) => value(read),
        }
    }

    fn or_absent(value: Option<impl AsRef<[u8]>>) -> Self {
        value.map_or(Self::Absent, Self::is)
    }
}

pub(crate) type Values = BTreeMap<Field, Reading>;

pub(crate) fn ours(message: &Message<'_>) -> Values {
    let kind = match message.start() {
        StartLine::Request { .. } => Reading::or_absent(message.method()),
        StartLine::Status { .. } => message.status().map_or(Reading::Malformed, Reading::number),
        StartLine::Broken => Reading::Malformed,
    };
    let uri = |uri: Result<Uri<'_>, Malformed<'_>>| match uri {
        Ok(uri) => Reading::is(uri.text()),
        Err(_) => Reading::Malformed,
    };
    let address = |name| NameAddr::first(message, name);
    let via = || Via::all(message).next();
    BTreeMap::from([
        (Field::Message, Reading::is("read")),
        (Field::Kind, kind),
        (Field::RequestUri, message.request_uri().map_or(Reading::Absent, |text| uri(Uri::parse(text)))),
        (Field::CallId, Reading::of(CallId::of(message), |id| Reading::is(id.0))),
        (Field::CSeqNumber, Reading::of(CSeq::of(message), |cseq| Reading::number(cseq.number))),
        (Field::CSeqMethod, Reading::of(CSeq::of(message), |cseq| Reading::is(cseq.method))),
        (Field::FromUri, Reading::of(address(Name::From), |from| uri(from.uri()))),
        (Field::FromTag, Reading::of(address(Name::From), |from| Reading::or_absent(from.tag()))),
        (Field::ToUri, Reading::of(address(Name::To), |to| uri(to.uri()))),
        (Field::ToTag, Reading::of(address(Name::To), |to| Reading::or_absent(to.tag()))),
        (
            Field::SentBy,
            Reading::of(via(), |via| {
                let port = via.port.map(|port| format!(":{port}")).unwrap_or_default();
                Reading::is([via.host.text, port.as_bytes()].concat())
            }),
        ),
        (Field::Branch, Reading::of(via(), |via| Reading::or_absent(via.branch()))),
        (Field::ViaCount, Reading::number(message.values(Name::Via).count())),
        (
            Field::ContactUri,
            Reading::of(contacts(message).next(), |contact| match contact {
                Contact::Star(star) => Reading::is(star),
                Contact::Address(address) => uri(address.uri()),
            }),
        ),
        (
            Field::MaxForwards,
            Reading::of(message.first(Name::MaxForwards).map(max_forwards), Reading::number),
        ),
        (
            Field::ContentLength,
            match message.content_length() {
                Some(length) => Reading::number(length),
                None if message.has(Name::ContentLength) => Reading::Malformed,
                None => Reading::Absent,
            },
        ),
        (Field::Body, Reading::is(message.body())),
    ])
}

pub(crate) fn rsips(message: &rsip::SipMessage) -> Values {
    let (kind, uri) = match message {
        rsip::SipMessage::Request(request) => {
            (Reading::number(request.method), Reading::number(&request.uri))
        }
        rsip::SipMessage::Response(response) => {
            (Reading::number(response.status_code.code()), Reading::Absent)
        }
    };
    let typed = |header: Option<Result<Reading, rsip::Error>>| Reading::of(header, |reading| reading);
    let cseq = || message.cseq_header().ok().map(|cseq| cseq.typed());
    let from = || message.from_header().ok().map(|from| from.typed());
    let to = || message.to_header().ok().map(|to| to.typed());
    let via = || message.via_header().ok().map(|via| via.typed());
    let number = |text: &str| text.parse::<u64>().map_or(Reading::Malformed, Reading::number);
    let length = message.headers().iter().find_map(|header| match header {
        rsip::Header::ContentLength(length) => Some(number(length.value())),
        _ => None,
    });
    let vias = message.headers().iter().filter(|header| matches!(header, rsip::Header::Via(_))).count();
    BTreeMap::from([
        (Field::Message, Reading::is("read")),
        (Field::Kind, kind),
        (Field::RequestUri, uri),
        (Field::CallId, Reading::or_absent(message.call_id_header().ok().map(|id| id.value()))),
        (Field::CSeqNumber, Reading::of(cseq(), |cseq| Reading::number(cseq.seq))),
        (Field::CSeqMethod, Reading::of(cseq(), |cseq| Reading::number(cseq.method))),
        (Field::FromUri, Reading::of(from(), |from| Reading::number(&from.uri))),
        (Field::FromTag, Reading::of(from(), |from| Reading::or_absent(from.tag().map(|tag| tag.value())))),
        (Field::ToUri, Reading::of(to(), |to| Reading::number(&to.uri))),
        (Field::ToTag, Reading::of(to(), |to| Reading::or_absent(to.tag().map(|tag| tag.value())))),
        (Field::SentBy, Reading::of(via(), |via| Reading::number(&via.uri))),
        (
            Field::Branch,
            Reading::of(via(), |via| Reading::or_absent(via.branch().map(|branch| branch.value()))),
        ),
        (Field::ViaCount, Reading::number(vias)),
        (
            Field::ContactUri,
            typed(
                message
                    .contact_header()
                    .ok()
                    .map(|contact| contact.typed().map(|contact| Reading::number(&contact.uri))),
            ),
        ),
        (
            Field::MaxForwards,
            message.max_forwards_header().map_or(Reading::Absent, |hops| number(hops.value())),
        ),
        (Field::ContentLength, length.unwrap_or(Reading::Absent)),
        (Field::Body, Reading::is(message.body())),
    ])
}

pub(crate) fn sipxs(message: &sipx_sip::Message) -> Values {
    use sipx_sip::headers::{self, ContactValue};
    let headers = message.headers();
    let (kind, uri) = match message {
        sipx_sip::Message::Request(request) => {
            (Reading::is(request.method.as_bytes()), Reading::is(request.uri.to_bytes()))
        }
        sipx_sip::Message::Response(response) => (Reading::number(response.status.code()), Reading::Absent),
    };
    let cseq = || headers.typed::<headers::CSeq>();
    let from = || headers.typed::<headers::From>();
    let to = || headers.typed::<headers::To>();
    let via = || headers.typed_all::<headers::Via>().next();
    BTreeMap::from([
        (Field::Message, Reading::is("read")),
        (Field::Kind, kind),
        (Field::RequestUri, uri),
        (Field::CallId, Reading::of(headers.typed::<headers::CallId>(), |id| Reading::is(&id.0))),
        (Field::CSeqNumber, Reading::of(cseq(), |cseq| Reading::number(cseq.sequence))),
        (Field::CSeqMethod, Reading::of(cseq(), |cseq| Reading::is(cseq.method.as_bytes()))),
        (Field::FromUri, Reading::of(from(), |from| Reading::is(from.0.uri.to_bytes()))),
        (Field::FromTag, Reading::of(from(), |from| Reading::or_absent(from.0.tag()))),
        (Field::ToUri, Reading::of(to(), |to| Reading::is(to.0.uri.to_bytes()))),
        (Field::ToTag, Reading::of(to(), |to| Reading::or_absent(to.0.tag()))),
        (
            Field::SentBy,
            Reading::of(via(), |via| {
                let port = via.port.map(|port| format!(":{port}")).unwrap_or_default();
                let host = match via.host {
                    sipx_sip::Host::Ip(std::net::IpAddr::V6(address)) => format!("[{address}]").into_bytes(),
                    host => host.to_bytes().to_vec(),
                };
                Reading::is([&*host, port.as_bytes()].concat())
            }),
        ),
        (Field::Branch, Reading::of(via(), |via| Reading::or_absent(via.branch()))),
        (Field::ViaCount, Reading::number(headers.typed_all::<headers::Via>().count())),
        (
            Field::ContactUri,
            Reading::of(headers.typed_all::<ContactValue>().next(), |contact| match contact {
                ContactValue::Wildcard => Reading::is("*"),
                ContactValue::Address(address) => Reading::is(address.uri.to_bytes()),
            }),
        ),
        (
            Field::MaxForwards,
            Reading::of(headers.typed::<headers::MaxForwards>(), |hops| Reading::number(hops.0)),
        ),
        (
            Field::ContentLength,
            Reading::of(headers.typed::<headers::ContentLength>(), |length| Reading::number(length.0)),
        ),
        (Field::Body, Reading::is(message.body())),
    ])
}
