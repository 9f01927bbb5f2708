//! The summary of a run -> what stands beside `sessions`, which is the last line of ndjson too.

use super::adopted;
use crate::report::json_text::Object;
use crate::verdict::{AgentCounts, FindingCounts, InputProblem, InputSummary, Row};
use crate::verdict::{RunSummary, Skipped, Statistics, Verdict};

/// What `schema_version` says.
pub(crate) const SCHEMA_VERSION: u64 = 1;

/// The members before `sessions`.
pub(in crate::report) fn head(document: &mut Object<'_>, summary: &RunSummary) {
    document.member("schema_version", SCHEMA_VERSION);
    document.object("tool", |tool| {
        tool.member("name", env!("CARGO_PKG_NAME"));
        tool.member("version", summary.tool_version);
    });
    document.member("profile", summary.profile.name());
    document.optional("configuration", summary.configuration.as_deref());
    document.objects("inputs", &summary.inputs, input);
}

/// The members behind `sessions`.
pub(in crate::report) fn tail(document: &mut Object<'_>, summary: &RunSummary) {
    document.object("skipped", |object| skipped(object, summary.skipped));
    document.object("summary", |object| totals(object, summary));
}

/// An element of `inputs`.
fn input(input: &mut Object<'_>, read: &InputSummary) {
    input.member("path", &*read.path);
    input.member("kind", read.kind);
    input.optional("format", read.format);
    input.member("packets", read.packets);
    input.member("messages", read.messages);
    input.array("problems", |problems| {
        for problem in &read.problems {
            problems.value(&*problem.to_string());
        }
    });
    if !read.problems.is_empty() {
        input.objects("problem_details", &read.problems, problem);
    }
    if read.damaged {
        input.member("damaged", true);
    }
}

/// An element of `problem_details`: what `problems` says, for programs.
fn problem(problem: &mut Object<'_>, met: &InputProblem) {
    problem.member("kind", met.kind);
    problem.member("text", &*met.text);
    problem.member("count", met.count);
    problem.member("lost", met.lost);
}

/// `skipped`.
fn skipped(skipped: &mut Object<'_>, counts: Skipped) {
    skipped.member("sessions_not_im", counts.sessions_not_im);
    skipped.optional("sessions_of_others", unless_zero(counts.sessions_of_others));
    skipped.member("messages_outside_sessions", counts.messages_outside_sessions);
    skipped.optional("files", unless_zero(counts.files));
}

/// `summary`.
fn totals(totals: &mut Object<'_>, summary: &RunSummary) {
    totals.member("sessions", summary.tally.sessions());
    totals.object("by_clause", |by_clause| {
        for row in summary.tally.rows() {
            by_clause.object(row.clause.id.0, |object| counts(object, row));
        }
    });
    if let Some(counted) = &summary.statistics {
        totals.object("statistics", |object| statistics(object, counted));
    }
    if !summary.waivers.is_empty() {
        totals.objects("waivers", &summary.waivers, adopted::waiver);
    }
    if let Some(met) = &summary.baseline {
        totals.object("baseline", |object| adopted::baseline(object, met));
    }
    totals.member("exit_code", u64::from(summary.exit_code.code()));
}

/// A member of `by_clause`.
fn counts(counts: &mut Object<'_>, row: &Row) {
    for verdict in Verdict::ALL {
        counts.member(verdict.name(), row.count(verdict));
    }
    counts.optional("waived", unless_zero(row.waived));
    counts.optional("known", unless_zero(row.known));
}

/// `summary.statistics`.
fn statistics(statistics: &mut Object<'_>, counted: &Statistics) {
    statistics.array("by_user_agent", |agents| {
        for (name, counts) in counted.agents() {
            agents.object(|object| agent(object, Some(name), counts));
        }
        let others = counted.other_agents();
        if others.sessions > 0 {
            agents.object(|object| agent(object, None, others));
        }
    });
    statistics.objects("by_finding", counted.findings(), code);
}

/// An element of `by_user_agent`; those for which there was no room have no name in common.
fn agent(agent: &mut Object<'_>, name: Option<Option<&str>>, counts: AgentCounts) {
    agent.member("user_agent", name.flatten());
    if name.is_none() {
        agent.member("others", true);
    }
    agent.member("sessions", counts.sessions);
    agent.member("failed", counts.failed);
    agent.member("failures", counts.failures);
}

/// An element of `by_finding`.
fn code(code: &mut Object<'_>, (name, counts): (&'static str, &FindingCounts)) {
    code.member("code", name);
    code.member("findings", counts.findings);
    code.member("sessions", counts.sessions);
    code.values("clauses", counts.clauses.iter().map(|id| id.0));
}

fn unless_zero(count: u64) -> Option<u64> {
    Some(count).filter(|&count| count > 0)
}
