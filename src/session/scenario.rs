//! Which subclause an INVITE belongs to, and who says so.

use std::borrow::Cow;

use super::Context;
use super::attempt::Attempt;
use super::call::Call;
use super::mark::{begins_with, is_factory, is_group, mentions};
use super::others::Others;
use super::record::Record;
use crate::message::body::Bodies;
use crate::message::body::resource_list::ResourceList;
use crate::message::headers::{Contact, NameAddr, contacts};
use crate::message::uri::Uri;
use crate::message::{Message, Name};

/// The four ways to set up a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scenario {
    /// With one other user.
    OneToOne,
    /// A conference of listed users.
    AdHoc,
    /// The conference of a stored group.
    PreEstablished,
    /// A conference made of a one-to-one session.
    Extension,
}

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::OneToOne, Self::AdHoc, Self::PreEstablished, Self::Extension];

    /// The name in options, configuration and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneToOne => "one-to-one",
            Self::AdHoc => "ad-hoc",
            Self::PreEstablished => "pre-established",
            Self::Extension => "extension",
        }
    }

    /// The scenario of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == name)
    }
}

/// The scenario of a session and how it was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// The scenario.
    pub scenario: Scenario,
    /// Whether evidence in the messages decided, not an option or the configuration.
    pub inferred: bool,
    /// Why another scenario is as possible: what would tell was not captured, or cannot be read.
    pub doubt: Option<&'static str>,
    /// What decided, in a few words.
    pub reason: Cow<'static, str>,
}

/// Decides in the order: what somebody says, the configured URIs, the evidence. The body comes last, lest a
/// clause about the body can never fail.
pub(super) fn decide(
    call: &Call,
    own: &[Attempt<'_>],
    others: Others<'_>,
    context: &Context,
    forced: Option<Scenario>,
) -> Decision {
    let decision = |scenario, inferred, reason: &'static str| Decision {
        scenario,
        inferred,
        doubt: None,
        reason: reason.into(),
    };
    let said = |scenario, reason| decision(scenario, false, reason);
    let seen = |scenario, reason| decision(scenario, true, reason);
    if let Some(scenario) = forced {
        return said(scenario, "the option or configuration says so");
    }
    // The target of a redirection was not the client's choice.
    let Some(attempt) = own.iter().rev().find(|attempt| !attempt.redirected) else {
        let doubt = Some("the scenario cannot be told: the INVITE was not captured");
        return if answered_by_focus(call) {
            Decision {
                doubt,
                ..seen(Scenario::PreEstablished, "the INVITE was not captured; the other party is a focus")
            }
        } else {
            Decision { doubt, ..seen(Scenario::OneToOne, "the INVITE was not captured") }
        };
    };
    let invite = attempt.invite;
    let target = invite.message.request_uri().unwrap_or_default();
    let lists = Lists::of(&invite.message, attempt.bodies());
    if is_factory(target, context) {
        return if lists.extend(invite) {
            said(Scenario::Extension, "the Request-URI is a configured factory and Replaces names a session")
        } else {
            said(Scenario::AdHoc, "the Request-URI is a configured factory")
        };
    }
    if is_group(target, context) {
        return said(Scenario::PreEstablished, "the Request-URI is a configured group");
    }
    if lists.any {
        if lists.extend(invite) {
            return seen(Scenario::Extension, "a recipient list and Replaces");
        }
        if lists_live_peer(&lists, invite, others, context) {
            return seen(Scenario::Extension, "the recipient list names the party of a live session");
        }
        return seen(Scenario::AdHoc, "a recipient list");
    }
    let doubt = lists.unreadable;
    if answered_by_focus(call) {
        return Decision {
            doubt,
            ..seen(Scenario::PreEstablished, "no recipient list, and the 2xx comes from a focus")
        };
    }
    Decision { doubt, ..seen(Scenario::OneToOne, "no recipient list and no focus") }
}

/// Whether an INVITE shows that it is meant to extend a session: by Replaces, or by a list of users.
pub(super) fn extends(invite: &Record) -> bool {
    let bodies = Bodies::of(&invite.message);
    let lists = Lists::of(&invite.message, &bodies);
    lists.any || lists.extend(invite)
}

/// The recipient lists of a message, for the look of it alone.
struct Lists<'m> {
    bodies: &'m Bodies<'m>,
    any: bool,
    /// Why there may be a list that is not seen.
    unreadable: Option<&'static str>,
}

impl<'m> Lists<'m> {
    fn of(message: &Message<'_>, bodies: &'m Bodies<'m>) -> Self {
        let mut lists = Self { bodies, any: false, unreadable: None };
        if message.is_cut() {
            lists.unreadable =
                Some("the scenario cannot be told: the body of the INVITE was truncated by the capture");
        }
        if message.body().is_empty() {
            return lists;
        }
        if lists.unreadable.is_none() && bodies.may_hold_more() {
            lists.unreadable = Some("the scenario cannot be told: a body is encrypted or cannot be read");
        }
        lists.any = bodies.resource_list_parts().next().is_some()
            || bodies.parts.iter().any(|part| part.has_disposition("recipient-list"));
        lists
    }

    /// Whether Replaces is there, however it is written and wherever it stands.
    fn extend(&self, invite: &Record) -> bool {
        let names_it =
            |uri: Uri<'_>| uri.header("Replaces").is_some() || uri.header("Session-Replaces").is_some();
        invite.message.has(Name::Replaces)
            || invite.message.has(Name::Replace)
            || self.any_entry(may_have_headers, names_it)
    }

    /// Whether an entry of a list that `may` have it has a URI that `is` so.
    fn any_entry(&self, may: impl Fn(&[u8]) -> bool, is: impl Fn(Uri<'_>) -> bool) -> bool {
        self.bodies.resource_list_parts().filter(|part| may(&part.content)).any(|part| {
            let list = ResourceList::parse(&part.content);
            list.entries.iter().filter_map(|entry| Uri::parse(entry.uri.as_bytes()).ok()).any(&is)
        })
    }
}

/// Whether a URI in a list may have headers: they stand behind a `?`, which may be written as a reference. That of
/// `<?xml …?>` is none.
fn may_have_headers(list: &[u8]) -> bool {
    memchr::memchr2_iter(b'&', b'?', list).any(|at| {
        let of_markup = list[..at].ends_with(b"<") || list[at + 1..].starts_with(b">");
        list[at] == b'&' || !of_markup
    })
}

/// Whether an INVITE may mean the dialogs of another session: by Replaces, or by a list while its sender has `meets` others.
pub(super) fn may_mean_another(invite: &Record, meets: impl Fn(&Uri<'_>) -> bool) -> bool {
    let message = &invite.message;
    let is_plain_offer = || {
        let mut types = message.rows(Name::ContentType).map(|row| row.value.of(message.bytes()));
        let only = types.next().filter(|_| types.next().is_none() && !message.has(Name::ContentDisposition));
        only.is_some_and(|kind| begins_with(kind, b"application/sdp"))
    };
    if !message.has(Name::Replaces) && !message.has(Name::Replace) && is_plain_offer() {
        return false;
    }
    let bodies = Bodies::of(message);
    let lists = Lists::of(message, &bodies);
    lists.extend(invite) || (lists.any && own_uris(invite).any(|own| meets(&own)))
}

/// The URIs by which the sender of an INVITE may be known in other sessions.
fn own_uris(invite: &Record) -> impl Iterator<Item = Uri<'_>> {
    let uri = |name| NameAddr::parse(invite.message.first(name)?).ok()?.uri().ok();
    [Name::From, Name::PPreferredIdentity].into_iter().filter_map(uri)
}

fn lists_live_peer(lists: &Lists<'_>, invite: &Record, others: Others<'_>, context: &Context) -> bool {
    let peers: Vec<_> =
        own_uris(invite).flat_map(|own| others.live_peers(&own, invite.order, context)).collect();
    !peers.is_empty() && lists.any_entry(|_| true, |uri| peers.iter().any(|peer| peer.is_named_by(&uri)))
}

/// Whether a 2xx to the INVITE carries `isfocus` in its Contact (RFC 4579 4.2).
fn answered_by_focus(call: &Call) -> bool {
    let says = |message: &Message<'_>| {
        message.rows(Name::Contact).any(|row| mentions(row.value.of(message.bytes()), b"isfocus"))
    };
    let accepting = call.records.iter().filter(|record| record.answers("INVITE", 200..300));
    accepting.filter(|response| says(&response.message)).any(|response| {
        contacts(&response.message)
            .filter_map(Result::ok)
            .any(|contact: Contact<'_>| contact.feature("isfocus").is_true())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_found_by_its_name() {
        for scenario in Scenario::ALL {
            assert_eq!(Scenario::named(scenario.name()), Some(scenario));
        }
        assert_eq!(Scenario::named("auto"), None);
    }
}
