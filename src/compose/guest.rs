//! A session to which the client is invited: INVITE of the server, 200 of the client, ACK.

use super::dialog::{Dialog, ServerSide};
use super::draft::Draft;
use super::leg::Leg;
use super::values::quoted;
use super::{Invitation, Method, Methods, MsrpMedia, Refused, SipAddress, Stage};

impl Stage {
    /// Another user invites the client to a one-to-one session through the server, and the client accepts.
    ///
    /// # Errors
    /// When the client is not registered in its IMS.
    pub fn invited_by(
        &mut self,
        user: SipAddress,
        name: Option<&str>,
        here: MsrpMedia,
    ) -> Result<Dialog, Refused> {
        self.is_ready()?;
        let name = name.map_or_else(String::new, |name| format!("{} ", quoted(name)));
        let (call_id, branch) = (format!("{}@{}", self.fresh("g"), self.server.host), self.branch());
        let (far, near, session) = (self.fresh("t"), self.fresh("t"), self.fresh("s"));
        let (there_word, word) = (self.fresh("m"), self.fresh("m"));
        let media = self.server.media.of_session(&there_word);
        let here = here.of_session(&word);
        let route = self.record_route().map(|[far, near]| format!("{near}, {far}"));
        let leg = Leg {
            call_id,
            local: format!("<{}>;tag={near}", self.client.identity),
            remote: format!("{name}<{user}>;tag={far}"),
            target: self.server.target(&session, self.client.transport),
            route,
            cseq: 0,
            allow: Some(Methods::with([Method::Update, Method::Message])),
        };
        let invited = Invited {
            answer: here.answering(&media, None)?.sdp(self.client.origin(), SDP_ID, 1).into_bytes(),
            offer: media.sdp("imserver", SDP_ID + 1, 1).into_bytes(),
            by: user.clone(),
            branch,
        };
        invited.play(self, &leg);
        let server =
            ServerSide { contact: format!("<{}>;+g.oma.sip-im", leg.target), sdp: invited.offer, cseq: 1 };
        Ok(Dialog::confirmed(leg, Invitation::one_to_one(user, here), server, SDP_ID, None))
    }
}

/// The id of the client's session description.
const SDP_ID: u64 = 3_800_000_000;

/// What the setup by the server is made of, besides the dialog.
struct Invited {
    by: SipAddress,
    branch: String,
    offer: Vec<u8>,
    answer: Vec<u8>,
}

impl Invited {
    /// The INVITE of the server, the 200 of the client, and the ACK.
    fn play(&self, stage: &mut Stage, leg: &Leg) {
        let bare = leg.local.split(";tag=").next().unwrap_or_default().to_owned();
        let named = |draft: Draft, to: &str, method: &str| {
            draft
                .with("From", &leg.remote)
                .with("To", to)
                .with("Call-ID", &leg.call_id)
                .with("CSeq", format!("1 {method}"))
        };
        let contact = format!("<{}>;+g.oma.sip-im", leg.target);
        let invite = self
            .passed_on(Draft::request("INVITE", stage.client.target()), stage, "")
            .with("Max-Forwards", 67);
        let invite = routed(named(invite, &bare, "INVITE"), stage)
            .with("Contact", contact)
            .with("P-Asserted-Identity", format!("<{}>", self.by))
            .with("Accept-Contact", "*;+g.oma.sip-im")
            .with_some("Allow", leg.allow.as_ref())
            .with("Supported", "timer")
            .carrying("application/sdp", self.offer.clone());
        stage.server_sends(invite);
        let accept = named(self.passed_on(Draft::response(200), stage, ""), &leg.local, "INVITE");
        let accept = routed(accept, stage)
            .with("Contact", stage.client.contact())
            .with("Allow", &stage.client.allow)
            .with("Supported", stage.client.supported(None))
            .with("User-Agent", stage.client.user_agent())
            .carrying("application/sdp", self.answer.clone());
        stage.client_sends(accept);
        let ack = self
            .passed_on(Draft::request("ACK", stage.client.target()), stage, "ack")
            .with("Max-Forwards", 67);
        stage.server_sends(named(ack, &leg.local, "ACK"));
    }

    /// The Vias of what came from the IM Server through the next hop.
    fn passed_on(&self, draft: Draft, stage: &Stage, suffix: &str) -> Draft {
        let branch = &self.branch;
        draft
            .with("Via", stage.server_via(&format!("{branch}{suffix}")))
            .with("Via", format!("SIP/2.0/TCP {};branch={branch}up{suffix}", stage.server.host))
    }
}

/// Record-Route as a request to the client carries it: the nearest proxy first (RFC 3261 16.6).
fn routed(draft: Draft, stage: &Stage) -> Draft {
    draft.with_each("Record-Route", stage.record_route().into_iter().flat_map(|[far, near]| [near, far]))
}
