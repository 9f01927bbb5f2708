//! `junit`: the XML that test runners write: a suite a session, a case a clause.
//!
//! There is no standard. What is written is what both the schema of Jenkins (`junit-10.xsd` of its xUnit plug-in) and
//! that of Windy Road for Apache Ant know, but for the counts of the whole run, which only the first has:
//! `docs/schema/junit.xsd`. There is no time to be told: it is 0 everywhere.

mod xml;

use std::fmt::Write as _;
use std::io::{self, Write};

use self::xml::{attribute, text};
use super::Report;
use super::in_order::InOrder;
use super::words::{self, Counts, losses, reason};
use crate::verdict::{InputSummary, Judgement, Ruling, RunSummary, Verdict};
use crate::visible::{sanitise_bytes, shorten};

/// Longest start line of a message.
const LONGEST: usize = 400;

/// What Windy Road asks for where the host is not known.
const HOST: &str = "localhost";

/// Writes one document at the end of the run; the suite of each session is kept until then.
#[derive(Debug)]
pub struct Junit<W: Write> {
    out: W,
    sessions: InOrder<Suite>,
}

/// A suite: what stands behind its number.
#[derive(Debug)]
struct Suite {
    text: String,
    counts: Cases,
}

/// Cases by what became of them.
#[derive(Clone, Copy, Debug, Default)]
struct Cases {
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
}

impl<W: Write> Junit<W> {
    /// A report that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, sessions: InOrder::default() }
    }
}

impl<W: Write> Report for Junit<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        self.sessions.keep(judgement, Suite::of(judgement));
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let damaged = summary.inputs.iter().filter_map(Suite::of_input);
        let suites: Vec<_> = damaged.chain(self.sessions.take(summary)).collect();
        let mut total = Cases::default();
        suites.iter().for_each(|suite| total.add(suite.counts));
        let mut head = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
        attribute(&mut head, "name", "sipclause");
        for (name, count) in [("tests", total.tests), ("failures", total.failures), ("errors", total.errors)]
        {
            attribute(&mut head, name, &count.to_string());
        }
        writeln!(self.out, "{head} time=\"0\">")?;
        for (id, suite) in suites.iter().enumerate() {
            writeln!(self.out, "  <testsuite id=\"{id}\"{}  </testsuite>", suite.text)?;
        }
        self.out.write_all(b"</testsuites>\n")?;
        self.out.flush()
    }
}

impl Cases {
    fn of(judgement: &Judgement<'_>) -> Self {
        let counts = Counts::of(judgement);
        Self {
            tests: judgement.rulings.len() as u64,
            failures: counts.failures(),
            errors: 0,
            skipped: counts.inconclusive + counts.not_applicable,
        }
    }

    fn add(&mut self, other: Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
    }

    fn attributes(self, out: &mut String) {
        let counts = [
            ("tests", self.tests),
            ("failures", self.failures),
            ("errors", self.errors),
            ("skipped", self.skipped),
        ];
        for (name, count) in counts {
            attribute(out, name, &count.to_string());
        }
        attribute(out, "time", "0");
    }
}

impl Suite {
    fn of(judgement: &Judgement<'_>) -> Self {
        let counts = Cases::of(judgement);
        let mut out = String::new();
        attribute(&mut out, "name", &judgement.call_id);
        attribute(&mut out, "package", judgement.input);
        attribute(&mut out, "hostname", HOST);
        counts.attributes(&mut out);
        if let Some(time) = judgement.started {
            // As the schemas have it: without a fraction and without a zone, which is UTC.
            attribute(&mut out, "timestamp", time.to_string().get(..19).unwrap_or_default());
        }
        out.push_str(">\n");
        properties(&mut out, judgement);
        let class = class(judgement.input, &judgement.call_id);
        judgement.rulings.iter().for_each(|ruling| case(&mut out, &class, ruling, judgement));
        messages(&mut out, judgement);
        out.shrink_to_fit();
        Self { text: out, counts }
    }

    /// What was lost of an input; `None` if nothing was.
    fn of_input(input: &InputSummary) -> Option<Self> {
        let losses = losses(input);
        let errors = losses.len() as u64;
        let counts = Cases { tests: errors, errors, ..Cases::default() };
        let mut out = String::new();
        attribute(&mut out, "name", &format!("input {}", input.path));
        attribute(&mut out, "package", &input.path);
        attribute(&mut out, "hostname", HOST);
        counts.attributes(&mut out);
        out.push_str(">\n    <properties/>\n");
        for (kind, problem) in &losses {
            out.push_str("    <testcase");
            attribute(&mut out, "name", kind);
            attribute(&mut out, "classname", &class(&input.path, "input"));
            out.push_str(" time=\"0\">\n      <error");
            attribute(&mut out, "message", problem);
            attribute(&mut out, "type", kind);
            out.push('>');
            text(&mut out, &format!("{}: {problem}", shown(&input.path)));
            out.push_str("</error>\n    </testcase>\n");
        }
        out.push_str("    <system-out/>\n    <system-err/>\n");
        (errors > 0).then_some(Self { text: out, counts })
    }
}

fn properties(out: &mut String, judgement: &Judgement<'_>) {
    let address = |address: Option<std::net::SocketAddr>| address.map(|address| address.to_string());
    let properties = [
        ("scenario", Some(judgement.scenario.to_owned())),
        ("subclause", Some(judgement.subclause.to_owned())),
        ("profile", Some(judgement.profile.name().to_owned())),
        ("client", address(judgement.client)),
        ("server", address(judgement.server)),
        ("user_agent", judgement.user_agent.as_deref().map(str::to_owned)),
    ];
    out.push_str("    <properties>\n");
    for (name, value) in properties {
        let Some(value) = value else { continue };
        out.push_str("      <property");
        attribute(out, "name", name);
        attribute(out, "value", &value);
        out.push_str("/>\n");
    }
    out.push_str("    </properties>\n");
}

fn case(out: &mut String, class: &str, ruling: &Ruling, judgement: &Judgement<'_>) {
    out.push_str("    <testcase");
    attribute(out, "name", &format!("{} {}", ruling.clause.id, ruling.clause.title));
    attribute(out, "classname", class);
    out.push_str(" time=\"0\"");
    match ruling.verdict {
        Verdict::Pass => return out.push_str("/>\n"),
        Verdict::Inconclusive => skipped(out, &format!("inconclusive: {}", reason(ruling))),
        Verdict::NotApplicable => skipped(out, &format!("not applicable: {}", reason(ruling))),
        Verdict::Fail => failure(out, ruling, judgement),
    }
    out.push_str("    </testcase>\n");
}

fn skipped(out: &mut String, why: &str) {
    out.push_str(">\n      <skipped");
    attribute(out, "message", why);
    out.push_str("/>\n");
}

/// One element with all findings: of several, Jenkins keeps the first alone.
fn failure(out: &mut String, ruling: &Ruling, judgement: &Judgement<'_>) {
    let covered = match &ruling.waived {
        Some(_) => "waived: ",
        None if ruling.is_known() => "known: ",
        None => "",
    };
    let first = ruling.findings.first().map_or_else(|| reason(ruling), |finding| &finding.message);
    let more = match ruling.findings.len() {
        0 | 1 => String::new(),
        several => format!(" (and {})", words::number(several - 1, "more finding")),
    };
    out.push_str(">\n      <failure");
    attribute(out, "message", &format!("{covered}{first}{more}"));
    attribute(out, "type", ruling.level.name());
    out.push('>');
    text(out, words::findings(judgement, ruling).trim_end());
    out.push_str("</failure>\n");
}

/// The messages of the session, a line each.
fn messages(out: &mut String, judgement: &Judgement<'_>) {
    out.push_str("    <system-out>\n");
    for message in &judgement.messages {
        let mut line = format!("{:>3}", message.index);
        if let Some(time) = message.time {
            let _ = write!(line, "  {time}");
        }
        if let (Some(from), Some(to)) = (message.from, message.to) {
            let _ = write!(line, "  {from} -> {to}");
        }
        let start_line = sanitise_bytes(message.start_line);
        let _ = writeln!(line, "  {}", shorten(&start_line, LONGEST));
        text(out, &line);
    }
    out.push_str("    </system-out>\n    <system-err/>\n");
}

/// `package.class`, as Java has it: readers take what stands before the last dot for the package, so that a dot of an
/// input or a Call-ID is written as `_`.
fn class(input: &str, call_id: &str) -> String {
    format!("{}.{}", input.replace('.', "_"), call_id.replace('.', "_"))
}

fn shown(path: &str) -> std::borrow::Cow<'_, str> {
    crate::visible::sanitise(path)
}
