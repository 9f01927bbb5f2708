//! NOTE 2 of 6.2.1.3 and 6.2.1.4: who wants to know of the others subscribes to the conference event package.

use super::stored::{conference_subscriptions, same};
use crate::clause::{Cite, Verdicts, Witness, cite};
use crate::message::headers::{Event, contacts};
use crate::message::token::same_token;
use crate::session::Session;

pub(super) const EXPLAIN: &str = "Who takes part in a conference is told by its event package, not by guessing from the \
    messages.\n\n\
    A SUBSCRIBE of the client for the event `conference`, inside the dialog or to the stored IM Session Identity outside of \
    it, passes. The wish itself is not on the wire: without such a SUBSCRIBE the clause does not apply, and it never fails.";

pub(super) const VERDICTS: Verdicts = Verdicts {
    pass: "the client subscribed to the conference event package",
    fail: "",
    not_applicable: "no such SUBSCRIBE: no sign of the wish; or another scenario",
    inconclusive: "",
};

pub(super) const READINGS: &[&str] =
    &["The recommendation stands in a note, which is informative; it is kept as a SHOULD."];

pub(super) const CITES: &[Cite] = &[cite("RFC 4575", "3"), cite("RFC 4579", "5.11")];

pub(super) fn others_are_watched_by_subscription(session: &Session<'_>, witness: &mut Witness<'_>) {
    let inside = session.steps.iter().any(|step| {
        step.sends("SUBSCRIBE")
            && matches!(Event::of(&step.record.message), Some(Ok(event)) if same_token(event.package, "conference"))
    });
    let outside = session.steps.iter().filter(|step| step.answers_initial(200..300)).any(|answer| {
        contacts(&answer.record.message).filter_map(|contact| Some(contact.ok()?.address()?.uri)).any(
            |identity| conference_subscriptions(session, answer.record).any(|target| same(target, identity)),
        )
    });
    if inside || outside {
        witness.held_with("the client subscribed to the conference event package");
    } else {
        witness.not_applicable("no SUBSCRIBE to the conference event package: no sign of the wish");
    }
}
