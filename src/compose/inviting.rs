//! An INVITE that waits for its final response.

use std::marker::PhantomData;

use super::choices::SplitMix;
use super::dialog::{Dialog, ServerSide, Timer};
use super::draft::Draft;
use super::invitation::Purpose;
use super::leg::Leg;
use super::server::Answer;
use super::timer::checked;
use super::{Invitation, Method, Refused, SipAddress, Stage};

/// An initial INVITE of the client that was not answered finally. While an extension waits, the dialog that
/// it replaces cannot be ended.
#[derive(Debug)]
#[must_use = "an INVITE has to be answered"]
pub struct Inviting<'d> {
    invitation: Invitation,
    leg: Leg,
    sdp_id: u64,
    /// CSeq number of the INVITE that is under way: a PRACK raises that of the dialog meanwhile.
    cseq: u32,
    /// Branch and Via of the INVITE that is under way.
    branch: String,
    via: String,
    credentials: Vec<Credentials>,
    /// Whether a provisional response came, and the tag it gave.
    provisional: bool,
    reliable: u32,
    ongoing: PhantomData<&'d Dialog>,
}

/// What answers a challenge.
#[derive(Clone, Debug)]
struct Credentials {
    header: &'static str,
    nonce: String,
    /// How often the nonce was used.
    count: u32,
}

impl Credentials {
    /// The digest is a word of the right form: whoever composes has no password.
    fn value(&self, stage: &Stage, uri: &SipAddress) -> String {
        let (realm, nonce, count) = (stage.client.identity.host(), &self.nonce, self.count);
        let response = word_of(&format!("{realm} {nonce} {count} {uri}"));
        let name = stage.client.digest_name();
        format!(
            "Digest username=\"{name}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", qop=auth, nc={count:08x}, \
             cnonce=\"0a4f113b\", response=\"{response}\", algorithm=MD5"
        )
    }
}

/// 32 hexadecimal digits that differ where the text does.
pub(super) fn word_of(text: &str) -> String {
    let mut half = SplitMix(0);
    for byte in text.bytes() {
        half = SplitMix(half.next() ^ u64::from(byte));
    }
    format!("{:016x}{:016x}", half.next(), half.next())
}

/// Who asks for credentials.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Challenger {
    /// The server: 401.
    Server,
    /// A proxy: 407.
    Proxy,
}

/// The statuses with which a server may refuse an INVITE for good.
pub const REFUSALS: [u16; 13] = [400, 403, 404, 406, 410, 480, 486, 488, 500, 503, 600, 603, 604];

/// Whether a provisional response has to be acknowledged (RFC 3262).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reliability {
    /// It may be lost.
    Unreliable,
    /// It asks for a PRACK.
    Reliable,
}

impl<'d> Inviting<'d> {
    pub(super) fn begin(
        stage: &mut Stage,
        invitation: Invitation,
        _ongoing: Option<&'d Dialog>,
    ) -> Result<Self, Refused> {
        stage.is_ready()?;
        let media = invitation.media.of_session(&stage.fresh("m"));
        let invitation = Invitation { media, ..invitation };
        let leg = Leg {
            call_id: stage.call_id(),
            local: format!("{};tag={}", stage.client.from(), stage.fresh("t")),
            remote: format!("<{}>", invitation.target),
            target: invitation.target.to_string(),
            route: stage.preloaded_route(),
            cseq: 0,
            allow: None,
        };
        let sdp_id =
            3_900_000_000 + u64::try_from(stage.now().0 / 1_000_000_000 % 100_000_000).unwrap_or_default();
        let mut inviting = Self {
            invitation,
            leg,
            sdp_id,
            cseq: 0,
            branch: String::new(),
            via: String::new(),
            credentials: Vec::new(),
            provisional: false,
            reliable: 0,
            ongoing: PhantomData,
        };
        inviting.send(stage);
        Ok(inviting)
    }

    /// The Call-ID of the session.
    pub fn call_id(&self) -> &str {
        &self.leg.call_id
    }

    /// The server says 100 Trying.
    pub fn trying(&mut self, stage: &mut Stage) {
        stage.server_sends(self.response(100));
        self.provisional = true;
    }

    /// The server sends a provisional response other than 100, and the client acknowledges it if it has to.
    ///
    /// # Errors
    /// A status that is none of 101 to 199; a reliable response to a client without `100rel`, or where the
    /// last Allow does not list PRACK.
    pub fn progress(
        &mut self,
        stage: &mut Stage,
        status: u16,
        reliability: Reliability,
        answer: Answer,
    ) -> Result<(), Refused> {
        if !(101..200).contains(&status) {
            return Err(Refused::because(format!("{status} is no provisional response that makes a dialog")));
        }
        let reliable = reliability == Reliability::Reliable;
        if reliable && !stage.client.supports("100rel") {
            return Err(Refused::because(
                "a client that does not support 100rel gets no reliable response (RFC 3262 3)",
            ));
        }
        let last_allow = answer.allow.as_ref().or(self.leg.allow.as_ref());
        if reliable && last_allow.is_some_and(|allow| !allow.has(Method::Prack)) {
            return Err(Refused::because(
                "a server that wants a PRACK has it in its last Allow (RFC 3261 20.5)",
            ));
        }
        self.join(stage);
        let contact = self.focus_contact();
        let mut response = self
            .response(status)
            .with_each("Record-Route", stage.record_route().into_iter().flatten())
            .with("Contact", contact)
            .with_some("Allow", answer.allow.as_ref())
            .with_some("Server", stage.server.header());
        if reliable {
            self.reliable = if self.reliable == 0 { 71 } else { self.reliable + 1 };
            response = response.with("Require", "100rel").with("RSeq", self.reliable);
        }
        stage.server_sends(response);
        self.provisional = true;
        self.leg.learn(answer.allow);
        if reliable {
            let rack = format!("{} {} INVITE", self.reliable, self.cseq);
            self.leg.exchange(stage, Method::Prack, |draft| draft.with("RAck", rack), |draft| draft);
        }
        Ok(())
    }

    /// The server or a proxy asks for credentials, and the client invites again with them.
    pub fn challenge(&mut self, stage: &mut Stage, challenger: Challenger) {
        let realm = stage.client.identity.host().to_owned();
        let nonce = stage.fresh("n");
        let challenge = format!("Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\"");
        let (status, ask, give) = match challenger {
            Challenger::Server => (401, "WWW-Authenticate", "Authorization"),
            Challenger::Proxy => (407, "Proxy-Authenticate", "Proxy-Authorization"),
        };
        self.refuse(stage, status, |draft| draft.with(ask, challenge));
        self.credentials.retain(|known| known.header != give);
        self.credentials.push(Credentials { header: give, nonce, count: 0 });
        self.send(stage);
    }

    /// The server finds the session interval too small, and the client invites again with a larger one.
    ///
    /// # Errors
    /// When the interval asked for is large enough (RFC 4028 9), or `min_se` is below 90.
    pub fn too_small(&mut self, stage: &mut Stage, min_se: u32) -> Result<(), Refused> {
        if checked(min_se)? <= self.invitation.interval {
            return Err(Refused::because(format!(
                "422 with Min-SE {min_se} answers a shorter interval than {} (RFC 4028 9)",
                self.invitation.interval
            )));
        }
        self.refuse(stage, 422, |draft| draft.with("Min-SE", min_se));
        self.invitation = self.invitation.clone().min_se(min_se)?;
        self.send(stage);
        Ok(())
    }

    /// The server refuses for good.
    ///
    /// # Errors
    /// A status that is none of [`REFUSALS`]: others ask for another try, or for headers of their own.
    pub fn reject(mut self, stage: &mut Stage, status: u16) -> Result<(), Refused> {
        if !REFUSALS.contains(&status) {
            return Err(Refused::because(format!("{status} does not end an INVITE for good")));
        }
        self.refuse(stage, status, |draft| draft);
        Ok(())
    }

    /// The client gives up.
    ///
    /// # Errors
    /// Before any provisional response a CANCEL may not be sent (RFC 3261 9.1).
    pub fn cancel(mut self, stage: &mut Stage) -> Result<(), Refused> {
        if !self.provisional {
            return Err(Refused::because("CANCEL waits for a provisional response (RFC 3261 9.1)"));
        }
        let to = format!("<{}>", self.invitation.target);
        let cancel = Draft::request("CANCEL", &self.invitation.target)
            .with("Via", stage.client_via(&self.branch))
            .with("Max-Forwards", 70)
            .with_some("Route", stage.preloaded_route())
            .with("From", &self.leg.local)
            .with("To", &to)
            .with("Call-ID", &self.leg.call_id)
            .with("CSeq", format!("{} CANCEL", self.cseq))
            .with("User-Agent", stage.client.user_agent());
        stage.client_sends(cancel);
        self.tag(stage);
        let ok = Draft::response(200)
            .with("Via", stage.client_via(&self.branch))
            .with("From", &self.leg.local)
            .with("To", &self.leg.remote)
            .with("Call-ID", &self.leg.call_id)
            .with("CSeq", format!("{} CANCEL", self.cseq));
        stage.server_sends(ok);
        self.refuse(stage, 487, |draft| draft);
        Ok(())
    }

    /// The server accepts, and the client acknowledges: a dialog.
    ///
    /// # Errors
    /// An interval longer than the INVITE asked for, or shorter than its Min-SE (RFC 4028 9); a setup that
    /// does not answer that of the offer (RFC 4145 4.1).
    pub fn accept(mut self, stage: &mut Stage, answer: Answer) -> Result<Dialog, Refused> {
        let asked = self.invitation.min_se.unwrap_or(super::timer::LEAST_INTERVAL)..=self.invitation.interval;
        if let Some(seconds) = answer.interval.filter(|seconds| !asked.contains(seconds)) {
            return Err(Refused::because(format!(
                "an interval of {seconds} s is not within {} and {} s (RFC 4028 9)",
                asked.start(),
                asked.end()
            )));
        }
        let word = stage.fresh("m");
        let server_media =
            stage.server.media.of_session(&word).answering(&self.invitation.media, answer.setup)?;
        self.join(stage);
        let sdp = server_media.sdp("imserver", self.sdp_id + 1, 1).into_bytes();
        let expires = answer.interval.map(|seconds| format!("{seconds};refresher=uac"));
        let response = self
            .response(200)
            .with_each("Record-Route", stage.record_route().into_iter().flatten())
            .with("Contact", self.focus_contact())
            .with_some("Allow", answer.allow.as_ref())
            .with("Supported", if expires.is_some() { "timer, replaces" } else { "replaces" })
            .with_some("Require", expires.as_ref().map(|_| "timer"))
            .with_some("Session-Expires", expires)
            .with_some("Server", stage.server.header())
            .carrying("application/sdp", sdp.clone());
        stage.server_sends(response);
        self.leg.learn(answer.allow);
        let began = stage.now();
        self.leg.acknowledge(stage, self.cseq, &self.credentials(stage));
        let timer = answer.interval.map(|interval| Timer { interval, began });
        let contact = self.focus_contact();
        let server = ServerSide { contact, sdp, cseq: 100 };
        Ok(Dialog::confirmed(self.leg, self.invitation, server, self.sdp_id, timer))
    }

    fn send(&mut self, stage: &mut Stage) {
        self.branch = stage.branch();
        self.via = stage.client_via(&self.branch);
        self.leg.cseq += 1;
        self.cseq = self.leg.cseq;
        self.provisional = false;
        let (client, invitation) = (stage.client.clone(), &self.invitation);
        let (content_type, body) = invitation.content(client.origin(), self.sdp_id);
        let identity = client.access.as_ref().map(|_| format!("<{}>", client.identity));
        let requires: Vec<_> = invitation
            .list()
            .map(|_| "recipient-list-invite")
            .into_iter()
            .chain(stage.access_requires())
            .collect();
        let draft = stage
            .client_request(Method::Invite, invitation.target.as_str(), &self.branch)
            .with_some("Route", self.leg.route.as_ref())
            .with("From", &self.leg.local)
            .with("To", &self.leg.remote)
            .with("Call-ID", &self.leg.call_id)
            .with("CSeq", format!("{} INVITE", self.cseq))
            .with("Contact", client.contact())
            .with("Accept-Contact", client.accept_contact())
            .with("User-Agent", client.user_agent())
            .with("Allow", &client.allow)
            .with("Supported", client.supported(invitation.replaces_header().map(|_| "replaces")))
            .with_some("Require", (!requires.is_empty()).then(|| requires.join(", ")))
            .with("Session-Expires", format!("{};refresher=uac", invitation.interval))
            .with_some("Min-SE", invitation.min_se)
            .with_some("Replaces", invitation.replaces_header())
            .with_some("P-Preferred-Identity", identity)
            .with_some("Privacy", client.anonymous.then_some("id"));
        self.credentials.iter_mut().for_each(|credentials| credentials.count += 1);
        let draft =
            self.credentials(stage).into_iter().fold(draft, |draft, (name, value)| draft.with(name, value));
        let draft = stage.with_access(draft).carrying(content_type, body);
        stage.client_sends(draft);
    }

    /// A final failure and its ACK, which repeats the transaction (RFC 3261 17.1.1.3).
    fn refuse(&mut self, stage: &mut Stage, status: u16, with: impl FnOnce(Draft) -> Draft) {
        self.tag(stage);
        let (to, response) = (self.leg.remote.clone(), self.response(status));
        stage.server_sends(with(response).with_some("Server", stage.server.header()));
        let ack = Draft::request("ACK", &self.invitation.target)
            .with("Via", stage.client_via(&self.branch))
            .with("Max-Forwards", 70)
            .with_some("Route", stage.preloaded_route())
            .with("From", &self.leg.local)
            .with("To", to)
            .with("Call-ID", &self.leg.call_id)
            .with("CSeq", format!("{} ACK", self.cseq))
            .with("User-Agent", stage.client.user_agent());
        stage.client_sends(ack);
        // What an early dialog had given is void for another try.
        self.leg.remote = format!("<{}>", self.invitation.target);
        self.leg.target = self.invitation.target.to_string();
        self.leg.route = stage.preloaded_route();
    }

    /// The headers that answer the challenges so far (RFC 7616 3.4).
    fn credentials(&self, stage: &Stage) -> Vec<(&'static str, String)> {
        let of = |credentials: &Credentials| {
            (credentials.header, credentials.value(stage, &self.invitation.target))
        };
        self.credentials.iter().map(of).collect()
    }

    /// A response to the INVITE that is under way.
    fn response(&self, status: u16) -> Draft {
        Draft::response(status)
            .with("Via", &self.via)
            .with("From", &self.leg.local)
            .with("To", &self.leg.remote)
            .with("Call-ID", &self.leg.call_id)
            .with("CSeq", format!("{} INVITE", self.cseq))
    }

    /// The first response with a tag makes the dialog: its tag, remote target and route (RFC 3261 12.1.2).
    fn join(&mut self, stage: &mut Stage) {
        if !self.tag(stage) {
            return;
        }
        let session = stage.fresh("s");
        self.leg.target = stage.server.target(&session, stage.client.transport);
        self.leg.route = stage.record_route().map(|[far, near]| format!("{near}, {far}"));
    }

    /// All responses to one request but 100 have one tag (RFC 3261 8.2.6.2). Whether it was given now.
    fn tag(&mut self, stage: &mut Stage) -> bool {
        let missing = !self.leg.remote.contains(";tag=");
        if missing {
            self.leg.remote.push_str(&format!(";tag={}", stage.fresh("r")));
        }
        missing
    }

    fn focus_contact(&self) -> String {
        let focus = if self.invitation.purpose == Purpose::OneToOne { "" } else { ";isfocus" };
        format!("<{}>{focus};+g.oma.sip-im", self.leg.target)
    }
}
