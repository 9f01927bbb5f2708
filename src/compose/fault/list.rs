//! Mistakes against the recipient list: its form (6.2.1.3-3, 6.2.1.5-4) and its size (6.2.1.3-4, 6.2.1.5-5).

use super::{Fault, Given, Step};
use crate::session::Scenario::{AdHoc, Extension};

const FORM: &[&str] = &["6.2.1.3-3", "6.2.1.5-4"];
const SIZE: &[&str] = &["6.2.1.3-4", "6.2.1.5-5"];
/// Whether the user was told is never on the wire.
const NOTIFY: &[&str] = &["6.2.1.3-4-notify", "6.2.1.5-5-notify"];
/// What cannot be told of a list that cannot be read to its end.
const COUNT: &[&str] = &["6.2.1.3-4", "6.2.1.3-4-notify"];

pub(super) fn faults() -> Vec<Fault> {
    [required(), part(), names(), document(), size()].concat()
}

fn fault(name: &'static str, title: &'static str, step: Step) -> Fault {
    Fault::new(name, title).breaks(FORM).only(&[AdHoc, Extension]).step(step)
}

fn required() -> Vec<Fault> {
    let without = || Step::remove_value("Require", "recipient-list-invite");
    vec![
        fault("list-not-required", "recipient-list-invite not in Require", without()),
        fault("list-supported-alone", "recipient-list-invite in Supported alone", without())
            .step(Step::swap("Supported", "timer", "timer, recipient-list-invite")),
        fault("list-proxy-required-alone", "recipient-list-invite in Proxy-Require alone", without())
            .step(Step::add("Proxy-Require: recipient-list-invite")),
        fault(
            "list-option-tag-misspelt",
            "the option tag recipient-list",
            Step::swap("Require", "recipient-list-invite", "recipient-list"),
        ),
    ]
}

fn part() -> Vec<Fault> {
    let disposition = |becomes| Step::line("Content-Disposition: recipient-list", becomes);
    vec![
        fault("list-disposition-missing", "a list without disposition", disposition(None)),
        fault(
            "list-disposition-render",
            "a list to be rendered",
            disposition(Some("Content-Disposition: render")),
        ),
        fault(
            "list-disposition-misspelt",
            "the disposition recipient-list-invite",
            disposition(Some("Content-Disposition: recipient-list-invite")),
        ),
        fault(
            "list-typed-as-xml",
            "a list as application/xml",
            Step::body("application/resource-lists+xml", "application/xml"),
        )
        .doubts(COUNT)
        .only(&[AdHoc]),
    ]
}

/// Whom it names, held against `context.expected_invitees`.
fn names() -> Vec<Fault> {
    let swap = |by| Step::body("uri=\"{last-invitee}\"", by);
    let fault = |name, title, step| fault(name, title, step).only(&[AdHoc]);
    vec![
        fault(
            "list-invitee-replaced",
            "another user in the place of one",
            swap("uri=\"sip:mallory@example.org\""),
        ),
        fault(
            "list-invitee-listed-twice",
            "one user twice, another left out",
            swap("uri=\"{first-invitee}\""),
        ),
        fault("list-invitee-without-uri", "an entry without uri", swap("ref=\"{last-invitee}\"")),
        fault("list-invitee-unexpected", "a user whom nobody invited", more_entries(1))
            .given(Given::MaximumHigher(1)),
    ]
}

fn document() -> Vec<Fault> {
    let unread = |name, title, step| fault(name, title, step).doubts(COUNT).only(&[AdHoc]);
    vec![
        fault(
            "list-namespace-missing",
            "a list without name space",
            Step::body("<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"", "<resource-lists"),
        ),
        fault(
            "list-namespace-wrong",
            "a list of another name space",
            Step::body("ns:resource-lists\"", "ns:resource-list\""),
        ),
        fault(
            "list-entries-outside-list",
            "entries without a list around them",
            Step::body("<{xml}list>", ""),
        )
        .step(Step::body("</{xml}list>", "")),
        fault(
            "list-entry-empty",
            "an entry that names nobody",
            Step::body("</{xml}list>", "<{xml}entry/></{xml}list>"),
        ),
        unread(
            "list-ampersand-unescaped",
            "an ampersand that is not escaped",
            Step::body("uri=\"{last-invitee}\"", "uri=\"{last-invitee}?Subject=im&Priority=normal\""),
        ),
        unread(
            "list-uri-unquoted",
            "a uri without quotes",
            Step::body("\"{last-invitee}\"", "{last-invitee}"),
        ),
        unread("list-tag-unclosed", "a list element that never ends", Step::body("</{xml}list>", "")),
        unread(
            "list-root-of-another-name",
            "the root resource-list",
            Step::body("<{xml}resource-lists", "<{xml}resource-list"),
        )
        .step(Step::body("</{xml}resource-lists>", "</{xml}resource-list>")),
    ]
}

fn size() -> Vec<Fault> {
    let longer = |name, title| {
        Fault::new(name, title)
            .breaks(SIZE)
            .doubts(NOTIFY)
            .only(&[AdHoc, Extension])
            .given(Given::NoExpectedInvitees)
    };
    let other = "<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"><list>\
        <entry uri=\"sip:heidi@example.org\"/></list></resource-lists>";
    vec![
        longer("list-one-too-many", "one entry more than the maximum").step(more_entries(1)),
        longer("list-many-too-many", "a hundred entries more than the maximum").step(more_entries(100)),
        longer("list-longer-by-nested-list", "entries of a nested list not counted").step(Step::body(
            "</{xml}list>",
            "<{xml}list><{xml}entry uri=\"sip:heidi@example.org\"/></{xml}list></{xml}list>",
        )),
        longer("list-longer-by-second-list", "entries of a second list not counted").step(Step::add_part(
            "application/resource-lists+xml",
            "recipient-list",
            other,
        )),
        longer("list-maximum-outdated", "the maximum of an older provisioning").given(Given::MaximumLower(1)),
        longer("list-inviter-not-counted", "the inviter not counted").given(Given::InviterCounts),
    ]
}

/// Entries of users who are not listed yet.
fn more_entries(count: usize) -> Step {
    let entries: String =
        (0..count).map(|number| format!("<{{xml}}entry uri=\"sip:extra{number}@example.org\"/>")).collect();
    Step::body("</{xml}list>", &format!("{entries}</{{xml}}list>"))
}
