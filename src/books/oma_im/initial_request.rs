//! The first item of 6.2.1.2 to 6.2.1.5: an initial INVITE as in General.

use super::evidence::quoted;
use crate::clause::{Cite, Finding, Verdicts, Witness, cite};
use crate::message::Name;
use crate::session::Invite;

pub(super) const EXPLAIN: &str = "The session is set up by a request that stands outside of any dialog.\n\n\
    The INVITE may not have a To tag, and its Call-ID with its From tag may not be those of a dialog that is alive. What \
    General asks of it is reported by the clauses of 6.2.1.1 and not added up here, so that one fault does not break two \
    clauses.";

pub(super) const VERDICTS: Verdicts = Verdicts {
    pass: "no To tag, and no live dialog of that Call-ID and From tag",
    fail: "a To tag, or a live dialog has that Call-ID and From tag",
    not_applicable: "the session is of another scenario",
    inconclusive: "the INVITE was cut before its To, or not captured",
};

pub(super) const READINGS: &[&str] = &[
    "The text points to a subclause 6.1.3.1 that does not exist; 6.2.1.1 General must be meant.",
    "An INVITE with a To tag is judged only when somebody forces the scenario; this clause then fails.",
];

pub(super) const CITES: &[Cite] = &[cite("RFC 3261", "8.1.1.2"), cite("RFC 3261", "12.2")];

pub(super) fn invite_begins_a_dialog(invite: &Invite<'_>, witness: &mut Witness<'_>) {
    let record = invite.record();
    if let Some(tag) = record.to_tag() {
        let text = format!("the initial INVITE has the To tag {}", quoted(tag));
        return witness.broken(
            Finding::new("to/tag-in-initial-invite", invite.place(tag), text)
                .help("send the INVITE outside of a dialog, without a To tag"),
        );
    }
    if !record.message.has(Name::To) && invite.may_have_lost_headers() {
        return witness.doubt("the capture lost the end of the INVITE: a To tag may have been there");
    }
    let alive = invite.session.call.dialogs().iter().find(|dialog| {
        dialog.is_alive_at(record.order)
            && record.from_tag().is_some_and(|tag| dialog.caller_tag == tag || dialog.callee_tag == tag)
    });
    witness.expect(alive.is_none(), || {
        let text = "the Call-ID and the From tag are those of a dialog that is alive";
        Finding::new("call-id/dialog-alive", invite.place_of(Name::CallId), text)
            .help("begin a new session with a new Call-ID")
    });
}
