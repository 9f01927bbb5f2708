//! The request line and the status line (RFC 3261 7.1, 7.2).

use super::{Carriage, ComplaintKind, Findings, shown, values};
use crate::message::StartLine;
use crate::message::headers::Malformed;
use crate::message::token::{is_space, is_token, trim};
use crate::message::uri::Uri;
use crate::source::Span;

pub(super) fn check(findings: &mut Findings<'_, '_>) {
    let message = findings.message;
    let line = message.start_line();
    if message.is_cut() && line.end as usize == message.bytes().len() {
        return;
    }
    match message.start() {
        StartLine::Request { method, uri, version } => request_line(findings, method, uri, version),
        StartLine::Status { version, code, .. } => status_line(findings, version, code),
        StartLine::Broken => {
            let seen = shown(line.of(message.bytes()));
            let text = format!("{seen} as start line: expected a request line or a status line");
            findings.add(ComplaintKind::Syntax, "start-line/malformed", line, text);
        }
    }
}

fn request_line(findings: &mut Findings<'_, '_>, method: Span, uri: Span, version: Span) {
    let bytes = findings.message.bytes();
    if !is_token(method.of(bytes)) {
        let text = format!("{} as method: expected a token", shown(method.of(bytes)));
        findings.add(ComplaintKind::Syntax, "start-line/method", method, text);
    }
    version_is_right(findings, version);
    let line = findings.message.start_line();
    let separators = [method.end as usize, (version.start as usize).saturating_sub(1)];
    let has_version = !version.is_empty();
    let is_spaced = separators[..1 + usize::from(has_version)].iter().all(|&at| bytes.get(at) == Some(&b' '))
        && !uri.is_empty()
        && !uri.of(bytes).iter().copied().any(is_space)
        && trim(version.of(bytes)).len() == version.len();
    if !is_spaced {
        let seen = shown(line.of(bytes));
        let text = format!(
            "{seen} as request line: expected one space behind the method, one before the version and none else"
        );
        findings.add(ComplaintKind::Syntax, "start-line/spacing", line, text);
        return;
    }
    request_uri(findings, uri);
}

fn request_uri(findings: &mut Findings<'_, '_>, span: Span) {
    let message = findings.message;
    let text = span.of(message.bytes());
    let uri = match Uri::parse(text) {
        Ok(uri) => uri,
        Err(malformed) => {
            findings.malformed("uri/malformed", "the Request-URI", malformed, span);
            if text.first() == Some(&b'<') {
                findings.help("a Request-URI stands without angle brackets (RFC 3261 7.1)");
            }
            return;
        }
    };
    if let Some(again) = uri.params().repeated() {
        values::repeated_in_uri(findings, again);
    }
    let Some(sip) = uri.as_sip() else { return };
    // RFC 3261 19.1.1, table 1.
    if let Some(headers) = sip.headers {
        let malformed = Malformed::new(headers, text, "no headers behind a `?`");
        findings.malformed("uri/headers", "the Request-URI", malformed, span);
    }
    if let Some(method) = sip.params.named("method") {
        let malformed = Malformed::new(method.text, text, "no `method` parameter");
        findings.malformed("uri/method", "the Request-URI", malformed, span);
    }
}

fn status_line(findings: &mut Findings<'_, '_>, version: Span, code: Span) {
    let bytes = findings.message.bytes();
    version_is_right(findings, version);
    let line = findings.message.start_line();
    let digits = code.of(bytes);
    if digits.is_empty() || bytes.get(version.end as usize) != Some(&b' ') {
        let text = format!("{} as status line: expected one space between its parts", shown(line.of(bytes)));
        findings.add(ComplaintKind::Syntax, "start-line/spacing", line, text);
    } else if digits.len() != 3 || !digits.iter().all(u8::is_ascii_digit) {
        let text = format!("{} as status code: expected three digits", shown(digits));
        findings.add(ComplaintKind::Syntax, "start-line/status", code, text);
    } else if code.end == line.end && findings.carriage != Carriage::Text {
        // The reason may be empty, the space before it may not be missing; a text editor may have cut it off.
        let text = format!("{} as status line: expected a space behind the code", shown(line.of(bytes)));
        findings.add(ComplaintKind::Syntax, "start-line/spacing", line, text);
    }
}

/// RFC 3261 7.1: `SIP/2.0`, sent in upper case.
fn version_is_right(findings: &mut Findings<'_, '_>, version: Span) {
    let written = trim(version.of(findings.message.bytes()));
    if written == b"SIP/2.0" {
        return;
    }
    if version.is_empty() {
        let line = findings.message.start_line();
        let text = "no version in the start line: expected `SIP/2.0`".to_owned();
        findings.add(ComplaintKind::Syntax, "start-line/version", Span::at(line.end as usize), text);
    } else {
        let text = format!("{} as version: expected `SIP/2.0`", shown(written));
        findings.add(ComplaintKind::Syntax, "start-line/version", version, text);
    }
}
