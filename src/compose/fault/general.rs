//! Mistakes against 6.2.1.1-1 to -7: the headers of the initial INVITE.

use super::{Fault, Step};

pub(super) fn faults() -> Vec<Fault> {
    let header =
        |name, title, clause: &'static str, step| Fault::new(name, title).breaks(&[clause]).step(step);
    vec![
        header("accept-contact-missing", "no Accept-Contact", "6.2.1.1-1", Step::remove("Accept-Contact")),
        header(
            "accept-contact-without-explicit",
            "an Accept-Contact without explicit",
            "6.2.1.1-1",
            Step::swap("Accept-Contact", ";explicit", ""),
        ),
        header(
            "accept-contact-in-two-values",
            "the feature tag and explicit in different values",
            "6.2.1.1-1",
            Step::set("Accept-Contact", "*;+g.oma.sip-im, *;explicit"),
        ),
    ]
}
