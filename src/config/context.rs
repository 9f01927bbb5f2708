//! The `context` mapping: what the wire cannot tell. Vector files hold the same mapping.

use super::fields::Field;
use super::node::{Fault, Key, Node};
use crate::clause::Profile;
use crate::session::context::{Anonymity, Context, Ims, ImsSecurity};
use crate::session::{Glob, Scenario};

/// The keys of `context`, in the order of the documentation.
pub(super) const FIELDS: &[Field<Context>] = &[
    ("scenarios", |context, node| set(&mut context.scenarios, scenarios(node))),
    ("clients", |context, node| set(&mut context.clients, node.list_of(Node::party))),
    ("next_hops", |context, node| set(&mut context.next_hops, node.list_of(Node::party))),
    ("conference_factory_uris", |context, node| {
        set(&mut context.conference_factory_uris, node.list_of(Node::uri))
    }),
    ("pre_established_groups", |context, node| {
        set(&mut context.pre_established_groups, node.list_of(Node::uri_glob))
    }),
    ("intended_recipient", |context, node| set(&mut context.intended_recipient, node.uri().map(Some))),
    ("expected_invitees", |context, node| set(&mut context.expected_invitees, node.list_of(Node::uri))),
    ("max_adhoc_group_size", |context, node| set(&mut context.max_adhoc_group_size, node.count().map(Some))),
    ("count_inviter", |context, node| set(&mut context.count_inviter, node.boolean())),
    ("anonymity", |context, node| set(&mut context.anonymity, node.one_of(ANONYMITY))),
    ("user_agent_release", |context, node| set(&mut context.user_agent_release, node.release())),
    ("ims", |context, node| set(&mut context.ims, node.one_of(IMS))),
    ("ims_security", |context, node| set(&mut context.ims_security, node.one_of(IMS_SECURITY))),
    ("service_route", |context, node| set(&mut context.service_route, node.list_of(Node::uri))),
    ("registered_identities", |context, node| {
        set(&mut context.registered_identities, node.list_of(Node::uri))
    }),
    ("home_domain", |context, node| set(&mut context.home_domain, node.host().map(Some))),
    ("clock_tolerance", |context, node| set(&mut context.clock_tolerance, node.seconds())),
];

pub(super) const ANONYMITY: &[(&str, Anonymity)] = &[
    ("auto", Anonymity::Auto),
    ("requested", Anonymity::Requested),
    ("not-requested", Anonymity::NotRequested),
];

pub(super) const IMS: &[(&str, Ims)] =
    &[("auto", Ims::Auto), ("none", Ims::None), ("3gpp", Ims::ThreeGpp), ("3gpp2", Ims::ThreeGpp2)];

pub(super) const IMS_SECURITY: &[(&str, ImsSecurity)] = &[
    ("auto", ImsSecurity::Auto),
    ("aka", ImsSecurity::Aka),
    ("digest", ImsSecurity::Digest),
    ("tls", ImsSecurity::Tls),
    ("giba", ImsSecurity::Giba),
];

const SCENARIOS: &[(&str, Scenario)] = &[
    (Scenario::OneToOne.name(), Scenario::OneToOne),
    (Scenario::AdHoc.name(), Scenario::AdHoc),
    (Scenario::PreEstablished.name(), Scenario::PreEstablished),
    (Scenario::Extension.name(), Scenario::Extension),
];

pub(super) const PROFILES: &[(&str, Profile)] = &[
    (Profile::ChangeRequest.name(), Profile::ChangeRequest),
    (Profile::OmaTs.name(), Profile::OmaTs),
    (Profile::Rcs.name(), Profile::Rcs),
];

/// The `context` of a vector file: the keys of the configuration, and how to read and judge.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What the wire cannot tell.
    pub context: Context,
    /// How the text is read.
    pub profile: Profile,
    /// Forces the scenario.
    pub scenario: Option<Scenario>,
}

/// Reads the `context` of a vector file.
///
/// ```
/// use sipclause::config::{Node, context_block};
///
/// let shared = Node::parse("{ims: none, max_adhoc_group_size: 3}").unwrap();
/// let own = Node::parse("{ims: 3gpp, profile: rcs}").unwrap();
/// let block = context_block(&shared.overlaid(&own)).unwrap();
/// assert_eq!(block.context.max_adhoc_group_size, Some(3));
/// assert_eq!(block.profile.name(), "rcs");
/// ```
///
/// # Errors
/// The first key or value that is wrong, with its place.
pub fn context_block(node: &Node) -> Result<Block, Fault> {
    let mut block = Block::default();
    let (own, shared): (Vec<_>, Vec<_>) = node
        .mapping()?
        .iter()
        .cloned()
        .partition(|(key, _)| BLOCK_FIELDS.iter().any(|(name, _)| *name == key.text));
    with_entries(node, own).read_fields(BLOCK_FIELDS, &mut block)?;
    with_entries(node, shared).read_fields(FIELDS, &mut block.context)?;
    Ok(block)
}

const BLOCK_FIELDS: &[Field<Block>] = &[
    ("profile", |block, node| set(&mut block.profile, node.one_of(PROFILES))),
    ("scenario", |block, node| set(&mut block.scenario, node.one_of(SCENARIOS).map(Some))),
];

fn with_entries(node: &Node, entries: Vec<(Key, Node)>) -> Node {
    Node { value: super::Value::Mapping(entries), at: node.at }
}

/// Call-ID or glob: scenario.
fn scenarios(node: &Node) -> Result<Vec<(Glob, Scenario)>, Fault> {
    node.mapping()?
        .iter()
        .map(|(key, value)| Ok((Glob(key.text.clone()), value.one_of(SCENARIOS)?)))
        .collect()
}

/// Puts a value that could be read into its place.
pub(super) fn set<T>(place: &mut T, value: Result<T, Fault>) -> Result<(), Fault> {
    *place = value?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        let fault = context_block(&Node::parse(text).unwrap()).unwrap_err();
        format!("{}:{}: {}", fault.at.line, fault.at.column, fault.message)
    }

    #[test]
    fn every_key_can_be_read() {
        let block = context_block(&Node::parse(EVERY_KEY).unwrap()).unwrap();
        for (name, _) in FIELDS {
            assert!(EVERY_KEY.contains(name), "{name} is not tried");
        }
        assert_eq!(block.context.clients.len(), 4);
        assert_eq!(block.context.service_route, ["sip:pcscf.example.com;lr"]);
        assert_eq!(block.context.ims, Ims::ThreeGpp);
        assert!(block.context.user_agent_release.is_none());
        assert_eq!(block.scenario, Some(Scenario::AdHoc));
    }

    const EVERY_KEY: &str = r#"
scenarios: {"abc*": extension}
clients: [192.0.2.0/24, "[2001:db8::1]:5060", "sip:alice@example.com", ue.example.com]
next_hops: [198.51.100.9]
conference_factory_uris: ["sip:conference-factory@im.example.com"]
pre_established_groups: ["sip:friends@groups.example.com", "sip:*@groups.example.com", "*"]
intended_recipient: "tel:+15550100"
expected_invitees: ["sip:bob@example.com"]
max_adhoc_group_size: 5
count_inviter: true
anonymity: not-requested
user_agent_release: unknown
ims: 3gpp
ims_security: giba
service_route: ["<sip:pcscf.example.com;lr>"]
registered_identities: []
home_domain: example.com
clock_tolerance: 0.5
scenario: ad-hoc
"#;

    #[test]
    fn a_wrong_value_is_told_with_its_place() {
        assert_eq!(
            fault("ims: 3gp"),
            "1:6: no value `3gp` here; did you mean `3gpp`? (valid: auto, none, 3gpp, 3gpp2)"
        );
        assert_eq!(fault("clients: x"), "1:10: a list, such as `[one, two]` is wanted here, not `x`");
        assert_eq!(fault("clients: [192.0.2.0/33]"), "1:11: `33` is no prefix length of 0 to 32");
        assert_eq!(
            fault("expected_invitees:\n  - bob@example.com"),
            "2:5: `bob@example.com` is no SIP, SIPS or tel URI; did you mean `sip:bob@example.com`?"
        );
        assert_eq!(fault("count_inviter: yes"), "1:16: `true` or `false` is wanted here, not `yes`");
        assert_eq!(
            fault("max_adhoc_group_size: -1"),
            "1:23: a whole number, 0 or more is wanted here, not `-1`"
        );
        assert!(fault("user_agent_release: '(a'").contains("is no regular expression: "));
        assert!(fault("pre_established_groups: [friends]").contains("is no SIP, SIPS or tel URI"));
        assert!(fault("home_domain: 'a b'").contains("is no host name"));
        assert!(fault("scenarios: {a: adhoc}").contains("did you mean `ad-hoc`?"));
    }
}
