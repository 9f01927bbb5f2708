//! What became of baseline and waivers -> lines at the end of the report for people.

use crate::verdict::{RunSummary, WaiverState};

/// Their first words, and the rest.
pub(super) fn lines(summary: &RunSummary) -> Vec<(&'static str, String)> {
    let baseline = summary.baseline.as_ref().map(|baseline| {
        let undecided = match baseline.undecided {
            0 => String::new(),
            count => format!(", not decided in this run: {count}"),
        };
        let (file, met, fixed) = (&baseline.file, baseline.met, baseline.fixed);
        ("baseline", format!("{file}: known: {met}, fixed: {fixed}{undecided}"))
    });
    let count = |state| summary.waivers.iter().filter(|waiver| waiver.state == state).count();
    let states = WaiverState::ALL.map(|state| (count(state), state));
    let words: Vec<_> = states
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, state)| format!("{count} {}", state.name().replace('-', " ")))
        .collect();
    baseline.into_iter().chain((!words.is_empty()).then(|| ("waivers", words.join(", ")))).collect()
}
