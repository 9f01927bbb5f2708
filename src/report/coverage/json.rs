//! Coverage -> JSON, as `docs/schema/coverage.schema.json` has it.

use crate::report::json_text::{Object, Text};
use crate::verdict::{Coverage, Covered, Exercised, RunSummary, Verdict};

/// What `schema_version` says.
const SCHEMA_VERSION: u64 = 1;

/// Reasons that are listed for each clause.
const REASONS: usize = 5;

/// The whole document.
pub(super) fn text(summary: &RunSummary, coverage: &Coverage) -> String {
    let mut text = Text::laid_out(0);
    text.object(|document| {
        document.member("schema_version", SCHEMA_VERSION);
        document.object("tool", |tool| {
            tool.member("name", env!("CARGO_PKG_NAME"));
            tool.member("version", summary.tool_version);
        });
        document.member("profile", summary.profile.name());
        document.member("sessions", summary.tally.sessions());
        document.object("totals", |totals| counts(totals, coverage, None));
        document.objects("subclauses", coverage.subclauses(), |object, subclause| {
            object.member("subclause", subclause);
            counts(object, coverage, Some(subclause));
        });
        document.values("contradictions", summary.contradictions.iter().map(|text| &**text));
        document.objects("clauses", coverage.rows(), clause);
    });
    text.end_line();
    String::from_utf8_lossy(text.as_bytes()).into_owned()
}

fn counts(object: &mut Object<'_>, coverage: &Coverage, subclause: Option<&str>) {
    let counts = Exercised::ALL.map(|exercised| coverage.count(exercised, subclause));
    object.member("clauses", counts.iter().sum::<usize>());
    for (exercised, count) in Exercised::ALL.into_iter().zip(counts) {
        object.member(exercised.name(), count);
    }
}

fn clause(object: &mut Object<'_>, row: &Covered) {
    object.member("clause", row.clause.id.0);
    object.member("level", row.level.name());
    object.member("title", row.clause.title);
    object.member("status", row.exercised().name());
    object.optional("not_supported_by", row.denied);
    object.object("verdicts", |verdicts| {
        Verdict::ALL.into_iter().for_each(|verdict| verdicts.member(verdict.name(), row.count(verdict)));
    });
    object.values("scenarios", row.scenarios());
    object.objects("sessions", row.sessions(), |object, session| {
        object.member("input", &*session.input);
        object.member("call_id", &*session.call_id);
    });
    if row.decided() == 0 {
        object.objects("why", row.reasons().into_iter().take(REASONS), |object, why| {
            object.member("verdict", why.verdict.name());
            object.member("reason", &*why.reason);
            object.member("sessions", why.sessions);
        });
        object.member("needs", &*row.needs());
    }
}
