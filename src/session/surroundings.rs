//! What happens around a session and is evidence in it: registrations, and subscriptions to the
//! conference event package.

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;

use super::record::Record;
use crate::message::Name;
use crate::message::headers::NameAddr;
use crate::message::uri::{HostKind, Uri};

/// What was learnt from a REGISTER and its 200.
#[derive(Clone, Debug, Default)]
pub struct Registration {
    /// Address the client registered from.
    pub client: Option<SocketAddr>,
    /// The address-of-record.
    pub identity: Vec<u8>,
    /// The URI in Contact of the request.
    pub contact: Vec<u8>,
    /// Call-ID of the registration.
    pub call_id: Vec<u8>,
    /// Service-Route values of the 200, in order (RFC 3608).
    pub service_route: Vec<Vec<u8>>,
    /// P-Associated-URI values: the public identities that were registered with it.
    pub associated: Vec<Vec<u8>>,
    /// Security-Server values of the challenge.
    pub security_server: Vec<Vec<u8>>,
    /// Security-Client values of the request.
    pub security_client: Vec<Vec<u8>>,
    /// Order of its 200, if it was seen.
    pub completed: Option<u64>,
}

/// A client, as an INVITE of its shows it.
///
/// A user may register from several clients, and a host may have several users: each of them has a
/// Service-Route of its own (RFC 3608 6.1).
#[derive(Clone, Copy, Debug)]
pub struct UserAgent<'m> {
    /// Where the INVITE came from.
    pub address: Option<SocketAddr>,
    /// The URI in From.
    pub identity: &'m [u8],
    /// The URI in Contact.
    pub contact: Option<&'m [u8]>,
}

impl<'m> UserAgent<'m> {
    /// The sender of an INVITE.
    pub fn of(invite: &'m Record) -> Self {
        let uri = |name| NameAddr::first(&invite.message, name)?.ok().map(|address| address.uri);
        Self {
            address: invite.from,
            identity: uri(Name::From).unwrap_or_default(),
            contact: uri(Name::Contact),
        }
    }

    /// How much a registration looks like this client's own; `None` if it does not.
    fn likeness(&self, known: &Registration) -> Option<u8> {
        let identity = !self.identity.is_empty() && known.identity == self.identity;
        let same_contact = self.contact_is(&known.contact);
        let same_port =
            || self.address.map(|address| address.port()) == known.client.map(|client| client.port());
        match (self.address, known.client) {
            // Of two on the same host each has its port.
            _ if same_contact == Some(false) && !same_port() => None,
            (Some(address), Some(client)) if address.ip() != client.ip() => None,
            (Some(_), Some(_)) if identity => Some(3),
            (Some(_), Some(_)) if same_contact == Some(true) => Some(1),
            (Some(_), Some(_)) => {
                let hidden = Uri::parse(self.identity).map_or(true, |uri| uri.is_anonymous());
                (hidden || known.associated.iter().any(|uri| uri == self.identity)).then_some(1)
            }
            _ => identity.then_some(2),
        }
    }

    /// Whether host and port are those of the Contact that was registered; `None` where the hosts tell
    /// nothing (a GRUU, an address behind a NAT).
    fn contact_is(&self, registered: &[u8]) -> Option<bool> {
        let (own, registered) = (Uri::parse(self.contact?).ok()?, Uri::parse(registered).ok()?);
        let (own, registered) = (own.as_sip()?, registered.as_sip()?);
        let same_address = own.host.kind == registered.host.kind && own.host.kind != HostKind::Name;
        same_address.then(|| own.port_or_default() == registered.port_or_default())
    }
}

/// A SUBSCRIBE to the conference event package outside of the session's own Call-ID.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Its Request-URI.
    pub target: Vec<u8>,
    /// Who asks.
    pub subscriber: Vec<u8>,
    /// Where it came from.
    pub client: Option<SocketAddr>,
    /// Its order in the input.
    pub order: u64,
}

/// Both, as far as the input showed them.
#[derive(Debug)]
pub struct Surroundings {
    registrations: VecDeque<Registration>,
    subscriptions: VecDeque<Subscription>,
    /// More than this many of a kind are not remembered; the oldest goes.
    most: usize,
    /// Nor are more than so many bytes of both.
    most_bytes: usize,
    held: usize,
    forgotten: u64,
}

impl Surroundings {
    /// Nothing was seen yet; so many of a kind will be remembered, and so many bytes of both.
    pub(super) fn within(most: usize, most_bytes: usize) -> Self {
        let (registrations, subscriptions) = (VecDeque::new(), VecDeque::new());
        Self { registrations, subscriptions, most, most_bytes, held: 0, forgotten: 0 }
    }

    /// How many were forgotten to make room.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Learns from a message that belongs to no session.
    pub(super) fn learn(&mut self, record: &Record) {
        if record.concerns("REGISTER") {
            self.learn_registration(record);
        } else if record.is("SUBSCRIBE") && is_conference(record) {
            let subscription = Subscription {
                target: record.message.request_uri().unwrap_or_default().to_vec(),
                subscriber: uri_of(record, Name::From),
                client: record.from,
                order: record.order,
            };
            self.push_subscription(subscription);
        }
        while self.held > self.most_bytes && self.forget_oldest() {}
    }

    fn push_subscription(&mut self, subscription: Subscription) {
        self.held += subscription.held();
        if let Some(oldest) = push_bounded(&mut self.subscriptions, subscription, self.most) {
            self.held -= oldest.held();
            self.forgotten += 1;
        }
    }

    fn push_registration(&mut self, registration: Registration) {
        self.held += registration.held();
        if let Some(oldest) = push_bounded(&mut self.registrations, registration, self.most) {
            self.held -= oldest.held();
            self.forgotten += 1;
        }
    }

    /// Forgets one of the kind of which there are more. `false` if only the last of each is left.
    fn forget_oldest(&mut self) -> bool {
        let Self { registrations, subscriptions, .. } = self;
        if registrations.len().max(subscriptions.len()) < 2 {
            return false;
        }
        let gone = if registrations.len() >= subscriptions.len() {
            registrations.pop_front().map_or(0, |gone| gone.held())
        } else {
            subscriptions.pop_front().map_or(0, |gone| gone.held())
        };
        self.held -= gone;
        self.forgotten += 1;
        true
    }

    fn learn_registration(&mut self, record: &Record) {
        let call_id = record.message.first(Name::CallId).unwrap_or_default();
        let known = self.registrations.iter().rposition(|known| known.call_id == call_id);
        let at = match known {
            // A refresh begins anew: what the one in force told stays as it was.
            Some(at) if self.registrations[at].completed.is_some() && record.is_request() => {
                let next = Registration { completed: None, ..self.registrations[at].clone() };
                self.push_registration(next);
                self.registrations.len() - 1
            }
            Some(at) => at,
            None => {
                let (identity, call_id) = (uri_of(record, Name::To), call_id.to_vec());
                let new = Registration { identity, call_id, ..Registration::default() };
                self.push_registration(new);
                self.registrations.len() - 1
            }
        };
        let known = &mut self.registrations[at];
        let before = known.held();
        let values = |name| record.message.values(name).map(<[u8]>::to_vec).collect::<Vec<_>>();
        match record.status() {
            None => {
                // The REGISTER with one Via is the client's own.
                if record.vias() <= 1 || known.client.is_none() {
                    known.client = record.from;
                    known.contact = uri_of(record, Name::Contact);
                }
                if record.message.has(Name::SecurityClient) {
                    known.security_client = values(Name::SecurityClient);
                }
            }
            Some(200..=299) => {
                known.completed.get_or_insert(record.order);
                known.service_route = values(Name::ServiceRoute);
                known.associated = values(Name::PAssociatedUri);
            }
            Some(_) => {
                if record.message.has(Name::SecurityServer) {
                    known.security_server = values(Name::SecurityServer);
                }
            }
        }
        self.held = self.held + known.held() - before;
    }

    /// What of them a call with these INVITEs may ask about, if `first` is the order of its first message.
    pub(super) fn around<'r>(&self, invites: impl Iterator<Item = &'r Record>, first: u64) -> Self {
        let mut around = Self::within(self.most, self.most_bytes);
        let own = |invite: &Record| self.place_of(&UserAgent::of(invite), invite.order);
        let known = invites.filter(|_| !self.registrations.is_empty());
        let places: BTreeSet<_> = known.filter_map(own).collect();
        around.registrations.extend(places.into_iter().map(|place| self.registrations[place].clone()));
        let later = self.subscriptions.partition_point(|known| known.order <= first);
        around.subscriptions.extend(self.subscriptions.range(later..).cloned());
        around
    }

    /// The last registration of this client that was completed before `order`.
    pub fn registration(&self, client: &UserAgent<'_>, order: u64) -> Option<&Registration> {
        Some(&self.registrations[self.place_of(client, order)?])
    }

    fn place_of(&self, client: &UserAgent<'_>, order: u64) -> Option<usize> {
        let before =
            |(_, known): &(usize, &Registration)| known.completed.is_some_and(|completed| completed < order);
        let likely = self
            .registrations
            .iter()
            .enumerate()
            .filter(before)
            .filter_map(|(place, known)| Some((client.likeness(known)?, place)));
        // Of equals, the last.
        likely.max_by_key(|(likeness, _)| *likeness).map(|(_, place)| place)
    }

    /// The subscriptions to the conference event package, in order.
    pub fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.subscriptions.iter()
    }
}

/// What a value costs beside its bytes.
const VALUE: usize = 48;

impl Registration {
    /// How many bytes it takes in memory, about.
    fn held(&self) -> usize {
        let lists = [&self.service_route, &self.associated, &self.security_server, &self.security_client];
        let values = lists.into_iter().flatten().map(|value| VALUE + value.len()).sum::<usize>();
        2 * size_of::<Self>() + self.identity.len() + self.contact.len() + self.call_id.len() + values
    }
}

impl Subscription {
    /// How many bytes it takes in memory, about.
    fn held(&self) -> usize {
        2 * size_of::<Self>() + self.target.len() + self.subscriber.len()
    }
}

/// Pushes, and makes room for it; gives what had to go.
fn push_bounded<T>(queue: &mut VecDeque<T>, item: T, most: usize) -> Option<T> {
    let oldest = if queue.len() >= most.max(1) { queue.pop_front() } else { None };
    queue.push_back(item);
    oldest
}

/// Whether a SUBSCRIBE asks for the conference event package (RFC 4575).
pub(super) fn is_conference(record: &Record) -> bool {
    record.message.first(Name::Event).is_some_and(|value| {
        let package = value.split(|&byte| byte == b';').next().unwrap_or_default();
        crate::message::token::same_token(crate::message::token::trim(package), "conference")
    })
}

fn uri_of(record: &Record, name: Name) -> Vec<u8> {
    let value = record.message.first(name).and_then(|value| NameAddr::parse(value).ok());
    value.map_or_else(Vec::new, |value| value.uri.to_vec())
}

#[cfg(test)]
mod tests;
