//! [`Context`] -> the `context` of a configuration: the other direction of reading it.

use serde::Serialize;

use crate::session::context::{Anonymity, Context, Ims, ImsSecurity, PartyPattern};

/// The keys that a composed flow needs, in the order of the documentation; what has its default is left out.
#[derive(Serialize)]
struct Keys {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    clients: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    next_hops: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conference_factory_uris: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pre_established_groups: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intended_recipient: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expected_invitees: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_adhoc_group_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anonymity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ims: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ims_security: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    registered_identities: Vec<String>,
}

#[derive(Serialize)]
struct File {
    context: Keys,
}

/// The text of a configuration that says what this context says of parties, URIs, sizes, anonymity and IMS.
///
/// ```
/// use sipclause::books::BOOKS;
/// use sipclause::config::{Config, context_text};
/// use sipclause::session::context::Context;
///
/// let context = Context { max_adhoc_group_size: Some(5), ..Context::default() };
/// let text = context_text(&context);
/// let read = Config::parse(&text, "sipclause.yaml", BOOKS)?;
/// assert_eq!(read.settings().context.max_adhoc_group_size, Some(5));
/// # Ok::<(), sipclause::error::Error>(())
/// ```
pub fn context_text(context: &Context) -> String {
    let parties = |patterns: &[PartyPattern]| patterns.iter().map(party).collect();
    let keys = Keys {
        clients: parties(&context.clients),
        next_hops: parties(&context.next_hops),
        conference_factory_uris: context.conference_factory_uris.clone(),
        pre_established_groups: context.pre_established_groups.iter().map(|glob| glob.0.clone()).collect(),
        intended_recipient: context.intended_recipient.clone(),
        expected_invitees: context.expected_invitees.clone(),
        max_adhoc_group_size: context.max_adhoc_group_size,
        anonymity: named(super::context::ANONYMITY, context.anonymity, Anonymity::Auto),
        ims: named(super::context::IMS, context.ims, Ims::Auto),
        ims_security: named(super::context::IMS_SECURITY, context.ims_security, ImsSecurity::Auto),
        registered_identities: context.registered_identities.clone(),
    };
    serde_yaml::to_string(&File { context: keys }).expect("texts and numbers can be written as YAML")
}

pub(super) fn party(pattern: &PartyPattern) -> String {
    match pattern {
        PartyPattern::Range { base, bits } if *bits == if base.is_ipv4() { 32 } else { 128 } => {
            base.to_string()
        }
        PartyPattern::Range { base, bits } => format!("{base}/{bits}"),
        PartyPattern::Address(address) => address.to_string(),
        PartyPattern::Name(name) => name.clone(),
    }
}

/// The name of a value in the table that reads it; `None` for the default.
fn named<T: Copy + PartialEq>(table: &[(&'static str, T)], value: T, default: T) -> Option<&'static str> {
    table.iter().find(|(_, known)| *known == value && value != default).map(|(name, _)| *name)
}
