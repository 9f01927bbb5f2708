//! A message, its typed headers and its URIs.

use std::borrow::Cow;

use sipclause::message::headers::{
    AcceptContact, CSeq, CallId, Contact, Event, Malformed, MinSe, NameAddr, Privacy, Replaces, ServerValue,
    SessionExpires, Via, check_date, check_generic_params, delta_seconds, max_forwards, products,
    same_security_mechanisms, server_values,
};
use sipclause::message::syntax::{Carriage, complaints};
use sipclause::message::token::{Params, quoted_string, split_outside_quotes, trim};
use sipclause::message::uri::{
    Host, Uri, decoded, same_address_of_record, same_uri, same_uri_ignoring_headers_and_method,
};
use sipclause::message::{Limits, LineFault, Message, Name, StartLine, Wholeness};

use super::{assert_inside, offset};

/// Splitting gives every byte back, in one place each, whatever the limits.
pub(super) fn split(bytes: &[u8]) {
    let few = Limits { header_lines: 3, ..Limits::DEFAULT };
    for wholeness in [Wholeness::Whole, Wholeness::Cut] {
        for limits in [Limits::DEFAULT, few] {
            let message = Message::split_within(bytes, wholeness, limits);
            every_byte_has_its_place(bytes, &message);
            header_lines_hold_their_parts(bytes, &message, limits);
            let owned = message.clone().into_owned();
            assert!(owned.header_lines().eq(message.header_lines()));
            assert_eq!((owned.start(), owned.bytes()), (message.start(), bytes));
        }
    }
    let message = Message::split(bytes);
    for carriage in [Carriage::Stream, Carriage::Datagram, Carriage::Text] {
        let found = complaints(&message, carriage);
        assert!(found.is_sorted_by_key(|complaint| complaint.span.start));
        for complaint in &found {
            assert!(complaint.span.start <= complaint.span.end, "{complaint:?}");
            assert!(complaint.span.end as usize <= bytes.len(), "{complaint:?}");
            assert!(!complaint.text.contains('\n'), "{complaint:?}");
        }
        assert_eq!(found, complaints(&message, carriage));
    }
}

fn every_byte_has_its_place(bytes: &[u8], message: &Message<'_>) {
    let start_line = message.start_line().range();
    assert!(bytes[..start_line.start].iter().all(|byte| b"\r\n".contains(byte)));
    let after = message.header_lines().next().map_or(message.empty_line(), |line| line.line);
    let line_end = &bytes[start_line.end..after.start as usize];
    assert!(matches!(line_end, b"" | b"\n" | b"\r\n"), "{line_end:?} ends the start line");
    let mut joined = bytes[..after.start as usize].to_vec();
    for line in message.header_lines() {
        joined.extend_from_slice(line.line.of(bytes));
    }
    let gap = message.empty_line().of(bytes);
    assert!(matches!(gap, b"" | b"\n" | b"\r\n"), "{gap:?} is the empty line");
    assert_eq!(gap.is_empty(), !message.has_whole_headers());
    joined.extend_from_slice(gap);
    joined.extend_from_slice(message.body());
    assert!(joined == bytes, "the parts put together are not the message");
    assert_eq!(message.body_span().end as usize, bytes.len());
    let (StartLine::Request { method: one, uri: two, version: three }
    | StartLine::Status { version: one, code: two, reason: three }) = message.start()
    else {
        return;
    };
    let places = [start_line.start as u32, one.start, one.end, two.start, two.end, three.start, three.end];
    assert!(places.is_sorted() && three.end as usize <= start_line.end, "{:?}", message.start());
}

fn header_lines_hold_their_parts(bytes: &[u8], message: &Message<'_>, limits: Limits) {
    // One more stands for all those that are over the limit.
    assert!(message.header_lines().len() <= limits.header_lines + 1);
    for line in message.header_lines() {
        assert!(line.line.start <= line.name.start && line.name.end <= line.line.end, "{line:?}");
        assert!(line.line.start <= line.value.start && line.value.end <= line.line.end, "{line:?}");
        match line.fault {
            None => {
                assert!(line.name.end < line.value.start && !line.name.is_empty(), "{line:?}");
                assert_eq!(Name::of(line.name.of(bytes)), line.kind);
                assert_eq!(trim(line.value.of(bytes)), line.value.of(bytes));
            }
            Some(LineFault::Cut) => assert!(message.is_cut(), "{line:?}"),
            Some(_) => assert_eq!(line.kind, Name::Other),
        }
    }
    for name in [Name::Via, Name::Contact, Name::Supported, Name::Other] {
        for value in message.values(name) {
            assert!(message.span_of(value).is_some_and(|span| !span.is_empty()));
        }
    }
}

/// Every typed header, read from every value of the message, is made of slices of it.
pub(super) fn headers(bytes: &[u8]) {
    let message = Message::split(bytes);
    for line in message.header_lines() {
        let row = line.value.of(bytes);
        lexical_rules_hold(row);
        typed_values_are_slices(bytes, row);
        let mut pieces = split_outside_quotes(row, b',').map(trim);
        // The row itself was looked at already where it is one value.
        let first = pieces.next();
        for piece in first.filter(|first| first.len() < row.len()).into_iter().chain(pieces) {
            typed_values_are_slices(bytes, piece);
        }
    }
    let server = || message.values(Name::SecurityServer);
    assert!(same_security_mechanisms(server(), server()));
    let verify = || message.values(Name::SecurityVerify);
    assert_eq!(
        same_security_mechanisms(server(), verify()),
        same_security_mechanisms(verify(), server()),
        "Security-Server and Security-Verify"
    );
}

/// Pieces between separators make the text again, and so do a quoted string and its rest.
fn lexical_rules_hold(row: &[u8]) {
    for separator in [b',', b';', b' '] {
        let pieces: Vec<_> = split_outside_quotes(row, separator).collect();
        assert!(pieces.join(&separator) == row, "cut at `{}`", separator as char);
    }
    if let Ok((rest, quoted)) = quoted_string(row) {
        assert!([quoted, rest].concat() == row);
    }
    let params = Params(row);
    let list: Vec<_> = params.iter().collect();
    let repeats =
        |at: usize| !list[at].name.is_empty() && list[..at].iter().any(|p| same(p.name, list[at].name));
    if list.len() < 64 {
        let first = (0..list.len()).find(|&at| repeats(at)).map(|at| list[at]);
        assert_eq!(params.repeated(), first);
    }
    for param in list.iter().take(64) {
        assert_inside(row, param.text, "the parameter");
        assert_inside(param.text, param.name, "the name of a parameter");
        assert_inside(param.text, param.unquoted().unwrap_or_default(), "the value of a parameter");
    }
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// What a typed header is made of, or where it is malformed.
type Typed<'m> = Result<Vec<&'m [u8]>, Malformed<'m>>;

fn typed_values_are_slices(bytes: &[u8], value: &[u8]) {
    let read = typed(value);
    for (name, typed) in &read {
        match typed {
            Ok(parts) => parts.iter().for_each(|part| assert_inside(bytes, part, name)),
            Err(malformed) => assert_inside(bytes, malformed.at, name),
        }
    }
    assert!(read == typed(value), "`{}` is read otherwise the second time", value.escape_ascii());
}

/// The value as each typed header.
fn typed(value: &[u8]) -> Vec<(&'static str, Typed<'_>)> {
    let some = Option::unwrap_or_default;
    vec![
        ("name-addr", NameAddr::parse(value).and_then(address)),
        (
            "contact",
            Contact::parse(value).map(|contact| match contact {
                Contact::Star(star) => vec![star],
                Contact::Address(address) => vec![
                    address.whole,
                    contact.feature("+g.oma.sip-im").param().map_or(&[], |param| param.text),
                    contact.uri_param("gr").map_or(&[], |param| param.text),
                ],
            }),
        ),
        (
            "via",
            Via::parse(value).map(|via| {
                let branch = via.branch().filter(|_| via.has_unique_branch());
                vec![via.whole, via.protocol, via.version, via.transport, via.host.text, some(branch)]
            }),
        ),
        ("cseq", CSeq::parse(value).map(|cseq| vec![cseq.method])),
        ("call-id", CallId::parse(value).map(|call_id| vec![call_id.0])),
        ("event", Event::parse(value).map(|event| vec![event.package, some(event.id), event.params.0])),
        (
            "replaces",
            Replaces::parse(value).map(|replaces| {
                assert_eq!(replaces.to_tags == 0, !replaces.params.iter().any(|param| param.is("to-tag")));
                vec![replaces.whole, replaces.call_id.0, some(replaces.to_tag), some(replaces.from_tag)]
            }),
        ),
        (
            "accept-contact",
            AcceptContact::parse(value).map(|read| {
                let feature = read.feature("+g.oma.sip-im").param().map_or(&[][..], |param| param.text);
                let _ = (read.explicit().is_set(), read.require().is_set());
                vec![read.whole, read.target, feature]
            }),
        ),
        (
            "session-expires",
            SessionExpires::parse(value).map(|read| {
                vec![read.text, read.params.0, read.refresher.and_then(Result::err).unwrap_or_default()]
            }),
        ),
        ("min-se", MinSe::parse(value).map(|read| vec![read.text, read.params.0])),
        ("privacy", {
            let read = Privacy::of_value(value);
            match read.fault() {
                Some(fault) => Err(fault.malformed()),
                None => Ok(read.values().collect()),
            }
        }),
        (
            "server",
            server_values(value)
                .map(|part| {
                    part.map(|part| match part {
                        ServerValue::Product(product) => product.text,
                        ServerValue::Comment(comment) => comment,
                    })
                })
                .collect(),
        ),
        ("products", Ok(products(value).map(|product| product.name).collect())),
        ("date", check_date(value).map(|()| Vec::new())),
        ("seconds", delta_seconds(value).map(|_| Vec::new())),
        ("max-forwards", max_forwards(value).map(|_| Vec::new())),
        ("parameters", check_generic_params(Params(value)).map(|()| Vec::new())),
    ]
}

fn address(read: NameAddr<'_>) -> Typed<'_> {
    let uri = read.uri()?;
    let rest = [read.display_text(), read.tag(), uri.host_text()].map(Option::unwrap_or_default);
    Ok([&[read.whole, read.uri, read.params.0, uri.params().0], &rest[..]].concat())
}

/// A URI is made of its parts in their order; comparisons are reflexive and symmetric.
pub(super) fn uri(bytes: &[u8]) {
    let (one, other) = bytes.split_at(memchr(bytes).unwrap_or(bytes.len()));
    let other = other.strip_prefix(b"\n").unwrap_or(other);
    let read = |text| match Uri::parse(text) {
        Ok(uri) => {
            parts_stand_in_order(text, &uri);
            is_the_same_in_other_letters(text, &uri);
            Some(uri)
        }
        Err(malformed) => {
            assert_inside(text, malformed.at, malformed.expected);
            None
        }
    };
    let (Some(one), Some(other)) = (read(one), read(other)) else { return };
    let is_same = same_uri(&one, &other);
    let has_same_destination = same_uri_ignoring_headers_and_method(&one, &other);
    assert_eq!(is_same, same_uri(&other, &one), "same_uri is symmetric");
    assert_eq!(has_same_destination, same_uri_ignoring_headers_and_method(&other, &one));
    assert_eq!(same_address_of_record(&one, &other), same_address_of_record(&other, &one));
    assert!(!is_same || has_same_destination, "the whole is the same, and its destination is not");
    assert!(!is_same || !one.is_sip() || same_address_of_record(&one, &other));
}

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == b'\n')
}

fn parts_stand_in_order(text: &[u8], uri: &Uri<'_>) {
    assert_eq!(uri.text(), text);
    let parts = match uri {
        Uri::Sip(sip) => {
            assert_eq!(Host::parse(sip.host.text).map(|host| host.kind), Ok(sip.host.kind));
            assert!(sip.host.same(&sip.host));
            let address = sip.host.address().map(|address| address.to_string());
            assert!(address.is_none_or(|address| sip.host.is(&address)));
            for (name, value) in sip.header_fields() {
                assert_inside(text, name, "the name of a URI header");
                assert_inside(text, value, "the value of a URI header");
            }
            let user = [sip.user, sip.password].map(Option::unwrap_or_default);
            vec![user[0], user[1], sip.host.text, sip.params.0, sip.headers.unwrap_or_default()]
        }
        Uri::Tel(tel) => vec![tel.number, tel.params.0],
        Uri::Other(other) => vec![other.scheme, other.rest],
    };
    let places: Vec<_> =
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| offset(text, part)).collect();
    assert!(places.is_sorted(), "{places:?}");
    let plain = decoded(text);
    assert!(plain.len() <= text.len() && (text.contains(&b'%') || matches!(plain, Cow::Borrowed(_))));
}

/// The scheme has no letter case: written otherwise it is the same URI, and no longer the same bytes.
fn is_the_same_in_other_letters(text: &[u8], uri: &Uri<'_>) {
    let scheme = text.iter().position(|&byte| byte == b':').expect("a URI has a scheme");
    let turned: Vec<u8> = text
        .iter()
        .enumerate()
        .map(|(at, byte)| if at < scheme { byte ^ (byte.is_ascii_alphabetic() as u8 * 0x20) } else { *byte })
        .collect();
    let turned = Uri::parse(&turned).expect("a scheme has no letter case");
    assert!(same_uri(uri, &turned) && same_uri(&turned, uri));
    assert!(same_uri_ignoring_headers_and_method(uri, &turned));
    assert!(same_address_of_record(uri, &turned) && same_address_of_record(uri, uri));
}
