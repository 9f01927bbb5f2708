//! Who sent an INVITE: the client under test, the IM Server, or somebody else.

use std::borrow::Cow;
use std::net::SocketAddr;

use super::Context;
use super::context::PartyPattern;
use super::mark::{begins_with, is_im_client};
use super::record::Record;
use crate::message::Name;
use crate::message::headers::{NameAddr, Via};
use crate::message::uri::{Uri, same_address_of_record};

/// Who sent an initial INVITE.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Sender {
    /// The client under test.
    Client,
    /// The IM Server, towards a client: no subject of the clauses. Why we think so.
    Server(Cow<'static, str>),
    /// A client, but none of those that `context.clients` names.
    Another,
}

/// Who sent `invite`, the copy of it with the fewest Via values.
///
/// The IM Server's INVITE towards an invited client looks like the client's own. The configuration knows
/// best; without it the signs are weighed: a Server header, what only clients write (the release token,
/// P-Preferred-Identity), what only the network writes (P-Asserted-Identity, a second Via).
pub(super) fn sender(invite: &Record, context: &Context) -> Sender {
    let message = &invite.message;
    if !context.clients.is_empty() {
        return if sent_by_configured_client(invite, context) {
            Sender::Client
        } else if invite.to.is_some_and(|to| context.clients.iter().any(|client| client.holds(to)))
            || names_party(message.first(Name::To), &context.clients)
        {
            Sender::Server("it was sent to a client of `context.clients`".into())
        } else {
            Sender::Another
        };
    }
    if message.first(Name::Server).is_some_and(|value| begins_with(value, b"IM-serv")) {
        return Sender::Server("its Server header says so".into());
    }
    let user_agent = message.first(Name::UserAgent);
    if user_agent.is_some_and(|value| begins_with(value, b"IM-serv")) {
        return Sender::Server("its User-Agent says so".into());
    }
    if user_agent.is_some_and(is_im_client) || message.has(Name::PPreferredIdentity) {
        return Sender::Client;
    }
    if message.has(Name::PAssertedIdentity) {
        return Sender::Server("it carries P-Asserted-Identity, which only the network writes".into());
    }
    if invite.vias() > 1 {
        return Sender::Server("it carries several Via values and no sign of a client".into());
    }
    Sender::Client
}

fn sent_by_configured_client(invite: &Record, context: &Context) -> bool {
    let message = &invite.message;
    invite.from.is_some_and(|from| context.clients.iter().any(|client| client.holds(from)))
        || names_party(message.first(Name::From), &context.clients)
        || message.values(Name::PPreferredIdentity).any(|value| names_party(Some(value), &context.clients))
        // Without addresses the topmost Via tells where the client says that it is.
        || (invite.from.is_none() && via_host_is_a_client(invite, context))
}

fn via_host_is_a_client(invite: &Record, context: &Context) -> bool {
    let Some(Ok(via)) = Via::all(&invite.message).next() else { return false };
    let Some(host) = via.host.address() else { return false };
    let address = SocketAddr::new(host, via.port.unwrap_or(5060));
    context.clients.iter().any(|client| client.holds(address))
}

/// Whether the URI of a From, To or identity value is one of the named parties.
fn names_party(value: Option<&[u8]>, parties: &[PartyPattern]) -> bool {
    let Some(address) = value.and_then(|value| NameAddr::parse(value).ok()) else { return false };
    let Ok(uri) = address.uri() else { return false };
    parties.iter().any(|party| match party {
        PartyPattern::Name(name) => {
            Uri::parse(name.as_bytes()).is_ok_and(|own| same_address_of_record(&own, &uri))
        }
        _ => false,
    })
}
