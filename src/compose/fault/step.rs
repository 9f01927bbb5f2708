//! One step of a fault: an action on the messages that play a part in the session.

use super::scene::Scene;
use crate::compose::{Action, Composed, Edit, Swap};

/// The messages of a session by the part that they play.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "yaml", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Target {
    /// The initial INVITE, and its retries after 401, 407 and 422.
    Invites,
    /// The first of them.
    FirstInvite,
    /// All of them, in an IMS.
    ImsInvites,
    /// The first retry.
    Retry,
    /// What is addressed as the initial INVITE is: it, CANCEL, and the ACKs to refusals.
    Setup,
    /// The provisional responses to it other than 100.
    Provisional,
    /// The 200 to it.
    Success,
    /// The same, if it carries Allow.
    Grant,
    /// The ACK to that.
    Ack,
    /// The client's PRACKs.
    Prack,
    /// The first of them.
    FirstPrack,
    /// The client's UPDATEs and re-INVITEs in the dialog.
    Refreshes,
    /// The first of them.
    FirstRefresh,
    /// The client's UPDATEs in the dialog.
    Updates,
    /// The 200 to the last of them.
    Refreshed,
    /// The client's first INFO, MESSAGE or OPTIONS in the dialog.
    Talk,
    /// The client's BYE.
    Bye,
    /// The BYE of whichever side.
    End,
    /// All requests of the client in the confirmed dialog but ACK.
    InDialog,
    /// Every message of the session.
    Session,
    /// Every message of other sessions.
    Ongoing,
    /// The BYE of the other party in such a session.
    OngoingHungUp,
    /// The BYE of the client in such a session.
    OngoingBye,
}

/// An action on each message that a target means. `{request-uri}`, `{from}`, `{from-tag}`, `{to}`,
/// `{contact}`, `{identity}`, `{call-id}`, `{boundary}`, `{client-address}`, `{server-address}`,
/// `{remote-target}`, `{to-tag}` and `{accepted}` in its texts stand for what the conforming flow says; so do
/// `{user}` and `{host}` of the Request-URI, `{sent-by}` of the Via, `{refusal-tag}` of the first refusal,
/// `{sdp}`, `{msrp-port}`, `{msrp-proto}`, `{path}`, `{path-host}`, `{path-port}`, `{session-id}` and
/// `{connection}` for its offer, `{xml}`, `{first-invitee}` and `{last-invitee}` for its recipient list, `{peer}`,
/// `{peer-user}`, `{ongoing-call-id}`, `{ongoing-to-tag}` and `{ongoing-from-tag}` as Replaces names them,
/// `{registration-call-id}`, `{p-cscf}` and `{strict-p-cscf}` for the first value of Route, and `{shorter-interval}`, which ends ten seconds before the first refresh.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "yaml", derive(serde::Serialize))]
pub struct Step {
    /// The messages.
    pub on: Target,
    /// What is done to each.
    pub action: Action,
    /// Leaves Content-Length as it is when the body changes.
    pub keep_length: bool,
}

impl Step {
    /// An action on these messages.
    pub(super) const fn new(on: Target, action: Action) -> Self {
        Self { on, action, keep_length: false }
    }

    /// On every initial INVITE: replaces text in a header.
    pub(super) fn swap(header: &str, replace: &str, by: &str) -> Self {
        Self::new(Target::Invites, Action::header(header, replace, by))
    }

    /// On every initial INVITE: removes a header.
    pub(super) fn remove(header: &str) -> Self {
        Self::new(Target::Invites, Action::Remove(header.into()))
    }

    /// On every initial INVITE: sets the value of a header.
    pub(super) fn set(header: &str, value: &str) -> Self {
        Self::new(Target::Invites, Action::Set(header.into(), value.into()))
    }

    /// On every initial INVITE: adds a header line at the end.
    pub(super) fn add(line: &str) -> Self {
        Self::new(Target::Invites, Action::Add { line: line.into(), before: None })
    }

    /// On every initial INVITE: replaces text in the body.
    pub(super) fn body(replace: &str, by: &str) -> Self {
        Self::new(Target::Invites, Action::Body(Swap { replace: replace.into(), by: by.into() }))
    }

    /// On every initial INVITE: the first line of the body that begins so becomes another, or goes; `{rest}`
    /// is what followed.
    pub(super) fn line(starts: &str, becomes: Option<&str>) -> Self {
        let becomes = becomes.map(str::to_owned);
        Self::new(Target::Invites, Action::BodyLine { starts: starts.into(), becomes })
    }

    /// On every initial INVITE: replaces text in the start line.
    pub(super) fn start_line(replace: &str, by: &str) -> Self {
        Self::new(Target::Invites, Action::StartLine(Swap { replace: replace.into(), by: by.into() }))
    }

    /// On every initial INVITE in an IMS.
    pub(super) const fn ims(action: Action) -> Self {
        Self::new(Target::ImsInvites, action)
    }

    /// On everything that is addressed as the initial INVITE is: sets the Request-URI.
    pub(super) fn addressed(uri: &str) -> Self {
        Self::new(Target::Setup, Action::RequestUri(uri.into()))
    }

    /// On every initial INVITE: removes one value of a header.
    pub(super) fn remove_value(header: &str, value: &str) -> Self {
        Self::new(Target::Invites, Action::RemoveValue(header.into(), value.into()))
    }

    /// On every initial INVITE: replaces each occurrence in the body.
    pub(super) fn every_in_body(replace: &str, by: &str) -> Self {
        Self::new(Target::Invites, Action::EveryInBody(Swap { replace: replace.into(), by: by.into() }))
    }

    /// On every initial INVITE: adds a part behind the others.
    pub(super) fn add_part(content_type: &str, disposition: &str, content: &str) -> Self {
        let headers = format!("Content-Type: {content_type}\r\nContent-Disposition: {disposition}\r\n");
        let part = format!("\r\n{headers}\r\n{content}\r\n--{{boundary}}--");
        Self::body("--{boundary}--", &format!("--{{boundary}}{part}"))
    }

    /// The same step, with Content-Length left as it was.
    pub(super) fn keeping_length(mut self) -> Self {
        self.keep_length = true;
        self
    }

    /// Makes the step.
    ///
    /// # Errors
    /// Says what is not there.
    pub(super) fn apply(&self, scene: &Scene, faulty: &mut Composed) -> Result<(), String> {
        let messages = scene.messages(self.on);
        if messages.is_empty() {
            return Err(format!("the flow has no message that is {:?}", self.on));
        }
        let action = self.action.filled(&|text| scene.fill(text))?;
        if let Action::Everywhere(Swap { replace, by }) = &action {
            faulty.session = faulty.session.replace(replace, by);
            return Edit { message: None, action, keep_length: self.keep_length }.apply(&mut faulty.flow);
        }
        // Backwards, so that what is dropped moves nothing that is still to come.
        for message in messages.into_iter().rev() {
            let edit = Edit { message: Some(message), action: action.clone(), keep_length: self.keep_length };
            edit.apply(&mut faulty.flow)?;
        }
        Ok(())
    }
}
