//! A conforming flow -> what the placeholders of a fault stand for in it.

use super::bodies;
use super::scene::Scene;
use super::step::Target;
use crate::compose::{Composed, FlowMessage};
use crate::message::body::Bodies;
use crate::message::body::resource_list::ResourceList;
use crate::message::headers::{NameAddr, Replaces, SessionExpires, Via, contacts};
use crate::message::uri::Uri;
use crate::message::{Message, Name};

/// Placeholder without braces, value.
type Values = Vec<(&'static str, String)>;

pub(super) fn read(scene: &Scene, composed: &Composed) -> Values {
    let message = |at: usize| &composed.flow.messages[at];
    let first = |target| scene.messages(target).first().copied().map(message);
    let mut values = vec![("call-id", composed.session.clone())];
    if let Some(invite) = first(Target::Invites) {
        values.extend(of_invite(&Message::split(&invite.bytes), invite));
    }
    if let Some(success) = first(Target::Success) {
        let split = Message::split(&success.bytes);
        values.extend(party(&split, Name::Contact).map(|contact| ("remote-target", contact.0)));
        values.extend(party(&split, Name::To).and_then(|to| to.1).map(|tag| ("to-tag", tag)));
        let last = scene.messages(Target::Invites).last().copied().map(message);
        let refresh = first(Target::FirstRefresh).filter(|refresh| is_first(composed, success, refresh));
        values.extend(
            last.zip(refresh).and_then(|(invite, refresh)| shorter_interval(invite, success, refresh)),
        );
    }
    values.extend(scene.accepted_method().map(|method| ("accepted", method)));
    values.extend(refusal_tag(composed));
    let identity = composed.context.registered_identities.first();
    values.extend(identity.map(|identity| ("identity", identity.clone())));
    if let Some(peer) = &composed.context.intended_recipient {
        let user = Uri::parse(peer.as_bytes()).ok().and_then(|uri| uri.as_sip()?.user.map(text));
        values.extend(user.map(|user| ("peer-user", user)));
        values.push(("peer", peer.clone()));
    }
    values.extend(registration_call_id(composed));
    values
}

fn of_invite(invite: &Message<'_>, flow: &FlowMessage) -> Values {
    let mut values = Vec::new();
    if let Some(uri) = invite.request_uri() {
        values.push(("request-uri", text(uri)));
        if let Some(sip) = Uri::parse(uri).ok().as_ref().and_then(Uri::as_sip) {
            values.extend(sip.user.map(|user| ("user", text(user))));
            values.push(("host", text(sip.host.text)));
        }
    }
    if let Some((uri, tag)) = party(invite, Name::From) {
        values.push(("from", uri));
        values.extend(tag.map(|tag| ("from-tag", tag)));
    }
    values.extend(party(invite, Name::To).map(|(uri, _)| ("to", uri)));
    values.extend(party(invite, Name::Contact).map(|(uri, _)| ("contact", uri)));
    if let Some(Ok(via)) = Via::all(invite).next() {
        let port = via.port.map_or_else(String::new, |port| format!(":{port}"));
        values.push(("sent-by", text(via.host.text) + &port));
    }
    values.extend(flow.from.map(|address| ("client-address", address.to_string())));
    values.extend(flow.to.map(|address| ("server-address", address.to_string())));
    // The first value of a preloaded route is the P-CSCF.
    if let Some(route) = invite.values(Name::Route).next().filter(|route| route.ends_with(b";lr>")) {
        let p_cscf = text(route);
        values.push(("strict-p-cscf", p_cscf.replace(";lr>", ">")));
        values.push(("p-cscf", p_cscf));
    }
    values.extend(bodies::values(invite));
    if let Some(value) = replaces(invite)
        && let Ok(replaces) = Replaces::parse(&value)
    {
        values.push(("ongoing-call-id", text(replaces.call_id.0)));
        values.extend(replaces.to_tag.map(|tag| ("ongoing-to-tag", text(tag))));
        values.extend(replaces.from_tag.map(|tag| ("ongoing-from-tag", text(tag))));
    }
    values
}

/// The Replaces of the INVITE, as a header or in a list entry.
fn replaces(invite: &Message<'_>) -> Option<Vec<u8>> {
    if let Some(value) = invite.first(Name::Replaces) {
        return Some(value.to_vec());
    }
    let bodies = Bodies::of(invite);
    bodies.resource_list_parts().find_map(|part| {
        let list = ResourceList::parse(&part.content);
        list.entries.iter().find_map(|entry| {
            let uri = Uri::parse(entry.uri.as_bytes()).ok()?;
            Some(uri.header("Replaces")?.into_owned())
        })
    })
}

/// Whether no refresh of the server comes before that of the client: it would begin the interval anew.
fn is_first(composed: &Composed, success: &FlowMessage, refresh: &FlowMessage) -> bool {
    let between =
        composed.flow.messages.iter().filter(|flow| flow.time > success.time && flow.time < refresh.time);
    !between.map(|flow| Message::split(&flow.bytes)).any(|message| {
        (message.is("UPDATE") || message.is("INVITE"))
            && message.first(Name::CallId) == Some(composed.session.as_bytes())
    })
}

/// An interval that the server may choose and that has run out when the client first refreshes.
fn shorter_interval(
    invite: &FlowMessage,
    success: &FlowMessage,
    refresh: &FlowMessage,
) -> Option<(&'static str, String)> {
    let age = refresh.time?.seconds_since(success.time?);
    let invite = Message::split(&invite.bytes);
    let least = invite.first(Name::MinSe).and_then(|value| text(value).parse::<f64>().ok()).unwrap_or(90.0);
    let success = Message::split(&success.bytes);
    let longest = f64::from(SessionExpires::of(&success)?.ok()?.seconds);
    let shorter = (age - 10.0).floor();
    (shorter >= least && shorter < longest).then(|| ("shorter-interval", format!("{shorter:.0}")))
}

/// The To tag of the first refusal that the client retried after.
fn refusal_tag(composed: &Composed) -> Option<(&'static str, String)> {
    let mut messages = composed.flow.messages.iter().map(|message| Message::split(&message.bytes));
    let refusal = messages.find(|message| {
        matches!(message.status(), Some(401 | 407 | 422))
            && message.first(Name::CallId) == Some(composed.session.as_bytes())
    })?;
    Some(("refusal-tag", party(&refusal, Name::To)?.1?))
}

fn registration_call_id(composed: &Composed) -> Option<(&'static str, String)> {
    let mut messages = composed.flow.messages.iter().map(|message| Message::split(&message.bytes));
    let register = messages.find(|message| message.method() == Some(b"REGISTER"))?;
    Some(("registration-call-id", text(register.first(Name::CallId)?)))
}

/// URI and tag of a party; the URI of a Contact.
fn party(message: &Message<'_>, name: Name) -> Option<(String, Option<String>)> {
    if name == Name::Contact {
        let contact = contacts(message).next()?.ok()?;
        return Some((text(contact.address()?.uri), None));
    }
    let party = NameAddr::first(message, name)?.ok()?;
    Some((text(party.uri), party.tag().map(text)))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
