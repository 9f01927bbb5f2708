//! `gitlab`: an array of failures, as GitLab reads code quality reports.
//!
//! The shape is the part of the Code Climate format that GitLab documents under "Code Quality report format":
//! `description`, `check_name`, `fingerprint`, `severity`, `location.path` and `location.lines.begin`.

use std::collections::HashMap;
use std::io::{self, Write};

use super::Report;
use super::in_order::InOrder;
use super::json_text::{Array, Text};
use super::place::Spot;
use super::words::{losses, tolerance_of};
use crate::clause::Level;
use crate::verdict::{FingerprintedFinding, InputSummary, Judgement, Ruling, RunSummary, Verdict};
use crate::visible::sanitise;

/// Writes one array at the end of the run; the failures of each session are kept until then.
#[derive(Debug)]
pub struct Gitlab<W: Write> {
    out: W,
    sessions: InOrder<Vec<Issue>>,
}

/// An element of the report.
#[derive(Debug)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    path: String,
    line: usize,
}

impl<W: Write> Gitlab<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, sessions: InOrder::default() }
    }
}

impl<W: Write> Report for Gitlab<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        let failed = judgement.rulings.iter().filter(|ruling| ruling.verdict == Verdict::Fail);
        let issues = failed
            .flat_map(|ruling| ruling.findings.iter().map(|finding| Issue::of(ruling, finding, judgement)));
        self.sessions.keep(judgement, issues.collect());
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let damaged = summary.inputs.iter().flat_map(Issue::of_input);
        let issues = damaged.chain(self.sessions.take(summary).flatten());
        let mut text = Text::laid_out(0);
        let mut seen = HashMap::new();
        text.array(|array| {
            issues.into_iter().try_for_each(|issue| {
                issue.write(array, &mut seen);
                array.pour(&mut self.out)
            })
        })?;
        text.end_line();
        text.pour(&mut self.out)?;
        self.out.flush()
    }
}

impl Issue {
    fn of(ruling: &Ruling, finding: &FingerprintedFinding, judgement: &Judgement<'_>) -> Self {
        let spot = Spot::of(finding.at, judgement);
        let place = match spot.file_line() {
            Some(_) => String::new(),
            None => format!(" ({})", spot.words(judgement.input)),
        };
        let why = tolerance_of(ruling, finding).map(|why| format!("; {why}"));
        let severity = match (&why, ruling.level) {
            (Some(_), _) => "info",
            (None, Level::Shall) => "major",
            (None, Level::Should) => "minor",
        };
        Self {
            description: format!("{}{place}{}", finding.message, why.unwrap_or_default()),
            check_name: ruling.clause.id.0,
            fingerprint: finding.fingerprint.clone(),
            severity,
            path: path(spot.shown.map_or(judgement.input, |shown| shown.input)),
            line: spot.file_line().unwrap_or(1),
        }
    }

    fn of_input(input: &InputSummary) -> impl Iterator<Item = Self> {
        losses(input).into_iter().map(|(kind, text)| Self {
            fingerprint: format!("input/{kind}/{}", path(&input.path)),
            description: text,
            check_name: "input",
            severity: "critical",
            path: path(&input.path),
            line: 1,
        })
    }

    /// GitLab drops what has the fingerprint of another: the second of a kind says that it is.
    fn write(self, array: &mut Array<'_>, seen: &mut HashMap<String, u64>) {
        let times = seen.entry(self.fingerprint.clone()).or_default();
        *times += 1;
        let fingerprint = match times {
            1 => self.fingerprint,
            times => format!("{}-{times}", self.fingerprint),
        };
        array.poured(|issue| {
            issue.member("description", &*sanitise(&self.description));
            issue.member("check_name", self.check_name);
            issue.member("fingerprint", &*fingerprint);
            issue.member("severity", self.severity);
            issue.object("location", |location| {
                location.member("path", &*self.path);
                location.object("lines", |lines| lines.member("begin", self.line));
            });
        });
    }
}

/// Paths are relative to the repository, without a dot before them.
fn path(input: &str) -> String {
    input.strip_prefix("./").unwrap_or(input).to_owned()
}
