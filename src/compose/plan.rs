//! A plan -> a flow of one scenario, with the context in which it is judged.

use super::inviting::{Challenger, Inviting, Reliability};
use super::{
    Answer, Client, Dialog, Flow, FlowMessage, Invitation, Method, Mixed, MsrpMedia, RecipientList, Refused,
    ReplacesPlace, Server, Side, SipAddress, Stage,
};
use crate::capture::Transport;
use crate::message::{Message, Name};
use crate::session::Scenario;
use crate::session::context::{Anonymity, Context, Glob, Ims, PartyPattern};
use crate::source::Time;

/// The longest message that goes over UDP where the path MTU is not known, in bytes (RFC 3261 18.1.1).
const LONGEST_DATAGRAM: usize = 1300;

/// Everything that a flow of one scenario is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario.
    pub scenario: Scenario,
    /// The client under test.
    pub client: Client,
    /// The server side.
    pub server: Server,
    /// When the flow begins.
    pub start: Time,
    /// What makes its tags, branches and Call-IDs different from those of other flows.
    pub salt: String,
    /// Whether a registration is captured too. In an IMS it always is.
    pub registers: bool,
    /// The invited user, group or conference factory.
    pub target: SipAddress,
    /// The invited users of an ad-hoc conference or an extension.
    pub list: Option<RecipientList>,
    /// The session that an extension extends.
    pub ongoing: Option<Ongoing>,
    /// What the client offers.
    pub media: MsrpMedia,
    /// How the body is written.
    pub body: Mixed,
    /// The session interval that the INVITE asks for, in seconds.
    pub interval: u32,
    /// Min-SE of the INVITE.
    pub min_se: Option<u32>,
    /// What comes between the INVITE and its last answer.
    pub before: Vec<Beat>,
    /// How the INVITE ends.
    pub outcome: Outcome,
}

/// A one-to-one session that is extended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ongoing {
    /// The user at the other end.
    pub peer: SipAddress,
    /// Who invited: the client under test, or the other user.
    pub invited_by: Side,
    /// Where the extension names it.
    pub place: ReplacesPlace,
}

/// Something that happens before an INVITE is answered for good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Beat {
    /// 100 Trying.
    Trying,
    /// A provisional response.
    Progress {
        /// Its status.
        status: u16,
        /// Whether it wants a PRACK.
        reliability: Reliability,
        /// What it says.
        answer: Answer,
    },
    /// Credentials are asked for and given.
    Challenge(Challenger),
    /// The interval was too small: 422 with this Min-SE.
    TooSmall(u32),
}

/// How an INVITE ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Accepted; what happens in the dialog, and who ends it, if anybody does.
    Accepted {
        /// The 200.
        answer: Answer,
        /// What happens then.
        acts: Vec<Act>,
        /// Who says BYE.
        ended_by: Option<Side>,
    },
    /// Refused with this status.
    Rejected(u16),
    /// Given up by the client.
    Cancelled,
}

/// Something that happens in a dialog.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// Seconds pass, with the refreshes that become due.
    Live(u32),
    /// A refresh before it is due.
    Refresh(Side),
    /// A request that changes nothing.
    Send(Side, Method),
    /// A subscription to the state of the conference.
    Subscribe,
}

/// A composed flow and what has to be known to judge it.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The messages.
    pub flow: Flow,
    /// The Call-ID of the session that the plan is about.
    pub session: String,
    /// Its scenario.
    pub scenario: Scenario,
    /// What the wire cannot tell.
    pub context: Context,
}

impl Composed {
    /// The first INVITE of the session.
    pub fn initial_invite(&self) -> Option<&FlowMessage> {
        self.flow.messages.iter().find(|flow| {
            let message = Message::split(&flow.bytes);
            message.is("INVITE") && message.first(Name::CallId) == Some(self.session.as_bytes())
        })
    }
}

impl Plan {
    /// The same plan, in which the client ends what nobody ends: in a longer capture an open session has
    /// to be refreshed.
    pub fn ended(mut self) -> Self {
        if let Outcome::Accepted { ended_by, .. } = &mut self.outcome {
            ended_by.get_or_insert(Side::Client);
        }
        self
    }

    /// The same plan over TCP, if a request of it is too long for UDP (RFC 3261 18.1.1).
    pub(super) fn over_tcp_if_long(mut self) -> Self {
        let too_long = |message: &FlowMessage| message.bytes.len() > LONGEST_DATAGRAM;
        let is_long =
            |plan: &Self| plan.compose().is_ok_and(|composed| composed.flow.messages.iter().any(too_long));
        if self.client.transport == Transport::Udp && is_long(&self) {
            self.client.transport = Transport::Tcp;
        }
        self
    }

    /// The same plan over this transport, whatever the length of its messages.
    ///
    /// # Errors
    /// As for [`Client::over`].
    pub fn over(mut self, transport: Transport) -> Result<Self, Refused> {
        self.client = self.client.over(transport)?;
        Ok(self)
    }

    /// Plays the plan.
    ///
    /// # Errors
    /// The first step that would not conform.
    pub fn compose(&self) -> Result<Composed, Refused> {
        let mut stage = Stage::new(self.client.clone(), self.server.clone(), self.start, &self.salt)?;
        if self.registers || self.client.access.is_some() {
            stage.register();
            stage.wait_milliseconds(30_000);
        }
        let session = match &self.ongoing {
            Some(ongoing) => self.extend(&mut stage, ongoing)?,
            None => {
                let inviting = stage.invite(self.invitation()?)?;
                let session = inviting.call_id().to_owned();
                if let (Some(mut dialog), Outcome::Accepted { acts, ended_by, .. }) =
                    (self.answer(&mut stage, inviting)?, &self.outcome)
                {
                    play(&mut dialog, &mut stage, acts)?;
                    end(dialog, &mut stage, *ended_by)?;
                }
                session
            }
        };
        let (scenario, context) = (self.scenario, self.context());
        Ok(Composed { flow: stage.into_flow(), session, scenario, context })
    }

    /// The session that is extended, the extension, and the BYE that ends the first (RFC 3891 3).
    fn extend(&self, stage: &mut Stage, ongoing: &Ongoing) -> Result<String, Refused> {
        let first = match ongoing.invited_by {
            Side::Server => stage.invited_by(ongoing.peer.clone(), None, self.media.clone())?,
            Side::Client => {
                let invitation =
                    self.dressed(Invitation::one_to_one(ongoing.peer.clone(), self.media.clone()))?;
                let mut inviting = stage.invite(invitation)?;
                inviting.trying(stage);
                inviting.accept(stage, Answer::plain())?
            }
        };
        stage.wait_milliseconds(60_000);
        let list = self.list.clone().ok_or_else(|| Refused::because("an extension has a recipient list"))?;
        let extended = first
            .extend(stage, self.target.clone(), list, ongoing.place, |invitation| self.dressed(invitation))?;
        let session = extended.call_id().to_owned();
        let dialog = self.answer(stage, extended)?;
        match (dialog, &self.outcome) {
            (Some(mut dialog), Outcome::Accepted { acts, ended_by, .. }) => {
                first.bye(stage, Side::Server)?;
                play(&mut dialog, stage, acts)?;
                end(dialog, stage, *ended_by)?;
            }
            _ => first.bye(stage, Side::Client)?,
        }
        Ok(session)
    }

    fn invitation(&self) -> Result<Invitation, Refused> {
        let (target, media) = (self.target.clone(), self.media.clone());
        let list =
            || self.list.clone().ok_or_else(|| Refused::because("an ad-hoc conference has a recipient list"));
        self.dressed(match self.scenario {
            Scenario::OneToOne => Invitation::one_to_one(target, media),
            Scenario::AdHoc => Invitation::ad_hoc(target, list()?, media),
            Scenario::PreEstablished => Invitation::pre_established(target, media),
            Scenario::Extension => return Err(Refused::because("an extension extends an ongoing session")),
        })
    }

    fn dressed(&self, invitation: Invitation) -> Result<Invitation, Refused> {
        let invitation = invitation.written(self.body.clone()).interval(self.interval)?;
        match self.min_se {
            Some(seconds) => invitation.min_se(seconds),
            None => Ok(invitation),
        }
    }

    fn answer(&self, stage: &mut Stage, mut inviting: Inviting<'_>) -> Result<Option<Dialog>, Refused> {
        for beat in &self.before {
            stage.wait_milliseconds(150);
            match beat {
                Beat::Trying => inviting.trying(stage),
                Beat::Progress { status, reliability, answer } => {
                    inviting.progress(stage, *status, *reliability, answer.clone())?;
                }
                Beat::Challenge(challenger) => inviting.challenge(stage, *challenger),
                Beat::TooSmall(min_se) => inviting.too_small(stage, *min_se)?,
            }
        }
        stage.wait_milliseconds(700);
        match &self.outcome {
            Outcome::Accepted { answer, .. } => inviting.accept(stage, answer.clone()).map(Some),
            Outcome::Rejected(status) => inviting.reject(stage, *status).map(|()| None),
            Outcome::Cancelled => inviting.cancel(stage).map(|()| None),
        }
    }

    /// What a tester who knows the test bed would write into the configuration.
    fn context(&self) -> Context {
        let address = |address: std::net::SocketAddr| PartyPattern::Range {
            base: address.ip(),
            bits: if address.is_ipv4() { 32 } else { 128 },
        };
        let conference = matches!(self.scenario, Scenario::AdHoc | Scenario::Extension);
        let recipient = match self.scenario {
            Scenario::OneToOne => Some(self.target.to_string()),
            _ => self.ongoing.as_ref().map(|ongoing| ongoing.peer.to_string()),
        };
        Context {
            clients: vec![address(self.client.address), PartyPattern::Name(self.client.identity.to_string())],
            next_hops: vec![address(self.server.address)],
            conference_factory_uris: conference.then(|| self.target.to_string()).into_iter().collect(),
            pre_established_groups: (self.scenario == Scenario::PreEstablished)
                .then(|| Glob(self.target.to_string()))
                .into_iter()
                .collect(),
            intended_recipient: recipient,
            expected_invitees: self
                .list
                .iter()
                .flat_map(RecipientList::uris)
                .map(ToString::to_string)
                .collect(),
            max_adhoc_group_size: self.list.as_ref().map(|list| list.len() as u64),
            anonymity: if self.client.anonymous { Anonymity::Requested } else { Anonymity::NotRequested },
            ims: if self.client.access.is_some() { Ims::ThreeGpp } else { Ims::None },
            ims_security: self.client.access.as_ref().map(|access| access.security).unwrap_or_default(),
            registered_identities: vec![self.client.identity.to_string()],
            ..Context::default()
        }
    }
}

fn play(dialog: &mut Dialog, stage: &mut Stage, acts: &[Act]) -> Result<(), Refused> {
    for act in acts {
        match act {
            Act::Live(seconds) => dialog.live(stage, *seconds)?,
            Act::Refresh(side) => dialog.refresh(stage, *side)?,
            Act::Send(side, method) => dialog.send(stage, *side, *method)?,
            Act::Subscribe => dialog.subscribe(stage)?,
        }
        dialog.live(stage, 1)?;
    }
    Ok(())
}

fn end(dialog: Dialog, stage: &mut Stage, by: Option<Side>) -> Result<(), Refused> {
    match by {
        Some(side) => dialog.bye(stage, side),
        None => Ok(()),
    }
}
