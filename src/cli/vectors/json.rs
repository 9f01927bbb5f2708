//! Results of vectors -> JSON.

use serde_json::{Value, json};

use super::{Done, Run};
use crate::vector::{Mismatch, Written};
use crate::verdict::ExitCode;

/// One document with every vector in the order in which they were run.
pub(super) fn text(run: &Run, exit_code: ExitCode) -> String {
    let document = json!({
        "schema_version": 1,
        "vectors": run.files.iter().map(file).collect::<Vec<_>>(),
        "summary": {
            "vectors": run.files.len(),
            "cases": run.files.iter().map(|done| done.results.cases).sum::<usize>(),
            "differ": run.files.iter().map(|done| done.results.differences.len()).sum::<usize>(),
            "rewritten": run.files.iter().map(|done| done.blessed.len()).sum::<usize>(),
            "wrong": run.wrong,
            "unreadable": run.unreadable,
            "passed_over": run.passed_over,
            "exit_code": exit_code.code(),
        },
    });
    format!("{document:#}\n")
}

fn file(done: &Done) -> Value {
    let differences = done.results.differences.iter().map(|difference| {
        json!({
            "line": difference.line,
            "case": difference.case,
            "mismatches": difference.mismatches.iter().map(mismatch).collect::<Vec<_>>(),
        })
    });
    json!({
        "path": done.path.to_string_lossy(),
        "kind": done.kind,
        "cases": done.results.cases,
        "differences": differences.collect::<Vec<_>>(),
        "rewritten": done.blessed.iter().map(written).collect::<Vec<_>>(),
        "by_hand": done.by_hand.iter().map(written).collect::<Vec<_>>(),
    })
}

fn written(written: &Written) -> Value {
    json!({"line": written.line, "case": written.case, "keys": written.keys})
}

fn mismatch(mismatch: &Mismatch) -> Value {
    let (wanted, got) = mismatch.verdicts.clone().unzip();
    json!({"about": mismatch.about, "wanted": wanted, "got": got, "why": mismatch.why})
}
