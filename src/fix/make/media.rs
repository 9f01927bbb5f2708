//! The `m=` line of MSRP and `a=accept-types` (RFC 4975 8).

use super::sdp::with_sdp;
use crate::fix::draft::{Case, Draft};
use crate::message::Name;
use crate::message::body::Bodies;
use crate::message::body::multipart::RawPart;
use crate::message::body::sdp::{MediaSection, Sdp};

/// The section that the finding stands in.
pub(super) fn with_section<T>(
    case: &Case<'_>,
    make: impl FnOnce(&Sdp<'_>, &MediaSection<'_>) -> Option<T>,
) -> Option<T> {
    with_sdp(case, |sdp| {
        let at = case.finding.at.span;
        let holds = |section: &&MediaSection<'_>| {
            let span = case.message().span_of(section.text);
            span.is_some_and(|span| span.start <= at.start && at.start < span.end.max(span.start + 1))
        };
        make(sdp, sdp.media.iter().find(holds)?)
    })
}

/// The word of that number in the `m=` line, from 0.
fn word<'m>(section: &MediaSection<'m>, number: usize) -> Option<&'m [u8]> {
    section.media_line().get(2..)?.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).nth(number)
}

pub(in crate::fix) fn is_message(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| case.replace(word(section, 0)?, "message"))
}

/// The words of the transport in their order and in capitals.
pub(in crate::fix) fn protocol(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| {
        let written = word(section, 2)?;
        let wanted = match written.to_ascii_uppercase().as_slice() {
            b"MSRP/TCP" | b"TCP/MSRP" => "TCP/MSRP",
            b"MSRP/TLS/TCP" | b"MSRP/TCP/TLS" | b"TLS/MSRP" | b"MSRP/TLS" | b"TCP/TLS/MSRP"
            | b"MSRPS/TCP" => "TCP/TLS/MSRP",
            _ => return None,
        };
        case.replace(written, wanted)
    })
}

/// RFC 4975 8.1: a star alone.
pub(in crate::fix) fn star(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| {
        let line = section.media_line();
        let Some(first) = word(section, 3) else { return case.behind(line.trim_ascii_end(), " *") };
        let start = case.message().span_of(first)?.start - case.message().span_of(line)?.start;
        case.replace(&line[start as usize..], "*")
    })
}

/// The port that the path names.
pub(in crate::fix) fn port_of_path(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| {
        let path = section.value_of("path")?;
        let uri = crate::message::body::msrp::parse_path(path).last()?.ok()?;
        case.replace(word(section, 1)?, uri.port.filter(|&port| port > 0)?.to_string())
    })
}

/// Types of messages that every client of the enabler takes.
pub(in crate::fix) fn add_types(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| {
        let anchor = section.named("path").last().map_or(section.media_line(), |path| path.line);
        case.behind(anchor, "\r\na=accept-types:message/cpim text/plain")
    })
}

/// Types parted by one space.
pub(in crate::fix) fn part_types(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| {
        let value = section.value_of("accept-types")?;
        let parted = |byte: &u8| matches!(byte, b' ' | b'\t' | b',' | b';');
        let types: Vec<&[u8]> = value.split(parted).filter(|entry| !entry.is_empty()).collect();
        let is_type = |entry: &&[u8]| *entry == b"*" || entry.contains(&b'/');
        (!types.is_empty() && types.iter().all(is_type)).then(|| case.replace(value, types.join(&b' ')))?
    })
}

pub(in crate::fix) fn add_cpim(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| case.before(section.value_of("accept-types")?, "message/cpim "))
}

/// The disposition of the part that holds the offer.
pub(in crate::fix) fn disposition_is_session(case: &Case<'_>) -> Option<Draft> {
    disposition(case, "session")
}

/// The disposition of the part that holds the list.
pub(in crate::fix) fn disposition_is_list(case: &Case<'_>) -> Option<Draft> {
    disposition(case, "recipient-list")
}

/// Content-Disposition of the part that the finding stands in, or of the message where that is the part.
fn disposition(case: &Case<'_>, wanted: &str) -> Option<Draft> {
    let message = case.message();
    let bodies = Bodies::of(message);
    let at = case.finding.at.span;
    let holds = |part: &&RawPart<'_>| {
        message.span_of(part.whole).is_some_and(|span| span.start <= at.start && at.start <= span.end)
    };
    let Some(multipart) = &bodies.multipart else {
        return match message.first(Name::ContentDisposition) {
            Some(value) => case.replace(value, wanted),
            None => case.header(Name::ContentDisposition, wanted, &[Name::ContentType]),
        };
    };
    let part = multipart.parts.iter().find(holds)?;
    match part.header(Name::ContentDisposition) {
        Some(value) => case.replace(value, wanted),
        None if part.headers.is_empty() => None,
        None => case.behind(part.headers, format!("Content-Disposition: {wanted}\r\n")),
    }
}
