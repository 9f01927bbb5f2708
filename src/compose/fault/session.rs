//! Mistakes against the first item of 6.2.1.2 to 6.2.1.5: an INVITE that does not begin a session.

use super::{Fault, Step, Target};
use crate::compose::Action;

const CLAUSES: &[&str] = &["6.2.1.2-1", "6.2.1.3-1", "6.2.1.4-1", "6.2.1.5-1"];

pub(super) fn faults() -> Vec<Fault> {
    let invite = |name, title| Fault::new(name, title).breaks(CLAUSES);
    let tagged = |target, tag: &str| Step::new(target, Action::header("To", ">", &format!(">;tag={tag}")));
    vec![
        invite("to-tag-known-too-early", "the tag of the answer in the To of the INVITE")
            .told()
            .step(tagged(Target::Invites, "{to-tag}")),
        invite("to-tag-of-from", "the client's own tag in To as well")
            .told()
            .step(tagged(Target::Invites, "{from-tag}")),
        invite("to-tag-of-the-refusal", "a retry that keeps the To tag of the refusal")
            .step(tagged(Target::Retry, "{refusal-tag}")),
        invite("call-id-of-a-live-dialog", "another INVITE with Call-ID and From tag of the live dialog")
            .step(Step::new(Target::Ack, Action::InviteAgain)),
    ]
}
