//! Mistakes against the items that say *store*: 6.2.1.1-r1 and -r2, -ok1 and -ok2 of the other subclauses.
//!
//! 6.2.1.5 has no list for the 200: there the same mistake breaks the item of 6.2.1.1.

use super::{Fault, Step, Target};
use crate::compose::{Action, Swap};
use crate::session::Scenario;

const METHODS: &[&str] = &["6.2.1.2-ok1", "6.2.1.3-ok1", "6.2.1.4-ok1"];
const CONTACT: &[&str] = &["6.2.1.2-ok2", "6.2.1.3-ok2", "6.2.1.4-ok2"];

pub(super) fn faults() -> Vec<Fault> {
    [methods_of_provisional(), contact_of_provisional(), methods_of_the_200(), contact_of_the_200()].concat()
}

fn methods_of_provisional() -> Vec<Fault> {
    let sent = |name, title, method| {
        Fault::new(name, title).breaks(&["6.2.1.1-r1"]).step(sends(Target::FirstPrack, method))
    };
    vec![
        Fault::new("early-prack-unlisted", "PRACK, which the provisional response does not list")
            .breaks(&["6.2.1.1-r1"])
            .step(Step::new(Target::FirstPrack, Action::Unlist)),
        sent("early-message-unlisted", "MESSAGE in an early dialog whose Allow lacks it", "MESSAGE"),
        sent("early-info-unlisted", "INFO in an early dialog whose Allow lacks it", "INFO"),
        sent("early-refer-unlisted", "REFER in an early dialog whose Allow lacks it", "REFER"),
        sent("early-info-lower-case", "a method in small letters in an early dialog", "info"),
    ]
}

fn contact_of_provisional() -> Vec<Fault> {
    let prack = |name, title, action| {
        Fault::new(name, title).breaks(&["6.2.1.1-r2"]).step(Step::new(Target::Prack, action))
    };
    vec![
        prack("prack-to-invited", "PRACK to the address first invited", uri("{request-uri}")),
        prack("prack-to-next-hop", "PRACK to the address of the next hop", uri("sip:{server-address}")),
        prack("prack-to-own-contact", "PRACK to the client's own Contact", uri("{contact}")),
        prack("prack-target-sips", "PRACK to the Contact with another scheme", start("sip:", "sips:")),
    ]
}

fn methods_of_the_200() -> Vec<Fault> {
    let sent = |names, title, method| {
        both(names, title, METHODS, "6.2.1.1-r1", vec![sends(Target::Ack, method)], Target::Grant)
    };
    let unlisted = vec![Step::new(Target::Success, Action::header("Allow", ", UPDATE", ""))];
    [
        sent(
            ["message-unlisted", "extension-message-unlisted"],
            "MESSAGE, which the 200 does not list",
            "MESSAGE",
        ),
        sent(["info-unlisted", "extension-info-unlisted"], "INFO, which the 200 does not list", "INFO"),
        sent(["refer-unlisted", "extension-refer-unlisted"], "REFER, which the 200 does not list", "REFER"),
        sent(["info-lower-case", "extension-info-lower-case"], "a method in small letters", "info"),
        both(
            ["update-unlisted", "extension-update-unlisted"],
            "a refresh by UPDATE, which the 200 does not list",
            METHODS,
            "6.2.1.1-r1",
            unlisted,
            Target::Updates,
        ),
    ]
    .concat()
}

fn contact_of_the_200() -> Vec<Fault> {
    let sent = |names, title, target, action| {
        both(names, title, CONTACT, "6.2.1.1-r2", vec![Step::new(target, action)], target)
    };
    let invited = || uri("{request-uri}");
    let stale = Step::new(Target::Success, Action::header("Contact", "<sip:", "<sip:new-"));
    [
        sent(
            ["ack-to-invited", "extension-ack-to-invited"],
            "the ACK to the address first invited",
            Target::Ack,
            invited(),
        ),
        sent(
            ["bye-to-invited", "extension-bye-to-invited"],
            "BYE to the address first invited",
            Target::Bye,
            invited(),
        ),
        sent(
            ["refresh-to-invited", "extension-refresh-to-invited"],
            "refreshes to the address first invited",
            Target::Refreshes,
            invited(),
        ),
        sent(
            ["dialog-to-next-hop", "extension-dialog-to-next-hop"],
            "everything in the dialog to the address of the next hop",
            Target::InDialog,
            uri("sip:{server-address}"),
        ),
        sent(
            ["ack-to-port-added", "extension-ack-to-port-added"],
            "a port in the Request-URI of the ACK that the Contact lacks",
            Target::Ack,
            start("imserver.example.org", "imserver.example.org:5060"),
        ),
        sent(
            ["bye-to-own-contact", "extension-bye-to-own-contact"],
            "BYE to the client's own Contact",
            Target::Bye,
            uri("{contact}"),
        ),
        both(
            ["contact-stale", "extension-contact-stale"],
            "the Contact of the provisional response kept though the 200 brought another",
            CONTACT,
            "6.2.1.1-r2",
            vec![stale],
            Target::Provisional,
        )
        .into_iter()
        // The subscription goes to the old identity as well.
        .map(|fault| fault.lapses(&["6.2.1.3-note2", "6.2.1.4-note2"]))
        .collect(),
    ]
    .concat()
}

/// The same mistake where the subclause has an item of its own for the 200, and in an extension.
fn both(
    [name, in_extension]: [&'static str; 2],
    title: &'static str,
    clauses: &[&'static str],
    general: &'static str,
    steps: Vec<Step>,
    needs: Target,
) -> Vec<Fault> {
    let with_steps = |fault: Fault| steps.iter().cloned().fold(fault.needs(needs), Fault::step);
    let own = [Scenario::OneToOne, Scenario::AdHoc, Scenario::PreEstablished];
    vec![
        with_steps(Fault::new(name, title).breaks(clauses).only(&own)),
        with_steps(Fault::new(in_extension, title).breaks(&[general]).only(&[Scenario::Extension])),
    ]
}

fn sends(behind: Target, method: &str) -> Step {
    Step::new(behind, Action::SendUnlisted(method.into()))
}

fn uri(uri: &str) -> Action {
    Action::RequestUri(uri.into())
}

fn start(replace: &str, by: &str) -> Action {
    Action::StartLine(Swap { replace: replace.into(), by: by.into() })
}
