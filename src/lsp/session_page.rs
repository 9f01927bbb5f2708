//! A judged session -> a page of it in Markdown, for whoever points at a start line.

use std::fmt::Write as _;

use super::sip::{Said, Sitting};
use crate::report::markdown_prose as prose;
use crate::verdict::Verdict;

/// The scenario, the counts, and what failed or is open.
pub(super) fn page(session: &Sitting) -> String {
    let count = |verdict: Verdict| session.rulings.iter().filter(|said| said.verdict == verdict).count();
    let counts = Verdict::ALL.map(|verdict| format!("{} {}", count(verdict), verdict.name())).join(", ");
    let mut text = format!(
        "**Session** {}, judged as {}: {}\n\n{counts}.\n",
        prose(&format!("`{}`", session.call_id.replace('`', "'"))),
        session.scenario,
        prose(&session.scenario_reason),
    );
    for verdict in [Verdict::Fail, Verdict::Inconclusive] {
        let said: Vec<&Said> = session.rulings.iter().filter(|said| said.verdict == verdict).collect();
        if !said.is_empty() {
            let _ = write!(text, "\n| {} | | why |\n|---|---|---|\n", verdict.name());
        }
        for said in said {
            let level = if said.is_waived { "waived" } else { said.level.name() };
            let reason = prose(&said.reason).replace('|', "\\|");
            let _ = writeln!(text, "| {} | {level} | {reason} |", said.clause.id);
        }
    }
    text
}
