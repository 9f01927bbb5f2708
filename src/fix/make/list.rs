//! The resource list (RFC 4826, RFC 5366).

use crate::fix::draft::{Case, Draft};
use crate::message::body::Bodies;

const NAMESPACE: &str = "urn:ietf:params:xml:ns:resource-lists";

/// The list that the finding stands in, as it stands in the message.
fn with_list<T>(case: &Case<'_>, make: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
    let message = case.message();
    let bodies = Bodies::of(message);
    let at = case.finding.at.span;
    let holds =
        |raw: &&[u8]| message.span_of(raw).is_some_and(|span| span.start <= at.start && at.end <= span.end);
    let readable =
        bodies.resource_list_parts().filter(|part| part.is_readable() && part.content.as_ref() == part.raw);
    let raw = readable.map(|part| part.raw).find(holds)?;
    make(raw)
}

/// The namespace of RFC 4826 as the default one of the root.
pub(in crate::fix) fn namespace(case: &Case<'_>) -> Option<Draft> {
    with_list(case, |list| {
        let name = memchr::memmem::find(list, b"<resource-lists")? + b"<resource-lists".len();
        let end = memchr::memchr(b'>', &list[name..])? + name;
        let tag = &list[name..end];
        if !tag.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'/') {
            return None;
        }
        let Some(at) = memchr::memmem::find(tag, b"xmlns=") else {
            return case.behind(&list[..name], format!(" xmlns=\"{NAMESPACE}\""));
        };
        let quote = *tag.get(at + 6).filter(|byte| b"\"'".contains(byte))?;
        let value = &tag[at + 7..];
        case.replace(&value[..memchr::memchr(quote, value)?], NAMESPACE)
    })
}

/// Each `&` that begins no reference as `&amp;`.
pub(in crate::fix) fn ampersands(case: &Case<'_>) -> Option<Draft> {
    with_list(case, |list| {
        let mut draft = Draft::default();
        for at in memchr::memchr_iter(b'&', list).filter(|&at| !is_reference(&list[at + 1..])).take(1000) {
            draft = draft.and(case.behind(&list[..=at], "amp;")?);
        }
        (!draft.changes.is_empty()).then_some(draft)
    })
}

fn is_reference(rest: &[u8]) -> bool {
    let name = rest.iter().take(12).position(|&byte| byte == b';').map(|end| &rest[..end]);
    name.is_some_and(|name| match name {
        [b'#', b'x', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit),
        [b'#', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        name => [&b"amp"[..], b"lt", b"gt", b"quot", b"apos"].contains(&name),
    })
}
