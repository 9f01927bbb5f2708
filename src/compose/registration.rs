//! Registration: REGISTER, with the security associations and the Service-Route of an IMS.

use std::net::SocketAddr;

use super::draft::Draft;
use super::stage::{security_client, security_server};
use super::{Method, Stage};

/// RAND and AUTN as one nonce: 32 octets in base64 (RFC 3310 3.2).
const NONCE: &str = "YW4gZXhhbXBsZSBvZiBSQU5EIGFuZCBBVVROIGF0IDI=";

/// What the messages of a registration share.
struct Registration {
    call_id: String,
    local: String,
}

impl Stage {
    /// The client registers and learns its Service-Route; by AKA, after a challenge.
    pub fn register(&mut self) {
        let tag = self.fresh("t");
        let local = format!("<{}>;tag={tag}", self.client.identity);
        let registration = Registration { call_id: self.call_id(), local };
        if self.client.uses_aka() {
            let (from, to) = (self.client.address, self.server.address);
            let (via, realm) = (self.register_via(from), self.client.identity.host().to_owned());
            self.send(registration.request(self, 1, &via), from, to);
            let refused = registration
                .response(self, 401, 1, &via)
                .with(
                    "WWW-Authenticate",
                    format!("Digest realm=\"{realm}\", nonce=\"{NONCE}\", algorithm=AKAv1-MD5"),
                )
                .with("Security-Server", security_server());
            self.send(refused, to, from);
        }
        let via = self.register_via(self.client.reachable());
        self.client_sends(registration.request(self, 2, &via));
        let accepted = registration
            .response(self, 200, 2, &via)
            .with("Contact", format!("{};expires=600000", self.client.contact()))
            .with_some("Service-Route", self.server.service_route.as_ref())
            .with("P-Associated-URI", format!("<{}>", self.client.identity));
        self.server_sends(accepted);
        self.set_registered();
    }

    fn register_via(&mut self, sent_by: SocketAddr) -> String {
        let transport = self.client.transport.name().to_ascii_uppercase();
        format!("SIP/2.0/{transport} {sent_by};branch={}", self.branch())
    }
}

impl Registration {
    fn request(&self, stage: &Stage, cseq: u32, via: &str) -> Draft {
        let client = &stage.client;
        let draft = Draft::request(Method::Register.name(), format!("sip:{}", client.identity.host()))
            .with("Via", via)
            .with("Max-Forwards", 70)
            .with("From", &self.local)
            .with("To", format!("<{}>", client.identity))
            .with("Call-ID", &self.call_id)
            .with("CSeq", format!("{cseq} REGISTER"))
            .with("Contact", format!("{};expires=600000", client.contact()))
            .with("Supported", "path")
            .with("User-Agent", client.user_agent())
            .with_some("P-Access-Network-Info", client.access.as_ref().map(|access| &access.network));
        if !client.uses_aka() {
            return draft;
        }
        // The first one has nothing to answer yet (RFC 3310 3.1; TS 24.229 5.1.1.2.2).
        let (nonce, response) = match cseq {
            1 => ("", String::new()),
            _ => (NONCE, super::inviting::word_of(&self.call_id)),
        };
        let (realm, name) = (client.identity.host(), client.digest_name());
        let credentials = format!(
            "Digest username=\"{name}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"sip:{realm}\", response=\"{response}\""
        );
        draft
            .with("Require", "sec-agree")
            .with("Proxy-Require", "sec-agree")
            .with("Security-Client", security_client())
            .with_some("Security-Verify", (cseq > 1).then(security_server))
            .with("Authorization", credentials)
    }

    fn response(&self, stage: &mut Stage, status: u16, cseq: u32, via: &str) -> Draft {
        let tag = stage.fresh("t");
        let to = format!("<{}>;tag={tag}", stage.client.identity);
        Draft::response(status)
            .with("Via", via)
            .with("From", &self.local)
            .with("To", to)
            .with("Call-ID", &self.call_id)
            .with("CSeq", format!("{cseq} REGISTER"))
    }
}
