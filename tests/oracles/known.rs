//! The known divergences: what the other readers do, what RFC 3261 says, and a message that shows it.

use sipclause::message::headers::{CSeq, NameAddr, Via};
use sipclause::message::syntax::{Carriage, complaints};
use sipclause::message::uri::Uri;
use sipclause::message::{Message, Name, token};

use super::readers::{Difference, Reader};
use super::values::{Field, Reading};

/// A difference that is understood, and none of our faults.
pub(crate) struct Divergence {
    pub(crate) readers: &'static [Reader],
    /// What they do.
    pub(crate) does: &'static str,
    /// What RFC 3261 says, with its section.
    pub(crate) rfc: &'static str,
    /// Whether it explains a difference in a message.
    pub(crate) explains: fn(&Difference, &Message<'_>) -> bool,
    /// A message in which it occurs.
    pub(crate) example: &'static [u8],
}

/// The divergence that explains a difference.
pub(crate) fn explanation(difference: &Difference, message: &Message<'_>) -> Option<&'static Divergence> {
    KNOWN
        .iter()
        .find(|known| known.readers.contains(&difference.reader) && (known.explains)(difference, message))
}

const RSIP: &[Reader] = &[Reader::Rsip, Reader::RsipHanded];
const RSIP_ALONE: &[Reader] = &[Reader::Rsip];
const SIPX: &[Reader] = &[Reader::Sipx];

pub(crate) const KNOWN: &[Divergence] = &[
    Divergence {
        readers: RSIP,
        does: "writes scheme and `transport` of a URI in letter case of its own",
        rfc: "19.1.4: both are compared without regard to letter case",
        explains: |seen, _| match (&seen.ours, &seen.theirs) {
            (Reading::Is(ours), Reading::Is(theirs)) => {
                is_uri(seen.field) && ours.eq_ignore_ascii_case(theirs)
            }
            _ => false,
        },
        example: b"BYE sip:a@b;transport=tcp SIP/2.0\r\nVia: x\r\n\r\n",
    },
    Divergence {
        readers: RSIP,
        does: "does not read an IPv6 address",
        rfc: "25.1: `host` may be an IPv6reference",
        explains: |seen, message| seen.theirs == Reading::Malformed && text(seen, message).contains(&b'['),
        example: b"BYE sip:a@[2001:db8::1] SIP/2.0\r\nVia: x\r\n\r\n",
    },
    Divergence {
        readers: RSIP,
        does: "does not read white space around `;`, `=` and `/`",
        rfc: "25.1: SEMI, EQUAL and SLASH have it on both sides",
        explains: |seen, message| {
            address_or_via(seen.field)
                && seen.theirs != seen.ours
                && has_spaced_separator(text(seen, message))
        },
        example: b"BYE sip:a@b SIP/2.0\r\nTo: <sip:a@b> ; tag = 1\r\n\r\n",
    },
    Divergence {
        readers: RSIP,
        does: "does not read `sip` in small letters in Via",
        rfc: "7.3.1: what is no quoted string is compared without regard to letter case",
        explains: |seen, message| {
            let protocol = text(seen, message).get(..3).unwrap_or_default();
            seen.theirs == Reading::Malformed
                && address_or_via(seen.field)
                && protocol.eq_ignore_ascii_case(b"SIP")
                && protocol != b"SIP"
        },
        example: b"BYE sip:a@b SIP/2.0\r\nVia: sip/2.0/UDP a;branch=z9hG4bK1\r\n\r\n",
    },
    Divergence {
        readers: RSIP,
        does: "refuses an address with a parameter whose value is no token, quoted ones too",
        rfc: "25.1: `gen-value` may be quoted, `pvalue` may hold a colon",
        explains: |seen, message| {
            seen.theirs == Reading::Malformed && address_or_via(seen.field) && {
                token::split_outside_quotes(text(seen, message), b';').skip(1).any(|param| {
                    let value =
                        param.iter().position(|&byte| byte == b'=').map(|at| token::trim(&param[at + 1..]));
                    value.is_some_and(|value| !token::is_token(value))
                })
            }
        },
        example: b"BYE sip:a@b SIP/2.0\r\nContact: <sip:a@b>;+sip.instance=\"<urn:x>\"\r\n\r\n",
    },
    Divergence {
        readers: RSIP,
        does: "reads URIs of the schemes sip and sips only, with a plain user and no headers",
        rfc: "25.1: `addr-spec` may be any absoluteURI, and `user` may hold `%`, `.`, `;` and more",
        explains: |seen, message| {
            let refused = seen.field == Field::Message || address_or_via(seen.field);
            refused && seen.theirs == Reading::Malformed && !has_plain_uri(seen, message)
        },
        example: b"BYE name:user SIP/2.0\r\nVia: x\r\n\r\n",
    },
    Divergence {
        readers: RSIP,
        does: "reads what breaks the grammar: a display name with a comma, a URI in brackets, 300 hops",
        rfc: "25.1: `display-name`, `Request-URI`; 20.22: Max-Forwards is 0 to 255",
        explains: |seen, _| seen.ours == Reading::Malformed,
        example: b"BYE sip:a@b SIP/2.0\r\nMax-Forwards: 300\r\n\r\n",
    },
    Divergence {
        readers: &[Reader::Rsip, Reader::RsipHanded, Reader::Sipx],
        does: "refuses an address whose URI is broken as a whole; we still read its tag",
        rfc: "25.1: `addr-spec` has no white space; the value is malformed to us too",
        explains: |seen, message| {
            let broken = |name| {
                NameAddr::first(message, name)
                    .is_some_and(|address| address.is_ok_and(|address| address.uri().is_err()))
            };
            seen.theirs == Reading::Malformed
                && match seen.field {
                    Field::FromTag => broken(Name::From),
                    Field::ToTag => broken(Name::To),
                    _ => false,
                }
        },
        example: b"BYE sip:a@b SIP/2.0\r\nTo: \"Watson, Thomas\" < sip:t.watson@example.org >\r\n\r\n",
    },
    Divergence {
        readers: RSIP,
        does: "refuses a method outside of its list, and takes a registered one in any letter case",
        rfc: "7.1: a method is any token, and case-sensitive",
        explains: |seen, message| {
            let known =
                |method: &[u8]| rsip::Method::all().iter().any(|name| name.to_string().as_bytes() == method);
            let method = match seen.field {
                Field::Message | Field::Kind => message.method(),
                Field::CSeqNumber | Field::CSeqMethod => {
                    CSeq::of(message).and_then(Result::ok).map(|cseq| cseq.method)
                }
                _ => None,
            };
            method.is_some_and(|method| !known(method))
        },
        example: b"NEWMETHOD sip:a@b SIP/2.0\r\nVia: x\r\n\r\n",
    },
    Divergence {
        readers: RSIP,
        does: "refuses a version it does not know",
        rfc: "21.5.6: such a request is answered with 505, so it has to be read",
        explains: |seen, message| {
            seen.field == Field::Message && !message.start_line().of(message.bytes()).ends_with(b" SIP/2.0")
        },
        example: b"BYE sip:a@b SIP/7.0\r\nVia: x\r\n\r\n",
    },
    Divergence {
        readers: RSIP,
        does: "refuses a message with a line that is no header, or one that is not UTF-8",
        rfc: "7.3.1: a header has a name and a colon; 25.1: values may be UTF-8. We keep the line and complain",
        explains: |seen, message| {
            seen.field == Field::Message
                && message.header_lines().any(|line| {
                    line.fault.is_some() || std::str::from_utf8(line.line.of(message.bytes())).is_err()
                })
        },
        example: b"BYE sip:a@b SIP/2.0\r\nVia: x\r\nno header\r\n\r\n",
    },
    Divergence {
        readers: RSIP_ALONE,
        does: "does not know compact names",
        rfc: "7.3.3: `v` is Via",
        explains: |seen, message| {
            header(seen.field).is_some_and(|name| message.rows(name).any(|row| row.name.len() == 1))
        },
        example: b"BYE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP a;branch=z9hG4bK1\r\n\r\n",
    },
    Divergence {
        readers: RSIP_ALONE,
        does: "reads the first of several values in one Via or Contact row, or refuses them",
        rfc: "7.3.1: a comma means the same as another row",
        explains: |seen, message| {
            header(seen.field).is_some_and(|name| {
                [Name::Via, Name::Contact].contains(&name) && {
                    message.rows(name).any(|row| row.value.of(message.bytes()).contains(&b','))
                }
            })
        },
        example: b"BYE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a, SIP/2.0/UDP b\r\n\r\n",
    },
    Divergence {
        readers: RSIP_ALONE,
        does: "takes the first header for all of them where the empty line is missing",
        rfc: "7: the empty line must be there; without it the body cannot be told. We read headers and complain",
        explains: |_, message| !message.has_whole_headers(),
        example: b"BYE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nCall-ID: 1\r\n",
    },
    Divergence {
        readers: RSIP_ALONE,
        does: "refuses a folded header line, or white space before the colon",
        rfc: "7.3.1: a header may be folded; 25.1: HCOLON has white space before it",
        explains: |seen, message| {
            seen.field == Field::Message
                && message.header_lines().any(|line| {
                    let behind_name = message.bytes().get(line.name.end as usize);
                    let text = line.line.of(message.bytes());
                    let folded = text.iter().filter(|&&byte| byte == b'\n').count() > 1;
                    behind_name != Some(&b':') || folded
                })
        },
        example: b"BYE sip:a@b SIP/2.0\r\nVia: x\r\nSubject : y\r\n\r\n",
    },
    Divergence {
        readers: RSIP_ALONE,
        does: "refuses lines that end with LF alone",
        rfc: "7: lines end with CRLF. We read them and complain",
        explains: |seen, message| {
            seen.field == Field::Message && complains(message, &["header-line/bare-lf"])
        },
        example: b"BYE sip:a@b SIP/2.0\nVia: x\n\n",
    },
    Divergence {
        readers: SIPX,
        does: "refuses a message whose header section is broken: no empty line, LF alone, a line that is no header",
        rfc: "7: so it may. We read the message and complain",
        explains: |seen, message| {
            seen.field == Field::Message
                && complains(
                    message,
                    &[
                        "header-line/no-empty-line",
                        "header-line/bare-lf",
                        "header-line/no-colon",
                        "header-line/bad-name",
                        "header-line/orphan",
                    ],
                )
        },
        example: b"BYE sip:a@b SIP/2.0\r\nVia: x\r\n",
    },
    Divergence {
        readers: SIPX,
        does: "refuses a message whose Content-Length is no number, repeated, or larger than the body",
        rfc: "18.3: such a datagram is an error, answered with 400. We read the message and complain",
        explains: |seen, message| {
            seen.field == Field::Message
                && (complains(message, &["content-length/mismatch"]) || {
                    message.has(Name::ContentLength) && message.content_length().is_none()
                })
        },
        example: b"BYE sip:a@b SIP/2.0\r\nContent-Length: 5\r\n\r\nbody",
    },
    Divergence {
        readers: SIPX,
        does: "refuses a start line with a broken Request-URI or a space too many",
        rfc: "7.1, 25.1: so it may, with 400. We read the message and complain",
        explains: |seen, message| {
            let codes = complaints(message, Carriage::Datagram);
            seen.field == Field::Message
                && codes.iter().any(|complaint| {
                    complaint.code.starts_with("start-line/") || complaint.code == "uri/malformed"
                })
        },
        example: b"BYE sip:a@b SIP/2.0 \r\nVia: x\r\n\r\n",
    },
    Divergence {
        readers: SIPX,
        does: "drops what a datagram holds behind Content-Length",
        rfc: "18.3: it is discarded. We keep every byte, and the judgement decides",
        explains: |seen, message| {
            let length = message.content_length().and_then(|length| usize::try_from(length).ok());
            let kept = length.and_then(|length| message.body().get(..length));
            seen.field == Field::Body && kept.is_some_and(|kept| seen.theirs == Reading::Is(kept.to_vec()))
        },
        example: b"BYE sip:a@b SIP/2.0\r\nContent-Length: 4\r\n\r\nbody and more",
    },
    Divergence {
        readers: SIPX,
        does: "refuses an address for a parameter that breaks the grammar; we read the address and complain",
        rfc: "25.1: `gen-value` is a token, a host or quoted",
        explains: |seen, message| {
            seen.theirs == Reading::Malformed
                && match header(seen.field) {
                    Some(Name::Contact) => complains(message, &["contact/malformed"]),
                    Some(Name::From) => complains(message, &["from/malformed"]),
                    Some(Name::To) => complains(message, &["to/malformed"]),
                    Some(Name::Via) => complains(message, &["via/malformed"]),
                    _ => false,
                }
        },
        example: b"BYE sip:a@b SIP/2.0\r\nContact: <sip:a@b>;impi=a@b\r\n\r\n",
    },
];

fn is_uri(field: Field) -> bool {
    matches!(field, Field::RequestUri | Field::FromUri | Field::ToUri | Field::ContactUri)
}

/// The header that a field stands in.
fn header(field: Field) -> Option<Name> {
    Some(match field {
        Field::CallId => Name::CallId,
        Field::CSeqNumber | Field::CSeqMethod => Name::CSeq,
        Field::FromUri | Field::FromTag => Name::From,
        Field::ToUri | Field::ToTag => Name::To,
        Field::SentBy | Field::Branch | Field::ViaCount => Name::Via,
        Field::ContactUri => Name::Contact,
        Field::MaxForwards => Name::MaxForwards,
        Field::ContentLength => Name::ContentLength,
        Field::Message | Field::Kind | Field::RequestUri | Field::Body => return None,
    })
}

fn address_or_via(field: Field) -> bool {
    matches!(header(field), Some(Name::From | Name::To | Name::Via | Name::Contact))
}

/// The value that a field is read from; of the message as such, the Request-URI.
fn text<'m>(seen: &Difference, message: &'m Message<'_>) -> &'m [u8] {
    match header(seen.field) {
        Some(name @ (Name::Via | Name::Contact)) => message.values(name).next(),
        Some(name) => message.first(name),
        None => message.request_uri(),
    }
    .unwrap_or_default()
}

fn has_spaced_separator(value: &[u8]) -> bool {
    let is_space = |at: usize| value.get(at).copied().is_some_and(token::is_space);
    let separators = value.iter().enumerate().filter(|(_, byte)| b";=/:".contains(byte));
    separators.into_iter().any(|(at, _)| is_space(at + 1) || at.checked_sub(1).is_some_and(is_space))
}

fn has_plain_uri(seen: &Difference, message: &Message<'_>) -> bool {
    let text = text(seen, message);
    let uri = match header(seen.field) {
        None if message.request_uri().is_none() => return true,
        None => Uri::parse(text).ok(),
        Some(Name::Via) => return Via::parse(text).is_ok(),
        Some(_) => NameAddr::parse(text).ok().and_then(|address| address.uri().ok()),
    };
    uri.and_then(|uri| uri.as_sip().copied()).is_some_and(|uri| {
        let plain =
            |user: &[u8]| user.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-_".contains(byte));
        uri.headers.is_none() && uri.user.is_none_or(plain)
    })
}

fn complains(message: &Message<'_>, codes: &[&str]) -> bool {
    complaints(message, Carriage::Datagram).iter().any(|complaint| codes.contains(&complaint.code))
}
