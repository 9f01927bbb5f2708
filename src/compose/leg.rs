//! The client's half of a dialog: what each of its requests in it carries.

use super::draft::Draft;
use super::{Method, Methods, Stage};

/// The client's half of a dialog (RFC 3261 12).
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) call_id: String,
    /// From of its requests, with the tag.
    pub(super) local: String,
    /// To of its requests, with the tag if there is one.
    pub(super) remote: String,
    /// Request-URI of its requests.
    pub(super) target: String,
    pub(super) route: Option<String>,
    pub(super) cseq: u32,
    /// What the peer said last that it accepts.
    pub(super) allow: Option<Methods>,
}

impl Leg {
    /// Whether the peer accepts the method, as far as it said.
    pub(super) fn accepts(&self, method: Method) -> bool {
        self.allow.as_ref().is_some_and(|allow| allow.has(method))
    }

    /// Keeps what the peer said of the methods that it accepts.
    pub(super) fn learn(&mut self, allow: Option<Methods>) {
        self.allow = allow.or(self.allow.take());
    }

    /// A request of the client in this dialog and the 200 of the server.
    pub(super) fn exchange(
        &mut self,
        stage: &mut Stage,
        method: Method,
        request: impl FnOnce(Draft) -> Draft,
        response: impl FnOnce(Draft) -> Draft,
    ) {
        self.cseq += 1;
        let branch = stage.branch();
        let draft = stage.client_request(method, &self.target, &branch);
        let draft = draft.with_some("Route", self.route.as_ref());
        let draft = self.named(draft, self.cseq, method).with("User-Agent", stage.client.user_agent());
        let draft = stage.with_access(draft).with_some("Require", stage.access_requires());
        stage.client_sends(request(draft));
        let answer = Draft::response(200).with("Via", stage.client_via(&branch));
        stage.server_sends(response(self.named(answer, self.cseq, method)));
    }

    /// ACK to a 2xx: a request of its own in the dialog, with the credentials of the INVITE (RFC 3261 13.2.2.4).
    pub(super) fn acknowledge(&self, stage: &mut Stage, cseq: u32, credentials: &[(&'static str, String)]) {
        let branch = stage.branch();
        let draft = stage.client_request(Method::Ack, &self.target, &branch);
        let draft = draft.with_some("Route", self.route.as_ref());
        let draft = self.named(draft, cseq, Method::Ack).with("User-Agent", stage.client.user_agent());
        stage.client_sends(credentials.iter().fold(draft, |draft, (name, value)| draft.with(name, value)));
    }

    fn named(&self, draft: Draft, cseq: u32, method: Method) -> Draft {
        draft
            .with("From", &self.local)
            .with("To", &self.remote)
            .with("Call-ID", &self.call_id)
            .with("CSeq", format!("{cseq} {method}"))
    }
}
