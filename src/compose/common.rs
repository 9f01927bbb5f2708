//! The contexts of several flows -> what holds for all of them.

use crate::session::context::{Anonymity, Context, Ims, ImsSecurity};

/// The context in which all the flows can be judged at once: their parties together, and of the rest what is
/// the same. `None` without a flow.
pub fn common_context(contexts: impl IntoIterator<Item = Context>) -> Option<Context> {
    contexts.into_iter().reduce(common)
}

fn common(one: Context, other: Context) -> Context {
    let same_ims = one.ims == other.ims && one.ims_security == other.ims_security;
    Context {
        clients: union(one.clients, other.clients),
        next_hops: union(one.next_hops, other.next_hops),
        conference_factory_uris: union(one.conference_factory_uris, other.conference_factory_uris),
        pre_established_groups: union(one.pre_established_groups, other.pre_established_groups),
        intended_recipient: one
            .intended_recipient
            .filter(|uri| other.intended_recipient.as_ref() == Some(uri)),
        expected_invitees: if one.expected_invitees == other.expected_invitees {
            one.expected_invitees
        } else {
            Vec::new()
        },
        max_adhoc_group_size: one.max_adhoc_group_size.max(other.max_adhoc_group_size),
        anonymity: if one.anonymity == other.anonymity { one.anonymity } else { Anonymity::Auto },
        ims: if same_ims { one.ims } else { Ims::Auto },
        ims_security: if same_ims { one.ims_security } else { ImsSecurity::Auto },
        registered_identities: union(one.registered_identities, other.registered_identities),
        ..Context::default()
    }
}

fn union<T: PartialEq>(mut one: Vec<T>, other: Vec<T>) -> Vec<T> {
    for value in other {
        if !one.contains(&value) {
            one.push(value);
        }
    }
    one
}
