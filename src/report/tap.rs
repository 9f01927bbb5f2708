//! `tap`: the Test Anything Protocol, version 14: a subtest a session, a test a clause.
//!
//! Sections named here are those of the TAP 14 specification. Whatever fails the run is `not ok`, and nothing else is:
//! a harness comes to the same as the exit code.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Report;
use super::in_order::InOrder;
use super::json_value::Value as _;
use super::place::Spot;
use super::words::{Counts, fails, help, losses, reason, tolerance};
use crate::verdict::{Cause, ExitCode, FailOn, Judgement, Ruling, RunSummary, Verdict};
use crate::visible::{sanitise, shorten};

/// Longest name of a session.
const LONGEST: usize = 200;

/// Writes one document at the end of the run; the subtest of each session is kept until then.
#[derive(Debug)]
pub struct Tap<W: Write> {
    out: W,
    fail_on: FailOn,
    sessions: InOrder<Subtest>,
}

/// The tests of one session.
#[derive(Debug)]
struct Subtest {
    name: String,
    lines: String,
    is_ok: bool,
}

impl<W: Write> Tap<W> {
    /// A report that goes to `out`, of a run that this makes fail.
    pub fn new(out: W, fail_on: FailOn) -> Self {
        Self { out, fail_on, sessions: InOrder::default() }
    }
}

impl<W: Write> Report for Tap<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        self.sessions.keep(judgement, Subtest::of(judgement, self.fail_on));
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let objections = objections(summary);
        let tests = self.sessions.len() + objections.len();
        self.out.write_all(b"TAP version 14\n")?;
        match tests {
            // "Plan": a document without tests says why.
            0 => writeln!(self.out, "1..0 # SKIP nothing was judged")?,
            tests => writeln!(self.out, "1..{tests}")?,
        }
        let mut number = 0;
        for subtest in self.sessions.take(summary) {
            number += 1;
            let Subtest { name, lines, is_ok } = subtest;
            write!(self.out, "# Subtest: {name}\n{lines}{} {number} - {name}\n", word(is_ok))?;
        }
        for (what, why) in objections {
            number += 1;
            let mut lines = format!("not ok {number} - {}\n", escaped(&what));
            diagnostics(&mut lines, "", |lines| key(lines, "message", &why));
            self.out.write_all(lines.as_bytes())?;
        }
        self.out.flush()
    }
}

impl Subtest {
    fn of(judgement: &Judgement<'_>, fail_on: FailOn) -> Self {
        let name = format!("{} in {}", judgement.call_id, judgement.input);
        let mut subtest = Self { name: escaped(&shorten(&name, LONGEST)), lines: String::new(), is_ok: true };
        subtest.plan(judgement.rulings.len());
        for (index, ruling) in judgement.rulings.iter().enumerate() {
            subtest.is_ok &= !fails(ruling, fail_on);
            subtest.test(index + 1, ruling, judgement, fail_on);
        }
        let comment = format!("    # {}, {}\n", judgement.scenario, Counts::of(judgement).words());
        subtest.lines.push_str(&comment);
        subtest.lines.shrink_to_fit();
        subtest
    }

    fn plan(&mut self, tests: usize) {
        let why = if tests == 0 { " # SKIP no clause judged" } else { "" };
        let _ = writeln!(self.lines, "    1..{tests}{why}");
    }

    fn test(&mut self, number: usize, ruling: &Ruling, judgement: &Judgement<'_>, fail_on: FailOn) {
        let is_ok = !matches!(ruling.verdict, Verdict::Fail) && !fails(ruling, fail_on);
        let directive = directive(ruling, fail_on).map(|text| format!(" # {text}")).unwrap_or_default();
        let clause = ruling.clause;
        let about = escaped(&format!("{} {}", clause.id, clause.title));
        let _ = writeln!(self.lines, "    {} {number} - {about}{directive}", word(is_ok));
        if !is_ok {
            diagnostics(&mut self.lines, "    ", |lines| explain(lines, ruling, judgement));
        }
    }
}

/// "Directives": what is skipped or known to fail does not make the harness fail.
fn directive(ruling: &Ruling, fail_on: FailOn) -> Option<String> {
    let why = match (ruling.verdict, tolerance(ruling)) {
        _ if fails(ruling, fail_on) => return None,
        (Verdict::Pass, _) => return None,
        (Verdict::Inconclusive, _) => format!("SKIP inconclusive: {}", reason(ruling)),
        (Verdict::NotApplicable, _) => format!("SKIP not applicable: {}", reason(ruling)),
        (Verdict::Fail, Some(why)) => format!("TODO {why}"),
        (Verdict::Fail, None) => {
            format!("TODO a {} that does not fail the run", ruling.level.name().to_uppercase())
        }
    };
    Some(escaped(&why))
}

/// "YAML Diagnostics" of a test that is not ok.
fn explain(lines: &mut Vec<(usize, String)>, ruling: &Ruling, judgement: &Judgement<'_>) {
    key(lines, "verdict", ruling.verdict.name());
    key(lines, "level", ruling.level.name());
    if ruling.findings.is_empty() {
        return key(lines, "reason", reason(ruling));
    }
    lines.push((0, "findings:".to_owned()));
    for finding in &ruling.findings {
        let place = Spot::of(finding.at, judgement).words(judgement.input);
        lines.push((2, format!("- code: {}", quoted(finding.code))));
        lines.push((4, format!("message: {}", quoted(&finding.message))));
        lines.push((4, format!("at: {}", quoted(&place))));
        if let Some(help) = help(finding, judgement) {
            lines.push((4, format!("help: {}", quoted(&help))));
        }
        lines.push((4, format!("fingerprint: {}", quoted(&finding.fingerprint))));
    }
}

fn key(lines: &mut Vec<(usize, String)>, name: &str, value: &str) {
    lines.push((0, format!("{name}: {}", quoted(value))));
}

/// A block of YAML two columns further in than its test.
fn diagnostics(out: &mut String, indent: &str, write: impl FnOnce(&mut Vec<(usize, String)>)) {
    let mut lines = Vec::new();
    write(&mut lines);
    let _ = writeln!(out, "{indent}  ---");
    for (columns, line) in lines {
        let _ = writeln!(out, "{indent}  {:columns$}{line}", "");
    }
    let _ = writeln!(out, "{indent}  ...");
}

/// What fails the run beside the clauses.
fn objections(summary: &RunSummary) -> Vec<(String, String)> {
    let damaged = summary.inputs.iter().flat_map(|input| {
        let about = |(_, text)| (format!("{} is read to its end", input.path), text);
        losses(input).into_iter().map(about)
    });
    let mut objections: Vec<_> = damaged.collect();
    let objection = match summary.cause {
        Cause::Verdicts if summary.exit_code == ExitCode::NothingJudged => {
            ("something is judged", "no IM session in the inputs; `--allow-empty` accepts that")
        }
        Cause::Verdicts | Cause::EmptyAllowed => return objections,
        Cause::Waivers => (
            "every waiver is valid and needed",
            "a waiver is expired or was not needed; standard error names it",
        ),
        Cause::NotExercised => (
            "every required clause is exercised",
            "no session decided some of them; standard error names them",
        ),
        Cause::Statement => {
            ("the conformance statement holds", "sessions contradict it; standard error says in what")
        }
    };
    objections.push((objection.0.to_owned(), objection.1.to_owned()));
    objections
}

const fn word(is_ok: bool) -> &'static str {
    if is_ok { "ok" } else { "not ok" }
}

/// "Escaping": of a description, a directive or the name of a subtest.
fn escaped(text: &str) -> String {
    sanitise(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// A string of YAML, which JSON is.
fn quoted(text: &str) -> String {
    let mut json = Vec::new();
    (&*sanitise(text)).write(&mut json);
    String::from_utf8_lossy(&json).into_owned()
}
