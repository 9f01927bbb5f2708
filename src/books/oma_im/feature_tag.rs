//! The feature tag of IM: asked for in Accept-Contact (6.2.1.1-1), carried by Contact (6.2.1.1-4).

use super::evidence::{broken_on_own_hop, missing, quoted};
use crate::clause::{Finding, Witness};
use crate::message::Name;
use crate::message::headers::{AcceptContact, Contact, Feature, Flag, contacts};
use crate::session::Invite;

/// The feature tag as it is written in headers (RFC 3840 9: a plus sign before tags of others).
const IM_TAG: &str = "+g.oma.sip-im";

pub(super) fn accept_contact_asks_for_im(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let message = invite.message();
    let full = AcceptContact::all(message)
        .filter_map(Result::ok)
        .find(|value| value.target_is_star() && value.feature(IM_TAG).is_true() && value.explicit().is_set());
    if let Some(value) = full {
        witness.held_with(match value.require().is_set() {
            true => "Accept-Contact holds the tag with `explicit` and `require`",
            false => "Accept-Contact holds the tag with `explicit`, without `require`",
        });
        return;
    }
    let values: Vec<_> = AcceptContact::all(message).filter_map(Result::ok).collect();
    let (code, place, text) = if let Some(value) = values.iter().find(|value| value.feature(IM_TAG).is_true())
    {
        let elsewhere = values.iter().any(|other| other.explicit().is_set());
        let (code, text) = match value.explicit() {
            _ if !value.target_is_star() => {
                ("accept-contact/not-star", format!("{} does not begin with `*`", quoted(value.whole)))
            }
            Flag::Valued(param) => (
                "accept-contact/explicit-with-value",
                format!("{} has a value; `explicit` is a flag", quoted(param.text)),
            ),
            Flag::Repeated(_) => {
                ("accept-contact/explicit-repeated", format!("{} says `explicit` twice", quoted(value.whole)))
            }
            _ if elsewhere => (
                "accept-contact/explicit-in-another-value",
                format!("{} has the tag, but `explicit` stands in another value", quoted(value.whole)),
            ),
            _ => ("accept-contact/explicit-missing", format!("{} lacks `explicit`", quoted(value.whole))),
        };
        (code, invite.place(value.whole), text)
    } else if let Some((value, feature)) = values.iter().find_map(|value| match value.feature(IM_TAG) {
        Feature::Absent => None,
        feature => Some((value, feature)),
    }) {
        let text = feature.param().map_or(value.whole, |param| param.text);
        let (code, wrong) = match feature {
            Feature::Negated(_) => ("accept-contact/tag-negated", "turns IM clients away"),
            _ => ("accept-contact/tag-with-value", "is not the flag `+g.oma.sip-im`"),
        };
        (code, invite.place(text), format!("{} {wrong}", quoted(text)))
    } else if let Some(value) = values.iter().find(|value| value.params.named("g.oma.sip-im").is_some()) {
        let text = value.params.named("g.oma.sip-im").map_or(value.whole, |param| param.text);
        let said =
            format!("{} lacks its plus sign: tags outside of the base list begin with `+`", quoted(text));
        ("accept-contact/tag-without-plus", invite.place(text), said)
    } else if message.has(Name::AcceptContact) {
        let text = format!("no Accept-Contact value holds `{IM_TAG}`");
        ("accept-contact/tag-missing", invite.place_of(Name::AcceptContact), text)
    } else {
        let text = "the INVITE has no Accept-Contact".to_owned();
        ("accept-contact/missing", invite.record().place_of_start(), text)
    };
    broken_on_own_hop(invite, witness, || {
        Finding::new(code, place, text).help(format!("write `Accept-Contact: *;{IM_TAG};explicit`"))
    });
}

pub(super) fn contact_carries_the_im_tag(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let message = invite.message();
    if !message.has(Name::Contact) {
        return missing(invite, witness, || {
            Finding::new(
                "contact/tag-missing",
                invite.record().place_of_start(),
                "there is no Contact to carry the tag",
            )
            .help(format!("write `Contact: <sip:…>;{IM_TAG}`"))
        });
    }
    let mut inside = None;
    let mut negated = None;
    for contact in contacts(message) {
        let contact = match contact {
            Ok(contact @ Contact::Address(_)) => contact,
            Ok(Contact::Star(_)) => return witness.doubt("the Contact is `*`"),
            Err(_) => return witness.doubt("the Contact cannot be read"),
        };
        match contact.feature(IM_TAG) {
            Feature::True(_) if contact.address().is_some_and(|address| address.bracketed) => {
                return witness.held();
            }
            Feature::True(_) => {
                return witness.held_with("the Contact has no angle brackets: the tag belongs to the header");
            }
            Feature::Negated(param) | Feature::OtherValue(param) => negated = Some(param.text),
            Feature::Absent => inside = inside.or(contact.uri_param(IM_TAG)),
        }
    }
    let (code, place, text) = match (inside, negated) {
        (Some(param), _) => (
            "contact/tag-inside-uri",
            invite.place(param.text),
            format!(
                "{} stands inside the angle brackets: a parameter of the URI, not of the Contact",
                quoted(param.text)
            ),
        ),
        (_, Some(param)) => (
            "contact/tag-negated",
            invite.place(param),
            format!("{} does not say that this is an IM client", quoted(param)),
        ),
        _ => ("contact/tag-missing", invite.place_of(Name::Contact), format!("the Contact lacks `{IM_TAG}`")),
    };
    witness.broken(Finding::new(code, place, text).help(format!("write `Contact: <sip:…>;{IM_TAG}`")));
}
