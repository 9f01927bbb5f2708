//! The other side: the next hop of the client, and the IM Server behind it.

use std::net::SocketAddr;

use super::client::transport_parameter;
use super::values::token;
use super::{Methods, MsrpMedia, Refused};
use crate::capture::Transport;
use crate::message::uri::Uri;

/// The server side as the client sees it: a next hop, and an IM Server whose URIs stand in Contact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    pub(super) address: SocketAddr,
    pub(super) host: String,
    product: Option<String>,
    pub(super) service_route: Option<String>,
    pub(super) record_route: bool,
    pub(super) media: MsrpMedia,
}

impl Server {
    /// A next hop at this address; the IM Server behind it is `host`, and has its MSRP endpoint here.
    ///
    /// # Errors
    /// When the host is no host name.
    pub fn new(address: SocketAddr, host: &str, media: MsrpMedia) -> Result<Self, Refused> {
        let is_name = host.split('.').all(|label| {
            let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            label.bytes().all(inner) && label.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        });
        if !is_name {
            return Err(Refused::because(format!("`{host}` is no host name (RFC 3261 25.1)")));
        }
        let host = host.to_owned();
        Ok(Self { address, host, product: None, service_route: None, record_route: false, media })
    }

    /// A Server header: the release token of an IM Server and this product.
    ///
    /// # Errors
    /// When it is no product.
    pub fn product(mut self, product: &str) -> Result<Self, Refused> {
        for piece in product.splitn(2, '/') {
            token(piece)?;
        }
        self.product = Some(product.to_owned());
        Ok(self)
    }

    /// Answers a registration with this Service-Route, a host and port (RFC 3608).
    ///
    /// # Errors
    /// When it cannot stand in a URI.
    pub fn service_route(mut self, host_port: &str) -> Result<Self, Refused> {
        let uri = format!("sip:orig@{host_port};lr");
        let is_route =
            Uri::parse(uri.as_bytes()).is_ok_and(|uri| uri.as_sip().is_some_and(|sip| sip.is_loose_router()));
        if !is_route || uri.contains(['?', '"', '<', '>']) {
            return Err(Refused::because(format!("`{host_port}` is no host and port")));
        }
        self.service_route = Some(format!("<{uri}>"));
        Ok(self)
    }

    /// Its proxies stay in the way: Record-Route in what makes dialogs (RFC 3261 16.6).
    pub fn record_routing(mut self) -> Self {
        self.record_route = true;
        self
    }

    pub(super) fn header(&self) -> Option<String> {
        self.product.as_ref().map(|product| format!("IM-serv/OMA1.0 {product}"))
    }

    /// A remote target on the IM Server.
    pub(super) fn target(&self, user: &str, transport: Transport) -> String {
        format!("sip:{user}@{}{}", self.host, transport_parameter(transport))
    }
}

/// What a provisional or successful response says beside its status.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    pub(super) allow: Option<Methods>,
    pub(super) interval: Option<u32>,
    pub(super) setup: Option<super::Setup>,
}

impl Answer {
    /// Says nothing but what a response must say.
    pub fn plain() -> Self {
        Self::default()
    }

    /// Lists what the server accepts.
    pub fn allowing(mut self, methods: Methods) -> Self {
        self.allow = Some(methods);
        self
    }

    /// Agrees to a session interval in seconds; the client refreshes, as its INVITE asked (RFC 4028 9).
    ///
    /// # Errors
    /// Less than 90 seconds (RFC 4028 4).
    pub fn interval(mut self, seconds: u32) -> Result<Self, Refused> {
        self.interval = Some(super::timer::checked(seconds)?);
        Ok(self)
    }

    /// Says who opens the MSRP connection.
    ///
    /// # Errors
    /// `actpass` is no answer (RFC 6135 4.2).
    pub fn setup(mut self, setup: super::Setup) -> Result<Self, Refused> {
        if setup == super::Setup::ActPass {
            return Err(Refused::because("`a=setup:actpass` is no answer (RFC 6135 4.2)"));
        }
        self.setup = Some(setup);
        Ok(self)
    }
}
