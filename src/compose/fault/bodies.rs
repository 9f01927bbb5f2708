//! An INVITE -> the values of its bodies that faults refer to.

use crate::message::body::Bodies;
use crate::message::body::boundary::Boundary;
use crate::message::body::content_type::MediaType;
use crate::message::body::msrp::parse_path;
use crate::message::body::resource_list::ResourceList;
use crate::message::body::sdp::Sdp;
use crate::message::{Message, Name};

/// Placeholder without braces, and its value.
type Value = (&'static str, String);

pub(super) fn values(invite: &Message<'_>) -> Vec<Value> {
    let bodies = Bodies::of(invite);
    let mut values: Vec<Value> = boundary(invite).map(|text| ("boundary", text)).into_iter().collect();
    if let Some(part) = bodies.sdp_parts().next() {
        values.extend(offer(&part.content));
    }
    if let Some(part) = bodies.resource_list_parts().next() {
        values.extend(list(&part.content));
    }
    values
}

fn boundary(invite: &Message<'_>) -> Option<String> {
    let media = MediaType::parse(invite.first(Name::ContentType)?).ok()?;
    Boundary::of(&media).ok().map(|boundary| text(boundary.value()))
}

fn offer(content: &[u8]) -> Vec<Value> {
    let sdp = Sdp::parse(content);
    let mut values = vec![("sdp", text(content))];
    let Some(section) = sdp.msrp().next() else { return values };
    values.push(("msrp-port", text(section.port_text())));
    values.push(("msrp-proto", text(section.proto())));
    values.extend(sdp.connection_of(section).map(|connection| ("connection", text(connection.line))));
    let Some(path) = section.value_of("path") else { return values };
    values.push(("path", text(path)));
    if let Some(Ok(uri)) = parse_path(path).last() {
        values.push(("path-host", text(uri.host)));
        values.extend(uri.port.map(|port| ("path-port", port.to_string())));
        values.extend(uri.session_id.map(|id| ("session-id", text(id))));
    }
    values
}

fn list(content: &[u8]) -> Vec<Value> {
    let list = ResourceList::parse(content);
    let prefix = |entry: &[u8]| {
        let name = entry.strip_prefix(b"<").unwrap_or(entry);
        let end = memchr::memmem::find(name, b"entry").unwrap_or_default();
        text(&name[..end])
    };
    let mut values: Vec<Value> =
        list.entries.first().map(|entry| ("xml", prefix(entry.tag))).into_iter().collect();
    for (name, entry) in [("first-invitee", list.entries.first()), ("last-invitee", list.entries.last())] {
        values.extend(entry.map(|entry| (name, entry.uri.clone().into_owned())));
    }
    values
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
