//! `github`: annotations, as GitHub Actions reads them from the log of a step.
//!
//! The lines are those of "Workflow commands for GitHub Actions": `::error file=…,line=…,title=…::…`. GitHub shows
//! ten errors, ten warnings and ten notices of a step. So the ten of each level are chosen: of every kind of finding
//! the first, then others; the last notice counts what is not shown.

use std::collections::HashMap;
use std::io::{self, Write};

use super::closing::count;
use super::in_order::InOrder;
use super::place::Spot;
use super::words::{Counts, help, losses, number, outcome, reason};
use super::{Report, adopted};
use crate::clause::Level;
use crate::source::LineColumn;
use crate::verdict::{FailOn, FingerprintedFinding, InputSummary, Judgement, Ruling, RunSummary, Verdict};
use crate::visible::{sanitise, shorten};

/// Annotations of one level that GitHub shows of a step.
const SHOWN: usize = 10;

/// Longest line of an annotation.
const LONGEST: usize = 600;

/// Writes all annotations at the end of the run; those of each session are kept until then.
#[derive(Debug)]
pub struct Github<W: Write> {
    out: W,
    fail_on: FailOn,
    sessions: InOrder<Vec<Annotation>>,
    counts: Counts,
}

/// What GitHub calls the severity of an annotation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Severity {
    Error,
    Warning,
    Notice,
}

/// One annotation.
#[derive(Debug)]
struct Annotation {
    severity: Severity,
    /// Clause and code: annotations that say the same have the same.
    kind: (&'static str, &'static str),
    file: String,
    /// Line, column, last line and column behind it, in the file.
    region: Option<[usize; 4]>,
    lines: Vec<String>,
}

impl<W: Write> Github<W> {
    /// A report that goes to `out`, of a run that this makes fail.
    pub fn new(out: W, fail_on: FailOn) -> Self {
        Self { out, fail_on, sessions: InOrder::default(), counts: Counts::default() }
    }

    /// The annotations of one level: those that GitHub shows. Tells how many it does not.
    fn level(&mut self, all: &[Annotation], severity: Severity, most: usize) -> io::Result<usize> {
        let all: Vec<_> = all.iter().filter(|annotation| annotation.severity == severity).collect();
        let mut kinds = HashMap::new();
        let mut firsts = Vec::new();
        let mut others = Vec::new();
        for annotation in &all {
            let times: &mut usize = kinds.entry(annotation.kind).or_default();
            *times += 1;
            if *times == 1 { firsts.push(*annotation) } else { others.push(*annotation) }
        }
        let left_out = all.len().saturating_sub(most);
        let is_first = firsts.iter().map(|_| true).chain(others.iter().map(|_| false));
        for (annotation, is_first) in firsts.iter().chain(&others).zip(is_first).take(most) {
            let like_it = kinds.get(&annotation.kind).map_or(0, |times| times - 1);
            let like_it = if is_first && left_out > 0 { like_it } else { 0 };
            self.out.write_all(annotation.command(like_it).as_bytes())?;
        }
        Ok(left_out)
    }

    /// One line that sums up.
    fn summary(&self, summary: &RunSummary, left_out: &[(usize, &str)]) -> String {
        let sessions = count(summary.tally.sessions(), "session");
        let mut text = format!("{sessions}: {}", self.counts.words());
        if summary.tally.sessions() == 0 {
            text = "no IM session was judged".to_owned();
        }
        let left_out = left_out.iter().filter(|(count, _)| *count > 0);
        let left_out: Vec<_> =
            left_out.map(|(count, thing)| number(*count, &format!("more {thing}"))).collect();
        if !left_out.is_empty() {
            text.push_str(&format!(
                "; not shown, because GitHub shows ten of a step: {}",
                left_out.join(", ")
            ));
        }
        for (what, became) in adopted::lines(summary) {
            text.push_str(&format!("; {what}: {became}"));
        }
        format!("{text}; exit code {}: {}", summary.exit_code.code(), outcome(summary))
    }
}

impl<W: Write> Report for Github<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        self.counts += Counts::of(judgement);
        let mut annotations = Vec::new();
        for ruling in &judgement.rulings {
            match ruling.verdict {
                Verdict::Fail if ruling.is_open_failure() => {
                    let new = ruling.findings.iter().filter(|finding| !finding.known);
                    annotations.extend(new.map(|finding| Annotation::of(ruling, finding, judgement)));
                }
                Verdict::Inconclusive if self.fail_on == FailOn::Inconclusive => {
                    annotations.push(Annotation::of_doubt(ruling, judgement));
                }
                _ => {}
            }
        }
        self.sessions.keep(judgement, annotations);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let damaged = summary.inputs.iter().flat_map(Annotation::of_input);
        let all: Vec<_> = damaged.chain(self.sessions.take(summary).flatten()).collect();
        let left_out = [
            (self.level(&all, Severity::Error, SHOWN)?, "error"),
            (self.level(&all, Severity::Warning, SHOWN)?, "warning"),
            // The summary is a notice too.
            (self.level(&all, Severity::Notice, SHOWN - 1)?, "notice"),
        ];
        let text = self.summary(summary, &left_out);
        writeln!(self.out, "::notice title=sipclause::{}", data(&text))?;
        self.out.flush()
    }
}

impl Annotation {
    fn of(ruling: &Ruling, finding: &FingerprintedFinding, judgement: &Judgement<'_>) -> Self {
        let spot = Spot::of(finding.at, judgement);
        let severity = match ruling.level {
            Level::Shall => Severity::Error,
            Level::Should => Severity::Warning,
        };
        let mut lines = vec![finding.message.clone()];
        lines.extend(help(finding, judgement).map(|help| format!("help: {help}")));
        lines.push(format!("at: {}", spot.words(judgement.input)));
        let level = ruling.level.name().to_uppercase();
        lines.push(format!("{level}: {}", ruling.clause.title));
        Self {
            severity,
            kind: (ruling.clause.id.0, finding.code),
            file: path(spot.shown.map_or(judgement.input, |shown| shown.input)),
            region: region(&spot),
            lines,
        }
    }

    fn of_doubt(ruling: &Ruling, judgement: &Judgement<'_>) -> Self {
        let session = format!("session {}", judgement.call_id);
        Self {
            severity: Severity::Notice,
            kind: (ruling.clause.id.0, "inconclusive"),
            file: path(judgement.input),
            region: None,
            lines: vec![reason(ruling).to_owned(), session, ruling.clause.title.to_owned()],
        }
    }

    fn of_input(input: &InputSummary) -> impl Iterator<Item = Self> {
        losses(input).into_iter().map(|(kind, text)| Self {
            severity: Severity::Error,
            kind: ("input", kind),
            file: path(&input.path),
            region: None,
            lines: vec![text, "verdicts on what may have been there are missing or inconclusive".to_owned()],
        })
    }

    /// The workflow command.
    fn command(&self, like_it: usize) -> String {
        let name = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Notice => "notice",
        };
        let mut text = format!("::{name} file={}", property(&self.file));
        if let Some([line, column, end_line, end_column]) = self.region {
            text.push_str(&format!(",line={line},endLine={end_line}"));
            if line == end_line && column < end_column {
                text.push_str(&format!(",col={column},endColumn={end_column}"));
            }
        }
        let (clause, code) = self.kind;
        text.push_str(&format!(",title={}::", property(&format!("{clause} {code}"))));
        let mut lines: Vec<_> = self.lines.iter().map(|line| data(&shorten(line, LONGEST))).collect();
        if like_it > 0 {
            lines.push(format!("and {like_it} more like it"));
        }
        // A line end in an annotation is written like a character that would end it.
        text.push_str(&lines.join("%0A"));
        text.push('\n');
        text
    }
}

/// Where it is in a text file; what is in a capture has no line there.
fn region(spot: &Spot<'_>) -> Option<[usize; 4]> {
    let line = spot.file_line()?;
    let bytes = spot.shown.map_or(&[][..], |shown| shown.bytes);
    let end = LineColumn::of(bytes, spot.range.end);
    let column = |offset: usize, column: usize| {
        let before = &bytes[offset + 1 - column..offset];
        String::from_utf8_lossy(before).chars().count() + 1
    };
    let end_line = line + end.line - spot.at.line;
    if end.column == 1 && end_line > line {
        // Behind a line end: the line before it is the last, and the file may have no other.
        return Some([line, column(spot.range.start, spot.at.column), end_line - 1, 1]);
    }
    Some([line, column(spot.range.start, spot.at.column), end_line, column(spot.range.end, end.column)])
}

/// Paths are relative to the repository, without a dot before them.
fn path(input: &str) -> String {
    input.strip_prefix("./").unwrap_or(input).to_owned()
}

/// The text of a command.
fn data(text: &str) -> String {
    sanitise(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_a_command() {
        assert_eq!(data("100%\r\n::error::x"), "100%25␍␊::error::x");
        assert_eq!(property("a,b:c%"), "a%2Cb%3Ac%25");
    }
}
