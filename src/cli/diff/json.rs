//! A difference -> JSON: `docs/schema/diff.schema.json`.

use serde_json::{Value, json};

use super::Side;
use super::compare::{Changed, Difference, Lost, Told};
use crate::verdict::ExitCode;
use crate::visible::is_hostile;

/// One document.
pub(super) fn text(
    difference: &Difference<'_>,
    sides: (&Side<'_>, &Side<'_>),
    exit_code: ExitCode,
) -> String {
    let Difference { new, fixed, undecided, unchanged, changed, lost } = difference;
    let document = json!({
        "schema_version": 1,
        "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "profile": sides.1.report.profile,
        "reports": {"old": side(sides.0), "new": side(sides.1)},
        "new": new.iter().map(finding).collect::<Vec<_>>(),
        "fixed": fixed.iter().map(finding).collect::<Vec<_>>(),
        "undecided": undecided.iter().map(finding).collect::<Vec<_>>(),
        "changed": changed.iter().map(change).collect::<Vec<_>>(),
        "lost": lost.iter().map(loss).collect::<Vec<_>>(),
        "summary": {
            "new": new.len(),
            "fixed": fixed.len(),
            "undecided": undecided.len(),
            "unchanged": unchanged,
            "changed": changed.len(),
            "lost": lost.len(),
            "exit_code": exit_code.code(),
        },
    });
    // Outside of texts there is nothing to escape but line ends.
    let mut text = String::new();
    for character in format!("{document:#}").chars() {
        match character {
            '\n' => text.push('\n'),
            _ if is_hostile(character) => {
                let units = character
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}"))
                    .collect::<String>();
                text.push_str(&units);
            }
            _ => text.push(character),
        }
    }
    text + "\n"
}

fn side(side: &Side<'_>) -> Value {
    json!({"path": side.name.to_string_lossy(), "sessions": side.report.sessions.len()})
}

fn finding(told: &Told<'_>) -> Value {
    let (finding, session, at) = (told.finding, told.session, &told.finding.at);
    let mut place = json!({
        "input": session.input,
        "call_id": session.call_id,
        "message": at.message,
        "line": at.line,
        "column": at.column,
    });
    if let Some(line) = at.file_line {
        place["file_line"] = json!(line);
    }
    let mut value = json!({
        "clause": told.clause,
        "code": finding.code,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "sessions": told.sessions,
        "at": place,
    });
    if told.waived {
        value["waived"] = json!(true);
    }
    value
}

fn change(changed: &Changed<'_>) -> Value {
    json!({
        "clause": changed.clause,
        "client": changed.client,
        "old": changed.old.name(),
        "new": changed.new.name(),
    })
}

fn loss(lost: &Lost<'_>) -> Value {
    json!({"clause": lost.clause, "sessions": lost.sessions, "now": lost.now.map(|verdict| verdict.name())})
}
