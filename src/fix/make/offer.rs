//! `a=path` of an MSRP section (RFC 4975 8.2).

use super::media::with_section;
use crate::fix::draft::{Case, Draft};
use crate::message::body::sdp::{MediaSection, Sdp};

/// Of several addresses in a path, the last is the client's own.
fn own<'m>(section: &MediaSection<'m>) -> Option<&'m [u8]> {
    section.value_of("path")?.rsplit(|&byte| byte == b' ').find(|uri| !uri.is_empty())
}

/// RFC 4975 9: there is no other transport.
pub(in crate::fix) fn add_transport(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| {
        let uri = own(section)?;
        let Some(at) = memchr::memchr(b';', uri) else { return case.behind(uri, ";tcp") };
        let params = &uri[at + 1..];
        let first = &params[..params.iter().position(|byte| b";,".contains(byte)).unwrap_or(params.len())];
        match first.contains(&b'=') {
            // A parameter that stands where the transport should.
            true => case.before(first, "tcp;"),
            // What is wrong stands behind it.
            false if first == b"tcp" => None,
            false => case.replace(first, "tcp"),
        }
    })
}

/// The port of the `m=` line.
pub(in crate::fix) fn add_port(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| {
        let uri = case.at();
        let port = section.port().filter(|&port| port > 0)?;
        let authority = memchr::memmem::find(uri, b"//")? + 2;
        let end = uri[authority..].iter().position(|byte| b"/;".contains(byte))? + authority;
        case.behind(&uri[..end], format!(":{port}"))
    })
}

/// A session-id made of the Call-ID.
pub(in crate::fix) fn add_session_id(case: &Case<'_>) -> Option<Draft> {
    let id = case.letters_of_call_id()?;
    with_section(case, |_, section| {
        let own = own(section)?;
        let authority = memchr::memmem::find(own, b"//")? + 2;
        let end = own[authority..].iter().position(|byte| b"/;".contains(byte));
        let (head, tail) = own.split_at(end.map_or(own.len(), |end| end + authority));
        let gap = &tail[..tail.iter().position(|&byte| byte == b';').unwrap_or(tail.len())];
        match gap {
            [] => case.behind(head, format!("/{id}")),
            [b'/'] => case.behind(gap, id),
            _ => None,
        }
    })
}

/// The scheme that goes with the transport.
pub(in crate::fix) fn scheme(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |_, section| {
        let own = own(section)?;
        let written = &own[..memchr::memchr(b':', own)?];
        let is_secure = section.proto().eq_ignore_ascii_case(b"TCP/TLS/MSRP");
        let wanted = if is_secure { "msrps" } else { "msrp" };
        let is_msrp = [&b"msrp"[..], b"msrps"].iter().any(|scheme| written.eq_ignore_ascii_case(scheme));
        is_msrp.then(|| case.replace(written, wanted))?
    })
}

/// The path of the session part in the only section that is meant for it.
pub(in crate::fix) fn into_section(case: &Case<'_>) -> Option<Draft> {
    super::sdp::with_sdp(case, |sdp| {
        let mut sections =
            sdp.media.iter().filter(|section| section.media() == b"message" || section.is_msrp());
        let section = sections.next().filter(|_| sections.next().is_none())?;
        let path = sdp.session.named("path").next()?.line;
        let moved = [b"\r\n", path].concat();
        let whole = with_end(sdp, path);
        Some(case.replace(whole, "")?.and(case.behind(last_fixed_line(section), moved)?))
    })
}

/// The line with its end.
fn with_end<'m>(sdp: &Sdp<'m>, line: &'m [u8]) -> &'m [u8] {
    let start = line.as_ptr() as usize - sdp.text.as_ptr() as usize;
    let behind = &sdp.text[start + line.len()..];
    let end = memchr::memchr(b'\n', behind).map_or(behind.len(), |end| end + 1);
    &sdp.text[start..start + line.len() + end]
}

/// Behind which an attribute may stand.
fn last_fixed_line<'m>(section: &MediaSection<'m>) -> &'m [u8] {
    let fixed = section.lines().take_while(|line| line.kind != Some(b'a') && line.kind.is_some());
    fixed.last().map_or(section.media_line(), |line| line.text)
}

/// The path that stands there first is the one that counts.
pub(in crate::fix) fn one_path(case: &Case<'_>) -> Option<Draft> {
    with_section(case, |sdp, section| {
        let second = section.named("path").nth(1)?.line;
        case.replace(with_end(sdp, second), "")
    })
}

/// An endpoint at the address of `c=` and the port of `m=`.
pub(in crate::fix) fn add_path(case: &Case<'_>) -> Option<Draft> {
    let id = case.letters_of_call_id()?;
    with_section(case, |sdp, section| {
        let address = str::from_utf8(sdp.connection_of(section)?.address).ok()?;
        let host = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
        let port = section.port().filter(|&port| port > 0)?;
        let is_secure = section.proto().eq_ignore_ascii_case(b"TCP/TLS/MSRP");
        let scheme = if is_secure { "msrps" } else { "msrp" };
        let line = format!("\r\na=path:{scheme}://{host}:{port}/{id};tcp");
        case.behind(last_fixed_line(section), line)
    })
}
