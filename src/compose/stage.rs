//! Client, server and a clock -> a flow: everything that is sent goes over the stage.

use std::net::{IpAddr, SocketAddr};

use super::client::{CLIENT_PORTS, SERVER_PORTS};
use super::draft::Draft;
use super::inviting::Inviting;
use super::{Client, Flow, FlowMessage, Invitation, Method, Refused, Server};
use crate::capture::Transport;
use crate::message::Wholeness;
use crate::session::context::ImsSecurity;
use crate::source::Time;

/// A client and its server, and the time line of what they send to each other.
///
/// ```
/// use sipclause::compose::{Answer, Client, Invitation, MsrpMedia, Server, Side, SipAddress, Stage};
/// use sipclause::source::Time;
///
/// let here = MsrpMedia::new("192.0.2.10".parse()?, 2855, "kjhd37s2s20w2a")?;
/// let there = MsrpMedia::new("198.51.100.30".parse()?, 2855, "9di4eae923wzd4")?;
/// let client = Client::new("sip:alice@example.com", "192.0.2.10:5060".parse()?)?;
/// let server = Server::new("198.51.100.9:5060".parse()?, "im.example.org", there)?;
///
/// let start = Time::parse("2026-11-22T08:00:00Z").expect("it is an RFC 3339 time");
/// let mut stage = Stage::new(client, server, start, "s1")?;
/// let bob = SipAddress::new("sip:bob@example.org")?;
/// let inviting = stage.invite(Invitation::one_to_one(bob, here))?;
/// let mut dialog = inviting.accept(&mut stage, Answer::plain().interval(1800)?)?;
/// dialog.live(&mut stage, 3600)?; // refreshes the session in time
/// dialog.bye(&mut stage, Side::Client)?;
/// assert!(stage.into_flow().messages.len() > 6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// What would not conform cannot be written down. A dialog that was ended is gone, and a session has to be
/// accepted before anything is sent in it:
///
/// ```compile_fail,E0382
/// # use sipclause::compose::{Dialog, Side, Stage};
/// fn say_goodbye_twice(dialog: Dialog, stage: &mut Stage) {
///     dialog.bye(stage, Side::Client);
///     dialog.bye(stage, Side::Client);
/// }
/// ```
///
/// ```compile_fail,E0599
/// # use sipclause::compose::{Inviting, Stage};
/// fn refresh_before_the_answer(inviting: Inviting<'_>, stage: &mut Stage) {
///     inviting.live(stage, 10);
/// }
/// ```
#[derive(Debug)]
pub struct Stage {
    pub(super) client: Client,
    pub(super) server: Server,
    now: Time,
    salt: String,
    serial: u32,
    registered: bool,
    flow: Flow,
}

/// Milliseconds that a message is under way.
const LATENCY: i64 = 20;

impl Stage {
    /// An empty stage at this time. The salt makes tags, branches and Call-IDs different from those of other
    /// stages.
    ///
    /// # Errors
    /// When the addresses are of different versions, or the salt is not of letters and digits.
    pub fn new(client: Client, server: Server, start: Time, salt: &str) -> Result<Self, Refused> {
        if client.address.is_ipv4() != server.address.is_ipv4() {
            return Err(Refused::because("client and server have addresses of different versions"));
        }
        if salt.is_empty() || !salt.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Refused::because(format!("the salt `{salt}` is not of letters and digits")));
        }
        let (salt, flow) = (salt.to_owned(), Flow::default());
        Ok(Self { client, server, now: start, salt, serial: 0, registered: false, flow })
    }

    /// What was sent so far, in the order in which it was sent.
    pub fn into_flow(self) -> Flow {
        self.flow
    }

    /// What time it is.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Lets time pass. A session that has to be refreshed meanwhile is not: see
    /// [`Dialog::live`](super::Dialog::live).
    pub fn wait_milliseconds(&mut self, milliseconds: u32) {
        self.now = Time(self.now.0 + i64::from(milliseconds) * 1_000_000);
    }

    /// Sends an initial INVITE.
    ///
    /// # Errors
    /// In an IMS a client registers first; its route comes from there (RFC 3608 6.1).
    pub fn invite(&mut self, invitation: Invitation) -> Result<Inviting<'static>, Refused> {
        Inviting::begin(self, invitation, None)
    }

    pub(super) fn wait_until(&mut self, time: Time) {
        let missing = (time.0 - self.now().0).max(0) / 1_000_000;
        self.wait_milliseconds(u32::try_from(missing).unwrap_or(u32::MAX));
    }

    pub(super) fn is_ready(&self) -> Result<(), Refused> {
        match (&self.client.access, self.registered) {
            (Some(_), false) => {
                Err(Refused::because("a client in an IMS registers before it invites (TS 24.229 5.1.2A.1.1)"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn set_registered(&mut self) {
        self.registered = true;
    }

    /// A word that was not used before on this stage.
    pub(super) fn fresh(&mut self, kind: &str) -> String {
        self.serial += 1;
        format!("{}{kind}{}", self.salt, self.serial)
    }

    pub(super) fn branch(&mut self) -> String {
        format!("z9hG4bK{}", self.fresh("b"))
    }

    pub(super) fn call_id(&mut self) -> String {
        let host = match self.client.address.ip() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(_) => "client.example.com".to_owned(),
        };
        format!("{}@{host}", self.fresh("c"))
    }

    /// The Via of a request of the client.
    pub(super) fn client_via(&self, branch: &str) -> String {
        let transport = self.client.transport.name().to_ascii_uppercase();
        format!("SIP/2.0/{transport} {};branch={branch}", self.client.reachable())
    }

    /// The Via of a request of the server.
    pub(super) fn server_via(&self, branch: &str) -> String {
        let transport = self.client.transport.name().to_ascii_uppercase();
        format!("SIP/2.0/{transport} {};branch={branch}", self.hop())
    }

    /// The next hop as the client addresses it.
    pub(super) fn hop(&self) -> SocketAddr {
        let port = if self.client.uses_aka() { SERVER_PORTS.1 } else { self.server.address.port() };
        SocketAddr::new(self.server.address.ip(), port)
    }

    /// Record-Route as responses to the client carry it; the client's route is the reverse of it.
    pub(super) fn record_route(&self) -> Option<[String; 2]> {
        let transport = super::client::transport_parameter(self.client.transport);
        let near = format!("<sip:{}{transport};lr>", self.hop());
        self.server.record_route.then(|| [format!("<sip:core.{};lr>", self.server.host), near])
    }

    /// The preloaded route of a request outside of dialogs (RFC 3608 6.1).
    pub(super) fn preloaded_route(&self) -> Option<String> {
        let learnt = self.registered.then_some(self.server.service_route.as_ref()).flatten()?;
        let transport = super::client::transport_parameter(self.client.transport);
        Some(format!("<sip:{}{transport};lr>, {learnt}", self.hop()))
    }

    /// What an IMS wants in each request but ACK and CANCEL, and in none of those (TS 24.229 7.2A.4,
    /// RFC 3329 2.3.1).
    pub(super) fn with_access(&self, draft: Draft) -> Draft {
        let Some(access) = &self.client.access else { return draft };
        let draft = match access.security {
            ImsSecurity::Giba => draft,
            _ => draft.with("P-Access-Network-Info", &access.network),
        };
        if !self.client.uses_aka() {
            return draft;
        }
        draft.with("Proxy-Require", "sec-agree").with("Security-Verify", security_server())
    }

    /// Option tags that the access needs in Require.
    pub(super) fn access_requires(&self) -> Option<&'static str> {
        self.client.uses_aka().then_some("sec-agree")
    }

    /// The client sends this.
    pub(super) fn client_sends(&mut self, draft: Draft) {
        let (from, to) = (self.client.protected_address(), self.hop());
        self.send(draft, from, to);
    }

    /// The server sends this.
    pub(super) fn server_sends(&mut self, draft: Draft) {
        // RFC 3261 18.2.2: over UDP to the port of sent-by; a connection is used both ways.
        let to = match self.client.transport {
            Transport::Udp => self.client.reachable(),
            _ => self.client.protected_address(),
        };
        self.send(draft, self.hop(), to);
    }

    /// Sends outside of what the access protects.
    pub(super) fn send(&mut self, draft: Draft, from: SocketAddr, to: SocketAddr) {
        self.flow.messages.push(FlowMessage {
            time: Some(self.now),
            from: Some(from),
            to: Some(to),
            transport: Some(self.client.transport),
            bytes: draft.into_bytes(),
            wholeness: Wholeness::Whole,
        });
        self.now = Time(self.now.0 + LATENCY * 1_000_000);
    }

    /// A request of the client with what every one of them has; CSeq and the dialog come from the caller.
    pub(super) fn client_request(&mut self, method: Method, uri: &str, branch: &str) -> Draft {
        Draft::request(method.name(), uri).with("Via", self.client_via(branch)).with("Max-Forwards", 70)
    }
}

/// The list of mechanisms that the P-CSCF offers (RFC 3329 2.2).
pub(super) fn security_server() -> String {
    let (client, server) = SERVER_PORTS;
    format!(
        "ipsec-3gpp;q=0.5;alg=hmac-sha-1-96;spi-c=98765432;spi-s=87654321;port-c={client};port-s={server}"
    )
}

/// The mechanism that the client offers.
pub(super) fn security_client() -> String {
    let (client, server) = CLIENT_PORTS;
    format!("ipsec-3gpp;alg=hmac-sha-1-96;spi-c=23456789;spi-s=12345678;port-c={client};port-s={server}")
}
