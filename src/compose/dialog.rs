//! A dialog: what both sides send in it until one of them ends it.

use super::draft::Draft;
use super::invitation::{Purpose, Replaces};
use super::inviting::Inviting;
use super::leg::Leg;
use super::{Invitation, Method, RecipientList, Refused, ReplacesPlace, SipAddress, Stage};
use crate::source::Time;

/// The side of a dialog that does something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The IM Client.
    Client,
    /// The IM Server.
    Server,
}

/// A confirmed dialog of the client. Ending it consumes it.
#[derive(Debug)]
#[must_use = "a dialog that nobody ends stays open to the end of the flow"]
pub struct Dialog {
    leg: Leg,
    invitation: Invitation,
    sdp_id: u64,
    server: ServerSide,
    timer: Option<Timer>,
}

/// The server's half of a dialog.
#[derive(Clone, Debug)]
pub(super) struct ServerSide {
    /// Contact of what it sends.
    pub(super) contact: String,
    /// What it answered; a refresh is answered with the same (RFC 3264 8).
    pub(super) sdp: Vec<u8>,
    /// CSeq of its last request.
    pub(super) cseq: u32,
}

/// A session timer of which the client is the refresher.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timer {
    pub(super) interval: u32,
    pub(super) began: Time,
}

impl Dialog {
    pub(super) fn confirmed(
        leg: Leg,
        invitation: Invitation,
        server: ServerSide,
        sdp_id: u64,
        timer: Option<Timer>,
    ) -> Self {
        Self { leg, invitation, sdp_id, server, timer }
    }

    /// The Call-ID of the session.
    pub fn call_id(&self) -> &str {
        &self.leg.call_id
    }

    /// The user or group at the other end.
    pub fn peer(&self) -> &SipAddress {
        &self.invitation.target
    }

    /// Lets so many seconds pass, and refreshes the session at half of each interval (RFC 4028 10).
    ///
    /// # Errors
    /// When the session interval has run out already.
    pub fn live(&mut self, stage: &mut Stage, seconds: u32) -> Result<(), Refused> {
        self.is_alive(stage)?;
        let end = stage.now().plus_seconds(i64::from(seconds));
        while let Some(due) = self.timer.map(|timer| timer.began.plus_seconds(i64::from(timer.interval / 2)))
            && due < end
        {
            stage.wait_until(due);
            self.refresh(stage, Side::Client)?;
        }
        stage.wait_until(end);
        Ok(())
    }

    /// Refreshes the session: by UPDATE if the other side accepts that, else by INVITE with the same offer
    /// (RFC 4028 7.4). The server refreshes by UPDATE alone.
    ///
    /// # Errors
    /// When the session interval has run out already, or the client does not accept the UPDATE of the server.
    pub fn refresh(&mut self, stage: &mut Stage, side: Side) -> Result<(), Refused> {
        self.is_alive(stage)?;
        if side == Side::Server && !stage.client.allow.has(Method::Update) {
            return Err(Refused::because("the client does not accept UPDATE (RFC 3261 20.5)"));
        }
        match side {
            Side::Client if self.leg.accepts(Method::Update) => self.update(stage),
            Side::Client => self.invite_again(stage),
            Side::Server => self.server_updates(stage),
        }
        if let Some(timer) = &mut self.timer {
            timer.began = stage.now();
        }
        Ok(())
    }

    /// One side sends a request that changes nothing: one of [`Method::FREE`].
    ///
    /// # Errors
    /// For other methods, for a method that the other side does not accept, and after the session interval
    /// has run out.
    pub fn send(&mut self, stage: &mut Stage, side: Side, method: Method) -> Result<(), Refused> {
        self.is_alive(stage)?;
        if !Method::FREE.contains(&method) {
            return Err(Refused::because(format!("{method} is not sent at will")));
        }
        let accepted = match side {
            Side::Client => self.leg.accepts(method),
            Side::Server => stage.client.allow.has(method),
        };
        if !accepted {
            return Err(Refused::because(format!("the other side does not accept {method} (RFC 3261 20.5)")));
        }
        let content = |draft: Draft| match method {
            Method::Message => draft.carrying("text/plain", b"Hello.\r\n".to_vec()),
            // INFO as before RFC 6086: no package, since none was agreed on.
            Method::Info => draft.carrying("text/plain", b"typing\r\n".to_vec()),
            _ => draft.with("Accept", "application/sdp"),
        };
        match side {
            Side::Client => self.leg.exchange(stage, method, content, |draft| draft),
            Side::Server => self.server_exchange(stage, method, content, |draft| draft),
        }
        Ok(())
    }

    /// Subscribes to the conference event package at the session identity, and is notified (RFC 4575).
    ///
    /// # Errors
    /// When the session is no conference, or the client does not accept NOTIFY.
    pub fn subscribe(&mut self, stage: &mut Stage) -> Result<(), Refused> {
        self.is_alive(stage)?;
        if self.invitation.purpose == Purpose::OneToOne {
            return Err(Refused::because("a one-to-one session has no conference state"));
        }
        if !stage.client.allow.has(Method::Notify) {
            return Err(Refused::because("a client that subscribes accepts NOTIFY (RFC 6665 4.1.2)"));
        }
        super::conference::subscribe(stage, &self.leg);
        Ok(())
    }

    /// Extends this one-to-one session to a conference. The dialog cannot be ended before the answer.
    ///
    /// # Errors
    /// When `dress` refuses, this is no one-to-one session, the interval has run out, or the list does not name the user of
    /// this session and at least one other.
    pub fn extend(
        &self,
        stage: &mut Stage,
        factory: SipAddress,
        list: RecipientList,
        place: ReplacesPlace,
        dress: impl FnOnce(Invitation) -> Result<Invitation, Refused>,
    ) -> Result<Inviting<'_>, Refused> {
        self.is_alive(stage)?;
        if self.invitation.purpose != Purpose::OneToOne {
            return Err(Refused::because("only a one-to-one session is extended to a conference"));
        }
        if !list.has(self.peer()) || list.len() < 2 {
            return Err(Refused::because(format!("the list names {} and at least one other", self.peer())));
        }
        let tag =
            |party: &str| party.rsplit_once(";tag=").map_or_else(String::new, |(_, tag)| tag.to_owned());
        let value = format!(
            "{};to-tag={};from-tag={}",
            self.leg.call_id,
            tag(&self.leg.remote),
            tag(&self.leg.local)
        );
        let replaces = Replaces { value, peer: self.peer().clone(), place };
        let purpose = Purpose::Extension { list, replaces };
        let invitation = dress(Invitation::to(factory, purpose, self.invitation.media.clone()))?;
        Inviting::begin(stage, invitation, Some(self))
    }

    /// One side ends the session.
    ///
    /// # Errors
    /// After the session interval has run out the dialog is gone.
    pub fn bye(mut self, stage: &mut Stage, side: Side) -> Result<(), Refused> {
        self.is_alive(stage)?;
        match side {
            Side::Client => self.leg.exchange(stage, Method::Bye, |draft| draft, |draft| draft),
            Side::Server => self.server_exchange(stage, Method::Bye, |draft| draft, |draft| draft),
        }
        Ok(())
    }

    fn is_alive(&self, stage: &Stage) -> Result<(), Refused> {
        match self.timer {
            Some(timer) if stage.now() >= timer.began.plus_seconds(i64::from(timer.interval)) => {
                Err(Refused::because(format!(
                    "the session interval of {} s has run out (RFC 4028 10)",
                    timer.interval
                )))
            }
            _ => Ok(()),
        }
    }

    /// Session-Expires of a refresh, if there is a timer.
    fn expires(&self, refresher: &str) -> Option<String> {
        self.timer.map(|timer| format!("{};refresher={refresher}", timer.interval))
    }

    fn update(&mut self, stage: &mut Stage) {
        let (contact, allow) = (stage.client.contact(), stage.client.allow.clone());
        let (expires, answer) = (self.expires("uac"), self.expires("uac"));
        let target = self.server.contact.clone();
        let min_se = self.invitation.min_se;
        self.leg.exchange(
            stage,
            Method::Update,
            |draft| {
                draft
                    .with("Contact", contact)
                    .with("Supported", "timer")
                    .with_some("Session-Expires", expires)
                    .with_some("Min-SE", min_se)
                    .with("Allow", allow)
            },
            |draft| granting(draft.with("Contact", target), answer),
        );
    }

    fn invite_again(&mut self, stage: &mut Stage) {
        let (contact, allow) = (stage.client.contact(), stage.client.allow.clone());
        let (supported, accept_contact) = (stage.client.supported(None), stage.client.accept_contact());
        let (expires, answer) = (self.expires("uac"), self.expires("uac"));
        let target = self.server.contact.clone();
        let min_se = self.invitation.min_se;
        let (content_type, body) = self.invitation.content_again(stage.client.origin(), self.sdp_id);
        let server_sdp = self.server.sdp.clone();
        self.leg.exchange(
            stage,
            Method::Invite,
            |draft| {
                draft
                    .with("Contact", contact)
                    .with("Accept-Contact", accept_contact)
                    .with("Supported", supported)
                    .with_some("Session-Expires", expires)
                    .with_some("Min-SE", min_se)
                    .with("Allow", allow)
                    .carrying(content_type, body)
            },
            |draft| granting(draft.with("Contact", target), answer).carrying("application/sdp", server_sdp),
        );
        self.leg.acknowledge(stage, self.leg.cseq, &[]);
    }

    /// The server refreshes: the client stays the refresher, which is the uas of that transaction.
    fn server_updates(&mut self, stage: &mut Stage) {
        let (expires, answer) = (self.expires("uas"), self.expires("uas"));
        let (contact, target) = (stage.client.contact(), self.server.contact.clone());
        self.server_exchange(
            stage,
            Method::Update,
            |draft| {
                draft.with("Contact", target).with("Supported", "timer").with_some("Session-Expires", expires)
            },
            |draft| {
                draft.with("Contact", contact).with("Supported", "timer").with_some("Session-Expires", answer)
            },
        );
    }

    /// A request of the server and the 200 of the client.
    fn server_exchange(
        &mut self,
        stage: &mut Stage,
        method: Method,
        request: impl FnOnce(Draft) -> Draft,
        response: impl FnOnce(Draft) -> Draft,
    ) {
        self.server.cseq += 1;
        let branch = stage.branch();
        let dialog = |draft: Draft| {
            draft
                .with("From", &self.leg.remote)
                .with("To", &self.leg.local)
                .with("Call-ID", &self.leg.call_id)
                .with("CSeq", format!("{} {method}", self.server.cseq))
        };
        let draft = Draft::request(method.name(), stage.client.target())
            .with("Via", stage.server_via(&branch))
            .with("Max-Forwards", 68);
        stage.server_sends(request(dialog(draft)));
        let draft = dialog(Draft::response(200).with("Via", stage.server_via(&branch)));
        let draft = response(draft.with("User-Agent", stage.client.user_agent()));
        stage.client_sends(draft);
    }
}

/// A 2xx that grants the session interval; whose refresher is the client requires its extension (RFC 4028 9).
fn granting(draft: Draft, expires: Option<String>) -> Draft {
    let require = expires.as_ref().map(|_| "timer");
    draft.with_some("Require", require).with_some("Session-Expires", expires)
}
