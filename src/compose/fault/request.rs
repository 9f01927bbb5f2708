//! Mistakes against 6.2.1.1-0: the initial INVITE as a SIP request.

use super::{Fault, Given, Step, Target};
use crate::compose::{Action, Swap};

pub(super) fn faults() -> Vec<Fault> {
    [start_line(), missing(), twice(), malformed(), via(), length(), retry()].concat()
}

fn fault(name: &'static str, title: &'static str, step: Step) -> Fault {
    Fault::new(name, title).breaks(&["6.2.1.1-0"]).step(step)
}

fn start_line() -> Vec<Fault> {
    vec![
        fault(
            "version-trailing-space",
            "a space behind the version",
            Step::start_line("SIP/2.0", "SIP/2.0 "),
        ),
        fault("method-lower-case", "the method in small letters", Step::start_line("INVITE", "invite")),
        fault("version-wrong", "the version SIP/3.0", Step::start_line("SIP/2.0", "SIP/3.0")),
        fault("version-lower-case", "the version in small letters", Step::start_line("SIP/2.0", "sip/2.0")),
        fault("version-missing", "no version", Step::start_line(" SIP/2.0", "")),
    ]
}

fn missing() -> Vec<Fault> {
    vec![
        fault("max-forwards-missing", "no Max-Forwards", Step::remove("Max-Forwards")),
        fault("via-missing", "no Via", Step::remove("Via")),
        fault("cseq-missing", "no CSeq", Step::remove("CSeq")),
        fault("to-missing", "no To", Step::remove("To")),
        fault("from-tag-missing", "a From without tag", everywhere(";tag={from-tag}", "")),
    ]
}

fn twice() -> Vec<Fault> {
    vec![
        fault("max-forwards-twice", "two Max-Forwards", Step::add("Max-Forwards: 70")),
        fault("to-twice", "two To headers", Step::add("To: <{to}>")),
        fault("from-twice", "two From headers", Step::add("From: <{from}>;tag={from-tag}")),
        fault("call-id-twice", "two Call-ID headers, one in compact form", Step::add("i: {call-id}")),
        fault("cseq-twice", "two CSeq headers", Step::add("CSeq: 1 INVITE")),
        fault("content-type-twice", "two Content-Type headers", Step::add("Content-Type: application/sdp")),
        fault("content-length-twice", "two Content-Length headers", Step::add("l: 0")),
        fault(
            "contact-two-values",
            "two Contact values",
            Step::swap("Contact", ";+g.oma.sip-im", ";+g.oma.sip-im, <{contact}>;+g.oma.sip-im"),
        ),
        fault("contact-two-rows", "two Contact headers", Step::add("m: <{contact}>;+g.oma.sip-im")),
        fault("via-rport-twice", "rport twice in Via", Step::swap("Via", ";branch=", ";rport;rport;branch=")),
        fault(
            "contact-expires-twice",
            "expires twice in Contact",
            Step::swap("Contact", ";+g.oma.sip-im", ";expires=60;+g.oma.sip-im;expires=60"),
        ),
        fault("from-tag-twice", "two tags in From", Step::swap("From", ";tag=", ";tag={from-tag};tag=")),
    ]
}

fn malformed() -> Vec<Fault> {
    vec![
        fault("max-forwards-negative", "a Max-Forwards below zero", Step::set("Max-Forwards", "-1")),
        fault("cseq-method-wrong", "another method in CSeq", Step::swap("CSeq", "INVITE", "MESSAGE")),
        fault(
            "cseq-method-lower-case",
            "the method of CSeq in small letters",
            Step::swap("CSeq", "INVITE", "Invite"),
        ),
        fault("to-bracket-missing", "an angle bracket of To that never closes", Step::swap("To", ">", "")),
        fault(
            "from-quotes-unbalanced",
            "a display name of From with one quote",
            Step::swap("From", "\" <", " <"),
        ),
        fault("contact-tel", "a tel URI as Contact", Step::swap("Contact", "<{contact}>", "<tel:+15550100>"))
            .given(Given::NoIms),
        fault("header-without-colon", "a header line without colon", Step::add("X-Vendor acme")),
        fault("header-name-with-space", "a header name of two words", Step::add("X Vendor: acme")),
        fault(
            "date-not-gmt",
            "a Date in another time zone",
            Step::add("Date: Sun, 22 Nov 2026 09:00:00 CET"),
        ),
    ]
}

fn via() -> Vec<Fault> {
    vec![
        fault(
            "via-branch-without-cookie",
            "a branch without the magic cookie",
            Step::new(Target::Session, Action::header("Via", "z9hG4bK", "")),
        ),
        fault(
            "via-branch-missing",
            "a Via without branch",
            Step::new(Target::Session, Action::RemoveParameter("Via".into(), "branch".into())),
        ),
        fault("via-transport-missing", "a Via without transport", Step::swap("Via", "SIP/2.0/", "SIP/2.0 ")),
    ]
}

fn length() -> Vec<Fault> {
    vec![
        fault(
            "content-length-missing-over-tcp",
            "no Content-Length over TCP",
            Step::remove("Content-Length"),
        )
        .given(Given::Stream),
        fault(
            "content-length-before-last-line-end",
            "a Content-Length counted before the last line end",
            Step::new(Target::Invites, Action::AppendBody("\r\n".into())).keeping_length(),
        ),
        fault(
            "content-length-negative",
            "a Content-Length below zero",
            Step::swap("Content-Length", ": ", ": -"),
        ),
        fault(
            "content-length-too-large",
            "a Content-Length beyond the body",
            Step::swap("Content-Length", ": ", ": 1"),
        ),
    ]
}

fn retry() -> Vec<Fault> {
    vec![
        fault(
            "retry-cseq-not-raised",
            "the CSeq number of a retry not raised",
            everywhere("CSeq: 2 INVITE", "CSeq: 1 INVITE"),
        )
        .step(everywhere("CSeq: 2 ACK", "CSeq: 1 ACK"))
        .given(Given::Retried),
    ]
}

fn everywhere(replace: &str, by: &str) -> Step {
    Step::new(Target::Invites, Action::Everywhere(Swap { replace: replace.into(), by: by.into() }))
}
