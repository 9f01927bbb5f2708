//! Coverage -> one page of HTML without programs: the tables of the Markdown.

use super::{times, why};
use crate::report::markdown::text::html;
use crate::verdict::{Coverage, Covered, Exercised, RunSummary, Verdict};

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n<title>Coverage</title>\n<style>\n\
    :root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif }\n\
    body { margin: 2rem auto; max-width: 80rem; padding: 0 1rem }\n\
    table { border-collapse: collapse; width: 100%; margin: 1rem 0 }\n\
    th, td { border-bottom: 1px solid #8886; padding: .25rem .5rem; text-align: left; vertical-align: top }\n\
    td.n { text-align: right } td { overflow-wrap: anywhere }\n\
    td:first-child { white-space: nowrap } .never-exercised > td:nth-child(3) { font-weight: bold }\n\
    </style>\n";

/// The whole page.
pub(super) fn text(summary: &RunSummary, coverage: &Coverage) -> String {
    let mut out = HEAD.to_owned();
    out.push_str(&format!(
        "<h1>Coverage</h1>\n<p>{} judged, profile {}, sipclause {}. A clause is exercised when it passed or failed at least once.</p>\n",
        times(summary.tally.sessions()),
        summary.profile.name(),
        summary.tool_version,
    ));
    totals(&mut out, coverage);
    contradictions(&mut out, &summary.contradictions);
    missing(&mut out, coverage);
    every_clause(&mut out, coverage);
    out.push_str("</html>\n");
    out
}

fn totals(out: &mut String, coverage: &Coverage) {
    head(out, &["subclause", "clauses", "exercised", "never exercised", "not supported", "not on the wire"]);
    for subclause in coverage.subclauses().into_iter().map(Some).chain([None]) {
        let counts = Exercised::ALL.map(|exercised| coverage.count(exercised, subclause));
        let all: usize = counts.iter().sum();
        out.push_str("<tr>");
        text_cell(out, subclause.unwrap_or("all"));
        [all].into_iter().chain(counts).for_each(|count| number_cell(out, count as u64));
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

fn contradictions(out: &mut String, contradictions: &[String]) {
    if !contradictions.is_empty() {
        out.push_str("<h2>What contradicts the conformance statement</h2>\n<ul>\n");
        contradictions.iter().for_each(|text| out.push_str(&format!("<li>{}</li>\n", html(text))));
        out.push_str("</ul>\n");
    }
}

fn missing(out: &mut String, coverage: &Coverage) {
    out.push_str("<h2>Never exercised</h2>\n");
    head(out, &["clause", "it asks", "why it was not decided", "what decides it"]);
    for row in coverage.rows().iter().filter(|row| row.exercised() == Exercised::Never) {
        out.push_str("<tr>");
        let (clause, why, needs) = (row.clause, why(row), row.needs());
        [clause.id.0, clause.title, &why, &needs].into_iter().for_each(|text| text_cell(out, text));
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

fn every_clause(out: &mut String, coverage: &Coverage) {
    out.push_str("<h2>Every clause</h2>\n");
    head(
        out,
        &["clause", "level", "status", "pass", "fail", "inconclusive", "not applicable", "exercised in"],
    );
    for row in coverage.rows() {
        let status = row.exercised().name();
        out.push_str(&format!("<tr class=\"{status}\">"));
        [row.clause.id.0, row.level.name(), status].into_iter().for_each(|text| text_cell(out, text));
        Verdict::ALL.into_iter().for_each(|verdict| number_cell(out, row.count(verdict)));
        places(out, row);
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

fn places(out: &mut String, row: &Covered) {
    let mut lines: Vec<_> = row.scenarios().map(str::to_owned).collect();
    let sessions = row.sessions();
    lines.extend(sessions.iter().map(|session| format!("{} in {}", session.call_id, session.input)));
    if let Some(more @ 1..) = row.decided().checked_sub(sessions.len() as u64) {
        lines.push(format!("and {more} more"));
    }
    let lines: Vec<_> = lines.iter().map(|line| html(line)).collect();
    out.push_str(&format!("<td>{}</td>", lines.join("<br>")));
}

fn head(out: &mut String, names: &[&str]) {
    out.push_str("<table>\n<tr>");
    names.iter().for_each(|name| out.push_str(&format!("<th scope=\"col\">{name}</th>")));
    out.push_str("</tr>\n");
}

fn text_cell(out: &mut String, text: &str) {
    out.push_str(&format!("<td>{}</td>", html(text)));
}

fn number_cell(out: &mut String, number: u64) {
    out.push_str(&format!("<td class=\"n\">{number}</td>"));
}
