//! The summary of a run, and a row for each session -> the JSON that the overview is made of.

use std::borrow::Cow;

use super::strings::{Numbered, Tables};
use crate::clause::{Clause, Level};
use crate::report::json_text::Object;
use crate::report::words::outcome;
use crate::source::Time;
use crate::verdict::{InputSummary, Judgement, Ruling, RunSummary, Verdict};
use crate::visible::sanitise;

/// What the overview tells of a session.
#[derive(Debug)]
pub(super) struct Row {
    /// Number of the input's name.
    pub(super) input: usize,
    call_id: String,
    agent: Option<usize>,
    scenario: &'static str,
    started: Option<Time>,
    messages: usize,
    rulings: Vec<Cell>,
    codes: Vec<usize>,
}

/// The verdict on one clause.
#[derive(Debug)]
struct Cell {
    clause: &'static Clause,
    letter: u8,
    reason: usize,
}

impl Row {
    /// What is told of this session.
    pub(super) fn of(judgement: &Judgement<'_>, tables: &mut Tables) -> Self {
        let rulings = judgement.rulings.iter().map(|ruling| Cell {
            clause: ruling.clause,
            letter: letter(ruling),
            reason: tables.reasons.number(sanitise(&ruling.reason).into_owned()),
        });
        let rulings = rulings.collect();
        let found = judgement.rulings.iter().flat_map(|ruling| &ruling.findings);
        let mut codes: Vec<usize> = found.map(|finding| tables.codes.number(finding.code)).collect();
        codes.sort_unstable();
        codes.dedup();
        let agent = judgement.user_agent.as_deref().map(sanitise).map(Cow::into_owned);
        Self {
            input: tables.inputs.number(judgement.input.to_owned()),
            call_id: sanitise(&judgement.call_id).into_owned(),
            agent: agent.map(|agent| tables.agents.number(agent)),
            scenario: judgement.scenario,
            started: judgement.started,
            messages: judgement.messages.len(),
            rulings,
            codes,
        }
    }

    /// A letter for each of these clauses, and the reasons of those that have one.
    fn verdicts(&self, clauses: &[&'static Clause]) -> (String, Vec<usize>) {
        let mut cells = self.rulings.iter().peekable();
        let mut letters = String::with_capacity(clauses.len());
        let mut reasons = Vec::with_capacity(clauses.len());
        for &clause in clauses {
            // Both are in the order of the catalogue.
            match cells.next_if(|cell| std::ptr::eq(cell.clause, clause)) {
                Some(cell) => {
                    letters.push(char::from(cell.letter));
                    reasons.push(cell.reason);
                }
                None => letters.push('_'),
            }
        }
        (letters, reasons)
    }
}

/// `F` a failed SHALL, `S` a failed SHOULD, `W` one that a waiver or the baseline covers, `I` inconclusive, `P` pass, `N` not applicable.
fn letter(ruling: &Ruling) -> u8 {
    match (ruling.verdict, ruling.level) {
        (Verdict::Fail, _) if !ruling.is_open_failure() => b'W',
        (Verdict::Fail, Level::Shall) => b'F',
        (Verdict::Fail, Level::Should) => b'S',
        (Verdict::Inconclusive, _) => b'I',
        (Verdict::Pass, _) => b'P',
        (Verdict::NotApplicable, _) => b'N',
    }
}

/// Writes the summary, the tables, and a row for each session.
pub(super) fn write(run: &mut Object<'_>, summary: &RunSummary, rows: &[&Row], tables: &Tables) {
    let clauses: Vec<_> = summary.tally.rows().iter().map(|row| row.clause).collect();
    let mut patterns = Numbered::default();
    let sessions: Vec<_> = rows.iter().map(|row| (*row, patterns.number(row.verdicts(&clauses)))).collect();

    run.member("version", &*sanitise(summary.tool_version));
    run.member("profile", summary.profile.name());
    run.optional("configuration", summary.configuration.as_deref().map(sanitise).as_deref());
    run.member("exit_code", u64::from(summary.exit_code.code()));
    run.member("outcome", outcome(summary));
    run.objects("inputs", &summary.inputs, input);
    run.object("skipped", |object| skipped(object, summary));
    run.objects("clauses", summary.tally.rows(), clause);
    run.array("names", |array| tables.inputs.iter().for_each(|name| array.value(&*sanitise(name))));
    run.array("agents", |array| tables.agents.iter().for_each(|agent| array.value(agent.as_str())));
    run.array("reasons", |array| tables.reasons.iter().for_each(|reason| array.value(reason.as_str())));
    run.array("codes", |array| tables.codes.iter().for_each(|code| array.value(*code)));
    run.objects("patterns", patterns.iter(), |object, (letters, reasons): &(String, Vec<usize>)| {
        object.member("v", letters.as_str());
        object.values("r", reasons.iter().copied());
    });
    run.objects("sessions", &sessions, |object, (row, pattern)| session(object, row, *pattern));
}

fn session(session: &mut Object<'_>, row: &Row, pattern: usize) {
    session.member("id", row.call_id.as_str());
    session.member("input", row.input);
    session.optional("agent", row.agent);
    session.member("scenario", row.scenario);
    session.optional("started", row.started.map(|time| time.to_string()).as_deref());
    session.member("messages", row.messages);
    session.member("p", pattern);
    if !row.codes.is_empty() {
        session.values("codes", row.codes.iter().copied());
    }
}

fn input(input: &mut Object<'_>, read: &InputSummary) {
    input.member("path", &*sanitise(&read.path));
    input.member("kind", read.kind);
    input.optional("format", read.format);
    input.member("packets", read.packets);
    input.member("messages", read.messages);
    input.member("damaged", read.damaged);
    input.objects("problems", &read.problems, |object, problem| {
        object.member("text", &*sanitise(&problem.to_string()));
        object.member("lost", problem.lost);
    });
}

fn skipped(skipped: &mut Object<'_>, summary: &RunSummary) {
    skipped.member("not_im", summary.skipped.sessions_not_im);
    skipped.member("of_others", summary.skipped.sessions_of_others);
    skipped.member("outside", summary.skipped.messages_outside_sessions);
    skipped.member("files", summary.skipped.files);
    skipped.member("split", summary.split_sessions);
}

fn clause(clause: &mut Object<'_>, row: &crate::verdict::Row) {
    let asked = row.clause;
    clause.member("id", asked.id.0);
    clause.member("level", row.level.name());
    clause.member("title", asked.title);
    clause.member("explain", asked.explain);
    clause.member("binds", asked.binds);
    clause.member("evidence", asked.check.evidence());
    clause.array("cites", |array| asked.cites.iter().for_each(|cite| array.value(&*cite.to_string())));
    clause.values("readings", asked.readings.iter().copied());
    clause.object("when", |when| {
        when.member("pass", asked.verdicts.pass);
        when.member("fail", asked.verdicts.fail);
        when.member("not-applicable", asked.verdicts.not_applicable);
        when.member("inconclusive", asked.verdicts.inconclusive);
    });
    clause.values("counts", Verdict::ALL.map(|verdict| row.count(verdict)));
    clause.member("covered", row.waived + row.known);
}
