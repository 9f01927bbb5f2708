//! One sending of the initial INVITE: the request, its copies on other hops, and its responses.

use super::record::Record;

/// An initial INVITE of the client with everything of its transaction.
#[derive(Clone, Debug)]
pub struct Attempt<'s> {
    /// The INVITE as captured nearest to the client.
    pub invite: &'s Record,
    /// The same INVITE on further hops: no sessions of their own.
    pub copies: Vec<&'s Record>,
    /// Its responses as the client got them, in order, retransmissions left out.
    pub responses: Vec<&'s Record>,
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

    /// Whether a 2xx answered it.
    pub fn succeeded(&self) -> bool {
        self.responses.iter().any(|response| response.answers("INVITE", 200..300))
    }
}

/// Puts the initial INVITEs of a call together: retransmissions and further hops join their attempt.
pub(super) fn attempts<'s>(invites: &[&'s Record]) -> Vec<Attempt<'s>> {
    let mut attempts: Vec<Attempt<'s>> = Vec::new();
    for &invite in invites {
        let same = attempts.iter_mut().find(|attempt| is_same_request(attempt.invite, invite));
        match same {
            None => attempts.push(Attempt { invite, copies: Vec::new(), responses: Vec::new() }),
            // The hop with the fewest Via values is the client's own.
            Some(attempt) if invite.vias() < attempt.invite.vias() => {
                let farther = std::mem::replace(&mut attempt.invite, invite);
                attempt.copies.push(farther);
            }
            Some(attempt) => {
                if invite.branch() != attempt.invite.branch() || invite.vias() != attempt.invite.vias() {
                    attempt.copies.push(invite);
                }
            }
        }
    }
    attempts
}

/// Whether two INVITEs of a call are one request: repeated, or seen on two hops. A retry after 401, 407 or
/// 422 has a branch of its own and comes from the same place with as many Via values.
fn is_same_request(known: &Record, invite: &Record) -> bool {
    if known.cseq() != invite.cseq() || known.from_tag() != invite.from_tag() {
        return false;
    }
    if known.vias() != invite.vias() {
        return true;
    }
    known.branch() == invite.branch() || is_passed_on(known, invite) || is_passed_on(invite, known)
}

/// Whether `later` left where `earlier` arrived: an element in between passed it on without a Via of its own.
fn is_passed_on(earlier: &Record, later: &Record) -> bool {
    later.from.is_some() && later.from == earlier.to && later.from != earlier.from
}
