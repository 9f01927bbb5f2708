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
/// The IM Server's INVITE towards an invited client looks like the client's own. A configured address knows
/// best; an identity does not, since the server writes the inviter into From. Without an address the signs
/// are weighed: a Server header, a packet from a next hop, what only clients write (the release token,
/// P-Preferred-Identity), what only the network writes (P-Asserted-Identity, a second Via).
pub(super) fn sender(invite: &Record, context: &Context) -> Sender {
    // Without addresses the topmost Via tells where the sender says that it is.
    let address = invite.from.or_else(|| via_address(invite));
    if address.is_some_and(|address| is_client_address(address, context)) {
        return Sender::Client;
    }
    if let Some(why) = sign_of_the_server(invite, context) {
        return Sender::Server(why.into());
    }
    if context.clients.is_empty() {
        let lone_proxy = invite.vias() > 1 && !shows_a_client(invite);
        return if lone_proxy {
            Sender::Server("it carries several Via values and no sign of a client".into())
        } else {
            Sender::Client
        };
    }
    let only_addresses = !context.clients.iter().any(|client| matches!(client, PartyPattern::Name(_)));
    if is_client(invite, Name::From, context) {
        Sender::Client
    } else if is_client(invite, Name::To, context) {
        Sender::Server("it was sent to a client of `context.clients`".into())
    } else if address.is_none() && only_addresses {
        // Nothing tells that it is not one of them.
        Sender::Client
    } else {
        Sender::Another
    }
}

/// What shows that the network and not a client sent the INVITE.
fn sign_of_the_server(invite: &Record, context: &Context) -> Option<&'static str> {
    let message = &invite.message;
    let says = |name| message.first(name).is_some_and(|value| begins_with(value, b"IM-serv"));
    if says(Name::Server) {
        return Some("its Server header says so");
    }
    if says(Name::UserAgent) {
        return Some("its User-Agent says so");
    }
    let from_hop = invite.from.is_some_and(|from| context.next_hops.iter().any(|hop| hop.holds(from)));
    // Behind that hop, a second Via shows a client's INVITE that was passed on.
    if from_hop && invite.vias() <= 1 {
        return Some("a next hop of `context.next_hops` sent it");
    }
    (message.has(Name::PAssertedIdentity) && !shows_a_client(invite))
        .then_some("it carries P-Asserted-Identity, which only the network writes")
}

/// What only clients write.
fn shows_a_client(invite: &Record) -> bool {
    invite.message.first(Name::UserAgent).is_some_and(is_im_client)
        || invite.message.has(Name::PPreferredIdentity)
}

/// Whether an address is one of `context.clients`.
pub(super) fn is_client_address(address: SocketAddr, context: &Context) -> bool {
    context.clients.iter().any(|client| client.holds(address))
}

/// Whether one side of a message, named by From or To, is a client of `context.clients`: by address or
/// identity.
pub(super) fn is_client(record: &Record, side: Name, context: &Context) -> bool {
    // A request goes from the From side to the To side, its responses the other way.
    let address = if record.is_request() == (side == Name::From) { record.from } else { record.to };
    address.is_some_and(|address| is_client_address(address, context))
        || names_party(record.message.first(side), &context.clients)
        || (side == Name::From
            && record
                .message
                .values(Name::PPreferredIdentity)
                .any(|value| names_party(Some(value), &context.clients)))
}

/// The address in the topmost Via.
fn via_address(invite: &Record) -> Option<SocketAddr> {
    let via = Via::all(&invite.message).next()?.ok()?;
    Some(SocketAddr::new(via.host.address()?, via.port.unwrap_or(5060)))
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
