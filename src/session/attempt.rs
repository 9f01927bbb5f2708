//! One sending of the initial INVITE: the request and its responses.

use std::cell::OnceCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::record::Record;
use crate::message::body::Bodies;
use crate::message::headers::contacts;
use crate::message::uri::{Uri, same_uri};

/// An initial INVITE of the client with everything of its transaction.
#[derive(Clone, Debug)]
pub struct Attempt<'s> {
    /// The INVITE as captured nearest to the client; its copies on further hops are no sessions of their own.
    pub invite: &'s Record,
    /// Its responses as the client got them, in order, retransmissions left out.
    pub responses: Vec<&'s Record>,
    /// Whether it follows a redirection: the Request-URI is a Contact of the 3xx to the attempt before.
    pub redirected: bool,
    bodies: OnceCell<Bodies<'s>>,
}

/// How near to the client a message was captured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hop {
    /// The client's own: one Via value.
    Own,
    /// Behind a proxy, which may have added or removed header fields.
    Further,
}

impl<'s> Attempt<'s> {
    fn new(invite: &'s Record) -> Self {
        Self { invite, responses: Vec::new(), redirected: false, bodies: OnceCell::new() }
    }

    /// The body parts of the INVITE, read when somebody asks first.
    pub fn bodies(&self) -> &Bodies<'s> {
        self.bodies.get_or_init(|| Bodies::of(&self.invite.message))
    }

    /// Where it was captured.
    pub fn hop(&self) -> Hop {
        if self.invite.vias() > 1 { Hop::Further } else { Hop::Own }
    }

    /// The final response, if one was captured.
    pub fn final_response(&self) -> Option<&'s Record> {
        self.responses
            .iter()
            .rev()
            .find(|response| response.status().is_some_and(|code| code >= 200))
            .copied()
    }

    /// Whether it ended in a final failure (300 to 699).
    pub fn failed(&self) -> bool {
        self.final_response().and_then(Record::status).is_some_and(|code| code >= 300)
    }

    /// Whether it was refused in a way that asks for a retry: 401, 407 or 422.
    pub fn was_challenged(&self) -> bool {
        matches!(self.final_response().and_then(Record::status), Some(401 | 407 | 422))
    }
}

/// Among so many earlier attempts of the same CSeq number a copy is looked for; more are not in flight at once.
const MOST_IN_FLIGHT: usize = 64;

/// Puts the initial INVITEs of a call together: retransmissions and further hops join their attempt.
pub(super) fn attempts<'s>(invites: &[&'s Record]) -> Vec<Attempt<'s>> {
    if let [only] = invites {
        return vec![Attempt::new(only)];
    }
    let mut attempts: Vec<Attempt<'s>> = Vec::new();
    let mut by_cseq: HashMap<Option<u32>, Vec<usize>, RandomState> = HashMap::default();
    for &invite in invites {
        let known = by_cseq.entry(invite.cseq()).or_default();
        let mut latest = known.iter().rev().take(MOST_IN_FLIGHT);
        match latest.find(|&&at| is_same_request(attempts[at].invite, invite)) {
            None => {
                known.push(attempts.len());
                attempts.push(Attempt::new(invite));
            }
            // The hop with the fewest Via values is the client's own.
            Some(&at) if invite.vias() < attempts[at].invite.vias() => attempts[at].invite = invite,
            Some(_) => {}
        }
    }
    attempts
}

/// Tells which attempts follow a redirection (RFC 3261 8.1.3.4).
pub(super) fn find_redirected(attempts: &mut [Attempt<'_>]) {
    for at in 1..attempts.len() {
        let refused =
            attempts[at - 1].final_response().filter(|response| response.answers("INVITE", 300..400));
        let target = attempts[at].invite.message.request_uri().and_then(|uri| Uri::parse(uri).ok());
        let (Some(response), Some(target)) = (refused, target) else { continue };
        attempts[at].redirected = contacts(&response.message)
            .filter_map(|contact| contact.ok()?.address()?.uri().ok())
            .any(|contact| same_uri(&contact, &target));
    }
}

/// Whether two INVITEs of a call with the same CSeq number are one request: repeated, or seen on two hops. A
/// retry after 401, 407 or 422 has a branch of its own and comes from the same place with as many Via values.
fn is_same_request(known: &Record, invite: &Record) -> bool {
    if is_passed_on(known, invite) || is_passed_on(invite, known) {
        return true;
    }
    known.from_tag() == invite.from_tag()
        && (known.vias() != invite.vias() || known.branch() == invite.branch())
}

/// Whether `later` left where `earlier` arrived: an element in between passed it on, with a Via of its own or
/// without.
fn is_passed_on(earlier: &Record, later: &Record) -> bool {
    later.from.is_some() && later.from == earlier.to && later.from != earlier.from
}
