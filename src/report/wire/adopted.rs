//! What became of waivers and baseline -> members of `summary`.

use crate::report::json_text::Object;
use crate::verdict::{BaselineSummary, WaiverSummary};

/// An element of `waivers`.
pub(super) fn waiver(object: &mut Object<'_>, told: &WaiverSummary) {
    let waiver = &told.waiver;
    let globs = [
        ("user_agent", &waiver.user_agent),
        ("call_id", &waiver.call_id),
        ("input", &waiver.input),
        ("fingerprint", &waiver.fingerprint),
    ];
    object.member("clause", waiver.clauses.text());
    if globs.iter().any(|(_, glob)| glob.is_some()) {
        object.object("when", |when| {
            for (name, glob) in globs {
                when.optional(name, glob.as_ref().map(|glob| glob.0.as_str()));
            }
        });
    }
    object.member("reason", &*waiver.waived.reason);
    object.optional("owner", waiver.waived.owner.as_deref());
    object.optional("until", waiver.waived.until.as_deref());
    object.optional("place", waiver.place.as_deref());
    object.member("failures", told.failures);
    object.member("state", told.state.name());
}

/// `summary.baseline`.
pub(super) fn baseline(baseline: &mut Object<'_>, met: &BaselineSummary) {
    baseline.member("file", &*met.file);
    baseline.member("met", met.met);
    baseline.member("fixed", met.fixed);
    baseline.member("undecided", met.undecided);
}
