//! The IM Client: who it is, where it is reached, and what it supports.

use std::net::SocketAddr;

use super::values::{line, quoted, token};
use super::{Method, Methods, Refused, SipAddress};
use crate::capture::Transport;
use crate::session::context::ImsSecurity;

/// An IM Client. Its User-Agent begins with the release token, its Contact carries the IM feature tag, it
/// supports session timers: what has no choice is not asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Client {
    pub(super) identity: SipAddress,
    pub(super) address: SocketAddr,
    pub(super) transport: Transport,
    display_name: Option<String>,
    products: Vec<String>,
    pub(super) allow: Methods,
    supported: Vec<String>,
    pub(super) anonymous: bool,
    pub(super) access: Option<Access>,
    require_im: bool,
}

/// The access of a client to an IMS: how it is secured, and its network (TS 24.229 7.2A.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Access {
    pub(super) security: ImsSecurity,
    pub(super) network: String,
}

/// Ports of the two security associations of an access by AKA: those of the client, then of the P-CSCF.
pub(super) const CLIENT_PORTS: (u16, u16) = (5062, 5064);
pub(super) const SERVER_PORTS: (u16, u16) = (5065, 5066);

impl Client {
    /// A client of this public identity at this address, over UDP.
    ///
    /// # Errors
    /// An identity needs a user part.
    pub fn new(identity: &str, address: SocketAddr) -> Result<Self, Refused> {
        let identity = SipAddress::new(identity)?;
        if identity.user().is_none() {
            return Err(Refused::because(format!("{identity} names no user")));
        }
        Ok(Self {
            identity,
            address,
            transport: Transport::Udp,
            display_name: None,
            products: Vec::new(),
            allow: Methods::with([Method::Prack, Method::Update, Method::Message, Method::Options]),
            supported: vec!["timer".into()],
            anonymous: false,
            access: None,
            require_im: false,
        })
    }

    /// Sends over TCP, or over UDP again.
    ///
    /// # Errors
    /// For every other transport: what is encrypted or tunnelled is not composed.
    pub fn over(mut self, transport: Transport) -> Result<Self, Refused> {
        if !matches!(transport, Transport::Udp | Transport::Tcp) {
            return Err(Refused::because(format!("{} is not composed, only udp and tcp", transport.name())));
        }
        self.transport = transport;
        Ok(self)
    }

    /// The display name of From.
    ///
    /// # Errors
    /// Control characters.
    pub fn named(mut self, display_name: &str) -> Result<Self, Refused> {
        self.display_name = Some(line(display_name)?);
        Ok(self)
    }

    /// A product of the vendor behind the release token, such as `acme/2.1`.
    ///
    /// # Errors
    /// When it is no product (RFC 3261 20.41).
    pub fn product(mut self, product: &str) -> Result<Self, Refused> {
        for piece in product.splitn(2, '/') {
            token(piece)?;
        }
        self.products.push(product.to_owned());
        Ok(self)
    }

    /// What it accepts; PRACK too, if it supports `100rel`.
    pub fn allowing(mut self, methods: Methods) -> Self {
        self.allow = methods;
        self.allow = self.allow_with_prack();
        self
    }

    fn allow_with_prack(&self) -> Methods {
        let prack = self.supports("100rel").then_some(Method::Prack);
        Methods::with(self.allow.iter().chain(prack))
    }

    /// An option tag that it supports beside `timer`.
    ///
    /// # Errors
    /// When it is no token.
    pub fn supporting(mut self, option: &str) -> Result<Self, Refused> {
        self.supported.push(token(option)?);
        self.allow = self.allow_with_prack();
        Ok(self)
    }

    /// Asks for anonymity: anonymous From, `Privacy: id` (RFC 3323, RFC 3325).
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Writes `require` beside `explicit` in Accept-Contact.
    pub fn requiring_im(mut self) -> Self {
        self.require_im = true;
        self
    }

    /// Lives in an IMS.
    pub fn in_ims(mut self, access: Access) -> Self {
        self.access = Some(access);
        self
    }

    /// Whether it supports this option.
    pub fn supports(&self, option: &str) -> bool {
        self.supported.iter().any(|known| known.eq_ignore_ascii_case(option))
    }

    pub(super) fn uses_aka(&self) -> bool {
        self.access.as_ref().is_some_and(|access| access.security == ImsSecurity::Aka)
    }

    /// Where its protected requests leave from.
    pub(super) fn protected_address(&self) -> SocketAddr {
        let port = if self.uses_aka() { CLIENT_PORTS.0 } else { self.address.port() };
        SocketAddr::new(self.address.ip(), port)
    }

    /// Where it wants to be reached: sent-by of Via, host and port of Contact.
    pub(super) fn reachable(&self) -> SocketAddr {
        let port = if self.uses_aka() { CLIENT_PORTS.1 } else { self.address.port() };
        SocketAddr::new(self.address.ip(), port)
    }

    /// The remote target that it gives to its peers.
    pub(super) fn target(&self) -> String {
        let user = self.identity.user().filter(|_| !self.anonymous);
        let user = user.map_or_else(String::new, |user| format!("{user}@"));
        format!("sip:{user}{}{}", self.reachable(), transport_parameter(self.transport))
    }

    pub(super) fn contact(&self) -> String {
        format!("<{}>;+g.oma.sip-im", self.target())
    }

    pub(super) fn accept_contact(&self) -> &'static str {
        if self.require_im { "*;+g.oma.sip-im;explicit;require" } else { "*;+g.oma.sip-im;explicit" }
    }

    pub(super) fn user_agent(&self) -> String {
        std::iter::once("IM-client/OMA1.0")
            .chain(self.products.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Supported of an INVITE that needs this option tag, or none beside its own.
    pub(super) fn supported(&self, needed: Option<&str>) -> String {
        let missing = needed.filter(|option| !self.supports(option));
        self.supported.iter().map(String::as_str).chain(missing).collect::<Vec<_>>().join(", ")
    }

    /// The user name of its credentials: the identity without its scheme and parameters.
    pub(super) fn digest_name(&self) -> String {
        format!("{}@{}", self.identity.user().unwrap_or_default(), self.identity.host())
    }

    /// From as it stands in a request of its own, without the tag.
    pub(super) fn from(&self) -> String {
        match (&self.display_name, self.anonymous) {
            (_, true) => "\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_owned(),
            (Some(name), false) => format!("{} <{}>", quoted(name), self.identity),
            (None, false) => format!("<{}>", self.identity),
        }
    }

    /// The user name of `o=` in its session descriptions.
    pub(super) fn origin(&self) -> &str {
        self.identity.user().filter(|user| !self.anonymous && !user.contains(' ')).unwrap_or("-")
    }
}

impl Access {
    /// An access secured in this way, through a network such as
    /// `3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100010000101`.
    ///
    /// # Errors
    /// [`ImsSecurity::Auto`] says nothing, what goes over TLS is not composed, and a network begins with the
    /// token of its type.
    pub fn new(security: ImsSecurity, network: &str) -> Result<Self, Refused> {
        if matches!(security, ImsSecurity::Auto | ImsSecurity::Tls) {
            return Err(Refused::because("an access is secured by aka, digest or giba"));
        }
        token(network.split(';').next().unwrap_or_default())?;
        Ok(Self { security, network: line(network)? })
    }
}

/// `;transport=tcp`; nothing for UDP, which is meant without it (RFC 3263 4.1).
pub(super) fn transport_parameter(transport: Transport) -> &'static str {
    if transport == Transport::Tcp { ";transport=tcp" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_not_conform_is_refused() {
        let address = "192.0.2.10:5060".parse().unwrap();
        assert!(Client::new("sip:example.com", address).is_err());
        let client = Client::new("sip:alice@example.com", address).unwrap();
        assert!(client.clone().over(Transport::Tls).is_err());
        assert!(client.clone().product("two words").is_err());
        assert!(client.clone().product("acme/2.1/3").is_err());
        assert!(client.clone().named("a\r\nb").is_err());
        assert!(client.supporting("100rel, timer").is_err());
    }
}
