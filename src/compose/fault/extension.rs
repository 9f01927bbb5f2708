//! Mistakes against 6.2.1.5-3, -8 and -9: who is listed, and which session is extended.

use super::{Fault, Step, Target};
use crate::compose::Action;
use crate::session::Scenario;

pub(super) fn faults() -> Vec<Fault> {
    [listed(), replaces(), ended()].concat()
}

fn extension(name: &'static str, title: &'static str, clause: &'static str) -> Fault {
    Fault::new(name, title).breaks(&[clause]).only(&[Scenario::Extension])
}

fn listed() -> Vec<Fault> {
    let peer = |name, title, becomes: &str| {
        let step = Step::body("uri=\"{peer}\"", &format!("uri=\"{becomes}\""));
        extension(name, title, "6.2.1.5-3").step(step)
    };
    vec![
        peer(
            "ongoing-user-missing",
            "another in place of the user of the ongoing session",
            "sip:stranger@example.edu",
        ),
        peer(
            "ongoing-user-of-another-domain",
            "the user of the ongoing session under another domain",
            "sip:{peer-user}@example.edu",
        ),
        peer(
            "ongoing-user-by-server-address",
            "the user of the ongoing session at the server's host",
            "sip:{peer-user}@imserver.example.org",
        ),
        extension("nobody-added", "a list of the user of the ongoing session alone", "6.2.1.5-3")
            .step(Step::new(Target::Invites, Action::OnlyEntry("{peer}".into()))),
    ]
}

fn replaces() -> Vec<Fault> {
    // Without a valid Replaces, the user of the ongoing session is not known.
    let fault = |name, title, step| extension(name, title, "6.2.1.5-8").doubts(&["6.2.1.5-3"]).step(step);
    let header =
        |name, title, replace: &str, by: &str| fault(name, title, Step::swap("Replaces", replace, by));
    let entry = |name, title, replace: &str, by: &str| fault(name, title, Step::body(replace, by));
    let swapped = "{ongoing-call-id};to-tag={ongoing-from-tag};from-tag={ongoing-to-tag}";
    let right = "{ongoing-call-id};to-tag={ongoing-to-tag};from-tag={ongoing-from-tag}";
    vec![
        fault("replaces-missing", "no Replaces", Step::remove("Replaces")).told(),
        fault(
            "replaces-called-replace",
            "a header called Replace",
            Step::new(Target::Invites, Action::Rename("Replaces".into(), "Replace".into())),
        ),
        fault("replaces-with-swapped-tags", "the tags the wrong way round", Step::set("Replaces", swapped)),
        header("replaces-without-to-tag", "no to-tag", ";to-tag={ongoing-to-tag}", ""),
        header("replaces-without-from-tag", "no from-tag", ";from-tag={ongoing-from-tag}", ""),
        header(
            "replaces-with-to-tag-twice",
            "a to-tag twice",
            ";from-tag=",
            ";to-tag={ongoing-to-tag};from-tag=",
        ),
        header(
            "replaces-with-own-tag",
            "the tag of the new session as from-tag",
            "from-tag={ongoing-from-tag}",
            "from-tag={from-tag}",
        ),
        fault("replaces-twice", "two Replaces", Step::add(&format!("Replaces: {right}"))),
        header(
            "replaces-with-tags-in-quotes",
            "a tag in quotes",
            "from-tag={ongoing-from-tag}",
            "from-tag=\"{ongoing-from-tag}\"",
        ),
        entry(
            "replaces-entry-without-to-tag",
            "no to-tag in the Replaces of the list entry",
            "%3Bto-tag%3D{ongoing-to-tag}",
            "",
        ),
        entry(
            "replaces-entry-without-from-tag",
            "no from-tag in the Replaces of the list entry",
            "%3Bfrom-tag%3D{ongoing-from-tag}",
            "",
        ),
        entry(
            "replaces-entry-called-session-replaces",
            "Session-Replaces in the list entry",
            "?Replaces=",
            "?Session-Replaces=",
        ),
        entry(
            "replaces-entry-called-replace",
            "a header called Replace in the list entry",
            "?Replaces=",
            "?Replace=",
        )
        .told(),
    ]
}

fn ended() -> Vec<Fault> {
    let ended =
        |name, title, target| extension(name, title, "6.2.1.5-9").step(Step::new(target, Action::Hasten));
    vec![
        ended(
            "ongoing-session-ended-by-the-peer",
            "the other party has ended the session before",
            Target::OngoingHungUp,
        ),
        ended(
            "ongoing-session-ended-by-the-client",
            "the client has ended the session before",
            Target::OngoingBye,
        ),
        // The delay first: what is hastened stands elsewhere then.
        extension("ongoing-session-long-gone", "the session was ended an hour before", "6.2.1.5-9")
            .step(Step::new(Target::FirstInvite, Action::Delay(3600)))
            .step(Step::new(Target::OngoingHungUp, Action::Hasten)),
    ]
}
