//! Mistakes against 6.2.1.1-1 to -6: the headers of the initial INVITE that General asks for.

use super::{Fault, Step};

pub(super) fn faults() -> Vec<Fault> {
    [accept_contact(), user_agent(), allow(), contact(), privacy(), supported(), session_expires()].concat()
}

fn fault(name: &'static str, title: &'static str, clause: &'static str, step: Step) -> Fault {
    Fault::new(name, title).breaks(&[clause]).step(step)
}

fn accept_contact() -> Vec<Fault> {
    let fault = |name, title, step| fault(name, title, "6.2.1.1-1", step);
    let swap = |replace, by| Step::swap("Accept-Contact", replace, by);
    vec![
        fault("accept-contact-missing", "no Accept-Contact", Step::remove("Accept-Contact")),
        fault("accept-contact-without-explicit", "an Accept-Contact without explicit", swap(";explicit", "")),
        fault("accept-contact-without-tag", "an Accept-Contact without the tag", swap(";+g.oma.sip-im", "")),
        fault(
            "accept-contact-in-two-values",
            "the feature tag and explicit in different values",
            Step::set("Accept-Contact", "*;+g.oma.sip-im, *;explicit"),
        ),
        fault(
            "accept-contact-large-message-alone",
            "only the tag for large messages, which begins alike",
            swap("sip-im", "sip-im.large-message"),
        ),
        fault("accept-contact-tag-false", "the tag with the value FALSE", swap("sip-im", "sip-im=\"FALSE\"")),
        fault(
            "accept-contact-tag-not-true",
            "the tag with the value !TRUE",
            swap("sip-im", "sip-im=\"!TRUE\""),
        ),
        fault("accept-contact-tag-without-plus", "the tag without its plus sign", swap("+g.oma", "g.oma")),
        fault(
            "accept-contact-explicit-with-value",
            "explicit with a value",
            swap("explicit", "explicit=true"),
        ),
        fault("accept-contact-explicit-twice", "explicit twice", swap("explicit", "explicit;explicit")),
        fault("accept-contact-without-star", "a URI where the star belongs", swap("*;", "<{to}>;")),
    ]
}

fn user_agent() -> Vec<Fault> {
    let fault = |name, title, step| fault(name, title, "6.2.1.1-2", step);
    let swap = |by| Step::swap("User-Agent", "IM-client/OMA1.0", by);
    vec![
        fault("user-agent-missing", "no User-Agent", Step::remove("User-Agent")),
        fault(
            "user-agent-vendor-alone",
            "the product of the vendor alone",
            Step::set("User-Agent", "acme/2.1"),
        ),
        fault("user-agent-release-in-comment", "the release in a comment", swap("(IM-client/OMA1.0)")),
        fault("user-agent-release-with-hyphen", "a hyphen for the slash", swap("IM-client-OMA1.0")),
        fault("user-agent-release-without-number", "a release without its number", swap("IM-client/OMA")),
        fault("user-agent-release-with-comma", "a comma behind the release", swap("IM-client/OMA1.0,")),
        fault("user-agent-of-server", "the token of the server side", swap("IM-serv-client/OMA1.0")),
    ]
}

fn allow() -> Vec<Fault> {
    let fault = |name, title, step| fault(name, title, "6.2.1.1-3", step);
    let without = |method| Step::remove_value("Allow", method);
    vec![
        fault("allow-missing", "no Allow", Step::remove("Allow")),
        fault("allow-empty", "an empty Allow", Step::set("Allow", "")),
        fault("allow-without-invite", "an Allow without INVITE", without("INVITE")),
        fault("allow-without-ack", "an Allow without ACK", without("ACK")),
        fault("allow-without-cancel", "an Allow without CANCEL", without("CANCEL")),
        fault("allow-without-bye", "an Allow without BYE", without("BYE")),
        fault(
            "allow-lower-case",
            "the methods in small letters",
            Step::set("Allow", "invite, ack, cancel, bye"),
        ),
        fault("allow-without-commas", "spaces for the commas", Step::set("Allow", "INVITE ACK CANCEL BYE")),
        fault(
            "allow-without-accepted-method",
            "a method left out that is accepted later",
            without("{accepted}"),
        ),
    ]
}

fn contact() -> Vec<Fault> {
    let fault = |name, title, step| fault(name, title, "6.2.1.1-4", step);
    let swap = |replace, by| Step::swap("Contact", replace, by);
    vec![
        fault("contact-tag-missing", "a Contact without the tag", swap(";+g.oma.sip-im", "")),
        fault(
            "contact-tag-inside-uri",
            "the tag inside of the angle brackets",
            swap(">;+g.oma.sip-im", ";+g.oma.sip-im>"),
        ),
        fault(
            "contact-large-message-alone",
            "only the tag for large messages in Contact",
            swap("sip-im", "sip-im.large-message"),
        ),
        fault(
            "contact-tag-without-plus",
            "the tag of Contact without its plus sign",
            swap("+g.oma", "g.oma"),
        ),
        fault(
            "contact-tag-false",
            "the tag of Contact with the value FALSE",
            swap("sip-im", "sip-im=\"FALSE\""),
        ),
    ]
}

fn privacy() -> Vec<Fault> {
    let fault = |name, title, step| fault(name, title, "6.2.1.1-5", step);
    let set = |value| Step::set("Privacy", value);
    vec![
        fault("privacy-missing", "no Privacy though anonymity is wanted", Step::remove("Privacy")),
        fault("privacy-none", "the value none", set("none")),
        fault("privacy-comma", "a comma between the values", set("id, header")),
        fault("privacy-without-id", "other values than id", set("header;user")),
        fault("privacy-quoted", "id in quotes", set("\"id\"")),
        fault("privacy-twice", "two Privacy headers", set("header")).step(Step::add("Privacy: id")),
    ]
}

fn supported() -> Vec<Fault> {
    let fault = |name, title, step| fault(name, title, "6.2.1.1-5bis", step);
    let without = || Step::remove_value("Supported", "timer");
    vec![
        fault("supported-without-timer", "a Supported without timer", without()),
        fault("supported-missing", "no Supported", Step::remove("Supported")),
        fault("supported-timer-misspelt", "an option tag timers", Step::swap("Supported", "timer", "timers")),
        fault("supported-timer-quoted", "timer in quotes", Step::swap("Supported", "timer", "\"timer\"")),
        fault(
            "supported-without-commas",
            "a space for the comma",
            Step::swap("Supported", "timer, ", "timer "),
        ),
        fault("timer-required-alone", "timer in Require alone", without()).step(Step::add("Require: timer")),
    ]
}

fn session_expires() -> Vec<Fault> {
    let fault = |name, title, step| fault(name, title, "6.2.1.1-6", step);
    let swap = |replace, by| Step::swap("Session-Expires", replace, by);
    vec![
        fault("session-expires-missing", "no Session-Expires", Step::remove("Session-Expires")),
        fault(
            "session-expires-twice",
            "two Session-Expires, one compact",
            Step::add("x: 1800;refresher=uac"),
        ),
        fault(
            "session-expires-too-short",
            "an interval of 60 seconds",
            Step::set("Session-Expires", "60;refresher=uac"),
        ),
        fault(
            "session-expires-below-min-se",
            "an interval below the client's own Min-SE",
            Step::set("Session-Expires", "90;refresher=uac"),
        )
        .step(Step::set("Min-SE", "91")),
        fault("session-expires-with-unit", "an interval with its unit", swap(";refresher", "s;refresher")),
        fault("refresher-missing", "no refresher", swap(";refresher=uac", "")),
        fault("refresher-uas", "the other side as refresher", swap("=uac", "=uas")),
        fault("refresher-quoted", "the refresher in quotes", swap("=uac", "=\"uac\"")),
        fault("refresher-unknown", "a refresher that is no role", swap("=uac", "=client")),
    ]
}
