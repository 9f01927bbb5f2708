//! The Request-URI: the recipient (6.2.1.2-2), the conference factory (6.2.1.3-2, 6.2.1.5-2), the group (6.2.1.4-2).

use super::evidence::quoted;
use crate::clause::{Cite, Finding, Verdicts, Witness, cite};
use crate::message::Name;
use crate::message::headers::NameAddr;
use crate::message::uri::{Uri, same_address_of_record, same_uri};
use crate::session::{Invite, is_factory, is_group};

pub(super) const FACTORY_EXPLAIN: &str = "The conference factory of the home network makes the conference; another target \
    knows nothing of the list.\n\n\
    The Request-URI is held against `context.conference_factory_uris` by RFC 3261 19.1.4. With `context.home_domain` alone, \
    a host outside of it fails.";

pub(super) const FACTORY_VERDICTS: Verdicts = Verdicts {
    pass: "the Request-URI is a configured factory",
    fail: "factories are configured and it is none of them, or its host is outside of the home domain",
    not_applicable: "the session is of another scenario",
    inconclusive: "no factory is configured; or the INVITE was not captured",
};

/// The reading that all clauses about the Request-URI share.
pub(super) const REDIRECTED: &str = "An INVITE that follows a redirection goes to the Contact of the 3xx, as RFC 3261 8.1.3.4 \
    says; its Request-URI was not the client's choice and passes.";

pub(super) const CITES: &[Cite] = &[cite("RFC 3261", "19.1.4"), cite("RFC 3261", "8.1.1.1")];

/// The Request-URI as written and as read, where it is the client's choice; if not, the witness knows why.
fn request_uri<'s>(invite: &Invite<'s>, witness: &mut Witness<'_>) -> Option<(&'s [u8], Uri<'s>)> {
    if invite.attempt.redirected {
        witness.held_with("the Request-URI is the Contact of the redirection before");
        return None;
    }
    let text = invite.message().request_uri()?;
    let uri = invite.request_uri();
    if uri.is_none() {
        witness.doubt("the Request-URI cannot be read");
    }
    uri.map(|uri| (text, uri))
}

pub(super) fn request_uri_is_the_recipient(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let Some((text, uri)) = request_uri(invite, witness) else { return };
    let context = witness.context();
    let broken = |code, said: String| {
        Finding::new(code, invite.place(text), said)
            .help("set the Request-URI to the IM address of the user to reach")
    };
    if is_factory(text, context) {
        return witness.broken(broken(
            "request-uri/conference-factory",
            format!("the Request-URI {} is the conference factory, not a user", quoted(text)),
        ));
    }
    if is_group(text, context) {
        return witness.broken(broken(
            "request-uri/group",
            format!("the Request-URI {} is a pre-established group, not a user", quoted(text)),
        ));
    }
    if invite.from_uri().is_some_and(|own| same_address_of_record(&own, &uri)) {
        return witness.broken(broken(
            "request-uri/own-address",
            format!("the Request-URI {} is the client's own address", quoted(text)),
        ));
    }
    if let Some(recipient) = &context.intended_recipient {
        let same = Uri::parse(recipient.as_bytes()).is_ok_and(|recipient| same_uri(&recipient, &uri));
        witness.expect(same, || {
            let said =
                format!("the Request-URI {} is not the intended recipient `{recipient}`", quoted(text));
            broken("request-uri/not-the-recipient", said)
        });
        return;
    }
    let to = NameAddr::first(invite.message(), Name::To).and_then(Result::ok);
    if to.is_some_and(|to| to.uri == text || to.uri().is_ok_and(|to| same_uri(&to, &uri))) {
        witness.held_with("the Request-URI is consistent with To");
    } else {
        witness.doubt("no intended recipient is configured, and the Request-URI differs from To");
    }
}

pub(super) fn request_uri_is_the_factory(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let Some((text, uri)) = request_uri(invite, witness) else { return };
    let context = witness.context();
    if !context.conference_factory_uris.is_empty() {
        witness.expect(is_factory(text, context), || {
            let said = format!("the Request-URI {} is no configured conference factory", quoted(text));
            Finding::new("request-uri/not-the-factory", invite.place(text), said).help(format!(
                "set the Request-URI to `{}`",
                context.conference_factory_uris.first().map_or("", String::as_str)
            ))
        });
        return;
    }
    match &context.home_domain {
        Some(home) if !is_inside(&uri, home) => {
            let said = format!("the Request-URI {} is outside of the home domain `{home}`", quoted(text));
            witness.broken(
                Finding::new("request-uri/not-the-home-network", invite.place(text), said)
                    .help("address the conference factory of the home network"),
            );
        }
        _ => witness.doubt("no conference factory is configured (`context.conference_factory_uris`)"),
    }
}

pub(super) fn request_uri_is_a_group(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let Some((text, _)) = request_uri(invite, witness) else { return };
    let context = witness.context();
    let at = invite.place(text);
    if is_factory(text, context) {
        let said = format!("the Request-URI {} is the conference factory, not a group", quoted(text));
        witness.broken(Finding::new("request-uri/conference-factory", at, said).help(GROUP_HELP));
    } else if context.pre_established_groups.is_empty() {
        witness.doubt("no pre-established group is configured (`context.pre_established_groups`)");
    } else {
        witness.expect(is_group(text, context), || {
            let said = format!("the Request-URI {} is no configured pre-established group", quoted(text));
            Finding::new("request-uri/not-a-group", at, said).help(GROUP_HELP)
        });
    }
}

const GROUP_HELP: &str = "set the Request-URI to the address of the pre-established group";

/// Whether the host is the home domain or a name below it.
fn is_inside(uri: &Uri<'_>, home: &str) -> bool {
    let Some(host) = uri.host_text() else { return false };
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    let (host, home) = (host.trim_end_matches('.'), home.trim_end_matches('.').to_ascii_lowercase());
    host == home || host.strip_suffix(home.as_str()).is_some_and(|rest| rest.ends_with('.'))
}
