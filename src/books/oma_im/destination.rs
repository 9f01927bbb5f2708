//! Where the INVITE is sent: towards the IM Server (6.2.1.2-4, 6.2.1.3-5bis, 6.2.1.4-5bis, part of 6.2.1.5-9).

use super::evidence::{FURTHER_HOP, quoted};
use crate::clause::{Cite, Finding, Verdicts, Witness, cite};
use crate::message::Name;
use crate::message::headers::NameAddr;
use crate::message::uri::Uri;
use crate::session::context::PartyPattern;
use crate::session::{Hop, Invite};

pub(super) const EXPLAIN: &str = "An INVITE that goes straight to the peer's address leaves the IM Server out, and with it \
    policy, charging and history.\n\n\
    The captured destination has to be one of `context.next_hops`. Where only names are configured there, or the input has no \
    addresses, the host of the topmost Route (without Route: of the Request-URI) has to be one of them.";

pub(super) const VERDICTS: Verdicts = Verdicts {
    pass: "the destination is a configured next hop",
    fail: "next hops are configured and the INVITE went elsewhere",
    not_applicable: "the session is of another scenario",
    inconclusive: "no next hop is configured: that it was sent at all says nothing; or the INVITE was not captured",
};

pub(super) const CITES: &[Cite] = &[cite("RFC 3261", "8.1.2"), cite("TS 24.229", "5.1.2A.1.1")];

pub(super) fn invite_goes_towards_the_server(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    if invite.hop() == Hop::Further {
        return witness.doubt(FURTHER_HOP);
    }
    let hops = &witness.context().next_hops;
    if hops.is_empty() {
        return witness.doubt("no next hop is configured (`context.next_hops`)");
    }
    let has_addresses = hops.iter().any(|hop| !matches!(hop, PartyPattern::Name(_)));
    if let Some(to) = invite.record().to.filter(|_| has_addresses) {
        witness.expect(hops.iter().any(|hop| hop.holds(to)), || {
            let said = format!("the INVITE was sent to `{to}`, which is no configured next hop");
            Finding::new("destination/not-the-next-hop", invite.record().place_of_start(), said).help(HELP)
        });
        return;
    }
    let message = invite.message();
    let route = message.values(Name::Route).next();
    let written = match route.map(NameAddr::parse) {
        Some(Ok(route)) => Some(route.uri),
        Some(Err(_)) => return witness.doubt("the topmost Route cannot be read"),
        None => message.request_uri(),
    };
    let Some(uri) = written.and_then(|text| Uri::parse(text).ok()) else {
        return witness.doubt("the Request-URI cannot be read");
    };
    match is_next_hop(&uri, hops) {
        Some(holds) => {
            witness.expect(holds, || {
                let said = format!(
                    "the INVITE is routed to {}, which is no configured next hop",
                    quoted(uri.text())
                );
                Finding::new("destination/not-the-next-hop", invite.place(uri.text()), said).help(HELP)
            });
        }
        None => {
            witness.doubt("the input has no addresses, and the route is a name while next hops are addresses")
        }
    }
}

const HELP: &str = "send the INVITE to the outbound proxy or P-CSCF, and put it first in Route";

/// Whether a URI leads to a next hop; `None` if a name stands against addresses.
fn is_next_hop(uri: &Uri<'_>, hops: &[PartyPattern]) -> Option<bool> {
    let sip = uri.as_sip()?;
    let address = sip.host.address();
    let mut comparable = false;
    for hop in hops {
        match (hop, address) {
            (PartyPattern::Name(name), _) => {
                comparable = true;
                let named = Uri::parse(name.as_bytes()).ok();
                let named = named.as_ref().and_then(Uri::as_sip);
                let holds = match named {
                    Some(own) => {
                        sip.host.same(&own.host)
                            && (own.port.is_none() || own.port == Some(sip.port_or_default()))
                    }
                    None => sip.host.is(name),
                };
                if holds {
                    return Some(true);
                }
            }
            (PartyPattern::Range { .. }, Some(address)) => {
                comparable = true;
                if hop.holds((address, sip.port_or_default()).into()) {
                    return Some(true);
                }
            }
            (PartyPattern::Address(own), Some(address)) => {
                comparable = true;
                if *own == (address, sip.port_or_default()).into() {
                    return Some(true);
                }
            }
            (_, None) => {}
        }
    }
    comparable.then_some(false)
}
