//! Shapes of the JSON report, schema version 1: `docs/schema/report.schema.json`.
//!
//! The order of the fields is the order in the report.

use std::net::SocketAddr;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::place::Spot;
use crate::clause::{Place, Related};
use crate::verdict::{AgentCounts, FindingCounts, FingerprintedFinding, InputProblem, InputSummary};
use crate::verdict::{Judgement, Row, Ruling, RunSummary, Shown, Statistics, Tally, Verdict};

/// What `schema_version` says.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// `tool`.
#[derive(serde::Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    pub(super) fn of(summary: &RunSummary) -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: summary.tool_version }
    }
}

/// An element of `sessions`.
#[derive(serde::Serialize)]
pub(super) struct Session<'j> {
    input: &'j str,
    call_id: &'j str,
    scenario: &'static str,
    subclause: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'j str>,
    inferred: bool,
    scenario_reason: &'j str,
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<String>,
    messages: Vec<Message<'j>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    observations: &'j [String],
    verdicts: Vec<Ruled<'j>>,
}

impl<'j> Session<'j> {
    pub(super) fn of(judgement: &'j Judgement<'_>) -> Self {
        Self {
            input: judgement.input,
            call_id: &judgement.call_id,
            scenario: judgement.scenario,
            subclause: judgement.subclause,
            client: judgement.client,
            server: judgement.server,
            user_agent: judgement.user_agent.as_deref(),
            inferred: judgement.inferred,
            scenario_reason: &judgement.scenario_reason,
            started: judgement.started.map(|time| time.to_string()),
            messages: judgement.messages.iter().map(|shown| Message::of(shown, judgement.input)).collect(),
            observations: &judgement.observations,
            verdicts: judgement.rulings.iter().map(|ruling| Ruled::of(ruling, judgement)).collect(),
        }
    }
}

/// A line of ndjson that holds a session: its fields after `type`.
#[derive(serde::Serialize)]
pub(super) struct SessionLine<'j> {
    r#type: &'static str,
    #[serde(flatten)]
    session: Session<'j>,
}

impl<'j> SessionLine<'j> {
    pub(super) fn of(judgement: &'j Judgement<'_>) -> Self {
        Self { r#type: "session", session: Session::of(judgement) }
    }
}

/// The last line of ndjson: what the JSON document has beside its sessions.
#[derive(serde::Serialize)]
pub(super) struct SummaryLine<'r> {
    r#type: &'static str,
    schema_version: u32,
    tool: Tool,
    profile: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<&'r str>,
    inputs: Vec<Input<'r>>,
    skipped: Skipped,
    summary: Summary<'r>,
}

impl<'r> SummaryLine<'r> {
    pub(super) fn of(summary: &'r RunSummary) -> Self {
        Self {
            r#type: "summary",
            schema_version: SCHEMA_VERSION,
            tool: Tool::of(summary),
            profile: summary.profile.name(),
            configuration: summary.configuration.as_deref(),
            inputs: Input::all(summary),
            skipped: Skipped::of(summary),
            summary: Summary::of(summary),
        }
    }
}

/// An element of `messages`.
#[derive(serde::Serialize)]
struct Message<'j> {
    index: usize,
    /// Where it is another than that of the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<&'j str>,
    frames: Vec<u64>,
    /// Where a part of it was in other inputs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<Elsewhere<'j>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<SocketAddr>,
    start_line: String,
    bytes: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cut: bool,
}

impl<'j> Message<'j> {
    fn of(shown: &'j Shown<'_>, session: &str) -> Self {
        Self {
            index: shown.index,
            input: Some(shown.input).filter(|&input| input != session),
            frames: shown.numbers(),
            elsewhere: shown.elsewhere.iter().map(|(input, frames)| Elsewhere { input, frames }).collect(),
            time: shown.time.map(|time| time.to_string()),
            from: shown.from,
            to: shown.to,
            start_line: String::from_utf8_lossy(shown.start_line).into_owned(),
            bytes: shown.bytes.len(),
            cut: shown.cut,
        }
    }
}

/// An element of `elsewhere` of a message.
#[derive(serde::Serialize)]
struct Elsewhere<'j> {
    input: &'j str,
    frames: &'j [u64],
}

/// An element of `verdicts`.
#[derive(serde::Serialize)]
struct Ruled<'j> {
    clause: &'static str,
    level: &'static str,
    verdict: &'static str,
    reason: &'j str,
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<Waived<'j>>,
    findings: Vec<Finding<'j>>,
}

impl<'j> Ruled<'j> {
    fn of(ruling: &'j Ruling, judgement: &Judgement<'_>) -> Self {
        Self {
            clause: ruling.clause.id.0,
            level: ruling.level.name(),
            verdict: ruling.verdict.name(),
            reason: &ruling.reason,
            waived: ruling.waived.as_ref().map(|waived| Waived {
                reason: &waived.reason,
                owner: waived.owner.as_deref(),
                until: waived.until.as_deref(),
            }),
            findings: ruling.findings.iter().map(|finding| Finding::of(finding, judgement)).collect(),
        }
    }
}

/// `waived` of a verdict.
#[derive(serde::Serialize)]
struct Waived<'j> {
    reason: &'j str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'j str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'j str>,
}

/// An element of `findings`.
#[derive(serde::Serialize)]
struct Finding<'j> {
    code: &'static str,
    message: &'j str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'j str>,
    fingerprint: &'j str,
    at: At<'j>,
    related: Vec<At<'j>>,
}

impl<'j> Finding<'j> {
    fn of(finding: &'j FingerprintedFinding, judgement: &Judgement<'_>) -> Self {
        let related = |related: &'j Related| At::of(related.at, judgement, Some(&related.note));
        Self {
            code: finding.code,
            message: &finding.message,
            help: finding.help.as_deref(),
            fingerprint: &finding.fingerprint,
            at: At::of(finding.at, judgement, None),
            related: finding.related.iter().map(related).collect(),
        }
    }
}

/// `at` of a finding, or an element of its `related`.
#[derive(serde::Serialize)]
struct At<'j> {
    message: usize,
    line: usize,
    column: usize,
    offset: usize,
    length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'j str>,
}

impl<'j> At<'j> {
    fn of(place: Place, judgement: &Judgement<'_>, note: Option<&'j str>) -> Self {
        let spot = Spot::of(place, judgement);
        Self {
            message: place.message,
            line: spot.at.line,
            column: spot.at.column,
            offset: spot.range.start,
            length: spot.range.len(),
            file_line: spot.file_line(),
            note,
        }
    }
}

/// An element of `inputs`.
#[derive(serde::Serialize)]
pub(super) struct Input<'r> {
    path: &'r str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    packets: u64,
    messages: u64,
    problems: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problem_details: Vec<Problem<'r>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    damaged: bool,
}

impl<'r> Input<'r> {
    pub(super) fn of(input: &'r InputSummary) -> Self {
        Self {
            path: &input.path,
            kind: input.kind,
            format: input.format,
            packets: input.packets,
            messages: input.messages,
            problems: input.problems.iter().map(ToString::to_string).collect(),
            problem_details: input.problems.iter().map(Problem::of).collect(),
            damaged: input.damaged,
        }
    }

    pub(super) fn all(summary: &'r RunSummary) -> Vec<Self> {
        summary.inputs.iter().map(Self::of).collect()
    }
}

/// An element of `problem_details`: what `problems` says, for programs.
#[derive(serde::Serialize)]
struct Problem<'r> {
    kind: &'static str,
    text: &'r str,
    count: u64,
    lost: bool,
}

impl<'r> Problem<'r> {
    fn of(problem: &'r InputProblem) -> Self {
        Self { kind: problem.kind, text: &problem.text, count: problem.count, lost: problem.lost }
    }
}

/// `skipped`.
#[derive(serde::Serialize)]
pub(super) struct Skipped {
    sessions_not_im: u64,
    #[serde(skip_serializing_if = "is_zero")]
    sessions_of_others: u64,
    messages_outside_sessions: u64,
    #[serde(skip_serializing_if = "is_zero")]
    files: u64,
}

impl Skipped {
    pub(super) fn of(summary: &RunSummary) -> Self {
        let skipped = summary.skipped;
        Self {
            sessions_not_im: skipped.sessions_not_im,
            sessions_of_others: skipped.sessions_of_others,
            messages_outside_sessions: skipped.messages_outside_sessions,
            files: skipped.files,
        }
    }
}

/// `summary`.
#[derive(serde::Serialize)]
pub(super) struct Summary<'r> {
    sessions: u64,
    by_clause: ByClause<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<Counted<'r>>,
    exit_code: u8,
}

impl<'r> Summary<'r> {
    pub(super) fn of(summary: &'r RunSummary) -> Self {
        Self {
            sessions: summary.tally.sessions(),
            by_clause: ByClause(&summary.tally),
            statistics: summary.statistics.as_ref().map(Counted::of),
            exit_code: summary.exit_code.code(),
        }
    }
}

/// `summary.statistics`.
#[derive(serde::Serialize)]
struct Counted<'r> {
    by_user_agent: Vec<Agent<'r>>,
    by_finding: Vec<Code<'r>>,
}

#[derive(serde::Serialize)]
struct Agent<'r> {
    user_agent: Option<&'r str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    others: bool,
    sessions: u64,
    failed: u64,
    failures: u64,
}

#[derive(serde::Serialize)]
struct Code<'r> {
    code: &'static str,
    findings: u64,
    sessions: u64,
    clauses: Vec<&'r str>,
}

impl<'r> Counted<'r> {
    fn of(statistics: &'r Statistics) -> Self {
        let agent = |user_agent, others, counts: AgentCounts| Agent {
            user_agent,
            others,
            sessions: counts.sessions,
            failed: counts.failed,
            failures: counts.failures,
        };
        let named = statistics.agents().into_iter().map(|(name, counts)| agent(name, false, counts));
        let others = Some(statistics.other_agents()).filter(|others| others.sessions > 0);
        let code = |(code, counts): (&'static str, &'r FindingCounts)| Code {
            code,
            findings: counts.findings,
            sessions: counts.sessions,
            clauses: counts.clauses.iter().map(|id| id.0).collect(),
        };
        Self {
            by_user_agent: named.chain(others.map(|counts| agent(None, true, counts))).collect(),
            by_finding: statistics.findings().into_iter().map(code).collect(),
        }
    }
}

/// `summary.by_clause`: an object in catalogue order.
struct ByClause<'r>(&'r Tally);

impl Serialize for ByClause<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.rows().iter().map(|row| (row.clause.id.0, Counts(row))))
    }
}

struct Counts<'r>(&'r Row);

impl Serialize for Counts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for verdict in Verdict::ALL {
            map.serialize_entry(verdict.name(), &self.0.count(verdict))?;
        }
        if self.0.waived > 0 {
            map.serialize_entry("waived", &self.0.waived)?;
        }
        map.end()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
