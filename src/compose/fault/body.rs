//! Mistakes against 6.2.1.1-7 and its twin 6.2.1.5-6: the body as multipart/mixed.

use super::{Fault, Step};
use crate::compose::Action;
use crate::compose::fault::Target;
use crate::session::Scenario;

/// What cannot be told where the parts of a body cannot.
const PARTS: &[&str] = &[
    "6.2.1.2-3",
    "6.2.1.2-3a",
    "6.2.1.2-3b",
    "6.2.1.3-3",
    "6.2.1.3-4",
    "6.2.1.3-4-notify",
    "6.2.1.3-5",
    "6.2.1.3-5a",
    "6.2.1.3-5b",
    "6.2.1.4-5",
    "6.2.1.4-5a",
    "6.2.1.4-5b",
];

pub(super) fn faults() -> Vec<Fault> {
    [kind(), boundary(), parted(), unparted()].concat()
}

fn fault(name: &'static str, title: &'static str, step: Step) -> Fault {
    Fault::new(name, title).breaks(&["6.2.1.1-7"]).twins(&["6.2.1.5-6"]).step(step)
}

fn content_type(value: &str) -> Step {
    Step::set("Content-Type", value)
}

fn kind() -> Vec<Fault> {
    let mixed_as = |subtype| Step::swap("Content-Type", "multipart/mixed", subtype);
    vec![
        fault("body-bare-sdp", "the offer alone as body", content_type("application/sdp"))
            .step(Step::new(Target::Invites, Action::SetBody("{sdp}".into())))
            .only(&[Scenario::OneToOne, Scenario::PreEstablished]),
        fault("multipart-alternative", "multipart/alternative", mixed_as("multipart/alternative")),
        fault("multipart-related", "multipart/related", mixed_as("multipart/related")),
    ]
}

/// The parts stay what they are.
fn boundary() -> Vec<Fault> {
    let delimiters = |more: &str| Step::every_in_body("--{boundary}", &format!("--{{boundary}}{more}"));
    let longer = "a".repeat(70);
    vec![
        fault(
            "boundary-too-long",
            "a boundary of more than 70 characters",
            content_type(&format!("multipart/mixed;boundary=\"{{boundary}}{longer}\"")),
        )
        .step(delimiters(&longer)),
        fault(
            "boundary-unquoted",
            "a boundary with a colon and no quotes",
            content_type("multipart/mixed;boundary=im:b"),
        )
        .step(Step::every_in_body("--{boundary}", "--im:b")),
        fault(
            "boundary-half-quoted",
            "a boundary with one quote",
            Step::swap("Content-Type", "boundary=\"{boundary}\"", "boundary=\"{boundary}"),
        ),
        fault(
            "boundary-ends-in-space",
            "a boundary with a space at its end",
            content_type("multipart/mixed;boundary=\"{boundary} \""),
        ),
        fault(
            "boundary-bad-character",
            "a star in the boundary",
            content_type("multipart/mixed;boundary=\"{boundary}*\""),
        )
        .step(delimiters("*")),
    ]
}

fn parted() -> Vec<Fault> {
    vec![
        fault(
            "close-delimiter-missing",
            "no close delimiter",
            Step::new(Target::Invites, Action::EndBody("\r\n--{boundary}--".into())),
        ),
        fault(
            "close-delimiter-as-any",
            "a last delimiter without its two hyphens",
            Step::new(Target::Invites, Action::EndBody("--\r\n".into())),
        )
        .step(Step::new(Target::Invites, Action::AppendBody("\r\n".into()))),
        fault(
            "part-header-without-colon",
            "a header of a part without colon",
            Step::line("Content-Type: ", Some("Content-Type: {rest}\r\nContent-Language de")),
        ),
    ]
}

fn unparted() -> Vec<Fault> {
    let wanted = [Scenario::OneToOne, Scenario::AdHoc, Scenario::PreEstablished];
    let fault = |name, title, step| fault(name, title, step).doubts(PARTS).only(&wanted);
    vec![
        fault(
            "boundary-with-hyphens",
            "the boundary in Content-Type with the hyphens of the delimiter",
            content_type("multipart/mixed;boundary=\"--{boundary}\""),
        ),
        fault("boundary-missing", "no boundary", content_type("multipart/mixed")),
        fault("boundary-empty", "an empty boundary", content_type("multipart/mixed;boundary=\"\"")),
        fault(
            "boundary-of-another-body",
            "the boundary of another body",
            content_type("multipart/mixed;boundary=\"another{boundary}\""),
        ),
    ]
}
