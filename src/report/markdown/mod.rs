//! `markdown`: a summary of the run, and the failures of each session folded away.
//!
//! Made for the summary of a job on GitHub, which is at most 1 MiB long (and dropped if it is longer), and for any
//! other reader of GitHub Flavored Markdown.

pub(super) mod text;

use std::fmt::Write as _;
use std::io::{self, Write};

pub(crate) use self::text::prose;
use self::text::{code, fenced, html};
use super::closing::count;
use super::in_order::InOrder;
use super::words::{Counts, findings, number, outcome, reason};
use super::{Report, adopted};
use crate::clause::Level;
use crate::verdict::{ExitCode, FailOn, Judgement, Row, RunSummary, Standing, Verdict};
use crate::visible::shorten;

/// Bytes of the whole text; the rest of the 1 MiB is left to other commands of the step.
const LONGEST: usize = 900 * 1024;

/// Longest name of a session or an input in a line of its own.
const LONGEST_NAME: usize = 120;

/// Longest problem or reason.
const LONGEST_TEXT: usize = 400;

/// Bytes of the part about the inputs.
const LONGEST_INPUTS: usize = 100 * 1024;

/// Most inputs whose problems are listed.
const MOST_INPUTS: usize = 50;

/// Most problems that are listed of one input.
const MOST_PROBLEMS: usize = 5;

/// Writes one text at the end of the run; what failed in each session is kept until then.
#[derive(Debug)]
pub struct Markdown<W: Write> {
    out: W,
    fail_on: FailOn,
    /// Of those with failures, waived or not, the text.
    sessions: InOrder<Option<String>>,
    counts: Counts,
}

impl<W: Write> Markdown<W> {
    /// A report that goes to `out`, of a run that this makes fail.
    pub fn new(out: W, fail_on: FailOn) -> Self {
        Self { out, fail_on, sessions: InOrder::default(), counts: Counts::default() }
    }
}

impl<W: Write> Report for Markdown<W> {
    fn session(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        let counts = Counts::of(judgement);
        self.counts += counts;
        let doubts = self.fail_on == FailOn::Inconclusive && counts.inconclusive > 0;
        let failed = counts.failures() > 0 || doubts;
        self.sessions.keep(judgement, failed.then(|| details(judgement, counts)));
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let mut text = String::new();
        heading(&mut text, summary, self.counts);
        inputs(&mut text, summary);
        table(&mut text, summary);
        let failed: Vec<_> = self.sessions.take(summary).flatten().collect();
        if !failed.is_empty() {
            text.push_str("\n### Failures by session\n\n");
        }
        let mut left_out = 0;
        for session in failed {
            // What comes later may still fit: one long session does not hide the others.
            if text.len() + session.len() > LONGEST {
                left_out += 1;
            } else {
                text.push_str(&session);
            }
        }
        if left_out > 0 {
            let left_out = number(left_out, "more session");
            let _ = writeln!(text, "{left_out} with failures left out: the text would be too long.");
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

fn heading(text: &mut String, summary: &RunSummary, counts: Counts) {
    let tally = &summary.tally;
    let mark = match summary.exit_code {
        ExitCode::Clean => "✅",
        ExitCode::Failed => "❌",
        ExitCode::Damaged | ExitCode::NothingJudged | ExitCode::Usage => "⚠️",
    };
    let _ = writeln!(text, "## {mark} sipclause: {}\n", outcome(summary));
    let inputs = number(summary.inputs.len(), "input");
    let sessions = count(tally.sessions(), "session");
    let profile = summary.profile.name();
    let _ = writeln!(
        text,
        "{sessions} in {inputs}, profile `{profile}`; exit code {}.",
        summary.exit_code.code()
    );
    if tally.sessions() > 0 {
        let _ = writeln!(text, "Verdicts: {}.", counts.words());
    }
    let skipped = summary.skipped;
    let not_judged = [
        (skipped.sessions_not_im, "session", "without an IM mark"),
        (skipped.sessions_of_others, "session", "of others"),
        (skipped.messages_outside_sessions, "message", "outside of sessions"),
        (skipped.files, "file", "of another kind"),
    ];
    let not_judged = not_judged.iter().filter(|(times, ..)| *times > 0);
    let not_judged: Vec<_> =
        not_judged.map(|(times, thing, which)| format!("{} {which}", count(*times, thing))).collect();
    if !not_judged.is_empty() {
        let _ = writeln!(text, "Not judged: {}.", not_judged.join(", "));
    }
    for (what, became) in adopted::lines(summary) {
        let _ = writeln!(text, "{what}: {}.", prose(&became));
    }
}

/// What was wrong with the inputs; what lost something first.
fn inputs(text: &mut String, summary: &RunSummary) {
    let is_worth_telling =
        |input: &&crate::verdict::InputSummary| !input.problems.is_empty() || input.damaged;
    let mut inputs: Vec<_> = summary.inputs.iter().filter(is_worth_telling).collect();
    inputs.sort_by_key(|input| !input.damaged);
    if !inputs.is_empty() {
        text.push_str("\n### Inputs\n\n");
    }
    let mut told = 0;
    for input in inputs.iter().take(MOST_INPUTS) {
        if text.len() > LONGEST_INPUTS {
            break;
        }
        told += 1;
        let word = if input.damaged { "**damaged**" } else { "note" };
        let mut problems: Vec<_> = input.problems.iter().collect();
        problems.sort_by_key(|problem| !problem.lost);
        let shown = problems.iter().take(MOST_PROBLEMS);
        let mut shown: Vec<_> =
            shown.map(|problem| prose(&shorten(&problem.to_string(), LONGEST_TEXT))).collect();
        if let Some(more @ 1..) = problems.len().checked_sub(MOST_PROBLEMS) {
            shown.push(number(more, "more problem"));
        }
        let name = code(&shorten(&input.path, LONGEST_NAME));
        let _ = writeln!(text, "- {word} {name}: {}", shown.join("; "));
    }
    if let Some(more @ 1..) = inputs.len().checked_sub(told) {
        let _ = writeln!(text, "- and {}", number(more, "more input"));
    }
}

/// The clauses, worst first; those that passed are folded, and those that never applied are counted below.
fn table(text: &mut String, summary: &RunSummary) {
    let mut rows: Vec<_> = summary.tally.rows().iter().collect();
    rows.sort_by_key(|row| rank(row));
    let (idle, rows): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.standing() == Standing::NotApplicable);
    let (passed, open): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.standing() == Standing::Passed);
    if !open.is_empty() {
        text.push('\n');
        clauses(text, &open);
    }
    if !passed.is_empty() {
        let clauses_passed = number(passed.len(), "clause");
        let _ =
            writeln!(text, "\n<details><summary>{clauses_passed} passed wherever they applied</summary>\n");
        clauses(text, &passed);
        text.push_str("\n</details>\n");
    }
    if !idle.is_empty() {
        let _ = writeln!(text, "\n{} never applied.", number(idle.len(), "clause"));
    }
}

fn clauses(text: &mut String, rows: &[&Row]) {
    text.push_str("| clause | | fail | waived | known | inconclusive | pass | n/a |\n");
    text.push_str("|---|---|--:|--:|--:|--:|--:|--:|\n");
    for row in rows {
        let cells = [
            row.open_failures(),
            row.waived,
            row.known,
            row.count(Verdict::Inconclusive),
            row.count(Verdict::Pass),
            row.count(Verdict::NotApplicable),
        ];
        let cells = cells.map(|count| if count == 0 { "–".to_owned() } else { count.to_string() });
        let should = if row.level == Level::Should { "(should) " } else { "" };
        let title = prose(row.clause.title);
        let _ =
            writeln!(text, "| {} {} | {should}{title} | {} |", mark(row), row.clause.id, cells.join(" | "));
    }
}

/// Failed SHALLs, failed SHOULDs, what is waived or known, inconclusive, passed; most failures first.
fn rank(row: &Row) -> (u8, std::cmp::Reverse<u64>) {
    let rank = match (row.standing(), row.level) {
        (Standing::Failed, Level::Shall) => 0,
        (Standing::Failed, Level::Should) => 1,
        (Standing::Waived | Standing::Known, _) => 2,
        (Standing::Inconclusive, _) => 3,
        (Standing::Passed, _) => 4,
        (Standing::NotApplicable, _) => 5,
    };
    (rank, std::cmp::Reverse(row.count(Verdict::Fail)))
}

fn mark(row: &Row) -> &'static str {
    match (row.standing(), row.level) {
        (Standing::Failed, Level::Shall) => "❌",
        (Standing::Failed, Level::Should) => "⚠️",
        (Standing::Waived | Standing::Known, _) => "🔕",
        (Standing::Inconclusive, _) => "❔",
        (Standing::Passed, _) => "✅",
        (Standing::NotApplicable, _) => "➖",
    }
}

/// One session with its failures, folded.
fn details(judgement: &Judgement<'_>, counts: Counts) -> String {
    let name = html(&shorten(&judgement.call_id, LONGEST_NAME));
    let input = html(&shorten(judgement.input, LONGEST_NAME));
    let mut text = format!(
        "<details><summary><code>{name}</code> in <code>{input}</code>, {}: {}</summary>\n\n",
        judgement.scenario,
        counts.words()
    );
    if let Some(agent) = &judgement.user_agent {
        let _ = writeln!(text, "User-Agent: {}\n", code(&shorten(agent, LONGEST_NAME)));
    }
    let failed = judgement.rulings.iter().filter(|ruling| ruling.verdict == Verdict::Fail);
    let failed: Vec<_> = failed.map(|ruling| findings(judgement, ruling)).collect();
    if !failed.is_empty() {
        text.push_str(&fenced(&failed.join("\n").replace("\n\n\n", "\n\n")));
        text.push('\n');
    }
    doubts(&mut text, judgement);
    text.push_str("</details>\n\n");
    text
}

/// What could not be told, by what is missing.
fn doubts(text: &mut String, judgement: &Judgement<'_>) {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for ruling in judgement.rulings.iter().filter(|ruling| ruling.verdict == Verdict::Inconclusive) {
        let (why, id) = (reason(ruling), ruling.clause.id.0);
        match groups.iter_mut().find(|(reason, _)| *reason == why) {
            Some((_, ids)) => ids.push(id),
            None => groups.push((why, vec![id])),
        }
    }
    if !groups.is_empty() {
        text.push_str("Inconclusive:\n\n");
    }
    for (why, ids) in &groups {
        let _ = writeln!(text, "- {} ({})", prose(&shorten(why, LONGEST_TEXT)), ids.join(", "));
    }
    if !groups.is_empty() {
        text.push('\n');
    }
}
