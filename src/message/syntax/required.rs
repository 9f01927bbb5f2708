//! What must be in a message, and how often (RFC 3261 7.3.1, 8.1.1, 8.2.6, 12.1).

use super::{ComplaintKind, Findings, rules, shown};
use crate::message::headers::{CSeq, Contact, NameAddr, Via};
use crate::message::uri::Uri;
use crate::message::{Name, StartLine};
use crate::source::Span;

pub(super) fn check(findings: &mut Findings<'_, '_>) {
    repetitions(findings);
    let is_request = match findings.message.start() {
        StartLine::Request { .. } => true,
        StartLine::Status { .. } => false,
        StartLine::Broken => return,
    };
    headers_are_there(findings, is_request);
    tags(findings, is_request);
    content_type(findings);
    if is_request {
        branch(findings);
        cseq_method(findings);
    }
    if findings.message.is("INVITE") {
        invite_contact(findings);
    }
}

fn repetitions(findings: &mut Findings<'_, '_>) {
    let message = findings.message;
    // One bit a header: there are fewer than 128 names.
    let mut seen = 0_u128;
    for (index, name, _) in message.fields() {
        let Some(rule) = rules::of(name).filter(|rule| !rule.repeated.is_empty()) else { continue };
        let bit = 1 << name as u32;
        if seen & bit != 0 {
            let line = message.header_line(index);
            let span = Span { start: line.name.start, end: line.value.end.max(line.name.end) };
            let kind = match name {
                Name::ContentLength => ComplaintKind::Framing,
                _ => ComplaintKind::Required,
            };
            let name = rule.name.canonical();
            let text = format!("{} is a second {name}: expected one", shown(span.of(message.bytes())));
            findings.add(kind, rule.repeated, span, text);
        }
        seen |= bit;
    }
}

fn headers_are_there(findings: &mut Findings<'_, '_>, is_request: bool) {
    let message = findings.message;
    let always = [
        (Name::Via, "via/missing"),
        (Name::From, "from/missing"),
        (Name::To, "to/missing"),
        (Name::CallId, "call-id/missing"),
        (Name::CSeq, "cseq/missing"),
    ];
    let lacks_max_forwards = is_request && !message.has(Name::MaxForwards);
    let lacks_contact = !message.has(Name::Contact) && (message.is("INVITE") || accepts_an_invite(findings));
    let lacks_any = always.iter().any(|(name, _)| !message.has(*name)) | lacks_max_forwards | lacks_contact;
    if !lacks_any || !findings.sees_all_headers() {
        return;
    }
    for (name, code) in always {
        if !message.has(name) {
            findings.missing(code, format!("no {} header", name.canonical()));
        }
    }
    if lacks_max_forwards {
        findings.missing("max-forwards/missing", "no Max-Forwards header");
    }
    if lacks_contact {
        findings.missing("contact/missing", "no Contact header: expected one SIP or SIPS URI");
    }
}

/// Whether it is the answer that creates a dialog (RFC 3261 12.1.1).
fn accepts_an_invite(findings: &Findings<'_, '_>) -> bool {
    findings.message.status().is_some_and(|code| code / 100 == 2)
        && matches!(CSeq::of(findings.message), Some(Ok(cseq)) if cseq.method == b"INVITE")
}

fn tags(findings: &mut Findings<'_, '_>, is_request: bool) {
    let message = findings.message;
    let mut expect = |name: Name, code, why: &str| {
        if let Some(Ok(address)) = NameAddr::first(message, name)
            && address.tag().is_none()
        {
            let span = message.span_of(address.whole).unwrap_or_default();
            let text = format!("{} in {}: expected a `tag` {why}", shown(address.whole), name.canonical());
            findings.add(ComplaintKind::Required, code, span, text);
        }
    };
    expect(Name::From, "from/tag-missing", "parameter");
    // RFC 3261 8.2.6.2: every response but 100.
    if !is_request && message.status().is_some_and(|status| status > 100) {
        expect(Name::To, "to/tag-missing", "in a response");
    }
}

fn content_type(findings: &mut Findings<'_, '_>) {
    let message = findings.message;
    let announced = message.content_length();
    let there = message.body().len() as u64;
    let length = announced.map_or(there, |announced| announced.min(there));
    if length > 0 && !message.has(Name::ContentType) && findings.sees_all_headers() {
        findings
            .missing("content-type/missing", "no Content-Type header: expected one, since there is a body");
    }
    // RFC 3261 20.15 lets an empty body have a type; no body of an INVITE can be empty and mean anything.
    let is_empty = length == 0 && announced.unwrap_or_default() == 0 && !message.is_cut();
    if is_empty
        && message.is("INVITE")
        && let Some(row) = message.rows(Name::ContentType).next()
    {
        let text = format!("{} in Content-Type: expected a body", shown(row.value.of(message.bytes())));
        findings.add(ComplaintKind::Required, "content-type/without-body", row.value, text);
    }
}

/// RFC 3261 8.1.1.7: the sender's own branch begins with the cookie and is unique behind it.
fn branch(findings: &mut Findings<'_, '_>) {
    let message = findings.message;
    let Some(Ok(via)) = Via::all(message).next() else { return };
    if via.has_unique_branch() {
        return;
    }
    let span = message.span_of(via.branch().unwrap_or(via.whole)).unwrap_or_default();
    let (code, text) = match via.branch() {
        None => ("via/branch-missing", format!("{} in Via: expected a `branch` parameter", shown(via.whole))),
        Some(branch) if branch.eq_ignore_ascii_case(b"z9hG4bK") => (
            "via/branch-empty",
            format!("branch {} is the cookie alone: expected more behind it", shown(branch)),
        ),
        Some(branch) => ("via/branch-cookie", format!("branch {} lacks the cookie `z9hG4bK`", shown(branch))),
    };
    findings.add(ComplaintKind::Required, code, span, text);
}

fn cseq_method(findings: &mut Findings<'_, '_>) {
    let message = findings.message;
    if let (Some(method), Some(Ok(cseq))) = (message.method(), CSeq::of(message))
        && method != cseq.method
    {
        let span = message.span_of(cseq.method).unwrap_or_default();
        let text = format!("{} in CSeq: expected the method {}", shown(cseq.method), shown(method));
        findings.add(ComplaintKind::Syntax, "cseq/method-mismatch", span, text);
        findings.help("both are compared with letter case (RFC 3261 7.1, 8.1.1.5)");
    }
}

/// RFC 3261 8.1.1.8: one SIP or SIPS URI, and SIPS if the Request-URI or the topmost Route is.
fn invite_contact(findings: &mut Findings<'_, '_>) {
    let message = findings.message;
    let mut values = message.values(Name::Contact);
    let Some(first) = values.next() else {
        if let Some(row) = message.rows(Name::Contact).next() {
            let text = "an empty Contact header: expected one SIP or SIPS URI".to_owned();
            findings.add(ComplaintKind::Required, "contact/missing", row.line, text);
        }
        return;
    };
    if let Some(second) = values.next() {
        let span = message.span_of(second).unwrap_or_default();
        let text = format!("{} is a second Contact value: expected one", shown(second));
        findings.add(ComplaintKind::Required, "contact/repeated", span, text);
    }
    let address = match Contact::parse(first) {
        Ok(Contact::Address(address)) => address,
        Ok(Contact::Star(star)) => {
            let span = message.span_of(star).unwrap_or_default();
            let text = "`*` in Contact: expected a SIP or SIPS URI".to_owned();
            findings.add(ComplaintKind::Required, "contact/star", span, text);
            return;
        }
        Err(_) => return,
    };
    // Nearly all are right; whether their URI is one was asked where all values were.
    if begins_with(address.uri, b"sip:") && !asks_for_sips(findings) {
        return;
    }
    let Ok(uri) = address.uri() else { return };
    let span = message.span_of(address.uri).unwrap_or_default();
    if !uri.is_sip() {
        let text = format!("{} in Contact: expected a SIP or SIPS URI", shown(address.uri));
        findings.add(ComplaintKind::Required, "contact/scheme", span, text);
    } else if !uri.is_secure() && asks_for_sips(findings) {
        let text =
            format!("{} in Contact: expected a SIPS URI, as the request goes to one", shown(address.uri));
        findings.add(ComplaintKind::Required, "contact/sips-required", span, text);
    }
}

fn asks_for_sips(findings: &Findings<'_, '_>) -> bool {
    let is_secure = |text| begins_with(text, b"sips:") && Uri::parse(text).is_ok_and(|uri| uri.is_secure());
    let route = NameAddr::first(findings.message, Name::Route);
    findings.message.request_uri().is_some_and(is_secure)
        || matches!(route, Some(Ok(route)) if is_secure(route.uri))
}

fn begins_with(text: &[u8], scheme: &[u8]) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}
