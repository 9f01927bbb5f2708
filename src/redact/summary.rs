//! The summary of a run -> the same with pseudonyms.

use super::known::Known;
use super::redaction::Redaction;
use crate::session::Glob;
use crate::verdict::{InputProblem, InputSummary, RunSummary, Waiver, WaiverSummary};

pub(super) fn summary(redaction: &mut Redaction, summary: &RunSummary) -> RunSummary {
    let mut told = summary.clone();
    told.inputs = summary.inputs.iter().map(|read| input(redaction, read)).collect();
    told.waivers.iter_mut().for_each(|told| waiver(redaction, told));
    if let Some(baseline) = &mut told.baseline {
        baseline.file = redaction.path(&baseline.file);
    }
    told.configuration = summary.configuration.as_deref().map(|path| redaction.path(path));
    told
}

fn input(redaction: &mut Redaction, read: &InputSummary) -> InputSummary {
    let problem = |problem: &InputProblem| {
        // A problem may name the file again.
        let text = renamed(&problem.text, &read.path, &redaction.path(&read.path));
        InputProblem { text: redaction.problem(&text), ..problem.clone() }
    };
    let problems = read.problems.iter().map(problem).collect();
    InputSummary { path: redaction.path(&read.path), problems, ..read.clone() }
}

/// The text with another name of a file, where that name is no part of a word.
fn renamed(text: &str, path: &str, told: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    for (at, _) in text.match_indices(path) {
        let end = at + path.len();
        if !is_word(text[..at].chars().next_back()) && !is_word(text[end..].chars().next()) {
            out.push_str(&text[rest..at]);
            out.push_str(told);
            rest = end;
        }
    }
    out.push_str(&text[rest..]);
    out
}

fn waiver(redaction: &mut Redaction, told: &mut WaiverSummary) {
    let Waiver { user_agent, call_id, input, waived, place, .. } = &mut told.waiver;
    let glob = |glob: &mut Option<Glob>, text: &mut dyn FnMut(&str) -> String| {
        if let Some(Glob(pattern)) = glob {
            *pattern = text(pattern);
        }
    };
    // What has no version may mean a comment.
    glob(user_agent, &mut |text| match text.contains('/') {
        true => redaction.agent(text),
        false => redaction.strict(text, &mut Known::default()),
    });
    glob(call_id, &mut |text| redaction.strict(text, &mut Known::default()));
    glob(input, &mut |text| redaction.path(text));
    *waived = redaction.waived(waived);
    if let Some(place) = place {
        // `sipclause.yaml:12:5`.
        let end = place.find(".yaml:").or_else(|| place.find(".yml:")).map_or(place.len(), |dot| dot);
        let file = redaction.strict(&place[..end], &mut Known::default());
        *place = file + &place[end..];
    }
}
