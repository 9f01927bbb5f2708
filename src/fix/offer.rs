//! A finding in a report -> the fix that `sipclause fix` has for it.

use super::draft::{Case, Way};
use super::table::{Remedy, entry};
use crate::message::Message;
use crate::session::Context;
use crate::verdict::{FingerprintedFinding, Judgement};

/// The fix of a finding in `.sip` text; `None` where there is none, or where the message leaves none.
///
/// It was not tried, so that other findings of the same text may still undo it.
pub fn offered(finding: &FingerprintedFinding, judgement: &Judgement<'_>) -> Option<Remedy> {
    let shown = judgement.messages.get(finding.at.message)?;
    if !shown.is_text || shown.cut {
        return None;
    }
    let entry = entry(finding.code)?;
    let make = entry.make?;
    // What is configured is not part of a judgement; the findings are there because something is.
    if entry.code.starts_with("request-uri/") {
        return Some(entry.remedy);
    }
    let is_meant = |index: usize| {
        index == finding.at.message || finding.related.iter().any(|related| related.at.message == index)
    };
    let bytes = judgement.messages.iter().map(|shown| shown.bytes).enumerate();
    let meant = bytes.map(|(index, bytes)| if is_meant(index) { bytes } else { b"" });
    let session: Vec<Message<'_>> = meant.map(Message::split).collect();
    let way = Way { from: shown.from, to: shown.to };
    let case = Case { finding, session: &session, way, context: &Context::default() };
    make(&case).map(|_| entry.remedy)
}
