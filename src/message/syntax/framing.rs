//! Content-Length against the bytes that came (RFC 3261 18.3, 20.14).

use super::{Carriage, ComplaintKind, Findings, shown};
use crate::message::Name;

pub(super) fn check(findings: &mut Findings<'_, '_>) {
    let message = findings.message;
    if message.is_cut() {
        return;
    }
    if !message.has(Name::ContentLength) {
        if findings.carriage == Carriage::Stream && findings.sees_all_headers() {
            let text = "no Content-Length header: expected one on a stream transport".to_owned();
            let place = message.start_line();
            findings.add(ComplaintKind::Framing, "content-length/missing-on-stream", place, text);
        }
        return;
    }
    let Some(announced) = message.content_length() else { return };
    let there = message.body().len() as u64;
    let is_right = match findings.carriage {
        // What follows in a datagram is discarded, what follows on a stream is the next message.
        Carriage::Datagram | Carriage::Stream => announced <= there,
        Carriage::Text => announced == there,
    };
    if !is_right && let Some(row) = message.rows(Name::ContentLength).next() {
        let seen = shown(row.value.of(message.bytes()));
        let text = format!("{seen} in Content-Length: expected `{there}`, the length of the body in bytes");
        findings.add(ComplaintKind::Framing, "content-length/mismatch", row.value, text);
    }
}
