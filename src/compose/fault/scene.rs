//! A composed flow -> its messages by the part they play, and the values that faults refer to.

use super::step::Target;
use crate::compose::Composed;
use crate::message::headers::{CSeq, CallId, NameAddr};
use crate::message::{Message, Name};

/// What a fault may refer to in a conforming flow.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    parts: Vec<Part>,
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
}

impl Scene {
    pub(super) fn of(composed: &Composed) -> Self {
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
        let mut scene = Self { parts, values: Vec::new() };
        scene.values = scene.read_values(composed);
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
            Target::Provisional => of(&|_, part| {
                part.answers_invite() && part.status.is_some_and(|status| (101..200).contains(&status))
            }),
            Target::Success => accepted.into_iter().collect(),
            Target::Ack => first(of(&|at, part| in_dialog(at, part) && part.method == "ACK")),
            Target::Prack => {
                of(&|_, part| part.own && part.from_client && part.status.is_none() && part.method == "PRACK")
            }
            Target::Refreshes => {
                of(&|at, part| in_dialog(at, part) && matches!(part.method.as_str(), "UPDATE" | "INVITE"))
            }
            Target::Bye => first(of(&|at, part| in_dialog(at, part) && part.method == "BYE")),
            Target::InDialog => of(&|at, part| in_dialog(at, part) && part.method != "ACK"),
            Target::Session => of(&|_, part| part.own),
            Target::Ongoing => of(&|_, part| !part.own),
        }
    }

    /// Text with its placeholders filled in; `None` if one has no value in this flow.
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

    /// Where the 2xx to the initial INVITE stands.
    fn accepted_at(&self) -> Option<usize> {
        self.parts
            .iter()
            .position(|part| part.answers_invite() && part.status.is_some_and(|status| status / 100 == 2))
    }

    fn read_values(&self, composed: &Composed) -> Vec<(&'static str, String)> {
        let mut values = vec![("call-id", composed.session.clone())];
        let split = |at: usize| Message::split(&composed.flow.messages[at].bytes);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if let Some(&at) = self.messages(Target::Invites).first() {
            let invite = split(at);
            values.extend(invite.request_uri().map(|uri| ("request-uri", text(uri))));
            for (name, header) in [("from", Name::From), ("to", Name::To)] {
                if let Some(Ok(party)) = NameAddr::first(&invite, header) {
                    values.push((name, text(party.uri)));
                }
            }
            if let Some(Ok(from)) = NameAddr::first(&invite, Name::From) {
                values.extend(from.tag().map(|tag| ("from-tag", text(tag))));
            }
            if let Some(Ok(contact)) = NameAddr::first(&invite, Name::Contact) {
                values.push(("contact", text(contact.uri)));
            }
            let flow = &composed.flow.messages[at];
            values.extend(flow.from.map(|address| ("client-address", address.to_string())));
            values.extend(flow.to.map(|address| ("server-address", address.to_string())));
            values.extend(boundary(&invite).map(|boundary| ("boundary", boundary)));
        }
        if let Some(&at) = self.messages(Target::Success).first() {
            let success = split(at);
            if let Some(Ok(contact)) = NameAddr::first(&success, Name::Contact) {
                values.push(("remote-target", text(contact.uri)));
            }
            if let Some(Ok(to)) = NameAddr::first(&success, Name::To) {
                values.extend(to.tag().map(|tag| ("to-tag", text(tag))));
            }
        }
        let identity = composed.context.registered_identities.first();
        values.extend(identity.map(|identity| ("identity", identity.clone())));
        values
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
        Self { own, from_client, method, status: message.status(), has_to_tag }
    }

    fn is_initial_invite(&self) -> bool {
        self.own && self.from_client && self.status.is_none() && self.method == "INVITE" && !self.has_to_tag
    }

    fn answers_invite(&self) -> bool {
        self.own && !self.from_client && self.method == "INVITE" && self.status.is_some()
    }
}

/// The boundary of the body.
fn boundary(message: &Message<'_>) -> Option<String> {
    use crate::message::body::boundary::Boundary;
    use crate::message::body::content_type::MediaType;
    let media = MediaType::parse(message.first(Name::ContentType)?).ok()?;
    Boundary::of(&media).ok().map(|boundary| String::from_utf8_lossy(boundary.value()).into_owned())
}
