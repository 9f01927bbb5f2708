//! Which subclause an INVITE belongs to, and who says so.

use std::borrow::Cow;

use super::Context;
use super::attempt::Attempt;
use super::call::Call;
use super::mark::{is_factory, is_group};
use super::record::Record;
use super::table::Table;
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
    table: &Table,
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
    let lists = Lists::of(&invite.message);
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
        if lists_live_peer(&lists, invite, table, context) {
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
    let lists = Lists::of(&invite.message);
    lists.any || lists.extend(invite)
}

/// The recipient lists of a message, for the look of it alone.
struct Lists {
    any: bool,
    entries: Vec<String>,
    /// Why there may be a list that is not seen.
    unreadable: Option<&'static str>,
}

impl Lists {
    fn of(message: &Message<'_>) -> Self {
        let mut lists = Self { any: false, entries: Vec::new(), unreadable: None };
        if message.is_cut() {
            lists.unreadable =
                Some("the scenario cannot be told: the body of the INVITE was truncated by the capture");
        }
        if message.body().is_empty() {
            return lists;
        }
        let bodies = Bodies::of(message);
        if lists.unreadable.is_none() && bodies.may_hold_more() {
            lists.unreadable = Some("the scenario cannot be told: a body is encrypted or cannot be read");
        }
        for part in bodies.resource_list_parts() {
            lists.any = true;
            let list = ResourceList::parse(&part.content);
            lists.entries.extend(list.entries.iter().map(|entry| entry.uri.clone().into_owned()));
        }
        lists.any |= bodies.parts.iter().any(|part| part.has_disposition("recipient-list"));
        lists
    }
}

impl Lists {
    /// Whether Replaces is there, however it is written and wherever it stands.
    fn extend(&self, invite: &Record) -> bool {
        invite.message.has(Name::Replaces)
            || invite.message.has(Name::Replace)
            || self
                .entries
                .iter()
                .filter_map(|entry| Uri::parse(entry.as_bytes()).ok())
                .any(|uri| uri.header("Replaces").is_some() || uri.header("Session-Replaces").is_some())
    }
}

fn lists_live_peer(lists: &Lists, invite: &Record, table: &Table, context: &Context) -> bool {
    let peers: Vec<_> = [Name::From, Name::PPreferredIdentity]
        .into_iter()
        .filter_map(|name| NameAddr::parse(invite.message.first(name)?).ok()?.uri().ok())
        .flat_map(|own| table.live_peers(&own, invite.order, context))
        .collect();
    lists
        .entries
        .iter()
        .filter_map(|entry| Uri::parse(entry.as_bytes()).ok())
        .any(|uri| peers.iter().any(|peer| peer.is_named_by(&uri)))
}

/// Whether a 2xx to the INVITE carries `isfocus` in its Contact (RFC 4579 4.2).
fn answered_by_focus(call: &Call) -> bool {
    call.records.iter().filter(|record| record.answers("INVITE", 200..300)).any(|response| {
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
