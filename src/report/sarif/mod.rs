//! `sarif`: one document after SARIF 2.1.0 (OASIS), for code scanning and editors.
//!
//! All clauses of the catalogue are rules. Each session has a result for each of its clauses, or one for each finding,
//! a line each; problems of inputs are notifications, and waivers suppressions.

mod result;
mod rules;
mod uri;

use std::io::{self, Write};
use std::ops::Range;

use self::result::{Results, plain};
use self::rules::{Rules, rule};
use self::uri::{Artifacts, uri};
use super::Report;
use super::in_order::InOrder;
use super::json_text::{Object, Text};
use super::words::outcome;
use crate::clause::Book;
use crate::verdict::{ExitCode, InputSummary, Judgement, RunSummary};

/// The schema of the standard, with its errata.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes one document at the end of the run; the results of each session are kept until then.
#[derive(Debug)]
pub struct Sarif<W: Write> {
    out: W,
    /// The results of all sessions, a line each.
    results: Text,
    sessions: InOrder<Range<usize>>,
    rules: Rules,
    artifacts: Artifacts,
}

impl<W: Write> Sarif<W> {
    /// A report that goes to `out` and lists the clauses of these books as rules, whether they are judged or not.
    pub fn new(out: W, catalogue: &[&'static Book]) -> Self {
        Self {
            out,
            results: Text::compact(),
            sessions: InOrder::default(),
            rules: Rules::of(catalogue),
            artifacts: Artifacts::default(),
        }
    }
}

impl<W: Write> Report for Sarif<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        let start = self.results.as_bytes().len();
        let Self { rules, artifacts, .. } = self;
        Results { judgement, rules, artifacts }.write(&mut self.results);
        self.sessions.keep(judgement, start..self.results.as_bytes().len());
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let sessions: Vec<_> = self.sessions.take(summary).collect();
        for input in &summary.inputs {
            self.artifacts.index(&input.path);
        }
        let mut text = Text::laid_out(0);
        text.object(|log| {
            log.member("$schema", SCHEMA);
            log.member("version", "2.1.0");
            log.array("runs", |runs| runs.poured(|run| self.run(run, summary, &sessions)))
        })?;
        text.end_line();
        text.pour(&mut self.out)?;
        self.out.flush()
    }
}

impl<W: Write> Sarif<W> {
    /// The run (SARIF 3.14).
    fn run(
        &mut self,
        run: &mut Object<'_>,
        summary: &RunSummary,
        sessions: &[Range<usize>],
    ) -> io::Result<()> {
        run.object("tool", |tool| {
            tool.object("driver", |driver| {
                driver.member("name", env!("CARGO_PKG_NAME"));
                driver.member("version", summary.tool_version);
                driver.objects("rules", self.rules.clauses(), |object, clause| rule(object, clause));
            });
        });
        run.array("invocations", |invocations| {
            invocations.object(|object| invocation(object, summary, &mut self.artifacts));
        });
        run.objects("artifacts", self.artifacts.paths(), |object, path| {
            object.object("location", |location| location.member("uri", &*uri(path)));
            object.values("roles", ["analysisTarget"]);
        });
        run.member("columnKind", "utf16CodeUnits");
        run.object("properties", |properties| about(properties, summary));
        run.array("results", |results| {
            for session in sessions.iter().filter(|session| !session.is_empty()) {
                let lines = self.results.as_bytes()[session.clone()].split(|&byte| byte == b'\n');
                for line in lines.filter(|line| !line.is_empty()) {
                    results.written(line);
                }
                results.pour(&mut self.out)?;
            }
            Ok(())
        })
    }
}

/// The invocation (SARIF 3.20). Clauses that fail are a success of the tool; inputs that it could not read are none.
fn invocation(invocation: &mut Object<'_>, summary: &RunSummary, artifacts: &mut Artifacts) {
    let exit = summary.exit_code;
    invocation.member("executionSuccessful", matches!(exit, ExitCode::Clean | ExitCode::Failed));
    invocation.member("exitCode", u64::from(exit.code()));
    invocation.member("exitCodeDescription", outcome(summary));
    invocation.array("toolExecutionNotifications", |notifications| {
        for input in &summary.inputs {
            for (kind, text, is_lost) in problems(input) {
                notifications.object(|object| {
                    object.object("descriptor", |descriptor| descriptor.member("id", kind));
                    object.member("level", if is_lost { "error" } else { "note" });
                    object.object("message", |message| message.member("text", &*plain(&text)));
                    object.array("locations", |locations| {
                        locations.object(|location| place(location, &input.path, artifacts));
                    });
                });
            }
        }
    });
}

/// What was wrong with an input, and whether something was lost by it.
fn problems(input: &InputSummary) -> Vec<(&'static str, String, bool)> {
    let told = input.problems.iter().map(|problem| (problem.kind, problem.to_string(), problem.lost));
    let mut problems: Vec<_> = told.collect();
    if problems.is_empty() && input.damaged {
        problems.push(("damaged", "damaged or not readable".to_owned(), true));
    }
    problems
}

fn place(location: &mut Object<'_>, path: &str, artifacts: &mut Artifacts) {
    location.object("physicalLocation", |physical| {
        physical.object("artifactLocation", |artifact| {
            artifact.member("uri", &*uri(path));
            artifact.member("index", artifacts.index(path));
        });
    });
}

/// What SARIF has no place for.
fn about(properties: &mut Object<'_>, summary: &RunSummary) {
    properties.member("profile", summary.profile.name());
    properties.optional("configuration", summary.configuration.as_deref());
    properties.member("sessions", summary.tally.sessions());
    properties.member("sessionsNotIm", summary.skipped.sessions_not_im);
    properties.member("sessionsOfOthers", summary.skipped.sessions_of_others);
    properties.member("messagesOutsideSessions", summary.skipped.messages_outside_sessions);
}
