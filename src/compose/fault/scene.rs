//! A composed flow -> its messages by the part they play, and the values that faults refer to.

use super::step::Target;
use super::values;
use crate::compose::Composed;
use crate::message::headers::{CSeq, CallId, NameAddr};
use crate::message::{Message, Name};
use crate::session::context::Ims;

/// What a fault may refer to in a conforming flow.
#[derive(Clone, Debug)]
pub(in crate::compose) struct Scene {
    parts: Vec<Part>,
    in_ims: bool,
    /// Placeholder without braces, value.
    values: Vec<(&'static str, String)>,
}

/// One message of the flow.
#[derive(Clone, Debug)]
struct Part {
    /// Whether it belongs to the session that the flow is about.
    own: bool,
    from_client: bool,
    /// Method of a request, or of the request that a response answers.
    method: String,
    status: Option<u16>,
    has_to_tag: bool,
    has_allow: bool,
}

impl Scene {
    pub(in crate::compose) fn of(composed: &Composed) -> Self {
        let client = composed.context.clients.first();
        let parts: Vec<_> = composed
            .flow
            .messages
            .iter()
            .map(|flow| {
                let message = Message::split(&flow.bytes);
                let from_client =
                    flow.from.is_some_and(|from| client.is_some_and(|pattern| pattern.holds(from)));
                Part::of(&message, &composed.session, from_client)
            })
            .collect();
        let in_ims = composed.context.ims != Ims::None;
        let mut scene = Self { parts, in_ims, values: Vec::new() };
        scene.values = values::read(&scene, composed);
        scene
    }

    /// The messages that a target means, in the order of the flow.
    pub(super) fn messages(&self, target: Target) -> Vec<usize> {
        let accepted = self.accepted_at();
        let of = |wanted: &dyn Fn(usize, &Part) -> bool| {
            self.parts
                .iter()
                .enumerate()
                .filter(|(at, part)| wanted(*at, part))
                .map(|(at, _)| at)
                .collect::<Vec<_>>()
        };
        let in_dialog = |at: usize, part: &Part| {
            part.own
                && part.from_client
                && part.status.is_none()
                && accepted.is_some_and(|accepted| at > accepted)
        };
        let first = |mut all: Vec<usize>| {
            all.truncate(1);
            all
        };
        match target {
            Target::Invites => of(&|_, part| part.is_initial_invite()),
            Target::FirstInvite => first(self.messages(Target::Invites)),
            Target::ImsInvites => of(&|_, part| self.in_ims && part.is_initial_invite()),
            Target::Retry => first(self.messages(Target::Invites).into_iter().skip(1).collect()),
            Target::Setup => of(&|at, part| {
                let refused = part.method == "ACK" && accepted.is_none_or(|accepted| at < accepted);
                part.own
                    && part.from_client
                    && part.status.is_none()
                    && (part.is_initial_invite() || part.method == "CANCEL" || refused)
            }),
            Target::Provisional => of(&|_, part| {
                part.answers_invite() && part.status.is_some_and(|status| (101..200).contains(&status))
            }),
            Target::Success => accepted.into_iter().collect(),
            Target::Grant => accepted.filter(|at| self.parts[*at].has_allow).into_iter().collect(),
            Target::Ack => first(of(&|at, part| in_dialog(at, part) && part.method == "ACK")),
            Target::Prack => of(&|_, part| part.own && part.is_sent("PRACK")),
            Target::FirstPrack => first(self.messages(Target::Prack)),
            Target::Refreshes => {
                of(&|at, part| in_dialog(at, part) && matches!(part.method.as_str(), "UPDATE" | "INVITE"))
            }
            Target::FirstRefresh => first(self.messages(Target::Refreshes)),
            Target::Updates => of(&|at, part| in_dialog(at, part) && part.method == "UPDATE"),
            Target::Refreshed => {
                let last = self.messages(Target::Updates).last().copied();
                let answers = |at: usize, part: &Part| {
                    part.own
                        && !part.from_client
                        && part.status == Some(200)
                        && last.is_some_and(|last| at > last)
                };
                first(of(&|at, part| answers(at, part) && part.method == "UPDATE"))
            }
            Target::Talk => first(of(&|at, part| {
                in_dialog(at, part) && matches!(part.method.as_str(), "INFO" | "MESSAGE" | "OPTIONS")
            })),
            Target::Bye => first(of(&|at, part| in_dialog(at, part) && part.method == "BYE")),
            Target::End => first(of(&|_, part| part.own && part.status.is_none() && part.method == "BYE")),
            Target::InDialog => of(&|at, part| in_dialog(at, part) && part.method != "ACK"),
            Target::Session => of(&|_, part| part.own),
            Target::Ongoing => of(&|_, part| !part.own),
            Target::OngoingHungUp => {
                of(&|_, part| !part.own && !part.from_client && part.status.is_none() && part.method == "BYE")
            }
            Target::OngoingBye => of(&|_, part| !part.own && part.is_sent("BYE")),
        }
    }

    /// Text with its placeholders filled in.
    ///
    /// # Errors
    /// Names the placeholder that has no value in this flow.
    pub(super) fn fill(&self, text: &str) -> Result<String, String> {
        let mut filled = text.to_owned();
        for (name, value) in &self.values {
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        match filled
            .find('{')
            .and_then(|at| filled[at..].find('}').map(|end| filled[at..=at + end].to_owned()))
        {
            Some(open) => Err(format!("nothing in the flow is {open}")),
            None => Ok(filled),
        }
    }

    /// The first method of a request of the server that the client accepted, and that not every client accepts.
    pub(super) fn accepted_method(&self) -> Option<String> {
        self.parts.iter().find(|part| part.is_accepted_by_client()).map(|part| part.method.clone())
    }

    /// Where the 2xx to the initial INVITE stands.
    fn accepted_at(&self) -> Option<usize> {
        self.parts
            .iter()
            .position(|part| part.answers_invite() && part.status.is_some_and(|status| status / 100 == 2))
    }
}

impl Part {
    fn of(message: &Message<'_>, session: &str, from_client: bool) -> Self {
        let own = CallId::of(message).is_some_and(|id| id.is_ok_and(|id| id.0 == session.as_bytes()));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let method = match CSeq::of(message) {
            Some(Ok(cseq)) => text(cseq.method),
            _ => String::new(),
        };
        let has_to_tag = matches!(NameAddr::first(message, Name::To), Some(Ok(to)) if to.tag().is_some());
        let has_allow = message.has(Name::Allow);
        Self { own, from_client, method, status: message.status(), has_to_tag, has_allow }
    }

    /// Whether it is a request of the client.
    fn is_sent(&self, method: &str) -> bool {
        self.from_client && self.status.is_none() && self.method == method
    }

    fn is_initial_invite(&self) -> bool {
        self.own && self.is_sent("INVITE") && !self.has_to_tag
    }

    /// Whether the client accepts here a request of a method that not every client accepts.
    fn is_accepted_by_client(&self) -> bool {
        self.own
            && self.from_client
            && self.status.is_some_and(|status| status / 100 == 2)
            && !matches!(self.method.as_str(), "INVITE" | "ACK" | "CANCEL" | "BYE")
    }

    fn answers_invite(&self) -> bool {
        self.own && !self.from_client && self.method == "INVITE" && self.status.is_some()
    }
}
