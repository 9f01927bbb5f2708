//! Coverage -> Markdown: totals, what was never exercised and what it needs, then every clause.

use super::{times, why};
use crate::report::markdown::text::{code, prose};
use crate::verdict::{Coverage, Covered, Exercised, RunSummary, Verdict};

/// Sessions that are named for each clause; JSON has more.
const NAMED: usize = 3;

/// The whole document.
pub(super) fn text(summary: &RunSummary, coverage: &Coverage) -> String {
    let mut out = format!(
        "# Coverage\n\n{} judged, profile {}, sipclause {}. A clause is exercised when it passed or failed at least once.\n\n",
        times(summary.tally.sessions()),
        summary.profile.name(),
        summary.tool_version,
    );
    totals(&mut out, coverage);
    contradictions(&mut out, &summary.contradictions);
    missing(&mut out, coverage);
    every_clause(&mut out, coverage);
    out
}

fn totals(out: &mut String, coverage: &Coverage) {
    out.push_str("| subclause | clauses | exercised | never exercised | not supported | not on the wire |\n");
    out.push_str("|---|---:|---:|---:|---:|---:|\n");
    for subclause in coverage.subclauses().into_iter().map(Some).chain([None]) {
        let counts = Exercised::ALL.map(|exercised| coverage.count(exercised, subclause));
        let [yes, never, denied, unseen] = counts;
        let all: usize = counts.iter().sum();
        let name = subclause.unwrap_or("all");
        out.push_str(&format!("| {name} | {all} | {yes} | {never} | {denied} | {unseen} |\n"));
    }
}

fn contradictions(out: &mut String, contradictions: &[String]) {
    if !contradictions.is_empty() {
        out.push_str("\n## What contradicts the conformance statement\n\n");
        contradictions.iter().for_each(|text| out.push_str(&format!("- {}\n", prose(text))));
    }
}

fn missing(out: &mut String, coverage: &Coverage) {
    out.push_str("\n## Never exercised\n\n");
    let missing: Vec<_> = coverage.rows().iter().filter(|row| row.exercised() == Exercised::Never).collect();
    if missing.is_empty() {
        out.push_str("Nothing: every clause that is supported and can be decided was.\n");
        return;
    }
    out.push_str("| clause | it asks | why it was not decided | what decides it |\n|---|---|---|---|\n");
    for row in missing {
        let (clause, why, needs) = (row.clause, why(row), row.needs());
        let cells = [clause.id.0, clause.title, &why, &needs].map(prose);
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

fn every_clause(out: &mut String, coverage: &Coverage) {
    out.push_str("\n## Every clause\n\n");
    out.push_str("| clause | level | | pass | fail | inconclusive | not applicable | exercised in |\n");
    out.push_str("|---|---|---|---:|---:|---:|---:|---|\n");
    for row in coverage.rows() {
        let counts = Verdict::ALL.map(|verdict| row.count(verdict).to_string()).join(" | ");
        out.push_str(&format!(
            "| {} | {} | {} | {counts} | {} |\n",
            row.clause.id,
            row.level.name(),
            row.exercised().name(),
            places(row)
        ));
    }
}

/// Where a clause was exercised: scenarios, and the first sessions.
fn places(row: &Covered) -> String {
    let scenarios: Vec<_> = row.scenarios().collect();
    let sessions: Vec<_> = row
        .sessions()
        .iter()
        .take(NAMED)
        .map(|session| format!("{} in {}", code(&session.call_id), code(&session.input)))
        .collect();
    match row.decided() {
        0 => String::new(),
        decided if decided as usize > sessions.len() => {
            let more = decided as usize - sessions.len();
            format!("{}: {}; and {more} more", scenarios.join(", "), sessions.join("; "))
        }
        _ => format!("{}: {}", scenarios.join(", "), sessions.join("; ")),
    }
}
